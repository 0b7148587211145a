package surfacetest

import (
	"fmt"

	"steward/bot/view"
)

// awayVerbs are the steps about absences. R is an absence by its name in the story.
func awayVerbs() []*verb {
	return []*verb{
		newVerb("WHO is away as R", isAway),
		newVerb("WHO changes when R is", simply(view.VerbAwayChange)),
		newVerb("WHO comes back from R", simply(view.VerbCameBack)),
	}
}

// isAway says when somebody is away, in the form that the command opens, or the page that shows what they have said before.
func isAway(s *stage, st step) error {
	screen, err := s.say(st.args[0], view.WordAway)
	if err == nil && screen.Form == nil {
		screen, err = s.press(screen, view.VerbAway)
	}
	if err != nil {
		return err
	}
	if screen.Form == nil {
		return fmt.Errorf("no form opened:\n%s", screen.Text)
	}
	return s.sent(screen, st, st.args[1])
}
