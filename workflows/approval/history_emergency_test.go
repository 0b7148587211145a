package approval_test

import (
	"slices"

	"steward/workflows"
	"steward/workflows/approval"
)

// emergencies: what must always hold of an emergency approval. It has an oracle of its own for who gives one.
func (h *history) emergencies(before approval.Request, ev workflows.Event, out workflows.Outcome[approval.Request]) {
	was, is := before.Emergency, h.r.Emergency
	if is == nil {
		h.must(was == nil, "an emergency approval was forgotten")
		return
	}
	if was == nil {
		h.must(ev.Actor == before.Requester || ev.Actor == before.Owner, "%s asked for an emergency approval", ev.Actor)
		was = is
	}
	h.must(was.At.Equal(is.At) && was.By == is.By, "there was a second emergency approval")
	h.must(len(h.r.Votes) == len(before.Votes) || was.State == is.State || is.State == approval.EmergencyOver, "an answer to an emergency was a vote")
	if is.Giver != "" && was.Giver == "" {
		h.given(before, *is, ev)
	}
	if is.State == approval.EmergencyGiven {
		h.must(h.r.Status == approval.StatusOpen && h.r.Screening.Plan.Emergency != nil, "an emergency approval outlived what it is for")
		_, ends := h.active["emergency/emergency_end"]
		h.must(ends, "nothing ends the emergency approval")
	}
	if was.State == approval.EmergencyGiven && is.State == approval.EmergencyOver {
		h.must(is.End != approval.EmergencyExpired || !h.at.Before(is.Until), "an emergency approval ended before its end")
		loud := slices.ContainsFunc(out.Effects, func(e workflows.Effect) bool {
			n, ok := e.(workflows.Notify)
			return ok && (n.Why == workflows.WhyExpired || n.Why == workflows.WhyOutcome)
		})
		parties := h.people[h.r.Requester].Active || h.people[h.r.Owner].Active
		h.must(loud || !parties || ev.What.Kind() == "edited" || is.End == approval.EmergencyTier || is.End == approval.EmergencyEntry, "an emergency approval ended and nobody was told")
	}
}

func (h *history) given(before approval.Request, is approval.Emergency, ev workflows.Event) {
	role := before.Screening.Plan.Emergency.Approver
	whose := is.Giver
	if is.For != "" {
		whose = is.For
	}
	for _, p := range []workflows.PersonID{is.Giver, whose} {
		h.must(p != before.Requester && p != before.Owner && h.people[p].Active, "%s answered in an emergency of their own", p)
		h.must(h.people[p].Has(role), "%s answered in an emergency without being %s", p, role)
	}
	h.must(ev.Actor == is.Giver, "the answer of %s is said to be of %s", ev.Actor, is.Giver)
	if is.Until.IsZero() {
		return
	}
	most := h.at.In(h.zone).AddDate(0, 0, before.Screening.Plan.Emergency.MaxDays+1)
	h.must(is.Until.After(h.at) && is.Until.Before(most), "an emergency approval until %s", is.Until)
	h.must(!before.Screening.Plan.OwnerAccepts || !before.Accepted.IsZero(), "an emergency approval without the owner")
}
