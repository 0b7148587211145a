package card_test

import (
	"strings"
	"testing"

	"steward/bot/card"
)

func TestActionSurvives(t *testing.T) {
	for _, a := range []card.Action{
		{Verb: "approve", About: "request/AIR-42", Stage: "manager", Round: 2, Revision: 7},
		{Verb: "answer", About: "request/AIR-42", Arg: "12"},
		{Verb: "request", Arg: "ai-use"},
		{Verb: "inbox"},
	} {
		got, err := card.ParseAction(a.String())
		if err != nil || got != a {
			t.Errorf("ParseAction(%q) = %+v, %v", a.String(), got, err)
		}
	}
}

func TestParseActionRefuses(t *testing.T) {
	for _, s := range []string{
		"", "approve", "|request/AIR-1|manager|1|1|", "approve|request/AIR-1|manager|x|1|", "approve|request/AIR-1|manager|1|-1|",
		"approve|request/AIR-1|manager|1|1", "approve|request/AIR-1|manager|1|1||", "approve||||99999999999999999999|",
		"approve|" + strings.Repeat("x", 600) + "||1|1|",
	} {
		if a, err := card.ParseAction(s); err == nil {
			t.Errorf("ParseAction(%.40q) = %+v, want an error", s, a)
		}
	}
}

// FuzzParseAction: whatever a press carries, it is refused or means what it says.
func FuzzParseAction(f *testing.F) {
	f.Add("approve|request/AIR-42|manager|2|7|")
	f.Add("answer|request/AIR-42||0|0|12")
	f.Add("||||||")
	f.Add("approve|a|b|+1|01|\x00")
	f.Fuzz(func(t *testing.T, s string) {
		a, err := card.ParseAction(s)
		if err != nil {
			return
		}
		again, err := card.ParseAction(a.String())
		if err != nil || again != a {
			t.Errorf("%q: %+v becomes %+v, %v", s, a, again, err)
		}
		if a.Verb == "" || a.Round < 0 || a.Revision < 0 {
			t.Errorf("%q: %+v makes no sense", s, a)
		}
	})
}
