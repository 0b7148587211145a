package store_test

import (
	"context"
	"path/filepath"
	"testing"

	"steward/store"
	"steward/store/pgtest"
	"steward/store/storetest"
)

// migrated is the schema of every Postgres database of these tests.
func migrated(dsn string) error {
	return store.Migrate(context.Background(), store.Options{URL: dsn})
}

func lite(t testing.TB) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "steward.db")
}

func TestSQLite(t *testing.T) { storetest.Run(t, lite) }

func TestPostgres(t *testing.T) {
	storetest.Run(t, func(t testing.TB) string { return pgtest.New(t, migrated) })
}
