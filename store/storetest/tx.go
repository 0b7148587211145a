package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"steward/workflows"
	"steward/workflows/engine"
)

var errBoom = errors.New("boom")

func txChecks() []check {
	return []check{
		{"what a failed transaction did is gone, in every table", func(d *db) {
			d.people()
			err := d.store.Do(d.ctx, func(tx engine.Tx) error {
				if _, _, err := tx.Enter(d.ctx, "key", now()); err != nil {
					return err
				}
				if _, err := tx.NewRequestID(d.ctx, "AIR"); err != nil {
					return err
				}
				after := asked("AIR-1")
				if err := errors.Join(
					tx.SaveRequest(d.ctx, zero(), after),
					tx.Append(d.ctx, []engine.Entry{entry("AIR-1", 1, "a reason")}),
					tx.PutMails(d.ctx, []workflows.Mail{{About: workflows.RequestRef("AIR-1"), Record: 1, At: now()}}),
					tx.SetTimers(d.ctx, []engine.Timer{{About: workflows.RequestRef("AIR-1"), Name: "sla", At: now()}}),
				); err != nil {
					return err
				}
				return errBoom
			})
			d.is(err, errBoom)
			for _, table := range []string{
				"inbox_keys", "request_numbers", "requests", "rounds", "waits", "readers", "log_entries", "log_texts", "mails", "timers",
			} {
				if n := d.number("SELECT count(*) FROM " + table); n != 0 {
					d.Errorf("%d rows are left in %s", n, table)
				}
			}
		}},
		{"a transaction runs once, also where it fails", func(d *db) {
			runs := 0
			d.is(d.store.Do(d.ctx, func(engine.Tx) error { runs++; return errBoom }), errBoom)
			d.do(func(engine.Tx) error { runs++; return nil })
			if runs != 2 {
				d.Errorf("two transactions ran %d times", runs)
			}
		}},
		{"a panic rolls back, goes on upwards, and leaves the database usable", func(d *db) {
			func() {
				defer func() {
					if recover() == nil {
						d.Error("the panic was swallowed")
					}
				}()
				_ = d.store.Do(d.ctx, func(tx engine.Tx) error {
					_, _, _ = tx.Enter(d.ctx, "key", now())
					panic("boom")
				})
			}()
			d.do(func(tx engine.Tx) error {
				if _, first, err := tx.Enter(d.ctx, "key", now()); err != nil || !first {
					return fmt.Errorf("first %v: %w", first, err)
				}
				return nil
			})
		}},
		{"a caller who has gone stores nothing", func(d *db) {
			ctx, cancel := context.WithCancel(d.ctx)
			err := d.store.Do(ctx, func(tx engine.Tx) error {
				_, _, err := tx.Enter(ctx, "key", now())
				cancel()
				return err
			})
			if err == nil && d.number("SELECT count(*) FROM inbox_keys") != 0 {
				d.Error("the transaction of a cancelled context committed")
			}
		}},
		{"times keep their millisecond and come back in UTC", func(d *db) {
			at := now().Add(123 * time.Millisecond).In(time.FixedZone("x", 3600))
			about := workflows.RequestRef("AIR-1")
			d.do(func(tx engine.Tx) error {
				return tx.SetTimers(d.ctx, []engine.Timer{{About: about, Name: "a", At: at}})
			})
			d.do(func(tx engine.Tx) error {
				next, err := tx.NextTimer(d.ctx)
				if err == nil && (!next.Equal(at) || next.Location() != time.UTC) {
					d.Errorf("stored %v, read %v", at, next)
				}
				return err
			})
		}},
		{"the clock of the database is real time", func(d *db) {
			first, err := d.store.Clock(d.ctx)
			d.must(err)
			second, err := d.replica().Clock(d.ctx)
			d.must(err)
			if first.Before(now().AddDate(-1, 0, 0)) || second.Before(first) || second.Sub(first) > time.Minute {
				d.Errorf("it is %v, then %v", first, second)
			}
		}},
		{"the database answers, until it is closed", func(d *db) {
			d.must(d.store.Ping(d.ctx))
			d.must(d.store.Close())
			if d.store.Ping(d.ctx) == nil {
				d.Error("a closed store still answers")
			}
		}},
	}
}

func inboxChecks() []check {
	return []check{
		{"a key is taken once and keeps the answer given then", func(d *db) {
			enter := func(key string) (code workflows.Code, first bool) {
				d.do(func(tx engine.Tx) (err error) {
					code, first, err = tx.Enter(d.ctx, key, now())
					return err
				})
				return code, first
			}
			if _, first := enter("a"); !first {
				d.Error("a new key counts as taken")
			}
			d.do(func(tx engine.Tx) error { return tx.Leave(d.ctx, "a", workflows.CodeOwnRequest) })
			if code, first := enter("a"); first || code != workflows.CodeOwnRequest {
				d.Errorf("a taken key gave %q, %v", code, first)
			}
			if _, first := enter("A"); !first {
				d.Error("keys that differ in case are the same")
			}
		}},
		{"of 64 transactions with one key exactly one is first, and the others wait for its answer", func(d *db) {
			var mu sync.Mutex
			var wg sync.WaitGroup
			firsts, codes := 0, map[workflows.Code]int{}
			for range 64 {
				wg.Go(func() {
					err := d.store.Do(d.ctx, func(tx engine.Tx) error {
						code, first, err := tx.Enter(d.ctx, "key", now())
						if err != nil {
							return err
						}
						mu.Lock()
						defer mu.Unlock()
						if !first {
							codes[code]++
							return nil
						}
						firsts++
						return tx.Leave(d.ctx, "key", workflows.CodeStale)
					})
					if err != nil {
						d.Error(err)
					}
				})
			}
			wg.Wait()
			if firsts != 1 || codes[workflows.CodeStale] != 63 {
				d.Errorf("%d were first, the others heard %v", firsts, codes)
			}
		}},
		{"a key whose transaction failed is free again", func(d *db) {
			_ = d.store.Do(d.ctx, func(tx engine.Tx) error {
				_, _, err := tx.Enter(d.ctx, "key", now())
				return errors.Join(err, errBoom)
			})
			d.do(func(tx engine.Tx) error {
				if _, first, err := tx.Enter(d.ctx, "key", now()); err != nil || !first {
					return fmt.Errorf("first %v: %w", first, err)
				}
				return nil
			})
		}},
	}
}
