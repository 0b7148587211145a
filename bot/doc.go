// Package bot is how people see and press things: presses come in through the [Desk], messages go out through the
// [Courier], and a [Surface] is one place where both happen.
//
// The desk turns who pressed what into one event, has it applied, and answers with what is so then: a sentence, a card, a
// form. It keeps every page of a form that was sent as a draft. The courier takes deliveries from the outbox, has them
// rendered for their reader from the state of that moment, and brings them to their surface.
//
// [Identity] finds the person behind a chat account before anything else is asked; the desk then takes that person, and how
// well the account is proved to be theirs, for granted.
//
// It must not know how a platform draws, signs or counts (packages slack, teams, mail and portal do), how anything is stored, or
// who may do what: it asks the machines for buttons, and the machines refuse. It imports workflows and its machines for
// their types, view for every word people read, and card for the neutral model.
//
// # Why
//
// A surface that decided anything would be a second place in which separation of duties has to hold. So all of them call
// the same four methods of the desk, and what they get back is neutral: a surface is verify, decode, draw. The price is
// that a surface cannot do anything clever of its own; that is the intention.
//
// A [Reply] is not durable, and its loss is harmless: what must reach somebody is a mail, written in the transaction of the
// event. What identifies a press is never what a button carries but who pressed it, as the surface has authenticated them.
// A form carries the id and revision of its draft; the two are the key of its event, so that a second press of Send is the
// same event and gets the first answer.
//
// Reading changes nothing: [Desk.Show], [Desk.Home] and the verbs that only show can be called by a page that is loaded
// twice, or by a platform that refreshes cards on its own.
package bot
