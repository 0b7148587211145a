package store

import (
	"context"
	"encoding/json"
	"fmt"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// partRow is one row of what belongs to a request beside its head, read by one statement: the round, and the four kinds of
// casts. Columns that a kind does not have are empty.
type partRow struct {
	Kind         string
	Cast         castRow `gorm:"embedded"`
	FlagA, FlagB bool
	Num          int
	TextA, TextB string
	TextC        string
	AtB          int64
}

const partColumns = "id, round, stage, revision, person, for_person, roles, entitled, at, via_surface, via_link, reason"

// partQuery reads the round and all casts in one round trip. Every parameter is the request's id but the round's number.
const partQuery = `SELECT 'round' AS kind, 0 AS id, round, '' AS stage, 0 AS revision, '' AS person, '' AS for_person,
	'[]' AS roles, '' AS entitled, at, '' AS via_surface, '' AS via_link, screening AS reason,
	false AS flag_a, false AS flag_b, 0 AS num, '' AS text_a, '' AS text_b, '' AS text_c, 0 AS at_b FROM rounds WHERE request = ? AND round = ?
UNION ALL SELECT 'vote', ` + partColumns + `, approve, false, 0, conditions, '', '', 0 FROM votes WHERE request = ?
UNION ALL SELECT 'ruling', ` + partColumns + `, false, false, 0, outcome, tier, '', 0 FROM rulings WHERE request = ?
UNION ALL SELECT 'advice', ` + partColumns + `, objection, false, overruled_by, '', '', '', 0 FROM advices WHERE request = ?
UNION ALL SELECT 'question', ` + partColumns + `, resumed, void, 0, question, answer, answer_by, answered FROM questions WHERE request = ?
ORDER BY id`

// parts reads the round and all votes, rulings, advices and questions, each in the order given.
func (t tx) parts(ctx context.Context, id string, round int) ([]partRow, error) {
	var rows []partRow
	err := t.on(ctx).Raw(partQuery, id, round, id, id, id, id).Scan(&rows).Error
	return rows, err
}

// assemble makes a request of its head and its parts.
func assemble(head string, parts []partRow) (approval.Request, error) {
	var r approval.Request
	if err := json.Unmarshal([]byte(head), &r); err != nil {
		return r, err
	}
	found := false
	for _, p := range parts {
		found = found || p.Kind == "round"
		if err := p.into(&r); err != nil {
			return r, fmt.Errorf("%s %d: %w", p.Kind, p.Cast.ID, err)
		}
	}
	if !found {
		return r, fmt.Errorf("round %d is missing", r.Round)
	}
	return r, nil
}

func (p partRow) into(r *approval.Request) error {
	if p.Kind == "round" {
		return json.Unmarshal([]byte(p.Cast.Reason), &r.Screening)
	}
	c, err := p.Cast.cast()
	if err != nil {
		return err
	}
	switch p.Kind {
	case "vote":
		v := approval.Vote{Cast: c, Approve: p.FlagA}
		if err := unlist(p.TextA, &v.Conditions); err != nil {
			return err
		}
		r.Votes = append(r.Votes, v)
	case "ruling":
		r.Rulings = append(r.Rulings, approval.Ruling{Cast: c, Outcome: p.TextA, Tier: policy.Tier(p.TextB)})
	case "advice":
		r.Advices = append(r.Advices, approval.Advice{Cast: c, Objection: p.FlagA, OverruledBy: p.Num})
	case "question":
		r.Questions = append(r.Questions, approval.Question{
			Cast: c, Text: p.TextA, Answer: p.TextB, AnswerBy: workflows.PersonID(p.TextC), Answered: instant(p.AtB),
			Resumed: p.FlagA, Void: p.FlagB,
		})
	}
	return nil
}

// castRow is what votes, rulings, advices and questions have in common.
type castRow struct {
	ID         int
	Round      int
	Stage      string
	Revision   int
	Person     string
	ForPerson  string
	Roles      string
	Entitled   string
	At         int64
	ViaSurface string
	ViaLink    string
	Reason     string
}

func newCastRow(c approval.Cast) castRow {
	return castRow{
		ID: c.ID, Round: c.Round, Stage: c.Stage, Revision: c.Revision, Person: string(c.Person), ForPerson: string(c.For),
		Roles: jsonList(c.Roles), Entitled: c.Entitled, At: millis(c.At), ViaSurface: c.Via.Surface, ViaLink: c.Via.Link,
		Reason: c.Reason,
	}
}

func (c castRow) cast() (approval.Cast, error) {
	out := approval.Cast{
		ID: c.ID, Round: c.Round, Stage: c.Stage, Revision: c.Revision, Person: workflows.PersonID(c.Person),
		For: workflows.PersonID(c.ForPerson), Entitled: c.Entitled, At: instant(c.At),
		Via: workflows.Via{Surface: c.ViaSurface, Link: c.ViaLink}, Reason: c.Reason,
	}
	return out, unlist(c.Roles, &out.Roles)
}

// unlist is the inverse of jsonList: an empty list is nil again.
func unlist[T any](text string, into *[]T) error {
	if text == "[]" {
		return nil
	}
	return json.Unmarshal([]byte(text), into)
}
