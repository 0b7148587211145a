package teams

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"steward/bot/card"
)

// errValues says that what came in cannot have been filled into a form of ours.
var errValues = errors.New("teams: not the values of a form")

// Limits of what comes in, far above any form of ours.
const (
	maxInputs = 500
	maxValues = 100
)

// formValues reads what was filled in from the data of a dialog that was sent, by the keys of fields; the two groups of one
// question are one value again, in the order of the alphabet. A field that was left empty is there, with nothing in it.
// Members that are no fields are passed over; a field that is none of our kinds, or holds more than it could, is an error.
//
// Nothing in the data says of which kind an input is, so that [wire.Choices] does: only there, commas stand between values.
func formValues(data map[string]json.RawMessage) (card.Values, error) {
	var choices []string
	if raw, ok := data["choices"]; ok && (json.Unmarshal(raw, &choices) != nil || len(choices) > maxInputs) {
		return nil, fmt.Errorf("%w: choices", errValues)
	}
	out := card.Values{}
	inputs := 0
	for id, raw := range data {
		key, ok := strings.CutPrefix(id, inputField)
		key = strings.TrimSuffix(key, groupAlone)
		if !ok || key == "" {
			continue
		}
		values, err := inputValues(raw, slices.Contains(choices, key))
		if inputs++; err != nil || inputs > maxInputs || len(out[key])+len(values) > maxValues {
			return nil, fmt.Errorf("%w: field %.80q", errValues, key)
		}
		out[key] = append(append([]string{}, out[key]...), values...)
	}
	for key, values := range out {
		slices.Sort(values)
		out[key] = slices.Compact(values)
	}
	return out, nil
}

// inputValues gives what an input holds: nothing where it was left empty. Numbers come as text from some clients and as
// numbers from others, and what was never touched as nothing at all.
func inputValues(raw json.RawMessage, choice bool) ([]string, error) {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return nil, errValues
	}
	text := ""
	switch v := v.(type) {
	case nil:
	case string:
		text = v
	case float64:
		text = strings.TrimSpace(string(raw))
	default:
		return nil, errValues
	}
	values := []string{text}
	if choice {
		values = strings.Split(text, ",")
	}
	out := []string{}
	for _, one := range values {
		if utf8.RuneCountInString(one) > card.MaxInput {
			return nil, errValues
		}
		if one != "" {
			out = append(out, one)
		}
	}
	return out, nil
}
