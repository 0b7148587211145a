package evidence

import (
	"encoding/json"
	"testing"

	"steward/store/ledger"
	"steward/workflows"
)

// linked is an entry in which somebody gave a reference; without a text it was destroyed.
func linked(t *testing.T, n int, key, ref string) Entry {
	t.Helper()
	about := workflows.RequestRef("AIR-1")
	raw, err := json.Marshal(workflows.Record{V: 1, About: about, N: n, What: "linked", Data: []byte(`{"key":"` + key + `"}`), Texts: map[string]string{"ref": "c0ffee"}})
	if err != nil {
		t.Fatal(err)
	}
	e := Entry{About: about, N: n, Bytes: raw}
	if ref != "" {
		e.Texts = []ledger.Text{{Name: "ref", Commitment: "c0ffee", Value: []byte(ref)}}
	}
	return e
}

func TestImpact(t *testing.T) {
	for want, entries := range map[string][]Entry{
		"":              nil,
		"IMP-2":         {linked(t, 1, "impact", "IMP-1"), linked(t, 2, "impact", "IMP-2")},
		"IMP-1; DPIA-3": {linked(t, 1, "impact", "IMP-1"), linked(t, 2, "dpia", "DPIA-3")},
		erased:          {linked(t, 1, "impact", "")},
	} {
		c, err := newCase("AIR-1", entries)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.impact(); got != want {
			t.Errorf("the reference is %q, want %q", got, want)
		}
	}
}

func TestSystemOfAnotherRequest(t *testing.T) {
	about := workflows.SystemRef("AIS-1")
	raw, err := json.Marshal(workflows.Record{V: 1, About: about, N: 1, What: "registered", Data: []byte(`{"request":"AIR-2"}`)})
	if err != nil {
		t.Fatal(err)
	}
	if s, err := newSystem("AIS-1", "AIR-1", []Entry{{About: about, N: 1, Bytes: raw}}); err == nil {
		t.Errorf("it is %+v", s)
	}
}
