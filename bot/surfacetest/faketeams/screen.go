package faketeams

import (
	"regexp"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/bot/surfacetest"
	"steward/workflows"
)

const (
	// goVerb begins the verb of a button that sends a form.
	goVerb = "go:"
	// none is the choice that stands for no answer.
	none = ","
)

// idLike is the short id of a thing.
var idLike = regexp.MustCompile(`^[A-Z]{1,8}-[0-9]+$`)

// screen is a message or a dialog as its reader takes it in. Nothing, after a dialog was closed, is an empty screen.
func (c *Client) screen(who workflows.PersonID, on Target) surfacetest.Screen {
	s := surfacetest.Screen{Who: who, Refused: c.refused(who)}
	if on == nil {
		return s
	}
	s.Page = on
	for _, b := range pressable(on) {
		s.Buttons = append(s.Buttons, b.Button)
	}
	at := on.target()
	if at.message != nil {
		s.Text = at.message.SeenWords()
	} else {
		s.Text = at.dialog.Words()
		if slices.ContainsFunc(s.Buttons, func(b surfacetest.Button) bool { return strings.HasPrefix(b.Verb, goVerb) }) {
			s.Form = &surfacetest.Form{Fields: fieldsOf(*at.dialog)}
			s.Refused = s.Refused || slices.ContainsFunc(s.Form.Fields, func(f surfacetest.Field) bool { return f.Error != "" })
		}
	}
	if s.Form == nil {
		s.About = aboutOf(on, s.Text)
	}
	return s
}

// button is a button with the control behind it: where a question stands before, the one that answers yes.
type button struct {
	surfacetest.Button

	control Control
	about   string
}

// pressable lists the buttons of a message or a dialog.
func pressable(on Target) []button {
	all := on.target().controls()
	var out []button
	for _, c := range all {
		if c.Within != "" {
			continue
		}
		b := button{Button: surfacetest.Button{Label: c.Title}, control: c}
		if c.Type == "Action.ShowCard" {
			yes, ok := answerOf(all, c)
			if !ok {
				continue
			}
			b.control = yes
		}
		if way := b.control.datum("go"); way != "" {
			b.Verb, b.Arg = goVerb+way, b.control.datum("form")
		} else if a, err := card.ParseAction(b.control.datum("act")); err == nil {
			b.Verb, b.Arg, b.about = a.Verb, a.Arg, a.About
		}
		out = append(out, b)
	}
	return out
}

// aboutOf gives the id of the one thing that is shown: all buttons are about it, or a line begins with it.
func aboutOf(on Target, text string) string {
	var ids []string
	for _, b := range pressable(on) {
		if ref, ok := workflows.ParseRef(b.about); ok && !slices.Contains(ids, ref.ID) {
			ids = append(ids, ref.ID)
		}
	}
	if len(ids) == 1 {
		return ids[0]
	}
	for line := range strings.SplitSeq(text, "\n") {
		if first, _, _ := strings.Cut(line, " "); idLike.MatchString(first) {
			return first
		}
	}
	return ""
}

// further is the end of the id of a further group of the same question.
var further = regexp.MustCompile(`:(alone|[0-9]+)$`)

// fieldKey gives the key of the field that an input belongs to, "" where it is none.
func fieldKey(id string) string {
	key, ok := strings.CutPrefix(id, "f:")
	if !ok {
		return ""
	}
	return further.ReplaceAllString(key, "")
}

// fieldsOf reads the inputs of a dialog. The groups of one question are one field.
func fieldsOf(d Dialog) []surfacetest.Field {
	var out []surfacetest.Field
	at := map[string]int{}
	walkErrors(d.Card["body"], new(string), func(e object, said string) {
		key := fieldKey(str(e, "id"))
		if key == "" {
			return
		}
		if _, known := at[key]; !known {
			at[key] = len(out)
			out = append(out, surfacetest.Field{Key: key, Kind: kindOfInput(e)})
		}
		f := &out[at[key]]
		for _, o := range list(e["choices"]) {
			if v := str(o, "value"); v != none {
				f.Options = append(f.Options, v)
			}
		}
		f.Value = append(f.Value, valuesOf(e, d.Values[str(e, "id")])...)
		for _, text := range []string{said, d.Errors[str(e, "id")]} {
			if text != "" {
				f.Error = text
			}
		}
	})
	return out
}

// walkErrors visits the inputs of elements with the text before each that calls for attention: Teams knows no errors of the
// server at inputs, so that they stand above.
func walkErrors(v any, said *string, visit func(e object, said string)) {
	for _, e := range list(v) {
		switch {
		case strings.HasPrefix(str(e, "type"), "Input."):
			visit(e, *said)
			*said = ""
			continue
		case calls(e):
			*said = words(object{"body": []any{e}}, "", nil)
		}
		for _, key := range []string{"items", "columns"} {
			walkErrors(e[key], said, visit)
		}
	}
}

// calls says that a text has the colour of what calls for attention.
func calls(e object) bool {
	return strings.EqualFold(str(e, "color"), "attention") ||
		slices.ContainsFunc(list(e["inlines"]), func(r object) bool { return strings.EqualFold(str(r, "color"), "attention") })
}

// valuesOf gives what an input holds as plain values.
func valuesOf(e object, text string) []string {
	switch {
	case text == "" || text == none && str(e, "type") == "Input.ChoiceSet":
		return nil
	case str(e, "type") == "Input.Toggle" && text != on(e):
		return nil
	case truth(e, "isMultiSelect"):
		return strings.Split(text, ",")
	}
	return []string{text}
}

func kindOfInput(e object) card.FieldKind {
	switch str(e, "type") {
	case "Input.Text":
		if truth(e, "isMultiline") {
			return card.FieldLong
		}
		return card.FieldText
	case "Input.ChoiceSet":
		switch {
		case e["choices.data"] != nil:
			return card.FieldPerson
		case truth(e, "isMultiSelect"):
			return card.FieldMany
		}
		return card.FieldOne
	case "Input.Toggle":
		return card.FieldYes
	case "Input.Date":
		return card.FieldDate
	case "Input.Number":
		return card.FieldNumber
	}
	return card.FieldText
}
