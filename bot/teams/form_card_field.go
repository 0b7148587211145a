package teams

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"steward/bot/card"
	"steward/bot/teams/adaptivecard"
)

// field draws one field: what has to be set right above it, help below. Teams shows no errors of ours at inputs.
func (s *sheet) field(f card.Field) []adaptivecard.Element {
	if f.Kind == card.FieldNote {
		return note(f)
	}
	var out []adaptivecard.Element
	if f.Error != "" {
		e := wrong(f.Error)
		e.Spacing = adaptivecard.SpacingLarge
		out = append(out, e)
	}
	switch f.Kind {
	case card.FieldOne:
		return append(out, helped(f, s.choice(f))...)
	case card.FieldMany:
		return append(out, s.groups(f)...)
	case card.FieldYes:
		f.Required = false // no is an answer
		return append(out, helped(f, adaptivecard.InputToggle{
			Field: s.input(f, ""), Title: wordYes, Value: orNone(first(f.Value)), ValueOn: valueYes, ValueOff: valueNone, Wrap: true,
		})...)
	case card.FieldPerson:
		return append(out, helped(f, s.person(f))...)
	case card.FieldDate:
		return append(out, helped(f, s.date(f))...)
	case card.FieldNumber:
		return append(out, helped(f, s.number(f))...)
	case card.FieldFiles: // the portal alone takes files
		return out
	case card.FieldText, card.FieldLong, card.FieldNote:
	}
	return append(out, helped(f, s.text(f))...)
}

// helped gives an input with its help below.
func helped(f card.Field, input adaptivecard.Element) []adaptivecard.Element {
	if f.Help == "" {
		return []adaptivecard.Element{input}
	}
	return []adaptivecard.Element{input, closer(small(f.Help))}
}

// note draws text to read: a list where it has more than one line.
func note(f card.Field) []adaptivecard.Element {
	head := adaptivecard.Container{Items: []adaptivecard.Element{heading(seen(f.Label), adaptivecard.SizeDefault)}}
	head.Spacing = adaptivecard.SpacingLarge
	out := []adaptivecard.Element{head}
	if f.Help == "" {
		return out
	}
	var lines []string
	for l := range strings.SplitSeq(f.Help, "\n") {
		if l != "" {
			lines = append(lines, l)
		}
	}
	return append(out, pen{}.lines(lines)...)
}

// input gives what the input of a field, or of a further group of its options, has in common.
func (s *sheet) input(f card.Field, group string) adaptivecard.Field {
	out := adaptivecard.Field{Label: calm(f.Label)}
	out.ID = inputField + f.Key + group
	out.Spacing = adaptivecard.SpacingLarge
	if f.Error != "" && group == "" {
		out.Spacing = adaptivecard.SpacingSmall
	}
	if !f.Required {
		return out
	}
	if s.several() { // the client shows no sign then
		out.Label += " *"
		return out
	}
	out.IsRequired, out.ErrorMessage = true, wordFill
	return out
}

func (s *sheet) text(f card.Field) adaptivecard.Element {
	e := adaptivecard.InputText{
		Field: s.input(f, ""), Value: cut(first(f.Value), card.MaxInput), Placeholder: f.Example, IsMultiline: f.Kind == card.FieldLong,
		MaxLength: card.MaxInput,
	}
	if f.MaxLength > 0 {
		// What is too long was typed elsewhere; it is shown as it is, and refused by those who know why.
		e.MaxLength = min(max(f.MaxLength, utf8.RuneCountInString(e.Value)), card.MaxInput)
	}
	return e
}

// person offers the people that are given, and asks for others while a name is typed.
func (s *sheet) person(f card.Field) adaptivecard.Element {
	e := adaptivecard.InputChoiceSet{
		Field: s.input(f, ""), Style: adaptivecard.ChoicesFiltered, Placeholder: wordPerson,
		ChoicesData: &adaptivecard.DataQuery{Dataset: datasetName}, Choices: []adaptivecard.Choice{},
	}
	if id := first(f.Value); utf8.RuneCountInString(id) <= card.MaxOptionLabel { // a longer one is nobody's
		e.Value = id
	}
	there := false
	for _, p := range s.persons {
		there = there || p.Value == e.Value
		e.Choices = append(e.Choices, adaptivecard.Choice{Title: calm(card.Clean(p.Title)), Value: p.Value})
	}
	if e.Value != "" && !there {
		name := f.Shown
		if name == "" {
			name = e.Value
		}
		e.Choices = append([]adaptivecard.Choice{{Title: calm(name), Value: e.Value}}, e.Choices...)
	}
	return e
}

func (s *sheet) date(f card.Field) adaptivecard.Element {
	e := adaptivecard.InputDate{Field: s.input(f, ""), Placeholder: f.Example}
	if _, err := time.Parse(time.DateOnly, first(f.Value)); err == nil {
		e.Value = first(f.Value)
	}
	return e
}

// number takes whole numbers. A value outside of the bounds is not shown; the error above the field tells of it.
func (s *sheet) number(f card.Field) adaptivecard.Element {
	e := adaptivecard.InputNumber{Field: s.input(f, ""), Placeholder: f.Example}
	bounded := f.Min < f.Max
	if bounded {
		e.Min, e.Max = new(f.Min), new(f.Max)
	}
	if n, err := strconv.Atoi(first(f.Value)); err == nil && (!bounded || n >= f.Min && n <= f.Max) {
		e.Value = new(n)
	}
	return e
}

func orNone(v string) string {
	if v == "" {
		return valueNone
	}
	return v
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}
