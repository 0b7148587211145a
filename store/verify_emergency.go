package store

import (
	"context"
	"slices"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
)

// recordedEmergency is an emergency approval as the records of its request tell it, but for its texts and its conditions.
type recordedEmergency struct {
	n      int // of the last record about it
	is     approval.Emergency
	reason recordedWords
	answer recordedWords
	keys   []string // of its conditions
}

// learnEmergency takes in a record about an emergency approval.
func (l *requestLog) learnEmergency(rec workflows.Record, d approval.Detail, texts map[string][]byte) {
	if rec.What == approval.FactEmergencyAsked {
		l.emergency = &recordedEmergency{
			n: rec.N, reason: wordsOf(rec, "reason", texts),
			is: approval.Emergency{State: approval.EmergencyOpen, By: rec.Actor, At: rec.Time(), Needed: d.Until},
		}
		return
	}
	e := l.emergency
	if e == nil {
		e = &recordedEmergency{} // what it says is not as the request says then
		l.emergency = e
	}
	e.n = rec.N
	switch rec.What {
	case approval.FactEmergencyAllowed, approval.FactEmergencyDeclined:
		e.is.State = approval.EmergencyNo
		if rec.What == approval.FactEmergencyAllowed {
			e.is.State, e.is.Until, e.keys = approval.EmergencyGiven, instant(d.ValidUntil), d.Conditions
		}
		e.is.Giver, e.is.For, e.is.Role, e.is.Entitled, e.is.Round, e.is.Answered = rec.Actor, d.For, firstRole(d.Roles), d.Entitled, d.Round, rec.Time()
		e.answer = wordsOf(rec, "reason", texts)
	case approval.FactEmergencyEnded:
		e.is.State, e.is.Over, e.is.End = approval.EmergencyOver, rec.Time(), d.End
	}
}

// checkEmergency compares the emergency approval of a request with its records, and looks for what it has to bring into the register.
func (v *verifier) checkEmergency(ctx context.Context, t *thing, r approval.Request) error {
	was := t.request.emergency
	if was == nil || r.Emergency == nil {
		if (was == nil) != (r.Emergency == nil) {
			v.wrong(t.about, 0, "its emergency approval is not as its records say")
		}
		return nil
	}
	is, keys := *r.Emergency, []string(nil)
	for _, a := range is.Attached {
		keys = append(keys, a.Key)
	}
	same := v.says(is.Reason, was.reason) && v.says(is.Answer, was.answer) && slices.Equal(keys, was.keys)
	is.Reason, is.Answer, is.Attached = "", "", nil
	if !same || string(mustJSON(inUTC(is))) != string(mustJSON(inUTC(was.is))) {
		v.wrong(t.about, was.n, "its emergency approval is not as its records say")
	}
	if is.Round == r.Round && !is.Until.IsZero() && !sameTasks(r.Emergency.Attached, r.ForNow(was.keys, is.Giver, is.Answered, time.UTC)) {
		v.wrong(t.about, was.n, "the conditions of its emergency approval are not those of the plan")
	}
	if is.Until.IsZero() || !r.Screening.Plan.Registers {
		return nil
	}
	var there bool
	err := v.on(ctx).Raw("SELECT EXISTS (SELECT 1 FROM ai_systems WHERE request = ?)", r.ID).Scan(&there).Error
	if err == nil && !there {
		v.wrong(t.about, was.n, "the request has an emergency approval, but the register has no entry of it")
	}
	return err
}

// inUTC gives an emergency approval with its times in one zone.
func inUTC(e approval.Emergency) approval.Emergency {
	e.At, e.Answered, e.Until, e.Over = e.At.UTC(), e.Answered.UTC(), e.Until.UTC(), e.Over.UTC()
	return e
}

// sameTasks compares conditions. The time zone of the day on which each is due is known to no record: the day may be one that some
// zone on earth has.
func sameTasks(is, want []approval.Attached) bool {
	const zones = 15 * time.Hour
	if len(is) != len(want) {
		return false
	}
	for i, a := range is {
		w := want[i]
		if a.Due.IsZero() != w.Due.IsZero() || a.Due.Sub(w.Due).Abs() > zones {
			return false
		}
		a.Due, w.Due = time.Time{}, time.Time{}
		if string(mustJSON(a)) != string(mustJSON(w)) {
			return false
		}
	}
	return true
}
