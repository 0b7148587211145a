package store

import (
	"context"
	"encoding/json"
	"errors"

	"gorm.io/gorm"

	"steward/workflows"
)

// recordedLink is what the last record of a link says about it.
type recordedLink struct {
	Person  workflows.PersonID  `json:"person"`
	State   workflows.LinkState `json:"state"`
	Limited bool                `json:"limited"`
	// Proof stands in the data of a record, beside what it leaves.
	Proof workflows.Proof `json:"-"`
}

// learnAccount keeps what a record says about the link of an account.
func (v *verifier) learnAccount(rec workflows.Record) {
	var l recordedLink
	if err := json.Unmarshal(rec.After, &l); err != nil {
		v.wrong(rec.About, rec.N, "it does not say how the link is after it")
		return
	}
	var d struct{ Proof workflows.Proof }
	if err := json.Unmarshal(rec.Data, &d); err != nil {
		v.wrong(rec.About, rec.N, "its data cannot be read: %v", err)
		return
	}
	l.Proof = d.Proof
	if v.thing.link != nil && rec.What == string(workflows.LinkSignIn) {
		l.Proof = v.thing.link.Proof // a sign-in is by the link as it is
	}
	v.thing.link = &l
}

// checkAccount compares a link with its last record.
func (v *verifier) checkAccount(ctx context.Context, t *thing) error {
	if t.link == nil {
		return nil // said already
	}
	var row accountRow
	err := v.on(ctx).Where("id = ?", t.about.ID).Take(&row).Error
	switch gone := errors.Is(err, gorm.ErrRecordNotFound); {
	case err != nil && !gone:
		return err
	case gone != (t.link.State == workflows.LinkGone):
		v.wrong(t.about, t.last, "the link is %s by this record, and its row says otherwise", t.link.State)
		return nil
	case gone:
		return nil
	}
	if is := (recordedLink{workflows.PersonID(row.Person), row.state(), row.account().Limited(), workflows.Proof(row.Proof)}); is != *t.link {
		v.wrong(t.about, t.last, "the link is %s's, %s by %q, limited %v, but this record left it %s's, %s by %q, limited %v",
			is.Person, is.State, is.Proof, is.Limited, t.link.Person, t.link.State, t.link.Proof, t.link.Limited)
	}
	return nil
}

// unrecordedLinks finds links that no record speaks of. Those that an administrator's file made are in the record of their
// import, without their ids.
func (v *verifier) unrecordedLinks(ctx context.Context) error {
	var ids []string
	err := v.on(ctx).Raw(`SELECT id FROM accounts a WHERE NOT (active AND confirmed AND proof = ? AND id = surface || ':' || person)
		AND NOT EXISTS (SELECT 1 FROM log_entries e WHERE e.about_kind = ? AND e.about_id = a.id) ORDER BY id`,
		string(workflows.ProofImport), string(workflows.KindAccount)).Scan(&ids).Error
	for _, id := range ids {
		v.wrong(workflows.AccountRef(id), 0, "the link is there, but no record of it")
	}
	return err
}
