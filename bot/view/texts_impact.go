package view

// Words about an assessment on the card of the request that it is about, and the other way round.
const (
	titleAssessed   = "%s %s" // AI impact assessment IMP-1
	titleCarried    = "From %s"
	titleReferences = "References"

	labelAbout   = "About"
	labelImpact  = "Impact assessment"
	textImpactOf = "%s, %s. %s"
	textAboutIs  = "%s, %s"
	textOpensFor = "opens when %s is accepted"
	textWaitsFor = "It waits until %s is accepted."

	textMakingIt  = "Being decided on since %s."
	textAcceptedA = "Accepted on %s, valid until %s."
	textAcceptedN = "Accepted on %s."
	textNotTaken  = "It was not accepted on %s. A new version is needed."
	textTakenBack = "It was withdrawn on %s. A new one is needed."
	textOutOfDate = "It is out of date since %s. A new version is needed."
	textOtherEdit = "It was made for other answers than these: %s. Its owner sends it again with Edit, or begins a new one."
	textOtherNew  = "It was made for other answers than these: %s. A new version is needed."
	textSinceThen = "A change was reported after it: %s. A new version is needed."
	textChangedIn = "%s has changed since: %s. Send this again with Edit, or it will not count for it."

	textImpactIs  = "Impact: %s."
	textConcludes = "Impact: %s. Concludes: %s"
	textRiskShort = "%s (%s). Before: %s (%d). After: %s (%d)."
	textReference = "%s, linked by %s on %s. Made elsewhere."

	textBrought   = "%s (%s)."
	textRiskLine  = "risk line "
	textRiskLines = "risk lines "
	textFromWhere = "From %s."
	textReached   = " All its measures are verified: what is left of its risks is reached."
	textReaching  = " %d of %s verified."
	textTaskMoot  = "No longer asked for: %s does not name it."

	textAgainFrom = "A new version is begun from %s."
	textMoot      = "%s came to nothing, so that nothing is left to assess, %s."

	// TextNothingToAssess refuses an assessment of what is not to be used.
	TextNothingToAssess = "This came to nothing, so that there is nothing to assess."

	buttonAnew = "Begin a new version\u2026"
)
