package view

import (
	"time"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// Entry is one system of the AI register with all that is needed to show it to one person at one moment.
type Entry struct {
	System  register.System
	Flow    *policy.Flow // from the pack of its last decision
	Roster  workflows.Roster
	Viewer  workflows.Person
	Now     time.Time
	Surface string // where it is shown: "portal", "slack", "teams"
	// Zone is the organisation's: in it the days of validity and due dates end. Nil means UTC.
	Zone *time.Location
	// Whole says that the viewer may read all of it; everybody else reads what it is approved for, and until when.
	Whole bool
}

// System gives the card of a system for its reader.
func System(e Entry) card.Card {
	return card.Card{About: workflows.SystemRef(e.System.ID).String(), Kicker: e.System.ID, Title: e.System.Title}
}
