// Package fakesmtp is a mail server in the process of a test. It speaks as much of SMTP (RFC 5321, 3207, 4954) as a company's
// mail server does when a program hands mail over, keeps what it took, and refuses what such a server refuses: commands out
// of order, mail before a sign-in, lines that are too long.
//
// It must not know anything of Steward.
//
// # Why
//
// What goes wrong between a program and a mail server goes wrong at one step: a greeting that never comes, a refusal of one
// reader, a connection that is lost after the text and before the answer. So faults are named by step, and the last one comes
// in both kinds: the message was taken, or it was not.
package fakesmtp
