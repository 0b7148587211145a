package directory

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestReadTools(t *testing.T) {
	got, err := ReadTools([]byte("tool,vendor,accounts,last_used_at,source,extracted_at,extracted_by,colour\n" +
		"Fireflies,Fireflies.ai Corp.,14,2026-11-20,Sign-in log,2026-11-25T09:00:00+01:00,IT operations,red\nOtter.ai,,,,Expenses,2026-11-25,,\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Tool{
		{
			Name: "Fireflies", Vendor: "Fireflies.ai Corp.", Accounts: 14, LastUsed: "2026-11-20", Source: "Sign-in log", By: "IT operations",
			At: time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC),
		},
		{Name: "Otter.ai", Source: "Expenses", At: time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)},
	}
	if diff := cmp.Diff(want, got.Rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(got.Notes) != 1 || len(got.Source) != 64 {
		t.Errorf("notes %q, source %q", got.Notes, got.Source)
	}
}

func TestReadToolsProblems(t *testing.T) {
	_, err := ReadTools([]byte("tool,accounts,last_used_at,source,extracted_at\n,many,yesterday,,soon\n=x,-1,,Expenses,2026-11-25\nOtter.ai,1,,Expenses,2026-11-25\nOTTER.AI,1,,Expenses,2026-11-25\n"))
	want := `line 2, tool: is empty
line 2, source: is empty
line 2, accounts: "many" is no whole number from 0 to 10000000
line 2, last_used_at: "yesterday" is no date; write it as 2026-12-31
line 2, extracted_at: "soon" is no time; write it as 2026-12-31 or 2026-12-31T09:00:00Z
line 3, tool: begins with "=", which a spreadsheet takes for a formula
line 3, accounts: "-1" is no whole number from 0 to 10000000
line 5, tool: "OTTER.AI" stands in line 4 already`
	if err == nil {
		t.Fatal("no problems")
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := ReadTools([]byte("tool,source,extracted_at\n")); err == nil || err.Error() != "the file has no rows" {
		t.Errorf("no rows: %v", err)
	}
}
