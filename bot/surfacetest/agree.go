package surfacetest

import (
	"context"
	"fmt"
	"strings"

	"steward/bot/card"
	"steward/bot/view"
)

// agree compares, after a step, what everybody in the story has before their eyes with the card as it is: every surface
// shows the same mark, the same sentences and the same buttons, whatever it makes of them.
func (s *stage) agree(ctx context.Context) error {
	if s.world.Card == nil {
		return nil
	}
	for name, id := range s.names {
		for who := range s.seen {
			if s.unsure[who] {
				continue
			}
			c, sees, err := s.world.Card(ctx, who, id)
			if err != nil {
				return err
			}
			screen, err := s.world.Client.Open(ctx, who, id)
			if err != nil {
				return fmt.Errorf("%s opens %s: %w", who, name, err)
			}
			if !sees {
				if !screen.Refused {
					return fmt.Errorf("%s is shown %s, and must not be:\n%s", who, name, screen.Text)
				}
				continue
			}
			if err := alike(c, screen); err != nil {
				return fmt.Errorf("%s looks at %s: %w", who, name, err)
			}
		}
	}
	return nil
}

// alike says what of a card is not on a screen.
func alike(c card.Card, screen Screen) error {
	text := spaced(screen.Text)
	want := append([]string{c.Kicker, c.Title}, c.Lead...)
	if c.Mark != nil {
		want = append(want, c.Mark.Text)
	}
	for _, w := range want {
		if !strings.Contains(text, spaced(w)) {
			return fmt.Errorf("%q is not on the screen:\n%s", w, screen.Text)
		}
	}
	for _, b := range append(append([]card.Button{}, c.Buttons...), c.More...) {
		if b.Path != "" || onlyShows(b.Action.Verb) {
			continue // pages have other ways to show more
		}
		if _, ok := screen.Button(b.Action.Verb + ":" + b.Action.Arg); !ok {
			return fmt.Errorf("button %q (%s) is missing; there are %v", b.Label, b.Action.Verb, screen.Buttons)
		}
	}
	for _, b := range screen.Buttons {
		if !decisive(b.Verb) {
			continue
		}
		there := false
		for _, w := range append(append([]card.Button{}, c.Buttons...), c.More...) {
			there = there || w.Action.Verb == b.Verb
		}
		if !there {
			return fmt.Errorf("button %q (%s) is not on the card", b.Label, b.Verb)
		}
	}
	return nil
}

// onlyShows says that a verb only shows something.
func onlyShows(verb string) bool {
	switch verb {
	case view.VerbShow, view.VerbDetails, view.VerbExplain, view.VerbQuestions, view.VerbInbox, view.VerbMine, view.VerbHelp:
		return true
	}
	return false
}

// decisive says that a verb changes a request or a system.
func decisive(verb string) bool {
	switch verb {
	case view.VerbApprove, view.VerbNoObjection, view.VerbAccept, view.VerbDecide, view.VerbReject, view.VerbAsk, view.VerbAnswer, view.VerbObject,
		view.VerbRule, view.VerbOverride, view.VerbCorrect, view.VerbDecline, view.VerbEdit, view.VerbWithdraw, view.VerbLink, view.VerbName, view.VerbEmergency, view.VerbEmergencyAllow, view.VerbEmergencyWait, view.VerbProve, view.VerbVerify,
		view.VerbSendBack, view.VerbJudge, view.VerbPilot, view.VerbGoLive, view.VerbChange, view.VerbUnchanged, view.VerbSuspend, view.VerbRelease,
		view.VerbRevoke, view.VerbRetire, view.VerbHandOver, view.VerbRenew:
		return true
	}
	return false
}

// spaced makes every run of white space one space.
func spaced(text string) string { return strings.Join(strings.Fields(text), " ") }
