package teams

import (
	"time"

	"steward/bot/card"
	"steward/bot/view"
)

// Names on the wire: ids of inputs, and the data of what is pressed. All of it comes back from a client and is trusted for
// nothing.
const (
	inputField  = "f:"     // and the key of a field, see [formValues]
	groupAlone  = ":alone" // and this, where it is the group of options that exclude all others
	verbAct     = "act"    // of every Action.Execute; what it does is the action in its data
	verbFetch   = "task/fetch"
	datasetName = "people" // of the choices of a person
	// valueNone stands for no answer. No option of a form has a comma in it, see [wire.Choices].
	valueNone = ","
	valueYes  = "yes"
)

// stamp says which message a card is: its delivery, and when it was made. It is zero for an answer that is no delivery.
type stamp struct {
	Delivery int64
	At       time.Time
}

// wire is the data of an action.
type wire struct {
	MSTeams *fetch `json:"msteams,omitempty"` // where the press opens a dialog
	Act     string `json:"act,omitempty"`     // a [card.Action]
	Link    string `json:"link,omitempty"`    // or a path of the portal
	D       int64  `json:"d,omitempty"`       // the delivery of the message it stands in
	At      int64  `json:"at,omitempty"`      // when that was made, in Unix milliseconds

	Form     string `json:"form,omitempty"` // or the draft of a form
	Revision int    `json:"revision,omitempty"`
	Page     int    `json:"page,omitempty"`
	Go       string `json:"go,omitempty"` // a [bot.Go]
	// Choices are the keys of the fields in which something is chosen: several values come joined by commas, and a text that
	// was typed may have commas too.
	Choices []string `json:"choices,omitempty"`
}

// fetch makes a press open a dialog.
type fetch struct {
	Type string `json:"type"`
}

// data gives what a button in a message carries.
func (s stamp) data(b card.Button) wire {
	w := wire{D: s.Delivery}
	if !s.At.IsZero() {
		w.At = s.At.UnixMilli()
	}
	if b.Path != "" {
		w.Link = b.Path
	} else {
		w.Act = b.Action.String()
	}
	if opens(b) {
		w.MSTeams = &fetch{Type: verbFetch}
	}
	return w
}

// opens says that a press is answered with a dialog: a form, or a link to the portal that is made at the press.
func opens(b card.Button) bool { return b.Path != "" || view.Opens(b.Action) }
