package approval

import (
	"slices"

	"steward/workflows/policy"
)

// place is where a request stands: one node of the chart in doc.go.
type place string

const (
	placeNew       place = "new"
	placeHeld      place = "held"
	placeClassify  place = "classify"
	placeDecide    place = "decide"
	placeHold      place = "legal_hold"
	placeApproved  place = "approved"
	placeRejected  place = "rejected"
	placeWithdrawn place = "withdrawn"
	placeStopped   place = "stopped"
)

// place gives where the request stands.
func (r Request) place() place {
	switch {
	case r.Status == "":
		return placeNew
	case r.ended():
		return place(r.Status)
	case r.StageAt.IsZero():
		return placeHeld
	case r.stage().Kind == policy.StageClassify:
		return placeClassify
	case r.stage().Kind == policy.StageHold:
		return placeHold
	}
	return placeDecide
}

// move is one row of the step table: these events lead from any of these places to one of those. No to means "same".
type move struct {
	from   []place
	events []string
	to     []place
}

// moves is the step table. The chart in doc.go says the same, and a test compares the two.
func moves() []move {
	open := []place{placeHeld, placeClassify, placeDecide, placeHold}
	stages := open[1:]
	return []move{
		{[]place{placeNew}, []string{"submitted"}, open},
		{open[:3], []string{"edited"}, open},
		{[]place{placeClassify}, []string{"ruled"}, open},
		{[]place{placeHold}, []string{"ruled"}, append(open[:4:4], placeStopped)},
		{[]place{placeDecide}, []string{"decided"}, append(open[:4:4], placeApproved, placeRejected)},
		{[]place{placeClassify, placeDecide}, []string{"advised"}, append(open[:4:4], placeApproved)},
		{[]place{placeHeld}, []string{"accepted", "linked"}, open},
		{[]place{placeClassify, placeDecide}, []string{"accepted"}, nil},
		{stages, []string{"linked"}, nil},
		{open[:3], []string{"declined"}, nil},
		{stages, []string{"asked", "answered", "named"}, nil},
		{open, []string{"woken", "roster_changed"}, nil},
		{open, []string{"withdrawn"}, []place{placeWithdrawn}},
	}
}

// charted says whether the table has the move.
func charted(from place, event string, to place) bool {
	return slices.ContainsFunc(moves(), func(m move) bool {
		return slices.Contains(m.from, from) && slices.Contains(m.events, event) &&
			(slices.Contains(m.to, to) || m.to == nil && from == to)
	})
}
