package main

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"steward/bot/surfacetest/fakeslack"
	"steward/store"
	"steward/workflows"
	"steward/workflows/directory"
	"steward/workflows/engine"
)

// TestKillBetweenSendAndReceipt kills the server with SIGKILL when Slack has taken a message and before the server could note
// that. With im:history the next start finds it and there is one message; without, a reminder goes at most once and a
// decision is asked for at least once.
func TestKillBetweenSendAndReceipt(t *testing.T) {
	binary := buildBinary(t)
	history := append(fakeslack.RequiredScopes(), "im:history", "im:write")
	for name, database := range storyDatabases() {
		for _, c := range []struct {
			name   string
			scopes []string
			why    workflows.Why
			want   int // messages in the end
		}{
			{"a decision, with im:history", history, workflows.WhyDecide, 1},
			{"a reminder, with im:history", history, workflows.WhyRemind, 1},
			{"a decision, without", fakeslack.RequiredScopes(), workflows.WhyDecide, 2},
			{"a reminder, without", fakeslack.RequiredScopes(), workflows.WhyRemind, 1},
		} {
			t.Run(name+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				k := &lastWords{load: &load{t: t, binary: binary, dsn: database(t), acked: map[string]bool{}}}
				k.connect(c.scopes)
				k.within(k.tell(c.why))
				k.killedAfter()
				if n := len(k.slack.DM("U1")); n != 1 {
					t.Fatalf("%d messages when the server was killed, want 1", n)
				}
				k.endLease()
				k.settled()
				if n := len(k.slack.DM("U1")); n != c.want {
					t.Errorf("%d messages in the end, want %d", n, c.want)
				}
			})
		}
	}
}

// lastWords is a server whose Slack is on this machine, behind something that can kill it in the middle of a call.
type lastWords struct {
	*load

	slack *fakeslack.Server
	url   string
	armed atomic.Bool      // the server is killed when the next message stands
	proc  chan *os.Process // the server to kill
	dead  chan struct{}    // closed when it is
}

// connect puts a gate before the fake Slack: it passes calls on and holds the answer back that is not to arrive.
func (k *lastWords) connect(scopes []string) {
	k.t.Helper()
	k.slack = fakeslack.New(fakeslack.Options{Scopes: scopes})
	k.t.Cleanup(k.slack.Close)
	k.slack.AddUser(fakeslack.User{ID: "U1"})
	k.proc, k.dead = make(chan *os.Process, 1), make(chan struct{})
	behind, err := url.Parse(k.slack.APIURL())
	if err != nil {
		k.t.Fatal(err)
	}
	gate := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		onward := r.Clone(r.Context())
		onward.RequestURI, onward.URL.Scheme, onward.URL.Host, onward.Host = "", behind.Scheme, behind.Host, behind.Host
		resp, err := http.DefaultClient.Do(onward)
		if err != nil {
			rw.WriteHeader(http.StatusBadGateway)
			return
		}
		defer func() { _ = resp.Body.Close() }()
		body, _ := io.ReadAll(resp.Body)
		if r.URL.Path == "/api/chat.postMessage" && k.armed.CompareAndSwap(true, false) {
			_ = (<-k.proc).Kill()
			<-k.dead
			return
		}
		maps.Copy(rw.Header(), resp.Header)
		rw.WriteHeader(resp.StatusCode)
		_, _ = rw.Write(body)
	}))
	k.t.Cleanup(gate.Close)
	k.url = gate.URL + "/api/"
}

// tell leaves exactly one message in the outbox: for the first manager, on Slack.
func (k *lastWords) tell(why workflows.Why) func(context.Context, *store.Store, *engine.Engine) {
	return func(ctx context.Context, s *store.Store, e *engine.Engine) {
		k.people(ctx, s, e)
		k.ask(ctx, s, e)
		expand(ctx, k.t, s)
		rows, err := e.Everyone(ctx)
		if err != nil {
			k.t.Fatal(err)
		}
		i := slices.IndexFunc(rows, func(r directory.Row) bool { return r.ID == boss(0) })
		plan := directory.Plan{Source: "test", Rows: 1, Changes: []directory.Change{{Row: rows[i], Before: &rows[i], Accounts: []workflows.Account{{
			ID: "slack:U1", Person: boss(0), Surface: "slack", User: "U1", Confirmed: true, Proof: workflows.ProofImport,
		}}}}}
		if err := e.ImportPeople(ctx, plan, workflows.System, cliVia()); err != nil {
			k.t.Fatal(err)
		}
		err = s.Do(ctx, func(tx engine.Tx) error {
			return tx.PutMails(ctx, []workflows.Mail{{
				About: workflows.RequestRef(k.open[0][0]), Record: 900, To: boss(0), Why: why, Part: "manager", Lane: workflows.LaneDecide, At: time.Now(),
			}})
		})
		if err != nil {
			k.t.Fatal(err)
		}
		expand(ctx, k.t, s, "slack")
	}
}

// launch starts the server with Slack at the gate.
func (k *lastWords) launch() *exec.Cmd {
	k.t.Helper()
	env := []string{
		"STEWARD_SLACK_BOT_TOKEN=xoxb-fake", "STEWARD_SLACK_SIGNING_SECRET=secret", "STEWARD_SLACK_MODE=http",
		"STEWARD_SLACK_API_URL=" + k.url, "STEWARD_ALLOW_LOOPBACK_PLATFORMS=true",
	}
	return startProcess(k.t, k.binary, env, "--listen", "127.0.0.1:0", "--database-url", k.dsn)
}

// killedAfter starts the server and waits until it was killed, right after its message stood.
func (k *lastWords) killedAfter() {
	k.t.Helper()
	k.armed.Store(true)
	cmd := k.launch()
	k.proc <- cmd.Process
	err := waitKilled(cmd)
	close(k.dead)
	if k.armed.Load() {
		k.t.Fatalf("the server ended before it sent anything: %v", err)
	}
}

// endLease lets the claim of the dead server run out.
func (k *lastWords) endLease() {
	k.t.Helper()
	raw := rawDatabase(k.t, k.dsn)
	if _, err := raw.ExecContext(k.t.Context(), "UPDATE deliveries SET run_at = 0 WHERE state = 'sending'"); err != nil {
		k.t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		k.t.Fatal(err)
	}
}

// settled starts the server again, waits until nothing is left to deliver, and stops it.
func (k *lastWords) settled() {
	k.t.Helper()
	cmd := k.launch()
	k.emptied()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		k.t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		k.t.Errorf("orderly stop: %v", err)
	}
}
