package register

import "slices"

// Edges gives every single move of the step table.
func Edges() []string { return edges() }

// EdgeOf names the move that a step made.
func EdgeOf(before, after System, event string) string {
	if !charted(before.place(), event, after.place()) {
		return ""
	}
	to := string(after.place())
	for _, m := range moves() {
		if m.to == nil && slices.Contains(m.from, before.place()) && slices.Contains(m.events, event) && before.place() == after.place() {
			to = "same"
		}
	}
	return edge(string(before.place()), event, to)
}

// Held says whether a condition that is due before use is not verified.
func (s System) Held() bool { return s.held() }
