package simulation_test

import (
	"encoding/json"
	"slices"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
)

// judgeLapses holds every exception that was approved against its end: sixty days after it was asked for, told a week before to
// whoever asked for it and carries it, and at the end also to compliance and to the security officers who verify its condition.
func (j *judge) judgeLapses() {
	j.t.Helper()
	ended := 0
	for id, a := range j.asked {
		if a.kind != "exception" {
			continue
		}
		e := &entry{staff: j.staff, id: id, outages: j.outages, horizon: j.clock.Now()}
		approved := j.lapse(e)
		if approved.IsZero() {
			continue
		}
		parties := e.working([]workflows.PersonID{a.requester, a.owner})
		remind := e.until.AddDate(0, 0, -7)
		switch at := e.running(remind); {
		case !remind.After(approved) || !at.Before(e.horizon):
		case at.Sub(remind) > 24*time.Hour:
			j.want = append(j.want, due{id, approval.FactSkipped + " ending", "", at})
		default:
			j.want = append(j.want, due{id, approval.FactReminded + " ending", "", at})
			for _, who := range parties(at) {
				e.letter(workflows.WhyEnding, who, at, func(at time.Time) bool { return at.Before(e.until) && e.works(who, at) })
			}
		}
		at := e.running(e.until)
		if !at.Before(e.horizon) {
			j.letters = append(j.letters, e.letters...)
			continue
		}
		ended++
		j.want = append(j.want, due{id, "lapsed", "", at})
		keep := e.working(slices.Concat([]workflows.PersonID{a.requester, a.owner}, j.roles[workflows.ComplianceLead], j.roles["ciso"]))
		for _, who := range keep(at) {
			e.letter(workflows.WhyExpired, who, at, func(at time.Time) bool { return e.works(who, at) })
		}
		if r := j.request(id); r.Status != approval.StatusExpired {
			j.t.Errorf("%s was approved until %s and is %s", id, e.until, r.Status)
		}
		j.letters = append(j.letters, e.letters...)
	}
	if ended == 0 {
		j.t.Error("no exception ended: the simulation shows nothing about it")
	}
}

// lapse reads from the record when an exception was approved, and until when it was asked for; zero where it was not approved.
func (j *judge) lapse(e *entry) (approved time.Time) {
	j.t.Helper()
	rows, err := j.store.History(j.t.Context(), workflows.RequestRef(e.id))
	if err != nil {
		j.t.Fatal(err)
	}
	for _, row := range rows {
		var d approval.Detail
		if err := json.Unmarshal(row.Record.Data, &d); err != nil {
			j.t.Fatal(err)
		}
		switch at := row.Record.Time().UTC(); row.Record.What {
		case approval.FactSubmitted, approval.FactEdited:
			day := at.AddDate(0, 0, 60)
			e.until = time.Date(day.Year(), day.Month(), day.Day(), 23, 59, 59, 0, time.UTC)
		case approval.FactEnded:
			if d.Status == approval.StatusApproved {
				approved = at
			}
		case approval.FactExpired:
			j.steps = append(j.steps, due{e.id, "lapsed", "", at})
		}
	}
	return approved
}

// working gives those of some people who have not left at a time, each once.
func (e *entry) working(all []workflows.PersonID) func(time.Time) []workflows.PersonID {
	return func(at time.Time) (out []workflows.PersonID) {
		for _, who := range all {
			if e.works(who, at) && !slices.Contains(out, who) {
				out = append(out, who)
			}
		}
		return out
	}
}
