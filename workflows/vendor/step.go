package vendor

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"steward/workflows"
	"steward/workflows/policy"
)

// timerTurn is the one timer of a vendor: the next time at which a fact counts not much longer, or no longer.
const timerTurn = "turn"

// What is written is bounded, in characters. lead is how many days before its last one a fact is looked at again.
const (
	MaxProof  = policy.MaxProof
	MaxReason = 300
	lead      = 30
)

// The fields at which refusals stand; those of a fact have the key of its question behind them.
const (
	FieldName   = "name"
	FieldPlan   = "plan"
	FieldReason = "reason"

	FieldAnswer = policy.FixAnswer
	FieldProof  = policy.FixProof
	FieldSeen   = "seen."
)

// Step applies one event to what is kept of one vendor. It is pure: the same arguments give the same outcome, and v stays as it was.
//
// v is the zero value for a first [Kept], whose id comes from ev.About.ID. A refusal leaves the state alone. Events that no longer mean
// anything give v back and nothing else.
func Step(v Vendor, ev workflows.Event, f Facts) workflows.Outcome[Vendor] {
	x := &step{before: v, v: v, ev: ev, f: f, at: ev.At}
	x.v.Facts = slices.Clone(v.Facts)
	if no := x.apply(); no != nil {
		return workflows.Outcome[Vendor]{State: v, Refusal: no}
	}
	if len(x.facts) > 0 {
		x.v.Seq++ // whom it waits for leaves no record, and the last one says which number it is
	}
	x.settle()
	if len(x.facts)+len(x.effects) == 0 {
		return workflows.Outcome[Vendor]{State: v}
	}
	if !moves().Has(v.place(), ev.What.Kind(), x.v.place()) {
		return workflows.Outcome[Vendor]{State: v, Refusal: stale()}
	}
	return workflows.Outcome[Vendor]{State: x.v, Effects: x.effects, Records: x.facts}
}

// step is one event on its way through the machine: v is the copy that changes, before is what it was.
type step struct {
	before  Vendor
	v       Vendor
	ev      workflows.Event
	f       Facts
	at      time.Time
	remind  []string // keys of facts of which this step reminds
	effects []workflows.Effect
	facts   []workflows.Fact
}

func (x *step) apply() *workflows.Refusal {
	switch what := x.ev.What.(type) {
	case Woken, workflows.Woken:
		x.wake()
		return nil
	case RosterChanged:
		return nil // whom it waits for is worked out at the end of every step
	case Kept:
		return x.keep(what)
	}
	return workflows.Refuse(workflows.CodeUnknown, "Steward does not know this action.")
}

// keep takes what somebody says is to be kept.
func (x *step) keep(what Kept) *workflows.Refusal {
	if no := x.may(); no != nil {
		return no
	}
	if x.v.State == "" {
		x.v = Vendor{ID: x.ev.About.ID, Name: strings.TrimSpace(what.Name), Plan: what.Plan, Flow: x.f.Flow.Key}
	}
	x.v.Keepers = slices.Clone(x.f.Flow.VendorFacts.KeptBy)
	wrong := map[string]string{}
	if x.before.State == "" {
		x.checkNames(wrong)
	}
	what.Reason = strings.TrimSpace(what.Reason)
	for _, key := range x.f.Flow.VendorFacts.Keys {
		i := slices.IndexFunc(what.Facts, func(s Said) bool { return s.Key == key })
		if i >= 0 {
			x.take(what.Facts[i], what.Reason, wrong)
		}
	}
	x.checkReason(what.Reason, wrong)
	if len(x.v.Facts) == 0 && x.before.State == "" && len(wrong) == 0 {
		wrong[FieldProof+x.f.Flow.VendorFacts.Keys[0]] = nothingKept
	}
	if len(wrong) > 0 {
		return workflows.RefuseFields(wrong)
	}
	if len(x.facts) == 0 {
		return nil
	}
	x.v.Revision++
	x.v.State = StateKept
	if len(x.v.Facts) == 0 {
		x.v.State = StateEmpty
	}
	return nil
}

// may says who keeps facts, and of what.
func (x *step) may() *workflows.Refusal {
	p, _ := x.f.Roster.Person(x.ev.Actor)
	switch {
	case x.f.Flow == nil || x.f.Flow.VendorFacts == nil:
		return notKept()
	case !p.Active:
		return inactive(x.f.Roster.Name(x.ev.Actor))
	case !p.HasAny(x.f.Flow.VendorFacts.KeptBy...):
		return notYours()
	case x.before.State == "":
		return nil
	case x.ev.Seen.Revision == 0:
		return workflows.RefuseField(FieldName, keptAlready(x.before))
	case x.ev.Seen.Revision != x.before.Revision:
		return stale()
	}
	return nil
}

func (x *step) checkNames(wrong map[string]string) {
	rule := x.f.Flow.VendorFacts
	name, _ := x.f.Flow.Question(rule.Vendor)
	switch {
	case workflows.NameKey(strings.ToLower(x.v.Name)) == "":
		wrong[FieldName] = noName
	default:
		if says := name.Wrong(policy.Answer{Text: x.v.Name}); says != "" {
			wrong[FieldName] = says
		}
	}
	if rule.Plan == "" {
		x.v.Plan = ""
		return
	}
	plan, _ := x.f.Flow.Question(rule.Plan)
	if x.v.Plan == "" {
		wrong[FieldPlan] = "Please choose one."
	} else if says := plan.Wrong(policy.Answer{Text: x.v.Plan}); says != "" {
		wrong[FieldPlan] = says
	}
}

// take keeps one answer, changes it, or withdraws it.
func (x *step) take(said Said, reason string, wrong map[string]string) {
	q, _ := x.f.Flow.Question(said.Key)
	answer := q.Tidy(q.AnswerOf(said.Answer))
	said.Answer, said.Proof = answer.Values(), strings.TrimSpace(said.Proof)
	i := slices.IndexFunc(x.v.Facts, func(f Fact) bool { return f.Key == said.Key })
	if said.Proof == "" && (len(said.Answer) == 0 || i >= 0) {
		if i >= 0 {
			x.withdraw(i, reason)
		}
		return
	}
	if i >= 0 && said.same(x.v.Facts[i]) || !x.checkFact(q, answer, said, wrong) {
		return
	}
	is := Fact{Key: said.Key, Answer: said.Answer, Proof: said.Proof, Seen: said.Seen, Until: x.until(said.Seen), By: x.ev.Actor, At: x.at}
	d := Detail{Key: is.Key, Answer: is.Answer, Seen: is.Seen, Until: is.Until}
	if i < 0 {
		x.v.Facts = append(x.v.Facts, is)
		slices.SortFunc(x.v.Facts, func(a, b Fact) int { return strings.Compare(a.Key, b.Key) })
		x.fact(FactKept, d, is.Proof, reason)
		return
	}
	d.Was, d.SeenBefore = x.v.Facts[i].Answer, x.v.Facts[i].Seen
	x.v.Facts[i] = is
	x.fact(FactChanged, d, is.Proof, reason)
}

// same says that what is said is kept already. It stays even where it could not be kept anew, as its day is over.
func (s Said) same(f Fact) bool {
	return slices.Equal(s.Answer, f.Answer) && s.Proof == f.Proof && s.Seen == f.Seen
}

// checkFact says whether an answer with its proof and day can be kept.
func (x *step) checkFact(q policy.Question, answer policy.Answer, said Said, wrong map[string]string) bool {
	n := len(wrong)
	if says := q.Wrong(answer); says != "" {
		wrong[FieldAnswer+q.Key] = says
	}
	if said.Proof == "" {
		wrong[FieldProof+q.Key] = noProof
	} else if says := tooLong(said.Proof, MaxProof); says != "" {
		wrong[FieldProof+q.Key] = says
	}
	today := x.at.In(x.f.Zone).Format(time.DateOnly)
	day, err := time.Parse(time.DateOnly, said.Seen)
	switch {
	case err != nil || day.Year() < 2000:
		wrong[FieldSeen+q.Key] = noDay(today)
	case said.Seen > today:
		wrong[FieldSeen+q.Key] = notSeenYet
	case x.until(said.Seen) < today:
		wrong[FieldSeen+q.Key] = tooOld(x.f.Flow.VendorFacts.Months)
	}
	return len(wrong) == n
}

// until gives the last day on which a fact counts.
func (x *step) until(seen string) string {
	day, err := time.Parse(time.DateOnly, seen)
	if err != nil {
		return ""
	}
	return workflows.AddMonths(day, x.f.Flow.VendorFacts.Months).Format(time.DateOnly)
}

func (x *step) withdraw(i int, reason string) {
	was := x.v.Facts[i]
	x.v.Facts = slices.Delete(x.v.Facts, i, i+1)
	x.fact(FactWithdrawn, Detail{Key: was.Key, Was: was.Answer, SeenBefore: was.Seen}, "", reason)
}

// checkReason wants to hear why something that was kept is not any more as it was.
func (x *step) checkReason(reason string, wrong map[string]string) {
	changes := slices.ContainsFunc(x.facts, func(f workflows.Fact) bool { return f.Kind != FactKept })
	if changes && reason == "" {
		wrong[FieldReason] = noReason
	} else if says := tooLong(reason, MaxReason); says != "" {
		wrong[FieldReason] = says
	}
}

// wake reminds of facts that count not much longer, once, and notes those that count no longer.
func (x *step) wake() {
	for i := range x.v.Facts {
		f := &x.v.Facts[i]
		d := Detail{Key: f.Key, Until: f.Until}
		switch {
		case f.Over:
		case !x.at.Before(x.dayAfter(f.Until)):
			f.Over = true
			x.fact(FactOver, d, "", "")
		case f.Asked.IsZero() && !x.at.Before(x.lookAt(f.Until)):
			f.Asked = x.at
			x.remind = append(x.remind, f.Key)
			x.fact(FactReminded, d, "", "")
		}
	}
}

// lookAt gives the moment from which a fact is to be looked at again, and dayAfter the one from which it does not count any more.
func (x *step) lookAt(until string) time.Time { return x.start(until, -lead) }

func (x *step) dayAfter(until string) time.Time { return x.start(until, 1) }

// start gives the moment at which a day begins, so many days after another.
func (x *step) start(day string, days int) time.Time {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return time.Time{}
	}
	noon := time.Date(t.Year(), t.Month(), t.Day()+days, 12, 0, 0, 0, x.f.Zone)
	return workflows.Hours{Zone: x.f.Zone}.Midnight(noon).UTC()
}

// settle works out for whom something waits, tells them of what is new, and sets the timer. It comes after every step.
func (x *step) settle() {
	about := workflows.VendorRef(x.v.ID)
	x.v.Waits = nil
	for _, f := range x.v.Facts {
		if f.Asked.IsZero() || f.Over {
			continue
		}
		for _, p := range x.keepers() {
			x.v.Waits = append(x.v.Waits, workflows.Wait{
				About: about, Who: p.ID, Why: workflows.WhyVendorFact, Part: f.Key, Role: x.role(p), Since: f.Asked, Due: x.dayAfter(f.Until),
			})
			if slices.Contains(x.remind, f.Key) {
				x.effects = append(x.effects, workflows.Notify{To: p.ID, About: about, Why: workflows.WhyRemind, Part: f.Key})
			}
		}
	}
	if len(x.facts) == 0 && reflect.DeepEqual(x.v.Waits, x.before.Waits) {
		return
	}
	x.effects = append(x.effects, workflows.Wake{About: about, Name: timerTurn, At: x.next()}, workflows.Refresh{About: about})
}

// keepers gives those who look after the facts, each once.
func (x *step) keepers() (out []workflows.Person) {
	for _, p := range x.f.Roster.All() {
		if p.Active && p.HasAny(x.v.Keepers...) {
			out = append(out, p)
		}
	}
	return out
}

// role gives the role by which somebody looks after facts.
func (x *step) role(p workflows.Person) workflows.Role {
	i := slices.IndexFunc(x.v.Keepers, func(r workflows.Role) bool { return p.Has(r) })
	if i < 0 {
		return ""
	}
	return x.v.Keepers[i]
}

// next gives the next moment at which a fact turns; zero where none does.
func (x *step) next() (at time.Time) {
	for _, f := range x.v.Facts {
		t := x.dayAfter(f.Until)
		switch {
		case f.Over:
			continue
		case f.Asked.IsZero():
			t = x.lookAt(f.Until)
		}
		if at.IsZero() || t.Before(at) {
			at = t
		}
	}
	return at
}

// fact adds one record of what happened. The first of a vendor says which one it is.
func (x *step) fact(kind string, d Detail, proof, reason string) {
	texts := map[string]string{}
	if x.before.State == "" && len(x.facts) == 0 {
		d.Flow, d.Plan, texts[TextName] = x.v.Flow, x.v.Plan, x.v.Name
	}
	for name, text := range map[string]string{TextProof: proof, TextReason: reason} {
		if text != "" {
			texts[name] = text
		}
	}
	x.facts = append(x.facts, workflows.Fact{Kind: kind, Data: d, Texts: texts})
}
