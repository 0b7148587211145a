package evidence

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// System is an entry of the AI register as its entries in the log tell it.
type System struct {
	ID         string
	State      register.State
	Owner      workflows.PersonID
	Tier       policy.Tier
	LegalClass string
	Computed   policy.Tier // what the rules give, where people named another one
	Round      int         // of the request
	Policy     string
	Version    int
	ApprovedAt time.Time
	ValidUntil time.Time
	Emergency  bool // what it has is an emergency approval
	Decided    bool // a request about it was
	Shown      registered
	Erased     bool // what it shows was destroyed
	Tasks      []Task
	Users      []workflows.PersonID // who joined and has not left
	Entries    []Entry
}

// Task is a condition of an approval, with what was done about it.
type Task struct {
	Key        string
	Text       string
	Terms      taskTerms
	State      register.TaskState
	Proof      string
	ProvedBy   workflows.PersonID
	ProvedAt   time.Time
	VerifiedBy workflows.PersonID
	VerifiedAt time.Time
	From       register.Origin // the assessment that it comes with
}

// registered is what the tables take from what the record of a decision shows.
type registered struct {
	Title, Tool, Vendor, Plan, Use, Role, Hosting string
	Data, Affected                                []string
	Tasks                                         map[string]taskTerms
}

// taskTerms is what a condition asks for; Text is empty where it is a decider's own.
type taskTerms struct {
	Text     string
	GoLive   bool `json:"go_live"`
	Due      int64
	Verifier workflows.Role
}

// newSystem reads the entries about a system, in their order. Without a request it is one that no request was decided on about.
func newSystem(id, request string, entries []Entry) (*System, error) {
	s := &System{ID: id, Entries: entries}
	for _, e := range entries {
		r, err := e.record()
		if err != nil {
			return nil, err
		}
		var d register.Detail
		if len(r.Data) > 0 {
			if err := json.Unmarshal(r.Data, &d); err != nil {
				return nil, fmt.Errorf("entry %d of %s: %w", e.N, e.About, err)
			}
		}
		if r.What == register.FactRegistered && request != "" && d.Request != request {
			return nil, fmt.Errorf("entry %d of %s is about %s and not about %s", e.N, e.About, d.Request, request)
		}
		if err := s.learn(r, d, e); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *System) learn(r workflows.Record, d register.Detail, e Entry) error {
	switch r.What {
	case register.FactRegistered:
		return s.register(r, d, e)
	case register.FactMeasured:
		return s.conditions(r, d, e)
	case register.FactSeen:
		return s.seen(r, d, e)
	case register.FactMoved:
		s.State = d.To
	case register.FactHandedOver:
		s.Owner = d.Person
	case register.FactJoined:
		s.Users = append(s.Users, d.Person)
	case register.FactLeft:
		s.Users = slices.DeleteFunc(s.Users, func(who workflows.PersonID) bool { return who == d.Person })
	case register.FactProved, register.FactVerified, register.FactSentBack, register.FactMooted:
		i := slices.IndexFunc(s.Tasks, func(t Task) bool { return t.Key == d.Task })
		if i < 0 {
			return fmt.Errorf("entry %d of %s is about a condition %q that it does not have", e.N, e.About, d.Task)
		}
		s.Tasks[i].learn(r, e)
	}
	return nil
}

// seen takes what the first list that shows a tool says of it. What was decided on says more.
func (s *System) seen(r workflows.Record, d register.Detail, e Entry) error {
	text, _, gone := e.text(r, "shown")
	if s.State != "" || gone {
		s.Erased = s.Erased || gone && s.State == ""
		return nil
	}
	if err := json.Unmarshal([]byte(text), &s.Shown); err != nil {
		return fmt.Errorf("what entry %d of %s shows: %w", e.N, e.About, err)
	}
	s.Policy, s.Version = d.Policy, d.Version
	return nil
}

// register takes a decision. Conditions that it keeps stay as they were.
func (s *System) register(r workflows.Record, d register.Detail, e Entry) error {
	s.Decided = true
	s.Owner, s.Tier, s.LegalClass, s.Policy, s.Version = d.Owner, d.Tier, d.LegalClass, d.Policy, d.Version
	s.Computed, s.Round = d.Computed, d.Round
	s.ApprovedAt, s.ValidUntil, s.Emergency = moment(d.ApprovedAt), moment(d.ValidUntil), d.Emergency
	return s.conditions(r, d, e)
}

// conditions takes what an entry shows from now on, and its conditions.
func (s *System) conditions(r workflows.Record, d register.Detail, e Entry) error {
	text, _, gone := e.text(r, "shown")
	s.Erased, s.Shown = gone, registered{}
	if !gone {
		if err := json.Unmarshal([]byte(text), &s.Shown); err != nil {
			return fmt.Errorf("what entry %d of %s shows: %w", e.N, e.About, err)
		}
	}
	had := s.Tasks
	s.Tasks = nil
	for _, key := range d.Conditions {
		t := Task{Key: key, State: register.TaskOpen}
		if i := slices.IndexFunc(had, func(t Task) bool { return t.Key == key }); i >= 0 && slices.Contains(d.Kept, key) {
			t = had[i]
		}
		t.Terms, t.From = s.Shown.Tasks[key], d.Measures[key]
		t.Text = t.Terms.Text
		if _, own := d.By[key]; own {
			t.Text = said(r, e, key)
		} else if gone {
			t.Text = erased
		}
		s.Tasks = append(s.Tasks, t)
	}
	return nil
}

func (t *Task) learn(r workflows.Record, e Entry) {
	switch r.What {
	case register.FactProved:
		t.State, t.ProvedBy, t.ProvedAt = register.TaskProved, r.Actor, r.Time()
		t.Proof = said(r, e, "proof")
	case register.FactVerified:
		t.State, t.VerifiedBy, t.VerifiedAt = register.TaskVerified, r.Actor, r.Time()
	case register.FactSentBack:
		t.State = register.TaskOpen
	case register.FactMooted:
		t.State = register.TaskMoot
	}
}

// open counts the conditions that are to be verified yet.
func (s *System) open() (n int) {
	for _, t := range s.Tasks {
		if t.State != register.TaskVerified && t.State != register.TaskMoot {
			n++
		}
	}
	return n
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// systems adds to requests the systems that they brought into the register, as far as the log goes.
func (x *writing) systems(ctx context.Context, cases []*Case) error {
	var requests, ids []string
	for _, c := range cases {
		requests = append(requests, c.ID)
		if c.Linked != "" {
			requests = append(requests, c.Linked)
		}
	}
	slices.Sort(requests)
	requests = slices.Compact(requests)
	of, err := x.log.SystemsOf(ctx, requests)
	if err != nil || len(of) == 0 {
		return err
	}
	for _, request := range requests {
		if id := of[request]; id != "" {
			ids = append(ids, id)
		}
	}
	things, err := x.log.Things(ctx, workflows.KindSystem, ids)
	read := func(request string) *System {
		id := of[request]
		if len(things[id]) == 0 {
			return nil // there is none, or it came later
		}
		s, bad := newSystem(id, request, things[id])
		if bad != nil {
			err = errors.Join(err, bad)
		}
		if s == nil || !s.Decided {
			return nil // it was only seen then, whoever had asked for approval of it
		}
		if x.chosen != nil {
			x.chosen[workflows.SystemRef(id)] = true
		}
		return s
	}
	for _, c := range cases {
		c.System = read(c.ID)
		if c.Linked != "" {
			c.About = read(c.Linked)
		}
	}
	return err
}

// seen shows what was seen in the company and not decided on, as far as the log goes: it belongs to no request, so that only a bundle of
// everything has it.
func (x *writing) seen(ctx context.Context) error {
	if x.chosen != nil {
		return nil
	}
	ids, err := x.log.Seen(ctx)
	if err != nil {
		return err
	}
	return x.each(ctx, workflows.KindSystem, ids, x.found)
}

func (x *writing) found(id string, entries []Entry) error {
	s, err := newSystem(id, "", entries)
	if err != nil || s.Decided {
		return err
	}
	for _, one := range x.sections {
		if r, ok := one.(registerSection); ok {
			err = errors.Join(err, r.found(s))
		}
	}
	return err
}
