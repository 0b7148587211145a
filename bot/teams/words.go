package teams

// What the Teams surface says itself; every other word comes from package view.
const (
	titleSteward = "Steward"
	titleWait    = "One moment"

	buttonOpen = "Open the form"
	buttonLook = "Look again"

	textDone         = "Done."
	textBelow        = "See below."
	textSaving       = "Saving. You can close this; I will tell you how it ended."
	textSlow         = "This takes longer than it should. Nothing is lost; please look again in a moment."
	textOpen         = "This needs a form. Press the button, and it opens."
	textOldButton    = "This button is from an older version of me. Type “inbox” to see what waits for you."
	textElsewhere    = "I answer in our own chat, where nobody else reads along."
	textInChat       = "This counts in our own chat only, where every card is mine. I have put the card there; please press it there."
	textFault        = "This did not work, and that is not your fault. What you sent was kept if it was a form; please try again in a minute."
	textLink         = "This link signs you in to the portal. It works once, for ten minutes, and is for you only."
	textNoLink       = "I cannot make a link to the portal just now. Please try again in a minute."
	textNothingFound = "There is nothing like that which you may see."
)
