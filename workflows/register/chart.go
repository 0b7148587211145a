package register

import "slices"

// stateNew is where a system is before its first decision.
const stateNew State = "new"

// place gives where the system stands; the zero system is new.
func (s System) place() State {
	if s.State == "" {
		return stateNew
	}
	return s.State
}

// move is one row of the step table: these events lead from any of these states to one of those. No to means "same".
type move struct {
	from   []State
	events []string
	to     []State
}

// live are the states in which a system may be used, or come into use without another decision.
func live() []State { return []State{StateApproved, StatePilot, StateInUse, StateReEvaluation} }

// moves is the step table. The chart in doc.go says the same, and a test compares the two.
func moves() []move {
	used := append(live(), StateSuspended, StateExpired)
	ended := []State{StateRejected, StateStopped}
	return []move{
		{[]State{stateNew, StateInUse, StateExpired, StateRejected, StateStopped}, []string{"registered"}, append(ended[:2:2], StateApproved, StateInUse)},
		{[]State{StateSuspended}, []string{"registered"}, append(ended[:2:2], StateSuspended)},
		{[]State{StateApproved, StateReEvaluation}, []string{"registered"}, append(ended[:2:2], StateApproved, StatePilot, StateInUse)},
		{[]State{StatePilot}, []string{"registered"}, append(ended[:2:2], StateApproved, StatePilot)},
		{[]State{StateApproved}, []string{"piloted"}, nil},
		{[]State{StatePilot}, []string{"went_live"}, []State{StateInUse}},
		{[]State{StateApproved}, []string{"verified"}, []State{StateApproved, StatePilot, StateInUse}},
		{[]State{StatePilot, StateInUse, StateReEvaluation, StateSuspended, StateExpired}, []string{"verified"}, nil},
		{used, []string{"proved", "sent_back", "handed_over"}, nil},
		{[]State{StateApproved, StatePilot, StateInUse}, []string{"changed"}, []State{StateReEvaluation}},
		{[]State{StateReEvaluation}, []string{"changed"}, nil},
		{[]State{StateReEvaluation}, []string{"unchanged"}, []State{StateApproved, StatePilot, StateInUse}},
		{live(), []string{"suspended"}, []State{StateSuspended}},
		{[]State{StateSuspended}, []string{"released"}, []State{StateReEvaluation}},
		{append(live(), StateSuspended), []string{"revoked"}, []State{StateStopped}},
		{used, []string{"retired"}, []State{StateRetired}},
		{used, []string{"woken"}, nil},
		{append(live(), StateSuspended), []string{"woken"}, []State{StateExpired}},
		{used, []string{"roster_changed"}, nil},
	}
}

// charted says whether the table has the move.
func charted(from State, event string, to State) bool {
	return slices.ContainsFunc(moves(), func(m move) bool {
		return slices.Contains(m.from, from) && slices.Contains(m.events, event) &&
			(slices.Contains(m.to, to) || m.to == nil && from == to)
	})
}
