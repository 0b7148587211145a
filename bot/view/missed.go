package view

import (
	"fmt"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/workflows"
)

const (
	titleMissed     = "Whom no message reaches"
	textMissedOne   = "1 person for whom something waits is reached in no chat and by no e-mail."
	textMissedMany  = "%d people for whom something waits are reached in no chat and by no e-mail."
	textMissedDo    = "What waits for them is in the portal only, and its time runs. They link an account by writing to me in the chat; an administrator confirms it."
	textMissedSince = "%s: %s, since %s"
	textMissedDue   = "; first due %s"
	textMissedLate  = "; first due %s, which is over"
	textMissedMore  = "and %d more in the portal, under Deliveries"
	textMissedIDs   = " and %d more"

	buttonDeliveries = "Open Deliveries"
	pathDeliveries   = "/deliveries"
)

// Missed are those for whom something waits and whom no message reaches.
type Missed struct {
	List []MissedOne // the first of them
	All  int
}

// MissedOne is one of them, with what waits.
type MissedOne struct {
	workflows.Unreached

	Name  string
	Waits []workflows.Wait
}

// says says in a sentence how many there are.
func (m Missed) says() string {
	if m.All == 1 {
		return textMissedOne
	}
	return fmt.Sprintf(textMissedMany, m.All)
}

// section lists them: who, what waits, since when and until when.
func (m Missed) section(e Eyes) card.Section {
	lines := []string{textMissedDo}
	for _, one := range m.List {
		lines = append(lines, one.line(e))
	}
	if more := m.All - len(m.List); more > 0 {
		lines = append(lines, fmt.Sprintf(textMissedMore, more))
	}
	return card.Section{Title: titleMissed, Lines: lines}
}

func (m MissedOne) line(e Eyes) string {
	var ids []string
	for _, w := range m.Waits {
		if id := short(w.About.ID, 20); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	what := strings.Join(ids[:min(len(ids), 3)], ", ")
	if more := len(ids) - 3; more > 0 {
		what += fmt.Sprintf(textMissedIDs, more)
	}
	if what == "" {
		what = count(m.Unreached.Waits, "thing")
	}
	line := fmt.Sprintf(textMissedSince, short(m.Name, 60), what, e.day(m.Since))
	switch {
	case m.Due.IsZero():
	case e.Now.After(m.Due):
		line += fmt.Sprintf(textMissedLate, e.moment(m.Due))
	default:
		line += fmt.Sprintf(textMissedDue, e.moment(m.Due))
	}
	return line + "."
}
