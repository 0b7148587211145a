package view

import (
	"fmt"
	"strings"

	"steward/bot/card"
)

// Command is one word people can type, with what it does.
type Command struct{ Word, Does string }

// Commands gives the words that exist, in the order of the help.
func Commands() []Command {
	return []Command{
		{"request", "ask for approval of an AI tool, or send another kind of request"},
		{"inbox", "what waits for you"},
		{"mine", "requests you sent or are accountable for"},
		{"status <id>", "where a request is, such as: status AIR-42"},
		{"find <tool>", "whether a tool is approved, for what and until when"},
		{"explain <id>", "why this tier, these stages, these people, this wait; alone: what waits for you, and why"},
		{"away <days> <who>", "say when you are away and who stands in, such as: away 24 Dec to 2 Jan Bob"},
		{"link", "your accounts, and where I write to you"},
		{"help", "this list"},
	}
}

// Later gives the words that are known and come in a later version.
func Later() []string {
	return []string{"review", "calendar", "concern", "digest"}
}

// Help lists the commands. unknown is the word that led here and nearest the command that is most like it; both may be
// empty.
func Help(unknown, nearest string) card.Card {
	out := card.Card{Title: titleHelp, Gist: textHelp, Lead: []string{textHelp}}
	if unknown != "" {
		lead := fmt.Sprintf(textUnknownWord, quote(unknown, 40))
		if nearest != "" {
			lead += " " + fmt.Sprintf(textNearest, nearest)
		}
		out.Lead, out.Gist = []string{lead}, lead
	}
	var lines []string
	for _, c := range Commands() {
		lines = append(lines, c.Word+": "+c.Does)
	}
	out.Sections = []card.Section{{Title: titleCommands, Lines: lines}}
	out.Buttons = []card.Button{
		requestButton(),
		{Label: titleInbox, Action: card.Action{Verb: VerbInbox}},
		{Label: titleMine, Action: card.Action{Verb: VerbMine}},
	}
	return out.Cleaned()
}

// NotYet answers a word that comes in a later version.
func NotYet(word string) string {
	return fmt.Sprintf(textLater, strings.ToLower(word))
}
