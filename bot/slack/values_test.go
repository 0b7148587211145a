package slack

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	slackgo "github.com/slack-go/slack"

	"steward/bot/card"
)

func valuesOf(t testing.TB, state string) (card.Values, error) {
	t.Helper()
	var s slackgo.ViewState
	if err := json.Unmarshal([]byte(state), &s); err != nil {
		t.Skipf("not a state: %v", err)
	}
	return formValues(&s)
}

func TestFormValues(t *testing.T) {
	state := `{"values":{
		"f:tool:3":{"f:tool":{"type":"plain_text_input","value":"Otter, \"the\" <one> & more"}},
		"f:why:3":{"f:why":{"type":"plain_text_input","value":null}},
		"f:plan:3":{"f:plan":{"type":"radio_buttons","selected_option":{"text":{"type":"plain_text","text":"A label"},"value":"business"}}},
		"f:where:3":{"f:where":{"type":"static_select","selected_option":null}},
		"f:tier:3":{"f:tier":{"type":"radio_buttons","selected_option":{"text":{"type":"plain_text","text":"No answer"},"value":","}}},
		"f:owner:3":{"p:owner":{"type":"external_select","selected_option":{"text":{"type":"plain_text","text":"Somebody else"},"value":"ana"}}},
		"f:until:3":{"f:until":{"type":"datepicker","selected_date":"2026-01-05"}},
		"f:n:3":{"f:n":{"type":"number_input","value":"4"}},
		"f:y:3":{"f:y":{"type":"checkboxes","selected_options":[{"text":{"type":"plain_text","text":"Yes"},"value":"yes"}]}},
		"f:data:3":{"f:data":{"type":"checkboxes","selected_options":[{"value":"personal"},{"value":"internal"}]}},
		"f:data:3:2":{"f:data:2":{"type":"checkboxes","selected_options":[{"value":"code"}]}},
		"f:data:3:alone":{"f:data:alone":{"type":"checkboxes","selected_options":[{"value":"unknown"},{"value":"code"}]}},
		"f:lines.1.measure:3":{"f:lines.1.measure":{"type":"plain_text_input","value":","}},
		"x":{"other":{"type":"users_select","selected_user":"U1"},"f:":{"type":"plain_text_input","value":"no key"}}
	}}`
	got, err := valuesOf(t, state)
	want := card.Values{
		"tool": {`Otter, "the" <one> & more`}, "why": {}, "plan": {"business"}, "where": {}, "tier": {}, "owner": {"ana"}, "until": {"2026-01-05"}, "n": {"4"},
		"y": {"yes"}, "data": {"code", "internal", "personal", "unknown"}, "lines.1.measure": {","},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	if got, err := formValues(nil); err != nil || len(got) != 0 {
		t.Errorf("no state gives %v, %v", got, err)
	}
}

func TestFormValuesThatCannotBe(t *testing.T) {
	many := make([]string, maxValues+1)
	for i := range many {
		many[i] = fmt.Sprintf(`{"value":"v%d"}`, i)
	}
	fields := make([]string, maxElements+1)
	for i := range fields {
		fields[i] = fmt.Sprintf(`"f:k%d":{"type":"plain_text_input","value":"x"}`, i)
	}
	for name, state := range map[string]string{
		"a field of a kind we have not": `{"values":{"b":{"f:tool":{"type":"users_select","selected_user":"U1"}}}}`,
		"a field without a kind":        `{"values":{"b":{"f:tool":{"value":"x"}}}}`,
		"a text of 3,001 characters":    `{"values":{"b":{"f:tool":{"type":"plain_text_input","value":"` + strings.Repeat("é", 3001) + `"}}}}`,
		"more ticks than any group has": `{"values":{"b":{"f:m":{"type":"checkboxes","selected_options":[` + strings.Join(many, ",") + `]}}}}`,
		"more fields than any form has": `{"values":{"b":{` + strings.Join(fields, ",") + `}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := valuesOf(t, state); err == nil {
				t.Errorf("gives %v", got)
			}
		})
	}
}

// FuzzFormValues: whatever state comes in, what comes out keeps its bounds, and no label is among it.
func FuzzFormValues(f *testing.F) {
	f.Add(`{"values":{"f:tool:3":{"f:tool":{"type":"plain_text_input","value":"Otter"}}}}`)
	f.Add(`{"values":{"f:data:3:alone":{"f:data:alone":{"type":"checkboxes","selected_options":[{"text":{"type":"plain_text","text":"LABEL"},"value":"none"}]}}}}`)
	f.Add(`{"values":{"f:owner:3":{"p:owner":{"type":"external_select","selected_option":{"text":{"text":"LABEL"},"value":"ana"}}}}}`)
	f.Add(`{"values":{"b":{"f:d":{"type":"datepicker","selected_date":null},"f:n":{"type":"number_input","value":"1e9"}}}}`)
	f.Add(`{"values":null}`)
	f.Fuzz(func(t *testing.T, state string) {
		got, err := valuesOf(t, state)
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

// FuzzMeta: what is taken as private metadata is what this package wrote, or says the same.
func FuzzMeta(f *testing.F) {
	f.Add(`{"f":"draft-1","p":2,"r":7}`)
	f.Add(`{"f":"x","r":-1}`)
	f.Add(`{"F":"x"}`)
	f.Fuzz(func(t *testing.T, s string) {
		m, err := parseMeta(s)
		if err != nil {
			return
		}
		if back, err := parseMeta(m.String()); err != nil || back != m {
			t.Fatalf("%v comes back as %v, %v", m, back, err)
		}
	})
}
