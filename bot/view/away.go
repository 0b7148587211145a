package view

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/away"
	"steward/workflows/policy"
)

// The verbs of absences. The first only shows, the last acts at once; the others open forms.
const (
	VerbAbsences   = "absences"
	VerbAway       = "away"        // a new absence; Arg: what was typed
	VerbAwayChange = "away_change" // About: the absence
	VerbCameBack   = "came_back"   // About: the absence
)

// WordAway is the command for absences.
const WordAway = "away"

// PathAway is the portal's page of one's absences; the page of one is below it.
const PathAway = "/away"

// AwayPath gives the portal's page of an absence.
func AwayPath(id string) string { return PathAway + "/" + id }

// The fields of the form of an absence, by the machine's names, beside [KeyReason].
const (
	KeyFrom     = away.FieldFrom
	KeyTo       = away.FieldTo
	KeyDelegate = away.FieldDelegate
	KeyHandOver = "hand_over"
)

// Absence is one absence with all that is needed to show it to one person at one moment.
type Absence struct {
	Absence away.Absence
	Roster  workflows.Roster
	Viewer  workflows.Person
	Now     time.Time
}

// Eyes gives for whom the absence is shown.
func (a Absence) Eyes() Eyes { return Eyes{Viewer: a.Viewer, Now: a.Now} }

func (a Absence) name(id workflows.PersonID) string {
	return Case{Roster: a.Roster, Viewer: a.Viewer}.name(id)
}

func (a Absence) mine() bool { return a.Absence.Person == a.Viewer.ID }

// days gives the first and the last day: "Wed 24 Dec to Fri 2 Jan", or the one there is.
func (a Absence) days() string {
	from, to := a.Eyes().date(a.Absence.From), a.Eyes().date(a.Absence.To)
	if p, ok := a.Roster.Person(a.Absence.Person); ok && a.Absence.State == away.StateEnded && !a.Absence.Ends.IsZero() { // it may have ended early
		to = a.Eyes().dayOf(a.Absence.Ends.Add(-time.Millisecond).In(p.Zone()))
	}
	if from == to {
		return fmt.Sprintf(textAwayOn, from)
	}
	return fmt.Sprintf(textAwayFromTo, from, to)
}

// AwayLine says in a sentence who is away when, and who stands in.
func AwayLine(a Absence) string {
	who, is, was := upper(a.name(a.Absence.Person)), "is", "was"
	if a.mine() {
		is, was = "are", "were"
	}
	switch a.Absence.State {
	case away.StateEnded:
		return fmt.Sprintf(textAwayLine, who, was, a.days())
	case away.StateCancelled:
		return fmt.Sprintf(textAwayCancelled, who, was, a.days())
	case away.StatePlanned, away.StateRunning:
	}
	return fmt.Sprintf(textAwayLine, who, is, a.days()) + " " + a.standsIn()
}

// standsIn says who decides meanwhile.
func (a Absence) standsIn() string {
	x := a.Absence
	switch {
	case x.Delegate == "":
		return textNobodyStandsIn
	case x.Lost != "":
		return fmt.Sprintf(textStoodIn, upper(a.name(x.Delegate)), lostWord(x.Lost))
	case x.Delegate == a.Viewer.ID:
		return textYouStandIn
	}
	return fmt.Sprintf(textStandsIn, a.name(x.Delegate))
}

// lostWord says why somebody stands in no longer, behind their name.
func lostWord(why away.Lost) string {
	switch why {
	case away.LostLeft:
		return textLostLeft
	case away.LostAway:
		return textLostAway
	case away.LostRole:
	}
	return textLostRole
}

// AwayCard gives the card of one absence for one reader.
func AwayCard(a Absence) card.Card {
	x := a.Absence
	out := card.Card{
		About: workflows.AbsenceRef(x.ID).String(), Kicker: x.ID, Title: fmt.Sprintf(titleAwayOf, a.Roster.Name(x.Person)), Mark: awayMark(x.State),
		Lead: []string{AwayLine(a)},
	}
	if x.Delegate != "" && x.Lost == "" && x.State.Open() {
		out.Lead = append(out.Lead, a.lends())
	}
	if reason := short(x.Reason, card.MaxFactValue); reason != "" { // what somebody typed may be nothing to see
		out.Facts = []card.Fact{{Label: labelAwayReason, Value: reason}}
	}
	out.Gist = a.gist(AwayLine(a))
	out.Buttons = a.buttons()
	out.Foot = a.Eyes().zone()
	return fit(out.Cleaned())
}

// gist is the whole in one line.
func (a Absence) gist(says string) string {
	return short(fmt.Sprintf("%s %s: %s", a.Absence.ID, a.Roster.Name(a.Absence.Person), says), card.MaxGist)
}

// lends says what whoever stands in decides.
func (a Absence) lends() string {
	if a.Absence.HandOver {
		return textLendsAll
	}
	return textLendsNew
}

func awayMark(s away.State) *card.Mark {
	switch s {
	case away.StateRunning:
		return &card.Mark{Text: "Away", Tone: card.ToneWarn}
	case away.StateEnded:
		return &card.Mark{Text: "Over", Tone: card.ToneNeutral}
	case away.StateCancelled:
		return &card.Mark{Text: "Called off", Tone: card.ToneNeutral}
	case away.StatePlanned:
	}
	return &card.Mark{Text: "Planned", Tone: card.ToneNeutral}
}

// act makes the action of a button: it carries what its presser has before their eyes.
func (a Absence) act(verb string) card.Action {
	return card.Action{Verb: verb, About: workflows.AbsenceRef(a.Absence.ID).String(), Revision: a.Absence.Revision}
}

// buttons gives what the machine says that the reader can do.
func (a Absence) buttons() (out []card.Button) {
	can := away.Actions(a.Absence, a.Viewer.ID)
	if slices.Contains(can, away.CameBack{}.Kind()) {
		back := card.Button{Label: buttonCallOff, Action: a.act(VerbCameBack)}
		text := textConfirmCallOff
		if a.Absence.State == away.StateRunning {
			back.Label, text = buttonImBack, textConfirmBack
		}
		back.Confirm = &card.Confirm{Title: back.Label + "?", Text: text, Yes: back.Label, No: confirmNo}
		out = append(out, back)
	}
	if slices.Contains(can, away.Changed{}.Kind()) {
		out = append(out, card.Button{Label: buttonAwayChange, Action: a.act(VerbAwayChange)})
	}
	return out
}

// Absences gives a person's own absences that are not over, and those in which they stand in, with the way to say another.
func Absences(e Eyes, all []Absence) card.Card {
	out := card.Card{Title: titleAbsences, Gist: textNotAway, Foot: e.zone()}
	for _, a := range all[:min(len(all), card.MaxLead)] {
		out.Lead = append(out.Lead, a.Absence.ID+": "+AwayLine(a))
	}
	if len(out.Lead) == 0 {
		out.Lead = []string{textNotAway}
	}
	out.Gist = short(out.Lead[0], card.MaxGist)
	out.Buttons = []card.Button{awayButton()}
	for _, a := range all {
		if !a.mine() || len(out.More) == card.MaxMore {
			continue
		}
		open := card.Button{Label: fmt.Sprintf(buttonOpen, a.Absence.ID), Action: showAction(workflows.AbsenceRef(a.Absence.ID).String())}
		if len(out.Buttons) < card.MaxButtons {
			out.Buttons = append(out.Buttons, open)
			continue
		}
		out.More = append(out.More, open)
	}
	return fit(out.Cleaned())
}

func awayButton() card.Button {
	return card.Button{Label: buttonAway, Action: card.Action{Verb: VerbAway}}
}

// AwayForm gives the form in which somebody says when they are away. a has the absence that is changed, or none.
func AwayForm(a Absence, s Sheet) card.Form {
	title := titleAwayForm
	if a.Absence.ID != "" {
		title = titled(titleAwayChange, "", a.Absence.ID)
	}
	out := s.form(title, textAwaySubmit)
	out.Intro = append(out.Intro, textAwayIntro)
	from, to := s.text(card.FieldDate, KeyFrom, textFromLabel, "", 0), s.text(card.FieldDate, KeyTo, textToLabel, textToHelp, 0)
	from.Required, to.Required = true, true
	delegate := s.text(card.FieldPerson, KeyDelegate, textDelegateLabel, textDelegateHelp, 0)
	if id := Own(s.Draft, KeyDelegate).Text; id != "" {
		delegate.Shown = a.Roster.Name(workflows.PersonID(id))
	}
	reason := s.text(card.FieldText, KeyReason, textAwayReason, textAwayReasonHelp, away.MaxReason)
	out.Fields = []card.Field{from, to, delegate, s.text(card.FieldYes, KeyHandOver, textHandOverLabel, textHandOverOpen, 0), reason}
	return out.Cleaned()
}

// FillAway puts an absence into the form that changes it.
func FillAway(d *policy.Draft, t away.Terms) {
	SetOwn(d, KeyFrom, policy.Answer{Text: t.From})
	SetOwn(d, KeyTo, policy.Answer{Text: t.To})
	SetOwn(d, KeyDelegate, policy.Answer{Text: string(t.Delegate)})
	SetOwn(d, KeyReason, policy.Answer{Text: t.Reason})
	if t.HandOver {
		SetOwn(d, KeyHandOver, policy.Answer{Text: yes})
	}
}

// AwayTerms reads what stands in the form of an absence.
func AwayTerms(d policy.Draft) away.Terms {
	text := func(key string) string { return Own(d, key).Text }
	return away.Terms{
		From: text(KeyFrom), To: text(KeyTo), Delegate: workflows.PersonID(text(KeyDelegate)), Reason: text(KeyReason), HandOver: text(KeyHandOver) == yes,
	}
}

// AwayDone says what a form or a press did to an absence.
func AwayDone(a Absence) string {
	if a.Absence.State.Open() {
		return fmt.Sprintf(textAwayDone, AwayLine(a))
	}
	return textAwayOver
}

// AwayAlready says that a form had done its work before.
func AwayAlready(a Absence) string { return fmt.Sprintf(textAwayAlready, AwayLine(a)) }

// AwayMessage gives the card of a message about an absence, with what the message is about on top. part narrows it, as in
// [workflows.Notify].
func AwayMessage(a Absence, why workflows.Why, part string) card.Card {
	out := AwayCard(a)
	news := a.news(why, part)
	if news == "" {
		return out
	}
	out.Lead = slices.Insert(out.Lead, 0, news)
	out.Gist = a.gist(news)
	return fit(out.Cleaned())
}

func (a Absence) news(why workflows.Why, part string) string {
	who := a.Roster.Name(a.Absence.Person)
	switch {
	case why == workflows.WhyDelegateLost:
		return fmt.Sprintf(textDelegateLost, a.Roster.Name(a.Absence.Delegate))
	case part == away.PartOver:
		return fmt.Sprintf(textNoLonger, who)
	case part == away.PartBegan:
		return fmt.Sprintf(textStandInNow, who)
	case part == away.PartNamed:
		return fmt.Sprintf(textNamedYou, who)
	}
	return ""
}

// AwayHolds says whether a new message of this kind would still tell its reader something true.
func AwayHolds(a Absence, why workflows.Why, part string) bool {
	stands := a.Absence.State.Open() && a.Absence.Delegate == a.Viewer.ID && a.Absence.Lost == ""
	switch {
	case why == workflows.WhyDelegateLost:
		return a.Absence.State.Open() && a.Absence.Lost != ""
	case part == away.PartOver:
		return !stands
	}
	return stands
}

// AwayNoted says on top of the form what was understood of a name that was typed: of several or nobody, nobody is filled in.
func AwayNoted(typed string, found int) string {
	switch {
	case typed == "" || found == 1:
		return ""
	case found == 0:
		return fmt.Sprintf(textAwayNobody, quote(typed, 60))
	}
	return fmt.Sprintf(textAwaySeveral, strconv.Itoa(found), quote(typed, 60))
}
