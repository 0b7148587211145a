package store

import (
	"context"
	"strconv"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"steward/workflows"
	"steward/workflows/approval"
)

// requestRow is the head of a request: the machine's own JSON, and columns for lists, constraints and people's SQL.
type requestRow struct {
	ID         string `gorm:"primaryKey"`
	Prefix     string
	Number     int64
	Flow       string
	Status     string
	Seq        int
	Revision   int
	Round      int
	Requester  string
	Owner      string
	Tier       string
	LegalClass string
	Title      string
	SearchKey  string
	Policy     string
	StageKey   string
	Records    int
	SentAt     int64
	RoundAt    int64
	EndedAt    int64
	ValidUntil int64
	Head       string
}

// TableName implements gorm's Tabler.
func (requestRow) TableName() string { return "requests" }

type roundRow struct {
	Request   string
	Round     int
	Why       string
	At        int64
	Policy    string
	Version   int
	Tier      string
	Screening string
}

// TableName implements gorm's Tabler.
func (roundRow) TableName() string { return "rounds" }

// NewRequestID implements [engine.Requests]. Numbers have no gaps: a transaction that needs one waits for the one before.
func (t tx) NewRequestID(ctx context.Context, prefix string) (string, error) {
	var n int64
	err := t.on(ctx).Raw(`INSERT INTO request_numbers (prefix, next) VALUES (?, 2)
		ON CONFLICT (prefix) DO UPDATE SET next = request_numbers.next + 1 RETURNING next - 1`, prefix).Scan(&n).Error
	return prefix + "-" + strconv.FormatInt(n, 10), failed(err, "number a request")
}

// LockRequest implements [engine.Requests]. The head is locked by a statement of its own: what is read after it has the
// lock is what the transaction before left.
func (t tx) LockRequest(ctx context.Context, id string) (approval.Request, error) {
	return t.request(ctx, t.on(ctx).Clauses(clause.Locking{Strength: "UPDATE"}), id)
}

// ReadRequest implements [engine.Requests].
func (t tx) ReadRequest(ctx context.Context, id string) (approval.Request, error) {
	return t.request(ctx, t.on(ctx), id)
}

func (t tx) request(ctx context.Context, db *gorm.DB, id string) (approval.Request, error) {
	if !storable(id) {
		return approval.Request{}, failed(workflows.ErrNotFound, "read request")
	}
	var row requestRow
	if err := db.Select("head", "round").Where("id = ?", id).Take(&row).Error; err != nil {
		return approval.Request{}, failed(err, "read request %s", id)
	}
	parts, err := t.parts(ctx, id, row.Round)
	if err != nil {
		return approval.Request{}, failed(err, "read request %s", id)
	}
	r, err := assemble(row.Head, parts)
	return r, failed(err, "read request %s", id)
}

// OpenRequests implements [engine.Requests]. The order is the natural one: AIR-9 before AIR-10.
func (t tx) OpenRequests(ctx context.Context) ([]string, error) {
	var ids []string
	err := t.on(ctx).Raw("SELECT id FROM requests WHERE status = ? ORDER BY prefix, number, id", string(approval.StatusOpen)).
		Scan(&ids).Error
	return ids, failed(err, "read open requests")
}

// SaveRequest implements [engine.Requests]. It gives [workflows.ErrConflict] where the stored request is not before: a new
// id that is taken, or another seq. The caller holds the lock, so that only a fault of ours does that.
func (t tx) SaveRequest(ctx context.Context, before, after approval.Request) error {
	if err := t.saveHead(ctx, before, after); err != nil {
		return failed(err, "save request %s", after.ID)
	}
	saves := []func(context.Context, approval.Request, approval.Request) error{
		t.saveRound, t.saveVotes, t.saveRulings, t.saveAdvices, t.saveQuestions,
	}
	for _, save := range saves {
		if err := save(ctx, before, after); err != nil {
			return failed(err, "save request %s", after.ID)
		}
	}
	about := workflows.RequestRef(after.ID)
	err := t.saveWaits(ctx, about, before.Waits, after.Waits)
	if err == nil {
		err = t.saveReaders(ctx, about, before.Concerned(), after.Concerned())
	}
	return failed(err, "save request %s", after.ID)
}

func (t tx) saveHead(ctx context.Context, before, after approval.Request) error {
	row := newRequestRow(after)
	if !storable(row.ID, row.Flow, row.Title, row.Tier, row.LegalClass, row.StageKey, row.Requester, row.Owner) {
		return errText
	}
	if before.ID == "" {
		return t.on(ctx).Create(&row).Error
	}
	db := t.on(ctx).Model(&requestRow{}).Where("id = ? AND seq = ?", before.ID, before.Seq).
		Select("*").Omit("id", "prefix", "number").Updates(&row)
	if db.Error == nil && db.RowsAffected == 0 {
		return workflows.ErrConflict
	}
	return db.Error
}

func newRequestRow(r approval.Request) requestRow {
	prefix, number := split(r.ID)
	s := r.Screening
	row := requestRow{
		ID: r.ID, Prefix: prefix, Number: number, Flow: r.Flow, Status: string(r.Status),
		Seq: r.Seq, Revision: r.Revision, Round: r.Round, Requester: string(r.Requester), Owner: string(r.Owner),
		Tier: string(s.Assessment.Tier), LegalClass: s.Assessment.LegalClass, Title: s.Title,
		SearchKey: fold(r.ID + " " + s.Title), Policy: s.Policy, StageKey: stageKey(r), Records: r.Records,
		SentAt: millis(r.SentAt), RoundAt: millis(r.RoundAt), EndedAt: millis(r.EndedAt), ValidUntil: millis(r.ValidUntil),
		Head: string(mustJSON(r)),
	}
	return row
}

// stageKey names the present stage; an ended request has none.
func stageKey(r approval.Request) string {
	if r.Status != approval.StatusOpen || r.Stage < 0 || r.Stage >= len(r.Screening.Plan.Stages) {
		return ""
	}
	return r.Screening.Plan.Stages[r.Stage].Key
}

// split gives the prefix and number of an id, for its natural order.
func split(id string) (string, int64) {
	i := strings.LastIndexByte(id, '-')
	n, err := strconv.ParseInt(id[i+1:], 10, 64)
	if i < 0 || err != nil {
		return id, 0
	}
	return id[:i], n
}

// saveRound stores what a round is decided on: when it begins, and where an expert corrects it.
func (t tx) saveRound(ctx context.Context, before, after approval.Request) error {
	s, began := after.Screening, before.ID == "" || before.Round != after.Round
	if !began && len(s.Corrected) == len(before.Screening.Corrected) {
		return nil
	}
	row := roundRow{
		Request: after.ID, Round: after.Round, Why: after.Why, At: millis(after.RoundAt),
		Policy: s.Policy, Version: s.Version, Tier: string(s.Assessment.Tier), Screening: string(mustJSON(s)),
	}
	if !storable(row.Why, row.Policy) {
		return errText
	}
	if began {
		return t.on(ctx).Create(&row).Error
	}
	return t.on(ctx).Model(&roundRow{}).Where("request = ? AND round = ?", row.Request, row.Round).
		Select("tier", "screening").Updates(&row).Error
}
