package approval

import (
	"steward/workflows"
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
	placeExpired   place = "expired"
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

// moves is the step table. The chart in doc.go says the same, and a test compares the two.
func moves() workflows.Moves[place] {
	open := []place{placeHeld, placeClassify, placeDecide, placeHold}
	stages := open[1:]
	return workflows.Moves[place]{
		{From: []place{placeNew}, Events: []string{"submitted"}, To: open},
		{From: open[:3], Events: []string{"edited"}, To: open},
		{From: []place{placeClassify}, Events: []string{"ruled"}, To: open},
		{From: open[:3], Events: []string{"overridden", "vendor_corrected"}, To: open},
		{From: []place{placeHold}, Events: []string{"ruled"}, To: append(open[:4:4], placeStopped)},
		{From: []place{placeDecide}, Events: []string{"decided"}, To: append(open[:4:4], placeApproved, placeRejected)},
		{From: []place{placeClassify, placeDecide}, Events: []string{"advised"}, To: append(open[:4:4], placeApproved)},
		{From: []place{placeHeld}, Events: []string{"accepted", "linked", "assessed"}, To: open},
		{From: []place{placeClassify, placeDecide}, Events: []string{"accepted"}},
		{From: stages, Events: []string{"linked", "assessed"}},
		{From: open[:3], Events: []string{"declined"}},
		{From: stages, Events: []string{"asked", "answered", "named"}},
		{From: open[:3], Events: []string{"emergency_asked", "emergency_allowed", "emergency_declined", "emergency_revoked"}},
		{From: open, Events: []string{"woken", "roster_changed"}},
		{From: open, Events: []string{"withdrawn", "subject_ended"}, To: []place{placeWithdrawn}},
		{From: []place{placeApproved, placeRejected, placeWithdrawn}, Events: []string{"renewed"}, To: open},
		{From: []place{placeApproved}, Events: []string{"woken"}},
		{From: []place{placeApproved, placeRejected, placeWithdrawn, placeStopped, placeExpired}, Events: []string{"assessed"}},
		{From: []place{placeApproved}, Events: []string{"woken"}, To: []place{placeExpired}},
	}
}
