package view

import (
	"slices"
	"strings"

	"steward/bot/card"
	"steward/workflows"
)

// Checkpoint is the message that posts a checkpoint of the record: size is its number of records, note the signed note.
// The empty line before the signature is left out, as a card has none: whoever reads checkpoints knows where it was.
func Checkpoint(size, note string) card.Card {
	lines := slices.DeleteFunc(strings.Split(note, "\n"), func(line string) bool { return line == "" })
	return card.Card{
		About: workflows.RecordRef().String(),
		Title: "Checkpoint of the record",
		Lead: []string{
			"The record held " + grouped(size) + " entries. Whoever keeps this message can show later whether one of them was changed or " +
				"removed: steward verify --against FILE, with the lines below in the file.",
		},
		Sections: []card.Section{{Title: "Checkpoint", Lines: lines, Copied: true}},
		Gist:     "Checkpoint of the record: " + grouped(size) + " entries",
	}
}

// grouped sets a comma after each three digits of a number.
func grouped(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
