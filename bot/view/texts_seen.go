package view

// The sentences about tools that were seen in the company and asked for by nobody.
const (
	textSysSeen      = "In use here since %s at the latest, and not approved. Please do not use it before it is."
	textSysSeenAsked = " %s asks for approval."
	textSysSeenOver  = "Stopped on %s. It must not be used."
	textTurnStopped  = "stopped it"
	textAskSeen      = "It is used here and nobody has approved it. Please ask for approval, or retire it, by %s."
	textAskSeenOwner = "It is used here and nobody has approved it. Please name who asks for approval, or stop it, by %s."
	textSeenLate     = "Nobody has asked for approval of it by %s."
	textSeenStill    = "It was seen in use on %s all the same."
	textSeenOwnerMay = "%s owns it: asks for approval, or retires it, and can hand it over."
	textSeenRolesMay = "%s looks after it: names its owner, or stops it."
	textNobodyYet    = "Nobody yet"
	textSeenIn       = "%s of %s"

	labelSeenIn   = "Seen in"
	labelAccounts = "People who use it"
	labelLastUsed = "Last used"
	labelUntil    = "To be settled by"

	buttonAskSeen  = "Ask for approval\u2026"
	buttonNameSeen = "Name an owner\u2026"
	buttonStopSeen = "Stop it\u2026"

	textStopSeenHelp = "It must not be used from now on. A new use begins with a new request."
)
