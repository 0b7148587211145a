package view

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/vendor"
)

// The verbs of what is kept of vendors. The first only shows; the others open forms.
const (
	VerbVendors      = "vendors"
	VerbVendor       = "vendor"        // About: an entry of the register whose vendor is meant, or nothing
	VerbVendorChange = "vendor_change" // About: what is kept
)

// WordVendor is the word by which those who look after it are shown what is kept of vendors. It is their own way, and in no help: others
// have no use for it.
const WordVendor = "vendor"

// PathVendors is the portal's page of what is kept of vendors; the page of one is below it.
const PathVendors = "/vendors"

// VendorPath gives the portal's page of what is kept of a vendor.
func VendorPath(id string) string { return PathVendors + "/" + id }

// The fields of the form, by the machine's names, beside [KeyReason].
const (
	KeyVendor = vendor.FieldName
	KeyPlan   = vendor.FieldPlan
)

// Vendor is what is kept of one vendor with all that is needed to show it to one person at one moment.
type Vendor struct {
	Vendor vendor.Vendor
	Flow   *policy.Flow // in force, whose answers are kept
	Roster workflows.Roster
	Viewer workflows.Person
	Now    time.Time
}

// Eyes gives for whom it is shown.
func (v Vendor) Eyes() Eyes { return Eyes{Viewer: v.Viewer, Now: v.Now} }

func (v Vendor) name(id workflows.PersonID) string {
	return Case{Roster: v.Roster, Viewer: v.Viewer}.name(id)
}

// today is the organisation's day.
func (v Vendor) today() string { return v.Now.In(v.Flow.Location()).Format(time.DateOnly) }

// plan gives the plan in words.
func (v Vendor) plan() string { return planWord(v.Flow, v.Vendor.Plan) }

func planWord(f *policy.Flow, plan string) string {
	if f == nil || f.VendorFacts == nil || plan == "" {
		return ""
	}
	q, _ := f.Question(f.VendorFacts.Plan)
	return optionLabel(q, plan)
}

// said gives values in the words of a question.
func said(q policy.Question, values []string, e Eyes) string {
	if text := answer(q, q.AnswerOf(values), factLength, e, func(id workflows.PersonID) string { return string(id) }); text != "" {
		return text
	}
	return textNothing
}

// VendorCard gives the card of what is kept of one vendor.
func VendorCard(v Vendor) card.Card {
	out := card.Card{
		About: workflows.VendorRef(v.Vendor.ID).String(), Kicker: v.Vendor.ID, Title: titleOr(short(v.Vendor.Name, card.MaxTitle)), Lead: []string{v.standing()},
	}
	if plan := v.plan(); plan != "" {
		out.Lead = append([]string{sentence(plan)}, out.Lead...)
	}
	if ask := v.ask(); ask != "" {
		out.Lead = append([]string{ask}, out.Lead...)
	}
	if lines := v.lines(); len(lines) > 0 {
		out.Sections = []card.Section{{Title: titleFacts, Lines: lines}}
	}
	out.Gist = short(fmt.Sprintf("%s %s: %s", v.Vendor.ID, v.Vendor.Name, out.Lead[0]), card.MaxGist)
	if len(vendor.Actions(v.Vendor, v.Viewer)) > 0 {
		out.Buttons = []card.Button{{Label: buttonVendorChange, Action: card.Action{
			Verb: VerbVendorChange, About: out.About, Revision: v.Vendor.Revision,
		}}}
	}
	out.Foot = v.Eyes().zone()
	return fit(out.Cleaned())
}

// standing says how many facts count.
func (v Vendor) standing() string {
	switch n := len(v.Vendor.Kept(v.today())); n {
	case 0:
		return textVendorNone
	case 1:
		return fmt.Sprintf(textVendorCount1, count(n, "fact"))
	default:
		return fmt.Sprintf(textVendorCounts, count(n, "fact"))
	}
}

// ask says what waits for the reader.
func (v Vendor) ask() string {
	var mine []workflows.Wait
	for _, w := range v.Vendor.Waits {
		if w.Who == v.Viewer.ID {
			mine = append(mine, w)
		}
	}
	if len(mine) == 0 {
		return ""
	}
	first := slices.MinFunc(mine, func(a, b workflows.Wait) int { return a.Due.Compare(b.Due) })
	f, _ := v.Vendor.Fact(first.Part)
	if until := v.Eyes().date(f.Until); len(mine) > 1 {
		return fmt.Sprintf(textVendorAges, count(len(mine), "fact"), until)
	}
	return fmt.Sprintf(textVendorAge, v.Eyes().date(f.Until))
}

// lines gives a sentence or two for each fact, in the order of the flow.
func (v Vendor) lines() (out []string) {
	if v.Flow.VendorFacts == nil {
		return nil
	}
	for _, key := range v.Flow.VendorFacts.Keys {
		f, ok := v.Vendor.Fact(key)
		if !ok {
			continue
		}
		q, _ := v.Flow.Question(key)
		is, e := strings.TrimSuffix(said(q, f.Answer, v.Eyes()), "."), v.Eyes()
		if !f.Counts(v.today()) {
			out = append(out, short(fmt.Sprintf(textVendorOver, sentenceOrQuestion(q.Label), is, e.date(f.Until), f.Proof), card.MaxLine))
			continue
		}
		out = append(out, short(fmt.Sprintf(textVendorLine, sentenceOrQuestion(q.Label), is, v.name(f.By), e.date(f.Seen), e.date(f.Until), f.Proof), card.MaxLine))
	}
	return out
}

// Vendors lists what is kept of vendors, for those who look after it.
func Vendors(e Eyes, all []Vendor, more bool) card.Card {
	out := card.Card{Title: titleVendors, Lead: []string{textVendorsNone}, Buttons: []card.Button{{Label: buttonVendor, Action: card.Action{Verb: VerbVendor}}}}
	if len(all) > 0 {
		out.Lead[0] = fmt.Sprintf(textVendorsSome, count(len(all), "vendor"))
	}
	var lines []string
	for _, v := range all {
		lines = append(lines, v.row())
		open := card.Button{Label: fmt.Sprintf(buttonOpen, v.Vendor.ID), Action: showAction(workflows.VendorRef(v.Vendor.ID).String())}
		switch {
		case len(out.Buttons) < card.MaxButtons:
			out.Buttons = append(out.Buttons, open)
		case len(out.More) < card.MaxMore:
			out.More = append(out.More, open)
		}
	}
	if more {
		lines = append(lines, textVendorsMore)
	}
	if len(lines) > 0 {
		out.Sections = []card.Section{{Title: titleFacts, Lines: lines}}
	}
	out.Gist = short(out.Lead[0], card.MaxGist)
	out.Foot = e.zone()
	return fit(out.Cleaned())
}

// row is the vendor as a line of a list.
func (v Vendor) row() string {
	what := textVendorRowNone
	if n := len(v.Vendor.Kept(v.today())); n > 0 {
		what = count(n, "fact")
	}
	name := v.Vendor.ID + " " + short(v.Vendor.Name, card.MaxTitle)
	if plan := v.plan(); plan != "" {
		name += " (" + mid(plan) + ")"
	}
	return fmt.Sprintf(textVendorRow, name, what)
}

// VendorForm gives the form in which facts are kept, changed and withdrawn. v has what is kept already, or nothing.
func VendorForm(v Vendor, s Sheet) card.Form {
	rule, isNew := v.Flow.VendorFacts, v.Vendor.ID == ""
	title := titleVendorForm
	if !isNew {
		title = titled(titleVendorChange, "", v.Vendor.ID)
	}
	out := s.form(title, textVendorSubmit)
	out.Intro = append(out.Intro, fmt.Sprintf(textVendorIntro, rule.Months))
	if isNew {
		name, _ := v.Flow.Question(rule.Vendor)
		f := s.text(card.FieldText, KeyVendor, textVendorName, name.Help, name.MaxLength)
		f.Required = true
		out.Fields = append(out.Fields, f)
		if q, ok := v.Flow.Question(rule.Plan); ok {
			out.Fields = append(out.Fields, s.ownField(q, KeyPlan))
		}
	}
	for _, key := range rule.Keys {
		q, _ := v.Flow.Question(key)
		is := s.ownField(q, vendor.FieldAnswer+key)
		is.Required = false
		proof := s.text(card.FieldText, vendor.FieldProof+key, short(fmt.Sprintf(textVendorProof, q.Label), card.MaxFieldLabel), textProofOpenHelp, vendor.MaxProof)
		seen := s.text(card.FieldDate, vendor.FieldSeen+key, short(fmt.Sprintf(textVendorSeen, q.Label), card.MaxFieldLabel), "", 0)
		out.Fields = append(out.Fields, is, proof, seen)
	}
	if !isNew {
		out.Fields = append(out.Fields, s.text(card.FieldText, KeyReason, textVendorReason, textVendorReasonH, vendor.MaxReason))
	}
	return out.Cleaned()
}

// ownField makes a field of a question's kind that belongs to the form itself.
func (s Sheet) ownField(q policy.Question, key string) card.Field {
	stored := Own(s.Draft, key)
	q.Key, q.Serves = key, nil // a form of ours serves no control by itself
	return s.field(q, stored, "", nil)
}

// FillVendor puts what is kept into the form that changes it; what is kept no longer with the proof that it had. Done again after
// something has changed, it leaves alone what was typed over.
func FillVendor(d *policy.Draft, v Vendor) {
	fill := func(key string, is policy.Answer) {
		if slices.Equal(Own(*d, key).Values(), Own(*d, wasMark+key).Values()) {
			SetOwn(d, key, is)
		}
		SetOwn(d, wasMark+key, is)
	}
	for _, key := range v.Flow.VendorFacts.Keys {
		q, _ := v.Flow.Question(key)
		f, _ := v.Vendor.Fact(key)
		fill(vendor.FieldAnswer+key, q.AnswerOf(f.Answer))
		fill(vendor.FieldProof+key, policy.Answer{Text: f.Proof})
		fill(vendor.FieldSeen+key, policy.Answer{Text: f.Seen})
	}
}

// wasMark begins the names of what a form was filled in with.
const wasMark = "was."

// TakeVendor puts what was typed into the form into its draft. all says that a field without a value was left empty; else only what is
// there counts.
func TakeVendor(d *policy.Draft, flow *policy.Flow, values card.Values, all bool) {
	take := func(key string, read func([]string) policy.Answer) {
		if typed, there := values[key]; there || all {
			SetOwn(d, key, read(typed))
		}
	}
	text := func(v []string) policy.Answer { return policy.Answer{Text: card.CleanLines(strings.Join(v, ""))} }
	rule := flow.VendorFacts
	take(KeyVendor, text)
	take(KeyPlan, text)
	take(KeyReason, text)
	for _, key := range rule.Keys {
		q, _ := flow.Question(key)
		take(vendor.FieldAnswer+key, func(v []string) policy.Answer {
			return q.AnswerOf(slices.DeleteFunc(slices.Clone(v), func(one string) bool { return one == "" }))
		})
		take(vendor.FieldProof+key, text)
		take(vendor.FieldSeen+key, text)
	}
}

// VendorKept reads what stands in the form.
func VendorKept(d policy.Draft, flow *policy.Flow) vendor.Kept {
	text := func(key string) string { return Own(d, key).Text }
	out := vendor.Kept{Flow: flow.Key, Name: text(KeyVendor), Plan: text(KeyPlan), Reason: text(KeyReason)}
	for _, key := range flow.VendorFacts.Keys {
		out.Facts = append(out.Facts, vendor.Said{
			Key: key, Answer: Own(d, vendor.FieldAnswer+key).Values(), Proof: text(vendor.FieldProof + key), Seen: text(vendor.FieldSeen + key),
		})
	}
	return out
}

// VendorDone says what a form did.
func VendorDone(v Vendor) string { return fmt.Sprintf(textVendorDone, v.standing()) }

// VendorAlready says that a form had done its work before.
func VendorAlready(v Vendor) string { return fmt.Sprintf(textVendorAlready, v.standing()) }

// VendorSame says that a form changed nothing.
func VendorSame(v Vendor) string { return fmt.Sprintf(textVendorSame, v.Vendor.ID) }

// keeps says whether somebody keeps facts about vendors under a flow.
func keeps(f *policy.Flow, who workflows.Person) bool {
	return f != nil && f.VendorFacts != nil && who.Active && who.HasAny(f.VendorFacts.KeptBy...)
}

// Keeps says whether somebody keeps facts about vendors under one of the flows, and gives that.
func Keeps(flows []*policy.Flow, who workflows.Person) (*policy.Flow, bool) {
	i := slices.IndexFunc(flows, func(f *policy.Flow) bool { return keeps(f, who) })
	if i < 0 {
		return nil, false
	}
	return flows[i], true
}
