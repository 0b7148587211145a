package away_test

import (
	"testing"
	"time"

	"steward/workflows/away"
)

func TestParse(t *testing.T) {
	today := time.Date(2026, 11, 25, 15, 0, 0, 0, time.UTC) // a Wednesday
	tests := []struct{ text, from, to, name string }{
		{"24 Dec to 2 Jan Bob", "2026-12-24", "2027-01-02", "Bob"},
		{"24 dec - 2 jan bob", "2026-12-24", "2027-01-02", "bob"},
		{"1–14 December @bob", "2026-12-01", "2026-12-14", "bob"},
		{"1 to 14 Dec", "2026-12-01", "2026-12-14", ""},
		{"from Dec 24th to Jan 2nd, Mia Chen", "2026-12-24", "2027-01-02", "Mia Chen"},
		{"2026-12-24 to 2027-01-02 Anne-Marie O’Neill", "2026-12-24", "2027-01-02", "Anne-Marie O’Neill"},
		{"24.12. - 2.1. Bob", "2026-12-24", "2027-01-02", "Bob"},
		{"24.12.2026 2.1.2027", "2026-12-24", "2027-01-02", ""},
		{"1 March 2027 to 3 March 2027 with Bob", "2027-03-01", "2027-03-03", "Bob"},
		{"until Friday Bob", "2026-11-25", "2026-11-27", "Bob"},
		{"Monday to Friday", "2026-11-30", "2026-12-04", ""},
		{"mon-fri bob", "2026-11-30", "2026-12-04", "bob"},
		{"Thu-Fri Anne-Marie", "2026-11-26", "2026-11-27", "Anne-Marie"},
		{"today", "2026-11-25", "2026-11-25", ""},
		{"tomorrow Bob", "2026-11-26", "2026-11-26", "Bob"},
		{"29 Feb", "2028-02-29", "2028-02-29", ""},
		{"24 November", "2027-11-24", "2027-11-24", ""},
		{"May", "", "", "May"},
		{"3 May to 5 May May", "2027-05-03", "2027-05-05", "May"},
		{"31 February Bob", "", "", "February Bob"},
		{"1 Dec 2 Dec 3 Dec", "", "", ""},
		{"Bob", "", "", "Bob"},
		{"", "", "", ""},
		{"99999999999999999999 -- !!", "", "", "99999999999999999999"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got := away.Parse(tt.text, today)
			if want := (away.Typed{From: tt.from, To: tt.to, Name: tt.name}); got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add("24 Dec to 2 Jan Bob")
	f.Add("1–14.2. 29 Feb 9999")
	today := time.Date(2026, 11, 25, 15, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		got := away.Parse(text, today)
		if (got.From == "") != (got.To == "") {
			t.Errorf("half of the days: %+v", got)
		}
		for _, day := range []string{got.From, got.To} {
			if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
				t.Errorf("no day: %+v", got)
			}
		}
	})
}
