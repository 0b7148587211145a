package cardtest

import (
	"fmt"
	"maps"
	"strconv"
	"time"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/policy"
)

// Form is one form of the catalogue.
type Form struct {
	Name string // also the name of its golden file
	Form card.Form
}

// act is one form about a request to take of a scene.
type act struct {
	name   string
	scene  scene
	viewer workflows.PersonID
	form   string
	arg    string
	sheet  view.Sheet
}

// acts lists the forms about requests. A new form is one line.
func acts() []act {
	short := view.Sheet{
		Typed: card.Values{view.KeyReason: {"no"}}, Errors: map[string]string{view.KeyReason: "Say why in at least 20 characters: the requester reads it."},
	}
	stale := view.Sheet{Error: "Ana Ruiz answered a question 4 minutes ago, after this was shown to you. Nothing was decided; please read it and press again."}
	return []act{
		{"decide", sceneManager, "ben", view.VerbDecide, "", view.Sheet{}},
		{"decide-governance", sceneGovernance, "cleo", view.VerbDecide, "", view.Sheet{}},
		{"decide-objection", sceneObjection, "cleo", view.VerbDecide, "", view.Sheet{}},
		{"decide-stale", sceneAnswer, "cleo", view.VerbDecide, "", stale},
		{"decide-high", sceneHigh, "ben", view.VerbDecide, "", view.Sheet{}},
		{"reject", sceneManager, "ben", view.VerbReject, "", view.Sheet{}},
		{"reject-short", sceneManager, "ben", view.VerbReject, "", short},
		{"ask", sceneHigh, "ben", view.VerbAsk, "", view.Sheet{}},
		{"answer", sceneQuestion, "ana", view.VerbAnswer, "question", view.Sheet{}},
		{"object", sceneAdvice, "dan", view.VerbObject, "", view.Sheet{}},
		{"classify", sceneClassify, "nadia", view.VerbRule, "", view.Sheet{}},
		{"hold", sceneHold, "helen", view.VerbRule, "", view.Sheet{}},
		{"correct", sceneAdvice, "dan", view.VerbCorrect, "", view.Sheet{}},
		{"override", sceneOverride, "nadia", view.VerbOverride, "", view.Sheet{}},
		{"decline", sceneOwner, "jack", view.VerbDecline, "", view.Sheet{}},
		{"withdraw", sceneManager, "ana", view.VerbWithdraw, "", view.Sheet{}},
		{"link", sceneHighMissing, "ana", view.VerbLink, "impact_assessment_started", view.Sheet{}},
		{"name-holder", sceneLate, "cleo", view.VerbName, "holder", view.Sheet{}},
		{"name-outsider", sceneNobody, "helen", view.VerbName, "outsider", view.Sheet{}},
	}
}

// Forms gives the forms of the catalogue, hostile values last.
func Forms() []Form {
	var out []Form
	for _, a := range append(acts(), emergencyActs()...) {
		c, id := a.scene()
		k := c.Case(id, a.viewer)
		if a.arg == "question" {
			a.arg = strconv.Itoa(k.Request.Questions[0].ID)
		}
		a.sheet.Draft = policy.Draft{ID: "draft-1", Revision: 1, Form: a.form, About: workflows.RequestRef(id), Page: 1}
		view.SetOwn(&a.sheet.Draft, view.KeyArg, policy.Answer{Text: a.arg})
		if a.form == view.VerbCorrect {
			view.FillCorrection(&a.sheet.Draft, k)
		}
		out = append(out, Form{Name: a.name, Form: view.Act(k, a.sheet)})
	}
	out = append(append(append(out, systemActs()...), awayForms()...), append(vendorForms(), pages()...)...)
	return append(out, hostileForms()...)
}

// page makes one page of a flow's form.
func page(flow string, n int, who workflows.PersonID, answers policy.Answers, change func(*view.Form, *view.Sheet)) card.Form {
	c := NewCompany()
	f := view.Form{Eyes: c.Eyes(who), Flow: c.Flow(flow), Facts: c.Facts(c.Flow(flow), who, ""), Names: c.Roster().Name}
	s := view.Sheet{Draft: policy.Draft{ID: "draft-1", Revision: n, Form: view.VerbRequest, Flow: flow, Answers: answers, Page: n}}
	if change != nil {
		change(&f, &s)
	}
	if !f.IsPreview(n) {
		return view.Intake(f, s)
	}
	sc, err := f.Flow.Screen(answers, f.Facts)
	if err != nil {
		panic(err) // the day is always given
	}
	return view.Preview(f, s, sc)
}

func pages() []Form {
	edit := func(f *view.Form, s *view.Sheet) { s.Draft.Form, f.Votes = view.VerbEdit, 2 }
	wrong := func(_ *view.Form, s *view.Sheet) {
		s.Typed = card.Values{"tool": {""}, "purpose": {"Too short"}, "owner": {"ana"}, "data": {"public", "unknown"}}
		s.Errors = map[string]string{"tool": "Please fill this in.", "purpose": "Please describe the use in at least one full sentence (40 characters)."}
	}
	correct := func(f *view.Form, s *view.Sheet) { s.Draft.Form, f.Lead = view.VerbRule, 1 }
	saved := func(_ *view.Form, s *view.Sheet) { s.Note = view.TextSaved }
	badLine := func(_ *view.Form, s *view.Sheet) {
		s.Errors = map[string]string{view.LineKey(1, "measure"): "Say by which measure."}
	}
	renew := func(f *view.Form, s *view.Sheet) {
		before, err := f.Flow.Screen(MeetingNotes(), f.Facts)
		if err != nil {
			panic(err) // the day is always given
		}
		s.Draft.Form = view.VerbRenew
		f.Facts.Renews = &policy.Renews{
			System: "AIS-1", By: "ana", Round: 1, Tier: before.Assessment.Tier, Until: time.Date(2026, 11, 26, 23, 59, 59, 0, time.UTC), Before: before.Answers,
		}
	}
	alike := func(who workflows.PersonID) func(*view.Form, *view.Sheet) {
		return func(f *view.Form, _ *view.Sheet) { f.Alike = []view.Entry{systemUsed().Entry("AIS-1", who)} }
	}
	preset := policy.Answers{"owner": text("ana")}
	return []Form{
		{"intake-1", page("ai-use", 1, "ana", preset, nil)},
		{"intake-1-wrong", page("ai-use", 1, "ana", preset, wrong)},
		{"intake-1-saved", page("ai-use", 1, "ana", MeetingNotes(), saved)},
		{"intake-2", page("ai-use", 2, "ana", MeetingNotes(), nil)},
		{"intake-2-short", page("ai-use", 2, "ana", PublicText(), nil)},
		{"intake-2-alike", page("ai-use", 2, "arjun", MeetingNotes(), alike("arjun"))},
		{"preview-alike", page("ai-use", 3, "jack", PublicText(), alike("jack"))},
		{"preview-low", page("ai-use", 3, "ana", PublicText(), nil)},
		{"preview-medium", page("ai-use", 3, "ana", MeetingNotes(), nil)},
		{"preview-high", page("ai-use", 3, "ana", Ranking(), nil)},
		{"preview-hold", page("ai-use", 3, "ana", MoodTracking(), nil)},
		{"edit-1", page("ai-use", 1, "ana", MeetingNotes(), edit)},
		{"edit-preview", page("ai-use", 3, "ana", MeetingNotes(), edit)},
		{"renew-1", page("ai-use", 1, "ana", MeetingNotes(), renew)},
		{"renew-preview-same", page("ai-use", 3, "ana", MeetingNotes(), renew)},
		{"renew-preview-changed", page("ai-use", 3, "ana", with(MeetingNotes(), policy.Answers{"users": text("department")}), renew)},
		{"correct-1", page("ai-use", 2, "nadia", Unsure(), correct)},
		{"exception-1", page("policy-exception", 1, "jack", Printer(), nil)},
		{"exception-preview", page("policy-exception", 3, "jack", Printer(), nil)},
		{"lines-empty", page("ai-impact", 3, "ana", policy.Answers{}, nil)},
		{"lines", page("ai-impact", 3, "ana", Impact(), nil)},
		{"lines-wrong", page("ai-impact", 3, "ana", Impact(), badLine)},
		{"impact-preview", page("ai-impact", 4, "ana", Impact(), nil)},
	}
}

// hostileForms gives each hostile text as typed values with an error, and on the page one reads before sending.
func hostileForms() []Form {
	var out []Form
	for i, h := range Hostile() {
		out = append(out, Form{Name: fmt.Sprintf("hostile-%03d-typed", i), Form: page("ai-use", 1, "ana", policy.Answers{}, func(_ *view.Form, s *view.Sheet) {
			s.Typed = card.Values{"tool": {h}, "vendor": {h}, "purpose": {h}, "owner": {h}, "data": {h}, "plan": {h}}
			s.Errors = map[string]string{"tool": "Please shorten this."}
		})})
		answers := maps.Clone(MeetingNotes())
		for _, key := range []string{"tool", "vendor", "purpose"} {
			answers[key] = text(h)
		}
		out = append(out, Form{Name: fmt.Sprintf("hostile-%03d-preview", i), Form: page("ai-use", 3, "ana", answers, nil)})
	}
	return out
}
