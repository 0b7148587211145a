package policy

import (
	"slices"
	"strings"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	"go.yaml.in/yaml/v4"
)

// What the chat platforms can show. Slack is the narrowest: a modal title has 24 characters, an option text 75, a group of
// checkboxes 10 options, a select 100, and a text field holds 3000 characters.
const (
	titleMax   = 24
	labelMax   = 48
	helpMax    = 150
	optionMax  = 75
	groupMax   = 10
	choicesMax = 100
	lengthMax  = 3000
	pagesMax   = 5
	refsMax    = 50 // picked controls of one answer
	refLength  = 40
	idLength   = 64 // of a person
)

// within reports a text that is longer than a platform can show.
func (r *reader) within(n *yaml.Node, what, text string, most int) {
	if got := utf8.RuneCountInString(text); got > most {
		r.bad(n, "shorten it", "the %s has %d characters, a chat form shows %d", what, got, most)
	}
}

func questionTypes() []string {
	return []string{
		string(ShortText), string(LongText), string(Select), string(MultiSelect), string(User), string(Date), string(Number),
		string(Boolean), string(ControlRefs),
	}
}

// reserved are the words CEL keeps for itself, and the names the flow derives.
func reserved() []string {
	return []string{
		"as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop", "package",
		"namespace", "null", "return", "true", "var", "void", "while", LinesKey, maxScoreKey, maxResidualKey,
	}
}

func (f *flowReader) questions() {
	seen := map[string]bool{}
	for _, n := range f.top.items("questions") {
		q := f.question(n)
		if f.unique(seen, n, "question", q.Key) {
			f.flow.Questions = append(f.flow.Questions, q)
			f.places[q.Key] = n
		}
	}
	slices.SortStableFunc(f.flow.Questions, func(a, b Question) int { return a.Page - b.Page })
	pages := map[int]bool{}
	for _, q := range f.flow.Questions {
		pages[q.Page] = true
	}
	for page := range pagesMax {
		if pages[page+2] && !pages[page+1] {
			f.bad(f.top.place("questions"), "", "page %d has no question but page %d has", page+1, page+2)
		}
	}
}

func (f *flowReader) question(n *yaml.Node) Question {
	m := f.mapping(n, "key", "page", "label", "type", "required", "max_length", "min", "max", "max_months", "help", "preset",
		"ask_if", "exclusive", "options", "serves")
	m.need("key", "page", "label", "type")
	q := f.field(m)
	q.Page, q.Preset, q.AskIf = m.num("page"), m.str("preset"), m.str("ask_if")
	if m.has("ask_if") && f.asks[q.Key] == nil {
		f.asks[q.Key] = m.place("ask_if")
	}
	q.Serves = f.refs(m, "serves")
	if m.has("page") && (q.Page < 1 || q.Page > pagesMax) {
		f.bad(m.place("page"), "", "pages go from 1 to %d", pagesMax)
		q.Page = 1
	}
	if q.Preset != "" && q.Preset != "requester" && !strings.HasPrefix(q.Preset, "request.") {
		f.bad(m.place("preset"), `"requester", or "request.KEY" for an answer of the linked request`, "unknown preset %q", q.Preset)
	}
	return q
}

// field reads what questions and fields of risk lines have in common.
func (f *flowReader) field(m mapping) Question {
	q := Question{
		Key: m.str("key"), Label: m.str("label"), Help: m.str("help"), Required: m.flag("required"), MaxLength: m.num("max_length"),
		Min: int64(m.num("min")), Max: int64(m.num("max")), MaxMonths: m.num("max_months"),
		Type: QuestionType(m.choice("type", "type", questionTypes())),
	}
	if q.Key != "" && !keyPattern.MatchString(q.Key) {
		f.bad(m.place("key"), keyHint, "%q cannot be a key", q.Key)
	}
	if slices.Contains(reserved(), q.Key) || strings.HasSuffix(q.Key, daysSuffix) {
		f.bad(m.place("key"), "choose another one", "the key %q has a meaning of its own", q.Key)
	}
	f.within(m.place("label"), "label", q.Label, labelMax)
	f.within(m.place("help"), "help", q.Help, helpMax)
	f.fits(m, q)
	q.Options = f.options(m, q)
	q.Exclusive = f.exclusive(m, q)
	return q
}

// fits reports keys that mean nothing for the question's type, and limits that are missing.
func (f *flowReader) fits(m mapping, q Question) {
	texts := []QuestionType{ShortText, LongText}
	choices := []QuestionType{Select, MultiSelect}
	for key, types := range map[string][]QuestionType{
		"max_length": texts, "options": choices, "exclusive": {MultiSelect}, "min": {Number}, "max": {Number}, "max_months": {Date},
	} {
		if m.has(key) && q.Type != "" && !slices.Contains(types, q.Type) {
			f.bad(m.place(key), "", "%q means nothing for a question of type %s", key, q.Type)
		}
	}
	if slices.Contains(texts, q.Type) && (q.MaxLength < 1 || q.MaxLength > lengthMax) {
		f.bad(m.place("max_length"), "", "a text needs a max_length from 1 to %d", lengthMax)
	}
	if slices.Contains(choices, q.Type) && !m.has("options") {
		f.bad(m.node, "", "a choice needs options")
	}
	if q.Type == Number && q.Max < q.Min {
		f.bad(m.place("max"), "", "max is below min")
	}
}

func (f *flowReader) options(m mapping, q Question) []Option {
	var out []Option
	seen := map[string]bool{}
	for _, n := range m.items("options") {
		om := f.mapping(n, "value", "label")
		om.need("value", "label")
		o := Option{Value: om.str("value"), Label: om.str("label")}
		switch {
		case strings.Contains(o.Value, ","):
			f.bad(om.place("value"), "a list is written with commas", "the value %q has a comma", o.Value)
		case o.Value != strings.TrimSpace(o.Value) || utf8.RuneCountInString(o.Value) > optionMax:
			f.bad(om.place("value"), "", "the value %q is too long or has spaces around it", o.Value)
		}
		f.within(om.place("label"), "label", o.Label, optionMax)
		if f.unique(seen, om.place("value"), "option", o.Value) {
			out = append(out, o)
		}
	}
	if q.Type == Select && len(out) > choicesMax {
		f.bad(m.place("options"), "split the question", "there are %d options, a chat form shows %d", len(out), choicesMax)
	}
	return out
}

// exclusive reads the values that stand alone. They are drawn as a group of their own.
func (f *flowReader) exclusive(m mapping, q Question) []string {
	var values []string
	for _, o := range q.Options {
		values = append(values, o.Value)
	}
	out := m.choices("exclusive", "option", values)
	if q.Type != MultiSelect {
		return out
	}
	switch rest := len(q.Options) - len(out); {
	case len(q.Options) > groupMax && len(out) == 0:
		f.bad(m.place("options"), "name the values that stand alone under exclusive", "there are %d options, a group shows %d",
			len(q.Options), groupMax)
	case rest > groupMax || len(out) > groupMax:
		f.bad(m.place("options"), "split the question",
			"a group of options shows %d, here are %d beside %d exclusive ones", groupMax, rest, len(out))
	}
	return out
}

// askIfs compiles the conditions under which questions are asked. They look back, never sideways or ahead: a page must be
// known before it is shown.
func (f *flowReader) askIfs() {
	for _, q := range f.flow.Questions {
		ask := f.asks[q.Key]
		if ask == nil {
			continue
		}
		e := f.scope.compile(f.reader, ask)
		if page := f.scope.lastPage(e); page >= q.Page {
			f.bad(ask, "ask_if reads earlier pages only", "question %q of page %d depends on page %d", q.Key, q.Page, page)
		}
		f.flow.terms[q.Key] = e
	}
}

// variable gives the variable of a question.
func (q Question) variable(prefix string, page int) variable {
	v := variable{name: prefix + q.Key, page: page, typ: cel.StringType, length: idLength}
	switch q.Type {
	case MultiSelect:
		v.typ, v.count, v.length, v.options = cel.ListType(cel.StringType), uint64(len(q.Options)), optionMax, q.values()
	case ControlRefs:
		v.typ, v.count, v.length = cel.ListType(cel.StringType), refsMax, refLength
	case Select:
		v.length, v.options = optionMax, q.values()
	case Number:
		v.typ = cel.IntType
	case Boolean:
		v.typ = cel.BoolType
	case ShortText, LongText:
		v.length = uint64(max(q.MaxLength, 0))
	case User, Date:
	}
	return v
}

// values gives the option values of a question.
func (q Question) values() []string {
	out := make([]string, len(q.Options))
	for i, o := range q.Options {
		out[i] = o.Value
	}
	return out
}
