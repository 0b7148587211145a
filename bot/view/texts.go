package view

// The sentences of request cards. Verbs of fmt stand where names, dates and words of the flow go.
const (
	textZone      = "Times in %s."
	textScreening = "Screening, not legal advice."

	// What is asked of the reader, until when.
	textAsksYou     = "%s asks you to %s it."   // Ana Ruiz (Sales), approve
	textYouDecide   = "You decide%s as %s, %s." // their manager, " for Alice Ng", by Thu 27 Nov 17:00
	textHoldAsk     = "This is on legal hold. You decide%s as %s: confirm the stop or name another tier, %s. Nothing happens until legal counsel and compliance say the same."
	textClassifyAsk = "%s was not sure how to classify it. You say%s as %s whether the classification stands, %s."
	textAsksAdvice  = "%s asks for it. Your advice is wanted%s as %s, %s."
	textAdviceDoes  = "Advice decides nothing. An objection can be overruled by the next stage only, with a reason that you will see."
	textAskAccept   = "%s names you as accountable for it. Without your acceptance it cannot be approved."
	textAsksQuest   = "%s asks you: %s"
	textQuestClock  = "The clock of the stage stands still until you answer."
	textLateNaming  = "%s did not answer in time, as %s. You may name %s; the decision itself is not yours."
	textLateNobody  = "%s did not answer in time, as %s. There is %s to name."
	textUnblock     = "Nobody independent is left who could decide as %s. You may name somebody from outside, with a reason."
	textUnblockMore = "%s was named on %s and has not decided."
	textMissing     = "Something has to be added: %s"
	textTask        = "A condition of the approval is yours to fulfil."
	textStopNow     = "Legal hold: please stop using it, or do not start, until legal has looked at it."

	// Where it stands.
	textYouSent      = "You sent this on %s."
	textYouOwn       = "%s named you as the person accountable for it."
	textSentBy       = "Sent by %s, %s."
	textWaitingFor   = "It waits for %s."
	textWaitingStage = "It waits for %s, as %s%s."
	textWaitingMany  = "It waits for %s (%s)%s."
	textWasDue       = " This was due %s, %s."
	textItWasDue     = " It was due %s."
	textDueNow       = "by %s"
	textDueBy        = ", due %s"
	textDueWas       = ", late since %s"
	textUnblocked    = "Nobody independent is left to decide as %s; somebody from outside has to be named."
	textPaused       = "The clock stands still: %s asked a question that is not answered yet."
	textWaitsAnswer  = "It waits for %s to answer what %s asked. Until then the clock stands still for %s."
	textWaitsOwner   = "It waits for %s to accept being accountable."
	textDeclined     = "%s declined to be accountable. The requester can name somebody else by editing it, or withdraw it."
	textWaitsLink    = "It waits for something that has to be there first: %s"
	textLateSince    = "The stage is late. %s %s told and may name %s."
	textNext         = "Next: %s."
	textNothingMore  = "Nothing more is needed from you."
	textWellTell     = "You will get a message when it ends, or when something is asked of you."

	// Votes, advice, rulings.
	textVote        = "%s by %s, %s%s." // Approved, Ben Okafor, Tue 25 Nov 10:14, ", with 2 conditions"
	textVoteQuoted  = "%s: \u201c%s\u201d, %s%s."
	textFor         = " for %s"
	textWith        = ", with %s"
	textReason      = "Reason: %s"
	textNoObjection = "No objection by %s, %s."
	textObjection   = "Objection by %s, %s: %s"
	textOverruled   = "The objection was overruled by %s: %s"
	textRulingStop  = "%s confirmed the stop, %s."
	textRulingTier  = "%s named another tier: %s, %s."
	textRulingOK    = "%s let the classification stand, %s."
	textRulingFix   = "%s corrected the answers, %s."

	// Ends.
	textApproved      = "%s by %s, %s%s." // Approved, Cleo Marsh, Wed 26 Nov 16:00, ", with 3 conditions"
	textAppQuoted     = "\u201c%s\u201d by %s, %s%s."
	textApprovedUntil = " Valid until %s."
	textEndedOn       = "It ended on %s."
	textEndedMeans    = "What it allowed is not allowed any more."
	textRowExpired    = "Approved on %s, expired since."
	textEnding        = "It ends by itself on %s. If it is still needed after that, send a new request in time."
	textWithdrawn     = "Withdrawn by %s, %s."
	textStopped       = "Stopped %s: legal counsel and compliance confirmed the legal hold. It must not be used."
	textConditions    = "%s for %s to fulfil."
	textBeforeUse     = "before it is used"
	textAskAgain      = "You may send a new request at any time."

	// Messages that say more than the card.
	textNewAnswer    = "Your question was answered: %s"
	textNoAnswer     = "Your question of %s was not answered. The clock of the stage runs again; you may decide without the answer."
	textInform       = "Nothing is asked of you."
	textMoreInPortal = "The rest is in the portal."
	textNotNeeded    = "What you were asked for is not needed any more."
	textWasOverruled = "Your objection was overruled by %s: %s"
)

// TitleAnswers heads the answers of a request, each line "question: answer".
const TitleAnswers = "Answers"

// Titles and labels of request cards.
const (
	labelFor      = "For"
	labelKind     = "Kind"
	labelAfterYou = "After you"
	labelOwner    = "Accountable"
	labelAskedBy  = "Asked by"
	labelSent     = "Sent"
	labelValid    = "Valid until"
	labelValidFor = "Valid"
	labelTier     = "Tier"
	labelLegal    = "Legal class"
	labelPolicy   = "Policy"
	labelRound    = "Round"

	titleWhyTier    = "Why %s (%s)" // medium, 27 points
	titleWhyTierNo  = "Why %s"
	titleAlways     = "Always attached"
	titleSuggested  = "Suggested conditions"
	titleConditions = "Conditions"
	titleQuestions  = "Questions"
	titleAskReview  = "Worth asking"
	titleDecisions  = "Decisions"
	titleAdvice     = "Advice"
	titleObjections = "Objections"
	titleChosen     = "Chosen by those before you"
	titleRisks      = "Risk lines"
	titleEarlier    = "Earlier rounds"
	titleMissing    = "Must be there first"

	titleAlwaysApplies = "Always attached with approval"
)

// Labels of buttons. They are short, and end in an ellipsis where a form opens.
const (
	buttonAsk      = "Ask\u2026"
	buttonAnswer   = "Answer\u2026"
	buttonNoObject = "No objection"
	buttonObject   = "Objection\u2026"
	buttonAccept   = "Accept"
	buttonDecline  = "Decline\u2026"
	buttonEdit     = "Edit\u2026"
	buttonWithdraw = "Withdraw\u2026"
	buttonLink     = "Add the reference\u2026"
	buttonName     = "Name somebody\u2026"
	buttonManager  = "Name another manager\u2026"
	buttonOutsider = "Name an outsider\u2026"
	buttonClassify = "Classify\u2026"
	buttonHold     = "Decide the hold\u2026"
	buttonDetails  = "Details"
	buttonWhyMe    = "Why me"
	buttonExplain  = "Why this way"
	buttonBack     = "Back to the short card"
	buttonBackTo   = "Back to %s"
	buttonPortal   = "Open in the portal"
	buttonInPortal = "Decide in the portal"
	buttonSignIn   = "Sign in to decide"

	buttonNameInPortal = "Name somebody in the portal"
	buttonSignInToName = "Sign in to name somebody"

	buttonRequest  = "New request\u2026"
	buttonContinue = "Continue draft of %s"
	buttonImpact   = "Start the assessment\u2026"
	confirmNo      = "Not yet"
)

// What the surface's own confirmation says.
const (
	titlePlain    = "%s %s?"    // Approve, AIR-14
	titleNoObject = "%s to %s?" // No objection, AIR-14

	textConfirmApprove = "You decide on %s. This is recorded under your name."
	textConfirmAdvice  = "Your advice is recorded under your name. It decides nothing."
	textConfirmAccept  = "You will be accountable for this use and its conditions. This is recorded under your name."
)

// Marks of outcomes.
const (
	markApproved  = "Approved"
	markExpired   = "Expired"
	markRejected  = "Rejected"
	markWithdrawn = "Withdrawn"
	markStopped   = "Stopped"
)

// Lines of sections.
const (
	textNoClass      = "None found"
	textAndMore      = "and %d more"
	textNoHits       = "No rule of the policy found anything to look at."
	textRuleError    = "A rule could not be worked out, so the strictest way is taken"
	textAtLeast      = "At least %s: %s"
	textOverridden   = " (overridden by people)"
	textQuestionLine = "%s asked, %s: %s"
	textAnswerLine   = "%s answered, %s: %s"
	textNoAnswerYet  = "No answer yet."
	textAttached     = "%s: %s, verified by %s."
	textProof        = "Proof: %s"
	textPolicy       = "%s, version %d, pack %s"
	textComputed     = "The rules gave %s."
	textChosen       = "Conditions chosen: %s"
	textOwnChoice    = "%s by %s"
	textEarlierVote  = "Round %d, void now: %s"
	textLineScore    = "Before: %s (%d). After: %s (%d). What is left is accepted by %s."
)

// What changed while somebody looked.
const (
	textNewRound      = "%s on %s, and the decisions start again."
	textAnsweredSince = "A question was answered meanwhile: %s %s"
	textChangedSince  = "What is decided on has changed meanwhile."
)

// Lists, home, start and help.
const (
	titleInbox        = "Waits for me"
	titleDaily        = "What is due on %s"
	titleMine         = "My requests"
	titleOldest       = "Earliest due first"
	titleNewest       = "Newest first"
	titleNoHome       = "Steward"
	titleStart        = "Start"
	titleStartCard    = "Ask for approval"
	titleHelp         = "What you can ask me"
	titleCommands     = "Commands"
	titleWhyQuestions = "Why these questions: %s"
	titleServes       = "Each question and what its answer serves"
	titleKept         = "How long it is kept"

	textInboxEmpty   = "Nothing waits for you."
	textMineEmpty    = "You have not sent a request yet, and nobody has named you as accountable."
	textMine         = "%s that you sent or are accountable for."
	textMineMany     = "The newest requests that you sent or are accountable for. The rest is in the portal."
	textMoreWait     = "and %d more in the portal"
	textAtStage      = "waits for %s."
	textForSomebody  = ", for somebody else"
	textStart        = "Send a request before you start. It takes about five minutes, and you see the assessment before you send."
	textNoTitle      = "Without a title"
	textFromCard     = "Begun from the card of the request it is about, by its owner."
	textWhyQuestions = "Every question is there for a rule of the policy or for a control that asks for a record of the answer."
	textWholeForm    = "The form as a whole:"
	textHelp         = "Type one of these words, alone or with an id."
	textUnknownWord  = "I do not know the word %s."
	textNearest      = "Did you mean: %s?"
	textLater        = "%q comes in a later version. Until then, help shows what there is."

	buttonOpen = "Open %s"
	buttonAll  = "All %d in the portal"
)

// Explanations.
const (
	titleWhyTierLong = "Why this tier"
	titleWhyStages   = "Why these stages"
	titleWhyPeople   = "Why these people"
	titleWhyWait     = "Why this wait"
	titleOutcome     = "Outcome"

	textWhyRequester   = "You asked for this, so others decide on it."
	textWhyOwner       = "You are to be accountable for it, so others decide on it."
	textWhyReader      = "You can read this because you took part in it, were told of it, or hold a role that reads everything."
	textIsManager      = "%s %s the nearest active manager of %s."
	textIsDelegate     = "%s %s for %s as %s."
	textIsNamed        = "%s %s the role %s; named after the stage became late."
	textIsNamedAbove   = "%s %s a manager above %s; named after the stage became late."
	textIsOutsider     = "%s %s named from outside, for the role %s."
	textNamedBy        = "%s named %s from outside, %s." // Helen Marsh, you, Tue 24 Nov 10:14
	textNamedWhy       = "The reason: %s"
	textHolds          = "%s %s the role %s."
	textTierFrom       = "%s alone give %s."
	textTierFloor      = "At least one rule sets the tier higher: %s."
	textTierNamed      = "The rules gave %s; legal counsel and compliance named %s."
	textFixed          = "The stages were fixed %s, by %s."
	textEndsItself     = "The approval ends by itself on %s."
	textWordBefore     = "Requester and owner are told on %s."
	textIndependentOne = "At least one person decides, apart from requester and owner."
	textIndependent    = "At least %d different people decide, apart from requester and owner."
	textFilled         = "%s answered as %s, %s."
	textNobody         = "Nobody independent is left to decide as %s. Somebody from outside has to be named."
	textBarred         = "%s holds a role of this stage but asks for it, is to own it, or took part in another stage."
	textClockStill     = "The clock of the stage stands still until a question is answered."
	textWaitLine       = "%s%s: asked %s, since %s"
)
