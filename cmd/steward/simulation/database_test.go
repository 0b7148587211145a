package simulation_test

import (
	"context"
	"path/filepath"
	"testing"

	"steward/store"
	"steward/store/pgtest"
)

// databases gives a fresh database of each kind.
func databases() map[string]func(t *testing.T) string {
	return map[string]func(t *testing.T) string{
		"sqlite": func(t *testing.T) string {
			t.Helper()
			return "sqlite:" + filepath.Join(t.TempDir(), "steward.db")
		},
		"postgres": func(t *testing.T) string {
			t.Helper()
			return pgtest.New(t, func(dsn string) error {
				return store.Migrate(context.Background(), store.Options{URL: dsn})
			})
		},
	}
}
