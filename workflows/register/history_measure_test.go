package register_test

import (
	"fmt"

	"pgregory.net/rapid"

	"steward/workflows"
	"steward/workflows/register"
)

// measured draws another version of the assessment, or the same one told again.
func (h *history) measured() workflows.Event {
	if h.imp == 0 || rapid.IntRange(0, 4).Draw(h.T, "another version") > 0 {
		h.imp++
	}
	h.measures = h.asked()
	return workflows.Event{Actor: gina, What: workflows.Measured{Request: h.s.Request, Assessment: fmt.Sprintf("IMP-%d", h.imp)}}
}

// asked gives what the last version asks for, and draws it the first time: what was accepted does not change.
func (h *history) asked() *register.Measures {
	if h.said == h.imp {
		return h.measures
	}
	h.said = h.imp
	out := &register.Measures{Newer: map[string]string{}}
	last := fmt.Sprintf("IMP-%d", h.imp)
	for i := range h.imp {
		out.Newer[fmt.Sprintf("IMP-%d", i+1)] = last
	}
	for _, text := range []string{"read", "count", "tell"} {
		if rapid.Bool().Draw(h.T, text) {
			out.Tasks = append(out.Tasks, measure(last, len(out.Tasks)+1, rapid.SampledFrom([]int{0, 30}).Draw(h.T, "days of "+text), text))
		}
	}
	return out
}

// measuredWell looks at what must always hold of what an assessment asks for: each measure is there once, what was verified stays so, what is
// named is owed, and what is not named any more is not.
func (h *history) measuredWell(before register.System, ev workflows.Event) {
	open := map[string]int{}
	for _, t := range h.s.Tasks {
		if t.From.Assessment != "" && t.State != register.TaskMoot {
			open[t.Text]++
		}
	}
	for text, n := range open {
		if n > 1 {
			h.T.Fatalf("%q is there %d times: %+v", text, n, h.s.Tasks)
		}
	}
	if _, told := ev.What.(workflows.Measured); !told {
		return
	}
	named := map[string]bool{}
	for _, t := range h.measures.Tasks {
		named[t.Text] = true
		if open[t.Text] != 1 {
			h.T.Fatalf("%q is asked for, and is not there: %+v", t.Text, h.s.Tasks)
		}
	}
	for _, was := range before.Tasks {
		now, ok := h.s.Task(was.Key)
		switch {
		case !ok:
			h.T.Fatalf("the condition %s is gone", was.Key)
		case was.From.Assessment == "" || was.State == register.TaskVerified || was.State == register.TaskMoot || named[was.Text]:
			if now.State != was.State || now.Proof != was.Proof {
				h.T.Fatalf("the condition %s was %s and is %s", was.Key, was.State, now.State)
			}
		case was.From.Assessment != fmt.Sprintf("IMP-%d", h.imp) && now.State != register.TaskMoot:
			h.T.Fatalf("nobody names %s any more, and it is %s: %+v after %+v, by %+v", was.Key, now.State, h.s.Tasks, before.Tasks, h.measures)
		}
	}
}
