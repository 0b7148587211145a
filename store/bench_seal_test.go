package store

import (
	"context"
	"crypto/rand"
	"slices"
	"testing"
	"time"

	"steward/store/ledger"
	"steward/workflows"
	"steward/workflows/engine"
)

// BenchmarkSealing measures decisions a second of 32 workers on Postgres with fsync on, beside the same while the record is
// sealed every second as serve does it. It prints the ratio; the aim is 0.85.
func BenchmarkSealing(b *testing.B) {
	const workers, n, rounds = 32, 2400, 5
	m := prepare(b, n)
	var ratios, with []float64
	var sealed int64
	for range rounds {
		off := m.throughEngine(n, workers)
		on, size := m.whileSealed(n, workers)
		ratios = append(ratios, off.Seconds()/on.Seconds())
		with = append(with, n/on.Seconds())
		sealed += size
	}
	slices.Sort(ratios)
	slices.Sort(with)
	b.ReportMetric(ratios[rounds/2], "ratio")
	b.ReportMetric(with[rounds/2], "decisions/s")
	b.ReportMetric(float64(sealed)/rounds, "sealed")
	b.ReportMetric(0, "ns/op")
}

// whileSealed has the decisions made while a sealer is at work, and gives how many records it sealed meanwhile.
func (m *benchmark) whileSealed(n, workers int) (took time.Duration, sealed int64) {
	s, e := benchEngine(m.b, m.clone())
	warm(m.b, e)
	sealer := s.NewSealer(benchKey(m.b, e))
	ctx, stop := context.WithCancel(context.Background())
	before, ended := sealAll(m.b, sealer), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				sealed = sealAll(m.b, sealer) - before
			}
		}
	}()
	took = spread(n, workers, func(int) func(int) { return func(i int) { decide(m.b, e, i) } })
	stop()
	<-ended
	if sealed == 0 {
		m.b.Fatal("nothing was sealed meanwhile: it was over too soon")
	}
	if err := s.Close(); err != nil {
		m.b.Fatal(err)
	}
	return took, sealed
}

// benchKey makes a key and lets the record know it.
func benchKey(b *testing.B, e *engine.Engine) ledger.Key {
	b.Helper()
	text, err := ledger.NewKey(rand.Reader, "bench")
	if err != nil {
		b.Fatal(err)
	}
	k, err := ledger.ParseKey(text)
	if err != nil {
		b.Fatal(err)
	}
	if err := e.UseKey(context.Background(), workflows.KeyAdded{Key: k.Public().String()}); err != nil {
		b.Fatal(err)
	}
	return k
}

// sealAll seals until nothing is left and gives the size of the tree.
func sealAll(b *testing.B, s *Sealer) int64 {
	b.Helper()
	for {
		done, err := s.Seal(context.Background())
		if err != nil {
			b.Error(err)
		}
		if err != nil || !done.More {
			return done.Size
		}
	}
}
