package teams

import "steward/bot/teams/adaptivecard"

// Outgoing is a message on its way to Teams: one card alone, or one text alone. Together they would become two messages, of
// which nobody is told the ids.
type Outgoing struct {
	Card  *adaptivecard.Card
	Plain *adaptivecard.Card // the same without charts, for when Teams refuses them; nil where there are none
	// Summary is the line of notifications and lists.
	Summary string
	// Text is sent where there is no card: to conversations that are not somebody's own.
	Text    string
	ReplyTo string // id of the activity that is answered; empty starts anew
	Patient bool   // it leaves a part of the limits to messages that somebody waits for
}
