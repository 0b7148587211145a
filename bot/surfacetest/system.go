package surfacetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/register"
)

// systemVerbs are the steps about systems of the AI register. S is a system by its name in the story; most other steps take it
// where they take a request.
func systemVerbs() []*verb {
	return []*verb{
		newVerb("S is the system of R", isSystem),
		newVerb("WHO proves on S: TEXT", because(view.KeyProof, view.VerbProve)),
		newVerb("WHO verifies S", judges(view.OutcomeVerified, view.VerbVerify)),
		newVerb("WHO sends back S because TEXT", judges(view.OutcomeSentBack, view.VerbSendBack)),
		newVerb("WHO begins S with a pilot until TEXT", because(view.KeyUntil, view.VerbPilot)),
		newVerb("WHO ends the pilot of S: TEXT", because(view.KeyReport, view.VerbGoLive)),
		newVerb("WHO reports a change of S: TEXT", because(view.KeyReason, view.VerbChange)),
		newVerb("WHO lets S stand because TEXT", because(view.KeyReason, view.VerbUnchanged)),
		newVerb("WHO suspends S because TEXT", because(view.KeyReason, view.VerbSuspend)),
		newVerb("WHO releases S because TEXT", because(view.KeyReason, view.VerbRelease)),
		newVerb("WHO revokes S because TEXT", because(view.KeyReason, view.VerbRevoke)),
		newVerb("WHO retires S because TEXT", because(view.KeyReason, view.VerbRetire)),
		newVerb("WHO hands over S to PERSON because TEXT", handsOver),
		newVerb("WHO renews S", simply(view.VerbRenew)),
		newVerb("WHO joins S", joins),
		newVerb("WHO agrees that PERSON joins S", answersJoin(view.OutcomeAgreed, view.VerbAgree)),
		newVerb("WHO does not agree that PERSON joins S because TEXT", answersJoin(view.OutcomeRefused, view.VerbRefuseJoin)),
		newVerb("WHO leaves S", simply(view.VerbLeave)),
		newVerb("WHO begins FLOW and joins S instead", joinsInstead),
		newVerb("WHO finds TEXT", looksUp),
		newVerb("PERSON leaves", leaves),
		newVerb("expect system S STATE", expectSystem),
		newVerb("expect condition KEY of S STATE", expectCondition),
		newVerb("expect users of S: TEXT", expectUsers),
		newVerb("expect WHO cannot read on S: TEXT", expectUnread),
		newVerb("expect found TEXT", expectFound(true)),
		newVerb("expect not found TEXT", expectFound(false)),
	}
}

// isSystem gives a name to what a request has brought into the register.
func isSystem(s *stage, st step) error {
	id, err := s.thing(st.args[1])
	if err != nil {
		return err
	}
	system, err := s.world.SystemOf(s.ctx, id)
	if errors.Is(err, workflows.ErrNotFound) {
		return fmt.Errorf("%s has brought nothing into the register", st.args[1])
	}
	if err == nil {
		s.names[st.args[0]] = system
	}
	return err
}

// judges says of the one proof that waits whether it shows what it should, by the button; of one among several, which the lines
// of the step name, in the form that asks.
func judges(outcome, button string) func(*stage, step) error {
	return func(s *stage, st step) error {
		values := slices.Clone(st.values)
		if outcome == view.OutcomeSentBack {
			values = append(values, [2]string{view.KeyReason, st.args[2]})
		}
		screen, err := s.open(st.args[0], st.args[1])
		if err != nil {
			return err
		}
		if _, several := screen.Button(view.VerbJudge); several {
			return s.pressed(screen, step{values: append(values, [2]string{view.KeyOutcome, outcome})}, view.VerbJudge)
		}
		return s.pressed(screen, step{values: values}, button)
	}
}

func handsOver(s *stage, st step) error {
	values := [][2]string{{view.KeyPerson, st.args[2]}, {view.KeyReason, st.args[3]}}
	return s.act(st, append(values, st.values...), view.VerbHandOver)
}

func looksUp(s *stage, st step) error {
	return s.after(s.say(st.args[0], "find "+st.args[1]))
}

// joins says yes to both questions, unless the lines of the step say something else.
func joins(s *stage, st step) error {
	values := [][2]string{{view.KeyWithin, "yes"}, {view.KeyAccept, "yes"}}
	return s.act(st, append(values, st.values...), view.VerbJoin)
}

// joinsInstead fills in the first page of a request, is offered what is approved already on the next one, and joins that.
func joinsInstead(s *stage, st step) error {
	screen, err := s.say(st.args[0], "request "+st.args[1])
	if err != nil {
		return err
	}
	if screen.Form == nil {
		return fmt.Errorf("no form opened:\n%s", screen.Text)
	}
	if screen, err = s.page(screen, st.values, map[string]bool{}); err != nil {
		return err
	}
	id, err := s.thing(st.args[2])
	if err == nil {
		err = holds(screen.Text, id+":")
	}
	if err == nil {
		err = holds(screen.Text, "Join it instead?")
	}
	if err != nil {
		return err
	}
	return s.pressed(screen, step{values: [][2]string{{view.KeyWithin, "yes"}, {view.KeyAccept, "yes"}}}, view.VerbJoin)
}

// answersJoin answers somebody who asks to join: by the button, or in the form that asks whom of several.
func answersJoin(outcome, button string) func(*stage, step) error {
	return func(s *stage, st step) error {
		var values [][2]string
		if len(st.args) > 3 {
			values = [][2]string{{view.KeyReason, st.args[3]}}
		}
		screen, err := s.open(st.args[0], st.args[2])
		if err != nil {
			return err
		}
		if _, several := screen.Button(view.VerbAnswerJoin); several {
			values = append(values, [2]string{view.KeyPerson, st.args[1]}, [2]string{view.KeyOutcome, outcome})
			return s.pressed(screen, step{values: values}, view.VerbAnswerJoin)
		}
		return s.pressed(screen, step{values: values}, button)
	}
}

// leaves switches somebody off in the directory, as an administrator's file does.
func leaves(s *stage, st step) error {
	who, err := s.person(st.args[0])
	if err != nil {
		return err
	}
	return s.world.Leave(s.ctx, who)
}

// system reads a system by its name in the story.
func (s *stage) system(name string) (register.System, error) {
	id, err := s.thing(name)
	if err != nil {
		return register.System{}, err
	}
	return s.world.System(s.ctx, id)
}

func expectSystem(s *stage, st step) error {
	sys, err := s.system(st.args[0])
	if err != nil {
		return err
	}
	if string(sys.State) != st.args[1] {
		return fmt.Errorf("it is %s, owned by %s; conditions: %v; waits: %s", sys.State, sys.Owner, conditions(sys), waits(sys.Waits))
	}
	return nil
}

func expectCondition(s *stage, st step) error {
	sys, err := s.system(st.args[1])
	if err != nil {
		return err
	}
	if t, ok := sys.Task(st.args[0]); !ok || string(t.State) != st.args[2] {
		return fmt.Errorf("the conditions are %v", conditions(sys))
	}
	return nil
}

func conditions(sys register.System) (out []string) {
	for _, t := range sys.Tasks {
		out = append(out, fmt.Sprintf("%s %s, verified by %s, due %s", t.Key, t.State, t.Verifier, t.Due))
	}
	return out
}

// expectUsers compares who has joined, in their order: "jack, yuki", or "none".
func expectUsers(s *stage, st step) error {
	sys, err := s.system(st.args[0])
	if err != nil {
		return err
	}
	got := []string{}
	for _, u := range sys.Joined {
		got = append(got, string(u.Who))
	}
	want := []string{}
	for name := range strings.SplitSeq(st.args[1], ", ") {
		if name == "none" {
			continue
		}
		who, err := s.person(name)
		if err != nil {
			return err
		}
		want = append(want, string(who))
	}
	if !slices.Equal(got, want) {
		return fmt.Errorf("users are %v, want %v; those who ask: %+v", got, want, sys.Asks)
	}
	return nil
}

// expectUnread opens something that somebody may see, and looks for what they may not read of it.
func expectUnread(s *stage, st step) error {
	screen, err := s.open(st.args[0], st.args[1])
	if err != nil {
		return err
	}
	if screen.Refused {
		return fmt.Errorf("it is not shown at all:\n%s", screen.Text)
	}
	return lacks(screen.Text, st.args[2])
}

// expectFound looks at the answer to the last search.
func expectFound(want bool) func(*stage, step) error {
	return func(s *stage, st step) error {
		if want {
			return holds(s.last.Text, st.args[0])
		}
		return lacks(s.last.Text, st.args[0])
	}
}
