package store

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"steward/store/pgtest"
	"steward/workflows"
)

// benchSystems is how many entries the register of the benchmark has.
const benchSystems = 10_000

// BenchmarkFindSystem measures a search for a text in a register of 10,000 systems that only one of them has, beside a look at one
// by its id. It prints the ratio and how long a search takes; the aim is less than 100 ms.
func BenchmarkFindSystem(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchFind(b, "sqlite:"+filepath.Join(b.TempDir(), "steward.db")) })
	b.Run("postgres", func(b *testing.B) {
		benchFind(b, pgtest.New(b, func(dsn string) error { return Migrate(context.Background(), Options{URL: dsn}) }))
	})
}

func benchFind(b *testing.B, dsn string) {
	b.Helper()
	s, err := Open(context.Background(), Options{URL: dsn, Fast: true})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	}()
	fillRegister(b, s)
	var finds, looks []time.Duration
	for b.Loop() {
		begun := time.Now()
		rows, _, err := s.SystemRows(context.Background(), workflows.SystemFilter{Text: "tool 77 of"})
		finds = append(finds, time.Since(begun))
		if err != nil || len(rows) != 1 || rows[0].ID != "AIS-77" {
			b.Fatalf("found %+v, %v", rows, err)
		}
		begun = time.Now()
		if _, err := s.System(context.Background(), "AIS-77"); err != nil {
			b.Fatal(err)
		}
		looks = append(looks, time.Since(begun))
	}
	slices.Sort(finds)
	slices.Sort(looks)
	find, look := finds[len(finds)/2], looks[len(looks)/2]
	b.ReportMetric(find.Seconds()/look.Seconds(), "ratio")
	b.ReportMetric(find.Seconds()*1000, "find-ms")
	b.ReportMetric(look.Seconds()*1000, "look-ms")
	b.ReportMetric(0, "ns/op")
}

// fillRegister writes entries, with the rows that they refer to.
func fillRegister(b *testing.B, s *Store) {
	b.Helper()
	err := s.do(context.Background(), func(t tx) error {
		if err := t.PutPeople(context.Background(), benchPeople()); err != nil {
			return err
		}
		requests, systems := make([]requestRow, 0, benchSystems), make([]systemRow, 0, benchSystems)
		for i := 1; i <= benchSystems; i++ {
			request, id := fmt.Sprintf("AIR-%d", i), fmt.Sprintf("AIS-%d", i)
			title := fmt.Sprintf("Tool %d of the many that somebody asked for", i)
			requests = append(requests, requestRow{ID: request, Prefix: "AIR", Number: int64(i), Requester: "P-asker", Owner: "P-asker", Title: title, Head: "{}"})
			systems = append(systems, systemRow{
				ID: id, Number: int64(i), Request: orNull(request), State: "in_use", Requester: orNull("P-asker"), Owner: orNull("P-asker"), Title: title,
				SearchKey: fold(id + " " + title + " Some tool Some vendor, Inc."), Head: "{}",
			})
		}
		if err := t.db.CreateInBatches(&requests, 500).Error; err != nil {
			return err
		}
		return t.db.CreateInBatches(&systems, 500).Error
	})
	if err != nil {
		b.Fatal(err)
	}
	if err := s.write.Exec("ANALYZE").Error; err != nil { // as Postgres does by itself a while after so many rows came
		b.Fatal(err)
	}
}
