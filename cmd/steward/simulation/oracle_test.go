package simulation_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
)

// The policy as the shipped pack has it, in the oracle's own words: who is asked in which stage, for how long, who hears of
// it when it is late.
type simStage struct {
	key      string
	hours    time.Duration
	decide   []workflows.Role // one answer of each is needed
	advise   []workflows.Role
	escalate workflows.Role
}

func simStages(kind string) []simStage {
	manager := simStage{"manager", 8 * time.Hour, []workflows.Role{workflows.LineManager}, nil, workflows.ComplianceLead}
	switch kind {
	case "minimal":
		manager.escalate = workflows.AIGovernance
		return []simStage{manager}
	case "limited":
		manager.escalate = workflows.AIGovernance
		return []simStage{
			manager,
			{"experts", 24 * time.Hour, []workflows.Role{"ciso"}, []workflows.Role{"dpo"}, workflows.ComplianceLead},
			{"governance", 8 * time.Hour, []workflows.Role{workflows.AIGovernance}, nil, workflows.ComplianceLead},
		}
	case "high":
		return []simStage{
			manager,
			{"experts", 40 * time.Hour, []workflows.Role{"ciso", workflows.LegalCounsel}, []workflows.Role{"dpo"}, workflows.ComplianceLead},
			{"governance", 24 * time.Hour, []workflows.Role{workflows.AIGovernance}, nil, workflows.ComplianceLead},
			{"executive", 24 * time.Hour, []workflows.Role{workflows.TopManagement}, nil, workflows.ComplianceLead},
		}
	}
	return []simStage{manager, {"security", 24 * time.Hour, []workflows.Role{"ciso"}, nil, workflows.ComplianceLead}}
}

// simShort is who decides on an approval that is renewed with nothing changed.
func simShort(kind string) []simStage {
	all := simStages(kind)
	if i := slices.IndexFunc(all, func(s simStage) bool { return s.key == "governance" }); i > 0 {
		return all[i : i+1]
	}
	return all[:1]
}

// simMissing is what a request of high risk needs before the stage of that key opens.
const (
	simMissing       = "impact_assessment_started"
	simMissingBefore = "governance"
)

// The days after which a question reminds, and after which it is given up.
var simRemindDays = []int{3, 5}

const simResumeDays = 10

// due is one step that has to happen, with what it tells people.
type due struct {
	request string
	kind    string // the stored name of the record: "reminded", "reminder_skipped", "escalated", "clock_resumed"
	who     workflows.PersonID
	at      time.Time
}

func (d due) String() string {
	return fmt.Sprintf("%s %s %s %s", d.request, d.kind, d.who, d.at.UTC().Format("2006-01-02 15:04:05.000"))
}

// expected is one message that has to reach a person, at its hour.
type expected struct {
	request string
	why     workflows.Why
	who     workflows.PersonID
	at      time.Time
	holds   bool // it is still so when it is sent
}

// oracle works out what has to happen to one request from what people did, policy and calendar.
type oracle struct {
	*staff
	*asking
	outages []span

	plan             []simStage         // of this round
	asker            workflows.PersonID // whose this round is
	keeper           workflows.PersonID // who is to own it
	round, stage     int
	opened, held     time.Time
	accepted, linked bool
	over, approved   bool
	filled           map[workflows.Role]bool
	pauses           []span // the last may be open
	questions        []*query
	escalated        bool
	told             map[string]time.Time // in this round
	waits            []pendingWait
	urgent           *urgency               // the wish for an emergency approval
	absent           map[string]*absentWait // what waits for who is away, by round, stage and person
	armed            []alarm
	fired            map[string]bool

	steps     []due
	letters   []expected     // by reminders, escalations and questions that were given up
	asks      map[string]int // "person why": how often they have to be asked
	unsent    []expected     // held until working hours
	actor     workflows.PersonID
	sent, now time.Time // when what is decided on came in, and when it last changed
}

type query struct {
	at       time.Time
	who      workflows.PersonID
	open     bool
	givenUp  bool
	position int
}

type pendingWait struct {
	who       workflows.PersonID
	why       workflows.Why
	part      string
	since, by time.Time
}

type alarm struct {
	name, does string
	at         time.Time
	who        workflows.PersonID
	q          *query
}

// run goes through the life of a request.
func (o *oracle) run(deeds []deed, until time.Time) {
	o.told, o.fired, o.filled, o.asks = map[string]time.Time{}, map[string]bool{}, map[workflows.Role]bool{}, map[string]int{}
	o.absent, o.keeper = map[string]*absentWait{}, o.owner
	for _, d := range deeds {
		switch {
		case o.round == 0 && d.what != "submitted":
			continue // people came and went before it was there
		case o.round > 0:
			o.pass(d.at)
		}
		if !o.over || d.what == "renewed" {
			o.happens(d)
		}
	}
	o.pass(until)
}

// pass lets the alarms ring that are due before a time.
func (o *oracle) pass(until time.Time) {
	for !o.over && len(o.armed) > 0 {
		next := slices.MinFunc(o.armed, func(a, b alarm) int { return cmp.Or(a.at.Compare(b.at), strings.Compare(a.name, b.name)) })
		at := next.at
		if at.Before(o.now) {
			at = o.now
		}
		for _, out := range o.outages {
			if at.After(out.from) && at.Before(out.to) {
				at = out.to
			}
		}
		if at.After(until) {
			break
		}
		o.send(at)
		o.ring(next, at)
	}
	o.send(until)
}

// send looks at the messages that waited for their reader, as they go out.
func (o *oracle) send(until time.Time) {
	slices.SortStableFunc(o.unsent, func(a, b expected) int { return a.at.Compare(b.at) })
	for len(o.unsent) > 0 && o.unsent[0].at.Before(until) {
		l := o.unsent[0]
		o.unsent = o.unsent[1:]
		switch l.why {
		case workflows.WhyRemind:
			l.holds = slices.ContainsFunc(o.waits, func(w pendingWait) bool { return w.who == l.who })
		case workflows.WhyEscalated:
			l.holds = !o.over && o.escalated
		case workflows.WhyNoAnswer:
			l.holds = !o.over
		case workflows.WhyEnding:
			l.holds = o.urgent.given() && l.at.Before(o.urgent.until)
		case workflows.WhyExpired:
			l.holds = !o.approved // else that has taken its place meanwhile
		default: // it does not wait for anybody's hours
		}
		o.letters = append(o.letters, l)
	}
}

// tell lets a message wait for its reader's working hours, and for the end of an outage.
func (o *oracle) tell(why workflows.Why, who workflows.PersonID, at time.Time) {
	at = o.of[who].diary.next(at)
	for _, out := range o.outages {
		if at.After(out.from) && at.Before(out.to) {
			at = o.of[who].diary.next(out.to)
		}
	}
	o.unsent = append(o.unsent, expected{request: o.id, why: why, who: who, at: at})
}

func (o *oracle) ring(a alarm, at time.Time) {
	o.fired[a.name] = true
	switch a.does {
	case "escalate":
		o.escalated = true
		o.steps = append(o.steps, due{o.id, "escalated", "", at})
	case "resume":
		a.q.givenUp = true
		o.resume(at)
		o.steps = append(o.steps, due{o.id, "clock_resumed", "", at})
		o.tell(workflows.WhyNoAnswer, a.q.who, at)
	case "emergency ends soon":
		o.endsSoon(a, at)
	case "emergency ends":
		o.endUrgent(at, "expired")
	case "remind":
		if at.Sub(a.at) > 24*time.Hour {
			o.steps = append(o.steps, due{o.id, "reminder_skipped", a.who, at})
			break
		}
		o.steps = append(o.steps, due{o.id, "reminded", a.who, at})
		o.tell(workflows.WhyRemind, a.who, at)
	}
	o.settle(at)
}

func (o *oracle) resume(at time.Time) {
	if slices.ContainsFunc(o.questions, func(q *query) bool { return q.open && !q.givenUp }) {
		return
	}
	if n := len(o.pauses); n > 0 && o.pauses[n-1].to.IsZero() {
		o.pauses[n-1].to = at
	}
}

func (o *oracle) paused() bool { n := len(o.pauses); return n > 0 && o.pauses[n-1].to.IsZero() }

// happens takes one deed.
func (o *oracle) happens(d deed) {
	switch d.what {
	case "submitted", "edited", "renewed":
		if d.what != "edited" {
			o.sent, o.asker, o.plan = d.at, d.who, simStages(o.kind)
		}
		if d.what == "renewed" {
			o.over, o.keeper = false, d.who
			if d.short {
				o.plan = simShort(o.kind)
			}
		}
		o.round++
		o.told = map[string]time.Time{}
		o.accepted = o.keeper == o.asker
		o.enter(0, d.at)
	case "accepted":
		o.accepted = true
		o.open(d.at)
	case "linked":
		o.linked = true
		o.open(d.at)
	case "asked":
		o.questions = append(o.questions, &query{at: d.at, who: d.who, open: true, position: len(o.questions)})
		if !o.paused() {
			o.pauses = append(o.pauses, span{from: d.at})
		}
	case "answered":
		o.questions[d.question].open = false
		o.resume(d.at)
	case "approved", "advised":
		now := o.plan[o.stage]
		o.filled[o.seat(now, d.who)] = true
		if slices.ContainsFunc(append(slices.Clone(now.decide), now.advise...), func(r workflows.Role) bool { return !o.filled[r] }) {
			break
		}
		if o.stage+1 < len(o.plan) {
			o.enter(o.stage+1, d.at)
		} else {
			o.over, o.approved = true, true
			o.endUrgent(d.at, "approved")
		}
	case "rejected", "withdrawn":
		o.over = true
		o.actor = d.who
		o.endUrgent(d.at, d.what)
		o.actor = ""
	case "urged":
		o.urgent = &urgency{}
	case "allowed", "declined":
		o.answerUrgent(d)
	}
	o.settle(d.at)
}

// seat says as what somebody answers: by their role, or else for the manager.
func (o *oracle) seat(s simStage, who workflows.PersonID) workflows.Role {
	for _, r := range append(slices.Clone(s.decide), s.advise...) {
		if slices.Contains(o.roles[r], who) {
			return r
		}
	}
	return workflows.LineManager
}

func (o *oracle) enter(stage int, at time.Time) {
	for _, q := range o.questions {
		q.open = false
	}
	o.stage, o.opened, o.held, o.pauses, o.escalated = stage, time.Time{}, time.Time{}, nil, false
	o.filled, o.fired = map[workflows.Role]bool{}, map[string]bool{}
	o.open(at)
}

func (o *oracle) lacks() bool { return o.kind == "high" && !o.linked }

func (o *oracle) open(at time.Time) {
	stages := o.plan
	switch {
	case !o.opened.IsZero():
	case o.stage == len(stages)-1 && !o.accepted, o.lacks() && stages[o.stage].key == simMissingBefore:
		if o.held.IsZero() {
			o.held = at
		}
	default:
		o.opened, o.held = at, time.Time{}
	}
}

// settle works out who waits for what now, and which alarms follow.
func (o *oracle) settle(at time.Time) {
	o.now, o.waits = at, nil
	if o.over {
		o.noteAbsent(at)
		o.armed = nil
		return
	}
	if !o.opened.IsZero() {
		o.stageWaits(at)
	}
	for _, q := range o.questions {
		if q.open {
			o.wait(at, o.asker, workflows.WhyQuestion, fmt.Sprint(q.position), 0)
		}
	}
	if !o.accepted {
		o.wait(at, o.keeper, workflows.WhyAccept, "", 0)
	}
	if o.urgent != nil && o.urgent.answered.IsZero() && o.urgent.over.IsZero() {
		for _, who := range o.roles[workflows.AIGovernance] {
			o.wait(at, who, workflows.WhyEmergency, approval.PartEmergency, 0)
		}
	}
	if o.lacks() {
		o.wait(at, o.asker, workflows.WhyMissing, simMissing, 0)
		o.wait(at, o.keeper, workflows.WhyMissing, simMissing, 0)
	}
	o.noteAbsent(at)
	before := o.armed
	o.armed = nil
	for _, a := range o.alarms() {
		late := (a.does == "remind" || a.does == "emergency ends soon") && !a.at.After(at)
		if o.fired[a.name] || late && !slices.ContainsFunc(before, func(b alarm) bool { return b.name == a.name && b.at.Equal(a.at) }) {
			continue
		}
		if !slices.ContainsFunc(o.armed, func(b alarm) bool { return b.name == a.name }) {
			o.armed = append(o.armed, a)
		}
	}
}

func (o *oracle) stageWaits(at time.Time) {
	s := o.plan[o.stage]
	ask := func(roles []workflows.Role, why workflows.Why) {
		for _, r := range roles {
			if o.filled[r] {
				continue
			}
			for _, who := range o.eligible(r, at) {
				o.wait(at, who, why, s.key, s.hours)
			}
		}
	}
	ask(s.decide, workflows.WhyDecide)
	ask(s.advise, workflows.WhyAdvise)
	if o.escalated {
		for _, who := range o.roles[s.escalate] {
			o.wait(at, who, workflows.WhyEscalated, s.key, 0)
		}
	}
}

// eligible gives who may answer for a role: its holders; for the line manager also who stands in for them, if they were
// named before the request came in.
func (o *oracle) eligible(role workflows.Role, at time.Time) []workflows.PersonID {
	if role != workflows.LineManager {
		return o.roles[role]
	}
	m := o.manager(o.requester, at)
	out := []workflows.PersonID{m}
	if a := o.of[m].standIn(at); a != nil && (a.hand || a.named.Before(o.sent)) && a.by != o.keeper && !slices.Contains(out, a.by) {
		out = append(out, a.by)
	}
	return out
}

func (o *oracle) wait(at time.Time, who workflows.PersonID, why workflows.Why, part string, hours time.Duration) {
	key := string(who) + "/" + string(why) + "/" + part
	since, told := o.told[key]
	if !told {
		since = at
		o.told[key] = at
		if why == workflows.WhyEscalated {
			o.tell(why, who, at)
		} else {
			o.asks[string(who)+" "+string(why)]++
		}
	}
	w := pendingWait{who: who, why: why, part: part, since: since}
	if hours > 0 && !o.paused() {
		from := o.opened
		if since.After(from) {
			from = since
		}
		w.by = o.of[who].diary.after(from, hours, o.pauses)
	}
	o.waits = append(o.waits, w)
}

// alarms gives all that the present state asks for.
func (o *oracle) alarms() (out []alarm) {
	place := fmt.Sprintf("/%d/%d/", o.round, o.stage)
	var last time.Time
	for _, w := range o.waits {
		if w.by.IsZero() {
			continue
		}
		if w.by.After(last) {
			last = w.by
		}
		d := o.of[w.who].diary
		if morning := d.start(w.by); morning.After(w.since) && d.date(w.since) != d.date(w.by) {
			out = append(out, alarm{name: "remind" + place + string(w.who) + "/due", does: "remind", at: morning, who: w.who})
		}
		out = append(out, alarm{name: "remind" + place + string(w.who) + "/late", does: "remind", at: d.morning(w.by, 1), who: w.who})
	}
	if !last.IsZero() && !o.escalated {
		out = append(out, alarm{name: "escalate" + place, does: "escalate", at: last})
	}
	asked := o.of[o.asker].diary
	for _, q := range o.questions {
		if !q.open || q.givenUp {
			continue
		}
		name := fmt.Sprintf("question%s%d/", place, q.position)
		for _, n := range simRemindDays {
			out = append(out, alarm{name: name + fmt.Sprint(n), does: "remind", at: asked.morning(q.at, n), who: o.asker})
		}
		out = append(out, alarm{name: name + "up", does: "resume", at: asked.morning(q.at, simResumeDays), q: q})
	}
	out = append(out, o.urgentAlarms()...)
	for _, w := range o.waits {
		if o.held.IsZero() || w.why != workflows.WhyAccept && w.why != workflows.WhyMissing {
			continue
		}
		for _, n := range simRemindDays {
			name := fmt.Sprintf("held%s%s/%d", place, w.who, n)
			out = append(out, alarm{name: name, does: "remind", at: o.of[w.who].diary.morning(o.held, n), who: w.who})
		}
	}
	return out
}
