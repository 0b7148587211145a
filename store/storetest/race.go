package storetest

import (
	"errors"
	"sync"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/engine"
)

func raceChecks() []check {
	return []check{
		{"a locked request is held until the transaction ends, and then read as it was left", func(d *db) {
			d.people()
			d.save(zero(), asked("AIR-1"))
			stores := []engine.Store{d.store, d.replica()}
			var wg sync.WaitGroup
			const steps = 40
			for i := range steps {
				wg.Go(func() {
					err := stores[i%2].Do(d.ctx, func(tx engine.Tx) error {
						r, err := tx.LockRequest(d.ctx, "AIR-1")
						if err != nil {
							return err
						}
						after := next(r)
						after.Questions = append(after.Questions, approval.Question{Cast: cast(len(r.Questions)+1, yuki), Text: "?"})
						return tx.SaveRequest(d.ctx, r, after)
					})
					if err != nil {
						d.Error(err)
					}
				})
			}
			wg.Wait()
			if r := d.request("AIR-1"); r.Seq != steps+1 || len(r.Questions) != steps {
				d.Errorf("after %d steps the request is at %d with %d questions", steps, r.Seq, len(r.Questions))
			}
		}},
		{"of 64 decisions at once each person's counts once", func(d *db) {
			d.people()
			d.save(zero(), asked("AIR-1"))
			var wg sync.WaitGroup
			for i := range 64 {
				who := []workflows.PersonID{yuki, rahul, helen, marek}[i%4]
				wg.Go(func() {
					err := d.store.Do(d.ctx, func(tx engine.Tx) error {
						r, err := tx.LockRequest(d.ctx, "AIR-1")
						if err != nil {
							return err
						}
						for _, v := range r.Votes {
							if v.Person == who {
								return errBoom
							}
						}
						after := next(r)
						after.Votes = append(after.Votes, approval.Vote{Cast: cast(len(r.Votes)+1, who), Approve: true})
						return tx.SaveRequest(d.ctx, r, after)
					})
					if err != nil && !errors.Is(err, errBoom) {
						d.Error(err)
					}
				})
			}
			wg.Wait()
			if r := d.request("AIR-1"); r.Seq != 5 || len(r.Votes) != 4 {
				d.Errorf("the request is at %d with %d votes", r.Seq, len(r.Votes))
			}
		}},
		{"numbers given out at once are all different and have no gap", func(d *db) {
			var mu sync.Mutex
			var wg sync.WaitGroup
			ids := map[string]bool{}
			for i := range 32 {
				wg.Go(func() {
					id := ""
					err := d.store.Do(d.ctx, func(tx engine.Tx) (err error) {
						if id, err = tx.NewRequestID(d.ctx, "AIR"); err == nil && i%4 == 0 {
							err = errBoom
						}
						return err
					})
					mu.Lock()
					defer mu.Unlock()
					if err == nil {
						ids[id] = true
					}
				})
			}
			wg.Wait()
			if len(ids) != 24 || !ids["AIR-1"] || !ids["AIR-24"] {
				d.Errorf("24 numbers were given out as %v", ids)
			}
		}},
	}
}
