package view_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

const nothingAsked = "Nothing is asked of you."

func TestInformSaysWhoAndWhat(t *testing.T) {
	c := cardtest.NewCompany()
	id := c.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
	inform := func() card.Card { return view.Message(c.Case(id, "helen"), workflows.WhyInform, "") }
	check := func(state, want string) {
		t.Helper()
		shown := inform()
		lead := strings.Join(shown.Lead, "\n")
		if !strings.Contains(shown.Gist, want) || !strings.HasSuffix(shown.Gist, nothingAsked) {
			t.Errorf("%s: the gist is %q", state, shown.Gist)
		}
		for _, once := range []string{want, nothingAsked} {
			if strings.Count(lead, once) != 1 {
				t.Errorf("%s: %q is there %d times in\n%s", state, once, strings.Count(lead, once), lead)
			}
		}
		if strings.Contains(lead, "Nothing more is needed") {
			t.Errorf("%s: it says twice that nothing is asked:\n%s", state, lead)
		}
	}
	check("open", "It waits for Ben Okafor")
	c.Do("ben", id, approval.Decided{Reason: "We have a note taker already; please use that one."})
	check("ended", "Rejected by Ben Okafor")
}

func TestGistsSayWhenAndNotHowLongAgo(t *testing.T) {
	c := cardtest.NewCompany()
	id := c.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
	c.Until(c.Now.AddDate(0, 0, 4))
	shown := view.Request(c.Case(id, "ben"))
	if !strings.Contains(shown.Gist, "It was due Mon 24 Nov") || strings.Contains(shown.Gist, "ago") {
		t.Errorf("what is stored says %q", shown.Gist)
	}
	if lead := strings.Join(shown.Lead, " "); !strings.Contains(lead, "ago.") {
		t.Errorf("what is shown now says %q", lead)
	}
}

func TestQuestionComesBeforeWhatIsMissing(t *testing.T) {
	c := cardtest.NewCompany()
	id := c.Send("ana", "ai-use", cardtest.Ranking(), "")
	c.Do("ben", id, approval.Asked{Text: "Who checks the ranking?"})
	shown := view.Request(c.Case(id, "ana"))
	if !strings.Contains(shown.Gist, "asks you") || !strings.Contains(shown.Lead[0], "asks you") || !strings.Contains(shown.Lead[1], "impact assessment") {
		t.Errorf("gist %q, lead %q", shown.Gist, shown.Lead)
	}
}

func TestDoneSaysTheEndOnce(t *testing.T) {
	c := cardtest.NewCompany()
	id := c.Send("ana", "ai-use", cardtest.PublicText(), "")
	c.Do("ben", id, approval.Decided{Approve: true})
	if got := view.Done(c.Case(id, "ben"), view.VerbApprove); strings.Count(got, "Approved by") != 1 || strings.Count(got, "Valid until") != 1 {
		t.Errorf("approved: %q", got)
	}
	id = c.Send("ana", "ai-use", cardtest.PublicText(), "")
	c.Do("ben", id, approval.Decided{Reason: "We have a tool for this already."})
	if got := view.Done(c.Case(id, "ben"), view.VerbReject); strings.Count(got, "Rejected by") != 1 || strings.Contains(got, "Valid") {
		t.Errorf("rejected: %q", got)
	}
	id = c.Send("ana", "ai-use", cardtest.MoodTracking(), "")
	for _, who := range []workflows.PersonID{"nadia", "helen"} {
		c.Do(who, id, approval.Ruled{Outcome: policy.OutcomeConfirmStop})
	}
	if got := view.Done(c.Case(id, "helen"), view.VerbRule); !strings.Contains(got, "confirmed the stop") || !strings.Contains(got, "must not be used") {
		t.Errorf("stopped: %q", got)
	}
}

func TestThePortalLeadsBackToTheRequest(t *testing.T) {
	c := cardtest.NewCompany()
	id := c.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
	k := c.Case(id, "ben")
	k.Surface = workflows.SurfacePortal
	want := []card.Button{{Label: "Back to " + id, Path: "/requests/" + id}}
	for name, shown := range map[string]card.Card{"explain": view.Explain(k), "details": view.Details(k)} {
		if !slices.Equal(shown.Buttons, want) || len(shown.More) > 0 {
			t.Errorf("%s: %+v, %+v", name, shown.Buttons, shown.More)
		}
	}
}

// TestNamingOffersHolders: only those who can be named are offered, and where there is nobody, no button.
func TestNamingOffersHolders(t *testing.T) {
	late := func(c *cardtest.Company, flow string, answers policy.Answers) string {
		id := c.Send("ana", flow, answers, "")
		c.Until(c.Now.AddDate(0, 0, 4))
		return id
	}
	offered := func(k view.Case) (out []string) {
		s := view.Sheet{Draft: policy.Draft{ID: "d", Revision: 1, Form: view.VerbName, About: workflows.RequestRef(k.Request.ID)}}
		view.SetOwn(&s.Draft, view.KeyArg, policy.Answer{Text: "holder"})
		for _, f := range view.Act(k, s).Fields {
			if f.Key == view.KeyPerson {
				for _, o := range f.Options {
					out = append(out, o.Label)
				}
			}
		}
		return out
	}
	c := cardtest.NewCompany()
	k := c.Case(late(c, "ai-use", cardtest.MeetingNotes()), "cleo")
	if got := offered(k); !slices.Equal(got, []string{"Ingrid Solberg (Board)", "Marek Dvorak (Management)"}) {
		t.Errorf("for a manager who is late: %q", got)
	}

	for _, id := range []workflows.PersonID{"marek", "ingrid"} {
		c = cardtest.NewCompany()
		p := c.People[id]
		p.Active = false
		c.People[id] = p
		k = c.Case(late(c, "ai-use", cardtest.MeetingNotes()), "cleo")
		if got := offered(k); len(got) != 1 {
			t.Errorf("without %s: %q", id, got)
		}
	}

	c = cardtest.NewCompany()
	ben := c.People["ben"]
	ben.Manager = ""
	c.People["ben"] = ben
	k = c.Case(late(c, "ai-use", cardtest.MeetingNotes()), "cleo")
	text := cardtest.Text(view.Message(k, workflows.WhyEscalated, ""))
	if strings.Contains(text, "[Name") || !strings.Contains(text, "There is no other manager to name.") {
		t.Errorf("without a manager above:\n%s", text)
	}
}

// TestNamingForSeveralRoles: whoever is offered, it says for which role.
func TestNamingForSeveralRoles(t *testing.T) {
	c := cardtest.NewCompany()
	id := c.Send("ana", "ai-use", cardtest.Ranking(), "")
	c.Do("ben", id, approval.Decided{Approve: true})
	c.Until(c.Now.Add(30 * 24 * time.Hour))
	k := c.Case(id, "tomas")
	s := view.Sheet{Draft: policy.Draft{ID: "d", Revision: 1, Form: view.VerbName, About: workflows.RequestRef(id)}}
	view.SetOwn(&s.Draft, view.KeyArg, policy.Answer{Text: "holder"})
	text := cardtest.FormText(view.Act(k, s))
	for _, want := range []string{"Nadia Haddad (Legal), legal counsel", "Yuki Tanaka (Engineering), security officer"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if strings.Contains(text, "Mei Chen") {
		t.Errorf("somebody without a role is offered:\n%s", text)
	}
}
