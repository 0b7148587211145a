package store

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/register"
)

// ownWords is a text beside the log that somebody wrote of a system.
type ownWords struct {
	System     string
	Commitment string
}

// systemWords finds what a person wrote of systems whose life is over: proofs, reasons, and conditions of their own, of which the
// record of the decision says who wrote them.
func (t tx) systemWords(ctx context.Context, who workflows.PersonID) (out []ownWords, err error) {
	var rows []struct {
		System, Commitment, Name string
		Entry                    []byte
	}
	err = t.on(ctx).Raw(`SELECT s.id AS system, x.commitment, x.name, e.entry FROM ai_systems s
		JOIN log_texts x ON x.about_kind = ? AND x.about_id = s.id AND x.name <> ?
		JOIN log_entries e ON e.about_kind = x.about_kind AND e.about_id = x.about_id AND e.n = x.n
			AND (x.name LIKE ? OR x.name LIKE ? OR `+t.s.dialect.saysOf("e.entry", "actor")+` = ?)
		WHERE s.state IN (?, ?, ?) ORDER BY s.number, x.n, x.name`,
		append([]any{string(workflows.KindSystem), shownName, approval.OwnCondition + "%", "%." + approval.OwnCondition + "%", string(who)}, overStates()...)...).Scan(&rows).Error
	for _, r := range rows {
		rec, bad := decode(r.Entry)
		var d register.Detail
		if bad != nil || json.Unmarshal(rec.Data, &d) != nil {
			continue // said by verify
		}
		by := rec.Actor
		if rec.What == register.FactRegistered || rec.What == register.FactMeasured {
			by = d.By[r.Name]
		}
		if by == who {
			out = append(out, ownWords{r.System, r.Commitment})
		}
	}
	return out, err
}

// blankSystems takes what a person wrote out of the rows of systems whose life is over.
func (t tx) blankSystems(ctx context.Context, who workflows.PersonID) error {
	words, err := t.systemWords(ctx, who)
	if err != nil {
		return failed(err, "find systems of %s", who)
	}
	var ids []string
	for _, w := range words {
		if !slices.Contains(ids, w.System) {
			ids = append(ids, w.System)
		}
	}
	for _, id := range ids {
		err := t.blankSystem(ctx, id, func(s *register.System) {
			s.Tasks = wordlessTasks(s.Tasks, func(p workflows.PersonID) bool { return p == who })
			s.Asks = wordlessAsks(s.Asks, func(a register.Ask) bool { return a.By == who })
			if s.Turned.By == who {
				s.Turned.Reason = ""
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// retireSystem takes all that people wrote out of the row of the system that a request brought, and gives its id; empty where it
// brought none. Its life is over, or its approval has ended.
func (t tx) retireSystem(ctx context.Context, request string) (string, error) {
	id, err := t.SystemOf(ctx, request)
	if errors.Is(err, workflows.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return id, t.blankSystem(ctx, id, wordlessEntry)
}

// wordlessEntry takes all that people wrote out of an entry.
func wordlessEntry(s *register.System) {
	s.Title, s.Tool, s.Vendor, s.Plan, s.Use, s.Role, s.Hosting, s.Users, s.Group = erasedTitle, "", "", "", "", "", "", "", ""
	s.Data, s.Affected = nil, nil
	s.Tasks = wordlessTasks(s.Tasks, func(workflows.PersonID) bool { return true })
	s.Asks = wordlessAsks(s.Asks, func(register.Ask) bool { return true })
	s.Turned.Reason, s.Sighting.Source, s.Sighting.By = "", "", ""
}

func (t tx) blankSystem(ctx context.Context, id string, blank func(*register.System)) error {
	before, err := t.LockSystem(ctx, id)
	if err != nil {
		return err
	}
	after := before
	blank(&after)
	return failed(t.saveSystemRow(ctx, before, after), "erase words of %s", id)
}

// wordlessTasks gives the conditions without proofs, reasons and conditions of their own that are whose says.
func wordlessTasks(tasks []register.Task, whose func(workflows.PersonID) bool) []register.Task {
	out := slices.Clone(tasks)
	for i, t := range out {
		if whose(t.ProvedBy) {
			out[i].Proof, out[i].Files = "", nil
		}
		if whose(t.ReturnedBy) {
			out[i].Returned = ""
		}
		if (t.By != "" || len(t.From.Lines) > 0) && whose(t.By) { // the words of a measure are those of a risk line
			out[i].Text = ""
		}
	}
	return out
}
