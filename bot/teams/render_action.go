package teams

import (
	"steward/bot/card"
	"steward/bot/teams/adaptivecard"
)

// maxActionTitle is the longest title of a button that Teams shows whole on a phone.
const maxActionTitle = 40

// actions gives the buttons of a card: the main ones, and further ones in the menu behind them.
func (p pen) actions(main, more []card.Button) []adaptivecard.Action {
	var out []adaptivecard.Action
	for _, b := range main {
		out = append(out, p.action(b, ""))
	}
	for _, b := range more {
		out = append(out, p.action(b, adaptivecard.ModeSecondary))
	}
	return out
}

// action gives one button. Teams has no "are you sure" of its own: there, a press shows the question with the button that
// counts.
func (p pen) action(b card.Button, mode string) adaptivecard.Action {
	if q := b.Confirm; q != nil {
		b.Confirm = nil
		yes := b
		yes.Label = q.Yes
		return adaptivecard.ActionShowCard{Button: face(b, mode), Card: adaptivecard.Card{
			Body:    []adaptivecard.Element{rich(strong(q.Title)), closer(rich(words(q.Text)))},
			Actions: []adaptivecard.Action{p.action(yes, "")},
		}}
	}
	if p.dialog {
		return adaptivecard.ActionSubmit{Button: face(b, mode), Data: plainData(b), AssociatedInputs: adaptivecard.InputsNone}
	}
	data := p.stamp.data(b)
	if opens(b) {
		return adaptivecard.ActionSubmit{Button: face(b, mode), Data: data, AssociatedInputs: adaptivecard.InputsNone}
	}
	return adaptivecard.ActionExecute{
		Button: face(b, mode), Verb: verbAct, Data: data, AssociatedInputs: adaptivecard.InputsNone,
		Fallback: adaptivecard.ActionSubmit{Button: face(b, mode), Data: data, AssociatedInputs: adaptivecard.InputsNone},
	}
}

// plainData gives what a button in a dialog carries.
func plainData(b card.Button) wire {
	if b.Path != "" {
		return wire{Link: b.Path}
	}
	return wire{Act: b.Action.String()}
}

// face gives the words and the colour of a button.
func face(b card.Button, mode string) adaptivecard.Button {
	out := adaptivecard.Button{Title: cut(calm(b.Label), maxActionTitle), Mode: mode}
	switch b.Style {
	case card.StylePrimary:
		out.Style = adaptivecard.ActionPositive
	case card.StyleDanger:
		out.Style = adaptivecard.ActionDestructive
	case card.StylePlain:
	}
	return out
}
