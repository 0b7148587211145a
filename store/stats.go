package store

import (
	"context"
	"time"
)

// Stats are the numbers that say whether everything moves on. Ages are real time, by the database's clock.
type Stats struct {
	MailsWaiting   int64         // not expanded yet, though nothing holds them
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
	Checkpointed   int64         // records in the newest checkpoint
	Unsealed       int64         // records after the newest that is sealed; at most [mostUnsealed]
	OldestUnsealed time.Duration // how long ago, in business time, the first of those was written
}

// mostUnsealed bounds how many records are counted that are not sealed: before the first seal that is the whole log.
const mostUnsealed = 100_000

// lastSealed is the highest number of a record that is sealed. One below it that is not committed late, and is sealed next.
const lastSealed = "(SELECT COALESCE(max(entry), 0) FROM log_leaves)"

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
		Oldest     int64
		UnsealedAt int64
	}
	err := s.read.WithContext(ctx).Raw(`SELECT
		(SELECT count(*) FROM mails WHERE NOT expanded AND held_until <= ?) AS mails_waiting,
		(SELECT count(*) FROM tells WHERE done_at = 0) AS tells_waiting,
		(SELECT count(*) FROM deliveries WHERE state = 'waiting') AS waiting,
		(SELECT count(*) FROM deliveries WHERE state = 'sending') AS sending,
		(SELECT count(*) FROM deliveries WHERE state = 'dead') AS dead,
		(SELECT COALESCE(max(`+clock+` - run_at), 0) FROM deliveries WHERE state = 'waiting' AND run_at <= `+clock+`) AS oldest,
		(SELECT count(*) FROM buckets WHERE paused_until > `+clock+`) AS paused_buckets,
		(SELECT count(*) FROM timers WHERE at <= ?) AS timers_due,
		(SELECT count(*) FROM requests WHERE status = 'open') AS open_requests,
		`+about("log_entries")+` AS log_entries, `+about("inbox_keys")+` AS inbox_keys,
		(SELECT count(*) FROM sessions WHERE ends > `+clock+`) AS active_sessions,
		(SELECT COALESCE(max(size), 0) FROM log_checkpoints) AS checkpointed,
		(SELECT count(*) FROM (SELECT 1 FROM log_entries WHERE id > `+lastSealed+` LIMIT ?) u) AS unsealed,
		(SELECT COALESCE((SELECT at FROM log_entries WHERE id > `+lastSealed+` ORDER BY id LIMIT 1), 0)) AS unsealed_at`,
		millis(now), millis(now), mostUnsealed).Scan(&row).Error
	row.OldestWaiting = time.Duration(row.Oldest) * time.Millisecond
	if row.UnsealedAt > 0 {
		row.OldestUnsealed = max(now.Sub(instant(row.UnsealedAt)), 0)
	}
	return row.Stats, failed(err, "count what waits")
}
