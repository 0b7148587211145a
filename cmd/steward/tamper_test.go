package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3/driver"
)

// Somebody with the file in their hands changes a record: verify and doctor say where, by exit code and in words.
func TestTamperedRecord(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.db")
	env := []string{"STEWARD_DATABASE_URL=sqlite:" + file}
	for _, args := range [][]string{{"migrate"}, {"import", "people", "sample/people.csv"}} {
		if code, _, errs := try(t, env, args...); code != exitOK {
			t.Fatalf("steward %v: %s", args, errs)
		}
	}
	db, err := driver.Open("file:" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, statement := range []string{
		"DROP TRIGGER log_entries_no_update",
		"UPDATE log_entries SET entry = CAST(replace(CAST(entry AS TEXT), 'compliance_lead', 'internal_auditor') AS BLOB), n = 7",
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	code, out, errs := try(t, env, "verify")
	if code != exitBad || !strings.Contains(out, "people/directory record 7: ") || !strings.Contains(errs, "Keep a copy of the database as it is") {
		t.Errorf("verify: exit code %d\n%s%s", code, out, errs)
	}
	if code, out, _ := try(t, env, "verify", "--json"); code != exitBad || !strings.Contains(out, `"ok": false`) {
		t.Errorf("verify --json: exit code %d\n%s", code, out)
	}
	code, out, _ = try(t, env, "doctor")
	if code != exitBad || !strings.Contains(out, "fail  record") || !strings.Contains(out, "treat it as an incident") {
		t.Errorf("doctor: exit code %d\n%s", code, out)
	}
}
