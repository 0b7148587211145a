// Package mail is the way to people whom no chat reaches: an e-mail with the gist of a message and a link to the portal.
//
// A [Surface] writes it to the address that the directory has for its reader at that moment, and to no other; a [Client]
// hands it to the company's mail server. Nothing comes in by e-mail: whoever answers one decides nothing.
//
// It must not know why somebody is told by e-mail (the engine does), what a message says (package view makes its words), or
// how anything is stored.
//
// # Why
//
// An e-mail leaves the house, is kept by others and is forwarded. So it holds one sentence, the same that stands in the
// portal's list, and a link that is of no use without a sign-in: no answers, no buttons, no one-time link. It has no
// picture and nothing else that would tell when it is read. What people wrote is made such that mail programs see no
// address in it: a title that looks like a link must not become one in a message of ours.
//
// SMTP cannot be asked whether a message was taken. The one moment at which that is open lies between the end of the text
// and the server's answer to it; only an error there is [bot.SendError] with Unsure. What is sent again then has the same
// Message-ID, by which many mailboxes keep one. Everything before that moment was not taken, by RFC 5321, and is tried
// again as if it had never been.
//
// An e-mail cannot be changed. The engine makes no updates for this surface, and sends nothing by it that would only be one.
//
// net/smtp of the standard library is enough: it is frozen, but for faults, and so is SMTP. What it lacks is here: a
// deadline for each step, AUTH LOGIN, which Microsoft's servers want, and connections that are kept for the next message.
package mail
