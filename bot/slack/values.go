package slack

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"

	"steward/bot/card"
)

// errValues is said to a form whose values cannot have come from one of ours.
var errValues = errors.New("slack: not the values of a form of ours")

// furtherGroup is the end of an action id that belongs to a further group of the same question.
var furtherGroup = regexp.MustCompile(`:(alone|[0-9]+)$`)

// formValues reads what was filled in, by the keys of fields. The groups of one question are one value again. A field that
// was left empty is there, with nothing in it. Labels are never looked at, and elements that are no fields are passed over.
func formValues(state *slackgo.ViewState) (card.Values, error) {
	out := card.Values{}
	if state == nil {
		return out, nil
	}
	for _, block := range state.Values {
		for id, a := range block {
			key, ok := fieldKey(id)
			if !ok {
				continue
			}
			values, err := elementValues(a)
			if err != nil {
				return nil, fmt.Errorf("%w: field %q", err, key)
			}
			for _, v := range values {
				if !slices.Contains(out[key], v) {
					out[key] = append(out[key], v)
				}
			}
			if out[key] == nil {
				out[key] = []string{}
			}
		}
	}
	for _, v := range out {
		slices.Sort(v)
	}
	return out, nil
}

// fieldKey gives the key of the field that an element belongs to; false where it is no field.
func fieldKey(id string) (string, bool) {
	for _, prefix := range []string{actionField, actionPerson} {
		if len(id) > len(prefix) && id[:len(prefix)] == prefix {
			return furtherGroup.ReplaceAllString(id[len(prefix):], ""), true
		}
	}
	return "", false
}

// elementValues gives what an element holds.
func elementValues(a slackgo.BlockAction) ([]string, error) {
	var values []string
	switch string(a.Type) {
	case "plain_text_input", "number_input":
		values = []string{a.Value}
	case "datepicker":
		values = []string{a.SelectedDate}
	case "radio_buttons", "static_select", "external_select":
		values = []string{a.SelectedOption.Value}
	case "checkboxes":
		for _, o := range a.SelectedOptions {
			values = append(values, o.Value)
		}
	default:
		return nil, errValues
	}
	out := values[:0]
	for _, v := range values {
		if utf8.RuneCountInString(v) > card.MaxInput {
			return nil, errValues
		}
		if v != "" {
			out = append(out, v)
		}
	}
	return out, nil
}
