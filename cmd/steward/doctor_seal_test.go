package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"steward/store"
	"steward/store/ledger"
	"steward/workflows"
	"steward/workflows/directory"
	"steward/workflows/engine"
)

// sealed is a database with one record that was sealed, and a time by which more are written.
type sealed struct {
	*testing.T
	dsn    string
	secret string
	store  *store.Store
	engine *engine.Engine
	at     time.Time
}

func newSealed(t *testing.T, dsn string) *sealed {
	t.Helper()
	s := &sealed{T: t, dsn: dsn, secret: newSecretKey(t), at: time.Now()}
	if code, _, errs := try(t, []string{"STEWARD_DATABASE_URL=" + dsn}, "migrate"); code != exitOK {
		t.Fatal(errs)
	}
	var err error
	if s.store, err = store.Open(t.Context(), store.Options{URL: dsn, Beside: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.store.Close() })
	s.engine = engine.New(engine.Config{
		Store: s.store, Now: func() time.Time { return s.at }, Rand: rand.Reader, Zone: time.UTC, Build: "test", Log: slog.New(slog.DiscardHandler),
	})
	key := s.key(s.secret)
	if err := s.engine.UseKey(t.Context(), workflows.KeyAdded{Key: key.Public().String()}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.store.NewSealer(key).Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *sealed) key(secret string) ledger.Key {
	s.Helper()
	k, err := ledger.ParseKey(secret)
	if err != nil {
		s.Fatal(err)
	}
	return k
}

// named makes another key for a log of that name.
func (s *sealed) named(name string) string {
	s.Helper()
	text, err := ledger.NewKey(rand.Reader, name)
	if err != nil {
		s.Fatal(err)
	}
	return text
}

// record writes one more record, at a time that so much lies back.
func (s *sealed) record(back time.Duration) {
	s.Helper()
	s.at = time.Now().Add(-back)
	row := directory.Row{Person: workflows.Person{ID: "P-1", Name: "Ana", Active: true}, ZoneName: "UTC", Calendar: "default"}
	plan := directory.Plan{Source: "file", Changes: []directory.Change{{Row: row}}}
	if err := s.engine.ImportPeople(s.Context(), plan, workflows.System, workflows.Via{Surface: "cli"}); err != nil {
		s.Fatal(err)
	}
}

// says checks the line of the doctor about the seal.
func (s *sealed) says(secret, want string) {
	s.Helper()
	env := []string{"STEWARD_DATABASE_URL=" + s.dsn}
	if secret != "" {
		env = append(env, "STEWARD_SIGNING_KEY="+secret)
	}
	_, out, errs := try(s.T, env, "doctor")
	for line := range strings.Lines(out) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[1] == "seal" {
			if got := strings.Join(fields, " "); !strings.HasPrefix(got, want) {
				s.Errorf("the doctor says %q, want %q", got, want)
			}
			return
		}
	}
	s.Errorf("the doctor says nothing about the seal:\n%s%s", out, errs)
}

// TestDoctorSeal: the doctor says whether the record is sealed, and by which key, on both databases.
func TestDoctorSeal(t *testing.T) {
	for name, dsn := range storyDatabases() {
		t.Run(name, func(t *testing.T) {
			s := newSealed(t, dsn(t))
			id := s.key(s.secret).Public().ID()
			s.says(s.secret, "ok seal 1 record sealed by key "+id+", 0 to be")
			s.says(s.named("other"), "fail seal the key is for a log called \"other\", but this one is called \""+s.key(s.secret).Name()+"\"")
			again := s.named(s.key(s.secret).Name())
			s.says(again, "warn seal the newest checkpoint was signed by another key than "+s.key(again).Public().ID())
			if name == "postgres" {
				s.says("", "warn seal there is no signing key: the record is not sealed")
			} else {
				s.says("", "warn seal there is no signing key yet at")
			}
			s.record(2 * time.Hour)
			s.says(s.secret, "warn seal 1 record sealed, and 1 record not; the oldest of these was written 2h0m")
		})
	}
}

// TestSealMetrics: who watches the figures sees that nothing is sealed, for how long, and how often it failed.
func TestSealMetrics(t *testing.T) {
	for name, dsn := range storyDatabases() {
		t.Run(name, func(t *testing.T) {
			s := newSealed(t, dsn(t))
			s.record(2 * time.Hour)
			said := make(chan struct{}, 1)
			a := &app{
				core: &core{store: s.store}, key: s.key(s.named("other")), meters: newMeters(readBuild()),
				log: slog.New(slog.NewTextHandler(hearing(func(line string) {
					if strings.Contains(line, "the record is not sealed") && strings.Contains(line, "the key is for a log called") {
						said <- struct{}{}
					}
				}), nil)),
			}
			a.meters.watch(a.store, time.Now)
			ctx, stop := context.WithCancel(t.Context())
			over := make(chan struct{})
			go func() { a.seal(ctx); close(over) }()
			<-said
			stop()
			<-over
			page := httptest.NewRecorder()
			a.meters.handler().ServeHTTP(page, httptest.NewRequest("GET", "/metrics", nil))
			body, err := io.ReadAll(page.Body)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{
				"\nsteward_log_checkpoint_records 1\n", "\nsteward_log_unsealed 1\n", "\nsteward_log_unsealed_seconds 72", "\nsteward_log_seal_failures_total ",
			} {
				if !bytes.Contains(body, []byte(want)) {
					t.Errorf("no %q in\n%s", want, body)
				}
			}
			if bytes.Contains(body, []byte("\nsteward_log_seal_failures_total 0\n")) {
				t.Error("the failure is not counted")
			}
		})
	}
}

// hearing hands on each line that is logged.
type hearing func(string)

func (w hearing) Write(b []byte) (int, error) {
	w(string(b))
	return len(b), nil
}
