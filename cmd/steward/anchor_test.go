package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"steward/store/ledger"
	"steward/workflows"
)

// posts is an address that checkpoints are posted to.
type posts struct {
	mu  sync.Mutex
	got []string
}

func (p *posts) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body struct{ Checkpoint string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = append(p.got, body.Checkpoint)
}

func (p *posts) all() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.got...)
}

// TestAnchors lets a server post its checkpoints: at most one an hour, none where only the last one is new, each one true.
func TestAnchors(t *testing.T) {
	for name, dsn := range storyDatabases() {
		t.Run(name, func(t *testing.T) {
			seen := &posts{}
			hook := httptest.NewServer(seen)
			defer hook.Close()
			file := filepath.Join(t.TempDir(), "checkpoints.txt")
			p := program{now: time.Now, env: []string{
				"STEWARD_LISTEN=127.0.0.1:0", "STEWARD_PEOPLE=sample/people.csv", "STEWARD_DATABASE_URL=" + dsn(t),
				"STEWARD_SIGNING_KEY=" + newSecretKey(t), "STEWARD_ANCHOR_FILE=" + file, "STEWARD_ANCHOR_URL=" + hook.URL,
				"STEWARD_ALLOW_LOOPBACK_PLATFORMS=true",
			}}
			l, err := p.loadConfig(p.serveCommand().Flags())
			if err != nil {
				t.Fatal(err)
			}
			a := startServer(t, l, io.Discard)
			t.Cleanup(func() { _ = a.stop(context.WithoutCancel(t.Context())) })
			post := func(n int) { // the server looks by itself, too
				t.Helper()
				a.sealed(t)
				if _, err := a.engine.PostCheckpoint(t.Context()); err != nil {
					t.Fatal(err)
				}
				rows, err := a.store.History(t.Context(), workflows.RecordRef())
				if err != nil {
					t.Fatal(err)
				}
				got := 0
				for _, r := range rows {
					if r.Record.What == workflows.FactAnchored {
						got++
					}
				}
				if got != n {
					t.Fatalf("%d checkpoints were posted, want %d", got, n)
				}
			}
			posted := func(n int) {
				t.Helper()
				wait(t, "posted", func() bool {
					text, _ := os.ReadFile(file)
					return len(seen.all()) == n && strings.Count(string(text), a.key.Name()+"\n") == n
				})
			}
			post(1)
			posted(1)
			a.ask(t)
			post(1) // within the hour
			a.clock.Set(time.Now().Add(time.Hour))
			post(2)
			posted(2)
			a.clock.Set(time.Now().Add(3 * time.Hour))
			post(2) // only that it was posted is new
			a.ask(t)
			post(3)
			posted(3)
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			last := int64(0)
			for _, note := range seen.all() {
				c, err := ledger.OpenCheckpoint(note, []ledger.Verifier{a.key.Public()})
				if err != nil || c.Size <= last || !strings.Contains(string(text), note) {
					t.Errorf("%q: %v", note, err)
				}
				last = c.Size
			}
			report, err := a.store.Verify(t.Context(), nil)
			if err != nil || !report.OK() {
				t.Errorf("%v, %v", report.Problems, err)
			}
			rows, err := a.store.History(t.Context(), workflows.RecordRef())
			if err != nil || len(rows) != 4 || rows[3].Record.What != "anchored" {
				t.Errorf("%d records, %v", len(rows), err)
			}
		})
	}
}

// sealed waits until the server has sealed all that is recorded.
func (a *app) sealed(t *testing.T) {
	t.Helper()
	wait(t, "sealed", func() bool {
		report, err := a.store.Verify(t.Context(), nil)
		return err == nil && report.Unsealed == 0
	})
}

// TestAnchorFileIsHeldAgainst: a server signs nothing on top of a record that is shorter than the file of its anchor says, and says
// which checkpoints of that file it cannot open.
func TestAnchorFileIsHeldAgainst(t *testing.T) {
	for name, dsn := range storyDatabases() {
		t.Run(name, func(t *testing.T) {
			secret := newSecretKey(t)
			key, err := ledger.ParseKey(secret)
			if err != nil {
				t.Fatal(err)
			}
			stranger, err := ledger.ParseKey(newSecretKey(t))
			if err != nil {
				t.Fatal(err)
			}
			url := dsn(t)
			serves := func(kept ...string) (*app, *lines) {
				file := filepath.Join(t.TempDir(), "checkpoints.txt")
				if err := os.WriteFile(file, []byte(strings.Join(kept, "\n")), 0o600); err != nil {
					t.Fatal(err)
				}
				p := program{now: time.Now, env: []string{
					"STEWARD_LISTEN=127.0.0.1:0", "STEWARD_PEOPLE=sample/people.csv", "STEWARD_DATABASE_URL=" + url,
					"STEWARD_SIGNING_KEY=" + secret, "STEWARD_ANCHOR_FILE=" + file,
				}}
				l, err := p.loadConfig(p.serveCommand().Flags())
				if err != nil {
					t.Fatal(err)
				}
				log := &lines{}
				return startServer(t, l, log), log
			}
			signed := func(k ledger.Key, size int64) string {
				note, err := ledger.Checkpoint{Origin: k.Name(), Size: size, Root: ledger.LeafHash([]byte("x"))}.Sign(k)
				if err != nil {
					t.Fatal(err)
				}
				return note
			}
			a, log := serves(signed(stranger, 5), signed(key, 100_000))
			wait(t, "refused", func() bool { return strings.Contains(log.String(), "100000 records were signed, and 0 are there") })
			if !strings.Contains(log.String(), `cannot be opened by the keys of signing_key, so the record is not compared with them","checkpoints":1`) {
				t.Errorf("nothing is said of the strange one:\n%s", log.String())
			}
			if note, err := a.store.Checkpoint(t.Context()); note != "" || err != nil {
				t.Errorf("it is sealed all the same: %q, %v", note, err)
			}
			if err := a.stop(context.WithoutCancel(t.Context())); err != nil {
				t.Error(err)
			}
			a, _ = serves() // the file was put aside
			a.sealed(t)
			if err := a.stop(context.WithoutCancel(t.Context())); err != nil {
				t.Error(err)
			}
		})
	}
}
