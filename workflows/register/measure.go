package register

import (
	"slices"

	"steward/workflows"
)

// Origin says which risk lines of which assessment a condition comes from.
type Origin struct {
	Assessment string `json:"assessment"`      // "IMP-1"
	Lines      []int  `json:"lines,omitempty"` // counted from 1; none where it is of the assessment as a whole
}

// Measures are the conditions that come with the assessments a request stands on.
type Measures struct {
	Tasks []Task
	// Newer gives, for each assessment about the request, the one of its flow that the request stands on now.
	Newer map[string]string
}

// Settled says that nothing is to be done about the condition any more.
func (t Task) Settled() bool { return t.State == TaskVerified || t.State == TaskMoot }

// before gives the condition that was there already: under the same key with the same words, or, of one that comes with an
// assessment, with those words from any assessment.
func (t Task) before(old []Task) (Task, bool) {
	is := func(o Task) bool { return o.Key == t.Key && o.Text == t.Text && o.State != TaskMoot }
	if i := slices.IndexFunc(old, is); i >= 0 {
		return old[i], true
	}
	i := slices.IndexFunc(old, func(o Task) bool {
		return t.From.Assessment != "" && o.From.Assessment != "" && o.Text == t.Text && o.State != TaskMoot
	})
	if i < 0 {
		return Task{}, false
	}
	return old[i], true
}

// unnamed says that a later version of the assessment that the condition comes from does not name it any more.
func (t Task) unnamed(newer map[string]string) bool {
	now := newer[t.From.Assessment]
	return t.From.Assessment != "" && now != "" && now != t.From.Assessment && !t.Settled()
}

// measured takes the measures of a later version of an assessment, of an approval that stands: those that it names anew begin, those that
// it names again go on, and those that it does not name any more are moot.
func (x *step) measured(what workflows.Measured) {
	m := x.f.Measures
	if m == nil || x.s.State == "" || x.s.State.Over() || x.s.Emergency || x.s.Request != what.Request || x.s.ApprovedAt.IsZero() {
		return
	}
	var kept []string
	for _, t := range x.s.Tasks {
		kept = append(kept, t.Key)
	}
	changed := false
	for _, t := range m.Tasks {
		had, ok := t.before(x.s.Tasks)
		if !ok {
			t.State, changed = TaskOpen, true
			if slices.Contains(x.s.keys(), t.Key) {
				t.Key = freeKey(t.Key, x.s.Tasks)
			}
			x.s.Tasks = append(x.s.Tasks, t)
			continue
		}
		i := slices.IndexFunc(x.s.Tasks, func(o Task) bool { return o.Key == had.Key })
		now := x.s.Tasks[i]
		now.From = t.From
		if len(t.From.Lines) > 0 {
			now.Due, now.GoLive = t.Due, t.GoLive
		}
		changed = changed || !now.From.same(had.From) || now.GoLive != had.GoLive || !now.Due.Equal(had.Due)
		x.s.Tasks[i] = now
	}
	if !changed && !slices.ContainsFunc(x.s.Tasks, func(t Task) bool { return t.unnamed(m.Newer) }) {
		return
	}
	x.acted = true
	x.s.Revision++
	texts, by := ownTexts(x.s.Tasks)
	is := Detail{Request: what.Request, Assessment: what.Assessment, Conditions: x.s.keys(), By: by, Kept: kept, Measures: x.s.origins()}
	x.facts = append(x.facts, workflows.Fact{Kind: FactMeasured, Shown: x.s.Content(), Texts: texts, Data: is})
	x.moot(m.Newer)
	if x.s.Held() && (x.s.State == StateInUse || x.s.State == StatePilot) {
		x.move(StateApproved)
	}
	x.goInUse()
}

// moot ends what a later version of its assessment does not name any more.
func (x *step) moot(newer map[string]string) {
	for i, t := range x.s.Tasks {
		if t.unnamed(newer) {
			x.s.Tasks[i].State, x.s.Tasks[i].MootBy = TaskMoot, newer[t.From.Assessment]
			x.fact(FactMooted, Detail{Task: t.Key, Assessment: newer[t.From.Assessment]}, nil)
		}
	}
}

func (o Origin) same(p Origin) bool {
	return o.Assessment == p.Assessment && slices.Equal(o.Lines, p.Lines)
}

// origins says by key which conditions come with an assessment; nil where none does.
func (s System) origins() map[string]Origin {
	var out map[string]Origin
	for _, t := range s.Tasks {
		if t.From.Assessment == "" {
			continue
		}
		if out == nil {
			out = map[string]Origin{}
		}
		out[t.Key] = t.From
	}
	return out
}
