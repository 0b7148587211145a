package store

import (
	"context"
	"slices"

	"gorm.io/gorm/clause"

	"steward/workflows"
	"steward/workflows/approval"
)

type voteRow struct {
	Request    string
	Cast       castRow `gorm:"embedded"`
	Approve    bool
	Conditions string
}

// TableName implements gorm's Tabler.
func (voteRow) TableName() string { return "votes" }

type rulingRow struct {
	Request string
	Cast    castRow `gorm:"embedded"`
	Outcome string
	Tier    string
}

// TableName implements gorm's Tabler.
func (rulingRow) TableName() string { return "rulings" }

type adviceRow struct {
	Request     string
	Cast        castRow `gorm:"embedded"`
	Objection   bool
	OverruledBy int
}

// TableName implements gorm's Tabler.
func (adviceRow) TableName() string { return "advices" }

type questionRow struct {
	Request  string
	Cast     castRow `gorm:"embedded"`
	Question string
	Answer   string
	Answered int64
	AnswerBy string
	Resumed  bool
	Void     bool
}

// TableName implements gorm's Tabler.
func (questionRow) TableName() string { return "questions" }

// fresh gives the elements of after that before does not have, by the number of their cast.
func fresh[T any](before, after []T, id func(T) int) []T {
	had := make(map[int]bool, len(before))
	for _, v := range before {
		had[id(v)] = true
	}
	return slices.DeleteFunc(slices.Clone(after), func(v T) bool { return had[id(v)] })
}

func castTexts(c castRow) []string {
	return []string{c.Stage, c.Entitled, c.ViaSurface, c.ViaLink, c.Reason}
}

// saveVotes inserts what is new: a vote, once given, is never changed.
func (t tx) saveVotes(ctx context.Context, before, after approval.Request) error {
	votes := fresh(before.Votes, after.Votes, func(v approval.Vote) int { return v.ID })
	if len(votes) == 0 {
		return nil
	}
	rows := make([]voteRow, 0, len(votes))
	for _, v := range votes {
		row := voteRow{after.ID, newCastRow(v.Cast), v.Approve, jsonList(v.Conditions)}
		if !storable(castTexts(row.Cast)...) {
			return errText
		}
		rows = append(rows, row)
	}
	return t.on(ctx).Create(&rows).Error
}

func (t tx) saveRulings(ctx context.Context, before, after approval.Request) error {
	rulings := fresh(before.Rulings, after.Rulings, func(r approval.Ruling) int { return r.ID })
	if len(rulings) == 0 {
		return nil
	}
	rows := make([]rulingRow, 0, len(rulings))
	for _, r := range rulings {
		row := rulingRow{after.ID, newCastRow(r.Cast), r.Outcome, string(r.Tier)}
		if !storable(castTexts(row.Cast)...) {
			return errText
		}
		rows = append(rows, row)
	}
	return t.on(ctx).Create(&rows).Error
}

// saveAdvices inserts new advice, and notes by which vote an objection was overruled.
func (t tx) saveAdvices(ctx context.Context, before, after approval.Request) error {
	var rows []adviceRow
	for _, a := range after.Advices {
		i := slices.IndexFunc(before.Advices, func(b approval.Advice) bool { return b.ID == a.ID })
		if i >= 0 && before.Advices[i].OverruledBy == a.OverruledBy {
			continue
		}
		row := adviceRow{after.ID, newCastRow(a.Cast), a.Objection, a.OverruledBy}
		if !storable(castTexts(row.Cast)...) {
			return errText
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return nil
	}
	return t.on(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "request"}, {Name: "id"}},
		DoUpdates: clause.AssignmentColumns([]string{"overruled_by"}),
	}).Create(&rows).Error
}

// saveQuestions inserts new questions and updates what became of old ones.
func (t tx) saveQuestions(ctx context.Context, before, after approval.Request) error {
	var rows []questionRow
	for _, q := range after.Questions {
		i := slices.IndexFunc(before.Questions, func(b approval.Question) bool { return b.ID == q.ID })
		if i >= 0 && sameAnswer(before.Questions[i], q) {
			continue
		}
		row := questionRow{
			after.ID, newCastRow(q.Cast), q.Text, q.Answer, millis(q.Answered), string(q.AnswerBy), q.Resumed, q.Void,
		}
		if !storable(append(castTexts(row.Cast), q.Text, q.Answer)...) {
			return errText
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return nil
	}
	return t.on(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "request"}, {Name: "id"}},
		DoUpdates: clause.AssignmentColumns([]string{"answer", "answered", "answer_by", "resumed", "void"}),
	}).Create(&rows).Error
}

func sameAnswer(a, b approval.Question) bool {
	return a.Answer == b.Answer && a.Answered.Equal(b.Answered) && a.AnswerBy == b.AnswerBy && a.Resumed == b.Resumed && a.Void == b.Void
}

// saveReaders writes the difference in who may read one thing.
func (t tx) saveReaders(ctx context.Context, about workflows.Ref, before, after workflows.Concerned) error {
	was, is := readers(before), readers(after)
	gone := slices.DeleteFunc(slices.Clone(was), func(p string) bool { return slices.Contains(is, p) })
	come := slices.DeleteFunc(is, func(p string) bool { return slices.Contains(was, p) })
	if len(gone) > 0 {
		err := t.on(ctx).Exec("DELETE FROM readers WHERE about_kind = ? AND about_id = ? AND "+t.s.dialect.in("person"),
			string(about.Kind), about.ID, t.s.dialect.list(gone)).Error
		if err != nil {
			return err
		}
	}
	if len(come) == 0 {
		return nil
	}
	rows := make([]readerRow, 0, len(come))
	for _, p := range come {
		rows = append(rows, readerRow{string(about.Kind), about.ID, p})
	}
	return t.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error
}

type readerRow struct {
	AboutKind string
	AboutID   string
	Person    string
}

// TableName implements gorm's Tabler.
func (readerRow) TableName() string { return "readers" }

// readers gives everyone concerned, sorted, once.
func readers(c workflows.Concerned) []string {
	var out []string
	for _, list := range [][]workflows.PersonID{{c.Requester, c.Owner}, c.Deciders, c.Informed} {
		for _, p := range list {
			if p != "" && p != workflows.System {
				out = append(out, string(p))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
