package approval

import (
	"cmp"
	"slices"
	"strconv"

	"steward/workflows"
	"steward/workflows/policy"
)

func (s *step) about() workflows.Ref { return workflows.RequestRef(s.r.ID) }

// tell notifies a person, once for each reason and part in a round. Progress updates the message they have, and the daily
// message has its own rhythm: these two may repeat.
func (s *step) tell(to workflows.PersonID, why workflows.Why, part string) {
	if to == "" || to == workflows.System {
		return
	}
	if !why.Update() && !why.Daily() {
		if _, told := s.r.notice(to, why, part); told {
			return
		}
		s.r.Notices = append(s.r.Notices, Notice{Who: to, Why: why, Part: part, At: s.at})
	}
	s.effects = append(s.effects, workflows.Notify{To: to, About: s.about(), Why: why, Part: part})
	s.r.Told = insert(s.r.Told, to)
}

// notice finds when a person was told for this reason and part in the present round.
func (r Request) notice(who workflows.PersonID, why workflows.Why, part string) (Notice, bool) {
	for _, n := range r.Notices {
		if n.Who == who && n.Why == why && n.Part == part {
			return n, true
		}
	}
	return Notice{}, false
}

// settle is the end of every step that did something: who waits now is worked out anew and told, timers are set to match,
// the requester's message and all cards follow, and the numbers rise.
func (s *step) settle() {
	s.owned()
	s.r.Waits = s.waits()
	if !slices.ContainsFunc(s.r.Waits, func(w workflows.Wait) bool { return w.Why == workflows.WhyUnblock }) {
		s.r.Notices = slices.DeleteFunc(s.r.Notices, func(n Notice) bool { return n.Why == workflows.WhyUnblock }) // should it be so again, it is news
	}
	for _, w := range s.r.Waits {
		s.tell(w.Who, w.Why, w.Part)
	}
	s.tellNews()
	s.rosterFact()
	if s.visible {
		if !s.r.ended() {
			s.tell(s.r.Asker(), workflows.WhyProgress, "")
		}
		s.effects = append(s.effects, workflows.Refresh{About: s.about()})
	}
	s.arm()
	if len(s.facts) > 0 {
		s.r.Seq++
	}
}

// rosterFact records what a change of people did to who is asked to decide, if it did anything.
func (s *step) rosterFact() {
	if _, ok := s.ev.What.(RosterChanged); !ok {
		return
	}
	was, is := asked(s.before.Waits), asked(s.r.Waits)
	d := Detail{Stage: s.r.stage().Key, Added: without(is, was), Removed: without(was, is)}
	if len(d.Added)+len(d.Removed) > 0 || len(s.effects) > 0 {
		s.visible = true
		s.fact(FactRoster, d, nil)
	}
}

// asked gives the people who are waited for, whatever for, sorted.
func asked(waits []workflows.Wait) []workflows.PersonID {
	var out []workflows.PersonID
	for _, w := range waits {
		out = insert(out, w.Who)
	}
	return out
}

// waits works out what waits for whom: one line for each person, reason and part.
func (s *step) waits() []workflows.Wait {
	if s.r.ended() {
		return nil
	}
	c := waitList{s: s}
	if !s.r.StageAt.IsZero() {
		c.stage()
	}
	c.around()
	slices.SortFunc(c.out, func(a, b workflows.Wait) int {
		return cmp.Or(cmp.Compare(a.Who, b.Who), cmp.Compare(a.Why, b.Why), cmp.Compare(a.Part, b.Part))
	})
	return c.out
}

// waitList gathers waits.
type waitList struct {
	s   *step
	out []workflows.Wait
}

func (c *waitList) add(w workflows.Wait) {
	same := func(x workflows.Wait) bool { return x.Who == w.Who && x.Why == w.Why && x.Part == w.Part }
	if w.Who == "" || slices.ContainsFunc(c.out, same) {
		return
	}
	w.About, w.Since = c.s.about(), c.s.at
	if n, told := c.s.r.notice(w.Who, w.Why, w.Part); told {
		w.Since = n.At
	}
	if w.Role != "" && (w.Why == workflows.WhyDecide || w.Why == workflows.WhyAdvise) {
		if p, ok := c.s.f.Roster.Person(w.Who); ok {
			w.Due = c.s.r.due(p, w.Since).UTC()
		}
	}
	c.out = append(c.out, w)
}

// stage adds who may fill the open seats, who may name somebody for them, and whom it was escalated to.
func (c *waitList) stage() {
	b := c.s.bench()
	for _, seat := range b.seats() {
		why := workflows.WhyDecide
		if seat.Advice {
			why = workflows.WhyAdvise
		}
		for _, e := range seat.May {
			c.add(workflows.Wait{Who: e.Person, For: e.For, Why: why, Part: b.stage.Key, Role: e.Role})
		}
	}
	unblocker := b.unblocker()
	c.add(workflows.Wait{Who: unblocker, Why: workflows.WhyUnblock, Part: b.stage.Key})
	if !c.s.r.Escalated {
		return
	}
	for _, p := range b.escalation() {
		if p == unblocker {
			continue // who may name anybody need not be asked for another holder
		}
		c.add(workflows.Wait{Who: p, Why: workflows.WhyEscalated, Part: b.stage.Key})
	}
}

// escalation gives the people the present stage escalates to, sorted.
func (b bench) escalation() []workflows.PersonID {
	var out []workflows.PersonID
	for _, role := range b.stage.EscalateTo {
		for _, h := range b.roster.Holders(role) {
			if !b.r.isParty(h.ID) {
				out = insert(out, h.ID)
			}
		}
	}
	return out
}

// around adds what waits for requester and owner, and who answers whether it may be used before the decision.
func (c *waitList) around() {
	r := &c.s.r
	for _, q := range r.Questions {
		if !q.Open() {
			continue
		}
		who := r.Asker()
		if !c.s.f.Roster.Active(who) {
			who = r.Owner
		}
		c.add(workflows.Wait{Who: who, Why: workflows.WhyQuestion, Part: strconv.Itoa(q.ID)})
	}
	switch {
	case r.Declined:
		c.add(workflows.Wait{Who: r.Asker(), Why: workflows.WhyMissing, Part: policy.OwnerKey})
	case r.Screening.Plan.OwnerAccepts && r.Accepted.IsZero() && r.lastDecide() >= 0:
		c.add(workflows.Wait{Who: r.Owner, Why: workflows.WhyAccept, Role: workflows.Owner})
	}
	for _, e := range c.s.bench().givers() {
		c.add(workflows.Wait{Who: e.Person, For: e.For, Why: workflows.WhyEmergency, Part: PartEmergency, Role: e.Role})
	}
	for _, e := range c.s.bench().overriders() {
		c.add(workflows.Wait{Who: e.Person, For: e.For, Why: workflows.WhyOverride, Part: PartOverride, Role: e.Role})
	}
	for _, p := range r.missing() {
		if _, making := r.Making(p); making {
			continue // others decide on it
		}
		c.add(workflows.Wait{Who: r.Asker(), Why: workflows.WhyMissing, Part: p.Key})
		c.add(workflows.Wait{Who: r.Owner, Why: workflows.WhyMissing, Part: p.Key})
	}
}

// insert adds an id to a sorted list, once.
func insert(list []workflows.PersonID, id workflows.PersonID) []workflows.PersonID {
	i, found := slices.BinarySearch(list, id)
	if found {
		return list
	}
	return slices.Insert(list, i, id)
}

// without gives what is in a but not in b.
func without(a, b []workflows.PersonID) []workflows.PersonID {
	var out []workflows.PersonID
	for _, id := range a {
		if !slices.Contains(b, id) {
			out = append(out, id)
		}
	}
	return out
}
