package cardtest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// Company is a small company in which requests are driven through the real machine. Its clock stands still unless it is
// moved.
type Company struct {
	Pack        *policy.Pack
	People      map[workflows.PersonID]workflows.Person
	Delegations []workflows.Delegation
	Now         time.Time
	Requests    map[string]approval.Request
	Systems     map[string]register.System
	Kept        []policy.KeptFact // of the vendor of every request that is sent

	numbers map[string]int
	alarms  map[alarm]time.Time // of systems
	seen    *register.Found     // what an entry has of a tool that was seen
}

// NewCompany gives the company of the shipped policy's sample people, on Monday 24 November 2025, 09:00 in Madrid.
func NewCompany() *Company {
	c := &Company{
		Pack: pack(), People: map[workflows.PersonID]workflows.Person{}, Requests: map[string]approval.Request{},
		Now: time.Date(2025, 11, 24, 8, 0, 0, 0, time.UTC), numbers: map[string]int{},
		Systems: map[string]register.System{}, alarms: map[alarm]time.Time{},
	}
	for _, line := range staff() {
		c.hire(line)
	}
	return c
}

// pack compiles the shipped pack once for a test binary; it is read only.
var pack = sync.OnceValue(policy.Embedded) //nolint:gochecknoglobals // a cache of a constant, in a package for tests

// staff gives the people: id, name, manager, department, zone, roles.
func staff() []string {
	return []string{
		"ingrid|Ingrid Solberg||Board|Europe/Oslo|top_management",
		"marek|Marek Dvorak|ingrid|Management|Europe/Prague|top_management",
		"helen|Helen Marsh|marek|Compliance|Europe/London|compliance_lead",
		"tomas|Tomas Lindqvist|marek|Compliance|Europe/Stockholm|compliance_lead",
		"cleo|Cleo Marsh|marek|Compliance|Europe/London|ai_governance_lead",
		"dan|Dan Wolf|helen|Compliance|Europe/Berlin|dpo",
		"nadia|Nadia Haddad|marek|Legal|Europe/Paris|legal_counsel",
		"piotr|Piotr Zielinski|helen|Legal|Europe/Warsaw|legal_counsel",
		"yuki|Yuki Tanaka|marek|Engineering|Asia/Tokyo|ciso",
		"ola|Ola Adeyemi|marek|Operations|Europe/London|internal_auditor",
		"ben|Ben Okafor|marek|Sales|America/New_York|",
		"ana|Ana Ruiz|ben|Sales|Europe/Madrid|",
		"jack|Jack Turner|ben|Sales|America/New_York|",
		"mei|Mei Chen|marek|Engineering|Asia/Singapore|data_steward",
		"arjun|Arjun Patel|mei|Engineering|Asia/Kolkata|administrator,it_operations",
		"jonas|Jonas Weber|marek|Customer care|Europe/Berlin|worker_representative",
		"karim|Karim Osman|ben|Sales|Europe/Istanbul|left",
	}
}

func (c *Company) hire(line string) {
	f := strings.Split(line, "|")
	zone, err := time.LoadLocation(f[4])
	if err != nil {
		panic(err) // a fixture that is wrong
	}
	p := workflows.Person{
		ID: workflows.PersonID(f[0]), Name: f[1], Manager: workflows.PersonID(f[2]), Department: f[3], Active: f[5] != "left",
		Email: f[0] + "@example.com", Hours: c.Pack.Hours("", zone),
	}
	if p.Active && f[5] != "" {
		for role := range strings.SplitSeq(f[5], ",") {
			p.Roles = append(p.Roles, workflows.Role(role))
		}
		slices.Sort(p.Roles)
	}
	c.People[p.ID] = p
}

// Roster gives everybody.
func (c *Company) Roster() workflows.Roster {
	people := make([]workflows.Person, 0, len(c.People))
	for _, p := range c.People {
		people = append(people, p)
	}
	return workflows.NewRoster(people, c.Delegations)
}

// Flow gives a flow of the pack.
func (c *Company) Flow(key string) *policy.Flow {
	f, ok := c.Pack.Flow(key)
	if !ok {
		panic("no flow " + key) // a fixture that is wrong
	}
	return f
}

// Facts gives what answers are judged against when this person sends them.
func (c *Company) Facts(flow *policy.Flow, who workflows.PersonID, linked string) policy.Facts {
	f := policy.Facts{Today: c.Now.In(flow.Location()), Requester: who, Known: c.Roster().Active, Kept: c.Kept}
	if about, ok := c.Requests[linked]; ok && flow.About != "" {
		f.Owner, f.Carried = about.Owner, flow.CarriedFrom(about.Screening.Answers)
	}
	return f
}

// Send sends a request and gives its id. It panics where the request is refused: fixtures are not.
func (c *Company) Send(who workflows.PersonID, flow string, answers policy.Answers, linked string) string {
	done := c.Apply(workflows.Event{
		Actor: who, At: c.Now, About: workflows.Ref{Kind: workflows.KindRequest},
		What: approval.Submitted{Flow: flow, Answers: answers, Linked: linked},
	})
	if done.Refusal != nil {
		panic(fmt.Sprintf("%s: %s %v", done.Refusal.Code, done.Refusal.Sentence, done.Refusal.Fields)) // a fixture that is wrong
	}
	return done.About.ID
}

// Do applies what a person does to a request, with its present state before their eyes. It panics where it is refused.
func (c *Company) Do(who workflows.PersonID, id string, what approval.What) {
	if done := c.Apply(workflows.Event{Actor: who, At: c.Now, About: workflows.RequestRef(id), What: what}); done.Refusal != nil {
		panic(fmt.Sprintf("%s by %s: %s", what.Kind(), who, done.Refusal.Sentence)) // a fixture that is wrong
	}
}

// Apply applies one event as the engine does, without keys.
func (c *Company) Apply(ev workflows.Event) workflows.Applied {
	if ev.About.Kind == workflows.KindSystem {
		return c.applySystem(ev)
	}
	before := c.Requests[ev.About.ID]
	facts := approval.Facts{Roster: c.Roster(), Zone: time.UTC}
	if sub, ok := ev.What.(approval.Submitted); ok {
		flow, found := c.Pack.Flow(sub.Flow)
		if !found {
			return workflows.Applied{About: ev.About, Refusal: workflows.Refuse(workflows.CodeUnknown, "This kind of request does not exist any more.")}
		}
		ev.About = workflows.RequestRef(fmt.Sprintf("%s-%d", flow.Prefix, c.numbers[flow.Prefix]+1))
		defer func() {
			if c.Requests[ev.About.ID].ID != "" {
				c.numbers[flow.Prefix]++
			}
		}()
	} else if before.ID == "" {
		return workflows.Applied{About: ev.About, Refusal: workflows.Refuse(workflows.CodeUnknown, "There is no request with this number.")}
	}
	facts.Entry = c.entryOf(before.ID)
	next, refusal := c.screen(before, ev, facts.Entry)
	if refusal != nil {
		return workflows.Applied{About: ev.About, Refusal: refusal}
	}
	facts.Next = next
	if before.ID != "" {
		var err error
		if facts.Correction, refusal, err = approval.Correct(before, ev, c.Flow(before.Flow), c.Flow(before.Flow).Location()); err != nil {
			panic(err) // the day is always given
		}
		if refusal != nil {
			return workflows.Applied{About: ev.About, Refusal: refusal}
		}
	}
	for _, id := range approval.Assesses(before, ev, next) {
		facts.Made = append(facts.Made, approval.AsMade(c.Requests[id], c.Flow(c.Requests[id].Flow), before, next))
	}
	out := approval.Step(before, ev, facts)
	if out.Refusal == nil {
		c.Requests[ev.About.ID] = out.State
	}
	for _, e := range out.Effects {
		if open, ok := e.(workflows.Open); ok {
			if what, ok := open.What.(workflows.Registered); ok {
				c.enter(what, ev)
			}
		}
		if tell, ok := e.(workflows.Tell); ok {
			c.Apply(workflows.Event{Actor: ev.Actor, At: ev.At, About: tell.About, What: tell.What})
		}
	}
	return workflows.Applied{About: ev.About, Refusal: out.Refusal}
}

// screen works out the new round's screening, for events that start one.
func (c *Company) screen(r approval.Request, ev workflows.Event, e *approval.Entry) (*policy.Screening, *workflows.Refusal) {
	b, starts := approval.BasisOf(r, ev, e)
	if !starts {
		return nil, nil
	}
	flow := c.Flow(b.Flow)
	facts := c.Facts(flow, b.Requester, b.Linked)
	facts.Renews = b.Renews
	s, no, err := flow.Judge(b.Tier, b.Answers, facts)
	if err != nil {
		panic(err) // the day is always given
	}
	return s, no
}

// Until moves the clock, firing the timers of all requests at their times.
func (c *Company) Until(t time.Time) {
	for {
		id, timer := c.nextTimer()
		if id == "" || timer.At.After(t) {
			break
		}
		c.ring(timer.At)
		if timer.At.After(c.Now) {
			c.Now = timer.At
		}
		before := c.Requests[id]
		c.Apply(workflows.Event{
			Actor: workflows.System, At: c.Now, About: workflows.RequestRef(id),
			What: approval.Woken{Woken: workflows.Woken{Name: timer.Name}},
		})
		if r := c.Requests[id]; slices.Contains(r.Timers, timer) && r.Seq == before.Seq { // a timer that did nothing is gone all the same
			r.Timers = slices.DeleteFunc(slices.Clone(r.Timers), func(o approval.Timer) bool { return o == timer })
			c.Requests[id] = r
		}
	}
	c.ring(t)
	if t.After(c.Now) {
		c.Now = t
	}
}

func (c *Company) nextTimer() (string, approval.Timer) {
	var id string
	var first approval.Timer
	for _, key := range c.IDs() {
		for _, t := range c.Requests[key].Timers {
			if id == "" || t.At.Before(first.At) || t.At.Equal(first.At) && t.Name < first.Name {
				id, first = key, t
			}
		}
	}
	return id, first
}

// IDs gives the ids of all requests, sorted.
func (c *Company) IDs() []string {
	var out []string
	for id := range c.Requests {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

// Case gives a request as a person sees it now.
func (c *Company) Case(id string, viewer workflows.PersonID) view.Case {
	r := c.Requests[id]
	k := view.Case{
		Request: r, Flow: c.Flow(r.Flow), Roster: c.Roster(), Viewer: c.People[viewer], Now: c.Now, Surface: "slack",
	}
	if viewer == r.Owner && r.Flow == "ai-use" && len(r.Screening.Plan.Preconditions) > 0 {
		k.About = "ai-impact"
	}
	if n := len(r.Assessments); n > 0 {
		k.Assessment = c.related(r.Assessments[n-1].ID)
	}
	for _, id := range r.StandsOn() {
		k.StandsOn = append(k.StandsOn, c.related(id))
	}
	k.Subject = c.related(r.Linked)
	return k
}

func (c *Company) related(id string) *view.Related {
	r, ok := c.Requests[id]
	if !ok {
		return nil
	}
	return &view.Related{Request: r, Flow: c.Flow(r.Flow)}
}

// Eyes gives for whom something is shown.
func (c *Company) Eyes(viewer workflows.PersonID) view.Eyes {
	return view.Eyes{Viewer: c.People[viewer], Now: c.Now}
}

// Waits gives what waits for a person in all requests and systems.
func (c *Company) Waits(who workflows.PersonID) []workflows.Wait {
	var out []workflows.Wait
	for _, id := range c.IDs() {
		for _, w := range c.Requests[id].Waits {
			if w.Who == who {
				out = append(out, w)
			}
		}
	}
	for _, id := range c.SystemIDs() {
		for _, w := range c.Systems[id].Waits {
			if w.Who == who {
				out = append(out, w)
			}
		}
	}
	return out
}
