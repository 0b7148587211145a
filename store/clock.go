package store

import (
	"context"
	"time"
)

// Clock gives the time of the database, by which leases and pauses go. On SQLite it is this machine's.
func (s *Store) Clock(ctx context.Context) (time.Time, error) {
	var ms int64
	err := s.read.WithContext(ctx).Raw("SELECT " + s.dialect.clock()).Scan(&ms).Error
	return instant(ms), failed(err, "ask the database for the time")
}
