package view

// The verbs of the card that asks whose account this is. Its presser has no link yet: [bot.Identity] takes them, not the desk.
const (
	VerbMe    = "me"
	VerbNotMe = "not_me"
)

// What an account hears of which it is not known whose it is.
const (
	TextUnread    = "I could not check your account just now. Please try again in a minute, or use the portal."
	TextNotMember = "I answer members of this organisation only."
	TextNotLinked = "I do not know whose account this is. Please ask an administrator of Steward to link it."
	TextLinked    = "Thank you. This account is linked now."
)
