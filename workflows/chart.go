package workflows

import (
	"fmt"
	"slices"
)

// Move is one row of a machine's step table: these events lead from any of these places to one of those. No To means that the
// thing stays where it is.
type Move[P ~string] struct {
	From   []P
	Events []string
	To     []P
}

// Moves is the step table of a machine: no step leaves it.
type Moves[P ~string] []Move[P]

// Has says whether the table has the move.
func (m Moves[P]) Has(from P, event string, to P) bool { return m.Edge(from, event, to) != "" }

// Takes says whether an event leads anywhere from a place.
func (m Moves[P]) Takes(from P, event string) bool {
	return slices.ContainsFunc(m, func(one Move[P]) bool {
		return slices.Contains(one.From, from) && slices.Contains(one.Events, event)
	})
}

// Edge names a single move of the table, "held --accepted--> decide", with "same" for no To; it is empty for one that the table
// does not have.
func (m Moves[P]) Edge(from P, event string, to P) string {
	for _, one := range m {
		switch {
		case !slices.Contains(one.From, from) || !slices.Contains(one.Events, event):
		case slices.Contains(one.To, to):
			return MoveName(from, event, to)
		case one.To == nil && from == to:
			return MoveName(from, event, Same)
		}
	}
	return ""
}

// Same stands for the place where a thing stays.
const Same = "same"

// MoveName writes a single move.
func MoveName[P, Q ~string](from P, event string, to Q) string {
	return fmt.Sprintf("%s --%s--> %s", from, event, to)
}

// Edges gives every single move of the table, sorted.
func (m Moves[P]) Edges() (out []string) {
	for _, one := range m {
		for _, from := range one.From {
			for _, event := range one.Events {
				for _, to := range one.To {
					out = append(out, MoveName(from, event, to))
				}
				if one.To == nil {
					out = append(out, MoveName(from, event, Same))
				}
			}
		}
	}
	slices.Sort(out)
	return out
}
