package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// try runs one command line in this process.
func try(t *testing.T, env []string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	p := program{in: strings.NewReader(""), out: &out, err: &errs, env: env, now: time.Now}
	code = p.run(t.Context(), args)
	return code, out.String(), errs.String()
}

func TestExitCodes(t *testing.T) {
	t.Chdir(t.TempDir())
	db := []string{"STEWARD_DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "x.db")}
	for _, c := range []struct {
		args string
		want int
	}{
		{"version", exitOK},
		{"nonsense", exitUsage},
		{"serve --nonsense", exitUsage},
		{"serve --demo --public-url https://steward.example.com", exitUsage},
		{"serve --demo --listen 0.0.0.0:8080", exitUsage},
		{"serve --public-url http://steward.example.com", exitUsage},
		{"config check", exitOK},
		{"config check --listen x", exitUsage},
		{"policy check", exitOK},
		{"policy check nowhere", exitUsage},
		{"policy check .", exitBad}, // a folder without a flow
		{"verify", exitUsage},       // there is nothing to verify yet
		{"doctor", exitBad},
		{"migrate --plan", exitOK},
		{"migrate", exitOK},
		{"verify", exitOK},
		{"doctor", exitOK},
		{"explain AIR-1", exitBad},
		{"sign-in nobody@example.com", exitUsage},
		{"import people gone.csv", exitUsage},
		{"verify --database-url postgres://nobody@127.0.0.1:1/x?connect_timeout=1", exitUsage},
		{"doctor --database-url postgres://nobody@127.0.0.1:1/x?connect_timeout=1", exitBad},
	} {
		if code, out, errs := try(t, db, strings.Fields(c.args)...); code != c.want {
			t.Errorf("steward %s: exit code %d, want %d\n%s%s", c.args, code, c.want, out, errs)
		}
	}
}

func TestSecretStaysHidden(t *testing.T) {
	const canary = "CANARY-4711"
	s := secret{canary}
	js, err := json.Marshal(struct{ S secret }{s})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	for _, h := range []slog.Handler{slog.NewJSONHandler(&log, nil), slog.NewTextHandler(&log, nil)} {
		slog.New(h).Info("settings", "secret", s, "all", config{DatabaseURL: s})
	}
	for _, shown := range []string{
		fmt.Sprint(s), fmt.Sprintf("%v %+v %#v %s %q %x", s, s, s, s, s, s), fmt.Sprintf("%+v", config{DatabaseURL: s}),
		fmt.Sprintf("%#v", config{DatabaseURL: s}), string(js), log.String(),
	} {
		if strings.Contains(shown, canary) || strings.Contains(shown, fmt.Sprintf("%x", canary)) {
			t.Errorf("it shows in %q", shown)
		}
		if !strings.Contains(shown, "redacted") && !strings.Contains(shown, fmt.Sprintf("%x", "redacted")) {
			t.Errorf("no sign of it in %q", shown)
		}
	}
	if s.reveal() != canary {
		t.Error("reveal does not give it")
	}
}

// A password must not come out of a command that fails, whatever fails.
func TestPasswordStaysHidden(t *testing.T) {
	t.Chdir(t.TempDir())
	const canary = "CANARY4712"
	for _, url := range []string{
		"postgres://steward:" + canary + "@127.0.0.1:1/steward?connect_timeout=1", "postgres://steward:" + canary + "@/%zz", "mysql://" + canary,
		"postgres://steward:" + canary + "@127.0.0.1:1/steward?connect_timeout=" + canary,
	} {
		for _, args := range []string{"config show --origin", "config check", "verify", "doctor", "doctor --json", "migrate", "migrate --plan", "serve --listen 127.0.0.1:0 --log-level debug"} {
			_, out, errs := try(t, []string{"STEWARD_DATABASE_URL=" + url}, strings.Fields(args)...)
			if strings.Contains(out+errs, canary) {
				t.Errorf("steward %s with %s shows it:\n%s%s", args, url, out, errs)
			}
		}
	}
}
