package view_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// systemWhys lists the reasons for telling somebody about a system.
func systemWhys() []workflows.Why {
	return []workflows.Why{
		workflows.WhyTask, workflows.WhyVerify, workflows.WhyStop, workflows.WhyExpired, workflows.WhyHandOver, workflows.WhyHandedOver,
		workflows.WhyReEvaluate, workflows.WhyRenew, workflows.WhyEscalated, workflows.WhyRemind, workflows.WhyJoin, workflows.WhyJoined,
	}
}

// typed fills a system with texts that people typed, each with a word of its own: which of them a card tells can be read there.
func typed(s register.System, evil string) (out register.System, secrets []string) {
	n := 0
	secret := func() string {
		n++
		word := fmt.Sprintf("Xq%dzx", n)
		secrets = append(secrets, word)
		return word + " " + evil + " " + word
	}
	s.Title, s.Use, s.Turned.Reason = secret(), secret(), secret()
	s.Tasks = slices.Clone(s.Tasks)
	for i := range s.Tasks {
		t := &s.Tasks[i]
		t.Text, t.Evidence, t.Proof, t.Returned = secret(), secret(), secret(), secret()
	}
	return s, secrets
}

// public gives every card of a system for one who may not read all of it.
func public(e view.Entry) []card.Card {
	e.Whole = false
	out := []card.Card{view.System(e), view.SystemDetails(e), view.SystemExplain(e), view.SystemPublic(e)}
	for _, why := range systemWhys() {
		for _, part := range []string{"", "own-1", "recording_notice"} {
			out = append(out, view.SystemMessage(e, why, part))
		}
	}
	e.Whole = true // nor does the card for a conversation depend on who shares it
	return append(out, view.SystemPublic(e))
}

// TestPublicCardsTellNothingTyped goes through the scenes of systems, with every hostile text in every place where somebody types,
// for everybody who looks: what may not be read is on no card, and nothing on it can be pressed but what is about joining.
func TestPublicCardsTellNothingTyped(t *testing.T) {
	scenes := cardtest.Scenes()
	for i, evil := range cardtest.Hostile() {
		if testing.Short() && i%10 != 0 {
			continue
		}
		scene := scenes[i%len(scenes)]
		people := scene.Company.Roster().All()
		for j := range 3 {
			viewer := people[(i+j*5)%len(people)].ID
			if waits := scene.Company.Systems["AIS-1"].Waits; j == 0 && len(waits) > 0 {
				viewer = waits[i%len(waits)].Who // what waits for somebody tells most
			}
			e := scene.Company.Entry("AIS-1", viewer)
			var secrets []string
			e.System, secrets = typed(e.System, evil)
			if i%2 == 0 {
				e.System.Tool, e.System.Vendor = evil, evil
			}
			for _, c := range public(e) {
				if err := card.Check(c); err != nil {
					t.Errorf("%s, %q as %s sees it: %v", scene.Name, evil, viewer, err)
				}
				text := cardtest.Text(c)
				for _, s := range secrets {
					if strings.Contains(text, s) {
						t.Fatalf("%s, %q as %s sees it, tells what was typed:\n%s", scene.Name, evil, viewer, text)
					}
				}
				more := slices.ContainsFunc(slices.Concat(c.Buttons, c.More), func(b card.Button) bool { return !view.Joins(b.Action.Verb) })
				if more || len(c.Sections) > 0 {
					t.Fatalf("%s, %q as %s sees it, offers more than a public card:\n%s", scene.Name, evil, viewer, text)
				}
			}
			if text := cardtest.Text(view.System(e)); e.Whole && !strings.Contains(text, secrets[0]) && !strings.Contains(text, secrets[1]) {
				t.Fatalf("%s: whoever may read it does not:\n%s", scene.Name, text)
			}
		}
	}
}

// TestEverySystemCardIsTheSameForEverybodyInAConversation: no "you", no zone of whoever shares it.
func TestEverySystemCardIsTheSameForEverybodyInAConversation(t *testing.T) {
	for _, scene := range cardtest.Scenes() {
		want := view.SystemPublic(scene.Company.Entry("AIS-1", "ana"))
		if len(want.Buttons)+len(want.More) > 0 {
			t.Errorf("%s can be pressed:\n%s", scene.Name, cardtest.Text(want))
		}
		for _, p := range scene.Company.Roster().All() {
			if got := cardtest.Text(view.SystemPublic(scene.Company.Entry("AIS-1", p.ID))); got != cardtest.Text(want) {
				t.Errorf("%s as %s shares it:\n%s\nas Ana does:\n%s", scene.Name, p.ID, got, cardtest.Text(want))
			}
		}
	}
}

// TestSystemButtonsAreWhatTheMachineAllows: a button that does something is there exactly when the machine says that the reader can
// do it, and opens a form that keeps the limits.
func TestSystemButtonsAreWhatTheMachineAllows(t *testing.T) {
	for _, scene := range cardtest.Scenes() {
		for _, p := range scene.Company.Roster().All() {
			e := scene.Company.Entry("AIS-1", p.ID)
			actions := register.JoinActions(e.System, p.ID, e.Roster, e.Now)
			if e.Whole {
				actions = append(actions, register.Actions(e.System, p.ID, e.Roster, e.Now, true)...)
			}
			shown := view.System(e)
			n := 0
			for _, b := range slices.Concat(shown.Buttons, shown.More) {
				if b.Action.Verb == view.VerbDetails || b.Action.Verb == view.VerbExplain {
					continue
				}
				if b.Action.Verb == view.VerbRequest { // anybody may ask for approval, with the form of the flow
					if e.System.State != register.StateDiscovered || e.System.Request != "" {
						t.Errorf("%s: %s has the button %q", scene.Name, p.ID, b.Label)
					}
					continue
				}
				n++
				if !view.SystemCan(e, b.Action.Verb, b.Action.Arg) {
					t.Errorf("%s: %s has the button %q", scene.Name, p.ID, b.Label)
				}
				if b.Action.Round != e.System.Round || b.Action.Revision != e.System.Revision {
					t.Errorf("%s: the button %q does not carry what is seen", scene.Name, b.Label)
				}
				if !view.Opens(b.Action) || b.Action.Verb == view.VerbRenew { // that form has the questions of the flow
					continue
				}
				d := withArg(policy.Draft{ID: "d", Revision: 1, Form: b.Action.Verb, About: workflows.SystemRef("AIS-1"), Page: 1}, b.Action.Arg)
				if err := card.CheckForm(view.SystemAct(e, view.Sheet{Draft: d})); err != nil {
					t.Errorf("%s: form %s: %v", scene.Name, b.Action.Verb, err)
				}
			}
			offered := func(a register.Action) bool {
				return slices.ContainsFunc(slices.Concat(shown.Buttons, shown.More), func(b card.Button) bool { return offers(b.Action, a) })
			}
			for _, a := range actions {
				if !offered(a) {
					t.Errorf("%s: %s has no button for %+v", scene.Name, p.ID, a)
				}
			}
			if (n > 0) != (len(actions) > 0) {
				t.Errorf("%s: %s has %d buttons for %d actions", scene.Name, p.ID, n, len(actions))
			}
		}
	}
}

// offers says whether a button does what the machine allows.
func offers(b card.Action, a register.Action) bool {
	verbs := map[string][]string{
		register.Proved{}.Kind(): {view.VerbProve}, register.Verified{}.Kind(): {view.VerbVerify, view.VerbJudge}, register.SentBack{}.Kind(): {view.VerbSendBack, view.VerbJudge},
		register.Unchanged{}.Kind(): {view.VerbUnchanged}, register.Released{}.Kind(): {view.VerbRelease}, register.WentLive{}.Kind(): {view.VerbGoLive},
		register.Piloted{}.Kind(): {view.VerbPilot}, register.Changed{}.Kind(): {view.VerbChange}, register.Suspended{}.Kind(): {view.VerbSuspend},
		register.HandedOver{}.Kind(): {view.VerbHandOver}, register.Retired{}.Kind(): {view.VerbRetire}, register.Revoked{}.Kind(): {view.VerbRevoke},
		register.Joined{}.Kind(): {view.VerbJoin}, register.Left{}.Kind(): {view.VerbLeave}, register.JoinAgreed{}.Kind(): {view.VerbAgree, view.VerbAnswerJoin},
		register.JoinRefused{}.Kind(): {view.VerbRefuseJoin, view.VerbAnswerJoin},
	}[a.Kind]
	return slices.Contains(verbs, b.Verb) && (b.Arg == "" || a.Task == "" || b.Arg == a.Task)
}

// TestSystemMessagesKeepTheLimits: so does every message about every scene, for everybody who reads it, whatever was typed.
func TestSystemMessagesKeepTheLimits(t *testing.T) {
	scenes := cardtest.Scenes()
	for i, evil := range cardtest.Hostile() {
		scene := scenes[i%len(scenes)]
		for _, who := range []workflows.PersonID{"ana", "cleo", "ben"} {
			e := scene.Company.Entry("AIS-1", who)
			e.System, _ = typed(e.System, evil)
			e.Whole = true
			before := fmt.Sprintf("%+v", e.System)
			for _, why := range systemWhys() {
				if err := card.Check(view.SystemMessage(e, why, "own-1")); err != nil {
					t.Errorf("%s, %q, %s to %s: %v", scene.Name, evil, why, who, err)
				}
				view.SystemHolds(e, why, "own-1")
			}
			for _, c := range []card.Card{view.System(e), view.SystemDetails(e), view.SystemExplain(e)} {
				if err := card.Check(c); err != nil {
					t.Errorf("%s, %q to %s: %v", scene.Name, evil, who, err)
				}
			}
			if fmt.Sprintf("%+v", e.System) != before {
				t.Errorf("%s: looking at it changed it", scene.Name)
			}
		}
	}
}
