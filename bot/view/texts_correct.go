package view

// The sentences of answers about the vendor that experts correct.
const (
	buttonCorrect  = "Correct a vendor answer\u2026"
	titleCorrect   = "Correct a vendor answer"
	titleCorrected = "Corrected by experts"

	textCorrectIntro    = "Change what you found otherwise, each with a proof; leave the rest as it is. It is scored again under the same policy. Votes stand unless the tier rises or data leaves the approved classes. This is no vote."
	textCorrectIs       = "Answered: %s (%s)."
	textCorrectProof    = "Needed where you change the answer: a link, or where it stands."
	textCorrectReason   = "At least 20 characters. It stays in the record, and whoever decides reads it."
	textCorrected       = "%s %s. Corrected by %s on %s; was: %s. Proof: %s"
	textCorrectedBy     = "corrected by %s on %s; was: %s; proof: %s"
	textCorrectedSince  = "Answered otherwise since: %s."
	textCorrectedRises  = "A correction by an expert raised the tier from %s to %s, so votes given before are void."
	textCorrectedLeaves = "An expert found that data leaves the approved classes, so votes given before are void."
	textRulingFact      = "%s corrected an answer about the vendor, %s."
	textFactCorrected   = "Corrected by an expert: %s"
)
