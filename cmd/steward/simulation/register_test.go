package simulation_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/register"
)

// ownCondition is a condition in a decider's words, due in some days or weeks: sooner than some people act.
func (l *life) ownCondition() []approval.Choice {
	return []approval.Choice{{Text: "Report what it was good for.", Due: l.clock.Now().AddDate(0, 0, 2+l.rand.IntN(20)).Format(time.DateOnly)}}
}

// entered looks whether a request has brought a system to the register, and lets people live with it.
func (l *life) entered(request string) {
	l.t.Helper()
	id, err := l.store.SystemOf(l.t.Context(), request)
	if errors.Is(err, workflows.ErrNotFound) {
		return
	}
	if err != nil {
		l.t.Fatal(err)
	}
	l.travel(l.clock.Now()) // a later round reaches the entry as an event of its own
	l.tend(id)
	l.learnTerms(id)
	if slices.Contains(l.systems, id) {
		return
	}
	l.systems = append(l.systems, id)
	l.planJoins(id)
	if l.chance(20) {
		l.sometime(id, 5, (register.Piloted{}).Kind(), func(s register.System) (workflows.PersonID, register.What) {
			return s.Owner, register.Piloted{Until: l.clock.Now().AddDate(0, 2, 0).Format(time.DateOnly)}
		})
	}
	if l.chance(30) {
		l.sometime(id, 250, (register.Changed{}).Kind(), func(s register.System) (workflows.PersonID, register.What) {
			return s.Owner, register.Changed{Trigger: "vendor_terms_change", Reason: "The vendor has new terms from next month on."}
		})
	}
	if l.chance(15) {
		l.sometime(id, 300, (register.Suspended{}).Kind(), func(s register.System) (workflows.PersonID, register.What) {
			return s.Owner, register.Suspended{Reason: "Its answers were wrong too often this week."}
		})
		l.sometime(id, 330, (register.Released{}).Kind(), func(register.System) (workflows.PersonID, register.What) {
			return l.roles["ai_governance_lead"][0], register.Released{Reason: "The vendor has mended it and shown us how."}
		})
	}
	if l.chance(30) {
		l.sometime(id, 120, (register.HandedOver{}).Kind(), func(s register.System) (workflows.PersonID, register.What) {
			return s.Owner, register.HandedOver{To: l.heads[3+5*l.rand.IntN(3)], Reason: "It belongs to another team from now on."}
		})
	}
}

// sometime lets somebody act on a system within so many days, if they can by then.
func (l *life) sometime(id string, days int, kind string, act func(register.System) (workflows.PersonID, register.What)) {
	l.at(l.clock.Now().Add(time.Duration(1+l.rand.IntN(days))*24*time.Hour), func() {
		if l.system(id).Emergency {
			return
		}
		who, what := act(l.system(id))
		if h, ok := what.(register.HandedOver); ok && (!l.of[h.To].left.IsZero() || h.To == l.system(id).Owner) {
			return
		}
		if l.can(id, who, kind) {
			l.press(id, who, what)
		}
	})
}

func (l *life) system(id string) register.System {
	l.t.Helper()
	s, err := l.store.System(l.t.Context(), id)
	if err != nil {
		l.t.Fatal(err)
	}
	return s
}

// can says whether somebody is offered something on the card of a system.
func (l *life) can(id string, who workflows.PersonID, kind string) bool {
	l.t.Helper()
	s := l.system(id)
	people, roles := s.Concerns()
	roster, err := l.store.People(l.t.Context(), append(people, who), roles, l.clock.Now())
	if err != nil {
		l.t.Fatal(err)
	}
	return slices.ContainsFunc(register.Actions(s, who, roster, l.clock.Now(), true), func(a register.Action) bool { return a.Kind == kind })
}

func (l *life) press(id string, who workflows.PersonID, what register.What) {
	l.t.Helper()
	l.apply(workflows.SystemRef(id), who, what)
	l.tend(id)
}

// tend lets those for whom something of a system waits think about it.
func (l *life) tend(id string) {
	s := l.system(id)
	for _, w := range s.Waits {
		key := fmt.Sprintf("%s/%s/%s/%s/%d", id, w.Who, w.Why, w.Part, s.Revision)
		if l.planned[key] {
			continue
		}
		l.planned[key] = true
		if d, ever := l.delay(); ever {
			l.at(l.clock.Now().Add(d), func() { l.look(id, w) })
		}
	}
}

// look does what is asked of somebody about a system, if it still is.
func (l *life) look(id string, w workflows.Wait) {
	l.t.Helper()
	s := l.system(id)
	if !slices.ContainsFunc(s.Waits, func(x workflows.Wait) bool { return x.Who == w.Who && x.Why == w.Why && x.Part == w.Part }) {
		return
	}
	const reason = "It was looked at with care and with this result."
	_, isTask := s.Task(w.Part)
	switch {
	case s.State == register.StateDiscovered:
		l.lookAtFound(s, w)
	case w.Why == workflows.WhyTask && isTask:
		l.press(id, w.Who, register.Proved{Task: w.Part, Proof: "https://example.com/proof"})
	case w.Why == workflows.WhyTask:
		l.press(id, w.Who, register.WentLive{Report: reason})
	case w.Why == workflows.WhyVerify && l.chance(20):
		l.press(id, w.Who, register.SentBack{Task: w.Part, Reason: reason})
	case w.Why == workflows.WhyVerify:
		l.press(id, w.Who, register.Verified{Task: w.Part})
	case w.Why == workflows.WhyHandOver:
		l.press(id, w.Who, register.HandedOver{To: l.teams[0][0], Reason: reason})
	case w.Why == workflows.WhyReEvaluate && l.chance(15):
		l.press(id, w.Who, register.Revoked{Reason: reason})
	case w.Why == workflows.WhyReEvaluate:
		l.press(id, w.Who, register.Unchanged{Reason: reason})
	case w.Why == workflows.WhyRenew && l.chance(20):
		l.press(id, w.Who, register.Retired{Reason: reason})
	case w.Why == workflows.WhyRenew:
		l.maybeRenew(s)
	case w.Why == workflows.WhyJoin && l.ignored(id, w.Part):
	case w.Why == workflows.WhyJoin && l.chance(25):
		l.press(id, w.Who, register.JoinRefused{Who: workflows.PersonID(w.Part), Reason: reason})
	case w.Why == workflows.WhyJoin:
		l.press(id, w.Who, register.JoinAgreed{Who: workflows.PersonID(w.Part)})
	default:
		l.t.Fatalf("nobody here knows what to do about %s of %s", w.Why, strings.TrimSpace(id+" "+w.Part))
	}
}
