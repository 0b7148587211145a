package register

// Edges gives every single move of the step table.
func Edges() []string { return moves().Edges() }

// EdgeOf names the move that a step made; it is empty for one that the table does not have.
func EdgeOf(before, after System, event string) string {
	return moves().Edge(before.place(), event, after.place())
}
