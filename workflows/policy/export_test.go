package policy

import (
	"time"

	"cel.dev/cel-go/cel"
)

// Sample is a golden case, filled as [Test] fills it.
type Sample struct {
	Name    string
	Answers Answers
	Facts   Facts
}

// Samples gives the golden cases of a flow.
func (f *Flow) Samples(today time.Time) []Sample {
	var out []Sample
	for _, e := range f.examples {
		a, err := f.fill(e, today)
		if err != nil {
			panic(err)
		}
		out = append(out, Sample{Name: e.name, Answers: a, Facts: Facts{Today: today, Requester: "P-ASKER", Carried: e.carried}})
	}
	return out
}

// CompileForTest compiles an expression over the flow's variables with the limits in force while running, but without the
// estimate that refuses costly ones at load, and evaluates it over these answers.
func (f *Flow) CompileForTest(source string, a Answers, facts Facts) (held bool, compileErr, runErr error) {
	s, err := newScope(f.vars)
	if err != nil {
		return false, err, nil
	}
	checked, issues := s.env.Compile(source)
	if issues.Err() != nil {
		return false, issues.Err(), nil
	}
	program, err := s.env.Program(checked, cel.CostLimit(costLimit))
	if err != nil {
		return false, err, nil
	}
	values, _ := f.values(a, facts)
	held, runErr = (&expr{source: source, program: program}).holds(values)
	return held, nil, runErr
}
