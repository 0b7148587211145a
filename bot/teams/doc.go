// Package teams is the Microsoft Teams surface: typed words, buttons, dialogs and the message extension come in through it,
// messages go out. It verifies and decodes what Teams sends, calls [steward/bot.Desk], and draws what the desk answers as
// Adaptive Cards. It speaks the Bot Connector's protocol itself; no kit for Go is kept up.
//
// The halves, in the order of a press: [Verifier] checks that Teams sent it, for us, from a tenant that is let in; [App] sorts
// activities and answers them in time; the renderer draws cards and dialogs ([messageCard], [formCard]) and reads dialogs back
// ([formValues]); [Client] calls the Connector within its limits, with [Tokens]; [Surface] brings the courier's messages to
// people's chats. Package adaptivecard holds every rule of what is drawn; the catalogue of cards goes through it in tests.
//
// It must not know how a request goes its way, who may decide, or how anything is stored: it imports bot, its neutral model
// and its words, and workflows for types.
//
// # Why
//
// Teams waits for the answer to a press in the very response, and people press again after five seconds. So a press is
// committed before its answer where that can be done in two, and the answer is the card as it is then; the card that others
// see is updated by the courier, from the outbox. There is no refresh in cards: one failed refresh is never asked for again,
// and each would be another call that has to be allowed.
//
// A person is a tenant and an Entra object id. The ids beginning with 29: are a chat's, e-mail addresses change, and what a
// button carries was in the hands of its presser. The token proves that Teams called, and nothing about the body beyond
// its service address: so that address is only called where a list allows it.
//
// Text of people is never markup: it goes into text runs, which Teams shows letter by letter. Labels of inputs, choices and
// buttons have no such element; what would format there is taken out of its meaning (see text.go).
//
// A dialog cannot be changed from our side once it is shown. A form that could not be saved in time is therefore answered
// with a word that it is being saved, and its end is told in the chat.
//
// Three libraries were chosen: jwx, because it keeps the endorsements of a key, which other key sets hide; x/oauth2, for the
// client credentials of our own tokens; nothing for cards, for what there is in Go stops at elements without the inputs and
// actions used here.
package teams
