package adaptivecard_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"steward/bot/teams/adaptivecard"
)

// expect finds what a test expects: a fault at a path with these words in it, or, where there are none, no fault at all.
func expect(t *testing.T, err error, path, words string) {
	t.Helper()
	if words == "" {
		if err != nil {
			t.Errorf("is refused: %v", err)
		}
		return
	}
	if err == nil {
		t.Fatal("is taken")
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("%T is no joined error", err)
	}
	for _, one := range joined.Unwrap() {
		var f *adaptivecard.Fault
		if errors.As(one, &f) && f.Path == path && strings.Contains(f.Rule, words) {
			return
		}
	}
	t.Errorf("no fault %q at %q in: %v", words, path, err)
}

const (
	run  = `{"type":"TextRun","text":"x"}`
	rich = `{"type":"RichTextBlock","inlines":[` + run + `]}`
	act  = `"data":{"act":"approve|||0|0|"}`
)

func repeat(n int, one string) string { return strings.TrimSuffix(strings.Repeat(one+",", n), ",") }

func body(elements string) string {
	return `{"type":"AdaptiveCard","version":"1.5","body":[` + elements + `]}`
}

func pressed(actions string) string {
	return `{"type":"AdaptiveCard","version":"1.5","body":[` + rich + `],"actions":[` + actions + `]}`
}

func input(kind, members string) string {
	return fmt.Sprintf(`{"type":"Input.%s","id":"f:a","label":"L"%s}`, kind, members)
}

func choices(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf(`{"title":"T","value":"v%d"}`, i)
	}
	return `,"choices":[` + strings.Join(all, ",") + `]`
}

func TestCards(t *testing.T) {
	for name, c := range map[string]struct{ card, path, words string }{
		"the smallest":                 {body(rich), "", ""},
		"no JSON":                      {`{`, "", "no JSON"},
		"a list":                       {`[]`, "", "is no object"},
		"another type":                 {`{"type":"HeroCard","version":"1.5","body":[]}`, "", "no type of card"},
		"an element as a card":         {rich, "", "no type of card"},
		"no version":                   {`{"type":"AdaptiveCard","body":[` + rich + `]}`, "", "version is missing"},
		"a version Teams has not":      {`{"type":"AdaptiveCard","version":"1.6","body":[` + rich + `]}`, "version", "none of"},
		"no body":                      {`{"type":"AdaptiveCard","version":"1.5"}`, "", "body is missing"},
		"an empty body":                {body(""), "body", "no array of anything"},
		"a member that is none":        {`{"type":"AdaptiveCard","version":"1.5","body":[` + rich + `],"refresh":{}}`, "", "refresh is not known"},
		"full width":                   {`{"type":"AdaptiveCard","version":"1.5","lang":"en","fallbackText":"x","msteams":{"width":"Full"},"body":[` + rich + `]}`, "", ""},
		"another width":                {`{"type":"AdaptiveCard","version":"1.5","msteams":{"width":"Half"},"body":[` + rich + `]}`, "msteams", "is not {width"},
		"mentions":                     {`{"type":"AdaptiveCard","version":"1.5","msteams":{"width":"Full","entities":[]},"body":[` + rich + `]}`, "msteams", "is not {width"},
		"an element nobody knows":      {body(`{"type":"Video"}`), "body[0]", `"Video" is no type of element`},
		"an element without a type":    {body(`{"text":"x"}`), "body[0]", `"" is no type of element`},
		"a text as an element":         {body(`"x"`), "body[0]", "is no object"},
		"an action as an element":      {body(`{"type":"Action.Submit"}`), "body[0]", "no type of element"},
		"a picture":                    {body(`{"type":"Image","url":"https://x.example/a.png"}`), "body[0]", "no type of element"},
		"a text block":                 {body(`{"type":"TextBlock","text":"x","wrap":true,"style":"heading","size":"large","weight":"bolder","color":"good","isSubtle":true}`), "", ""},
		"a text block that does not":   {body(`{"type":"TextBlock","text":"x","wrap":false}`), "body[0].wrap", "does not wrap"},
		"a text block that may not":    {body(`{"type":"TextBlock","text":"x"}`), "body[0]", "wrap is missing"},
		"an empty text block":          {body(`{"type":"TextBlock","text":"","wrap":true}`), "body[0].text", "is no text"},
		"a number as a text":           {body(`{"type":"TextBlock","text":1,"wrap":true}`), "body[0].text", "is no text"},
		"a zero byte":                  {body(`{"type":"TextBlock","text":"a\u0000b","wrap":true}`), "body[0].text", "no text"},
		"a date that is computed":      {body(`{"type":"TextBlock","text":"{{DATE(2025-11-25T10:14:00Z,SHORT)}}","wrap":true}`), "body[0].text", "a function"},
		"a size nobody knows":          {body(`{"type":"TextBlock","text":"x","wrap":true,"size":"huge"}`), "body[0].size", "none of"},
		"a colour nobody knows":        {body(`{"type":"TextBlock","text":"x","wrap":true,"color":"pink"}`), "body[0].color", "none of"},
		"a rich text of nothing":       {body(`{"type":"RichTextBlock","inlines":[]}`), "body[0].inlines", "no array of anything"},
		"a rich text of a text block":  {body(`{"type":"RichTextBlock","inlines":[{"type":"TextBlock","text":"x","wrap":true}]}`), "body[0].inlines[0]", "no type of run"},
		"a rich text that wraps":       {body(`{"type":"RichTextBlock","wrap":true,"inlines":[` + run + `]}`), "body[0]", "wrap is not known"},
		"a run that is a link":         {body(`{"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"x","selectAction":{}}]}`), "body[0].inlines[0]", "selectAction is not known"},
		"a time that is computed":      {body(`{"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"{{TIME(2025-11-25T10:14:00Z)}}"}]}`), "body[0].inlines[0].text", "a function"},
		"one id twice":                 {body(`{"type":"RichTextBlock","id":"a","inlines":[` + run + `]},{"type":"RichTextBlock","id":"a","inlines":[` + run + `]}`), "body[1]", "twice"},
		"one id in two depths":         {body(`{"type":"Container","id":"a","items":[{"type":"RichTextBlock","id":"a","inlines":[` + run + `]}]}`), "body[0]", "twice"},
		"visible as a word":            {body(`{"type":"RichTextBlock","isVisible":"no","inlines":[` + run + `]}`), "body[0].isVisible", "neither true nor false"},
		"a spacing nobody knows":       {body(`{"type":"RichTextBlock","spacing":"wide","inlines":[` + run + `]}`), "body[0].spacing", "none of"},
		"a container":                  {body(`{"type":"Container","style":"warning","bleed":true,"separator":true,"spacing":"medium","items":[` + rich + `]}`), "", ""},
		"an empty container":           {body(`{"type":"Container","items":[]}`), "body[0].items", "no array of anything"},
		"a style nobody knows":         {body(`{"type":"Container","style":"loud","items":[` + rich + `]}`), "body[0].style", "none of"},
		"columns":                      {body(`{"type":"ColumnSet","columns":[{"type":"Column","width":"20px","items":[` + rich + `]},{"type":"Column","width":"stretch","items":[` + rich + `]}]}`), "", ""},
		"a column that is a container": {body(`{"type":"ColumnSet","columns":[{"type":"Container","items":[` + rich + `]}]}`), "body[0].columns[0]", "no type of column"},
		"a column of any width":        {body(`{"type":"ColumnSet","columns":[{"type":"Column","width":"20 px","items":[` + rich + `]}]}`), "body[0].columns[0].width", "no width"},
		"five columns":                 {body(`{"type":"ColumnSet","columns":[` + repeat(5, `{"type":"Column","items":[`+rich+`]}`) + `]}`), "body[0]", "5 columns"},
		"too large":                    {body(`{"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"` + strings.Repeat("x", adaptivecard.MaxBytes) + `"}]}`), "", "bytes with everything ticked"},
	} {
		t.Run(name, func(t *testing.T) { expect(t, adaptivecard.CheckJSON([]byte(c.card)), c.path, c.words) })
	}
}

func TestInputs(t *testing.T) {
	const at = "body[0]"
	for name, c := range map[string]struct{ input, path, words string }{
		"a text":                          {input("Text", `,"maxLength":10,"value":"x","placeholder":"p","isMultiline":true`), "", ""},
		"a text without an end":           {input("Text", ``), at, "maxLength is missing"},
		"a text of nothing":               {input("Text", `,"maxLength":0`), at, "takes no text"},
		"half a letter":                   {input("Text", `,"maxLength":1.5`), at + ".maxLength", "no whole number"},
		"a value that is too long":        {input("Text", `,"maxLength":2,"value":"xxx"`), at, "a longer value"},
		"a value as long as it may":       {input("Text", `,"maxLength":2,"value":"éé"`), "", ""},
		"no id":                           {`{"type":"Input.Text","label":"L","maxLength":1}`, at, "id is missing"},
		"no label":                        {`{"type":"Input.Text","id":"f:a","maxLength":1}`, at, "label is missing"},
		"an empty label":                  {`{"type":"Input.Text","id":"f:a","label":"","maxLength":1}`, at + ".label", "is no text"},
		"a date in a label":               {`{"type":"Input.Text","id":"f:a","label":"{{DATE(x)}}","maxLength":1}`, at, "in its label"},
		"required in silence":             {input("Text", `,"maxLength":1,"isRequired":true`), at, "says nothing"},
		"required, saying why":            {input("Text", `,"maxLength":1,"isRequired":true,"errorMessage":"Please fill this in."`), "", ""},
		"the same input twice":            {input("Text", `,"maxLength":1`) + "," + input("Text", `,"maxLength":1`), "body[1]", "twice"},
		"a number":                        {input("Number", `,"min":1,"max":5,"value":3`), "", ""},
		"a number in a text":              {input("Number", `,"value":"3"`), at + ".value", "no whole number"},
		"a number out of bounds":          {input("Number", `,"min":1,"max":5,"value":6`), at, "does not take"},
		"a number below its bound":        {input("Number", `,"min":1,"value":0`), at, "does not take"},
		"bounds around nothing":           {input("Number", `,"min":5,"max":1`), at, "takes no number"},
		"a date":                          {input("Date", `,"value":"2025-11-25"`), "", ""},
		"a date in words":                 {input("Date", `,"value":"tomorrow"`), at + ".value", "no day"},
		"a tick":                          {input("Toggle", `,"title":"Yes","value":"yes","valueOn":"yes","valueOff":","`), "", ""},
		"a tick without words":            {input("Toggle", `,"valueOn":"yes","valueOff":","`), at, "title is missing"},
		"a tick that is always on":        {input("Toggle", `,"title":"Yes","valueOn":"yes","valueOff":"yes"`), at, "on from off"},
		"a tick that is neither":          {input("Toggle", `,"title":"Yes","value":"maybe","valueOn":"yes","valueOff":","`), at, "neither on nor off"},
		"a tick that is cut":              {input("Toggle", `,"title":"Yes","valueOn":"yes","valueOff":",","wrap":false`), at + ".wrap", "does not wrap"},
		"one of three":                    {input("ChoiceSet", choices(3)+`,"style":"compact","value":"v1"`), "", ""},
		"two of three":                    {input("ChoiceSet", choices(3)+`,"style":"expanded","isMultiSelect":true,"wrap":true,"value":"v1,v2"`), "", ""},
		"none of none":                    {input("ChoiceSet", choices(0)), at, "has no choices"},
		"no choices at all":               {input("ChoiceSet", ``), at, "choices is missing"},
		"choices that are no list":        {input("ChoiceSet", `,"choices":{}`), at + ".choices", "no array"},
		"a value that is no choice":       {input("ChoiceSet", choices(3)+`,"value":"v9"`), at, `"v9" is no choice`},
		"several values of one":           {input("ChoiceSet", choices(3)+`,"value":"v1,v2"`), at, `"v1,v2" is no choice`},
		"a choice without words":          {input("ChoiceSet", `,"choices":[{"title":"","value":"a"}]`), at + ".choices[0]", "is no choice"},
		"a choice without a value":        {input("ChoiceSet", `,"choices":[{"title":"a","value":""}]`), at + ".choices[0]", "is no choice"},
		"a choice with more":              {input("ChoiceSet", `,"choices":[{"title":"a","value":"b","note":"c"}]`), at + ".choices[0]", "is no choice"},
		"a choice that is computed":       {input("ChoiceSet", `,"choices":[{"title":"{{TIME(x)}}","value":"b"}]`), at + ".choices[0]", "a function"},
		"a choice twice":                  {input("ChoiceSet", `,"choices":[{"title":"a","value":"b"},{"title":"c","value":"b"}]`), at, "there twice"},
		"a comma where they are joined":   {input("ChoiceSet", `,"isMultiSelect":true,"choices":[{"title":"a","value":"b,c"}]`), at, "a comma"},
		"people":                          {input("ChoiceSet", `,"choices":[],"style":"filtered","choices.data":{"type":"Data.Query","dataset":"people"}`), "", ""},
		"people in a list that folds":     {input("ChoiceSet", `,"choices":[],"style":"compact","choices.data":{"type":"Data.Query","dataset":"people"}`), at, "is not filtered"},
		"people of nowhere":               {input("ChoiceSet", `,"choices":[],"style":"filtered","choices.data":{"type":"Data.Query"}`), at + `.choices.data`, "dataset is missing"},
		"choices that are asked of a run": {input("ChoiceSet", `,"choices":[],"style":"filtered","choices.data":`+run), at + `.choices.data`, "no type of query"},
		"a time":                          {input("Time", ``), at, "no type of element"},
	} {
		t.Run(name, func(t *testing.T) { expect(t, adaptivecard.CheckJSON([]byte(body(c.input))), c.path, c.words) })
	}
}

// TestSizeCountsEverythingTicked: a form grows when it comes back with values.
func TestSizeCountsEverythingTicked(t *testing.T) {
	set := adaptivecard.InputChoiceSet{IsMultiSelect: true, Choices: []adaptivecard.Choice{{Title: "A", Value: "aaaa"}, {Title: "B", Value: "bbbb"}}}
	set.ID, set.Label = "f:a", "L"
	c := adaptivecard.Card{Body: []adaptivecard.Element{set}}
	if got, want := adaptivecard.SizeFilled(c)-adaptivecard.Size(c), len("aaaa,bbbb,"); got != want {
		t.Errorf("grows by %d, want %d", got, want)
	}
	set.Value = "aaaa"
	c = adaptivecard.Card{Body: []adaptivecard.Element{set}}
	if got, want := adaptivecard.SizeFilled(c)-adaptivecard.Size(c), len(",bbbb,"); got != want {
		t.Errorf("half ticked, it grows by %d, want %d", got, want)
	}
	for i := range 40 {
		set.ID = fmt.Sprint("f:", i)
		set.Choices = nil
		for j := range 10 {
			set.Choices = append(set.Choices, adaptivecard.Choice{Title: "T", Value: fmt.Sprintf("%d%s", j, strings.Repeat("v", 25))})
		}
		set.Value = ""
		c.Body = append(c.Body, set)
	}
	if n := adaptivecard.Size(c); n > adaptivecard.MaxBytes {
		t.Fatalf("%d bytes before anything is ticked", n)
	}
	expect(t, adaptivecard.Check(c), "", "with everything ticked")
	unsayable := adaptivecard.Card{Actions: []adaptivecard.Action{adaptivecard.ActionSubmit{Data: func() {}}}}
	if adaptivecard.Size(unsayable) <= adaptivecard.MaxBytes || adaptivecard.SizeFilled(unsayable) <= adaptivecard.MaxBytes {
		t.Error("what cannot be sent has a size that can")
	}
}
