package directory

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"steward/workflows"
)

// known is what the tests check against.
func known(people ...Row) Known {
	return Known{
		People: people, Zone: "UTC", Calendar: "default", Calendars: []string{"default", "ES-MD", "US-NY"},
		Roles: []workflows.Role{"ciso", "dpo", "administrator", "compliance_lead"},
	}
}

func read(t *testing.T, text string, k Known) People {
	t.Helper()
	p, err := ReadPeople([]byte(text), k)
	if err != nil {
		t.Fatalf("ReadPeople: %v", err)
	}
	return p
}

const two = `id,email,name,manager_email,department,time_zone,locale,calendar,active,roles,slack_user_id,entra_object_id,hr_id,joined_on,left_on
P-1,ben@example.com,Ben Okafor,,Sales,America/New_York,en-US,US-NY,true,,,F3E3B95F-a31b-4fa4-aeef-4730a3920b83,HR-1,2020-03-02,
P-2,Ana@example.com,Ana Ruiz,BEN@example.com,Sales,Europe/Madrid,es-ES,ES-MD,yes,dpo; ciso;dpo,U0QPQXEYBAK,,HR-2,2022-06-13,2026-10-01
`

func TestReadPeople(t *testing.T) {
	got := read(t, two, known())
	want := []Row{
		{
			Person: workflows.Person{
				ID: "P-1", Name: "Ben Okafor", Email: "ben@example.com", Department: "Sales", Locale: "en-US", Active: true, JoinedOn: "2020-03-02",
			},
			ZoneName: "America/New_York", Calendar: "US-NY", HRID: "HR-1",
			Accounts: []workflows.Account{{
				ID: "teams:P-1", Person: "P-1", Surface: "teams", User: "f3e3b95f-a31b-4fa4-aeef-4730a3920b83", Confirmed: true,
				Proof: workflows.ProofImport,
			}},
		},
		{
			Person: workflows.Person{
				ID: "P-2", Name: "Ana Ruiz", Email: "Ana@example.com", Manager: "P-1", Department: "Sales", Locale: "es-ES", Active: true,
				Roles: []workflows.Role{"ciso", "dpo"}, JoinedOn: "2022-06-13", LeftOn: "2026-10-01",
			},
			ZoneName: "Europe/Madrid", Calendar: "ES-MD", HRID: "HR-2",
			Accounts: []workflows.Account{{
				ID: "slack:P-2", Person: "P-2", Surface: "slack", User: "U0QPQXEYBAK", Confirmed: true, Proof: workflows.ProofImport,
			}},
		},
	}
	if diff := cmp.Diff(want, got.Rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if len(got.Source) != 64 || len(got.Notes) != 0 {
		t.Errorf("source %q, notes %q", got.Source, got.Notes)
	}
}

func TestReadPeopleForms(t *testing.T) {
	t.Run("byte order mark, other order, unknown and missing columns", func(t *testing.T) {
		got := read(t, "\xEF\xBB\xBFName,shoe_size,EMAIL,id\nAna Ruiz,38,ana@example.com,P-2\n", known())
		want := Row{
			Person:   workflows.Person{ID: "P-2", Name: "Ana Ruiz", Email: "ana@example.com", Active: true},
			ZoneName: "UTC", Calendar: "default",
		}
		if diff := cmp.Diff([]Row{want}, got.Rows); diff != "" {
			t.Errorf("rows (-want +got):\n%s", diff)
		}
		if len(got.Notes) != 13 || !strings.Contains(got.Notes[0], "shoe_size") || !strings.Contains(got.Notes[1], "manager_email") {
			t.Errorf("notes %q", got.Notes)
		}
	})
	t.Run("what the file does not say stays as stored", func(t *testing.T) {
		stored := read(t, two, known()).Rows
		got := read(t, "id,email,name\nP-2,ana@example.com,Ana Ruiz\n", known(stored...)).Rows[0]
		want := stored[1]
		want.Email = "ana@example.com"
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("row (-want +got):\n%s", diff)
		}
	})
	t.Run("empty zone and unknown calendar are said", func(t *testing.T) {
		got := read(t, "id,email,name,time_zone,calendar\nP-2,ana@example.com,Ana Ruiz,,XX\n", known())
		notes := strings.Join(got.Notes, "\n")
		if !strings.Contains(notes, "1 without time_zone: UTC is used") || !strings.Contains(notes, `calendar "XX" is not in the policy`) {
			t.Errorf("notes %q", got.Notes)
		}
	})
	t.Run("a manager may be known to the directory only", func(t *testing.T) {
		stored := read(t, two, known()).Rows
		got := read(t, "id,email,name,manager_email\nP-3,jo@example.com,Jo,ana@EXAMPLE.com\n", known(stored...))
		if got.Rows[0].Manager != "P-2" {
			t.Errorf("manager %q", got.Rows[0].Manager)
		}
	})
}

func TestReadPeopleProblems(t *testing.T) {
	const head = "id,email,name,manager_email,active,roles,time_zone,joined_on,left_on,slack_user_id,locale\n"
	row := func(id, email, name, rest string) string { return id + "," + email + "," + name + "," + rest + "\n" }
	const fine = ",true,,,,,,"
	stored := read(t, two, known()).Rows
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"every mistake at once": {
			head + "P-1,a@example.com,A,nobody@example.com,maybe,boss,Europe/Madrit,2026-02-30,soon,x1,e\n" +
				"P-1,A@Example.com,,,true,line_manager,,2026-02-01,2026-01-01,,\n,b,B,,true,,,,,,\n",
			[]string{
				`line 2, active: "maybe" is neither true nor false`,
				`line 2, joined_on: "2026-02-30" is no date; write it as 2026-12-31`,
				`line 2, left_on: "soon" is no date; write it as 2026-12-31`,
				`line 2, locale: "e" is wrong; write it as en-GB`,
				`line 2, manager_email: nobody has the address "nobody@example.com", in this file or in the directory`,
				`line 2, roles: role "boss" is not in the policy; it knows administrator, ciso, compliance_lead, dpo`,
				`line 2, slack_user_id: "x1" is wrong; it looks like U0QPQXEYBAK`,
				`line 2, time_zone: "Europe/Madrit" is no time zone; use a name like Europe/Madrid`,
				`line 3, email: "A@Example.com" stands in line 2 already`,
				`line 3, id: "P-1" stands in line 2 already`,
				`line 3, left_on: 2026-01-01 is before joined_on 2026-02-01`,
				`line 3, name: is empty`,
				`line 3, roles: "line_manager" is worked out for each request and held by nobody`,
				`line 4, email: "b" is no e-mail address`,
				`line 4, id: is empty`,
			},
		},
		"a circle of managers is told once, at its first line": {
			head + row("P-1", "a@example.com", "A", "b@example.com"+fine) + row("P-2", "b@example.com", "B", "c@example.com"+fine) +
				row("P-3", "c@example.com", "C", "b@example.com"+fine) + row("P-4", "d@example.com", "D", "d@example.com"+fine),
			[]string{
				"line 3, manager_email: managers go in a circle: P-2 reports to P-3 reports to P-2",
				"line 5, manager_email: P-4 would be their own manager",
			},
		},
		"hostile text": {
			head + row("P-1", "a@example.com", "=cmd|calc", fine) + row("P-2", "b@example.com", "<script>alert(1)</script>", fine) +
				row("P-3", "c@example.com", "Eve \u202Egnp.exe", fine) + row("P-4", "d@example.com", strings.Repeat("long ", 30), fine) +
				row("P/5", "e@example.com", "<!channel>", fine) + row("system", "-e@example.com", "Fine", fine) + row("P-7", "f@ex ample.com", "Fine", fine) +
				row("P-8", "g@example.com", "zero\u200Bwidth", fine),
			[]string{
				`line 2, name: begins with "=", which a spreadsheet takes for a formula`,
				"line 3, name: holds < or >, which no name needs",
				"line 4, name: holds a control or invisible character; write it anew by hand",
				"line 5, name: has 149 characters; at most 120 fit",
				`line 6, id: "P/5" is no id; use up to 64 letters, digits, dots, dashes and underscores`,
				"line 6, name: holds < or >, which no name needs",
				`line 7, email: "-e@example.com" is no e-mail address`,
				`line 7, id: "system" is kept for Steward itself`,
				`line 8, email: "f@ex ample.com" is no e-mail address`,
				"line 9, name: holds a control or invisible character; write it anew by hand",
			},
		},
		"nobody takes somebody over": {
			head + row("P-9", "ana@example.com", "Eve", ",true,,,,,U0QPQXEYBAK,"),
			[]string{
				"line 2: the slack account U0QPQXEYBAK belongs to P-2 in the directory; give P-2 their own one in the same file",
				`line 2, email: "ana@example.com" belongs to P-2 in the directory, who is not in this file`,
			},
		},
		"semicolons":    {"id;email;name\nP-1;a@example.com;A\n", []string{"line 1: the columns are separated by semicolons; save the file with commas"}},
		"UTF-16":        {"\xFF\xFEi\x00d\x00", []string{"the file is UTF-16; save it as CSV UTF-8"}},
		"Latin-1":       {"id,email,name\nP-1,a@example.com,A\nP-2,b@example.com,Fran\xE7oise\n", []string{"line 3: not UTF-8; save the file as CSV UTF-8"}},
		"empty":         {"", []string{"the file is empty; its first line must name the columns"}},
		"header alone":  {"id,email,name\n", []string{"the file names nobody"}},
		"columns":       {"id,id,name\nP-1,P-1,A\n", []string{"line 1, email: the column is missing", "line 1, id: the column is there twice"}},
		"ragged":        {"id,email,name\nP-1,a@example.com\nP-2,b@example.com,B\n", []string{"line 2: 2 cells, but the header names 3 columns"}},
		"open quote":    {"id,email,name\nP-1,a@example.com,\"A\n", []string{`line 2: not CSV from here on (extraneous or missing " in quoted-field, at line 2, byte 22); put cells with quotes, commas or line ends in "..." and write " inside as ""`}},
		"zone Local":    {"id,email,name,time_zone\nP-1,a@example.com,A,Local\n", []string{`line 2, time_zone: "Local" is no time zone; use a name like Europe/Madrid`}},
		"line inside":   {"id,email,name\nP-1,a@example.com,\"A\nB\"\n", []string{"line 2, name: holds a control or invisible character; write it anew by hand"}},
		"zero byte":     {"id,email,name\nP-1,a@example.com,A\x00B\n", []string{"line 2, name: holds a control or invisible character; write it anew by hand"}},
		"bad object id": {"id,email,name,entra_object_id\nP-1,a@example.com,A,12\n", []string{`line 2, entra_object_id: "12" is wrong; it looks like 53035275-6437-4edb-ba8a-ebeeefdcb474`}},
		"same account":  {"id,email,name,slack_user_id\nP-1,a@example.com,A,U0QPQXEYBAA\nP-2,b@example.com,B,U0QPQXEYBAA\n", []string{`line 3, slack_user_id: "U0QPQXEYBAA" stands in line 2 already`}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadPeople([]byte(c.text), known(stored...))
			var got Problems
			if !errors.As(err, &got) {
				t.Fatalf("error %v, want Problems", err)
			}
			lines := strings.Split(got.Error(), "\n")
			if !slices.IsSortedFunc(got, func(a, b Problem) int { return a.Line - b.Line }) {
				t.Error("not in the order of the lines")
			}
			slices.Sort(lines)
			slices.Sort(c.want)
			if diff := cmp.Diff(c.want, lines); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadPeopleBounds(t *testing.T) {
	if _, err := ReadPeople(make([]byte, maxBytes+1), known()); err == nil || !strings.Contains(err.Error(), "larger than 64 MB") {
		t.Errorf("a large file gives %v", err)
	}
	text := "id,email,name\n" + strings.Repeat("x\n", 2)
	if _, err := ReadPeople([]byte(text), known()); err == nil {
		t.Error("ragged rows pass")
	}
}

func TestSwapOfAccountsInOneFile(t *testing.T) {
	stored := read(t, "id,email,name,slack_user_id\nP-1,a@example.com,A,U0AAAAAAA\nP-2,b@example.com,B,U0BBBBBBB\n", known()).Rows
	got := read(t, "id,email,name,slack_user_id\nP-1,a@example.com,A,U0CCCCCCC\nP-2,b@example.com,B,U0AAAAAAA\n", known(stored...)).Rows
	if got[0].Accounts[0].User != "U0CCCCCCC" || got[1].Accounts[0].User != "U0AAAAAAA" {
		t.Errorf("accounts %v %v", got[0].Accounts, got[1].Accounts)
	}
}

func TestSample(t *testing.T) {
	data, err := os.ReadFile("../../cmd/steward/sample/people.csv")
	if err != nil {
		t.Fatal(err)
	}
	k := known()
	k.Calendars = nil
	k.Roles = append(k.Roles, strings2roles("top_management bcm_lead ai_governance_lead legal_counsel it_operations internal_auditor data_steward hr_lead worker_representative supplier_manager")...)
	people, err := ReadPeople(data, k)
	if err != nil || len(people.Rows) != 25 || len(people.Notes) != 0 {
		t.Fatalf("%d people, notes %q, error %v", len(people.Rows), people.Notes, err)
	}
}

func strings2roles(s string) []workflows.Role {
	var out []workflows.Role
	for f := range strings.FieldsSeq(s) {
		out = append(out, workflows.Role(f))
	}
	return out
}
