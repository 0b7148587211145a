package view

// The sentences of absences.
const (
	titleAbsences   = "When you are away"
	titleAwayOf     = "When %s is away"
	titleAwayForm   = "When are you away?"
	titleAwayChange = "Change"

	buttonAway       = "I am away\u2026"
	buttonAwayChange = "Change\u2026"
	buttonImBack     = "I am back"
	buttonCallOff    = "Call it off"

	textAwayOn         = "on %s"
	textAwayFromTo     = "from %s to %s"
	textAwayLine       = "%s %s away %s."
	textAwayCancelled  = "%s %s to be away %s. It was called off."
	textNobodyStandsIn = "Nobody stands in."
	textStandsIn       = "%s stands in."
	textYouStandIn     = "You stand in."
	textStoodIn        = "%s was to stand in, but %s."
	textLostLeft       = "has left"
	textLostAway       = "is away on one of the days"
	textLostRole       = "shares neither a role nor the manager any more"
	textLendsAll       = "Whoever stands in decides what waits already and what comes. Both can decide; the first vote counts, and the record names both."
	textLendsNew       = "Whoever stands in decides what comes after they were named. Both can decide; the first vote counts, and the record names both."
	textNotAway        = "You have not said that you are away, and you stand in for nobody."

	textAwayIntro      = "Whoever stands in decides in your name what waits for you. Your own buttons go on working."
	textAwaySubmit     = "Save"
	textFromLabel      = "First day"
	textToLabel        = "Last day"
	textToHelp         = "It counts to its end, where you live."
	textDelegateLabel  = "Who stands in?"
	textDelegateHelp   = "Somebody who holds one of your roles, has the same manager, or is a manager above you. Leave it empty for nobody."
	textHandOverLabel  = "Hand over what waits already"
	textHandOverOpen   = "Without it, they decide what comes after they were named."
	textAwayReason     = "Reason"
	textAwayReasonHelp = "If you like. Whoever stands in reads it."
	labelAwayReason    = "Reason"

	textAwayDone       = "Saved. %s"
	textAwayAlready    = "This was saved before. %s"
	textAwayOver       = "Noted: you are here. Nobody stands in for you."
	textConfirmBack    = "Your absence ends now, and nobody stands in for you any more."
	textConfirmCallOff = "You will not be away on these days, and nobody will stand in for you."
	textAwayNobody     = "I found nobody called %s. Please choose who stands in."
	textAwaySeveral    = "%s people fit %s. Please choose who stands in."

	textNamedYou     = "%s has named you to stand in."
	textStandInNow   = "You stand in for %s from now on."
	textNoLonger     = "You do not stand in for %s any more."
	textDelegateLost = "%s stands in no longer. Whoever is away can name somebody else."
)

// TextNoAbsence answers for an absence that does not exist or is not for its reader's eyes.
const TextNoAbsence = "There is no such absence, or it is not for your eyes."
