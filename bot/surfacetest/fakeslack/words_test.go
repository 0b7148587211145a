package fakeslack_test

import (
	"testing"

	"steward/bot/surfacetest/fakeslack"
)

func TestMarkup(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                           "plain",
		"*bold* _it_ ~gone~ `code`":       "bold it gone code",
		"*bold _both_*":                   "bold both",
		"2*3*4 and a_b_c":                 "2*3*4 and a_b_c",
		"* no *, *no * and":               "* no *, *no * and",
		"*over\nlines*":                   "*over\nlines*",
		"`*code*`":                        "*code*",
		"&lt;b&gt;&amp;amp; *x*":          "<b>&amp; x",
		"`a &lt; b`":                      "a < b",
		"<https://x.example>":             "https://x.example",
		"<https://x.example/?a&amp;b|it>": "it",
		"<mailto:a@x.example|a&amp;b>":    "a&b",
		"<@U0ANA> <@U9|x>":                "@ana @U9",
		"<#C0X|all> <#C0Y>":               "#all #C0Y",
		"<!channel> <!subteam^S1|@all> <!subteam^S2>": "@channel @all @subteam",
		"<!date^1795597200^{date_short}|Nov 25>":      "Nov 25",
		"a < b > c":                                   "a < b > c",
		"<not one>":                                   "<not one>",
		"über*x*":                                     "über*x*",
		"(*x*)":                                       "(x)",
	} {
		s := fakeslack.New(fakeslack.Options{})
		s.AddUser(fakeslack.User{ID: "U0ANA", Name: "ana"})
		w := &world{Server: s, t: t}
		w.good("chat.postMessage", obj{"channel": "U0ANA", "text": in})
		equal(t, in, s.DM("U0ANA")[0].Words(), want)
		s.Close()
	}
}

func TestWords(t *testing.T) {
	m := fakeslack.Message{Text: "gist", Blocks: []map[string]any{
		{"type": "header", "text": plain("Title *x*")},
		{"type": "section", "text": obj{"type": "mrkdwn", "text": "*x*"}, "fields": []any{plain("field")}, "accessory": button("a", "v", "Accessory")},
		{"type": "context", "elements": []any{plain("small"), obj{"type": "image", "alt_text": "a picture"}}},
		{"type": "divider"},
		{"type": "image", "alt_text": "alone", "title": plain("Picture")},
		{"type": "actions", "elements": []any{
			button("b", "v", "Press"),
			obj{"type": "overflow", "options": []any{obj{"text": plain("More"), "value": "m", "description": plain("and why")}}},
			obj{"type": "static_select", "option_groups": []any{obj{"label": plain("G"), "options": []any{choice("grouped")}}}},
		}},
		{"type": "input", "label": plain("Label"), "hint": plain("Hint"), "element": textInput()},
		{"type": "rich_text", "elements": []any{
			obj{"type": "rich_text_section", "elements": []any{
				obj{"type": "text", "text": "one\ntwo "},
				obj{"type": "link", "url": "https://x.example", "text": "link"},
				obj{"type": "link", "url": "https://y.example"},
				obj{"type": "user", "user_id": "U0ANA"},
				obj{"type": "channel", "channel_id": "C1"},
				obj{"type": "broadcast", "range": "here"},
				obj{"type": "usergroup", "usergroup_id": "S1"},
				obj{"type": "emoji", "name": "ok"},
				obj{"type": "date", "fallback": "today"},
			}},
			obj{"type": "rich_text_list", "style": "bullet", "elements": []any{obj{"type": "rich_text_section", "elements": []any{obj{"type": "text", "text": "a"}}}}},
			obj{"type": "rich_text_list", "style": "ordered", "elements": []any{
				obj{"type": "rich_text_section", "elements": []any{obj{"type": "text", "text": "b"}}},
				obj{"type": "rich_text_section", "elements": []any{obj{"type": "text", "text": "c"}}},
			}},
		}},
		{"type": "markdown", "text": "# as it is"},
		{"type": "table", "rows": []any{
			[]any{obj{"type": "raw_text", "text": "h1"}, obj{"type": "raw_text", "text": "h2"}},
			[]any{obj{"type": "rich_text", "elements": []any{obj{"type": "rich_text_section", "elements": []any{obj{"type": "text", "text": "c1"}}}}}, obj{"type": "raw_text", "text": "c2"}},
		}},
		{"type": "data_visualization", "title": "Found", "chart": obj{"type": "bar", "labels": []any{"Q1"}, "series": []any{obj{"name": "Late", "data": []any{obj{"label": "Q1", "value": 3.0}}}}}},
		{"type": "something_new", "text": plain("anything")},
	}}
	want := `Title *x*
x
field
Accessory
small
a picture
alone
Picture
Press
More
and why
GROUPED
Label
Hint
one
two linkhttps://y.example@U0ANA#C1@here@S1:ok:today
• a
1. b
2. c
# as it is
h1 | h2
c1 | c2
Found
Q1
Q1
3
Late
anything`
	equal(t, "words", m.Words(), want)
	if all := m.Controls(); len(all) != 4 || all[0].Label != "Accessory" || all[2].Options[0] != (fakeslack.Option{Label: "More", Value: "m"}) {
		t.Errorf("controls: %+v", all)
	}
}
