package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"steward/workflows"
)

// example is a golden case of a flow: answers and the tier they must give.
type example struct {
	name    string
	tier    Tier
	legal   string // empty where the case does not say
	answers Answers
	carried Answers
	days    map[string]int // date questions by days from the day of sending
	score   [2]int64       // max_score and max_residual, which stand for a line
}

// lineExample is a golden case of a risk line.
type lineExample struct {
	name   string
	checks []string // ids of the validations that must refuse it
	accept workflows.Role
	line   Line
}

func (f *flowReader) readExamples() {
	names := map[string]bool{}
	for _, n := range f.top.items("examples") {
		m := f.mapping(n, "name", "expect", "expect_legal", "answers")
		m.need("name", "expect", "answers")
		e := example{
			name: m.str("name"), tier: Tier(m.choice("expect", "tier", f.tierNames())),
			legal: m.choice("expect_legal", "legal class", f.flow.LegalRanks), days: map[string]int{},
		}
		f.unique(names, m.place("name"), "example", e.name)
		if m.has("answers") {
			f.exampleAnswers(m.place("answers"), &e)
		}
		f.flow.examples = append(f.flow.examples, e)
	}
	if f.top.has("examples") && len(f.flow.examples) == 0 {
		f.bad(f.top.place("examples"), "", "a flow needs at least one example")
	}
	f.lineExamples()
}

// exampleAnswers reads the answers of an example, with what may stand for answers: days for a date, scores for a line.
func (f *flowReader) exampleAnswers(n *yaml.Node, e *example) {
	e.answers, e.carried = Answers{}, Answers{}
	other, hasOther := f.flow.carriedFlow()
	for _, p := range f.pairs(n) {
		day, isDays := strings.CutSuffix(p.key, daysSuffix)
		q, isQuestion := f.flow.Question(p.key)
		switch dq, ok := f.flow.Question(day); {
		case isQuestion:
			e.answers[p.key] = f.answer(p.value, q)
		case hasOther && slices.Contains(f.flow.Carried.Keys, p.key):
			cq, _ := other.Question(p.key)
			e.carried[p.key] = f.answer(p.value, cq)
		case isDays && ok && dq.Type == Date:
			e.days[day] = f.number(p.value)
		case f.flow.Lines != nil && p.key == maxScoreKey:
			e.score[0] = int64(f.number(p.value))
		case f.flow.Lines != nil && p.key == maxResidualKey:
			e.score[1] = int64(f.number(p.value))
		default:
			f.bad(p.at, didYouMean(p.key, f.flow.keys()), "unknown question %q", p.key)
		}
	}
}

// answer reads a value as the question's type asks.
func (f *flowReader) answer(n *yaml.Node, q Question) Answer {
	switch q.Type {
	case MultiSelect:
		var list []string
		for _, item := range f.list(n) {
			list = append(list, f.oneOf(item, "option", q.values()))
		}
		return Answer{List: list}
	case ControlRefs:
		var list []string
		for _, item := range f.list(n) {
			list = append(list, f.text(item))
		}
		return Answer{List: list}
	case Select:
		return Answer{Text: f.oneOf(n, "option", q.values())}
	case Number:
		return Answer{Number: int64(f.number(n))}
	case Boolean:
		return Answer{Yes: f.yes(n)}
	case ShortText, LongText, User, Date:
	}
	return Answer{Text: f.text(n)}
}

func (f *flowReader) lineExamples() {
	if f.flow.Lines == nil {
		if f.top.has("line_examples") {
			f.bad(f.top.place("line_examples"), "", "the flow has no risk lines")
		}
		return
	}
	var ids []string
	for _, c := range f.flow.Lines.Checks {
		ids = append(ids, c.ID)
	}
	for _, n := range f.top.items("line_examples") {
		m := f.mapping(n, "name", "expect", "accept", "line")
		m.need("name", "expect", "accept", "line")
		e := lineExample{name: m.str("name"), checks: m.choices("expect", "validation", ids), accept: f.roleOf(m, "accept"), line: Line{}}
		for _, p := range m.entries("line") {
			q, ok := f.flow.Lines.field(p.key)
			if !ok {
				f.bad(p.at, didYouMean(p.key, fieldKeys(f.flow.Lines.Fields)), "unknown field %q", p.key)
				continue
			}
			e.line[p.key] = f.answer(p.value, q)
		}
		f.flow.lineCase = append(f.flow.lineCase, e)
	}
}

// fill completes an example: texts, persons, dates and a line, so that it is a form somebody could have sent.
func (f *Flow) fill(e example, today time.Time) (Answers, error) {
	a := maps.Clone(e.answers)
	for _, q := range f.Questions {
		if days, ok := e.days[q.Key]; ok {
			a[q.Key] = Answer{Text: dateOf(today).AddDate(0, 0, days).Format(time.DateOnly)}
		}
		if v := a[q.Key]; v.empty() {
			a[q.Key] = q.sample()
		}
	}
	if f.Lines == nil || e.score == [2]int64{} {
		return a, nil
	}
	line, err := f.Lines.sample(e.score)
	a[LinesKey] = Answer{Lines: []Line{line}}
	return a, err
}

// sample gives a text or a person for what an example leaves out; choices stay as they are.
func (q Question) sample() Answer {
	switch q.Type {
	case ShortText, LongText:
		text := []rune(strings.Repeat("An example text for a golden case. ", 1+q.MaxLength/35))
		return Answer{Text: strings.TrimSpace(string(text[:min(q.MaxLength, 60, len(text))]))}
	case User:
		return Answer{Text: "P-EXAMPLE"}
	case Select, MultiSelect, Date, Number, Boolean, ControlRefs:
	}
	return Answer{}
}

// sample gives a line with these scores.
func (l *RiskLines) sample(score [2]int64) (Line, error) {
	line := Line{}
	for _, q := range l.Shown() {
		line[q.Key] = q.sample()
		if q.Type == Select {
			line[q.Key] = Answer{Text: q.Options[0].Value}
		}
	}
	for i, pair := range [][2]string{l.score, l.residual} {
		a, _ := l.field(pair[0])
		b, _ := l.field(pair[1])
		x, y, ok := product(a, b, score[i])
		if !ok {
			return nil, fmt.Errorf("no line can have the score %d", score[i])
		}
		line[pair[0]], line[pair[1]] = Answer{Number: x}, Answer{Number: y}
	}
	return line, nil
}

func product(a, b Question, want int64) (x, y int64, ok bool) {
	for x = a.Min; x <= a.Max; x++ {
		for y = b.Min; y <= b.Max; y++ {
			if x*y == want {
				return x, y, true
			}
		}
	}
	return 0, 0, false
}

// TestResult is the outcome of one golden case.
type TestResult struct {
	Flow string
	Name string
	Want string
	Got  string
	OK   bool
}

// String gives one line: "ok ai-use: Paste public text: minimal", or what was wanted beside what came.
func (r TestResult) String() string {
	if r.OK {
		return fmt.Sprintf("ok    %s: %s: %s", r.Flow, r.Name, r.Got)
	}
	return fmt.Sprintf("WRONG %s: %s: wanted %s, got %s", r.Flow, r.Name, r.Want, r.Got)
}

// Test runs the golden cases of all flows, as if they were sent on the given day.
func Test(p *Pack, today time.Time) []TestResult {
	var out []TestResult
	for _, f := range p.flows {
		for _, e := range f.examples {
			out = append(out, f.test(e, today))
		}
		for _, e := range f.lineCase {
			out = append(out, f.testLine(e))
		}
	}
	return out
}

func (f *Flow) test(e example, today time.Time) TestResult {
	r := TestResult{Flow: f.Key, Name: e.name, Want: string(e.tier)}
	if e.legal != "" {
		r.Want += ", legal class " + e.legal
	}
	facts := Facts{Today: today, Requester: "P-ASKER", Carried: e.carried}
	a, err := f.fill(e, today)
	if err != nil {
		r.Got = err.Error()
		return r
	}
	if refusal := f.Check(a, 0, facts); refusal != nil {
		r.Got = fmt.Sprintf("a refusal at %s: %s", refusal.Field, refusal.Sentence)
		return r
	}
	s, err := f.Screen(a, facts)
	if err != nil {
		r.Got = err.Error()
		return r
	}
	r.Got = string(s.Assessment.Tier)
	if e.legal != "" {
		r.Got += ", legal class " + s.Assessment.LegalClass
	}
	r.OK = r.Got == r.Want
	return r
}

func (f *Flow) testLine(e lineExample) TestResult {
	values, _ := f.values(Answers{}, Facts{})
	seen := f.Lines.lineValues(values, e.line)
	var got []string
	for _, c := range f.Lines.Checks {
		if c.when.strictly(seen) {
			got = append(got, c.ID)
		}
	}
	say := func(ids []string, by workflows.Role) string {
		if len(ids) == 0 {
			return fmt.Sprintf("fit, accepted by %s", by)
		}
		return fmt.Sprintf("refused by %s, accepted by %s", strings.Join(ids, " and "), by)
	}
	r := TestResult{
		Flow: f.Key, Name: "line: " + e.name, Want: say(e.checks, e.accept), Got: say(got, f.Lines.acceptedBy(seen)),
	}
	r.OK = r.Want == r.Got
	return r
}
