package policy

import (
	"maps"
	"time"

	"cel.dev/cel-go/cel"

	"steward/workflows"
)

// Facts are what answers are judged against beside the flow itself.
type Facts struct {
	// Today is the day of sending; its year, month and day count as they stand, so give it in the organisation's zone.
	Today     time.Time
	Requester workflows.PersonID
	// Owner is the owner of what the request is about, for flows that do not ask for one; else the answer counts.
	Owner workflows.PersonID
	// Carried are the answers of the linked request, for flows that carry some; nil where there is none.
	Carried Answers
	// Renews is set where an approval is renewed; unchanged, that may take a shorter chain.
	Renews *Renews
	// Kept are the facts that count of the vendor and the plan that the answers name, for flows that keep some.
	Kept []KeptFact
	// Known says whether a person can be picked; nil lets every id pass.
	Known func(workflows.PersonID) bool
}

// OwnerKey is the question that names the accountable person.
const OwnerKey = "owner"

// Owner gives the accountable person of a request: the answer where the flow asks, else the fact, else the requester.
func (f *Flow) Owner(a Answers, facts Facts) workflows.PersonID {
	if q, ok := f.Question(OwnerKey); ok && q.Type == User {
		return workflows.PersonID(a[OwnerKey].Text)
	}
	if facts.Owner != "" {
		return facts.Owner
	}
	return facts.Requester
}

// Asked gives the questions of a page, given the answers to earlier pages; page 0 means all pages. The page of risk lines
// has no questions but [Flow.Lines].
func (f *Flow) Asked(a Answers, page int, facts Facts) []Question {
	_, asked := f.values(a, facts)
	var out []Question
	for _, q := range f.Questions {
		if asked[q.Key] && (page == 0 || q.Page == page) {
			out = append(out, q)
		}
	}
	return out
}

// values gives what conditions see, and which questions are asked. Questions come by page and ask_if reads earlier pages
// only, so that one walk settles both: what was not asked has its zero value before anything later looks at it.
func (f *Flow) values(a Answers, facts Facts) (values map[string]any, asked map[string]bool) {
	values, asked = make(map[string]any, len(f.vars)), map[string]bool{}
	for _, v := range f.vars {
		values[v.name] = zero(v.typ)
	}
	if other, ok := f.carriedFlow(); ok {
		for _, key := range f.Carried.Keys {
			q, _ := other.Question(key)
			values[answersPrefix+key] = q.value(facts.Carried[key])
		}
	}
	for _, q := range f.Questions {
		if !f.terms[q.Key].strictly(values) {
			continue
		}
		asked[q.Key] = true
		values[answersPrefix+q.Key] = q.value(a[q.Key])
		if q.Type == Date {
			values[answersPrefix+q.Key+daysSuffix] = daysTo(a[q.Key].Text, facts.Today)
		}
	}
	if f.Lines != nil {
		values[answersPrefix+maxScoreKey], values[answersPrefix+maxResidualKey] = f.Lines.worst(a[LinesKey].Lines)
	}
	return values, asked
}

func (f *Flow) carriedFlow() (*Flow, bool) {
	if f.Carried.From == "" {
		return nil, false
	}
	return f.pack.Flow(f.Carried.From)
}

func zero(t *cel.Type) any {
	switch {
	case t.IsExactType(cel.IntType):
		return int64(0)
	case t.IsExactType(cel.BoolType):
		return false
	case t.IsExactType(cel.StringType):
		return ""
	}
	return []string{}
}

// value gives the value of an answer as conditions see it.
func (q Question) value(a Answer) any {
	switch q.Type {
	case MultiSelect, ControlRefs:
		if a.List == nil {
			return []string{}
		}
		return a.List
	case Number:
		return a.Number
	case Boolean:
		return a.Yes
	case ShortText, LongText, Select, User, Date:
	}
	return a.Text
}

// daysTo gives the whole days from one day to another, both as dates without a zone; 0 for what is no date.
func daysTo(date string, today time.Time) int64 {
	to, err := time.Parse(time.DateOnly, date)
	if err != nil || today.IsZero() {
		return 0
	}
	return int64(to.Sub(dateOf(today)).Hours() / 24)
}

func dateOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// scores gives the score of a line before treatment and after.
func (l *RiskLines) scores(line Line) (score, residual int64) {
	return line[l.score[0]].Number * line[l.score[1]].Number, line[l.residual[0]].Number * line[l.residual[1]].Number
}

// worst gives the highest scores of all lines; 0 with no line.
func (l *RiskLines) worst(lines []Line) (score, residual int64) {
	for _, line := range lines {
		s, r := l.scores(line)
		score, residual = max(score, s), max(residual, r)
	}
	return score, residual
}

// lineValues adds a line to what conditions see.
func (l *RiskLines) lineValues(values map[string]any, line Line) map[string]any {
	out := maps.Clone(values)
	for _, q := range l.Fields {
		out[linePrefix+q.Key] = q.value(line[q.Key])
	}
	return out
}
