package teams

import (
	"steward/bot/card"
	"steward/bot/teams/adaptivecard"
)

// What the renderer says itself. The words on cards and forms come from package view.
const (
	wordUntitled = "Steward"
	wordCut      = "Shortened here; the portal shows all of it."
	wordPortal   = "Open in the portal"
	wordSave     = "Save as draft"
	wordPerson   = "Type a name"
	wordChoose   = "Choose one"
	wordNone     = "No answer"
	wordYes      = "Yes"
	wordAlways   = "Always attached"
	wordInstead  = "Or, instead of these"
	wordTick     = "Tick at least one, here or in the part below."
	wordFill     = "Please fill this in."
	wordServes   = "What each question serves"
	wordShow     = "Show"
	wordHide     = "Hide"
	wordTooLong  = "What was written on this page is more than Teams can show. All of it is kept; please go on in the portal."
)

// sign gives the sign beside a mark, so that its colour is not the only cue.
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

// toneColor gives the colour of a mark.
func toneColor(t card.Tone) adaptivecard.Color {
	switch t {
	case card.ToneGood:
		return adaptivecard.ColorGood
	case card.ToneWarn:
		return adaptivecard.ColorWarning
	case card.ToneBad:
		return adaptivecard.ColorAttention
	case card.ToneNeutral:
	}
	return ""
}

// stepSign gives the sign of a step of the track, and its colour.
func stepSign(s card.StepState) (string, adaptivecard.Color) {
	switch s {
	case card.StepDone:
		return "✓", adaptivecard.ColorGood
	case card.StepHere:
		return "●", adaptivecard.ColorAccent
	case card.StepBad:
		return "■", adaptivecard.ColorAttention
	case card.StepNext:
	}
	return "○", ""
}
