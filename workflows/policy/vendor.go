package policy

import (
	"slices"
	"time"

	"steward/workflows"
)

// VendorFacts says which answers do not depend on who asks: they are kept once for each vendor and plan, with a proof, and filled in for
// whoever asks next.
type VendorFacts struct {
	Vendor string           // the question that names the vendor
	Plan   string           // the one about the kind of contract; empty where the flow has none
	Keys   []string         // the questions whose answers are kept, in the order of the flow
	KeptBy []workflows.Role // whose holders keep them
	Months int              // how long a fact counts from the day on which its proof was seen
	// StaysIn are the answers with which data stays in the approved classes: an expert's correction that leaves them voids votes.
	StaysIn []StaysIn
}

// KeptFact is an answer that is kept of a vendor and a plan, as a round found it when it began. It is frozen with the round.
type KeptFact struct {
	Key      string             `json:"key"` // of the question
	Answer   []string           `json:"answer,omitempty"`
	Vendor   string             `json:"vendor"` // the thing that keeps it: "VEN-7"
	Revision int                `json:"revision"`
	Proof    string             `json:"proof"`
	Seen     string             `json:"seen"`  // the day on which the proof was seen
	Until    string             `json:"until"` // the last day on which it counts
	By       workflows.PersonID `json:"by"`
	At       time.Time          `json:"at"` // when they said so
}

// Is says whether an answer is the one that is kept.
func (k KeptFact) Is(a Answer) bool {
	return slices.Equal(slices.Sorted(slices.Values(a.Values())), slices.Sorted(slices.Values(k.Answer)))
}

// KeptOf gives what is kept under a question among facts.
func KeptOf(facts []KeptFact, key string) (KeptFact, bool) {
	i := slices.IndexFunc(facts, func(k KeptFact) bool { return k.Key == key })
	if i < 0 {
		return KeptFact{}, false
	}
	return facts[i], true
}

// kept gives the facts of questions that are asked, in the order of the flow.
func (f *Flow) kept(facts Facts, asked map[string]bool) (out []KeptFact) {
	if f.VendorFacts == nil {
		return nil
	}
	for _, key := range f.VendorFacts.Keys {
		if k, ok := KeptOf(facts.Kept, key); ok && asked[key] {
			out = append(out, k)
		}
	}
	return out
}

// Wrong gives the sentence that stands at the field of an answer that cannot be; empty for one that can, and for none where the question
// does not have to be answered. Persons and days are not looked at.
func (q Question) Wrong(a Answer) string { return q.check(a, Facts{}) }

// Tidy gives an answer as it is kept, see [Flow.Clean].
func (q Question) Tidy(a Answer) Answer { return q.clean(a) }

// vendorFacts reads which answers are kept of vendors.
func (f *flowReader) vendorFacts() {
	if !f.top.has("vendor_facts") {
		return
	}
	m := f.mapping(f.top.place("vendor_facts"), "vendor", "plan", "facts", "kept_by", "counts_months", "stays_in")
	m.need("vendor", "facts", "kept_by", "counts_months")
	v := &VendorFacts{
		Vendor: f.answerOf(m, "vendor", []QuestionType{ShortText}), Plan: f.answerOf(m, "plan", []QuestionType{Select}), KeptBy: f.roles(m, "kept_by"),
		Months: m.num("counts_months"),
	}
	var known []string
	for _, q := range f.flow.Questions {
		if (q.Type == Select || q.Type == MultiSelect) && q.Key != v.Plan {
			known = append(known, q.Key)
		}
	}
	chosen := m.choices("facts", "question with options", known)
	for _, key := range known {
		if slices.Contains(chosen, key) {
			v.Keys = append(v.Keys, key)
		}
	}
	if m.has("facts") && len(v.Keys) == 0 {
		f.bad(m.place("facts"), "name the questions whose answers are kept", "nothing would be kept")
	}
	if len(v.Keys) > maxVendorFacts {
		f.bad(m.place("facts"), "", "at most %d answers are kept: they have to fit into one form", maxVendorFacts)
	}
	f.factPages(m, v)
	for _, role := range v.KeptBy {
		if info, ok := f.org.role(role); ok && info.Relation {
			f.bad(m.place("kept_by"), "name roles that people hold", "%s is a relation", role)
		}
	}
	if m.has("counts_months") && (v.Months < 1 || v.Months > 60) {
		f.bad(m.place("counts_months"), "", "a proof counts for 1 to 60 months")
	}
	v.StaysIn = f.staysIn(m, v)
	f.flow.VendorFacts = v
}

// staysIn reads with which answers data stays in the approved classes, in the order of the flow.
func (f *flowReader) staysIn(m mapping, v *VendorFacts) (out []StaysIn) {
	for _, p := range m.entries("stays_in") {
		key := f.oneOf(p.at, "fact", v.Keys)
		q, _ := f.flow.Question(key)
		s := StaysIn{Key: key}
		for _, n := range f.list(p.value) {
			if value := f.oneOf(n, "answer of "+key, q.values()); value != "" {
				s.Values = append(s.Values, value)
			}
		}
		if key != "" {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b StaysIn) int { return slices.Index(v.Keys, a.Key) - slices.Index(v.Keys, b.Key) })
	return out
}

// maxVendorFacts bounds the answers that are kept of one vendor.
const maxVendorFacts = 5

// factPages wants the questions that are filled in behind those that say for which vendor.
func (f *flowReader) factPages(m mapping, v *VendorFacts) {
	vendor, _ := f.flow.Question(v.Vendor)
	plan, _ := f.flow.Question(v.Plan)
	for _, key := range v.Keys {
		if q, _ := f.flow.Question(key); q.Page <= max(vendor.Page, plan.Page) {
			f.bad(m.place("facts"), "put it on a later page", "%s stands before it is known which vendor and plan is meant", key)
		}
	}
}
