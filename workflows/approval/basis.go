package approval

import (
	"time"

	"steward/workflows"
	"steward/workflows/policy"
)

// Basis is what a new round is screened from. How it is screened, the policy knows: see [policy.Flow.Judge].
type Basis struct {
	Flow      string
	Requester workflows.PersonID
	Linked    string // id of the request it is about, for flows that are about one
	Answers   policy.Answers
	Tier      policy.Tier // named by people; empty where the rules give it
	// Renews is set for a round that renews an approval.
	Renews *policy.Renews
}

// BasisOf gives what has to be screened before the event is applied, for [Facts].Next; false where it starts no round. e is what the
// request has brought into the AI register; nil where there is none.
func BasisOf(r Request, ev workflows.Event, e *Entry) (Basis, bool) {
	b := Basis{Flow: r.Flow, Requester: r.Requester, Linked: r.Linked}
	if n := r.Screening.Renews; n != nil && !r.ended() {
		again := *n
		b.Renews = &again
	}
	switch what := ev.What.(type) {
	case Submitted:
		return Basis{Flow: what.Flow, Requester: ev.Actor, Linked: what.Linked, Answers: what.Answers}, true
	case Renewed:
		if e == nil || !r.ended() {
			return Basis{}, false
		}
		n := r.Renewable(*e, ev.Actor)
		b.Renews, b.Answers = &n, what.Answers
		return b, true
	case Edited:
		b.Answers = what.Answers
		return b, true
	case Overridden:
		if what.Tier != "" && what.Tier != r.Screening.Assessment.Tier {
			b.Answers, b.Tier = r.Screening.Answers, what.Tier
			return b, true
		}
	case Ruled:
		switch what.Outcome {
		case policy.OutcomeCorrect:
			b.Answers = what.Answers
			return b, true
		case policy.OutcomeReclassify:
			b.Answers, b.Tier = r.Screening.Answers, what.Tier
			return b, true
		}
	}
	return Basis{}, false
}

// Correct gives what the policy of the round says of answers that an expert corrects, for [Facts].Correction: on the day on which the round
// began, in the organisation's zone. nil for all other events.
func Correct(r Request, ev workflows.Event, flow *policy.Flow, zone *time.Location) (*policy.Correction, *workflows.Refusal, error) {
	what, ok := ev.What.(Corrected)
	if !ok || r.Status != StatusOpen {
		return nil, nil, nil
	}
	facts := policy.Facts{Today: r.RoundAt.In(zone), Requester: r.Requester, Owner: r.Owner}
	if n := r.Screening.Renews; n != nil {
		again := *n
		facts.Renews = &again
	}
	return flow.Correct(r.Screening, what.Fixes, facts)
}
