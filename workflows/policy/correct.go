package policy

import (
	"maps"
	"slices"
	"strings"
	"time"

	"steward/workflows"
)

// Fix is an answer about the vendor as an expert found it.
type Fix struct {
	Key    string   `json:"key"` // of the question
	Answer []string `json:"answer,omitempty"`
	Proof  string   `json:"proof"` // a link, or where it stands
}

// Corrected is an answer about the vendor that an expert corrected while it was decided on. It is frozen with what is decided on.
type Corrected struct {
	Fix

	Was    []string           `json:"was,omitempty"` // the answer before
	Tier   Tier               `json:"tier"`          // before
	By     workflows.PersonID `json:"by"`
	At     time.Time          `json:"at"`
	Ruling int                `json:"ruling"` // its number in the request; the reason stands there
}

// Is says whether an answer is the one that the expert gave.
func (c Corrected) Is(a Answer) bool { return KeptFact{Answer: c.Answer}.Is(a) }

// Correction is what the policy says of answers that an expert corrected.
type Correction struct {
	Screening Screening // as a new round would begin with it
	Rises     bool      // the tier is higher than before
	Leaves    bool      // data leaves the approved classes
}

// Correct screens the answers of a round again with what an expert found about the vendor: under the same rules, the same day and the
// same kept facts. A tier that people named stays where the rules give none that is higher than both it and what they gave before. The
// refusal stands at the field of an answer that cannot be.
func (f *Flow) Correct(now Screening, fixes []Fix, facts Facts) (*Correction, *workflows.Refusal, error) {
	answers, wrong := Answers{}, map[string]string{}
	maps.Copy(answers, now.Answers)
	facts.Carried, facts.Kept = now.Carried, now.Kept
	facts.Known = func(workflows.PersonID) bool { return true }
	for _, fix := range fixes {
		q, ok := f.Question(fix.Key)
		if !ok || !slices.Contains(now.Plan.Correctable, fix.Key) {
			continue
		}
		a := q.Tidy(q.AnswerOf(fix.Answer))
		if says := q.Wrong(a); says != "" {
			wrong[FixAnswer+fix.Key] = says
		}
		answers[fix.Key] = a
	}
	if len(wrong) > 0 {
		return nil, workflows.RefuseFields(wrong), nil
	}
	if no := f.Check(answers, 0, facts); no != nil && f.Check(now.Answers, 0, facts) == nil {
		return nil, no, nil
	}
	next, err := f.Screen(answers, facts)
	if err != nil {
		return nil, nil, err
	}
	if named, computed := now.Assessment.Tier, now.Assessment.Computed; computed != "" &&
		f.rank(next.Assessment.Tier) <= max(f.rank(named), f.rank(computed)) {
		if as, err := f.ScreenAs(named, answers, facts); err == nil {
			next = as
		}
	}
	return &Correction{
		Screening: next, Rises: f.rank(next.Assessment.Tier) > f.rank(now.Assessment.Tier), Leaves: f.leaves(now.Answers, next.Answers),
	}, nil, nil
}

// MaxProof is how long a proof of an answer about a vendor can be, in characters.
const MaxProof = 500

// The fields at which refusals of a correction stand, with the key of the question behind them.
const (
	FixAnswer = "fact."
	FixProof  = "proof."
)

// AnswerOf gives values as an answer to a question with options, and [Answer.Values] the other way round.
func (q Question) AnswerOf(values []string) Answer {
	if q.Type == MultiSelect {
		return Answer{List: slices.Clone(values)}
	}
	return Answer{Text: strings.Join(values, "")}
}

// Values gives the values of an answer to a question with options.
func (a Answer) Values() []string {
	if a.Text != "" {
		return []string{a.Text}
	}
	return slices.Clone(a.List)
}

// leaves says whether an answer was among those with which data stays in the approved classes, and is not any more.
func (f *Flow) leaves(was, is Answers) bool {
	if f.VendorFacts == nil {
		return false
	}
	for _, s := range f.VendorFacts.StaysIn {
		if s.holds(was[s.Key]) && !s.holds(is[s.Key]) {
			return true
		}
	}
	return false
}

// StaysIn are the answers to a question about the vendor with which data stays in the approved classes.
type StaysIn struct {
	Key    string
	Values []string
}

// holds says whether all of an answer is among them. No answer is: then nothing goes anywhere.
func (s StaysIn) holds(a Answer) bool {
	return !slices.ContainsFunc(a.Values(), func(v string) bool { return !slices.Contains(s.Values, v) })
}

// correctable gives the questions about the vendor that were asked, whose answers experts can correct.
func (f *Flow) correctable(a Answers, facts Facts) (out []string) {
	if f.VendorFacts == nil {
		return nil
	}
	_, asked := f.values(a, facts)
	for _, key := range f.VendorFacts.Keys {
		if asked[key] {
			out = append(out, key)
		}
	}
	return out
}
