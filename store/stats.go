package store

import (
	"context"
	"time"

	"steward/workflows"
)

// Stats are the numbers that say whether everything moves on. Ages are real time, by the database's clock.
type Stats struct {
	MailsWaiting   int64         // not expanded yet
	TellsWaiting   int64         // events not applied yet
	Waiting        int64         // deliveries to be tried
	Sending        int64         // deliveries being tried
	Dead           int64         // deliveries given up
	OldestWaiting  time.Duration // how long the oldest delivery has been waiting since it could be tried
	PausedBuckets  int64
	TimersDue      int64 // timers that are due at business time and have not fired
	OpenRequests   int64
	LogEntries     int64 // about, on Postgres: what its statistics say
	InboxKeys      int64 // about, on Postgres
	ActiveSessions int64
}

// Stats counts. It is cheap enough for every scrape: it reads the partial indexes of what waits, and no big table whole.
func (s *Store) Stats(ctx context.Context, now time.Time) (Stats, error) {
	clock := s.dialect.clock()
	about := func(table string) string {
		if s.dialect == postgres {
			return "(SELECT GREATEST(reltuples, 0)::bigint FROM pg_catalog.pg_class WHERE oid = to_regclass('" + table + "'))"
		}
		return "(SELECT COALESCE(max(rowid), 0) - COALESCE(min(rowid), 1) + 1 FROM " + table + ")"
	}
	var row struct {
		Stats
		Oldest int64
	}
	err := s.read.WithContext(ctx).Raw(`SELECT
		(SELECT count(*) FROM mails WHERE NOT expanded) AS mails_waiting,
		(SELECT count(*) FROM tells WHERE done_at = 0) AS tells_waiting,
		(SELECT count(*) FROM deliveries WHERE state = 'waiting') AS waiting,
		(SELECT count(*) FROM deliveries WHERE state = 'sending') AS sending,
		(SELECT count(*) FROM deliveries WHERE state = 'dead') AS dead,
		(SELECT COALESCE(max(`+clock+` - run_at), 0) FROM deliveries WHERE state = 'waiting' AND run_at <= `+clock+`) AS oldest,
		(SELECT count(*) FROM buckets WHERE paused_until > `+clock+`) AS paused_buckets,
		(SELECT count(*) FROM timers WHERE at <= ?) AS timers_due,
		(SELECT count(*) FROM requests WHERE status = 'open') AS open_requests,
		`+about("log_entries")+` AS log_entries, `+about("inbox_keys")+` AS inbox_keys,
		(SELECT count(*) FROM sessions WHERE ends > `+clock+`) AS active_sessions`, millis(now)).Scan(&row).Error
	row.OldestWaiting = time.Duration(row.Oldest) * time.Millisecond
	return row.Stats, failed(err, "count what waits")
}

// Undelivered is a delivery that has not been sent, as an operator sees it. It names ids only.
type Undelivered struct {
	ID        int64
	About     workflows.Ref
	Why       workflows.Why
	Person    workflows.PersonID
	Surface   string
	State     string // "waiting", "sending", "dead"
	Attempts  int
	LastError string
	Made      time.Time
	Next      time.Time // when it is tried next, or its lease ends
}

// Undelivered gives deliveries that wait, are being sent or were given up, dead ones first, then the oldest.
func (s *Store) Undelivered(ctx context.Context, limit int) ([]Undelivered, error) {
	var rows []deliveryRow
	err := s.read.WithContext(ctx).Raw(deliveryQuery+` WHERE d.state IN ('waiting', 'sending', 'dead')
		ORDER BY d.state <> 'dead', d.id LIMIT ?`, max(0, min(limit, largestPage))).Scan(&rows).Error
	if err != nil {
		return nil, failed(err, "list deliveries")
	}
	out := make([]Undelivered, 0, len(rows))
	for _, r := range rows {
		out = append(out, Undelivered{
			ID: r.ID, About: ref(r.Mail.AboutKind, r.Mail.AboutID), Why: workflows.Why(r.Why), Person: workflows.PersonID(r.Person),
			Surface: r.Surface, State: r.State, Attempts: r.Attempts, LastError: r.LastError, Made: instant(r.MadeAt), Next: instant(r.RunAt),
		})
	}
	return out, nil
}

// Retry lets a dead delivery start anew; [workflows.ErrConflict] where it is not dead.
func (s *Store) Retry(ctx context.Context, id int64) error {
	return s.operate(ctx, "retry", id, "UPDATE deliveries SET state = 'waiting', attempts = 0, done_at = 0, run_at = "+s.dialect.clock()+
		" WHERE id = ? AND state = 'dead'")
}

// GiveUp ends a delivery that waits or is dead; [workflows.ErrConflict] where it is neither.
func (s *Store) GiveUp(ctx context.Context, id int64) error {
	return s.operate(ctx, "give up", id, "UPDATE deliveries SET state = 'moot', done_at = "+s.dialect.clock()+
		" WHERE id = ? AND state IN ('waiting', 'dead')")
}

func (s *Store) operate(ctx context.Context, what string, id int64, query string) error {
	db := s.write.WithContext(ctx).Exec(query, id)
	err := db.Error
	if err == nil && db.RowsAffected == 0 {
		err = workflows.ErrConflict
	}
	return failed(err, "%s delivery %d", what, id)
}
