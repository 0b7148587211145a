package teams

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/teams/adaptivecard"
)

func TestCalm(t *testing.T) {
	for in, want := range map[string]string{
		"Otter.ai, the (new) tool - at 10:14?": "Otter.ai, the (new) tool - at 10:14?",
		"**bold** __bold__ *one":               "∗∗bold∗∗ ˍˍboldˍˍ ∗one",
		"one * alone, one _ alone":             "one * alone, one _ alone",
		"snake_case_name":                      "snake_case_name",
		"~~gone~~ `code`":                      "∼∼gone∼∼ ˋcodeˋ",
		"[Approve](https://evil.example)":      "[Approve]❨https:∕∕evil.example)",
		"[ref]: x [a][b]":                      "[ref]∶ x [a]❲b]",
		"<b>R&D</b> a < b &lt; &#x3C;":         "‹b>R＆D‹/b> a < b ＆lt; ＆#x3C;",
		"{{DATE(2025-11-25T10:14:00Z)}} ${x}":  "{❴DATE(2025-11-25T10:14:00Z)}} $❴x}",
		"# Heading":                            "＃ Heading",
		"- item":                               "‐ item",
		"1. item":                              "1․ item",
		"2) item":                              "2❩ item",
		"> quoted":                             "› quoted",
		"+ item":                               "＋ item",
		"=== ":                                 "＝== ",
		`C:\temp\*`:                            "C:⧵temp⧵*",
		"2025-11-25":                           "2025‐11-25",
		"":                                     "…",
	} {
		if got := calm(in); got != want {
			t.Errorf("calm(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTame(t *testing.T) {
	for in, want := range map[string]bool{
		"Why medium (27 points)": true, "What each question serves": true, "DeepL for public texts": true, "Zażółć gęślą jaźń": true, "日本語": true,
		"Co-pilot, for proposals": true, "Is it so?": true, "A (b) c": true, "a · b": true,
		"": false, "Otter.ai": false, "- item": false, "1 item": false, "2. item": false, "a_b": false, "a*b": false, "<b>": false, "a  b": false, "a - b": false,
		" a": false, "a [b](c)": false, "${x}": false, "(a)": false, "a@b": false, "a&b": false, "x:y": false, "--": false, "a?? b": false, "a ,b": false,
	} {
		if got := tame(in); got != want {
			t.Errorf("tame(%q) = %v", in, got)
		}
	}
}

func TestRunsHoldNoFunction(t *testing.T) {
	for in, want := range map[string][]string{
		"{{DATE(2025-11-25T10:14:00Z,SHORT)}}": {"{", "{DATE(2025-11-25T10:14:00Z,SHORT)}}"},
		"a ${name} b":                          {"a $", "{name} b"},
		"{{{x":                                 {"{", "{", "{x"},
		"{":                                    {"{"},
		"plain":                                {"plain"},
		"":                                     {"…"},
	} {
		got := words(in)
		if len(got) != len(want) {
			t.Errorf("%q: %+v", in, got)
			continue
		}
		for i, r := range got {
			if r.Text != want[i] {
				t.Errorf("%q: piece %d is %q, want %q", in, i, r.Text, want[i])
			}
		}
	}
}

// anyText is what somebody could type.
func anyText() *rapid.Generator[string] {
	pieces := append([]string{
		"*", "_", "~", "`", ":", ">", "<", "&", " ", "a", "word", "é", "!", "|", "@", "#", "&lt;", "://", "[", "]", "(", ")", "{", "$", "\\", "1", ".", "-", "+", "=",
	}, cardtest.Hostile()...)
	return rapid.Custom(func(t *rapid.T) string {
		return card.Clean(strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, "pieces"), ""))
	})
}

// TestAnyTextIsShown: whatever somebody types is shown letter by letter wherever it stands, and parsed nowhere.
func TestAnyTextIsShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyText().Draw(t, "text")
		quiet := calm(in)
		if s := parsed(quiet); s != "" {
			t.Fatalf("a client could parse %s", s)
		}
		if got, want := look(quiet), look(seen(in)); got != want {
			t.Fatalf("%q reads %q, want %q", quiet, got, want)
		}
		if got := ordered([]adaptivecard.Element{rich(words(in))}); got != seen(in)+"\n" {
			t.Fatalf("reads %q, want %q", got, in)
		}
		for _, r := range words(in) {
			if function.MatchString(r.Text) {
				t.Fatalf("a function in %q", r.Text)
			}
		}
		if tame(in) && parsed(in) != "" {
			t.Fatalf("%q is not tame", in)
		}
	})
}

// FuzzCalm: the same for texts that nobody thought of.
func FuzzCalm(f *testing.F) {
	for _, h := range cardtest.Hostile() {
		f.Add(h)
	}
	f.Fuzz(func(t *testing.T, in string) {
		in = card.Clean(in)
		if s := parsed(calm(in)); s != "" {
			t.Fatalf("%q: a client could parse %s", in, s)
		}
		if tame(in) && parsed(in) != "" {
			t.Fatalf("%q is not tame", in)
		}
	})
}
