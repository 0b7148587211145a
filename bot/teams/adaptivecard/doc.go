// Package adaptivecard is what this product uses of Adaptive Cards 1.5: structs for the elements, inputs and actions in use,
// and [Check], which finds every way in which a card breaks the rules of the format or of Teams.
//
// It must not know what a card is about, what its data mean, or how anything is sent.
//
// # Why
//
// The Go packages for Adaptive Cards end at version 1.4, without Action.Execute, without inputs and their fields. The format
// is small where one leaves out pictures and media, and a card that Teams does not take is shown as an empty message or not
// at all: so the elements are ours, as few as are drawn, and everything drawn in a test is checked here. Check looks at the
// JSON, not at the structs: what a struct cannot say wrong, a later member of it could.
//
// The schema is that of version 1.5 (https://adaptivecards.io/schemas/1.5.0/adaptive-card.json). Three things are Teams'
// own and stand outside of it: charts, which carry what is shown instead of them; a choice that asks for its options while
// one types (choices.data, style "filtered"); and the member msteams of a card.
package adaptivecard
