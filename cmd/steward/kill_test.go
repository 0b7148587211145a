package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"steward/bot/card"
	"steward/bot/view"
	"steward/store"
	"steward/store/pgtest"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/directory"
	"steward/workflows/engine"
	"steward/workflows/policy"
)

// pairs is how many askers and managers the load has; each manager presses on their own.
const pairs = 8

// stock is how many requests wait for each manager before a kill.
const stock = 12

// kills is how often the server is killed on each database; STEWARD_TEST_KILLS raises it.
func kills(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv("STEWARD_TEST_KILLS"))
	if err != nil {
		return 3
	}
	return n
}

// TestKill kills the running server with SIGKILL at random moments under load, and while it seals the record. Afterwards every
// decision that was acknowledged is there, none is there twice, the outbox drains, verify passes, and the record begins as each
// checkpoint says that anybody could have kept meanwhile.
func TestKill(t *testing.T) {
	binary := buildBinary(t)
	t.Run("sqlite", func(t *testing.T) {
		killed(t, binary, "sqlite:"+filepath.Join(t.TempDir(), "steward.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		killed(t, binary, pgtest.New(t, migrateEmpty, pgtest.Durable()))
	})
}

func buildBinary(t testing.TB) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "steward")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".").CombinedOutput()
	if err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return binary
}

func killed(t *testing.T, binary, dsn string) {
	t.Helper()
	l := &load{t: t, binary: binary, dsn: dsn, acked: map[string]bool{}, env: []string{"STEWARD_SIGNING_KEY=" + newSecretKey(t)}}
	l.within(l.people)
	for range kills(t) {
		l.within(l.ask)
		l.pressUntilKilled()
	}
	l.drained()
	l.within(l.check)
	kept := filepath.Join(t.TempDir(), "kept.txt")
	if err := os.WriteFile(kept, []byte(strings.Join(l.kept, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), binary, "verify", "--database-url", dsn, "--against", kept).CombinedOutput()
	if err != nil {
		t.Errorf("verify: %v\n%s", err, out)
	}
	t.Logf("%d kills, %d acknowledged decisions, all there once, %d checkpoints kept; %s", kills(t), len(l.acked), len(l.kept), strings.TrimSpace(string(out)))
	if len(l.kept) < kills(t) {
		t.Errorf("only %d checkpoints were there to be kept: nothing was sealed", len(l.kept))
	}
	if len(l.acked) < kills(t) {
		t.Errorf("only %d decisions were acknowledged: there was no load to kill", len(l.acked))
	}
}

// load is a server under load and what its clients were told.
type load struct {
	t      testing.TB
	binary string
	dsn    string
	args   []string        // of serve; those for the database of dsn where there are none
	env    []string        // of serve, beside the test's
	kept   []string        // checkpoints that were there right before a kill
	open   [pairs][]string // ids of requests that wait for each manager

	mu    sync.Mutex
	acked map[string]bool
}

// within runs f on the database while no server runs.
func (l *load) within(f func(ctx context.Context, s *store.Store, e *engine.Engine)) {
	l.t.Helper()
	ctx := l.t.Context()
	s, err := store.Open(ctx, store.Options{URL: l.hasty(), Fast: true})
	if err != nil {
		l.t.Fatal(err)
	}
	f(ctx, s, engine.New(engine.Config{
		Store: s, Now: time.Now, Rand: rand.Reader, Zone: time.UTC, Build: "test", Log: slog.New(slog.DiscardHandler),
	}))
	if err := s.Close(); err != nil {
		l.t.Fatal(err)
	}
}

// hasty is the database without waiting for the disk: nothing is killed while the test itself writes.
func (l *load) hasty() string {
	if strings.HasPrefix(l.dsn, "sqlite:") {
		return l.dsn
	}
	return l.dsn + "&synchronous_commit=off"
}

func asker(i int) workflows.PersonID { return workflows.PersonID(fmt.Sprintf("P-asker-%d", i)) }
func boss(i int) workflows.PersonID  { return workflows.PersonID(fmt.Sprintf("P-boss-%d", i)) }

// sessionToken is the session token of a manager.
func sessionToken(i int) string { return fmt.Sprintf("%064d", i) }

func (l *load) people(ctx context.Context, s *store.Store, e *engine.Engine) {
	if _, err := e.EnsurePack(ctx, policy.Embedded()); err != nil {
		l.t.Fatal(err)
	}
	var changes []directory.Change
	for i := range pairs {
		for id, manager := range map[workflows.PersonID]workflows.PersonID{boss(i): "", asker(i): boss(i)} {
			changes = append(changes, directory.Change{Row: directory.Row{
				Person:   workflows.Person{ID: id, Name: string(id), Email: string(id) + "@example.com", Manager: manager, Active: true},
				ZoneName: "UTC", Calendar: "default",
			}})
		}
	}
	plan := directory.Plan{Source: "test", Rows: len(changes), Changes: changes}
	if err := e.ImportPeople(ctx, plan, workflows.System, workflows.Via{Surface: "cli"}); err != nil {
		l.t.Fatal(err)
	}
	l.sessions(ctx, s)
}

func (l *load) sessions(ctx context.Context, s *store.Store) {
	for i := range pairs {
		hash := sha256.Sum256([]byte(sessionToken(i)))
		err := s.PutSession(ctx, workflows.Session{
			Hash: hex.EncodeToString(hash[:]), Person: boss(i), Via: "link", Started: time.Now(), Seen: time.Now(),
			Ends: time.Now().Add(24 * time.Hour),
		})
		if err != nil {
			l.t.Fatal(err)
		}
	}
}

// ask sees to it that enough requests wait for each manager to keep them busy until the kill.
func (l *load) ask(ctx context.Context, _ *store.Store, e *engine.Engine) {
	for i := range pairs {
		for len(l.open[i]) < stock {
			done, err := e.Apply(ctx, workflows.Event{
				Actor: asker(i), Via: workflows.Via{Surface: "portal"}, About: workflows.Ref{Kind: workflows.KindRequest},
				What: approval.Submitted{Flow: "ai-use", Answers: plainAnswers(asker(i))},
			})
			if err != nil || done.Refusal != nil {
				l.t.Fatalf("ask: %+v, %v", done.Refusal, err)
			}
			l.open[i] = append(l.open[i], done.About.ID)
		}
	}
}

func plainAnswers(owner workflows.PersonID) policy.Answers {
	text := func(s string) policy.Answer { return policy.Answer{Text: s} }
	list := func(s string) policy.Answer { return policy.Answer{List: []string{s}} }
	return policy.Answers{
		"tool": text("Shortener"), "vendor": text("Example"), "plan": text("business_contract"),
		"purpose": text("Shorten public texts that people paste into it."), "status": text("planned"),
		"owner": text(string(owner)), "users": text("only_me"), "our_role": text("use_as_is"), "affected": list("requester_only"),
		"exposure": list("internal_draft"), "data": list("public"), "practices": list("none"), "areas": list("none"),
		"autonomy": text("drafts"), "system_access": list("nothing"),
	}
}

// freeAddress is one on this machine at which nobody listens.
func freeAddress(t testing.TB) string {
	t.Helper()
	lis, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := lis.Close(); err != nil {
		t.Fatal(err)
	}
	return lis.Addr().String()
}

// start starts the server and waits until it is ready.
func (l *load) start() (*exec.Cmd, string) {
	l.t.Helper()
	address := freeAddress(l.t)
	args := l.args
	if args == nil {
		args = []string{"--database-url", l.dsn}
	}
	cmd := startProcess(l.t, l.binary, l.env, append([]string{"--listen", address}, args...)...)
	base := "http://" + address
	for deadline := time.Now().Add(20 * time.Second); ; {
		if status(l.t.Context(), base+"/readyz") == http.StatusOK {
			return cmd, base
		}
		if time.Now().After(deadline) {
			l.t.Fatal("the server is not ready after 20 seconds")
		}
		time.Sleep(5 * time.Millisecond) // another process: there is no event to wait for
	}
}

func status(ctx context.Context, address string) int {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	_ = res.Body.Close()
	return res.StatusCode
}

// pressUntilKilled lets all managers press at once and kills the server at a random moment in it: a few milliseconds after
// a random number of acknowledged decisions.
func (l *load) pressUntilKilled() {
	l.t.Helper()
	cmd, base := l.start()
	ctx, cancel := context.WithCancel(l.t.Context())
	acks := make(chan struct{}, pairs*stock)
	var wg sync.WaitGroup
	for i := range pairs {
		wg.Go(func() { l.press(ctx, base, i, acks) })
	}
	late, over := context.WithTimeout(ctx, 20*time.Second)
	defer over()
	for range 1 + l.random(pairs*stock/2) {
		select {
		case <-acks:
			continue
		case <-late.Done():
			l.t.Error("the server acknowledges too little")
		}
		break
	}
	l.keepCheckpoint()
	time.Sleep(time.Duration(l.random(20)) * time.Millisecond) // the random moment
	if err := cmd.Process.Kill(); err != nil {
		l.t.Fatal(err)
	}
	_ = cmd.Wait()
	cancel()
	wg.Wait()
}

// keepCheckpoint takes the newest checkpoint while the server runs, as somebody outside would keep it. A server that has only
// just begun may not have sealed anything yet: the first is waited for.
func (l *load) keepCheckpoint() {
	l.t.Helper()
	beside, err := store.Open(l.t.Context(), store.Options{URL: l.dsn, Beside: true})
	if err != nil {
		l.t.Fatal(err)
	}
	var note string
	wait(l.t, "sealed", func() bool {
		if note, err = beside.Checkpoint(l.t.Context()); err != nil {
			l.t.Fatal(err)
		}
		return note != ""
	})
	if err := beside.Close(); err != nil {
		l.t.Fatal(err)
	}
	l.kept = append(l.kept, note)
}

// random gives a number from 0 to n-1.
func (l *load) random(n int64) int64 {
	got, err := rand.Int(rand.Reader, big.NewInt(n))
	if err != nil {
		l.t.Fatal(err)
	}
	return got.Int64()
}

// press approves what waits for a manager until the server is gone. What was acknowledged is noted and not pressed again;
// the one in flight at the kill is pressed again after it.
func (l *load) press(ctx context.Context, base string, i int, acks chan<- struct{}) {
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for len(l.open[i]) > 0 {
		id := l.open[i][0]
		code := l.post(ctx, client, base, i, id)
		switch code {
		case http.StatusSeeOther, http.StatusConflict: // conflict: decided by the press the kill cut off
			l.mu.Lock()
			l.acked[id] = true
			l.mu.Unlock()
			l.open[i] = l.open[i][1:]
			acks <- struct{}{}
		case 0:
			return
		case http.StatusTooManyRequests:
			time.Sleep(20 * time.Millisecond) // the limit of one person
		default:
			l.t.Errorf("press on %s: status %d", id, code)
			return
		}
	}
}

func (l *load) post(ctx context.Context, client *http.Client, base string, i int, id string) int {
	action := card.Action{Verb: view.VerbApprove, About: workflows.RequestRef(id).String(), Stage: "manager", Round: 1, Revision: 1}
	nonce := sha256.Sum256([]byte(id))
	form := url.Values{"action": {action.String()}, "nonce": {hex.EncodeToString(nonce[:8])}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/press", strings.NewReader(form.Encode()))
	if err != nil {
		return 0
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Cookie", "steward="+sessionToken(i))
	res, err := client.Do(req)
	if err != nil {
		return 0
	}
	_ = res.Body.Close()
	return res.StatusCode
}

// drained starts the server once more, waits until nothing is left to deliver, and stops it in good order.
func (l *load) drained() {
	l.t.Helper()
	cmd, _ := l.start()
	l.emptied()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		l.t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		l.t.Errorf("orderly stop: %v", err)
	}
}

// emptied waits until the server has nothing left to deliver.
func (l *load) emptied() {
	l.t.Helper()
	beside, err := store.Open(l.t.Context(), store.Options{URL: l.dsn, Beside: true})
	if err != nil {
		l.t.Fatal(err)
	}
	left, moved := int64(0), time.Now()
	for {
		st, err := beside.Stats(l.t.Context(), time.Now())
		if err != nil {
			l.t.Fatal(err)
		}
		n := st.MailsWaiting + st.TellsWaiting + st.Waiting + st.Sending
		if n == 0 {
			break
		}
		if n != left {
			left, moved = n, time.Now()
		}
		if time.Since(moved) > 60*time.Second {
			l.t.Fatalf("the outbox does not drain: %+v", st)
		}
		time.Sleep(50 * time.Millisecond) // another process: there is no event to wait for
	}
	if err := beside.Close(); err != nil {
		l.t.Fatal(err)
	}
}

// check compares the database with what the clients were told.
func (l *load) check(ctx context.Context, s *store.Store, _ *engine.Engine) {
	decided, found := 0, map[string]bool{}
	for i := range pairs {
		told := l.outcomes(ctx, asker(i))
		for _, id := range l.requestsOf(ctx, s, asker(i)) {
			found[id] = true
			r, err := s.Request(ctx, id)
			if err != nil {
				l.t.Fatal(err)
			}
			decided += len(r.Votes)
			if len(r.Votes) > 1 {
				l.t.Errorf("%s was decided %d times", r.ID, len(r.Votes))
			}
			if l.acked[r.ID] && (len(r.Votes) != 1 || r.Status != approval.StatusApproved) {
				l.t.Errorf("%s was acknowledged and is %s with %d votes", r.ID, r.Status, len(r.Votes))
			}
			if told[r.ID] != len(r.Votes) {
				l.t.Errorf("%s: its asker was told %d times how it ended, and it was decided %d times", r.ID, told[r.ID], len(r.Votes))
			}
		}
	}
	for id := range l.acked {
		if !found[id] {
			l.t.Errorf("%s was acknowledged and is gone", id)
		}
	}
	l.t.Logf("%d decisions are there, %d of them acknowledged", decided, len(l.acked))
}

// outcomes counts how often a person was told how each request ended.
// outcomes counts how often somebody was told how each of their requests ended. It reads the table: nobody's inbox shows all.
func (l *load) outcomes(ctx context.Context, who workflows.PersonID) map[string]int {
	rows, err := rawDatabase(l.t, l.dsn).QueryContext(ctx,
		fmt.Sprintf("SELECT about_id, count(*) FROM notices WHERE person = '%s' AND why = '%s' GROUP BY about_id", who, workflows.WhyOutcome))
	if err != nil {
		l.t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	told := map[string]int{}
	for rows.Next() {
		var id string
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			l.t.Fatal(err)
		}
		told[id] = n
	}
	if err := rows.Err(); err != nil {
		l.t.Fatal(err)
	}
	return told
}

func (l *load) requestsOf(ctx context.Context, s *store.Store, who workflows.PersonID) []string {
	var ids []string
	for before := ""; ; {
		rows, next, err := s.RequestRows(ctx, workflows.Person{ID: who, Active: true}, workflows.RequestFilter{Limit: 200, Before: before})
		if err != nil {
			l.t.Fatal(err)
		}
		for _, row := range rows {
			ids = append(ids, row.ID)
		}
		if next == "" {
			return ids
		}
		before = next
	}
}
