package workflows_test

import (
	"slices"
	"testing"

	"steward/workflows"
)

func TestAlike(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		tool, vendor, other, maker string
		want                       bool
	}{
		{"otter.ai", "otter.ai, inc.", "otter ai", "otter.ai inc", true},
		{"otterai", "", "otter.ai", "otter.ai inc", true},
		{"otter.ai https://otter.ai", "otter", "otter.ai", "otter.ai, inc.", true},
		{"otter.ai", "", "otter.ai business", "otter.ai", true},
		{"copilot", "github", "copilot", "microsoft", false},
		{"ai", "", "otter.ai", "", false},
		{"gpt", "openai", "chatgpt", "openai", false},
		{"deepl", "deepl", "otter.ai", "otter.ai", false},
		{"...", "", "...", "", false},
	} {
		if got := workflows.Alike(c.tool, c.vendor, c.other, c.maker); got != c.want || workflows.Alike(c.other, c.maker, c.tool, c.vendor) != got {
			t.Errorf("%q of %q and %q of %q: %v, want %v", c.tool, c.vendor, c.other, c.maker, got, c.want)
		}
	}
	if got := workflows.AlikeWords("otter.ai https://otter.ai"); !slices.Equal(got, []string{"otteraihttpsotterai", "otter", "https", "otter"}) {
		t.Errorf("looked for by %q", got)
	}
}
