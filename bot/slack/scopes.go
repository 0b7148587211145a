package slack

import "slices"

// The optional scopes we ask for by name.
const (
	scopeHistory = "im:history"
	scopeIM      = "im:write"
	scopeEmail   = "users:read.email"
	scopeGroups  = "groups:read"
	scopePublic  = "channels:read"
)

// Scope is one permission of the app.
type Scope struct {
	Name     string
	Optional bool
	Why      string // what it is for
	Lost     string // what there is not without it
}

// Scopes are all that the app may ask for, the required ones first. It never asks for the history of channels, for files, or
// to write where it is no member.
func Scopes() []Scope {
	return []Scope{
		{
			Name: "commands", Why: "commands and shortcuts",
			Lost: "nobody can type the command or use a shortcut",
		},
		{
			Name: "chat:write", Why: "messages to people, and to the channel it was invited to",
			Lost: "nobody gets a message on Slack",
		},
		{
			Name: "users:read", Why: "who is a guest, a bot, or gone",
			Lost: "nobody is let in: whether somebody is a guest cannot be told",
		},
		{
			Name: scopeIM, Optional: true, Why: "to find the conversation with somebody before the first message",
			Lost: "after a crash in the middle of somebody's first message, a decision may be asked for twice, and a reminder may be left out",
		},
		{
			Name: scopeHistory, Optional: true, Why: "to see whether a message went out before it is sent again",
			Lost: "after a crash in the middle of a message, a decision may be asked for twice, and a reminder may be left out",
		},
		{
			Name: scopeEmail, Optional: true, Why: "to propose whose account it is",
			Lost: "no links are proposed: give the ids in people.csv, or link accounts with steward accounts",
		},
		{
			Name: scopePublic, Optional: true, Why: "to see that a public governance channel is not shared with another company",
			Lost: "nothing is posted to a public governance channel",
		},
		{
			Name: scopeGroups, Optional: true, Why: "to see that a private governance channel is not shared with another company",
			Lost: "nothing is posted to a private governance channel",
		},
	}
}

// Missing gives the scopes that were not granted.
func Missing(granted []string) []Scope {
	return slices.DeleteFunc(Scopes(), func(s Scope) bool { return slices.Contains(granted, s.Name) })
}
