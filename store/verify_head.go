package store

import (
	"slices"
	"time"

	"steward/workflows/approval"
)

// checkHead compares state and parties, and the columns with the head they repeat.
func (v *verifier) checkHead(t *thing, row requestRow, r approval.Request) {
	l := t.request
	want := newRequestRow(r)
	want.SearchKey = row.SearchKey // folding may change with a new version of Unicode
	want.Head = row.Head
	if row != want {
		v.wrong(t.about, 0, "the columns of its row do not agree with its head")
	}
	if r.Records != t.last {
		v.wrong(t.about, t.last, "it is the last record, but the request has %d", r.Records)
	}
	is := recordedState{Status: r.Status, Stage: r.Stage, Round: r.Round, Revision: r.Revision, Seq: r.Seq}
	switch {
	case l.after == nil:
		v.wrong(t.about, t.last, "no record says what state the request is in")
	case *l.after != is:
		v.wrong(t.about, l.afterN, "the request is %s, stage %d, round %d, revision %d, event %d, but this record left it %s, %d, %d, %d, %d",
			is.Status, is.Stage, is.Round, is.Revision, is.Seq, l.after.Status, l.after.Stage, l.after.Round, l.after.Revision, l.after.Seq)
	}
	for _, c := range []struct {
		what string
		ok   bool
	}{
		{"requester", r.Requester == l.requester},
		{"owner", r.Owner == l.owner},
		{"sending time", r.SentAt.Equal(l.sent)},
		{"round", r.RoundAt.Equal(l.rounds[r.Round].at) && r.Why == l.rounds[r.Round].kind},
		{"request that it is about", r.Linked == l.rounds[r.Round].detail.Linked},
		{"reason for its end", r.Moot == l.moot},
		{"stage", l.stageFits(r)},
		{"content shown", r.Shown == t.shown},
	} {
		if !c.ok {
			v.wrong(t.about, 0, "its %s is not the one in its records", c.what)
		}
	}
}

// checkAround compares acceptance, links, namings and the end.
func (v *verifier) checkAround(t *thing, r approval.Request) {
	l := t.request
	accepted, pressed := l.accepted[r.Round]
	if !pressed && r.Screening.Plan.OwnerAccepts && r.Owner == r.Asker() {
		accepted = r.RoundAt // who asks for themselves, or renews, has accepted by that
	}
	if !r.Accepted.Equal(accepted) || r.Declined != l.declined {
		v.wrong(t.about, 0, "the owner's acceptance is not as its records say")
	}
	if len(r.Links) != len(l.links) || len(r.Namings) != len(l.namings) {
		v.wrong(t.about, 0, "it has %d references and %d people who were named, but its records speak of %d and %d",
			len(r.Links), len(r.Namings), len(l.links), len(l.namings))
	}
	for _, k := range r.Links {
		if k.At = k.At.UTC(); k != l.links[k.Key] {
			v.wrong(t.about, 0, "the reference for %q is not the one in its records", k.Key)
		}
	}
	for _, m := range r.Namings {
		if m.At = m.At.UTC(); !slices.Contains(l.namings, m) {
			v.wrong(t.about, 0, "%s was named without a record of it", m.Person)
		}
	}
	ended, at, keys := approval.Detail{Status: approval.StatusOpen}, time.Time{}, []string(nil)
	if l.ended != nil {
		ended, at = *l.ended, l.endedAt
	}
	if x := l.expired; x != nil { // the end of an approval changes nothing else
		if ended.Status != approval.StatusApproved || x.ValidUntil != ended.ValidUntil || millis(l.expiredAt) < x.ValidUntil {
			v.wrong(t.about, 0, "its approval ended otherwise than its records say that it would")
		}
		ended.Status = x.Status
	}
	for _, a := range r.Attached {
		keys = append(keys, a.Key)
	}
	if r.Status != ended.Status || !r.EndedAt.Equal(at) || millis(r.ValidUntil) != ended.ValidUntil || !slices.Equal(keys, ended.Conditions) {
		v.wrong(t.about, 0, "its end, validity or conditions are not as its records say")
	}
}

// stageFits says whether the present stage opened when the records say, and whether it was escalated as they say.
func (l *requestLog) stageFits(r approval.Request) bool {
	stages, is := r.Screening.Plan.Stages, recordedStage{round: r.Round, at: r.StageAt.UTC(), escalated: r.Escalated}
	if r.Stage < 0 || r.Stage >= len(stages) {
		return false
	}
	is.key = stages[r.Stage].Key
	if l.opened.round == is.round && l.opened.key == is.key {
		return is == l.opened
	}
	return r.StageAt.IsZero() && !r.Escalated
}

// checkConditions compares the conditions of an approval with those that follow from the votes and the plan.
func (v *verifier) checkConditions(t *thing, r approval.Request) {
	if !r.Approved() {
		return
	}
	for _, x := range r.Votes {
		if slices.ContainsFunc(x.Conditions, func(c approval.Choice) bool { return c.Key == "" && c.Text == "" }) {
			return // its words were erased, with a record of it, or the vote says so: it cannot be told from which one came
		}
	}
	if !sameTasks(r.Attached, r.Attach(r.EndedAt, time.UTC)) {
		v.wrong(t.about, 0, "its conditions are not those of the votes and of the plan")
	}
}
