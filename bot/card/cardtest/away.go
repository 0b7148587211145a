package cardtest

import (
	"strings"
	"time"

	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/away"
	"steward/workflows/policy"
)

// absent is the absence of Ben, with Mei standing in, as somebody sees it; change makes another one of it.
func absent(viewer workflows.PersonID, change func(*away.Absence)) view.Absence {
	c := NewCompany()
	a := away.Absence{
		ID: "AWAY-3", Person: "ben", State: away.StateRunning, Seq: 2, Revision: 1, NamedAt: c.Now,
		Terms: away.Terms{From: "2025-11-24", To: "2025-12-05", Delegate: "mei", Reason: "On the coast.", HandOver: true},
		Told:  []workflows.PersonID{"mei"},
	}
	if change != nil {
		change(&a)
	}
	return view.Absence{Absence: a, Roster: c.Roster(), Viewer: c.People[viewer], Now: c.Now}
}

// forMei makes it an absence of Mei in which Ben stands in.
func forMei(a *away.Absence) {
	a.ID, a.Person, a.Delegate, a.State = "AWAY-4", "mei", "ben", away.StatePlanned
	a.From, a.To, a.Reason, a.HandOver = "2025-12-22", "2025-12-22", "", false
}

// lost makes it one whose delegate is away as well.
func lost(a *away.Absence) { a.Lost = away.LostAway }

// alone makes it one in which nobody stands in.
func alone(a *away.Absence) {
	a.ID, a.Delegate, a.State, a.From, a.To = "AWAY-5", "", away.StatePlanned, "2025-12-10", "2025-12-12"
}

func over(a *away.Absence) {
	a.State, a.Ends = away.StateEnded, time.Date(2025, 11, 27, 15, 0, 0, 0, time.UTC)
}

func called(a *away.Absence) { a.State = away.StateCancelled }

func hostileAbsence(text string) view.Absence {
	return absent("mei", func(a *away.Absence) { a.Reason = text })
}

// absences are the cards about absences.
func absences() []Card {
	ben := NewCompany().Eyes("ben")
	both := []view.Absence{absent("ben", nil), absent("ben", forMei), absent("ben", alone)}
	return []Card{
		{"absence-running", view.AwayCard(absent("ben", nil))},
		{"absence-planned", view.AwayCard(absent("ben", alone))},
		{"absence-over", view.AwayCard(absent("ben", over))},
		{"absence-cancelled", view.AwayCard(absent("ben", called))},
		{"absence-named", view.AwayMessage(absent("mei", nil), workflows.WhyStandIn, away.PartNamed)},
		{"absence-began", view.AwayMessage(absent("mei", nil), workflows.WhyStandIn, away.PartBegan)},
		{"absence-no-longer", view.AwayMessage(absent("mei", over), workflows.WhyStandIn, away.PartOver)},
		{"absence-lost", view.AwayMessage(absent("ben", lost), workflows.WhyDelegateLost, "")},
		{"absence-lost-compliance", view.AwayMessage(absent("helen", lost), workflows.WhyDelegateLost, "")},
		{"absences", view.Absences(ben, both)},
		{"absences-none", view.Absences(ben, nil)},
	}
}

// awayForms are the forms of an absence.
func awayForms() []Form {
	draft := func(form, about string, t away.Terms) policy.Draft {
		d := policy.Draft{ID: "d-" + strings.ReplaceAll(form, "_", "-"), Form: form, Revision: 1, Answers: policy.Answers{}}
		if about != "" {
			d.About = workflows.AbsenceRef(about)
		}
		view.FillAway(&d, t)
		return d
	}
	a := absent("ben", nil)
	empty := view.Absence{Absence: away.Absence{Person: "ben"}, Roster: a.Roster, Viewer: a.Viewer, Now: a.Now}
	wrong := view.Sheet{
		Draft: draft(view.VerbAway, "", away.Terms{From: "2025-11-24", To: "2025-11-20", Delegate: "ana"}),
		Errors: map[string]string{
			view.KeyTo:       "The last day comes before the first.",
			view.KeyDelegate: "Ana Ruiz shares neither a role nor the manager with you, and so cannot decide for you. Choose somebody who does, or nobody.",
		},
	}
	return []Form{
		{"away", view.AwayForm(empty, view.Sheet{Draft: draft(view.VerbAway, "", away.Terms{})})},
		{"away-typed", view.AwayForm(empty, view.Sheet{Draft: draft(view.VerbAway, "", away.Terms{From: "2025-11-24", To: "2025-12-05", Delegate: "mei"})})},
		{"away-wrong", view.AwayForm(empty, wrong)},
		{"away-change", view.AwayForm(a, view.Sheet{Draft: draft(view.VerbAwayChange, "AWAY-3", a.Absence.Terms)})},
	}
}
