package approval_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// staff is the company of the tables: a, b ... hold what their names say.
const staff = `ana Ana Ruiz, manager ben
omar Omar Haddad, manager ben
ben Ben Okafor, manager marek
marek Marek Dvorak, roles top_management
yuki Yuki Tanaka, roles ciso
rahul Rahul Menon, roles ciso
nadia Nadia Haddad, roles legal_counsel
dan Dan Wolf, roles dpo
cleo Cleo Marsh, roles ai_governance_lead
helen Helen Marsh, roles compliance_lead
karim Karim Osman, roles ciso, left`

const (
	managerOnly = "stage manager line_manager sla 8 escalate compliance_lead"
	twoStages   = managerOnly + "\nstage experts ciso legal_counsel dpo? all expert sla 24\nstage governance ai_governance_lead sla 8"
	holdOnly    = "tier prohibited\nstage hold legal_counsel compliance_lead quorum 2 legal_hold"
)

// after makes a company in which ana has submitted on the plan and the commands of a scenario were played.
func after(t *testing.T, plan string, commands ...string) *company {
	t.Helper()
	c := newCompany()
	for line := range strings.SplitSeq(staff, "\n") {
		if err := c.person(line); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.plan(strings.Split(plan, "\n")); err != nil {
		t.Fatal(err)
	}
	for _, command := range commands {
		ev, err := c.event(words(command))
		if err != nil {
			t.Fatal(err)
		}
		out := c.step(ev)
		if out.Refusal != nil {
			t.Fatalf("%s: refused %s: %s", command, out.Refusal.Code, out.Refusal.Sentence)
		}
		c.r = out.State
		c.at = c.at.Add(4 * time.Minute)
	}
	return c
}

func TestRefusals(t *testing.T) {
	x := strings.Repeat("x", approval.MaxText+1)
	tests := []struct {
		name, plan string
		before     []string
		press      string
		code       workflows.Code
		field      string
		says       string
	}{
		{"requester decides their own request", managerOnly, []string{"ana submits"}, "ana approves", workflows.CodeOwnRequest, "", "You asked for this yourself"},
		{"owner decides their own request", managerOnly, []string{"ana submits owner=ben", "ben accepts"}, "ben approves", workflows.CodeOwnRequest, "", "You are to be the owner"},
		{"one person in two stages", managerOnly + "\nstage again line_manager", []string{"ana submits", "ben approves"}, "ben approves", workflows.CodeTwoStages, "", "You decided the stage manager"},
		{"somebody without the role", managerOnly, []string{"ana submits"}, "yuki approves", workflows.CodeNotEntitled, "", "This stage is for the line manager"},
		{"advice from somebody without the role", twoStages, []string{"ana submits", "ben approves"}, "cleo advises", workflows.CodeNotEntitled, "", "This stage is for the DPO"},
		{"approving under legal hold", holdOnly, []string{"ana submits"}, "nadia approves", workflows.CodeProhibited, "", "cannot be approved"},
		{"acting for somebody who named nobody", managerOnly, []string{"ana submits"}, "marek for ben approves", workflows.CodeDelegate, "", "Ben Okafor has not named you"},
		{"somebody who has left", twoStages, []string{"ana submits", "ben approves"}, "karim approves", workflows.CodeInactive, "", "Karim Osman is not active"},
		{"too few people", "min 2\n" + managerOnly, []string{"ana submits"}, "ben approves", workflows.CodeFewDeciders, "", "needs 2 independent people, and this would be 1 person"},
		{"before the owner accepted", managerOnly, []string{"ana submits owner=omar"}, "ben approves", workflows.CodeNotAccepted, "", "until Omar Haddad accepts"},
		{"rejecting before the stage is open", managerOnly, []string{"ana submits owner=omar", "omar declines"}, "ben rejects", workflows.CodeNotAccepted, "", "Omar Haddad declined being the owner. Ana Ruiz can name another one."},
		{"before something is linked", "missing ia manager\n" + managerOnly, []string{"ana submits"}, "ben approves", workflows.CodePrecondition, "", "Something is missing first"},
		{"a precondition before no stage of the plan", "missing ia elsewhere\n" + managerOnly, []string{"ana submits"}, "ben approves", workflows.CodePrecondition, "", "Something is missing first"},
		{"naming without an escalation", managerOnly, []string{"ana submits"}, "helen names marek as=line_manager", workflows.CodeNotEntitled, "", "Naming somebody is not up to you"},
		{"naming before the stage is open", managerOnly, []string{"ana submits owner=omar"}, "helen names marek as=line_manager", workflows.CodeNotAccepted, "", "until Omar"},
		{"a seat that is only for another role", "stage committee ciso legal_counsel quorum 1 must legal_counsel", []string{"ana submits"}, "yuki approves", workflows.CodeNotEntitled, "", "This stage is for the legal counsel"},
		{"ruling by somebody without the role", holdOnly, []string{"ana submits"}, "yuki rules confirm_stop", workflows.CodeNotEntitled, "", "legal counsel or compliance lead"},
		{"asking without any role", twoStages, []string{"ana submits"}, "cleo asks \"Why?\"", workflows.CodeNotEntitled, "", "This stage is for the line manager"},

		{"a rejection without a reason", managerOnly, []string{"ana submits"}, "ben rejects", workflows.CodeField, "reason", "at least 20 characters"},
		{"a reason that is too long", managerOnly, []string{"ana submits"}, `ben rejects "` + x + `"`, workflows.CodeField, "reason", "2001 characters; at most 2000"},
		{"an objection without a reason", twoStages, []string{"ana submits", "ben approves"}, "dan advises objection", workflows.CodeField, "reason", "what you object to"},
		{"advice that is too long", twoStages, []string{"ana submits", "ben approves"}, `dan advises "` + x + `"`, workflows.CodeField, "reason", "at most 2000"},
		{"an unknown condition", managerOnly, []string{"ana submits"}, "ben approves with=beer", workflows.CodeField, "conditions", "does not belong"},
		{"too many conditions", "max 1\ncondition a 1\ncondition b 2\n" + managerOnly, []string{"ana submits"}, "ben approves with=a,b", workflows.CodeField, "conditions", "At most 1 conditions"},
		{"an own condition without a text", managerOnly, []string{"ana submits"}, `ben approves own="2027-01-01 "`, workflows.CodeField, "conditions", "Write what"},
		{"an own condition that is too long", managerOnly, []string{"ana submits"}, `ben approves own="2027-01-01 ` + x[:301] + `"`, workflows.CodeField, "conditions", "at most 300"},
		{"an own condition of yesterday", managerOnly, []string{"ana submits"}, `ben approves own="2026-11-01 Log."`, workflows.CodeField, "conditions", "has passed"},
		{"an empty question", managerOnly, []string{"ana submits"}, "ben asks", workflows.CodeField, "question", "Write your question"},
		{"a question that is too long", managerOnly, []string{"ana submits"}, `ben asks "` + x + `"`, workflows.CodeField, "question", "at most 2000"},
		{"an answer that is too long", managerOnly, []string{"ana submits", `ben asks "Why?"`}, `ana answers 1 "` + x + `"`, workflows.CodeField, "answer", "at most 2000"},
		{"withdrawing with too much to say", managerOnly, []string{"ana submits"}, `ana withdraws "` + x + `"`, workflows.CodeField, "reason", "at most 2000"},
		{"declining with too much to say", managerOnly, []string{"ana submits owner=omar"}, `omar declines "` + x + `"`, workflows.CodeField, "reason", "at most 2000"},
		{"ruling with too much to say", holdOnly, []string{"ana submits"}, `nadia rules confirm_stop "` + x + `"`, workflows.CodeField, "reason", "at most 2000"},
		{"an outcome of another stage", holdOnly, []string{"ana submits"}, "nadia rules confirm", workflows.CodeField, "outcome", "one of the outcomes"},
		{"reclassifying into nothing", holdOnly, []string{"ana submits"}, "nadia rules reclassify", workflows.CodeField, "tier", "Name the tier"},
		{"a link that is not one", "missing ia manager\n" + managerOnly, []string{"ana submits"}, "ana links ia http://x.example", workflows.CodeField, "ref", "https://"},
		{"a link to something nobody asked for", managerOnly, []string{"ana submits"}, "ana links ia AII-1", workflows.CodeField, "key", "does not ask"},
		{"an owner nobody knows", managerOnly, []string{"ana submits"}, "ana edits owner=zoe", workflows.CodeField, "owner", "zoe does not work here"},

		{"an older round", managerOnly, []string{"ana submits", "ana edits"}, "ben approves on manager/1/1", workflows.CodeStale, "", "Ana Ruiz changed the answers 4 minutes ago"},
		{"before an answer", managerOnly, []string{"ana submits", `ben asks "Why?"`, `ana answers 1 "So."`}, "ben approves on manager/1/1", workflows.CodeStale, "", "Ana Ruiz answered a question 4 minutes ago"},
		{"a revision that never was", managerOnly, []string{"ana submits"}, "ben approves on manager/1/7", workflows.CodeStale, "", "This changed after it was shown"},
		{"a stage that never was", managerOnly, []string{"ana submits"}, "ben approves on experts/1/1", workflows.CodeStale, "", "has moved on"},
		{"accepting an older revision", "missing ia manager\n" + twoStages, []string{"ana submits owner=omar", `ana links ia AII-1`, `ben asks "Why?"`, `ana answers 1 "So."`}, "omar accepts on manager/1/1", workflows.CodeStale, "", "answered a question"},
		{"a stage a colleague decided", twoStages, []string{"ana submits", "ben approves", "yuki approves", "dan advises", "nadia approves"}, "rahul approves on experts/1/1", workflows.CodeDecided, "", "Yuki Tanaka decided this 12 minutes ago: approved. Nothing more is needed from you."},
		{"a seat a colleague filled", twoStages, []string{"ana submits", "ben approves", "yuki approves"}, "rahul approves on experts/1/1", workflows.CodeDecided, "", "Yuki Tanaka decided this 4 minutes ago: approved."},
		{"voting twice", twoStages, []string{"ana submits", "ben approves", "yuki approves"}, "yuki approves", workflows.CodeDecided, "", "You decided this 4 minutes ago: approved."},
		{"advising twice", twoStages, []string{"ana submits", "ben approves", "dan advises"}, "dan advises", workflows.CodeDecided, "", "You advised on this 4 minutes ago: no objection."},
		{"an ended request", managerOnly, []string{"ana submits", "ben approves"}, "ben rejects", workflows.CodeClosed, "", "AIR-42 was approved by Ben Okafor 4 minutes ago."},
		{"a stopped request", holdOnly, []string{"ana submits", "nadia rules confirm_stop", "helen rules confirm_stop"}, "ana edits", workflows.CodeClosed, "", "AIR-42 was stopped by Helen Marsh"},
		{"no request at all", managerOnly, nil, "ben approves", workflows.CodeUnknown, "", "There is no such request."},
		{"no such question", managerOnly, []string{"ana submits"}, "ana answers 3 \"So.\"", workflows.CodeUnknown, "", "no such question"},
		{"answering for others", managerOnly, []string{"ana submits owner=omar"}, "ben answers 1 \"So.\"", workflows.CodeNotYours, "", "Only Ana Ruiz or Omar Haddad can answer questions about this request."},
		{"withdrawing for others", managerOnly, []string{"ana submits"}, "ben withdraws", workflows.CodeNotYours, "", "Only Ana Ruiz can withdraw this request."},
		{"editing for others", managerOnly, []string{"ana submits owner=omar"}, "omar edits", workflows.CodeNotYours, "", "Only Ana Ruiz"},
		{"accepting for others", managerOnly, []string{"ana submits owner=omar"}, "ana accepts", workflows.CodeNotYours, "", "Only Omar Haddad can accept"},
		{"linking for others", managerOnly, []string{"ana submits"}, "cleo links ia AII-1", workflows.CodeNotYours, "", "Only Ana Ruiz"},
		{"accepting where nothing is to accept", "no-acceptance\n" + managerOnly, []string{"ana submits"}, "ana accepts", workflows.CodeNotNow, "", "needs no acceptance"},
		{"declining an accepted last stage", managerOnly, []string{"ana submits"}, "ana declines", workflows.CodeNotNow, "", "The last stage is open"},
		{"ruling where there is nothing to rule", managerOnly, []string{"ana submits"}, "ben rules confirm", workflows.CodeNotNow, "", "no tier to name"},
		{"advising where nobody asked", managerOnly, []string{"ana submits"}, "dan advises", workflows.CodeNotNow, "", "No advice"},
		{"sending twice", managerOnly, []string{"ana submits"}, "ana submits", workflows.CodeNotNow, "", "sent already"},
		{"sending after leaving", managerOnly, nil, "karim submits", workflows.CodeNotNow, "", "Only people who work here"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := after(t, tt.plan, tt.before...)
			ev, err := c.event(words(tt.press))
			if err != nil {
				t.Fatal(err)
			}
			out := c.step(ev)
			if out.Refusal == nil {
				t.Fatalf("accepted: %s", stateLine(out.State))
			}
			if out.Refusal.Code != tt.code || out.Refusal.Field != tt.field || !strings.Contains(out.Refusal.Sentence, tt.says) {
				t.Errorf("refused %s at %q: %s\nwant %s at %q: %s", out.Refusal.Code, out.Refusal.Field, out.Refusal.Sentence, tt.code, tt.field, tt.says)
			}
			if snapshot(out.State) != snapshot(c.r) || len(out.Effects) > 0 {
				t.Error("a refusal changed something")
			}
			if want := out.Refusal.Authority(); (len(out.Records) == 1 && out.Records[0].Kind == approval.FactRefused) != want {
				t.Errorf("records %v, authority %t", out.Records, want)
			}
		})
	}
}

// TestBrokenInput gives Step what no engine should: it refuses or ignores, and never panics.
func TestBrokenInput(t *testing.T) {
	c := after(t, managerOnly, "ana submits")
	at := c.at
	facts := approval.Facts{Roster: c.roster()}
	for name, what := range map[string]workflows.What{
		"nothing": nil, "an event of another machine": workflows.Woken{Name: "?"}, "edit without screening": approval.Edited{},
		"a pointer": &approval.Accepted{}, "a foreign kind": foreign{},
	} {
		out := approval.Step(c.r, workflows.Event{Actor: "ana", At: at, What: what}, facts)
		if snapshot(out.State) != snapshot(c.r) || len(out.Effects) > 0 {
			t.Errorf("%s: something happened", name)
		}
	}
	for _, what := range []workflows.What{approval.Submitted{}, approval.Woken{}, approval.RosterChanged{}, approval.Decided{}} {
		if out := approval.Step(approval.Request{}, workflows.Event{Actor: "ana", At: at, What: what}, facts); out.State.Status != "" || len(out.Records) > 0 {
			t.Errorf("%s on nothing made something: %+v", what.Kind(), out)
		}
	}
	classify := after(t, "stage c legal_counsel classify\n"+managerOnly, "ana submits")
	out := approval.Step(classify.r, workflows.Event{Actor: "nadia", At: at, What: approval.Ruled{Outcome: policy.OutcomeCorrect}}, facts)
	if out.Refusal == nil || out.Refusal.Code != workflows.CodeNotNow {
		t.Errorf("a correction without its screening: %v", out.Refusal)
	}
	lost := c.r
	lost.Stage = 99
	if out := approval.Step(lost, workflows.Event{Actor: "ben", At: at, What: approval.Decided{Approve: true}}, facts); out.Refusal == nil {
		t.Error("a vote in a stage that does not exist was taken")
	}
}

type foreign struct{}

func (foreign) Kind() string { return "foreign" }

// TestNothingApprovesAlone: plans nobody should write end without an approval, not with one.
func TestNothingApprovesAlone(t *testing.T) {
	for name, plan := range map[string]string{
		"no stage": "min 0", "a stage without members": "min 0\nstage empty all", "advice only": "min 0\nstage advice dpo? all",
		"a stage that classifies last": "min 0\nstage c legal_counsel classify",
	} {
		t.Run(name, func(t *testing.T) {
			c := after(t, plan, "ana submits")
			for _, press := range []string{"dan advises", "nadia rules confirm", "ben approves", "system roster"} {
				ev, err := c.event(words(press))
				if err != nil {
					t.Fatal(err)
				}
				if out := c.step(ev); out.State.Status != approval.StatusOpen {
					t.Errorf("%s: %s", press, out.State.Status)
				}
			}
		})
	}
}

func TestUnanswerableObjection(t *testing.T) {
	c := after(t, managerOnly+"\nstage last dpo? all", "ana submits", "ben approves")
	ev, _ := c.event(words(`dan advises objection "It keeps everything for ever."`))
	if out := c.step(ev); out.Refusal == nil || !strings.Contains(out.Refusal.Sentence, "An objection stands") {
		t.Errorf("an objection after which nobody comes: %v", out.Refusal)
	}
}

func TestMayDecide(t *testing.T) {
	hold := after(t, holdOnly, "ana submits")
	classify := after(t, "stage c legal_counsel classify", "ana submits")
	open := after(t, managerOnly, "ana submits")
	ended := after(t, managerOnly, "ana submits", "ben approves")
	for _, tt := range []struct {
		name string
		c    *company
		who  workflows.PersonID
		code workflows.Code
	}{
		{"manager", open, "ben", ""},
		{"requester", open, "ana", workflows.CodeOwnRequest},
		{"under legal hold", hold, "nadia", workflows.CodeProhibited},
		{"while classifying", classify, "nadia", workflows.CodeNotNow},
		{"after the end", ended, "ben", workflows.CodeClosed},
	} {
		ent, no := approval.MayDecide(tt.c.r, tt.who, tt.c.roster(), tt.c.at)
		switch {
		case tt.code == "" && (no != nil || ent.How != approval.ByRelation):
			t.Errorf("%s: %v, %+v", tt.name, no, ent)
		case tt.code != "" && (no == nil || no.Code != tt.code):
			t.Errorf("%s: %v, want %s", tt.name, no, tt.code)
		}
	}
	if due := approval.Due(open.r, "ben"); !due.Equal(when("2026-11-02 17:00")) {
		t.Errorf("due %s", due)
	}
	if due := approval.Due(open.r, "ana"); !due.IsZero() {
		t.Errorf("nothing is due for ana, but %s", due)
	}
}

func TestConcerned(t *testing.T) {
	c := after(t, twoStages, "ana submits owner=omar", "ben approves", "dan advises", `nadia asks "Why?"`)
	for _, tt := range []struct {
		who workflows.PersonID
		see bool
	}{{"ana", true}, {"omar", true}, {"ben", true}, {"dan", true}, {"yuki", true}, {"helen", true}, {"marek", false}, {"cleo", false}, {"karim", false}} {
		if got := workflows.MaySee(c.people[tt.who], c.r.Concerned()); got != tt.see {
			t.Errorf("%s sees it: %t", tt.who, got)
		}
	}
	hold := after(t, holdOnly, "ana submits", "nadia rules confirm_stop")
	if !slices.Contains(hold.r.Concerned().Deciders, "nadia") {
		t.Error("who ruled is not concerned")
	}
}

func TestLateTimers(t *testing.T) {
	c := after(t, "stage experts ciso sla 16 escalate compliance_lead", "ana submits")
	due := "remind/1/experts/yuki/due"
	c.at = when("2026-11-05 10:00")
	wake := func(name string) workflows.Outcome[approval.Request] {
		out := c.step(workflows.Event{Actor: workflows.System, What: approval.Woken{Woken: workflows.Woken{Name: name}}})
		c.r = out.State
		return out
	}
	out := wake(due)
	if len(out.Records) != 1 || out.Records[0].Kind != approval.FactSkipped || len(out.Effects) > 0 {
		t.Errorf("two days late: %+v %v", out.Records, out.Effects)
	}
	if out := wake(due); len(out.Records)+len(out.Effects) > 0 {
		t.Errorf("the same timer again: %+v", out)
	}
	if out := wake("escalate/1/experts"); !out.State.Escalated || out.Records[0].Kind != approval.FactEscalated {
		t.Errorf("an escalation is never skipped: %+v", out.Records)
	}
}

func TestExplain(t *testing.T) {
	has := func(t *testing.T, c *company, text string) {
		t.Helper()
		for _, x := range approval.Explain(c.r, c.roster(), c.at) {
			if x.Text == text {
				return
			}
		}
		t.Errorf("no %q in %+v", text, approval.Explain(c.r, c.roster(), c.at))
	}
	c := after(t, twoStages, "ana submits owner=omar", "ben approves", "omar declines", `yuki asks "Why?"`)
	has(t, c, "The clock of the stage stands still until a question is answered.")
	has(t, c, "Ana Ruiz names another owner, because the present one declined, since Mon 2 Nov 08:08 UTC.")
	has(t, c, "Ana Ruiz answers question 2, since Mon 2 Nov 08:12 UTC.")
	lonely := after(t, "stage s none sla 8", "ana submits")
	has(t, lonely, "Nobody independent is left for none. An outsider has to be named.")
	has(t, lonely, "Helen Marsh names an outsider, because nobody independent is left, since Mon 2 Nov 08:00 UTC.")
	named := after(t, "stage s none sla 8", "ana submits", `helen names dan as=none "He knows it and is independent."`)
	has(t, named, "Dan Wolf was named as an outsider for none.")
	away := after(t, managerOnly)
	away.delegations = []workflows.Delegation{{From: "ben", To: "marek", Ends: away.at.AddDate(1, 0, 0)}}
	away.r = away.step(workflows.Event{Actor: "ana", What: approval.Submitted{}}).State
	has(t, away, "Marek Dvorak acts for Ben Okafor as line manager.")
	has(t, away, "Marek Dvorak decides as line manager, for Ben Okafor, since Mon 2 Nov 08:00 UTC, due Mon 2 Nov 17:00 UTC.")
	committee := after(t, "stage committee ciso legal_counsel quorum 2 must ciso sla 40", "ana submits")
	has(t, committee, "committee: 2 different people decide: CISO, legal counsel; among them CISO; within 40 working hours.")
	held := after(t, "missing ia manager\n"+managerOnly, "ana submits owner=omar")
	has(t, held, "Omar Haddad accepts being the owner, since Mon 2 Nov 08:00 UTC.")
	held.r.Screening.Assessment.Hits = []policy.Hit{{Rule: "H1", Reason: "Broken.", Error: true}, {Rule: "P1", Reason: "Banned.", Overridden: true}}
	has(t, held, "H1: Broken. (+0) The rule could not be worked out, so the strictest route was taken.")
	has(t, held, "P1: Banned. (+0) Overridden by legal counsel and compliance lead.")
}
