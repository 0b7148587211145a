// Package slack is the Slack surface: slash commands, buttons, modals and Home come in through it, messages go out. It verifies
// and decodes what Slack sends, calls [steward/bot.Desk], and draws what the desk answers as Block Kit.
//
// The halves, in the order of a press: [App] takes envelopes by HTTP or by Socket Mode, acks them in time and sorts them; the
// renderer draws cards, forms and pages ([messageBlocks], [formView], [homeView]) and reads forms back ([formValues]); the
// client calls Slack within its limits. Package blockkit holds every limit of what is drawn; the catalogue of cards
// goes through it in tests.
//
// It must not know how a request goes its way, who may decide, or how anything is stored: it imports bot, its neutral model
// and its words, and workflows for types.
//
// # Why
//
// An ack has three seconds, and a trigger lives no longer. So what a press asks for is committed before its ack where that
// can be done in two, and everything that is only shown comes after it; a modal that needs a query opens first and is filled
// in when the query is done.
//
// Text of people is never markup here. Every text in a block is plain_text or a text element of rich text, which Slack shows
// letter by letter: there is nothing to escape, and so nothing to forget. The road not taken is mrkdwn with escapes: it has
// three of them, none for its formatting signs, and one forgotten call would let a request ping a channel or pose as a link.
// What it costs are fields in two columns, whose labels would have to be markup. The one place that is markup is the text of
// a message, for notifications and screen readers; [escape] is for that.
//
// A form is one view, updated in place: pages, errors and the way back replace its blocks. Slack keeps the state of an input
// whose block it knows and ignores our values for it, so block ids carry the draft's revision. What is typed lives in the
// view's state and in the draft; the view's metadata names the draft and no more.
//
// Names on the wire are few and generic (see actionAct and its neighbours): what a button does is its value, an action in one
// line, and that is trusted for nothing.
package slack
