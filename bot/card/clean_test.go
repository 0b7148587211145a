package card_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"steward/bot/card"
)

func TestClean(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"plain text stays", "Otter.ai for meeting notes", "Otter.ai for meeting notes"},
		{"markup stays as it is typed", "<b>*x*</b> ${y} `z`", "<b>*x*</b> ${y} `z`"},
		{"white space becomes one space", "  a \t b\n\nc\u00a0d\u3000 ", "a b c d"},
		{"control characters go", "a\x00b\x1b[31mc\x7f", "ab[31mc"},
		{"bidi controls go", "\u202eevil\u202c \u2066x\u2069\u200f", "evil x"},
		{"invisible letters go", "a\u200bb\u2060c\ufeffd\u00ade\u3164f\u2800g", "abcdefg"},
		{"tags and private use go", "a\U000e0041b\ue000c\ufdd0d", "abcd"},
		{"bytes that are no text are shown as such", "a\xffb", "a\ufffdb"},
		{"line separators are spaces", "a\u2028b\u2029c\u0085d", "a b c d"},
		{"marks stay, towers do not", "e\u0301 " + strings.Repeat("\u0301", 20), "e\u0301 " + strings.Repeat("\u0301", 6)},
		{"emoji presentation stays", "1\ufe0f\u20e3", "1\ufe0f\u20e3"},
		{"signs around numbers stay", "\u0600\u0661\u0662", "\u0600\u0661\u0662"},
		{"nothing but what cannot be seen is empty", "\u200b\u202e \n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := card.Clean(tt.in); got != tt.want {
				t.Errorf("Clean(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestCleanLines(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"lines stay", "a\nb", "a\nb"},
		{"all kinds of breaks are breaks", "a\r\nb\rc\u2028d\u0085e", "a\nb\nc\nd\ne"},
		{"one empty line at most", "a\n\n\n \n b", "a\n\nb"},
		{"none at the ends", "\n\n a \n\n", "a"},
		{"controls go", "a\x00\u202e\nb", "a\nb"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := card.CleanLines(tt.in); got != tt.want {
				t.Errorf("CleanLines(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

// deceives says that a text holds something that could deceive the eye.
func deceives(s string, lines bool) bool {
	return !utf8.ValidString(s) || strings.ContainsFunc(s, func(c rune) bool {
		return unicode.IsControl(c) && (c != '\n' || !lines) || unicode.Is(unicode.Bidi_Control, c) || c >= 0x200b && c <= 0x200f ||
			c >= 0xe0000 && c <= 0xe0fff
	})
}

func TestCleanedTextDeceivesNobody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.Rune()), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "s")
		one, more := card.Clean(s), card.CleanLines(s)
		switch {
		case deceives(one, false), deceives(more, true):
			t.Fatalf("%q and %q are not clean", one, more)
		case card.Clean(one) != one:
			t.Fatalf("cleaning twice gives %q", card.Clean(one))
		case card.CleanLines(more) != more:
			t.Fatalf("cleaning lines twice gives %q", card.CleanLines(more))
		}
	})
}

func TestCut(t *testing.T) {
	for _, tt := range []struct {
		in, want string
		n        int
		cut      bool
	}{
		{"short", "short", 5, false},
		{"one two three four", "one two three…", 16, true},
		{"aaaaaaaaaaaaaaaaaaaa", "aaaaaaaaa…", 10, true},
		{"éééééééééé", "éééé…", 5, true},
		{"", "", 0, false},
	} {
		if got, cut := card.Cut(tt.in, tt.n); got != tt.want || cut != tt.cut {
			t.Errorf("Cut(%q, %d) = %q, %t; want %q, %t", tt.in, tt.n, got, cut, tt.want, tt.cut)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s, n := rapid.String().Draw(t, "s"), rapid.IntRange(1, 50).Draw(t, "n")
		if got, _ := card.Cut(s, n); utf8.RuneCountInString(got) > n {
			t.Fatalf("Cut(%q, %d) = %q is longer", s, n, got)
		}
	})
}
