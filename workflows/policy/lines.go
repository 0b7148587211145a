package policy

import (
	"slices"

	"go.yaml.in/yaml/v4"

	"steward/workflows"
)

// RiskLines are the lines of an assessment: what could happen, what is done about it, what is left, who accepts that.
type RiskLines struct {
	Min, Max int
	Fields   []Question // in the order of the form
	Filled   []string   // fields that are never typed in but filled when the stage is decided
	Levels   []Level    // lowest first
	Checks   []Validation
	accept   []acceptRule
	require  *expr // at least one line while it holds
	score    [2]string
	residual [2]string
}

// Level names a range of scores.
type Level struct {
	Name string
	Min  int
}

type acceptRule struct {
	by   workflows.Role
	when *expr
}

// Level gives the name of the level of a score.
func (l *RiskLines) Level(score int64) string {
	name := ""
	for _, level := range l.Levels {
		if score >= int64(level.Min) {
			name = level.Name
		}
	}
	return name
}

// Shown gives the fields a person fills in.
func (l *RiskLines) Shown() []Question {
	var out []Question
	for _, q := range l.Fields {
		if !slices.Contains(l.Filled, q.Key) {
			out = append(out, q)
		}
	}
	return out
}

func (l *RiskLines) field(key string) (Question, bool) {
	i := slices.IndexFunc(l.Fields, func(q Question) bool { return q.Key == key })
	if i < 0 {
		return Question{}, false
	}
	return l.Fields[i], true
}

func (f *flowReader) linesMapping(r *reader) mapping {
	return r.mapping(f.top.place("risk_lines"), "min", "max", "require", "fields", "score", "residual", "levels", "accept", "validations")
}

// riskLineFields reads what conditions need to know of the lines.
func (f *flowReader) riskLineFields() {
	if !f.top.has("risk_lines") {
		return
	}
	m := f.linesMapping(f.reader)
	m.need("max", "fields", "score", "residual", "levels", "accept")
	l := &RiskLines{Min: m.num("min"), Max: m.num("max")}
	if l.Max < 1 || l.Max > 50 || l.Min > l.Max || l.Min < 0 {
		f.bad(m.place("max"), "", "there can be 1 to 50 lines, and max is not below min")
	}
	seen := map[string]bool{}
	for _, n := range m.items("fields") {
		fm := f.mapping(n, "key", "label", "type", "required", "max_length", "min", "max", "max_months", "help", "exclusive", "options", "filled")
		fm.need("key", "label", "type")
		q := f.field(fm)
		if fm.choice("filled", "moment", []string{"on_acceptance"}) != "" {
			l.Filled = append(l.Filled, q.Key)
		}
		if f.unique(seen, n, "field", q.Key) {
			l.Fields = append(l.Fields, q)
		}
	}
	l.score, l.residual = f.factors(m, l, "score"), f.factors(m, l, "residual")
	for _, n := range m.items("levels") {
		lm := f.mapping(n, "level", "min")
		lm.need("level", "min")
		level := Level{Name: lm.str("level"), Min: lm.num("min")}
		if k := len(l.Levels); k > 0 && level.Min <= l.Levels[k-1].Min {
			f.bad(n, "", "levels must rise")
		}
		l.Levels = append(l.Levels, level)
	}
	f.flow.Lines = l
}

// factors reads the two number fields that make up a score: score: [likelihood, consequence].
func (f *flowReader) factors(m mapping, l *RiskLines, key string) [2]string {
	var out [2]string
	items := m.items(key)
	if m.has(key) && len(items) != 2 {
		f.bad(m.place(key), "write it as [likelihood, consequence]", "a %s is the product of two fields", key)
		return out
	}
	for i, n := range items {
		out[i] = f.text(n)
		if q, ok := l.field(out[i]); out[i] != "" && (!ok || q.Type != Number) {
			f.bad(n, didYouMean(out[i], fieldKeys(l.Fields)), "%q is no number field of a line", out[i])
		}
	}
	return out
}

func fieldKeys(fields []Question) []string {
	out := make([]string, len(fields))
	for i, q := range fields {
		out[i] = q.Key
	}
	return out
}

// riskLineRules compiles the conditions of the lines.
func (f *flowReader) riskLineRules() {
	if f.flow.Lines == nil {
		return
	}
	quiet := *f.reader
	quiet.problems = &Problems{} // unknown keys were reported when the fields were read
	m := f.linesMapping(&quiet)
	m.reader = f.reader
	l := f.flow.Lines
	if m.has("require") {
		l.require = f.scope.compile(f.reader, m.place("require"))
	}
	l.accept = f.acceptRules(m)
	seen := map[string]bool{}
	for _, n := range m.items("validations") {
		vm := f.mapping(n, "id", "field", "when", "message")
		vm.need("id", "field", "when", "message")
		v := Validation{ID: f.id(vm, seen, "validation"), Field: vm.choice("field", "field", fieldKeys(l.Shown())), Message: vm.str("message")}
		if vm.has("when") {
			v.when = f.lines.compile(f.reader, vm.place("when"))
		}
		l.Checks = append(l.Checks, v)
	}
}

func (f *flowReader) acceptRules(m mapping) []acceptRule {
	var out []acceptRule
	var last *yaml.Node
	for _, n := range m.items("accept") {
		am := f.mapping(n, "when", "by")
		am.need("when", "by")
		one := acceptRule{by: f.roleOf(am, "by")}
		if am.has("when") {
			one.when = f.lines.compile(f.reader, am.place("when"))
		}
		out, last = append(out, one), n
	}
	if last != nil && !out[len(out)-1].when.always() {
		f.bad(last, `let the last one hold always: when: "true"`, "a line could be accepted by nobody")
	}
	return out
}
