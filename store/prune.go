package store

import (
	"context"
	"time"
)

// How long what is no longer needed is kept.
const (
	keepKeys   = 7 * 24 * time.Hour
	keepSent   = 7 * 24 * time.Hour
	keepDrafts = 30 * 24 * time.Hour
)

// pruneBatch bounds what one statement removes, so that nobody waits long for it.
const pruneBatch = 5000

// Prune removes what is no longer needed: inbox keys after 7 days, deliveries that were sent or overtaken after 7 days and
// the mails and events they came from, drafts 30 days after they were last saved, ended sessions and links. Dead deliveries
// stay until somebody retries them or gives them up; receipts, notices and the log stay. now is business time, which drafts
// go by; all else goes by the database's clock. Any replica may do it, at any time.
func (s *Store) Prune(ctx context.Context, now time.Time) error {
	clock := s.dialect.clock()
	for _, p := range []struct {
		what, table, key, where string
		args                    []any
	}{
		{"inbox keys", "inbox_keys", "name", "entered < " + clock + " - ?", []any{keepKeys.Milliseconds()}},
		{"deliveries", "deliveries", "id", "done_at > 0 AND done_at < " + clock + " - ? AND state <> 'dead'", []any{keepSent.Milliseconds()}},
		{
			"mails", "mails", "id", "expanded AND at < ? AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.mail = mails.id)",
			[]any{millis(now.Add(-keepSent))},
		},
		{"tells", "tells", "id", "done_at > 0 AND done_at < " + clock + " - ?", []any{keepSent.Milliseconds()}},
		{"drafts", "drafts", "id", "saved_at < ?", []any{millis(now.Add(-keepDrafts))}},
		{"sessions", "sessions", "hash", "ends < " + clock, nil},
		{"sign-in links", "sign_in_links", "hash", "ends < " + clock, nil},
		{"pauses", "buckets", "name", "paused_until < " + clock, nil},
	} {
		query := "DELETE FROM " + p.table + " WHERE " + p.key + " IN (SELECT " + p.key + " FROM " + p.table + " WHERE " + p.where + " LIMIT ?)"
		for more := true; more; {
			db := s.write.WithContext(ctx).Exec(query, append(append([]any{}, p.args...), pruneBatch)...)
			if db.Error != nil {
				return failed(db.Error, "prune %s", p.what)
			}
			more = db.RowsAffected == pruneBatch
		}
	}
	return nil
}
