package away_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/away"
)

// world is an absence among a few people, at a moment.
type world struct {
	t      *testing.T
	at     time.Time
	people map[workflows.PersonID]workflows.Person
	others []away.Absence
	a      away.Absence
	out    workflows.Outcome[away.Absence]
}

func newWorld(t *testing.T) *world {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, at: time.Date(2026, 11, 24, 14, 0, 0, 0, time.UTC), people: map[workflows.PersonID]workflows.Person{}}
	for id, p := range map[workflows.PersonID]workflows.Person{
		"ingrid": {}, "marek": {Manager: "ingrid"},
		"ben": {Manager: "marek", Hours: workflows.Hours{Zone: zone}}, "mia": {Manager: "marek"}, "zoe": {Manager: "marek"},
		"ana":  {Manager: "ben"},
		"yuki": {Manager: "ingrid", Roles: []workflows.Role{"ciso"}}, "rahul": {Manager: "grace", Roles: []workflows.Role{"ciso", "it_operations"}},
		"helen": {Manager: "grace", Roles: []workflows.Role{workflows.ComplianceLead}},
	} {
		p.ID, p.Name, p.Active = id, strings.ToUpper(string(id[:1]))+string(id[1:]), true
		w.people[id] = p
	}
	return w
}

func (w *world) step(actor workflows.PersonID, what workflows.What) workflows.Outcome[away.Absence] {
	w.t.Helper()
	var people []workflows.Person
	for _, p := range w.people {
		people = append(people, p)
	}
	before := w.a
	w.out = away.Step(w.a, workflows.Event{Actor: actor, At: w.at, About: workflows.AbsenceRef("AWAY-1"), What: what},
		away.Facts{Roster: workflows.NewRoster(people, nil), Others: w.others})
	if w.out.Refusal != nil && (len(w.out.Effects)+len(w.out.Records) > 0 || w.out.State.Seq != before.Seq) {
		w.t.Errorf("a refusal has changed something: %+v", w.out)
	}
	w.a = w.out.State
	return w.out
}

// done fails the test where a step was refused.
func (w *world) done(actor workflows.PersonID, what workflows.What) {
	w.t.Helper()
	if out := w.step(actor, what); out.Refusal != nil {
		w.t.Fatalf("refused: %s", out.Refusal.Sentence)
	}
}

func (w *world) leave(who workflows.PersonID) {
	p := w.people[who]
	p.Active = false
	w.people[who] = p
}

// turn is the timer of the absence, at its time.
func (w *world) turn(at time.Time) {
	w.t.Helper()
	w.at = at
	w.done(workflows.System, away.Woken{Woken: workflows.Woken{Name: "turn"}})
}

// told gives who was told by the last step, and what for: "mia stand_in named".
func (w *world) told() (out []string) {
	for _, e := range w.out.Effects {
		if n, ok := e.(workflows.Notify); ok {
			out = append(out, strings.TrimSpace(string(n.To)+" "+string(n.Why)+" "+n.Part))
		}
	}
	slices.Sort(out)
	return out
}

func (w *world) facts() (out []string) {
	for _, f := range w.out.Records {
		out = append(out, f.Kind)
	}
	return out
}

// wakes gives when the last step has set the timer for; the zero time where it took it away.
func (w *world) wakes() time.Time {
	w.t.Helper()
	for _, e := range w.out.Effects {
		if wake, ok := e.(workflows.Wake); ok {
			return wake.At
		}
	}
	w.t.Error("the timer was left as it was")
	return time.Time{}
}

func (w *world) want(state away.State, told, facts []string) {
	w.t.Helper()
	if w.a.State != state {
		w.t.Errorf("it is %s, want %s", w.a.State, state)
	}
	if got := w.told(); !slices.Equal(got, told) {
		w.t.Errorf("told: %q, want %q", got, told)
	}
	if got := w.facts(); !slices.Equal(got, facts) {
		w.t.Errorf("records: %q, want %q", got, facts)
	}
}

// december is ten days that are ahead.
func december(delegate workflows.PersonID) away.Terms {
	return away.Terms{From: "2026-12-24", To: "2027-01-02", Delegate: delegate, HandOver: true, Reason: " On the coast. "}
}

func TestStep(t *testing.T) {
	begins := time.Date(2026, 12, 24, 5, 0, 0, 0, time.UTC) // midnight in New York
	ends := time.Date(2027, 1, 3, 5, 0, 0, 0, time.UTC)
	t.Run("an absence is said, begins and ends by itself, in the zone of whoever is away", func(t *testing.T) {
		w := newWorld(t)
		w.done("ben", away.Set{Terms: december("mia")})
		w.want(away.StatePlanned, []string{"mia stand_in named"}, []string{away.FactSet})
		if !w.wakes().Equal(begins) || w.out.Records[0].Texts["reason"] != "On the coast." {
			t.Errorf("wakes at %s; %+v", w.wakes(), w.out.Records[0])
		}
		d, ok := away.Lends(w.a)
		if !ok || d.From != "ben" || d.To != "mia" || !d.Starts.Equal(begins) || !d.Ends.Equal(ends) || !d.NamedAt.Equal(w.at) || !d.HandOver {
			t.Errorf("it lends %+v, %v", d, ok)
		}
		w.turn(begins)
		w.want(away.StateRunning, []string{"mia stand_in began"}, []string{away.FactBegan})
		if !w.wakes().Equal(ends) {
			t.Errorf("wakes at %s, want %s", w.wakes(), ends)
		}
		w.turn(ends)
		w.want(away.StateEnded, nil, []string{away.FactEnded})
		if _, lends := away.Lends(w.a); lends || !w.wakes().IsZero() || away.Actions(w.a, "ben") != nil {
			t.Error("it is over, and something is left of it")
		}
		w.turn(ends.AddDate(0, 0, 1))
		w.want(away.StateEnded, nil, nil)
	})
	t.Run("a timer that comes too early does nothing; after a long outage one does for both", func(t *testing.T) {
		w := newWorld(t)
		w.done("ben", away.Set{Terms: december("mia")})
		w.turn(begins.Add(-time.Millisecond))
		w.want(away.StatePlanned, nil, nil)
		w.turn(ends.AddDate(0, 0, 7))
		w.want(away.StateEnded, nil, []string{away.FactEnded})
	})
	t.Run("what begins today begins at once, and its delegate hears of it once", func(t *testing.T) {
		w := newWorld(t)
		terms := december("mia")
		terms.From = "2026-11-24"
		w.done("ben", away.Set{Terms: terms})
		w.want(away.StateRunning, []string{"mia stand_in named"}, []string{away.FactSet, away.FactBegan})
	})
	t.Run("coming back early ends it, and before it has begun calls it off", func(t *testing.T) {
		w := newWorld(t)
		w.done("ben", away.Set{Terms: december("mia")})
		planned := w.a
		w.done("ben", away.CameBack{})
		w.want(away.StateCancelled, []string{"mia stand_in over"}, []string{away.FactCancelled})
		w.a = planned
		w.turn(begins)
		w.at = begins.AddDate(0, 0, 2)
		w.done("ben", away.CameBack{})
		w.want(away.StateEnded, []string{"mia stand_in over"}, []string{away.FactEnded})
		if !w.a.Ends.Equal(w.at) || !w.wakes().IsZero() {
			t.Errorf("it ends %s, at %s", w.a.Ends, w.at)
		}
	})
	t.Run("another delegate: both hear of it, and only the new one stands in", func(t *testing.T) {
		w := newWorld(t)
		w.done("ben", away.Set{Terms: december("mia")})
		w.at = w.at.Add(time.Hour)
		w.done("ben", away.Changed{Terms: december("zoe")})
		w.want(away.StatePlanned, []string{"mia stand_in over", "zoe stand_in named"}, []string{away.FactChanged})
		if d, _ := away.Lends(w.a); d.To != "zoe" || !d.NamedAt.Equal(w.at) {
			t.Errorf("it lends %+v", d)
		}
	})
	t.Run("the same again tells nobody; other days tell the delegate", func(t *testing.T) {
		w := newWorld(t)
		w.done("ben", away.Set{Terms: december("mia")})
		named := w.a.NamedAt
		w.at = w.at.Add(time.Hour)
		w.done("ben", away.Changed{Terms: december("mia")})
		w.want(away.StatePlanned, nil, []string{away.FactChanged})
		terms := december("mia")
		terms.To = "2027-01-05"
		w.done("ben", away.Changed{Terms: terms})
		w.want(away.StatePlanned, []string{"mia stand_in named"}, []string{away.FactChanged})
		if !w.a.NamedAt.Equal(named) {
			t.Error("the delegate was not named anew")
		}
	})
	t.Run("nobody stands in, and nothing is handed over to nobody", func(t *testing.T) {
		w := newWorld(t)
		w.done("ben", away.Set{Terms: december("")})
		w.want(away.StatePlanned, nil, []string{away.FactSet})
		if _, lends := away.Lends(w.a); lends || w.a.HandOver {
			t.Errorf("%+v", w.a)
		}
	})
}

func TestLost(t *testing.T) {
	otherManager := func(w *world) {
		p := w.people["mia"]
		p.Manager = "yuki"
		w.people["mia"] = p
	}
	tests := map[string]struct {
		change func(*world)
		told   []string
		lost   away.Lost
	}{
		"who leaves":               {func(w *world) { w.leave("mia") }, []string{"ben delegate_lost", "helen delegate_lost"}, away.LostLeft},
		"who gets another manager": {otherManager, []string{"ben delegate_lost", "helen delegate_lost", "mia stand_in over"}, away.LostRole},
		"who is away, too": {func(w *world) {
			w.others = []away.Absence{absence("AWAY-2", "mia", "", "2027-01-02", "2027-01-09")}
		}, []string{"ben delegate_lost", "helen delegate_lost", "mia stand_in over"}, away.LostAway},
		"who is away on other days": {func(w *world) {
			w.others = []away.Absence{absence("AWAY-2", "mia", "", "2027-01-04", "2027-01-09")}
		}, nil, ""},
		"nobody": {func(*world) {}, nil, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.done("ben", away.Set{Terms: december("mia")})
			tt.change(w)
			w.done(workflows.System, away.RosterChanged{})
			if got := w.told(); !slices.Equal(got, tt.told) || w.a.Lost != tt.lost {
				t.Fatalf("told %q, lost %q; want %q, %q", got, w.a.Lost, tt.told, tt.lost)
			}
			if _, lends := away.Lends(w.a); lends != (tt.lost == "") {
				t.Errorf("it lends: %v", lends)
			}
			if tt.lost == "" {
				return
			}
			w.done(workflows.System, away.RosterChanged{})
			w.want(away.StatePlanned, nil, nil) // it is said once
			w.others = nil
			w.done("ben", away.Changed{Terms: december("zoe")})
			if d, lends := away.Lends(w.a); !lends || d.To != "zoe" {
				t.Errorf("with another delegate it lends %+v, %v", d, lends)
			}
		})
	}
	t.Run("whoever is away leaves", func(t *testing.T) {
		w := newWorld(t)
		w.done("ben", away.Set{Terms: december("mia")})
		w.leave("ben")
		w.done(workflows.System, away.RosterChanged{})
		w.want(away.StateCancelled, []string{"mia stand_in over"}, []string{away.FactCancelled})
	})
}

// absence is one of somebody else, in UTC.
func absence(id string, who, delegate workflows.PersonID, from, to string) away.Absence {
	first, _ := time.Parse(time.DateOnly, from)
	last, _ := time.Parse(time.DateOnly, to)
	return away.Absence{
		ID: id, Person: who, Terms: away.Terms{From: from, To: to, Delegate: delegate}, State: away.StatePlanned,
		Starts: first, Ends: last.AddDate(0, 0, 1),
	}
}

func TestRefused(t *testing.T) {
	over := absence("AWAY-9", "mia", "ben", "2026-12-24", "2027-01-02")
	over.State = away.StateEnded
	tests := []struct {
		name   string
		change func(*world, *away.Terms)
		field  string
		holds  string
	}{
		{"somebody with another manager and no role of theirs", func(_ *world, x *away.Terms) { x.Delegate = "yuki" }, "delegate", "Yuki shares neither"},
		{"somebody below", func(_ *world, x *away.Terms) { x.Delegate = "ana" }, "delegate", "Ana shares neither"},
		{"themself", func(_ *world, x *away.Terms) { x.Delegate = "ben" }, "delegate", "That is you"},
		{"somebody who has left", func(w *world, _ *away.Terms) { w.leave("mia") }, "delegate", "does not work here"},
		{"nobody known", func(_ *world, x *away.Terms) { x.Delegate = "nobody" }, "delegate", "does not work here"},
		{"somebody who has named them", func(w *world, _ *away.Terms) {
			w.others = []away.Absence{absence("AWAY-2", "mia", "ben", "2027-01-02", "2027-01-09")}
		}, "delegate", "has named you"},
		{"somebody who is away, too", func(w *world, _ *away.Terms) {
			w.others = []away.Absence{absence("AWAY-2", "mia", "zoe", "2026-12-01", "2026-12-24")}
		}, "delegate", "Mia is away from Tue 1 Dec 2026 to Thu 24 Dec 2026"},
		{"days that meet others of theirs", func(w *world, _ *away.Terms) {
			w.others = []away.Absence{absence("AWAY-2", "ben", "", "2027-01-02", "2027-01-09")}
		}, "from", "away from Sat 2 Jan 2027"},
		{"a day that is past", func(_ *world, x *away.Terms) { x.From = "2026-11-23" }, "from", "today or a later day"},
		{"days the wrong way round", func(_ *world, x *away.Terms) { x.To = "2026-12-23" }, "to", "before the first"},
		{"no first day", func(_ *world, x *away.Terms) { x.From = "Christmas" }, "from", "like 2026-11-24"},
		{"no last day", func(_ *world, x *away.Terms) { x.To = "" }, "to", "like 2026-11-24"},
		{"more than a year", func(_ *world, x *away.Terms) { x.To = "2028-12-24" }, "to", "more than a year"},
		{"a long reason", func(_ *world, x *away.Terms) { x.Reason = strings.Repeat("é", away.MaxReason+1) }, "reason", "301 characters"},
		{"an absence that is over stands in no way", func(w *world, _ *away.Terms) { w.others = []away.Absence{over} }, "", ""},
		{"the manager", func(_ *world, x *away.Terms) { x.Delegate = "marek" }, "", ""},
		{"the manager's manager", func(_ *world, x *away.Terms) { x.Delegate = "ingrid" }, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w, terms := newWorld(t), december("mia")
			tt.change(w, &terms)
			no := w.step("ben", away.Set{Terms: terms}).Refusal
			switch {
			case no == nil && tt.holds != "":
				t.Fatal("it was done")
			case no != nil && (no.Field != tt.field || !strings.Contains(no.Sentence, tt.holds) || tt.holds == ""):
				t.Errorf("at %q: %s", no.Field, no.Sentence)
			}
		})
	}
	t.Run("a holder of the same role stands in, whoever their managers are", func(t *testing.T) {
		w := newWorld(t)
		w.done("yuki", away.Set{Terms: december("rahul")})
		w.want(away.StatePlanned, []string{"rahul stand_in named"}, []string{away.FactSet})
	})
	t.Run("nobody else says it, and nothing is said of what is over", func(t *testing.T) {
		w := newWorld(t)
		w.done("ben", away.Set{Terms: december("mia")})
		for _, what := range []away.What{away.CameBack{}, away.Changed{Terms: december("zoe")}} {
			if no := w.step("mia", what).Refusal; no == nil || no.Code != workflows.CodeNotYours || away.Actions(w.a, "mia") != nil {
				t.Errorf("%s by another: %v", what.Kind(), no)
			}
		}
		w.done("ben", away.CameBack{})
		for _, what := range []away.What{away.Set{Terms: december("mia")}, away.CameBack{}, away.Changed{Terms: december("zoe")}} {
			if no := w.step("ben", what).Refusal; no == nil || no.Code != workflows.CodeClosed {
				t.Errorf("%s afterwards: %v", what.Kind(), no)
			}
		}
	})
	t.Run("the first day stays once it has begun; the last day may move", func(t *testing.T) {
		w, terms := newWorld(t), december("mia")
		terms.From = "2026-11-24"
		w.done("ben", away.Set{Terms: terms})
		w.at = w.at.AddDate(0, 0, 3)
		later := terms
		later.From = "2026-11-28"
		if no := w.step("ben", away.Changed{Terms: later}).Refusal; no == nil || no.Field != away.FieldFrom {
			t.Errorf("refused: %v", no)
		}
		terms.To = "2026-11-30"
		w.done("ben", away.Changed{Terms: terms})
		w.want(away.StateRunning, []string{"mia stand_in named"}, []string{away.FactChanged})
	})
}
