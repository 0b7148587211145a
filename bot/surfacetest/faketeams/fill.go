package faketeams

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Values are what a person fills in, by the ids of inputs. A person or anything else that the app suggests is looked for by
// the value itself; see [Server.Pick] for another query.
type Values map[string][]string

// Fill fills something into the open dialog, as typing and choosing do, and sends nothing.
func (s *Server) Fill(ctx context.Context, user string, values Values) error {
	d, ok := s.Dialog(user)
	if !ok {
		return fmt.Errorf("a dialog of %s: %w", user, errNotThere)
	}
	inputs := allInputs(d.Card)
	for id, v := range values {
		i := slices.IndexFunc(inputs, func(e object) bool { return str(e, "id") == id })
		if i < 0 {
			return fmt.Errorf("input %q: %w", id, errNotThere)
		}
		text, err := typed(inputs[i], v)
		if err != nil && inputs[i]["choices.data"] != nil {
			if err := s.Pick(ctx, user, id, v[0], v[0]); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return fmt.Errorf("input %q: %w", id, err)
		}
		s.hold(user, id, text)
	}
	return nil
}

// hold puts something into an input of the open dialog.
func (s *Server) hold(user, id, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d, ok := s.dialogs[user]; ok {
		d.Values[id] = text
		s.touch()
	}
}

// typed gives what an input holds after something was typed or chosen. What cannot be is an error.
func typed(e object, values []string) (string, error) {
	switch str(e, "type") {
	case "Input.Toggle":
		if len(values) > 0 && slices.Contains(values, on(e)) {
			return on(e), nil
		}
		if len(values) > 0 && values[0] != off(e) {
			return "", fmt.Errorf("%v is neither on nor off: %w", values, errNotThere)
		}
		return off(e), nil
	case "Input.ChoiceSet":
		var out []string
		for _, v := range values {
			value, ok := choice(list(e["choices"]), v)
			if !ok {
				return "", fmt.Errorf("choice %q: %w", v, errNotThere)
			}
			out = append(out, value)
		}
		if len(out) > 1 && !truth(e, "isMultiSelect") {
			return "", fmt.Errorf("several of %v: %w", out, errNotThere)
		}
		return strings.Join(out, ","), nil
	}
	if len(values) == 0 {
		return "", nil
	}
	return values[0], nil
}

// choice finds a choice by its value or its title.
func choice(all []object, want string) (string, bool) {
	for _, o := range all {
		if str(o, "value") == want {
			return want, true
		}
	}
	for _, o := range all {
		if strings.EqualFold(str(o, "title"), want) {
			return str(o, "value"), true
		}
	}
	return "", false
}

// gather gives what a button sends: its data and, where it wants them, the inputs; and what the client finds wrong with
// these. The lock is held.
func (s *Server) gather(u *User, on target, c Control, values []Values) (object, map[string]string, error) {
	held := initial(c.inputs)
	if d := on.dialog; d != nil {
		if now := s.dialogs[u.ID]; now != nil && now.ID == d.ID && now.Serial == d.Serial {
			maps.Copy(held, now.Values)
		} else {
			maps.Copy(held, d.Values)
		}
	}
	for _, v := range values {
		for id, one := range v {
			i := slices.IndexFunc(c.inputs, func(e object) bool { return str(e, "id") == id })
			if i < 0 {
				return nil, nil, fmt.Errorf("input %q: %w", id, errNotThere)
			}
			text, err := typed(c.inputs[i], one)
			if err != nil {
				return nil, nil, fmt.Errorf("input %q: %w", id, err)
			}
			held[id] = text
			if now := s.dialogs[u.ID]; on.dialog != nil && now != nil && now.Serial == on.dialog.Serial {
				now.Values[id] = text
			}
		}
	}
	sends := c.Type == "Action.Submit" || c.Type == "Action.Execute"
	if !sends || strings.EqualFold(str(c.is, "associatedInputs"), "none") {
		return merged(c.Data, nil), nil, nil
	}
	out, wrong := object{}, map[string]string{}
	for _, e := range c.inputs {
		id := str(e, "id")
		if text := objection(e, held[id]); text != "" {
			wrong[id] = text
		}
		if held[id] != "" || !u.Sparse && !absent(e) {
			out[id] = held[id]
		}
	}
	return merged(c.Data, out), wrong, nil
}

// absent says that the client leaves an empty input of this kind out: where one of several is chosen, nothing is no value.
func absent(e object) bool { return str(e, "type") == "Input.ChoiceSet" && !truth(e, "isMultiSelect") }

// objection says what Teams' client has against the value of an input before it sends it.
func objection(e object, text string) string {
	bad := false
	switch str(e, "type") {
	case "Input.Text":
		if most, ok := e["maxLength"].(float64); ok && utf8.RuneCountInString(text) > int(most) {
			return fmt.Sprintf("Please enter at most %d characters.", int(most))
		}
		if re := str(e, "regex"); re != "" && text != "" {
			like, err := regexp.Compile(re)
			bad = err == nil && !like.MatchString(text)
		}
	case "Input.Number":
		n, err := strconv.ParseFloat(text, 64)
		least, hasLeast := e["min"].(float64)
		most, hasMost := e["max"].(float64)
		bad = text != "" && (err != nil || hasLeast && n < least || hasMost && n > most)
	case "Input.Date":
		least, most := str(e, "min"), str(e, "max")
		bad = text != "" && (!dateLike.MatchString(text) || least != "" && text < least || most != "" && text > most)
	}
	empty := text == "" || str(e, "type") == "Input.Toggle" && text != on(e)
	if bad || empty && truth(e, "isRequired") {
		if said := str(e, "errorMessage"); said != "" {
			return said
		}
		return "This field is required, or what stands in it cannot be."
	}
	return ""
}

// incomplete shows what the client has against a form, and sends nothing.
func (s *Server) incomplete(ctx context.Context, user string, on target, wrong map[string]string) (Result, error) {
	s.mu.Lock()
	if d := s.dialogs[user]; on.dialog != nil && d != nil {
		d.Errors, d.Serial = wrong, s.number()
	}
	s.touch()
	s.mu.Unlock()
	return s.settled(ctx, user, Result{Trouble: TroubleIncomplete})
}

func number(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
