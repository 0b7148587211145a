// Package view turns the state of a thing into what one person sees of it, in their time zone: cards, forms, lists, and the
// sentences of refusals. It is pure: the same state, reader and moment give the same card.
//
// It must not know how a card is drawn, sent or stored, and it decides nothing: which buttons somebody gets is asked of the
// machine, which facts are asked for is in the flow. It imports card, workflows, policy and the machines; of those it calls
// only what reads.
//
// # Where the words are
//
// Everything people read of cards and forms is here and nowhere else, so that it can be read aloud in one go: sentences in
// the files texts*.go, words for times, people and stages in words.go and names.go, the rest beside the card it belongs to. Golden
// files in testdata hold every card as text, one state a file.
//
// # Why
//
// A card is made at delivery and again at every refresh, for its reader, from the present state; nothing of it is stored.
// So a card can never show what its reader may not see, is never staler than its last refresh, and the same function serves
// the message, the page of the portal and the answer to a press. The price is that wording changes show on old cards too
// when they are refreshed; the record keeps what was shown when it was decided on.
package view
