package cardtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/register"
	"steward/workflows/register/enter"
)

// enter brings the end of a request into the register.
func (c *Company) enter(what workflows.Registered, ev workflows.Event) {
	id := workflows.SystemPrefix + "-" + strconv.Itoa(len(c.Systems)+1)
	for _, s := range c.Systems {
		if s.Request == what.Request {
			id = s.ID
		}
	}
	c.applySystem(workflows.Event{Actor: ev.Actor, At: ev.At, About: workflows.SystemRef(id), What: what})
}

// entryOf gives what a request has brought into the register, as the engine reads it for a renewal; nil where that is nothing.
func (c *Company) entryOf(request string) *approval.Entry {
	for _, s := range c.Systems {
		if s.Request == request {
			e := enter.Entry(s)
			return &e
		}
	}
	return nil
}

// applySystem applies one event to a system.
func (c *Company) applySystem(ev workflows.Event) workflows.Applied {
	before := c.Systems[ev.About.ID]
	f := register.Facts{Roster: c.Roster()}
	if before.Flow != "" {
		f.Triggers = c.Flow(before.Flow).Triggers
	}
	if what, ok := ev.What.(workflows.Registered); ok {
		r := c.Requests[what.Request]
		with := enter.With{Flow: c.Flow(r.Flow)}
		for _, id := range r.StandsOn() {
			with.On = append(with.On, c.Requests[id])
		}
		d, _ := enter.Decides(r, what, with)
		f.Decision = &d
	} else if _, shows := ev.What.(register.Seen); shows {
		f.Found = c.seen
	} else if before.ID == "" {
		return workflows.Applied{About: ev.About, Refusal: workflows.Refuse(workflows.CodeUnknown, "There is no system with this number in the register.")}
	}
	out := register.Step(before, ev, f)
	if out.Refusal != nil {
		return workflows.Applied{About: ev.About, Refusal: out.Refusal}
	}
	c.Systems[ev.About.ID] = out.State
	for _, e := range out.Effects {
		if w, ok := e.(workflows.Wake); ok {
			c.alarms[alarm{ev.About.ID, w.Name}] = w.At
		}
	}
	return workflows.Applied{About: ev.About}
}

// alarm names a timer of a system.
type alarm struct{ id, name string }

// nextAlarm gives the first timer of a system; a zero time where there is none.
func (c *Company) nextAlarm() (first alarm, at time.Time) {
	for a, t := range c.alarms {
		if t.IsZero() {
			continue
		}
		if at.IsZero() || t.Before(at) || t.Equal(at) && a.id+a.name < first.id+first.name {
			first, at = a, t
		}
	}
	return first, at
}

// ring fires the timers of systems up to a time.
func (c *Company) ring(until time.Time) {
	for {
		a, at := c.nextAlarm()
		if at.IsZero() || at.After(until) {
			return
		}
		delete(c.alarms, a)
		if at.After(c.Now) {
			c.Now = at
		}
		c.applySystem(workflows.Event{
			Actor: workflows.System, At: c.Now, About: workflows.SystemRef(a.id), What: register.Woken{Woken: workflows.Woken{Name: a.name}},
		})
	}
}

// Use applies what a person does to a system, with its present state before their eyes. It panics where it is refused.
func (c *Company) Use(who workflows.PersonID, id string, what register.What) {
	if done := c.Apply(workflows.Event{Actor: who, At: c.Now, About: workflows.SystemRef(id), What: what}); done.Refusal != nil {
		panic(fmt.Sprintf("%s by %s: %s", what.Kind(), who, done.Refusal.Sentence)) // a fixture that is wrong
	}
}

// SystemIDs gives the ids of all systems, in their order.
func (c *Company) SystemIDs() []string {
	var out []string
	for i := range len(c.Systems) {
		out = append(out, workflows.SystemPrefix+"-"+strconv.Itoa(i+1))
	}
	return out
}

// Entry gives a system as a person sees it now.
func (c *Company) Entry(id string, viewer workflows.PersonID) view.Entry {
	s := c.Systems[id]
	e := view.Entry{
		System: s, Flow: c.Flow(s.Flow), Roster: c.Roster(), Viewer: c.People[viewer], Now: c.Now, Surface: "slack",
		Whole: workflows.MaySee(c.People[viewer], s.Concerned()),
	}
	if e.Whole && view.Ruled(s) {
		e.Rulings = view.RulingsOf(c.Requests[s.Request], s)
	}
	return e
}

// SystemRow gives a system as a line of the register.
func SystemRow(s register.System) workflows.SystemRow {
	row := workflows.SystemRow{
		ID: s.ID, Request: s.Request, Title: s.Title, Tool: s.Tool, Vendor: s.Vendor, Flow: s.Flow, State: string(s.State),
		Tier: string(s.Tier), LegalClass: s.LegalClass, Owner: s.Owner, Since: s.Since, ApprovedAt: s.ApprovedAt, ValidUntil: s.ValidUntil, Emergency: s.Emergency,
		Seq: s.Seq,
	}
	row.Open, row.Due = s.Open()
	return row
}

// Alike gives the first n systems, newest first, whose approval stands at a moment, in Unix milliseconds, and which are likely the tool
// that somebody typed.
func Alike(systems []register.System, tool, vendor string, at int64, n int) (out []workflows.SystemRow) {
	for _, s := range slices.Backward(systems) {
		same := workflows.Alike(strings.ToLower(tool), strings.ToLower(vendor), strings.ToLower(s.Tool), strings.ToLower(s.Vendor))
		if same && s.Joinable(time.UnixMilli(at)) && len(out) < n {
			out = append(out, SystemRow(s))
		}
	}
	return out
}

// found gives what a search finds.
func (c *Company) found() []view.SystemRow {
	var out []view.SystemRow
	for _, id := range slices.Backward(c.SystemIDs()) {
		s := c.Systems[id]
		out = append(out, view.SystemRow{SystemRow: SystemRow(s), Owner: c.People[s.Owner].Name, Flow: c.Flow(s.Flow)})
	}
	return out
}
