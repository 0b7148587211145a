package view

import (
	"strings"

	"steward/bot/card"
	"steward/workflows"
)

// Checkpoint is the message that posts a checkpoint of the record: size is its number of records, note the signed note.
func Checkpoint(size, note string) card.Card {
	return card.Card{
		About: workflows.RecordRef().String(),
		Title: "Checkpoint of the record",
		Lead: []string{
			"The record held " + grouped(size) + " entries. Whoever keeps this message can show later whether one of them was changed or " +
				"removed: steward verify --against FILE, with the lines below in the file.",
		},
		Sections: []card.Section{{Title: "Checkpoint", Lines: strings.Split(strings.TrimSuffix(note, "\n"), "\n")}},
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
