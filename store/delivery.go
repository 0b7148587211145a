package store

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"steward/workflows"
)

// operatedRow is a delivery as those who run Steward see it.
type operatedRow struct {
	ID, Mail                                 int64
	AboutKind, AboutID, Why                  string
	Surface, Account, Person, Tenant, UserID string
	Confirmed                                bool
	State, LastError                         string
	Held, Updates                            bool
	Attempts                                 int
	MadeAt, RunAt, DoneAt                    int64
}

func (r operatedRow) row() workflows.DeliveryRow {
	d := workflows.DeliveryRow{
		ID: r.ID, Mail: r.Mail, About: ref(r.AboutKind, r.AboutID), Why: workflows.Why(r.Why),
		Account: workflows.Account{
			ID: r.Account, Person: workflows.PersonID(r.Person), Surface: r.Surface, Tenant: r.Tenant, User: r.UserID, Confirmed: r.Confirmed,
		},
		State: workflows.DeliveryState(r.State), Held: r.Held, Update: r.Updates, Attempts: r.Attempts, Reason: r.LastError,
		Made: instant(r.MadeAt), Done: instant(r.DoneAt),
	}
	if d.Done.IsZero() {
		d.Next = instant(r.RunAt)
	}
	return d
}

// operatedQuery selects deliveries without anything of what they say.
func operatedQuery(d dialect) string {
	return `SELECT d.id, d.mail, d.about_kind, d.about_id, d.why, d.surface, d.account, d.person, d.tenant, d.user_id, d.confirmed,
	d.state, d.last_error, d.state = 'sending' AND d.run_at > ` + d.clock() + ` AS held, d.receipt IS NOT NULL AS updates,
	d.attempts, d.made_at, d.run_at, d.done_at FROM deliveries d`
}

// DeliveryRows gives one page of the deliveries that the filter lets through, newest first, and the id to go on from, 0 at
// the end. What was sent or turned out moot is kept for a week, see [Store.Prune]. Who may see them is the caller's to ask:
// [workflows.RunsDeliveries].
func (s *Store) DeliveryRows(ctx context.Context, f workflows.DeliveryFilter) ([]workflows.DeliveryRow, int64, error) {
	if !storable(string(f.State), f.Surface, string(f.About.Kind), f.About.ID) {
		return nil, 0, nil
	}
	limit := pageLimit(f.Limit)
	query := operatedQuery(s.dialect)
	where, args := s.deliveryConditions(f)
	if len(where) > 0 {
		query += " WHERE " + strings.Join(where, " AND ")
	}
	var rows []operatedRow
	err := s.read.WithContext(ctx).Raw(query+" ORDER BY d.id DESC LIMIT ?", append(args, limit+1)...).Scan(&rows).Error
	if err != nil {
		return nil, 0, failed(err, "list deliveries")
	}
	next := int64(0)
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].ID
	}
	out := make([]workflows.DeliveryRow, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.row())
	}
	return out, next, nil
}

// onTheWay is the condition of the partial indexes of what waits or is being sent: SQLite finds them by these very words.
const onTheWay = "d.state IN ('waiting', 'sending')"

// deliveryConditions are the conditions of a filter on deliveries d.
func (s *Store) deliveryConditions(f workflows.DeliveryFilter) (where []string, args []any) {
	add := func(condition string, values ...any) { where, args = append(where, condition), append(args, values...) }
	switch f.State {
	case "":
	case workflows.DeliveryWaiting, workflows.DeliverySending: // spelled out, so that the partial indexes are found
		add(onTheWay + " AND d.state = '" + string(f.State) + "'")
	case workflows.DeliverySent, workflows.DeliveryMoot, workflows.DeliveryDead:
		add("d.state = '" + string(f.State) + "'")
	default:
		add("d.state = ?", string(f.State))
	}
	if f.Surface != "" {
		add("d.surface = ?", f.Surface)
	}
	if f.About != (workflows.Ref{}) {
		add("d.about_kind = ? AND d.about_id = ?", string(f.About.Kind), f.About.ID)
	}
	if len(f.People) > 0 {
		people := make([]string, 0, len(f.People))
		for _, p := range f.People {
			if storable(string(p)) {
				people = append(people, string(p))
			}
		}
		add(s.dialect.in("d.person"), s.dialect.list(people))
	}
	if f.Mail != 0 {
		add("d.mail = ?", f.Mail)
	}
	if f.Before != 0 {
		add("d.id < ?", f.Before)
	}
	return where, args
}

// Delivery gives one delivery; [workflows.ErrNotFound] where there is none, or none any more.
func (s *Store) Delivery(ctx context.Context, id int64) (workflows.DeliveryRow, error) {
	row, err := s.reader().delivery(ctx, id, "")
	return row, failed(err, "read delivery %d", id)
}

func (t tx) delivery(ctx context.Context, id int64, lock string) (workflows.DeliveryRow, error) {
	var rows []operatedRow
	err := t.on(ctx).Raw(operatedQuery(t.s.dialect)+" WHERE d.id = ?"+lock, id).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = gorm.ErrRecordNotFound
	}
	if err != nil {
		return workflows.DeliveryRow{}, err
	}
	return rows[0].row(), nil
}

// DeliveryCounts counts what is not delivered, by the partial indexes of what waits.
func (s *Store) DeliveryCounts(ctx context.Context) (workflows.DeliveryCounts, error) {
	clock := s.dialect.clock()
	var row struct{ Waiting, Sending, Dead, Oldest int64 }
	err := s.read.WithContext(ctx).Raw(`SELECT
		(SELECT count(*) FROM deliveries d WHERE ` + onTheWay + ` AND d.state = 'waiting') AS waiting,
		(SELECT count(*) FROM deliveries d WHERE ` + onTheWay + ` AND d.state = 'sending') AS sending,
		(SELECT count(*) FROM deliveries d WHERE d.state = 'dead') AS dead,
		(SELECT COALESCE(max(` + clock + ` - d.run_at), 0) FROM deliveries d WHERE ` + onTheWay + ` AND d.state = 'waiting' AND d.run_at <= ` + clock + `) AS oldest`).
		Scan(&row).Error
	return workflows.DeliveryCounts{
		Waiting: row.Waiting, Sending: row.Sending, Dead: row.Dead, Oldest: time.Duration(row.Oldest) * time.Millisecond,
	}, failed(err, "count deliveries")
}

// LockDelivery implements [engine.Deliveries]. A claim passes over a row that is held; an attempt that ends waits for it.
func (t tx) LockDelivery(ctx context.Context, id int64) (workflows.DeliveryRow, error) {
	lock := ""
	if t.s.dialect == postgres {
		lock = " FOR UPDATE"
	}
	row, err := t.delivery(ctx, id, lock)
	return row, failed(err, "lock delivery %d", id)
}

// RetryDelivery implements [engine.Deliveries]. That an earlier attempt may have sent it is not forgotten; that no claim has
// rendered it yet does not come true again.
func (t tx) RetryDelivery(ctx context.Context, id int64, confirmed bool) error {
	clock := t.s.dialect.clock()
	return t.operate(ctx, "retry", id, "UPDATE deliveries SET state = 'waiting', fresh = false, confirmed = ?, attempts = 0, token = '', done_at = 0, run_at = "+
		clock+" WHERE id = ? AND state = 'dead'", confirmed)
}

// GiveUpDelivery implements [engine.Deliveries].
func (t tx) GiveUpDelivery(ctx context.Context, id int64) error {
	clock := t.s.dialect.clock()
	return t.operate(ctx, "give up", id, "UPDATE deliveries SET state = 'moot', token = '', last_error = ?, done_at = "+clock+
		" WHERE id = ? AND (state IN ('waiting', 'dead') OR state = 'sending' AND run_at <= "+clock+")", workflows.ReasonGivenUp)
}

func (t tx) operate(ctx context.Context, what string, id int64, query string, value any) error {
	db := t.on(ctx).Exec(query, value, id)
	err := db.Error
	if err == nil && db.RowsAffected == 0 {
		err = workflows.ErrConflict
	}
	return failed(err, "%s delivery %d", what, id)
}
