package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"steward/store"
	"steward/workflows"
	"steward/workflows/engine"
)

// startProcess starts a server as a process of its own, with more in its environment than the test has. What it complains of is
// shown when the test fails. It goes through a pipe of the test's: a server that is left behind by a test binary which panicked
// ends with its next complaint, and nobody waits for it meanwhile.
func startProcess(t testing.TB, binary string, env []string, args ...string) *exec.Cmd {
	t.Helper()
	complaints := &lines{}
	cmd := exec.CommandContext(t.Context(), binary, append([]string{"serve", "--log-level", "error"}, args...)...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = complaints
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s complained:\n%s", bytes.TrimSpace([]byte(cmd.String())), complaints)
		}
	})
	return cmd
}

// waitKilled waits until a server was killed by what the test does, and kills it itself where that takes a minute: then nothing
// of what was to kill it has happened.
func waitKilled(cmd *exec.Cmd) error {
	late := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	return cmd.Wait()
}

// expand makes deliveries of all mails for the surfaces that are on, as on a working day at ten: outside working hours a reminder
// would wait for them.
func expand(ctx context.Context, t testing.TB, s *store.Store, on ...string) {
	t.Helper()
	tuesday := time.Date(2026, time.March, 3, 10, 0, 0, 0, time.UTC)
	e := engine.New(engine.Config{
		Store: s, Now: func() time.Time { return tuesday }, Rand: rand.Reader, Zone: time.UTC, Build: "test", Log: slog.New(slog.DiscardHandler),
		Surfaces: on, Mail: slices.Contains(on, workflows.SurfaceMail),
	})
	for n := 1; n > 0; {
		var err error
		if n, err = e.Expand(ctx, 500); err != nil {
			t.Fatal(err)
		}
	}
}

// newSecretKey makes a signing key, as steward key new prints it.
func newSecretKey(t testing.TB) string {
	t.Helper()
	text, err := newSigningKey("")
	if err != nil {
		t.Fatal(err)
	}
	return text
}
