package storetest

import (
	"encoding/binary"
	"os"
	"strconv"
	"time"

	"steward/workflows"
	"steward/workflows/engine"
)

// manyRecords is how many records the check of a long log writes. STEWARD_TEST_RECORDS raises it; the figure to show is a
// million.
func (d *db) manyRecords() int {
	d.Helper()
	text := os.Getenv("STEWARD_TEST_RECORDS")
	if text == "" {
		return 5000
	}
	n, err := strconv.Atoi(text)
	d.must(err)
	return n
}

// things appends n records about as many things as there are hundreds, every fourth of them with a text.
func (d *db) things(n int) {
	d.Helper()
	const each, atOnce = 100, 2000
	for from := 0; from < n; from += atOnce {
		entries := make([]engine.Entry, 0, atOnce)
		for i := from; i < min(from+atOnce, n); i++ {
			rec := workflows.Record{
				V: 1, About: workflows.Ref{Kind: workflows.KindDelivery, ID: strconv.Itoa(1000 + i/each)}, N: 1 + i%each,
				At: now().Add(time.Duration(i) * time.Second).UnixMilli(), Actor: ana, What: "retried", Build: "test",
			}
			var texts []engine.Text
			if i%4 == 0 {
				salt := binary.BigEndian.AppendUint64(make([]byte, 8), uint64(i))
				value := []byte("The mailbox was full; it is tried again, time " + strconv.Itoa(i) + ".")
				texts = []engine.Text{{Commitment: engine.Commit(salt, value), Name: "reason", Salt: salt, Value: value}}
				rec.Texts = map[string]string{"reason": texts[0].Commitment}
			}
			entries = append(entries, engine.Entry{Record: rec, Bytes: encode(rec), Texts: texts})
		}
		d.do(func(tx engine.Tx) error { return tx.Append(d.ctx, entries) })
	}
}

func manyChecks() []check {
	return []check{
		{"no alarm is raised over a long log that is clean, and one changed bit of it is found", func(d *db) {
			sealer, _ := d.sealedStory()
			n := d.manyRecords()
			d.things(n)
			size := d.sealAll(sealer)
			begun := time.Now()
			report := d.clean()
			d.Logf("%d records, %d texts and %d checkpoints fit; that took %v", report.Records, report.Texts, report.Seals, time.Since(begun).Round(time.Millisecond))
			if report.Records != size || report.Sealed != size || report.Unsealed != 0 || size < int64(n) {
				d.Errorf("of %d records the report says %+v", size, report)
			}
			d.disarm("log_entries")
			middle := "delivery/" + strconv.Itoa(1000+n/200)
			d.exec("UPDATE log_entries SET at = at + 1 WHERE about_kind = 'delivery' AND about_id = ? AND n = 1", strconv.Itoa(1000+n/200))
			if report := d.verified(); report.Found != 1 || report.Problems[0].About.String() != middle || report.Problems[0].N != 1 {
				d.Errorf("found %v, want one problem with %s", report.Problems, middle)
			}
		}},
	}
}
