package directory

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadSystems(t *testing.T) {
	people := read(t, strings.ReplaceAll(two, ",2026-10-01", ","), known()).Rows
	got, err := ReadSystems([]byte("system,name,owner_email,criticality,in_scope,reason_out_of_scope\ncrm,Customers,ana@example.com,High,true,\nold,\"Old wiki, read only\",BEN@example.com,low,no,To be switched off\n"), known(people...))
	if err != nil {
		t.Fatal(err)
	}
	want := []Asset{
		{Kind: "system", ID: "crm", Name: "Customers", Owner: "P-2", Criticality: "high", InScope: true},
		{Kind: "system", ID: "old", Name: "Old wiki, read only", Owner: "P-1", Criticality: "low", OutReason: "To be switched off"},
	}
	if diff := cmp.Diff(want, got.Rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReadAssetsProblems(t *testing.T) {
	people := read(t, strings.ReplaceAll(two, ",yes,", ",no,"), known()).Rows
	_, err := ReadSystems([]byte("system,name,owner_email,criticality,in_scope\ncrm,,eve@example.com,huge,false\ncrm,<b>,ana@example.com,low,true\n=x,X,,low,perhaps\n"), known(people...))
	want := `line 2, reason_out_of_scope: is empty; a system that is out of scope needs a reason
line 2, name: is empty
line 2, criticality: "huge" is not known; use one of critical, high, medium, low
line 2, owner_email: nobody in the directory has the address "eve@example.com"; import people first
line 3, name: holds < or >, which no name needs
line 3, owner_email: P-2 has left; name somebody who is here
line 3, system: "crm" stands in line 2 already
line 4, system: "=x" is no id; use up to 64 letters, digits, dots, dashes and underscores
line 4, in_scope: "perhaps" is neither true nor false
line 4, reason_out_of_scope: is empty; a system that is out of scope needs a reason
line 4, owner_email: is empty`
	if err == nil {
		t.Fatal("no problems")
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := ReadSubjects([]byte("kind,id,name,owner_email,criticality\nboat,b,B,ben@example.com,low\n"), known(people...)); err == nil ||
		err.Error() != `line 2, kind: "boat" is not known; use one of supplier, policy, dataset, risk` {
		t.Errorf("unknown kind: %v", err)
	}
	if _, err := ReadSubjects([]byte("kind,id,name,owner_email,criticality\n"), known(people...)); err == nil || err.Error() != "the file has no rows" {
		t.Errorf("no rows: %v", err)
	}
}

func TestSampleAssets(t *testing.T) {
	data, err := os.ReadFile("../../cmd/steward/sample/people.csv")
	if err != nil {
		t.Fatal(err)
	}
	k := known()
	k.Roles = append(k.Roles, strings2roles("top_management bcm_lead ai_governance_lead legal_counsel it_operations internal_auditor data_steward hr_lead worker_representative supplier_manager")...)
	people, err := ReadPeople(data, k)
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]struct {
		read func([]byte, Known) (Assets, error)
		rows int
	}{"systems.csv": {ReadSystems, 16}, "subjects.csv": {ReadSubjects, 28}} {
		data, err := os.ReadFile("../../cmd/steward/sample/" + file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := want.read(data, known(people.Rows...))
		if err != nil || len(got.Rows) != want.rows {
			t.Errorf("%s: %d rows, error %v", file, len(got.Rows), err)
		}
	}
}
