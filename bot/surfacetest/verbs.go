package surfacetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"steward/bot/view"
	"steward/workflows"
)

// Verbs lists all steps a story can take, as their forms: WHO and PERSON are first names in small letters, R and S are a request
// and a system of the register by their names in the story.
func Verbs() []string {
	var out []string
	for _, v := range verbs() {
		out = append(out, v.form)
	}
	return out
}

func verbs() []*verb {
	return slices.Concat([]*verb{
		newVerb("WHO requests FLOW as R", requests),
		newVerb("WHO requests FLOW about R as R", requestsAbout),
		newVerb("WHO tries to request FLOW", tries),
		newVerb("WHO edits R", simply(view.VerbEdit)),
		newVerb("WHO approves R because TEXT", because(view.KeyReason, view.VerbDecide)),
		newVerb("WHO approves R", simply(view.VerbApprove, view.VerbDecide)),
		newVerb("WHO rejects R because TEXT", because(view.KeyReason, view.VerbReject)),
		newVerb("WHO has no objection to R", simply(view.VerbNoObjection)),
		newVerb("WHO objects to R because TEXT", because(view.KeyReason, view.VerbObject)),
		newVerb("WHO asks about R: TEXT", because(view.KeyQuestion, view.VerbAsk)),
		newVerb("WHO answers R: TEXT", because(view.KeyAnswer, view.VerbAnswer)),
		newVerb("WHO accepts R", simply(view.VerbAccept)),
		newVerb("WHO declines R because TEXT", because(view.KeyReason, view.VerbDecline)),
		newVerb("WHO withdraws R because TEXT", because(view.KeyReason, view.VerbWithdraw)),
		newVerb("WHO cannot wait with R because TEXT", because(view.KeyReason, view.VerbEmergency)),
		newVerb("WHO allows R for now because TEXT", because(view.KeyReason, view.VerbEmergencyAllow)),
		newVerb("WHO lets R wait because TEXT", because(view.KeyReason, view.VerbEmergencyWait)),
		newVerb("WHO links R to TEXT", because(view.KeyRef, view.VerbLink)),
		newVerb("WHO rules on R because TEXT", because(view.KeyReason, view.VerbRule)),
		newVerb("WHO names the tier of R because TEXT", because(view.KeyReason, view.VerbOverride)),
		newVerb("WHO corrects R because TEXT", because(view.KeyReason, view.VerbCorrect)),
		newVerb("WHO names somebody for R because TEXT", because(view.KeyReason, view.VerbName)),
		newVerb("WHO keeps the card of R", keeps),
		newVerb("WHO presses VERB on the kept card", pressesKept),
		newVerb("WHO presses VERB on R", presses),
		newVerb("later TEXT", later),
	}, systemVerbs(), seenVerbs(), awayVerbs(), vendorVerbs(), linkVerbs(), expectations())
}

func requests(s *stage, st step) error {
	screen, err := s.say(st.args[0], "request "+st.args[1])
	if err != nil {
		return err
	}
	return s.sent(screen, st, st.args[2])
}

// requestsAbout begins a request that is about another one, from that one's card.
func requestsAbout(s *stage, st step) error {
	screen, err := s.open(st.args[0], st.args[2])
	if err != nil {
		return err
	}
	if screen, err = s.press(screen, view.VerbRequest+":"+st.args[1]); err != nil {
		return err
	}
	return s.sent(screen, st, st.args[3])
}

// sent fills in a new request and notes its id under its name in the story.
func (s *stage) sent(screen Screen, st step, name string) error {
	if screen.Form == nil {
		return fmt.Errorf("no form opened:\n%s", screen.Text)
	}
	screen, err := s.fill(screen, st.values)
	if err := s.after(screen, err); err != nil {
		return err
	}
	if screen.Refused {
		return nil
	}
	if screen.About == "" {
		return fmt.Errorf("no request came of it:\n%s", screen.Text)
	}
	s.names[name] = screen.About
	return nil
}

// tries fills in a new request that is to be refused.
func tries(s *stage, st step) error {
	screen, err := s.say(st.args[0], "request "+st.args[1])
	if err != nil {
		return err
	}
	screen, err = s.fill(screen, st.values)
	if err == nil && !screen.Refused {
		err = fmt.Errorf("it was sent:\n%s", screen.Text)
	}
	return s.after(screen, err)
}

// simply presses the first of the buttons that is there, and fills in the form it may open.
func simply(buttons ...string) func(*stage, step) error {
	return func(s *stage, st step) error { return s.act(st, st.values, buttons...) }
}

// because does the same, with the text of the step in the field.
func because(field string, buttons ...string) func(*stage, step) error {
	return func(s *stage, st step) error {
		values := append([][2]string{{field, st.args[len(st.args)-1]}}, st.values...)
		return s.act(st, values, buttons...)
	}
}

func (s *stage) act(st step, values [][2]string, buttons ...string) error {
	screen, err := s.open(st.args[0], st.args[1])
	if err != nil {
		return err
	}
	if screen, err = s.press(screen, buttons...); err != nil {
		return err
	}
	if screen.Form == nil || screen.Refused {
		return s.after(screen, nil)
	}
	return s.after(s.fill(screen, values))
}

func keeps(s *stage, st step) error {
	screen, err := s.open(st.args[0], st.args[1])
	if err == nil {
		s.kept[screen.Who] = screen
	}
	return s.after(screen, err)
}

func pressesKept(s *stage, st step) error {
	who, err := s.person(st.args[0])
	if err != nil {
		return err
	}
	screen, ok := s.kept[who]
	if !ok {
		return errors.New("no card was kept")
	}
	return s.pressed(screen, st, st.args[1])
}

func presses(s *stage, st step) error {
	screen, err := s.open(st.args[0], st.args[2])
	if err != nil {
		return err
	}
	return s.pressed(screen, st, st.args[1])
}

func (s *stage) pressed(on Screen, st step, button string) error {
	screen, err := s.press(on, button)
	if err != nil {
		return err
	}
	if screen.Form != nil && !screen.Refused {
		return s.after(s.fill(screen, st.values))
	}
	return s.after(screen, nil)
}

func later(s *stage, st step) error {
	d, err := duration(st.args[0])
	if err != nil {
		return err
	}
	return s.world.Later(s.ctx, d)
}

func expectations() []*verb {
	return []*verb{
		newVerb("expect refused TEXT", expectRefused),
		newVerb("expect WHO not told TEXT", expectTold(false)),
		newVerb("expect WHO told TEXT", expectTold(true)),
		newVerb("expect WHO cannot see R", expectHidden),
		newVerb("expect WHO sees on R: TEXT", expectSees),
		newVerb("expect WHO reads why about R: TEXT", expectWhy),
		newVerb("expect WHO reads what waits for PERSON: TEXT", expectDuties(true)),
		newVerb("expect WHO cannot read what waits for PERSON: TEXT", expectDuties(false)),
		newVerb("expect WHO may not VERB R", expectMay(false)),
		newVerb("expect WHO may VERB R", expectMay(true)),
		newVerb("expect state R STATE", expectState),
		newVerb("expect state R STATE at VERB", expectState),
		newVerb("expect votes on R: TEXT", expectVotes),
	}
}

func expectRefused(s *stage, st step) error {
	if !s.owed {
		return fmt.Errorf("it was done:\n%s", s.last.Text)
	}
	s.owed = false
	return holds(s.last.Text, st.args[0])
}

func holds(text, want string) error {
	if !strings.Contains(strings.ToLower(text), strings.ToLower(want)) {
		return fmt.Errorf("%q is not in:\n%s", want, text)
	}
	return nil
}

// lacks is the opposite of holds.
func lacks(text, not string) error {
	if holds(text, not) == nil {
		return fmt.Errorf("%q is in:\n%s", not, text)
	}
	return nil
}

func expectTold(want bool) func(*stage, step) error {
	return func(s *stage, st step) error {
		who, err := s.person(st.args[0])
		if err != nil {
			return err
		}
		told, err := s.world.Client.Told(s.ctx, who)
		if err != nil {
			return err
		}
		if want {
			return holds(strings.Join(told, "\n"), st.args[1])
		}
		return lacks(strings.Join(told, "\n"), st.args[1])
	}
}

func expectHidden(s *stage, st step) error {
	screen, err := s.open(st.args[0], st.args[1])
	if err == nil && !screen.Refused {
		err = fmt.Errorf("it is shown:\n%s", screen.Text)
	}
	return err
}

func expectSees(s *stage, st step) error {
	screen, err := s.open(st.args[0], st.args[1])
	if err != nil {
		return err
	}
	return holds(screen.Text, st.args[2])
}

// expectWhy asks for the explanation: why this tier, these stages, these people.
func expectWhy(s *stage, st step) error {
	id, err := s.thing(st.args[1])
	if err != nil {
		return err
	}
	screen, err := s.say(st.args[0], "explain "+id)
	if err != nil {
		return err
	}
	return holds(screen.Text, st.args[2])
}

// expectDuties asks what waits for somebody, and why: by the bare command for oneself, by the whole name for others.
func expectDuties(want bool) func(*stage, step) error {
	return func(s *stage, st step) error {
		who, err := s.person(st.args[0])
		if err != nil {
			return err
		}
		of, err := s.person(st.args[1])
		if err != nil {
			return err
		}
		words := "explain"
		if i := slices.IndexFunc(s.world.People, func(p workflows.Person) bool { return p.ID == of }); of != who {
			words += " " + s.world.People[i].Name
		}
		screen, err := s.world.Client.Open(s.ctx, who, words)
		if err != nil {
			return err
		}
		if want {
			return holds(screen.Text, st.args[2])
		}
		return lacks(screen.Text, st.args[2])
	}
}

func expectMay(want bool) func(*stage, step) error {
	return func(s *stage, st step) error {
		screen, err := s.open(st.args[0], st.args[2])
		if err != nil {
			return err
		}
		if _, may := screen.Button(st.args[1]); may != want {
			return fmt.Errorf("there are the buttons %v", screen.Buttons)
		}
		return nil
	}
}

func expectState(s *stage, st step) error {
	r, err := s.state(st.args[0])
	if err != nil {
		return err
	}
	at := ""
	if r.Stage < len(r.Screening.Plan.Stages) {
		at = r.Screening.Plan.Stages[r.Stage].Key
	}
	if string(r.Status) != st.args[1] || len(st.args) > 2 && at != st.args[2] {
		return fmt.Errorf("it is %s at %q, round %d, tier %s; waits: %s", r.Status, at, r.Round, r.Screening.Assessment.Tier, waits(r.Waits))
	}
	return nil
}

func waits(all []workflows.Wait) string {
	var out []string
	for _, w := range all {
		out = append(out, fmt.Sprintf("%s %s %s", w.Who, w.Why, w.Part))
	}
	return strings.Join(out, "; ")
}

// expectVotes compares who voted in the present round: "ben, cleo".
func expectVotes(s *stage, st step) error {
	r, err := s.state(st.args[0])
	if err != nil {
		return err
	}
	var got, want []workflows.PersonID
	for _, v := range r.Votes {
		if v.Round == r.Round {
			got = append(got, v.Person)
		}
	}
	for name := range strings.SplitSeq(st.args[1], ", ") {
		if name == "none" {
			continue
		}
		who, err := s.person(name)
		if err != nil {
			return err
		}
		want = append(want, who)
	}
	if !slices.Equal(got, want) {
		return fmt.Errorf("voted: %v, want %v", got, want)
	}
	return nil
}
