package slack

import (
	"encoding/json"
	"errors"
)

// Names on the wire. A button's id says what kind it is; what it does is its value, and that is trusted for nothing.
const (
	actionAct    = "act:"  // and a number: the value is an action
	actionLink   = "link:" // and a number: the value is a path of the portal
	actionMore   = "more"  // the menu of a card: the value of an option is an action, or valueLink and a path
	actionGo     = "go:"   // and a [bot.Go]: leaves a form without sending it; the value is the form's id
	actionField  = "f:"    // and the key of a field, see [formValues]
	actionPerson = "p:"    // and the key of a field whose value is a person
	valueLink    = "link "

	callbackForm   = "steward:form"
	callbackNotice = "steward:notice"
	callbackWait   = "steward:wait"
)

// meta is what a form's view remembers: which draft it shows and in which state. What was typed is in the view's state and
// in the draft, never here.
type meta struct {
	Form     string `json:"f"`
	Page     int    `json:"p"`
	Revision int    `json:"r"`
}

// String gives the private metadata of a view.
func (m meta) String() string {
	b, err := json.Marshal(m)
	if err != nil {
		return "" // a string and two numbers always marshal
	}
	return string(b)
}

var errMeta = errors.New("slack: the private metadata of a view is not ours")

// parseMeta is the inverse of [meta.String].
func parseMeta(s string) (meta, error) {
	var m meta
	if len(s) > maxMeta || json.Unmarshal([]byte(s), &m) != nil || m.Form == "" || m.Page < 0 || m.Revision < 0 {
		return meta{}, errMeta
	}
	return m, nil
}
