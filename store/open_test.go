package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"steward/store"
	"steward/store/pgtest"
	"steward/workflows"
	"steward/workflows/engine"
)

func opened(t *testing.T, opts store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestOpen(t *testing.T) {
	t.Run("a file with any name works, is its owner's alone, and stays after a restart", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "a b?c=d%20#&é.db")
		s := opened(t, store.Options{URL: "sqlite:" + path})
		enter := func(s *store.Store) (first bool) {
			t.Helper()
			err := s.Do(t.Context(), func(tx engine.Tx) (err error) {
				_, first, err = tx.Enter(t.Context(), "key", time.UnixMilli(1))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return first
		}
		if !enter(s) {
			t.Error("a new file knows the key")
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if enter(opened(t, store.Options{URL: "sqlite:" + path})) {
			t.Error("the key was forgotten")
		}
		for _, name := range []string{path, path + ".lock", path + "-wal"} {
			info, err := os.Stat(name)
			if err != nil {
				t.Fatal(err)
			}
			if info.Mode().Perm() != 0o600 {
				t.Errorf("%s has mode %v", name, info.Mode())
			}
		}
	})
	t.Run("a second server on the same file is refused, a command beside it is not", func(t *testing.T) {
		url := lite(t)
		first := opened(t, store.Options{URL: url})
		if _, err := store.Open(t.Context(), store.Options{URL: url}); !errors.Is(err, store.ErrInUse) {
			t.Errorf("the second server got %v", err)
		}
		beside := opened(t, store.Options{URL: url, Beside: true})
		err := beside.Do(t.Context(), func(tx engine.Tx) error {
			_, _, err := tx.Enter(t.Context(), "beside", time.UnixMilli(1))
			return err
		})
		if err != nil {
			t.Errorf("a command beside the server cannot write: %v", err)
		}
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		opened(t, store.Options{URL: url})
	})
	t.Run("a server waits a little for the one before it to stop", func(t *testing.T) {
		url := lite(t)
		first := opened(t, store.Options{URL: url})
		time.AfterFunc(200*time.Millisecond, func() { _ = first.Close() })
		opened(t, store.Options{URL: url})
	})
	t.Run("what is no database is said to be none, without the password", func(t *testing.T) {
		for _, url := range []string{"", "mysql://x", "sqlite:", "sqlite:/nowhere/at/all.db", "postgres://u:SECRET@%zz/", "sqlite:" + t.TempDir()} {
			s, err := store.Open(t.Context(), store.Options{URL: url})
			if err == nil {
				_ = s.Close()
				t.Errorf("%q was opened", url)
				continue
			}
			if strings.Contains(err.Error(), "SECRET") {
				t.Errorf("the error tells the password: %v", err)
			}
		}
		file := filepath.Join(t.TempDir(), "notes.txt")
		if err := os.WriteFile(file, bytes.Repeat([]byte("no database "), 500), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Open(t.Context(), store.Options{URL: "sqlite:" + file}); err == nil {
			t.Error("a text file was opened")
		}
	})
	t.Run("a Postgres that does not answer is an error within the time given", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		if _, err := store.Open(ctx, store.Options{URL: "postgres://u:SECRET@127.0.0.1:1/x"}); err == nil || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a caller who has gone does not wait for the file", func(t *testing.T) {
		url := lite(t)
		opened(t, store.Options{URL: url})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := store.Open(ctx, store.Options{URL: url}); err == nil || errors.Is(err, store.ErrInUse) {
			t.Errorf("got %v", err)
		}
	})
}

func TestPostgresSettings(t *testing.T) {
	url := pgtest.New(t, migrated)
	s := opened(t, store.Options{URL: url, Timeout: 300 * time.Millisecond, Conns: 3})
	held := make(chan struct{})
	other := opened(t, store.Options{URL: url})
	done := make(chan error, 1)
	go func() {
		done <- other.Do(t.Context(), func(tx engine.Tx) error {
			_, _, err := tx.Enter(t.Context(), "key", time.UnixMilli(1))
			held <- struct{}{}
			<-held
			return err
		})
	}()
	<-held
	err := s.Do(t.Context(), func(tx engine.Tx) error {
		_, _, err := tx.Enter(t.Context(), "key", time.UnixMilli(1))
		return err
	})
	if err == nil {
		t.Error("a statement waited longer than its time")
	}
	held <- struct{}{}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestStatementLog looks for what people wrote in the log of statements, at every level, also of those that fail.
func TestStatementLog(t *testing.T) {
	for name, url := range map[string]string{"sqlite": lite(t), "postgres": ""} {
		t.Run(name, func(t *testing.T) {
			if url == "" {
				url = pgtest.New(t, migrated)
			}
			var out bytes.Buffer
			log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
			s := opened(t, store.Options{URL: url, Log: log})
			ctx := t.Context()
			const canary = "CANARY-4711"
			err := s.Do(ctx, func(tx engine.Tx) error {
				_, _, err := tx.Enter(ctx, canary, time.UnixMilli(1))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.PutNotice(ctx, workflows.Notice{Person: canary, Gist: canary, Delivery: 1}); err == nil {
				t.Error("a notice for nobody was stored")
			}
			if err := s.PutSession(ctx, workflows.Session{Hash: canary, Person: canary}); err == nil {
				t.Error("a session of nobody was stored")
			}
			gone, cancel := context.WithCancel(ctx)
			cancel()
			if _, err := s.Notices(gone, canary, 1); err == nil {
				t.Error("read for a caller who has gone")
			}
			_, _ = s.TouchSession(ctx, canary, time.UnixMilli(1), time.Hour)
			text := out.String()
			if strings.Contains(text, canary) {
				t.Errorf("the log tells what was stored:\n%s", text)
			}
			for _, want := range []string{"inbox_keys", "level=WARN", "code=", "code=not_found", "rows=1"} {
				if !strings.Contains(text, want) {
					t.Errorf("the log does not say %s:\n%s", want, text)
				}
			}
		})
	}
}

func ExampleStore_Do() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "steward")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s, err := store.Open(ctx, store.Options{URL: "sqlite:" + filepath.Join(dir, "steward.db")})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = s.Close() }()
	for range 2 {
		err = s.Do(ctx, func(tx engine.Tx) error {
			_, first, err := tx.Enter(ctx, "slack/T1/U1/trigger-1", time.UnixMilli(1))
			fmt.Println("first time:", first)
			return err
		})
		if err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// first time: true
	// first time: false
}
