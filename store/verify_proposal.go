package store

import (
	"context"
	"encoding/json"
	"errors"

	"gorm.io/gorm"

	"steward/workflows"
)

// recordedProposal is what the last record of a proposal says about it: all of it.
type recordedProposal struct {
	What      string `json:"what"`
	Subject   string `json:"subject"`
	From      string `json:"from"`
	To        string `json:"to"`
	By        string `json:"by"`
	At        int64  `json:"at"`
	State     string `json:"state"`
	SettledBy string `json:"settled_by"`
	SettledAt int64  `json:"settled_at"`
	Alone     bool   `json:"alone"`
}

// learnProposal keeps what a record says about a proposal.
func (v *verifier) learnProposal(rec workflows.Record) {
	var p recordedProposal
	if err := json.Unmarshal(rec.After, &p); err != nil {
		v.wrong(rec.About, rec.N, "it does not say how the proposal is after it")
		return
	}
	v.thing.proposal = &p
}

// checkProposal compares a proposal with its last record.
func (v *verifier) checkProposal(ctx context.Context, t *thing) error {
	if t.proposal == nil {
		return nil // said already
	}
	n, ok := proposalNumber(t.about.ID)
	var row proposalRow
	err := v.on(ctx).Where("id = ?", n).Take(&row).Error
	switch {
	case !ok || errors.Is(err, gorm.ErrRecordNotFound):
		v.wrong(t.about, t.last, "the proposal of these records is not there")
		return nil
	case err != nil:
		return err
	}
	is := recordedProposal{
		row.What, row.Subject, row.FromState, row.ToState, row.MadeBy, row.MadeAt, row.State, row.SettledBy, row.SettledAt, row.Alone,
	}
	if is != *t.proposal {
		v.wrong(t.about, t.last, "the proposal is %s, and not as this record left it: %s", is.State, t.proposal.State)
	}
	return nil
}

// unrecordedProposals finds proposals that no record speaks of.
func (v *verifier) unrecordedProposals(ctx context.Context) error {
	var ids []string
	err := v.on(ctx).Raw(`SELECT CAST(id AS TEXT) FROM proposals p WHERE NOT EXISTS
		(SELECT 1 FROM log_entries e WHERE e.about_kind = ? AND e.about_id = CAST(p.id AS TEXT)) ORDER BY id`,
		string(workflows.KindProposal)).Scan(&ids).Error
	for _, id := range ids {
		v.wrong(workflows.ProposalRef(id), 0, "the proposal is there, but no record of it")
	}
	return err
}
