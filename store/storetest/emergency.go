package storetest

import (
	"context"
	"slices"
	"time"

	"steward/store"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// urgent tells of a request that may be used before it is decided on, and gives it with its entry.
func (s *story) urgent() (request, entry workflows.Ref) {
	s.Helper()
	r := s.ask(policy.Answers{"owner": {Text: string(ana)}})
	day := s.clock.Now().AddDate(0, 0, 5).Format(time.DateOnly)
	s.by(ana, r, approval.EmergencyAsked{Until: day, Reason: "CANARY the customer signs on Friday."})
	s.by(cleo, r, approval.EmergencyAllowed{Until: day, Reason: "CANARY it reads only our own words."})
	return r, s.entry(r.ID)
}

func (s *story) travel(until time.Time) {
	s.Helper()
	s.must(s.engine.Travel(s.ctx, s.clock, until, func(context.Context) error { return nil }))
}

// line gives an entry as a line of the register.
func (s *story) line(about workflows.Ref) workflows.SystemRow {
	s.Helper()
	rows, _, err := s.store.SystemRows(s.ctx, workflows.SystemFilter{})
	s.must(err)
	i := slices.IndexFunc(rows, func(r workflows.SystemRow) bool { return r.ID == about.ID })
	if i < 0 {
		s.Fatalf("%s is not in the register", about)
	}
	return rows[i]
}

func emergencyChecks() []check {
	return []check{
		{"an emergency approval brings an entry at once, ends with its day, and is replaced by a decision", func(d *db) {
			s := d.story()
			r, about := s.urgent()
			d.clean()
			got := s.system(about)
			if line := s.line(about); !got.Emergency || !line.Emergency || got.State != register.StateInUse || !got.ValidUntil.Equal(s.request(r.ID).Emergency.Until) {
				d.Errorf("the entry is %+v", got)
			}
			s.travel(got.ValidUntil.Add(time.Hour))
			d.clean()
			if got := s.system(about); got.State != register.StateExpired || s.request(r.ID).Emergency.End != approval.EmergencyExpired {
				d.Errorf("after its day it is %s", got.State)
			}
			s.by(ben, r, approval.Decided{Approve: true})
			s.by(yuki, r, approval.Decided{Approve: true})
			s.by(dan, r, approval.Advised{})
			s.by(cleo, r, approval.Decided{Approve: true})
			s.told(func() bool { return !s.system(about).Emergency })
			d.clean()
			if got := s.system(about); got.State != register.StateInUse || s.line(about).Emergency {
				d.Errorf("after the decision it is %+v", got)
			}
		}},
		{"the end of a request ends its emergency approval", func(d *db) {
			s := d.story()
			r, about := s.urgent()
			s.by(ana, r, approval.Withdrawn{Reason: "It is not needed any more."})
			s.told(func() bool { return s.system(about).State == register.StateStopped })
			r, about = s.urgent()
			s.by(ben, r, approval.Decided{Reason: because})
			s.told(func() bool { return s.system(about).State == register.StateRejected })
			d.clean()
		}},
		{"an emergency approval that was changed behind its back is found", func(d *db) {
			s := d.story()
			r, about := s.urgent()
			restore := d.rewrite(about, func(x *register.System) { x.Emergency = false })
			d.wrong(about, "its kind of approval is not")
			restore()
			restore = d.rewrite(about, func(x *register.System) { x.ValidUntil = x.ValidUntil.AddDate(0, 0, 30) })
			d.wrong(about, "has no such emergency approval")
			restore()
			for _, change := range [][2]string{{`"needed":"20`, `"needed":"21`}, {"CANARY it reads", "CANARY they read"}, {`"giver":"P-cleo"`, `"giver":"P-ben"`}} {
				was := s.request(r.ID)
				d.exec("UPDATE requests SET head = replace(head, ?, ?) WHERE id = ?", change[0], change[1], r.ID)
				d.wrong(r, "its emergency approval is not as its records say")
				d.exec("UPDATE requests SET head = ? WHERE id = ?", string(encode(was)), r.ID)
			}
			d.clean()
		}},
		{"an emergency approval is a decision of its own kind and an exception in the evidence", func(d *db) {
			s := d.story()
			key := newKey(d)
			d.must(s.engine.UseKey(d.ctx, workflows.KeyAdded{Key: key.Public().String()}))
			r, about := s.urgent()
			s.travel(s.system(about).ValidUntil.Add(time.Hour))
			d.sealAll(d.store.NewSealer(key))
			files := d.unzip(d.export(store.EvidenceOrder{Key: key}))
			rows := d.rowsOf(files["ai_decisions.csv"])
			if len(rows) != 1 || rows[0]["stage"] != "emergency" || rows[0]["request"] != r.ID || rows[0]["decider"] != string(cleo) {
				d.Errorf("the decisions are %v", rows)
			}
			var what []string
			for _, row := range d.rowsOf(files["exceptions.csv"]) {
				what = append(what, row["what"])
			}
			for _, one := range []string{"emergency approval was asked for", "emergency approval", "emergency approval ended without an approval"} {
				if !slices.Contains(what, one) {
					d.Errorf("no exception says %q: %v", one, what)
				}
			}
			if got := d.rowsOf(files["ai_register.csv"]); len(got) != 1 || got[0]["approval"] != "emergency approval; the full decision is pending" {
				d.Errorf("the register is %v", got)
			}
		}},
	}
}
