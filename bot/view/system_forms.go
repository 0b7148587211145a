package view

import (
	"fmt"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/file"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// The verbs of systems. Verify acts at once, the others open forms. Arg of the first three: the key of the condition, where it
// is about one; else the form asks which.
const (
	VerbProve     = "prove"
	VerbVerify    = "verify"
	VerbSendBack  = "send_back"
	VerbJudge     = "judge" // several proofs wait: which one, and does it show it
	VerbPilot     = "pilot"
	VerbGoLive    = "go_live"
	VerbChange    = "change"
	VerbUnchanged = "unchanged"
	VerbSuspend   = "suspend"
	VerbRelease   = "release"
	VerbRevoke    = "revoke"
	VerbRetire    = "retire"
	VerbHandOver  = "hand_over"
	VerbRenew     = "renew" // asks the questions of the flow, as they were answered
)

// The fields of forms about systems, beside [KeyReason], [KeyPerson] and [KeyOutcome], by the machine's names.
const (
	KeyTask    = "task"
	KeyProof   = "proof"
	KeyFiles   = "files"
	KeyUntil   = "until"
	KeyReport  = "report"
	KeyTrigger = "trigger"
)

// The answers of [VerbJudge].
const (
	OutcomeVerified = "verified"
	OutcomeSentBack = "sent_back"
)

// triggerEnd is the trigger that is the end of the approval itself: nobody reports that.
const triggerEnd = "validity_end"

// buttons gives what the reader can press: what the machine says they can do, in its order, then what only shows.
func (e Entry) buttons() (main, more []card.Button) {
	all := e.presses(false)
	if len(all) > card.MaxButtons+card.MaxMore {
		all = e.presses(true)
	}
	var show []card.Button
	if e.Whole && e.Surface != workflows.SurfacePortal { // there the page has everything
		show = []card.Button{{Label: buttonDetails, Action: e.act(VerbDetails, "")}, {Label: buttonExplain, Action: e.act(VerbExplain, "")}}
	}
	if keeps(e.Flow, e.Viewer) && e.System.Vendor != "" {
		show = append([]card.Button{{Label: buttonVendorFacts, Action: e.act(VerbVendor, "")}}, show...)
	}
	if len(all) == 0 {
		return show[:min(len(show), 1)], show[min(len(show), 1):]
	}
	main = all[:min(len(all), card.MaxButtons)]
	more = slices.Concat(all[len(main):], show) // nothing that can be done is left out for what can be asked for in words
	return main, more[:min(len(more), card.MaxMore)]
}

// act makes the action of a button on this card: it carries what its presser has before their eyes.
func (e Entry) act(verb, arg string) card.Action {
	return card.Action{
		Verb: verb, About: workflows.SystemRef(e.System.ID).String(), Round: e.System.Round, Revision: e.System.Revision, Arg: arg,
	}
}

func (e Entry) form(verb, arg, label string, style card.Style) card.Button {
	return card.Button{Label: label, Action: e.act(verb, arg), Style: style}
}

// presses gives the buttons for what the machine says the reader can do. Several conditions of one kind have one button, whose
// form asks which; where there is no room, one has that, too. Who may not read all of the entry joins it, and answers who asks to.
func (e Entry) presses(tight bool) (out []card.Button) {
	if !e.Whole {
		return append(e.answerPresses(tight), e.ownPresses()...)
	}
	if e.renews() {
		out = append(out, e.form(VerbRenew, "", buttonRenew, card.StylePrimary))
	}
	out = append(out, e.answerPresses(tight)...)
	prove, judge := e.tasksFor(register.Proved{}.Kind()), e.tasksFor(register.Verified{}.Kind())
	switch {
	case len(judge) == 0:
	case len(judge) == 1 && !tight:
		verify := e.form(VerbVerify, judge[0].Key, buttonVerify, card.StylePrimary)
		verify.Confirm = &card.Confirm{
			Title: fmt.Sprintf(titlePlain, buttonVerify, e.System.ID), Text: short(fmt.Sprintf(textConfirmVerify, quote(judge[0].Text, 150)), card.MaxHelp),
			Yes: buttonVerify, No: confirmNo,
		}
		out = append(out, verify, e.form(VerbSendBack, judge[0].Key, buttonSendBack, card.StylePlain))
	default:
		out = append(out, e.form(VerbJudge, "", fmt.Sprintf(buttonJudge, count(len(judge), "proof")), card.StylePrimary))
	}
	switch len(prove) {
	case 0:
	case 1:
		out = append(out, e.form(VerbProve, prove[0].Key, buttonProve, card.StylePrimary))
	default:
		out = append(out, e.form(VerbProve, "", buttonProveOne, card.StylePrimary))
	}
	asks := e.seenAsks()
	if e.Viewer.ID == e.System.Owner {
		out, asks = append(out, asks...), nil
	}
	for _, a := range e.actions() {
		if b := e.turn(a.Kind); b.Label != "" {
			out = append(out, b)
		}
	}
	return slices.Concat(out, e.asksAnew(), asks, e.ownPresses())
}

// turn gives the button of what concerns the system as a whole; none for other kinds.
func (e Entry) turn(kind string) card.Button {
	switch kind {
	case register.Unchanged{}.Kind():
		return e.form(VerbUnchanged, "", buttonUnchanged, card.StylePrimary)
	case register.Released{}.Kind():
		return e.form(VerbRelease, "", buttonRelease, card.StylePrimary)
	case register.WentLive{}.Kind():
		return e.form(VerbGoLive, "", buttonGoLive, card.StylePrimary)
	case register.Piloted{}.Kind():
		return e.form(VerbPilot, "", buttonPilot, card.StylePlain)
	case register.Changed{}.Kind():
		return e.form(VerbChange, "", buttonChange, card.StylePlain)
	case register.Suspended{}.Kind():
		return e.form(VerbSuspend, "", buttonSuspend, card.StyleDanger)
	case register.HandedOver{}.Kind():
		if e.seen() && e.System.Owner == "" {
			return e.form(VerbHandOver, "", buttonNameSeen, card.StylePrimary)
		}
		return e.form(VerbHandOver, "", buttonHandOver, card.StylePlain)
	case register.Retired{}.Kind():
		return e.form(VerbRetire, "", buttonRetire, card.StyleDanger)
	case register.Revoked{}.Kind():
		if e.seen() {
			return e.form(VerbRevoke, "", buttonStopSeen, card.StyleDanger)
		}
		return e.form(VerbRevoke, "", buttonRevoke, card.StyleDanger)
	}
	return card.Button{}
}

func (e Entry) actions() []register.Action {
	return register.Actions(e.System, e.Viewer.ID, e.Roster, e.Now, len(e.triggers()) > 0)
}

// tasksFor gives the conditions to which the reader can do something now.
func (e Entry) tasksFor(kind string) (out []register.Task) {
	for _, a := range e.actions() {
		if t, ok := e.System.Task(a.Task); ok && a.Kind == kind {
			out = append(out, t)
		}
	}
	return out
}

// triggers are the changes that somebody can report.
func (e Entry) triggers() []string {
	return slices.DeleteFunc(slices.Clone(e.Flow.Triggers), func(t string) bool { return t == triggerEnd })
}

// SystemCan says whether the reader can do something with a verb now, here.
func SystemCan(e Entry, verb, arg string) bool {
	return (e.Whole || Joins(verb)) && SystemMay(e, verb, arg)
}

// SystemMay says whether the machine lets the reader do something with a verb now, however much of the entry they may read here.
func SystemMay(e Entry, verb, arg string) bool {
	on := func(kind string) bool {
		return slices.ContainsFunc(e.tasksFor(kind), func(t register.Task) bool { return arg == "" || t.Key == arg })
	}
	if Joins(verb) {
		return JoinMay(e, verb, arg)
	}
	switch verb {
	case VerbRenew:
		return e.renews() || len(e.asksAnew()) > 0
	case VerbProve:
		return on(register.Proved{}.Kind())
	case VerbVerify, VerbSendBack, VerbJudge:
		return on(register.Verified{}.Kind())
	}
	return slices.ContainsFunc(e.actions(), func(a register.Action) bool { return e.turn(a.Kind).Action.Verb == verb })
}

// SystemAct gives the form of a draft about a system.
func SystemAct(e Entry, s Sheet) card.Form {
	var out card.Form
	switch s.Draft.Form {
	case VerbProve:
		out = e.proveForm(s)
	case VerbSendBack, VerbJudge:
		out = e.judgeForm(s)
	case VerbPilot:
		out = e.newForm(s, titlePilot, textPilotSubmit, textPilotHelp)
		until := s.text(card.FieldDate, KeyUntil, textUntilLabel, textUntilHelp, 0)
		until.Required = true
		out.Fields = []card.Field{until}
	case VerbGoLive:
		out = e.newForm(s, titleGoLive, textGoLiveSubmit, textGoLiveHelp)
		out.Fields = []card.Field{s.long(KeyReport, textReportLabel, textReportHelp)}
	case VerbChange:
		out = e.changeForm(s)
	case VerbUnchanged:
		out = e.reasoned(s, titleUnchanged, textUnchangedSubmit, textUnchangedHelp)
	case VerbRelease:
		out = e.reasoned(s, titleRelease, textReleaseSubmit, textReleaseHelp)
	case VerbSuspend:
		out = e.reasoned(s, titleSuspend, titleSuspend, textSuspendHelp)
		out.Danger = true
	case VerbRevoke:
		does := textRevokeHelp
		if e.seen() {
			does = textStopSeenHelp
		}
		out = e.reasoned(s, titleRevoke, titleRevoke, does)
		out.Danger = true
	case VerbRetire:
		out = e.reasoned(s, titleRetire, titleRetire, textRetireHelp)
		out.Danger = true
	case VerbHandOver:
		out = e.handOverForm(s)
	case VerbJoin, VerbRefuseJoin, VerbAnswerJoin:
		out = e.joinForm(s)
	}
	return out.Cleaned()
}

// newForm begins a form about the system, with what it does on top and the card beside it.
func (e Entry) newForm(s Sheet, title, submit, does string) card.Form {
	out := s.form(titled(title, "", e.System.ID), submit)
	out.Intro = append(out.Intro, does)
	aside := System(e)
	aside.Buttons, aside.More, aside.Sections = nil, nil, nil // the form says which conditions it is about
	out.Aside = &aside
	return out
}

// long makes a required field for a text of the form itself.
func (s Sheet) long(key, label, help string) card.Field {
	f := s.text(card.FieldLong, key, label, help, maxSystemText)
	f.Required = true
	return f
}

// maxSystemText is the machine's limit for what is written about a system, in characters.
const maxSystemText = 2000

func (e Entry) reasoned(s Sheet, title, submit, does string) card.Form {
	out := e.newForm(s, title, submit, does)
	out.Fields = []card.Field{s.long(KeyReason, textReasonLabel, textSystemReason)}
	return out
}

// taskFields gives the condition the form is about, to read, or the choice among several.
func (e Entry) taskFields(s Sheet, kind string) []card.Field {
	tasks := e.tasksFor(kind)
	if t, ok := e.System.Task(Own(s.Draft, KeyArg).Text); ok {
		return []card.Field{e.taskNote(t)}
	}
	choice := s.text(card.FieldOne, KeyTask, textTaskLabel, "", 0)
	choice.Required = true
	var out []card.Field
	for i, t := range tasks {
		if i == card.MaxOptions {
			break
		}
		choice.Options = append(choice.Options, card.Option{Value: t.Key, Label: short(t.Text, card.MaxOptionLabel)})
		out = append(out, e.taskNote(t))
	}
	s.fill(&choice, []string{Own(s.Draft, KeyTask).Text})
	return append(out, choice)
}

// taskNote gives a condition to read: what it asks for, what proves it, and the proof.
func (e Entry) taskNote(t register.Task) card.Field {
	help := e.taskLine(t)
	if t.Evidence != "" && t.State == register.TaskOpen {
		help += " " + fmt.Sprintf(textTaskProof, sentence(short(t.Evidence, 300)))
	}
	n := 1 + slices.IndexFunc(e.System.Tasks, func(o register.Task) bool { return o.Key == t.Key })
	return card.Field{Key: "note." + slug(t.Key), Kind: card.FieldNote, Label: fmt.Sprintf(textConditionNote, n), Help: short(help, card.MaxNote)}
}

// filesLine names the files of a proof, which are read in the portal; empty where it has none.
func filesLine(t register.Task) string {
	if len(t.Files) == 0 {
		return ""
	}
	lines := make([]string, 0, len(t.Files))
	for _, f := range t.Files {
		lines = append(lines, file.Line(f))
	}
	return " " + fmt.Sprintf(textTaskFiles, short(strings.Join(lines, ", "), 200))
}

// FormPath gives the portal's page of a form that somebody has begun, wherever that was.
func FormPath(draft string) string { return "/forms/" + draft }

func (e Entry) proveForm(s Sheet) card.Form {
	out := e.newForm(s, titleProve, textProveSubmit, textProveHelp)
	out.Fields = append(e.taskFields(s, register.Proved{}.Kind()), s.long(KeyProof, textProofLabel, textProofHelp))
	if e.Surface == workflows.SurfacePortal {
		out.Fields = append(out.Fields, card.Field{Key: KeyFiles, Kind: card.FieldFiles, Label: textFilesLabel, Help: file.Limits, Error: s.Errors[KeyFiles]})
		return out
	}
	out.Intro = append(out.Intro, textFilesElsewhere)
	out.Extra = append(out.Extra, card.Button{Label: buttonFiles, Path: FormPath(s.Draft.ID)})
	return out
}

// judgeForm sends one proof back, or asks of several which one, and whether it shows what it should.
func (e Entry) judgeForm(s Sheet) card.Form {
	if s.Draft.Form == VerbSendBack {
		out := e.newForm(s, titleSendBack, titleSendBack, textSendBackHelp)
		out.Fields = append(e.taskFields(s, register.Verified{}.Kind()), s.long(KeyReason, textReasonLabel, textSystemReason))
		return out
	}
	out := e.newForm(s, titleJudge, textSend, textJudgeHelp)
	outcome := s.text(card.FieldOne, KeyOutcome, textJudgeLabel, "", 0)
	outcome.Required = true
	outcome.Options = []card.Option{{Value: OutcomeVerified, Label: textJudgeYes}, {Value: OutcomeSentBack, Label: textJudgeNo}}
	s.fill(&outcome, []string{Own(s.Draft, KeyOutcome).Text})
	reason := s.text(card.FieldLong, KeyReason, textReasonLabel, textJudgeReason, maxSystemText)
	out.Fields = append(e.taskFields(s, register.Verified{}.Kind()), outcome, reason)
	return out
}

func (e Entry) changeForm(s Sheet) card.Form {
	out := e.newForm(s, titleChange, textChangeSubmit, textChangeHelp)
	what := s.text(card.FieldOne, KeyTrigger, textTriggerLabel, "", 0)
	what.Required = true
	for _, t := range e.triggers() {
		if len(what.Options) < card.MaxOptions {
			what.Options = append(what.Options, card.Option{Value: t, Label: short(TriggerWord(t), card.MaxOptionLabel)})
		}
	}
	s.fill(&what, []string{Own(s.Draft, KeyTrigger).Text})
	out.Fields = []card.Field{what, s.long(KeyReason, textChangeLabel, textSystemReason)}
	return out
}

func (e Entry) handOverForm(s Sheet) card.Form {
	out := e.newForm(s, titleHandOver, titleHandOver, textHandOverHelp)
	person := s.text(card.FieldPerson, KeyPerson, textNewOwner, "", 0)
	person.Required = true
	if id := Own(s.Draft, KeyPerson).Text; id != "" {
		person.Shown = e.names().who(workflows.PersonID(id))
	}
	out.Fields = []card.Field{person, s.long(KeyReason, textReasonLabel, textSystemReason)}
	return out
}

// SystemEvent makes the event of a form about a system. Only what cannot become an event is refused here; the rest is the
// machine's to say.
func SystemEvent(d policy.Draft) (register.What, *workflows.Refusal) {
	if Joins(d.Form) {
		return joinEvent(d)
	}
	text := func(key string) string { return Own(d, key).Text }
	task := text(KeyArg)
	if task == "" {
		task = text(KeyTask)
	}
	switch d.Form {
	case VerbProve, VerbSendBack, VerbJudge:
		if task == "" {
			return nil, workflows.RefuseField(KeyTask, TextChooseOne)
		}
	}
	switch d.Form {
	case VerbProve:
		return register.Proved{Task: task, Proof: text(KeyProof)}, nil
	case VerbSendBack:
		return register.SentBack{Task: task, Reason: text(KeyReason)}, nil
	case VerbJudge:
		switch text(KeyOutcome) {
		case OutcomeVerified:
			return register.Verified{Task: task}, nil
		case OutcomeSentBack:
			return register.SentBack{Task: task, Reason: text(KeyReason)}, nil
		}
		return nil, workflows.RefuseField(KeyOutcome, TextChooseOne)
	case VerbPilot:
		return register.Piloted{Until: text(KeyUntil)}, nil
	case VerbGoLive:
		return register.WentLive{Report: text(KeyReport)}, nil
	case VerbChange:
		if text(KeyTrigger) == triggerEnd {
			return nil, workflows.RefuseField(KeyTrigger, TextChooseOne)
		}
		return register.Changed{Trigger: text(KeyTrigger), Reason: text(KeyReason)}, nil
	case VerbUnchanged:
		return register.Unchanged{Reason: text(KeyReason)}, nil
	case VerbSuspend:
		return register.Suspended{Reason: text(KeyReason)}, nil
	case VerbRelease:
		return register.Released{Reason: text(KeyReason)}, nil
	case VerbRevoke:
		return register.Revoked{Reason: text(KeyReason)}, nil
	case VerbRetire:
		return register.Retired{Reason: text(KeyReason)}, nil
	case VerbHandOver:
		return register.HandedOver{To: workflows.PersonID(text(KeyPerson)), Reason: text(KeyReason)}, nil
	}
	return nil, workflows.RefuseField(KeyReason, TextOldButton)
}
