package slack

import "steward/bot/card"

// What the renderer says itself. The words on cards and forms come from package view.
const (
	wordUntitled = "Steward"
	wordCut      = "Shortened here; the portal shows all of it."
	wordSave     = "Save as draft"
	wordClose    = "Close"
	wordPerson   = "Type a name"
	wordChoose   = "Choose one"
	wordNone     = "No answer"
	wordYes      = "Yes"
	wordAlways   = "Always attached"
	wordInstead  = "Or, instead of these"
	wordTick     = "Tick at least one, here or in the part below."
	wordPart     = "%s, part %d"
)

// sign gives the sign beside a mark: here it is the only cue beside the word.
func sign(t card.Tone) string {
	switch t {
	case card.ToneGood:
		return "✓"
	case card.ToneWarn:
		return "▲"
	case card.ToneBad:
		return "■"
	case card.ToneNeutral:
	}
	return "●"
}

// stepSign gives the sign of a step of the track.
func stepSign(s card.StepState) string {
	switch s {
	case card.StepDone:
		return "✓"
	case card.StepHere:
		return "●"
	case card.StepBad:
		return "■"
	case card.StepNext:
	}
	return "○"
}
