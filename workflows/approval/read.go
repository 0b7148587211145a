package approval

import (
	"slices"
	"strconv"
	"time"

	"steward/workflows"
	"steward/workflows/policy"
)

// MayDecide says whether a person could vote in the present stage at that moment, for whom and in which seats. The refusal
// is the one a press would get. It does not look at the form (reason, conditions).
func MayDecide(r Request, p workflows.PersonID, roster workflows.Roster, at time.Time) (Entitlement, *workflows.Refusal) {
	s := step{r: r, f: Facts{Roster: roster}, at: at, ev: workflows.Event{Actor: p}}
	switch {
	case r.ended():
		return Entitlement{}, s.words().closed()
	case r.Screening.Assessment.Tier == policy.TierProhibited || r.stage().Kind == policy.StageHold:
		return Entitlement{}, s.words().prohibited()
	case r.stage().Kind != policy.StageDecide:
		return Entitlement{}, s.words().onlyClassifies()
	}
	return s.claimSeat(actVote)
}

// Due gives when the person's time in the present stage runs out, by their own working hours; zero where nothing of this
// stage waits for them, while the clock stands still, and where there is no deadline.
func Due(r Request, p workflows.PersonID) time.Time {
	for _, w := range r.Waits {
		if w.Who == p && !w.Due.IsZero() {
			return w.Due
		}
	}
	return zeroTime()
}

// Action is something a person can do now: a button.
type Action struct {
	// Kind is the kind of the event it makes: "decided", "advised", "ruled", "asked", "answered", "accepted", "declined",
	// "edited", "withdrawn", "linked", "named", "emergency_asked", "emergency_allowed", "emergency_declined", "overridden",
	// "vendor_corrected".
	Kind     string
	Part     string             // question id, or key of a precondition
	For      workflows.PersonID // whom a delegate acts for
	Roles    []workflows.Role   // the seats it fills, or the roles somebody can be named for
	Outcomes []string           // of a ruling
	Reason   bool               // approving needs a reason too: an objection stands
	Outsider bool               // naming: anyone independent, not only holders of the role
}

// Actions gives what the person can do with the request at that moment, in the order buttons should stand.
func Actions(r Request, p workflows.PersonID, roster workflows.Roster, at time.Time) []Action {
	if r.Status != StatusOpen || !roster.Active(p) {
		return nil
	}
	b := newBench(r, roster, at)
	out := append(b.giverActions(p), b.stageActions(p)...)
	out = append(out, b.nameActions(p)...)
	return slices.Concat(out, b.partyActions(p), b.correctActions(p), b.overrideActions(p))
}

// stageActions: decide, advise, rule, and ask.
func (b bench) stageActions(p workflows.PersonID) []Action {
	if b.r.StageAt.IsZero() {
		return nil
	}
	var out []Action
	var asks *Action
	for _, a := range []act{b.deciding(), actAdvise} {
		ent, no := b.may(p, "", a)
		if no != nil {
			continue
		}
		action := Action{For: ent.For, Roles: ent.Roles}
		switch a {
		case actVote:
			action.Kind, action.Reason = Decided{}.Kind(), len(b.r.standing()) > 0
			if b.r.Screening.Assessment.Tier == policy.TierProhibited {
				continue
			}
		case actAdvise:
			action.Kind = Advised{}.Kind()
		case actRule:
			action.Kind, action.Outcomes = Ruled{}.Kind(), slices.Clone(b.stage.Outcomes)
		}
		out = append(out, action)
		if asks == nil {
			asks = &Action{Kind: Asked{}.Kind(), For: ent.For, Roles: ent.Roles}
		}
	}
	if asks != nil {
		out = append(out, *asks)
	}
	return out
}

// nameActions: name another holder, or an outsider.
func (b bench) nameActions(p workflows.PersonID) []Action {
	if b.r.StageAt.IsZero() || b.r.hasStake(p) {
		return nil
	}
	var holders, outsiders []workflows.Role
	for _, seat := range b.plainSeats() {
		if !seat.Open {
			continue
		}
		for _, role := range seat.Roles {
			outsider, no := b.mayName(p, role)
			switch {
			case no != nil:
			case outsider && !slices.Contains(outsiders, role):
				outsiders = append(outsiders, role)
			case !outsider && !slices.Contains(holders, role):
				holders = append(holders, role)
			}
		}
	}
	var out []Action
	if len(holders) > 0 {
		out = append(out, Action{Kind: Named{}.Kind(), Roles: holders})
	}
	if len(outsiders) > 0 {
		out = append(out, Action{Kind: Named{}.Kind(), Roles: outsiders, Outsider: true})
	}
	return out
}

// partyActions: what requester and owner do, and links.
func (b bench) partyActions(p workflows.PersonID) []Action {
	var out []Action
	r := b.r
	if r.isParty(p) {
		for _, q := range r.Questions {
			if q.Open() {
				out = append(out, Action{Kind: Answered{}.Kind(), Part: strconv.Itoa(q.ID)})
			}
		}
	}
	if p == r.Owner && r.Screening.Plan.OwnerAccepts && r.lastDecide() >= 0 {
		if r.Accepted.IsZero() {
			out = append(out, Action{Kind: Accepted{}.Kind()})
		}
		if !r.Declined && p != r.Asker() && (r.Stage < r.lastDecide() || r.StageAt.IsZero()) {
			out = append(out, Action{Kind: Declined{}.Kind()})
		}
	}
	if b.mayLink(p) {
		for _, pre := range r.missing() {
			out = append(out, Action{Kind: Linked{}.Kind(), Part: pre.Key})
		}
	}
	return append(out, b.askerActions(p)...)
}

// askerActions: what goes around the chain, or starts it anew, or ends it.
func (b bench) askerActions(p workflows.PersonID) []Action {
	var out []Action
	if b.mayAskEmergency(p) == nil {
		out = append(out, Action{Kind: EmergencyAsked{}.Kind()})
	}
	if p == b.r.Asker() && b.stage.Kind != policy.StageHold {
		out = append(out, Action{Kind: Edited{}.Kind()})
	}
	if p == b.r.Asker() {
		out = append(out, Action{Kind: Withdrawn{}.Kind()})
	}
	return out
}

// StageStatus is one stage of the plan as a step on a track.
type StageStatus struct {
	Stage policy.Stage
	State StageState
	// Held says what keeps the present stage from opening; empty where nothing does.
	Held string
}

// StageState says where a stage stands.
type StageState string

// The states of a stage.
const (
	StageDone StageState = "done"
	StageHere StageState = "here"  // open, or waiting to open
	StageNext StageState = "next"  // to come
	StageStop StageState = "ended" // the request ended here without approval
)

// Track gives all stages of the present plan in order.
func Track(r Request, roster workflows.Roster) []StageStatus {
	var out []StageStatus
	for i, stage := range r.Screening.Plan.Stages {
		st := StageStatus{Stage: stage, State: StageNext}
		switch {
		case r.Approved() || i < r.Stage:
			st.State = StageDone
		case i == r.Stage && r.Status == StatusOpen:
			st.State = StageHere
			if r.StageAt.IsZero() {
				_, st.Held = words{r: r, roster: roster}.held()
			}
		case i == r.Stage:
			st.State = StageStop
		}
		out = append(out, st)
	}
	return out
}
