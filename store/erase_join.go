package store

import (
	"context"
	"encoding/json"
	"slices"

	"steward/workflows"
	"steward/workflows/register"
)

// joinWords finds what others wrote about somebody who asked to join a system: why they were refused.
func (t tx) joinWords(ctx context.Context, who workflows.PersonID) (out []ownWords, err error) {
	var rows []struct {
		System, Commitment string
		Entry              []byte
	}
	err = t.on(ctx).Raw(`SELECT e.about_id AS system, x.commitment, e.entry FROM log_entries e
		JOIN log_texts x ON x.about_kind = e.about_kind AND x.about_id = e.about_id AND x.n = e.n
		WHERE e.about_kind = ? AND `+t.s.dialect.saysOf("e.entry", "what")+` = ? ORDER BY e.about_id, e.n`,
		string(workflows.KindSystem), register.FactJoinRefused).Scan(&rows).Error
	for _, r := range rows {
		rec, bad := decode(r.Entry)
		var d register.Detail
		if bad != nil || json.Unmarshal(rec.Data, &d) != nil {
			continue // said by verify
		}
		if d.Person == who {
			out = append(out, ownWords{r.System, r.Commitment})
		}
	}
	return out, err
}

// blankJoins takes what others wrote about somebody who asked to join out of the rows of systems.
func (t tx) blankJoins(ctx context.Context, who workflows.PersonID) error {
	words, err := t.joinWords(ctx, who)
	if err != nil {
		return failed(err, "find what %s was refused", who)
	}
	var done []string
	for _, w := range words {
		if slices.Contains(done, w.System) {
			continue
		}
		done = append(done, w.System)
		err := t.blankSystem(ctx, w.System, func(s *register.System) {
			s.Asks = wordlessAsks(s.Asks, func(a register.Ask) bool { return a.Who == who })
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// wordlessAsks gives the wishes to join without the reasons of refusals that are whose says.
func wordlessAsks(asks []register.Ask, whose func(register.Ask) bool) []register.Ask {
	out := slices.Clone(asks)
	for i, a := range out {
		if whose(a) {
			out[i].Reason = ""
		}
	}
	return out
}
