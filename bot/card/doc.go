// Package card is the neutral model of what people see and press: a [Card] to look at, a [Form] to fill in, a [Chart], a
// person's [Home], and the [Action] a button carries. Each surface renders them natively.
//
// It must not know what a request is, who may do what, or which surface draws it: it imports the standard library only and
// names no platform.
//
// # Why
//
// Three surfaces show the same words. A model that is the union of what the platforms can do ends as three products in one
// switch; a model that is plain text with a few places for it (what is asked of me, facts, a track, buttons) is drawn
// natively by each and read out well by a screen reader. So every string here is plain text: nothing in it is ever
// interpreted, and [Clean] takes out what could deceive the eye: control characters, bidi overrides, invisible letters.
//
// The limits in [Check] and [CheckForm] are the narrowest of the platforms we know, and are checked on neutral cards, so
// that a card which passes here fits everywhere; a renderer cuts nothing that this package let through.
package card
