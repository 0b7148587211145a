package register

import (
	"slices"

	"steward/workflows"
)

// stateNew is where a system is before its first decision.
const stateNew State = "new"

// place gives where the system stands; the zero system is new.
func (s System) place() State {
	if s.State == "" {
		return stateNew
	}
	return s.State
}

// live are the states in which a system may be used, or come into use without another decision.
func live() []State { return []State{StateApproved, StatePilot, StateInUse, StateReEvaluation} }

// moves is the step table. The chart in doc.go says the same, and a test compares the two.
func moves() workflows.Moves[State] {
	used := append(live(), StateSuspended, StateExpired)
	found, ended := append(slices.Clip(used), StateDiscovered), []State{StateRejected, StateStopped}
	return workflows.Moves[State]{
		{From: []State{stateNew, StateDiscovered, StateInUse, StateExpired, StateRejected, StateStopped}, Events: []string{"registered"}, To: append(ended[:2:2], StateApproved, StateInUse)},
		{From: []State{stateNew}, Events: []string{"seen"}, To: []State{StateDiscovered}},
		{From: found, Events: []string{"seen"}},
		{From: []State{StateDiscovered}, Events: []string{"requested", "request_failed"}},
		{From: []State{StateSuspended}, Events: []string{"registered"}, To: append(ended[:2:2], StateSuspended, StateApproved, StateInUse)},
		{From: []State{StateApproved}, Events: []string{"registered"}, To: append(ended[:2:2], StateApproved, StatePilot, StateInUse)},
		{From: []State{StateReEvaluation}, Events: []string{"registered"}, To: append(ended[:2:2], StateApproved, StatePilot, StateInUse, StateReEvaluation)},
		{From: []State{StatePilot}, Events: []string{"registered"}, To: append(ended[:2:2], StateApproved, StatePilot)},
		{From: used, Events: []string{"renewal_began", "renewal_failed"}},
		{From: append(live(), StateSuspended), Events: []string{"hold_began"}, To: []State{StateSuspended}},
		{From: []State{StateExpired}, Events: []string{"hold_began"}},
		{From: []State{StateSuspended, StateExpired}, Events: []string{"hold_lifted"}},
		{From: []State{StateApproved}, Events: []string{"piloted"}},
		{From: []State{StatePilot}, Events: []string{"went_live"}, To: []State{StateInUse}},
		{From: []State{StateApproved}, Events: []string{"verified"}, To: []State{StateApproved, StatePilot, StateInUse}},
		{From: []State{StatePilot, StateInUse, StateReEvaluation, StateSuspended, StateExpired}, Events: []string{"verified"}},
		{From: used, Events: []string{"proved", "sent_back"}},
		{From: []State{StateApproved}, Events: []string{"measured"}, To: []State{StateApproved, StatePilot, StateInUse}},
		{From: []State{StatePilot}, Events: []string{"measured"}, To: []State{StateApproved, StatePilot}},
		{From: []State{StateInUse}, Events: []string{"measured"}, To: []State{StateApproved, StateInUse}},
		{From: []State{StateReEvaluation, StateSuspended, StateExpired}, Events: []string{"measured"}},
		{From: found, Events: []string{"handed_over"}},
		{From: []State{StateApproved, StatePilot, StateInUse}, Events: []string{"changed"}, To: []State{StateReEvaluation}},
		{From: []State{StateReEvaluation}, Events: []string{"changed"}},
		{From: []State{StateReEvaluation}, Events: []string{"unchanged"}, To: []State{StateApproved, StatePilot, StateInUse}},
		{From: live(), Events: []string{"joined", "join_agreed", "join_refused"}},
		{From: used, Events: []string{"left"}},
		{From: live(), Events: []string{"suspended"}, To: []State{StateSuspended}},
		{From: []State{StateSuspended}, Events: []string{"released"}, To: []State{StateReEvaluation}},
		{From: append(live(), StateSuspended, StateDiscovered), Events: []string{"revoked"}, To: []State{StateStopped}},
		{From: found, Events: []string{"retired"}, To: []State{StateRetired}},
		{From: found, Events: []string{"woken"}},
		{From: append(live(), StateSuspended), Events: []string{"woken"}, To: []State{StateExpired}},
		{From: append(live(), StateSuspended), Events: []string{"emergency_ended"}, To: []State{StateExpired, StateStopped}},
		{From: []State{StateExpired}, Events: []string{"emergency_ended"}, To: []State{StateStopped}},
		{From: found, Events: []string{"roster_changed"}},
	}
}
