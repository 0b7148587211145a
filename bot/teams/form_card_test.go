package teams

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"steward/bot/card"
	"steward/bot/teams/adaptivecard"
	"steward/bot/view"
)

func optionsOf(n int, label string) []card.Option {
	out := make([]card.Option, n)
	for i := range out {
		out[i] = card.Option{Value: fmt.Sprint("v", i), Label: fmt.Sprint(label, i)}
	}
	return out
}

// drawnField gives the elements of a field, in a form of one page or of several.
func drawnField(t *testing.T, f card.Field, several bool) string {
	t.Helper()
	s := sheet{form: card.Form{ID: "d", Revision: 7, Submit: "Send", Fields: []card.Field{f}}, persons: people()}
	if several {
		s.form.Step = "Page 1 of 2"
	}
	elements := s.field(f)
	if err := adaptivecard.CheckDialog(adaptivecard.Card{Body: elements}); err != nil {
		t.Errorf("%s: %v", f.Key, err)
	}
	return string(encoded(t, elements))
}

func TestFields(t *testing.T) {
	long := strings.Repeat("A label that is rather long, ", 3)
	for name, c := range map[string]struct {
		field card.Field
		many  bool // of several pages
		want  []string
		not   []string
	}{
		"a text": {
			card.Field{Key: "k", Kind: card.FieldText, Label: "L", Help: "H", Example: "E", MaxLength: 20, Value: []string{"v"}},
			false,
			[]string{`"id":"f:k"`, `"label":"L"`, `"value":"v"`, `"placeholder":"E"`, `"maxLength":20`, `"text":"H"`},
			[]string{"isMultiline", "isRequired"},
		},
		"a long text":                   {card.Field{Key: "k", Kind: card.FieldLong, Label: "L"}, false, []string{`"isMultiline":true`, `"maxLength":3000`}, nil},
		"a text that was longer before": {card.Field{Key: "k", Kind: card.FieldText, Label: "L", MaxLength: 2, Value: []string{"abc"}}, false, []string{`"value":"abc"`, `"maxLength":3`}, nil},
		"required, on one page":         {card.Field{Key: "k", Kind: card.FieldText, Label: "L", Required: true}, false, []string{`"isRequired":true`, wordFill, `"label":"L"`}, nil},
		"required, of several pages":    {card.Field{Key: "k", Kind: card.FieldText, Label: "L", Required: true}, true, []string{`"label":"L *"`}, []string{"isRequired"}},
		"wrong":                         {card.Field{Key: "k", Kind: card.FieldText, Label: "L", Error: "Say why."}, true, []string{`■ Say why.`, `attention`}, nil},
		"a label that means something":  {card.Field{Key: "k", Kind: card.FieldText, Label: "[a](b) **c**"}, false, []string{`"label":"[a]❨b) ∗∗c∗∗"`}, nil},
		"one of few":                    {card.Field{Key: "k", Kind: card.FieldOne, Label: "L", Required: true, Options: optionsOf(6, "o"), Value: []string{"v3"}}, false, []string{`"style":"expanded"`, `"value":"v3"`}, []string{wordNone}},
		"one of many":                   {card.Field{Key: "k", Kind: card.FieldOne, Label: "L", Required: true, Options: optionsOf(7, "o")}, false, []string{`"style":"compact"`, wordChoose}, []string{`"value":""`}},
		"one with long labels":          {card.Field{Key: "k", Kind: card.FieldOne, Label: "L", Options: optionsOf(2, long)}, false, []string{`"style":"compact"`}, nil},
		"one with notes":                {card.Field{Key: "k", Kind: card.FieldOne, Label: "L", Options: []card.Option{{Value: "a", Label: "A", Note: "first"}, {Value: "b", Label: long}}}, false, []string{`"title":"A (first)"`, `"style":"expanded"`}, nil},
		"one that need not be":          {card.Field{Key: "k", Kind: card.FieldOne, Label: "L", Options: optionsOf(2, "o")}, false, []string{`{"title":"` + wordNone + `","value":","}`}, nil},
		"any":                           {card.Field{Key: "k", Kind: card.FieldMany, Label: "L", Options: optionsOf(3, "o"), Value: []string{"v0", "v2"}}, false, []string{`"isMultiSelect":true`, `"value":"v0,v2"`, `"wrap":true`}, nil},
		"any, or one instead": {
			card.Field{Key: "k", Kind: card.FieldMany, Label: "L", Required: true, Options: optionsOf(3, "o"), Alone: []string{"v2"}, Value: []string{"v2"}},
			false,
			[]string{`"id":"f:k"`, `"id":"f:k:alone"`, wordInstead, wordTick, `"value":"v2"`},
			[]string{"isRequired", "v0,"},
		},
		"any, or one instead, of several": {card.Field{Key: "k", Kind: card.FieldMany, Label: "L", Required: true, Options: optionsOf(3, "o"), Alone: []string{"v2"}}, true, []string{`"label":"L *"`, `"label":"` + wordInstead + `"`}, []string{wordTick}},
		"only those that stand alone":     {card.Field{Key: "k", Kind: card.FieldMany, Label: "L", Options: optionsOf(2, "o"), Alone: []string{"v0", "v1"}}, false, []string{`"id":"f:k"`}, []string{":alone"}},
		"some that are locked": {
			card.Field{Key: "k", Kind: card.FieldMany, Label: "L", Options: []card.Option{{Value: "a", Label: "A", Note: "always", Locked: true}, {Value: "b", Label: "B"}}, Value: []string{"a"}},
			false,
			[]string{wordAlways, `A (always)`, `"choices":[{"title":"B","value":"b"}]`},
			[]string{`"value":"a"`},
		},
		"all locked":              {card.Field{Key: "k", Kind: card.FieldMany, Label: "What is attached", Options: []card.Option{{Value: "a", Label: "A", Locked: true}}, Value: []string{"a"}}, false, []string{"What is attached"}, []string{"Input.", wordAlways}},
		"a tick":                  {card.Field{Key: "k", Kind: card.FieldYes, Label: "L", Required: true, Value: []string{"yes"}}, false, []string{`"value":"yes"`, `"valueOn":"yes"`, `"valueOff":","`}, []string{"isRequired"}},
		"no tick":                 {card.Field{Key: "k", Kind: card.FieldYes, Label: "L"}, false, []string{`"value":","`}, nil},
		"nobody":                  {card.Field{Key: "k", Kind: card.FieldPerson, Label: "L"}, false, []string{`"style":"filtered"`, `"choices.data":{"type":"Data.Query","dataset":"people"}`, `"value":"ben"`}, nil},
		"somebody who is offered": {card.Field{Key: "k", Kind: card.FieldPerson, Label: "L", Value: []string{"ben"}, Shown: "Ben Okafor"}, false, []string{`"value":"ben"`}, []string{`"title":"Ben Okafor",`}},
		"somebody who is not":     {card.Field{Key: "k", Kind: card.FieldPerson, Label: "L", Value: []string{"ana"}, Shown: "Ana <Ruiz>"}, false, []string{`{"title":"Ana ‹Ruiz>","value":"ana"}`, `"value":"ana"`}, nil},
		"somebody without a name": {card.Field{Key: "k", Kind: card.FieldPerson, Label: "L", Value: []string{"ana"}}, false, []string{`{"title":"ana","value":"ana"}`}, nil},
		"nobody's id":             {card.Field{Key: "k", Kind: card.FieldPerson, Label: "L", Value: []string{strings.Repeat("x", 76)}}, false, nil, []string{"xxx"}},
		"a day":                   {card.Field{Key: "k", Kind: card.FieldDate, Label: "L", Value: []string{"2026-01-05"}}, false, []string{`"type":"Input.Date"`, `"value":"2026-01-05"`}, nil},
		"no day":                  {card.Field{Key: "k", Kind: card.FieldDate, Label: "L", Value: []string{"tomorrow"}}, false, nil, []string{"tomorrow"}},
		"a number":                {card.Field{Key: "k", Kind: card.FieldNumber, Label: "L", Min: 0, Max: 5, Value: []string{"0"}}, false, []string{`"value":0`, `"min":0`, `"max":5`}, nil},
		"a number out of bounds":  {card.Field{Key: "k", Kind: card.FieldNumber, Label: "L", Min: 1, Max: 5, Value: []string{"9"}}, false, nil, []string{`"value"`}},
		"a number without bounds": {card.Field{Key: "k", Kind: card.FieldNumber, Label: "L", Value: []string{"9"}}, false, []string{`"value":9`}, []string{`"min"`}},
		"no number":               {card.Field{Key: "k", Kind: card.FieldNumber, Label: "L", Value: []string{"many"}}, false, nil, []string{"many"}},
		"a note":                  {card.Field{Key: "k", Kind: card.FieldNote, Label: "Read this", Help: "One.\n\nTwo."}, false, []string{"Read this", "•  One.", "•  Two."}, []string{"Input."}},
		"a note of a title":       {card.Field{Key: "k", Kind: card.FieldNote, Label: "Read this"}, false, []string{"Read this"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := drawnField(t, c.field, c.many)
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("no %s in %s", want, got)
				}
			}
			for _, not := range c.not {
				if strings.Contains(got, not) {
					t.Errorf("%s in %s", not, got)
				}
			}
		})
	}
}

// TestWhyTheseQuestions: the control ids of a page are in it, hidden, and its button shows them; nothing typed is lost.
func TestWhyTheseQuestions(t *testing.T) {
	f := card.Form{ID: "d", Revision: 1, Submit: "Next", Fields: []card.Field{
		{Key: "tool", Kind: card.FieldText, Label: "Which tool?", Serves: []string{"42001:A.4.3", "27001:A.5.9"}}, {Key: "x", Kind: card.FieldText, Label: "Else?"},
	}, Extra: []card.Button{{Label: "Why these questions", Action: card.Action{Verb: view.VerbQuestions, Arg: "ai-use"}}}}
	c := formCard(f, 1, nil)
	if err := adaptivecard.CheckDialog(c); err != nil {
		t.Error(err)
	}
	p := actionsOf(t, c)["Why these questions"]
	if p.Type != "Action.ToggleVisibility" || !slices.Equal(p.TargetElements, []string{idServes}) {
		t.Errorf("it is %+v", p)
	}
	hidden := c.Body[len(c.Body)-1].(adaptivecard.Container)
	if text := ordered(hidden.Items); hidden.IsVisible == nil || *hidden.IsVisible || text != wordServes+"\nWhich tool? · 42001:A.4.3, 27001:A.5.9\n" {
		t.Errorf("it shows %q", text)
	}
	f.Fields[0].Serves = nil
	if got := actionsOf(t, formCard(f, 1, nil)); len(got) != 1 {
		t.Errorf("where nothing is served, there is %+v", got)
	}
}

func TestWhereTheAsideStands(t *testing.T) {
	aside := &card.Card{Title: "What the policy says", Gist: "g", Buttons: []card.Button{{Label: "Look", Action: card.Action{Verb: "details"}}}}
	read := card.Form{ID: "d", Submit: "Send", Aside: aside, Fields: []card.Field{{Key: "n", Kind: card.FieldNote, Label: "Answers", Help: "a"}}}
	fill := card.Form{ID: "d", Submit: "Send", Aside: aside, Intro: []string{"Two", "lines"}, Error: "Not so.", Fields: []card.Field{{Key: "n", Kind: card.FieldText, Label: "Reason"}}}
	for name, c := range map[string]struct {
		form card.Form
		want string
	}{"to read": {read, "What the policy says\nAnswers\na\n"}, "to fill in": {fill, "■ Not so.\nTwo\nlines\nWhat the policy says\n"}} {
		drawn := formCard(c.form, 1, nil)
		if err := adaptivecard.CheckDialog(drawn); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := ordered(drawn.Body); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if p := actionsOf(t, drawn)["Look"]; p.Type != "Action.Submit" {
			t.Errorf("%s: its button is %+v", name, p)
		}
	}
	if got := ordered(formCard(card.Form{ID: "d", Title: "Send it", Submit: "Send"}, 1, nil).Body); got != "Send it\n" {
		t.Errorf("a form without anything is %q", got)
	}
}

// filled is a form of so many fields of a kind.
func filled(n int, f card.Field) card.Form {
	out := card.Form{ID: "draft-9", Revision: 1, Title: "Large", Submit: "Send", Step: "Page 1 of 2"}
	for i := range n {
		f.Key = fmt.Sprint("k", i)
		out.Fields = append(out.Fields, f)
	}
	return out
}

// TestALargeFormLosesNoInput: what is only to be read goes first, and says so; a form of inputs that do not fit is not shown
// in part, because what is not there comes back as emptied, but leads to the portal.
func TestALargeFormLosesNoInput(t *testing.T) {
	text := card.Field{Kind: card.FieldText, Label: "Label", Help: strings.Repeat("help ", 29), Serves: []string{strings.Repeat("s", 30)}}
	aside := card.Card{Title: "Aside", Gist: "In short.", Lead: []string{"l"}}
	for range 8 {
		aside.Sections = append(aside.Sections, card.Section{Title: "S", Lines: []string{strings.Repeat("x", 900), strings.Repeat("y", 900)}})
	}
	withAside := filled(20, text)
	withAside.Aside = &aside
	withAside.Extra = []card.Button{{Label: "Why these questions", Action: card.Action{Verb: view.VerbQuestions}}}
	helped := filled(40, text)
	for i := range helped.Fields {
		helped.Fields[i].Value = []string{strings.Repeat("v", 380)}
	}
	helped.Intro = []string{strings.Repeat("i", 900)}
	noted := filled(10, text)
	for i := range 12 {
		noted.Fields = append(noted.Fields, card.Field{Key: fmt.Sprint("n", i), Kind: card.FieldNote, Label: "Note", Help: strings.Repeat("note ", 390)})
	}
	both := helped // with an aside of which only the gist is left
	both.Aside = &aside
	everybody := filled(3, card.Field{Kind: card.FieldPerson, Label: "Who?"})
	crowd := make([]adaptivecard.Choice, 200)
	for i := range crowd {
		crowd[i] = adaptivecard.Choice{Title: strings.Repeat("n", 40), Value: fmt.Sprint("p", i)}
	}
	if c := formCard(everybody, 1, crowd); adaptivecard.CheckDialog(c) != nil || !strings.Contains(string(encoded(t, c)), `"p19"`) {
		t.Errorf("many people: %v", adaptivecard.CheckDialog(c))
	}
	for name, f := range map[string]card.Form{"an aside": withAside, "much help": helped, "many notes": noted, "help and an aside": both} {
		c := formCard(f, 1, people())
		if err := adaptivecard.CheckDialog(c); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !strings.Contains(visible(tree(t, c)), wordCut) {
			t.Errorf("%s: it is cut and does not say so", name)
		}
		got, err := formValues(sentBack(t, c))
		inputs := 0
		for _, one := range f.Fields {
			if one.Kind != card.FieldNote {
				inputs++
			}
		}
		if err != nil || len(got) != inputs {
			t.Errorf("%s: %d inputs come back of %d, %v", name, len(got), inputs, err)
		}
	}
	ticks := filled(40, card.Field{Kind: card.FieldMany, Label: "L", Options: optionsOf(20, strings.Repeat("o", 30)), Alone: []string{"v19"}})
	texts := filled(4, card.Field{Kind: card.FieldLong, Label: "L", Value: []string{strings.Repeat("日", 3000)}})
	for name, f := range map[string]card.Form{"ticks": ticks, "texts": texts} {
		c := formCard(f, 1, people())
		if err := adaptivecard.CheckDialog(c); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		p := actionsOf(t, c)[wordPortal]
		if text := visible(tree(t, c)); p.Data.Link != "/forms/draft-9" || p.Type != "Action.Submit" || !strings.Contains(text, wordTooLong) || strings.Contains(text, "f:") {
			t.Errorf("%s: %s", name, encoded(t, c))
		}
	}
}
