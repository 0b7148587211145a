package view

// Texts of what waits for a person, and why.
const (
	titleDuties     = "What waits for %s"
	titleDutiesAway = "Away"

	textDutiesNone   = "Nothing waits for %s."
	textDutiesCount  = "%s for %s%s."
	textDutiesLate   = ", %d of them late"
	textDutiesHidden = "%s that you do not read here."
	textDutiesMore   = "%d more, in the portal."

	textDutySince = "%s, since %s%s."
	textDutyUntil = ", until %s"
	textDutyWas   = "; it was due %s, %s"

	textIsAsker      = "%s %s for it."                                       // Ana Ruiz, asked
	textIsToOwn      = "%s %s to own it."                                    // Ben Okafor, is
	textOwnsIt       = "%s %s it."                                           // Ben Okafor, owns
	textLooksAfter   = "%s %s the role %s, which looks after it."            // holds
	textLateToldAs   = "%s %s the role %s, which is told where it is late."  // holds
	textUnblocksAs   = "%s %s the role %s and %s no part in it."             // holds, has
	textAnswersJoin  = "%s %s the manager of %s, who asks to join."          // is
	textHeirOf       = "%s %s the manager of %s, who owned it and has left." // is
	textVerifiesAs   = "%s %s it as %s, and neither owns it nor showed it."  // verifies
	textNextDecide   = "If it is late, whoever holds the role %s is told and may name somebody else. Silence approves nothing."
	textNextLate     = "Silence approves nothing."
	textNextAccept   = "Nothing is approved before that."
	textNextQuestion = "Until it is answered, the clock of the stage stands still."
	textNextAnswer   = "The stage goes on meanwhile."
	textNextNamed    = "The decision is made by whoever is named. Nobody decides before that."
	textNextLateName = "The decision stays with those who are asked."
	textNextUse      = "It is not to be used before the answer."
	textNextMissing  = "It does not go on before that."
	textNextProve    = "Somebody else verifies it then. If it is late, those who look after the register are told."
	textNextVerify   = "The condition is open until then."
	textNextHandOver = "Nothing of it is approved before that."
	textNextLook     = "It goes on or stops with the answer."
	textNextRenew    = "Without a renewal the approval ends %s."
	textNextTier     = "The tier stays as it is until both name the same one."
	textNextFact     = "If nothing comes of it, it fills in nothing after %s."
	textNextSeen     = "If nothing comes of it, those who look after the register are told."
	textNextJoin     = "They do not use it before that. After some days the wish ends by itself."

	// TextDutiesOthers is said to whoever may not read what waits for somebody else.
	TextDutiesOthers = "What waits for somebody else is read by compliance leads, internal auditors and administrators. The word explain alone says what waits for you, and why."
	// TextDutiesPortal is said where the account is not good enough to read about others.
	TextDutiesPortal = "What waits for somebody else is in the portal, for those who may read it."

	textNobodyCalled = "Nobody active is called %s. Type a name as it is in the directory, or an address."
	textManyCalled   = "Several people fit: %s. Type the whole name, or the address."
)
