package view

import (
	"fmt"

	"steward/bot/card"
	"steward/workflows"
)

// Sentence gives the words of a refusal. The machine's own sentence is shown as it stands; a repeated press has only the
// code, and gets the general sentence of it.
func Sentence(r *workflows.Refusal) string {
	if r.Sentence != "" {
		return card.Clean(r.Sentence)
	}
	switch r.Code {
	case workflows.CodeOwnRequest:
		return "You asked for this or are to own it, so others decide on it."
	case workflows.CodeTwoStages:
		return "You took part in another stage of this request already. Somebody else decides this one."
	case workflows.CodeNotEntitled:
		return "This is not for you to decide. Whoever it waits for was told."
	case workflows.CodeProhibited:
		return "This request is on legal hold. It cannot be approved; legal counsel and compliance confirm the stop or name another tier."
	case workflows.CodeDelegate:
		return "You cannot act for somebody else here."
	case workflows.CodeInactive:
		return "Somebody named here is not active in the directory. An administrator can look into it."
	case workflows.CodeFewDeciders:
		return "An approval needs more independent people than this would be. Somebody who has not decided yet has to."
	case workflows.CodeNotAccepted:
		return "It waits until the person accountable accepts. You will be told when it is your turn."
	case workflows.CodePrecondition:
		return "Something is missing first. You will be told when it is your turn."
	case workflows.CodeOnlyNaming:
		return "You can name somebody who decides, but not decide yourself."
	case workflows.CodeNotIndep:
		return "This person cannot be named here. Choose somebody who neither asks for it nor has decided in it."
	case workflows.CodeField:
		return "Please look at the fields that are marked. Nothing was sent, and everything you typed is kept."
	case workflows.CodeStale:
		return "This changed after it was shown to you. Nothing was decided; please look at what it is now."
	case workflows.CodeDecided:
		return "This is decided already. Nothing more is needed from you."
	case workflows.CodeClosed:
		return "This request has ended. Nothing more is needed from you."
	case workflows.CodeUnknown:
		return "There is nothing with this number that you can see."
	case workflows.CodeNotYours:
		return "This is for somebody else to do."
	case workflows.CodeNotNow:
		return "This is not possible at this point. Nothing was changed."
	case workflows.CodeTooMany:
		return "That was a lot at once. Please try again in a minute; nothing was changed."
	}
	return "This was not done. Nothing was changed."
}

// TextNotActive is said to somebody who is not, or no longer, in the directory.
const TextNotActive = "You are not active in the directory, so I cannot show or do anything for you. An administrator can look into it."

// NotFound is said where there is nothing with an id, or nothing for the reader's eyes.
func NotFound(id string) string {
	if id = short(id, 40); id == "" {
		return "There is nothing there that you can see."
	}
	return fmt.Sprintf("There is nothing with the number %s that you can see.", id)
}

// NeedID is said to a command that wants an id and got none.
func NeedID(verb string) string {
	word := "status"
	if verb == VerbExplain {
		word = "explain"
	}
	return fmt.Sprintf("Please add the number of the request, such as: %s AIR-42. The word mine lists yours.", word)
}
