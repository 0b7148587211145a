package view

// The sentences and labels of forms.
const (
	textPage      = "Page %d of %d"
	textNextPage  = "Next"
	textNextLine  = "Keep and go on"
	textBack      = "Back"
	textSend      = "Send"
	textSendAgain = "Send again"
	textContinued = "%s, part %d"

	textEditVoids     = "Sending this voids %s and starts again at the first stage."
	textEditStarts    = "Sending this starts a new round at the first stage."
	textCorrectStarts = "You set the answers right. Sending this scores them anew and starts again at the first stage."
	textPreview       = "Nothing has been sent yet. Please check the answers and the assessment."

	textLines       = "Fill in one risk line and press the button to keep it; then the next one. Leave all fields empty to go on. At most %d lines."
	textRemoveLines = "Take these lines out"
	textLineKept    = "Line %d is kept. Fill in another one, or leave the fields empty to go on."
	textLinesOut    = "%s taken out again."

	textControlsHelp    = "Ids of controls with commas between them."
	textControlsExample = "27001:A.5.15, 42001:A.6.2.6"

	errorNumber = "Please give a whole number."

	buttonQuestions = "Why these questions"

	titleAssessment = "What the policy says"
	titleSoFar      = "So far"
	titleView       = "%s (%s)"
	titleOtherHits  = "Other rules"
	titleWhoDecides = "Who decides"

	textSoFar      = "It follows your answers. What you have not answered yet counts as missing, so this can still go down."
	textSoFarStart = "Tier, points and who decides appear here as you answer."
	textAssessed   = "This comes out as %s, with %s."
	textHoldAhead  = "Nobody can approve it as it stands: legal counsel and compliance look at it first. Please do not use it until then."
	textTierPoints = "%s, %s"
	textValidFor   = "for %s from the approval"
	textNoHitsView = "Nothing found."
	textOwnerFirst = "Before the last stage, the person accountable accepts by a press."

	textStageOne       = "%s decides"
	textStageAll       = "%s each decide"
	textStageQuorum    = "%d people decide, each %s"
	buttonOverride     = "Another tier\u2026"
	titleNamedTier     = "Another tier was named"
	titleOverride      = "Another tier"
	textAskOverride    = "Another tier was named for this. You say as %s which one fits; the present one stands until both name the same."
	textOverrideIntro  = "It is decided on as %s. %s together can name another tier, up or down: once both name the same one, its stages decide from the beginning, and votes given by now are void."
	textOverrideHelp   = "Name the present one where none other fits."
	textOverrideReason = "At least 20 characters. It stays in the record, and whoever decides reads it."

	textStageHold     = "%s together confirm the stop or name another tier"
	textStageClassify = "%s says whether the classification stands"
	textStageAdvice   = "%s gives advice"
	textStageAdvise   = "%s give advice"
	textWithin        = "within %s"
)

// Decision forms.
const (
	titleObjection = "Objection"
	titleDecline   = "Decline"
	titleWithdraw  = "Withdraw"
	titleAsk       = "Ask"
	titleAnswer    = "Answer"
	titleLink      = "Reference"
	titleName      = "Name somebody"
	titleClassify  = "Classify"
	titleHold      = "Legal hold"
	titleObjected  = "An objection stands"

	textReasonLabel   = "Reason"
	textReasonHelp    = "If there is something to say. The requester reads it."
	textOverruleLabel = "Why you approve in spite of the objection"
	textOverruleHelp  = "At least 20 characters. The person who objected reads it."
	textRejectHelp    = "At least 20 characters. The requester reads it; the request ends."
	textObjectHelp    = "At least 20 characters. The next stage has to answer it with a reason."
	textDeclineHelp   = "If you like. The requester can then name somebody else or withdraw."
	textWithdrawHelp  = "If you like. It stays in the record."
	textWithdrawEnds  = "The request ends. Everybody who was asked is told. You may send a new one at any time."

	textAlwaysLabel  = "Always attached"
	textSuggestLabel = "Suggested by the policy"
	textSuggestHelp  = "Ticked because of the answers. Take away what does not fit."
	textMoreLabel    = "More conditions"
	textOwnLabel     = "A condition of your own"
	textOwnHelp      = "One sentence that can be checked. It needs a date."
	textOwnDueLabel  = "Your own condition is due on"
	textWithinDays   = "Within %s of the approval"
	textByDay        = "By %s"

	textChosenBy     = "chosen by %s"
	textAskIntro     = "%s gets your question as a message. The clock of the stage stands still until there is an answer; others may decide meanwhile."
	textAskLabel     = "Your question"
	textAskHelp      = "One question at a time is answered sooner."
	textAskSubmit    = "Ask"
	textAskedYou     = "%s asked, %s"
	textAnswerLabel  = "Your answer"
	textAnswerHelp   = "Everybody who decides reads it. To change the answers of the form, use Edit instead."
	textAnswerSubmit = "Answer"

	textOutcomeLabel = "Which way does it go?"
	textClassifyHelp = "You name the tier. You do not decide on the use."
	textHoldHelp     = "Legal counsel and compliance each say the same before anything happens."
	textTierLabel    = "Which tier instead?"
	textTierHelp     = "Only where you name another tier. The rules that hit stay visible as overridden."
	textRuleReason   = "At least 20 characters where you name another tier. It stays in the record."

	textRefLabel    = "Id or link"
	textRefHelp     = "The id of a request, or an https link to the document."
	textRefExample  = "IMP-7"
	textLinkStart   = "Start it with the button on the request's %s, or give the reference of one that exists."
	textMadeLabel   = "Link"
	textMadeHelp    = "An https link to the document. Whoever decides reads it there."
	textMadeExample = "https://wiki.example.com/impact/7"
	textMadeStart   = "Start it with the button on the request's %s: what is accepted here is linked by itself. Of one made elsewhere give the link."
	textOnPage      = "page"
	textOnCard      = "card"
	textLinkSubmit  = "Add"

	textNameHolder   = "The person you name gets the decision, you do not. They must hold the same role."
	textNameManager  = "The person you name gets the decision, you do not. They must be a manager above the requester."
	textNameOutsider = "Nobody independent is left. Name a person who neither asks for this nor has decided in it; the reason is recorded."
	textNameReason   = "Why this person. At least 20 characters for somebody from outside."
	textRoleLabel    = "For which role?"
	textPersonLabel  = "Whom do you name?"
	textNameSubmit   = "Name"
)

// What a press or a form did.
const (
	textSent         = "Sent as %s."
	textSentAgain    = "%s was sent again with the new answers."
	textAsked        = "Your question went to %s. The clock of the stage stands still until there is an answer."
	textAnswered     = "Your answer is on the card of everybody who decides."
	textAccepted     = "You are now accountable for %s."
	textDeclinedNow  = "You declined. %s can name somebody else or withdraw the request."
	textWithdrawnNow = "%s is withdrawn. Everybody who was asked is told."
	textLinked       = "The reference is added."
	textNamed        = "The person you named is asked now. The decision is theirs."
	textWasSent      = "This was sent already, as %s."
	textWasDone      = "This was done already."
	textCannotNow    = "This is not possible for you at this point."
	textOnlyOwner    = "%s is accountable for %s and begins this."

	// TextSaved is said when a form was kept on the way.
	TextSaved = "Kept as a draft. You can go on with it for 30 days."
	// TextElsewhere is said when a form was sent from two places.
	TextElsewhere = "This form was open twice. What you typed is kept; please look at it again."
	// TextNewPolicy is said when the policy changed while a form was filled in.
	TextNewPolicy = "The policy changed since you began. Nothing was sent yet; please look at the assessment again."
	// TextChooseOne stands at a choice that was not made.
	TextChooseOne = "Please choose one."
	// TextNoFlow is said where a kind of request is not in the policy any more.
	TextNoFlow = "This kind of request is not in the policy in force. What you typed is kept in your draft."
	// TextNeedsAbout is said where a form is about another request and none was named.
	TextNeedsAbout = "This is begun from the card of the request it is about."
	// TextInPortal is said where a decision is made in the portal only.
	TextInPortal = "The policy wants this decided in the portal. Nothing was decided yet."
	// TextSignInAgain is said where the portal wants to be surer who decides.
	TextSignInAgain = "The policy wants to be surer who decides this. Nothing was decided yet; please sign in again first."
	// TextOldButton is said to a button of an older card.
	TextOldButton = "This button is of an older card. Here is the card as it is now."
)
