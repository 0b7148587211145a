package slack

import (
	"strconv"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"

	"steward/bot/card"
)

// buttons gives the row of buttons and its menu; nil where there is nothing to press. An action that is too long for an
// option of the menu has a button beside it instead: a button's value has room for any action, and so there is one way to
// write an action.
func buttons(main, more []card.Button) slackgo.Block {
	var row []slackgo.BlockElement
	var menu []*slackgo.OptionBlockObject
	for _, b := range main {
		row = append(row, button(b, len(row)))
	}
	for _, b := range more {
		value := b.Action.String()
		if b.Path != "" {
			value = valueLink + b.Path
		}
		if len(menu) == maxMenu || utf8.RuneCountInString(value) > maxOption {
			row = append(row, button(b, len(row)))
			continue
		}
		menu = append(menu, slackgo.NewOptionBlockObject(value, plain(b.Label, maxOption), nil))
	}
	if len(menu) > 0 {
		row = append(row, slackgo.NewOverflowBlockElement(actionMore, menu...))
	}
	if len(row) == 0 {
		return nil
	}
	return slackgo.NewActionBlock("", row...)
}

// button gives the n-th button of a row. One that leads to a page of the portal is no link: its press makes one that signs
// the presser in, and them only.
func button(b card.Button, n int) *slackgo.ButtonBlockElement {
	id, value := actionAct+strconv.Itoa(n), b.Action.String()
	if b.Path != "" {
		id, value = actionLink+strconv.Itoa(n), b.Path
	}
	out := slackgo.NewButtonBlockElement(id, value, plain(b.Label, maxButtonText))
	switch b.Style {
	case card.StylePrimary:
		out.Style = slackgo.StylePrimary
	case card.StyleDanger:
		out.Style = slackgo.StyleDanger
	case card.StylePlain:
	}
	if q := b.Confirm; q != nil {
		out.Confirm = slackgo.NewConfirmationBlockObject(plain(q.Title, 100), plain(q.Text, 300), plain(q.Yes, 30), plain(q.No, 30))
		out.Confirm.Style = out.Style
	}
	return out
}
