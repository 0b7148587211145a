package slack

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	slackgo "github.com/slack-go/slack"

	"steward/bot/card"
	"steward/bot/slack/blockkit"
)

// stateOf gives the state Slack sends of a view that somebody sent as it was shown.
func stateOf(t *testing.T, v any) *slackgo.ViewState {
	t.Helper()
	values := map[string]map[string]any{}
	walk(tree(t, v), func(m map[string]any) {
		e, _ := m["element"].(map[string]any)
		if m["type"] != "input" {
			return
		}
		kind, _ := e["type"].(string)
		state := map[string]any{"type": kind}
		switch kind {
		case "checkboxes":
			state["selected_options"] = e["initial_options"]
		case "radio_buttons", "static_select", "external_select":
			state["selected_option"] = e["initial_option"]
		case "datepicker":
			state["selected_date"] = e["initial_date"]
		default:
			state["value"] = e["initial_value"]
		}
		values[m["block_id"].(string)] = map[string]any{e["action_id"].(string): state}
	})
	raw, err := json.Marshal(map[string]any{"values": values})
	if err != nil {
		t.Fatal(err)
	}
	var out slackgo.ViewState
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return &out
}

// TestAFormComesBackAsItWasShown: every form of the catalogue, sent without a change, has the values it was shown with, but
// those that are locked; and a value for every field that takes one.
func TestAFormComesBackAsItWasShown(t *testing.T) {
	for _, f := range allForms() {
		got, err := formValues(stateOf(t, formOf(f.Form)))
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
		switch {
		case i >= 0 && f.Options[i].Locked:
		case v == "": // the text was nothing that can be seen
		case f.Kind == card.FieldNumber && strings.Trim(v, "0123456789") != "":
		case f.Kind == card.FieldPerson && len([]rune(v)) > maxOption:
		default:
			values = append(values, v)
		}
	}
	slices.Sort(values)
	return values, f.Kind != card.FieldNote && open
}

// element gives the drawn element of a field, with the block it is in.
func element(t *testing.T, f card.Field, n int) (block, e map[string]any) {
	t.Helper()
	blocks := field(f, 7)
	v := slackgo.ModalViewRequest{
		Type: slackgo.VTModal, Title: plain("T", 24), Submit: plain("S", 24), Blocks: slackgo.Blocks{BlockSet: blocks},
	}
	if err := blockkit.CheckView(encoded(t, v)); err != nil {
		t.Errorf("%s: %v", f.Key, err)
	}
	block = tree(t, blocks).([]any)[n].(map[string]any)
	e, _ = block["element"].(map[string]any)
	return block, e
}

func optionsOf(n int, label string) []card.Option {
	out := make([]card.Option, n)
	for i := range out {
		out[i] = card.Option{Value: fmt.Sprint("v", i), Label: fmt.Sprint(label, i)}
	}
	return out
}

func TestFields(t *testing.T) {
	long := strings.Repeat("A label that is rather long, ", 3)
	for name, c := range map[string]struct {
		field card.Field
		at    int
		want  string // members of the block with its element, as JSON
	}{
		"text": {
			card.Field{Key: "tool", Kind: card.FieldText, Label: "Tool", Help: "Its name.", Example: "Otter", Required: true, MaxLength: 120, Value: []string{"DeepL"}},
			0,
			`{"block_id":"f:tool:7","optional":null,"hint":"Its name.","type":"plain_text_input","action_id":"f:tool","initial_value":"DeepL","max_length":120,"placeholder":"Otter","multiline":null}`,
		},
		"long text": {
			card.Field{Key: "why", Kind: card.FieldLong, Label: "Why", Value: []string{"one\ntwo"}},
			0,
			`{"optional":true,"type":"plain_text_input","multiline":true,"initial_value":"one\ntwo","max_length":null}`,
		},
		"text that was typed too long elsewhere": {
			card.Field{Key: "tool", Kind: card.FieldText, Label: "Tool", MaxLength: 5, Value: []string{"1234567"}},
			0,
			`{"initial_value":"1234567","max_length":7}`,
		},
		"text longer than Slack takes": {
			card.Field{Key: "tool", Kind: card.FieldLong, Label: "Tool", MaxLength: 5000, Value: []string{strings.Repeat("x", 4000)}},
			0,
			`{"max_length":3000,"initial_value":"` + strings.Repeat("x", 2999) + `…"}`,
		},
		"few short choices": {
			card.Field{Key: "plan", Kind: card.FieldOne, Label: "Plan", Required: true, Options: optionsOf(10, "o"), Value: []string{"v2"}},
			0,
			`{"type":"radio_buttons","action_id":"f:plan","initial_option":"v2","options":10}`,
		},
		"a choice that can be left open can be taken back": {
			card.Field{Key: "tier", Kind: card.FieldOne, Label: "Tier", Options: optionsOf(3, "o")},
			0,
			`{"type":"radio_buttons","optional":true,"initial_option":null,"options":4}`,
		},
		"many choices": {
			card.Field{Key: "plan", Kind: card.FieldOne, Label: "Plan", Required: true, Options: optionsOf(11, "o"), Value: []string{"v10"}},
			0,
			`{"type":"static_select","initial_option":"v10","options":11,"placeholder":"Choose one"}`,
		},
		"long choices": {
			card.Field{Key: "plan", Kind: card.FieldOne, Label: "Plan", Required: true, Options: optionsOf(2, cut(long, 70))},
			0,
			`{"type":"static_select","initial_option":null}`,
		},
		"a person": {
			card.Field{Key: "owner", Kind: card.FieldPerson, Label: "Owner", Required: true, Value: []string{"ana"}, Shown: "Ana Ruiz"},
			0,
			`{"block_id":"f:owner:7","type":"external_select","action_id":"p:owner","min_query_length":1,"initial_option":"ana","placeholder":"Type a name"}`,
		},
		"a person without a name": {
			card.Field{Key: "owner", Kind: card.FieldPerson, Label: "Owner", Value: []string{"ana"}},
			0,
			`{"initial_option":"ana"}`,
		},
		"a person who cannot be": {
			card.Field{Key: "owner", Kind: card.FieldPerson, Label: "Owner", Value: []string{strings.Repeat("x", 200)}},
			0,
			`{"initial_option":null}`,
		},
		"a date":              {card.Field{Key: "d", Kind: card.FieldDate, Label: "D", Value: []string{"2025-11-24"}}, 0, `{"type":"datepicker","initial_date":"2025-11-24"}`},
		"a date that is none": {card.Field{Key: "d", Kind: card.FieldDate, Label: "D", Value: []string{"soon"}}, 0, `{"initial_date":null}`},
		"a number": {
			card.Field{Key: "n", Kind: card.FieldNumber, Label: "N", Min: 1, Max: 5, Value: []string{"3"}},
			0,
			`{"type":"number_input","is_decimal_allowed":false,"min_value":"1","max_value":"5","initial_value":"3"}`,
		},
		"a number out of bounds": {card.Field{Key: "n", Kind: card.FieldNumber, Label: "N", Min: 1, Max: 5, Value: []string{"7"}}, 0, `{"initial_value":null}`},
		"a number without any":   {card.Field{Key: "n", Kind: card.FieldNumber, Label: "N", Value: []string{"700"}}, 0, `{"initial_value":"700","min_value":null}`},
		"a number that is none":  {card.Field{Key: "n", Kind: card.FieldNumber, Label: "N", Value: []string{"x"}}, 0, `{"initial_value":null}`},
		"yes": {
			card.Field{Key: "y", Kind: card.FieldYes, Label: "Sure?", Required: true, Value: []string{"yes"}},
			0,
			`{"type":"checkboxes","action_id":"f:y","initial_options":"yes","options":1,"optional":true}`,
		},
		"any of a few": {
			card.Field{Key: "m", Kind: card.FieldMany, Label: "M", Required: true, Options: optionsOf(10, "o"), Value: []string{"v1", "v9"}},
			0,
			`{"type":"checkboxes","block_id":"f:m:7","action_id":"f:m","initial_options":"v1,v9","options":10,"optional":null}`,
		},
		"any of many, the rest": {
			card.Field{Key: "m", Kind: card.FieldMany, Label: "M", Help: "H", Required: true, Options: optionsOf(23, "o"), Value: []string{"v22"}},
			2,
			`{"block_id":"f:m:7:3","action_id":"f:m:3","label":"M, part 3","initial_options":"v22","options":3,"optional":true,"hint":null}`,
		},
		"any of many, the first": {
			card.Field{Key: "m", Kind: card.FieldMany, Label: "M", Help: "H.", Required: true, Options: optionsOf(23, "o")},
			0,
			`{"block_id":"f:m:7","label":"M","options":10,"optional":true,"hint":"H. Tick at least one, here or in the part below."}`,
		},
		"those that exclude all others": {
			card.Field{Key: "m", Kind: card.FieldMany, Label: "M", Options: optionsOf(4, "o"), Alone: []string{"v0"}, Value: []string{"v0"}},
			1,
			`{"block_id":"f:m:7:alone","action_id":"f:m:alone","label":"Or, instead of these","initial_options":"v0","options":1}`,
		},
		"only such": {
			card.Field{Key: "m", Kind: card.FieldMany, Label: "M", Required: true, Options: optionsOf(2, "o"), Alone: []string{"v0", "v1"}},
			0,
			`{"block_id":"f:m:7","options":2,"optional":null}`,
		},
		"what is wrong stands above": {
			card.Field{Key: "tool", Kind: card.FieldText, Label: "Tool", Error: "Please fill this in."},
			1,
			`{"block_id":"f:tool:7"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			block, e := element(t, c.field, c.at)
			var want map[string]any
			if err := json.Unmarshal([]byte(c.want), &want); err != nil {
				t.Fatal(err)
			}
			for key, w := range want {
				if got := member(block, e, key); fmt.Sprint(got) != fmt.Sprint(w) {
					t.Errorf("%s is %v, want %v", key, got, w)
				}
			}
		})
	}
}

// member gives a member of the element or its block in short: of text objects their text, of options their values or number.
func member(block, e map[string]any, key string) any {
	v, there := e[key]
	if !there && key != "type" {
		v = block[key]
	}
	switch v := v.(type) {
	case map[string]any:
		if value, ok := v["value"]; ok {
			return value
		}
		return v["text"]
	case []any:
		if key == "options" {
			return len(v)
		}
		var values []string
		for _, o := range v {
			values = append(values, o.(map[string]any)["value"].(string))
		}
		return strings.Join(values, ",")
	}
	return v
}

func TestErrorsAndNotes(t *testing.T) {
	got := visible(tree(t, field(card.Field{Key: "a", Kind: card.FieldText, Label: "Tool", Error: "Please fill this in."}, 1)))
	if !strings.HasPrefix(got, "■ Please fill this in.\n") {
		t.Errorf("got %q", got)
	}
	for name, c := range map[string]struct {
		note card.Field
		want string
	}{
		"a heading":   {card.Field{Kind: card.FieldNote, Label: "Heading"}, `{"type":"rich_text_section"`},
		"one line":    {card.Field{Kind: card.FieldNote, Label: "Asked", Help: "Who?"}, `"\nWho?"`},
		"more lines":  {card.Field{Kind: card.FieldNote, Label: "Answers", Help: "a\nb"}, `"style":"bullet"`},
		"risk lines":  {card.Field{Kind: card.FieldNote, Label: "Risk lines", Help: "1. a\n2. b"}, `"style":"ordered"`},
		"only locked": {card.Field{Key: "m", Kind: card.FieldMany, Label: "Attached", Options: []card.Option{{Value: "v", Label: "Event log", Note: "Before it is used", Locked: true}}, Value: []string{"v"}}, `"Event log (Before it is used)"`},
	} {
		t.Run(name, func(t *testing.T) {
			blocks := field(c.note, 1)
			if text := string(encoded(t, blocks)); len(blocks) != 1 || !strings.Contains(text, c.want) || strings.Contains(text, `"input"`) {
				t.Errorf("got %s", text)
			}
		})
	}
	mixed := card.Field{Key: "m", Kind: card.FieldMany, Label: "Conditions", Options: append(optionsOf(2, "o"), card.Option{Value: "v", Label: "Event log", Locked: true}), Value: []string{"v"}}
	got = visible(tree(t, field(mixed, 1)))
	if !strings.HasPrefix(got, "Always attached\nEvent log\nConditions\n") {
		t.Errorf("got %q", got)
	}
}

func TestNavigation(t *testing.T) {
	f := card.Form{
		ID: "draft-1", Revision: 2, Title: "New AI use", Step: "Page 2 of 3", Submit: "Next", Back: "Back",
		Extra: []card.Button{{Label: "Why these questions", Action: card.Action{Verb: "questions", Arg: "ai-use"}}, {Label: "Portal", Path: "/requests/new"}},
	}
	text := string(encoded(t, formOf(f).Blocks.BlockSet))
	for _, want := range []string{
		`"block_id":"nav"`, `"action_id":"go:back"`, `"action_id":"go:save"`, `"value":"draft-1"`, `"action_id":"act:2"`, `"value":"questions||||0|0|ai-use"`, `"action_id":"link:3"`, `"value":"/requests/new"`,
	} {
		want = strings.Replace(want, "questions||||0|0|ai-use", card.Action{Verb: "questions", Arg: "ai-use"}.String(), 1)
		if !strings.Contains(text, want) {
			t.Errorf("no %s in %s", want, text)
		}
	}
	f.Step, f.Back, f.Extra = "", "", nil
	if text := string(encoded(t, formOf(f).Blocks.BlockSet)); strings.Contains(text, "nav") {
		t.Errorf("a form of one page has %s", text)
	}
}

func TestTheCardOneReadsIsOnTopAndTheOneBesideBelow(t *testing.T) {
	aside := &card.Card{Title: "What the policy says", Gist: "g"}
	read := card.Form{ID: "d", Submit: "Send", Aside: aside, Fields: []card.Field{{Key: "n", Kind: card.FieldNote, Label: "Answers", Help: "a"}}}
	fill := card.Form{ID: "d", Submit: "Send", Aside: aside, Fields: []card.Field{{Key: "n", Kind: card.FieldText, Label: "Reason"}}}
	for name, c := range map[string]struct {
		form  card.Form
		first string
	}{"to read": {read, "What the policy says"}, "to fill in": {fill, "Reason"}} {
		if got := visible(tree(t, formOf(c.form).Blocks.BlockSet)); !strings.HasPrefix(got, c.first) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestMetaNamesTheDraftAndNoMore(t *testing.T) {
	m := meta{Form: "draft-1", Page: 2, Revision: 7}
	if got, want := m.String(), `{"f":"draft-1","p":2,"r":7}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if back, err := parseMeta(m.String()); err != nil || back != m {
		t.Errorf("got %v, %v", back, err)
	}
	for _, bad := range []string{
		"", "{}", "null", "[]", `{"f":""}`, `{"f":"x","r":-1}`, `{"f":"x","p":-1}`, `{"f":1}`, `{"f":"x","r":"1"}`, `{"f":"` + strings.Repeat("x", 3000) + `"}`,
	} {
		if m, err := parseMeta(bad); err == nil {
			t.Errorf("%.40q gives %v", bad, m)
		}
	}
}

// TestALargeFormStaysAView: more fields than any flow has.
func TestALargeFormStaysAView(t *testing.T) {
	f := card.Form{ID: "d", Revision: 1, Title: "Large", Submit: "Send"}
	for i := range card.MaxFields {
		f.Fields = append(f.Fields, card.Field{Key: fmt.Sprint("k", i), Kind: card.FieldMany, Label: "L", Error: "E", Options: optionsOf(20, "o"), Alone: []string{"v19"}})
	}
	if err := blockkit.CheckView(encoded(t, formOf(f))); err != nil {
		t.Error(err)
	}
}
