package engine_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/directory"
	"steward/workflows/engine"
)

const issuer = "https://login.example.com"

// says is what a good provider says of somebody.
func (w *world) says(subject, email string) workflows.SignIn {
	w.keys++
	return workflows.SignIn{
		Key: fmt.Sprint("key-", w.keys), Issuer: issuer, Subject: subject, Match: workflows.MatchEmail, Value: email, AuthAt: monday,
	}
}

// signsIn signs somebody in and says why not.
func (w *world) signsIn(s workflows.SignIn) (workflows.Link, workflows.Code) {
	w.t.Helper()
	l, no, err := w.engine.SignIn(w.t.Context(), s)
	if err != nil {
		w.t.Fatal(err)
	}
	if no == nil {
		return l, ""
	}
	if l != (workflows.Link{}) || no.Sentence == "" {
		w.t.Errorf("refused with %q, and gave %+v", no.Sentence, l)
	}
	return l, no.Code
}

// imported changes people as an import does.
func (w *world) imported(changes ...directory.Change) {
	w.t.Helper()
	plan := directory.Plan{Source: "x", Rows: len(changes), Changes: changes}
	if err := w.engine.ImportPeople(w.t.Context(), plan, workflows.System, workflows.Via{Surface: "cli"}); err != nil {
		w.t.Fatal(err)
	}
}

// changed gives a person of the world with what is different about them.
func changed(who workflows.PersonID, change func(*directory.Row)) directory.Change {
	all := people()
	c := all[slices.IndexFunc(all, func(c directory.Change) bool { return c.Row.ID == who })]
	before := c.Row
	c.Before = &before
	change(&c.Row)
	return c
}

func TestSignIn(t *testing.T) {
	t.Run("the address finds a person once; from then on the subject does, with records", func(t *testing.T) {
		databases(t, func(t *testing.T, url string) {
			w := open(t, url)
			w.settle()
			first, code := w.signsIn(w.says("sub-yuki", "yuki@example.com"))
			if code != "" || first.Person != yuki || !first.New || first.Proof != workflows.ProofOIDC || first.Tenant != issuer || first.User != "sub-yuki" {
				t.Fatalf("%+v, %q", first, code)
			}
			w.imported(changed(yuki, func(r *directory.Row) { r.Email = "y.tanaka@example.com" }))
			for _, email := range []string{"yuki@example.com", "", "dan@example.com"} { // renamed there, or to somebody else
				if again, code := w.signsIn(w.says("sub-yuki", email)); code != "" || again.ID != first.ID || again.Person != yuki || again.New {
					t.Errorf("with %q: %+v, %q", email, again, code)
				}
			}
			if h := w.history(workflows.AccountRef(first.ID)); len(h) != 1 || h[0].Record.What != "account_confirmed" || h[0].Record.Actor != yuki ||
				h[0].Record.Via != (workflows.Via{Surface: "portal", Link: first.ID}) || !strings.Contains(string(h[0].Record.Data), `"proof":"oidc"`) ||
				strings.Contains(string(h[0].Record.Data), "sub-yuki") {
				t.Errorf("records %+v", h)
			}
			told := 0
			for _, d := range w.deliver() {
				if d.Mail.Why == workflows.WhyLinked && d.Mail.To == yuki && d.Account.Surface == "portal" {
					told++
				}
			}
			if told != 1 {
				t.Errorf("told %d times", told)
			}
			w.verified()
		})
	})
	t.Run("who is not found, or not let in", func(t *testing.T) {
		w := open(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db"))
		w.imported(
			changed(rahul, func(r *directory.Row) { r.Active = false }),
			changed(cleo, func(r *directory.Row) { r.Email = "shared@example.com" }), changed(helen, func(r *directory.Row) { r.Email = "SHARED@example.com" }),
		)
		for name, email := range map[string]string{
			"no verified address": "", "nobody's address": "eve@example.com", "that of somebody who left": "rahul@example.com",
			"one that two have": "shared@example.com", "a confusable one": "dan@examplе.com", "in full-width letters": "ｄan@example.com",
			"with a tag": "dan+x@example.com", "with a space": "dan@example.com ",
		} {
			if _, code := w.signsIn(w.says("sub-"+name, email)); code != workflows.CodeUnknown {
				t.Errorf("%s: code %q", name, code)
			}
		}
		if links, err := w.store.Links(t.Context()); err != nil || len(links) != 0 {
			t.Errorf("links %+v, %v", links, err)
		}
		if l, code := w.signsIn(w.says("sub-dan", "DAN@EXAMPLE.COM")); code != "" || l.Person != dan {
			t.Errorf("in capitals: %+v, %q", l, code)
		}
		if _, code := w.signsIn(w.says("sub-other", "dan@example.com")); code != workflows.CodeNotNow {
			t.Errorf("a second account with the address of somebody who has one: %q", code)
		}
		other := w.says("sub-dan", "yuki@example.com")
		other.Issuer = "https://evil.example"
		if l, code := w.signsIn(other); code != "" || l.Person != yuki {
			t.Errorf("the same subject of another issuer is another account: %+v, %q", l, code)
		}
		w.imported(changed(dan, func(r *directory.Row) { r.Active = false }))
		if _, code := w.signsIn(w.says("sub-dan", "dan@example.com")); code != workflows.CodeInactive {
			t.Errorf("after leaving: %q", code)
		}
		w.imported(changed(marek, func(r *directory.Row) { r.Email = "dan@example.com" }))
		if _, code := w.signsIn(w.says("sub-new", "dan@example.com")); code != workflows.CodeUnknown {
			t.Errorf("the address of somebody who left, given to somebody else: %q", code)
		}
		for _, s := range []workflows.SignIn{{}, {Key: "k", Issuer: issuer}, {Key: "k", Subject: "x"}, {Issuer: issuer, Subject: "x"}} {
			if _, _, err := w.engine.SignIn(t.Context(), s); err == nil {
				t.Errorf("%+v was taken", s)
			}
		}
		w.verified()
	})
	t.Run("one sign-in counts once", func(t *testing.T) {
		w := open(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db"))
		s := w.says("sub-dan", "dan@example.com")
		if _, code := w.signsIn(s); code != "" {
			t.Fatal(code)
		}
		if _, code := w.signsIn(s); code != workflows.CodeStale {
			t.Errorf("used twice: %q", code)
		}
		w.clock.Set(monday.Add(6 * 24 * time.Hour))
		if err := w.store.Prune(t.Context(), w.engine.Now()); err != nil {
			t.Fatal(err)
		}
		if _, code := w.signsIn(s); code != workflows.CodeStale {
			t.Errorf("used again days later: %q", code)
		}
	})
	t.Run("an account that was taken away signs nobody in until an administrator says so", func(t *testing.T) {
		w := open(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db"))
		l, _ := w.signsIn(w.says("sub-dan", "dan@example.com"))
		change := func(do workflows.LinkDo, actor workflows.PersonID) {
			t.Helper()
			if _, no, err := w.engine.ChangeLink(t.Context(), workflows.LinkChange{Do: do, Link: l.ID, Person: dan, Actor: actor, Via: workflows.Via{Surface: "portal", Link: l.ID}}); no != nil || err != nil {
				t.Fatal(no, err)
			}
		}
		session := workflows.Session{Hash: "s", Person: dan, Via: "oidc", Link: l.ID, Started: monday, Seen: monday, Ends: monday.Add(time.Hour)}
		if err := w.store.PutSession(t.Context(), session); err != nil {
			t.Fatal(err)
		}
		change(workflows.LinkEnd, dan)
		if got, err := w.store.SessionsOf(t.Context(), dan, monday, monday); err != nil || len(got) != 0 {
			t.Errorf("sessions %+v, %v", got, err)
		}
		for _, email := range []string{"dan@example.com", "yuki@example.com"} {
			if _, code := w.signsIn(w.says("sub-dan", email)); code != workflows.CodeNotNow {
				t.Errorf("%s: %q", email, code)
			}
		}
		change(workflows.LinkConfirm, workflows.System)
		if got, code := w.signsIn(w.says("sub-dan", "")); code != "" || got.Proof != workflows.ProofAdmin || got.Person != dan {
			t.Errorf("%+v, %q", got, code)
		}
		w.verified()
	})
	t.Run("a fresh sign-in is a record, any other is not", func(t *testing.T) {
		w := open(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db"))
		s := w.says("sub-dan", "dan@example.com")
		s.Fresh, s.AMR = true, []string{"hwk", "mfa"}
		l, _ := w.signsIn(s)
		w.signsIn(w.says("sub-dan", ""))
		s.Key, s.AuthAt = "later", monday.Add(time.Hour)
		w.signsIn(s)
		h := w.history(workflows.AccountRef(l.ID))
		if len(h) != 3 || h[1].Record.What != "account_signed_in" || h[2].Record.Actor != dan || h[2].Record.Via.Link != l.ID ||
			string(h[2].Record.Data) != fmt.Sprintf(`{"person":"P-dan","auth_at":%d,"amr":["hwk","mfa"]}`, monday.Add(time.Hour).UnixMilli()) {
			t.Errorf("records %+v", h)
		}
		w.verified()
	})
}

// TestSignInAtOnce lets one person sign in for the first time in many browsers at once, and two accounts claim one address.
func TestSignInAtOnce(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		var tries []workflows.SignIn
		for i := range 16 {
			tries = append(tries, w.says([]string{"sub-a", "sub-b"}[i%2], "dan@example.com"))
		}
		var all sync.WaitGroup
		var mu sync.Mutex
		ids := map[string]bool{}
		for _, s := range tries {
			all.Go(func() {
				l, no, err := w.engine.SignIn(t.Context(), s)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err != nil && !errors.Is(err, workflows.ErrConflict):
					t.Error(err)
				case err == nil && no == nil:
					ids[l.ID] = true
				}
			})
		}
		all.Wait()
		if len(ids) != 1 {
			t.Errorf("linked by %v", ids)
		}
		if links, err := w.store.LinksOf(t.Context(), dan); err != nil || len(links) != 1 {
			t.Errorf("links %+v, %v", links, err)
		}
		w.verified()
	})
}

// TestSignInByOtherClaims finds people by what an administrator has written down, and by nothing somebody can choose.
func TestSignInByOtherClaims(t *testing.T) {
	w := open(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db"))
	w.imported(
		changed(dan, func(r *directory.Row) { r.HRID = "4711" }), changed(cleo, func(r *directory.Row) { r.HRID = "7" }),
		changed(helen, func(r *directory.Row) { r.HRID = "7" }),
		changed(rahul, func(r *directory.Row) { r.HRID, r.Active = "9", false }),
	)
	w.link(yuki, "teams", "yuki-1", workflows.LinkLinked, workflows.ProofImport)
	w.link(nadia, "teams", "nadia-1", workflows.LinkLinked, workflows.ProofPerson)
	w.link(ben, "teams", "ben-1", workflows.LinkProposed, "")
	if err := w.store.Do(t.Context(), func(tx engine.Tx) error { // as Entra writes them
		l, err := tx.Link(t.Context(), "yuki-1")
		l.User = "0a-1"
		return errors.Join(err, tx.SaveLink(t.Context(), l))
	}); err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct {
		by    workflows.MatchBy
		value string
		want  workflows.PersonID
	}{
		{workflows.MatchHRID, "4711", dan},
		{workflows.MatchHRID, "7", ""},
		{workflows.MatchHRID, "9", ""},
		{workflows.MatchHRID, "", ""},
		{workflows.MatchID, "P-marek", marek},
		{workflows.MatchID, "p-marek", ""},
		{workflows.MatchID, "P-rahul", ""},
		{workflows.MatchEntra, "0A-1", yuki},
		{workflows.MatchEntra, "U-nadia-1", ""},
		{workflows.MatchEntra, "U-ben-1", ""},
		{workflows.MatchEntra, "none", ""},
		{"another", "P-ana", ""},
	} {
		s := w.says(fmt.Sprint("sub-", i), c.value)
		s.Match = c.by
		if l, code := w.signsIn(s); l.Person != c.want || (c.want == "") != (code == workflows.CodeUnknown) {
			t.Errorf("%s %q: %s, %q; want %s", c.by, c.value, l.Person, code, c.want)
		}
	}
}

// Somebody who signed in at the company confirms their own chat account; it then counts as proved. Nobody else can, and no
// other sign-in will do.
func TestConfirmOwnAccount(t *testing.T) {
	w := open(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db"))
	w.chatty("slack")
	own, _ := w.signsIn(w.says("sub-dan", "dan@example.com"))
	others, _ := w.signsIn(w.says("sub-yuki", "yuki@example.com"))
	w.link(dan, "slack", "acc-half", workflows.LinkLinked, workflows.ProofPerson)
	w.link(dan, "teams", "acc-open", workflows.LinkProposed, "")
	w.link(dan, "teams", "acc-ended", workflows.LinkEnded, "")
	confirm := func(link string, actor workflows.PersonID, via workflows.Via) (workflows.Link, workflows.Code) {
		t.Helper()
		l, no, err := w.engine.ChangeLink(t.Context(), workflows.LinkChange{Do: workflows.LinkConfirm, Link: link, Person: dan, Actor: actor, Via: via})
		if err != nil {
			t.Fatal(err)
		}
		if no != nil {
			return l, no.Code
		}
		return l, ""
	}
	portal := func(link string) workflows.Via { return workflows.Via{Surface: "portal", Link: link} }
	for name, c := range map[string]struct {
		link  string
		actor workflows.PersonID
		via   workflows.Via
		want  workflows.Code
	}{
		"signed in by a one-time link":            {"acc-half", dan, portal(""), workflows.CodeNotNow},
		"signed in from the very account":         {"acc-half", dan, portal("acc-half"), workflows.CodeNotNow},
		"signed in by somebody else's account":    {"acc-half", dan, portal(others.ID), workflows.CodeNotNow},
		"somebody else, signed in":                {"acc-half", yuki, portal(others.ID), workflows.CodeNotYours},
		"from the chat":                           {"acc-half", dan, workflows.Via{Surface: "slack", Link: "acc-half"}, workflows.CodeNotNow},
		"an account that was taken away":          {"acc-ended", dan, portal(own.ID), workflows.CodeNotNow},
		"the company account itself":              {own.ID, dan, portal(own.ID), workflows.CodeNotNow},
		"a link that does not exist":              {"acc-none", dan, portal(own.ID), workflows.CodeUnknown},
		"a company account that names no account": {"acc-half", dan, portal("acc-none"), workflows.CodeNotNow},
	} {
		if _, code := confirm(c.link, c.actor, c.via); code != c.want {
			t.Errorf("%s: %q, want %q", name, code, c.want)
		}
	}
	for _, link := range []string{"acc-half", "acc-open", "acc-half"} {
		l, code := confirm(link, dan, portal(own.ID))
		if code != "" || l.Proof != workflows.ProofOIDC || l.Limited() || l.State != workflows.LinkLinked || !l.Confirmed {
			t.Errorf("%s: %+v, %q", link, l, code)
		}
	}
	h := w.history(workflows.AccountRef("acc-half"))
	if len(h) != 1 || h[0].Record.What != "account_confirmed" || h[0].Record.Actor != dan || h[0].Record.Via != portal(own.ID) {
		t.Errorf("records %+v", h)
	}
	w.link(dan, "teams", "acc-second", workflows.LinkProposed, "")
	if _, code := confirm("acc-second", dan, portal(own.ID)); code != workflows.CodeNotNow {
		t.Errorf("beside another account: %q", code)
	}
	if _, no, err := w.engine.ChangeLink(t.Context(), workflows.LinkChange{
		Do: workflows.LinkPrefer, Link: own.ID, Person: dan, Actor: dan, Via: portal(own.ID),
	}); err != nil || no == nil {
		t.Errorf("nobody can be written to at the provider: %v, %v", no, err)
	}
}

// Whoever loses the account they signed in by while they decide, decides nothing.
func TestVoteBySession(t *testing.T) {
	w := open(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db"))
	l, _ := w.signsIn(w.says("sub-ben", "ben@example.com"))
	about := w.ask(minimal())
	vote := func() workflows.Code {
		t.Helper()
		r := w.request(about)
		done, err := w.engine.Apply(t.Context(), workflows.Event{
			Actor: ben, About: about, Via: workflows.Via{Surface: "portal", Link: l.ID}, What: approval.Decided{Approve: true},
			Seen: workflows.Seen{Stage: r.Screening.Plan.Stages[0].Key, Round: r.Round, Revision: r.Revision},
		})
		if err != nil {
			t.Fatal(err)
		}
		if done.Refusal != nil {
			return done.Refusal.Code
		}
		return ""
	}
	end := func(do workflows.LinkDo) {
		t.Helper()
		if _, no, err := w.engine.ChangeLink(t.Context(), workflows.LinkChange{Do: do, Link: l.ID, Person: ben, Actor: workflows.System}); no != nil || err != nil {
			t.Fatal(no, err)
		}
	}
	end(workflows.LinkEnd)
	if code := vote(); code != workflows.CodeNotNow || len(w.request(about).Votes) != 0 {
		t.Errorf("code %q, votes %+v", code, w.request(about).Votes)
	}
	end(workflows.LinkConfirm)
	if code := vote(); code != "" {
		t.Fatalf("code %q", code)
	}
	votes := w.request(about).Votes
	if len(votes) != 1 || votes[0].Via != (workflows.Via{Surface: "portal", Link: l.ID}) {
		t.Errorf("votes %+v", votes)
	}
	h := w.history(about)
	i := slices.IndexFunc(h, func(r workflows.LogRow) bool { return r.Record.What == "decided" })
	if i < 0 || h[i].Record.Via.Link != l.ID {
		t.Errorf("the record does not say how the voter signed in: %+v", h)
	}
	w.verified()
}

// A link made on the server, and signing somebody out there, leave records about the person.
func TestSignInLinkIsARecord(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		via := workflows.Via{Surface: "cli"}
		link := workflows.SignInLink{Hash: "h1", Person: dan, Made: monday, Ends: monday.Add(10 * time.Minute), By: "cli"}
		for range 2 {
			if err := w.engine.MakeSignInLink(t.Context(), link, workflows.System, via); err != nil {
				t.Fatal(err)
			}
			link.Hash += "x"
		}
		link.Hash = "h1"
		if err := w.engine.MakeSignInLink(t.Context(), link, workflows.System, via); !errors.Is(err, workflows.ErrConflict) {
			t.Errorf("made twice: %v", err)
		}
		if got, err := w.store.SignInLink(t.Context(), "h1", monday); err != nil || got != link {
			t.Errorf("%+v, %v", got, err)
		}
		session := workflows.Session{Hash: "s", Person: dan, Via: "link", Started: monday, Seen: monday, Ends: monday.Add(time.Hour)}
		if err := w.store.PutSession(t.Context(), session); err != nil {
			t.Fatal(err)
		}
		if n, err := w.engine.SignOut(t.Context(), dan, workflows.System, via); n != 1 || err != nil {
			t.Errorf("signed out of %d, %v", n, err)
		}
		if _, err := w.store.UseSignInLink(t.Context(), "h1", monday); !errors.Is(err, workflows.ErrNotFound) {
			t.Errorf("the link still works: %v", err)
		}
		h := w.history(workflows.Ref{Kind: workflows.KindPeople, ID: string(dan)})
		var what []string
		for _, r := range h {
			what = append(what, r.Record.What)
			var data struct{ Person workflows.PersonID }
			if err := json.Unmarshal(r.Record.Data, &data); err != nil || data.Person != dan || r.Record.Via != via || r.Record.Actor != workflows.System {
				t.Errorf("record %+v, %v", r.Record, err)
			}
		}
		same(t, "records", what, "sign_in_link_made", "sign_in_link_made", "signed_out")
		w.verified()
	})
}

// TestSignInFaultAtEveryCall breaks the database at each call: nothing of the transaction stays, and the same again does it.
func TestSignInFaultAtEveryCall(t *testing.T) {
	faults := &linkFaults{}
	w := openWith(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db"), func(s engine.Store) engine.Store { faults.Store = s; return faults })
	fresh := w.says("sub-dan", "dan@example.com")
	fresh.Fresh = true
	again := w.says("sub-dan", "")
	again.Fresh = true
	for _, c := range []struct {
		name  string
		do    func() error
		least int
	}{
		{"the first", func() error { _, _, err := w.engine.SignIn(t.Context(), fresh); return err }, 8},
		{"another", func() error {
			w.clock.Set(monday.Add(48 * time.Hour))
			_, _, err := w.engine.SignIn(t.Context(), again)
			return err
		}, 6},
		{"a link", func() error {
			l := workflows.SignInLink{Hash: "h", Person: dan, Made: monday, Ends: monday.Add(time.Hour), By: "cli"}
			return w.engine.MakeSignInLink(t.Context(), l, workflows.System, workflows.Via{Surface: "cli"})
		}, 3},
		{"signing out", func() error {
			_, err := w.engine.SignOut(t.Context(), dan, workflows.System, workflows.Via{Surface: "cli"})
			return err
		}, 3},
	} {
		records := func() int {
			n := len(w.history(workflows.Ref{Kind: workflows.KindPeople, ID: string(dan)}))
			links, err := w.store.LinksOf(t.Context(), dan)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range links {
				n += len(w.history(workflows.AccountRef(l.ID)))
			}
			return n
		}
		before, reached := records(), 0
		for n := 1; ; n++ {
			faults.failAt, faults.calls = n, 0
			err := c.do()
			faults.failAt = 0
			if err == nil {
				break
			}
			if reached = n; !errors.Is(err, errFault) {
				t.Fatalf("%s, call %d: %v", c.name, n, err)
			}
			if got := records(); got != before {
				t.Errorf("%s, call %d: of a transaction that failed stayed records", c.name, n)
			}
		}
		if reached < c.least || records() == before {
			t.Errorf("%s: %d calls were broken, %d records", c.name, reached, records()-before)
		}
	}
	none := engine.New(engine.Config{
		Store: w.store, Now: w.clock.Now, Rand: strings.NewReader(""), Zone: time.UTC, Build: "test", Log: slog.New(slog.DiscardHandler),
	})
	if _, _, err := none.SignIn(t.Context(), w.says("sub-yuki", "yuki@example.com")); err == nil {
		t.Error("linked without randomness")
	}
	w.verified()
}
