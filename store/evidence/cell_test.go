package evidence

import (
	"strings"
	"testing"
)

func TestPlainCell(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "",
		"It is fine; go on":      "It is fine; go on",
		"a - b, c+d; e=f":        "a - b, c+d; e=f",
		"=1+1":                   "'=1+1",
		" =1":                    "' =1",
		"no;=1+1;thanks":         "no;'=1+1;thanks",
		"no; \u200b=1+1":         "no;' \u200b=1+1",
		"no;\t@SUM(A1)":          "no;\t'@SUM(A1)",
		"no\t-1":                 "no\t'-1",
		"no;\uff1d1":             "no;'\uff1d1",
		"=a;=b":                  "'=a;'=b",
		"x;+cmd|' /C calc'!A0;y": "x;'+cmd|' /C calc'!A0;y",
	} {
		if got := plainCell(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestFileNameOf(t *testing.T) {
	long := strings.Repeat("\u00fc", 60) + ".yaml"
	for file, want := range map[string]string{
		"ai-use.yaml":     "ai-use.yaml",
		"ai-use R&D.yaml": "ai-use%20R%26D.yaml",
		"a$b+c:d=e@f":     "a%24b%2Bc%3Ad%3De%40f",
		"50%.yaml":        "50%25.yaml",
		long:              strings.Repeat("%C3%BC", 17)[:100] + "-" + fileNameOf(long)[101:],
	} {
		if got := fileNameOf(file); got != want {
			t.Errorf("%q becomes %q, want %q", file, got, want)
		}
	}
	if other := strings.Repeat("\u00fc", 59) + "x.yaml"; fileNameOf(other) == fileNameOf(long) || len(fileNameOf(long)) > 120 {
		t.Errorf("%q and %q", fileNameOf(other), fileNameOf(long))
	}
}
