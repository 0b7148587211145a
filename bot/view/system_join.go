package view

import (
	"fmt"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// The verbs of joining a system. Agree and leave act at once, the others open forms. Arg of those that answer: who asks.
const (
	VerbJoin       = "join"
	VerbAgree      = "agree_join"
	VerbRefuseJoin = "refuse_join"
	VerbAnswerJoin = "answer_join" // several ask: who, and may they
	VerbLeave      = "leave"
)

// The fields of the form by which somebody joins.
const (
	KeyWithin = "within"
	KeyAccept = "accept"
)

// The answers of [VerbAnswerJoin].
const (
	OutcomeAgreed  = "agreed"
	OutcomeRefused = "refused"
)

// Joins says that a verb is about joining a system: everybody who works here may do that, and reads no more by it.
func Joins(verb string) bool {
	switch verb {
	case VerbJoin, VerbAgree, VerbRefuseJoin, VerbAnswerJoin, VerbLeave:
		return true
	}
	return false
}

// AnswersJoin says that a verb answers the wish of another to join.
func AnswersJoin(verb string) bool { return Joins(verb) && verb != VerbJoin && verb != VerbLeave }

// JoinMay says whether the reader can do something about joining now: with whose wish, where the verb answers one; with any, where
// none is named.
func JoinMay(e Entry, verb, arg string) bool {
	switch verb {
	case VerbJoin:
		return e.joinable()
	case VerbLeave:
		return slices.ContainsFunc(e.joinActions(), func(a register.Action) bool { return a.Kind == register.Left{}.Kind() })
	case VerbAgree, VerbRefuseJoin, VerbAnswerJoin:
		return slices.ContainsFunc(e.askers(), func(id workflows.PersonID) bool { return arg == "" || arg == string(id) })
	}
	return false
}

// JoinByLine says whether the reader answers the wish of somebody to join, or of all who are meant where nobody is named, as their line
// manager or for one, and by no role.
func JoinByLine(e Entry, arg string) bool {
	return !slices.ContainsFunc(e.askers(), func(id workflows.PersonID) bool {
		return (arg == "" || arg == string(id)) && !e.System.AnswersByLine(e.Viewer.ID, id)
	})
}

func (e Entry) joinActions() []register.Action {
	return register.JoinActions(e.System, e.Viewer.ID, e.Roster, e.Now)
}

func (e Entry) joinable() bool {
	return register.MayJoin(e.System, e.Viewer.ID, e.Roster, e.Now) == nil
}

// askers gives those whose wish to join the reader answers.
func (e Entry) askers() (out []workflows.PersonID) {
	for _, a := range e.joinActions() {
		if a.Kind == (register.JoinAgreed{}).Kind() {
			out = append(out, workflows.PersonID(a.Task))
		}
	}
	return out
}

// answerPresses gives the buttons that answer who asks to join: the two of one, or one that opens a form where there are several, or no
// room.
func (e Entry) answerPresses(tight bool) []card.Button {
	who := e.askers()
	switch {
	case len(who) == 0:
		return nil
	case len(who) > 1 || tight:
		return []card.Button{e.form(VerbAnswerJoin, "", fmt.Sprintf(buttonAnswerJoin, len(who)), card.StylePrimary)}
	}
	name := e.names().who(who[0])
	agree := e.form(VerbAgree, string(who[0]), buttonAgree, card.StylePrimary)
	agree.Confirm = &card.Confirm{
		Title: short(fmt.Sprintf(titleAgree, name), card.MaxTitle), Text: short(fmt.Sprintf(textConfirmAgree, name), card.MaxHelp), Yes: buttonAgree, No: confirmNo,
	}
	return []card.Button{agree, e.form(VerbRefuseJoin, string(who[0]), buttonRefuseJoin, card.StylePlain)}
}

// ownPresses gives the buttons of the reader's own use: to join, to leave, to take back that they asked.
func (e Entry) ownPresses() (out []card.Button) {
	if e.joinable() {
		out = append(out, e.form(VerbJoin, "", buttonJoin, card.StylePlain))
	}
	if !JoinMay(e, VerbLeave, "") {
		return out
	}
	label, title, text := buttonLeave, fmt.Sprintf(titlePlain, buttonLeave, e.System.ID), textConfirmLeave
	if _, user := e.System.User(e.Viewer.ID); !user {
		label, title, text = buttonTakeBack, titleTakeBack, textConfirmTakeBack
	}
	leave := e.form(VerbLeave, "", label, card.StylePlain)
	leave.Confirm = &card.Confirm{Title: title, Text: text, Yes: label, No: confirmNo}
	return append(out, leave)
}

// joinForm gives a form about joining.
func (e Entry) joinForm(s Sheet) card.Form {
	switch s.Draft.Form {
	case VerbJoin:
		return e.askForm(s)
	case VerbRefuseJoin:
		who := workflows.PersonID(Own(s.Draft, KeyArg).Text)
		out := e.newForm(s, buttonNo, buttonNo, fmt.Sprintf(textRefuseJoinHelp, upper(e.names().full(who))))
		out.Fields = []card.Field{s.long(KeyReason, textReasonLabel, textSystemReason)}
		return out
	}
	out := e.newForm(s, titleAnswerJoin, textSend, textAnswerJoinHelp)
	who := s.text(card.FieldOne, KeyPerson, textAnswerWho, "", 0)
	who.Required = true
	for _, id := range e.askers() {
		if len(who.Options) < card.MaxOptions {
			who.Options = append(who.Options, card.Option{Value: string(id), Label: short(upper(e.names().full(id)), card.MaxOptionLabel)})
		}
	}
	s.fill(&who, []string{Own(s.Draft, KeyPerson).Text})
	outcome := s.text(card.FieldOne, KeyOutcome, textAnswerLabelJoin, "", 0)
	outcome.Required = true
	outcome.Options = []card.Option{{Value: OutcomeAgreed, Label: textAnswerYes}, {Value: OutcomeRefused, Label: textAnswerNo}}
	s.fill(&outcome, []string{Own(s.Draft, KeyOutcome).Text})
	out.Fields = []card.Field{who, outcome, s.text(card.FieldLong, KeyReason, textReasonLabel, textAnswerJoinReason, maxSystemText)}
	return out
}

// askForm shows what the approval allows, to whoever wants to join, and asks whether that is what they want. It is the one place where
// somebody reads the intended use and the words of the conditions who may not read the rest.
func (e Entry) askForm(s Sheet) card.Form {
	out := e.newForm(s, titleJoin, textJoinSubmit, e.joinsHow())
	add := func(label, text string) {
		out.Fields = append(out.Fields, notes(label, slices.DeleteFunc([]string{text}, func(t string) bool { return t == "" }))...)
	}
	add(textJoinUse, short(e.System.Use, card.MaxNote))
	add(labelData, e.labels(e.Flow.Fills().Data, e.System.Data))
	var lines []string
	for i, t := range e.System.Tasks {
		lines = append(lines, fmt.Sprintf("%d. %s", i+1, sentence(short(t.Text, 300))))
	}
	if len(lines) == 0 {
		lines = []string{textJoinNoConditions}
	}
	out.Fields = append(out.Fields, notes(titleConditions, lines)...)
	within := s.text(card.FieldYes, KeyWithin, textJoinWithin, textJoinWithinHelp, 0)
	accept := s.text(card.FieldYes, KeyAccept, textJoinAccept, "", 0)
	within.Required, accept.Required = true, true
	out.Fields = append(out.Fields, within, accept)
	return out
}

// joinsHow says what joining takes for the reader.
func (e Entry) joinsHow() string {
	if e.System.CoversPerson(e.Viewer) {
		return textJoinCovered
	}
	return fmt.Sprintf(textJoinAsks, upper(e.answerers(e.Viewer.ID)))
}

// answerers names who answers the wish of somebody to join.
func (e Entry) answerers(who workflows.PersonID) string {
	var out []string
	for _, id := range register.Answerers(e.System, who, e.Roster, e.Now) {
		out = append(out, e.names().name(id))
	}
	if len(out) == 0 {
		return textJoinNobody
	}
	return strings.Join(out, " or ")
}

// covers says whom the approval covers; empty where that is nobody beside who asked for it.
func (e Entry) covers() string {
	switch e.System.Covers {
	case policy.CoversEveryone:
		return textCoversEveryone
	case policy.CoversDepartment:
		return fmt.Sprintf(textCoversDepartment, short(e.System.Group, 60))
	case policy.CoversTeam:
		if e.System.Group != "" {
			return fmt.Sprintf(textCoversTeam, e.names().who(workflows.PersonID(e.System.Group)))
		}
	case policy.CoversNobody:
	}
	return ""
}

// usersWord counts who joined.
func usersWord(n int) string {
	if n == 1 {
		return textOneUser
	}
	return fmt.Sprintf(textUsers, n)
}

// own says how the reader's own use stands, or how they could join; empty where that is nothing to them.
func (e Entry) own() string {
	if word := e.became(e.Viewer.ID); word != "" {
		return word
	}
	if !e.Whole && len(e.mine()) == 0 && e.joinable() {
		return e.joinsHow()
	}
	return ""
}

// became says what became of the wish of somebody to join; empty where there was none. What somebody has written about it is for the two
// whom it concerns.
func (e Entry) became(who workflows.PersonID) string {
	mine, n := who == e.Viewer.ID, e.names()
	name := upper(n.name(who))
	if u, is := e.System.User(who); is {
		switch {
		case u.By == "":
			return fmt.Sprintf(textJoined, name, e.Eyes().moment(u.At))
		case mine:
			return fmt.Sprintf(textJoinedBy, name, e.Eyes().moment(u.At), upper(n.name(u.By)))
		}
		return fmt.Sprintf(textJoinedAgreed, upper(n.name(u.By)), name, e.Eyes().moment(u.At))
	}
	a, asked := e.System.Ask(who)
	if !asked {
		return ""
	}
	switch a.State {
	case register.AskOpen:
		return fmt.Sprintf(textJoinWaits, name, e.Eyes().moment(a.At), e.answerers(who), e.Eyes().day(a.Ends()))
	case register.AskRefused:
		out := fmt.Sprintf(textJoinRefused, upper(n.name(a.By)), n.name(who), e.Eyes().moment(a.EndedAt))
		if a.Reason != "" && (mine || a.By == e.Viewer.ID) {
			out += " " + fmt.Sprintf(textReason, sentence(short(a.Reason, 600)))
		}
		return out
	case register.AskEnded:
		return fmt.Sprintf(textJoinEnded, name, e.Eyes().day(a.EndedAt))
	}
	return ""
}

// askJoin says whose wish to join waits for the reader, until when, and what happens without an answer.
func (e Entry) askJoin(w workflows.Wait) string {
	n, who := e.names(), workflows.PersonID(w.Part)
	as := textJoinAsManager
	switch {
	case w.For != "":
		as = fmt.Sprintf(textJoinAsFor, n.who(w.For))
	case w.Role != workflows.LineManager:
		as = textJoinAsGovernor
	}
	a, _ := e.System.Ask(who)
	return fmt.Sprintf(textAskJoin, upper(n.full(who)), as, e.Eyes().moment(w.Due), e.Eyes().day(a.Ends()))
}

// joinDone says what a press or a form about joining did.
func (e Entry) joinDone(verb string, answered []workflows.PersonID) string {
	var who workflows.PersonID
	if len(answered) > 0 {
		who = answered[0]
	}
	switch verb {
	case VerbJoin:
		return e.became(e.Viewer.ID)
	case VerbLeave:
		return textDoneLeave
	case VerbAgree:
		return fmt.Sprintf(textDoneAgree, upper(e.names().who(who)))
	}
	return fmt.Sprintf(textDoneRefuseJoin, upper(e.names().who(who)))
}

// joinEvent makes the event of a form about joining.
func joinEvent(d policy.Draft) (register.What, *workflows.Refusal) {
	text := func(key string) string { return Own(d, key).Text }
	who := JoinAnswered(d)
	switch d.Form {
	case VerbJoin:
		return register.Joined{Within: text(KeyWithin) == yes, Accepts: text(KeyAccept) == yes}, nil
	case VerbRefuseJoin:
		return register.JoinRefused{Who: who, Reason: text(KeyReason)}, nil
	}
	switch {
	case who == "":
		return nil, workflows.RefuseField(KeyPerson, TextChooseOne)
	case text(KeyOutcome) == OutcomeAgreed:
		return register.JoinAgreed{Who: who}, nil
	case text(KeyOutcome) == OutcomeRefused:
		return register.JoinRefused{Who: who, Reason: text(KeyReason)}, nil
	}
	return nil, workflows.RefuseField(KeyOutcome, TextChooseOne)
}

// JoinAnswered gives whose wish to join a form answers; empty where it answers none, or nobody was chosen yet.
func JoinAnswered(d policy.Draft) workflows.PersonID {
	switch d.Form {
	case VerbRefuseJoin:
		return workflows.PersonID(Own(d, KeyArg).Text)
	case VerbAnswerJoin:
		return workflows.PersonID(Own(d, KeyPerson).Text)
	}
	return ""
}

// cannotJoin says why the reader cannot do something about joining now.
func (e Entry) cannotJoin(verb, arg string) *workflows.Refusal {
	switch verb {
	case VerbJoin:
		return register.MayJoin(e.System, e.Viewer.ID, e.Roster, e.Now)
	case VerbRefuseJoin, VerbAgree:
		return register.MayAnswer(e.System, e.Viewer.ID, workflows.PersonID(arg), e.Roster, e.Now)
	}
	return nil
}
