package slack

import "steward/bot/card"

// What the renderer says itself. Every other word on a card or form comes from package view.
const (
	wordAlways    = "Always attached: %s"
	wordNoAnswer  = "No answer"
	wordYes       = "Yes"
	wordBack      = "Back"
	wordSave      = "Save as draft"
	wordClose     = "Close"
	wordCut       = "Shortened here. The portal shows all of it."
	wordMore      = "More"
	wordPick      = "Type a name"
	wordPickOne   = "Choose one"
	wordUntitled  = "Steward"
	wordContinued = "%s, part %d"
	wordWithThem  = "Or"
)

// sign gives the sign beside a mark, so that colour is never the only cue; there is no colour here.
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
