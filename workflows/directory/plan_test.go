package directory

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"steward/workflows"
)

// after gives the directory as it is after a plan.
func after(before []Row, p Plan) []Row {
	out := slices.Clone(before)
	for _, c := range p.Changes {
		if i := slices.IndexFunc(out, func(r Row) bool { return r.ID == c.Row.ID }); i >= 0 {
			out[i] = c.Row
		} else {
			out = append(out, c.Row)
		}
	}
	return out
}

func TestNewPlan(t *testing.T) {
	first, err := NewPlan(nil, read(t, two, known()), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if first.Added != 2 || first.Changed != 0 || first.Rows != 2 || len(first.Changes) != 2 || first.Changes[0].Before != nil || len(first.Source) != 64 {
		t.Errorf("first plan %+v", first)
	}
	stored := after(nil, first)
	changed := strings.NewReplacer(",yes,dpo; ciso;dpo,U0QPQXEYBAK", ",false,dpo;administrator,U0QPQXEYBAX", "BEN@example.com", "").Replace(two)
	plan, err := NewPlan(stored, read(t, changed, known(stored...)), Options{Force: true})
	if err != nil {
		t.Fatal(err)
	}
	nobody, off := workflows.PersonID(""), false
	want := []Diff{{
		Person: "P-2", Fields: []string{"active", "manager_email", "roles", "slack_user_id"}, RolesAdded: []workflows.Role{"administrator"},
		RolesRemoved: []workflows.Role{"ciso"}, Manager: &nobody, Active: &off,
	}}
	if diff := cmp.Diff(want, plan.Diffs); diff != "" {
		t.Errorf("diffs (-want +got):\n%s", diff)
	}
	if plan.Changed != 1 || plan.Left != 1 || plan.Remanaged != 1 || plan.Changes[0].Before == nil || plan.Changes[0].Accounts[0].User != "U0QPQXEYBAX" {
		t.Errorf("plan %+v", plan)
	}
}

func TestDiffNamesNobody(t *testing.T) {
	stored := after(nil, must(NewPlan(nil, read(t, two, known()), Options{})))
	text := strings.NewReplacer("Ana Ruiz", "Anna Ruiz", "Ana@", "anna@", "U0QPQXEYBAK", "U0QPQXEYBAX").Replace(two)
	plan := must(NewPlan(stored, read(t, text, known(stored...)), Options{}))
	raw, err := json.Marshal(plan.Diffs)
	if err != nil {
		t.Fatal(err)
	}
	if want := `[{"person":"P-2","fields":["email","name","slack_user_id"]}]`; string(raw) != want {
		t.Errorf("diffs %s, want %s", raw, want)
	}
}

func must(p Plan, err error) Plan {
	if err != nil {
		panic(err)
	}
	return p
}

// company makes n people, all managed by the first.
func company(n int) string {
	var b strings.Builder
	b.WriteString("id,email,name,manager_email,active\n")
	for i := range n {
		manager := "p0@example.com"
		if i == 0 {
			manager = ""
		}
		fmt.Fprintf(&b, "P-%d,p%d@example.com,Person %d,%s,true\n", i, i, i, manager)
	}
	return b.String()
}

func TestBrake(t *testing.T) {
	stored := after(nil, must(NewPlan(nil, read(t, company(20), known()), Options{})))
	leave := func(n int) string {
		lines := strings.Split(company(20), "\n")
		for i := 2; i < 2+n; i++ {
			lines[i] = strings.TrimSuffix(lines[i], "true") + "false"
		}
		return strings.Join(lines, "\n")
	}
	t.Run("a fifth passes", func(t *testing.T) {
		if _, err := NewPlan(stored, read(t, leave(4), known(stored...)), Options{}); err != nil {
			t.Error(err)
		}
	})
	t.Run("more than a fifth stops", func(t *testing.T) {
		p, err := NewPlan(stored, read(t, leave(5), known(stored...)), Options{})
		var brake *BrakeError
		if !errors.As(err, &brake) || brake.Left != 5 || brake.Active != 20 || len(p.Changes) != 5 {
			t.Fatalf("error %v, plan %+v", err, p)
		}
		if want := "the file would switch off 5 and give another manager to 0 of 20 active people; more than 20 % in one import usually means a wrong file"; brake.Error() != want {
			t.Errorf("says %q", brake)
		}
	})
	t.Run("unless forced", func(t *testing.T) {
		if _, err := NewPlan(stored, read(t, leave(19), known(stored...)), Options{Force: true}); err != nil {
			t.Error(err)
		}
	})
	t.Run("who leaves and gets another manager counts once", func(t *testing.T) {
		text := strings.ReplaceAll(leave(4), "p0@example.com,false", ",false")
		if _, err := NewPlan(stored, read(t, text, known(stored...)), Options{}); err != nil {
			t.Error(err)
		}
	})
	t.Run("other managers count too", func(t *testing.T) {
		text := strings.ReplaceAll(company(20), ",p0@example.com,true", ",p1@example.com,true")
		text = strings.Replace(text, "Person 1,p1@example.com", "Person 1,p0@example.com", 1)
		_, err := NewPlan(stored, read(t, text, known(stored...)), Options{})
		var brake *BrakeError
		if !errors.As(err, &brake) || brake.Remanaged != 18 {
			t.Errorf("error %v", err)
		}
	})
}

// drawPeople draws a file without mistakes over a small set of ids.
func drawPeople(t *rapid.T) string {
	var b strings.Builder
	b.WriteString("id,email,name,manager_email,active,roles,time_zone,slack_user_id,left_on\n")
	n := rapid.IntRange(1, 8).Draw(t, "people")
	ids := rapid.Permutation([]int{0, 1, 2, 3, 4, 5, 6, 7}).Draw(t, "ids")[:n]
	for i, id := range ids {
		manager := ""
		if i > 0 && rapid.Bool().Draw(t, "managed") {
			manager = fmt.Sprintf("p%d@example.com", ids[rapid.IntRange(0, i-1).Draw(t, "manager")])
		}
		fmt.Fprintf(&b, "P-%d,p%d@example.com,%s,%s,%v,%s,%s,%s,%s\n", id, id,
			rapid.SampledFrom([]string{"Ana", "Jörg", "山田", "O'Neil"}).Draw(t, "name"), manager, rapid.Bool().Draw(t, "active"),
			rapid.SampledFrom([]string{"", "dpo", "dpo;ciso", "ciso;dpo"}).Draw(t, "roles"),
			rapid.SampledFrom([]string{"", "UTC", "Asia/Kolkata"}).Draw(t, "zone"),
			rapid.SampledFrom([]string{"", fmt.Sprintf("U0AAAAA%d", id), fmt.Sprintf("U0BBBBB%d", id)}).Draw(t, "slack"),
			rapid.SampledFrom([]string{"", "2026-05-01"}).Draw(t, "left"))
	}
	return b.String()
}

func TestPlanningAgainChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var stored []Row
		for range rapid.IntRange(1, 3).Draw(t, "imports") {
			text := drawPeople(t)
			people, err := ReadPeople([]byte(text), known(stored...))
			if err != nil {
				return // managers of two files together may go in a circle
			}
			plan, err := NewPlan(stored, people, Options{Force: true})
			if err != nil {
				t.Fatal(err)
			}
			if plan.Added+plan.Changed != len(plan.Changes) || len(plan.Diffs) != len(plan.Changes) {
				t.Fatalf("counts do not fit: %+v", plan)
			}
			stored = after(stored, plan)
			again, err := ReadPeople([]byte(text), known(stored...))
			if err != nil {
				t.Fatalf("the same file is refused: %v", err)
			}
			if p := must(NewPlan(stored, again, Options{})); len(p.Changes) != 0 {
				t.Fatalf("the same file changes %+v", p.Diffs)
			}
		}
	})
}

func FuzzPeopleCSV(f *testing.F) {
	f.Add([]byte(two))
	f.Add([]byte(company(3)))
	f.Add([]byte("id;email;name\n"))
	f.Add([]byte("\xFF\xFEi\x00"))
	f.Add([]byte("id,email,name\nP-1,a@example.com,\"=cmd|' /C calc'!A0\"\n"))
	f.Add([]byte("id,email,name,manager_email\nP-1,a@example.com,A,b@example.com\nP-2,b@example.com,B,a@example.com\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		people, err := ReadPeople(data, known())
		if err != nil {
			var problems Problems
			if !errors.As(err, &problems) || len(problems) == 0 {
				t.Fatalf("error %v is no list of problems", err)
			}
			return
		}
		plan, err := NewPlan(nil, people, Options{})
		if err != nil {
			t.Fatal(err)
		}
		stored := after(nil, plan)
		again, err := ReadPeople(data, known(stored...))
		if err != nil {
			t.Fatalf("the same file is refused: %v", err)
		}
		if p := must(NewPlan(stored, again, Options{})); len(p.Changes) != 0 {
			t.Fatalf("the same file changes %+v", p.Diffs)
		}
	})
}
