package evidence

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"steward/workflows"
	"steward/workflows/away"
)

// lent is who decided in whose place.
type lent struct{ from, to workflows.PersonID }

// lentIn gives who decided in whose place about a request.
func lentIn(c *Case) (out []lent) {
	for _, d := range c.Decisions {
		if d.For != "" {
			out = append(out, lent{d.For, d.Person})
		}
	}
	return out
}

// absence is one person who was away, as its entries tell it: a row for each.
type absence struct {
	about workflows.Ref
	rows  [][]string
	named []lent
}

func newAbsence(id string, entries []Entry) (absence, error) {
	a := absence{about: workflows.AbsenceRef(id)}
	var person workflows.PersonID
	for _, e := range entries {
		r, err := e.record()
		if err != nil {
			return a, err
		}
		var d away.Detail
		if len(r.Data) > 0 {
			if err := json.Unmarshal(r.Data, &d); err != nil {
				return a, fmt.Errorf("entry %d of %s: %w", e.N, e.About, err)
			}
		}
		if r.What == away.FactSet {
			person = r.Actor
		}
		if d.Delegate != "" {
			a.named = append(a.named, lent{person, d.Delegate})
		}
		a.rows = append(a.rows, []string{
			id, string(person), r.What, d.From, d.To, string(d.Delegate), strconv.FormatBool(d.HandOver), string(d.Was), string(d.Because),
			said(r, e, "reason"), stamp(r.Time()), strconv.Itoa(e.N), strconv.FormatInt(e.Leaf, 10),
		})
	}
	return a, nil
}

// absences writes the table of absences: all of them, or, of a part of the record, those by which somebody decided in another's place.
func (x *writing) absences(ctx context.Context) error {
	t, err := newTable(x.b, "absences", "absence", "person", "what", "first_day", "last_day", "delegate", "hand_over", "delegate_before",
		"lost_because", "reason", "at", "record", "leaf")
	if err != nil {
		return err
	}
	if err := x.eachAbsence(ctx, t); err != nil {
		return err
	}
	return t.close()
}

func (x *writing) eachAbsence(ctx context.Context, t *table) error {
	ids, err := x.log.Absences(ctx)
	if err != nil {
		return err
	}
	return x.each(ctx, workflows.KindAbsence, ids, func(id string, entries []Entry) error {
		a, err := newAbsence(id, entries)
		if err != nil {
			return err
		}
		return x.absence(a, t)
	})
}

// absence writes one absence, where the scope has it.
func (x *writing) absence(a absence, t *table) error {
	if x.chosen != nil {
		if !slices.ContainsFunc(a.named, func(l lent) bool { return slices.Contains(x.lent, l) }) {
			return nil
		}
		x.chosen[a.about] = true
	}
	for _, row := range a.rows {
		if err := t.add(row...); err != nil {
			return err
		}
	}
	return nil
}
