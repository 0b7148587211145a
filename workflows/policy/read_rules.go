package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cel.dev/cel-go/cel"

	"steward/workflows"
)

// Names derived from answers.
const (
	answersPrefix  = "answers."
	linePrefix     = "line."
	daysSuffix     = "_days"
	maxScoreKey    = "max_score"
	maxResidualKey = "max_residual"
)

// carried reads which answers of the linked request are seen, and takes their questions from that flow.
func (f *flowReader) carried(p *Pack) {
	if !f.top.has("carried") {
		return
	}
	m := f.mapping(f.top.place("carried"), "from", "keys", "same")
	m.need("from", "keys")
	c := Carried{From: m.str("from")}
	other, ok := p.Flow(c.From)
	if !ok {
		var known []string
		for _, one := range p.flows {
			known = append(known, one.Key)
		}
		f.bad(m.place("from"), didYouMean(c.From, known), "unknown flow %q", c.From)
		return
	}
	for _, n := range m.items("keys") {
		key := f.text(n)
		q, ok := other.Question(key)
		switch _, own := f.flow.Question(key); {
		case !ok:
			f.bad(n, didYouMean(key, other.keys()), "flow %q has no question %q", c.From, key)
		case own:
			f.bad(n, "", "%q is a question of this flow already", key)
		default:
			c.Keys = append(c.Keys, key)
			f.flow.vars = append(f.flow.vars, q.variable(answersPrefix, 0))
		}
	}
	for _, n := range m.items("same") {
		key := f.text(n)
		switch _, ok := other.Question(key); {
		case !ok:
			f.bad(n, didYouMean(key, other.keys()), "flow %q has no question %q", c.From, key)
		case slices.Contains(c.Keys, key) || slices.Contains(c.Same, key):
			f.bad(n, "", "%q is carried already", key)
		default:
			c.Same = append(c.Same, key)
		}
	}
	f.flow.Carried = c
}

// presets reports a preset that names an answer the linked request does not have.
func (f *flowReader) presets() {
	for _, q := range f.flow.Questions {
		key, ok := strings.CutPrefix(q.Preset, "request.")
		if !ok {
			continue
		}
		other, has := f.flow.carriedFlow()
		if !has {
			f.bad(f.places[q.Key], "name the flow under carried: from", "question %q has nothing to take %q from", q.Key, q.Preset)
			continue
		}
		if _, ok := other.Question(key); !ok {
			f.bad(f.places[q.Key], didYouMean(key, other.keys()), "flow %q has no question %q", other.Key, key)
		}
	}
}

func (f *Flow) keys() []string {
	out := make([]string, len(f.Questions))
	for i, q := range f.Questions {
		out[i] = q.Key
	}
	return out
}

// scopes declares the variables of the flow.
func (f *flowReader) scopes() bool {
	for _, q := range f.flow.Questions {
		f.flow.vars = append(f.flow.vars, q.variable(answersPrefix, q.Page))
		if q.Type == Date {
			f.flow.vars = append(f.flow.vars, variable{name: answersPrefix + q.Key + daysSuffix, page: q.Page, typ: cel.IntType})
		}
	}
	var lines []variable
	if f.flow.Lines != nil {
		for _, key := range []string{maxScoreKey, maxResidualKey} {
			f.flow.vars = append(f.flow.vars, variable{name: answersPrefix + key, page: f.flow.LinesPage(), typ: cel.IntType})
		}
		for _, q := range f.flow.Lines.Fields {
			lines = append(lines, q.variable(linePrefix, f.flow.LinesPage()))
		}
	}
	var err error
	if f.scope, err = newScope(f.flow.vars); err == nil && f.flow.Lines != nil {
		f.lines, err = newScope(slices.Concat(f.flow.vars, lines))
	}
	if err != nil {
		f.bad(f.top.place("questions"), "", "the questions cannot be used in conditions: %v", err)
	}
	return err == nil
}

// idPattern is what the id of a rule or validation looks like.
var idPattern = regexp.MustCompile(`^[A-Z][A-Z0-9]{0,9}$`)

// id reads the id of a rule or validation, "H04".
func (f *flowReader) id(m mapping, seen map[string]bool, what string) string {
	id := m.str("id")
	if id != "" && !idPattern.MatchString(id) {
		f.bad(m.place("id"), "capital letters and digits, as in H04", "%q cannot be an id", id)
	}
	f.unique(seen, m.place("id"), what, id)
	return id
}

func (f *flowReader) validations() {
	seen := map[string]bool{}
	for _, n := range f.top.items("validations") {
		m := f.mapping(n, "id", "field", "when", "message")
		m.need("id", "field", "when", "message")
		v := Validation{ID: f.id(m, seen, "validation"), Field: m.choice("field", "question", f.flow.keys()), Message: m.str("message")}
		v.when = f.when(m, "when")
		q, _ := f.flow.Question(v.Field)
		if page := f.scope.lastPage(v.when); v.when != nil && v.Field != "" && page != q.Page {
			f.bad(m.place("field"), fmt.Sprintf("choose a field of page %d", page),
				"%q is on page %d, but the condition reads page %d last", v.Field, q.Page, page)
		}
		f.flow.Validations = append(f.flow.Validations, v)
	}
}

func (f *flowReader) rules() {
	seen := map[string]bool{}
	for _, n := range f.top.items("rules") {
		m := f.mapping(n, "id", "when", "floor", "legal_class", "points", "category", "reason", "question", "refs")
		m.need("id", "when", "category", "reason")
		r := Rule{
			ID: f.id(m, seen, "rule"), Points: m.num("points"), Floor: Tier(m.str("floor")), Reason: m.str("reason"),
			LegalClass: m.choice("legal_class", "legal class", f.flow.LegalRanks), Question: m.str("question"),
			Category: m.choice("category", "category", f.org.categories()), Refs: f.refs(m, "refs"), when: f.when(m, "when"),
		}
		r.View = f.org.viewOf(r.Category)
		f.tierAt(m.place("floor"), string(r.Floor))
		if r.Points < 0 {
			f.bad(m.place("points"), "points only add up", "a rule cannot take points away")
		}
		if r.LegalClass == string(TierProhibited) && r.Floor != TierProhibited {
			f.bad(m.place("legal_class"), "", "what may be a banned practice needs the floor %q", string(TierProhibited))
		}
		f.flow.Rules = append(f.flow.Rules, r)
	}
}

func (f *flowReader) conditions() {
	seen := map[string]bool{}
	for _, n := range f.top.items("conditions") {
		m := f.mapping(n, "key", "label", "text", "suggest_when", "required", "required_for", "verifier", "due", "evidence", "refs", "each_line")
		m.need("key", "label", "text", "suggest_when", "verifier", "due", "evidence")
		c := ConditionRule{
			Condition: Condition{
				Key: m.str("key"), Label: m.str("label"), Text: m.str("text"), Verifier: f.roleOf(m, "verifier"),
				Due: f.due(m), Evidence: m.str("evidence"), Refs: f.refs(m, "refs"),
			},
			Binding: m.flag("required"), RequiredFor: f.tierList(m, "required_for"), EachLine: f.eachLine(m), when: f.when(m, "suggest_when"),
		}
		if f.unique(seen, m.place("key"), "condition", c.Condition.Key) && !keyPattern.MatchString(c.Condition.Key) {
			f.bad(m.place("key"), keyHint, "%q cannot be a key", c.Condition.Key)
		}
		f.within(m.place("label"), "label", c.Condition.Label, optionMax)
		if v := c.Condition.Verifier; v == workflows.Owner || v == workflows.Requester {
			f.bad(m.place("verifier"), "choose a role beside the owner", "the %s cannot verify their own condition", string(v))
		}
		f.flow.Conditions = append(f.flow.Conditions, c)
	}
}

// due reads "before_go_live" or "+30d".
func (f *flowReader) due(m mapping) Due {
	text := m.str("due")
	if text == "before_go_live" {
		return Due{BeforeGoLive: true}
	}
	days, ok := strings.CutPrefix(text, "+")
	days, unit := strings.CutSuffix(days, "d")
	n, err := strconv.Atoi(days)
	if text != "" && (!ok || !unit || err != nil || n < 1 || n > 366) {
		f.bad(m.place("due"), `"before_go_live", or days after the approval as in "+30d"`, "%q is no due date", text)
	}
	return Due{Days: n}
}
