package view

import (
	"strings"
	"testing"

	"steward/bot/card"
)

func TestFit(t *testing.T) {
	long := strings.Repeat("word ", 380) + "end"
	lines := func(n int, s string) []string {
		out := make([]string, n)
		for i := range out {
			out[i] = s
		}
		return out
	}
	for name, sections := range map[string][]card.Section{
		"many lines":          {{Title: "a", Lines: lines(90, "A line.")}},
		"many long lines":     {{Title: "a", Lines: lines(30, long)}, {Title: "b", Lines: lines(30, long)}},
		"a few long lines":    {{Title: "a", Lines: lines(1, long)}, {Title: "b", Lines: lines(1, long)}, {Title: "c", Lines: lines(2, long)}, {Title: "d", Lines: lines(3, long)}},
		"many small sections": {{Title: "a", Lines: lines(40, strings.Repeat("x", 100))}, {Title: "b", Lines: lines(40, strings.Repeat("y", 100))}, {Title: "c", Lines: lines(40, strings.Repeat("z", 100))}},
	} {
		got := fit(card.Card{Title: "x", Gist: "x", Sections: sections})
		if err := card.Check(got); err != nil || !got.Cut {
			t.Errorf("%s: cut %t, %v", name, got.Cut, err)
		}
		said := ""
		for _, one := range got.Sections {
			said += strings.Join(one.Lines, " ")
		}
		if !strings.Contains(said, "in the portal") && !strings.Contains(said, "\u2026") {
			t.Errorf("%s: nothing says that something was left out", name)
		}
	}
	small := card.Card{Title: "x", Gist: "x", Sections: []card.Section{{Title: "a", Lines: []string{"A line."}}}}
	if got := fit(small); got.Cut || got.Sections[0].Lines[0] != "A line." {
		t.Errorf("a small card was cut: %+v", got)
	}
}
