package policy

import (
	"reflect"
	"slices"
	"time"

	"steward/workflows"
)

// Renews says which approval a round is to renew, and what its answers change of it. It is frozen with the round.
type Renews struct {
	System string             `json:"system"` // the entry of the AI register whose approval it is
	By     workflows.PersonID `json:"by"`     // its owner, who began the renewal
	Round  int                `json:"round"`  // that approved it last
	Tier   Tier               `json:"tier"`   // of that round
	// Computed is the tier that the rules gave in that round, where people named another one.
	Computed Tier      `json:"computed,omitempty"`
	Until    time.Time `json:"until"` // when that approval ends
	// Before are the answers that were approved, with the owner of today: a hand-over is no change of the use.
	Before Answers `json:"before"`
	// Whole says that the whole chain decides even where no answer has changed: a change was reported, or the entry is suspended.
	Whole bool `json:"whole,omitempty"`
	// Changed are the keys of the questions whose answers differ from those before, in the order of the flow. [Flow.Screen] fills it.
	Changed []string `json:"changed,omitempty"`
	// Short says that nothing has changed and the short chain of a renewal decides. [Flow.Screen] fills it, too.
	Short bool `json:"short,omitempty"`
}

// renews works out what a renewal changes, and whether the short chain is enough for it: no answer differs, the tier is the one that
// was approved, no change was reported, and the flow has such a chain for the tier.
func (f *Flow) renews(facts Facts, a Answers, tier Tier) *Renews {
	if facts.Renews == nil {
		return nil
	}
	r := *facts.Renews
	r.Changed = f.changed(f.Clean(r.Before, facts), a)
	r.Short = len(r.Changed) == 0 && !r.Whole && tier == r.Tier && f.Renewal != nil && len(f.Renewal.Stages[tier]) > 0
	return &r
}

// changed gives the keys of the questions whose answers differ, in the order of the flow; of risk lines, [LinesKey].
func (f *Flow) changed(before, after Answers) []string {
	var out []string
	for _, q := range f.Questions {
		if !sameAnswer(before[q.Key], after[q.Key]) {
			out = append(out, q.Key)
		}
	}
	if !sameAnswer(before[LinesKey], after[LinesKey]) {
		out = append(out, LinesKey)
	}
	return out
}

// sameAnswer compares two answers; the order in which several options were chosen says nothing.
func sameAnswer(a, b Answer) bool {
	a.List, b.List = slices.Sorted(slices.Values(a.List)), slices.Sorted(slices.Values(b.List))
	if len(a.Lines) == 0 && len(b.Lines) == 0 {
		a.Lines, b.Lines = nil, nil
	}
	return reflect.DeepEqual(a, b)
}
