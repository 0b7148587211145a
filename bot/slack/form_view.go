package slack

import (
	"fmt"
	"slices"
	"strings"

	slackgo "github.com/slack-go/slack"

	"steward/bot"
	"steward/bot/card"
)

// modal begins a view.
func modal(callback, title string) slackgo.ModalViewRequest {
	if title == "" {
		title = wordUntitled
	}
	return slackgo.ModalViewRequest{Type: slackgo.VTModal, CallbackID: callback, Title: plain(title, maxModalTitle), Close: plain(wordClose, maxModalTitle)}
}

// formView draws a form as a modal.
func formView(f card.Form, m meta) slackgo.ModalViewRequest {
	v := modal(callbackForm, f.Title)
	v.Submit = plain(f.Submit, maxModalTitle)
	v.PrivateMetadata = m.String()
	var out []slackgo.Block
	if f.Step != "" {
		out = append(out, small(f.Step))
	}
	if f.Error != "" {
		out = append(out, wrong(f.Error))
	}
	if len(f.Intro) > 0 {
		var lines []slackgo.RichTextElement
		for _, l := range f.Intro {
			lines = append(lines, line(words(l)))
		}
		out = append(out, rich(lines...))
	}
	first := f.Aside != nil && !slices.ContainsFunc(f.Fields, func(one card.Field) bool { return one.Kind != card.FieldNote })
	if first {
		out = append(out, pen{}.card(*f.Aside)...)
	}
	for _, one := range f.Fields {
		out = append(out, field(one, f.Revision)...)
	}
	if b := navigation(f); b != nil {
		out = append(out, b)
	}
	if f.Aside != nil && !first {
		out = append(out, slackgo.NewDividerBlock())
		out = append(out, pen{}.card(*f.Aside)...)
	}
	v.Blocks.BlockSet = out
	return v
}

// wrong says what has to be set right.
func wrong(s string) slackgo.Block { return rich(line(strong(sign(card.ToneBad) + " " + s))) }

// navigation gives the ways out of a page that do not send it, and what can be looked at beside it.
func navigation(f card.Form) slackgo.Block {
	var row []slackgo.BlockElement
	if f.Back != "" {
		row = append(row, slackgo.NewButtonBlockElement(actionGo+string(bot.GoBack), f.ID, plain(f.Back, maxButtonText)))
	}
	if f.Step != "" {
		row = append(row, slackgo.NewButtonBlockElement(actionGo+string(bot.GoSave), f.ID, plain(wordSave, maxButtonText)))
	}
	for _, b := range f.Extra {
		row = append(row, button(b, len(row)))
	}
	if len(row) == 0 {
		return nil
	}
	return slackgo.NewActionBlock("nav", row...)
}

// noticeView draws a sentence and, where there is one, the card it belongs to.
func noticeView(title, text string, c *card.Card) slackgo.ModalViewRequest {
	v := modal(callbackNotice, title)
	if text != "" {
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, rich(line(words(text))))
	}
	if c != nil {
		if text != "" {
			v.Blocks.BlockSet = append(v.Blocks.BlockSet, slackgo.NewDividerBlock())
		}
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, pen{}.card(*c)...)
	}
	return v
}

// waitView says that something is on its way.
func waitView(title, sentence string) slackgo.ModalViewRequest {
	v := modal(callbackWait, title)
	v.Blocks.BlockSet = []slackgo.Block{rich(line(words(sentence)))}
	return v
}

// field draws one field.
func field(f card.Field, revision int) []slackgo.Block {
	if f.Kind == card.FieldNote {
		return []slackgo.Block{rich(line(strong(f.Label)), line(words(f.Help)))}
	}
	var out []slackgo.Block
	if f.Error != "" {
		out = append(out, wrong(f.Label+": "+f.Error))
	}
	switch f.Kind {
	case card.FieldOne, card.FieldMany:
		return append(out, choices(f, revision)...)
	case card.FieldYes:
		return append(out, input(f, revision, "", checkboxes(f, "", []card.Option{{Value: "yes", Label: wordYes}})))
	case card.FieldPerson:
		return append(out, input(f, revision, "", personSelect(f)))
	case card.FieldDate:
		return append(out, input(f, revision, "", datePicker(f)))
	case card.FieldNumber:
		return append(out, input(f, revision, "", numberInput(f)))
	case card.FieldText, card.FieldLong, card.FieldNote:
	}
	return append(out, input(f, revision, "", textInput(f)))
}

// input makes the block of a field, or of a further group of its options.
func input(f card.Field, revision int, group string, element slackgo.BlockElement) *slackgo.InputBlock {
	id := fmt.Sprintf("%s%s:%d", actionField, f.Key, revision)
	if group != "" {
		id += ":" + group
	}
	b := slackgo.NewInputBlock(id, plain(f.Label, maxHint), nil, element)
	b.Optional = !f.Required
	if f.Help != "" {
		b.Hint = plain(f.Help, maxHint)
	}
	return b
}

func textInput(f card.Field) slackgo.BlockElement {
	e := slackgo.NewPlainTextInputBlockElement(nil, actionField+f.Key)
	e.Multiline = f.Kind == card.FieldLong
	if f.Example != "" {
		e.Placeholder = plain(f.Example, maxPlaceholder)
	}
	value := cut(strings.Join(f.Value, ""), card.MaxInput)
	e.InitialValue = value
	if f.MaxLength > 0 {
		e.MaxLength = min(max(f.MaxLength, len([]rune(value))), card.MaxInput)
	}
	return e
}

func personSelect(f card.Field) slackgo.BlockElement {
	least := 1
	e := slackgo.NewOptionsSelectBlockElement(slackgo.OptTypeExternal, plain(wordPick, maxPlaceholder), actionPerson+f.Key)
	e.MinQueryLength = &least
	if len(f.Value) > 0 && len([]rune(f.Value[0])) <= maxOption {
		shown := f.Shown
		if shown == "" {
			shown = f.Value[0]
		}
		e.InitialOption = slackgo.NewOptionBlockObject(f.Value[0], plain(shown, maxOption), nil)
	}
	return e
}

func datePicker(f card.Field) slackgo.BlockElement {
	e := slackgo.NewDatePickerBlockElement(actionField + f.Key)
	e.InitialDate = strings.Join(f.Value, "")
	return e
}

func numberInput(f card.Field) slackgo.BlockElement {
	e := slackgo.NewNumberInputBlockElement(nil, actionField+f.Key, false)
	e.InitialValue = strings.Join(f.Value, "")
	return e
}

func choices(f card.Field, revision int) []slackgo.Block {
	return []slackgo.Block{input(f, revision, "", checkboxes(f, "", f.Options))}
}

func checkboxes(f card.Field, group string, options []card.Option) slackgo.BlockElement {
	id := actionField + f.Key
	if group != "" {
		id += ":" + group
	}
	e := slackgo.NewCheckboxGroupsBlockElement(id)
	for _, o := range options {
		one := option(o)
		e.Options = append(e.Options, one)
		if slices.Contains(f.Value, o.Value) {
			e.InitialOptions = append(e.InitialOptions, one)
		}
	}
	return e
}

func option(o card.Option) *slackgo.OptionBlockObject {
	out := slackgo.NewOptionBlockObject(o.Value, plain(o.Label, maxOption), nil)
	if o.Note != "" {
		out.Description = plain(o.Note, maxOption)
	}
	return out
}
