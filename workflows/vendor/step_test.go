package vendor_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/vendor"
)

// world is what is kept of one vendor among a few people, at a moment.
type world struct {
	t      *testing.T
	at     time.Time
	people map[workflows.PersonID]workflows.Person
	flow   *policy.Flow
	v      vendor.Vendor
	out    workflows.Outcome[vendor.Vendor]
}

func newWorld(t *testing.T) *world {
	t.Helper()
	flow, ok := policy.Embedded().Flow("ai-use")
	if !ok {
		t.Fatal("the shipped pack has no ai-use")
	}
	w := &world{t: t, at: time.Date(2027, 3, 3, 10, 0, 0, 0, time.UTC), flow: flow, people: map[workflows.PersonID]workflows.Person{}}
	for id, roles := range map[workflows.PersonID][]workflows.Role{
		"priya": {"supplier_manager"}, "omar": {"supplier_manager"}, "ana": nil, "gone": {"supplier_manager"},
	} {
		w.people[id] = workflows.Person{ID: id, Name: strings.ToUpper(string(id[:1])) + string(id[1:]), Active: id != "gone", Roles: roles}
	}
	return w
}

func (w *world) step(actor workflows.PersonID, seen int, what workflows.What) workflows.Outcome[vendor.Vendor] {
	w.t.Helper()
	var people []workflows.Person
	for _, p := range w.people {
		people = append(people, p)
	}
	before := w.v
	w.out = vendor.Step(w.v, workflows.Event{
		Actor: actor, At: w.at, About: workflows.VendorRef("VEN-1"), What: what, Seen: workflows.Seen{Revision: seen},
	}, vendor.Facts{Roster: workflows.NewRoster(people, nil), Flow: w.flow, Zone: time.UTC})
	if w.out.Refusal != nil && (len(w.out.Effects)+len(w.out.Records) > 0 || w.out.State.Seq != before.Seq) {
		w.t.Errorf("a refusal has changed something: %+v", w.out)
	}
	w.v = w.out.State
	return w.out
}

// done fails the test where a step was refused or leaves other records.
func (w *world) done(what workflows.What, records ...string) {
	w.t.Helper()
	actor := workflows.PersonID("priya")
	if _, pressed := what.(vendor.What); !pressed {
		actor = workflows.System
	}
	if out := w.step(actor, w.v.Revision, what); out.Refusal != nil {
		w.t.Fatalf("refused: %+v", out.Refusal)
	}
	var kinds []string
	for _, f := range w.out.Records {
		kinds = append(kinds, f.Kind)
	}
	if !slices.Equal(kinds, records) {
		w.t.Errorf("records %v, want %v", kinds, records)
	}
}

// refused fails the test where a step is not refused at a field, or for the whole where there is none.
func (w *world) refused(actor workflows.PersonID, seen int, what workflows.What, code workflows.Code, field, says string) {
	w.t.Helper()
	no := w.step(actor, seen, what).Refusal
	switch {
	case no == nil:
		w.t.Errorf("not refused: %+v", what)
	case field != "" && !strings.Contains(no.Fields[field], says):
		w.t.Errorf("refused with %+v, want %q at %s", no.Fields, says, field)
	case no.Code != code || field == "" && !strings.Contains(no.Sentence, says):
		w.t.Errorf("refused with %s: %s", no.Code, no.Sentence)
	}
}

// otter is what is first said of a vendor.
func otter() vendor.Kept {
	return vendor.Kept{Flow: "ai-use", Name: " Otter.ai, Inc. ", Plan: "business_contract", Facts: []vendor.Said{
		{Key: "data_location", Answer: []string{"eu_eea"}, Proof: "https://example.com/terms", Seen: "2027-03-01"},
		{Key: "vendor_assurances", Answer: []string{"dpa", "no_training"}, Proof: "Contract, annex 3", Seen: "2027-03-03"},
	}}
}

// with gives what is said with one fact changed.
func with(k vendor.Kept, i int, change func(*vendor.Said), reason string) vendor.Kept {
	k.Facts, k.Reason = slices.Clone(k.Facts), reason
	change(&k.Facts[i])
	return k
}

func (w *world) waits() (out []string) {
	for _, x := range w.v.Waits {
		out = append(out, string(x.Who)+" "+x.Part)
	}
	return out
}

func (w *world) reminded() (out []string) {
	for _, e := range w.out.Effects {
		if n, ok := e.(workflows.Notify); ok {
			out = append(out, string(n.To)+" "+string(n.Why)+" "+n.Part)
		}
	}
	return out
}

func TestKeep(t *testing.T) {
	t.Run("a first fact names the vendor, and each answer has its proof, its day and its end", func(t *testing.T) {
		w := newWorld(t)
		w.done(otter(), vendor.FactKept, vendor.FactKept)
		f, _ := w.v.Fact("vendor_assurances")
		if w.v.Name != "Otter.ai, Inc." || !slices.Equal(f.Answer, []string{"no_training", "dpa"}) || f.Until != "2028-03-03" || f.By != "priya" || !f.At.Equal(w.at) {
			t.Errorf("kept is %+v", w.v)
		}
		first, second := w.out.Records[0], w.out.Records[1]
		if d := first.Data.(vendor.Detail); first.Texts[vendor.TextName] != w.v.Name || d.Plan != "business_contract" || d.Flow != "ai-use" || second.Texts[vendor.TextName] != "" {
			t.Errorf("recorded is %+v", w.out.Records)
		}
	})
	t.Run("a change says what was and why, and keeping the same again says nothing", func(t *testing.T) {
		w := newWorld(t)
		w.done(otter(), vendor.FactKept, vendor.FactKept)
		w.done(otter())
		moved := with(otter(), 0, func(s *vendor.Said) { s.Answer, s.Seen = []string{"other"}, "2027-03-02" }, "")
		w.refused("priya", 1, moved, workflows.CodeField, vendor.FieldReason, "Say why")
		moved.Reason = "They have moved."
		w.done(moved, vendor.FactChanged)
		d := w.out.Records[0].Data.(vendor.Detail)
		if !slices.Equal(d.Was, []string{"eu_eea"}) || !slices.Equal(d.Answer, []string{"other"}) || d.SeenBefore != "2027-03-01" || w.v.Revision != 2 {
			t.Errorf("recorded is %+v", d)
		}
		if texts := w.out.Records[0].Texts; texts[vendor.TextReason] != "They have moved." || texts[vendor.TextProof] != "https://example.com/terms" {
			t.Errorf("texts are %v", texts)
		}
	})
	t.Run("a proof that is taken away withdraws its answer, and all can be withdrawn and kept again", func(t *testing.T) {
		w := newWorld(t)
		w.done(otter(), vendor.FactKept, vendor.FactKept)
		none := with(with(otter(), 0, func(s *vendor.Said) { s.Proof = " " }, ""), 1, func(s *vendor.Said) { s.Proof = "" }, "The contract has ended.")
		w.done(none, vendor.FactWithdrawn, vendor.FactWithdrawn)
		if w.v.State != vendor.StateEmpty || len(w.v.Facts) != 0 {
			t.Errorf("kept is %+v", w.v)
		}
		w.done(otter(), vendor.FactKept, vendor.FactKept)
	})
	t.Run("nothing in writing is an answer that can be kept, and no place is none", func(t *testing.T) {
		w := newWorld(t)
		w.done(with(otter(), 1, func(s *vendor.Said) { s.Answer = nil }, ""), vendor.FactKept, vendor.FactKept)
		w = newWorld(t)
		w.refused("priya", 0, with(otter(), 0, func(s *vendor.Said) { s.Answer = nil }, ""), workflows.CodeField, vendor.FieldAnswer+"data_location", "Please choose one")
	})
	t.Run("whatever cannot be kept is refused at its field", func(t *testing.T) {
		for _, c := range []struct {
			change func(*vendor.Kept)
			field  string
			says   string
		}{
			{func(k *vendor.Kept) { k.Name = "..." }, vendor.FieldName, "Say which vendor"},
			{func(k *vendor.Kept) { k.Name = strings.Repeat("x", 101) }, vendor.FieldName, "Please shorten"},
			{func(k *vendor.Kept) { k.Plan = "" }, vendor.FieldPlan, "Please choose one"},
			{func(k *vendor.Kept) { k.Plan = "gold" }, vendor.FieldPlan, "Please choose one of the options"},
			{func(k *vendor.Kept) { k.Facts[0].Answer = []string{"moon"} }, vendor.FieldAnswer + "data_location", "one of the options"},
			{func(k *vendor.Kept) { k.Facts[0].Proof = "" }, vendor.FieldProof + "data_location", "Without a proof"},
			{func(k *vendor.Kept) { k.Facts[0].Proof = strings.Repeat("x", 501) }, vendor.FieldProof + "data_location", "Please shorten"},
			{func(k *vendor.Kept) { k.Facts[0].Seen = "yesterday" }, vendor.FieldSeen + "data_location", "like 2027-03-03"},
			{func(k *vendor.Kept) { k.Facts[0].Seen = "2027-03-04" }, vendor.FieldSeen + "data_location", "has not come yet"},
			{func(k *vendor.Kept) { k.Facts[0].Seen = "2026-03-02" }, vendor.FieldSeen + "data_location", "count for 12 months"},
			{func(k *vendor.Kept) { k.Facts = nil }, vendor.FieldProof + "data_location", "Nothing is kept yet"},
			{func(k *vendor.Kept) { k.Reason = strings.Repeat("x", 301) }, vendor.FieldReason, "Please shorten"},
		} {
			k := otter()
			c.change(&k)
			newWorld(t).refused("priya", 0, k, workflows.CodeField, c.field, c.says)
		}
	})
	t.Run("only those whom the flow names keep facts, and they see what they change", func(t *testing.T) {
		w := newWorld(t)
		w.refused("ana", 0, otter(), workflows.CodeNotYours, "", "whom the policy names")
		w.refused("gone", 0, otter(), workflows.CodeNotNow, "", "not active")
		w.done(otter(), vendor.FactKept, vendor.FactKept)
		w.refused("omar", 0, otter(), workflows.CodeField, vendor.FieldName, "VEN-1")
		w.refused("omar", 9, otter(), workflows.CodeStale, "", "has changed")
		w.flow = nil
		w.refused("omar", 1, otter(), workflows.CodeNotNow, "", "keeps no facts")
		if len(vendor.Actions(w.v, w.people["omar"])) != 1 || len(vendor.Actions(w.v, w.people["ana"])) != 0 || len(vendor.Actions(w.v, w.people["gone"])) != 0 {
			t.Error("others are offered to change what is kept, or those who keep it are not")
		}
	})
}

func TestAge(t *testing.T) {
	w := newWorld(t)
	w.done(otter(), vendor.FactKept, vendor.FactKept)
	wake := func() {
		for _, e := range w.out.Effects {
			if k, ok := e.(workflows.Wake); ok {
				w.at = k.At
			}
		}
	}
	wake()
	if want := time.Date(2028, 1, 31, 0, 0, 0, 0, time.UTC); !w.at.Equal(want) { // 30 days before 1 March of a leap year
		t.Fatalf("it is looked at again at %s", w.at)
	}
	w.done(vendor.Woken{}, vendor.FactReminded)
	if got := w.reminded(); !slices.Equal(got, []string{"omar remind data_location", "priya remind data_location"}) {
		t.Errorf("reminded are %v", got)
	}
	wake()
	w.done(vendor.Woken{}, vendor.FactReminded)
	w.done(vendor.Woken{})
	if got := w.waits(); len(got) != 4 {
		t.Errorf("waits %v", got)
	}
	delete(w.people, "omar")
	w.done(vendor.RosterChanged{})
	if got := w.waits(); len(got) != 2 || len(w.out.Effects) == 0 {
		t.Errorf("after Omar has left %v waits", got)
	}
	w.done(vendor.RosterChanged{})
	if len(w.out.Effects) != 0 {
		t.Errorf("nothing has changed, and yet %v", w.out.Effects)
	}
	w.done(with(otter(), 0, func(s *vendor.Said) { s.Seen = "2028-02-01" }, "Seen again."), vendor.FactChanged)
	if got := w.waits(); !slices.Equal(got, []string{"priya vendor_assurances"}) {
		t.Errorf("waits %v", got)
	}
	w.at = time.Date(2028, 3, 3, 23, 59, 0, 0, time.UTC)
	if kept := w.v.Kept("2028-03-03"); len(kept) != 2 {
		t.Errorf("on its last day %d facts count", len(kept))
	}
	w.done(vendor.Woken{})
	w.at = w.at.Add(time.Minute)
	w.done(vendor.Woken{}, vendor.FactOver)
	if kept := w.v.Kept("2028-03-04"); len(kept) != 1 || kept[0].Key != "data_location" || len(w.waits()) != 0 {
		t.Errorf("kept is %+v, waits %v", kept, w.waits())
	}
	old := with(otter(), 0, func(s *vendor.Said) { s.Answer, s.Seen = []string{"other"}, "2028-03-01" }, "They have moved.")
	w.done(old, vendor.FactChanged) // a fact whose day is over does not stand in the way of the others
	old.Facts[1].Answer = []string{"dpa"}
	w.refused("priya", w.v.Revision, old, workflows.CodeField, vendor.FieldSeen+"vendor_assurances", "count for 12 months")
}
