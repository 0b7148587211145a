package slack

// What the Slack surface says itself; every other word comes from package view.
const (
	titleSteward = "Steward"
	titleWait    = "One moment"
	titleAgain   = "Open the form"
	titleFault   = "Not done"

	buttonAgain  = "Open the form"
	buttonPortal = "Open in the portal"

	textWait      = "This opens in a moment."
	textSaving    = "Saving. You can close this; I will tell you if anything goes wrong."
	textDone      = "Done."
	textBusy      = "There is a lot to do right now. Nothing was changed; please try again in a minute."
	textFault     = "This did not work, and that is not your fault. Nothing was changed; please try again in a minute."
	textFaultForm = "This could not be sent just now. Nothing was changed, and what you typed is still here; please try again in a minute."
	textAgain     = "Slack gave me too little time to open the form. Press the button, and it opens."
	textLostForm  = "The form could not be shown. What you typed is kept; type “/steward request” to go on with it."
	textLink      = "This link signs you in to the portal. It works once, for ten minutes, and is for you only."
	textNoLink    = "I cannot make a link to the portal just now. Please try again in a minute."
)
