package slack

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"

	"steward/bot/card"
)

// errValues says that what came in cannot have been filled into a form of ours.
var errValues = errors.New("slack: not the values of a form")

// furtherGroup is the end of the id of an element that is a further group of the same question.
var furtherGroup = regexp.MustCompile(`:(` + groupAlone + `|[0-9]+)$`)

// Limits of what comes in, far above any form of ours.
const (
	maxElements = 500
	maxValues   = 100
)

// formValues reads what was filled in, by the keys of fields; the groups of one question are one value again, in the order
// of the alphabet. A field that was left empty is there, with nothing in it. Labels are never looked at. Elements that are
// no fields are passed over; a field that is none of our kinds, or holds more than it could, is an error.
func formValues(state *slackgo.ViewState) (card.Values, error) {
	out := card.Values{}
	if state == nil {
		return out, nil
	}
	elements := 0
	for _, block := range state.Values {
		for id, element := range block {
			key, ok := fieldKey(id)
			if !ok {
				continue
			}
			values, err := elementValues(element)
			if elements++; err != nil || elements > maxElements || len(out[key])+len(values) > maxValues {
				return nil, fmt.Errorf("%w: field %.80q", errValues, key)
			}
			out[key] = append(append([]string{}, out[key]...), values...)
		}
	}
	for key, values := range out {
		slices.Sort(values)
		out[key] = slices.Compact(values)
	}
	return out, nil
}

// fieldKey gives the key of the field that an element belongs to; false where it is no field.
func fieldKey(id string) (string, bool) {
	key, ok := strings.CutPrefix(id, actionField)
	if !ok {
		key, ok = strings.CutPrefix(id, actionPerson)
	}
	key = furtherGroup.ReplaceAllString(key, "")
	return key, ok && key != ""
}

// elementValues gives what an element holds: nothing where it was left empty.
func elementValues(a slackgo.BlockAction) ([]string, error) {
	var values []string
	switch slackgo.MessageElementType(a.Type) {
	case slackgo.METPlainTextInput, slackgo.METNumber:
		values = []string{a.Value}
	case slackgo.METDatepicker:
		values = []string{a.SelectedDate}
	case slackgo.METRadioButtons, slackgo.MessageElementType(slackgo.OptTypeStatic), slackgo.MessageElementType(slackgo.OptTypeExternal):
		if a.SelectedOption.Value != valueNone {
			values = []string{a.SelectedOption.Value}
		}
	case slackgo.METCheckboxGroups:
		for _, o := range a.SelectedOptions {
			values = append(values, o.Value)
		}
	default:
		return nil, errValues
	}
	out := []string{}
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
