package teams

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/teams/adaptivecard"
)

// sentBack gives the data Teams sends of a form that somebody sent as it was shown: those of its first button, and what is
// in every input.
func sentBack(t *testing.T, c adaptivecard.Card) map[string]json.RawMessage {
	t.Helper()
	first := c.Actions[0].(adaptivecard.ActionSubmit)
	var out map[string]json.RawMessage
	if err := json.Unmarshal(encoded(t, first.Data), &out); err != nil {
		t.Fatal(err)
	}
	walk(tree(t, c), func(m map[string]any) bool {
		kind, _ := m["type"].(string)
		id, _ := m["id"].(string)
		if !strings.HasPrefix(kind, "Input.") {
			return true
		}
		value := m["value"]
		switch {
		case value == nil && kind == "Input.Toggle":
			value = m["valueOff"]
		case value == nil:
			value = ""
		}
		out[id] = encoded(t, value)
		return true
	})
	return out
}

// TestAFormComesBackAsItWasShown: every form of the catalogue, sent without a change, has the values it was shown with, but
// those that are locked; and a value for every field that takes one.
func TestAFormComesBackAsItWasShown(t *testing.T) {
	for _, f := range allForms() {
		got, err := formValues(sentBack(t, formOf(f.Form)))
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
			continue
		}
		want := card.Values{}
		for _, one := range f.Form.Fields {
			if values, takes := comesBack(one); takes {
				want[one.Key] = values
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", f.Name, diff)
		}
	}
}

func comesBack(f card.Field) ([]string, bool) {
	values := []string{}
	open := len(f.Options) == 0
	for _, o := range f.Options {
		open = open || !o.Locked
	}
	for _, v := range f.Value {
		i := slices.IndexFunc(f.Options, func(o card.Option) bool { return o.Value == v })
		if f.Kind == card.FieldLong {
			v = card.CleanLines(v)
		} else {
			v = card.Clean(v)
		}
		switch {
		case i >= 0 && f.Options[i].Locked:
		case v == "": // the text was nothing that can be seen
		case f.Kind == card.FieldNumber && strings.Trim(v, "0123456789") != "":
		case f.Kind == card.FieldPerson && len([]rune(v)) > card.MaxOptionLabel:
		default:
			values = append(values, v)
		}
	}
	slices.Sort(values)
	return values, f.Kind != card.FieldNote && open
}

func valuesOf(t testing.TB, data string) (card.Values, error) {
	t.Helper()
	var m map[string]json.RawMessage
	if err := json.Unmarshal([]byte(data), &m); err != nil {
		t.Skipf("not an object: %v", err)
	}
	return formValues(m)
}

func TestFormValues(t *testing.T) {
	got, err := valuesOf(t, `{
		"form":"draft-1","revision":3,"page":1,"go":"next","choices":["plan","where","tier","y","no","data"],"msteams":{"type":"x"},
		"f:tool":"Otter, \"the\" <one> & more","f:why":null,"f:plan":"business","f:where":"","f:tier":",","f:owner":"ana","f:until":"2026-01-05",
		"f:n":"4","f:m":4,"f:y":"yes","f:no":",","f:data":"personal,internal","f:data:alone":"unknown,internal","f:lines.1.measure":",","f:":"no key","x":{"y":1}
	}`)
	want := card.Values{
		"tool": {`Otter, "the" <one> & more`}, "why": {}, "plan": {"business"}, "where": {}, "tier": {}, "owner": {"ana"}, "until": {"2026-01-05"}, "n": {"4"},
		"m": {"4"}, "y": {"yes"}, "no": {}, "data": {"internal", "personal", "unknown"}, "lines.1.measure": {","},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	if got, err := formValues(nil); err != nil || len(got) != 0 {
		t.Errorf("no data gives %v, %v", got, err)
	}
}

func TestFormValuesThatCannotBe(t *testing.T) {
	many := make([]string, maxValues+1)
	for i := range many {
		many[i] = fmt.Sprint("v", i)
	}
	fields := make([]string, maxInputs+1)
	for i := range fields {
		fields[i] = fmt.Sprintf(`"f:k%d":"x"`, i)
	}
	for name, data := range map[string]string{
		"a list":                        `{"f:tool":["x"]}`,
		"an object":                     `{"f:tool":{"value":"x"}}`,
		"a truth":                       `{"f:tool":true}`,
		"choices that are no list":      `{"choices":"tool","f:tool":"x"}`,
		"a text of 3,001 characters":    `{"f:tool":"` + strings.Repeat("é", 3001) + `"}`,
		"more ticks than any group has": `{"choices":["m"],"f:m":"` + strings.Join(many, ",") + `"}`,
		"more fields than any form has": `{` + strings.Join(fields, ",") + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := valuesOf(t, data); err == nil {
				t.Errorf("gives %v", got)
			}
		})
	}
	if _, err := formValues(map[string]json.RawMessage{"f:a": json.RawMessage("{")}); err == nil {
		t.Error("what is no JSON is taken")
	}
}

// FuzzFormValues: whatever data come in, what comes out keeps its bounds.
func FuzzFormValues(f *testing.F) {
	f.Add(`{"f:tool":"Otter"}`)
	f.Add(`{"choices":["data"],"f:data":"a,b","f:data:alone":"none"}`)
	f.Add(`{"f:n":1e9,"f:d":null,"f:y":"false"}`)
	f.Add(`{"choices":[1],"f:x":",,,"}`)
	f.Fuzz(func(t *testing.T, data string) {
		got, err := valuesOf(t, data)
		if err != nil {
			return
		}
		for key, values := range got {
			if key == "" || values == nil || len(values) > maxValues {
				t.Fatalf("%q has %d values", key, len(values))
			}
			for _, v := range values {
				if v == "" || utf8.RuneCountInString(v) > card.MaxInput {
					t.Fatalf("%q has a value of %d characters", key, utf8.RuneCountInString(v))
				}
			}
		}
	})
}

// TestWaysOfAForm: every way out of a page names its draft and brings what was typed along.
func TestWaysOfAForm(t *testing.T) {
	f := card.Form{ID: "draft-1", Revision: 3, Step: "Page 2 of 3", Submit: "Next", Back: "Back", Fields: []card.Field{
		{Key: "tool", Kind: card.FieldText, Label: "T"},
		{Key: "y", Kind: card.FieldYes, Label: "Y"},
		{Key: "data", Kind: card.FieldMany, Label: "D", Options: []card.Option{{Value: "a", Label: "A"}}},
	}, Extra: []card.Button{{Label: "Look", Action: card.Action{Verb: "details"}}}}
	got := actionsOf(t, formCard(f, 2, nil))
	for label, way := range map[string]bot.Go{"Next": bot.GoNext, "Back": bot.GoBack, wordSave: bot.GoSave} {
		want := wire{Form: "draft-1", Revision: 3, Page: 2, Go: string(way), Choices: []string{"y", "data"}}
		if p := got[label]; p.Type != "Action.Submit" || p.AssociatedInputs != adaptivecard.InputsAuto || cmp.Diff(want, p.Data) != "" {
			t.Errorf("%s is %+v", label, p)
		}
	}
	if p := got["Look"]; p.AssociatedInputs != adaptivecard.InputsNone || p.Data.Act != "details|||0|0|" {
		t.Errorf("a button beside is %+v", p)
	}
	f.Step, f.Back, f.Danger = "", "", true
	got = actionsOf(t, formCard(f, 1, nil))
	if p := got["Next"]; len(got) != 2 || p.Style != adaptivecard.ActionDestructive {
		t.Errorf("a form of one page has %+v", got)
	}
}
