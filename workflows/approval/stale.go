package approval

import (
	"slices"

	"steward/workflows"
	"steward/workflows/policy"
)

// closed refuses a press on a request that has ended: when, how and by whom.
func (w words) closed() *workflows.Refusal {
	by := ""
	if who := w.r.endedBy(); who != "" {
		by = " by " + w.name(who)
	}
	if w.r.Status == StatusExpired {
		return workflows.Refuse(workflows.CodeClosed, w.r.ID+" was approved"+by+". That approval ended "+ago(w.r.ValidUntil, w.at)+"; what it allowed needs a new one.")
	}
	return workflows.Refuse(workflows.CodeClosed, w.r.ID+" was "+string(w.r.Status)+by+" "+ago(w.r.EndedAt, w.at)+". Nothing more is needed from you.")
}

// endedBy gives who made the last press.
func (r Request) endedBy() workflows.PersonID {
	switch {
	case r.Status == StatusWithdrawn:
		return r.Asker()
	case r.Status == StatusStopped && len(r.Rulings) > 0:
		return r.Rulings[len(r.Rulings)-1].Person
	case len(r.Votes) > 0:
		return r.Votes[len(r.Votes)-1].Person
	}
	return ""
}

// staleRound refuses a press on an older round.
func (w words) staleRound() *workflows.Refusal {
	what := w.name(w.r.Asker()) + " changed the answers"
	switch w.r.Why {
	case FactRenewed:
		what = w.name(w.r.Asker()) + " asked for the approval to be renewed"
	case FactCorrected:
		what = "The answers were corrected"
		if c, ok := w.r.lastCorrected(); ok && c.At.Equal(w.r.RoundAt) {
			what = w.name(c.By) + " corrected an answer about the vendor"
		}
	case FactReclassified:
		what = "The request was put into another tier"
	}
	return workflows.Refuse(workflows.CodeStale,
		what+" "+ago(w.r.RoundAt, w.at)+", after this was shown to you. Nothing was decided; please look at what it is now.")
}

// staleRevision refuses a press made before an answer came in.
func (w words) staleRevision() *workflows.Refusal {
	sentence := "This changed after it was shown to you. Nothing was decided; please look at what it is now."
	var last *Question
	for i := range w.r.Questions {
		q := &w.r.Questions[i]
		if q.Round == w.r.Round && !q.Answered.IsZero() && (last == nil || q.Answered.After(last.Answered)) {
			last = q
		}
	}
	if c, ok := w.r.lastCorrected(); ok && (last == nil || c.At.After(last.Answered)) {
		return workflows.Refuse(workflows.CodeStale, w.name(c.By)+" corrected an answer about the vendor "+ago(c.At, w.at)+
			", after this was shown to you. Nothing was decided; please look at what it is now and press again.")
	}
	if last != nil {
		sentence = w.name(last.AnswerBy) + " answered a question " + ago(last.Answered, w.at) +
			", after this was shown to you. Nothing was decided; please read it and press again."
	}
	return workflows.Refuse(workflows.CodeStale, sentence)
}

// lastCorrected gives what an expert corrected last.
func (r Request) lastCorrected() (policy.Corrected, bool) {
	if all := r.Screening.Corrected; len(all) > 0 {
		return all[len(all)-1], true
	}
	return policy.Corrected{}, false
}

// staleStage refuses a press on a stage that is over, naming who filled the seat the person was asked for: themselves, a
// holder of the same role, or else whoever came last.
func (w words) staleStage(stage string, p workflows.PersonID) *workflows.Refusal {
	var casts []Cast
	for _, v := range w.r.Votes {
		casts = append(casts, v.Cast)
	}
	for _, v := range w.r.Rulings {
		casts = append(casts, v.Cast)
	}
	for _, v := range w.r.Advices {
		casts = append(casts, v.Cast)
	}
	person, _ := w.roster.Person(p)
	var found *Cast
	rank := -1
	for i := range casts {
		c := &casts[i]
		if !c.in(w.r.Round, stage) {
			continue
		}
		n := 0
		switch {
		case c.by(p):
			n = 2
		case slices.ContainsFunc(c.Roles, person.Has):
			n = 1
		}
		if n > rank || n == rank && c.ID > found.ID {
			found, rank = c, n
		}
	}
	if found == nil {
		return workflows.Refuse(workflows.CodeStale, "This request has moved on. Nothing was decided; please look at where it is now.")
	}
	return w.filled(*found, p)
}
