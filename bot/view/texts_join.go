package view

// The sentences about joining a system of the AI register.
const (
	buttonJoin       = "Join\u2026"
	buttonLeave      = "Leave"
	buttonTakeBack   = "Take back"
	buttonAgree      = "Agree"
	buttonNo         = "Do not agree"
	buttonRefuseJoin = buttonNo + "\u2026"
	buttonAnswerJoin = "Answer who asks (%d)\u2026"

	titleJoin       = "Join"
	titleAgree      = "Let %s join?"
	titleTakeBack   = "Take it back?"
	titleAnswerJoin = "Who asks to join"
	labelJoined     = "Joined"

	textOneUser = "1 person"
	textUsers   = "%d people"

	textCoversEveryone   = "everybody who works here"
	textCoversDepartment = "the department %s"
	textCoversTeam       = "the team of %s"

	// What joining takes, and what is asked.
	textJoinCovered      = "The approval covers your group: you can join at once."
	textJoinAsks         = "You can ask to join. %s answers with one press, and you are told."
	textJoinNobody       = "whoever looks after it"
	textJoinUse          = "What it is approved for"
	textJoinNoConditions = "There are none beside what it is approved for."
	textJoinWithin       = "My use is what it is approved for, with this data"
	textJoinWithinHelp   = "Another use, or other data, needs a request of your own."
	textJoinAccept       = "I accept the conditions"
	textJoinSubmit       = "Join"
	textConfirmLeave     = "You do not use it any more. You can join again later. This is recorded under your name."
	textConfirmTakeBack  = "You do not ask to join any more. This is recorded under your name."

	// What is asked of who answers.
	textAskJoin          = "%s asks to join it, to use it as it is approved. You answer %s, by %s. Without an answer this ends on %s, and they do not join."
	textJoinAsManager    = "as their line manager"
	textJoinAsFor        = "for %s"
	textJoinAsGovernor   = "as one who looks after it, for they have no line manager"
	textConfirmAgree     = "%s joins it, and uses it as it is approved and under its conditions. This is recorded under your name."
	textRefuseJoinHelp   = "%s asks to join. They read the reason, and can ask again."
	textAnswerJoinHelp   = "Please answer one at a time. Whoever you agree to has joined at once."
	textAnswerWho        = "Whom do you answer?"
	textAnswerLabelJoin  = "May they join?"
	textAnswerYes        = "Yes, I agree"
	textAnswerNo         = "No"
	textAnswerJoinReason = "Where you do not agree: at least 20 characters. They read it."

	// What is approved already, for somebody who asks for the same tool or looks for it.
	buttonJoinOne   = "Join %s\u2026"
	textOffer       = "%s: %s is approved%s%s." // AIS-1, Otter.ai, for the team of Ben Okafor, until Tue 24 Nov 2026
	textOfferVendor = " (%s)"
	textOfferFor    = " for %s"
	textOfferUntil  = ", until %s"
	textOfferJoin   = "Join it instead? The approval covers your group."
	textOfferAsk    = "Join it instead? %s answers with one press."
	textFoundFor    = "It is for %s."
	textOfferYours  = "You asked for it or own it."
	titleUses       = "What you joined"
	textMineNone    = "You have sent no request. What you joined is below."

	// What became of it.
	textJoined         = "%s joined on %s."
	textJoinedBy       = "%s joined on %s: %s agreed. Please use it as it is approved, and keep its conditions."
	textJoinedAgreed   = "%s agreed that %s joins, %s."
	textJoinWaits      = "%s asked to join on %s. It waits for %s, and ends on %s without an answer."
	textJoinRefused    = "%s did not agree that %s may join, %s."
	textJoinEnded      = "%s asked to join; that ended on %s without an answer."
	textDoneLeave      = "Done. You can join again while the approval stands."
	textDoneAgree      = "%s has joined and is told."
	textDoneRefuseJoin = "%s is told, with your reason."
)
