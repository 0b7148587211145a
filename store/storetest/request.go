package storetest

import (
	"slices"
	"strings"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/engine"
)

func zero() approval.Request { return approval.Request{} }

// next is the request after a step that changed nothing but its number.
func next(r approval.Request) approval.Request {
	r.Seq++
	r.Votes, r.Rulings, r.Advices = slices.Clone(r.Votes), slices.Clone(r.Rulings), slices.Clone(r.Advices)
	r.Questions, r.Waits = slices.Clone(r.Questions), slices.Clone(r.Waits)
	return r
}

func requestChecks() []check {
	return []check{
		{"numbers count up for each prefix", func(d *db) {
			var ids []string
			for _, prefix := range []string{"AIR", "AIR", "PEX", "AIR"} {
				d.do(func(tx engine.Tx) error {
					id, err := tx.NewRequestID(d.ctx, prefix)
					ids = append(ids, id)
					return err
				})
			}
			same(d, ids, []string{"AIR-1", "AIR-2", "PEX-1", "AIR-3"})
		}},
		{"a request comes back as it was saved, through all its parts", func(d *db) {
			d.people()
			first := asked("AIR-1")
			d.save(zero(), first)
			same(d, d.request("AIR-1"), first)

			second := next(first)
			vote := approval.Vote{Cast: cast(1, yuki), Approve: true, Conditions: []approval.Choice{
				{Key: "training"}, {Text: "Ask me in June.", Due: "2027-06-01"},
			}}
			second.Votes = []approval.Vote{vote}
			second.Rulings = []approval.Ruling{{Cast: cast(2, rahul), Outcome: "reclassify", Tier: "high"}}
			second.Advices = []approval.Advice{{Cast: cast(3, rahul), Objection: true}, {Cast: cast(4, helen)}}
			second.Questions = []approval.Question{{Cast: cast(5, rahul), Text: "Who reads it?"}, {Cast: cast(6, yuki), Text: "Since when?"}}
			second.Votes[0].For = helen
			second.Waits = []workflows.Wait{wait("AIR-1", rahul)}
			second.Waits[0].Due = now().Add(time.Hour)
			second.Links = []approval.Link{{Key: "impact", Ref: "AII-7", By: ana, At: now()}}
			d.save(first, second)
			same(d, d.request("AIR-1"), second)

			third := next(second)
			third.Advices[0].OverruledBy = 7
			third.Votes = append(third.Votes, approval.Vote{Cast: cast(7, helen)})
			q := &third.Questions[0]
			q.Answer, q.Answered, q.AnswerBy, q.Resumed = "The account team.", now(), ana, true
			third.Questions[1].Void = true
			third.Status, third.EndedAt, third.Waits = approval.StatusRejected, now(), nil
			d.save(second, third)
			same(d, d.request("AIR-1"), third)
			d.do(func(tx engine.Tx) error {
				locked, err := tx.LockRequest(d.ctx, "AIR-1")
				same(d, locked, third)
				read, err2 := tx.ReadRequest(d.ctx, "AIR-1")
				same(d, read, third)
				return firstError(err, err2)
			})
		}},
		{"a new round keeps the old one and changes what is decided on", func(d *db) {
			d.people()
			first := asked("AIR-1")
			d.save(zero(), first)
			second := next(first)
			second.Round, second.Revision, second.Why, second.Owner = 2, 2, "edited", ben
			second.Screening.Title, second.Screening.Assessment.Tier = "Otter.ai for all", "high"
			d.save(first, second)
			same(d, d.request("AIR-1"), second)
			if n := d.number("SELECT count(*) FROM rounds WHERE request = 'AIR-1'"); n != 2 {
				d.Errorf("%d rounds are stored", n)
			}
			if n := d.number("SELECT count(*) FROM requests WHERE tier = 'high' AND title = 'Otter.ai for all' AND stage_key = 'experts'"); n != 1 {
				d.Error("the columns of the head were left behind")
			}
		}},
		{"things that are not there are said to be so", func(d *db) {
			_, err := d.store.Request(d.ctx, "AIR-1")
			d.is(err, workflows.ErrNotFound)
			d.is(d.store.Do(d.ctx, func(tx engine.Tx) error { _, err := tx.LockRequest(d.ctx, "AIR-1"); return err }), workflows.ErrNotFound)
			d.is(d.store.Do(d.ctx, func(tx engine.Tx) error { _, err := tx.LockRequest(d.ctx, "AIR-\x00\xff"); return err }), workflows.ErrNotFound)
		}},
		{"a step on another state than the stored one is a conflict", func(d *db) {
			d.people()
			r := asked("AIR-1")
			d.save(zero(), r)
			stale := next(r)
			d.is(d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.SaveRequest(d.ctx, stale, next(stale)) }), workflows.ErrConflict)
			d.is(d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.SaveRequest(d.ctx, zero(), r) }), workflows.ErrConflict)
			same(d, d.request("AIR-1"), r)
		}},
		{"one person votes once in a round", func(d *db) {
			d.people()
			first := asked("AIR-1")
			d.save(zero(), first)
			second := next(first)
			second.Votes = []approval.Vote{{Cast: cast(1, yuki)}, {Cast: cast(2, yuki)}}
			d.is(d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.SaveRequest(d.ctx, first, second) }), workflows.ErrConflict)
			second.Votes[1].Round = 2
			d.save(first, second)
		}},
		{"the database refuses votes and rulings by or for requester and owner", func(d *db) {
			d.people()
			first := asked("AIR-1")
			first.Owner = ben
			d.save(zero(), first)
			for _, c := range []struct{ who, behalf workflows.PersonID }{{ana, ""}, {ben, ""}, {yuki, ana}, {yuki, ben}} {
				v, u := next(first), next(first)
				x := cast(1, c.who)
				x.For = c.behalf
				v.Votes, u.Rulings = []approval.Vote{{Cast: x}}, []approval.Ruling{{Cast: x, Outcome: "confirm"}}
				for _, after := range []approval.Request{v, u} {
					err := d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.SaveRequest(d.ctx, first, after) })
					if err == nil || !strings.Contains(err.Error(), "separation of duties") {
						d.Errorf("%s for %q: got %v", c.who, c.behalf, err)
					}
				}
			}
			v := next(first)
			v.Votes = []approval.Vote{{Cast: cast(1, yuki)}}
			d.save(first, v)
			d.refused("UPDATE votes SET person = 'P-ana'", "separation of duties")
		}},
		{"nobody unknown asks, decides, waits or reads", func(d *db) {
			d.people()
			stranger := asked("AIR-1")
			stranger.Requester = "P-nobody"
			waits := asked("AIR-1")
			waits.Waits[0].Who = "P-nobody"
			told := asked("AIR-1")
			told.Told = []workflows.PersonID{"P-nobody"}
			votes := asked("AIR-1")
			votes.Votes = []approval.Vote{{Cast: cast(1, "P-nobody")}}
			for _, r := range []approval.Request{stranger, waits, told, votes} {
				if d.store.Do(d.ctx, func(tx engine.Tx) error { return tx.SaveRequest(d.ctx, zero(), r) }) == nil {
					d.Errorf("somebody unknown got in: %+v", r)
				}
			}
		}},
		{"waits change as the request says, and only those", func(d *db) {
			d.people()
			r := asked("AIR-1")
			d.save(zero(), r)
			d.save(zero(), asked("AIR-2"))
			for _, waits := range [][]workflows.Wait{
				{wait("AIR-1", rahul)},
				{wait("AIR-1", rahul), wait("AIR-1", helen), wait("AIR-1", helen)},
				{},
				{wait("AIR-1", yuki)},
			} {
				after := next(r)
				after.Waits = waits
				d.save(r, after)
				r = after
				if n := d.number("SELECT count(*) FROM waits WHERE about_id = 'AIR-1'"); int(n) != min(len(waits), 2) {
					d.Errorf("%d waits are stored for %v", n, waits)
				}
			}
			if n := d.number("SELECT count(*) FROM waits WHERE about_id = 'AIR-2'"); n != 2 {
				d.Errorf("%d waits of another request are left", n)
			}
		}},
		{"who may read follows from who is concerned", func(d *db) {
			d.people()
			r := asked("AIR-1")
			d.save(zero(), r)
			after := next(r)
			after.Owner, after.Told = ben, []workflows.PersonID{yuki}
			d.save(r, after)
			if n := d.number("SELECT count(*) FROM readers WHERE person IN ('P-ana', 'P-ben', 'P-yuki')"); n != 3 {
				d.Errorf("%d of three read it", n)
			}
			if n := d.number("SELECT count(*) FROM readers"); n != 3 {
				d.Errorf("%d read it in all", n)
			}
		}},
		{"open requests come in their natural order", func(d *db) {
			d.people()
			for _, id := range []string{"AIR-10", "AIR-9", "PEX-1", "AIR-100", "odd"} {
				d.save(zero(), asked(id))
			}
			ended := asked("AIR-8")
			ended.Status = approval.StatusRejected
			d.save(zero(), ended)
			d.do(func(tx engine.Tx) error {
				ids, err := tx.OpenRequests(d.ctx)
				same(d, ids, []string{"AIR-9", "AIR-10", "AIR-100", "PEX-1", "odd"})
				return err
			})
		}},
	}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
