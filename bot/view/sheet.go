package view

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/policy"
)

// Sheet is a form as far as somebody has filled it in.
type Sheet struct {
	Draft policy.Draft
	// Typed are the values of the page as they came in, where they could not be taken; nil shows the draft's.
	Typed  card.Values
	Errors map[string]string // by field
	Error  string            // for the whole form
	Note   string            // said on top: what was kept, what changed
}

// Names gives the names of persons for a form.
type Names func(workflows.PersonID) string

// ownPrefix marks the answers of a draft that belong to the form and not to a question of the flow. No question's key can
// begin with it.
const ownPrefix = "_"

// Own gives what was filled into a field of the form itself, such as a reason.
func Own(d policy.Draft, key string) policy.Answer { return d.Answers[ownPrefix+key] }

// SetOwn keeps what was filled into a field of the form itself.
func SetOwn(d *policy.Draft, key string, a policy.Answer) {
	out := make(policy.Answers, len(d.Answers)+1)
	maps.Copy(out, d.Answers)
	out[ownPrefix+key] = a
	d.Answers = out
}

// form begins a form with what its draft says.
func (s Sheet) form(title, submit string) card.Form {
	f := card.Form{
		ID: s.Draft.ID, Revision: s.Draft.Revision, Title: short(title, card.MaxFormTitle), Submit: short(submit, card.MaxSubmit), Error: s.Error,
	}
	if s.Draft.About.ID != "" {
		f.About = s.Draft.About.String()
	}
	if s.Note != "" {
		f.Intro = append(f.Intro, s.Note)
	}
	return f
}

// text makes a field for text of the form itself.
func (s Sheet) text(kind card.FieldKind, key, label, help string, most int) card.Field {
	f := card.Field{Key: key, Kind: kind, Label: label, Help: help, MaxLength: most, Error: s.Errors[key]}
	s.fill(&f, []string{Own(s.Draft, key).Text})
	return f
}

// fill puts the value of a field in: as typed where the page came back, else what is stored.
func (s Sheet) fill(f *card.Field, stored []string) {
	value := stored
	if typed, ok := s.Typed[f.Key]; ok || s.Typed != nil {
		value = typed
	}
	for _, v := range value {
		if v == "" {
			continue
		}
		f.Value = append(f.Value, v)
	}
	if f.Kind != card.FieldMany && len(f.Value) > 1 {
		f.Value = f.Value[:1]
	}
	if f.Kind == card.FieldOne || f.Kind == card.FieldMany {
		f.Value = slices.DeleteFunc(f.Value, func(v string) bool {
			return !slices.ContainsFunc(f.Options, func(o card.Option) bool { return o.Value == v })
		})
	}
	for _, o := range f.Options {
		if o.Locked && !slices.Contains(f.Value, o.Value) {
			f.Value = append(f.Value, o.Value)
		}
	}
}

// field makes the field of a question. prefix stands before its key where it is a field of a risk line.
func (s Sheet) field(q policy.Question, a policy.Answer, prefix string, names Names) card.Field {
	f := card.Field{
		Key: prefix + q.Key, Label: short(q.Label, card.MaxFieldLabel), Help: short(q.Help, card.MaxHelp), Required: q.Required,
		MaxLength: min(q.MaxLength, card.MaxInput), Error: s.Errors[prefix+q.Key], Serves: q.Serves,
	}
	f.Kind = kindOf(q.Type)
	switch q.Type {
	case policy.Select, policy.MultiSelect:
		for _, o := range q.Options {
			f.Options = append(f.Options, card.Option{Value: o.Value, Label: o.Label})
		}
		f.Alone = q.Exclusive
	case policy.Number:
		f.Min, f.Max = int(q.Min), int(q.Max)
	case policy.ControlRefs:
		f.MaxLength = card.MaxInput
		if f.Help == "" {
			f.Help = textControlsHelp
		}
		f.Example = textControlsExample
	case policy.ShortText, policy.LongText, policy.User, policy.Date, policy.Boolean:
	}
	s.fill(&f, Typed(q, a))
	if q.Type == policy.User && len(f.Value) > 0 && names != nil {
		f.Shown = names(workflows.PersonID(f.Value[0]))
	}
	return f
}

func kindOf(t policy.QuestionType) card.FieldKind {
	switch t {
	case policy.LongText:
		return card.FieldLong
	case policy.Select:
		return card.FieldOne
	case policy.MultiSelect:
		return card.FieldMany
	case policy.User:
		return card.FieldPerson
	case policy.Date:
		return card.FieldDate
	case policy.Number:
		return card.FieldNumber
	case policy.Boolean:
		return card.FieldYes
	case policy.ShortText, policy.ControlRefs:
	}
	return card.FieldText
}

// Typed gives an answer as the values of its field.
func Typed(q policy.Question, a policy.Answer) []string {
	switch q.Type {
	case policy.MultiSelect:
		return slices.Clone(a.List)
	case policy.ControlRefs:
		if len(a.List) > 0 {
			return []string{strings.Join(a.List, ", ")}
		}
	case policy.Number:
		if a.Number != 0 {
			return []string{strconv.FormatInt(a.Number, 10)}
		}
	case policy.Boolean:
		if a.Yes {
			return []string{yes}
		}
	case policy.ShortText, policy.LongText, policy.Select, policy.User, policy.Date:
		if a.Text != "" {
			return []string{a.Text}
		}
	}
	return nil
}

// yes is the value of a tick.
const yes = "yes"

// Read gives the answer that was typed into the field of a question, and what stands at the field where it cannot be one.
func Read(q policy.Question, typed []string) (policy.Answer, string) {
	first := ""
	if len(typed) > 0 {
		first = typed[0]
	}
	switch q.Type {
	case policy.MultiSelect:
		return policy.Answer{List: slices.DeleteFunc(slices.Clone(typed), func(v string) bool { return v == "" })}, ""
	case policy.ControlRefs:
		return policy.Answer{List: refs(typed)}, ""
	case policy.Number:
		if first = strings.TrimSpace(first); first == "" {
			return policy.Answer{}, ""
		}
		n, err := strconv.ParseInt(first, 10, 64)
		if err != nil {
			return policy.Answer{}, errorNumber
		}
		return policy.Answer{Number: n}, ""
	case policy.Boolean:
		return policy.Answer{Yes: first == yes}, ""
	case policy.ShortText, policy.LongText, policy.Select, policy.User, policy.Date:
	}
	return policy.Answer{Text: first}, ""
}

// refs splits what was typed as control ids: commas, semicolons or lines between them.
func refs(typed []string) []string {
	var out []string
	for _, v := range typed {
		for _, id := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
			if id = strings.TrimSpace(id); id != "" {
				out = append(out, id)
			}
		}
	}
	return out
}
