package fakeslack

import (
	"regexp"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/bot/surfacetest"
	"steward/workflows"
)

// idLike is the short id of a thing.
var idLike = regexp.MustCompile(`^[A-Z]{1,8}-[0-9]+$`)

// screen is a message or a view as its reader takes it in. Nothing, after a modal was closed, is an empty screen.
func (c *Client) screen(who workflows.PersonID, on Target) surfacetest.Screen {
	s := surfacetest.Screen{Who: who, Refused: c.refused(who)}
	if on == nil {
		return s
	}
	s.Page = on
	var blocks []map[string]any
	switch at := on.target(); {
	case at.message != nil:
		s.Text, blocks = at.message.Words(), at.message.Blocks
	default:
		s.Text, blocks = at.view.Words(), at.view.Blocks
		s.Refused = s.Refused || len(at.view.Errors) > 0
		if at.view.Submit != "" {
			s.Form = &surfacetest.Form{Fields: fieldsOf(*at.view)}
		}
	}
	s.Refused = s.Refused || slices.ContainsFunc(blocks, func(b map[string]any) bool {
		return strings.HasPrefix(str(b, "block_id"), RefusedBlock)
	})
	for _, b := range pressable(on) {
		s.Buttons = append(s.Buttons, b.Button)
	}
	if s.Form == nil {
		s.About = aboutOf(on, s.Text)
	}
	return s
}

// button is a button, or a choice of a menu, with what it stands in.
type button struct {
	surfacetest.Button

	control Control
	value   string
	about   string
}

// pressable lists the buttons of a message or a view, and the choices of its menus.
func pressable(on Target) []button {
	var all []Control
	if at := on.target(); at.message != nil {
		all = at.message.Controls()
	} else {
		all = at.view.Controls()
	}
	var out []button
	for _, c := range all {
		switch c.Type {
		case "button":
			out = append(out, buttonOf(c, c.Label, c.Value))
		case "overflow":
			for _, o := range c.Options {
				out = append(out, buttonOf(c, o.Label, o.Value))
			}
		}
	}
	return out
}

func buttonOf(c Control, label, value string) button {
	b := button{Button: surfacetest.Button{Label: label}, control: c, value: value}
	if strings.HasPrefix(c.Action, "go:") {
		b.Verb, b.Arg = c.Action, value
		return b
	}
	if a, err := card.ParseAction(value); err == nil {
		b.Verb, b.Arg, b.about = a.Verb, a.Arg, a.About
	}
	return b
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

// further is the end of an action id of a further group of the same question.
var further = regexp.MustCompile(`:(alone|[0-9]+)$`)

// fieldKey gives the key of the field that an input belongs to, "" where it is none.
func fieldKey(action string) string {
	key, ok := strings.CutPrefix(action, "f:")
	if !ok {
		if key, ok = strings.CutPrefix(action, "p:"); !ok {
			return ""
		}
	}
	return further.ReplaceAllString(key, "")
}

// fieldsOf reads the inputs of a view. The groups of one question are one field.
func fieldsOf(v View) []surfacetest.Field {
	var out []surfacetest.Field
	at := map[string]int{}
	for _, e := range elements(v.Blocks) {
		key := fieldKey(str(e.is, "action_id"))
		if str(e.block, "type") != "input" || key == "" {
			continue
		}
		if _, known := at[key]; !known {
			at[key] = len(out)
			out = append(out, surfacetest.Field{Key: key, Kind: kindOf(e.is)})
		}
		f := &out[at[key]]
		if k := kindOf(e.is); k == card.FieldMany {
			f.Kind = k // a question with one group of boxes takes several answers
		}
		for _, o := range options(e.is) {
			f.Options = append(f.Options, str(o, "value"))
		}
		block := str(e.block, "block_id")
		f.Value = append(f.Value, heldValues(v.State[block][str(e.is, "action_id")])...)
		if text := v.Errors[block]; text != "" {
			f.Error = text
		}
	}
	return out
}

func kindOf(e object) card.FieldKind {
	switch str(e, "type") {
	case "plain_text_input":
		if truth(e, "multiline") {
			return card.FieldLong
		}
		return card.FieldText
	case "static_select", "radio_buttons":
		return card.FieldOne
	case "checkboxes":
		if all := options(e); len(all) == 1 && str(all[0], "value") == "yes" {
			return card.FieldYes
		}
		return card.FieldMany
	case "external_select":
		return card.FieldPerson
	case "datepicker":
		return card.FieldDate
	case "number_input":
		return card.FieldNumber
	}
	return card.FieldText
}
