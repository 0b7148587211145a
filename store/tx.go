package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"steward/workflows"
	"steward/workflows/engine"
)

var (
	_ engine.Store = (*Store)(nil)
	_ engine.Tx    = tx{}
)

// tx is one transaction, or one reading connection. Its methods are in the files of their nouns.
type tx struct {
	s  *Store
	db *gorm.DB
}

// Do implements [engine.Store]. It must not be called inside itself: SQLite has one writer.
func (s *Store) Do(ctx context.Context, fn func(engine.Tx) error) error {
	return s.do(ctx, func(t tx) error { return fn(t) })
}

func (s *Store) do(ctx context.Context, fn func(tx) error) error {
	return s.write.WithContext(ctx).Transaction(func(db *gorm.DB) error { return fn(tx{s, db}) })
}

// view runs several reads on one state of the database.
func (s *Store) view(ctx context.Context, fn func(tx) error) error {
	opts := &sql.TxOptions{ReadOnly: true}
	if s.dialect == postgres {
		opts.Isolation = sql.LevelRepeatableRead
	}
	return s.read.WithContext(ctx).Transaction(func(db *gorm.DB) error { return fn(tx{s, db}) }, opts)
}

// reader is for single reads outside a transaction.
func (s *Store) reader() tx { return tx{s, s.read} }

// on binds the context of a call to the transaction.
func (t tx) on(ctx context.Context) *gorm.DB { return t.db.WithContext(ctx) }

// failed wraps an error at the border of the package and turns what callers act on into our own.
func failed(err error, format string, args ...any) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, gorm.ErrRecordNotFound):
		err = workflows.ErrNotFound
	case errors.Is(err, gorm.ErrDuplicatedKey):
		err = workflows.ErrConflict
	}
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), err)
}

// errText is for text that not both databases can keep.
var errText = errors.New("text with a zero byte or broken UTF-8")

// storable says whether both databases keep the texts as they are. Keys that are not cannot exist.
func storable(texts ...string) bool {
	for _, s := range texts {
		if strings.IndexByte(s, 0) >= 0 || !utf8.ValidString(s) {
			return false
		}
	}
	return true
}

// millis is how a time is stored; the zero time is 0.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// instant is the inverse of millis, in UTC.
func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
