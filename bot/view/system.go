package view

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/approval"
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
	// Rulings are what two people said who stopped what was on legal hold, or named another tier than the rules give.
	Rulings []approval.Ruling
	// Request is what brought it here and Assessment the last assessment about that, for viewers who may read all of it; zero where there
	// is none.
	Request    approval.Request
	Assessment *Related
}

// Eyes gives for whom the entry is shown.
func (e Entry) Eyes() Eyes { return Eyes{Viewer: e.Viewer, Now: e.Now} }

// names speaks of people, roles and days as the cards of requests do.
func (e Entry) names() Case {
	return Case{Flow: e.Flow, Roster: e.Roster, Viewer: e.Viewer, Now: e.Now, Zone: e.Zone}
}

// SystemPath gives the portal's page of a system.
func SystemPath(id string) string { return "/register/" + id }

// System gives the card of a system for one reader: what is asked of them, until when, how it stands, and what it is approved
// for. Somebody who may not read all of it sees nothing that was typed but the names of tool and vendor.
func System(e Entry) card.Card {
	out := e.head()
	out.Lead, out.Facts = e.lead(), e.facts()
	switch {
	case !e.Whole:
	case e.Surface == workflows.SurfacePortal: // the page has the conditions as a table
		out.Facts = e.allFacts()
	default:
		out.Sections = e.conditions()
	}
	out.Sections = append(out.Sections, e.ruled()...)
	out.Buttons, out.More = e.buttons()
	return e.finish(out)
}

// SystemPublic gives the card of a system for whoever is in a conversation, the same for every reader: what everybody who works
// here may read, and nothing to press.
func SystemPublic(e Entry) card.Card {
	e.Whole, e.Viewer = false, workflows.Person{ID: workflows.Channel}
	return System(e)
}

func (e Entry) head() card.Card {
	return card.Card{
		About: workflows.SystemRef(e.System.ID).String(), Kicker: e.System.ID, Title: e.title(), Mark: SystemMark(string(e.System.State)), Gist: e.gist(),
	}
}

func (e Entry) finish(out card.Card) card.Card {
	parts := []string{e.Eyes().zone()}
	if refs := e.refs(); len(refs) > 0 && e.Whole {
		parts = append(parts, strings.Join(refs[:min(len(refs), maxControls)], " "))
	}
	out.Foot = strings.Join(parts, " ")
	return fit(out.Cleaned())
}

// refs gives the control ids that its conditions serve, each once.
func (e Entry) refs() []string {
	var out []string
	for _, t := range e.System.Tasks {
		for _, ref := range t.Refs {
			if (strings.HasPrefix(ref, "27001:") || strings.HasPrefix(ref, "42001:")) && !slices.Contains(out, ref) {
				out = append(out, ref)
			}
		}
	}
	return out
}

// title names the system: as its request does for those who may read that, else by its tool.
func (e Entry) title() string {
	if t := short(e.System.Title, card.MaxTitle); t != "" && e.Whole {
		return t
	}
	if t := short(e.System.Tool, card.MaxTitle); t != "" {
		return t
	}
	return e.Flow.Title
}

// StateWord gives the state of a system as a word for lists and marks.
func StateWord(state string) string {
	switch register.State(state) {
	case register.StateInUse:
		return "In use"
	case register.StateReEvaluation:
		return "Looked at again"
	case register.StateDiscovered, register.StateApproved, register.StatePilot, register.StateSuspended, register.StateRetired, register.StateRejected,
		register.StateStopped, register.StateExpired, register.StateIdea, register.StateScreening, register.StateAssessment,
		register.StateDesign, register.StateValidation, register.StateApproval:
	}
	return humanise(state)
}

// SystemMark gives the state of a system as a mark: only what must not be used is bad.
func SystemMark(state string) *card.Mark {
	tone := card.ToneNeutral
	switch register.State(state) {
	case register.StateInUse:
		tone = card.ToneGood
	case register.StateReEvaluation, register.StateDiscovered:
		tone = card.ToneWarn
	case register.StateSuspended, register.StateRejected, register.StateStopped, register.StateExpired:
		tone = card.ToneBad
	case register.StateApproved, register.StatePilot, register.StateRetired, register.StateIdea, register.StateScreening,
		register.StateAssessment, register.StateDesign, register.StateValidation, register.StateApproval:
	}
	return &card.Mark{Text: StateWord(state), Tone: tone}
}

// gist is the whole in one sentence.
func (e Entry) gist() string {
	what := fmt.Sprintf("%s %s: ", e.System.ID, short(e.title(), 80))
	if mine := e.mine(); len(mine) > 0 {
		return short(what+e.ask(mine[0]), card.MaxGist)
	}
	return short(what+e.standing(), card.MaxGist)
}

// mine gives what waits for the reader. It is told with what was typed, so that nobody has it who may not read all of the entry:
// where their account is not good enough for that, or the card is for everybody. That somebody asks to join is for their manager, who
// need not read more.
func (e Entry) mine() []workflows.Wait {
	out := slices.DeleteFunc(slices.Clone(e.System.Waits), func(w workflows.Wait) bool {
		return w.Who != e.Viewer.ID || !e.Whole && w.Why != workflows.WhyJoin
	})
	if i := slices.IndexFunc(out, func(w workflows.Wait) bool { return w.Why == workflows.WhyRenew }); i > 0 { // the end of the whole comes first
		renew := out[i]
		out = slices.Insert(slices.Delete(out, i, i+1), 0, renew)
	}
	return out
}

// lead says what is asked of the reader and until when, and how the system stands.
func (e Entry) lead() []string {
	var out []string
	for _, w := range e.mine() {
		out = append(out, e.ask(w))
	}
	rest := slices.DeleteFunc([]string{e.standing(), e.own(), e.turned()}, func(line string) bool { return line == "" })
	if room := card.MaxLead - max(len(rest), 2); len(out) > room {
		out = append(out[:room-1:room-1], fmt.Sprintf(textSystemMore, len(out)-room+1))
	}
	return slices.Compact(append(out, rest...))
}

// facts gives what the system is approved for. What was typed is for those who may read all of it.
func (e Entry) facts() []card.Fact {
	if e.System.Tier == "" { // nobody has decided on it
		return e.seenFacts()
	}
	s, m := e.System, e.Flow.Fills()
	var out []card.Fact
	add := func(label, value string) {
		if value = short(value, card.MaxFactValue); value != "" { // what somebody typed may be nothing to see
			out = append(out, card.Fact{Label: label, Value: value})
		}
	}
	if e.Whole {
		add(labelFor, short(s.Use, factLength))
	} else {
		add(labelVendor, s.Vendor)
	}
	add(labelData, e.labels(m.Data, s.Data))
	if covers := e.covers(); covers != "" {
		add(labelUsers, upper(covers))
	} else {
		add(labelUsers, e.labels(m.Users, []string{s.Users}))
	}
	add(labelTier, e.tierFact())
	if ranked(e.Flow) && s.LegalClass != e.Flow.LegalRanks[0] {
		add(labelLegal, legal(e.Flow, s.LegalClass))
	}
	add(labelOwner, upper(e.names().full(s.Owner)))
	add(labelImpact, e.assessed())
	if !s.ValidUntil.IsZero() && !s.State.Over() {
		add(labelValid, e.names().lastDay(s.ValidUntil))
	}
	if n := len(s.Joined); n > 0 {
		add(labelJoined, usersWord(n))
	}
	return out
}

// labels gives option values in the words of the question that they answer.
func (e Entry) labels(question string, values []string) string {
	q, ok := e.Flow.Question(question)
	if !ok {
		return ""
	}
	var out []string
	for _, v := range values {
		if v != "" {
			out = append(out, optionLabel(q, v))
		}
	}
	return strings.Join(out, " · ")
}

// conditions lists the conditions with how they stand.
func (e Entry) conditions() []card.Section {
	var lines []string
	for i, t := range e.System.Tasks {
		lines = append(lines, fmt.Sprintf("%d. %s", i+1, e.taskLine(t)))
	}
	if len(lines) == 0 {
		return nil
	}
	return []card.Section{{Title: titleConditions, Lines: lines}}
}

// taskLine says what a condition is, until when, and how it stands.
func (e Entry) taskLine(t register.Task) string {
	due := textBeforeUse
	if !t.GoLive && !t.Due.IsZero() {
		due = "by " + e.names().lastDay(t.Due)
	}
	line := fmt.Sprintf(textAttached, strings.TrimSuffix(short(t.Text, 300), "."), due, mid(e.names().role(t.Verifier)))
	if t.From.Assessment != "" {
		line += " " + fmt.Sprintf(textFromWhere, FromWhere(t.From))
	}
	return line + " " + e.taskState(t)
}

// taskState says how a condition stands, in a sentence or two.
func (e Entry) taskState(t register.Task) string {
	switch t.State {
	case register.TaskVerified:
		return fmt.Sprintf(textTaskVerified, e.names().name(t.VerifiedBy), e.Eyes().moment(t.VerifiedAt))
	case register.TaskProved:
		return fmt.Sprintf(textTaskProved, e.names().name(t.ProvedBy), e.Eyes().moment(t.ProvedAt), quote(t.Proof, 300)) + filesLine(t)
	case register.TaskMoot:
		return fmt.Sprintf(textTaskMoot, t.MootBy)
	case register.TaskOpen:
	}
	out := textTaskOpen
	if !t.Due.IsZero() && e.Now.After(t.Due) {
		out = textTaskLate
	}
	if t.Returned != "" {
		out += " " + fmt.Sprintf(textTaskReturned, sentence(short(t.Returned, 300)))
	}
	return out
}

// SystemDetails gives everything about a system on one card, to read.
func SystemDetails(e Entry) card.Card {
	if !e.Whole {
		return System(e)
	}
	out := e.head()
	out.Lead = []string{e.standing()}
	if word := e.turned(); word != "" {
		out.Lead = append(out.Lead, word)
	}
	out.Facts = e.allFacts(card.Fact{Label: labelAskedIn, Value: e.System.Request})
	out.Sections = e.conditions()
	for i, t := range e.System.Tasks {
		if t.Evidence != "" {
			out.Sections[0].Lines[i] += " " + fmt.Sprintf(textTaskProof, sentence(short(t.Evidence, 150)))
		}
	}
	out.Sections = append(out.Sections, e.ruled()...)
	out.Buttons = e.back()
	return e.finish(out)
}

// allFacts gives the facts of the card, and whose the tool is, by which contract and what we are in it.
func (e Entry) allFacts(more ...card.Fact) []card.Fact {
	s, m, out := e.System, e.Flow.Fills(), e.facts()
	for _, f := range append([]card.Fact{
		{Label: labelVendor, Value: s.Vendor},
		{Label: labelPlan, Value: e.labels(m.Plan, []string{s.Plan})},
		{Label: labelOurRole, Value: e.labels(m.Role, []string{s.Role})},
	}, more...) {
		said := slices.ContainsFunc(out, func(has card.Fact) bool { return has.Label == f.Label })
		if f.Value = short(f.Value, card.MaxFactValue); f.Value != "" && !said && len(out) < card.MaxFacts {
			out = append(out, f)
		}
	}
	return out
}

func (e Entry) back() []card.Button {
	return []card.Button{
		{Label: buttonBack, Action: showAction(workflows.SystemRef(e.System.ID).String())},
		{Label: buttonPortal, Path: SystemPath(e.System.ID)},
	}
}

// SystemExplain says why a system stands where it does, for whom it waits, and who may do what.
func SystemExplain(e Entry) card.Card {
	if !e.Whole {
		return System(e)
	}
	out := e.head()
	out.Lead = []string{e.standing()}
	if word := e.turned(); word != "" {
		out.Lead = append(out.Lead, word)
	}
	if e.System.Tier != "" {
		out.Facts = []card.Fact{{Label: labelAskedIn, Value: e.System.Request}, {Label: labelTier, Value: e.tierFact()}}
	}
	out.Sections = append(e.ruled(), card.Section{Title: titleWhyWait, Lines: e.waitLines()}, card.Section{Title: titleLooksAfter, Lines: e.looksAfter()})
	out.Sections = append(out.Sections, e.conditions()...)
	out.Buttons = e.back()
	return e.finish(out)
}

// waitLines says what waits for whom, since when and until when.
func (e Entry) waitLines() []string {
	var out []string
	for _, w := range e.System.Waits {
		which := ""
		if i := slices.IndexFunc(e.System.Tasks, func(t register.Task) bool { return t.Key == w.Part }); i >= 0 {
			which = fmt.Sprintf(textWhichTask, i+1)
		}
		line := fmt.Sprintf(textWaitLine, upper(e.names().name(w.Who)), which, askedOfThem(w.Why), e.Eyes().moment(w.Since))
		if !w.Due.IsZero() {
			line += fmt.Sprintf(textDueBy, e.Eyes().moment(w.Due))
		}
		out = append(out, sentence(line))
	}
	if len(out) == 0 {
		return []string{textWaitsNobody}
	}
	return out
}

// looksAfter says who may do what with the system.
func (e Entry) looksAfter() []string {
	owner := upper(e.names().full(e.System.Owner))
	var roles []string
	for _, r := range e.System.Governors {
		roles = append(roles, mid(e.names().role(r)))
	}
	if e.seen() {
		return e.seenLooksAfter(owner, upper(strings.Join(roles, " or ")))
	}
	out := []string{fmt.Sprintf(textOwnerMay, owner)}
	if len(roles) > 0 {
		out = append(out, fmt.Sprintf(textGovernorsMay, upper(strings.Join(roles, " or "))))
	}
	return out
}
