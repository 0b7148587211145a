package adaptivecard_test

import (
	"encoding/json"
	"strings"
	"testing"

	"steward/bot/teams/adaptivecard"
)

func TestActions(t *testing.T) {
	const at = "actions[0]"
	submit := `{"type":"Action.Submit","title":"S",` + act + `}`
	execute := `{"type":"Action.Execute","title":"E","verb":"act",` + act + `,"associatedInputs":"none","fallback":` + submit + `}`
	for name, c := range map[string]struct{ actions, path, words string }{
		"a press":                        {execute, "", ""},
		"no way to fall back":            {`{"type":"Action.Execute","title":"E","verb":"act",` + act + `}`, at, "fallback is missing"},
		"falling back to a page":         {`{"type":"Action.Execute","title":"E","verb":"act",` + act + `,"fallback":{"type":"Action.OpenUrl","title":"O","url":"https://x.example"}}`, at, "falls back to Action.OpenUrl"},
		"falling back to something else": {`{"type":"Action.Execute","title":"E","verb":"act","data":{},"fallback":` + submit + `}`, at, "other data"},
		"no verb":                        {`{"type":"Action.Execute","title":"E",` + act + `,"fallback":` + submit + `}`, at, "verb is missing"},
		"no title":                       {`{"type":"Action.Submit","data":{}}`, at, "title is missing"},
		"a title of 41 runes":            {`{"type":"Action.Submit","title":"` + strings.Repeat("é", 41) + `","data":{}}`, at + ".title", "41 runes"},
		"a title of 40 runes":            {`{"type":"Action.Submit","title":"` + strings.Repeat("é", 40) + `","data":{}}`, "", ""},
		"a text as data":                 {`{"type":"Action.Submit","title":"S","data":"approve"}`, at + ".data", "is no object"},
		"a style nobody knows":           {`{"type":"Action.Submit","title":"S","data":{},"style":"loud"}`, at + ".style", "none of"},
		"a dialog":                       {`{"type":"Action.Submit","title":"S","associatedInputs":"none","data":{"msteams":{"type":"task/fetch"}}}`, "", ""},
		"a dialog that takes inputs":     {`{"type":"Action.Submit","title":"S","data":{"msteams":{"type":"task/fetch"}}}`, at, "no input stands in the way"},
		"a message in somebody's name":   {`{"type":"Action.Submit","title":"S","associatedInputs":"none","data":{"msteams":{"type":"imBack","value":"approve"}}}`, at, "msteams is"},
		"something of Teams that is not": {`{"type":"Action.Submit","title":"S","data":{"msteams":"task/fetch"}}`, at, "msteams is"},
		"a page":                         {`{"type":"Action.OpenUrl","title":"O","url":"https://x.example/a?b=c"}`, "", ""},
		"a page of the demo":             {`{"type":"Action.OpenUrl","title":"O","url":"http://127.0.0.1:8080/a"}`, "", ""},
		"a page in the open":             {`{"type":"Action.OpenUrl","title":"O","url":"http://x.example/a"}`, at + ".url", "no https address"},
		"a script":                       {`{"type":"Action.OpenUrl","title":"O","url":"javascript:alert(1)"}`, at + ".url", "no https address"},
		"a question":                     {`{"type":"Action.ShowCard","title":"A","card":` + pressed(execute) + `}`, "", ""},
		"a question that is none":        {`{"type":"Action.ShowCard","title":"A","card":{"type":"AdaptiveCard","version":"1.5","body":[]}}`, at + ".card.body", "no array"},
		"a question in a question":       {`{"type":"Action.ShowCard","title":"A","card":` + pressed(`{"type":"Action.ShowCard","title":"B","card":`+body(rich)+`}`) + `}`, at + ".card.actions[0].card", "inside of a card inside"},
		"six visible":                    {repeat(6, submit), "", ""},
		"seven visible":                  {repeat(7, submit), "", "7 visible actions"},
		"six and a menu":                 {repeat(6, submit) + "," + repeat(5, `{"type":"Action.Submit","title":"S","mode":"secondary","data":{}}`), "", ""},
		"showing what is not there":      {`{"type":"Action.ToggleVisibility","title":"T","targetElements":["a"]}`, at + ".targetElements[0]", `no "a"`},
		"showing nothing":                {`{"type":"Action.ToggleVisibility","title":"T","targetElements":[]}`, at + ".targetElements", "names nothing"},
		"an action nobody knows":         {`{"type":"Action.Http","title":"T"}`, at, "no type of action"},
		"an element as an action":        {rich, at, "no type of action"},
	} {
		t.Run(name, func(t *testing.T) { expect(t, adaptivecard.CheckJSON([]byte(pressed(c.actions))), c.path, c.words) })
	}
	const toggle = `{"type":"Action.ToggleVisibility","title":"T","targetElements":["a"]}`
	const target = `{"type":"RichTextBlock","id":"a","isVisible":false,"inlines":[` + run + `]}`
	for name, c := range map[string]struct{ card, path, words string }{
		"a set":                    {body(`{"type":"ActionSet","actions":[` + submit + `]}`), "", ""},
		"a set of nothing":         {body(`{"type":"ActionSet","actions":[]}`), "body[0].actions", "no array"},
		"seven in a set":           {body(`{"type":"ActionSet","actions":[` + repeat(7, submit) + `]}`), "body[0]", "7 visible"},
		"a container to press":     {body(`{"type":"Container","items":[` + rich + `],"selectAction":` + toggle + `},` + target), "", ""},
		"columns to press":         {body(`{"type":"ColumnSet","columns":[{"type":"Column","items":[` + rich + `]}],"selectAction":` + toggle + `},` + target), "", ""},
		"a container with a card":  {body(`{"type":"Container","items":[` + rich + `],"selectAction":{"type":"Action.ShowCard","title":"A","card":` + body(rich) + `}}`), "body[0]", "when selected"},
		"showing what comes later": {pressed(toggle), "actions[0].targetElements[0]", `no "a"`},
	} {
		t.Run(name, func(t *testing.T) { expect(t, adaptivecard.CheckJSON([]byte(c.card)), c.path, c.words) })
	}
}

func TestCharts(t *testing.T) {
	const value = `{"x":"Oct","y":1}`
	for name, c := range map[string]struct{ chart, path, words string }{
		"bars":                   {`{"type":"Chart.VerticalBar","title":"T","data":[` + value + `],"fallback":` + rich + `}`, "", ""},
		"groups":                 {`{"type":"Chart.VerticalBar.Grouped","data":[{"legend":"A","values":[` + value + `]}],"fallback":` + rich + `}`, "", ""},
		"lines":                  {`{"type":"Chart.Line","data":[{"legend":"A","values":[` + value + `]}],"fallback":` + rich + `}`, "", ""},
		"nothing for the others": {`{"type":"Chart.VerticalBar","data":[` + value + `]}`, "body[0]", "fallback is missing"},
		"no values":              {`{"type":"Chart.VerticalBar","data":[],"fallback":` + rich + `}`, "body[0].data", "no values"},
		"a value that is none":   {`{"type":"Chart.VerticalBar","data":[{"x":"Oct","y":"1"}],"fallback":` + rich + `}`, "body[0].data[0]", "is no value"},
		"no rows":                {`{"type":"Chart.Line","data":[],"fallback":` + rich + `}`, "body[0].data", "no rows"},
		"a row without a name":   {`{"type":"Chart.Line","data":[{"legend":"","values":[` + value + `]}],"fallback":` + rich + `}`, "body[0].data[0]", "is no row"},
		"a row without values":   {`{"type":"Chart.Line","data":[{"legend":"A","values":[]}],"fallback":` + rich + `}`, "body[0].data[0].values", "no values"},
		"a pie":                  {`{"type":"Chart.Pie","data":[` + value + `],"fallback":` + rich + `}`, "body[0]", "no type of element"},
	} {
		t.Run(name, func(t *testing.T) { expect(t, adaptivecard.CheckJSON([]byte(body(c.chart))), c.path, c.words) })
	}
}

// TestADialogSubmits: in a dialog nothing is executed, and no dialog is opened.
func TestADialogSubmits(t *testing.T) {
	in := func(a adaptivecard.Action) adaptivecard.Card {
		return adaptivecard.Card{
			Body:    []adaptivecard.Element{adaptivecard.RichTextBlock{Inlines: []adaptivecard.TextRun{{Text: "x"}}}},
			Actions: []adaptivecard.Action{a},
		}
	}
	submit := adaptivecard.ActionSubmit{Button: adaptivecard.Button{Title: "S"}, Data: map[string]any{"a": 1}}
	execute := adaptivecard.ActionExecute{Button: submit.Button, Verb: "act", Data: submit.Data, Fallback: submit}
	fetch := submit
	fetch.Data, fetch.AssociatedInputs = map[string]any{"msteams": map[string]any{"type": "task/fetch"}}, adaptivecard.InputsNone
	expect(t, adaptivecard.CheckDialog(in(submit)), "", "")
	expect(t, adaptivecard.CheckDialog(in(execute)), "actions[0]", "in a dialog")
	expect(t, adaptivecard.CheckDialog(in(fetch)), "actions[0]", "from a dialog")
	expect(t, adaptivecard.Check(in(execute)), "", "")
	expect(t, adaptivecard.Check(in(fetch)), "", "")
	for name, check := range map[string]func(adaptivecard.Card) error{"a message": adaptivecard.Check, "a dialog": adaptivecard.CheckDialog} {
		if check(in(adaptivecard.ActionSubmit{Data: func() {}})) == nil {
			t.Errorf("%s: what cannot be sent is taken", name)
		}
	}
}

// TestStructsSayWhatTheyAre: each struct is written with its type first, and what is not said is not written.
func TestStructsSayWhatTheyAre(t *testing.T) {
	all := func(in ...any) string {
		raw, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	for got, want := range map[string]string{
		all(adaptivecard.Card{}):                           `[{"type":"AdaptiveCard","version":"1.5"}]`,
		all(adaptivecard.TextRun{Text: "x"}):               `[{"type":"TextRun","text":"x"}]`,
		all(adaptivecard.TextBlock{Text: "x", Wrap: true}): `[{"type":"TextBlock","text":"x","wrap":true}]`,
		all(adaptivecard.RichTextBlock{Layout: adaptivecard.Layout{ID: "a", IsVisible: new(false)}}):                           `[{"type":"RichTextBlock","id":"a","isVisible":false,"inlines":null}]`,
		all(adaptivecard.InputNumber{Value: new(0)}):                                                                           `[{"type":"Input.Number","value":0}]`,
		all(adaptivecard.InputDate{Value: "2025-11-25"}):                                                                       `[{"type":"Input.Date","value":"2025-11-25"}]`,
		all(adaptivecard.InputToggle{Title: "Yes"}):                                                                            `[{"type":"Input.Toggle","title":"Yes"}]`,
		all(adaptivecard.InputText{MaxLength: 3}):                                                                              `[{"type":"Input.Text","maxLength":3}]`,
		all(adaptivecard.InputChoiceSet{Choices: []adaptivecard.Choice{}, ChoicesData: &adaptivecard.DataQuery{Dataset: "p"}}): `[{"type":"Input.ChoiceSet","choices":[],"choices.data":{"type":"Data.Query","dataset":"p"}}]`,
		all(adaptivecard.ActionOpenURL{URL: "https://x.example?a&b"}):                                                          `[{"type":"Action.OpenUrl","url":"https://x.example?a\u0026b"}]`,
		all(adaptivecard.ActionToggleVisibility{TargetElements: []string{"a"}}):                                                `[{"type":"Action.ToggleVisibility","targetElements":["a"]}]`,
		all(adaptivecard.ActionSet{}, adaptivecard.ColumnSet{}, adaptivecard.Container{}):                                      `[{"type":"ActionSet","actions":null},{"type":"ColumnSet","columns":null},{"type":"Container","items":null}]`,
		all(adaptivecard.Column{Width: "auto"}):                                                                                `[{"type":"Column","width":"auto","items":null}]`,
		all(adaptivecard.Chart{Kind: adaptivecard.ChartBars}):                                                                  `[{"type":"Chart.VerticalBar","fallback":null,"data":null}]`,
		all(adaptivecard.Chart{Kind: adaptivecard.ChartLines, Rows: []adaptivecard.ChartRow{{Legend: "l"}}}):                   `[{"type":"Chart.Line","fallback":null,"data":[{"legend":"l","values":null}]}]`,
		all(adaptivecard.ActionShowCard{}):                                                                                     `[{"type":"Action.ShowCard","card":{"type":"AdaptiveCard","version":"1.5"}}]`,
		all(adaptivecard.ActionExecute{Verb: "v"}):                                                                             `[{"type":"Action.Execute","verb":"v"}]`,
		all(adaptivecard.ActionSubmit{}):                                                                                       `[{"type":"Action.Submit"}]`,
	} {
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
