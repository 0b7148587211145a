package evidence

import (
	"errors"
	"io"
	"strconv"
	"time"

	"steward/store/ledger"
	"steward/workflows"
	"steward/workflows/catalog"
)

// indexSection says by control what in the bundle is evidence for it.
type indexSection struct {
	out         io.WriteCloser
	from, until time.Time
	controls    map[string]*controlCount
}

// controlCount is what there is for a control.
type controlCount struct {
	Requests, Decisions int
	Systems             int       // that its requests brought into the AI register
	First, Last         time.Time // of the decisions
}

func newIndex(b *ledger.Bundle, s workflows.EvidenceScope) (section, error) {
	out, err := b.Create("index.csv", false)
	if err != nil {
		return nil, err
	}
	from, until, err := s.Period()
	return &indexSection{out, from, until, map[string]*controlCount{}}, err
}

func (s *indexSection) request(c *Case) error {
	decisions, first, last := 0, time.Time{}, time.Time{}
	for _, d := range c.Decisions {
		if !d.during(s.from, s.until) {
			continue
		}
		if decisions++; first.IsZero() {
			first = d.At
		}
		last = d.At
	}
	for _, id := range c.Refs {
		n := s.controls[id]
		if n == nil {
			n = &controlCount{}
			s.controls[id] = n
		}
		n.Requests++
		if c.System != nil {
			n.Systems++
		}
		n.Decisions += decisions
		if !first.IsZero() && (n.First.IsZero() || first.Before(n.First)) {
			n.First = first
		}
		if last.After(n.Last) {
			n.Last = last
		}
	}
	return nil
}

// finish writes the controls for which there is something, in the order of the catalogue.
func (s *indexSection) finish(sum *summary) error {
	rows := [][]string{{"standard", "control", "about", "evidence", "requests", "decisions", "first_decision", "last_decision", "files"}}
	for _, c := range catalog.All() {
		n := s.controls[c.ID]
		if n == nil {
			continue
		}
		sum.Controls = append(sum.Controls, indexed{c, *n})
		files := "population.csv; ai_decisions.csv; exceptions.csv; requests.jsonl"
		if n.Systems > 0 {
			files += "; ai_register.csv; ai_conditions.csv"
		}
		rows = append(rows, []string{
			c.Standard(), c.ID, c.Title, "approval requests", strconv.Itoa(n.Requests), strconv.Itoa(n.Decisions), stamp(n.First), stamp(n.Last), files,
		})
	}
	return errors.Join(writeCSV(s.out, rows), s.out.Close())
}

// indexed is a control with what there is for it.
type indexed struct {
	catalog.Control
	controlCount
}
