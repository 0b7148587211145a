package engine_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"maps"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"steward/store"
	"steward/store/pgtest"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/directory"
	"steward/workflows/engine"
	"steward/workflows/policy"
)

// The people of the tests. Ben manages Ana; Marek manages Ben.
const (
	ana   = workflows.PersonID("P-ana")
	ben   = workflows.PersonID("P-ben")
	marek = workflows.PersonID("P-marek")
	yuki  = workflows.PersonID("P-yuki")  // ciso
	rahul = workflows.PersonID("P-rahul") // ciso
	nadia = workflows.PersonID("P-nadia") // legal_counsel
	dan   = workflows.PersonID("P-dan")   // dpo
	cleo  = workflows.PersonID("P-cleo")  // ai_governance_lead
	helen = workflows.PersonID("P-helen") // compliance_lead
)

// monday is a Monday at 10:00 in Madrid: inside everybody's working hours but Tokyo's.
var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// world is a running Steward without surfaces.
type world struct {
	t      testing.TB
	store  *store.Store
	engine *engine.Engine
	clock  *engine.Clock
	keys   int // of sign-ins so far
}

// databases runs a test on both databases, each empty and migrated.
func databases(t *testing.T, f func(t *testing.T, url string)) {
	t.Run("sqlite", func(t *testing.T) { f(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db")) })
	t.Run("postgres", func(t *testing.T) { f(t, postgres(t)) })
}

func postgres(t testing.TB, opts ...pgtest.Option) string {
	t.Helper()
	return pgtest.New(t, func(dsn string) error { return store.Migrate(context.Background(), store.Options{URL: dsn}) }, opts...)
}

// open makes a world on a database, with people and the embedded pack in force.
func open(t testing.TB, url string) *world {
	t.Helper()
	w := openWith(t, url, nil)
	w.settle()
	return w
}

// connect makes a world on a database as it is. wrap may put something between engine and store.
func connect(t testing.TB, url string, wrap func(engine.Store) engine.Store) *world {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{URL: url, Fast: true, Calendars: policy.Embedded().Hours})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	w := &world{t: t, store: s, clock: engine.NewClock(time.Now)}
	w.clock.Set(monday)
	var est engine.Store = s
	if wrap != nil {
		est = wrap(s)
	}
	w.engine = engine.New(engine.Config{
		Store: est, Now: w.clock.Now, Rand: rand.Reader, Zone: time.UTC, Build: "test", Log: slog.New(slog.DiscardHandler),
	})
	return w
}

func people() []directory.Change {
	row := func(id workflows.PersonID, manager workflows.PersonID, zone string, roles ...workflows.Role) directory.Change {
		name := strings.ToUpper(string(id[2:3])) + string(id[3:])
		return directory.Change{Row: directory.Row{
			Person: workflows.Person{
				ID: id, Name: name, Email: string(id[2:]) + "@example.com", Manager: manager, Active: true, Roles: roles,
			},
			ZoneName: zone, Calendar: "default",
		}}
	}
	return []directory.Change{
		row(marek, "", "Europe/Prague", workflows.TopManagement),
		row(ben, marek, "Europe/Madrid"),
		row(ana, ben, "Europe/Madrid"),
		row(yuki, marek, "Europe/Madrid", "ciso"),
		row(rahul, marek, "Asia/Kolkata", "ciso", "it_operations"),
		row(nadia, marek, "Europe/Paris", workflows.LegalCounsel),
		row(dan, helen, "Europe/Berlin", "dpo"),
		row(cleo, marek, "Europe/London", workflows.AIGovernance),
		row(helen, marek, "Europe/London", workflows.ComplianceLead),
	}
}

// settle does all work that waits at the present business time.
func (w *world) settle() {
	w.t.Helper()
	for {
		n, err := w.engine.Work(context.Background())
		if err != nil {
			w.t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

// apply applies an event by a person and fails the test on a fault of ours.
func (w *world) apply(who workflows.PersonID, about workflows.Ref, what workflows.What) workflows.Applied {
	w.t.Helper()
	done, err := w.engine.Apply(context.Background(), workflows.Event{
		Actor: who, Via: workflows.Via{Surface: "portal"}, About: about, What: what,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return done
}

// must is apply for what has to be allowed.
func (w *world) must(who workflows.PersonID, about workflows.Ref, what workflows.What) workflows.Ref {
	w.t.Helper()
	done := w.apply(who, about, what)
	if done.Refusal != nil {
		w.t.Fatalf("%s by %s refused: %s (%s)", what.Kind(), who, done.Refusal.Sentence, done.Refusal.Code)
	}
	return done.About
}

// ask sends a request of Ana's and gives its reference.
func (w *world) ask(answers policy.Answers) workflows.Ref {
	w.t.Helper()
	return w.must(ana, workflows.Ref{Kind: workflows.KindRequest}, approval.Submitted{Flow: "ai-use", Answers: answers})
}

func (w *world) request(about workflows.Ref) approval.Request {
	w.t.Helper()
	r, err := w.store.Request(context.Background(), about.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

func (w *world) history(about workflows.Ref) []workflows.LogRow {
	w.t.Helper()
	rows, err := w.store.History(context.Background(), about)
	if err != nil {
		w.t.Fatal(err)
	}
	return rows
}

// count counts the records of a kind about a thing.
func (w *world) count(about workflows.Ref, what string) int {
	w.t.Helper()
	n := 0
	for _, row := range w.history(about) {
		if row.Record.What == what {
			n++
		}
	}
	return n
}

// verified checks the whole database.
func (w *world) verified() {
	w.t.Helper()
	report, err := w.store.Verify(context.Background(), nil)
	if err != nil {
		w.t.Fatal(err)
	}
	if !report.OK() {
		w.t.Fatalf("verify: %+v", report)
	}
}

func text(s string) policy.Answer    { return policy.Answer{Text: s} }
func list(s ...string) policy.Answer { return policy.Answer{List: s} }
func minimal() policy.Answers        { return answers(nil) }
func limited() policy.Answers {
	return answers(policy.Answers{
		"affected": list("employees"), "data": list("internal", "personal"), "data_location": text("eu_eea"),
		"vendor_assurances": list("no_training", "dpa", "security_report"), "concerns": list("inaccurate"),
		"system_access": list("reads_workspace"),
	})
}

func high() policy.Answers {
	a := limited()
	a["affected"], a["exposure"], a["areas"] = list("applicants"), list("profiles_people"), list("employment")
	a["autonomy"], a["concerns"] = text("recommends"), list("bias", "unexplainable")
	return a
}

func answers(more policy.Answers) policy.Answers {
	a := policy.Answers{
		"tool": text("Otter.ai"), "vendor": text("Otter.ai, Inc."), "plan": text("business_contract"),
		"purpose": text("Minutes of customer calls, read by the account team after a person checked them."),
		"status":  text("planned"), "owner": text(string(ana)), "users": text("my_team"), "our_role": text("use_as_is"),
		"affected": list("requester_only"), "exposure": list("internal_draft"), "data": list("public"),
		"practices": list("none"), "areas": list("none"), "autonomy": text("drafts"), "system_access": list("nothing"),
	}
	maps.Copy(a, more)
	return a
}

func impact() policy.Answers {
	return policy.Answers{
		"purpose": text("Ranks applicants for a first interview; saves a week a round."), "people": text("About 400 applicants a year."),
		"harm_individuals": list("nothing_seen"), "harm_society": list("nothing_seen"),
		"misuse":    text("It could be used to reject without a look; the process forbids it."),
		"oversight": text("The recruiter decides; applicants can ask for a second look."),
		"consulted": list("users"), "result": text("go"),
	}
}
