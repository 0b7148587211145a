package storetest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"steward/store"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/engine"
)

// original is a request that a real engine brought to its end, to be copied.
type original struct {
	request approval.Request
	rows    []workflows.LogRow
}

func (d *db) original(id string) original {
	d.Helper()
	rows, err := d.store.History(d.ctx, workflows.RequestRef(id))
	d.must(err)
	return original{d.request(id), rows}
}

// copied gives the request under another id, with records and texts of its own. Its plan brings nothing into the register: there is
// no entry of a copy.
func (o original) copied(id string) (approval.Request, []engine.Entry) {
	r, shown := o.request, map[string]string{}
	r.Screening.Plan.Registers = false
	entries := make([]engine.Entry, 0, len(o.rows))
	for _, row := range o.rows {
		rec := row.Record
		rec.About, rec.Texts = workflows.RequestRef(id), map[string]string{}
		var texts []engine.Text
		for name, value := range row.Texts {
			value = strings.Replace(value, `"registers":true,`, "", 1)
			salt := sha256.Sum256([]byte(id + strconv.Itoa(rec.N) + name))
			sum := sha256.Sum256(append(salt[:16:16], value...))
			c := hex.EncodeToString(sum[:])
			if name == "shown" {
				shown[rec.Shown] = c
			} else {
				rec.Texts[name] = c
			}
			texts = append(texts, engine.Text{Commitment: c, Name: name, Salt: salt[:16], Value: []byte(value)})
		}
		if rec.Shown != "" {
			rec.Shown = shown[rec.Shown]
		}
		entries = append(entries, engine.Entry{Record: rec, Bytes: encode(rec), Texts: texts})
	}
	r.ID, r.Shown = id, shown[r.Shown]
	return r, entries
}

// copies stores copies of a request, some in each transaction, with as many records of which nothing but the log knows, until
// there are so many, and seals them meanwhile.
func (d *db) copies(o original, records int, seal func()) {
	d.Helper()
	const together = 100
	about := workflows.Ref{Kind: workflows.KindDelivery, ID: "8"}
	for done, n, noted := 0, 1000, 0; done < records; {
		d.do(func(tx engine.Tx) error {
			var all []engine.Entry
			for range together {
				r, entries := o.copied("AIR-" + strconv.Itoa(n))
				n++
				if err := tx.SaveRequest(d.ctx, approval.Request{}, r); err != nil {
					return err
				}
				all = append(all, entries...)
			}
			for range len(all) {
				noted++
				rec := workflows.Record{V: 1, About: about, N: noted, At: now().UnixMilli(), Actor: ana, What: "retried", Build: "test"}
				all = append(all, engine.Entry{Record: rec, Bytes: encode(rec)})
			}
			done += len(all)
			return tx.Append(d.ctx, all)
		})
		seal()
	}
}

func manyChecks() []check {
	return []check{
		{"many records verify without a false alarm, also against what was kept along the way", func(d *db) {
			sealer, key := d.sealedStory()
			want := figure("STEWARD_TEST_RECORDS", 5000)
			began, kept := time.Now(), []string{}
			d.copies(d.original("AIR-1"), want, func() {
				d.sealAll(sealer)
				kept = append(kept, d.held())
			})
			made := time.Since(began)
			report, err := d.store.VerifyWith(d.ctx, store.VerifyOptions{Held: kept})
			d.must(err)
			if !report.OK() {
				d.Fatalf("false alarm: %v", report.Problems)
			}
			if n := d.number("SELECT count(*) FROM log_entries"); report.Records != n || report.Sealed != n || n < int64(want) {
				d.Errorf("of %d records %d were read and %d are sealed, want %d at least", n, report.Records, report.Sealed, want)
			}
			if c := d.checkpointed(key.Public()); c.Size != report.Records {
				d.Errorf("the checkpoint is of %d records", c.Size)
			}
			took := time.Since(began) - made
			d.Logf("%d records about %d requests, %d checkpoints kept; made in %s, verified in %s, %.0f records/s", report.Records, report.Requests, len(kept),
				made.Round(time.Millisecond), took.Round(time.Millisecond), float64(report.Records)/took.Seconds())
			last := fmt.Sprintf("AIR-%d", 999+report.Requests-6)
			d.disarm("votes")
			d.exec("UPDATE votes SET stage = 'none' WHERE request = ? AND id = (SELECT max(id) FROM votes WHERE request = ?)", last, last)
			if report := d.verified(); report.Found != 1 || report.Problems[0].About != workflows.RequestRef(last) || report.Problems[0].N == 0 {
				d.Errorf("one change among many: found %v", report.Problems)
			}
		}},
	}
}
