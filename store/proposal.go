package store

import (
	"context"
	"strconv"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"steward/workflows"
)

// proposalRow is a change of Steward itself that waits for a second person, or once did.
type proposalRow struct {
	ID        int64 `gorm:"primaryKey;autoIncrement:false"`
	What      string
	Subject   string
	FromState string
	ToState   string
	MadeBy    string
	MadeAt    int64
	State     string
	SettledBy string
	SettledAt int64
	Alone     bool
}

// TableName implements gorm's Tabler.
func (proposalRow) TableName() string { return "proposals" }

func (r proposalRow) proposal() workflows.Proposal {
	return workflows.Proposal{
		ID: strconv.FormatInt(r.ID, 10), What: workflows.ProposalKind(r.What), Subject: workflows.PersonID(r.Subject), From: r.FromState, To: r.ToState,
		By: workflows.PersonID(r.MadeBy), At: instant(r.MadeAt), State: workflows.ProposalState(r.State),
		SettledBy: workflows.PersonID(r.SettledBy), SettledAt: instant(r.SettledAt), Alone: r.Alone,
	}
}

// HoldPack implements [engine.Proposals].
func (t tx) HoldPack(ctx context.Context) (string, error) {
	query := "SELECT hash FROM policy_in_force WHERE one = 1"
	if t.s.dialect == postgres {
		query += " FOR UPDATE"
	}
	var hash string
	err := t.on(ctx).Raw(query).Scan(&hash).Error
	return hash, failed(err, "hold policy in force")
}

// NewProposalID implements [engine.Proposals].
func (t tx) NewProposalID(ctx context.Context) (string, error) {
	var n int64
	err := t.on(ctx).Raw("SELECT COALESCE(max(id), 0) + 1 FROM proposals").Scan(&n).Error
	return strconv.FormatInt(n, 10), failed(err, "number a proposal")
}

// Proposal implements [engine.Proposals].
func (t tx) Proposal(ctx context.Context, id string) (workflows.Proposal, error) {
	n, ok := proposalNumber(id)
	if !ok {
		return workflows.Proposal{}, failed(workflows.ErrNotFound, "read proposal")
	}
	var row proposalRow
	err := t.on(ctx).Where("id = ?", n).Take(&row).Error
	return row.proposal(), failed(err, "read proposal %d", n)
}

// proposalNumber reads an id as it is written, and in no other way.
func proposalNumber(id string) (int64, bool) {
	n, err := strconv.ParseInt(id, 10, 64)
	return n, err == nil && n > 0 && strconv.FormatInt(n, 10) == id
}

// OpenProposals implements [engine.Proposals].
func (t tx) OpenProposals(ctx context.Context) ([]workflows.Proposal, error) {
	out, err := t.proposals(t.on(ctx).Where("state = ?", string(workflows.ProposalOpen)).Order("id"))
	return out, failed(err, "read open proposals")
}

func (t tx) proposals(query *gorm.DB) ([]workflows.Proposal, error) {
	var rows []proposalRow
	err := query.Find(&rows).Error
	out := make([]workflows.Proposal, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.proposal())
	}
	return out, err
}

// SaveProposal implements [engine.Proposals].
func (t tx) SaveProposal(ctx context.Context, p workflows.Proposal) error {
	n, ok := proposalNumber(p.ID)
	row := proposalRow{
		n, string(p.What), string(p.Subject), p.From, p.To, string(p.By), millis(p.At), string(p.State), string(p.SettledBy), millis(p.SettledAt), p.Alone,
	}
	if !ok || !storable(row.What, row.Subject, row.FromState, row.ToState, row.MadeBy, row.State, row.SettledBy) {
		return failed(errText, "store proposal")
	}
	err := t.on(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error
	return failed(err, "store proposal %d", n)
}

// SetRoles implements [engine.Proposals].
func (t tx) SetRoles(ctx context.Context, who workflows.PersonID, roles []workflows.Role) error {
	rows := make([]roleRow, 0, len(roles))
	for _, r := range roles {
		if !storable(string(r)) {
			return failed(errText, "store roles")
		}
		rows = append(rows, roleRow{string(who), string(r)})
	}
	return failed(t.putRoles(ctx, []string{string(who)}, rows), "store roles of %s", who)
}

// Proposal reads one proposal; [workflows.ErrNotFound] where there is none.
func (s *Store) Proposal(ctx context.Context, id string) (workflows.Proposal, error) {
	return s.reader().Proposal(ctx, id)
}

// OpenProposals gives the proposals that wait for a second person, oldest first.
func (s *Store) OpenProposals(ctx context.Context) ([]workflows.Proposal, error) {
	return s.reader().OpenProposals(ctx)
}

// Proposals gives the newest proposals in any state, newest first: at most n.
func (s *Store) Proposals(ctx context.Context, n int) ([]workflows.Proposal, error) {
	t := s.reader()
	out, err := t.proposals(t.on(ctx).Order("id DESC").Limit(max(0, min(n, largestPage))))
	return out, failed(err, "list proposals")
}
