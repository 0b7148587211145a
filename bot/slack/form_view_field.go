package slack

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"

	"steward/bot/card"
)

// field draws one field. What has to be set right stands above it: Slack's own errors at inputs are gone as soon as the view
// is replaced, and it is replaced whenever something was kept.
func field(f card.Field, revision int) []slackgo.Block {
	if f.Kind == card.FieldNote {
		return []slackgo.Block{note(f)}
	}
	var out []slackgo.Block
	if f.Error != "" {
		out = append(out, wrong(f.Error))
	}
	switch f.Kind {
	case card.FieldOne:
		return append(out, input(f, revision, "", choice(f)))
	case card.FieldMany:
		return append(out, groups(f, revision)...)
	case card.FieldYes:
		f.Required = false // no is an answer
		return append(out, input(f, revision, "", checkboxes(f, "", []card.Option{{Value: valueYes, Label: wordYes}})))
	case card.FieldPerson:
		return append(out, input(f, revision, "", personSelect(f)))
	case card.FieldDate:
		return append(out, input(f, revision, "", datePicker(f)))
	case card.FieldNumber:
		return append(out, input(f, revision, "", numberInput(f)))
	case card.FieldFiles: // the portal alone takes files
		return out
	case card.FieldText, card.FieldLong, card.FieldNote:
	}
	return append(out, input(f, revision, "", textInput(f)))
}

// valueYes is the value of a tick.
const valueYes = "yes"

// note draws text to read: a list where it has more than one line.
func note(f card.Field) slackgo.Block {
	lines := strings.Split(f.Help, "\n")
	switch {
	case f.Help == "":
		return rich(line(strong(f.Label)))
	case len(lines) == 1:
		return rich(line(strong(f.Label), words("\n"+f.Help)))
	}
	return rich(line(strong(f.Label)), list(lines))
}

// input makes the block of a field, or of a further group of its options.
func input(f card.Field, revision int, group string, element slackgo.BlockElement) *slackgo.InputBlock {
	id := fmt.Sprintf("%s%s:%d", actionField, f.Key, revision)
	if group != "" {
		id += ":" + group
	}
	b := slackgo.NewInputBlock(id, plain(f.Label, maxLabel), nil, element)
	b.Optional = !f.Required
	if f.Help != "" {
		b.Hint = plain(f.Help, maxLabel)
	}
	return b
}

// placeholder gives the example of a field, or nothing: Slack has its own words then.
func placeholder(f card.Field) *slackgo.TextBlockObject {
	if f.Example == "" {
		return nil
	}
	return plain(f.Example, maxPlaceholder)
}

func textInput(f card.Field) slackgo.BlockElement {
	e := slackgo.NewPlainTextInputBlockElement(placeholder(f), actionField+f.Key)
	e.Multiline = f.Kind == card.FieldLong
	e.InitialValue = cut(first(f.Value), card.MaxInput)
	if f.MaxLength > 0 {
		// What is too long was typed elsewhere; it is shown as it is, and refused by those who know why.
		e.MaxLength = min(max(f.MaxLength, utf8.RuneCountInString(e.InitialValue)), card.MaxInput)
	}
	return e
}

// personSelect asks us for people while a name is typed.
func personSelect(f card.Field) slackgo.BlockElement {
	e := slackgo.NewOptionsSelectBlockElement(slackgo.OptTypeExternal, plain(wordPerson, maxPlaceholder), actionPerson+f.Key)
	least := 1
	e.MinQueryLength = &least
	if id := first(f.Value); id != "" && utf8.RuneCountInString(id) <= maxOption {
		name := f.Shown
		if name == "" {
			name = id
		}
		e.InitialOption = slackgo.NewOptionBlockObject(id, plain(name, maxOption), nil)
	}
	return e
}

func datePicker(f card.Field) slackgo.BlockElement {
	e := slackgo.NewDatePickerBlockElement(actionField + f.Key)
	e.Placeholder = placeholder(f)
	if _, err := time.Parse(time.DateOnly, first(f.Value)); err == nil {
		e.InitialDate = first(f.Value)
	}
	return e
}

// numberInput takes whole numbers. Slack refuses a value outside the bounds; the error above the field tells of it.
func numberInput(f card.Field) slackgo.BlockElement {
	e := slackgo.NewNumberInputBlockElement(placeholder(f), actionField+f.Key, false)
	bounded := f.Min < f.Max
	if bounded {
		e.MinValue, e.MaxValue = strconv.Itoa(f.Min), strconv.Itoa(f.Max)
	}
	if n, err := strconv.Atoi(first(f.Value)); err == nil && (!bounded || n >= f.Min && n <= f.Max) {
		e.InitialValue = strconv.Itoa(n)
	}
	return e
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}
