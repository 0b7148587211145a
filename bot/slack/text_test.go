package slack

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"steward/bot/card/cardtest"
)

func TestEscape(t *testing.T) {
	for in, want := range map[string]string{
		"R&D <b>":                          "R&amp;D &lt;b&gt;",
		"<!channel> please":                "&lt;!channel&gt; please",
		"<https://evil.example|Approve>":   "&lt;https://evil.example|Approve&gt;",
		"&lt;!here&gt;":                    "&amp;lt;!here&amp;gt;",
		"*bold* and _slanted_":             "∗bold∗ and ˍslantedˍ",
		"~gone~ `code` ```more```":         "∼gone∼ ˋcodeˋ ˋˋˋmoreˋˋˋ",
		"snake_case_name and 2*3*4":        "snake_case_name and 2*3*4",
		"one * alone":                      "one * alone",
		"> quoted":                         "› quoted",
		"a > b":                            "a &gt; b",
		"first\n > second":                 "first\n › second",
		":rocket: :+1: at 10:14":           ":rocket∶ :+1∶ at 10:14",
		"10:14:00":                         "10:14∶00",
		"AIR-1: x":                         "AIR-1: x",
		"":                                 "",
		"Ana Ruiz (Sales) asks, by 17:00.": "Ana Ruiz (Sales) asks, by 17:00.",
	} {
		if got := escape(in); got != want {
			t.Errorf("escape(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPlainTextCannotPing(t *testing.T) {
	for in, want := range map[string]string{
		"<!here> and <@U1>, <#C1|x>":   "‹!here> and ‹@U1>, ‹#C1|x>",
		"<https://evil.example|Press>": "‹https://evil.example|Press>",
		"<mailto:x@evil.example|Ana>":  "‹mailto:x@evil.example|Ana>",
		"a < b, <id>, <b>R&D</b>":      "a < b, <id>, <b>R&D</b>",
		"":                             "…",
	} {
		got := plain(in, 75)
		if got.Text != want || got.Type != "plain_text" || *got.Emoji {
			t.Errorf("plain(%q) = %+v, want %q", in, got, want)
		}
	}
}

// TestEscapeAnything: whatever somebody types, the text of a message says it and interprets none of it.
func TestEscapeAnything(t *testing.T) {
	pieces := append([]string{"*", "_", "~", "`", ":", ">", "<", "&", " ", "\n", "a", "word", "é", "!", "|", "@", "#", "&lt;", "://"}, cardtest.Hostile()...)
	rapid.Check(t, func(t *rapid.T) {
		in := strings.ToValidUTF8(strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, "pieces"), ""), "?")
		out := escape(in)
		if s := markup(out); s != "" {
			t.Fatalf("Slack would interpret %s in %q", s, out)
		}
		if got, want := shown(out), look(in); got != want {
			t.Fatalf("%q reads %q, want %q", out, got, want)
		}
	})
}

func TestListsKeepTheirNumbers(t *testing.T) {
	numbered := string(encoded(t, list([]string{"1. One.", "2. Two."})))
	if !strings.Contains(numbered, `"style":"ordered"`) || !strings.Contains(numbered, `"text":"One."`) {
		t.Errorf("numbered lines: %s", numbered)
	}
	for _, lines := range [][]string{{"One.", "2. Two."}, {"1. One.", "3. Three."}, {"1. ", "2. Two."}, {"0. Nil."}} {
		got := string(encoded(t, list(lines)))
		if !strings.Contains(got, `"style":"bullet"`) || !strings.Contains(got, `"text":"`+lines[0]+`"`) {
			t.Errorf("%q: %s", lines, got)
		}
	}
}
