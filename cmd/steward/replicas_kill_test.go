package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"steward/bot/surfacetest"
	"steward/bot/surfacetest/fakeslack"
	"steward/bot/surfacetest/faketeams"
	"steward/bot/teams"
	"steward/bot/view"
	"steward/store"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/engine"
)

// fleet is three servers, each a process of its own, on one Postgres behind a round-robin, with the fakes of the platforms.
type fleet struct {
	*load

	store *store.Store // the test's own look at the database
	slack *fakeslack.Server
	teams *faketeams.Server
	front *httptest.Server

	mu   sync.Mutex
	live []*process
	turn int
}

// process is one server.
type process struct {
	cmd     *exec.Cmd
	address string
}

func newFleet(t *testing.T) *fleet {
	t.Helper()
	f := &fleet{load: &load{t: t, binary: buildBinary(t), dsn: emptyPostgres(t)}}
	// What a server does after it has answered is seen by nobody but the platform: the fakes look again a moment later, and who
	// acts there tries again.
	settled := func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(150 * time.Millisecond):
			return nil
		}
	}
	f.slack = fakeslack.New(fakeslack.Options{
		AckWithin: patient, Settled: settled, Scopes: append(fakeslack.RequiredScopes(), "im:history", "im:write"),
	})
	t.Cleanup(f.slack.Close)
	f.teams = faketeams.New(faketeams.Options{AckWithin: patient, Settled: settled})
	t.Cleanup(f.teams.Close)
	f.front = httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.Out.Host = r.In.Host }, Transport: f, FlushInterval: -1,
		ErrorLog:     slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	})
	t.Cleanup(f.front.Close)
	for range replicaCount {
		f.start()
	}
	f.slack.HandleAt(f.front.URL)
	f.teams.HandleAt(f.front.URL + teams.Path)
	var err error
	if f.store, err = store.Open(t.Context(), store.Options{URL: f.dsn, NoMigrate: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.store.Close() })
	return f
}

// asks sends so many requests to a manager's desk.
func (f *fleet) asks(asker workflows.PersonID, n int) (ids []string) {
	f.t.Helper()
	e := engine.New(engine.Config{
		Store: f.store, Now: time.Now, Rand: rand.Reader, Zone: time.UTC, Build: "test", Log: slog.New(slog.DiscardHandler),
	})
	for range n {
		done, err := e.Apply(f.t.Context(), workflows.Event{
			Actor: asker, Via: workflows.Via{Surface: "portal"}, About: workflows.Ref{Kind: workflows.KindRequest},
			What: approval.Submitted{Flow: "ai-use", Answers: plainAnswers(asker)},
		})
		if err != nil || done.Refusal != nil {
			f.t.Fatalf("ask: %+v, %v", done.Refusal, err)
		}
		ids = append(ids, done.About.ID)
	}
	return ids
}

// start brings one more server up.
func (f *fleet) start() {
	f.t.Helper()
	address := freeAddress(f.t)
	cmd := startProcess(f.t, f.binary, []string{
		"STEWARD_TEAMS_APP_ID=" + f.teams.Options().AppID, "STEWARD_TEAMS_TENANT_ID=" + f.teams.Options().Tenant,
		"STEWARD_TEAMS_APP_SECRET=" + f.teams.Options().AppSecret, "STEWARD_TEAMS_OPENID_METADATA_URL=" + f.teams.MetadataURL(),
		"STEWARD_TEAMS_TOKEN_URL=" + f.teams.TokenURL(), "STEWARD_TEAMS_SERVICE_URL=" + f.teams.ServiceURL(""),
		"STEWARD_SLACK_BOT_TOKEN=xoxb-fake", "STEWARD_SLACK_SIGNING_SECRET=secret", "STEWARD_SLACK_API_URL=" + f.slack.APIURL(),
		"STEWARD_ALLOW_LOOPBACK_PLATFORMS=true",
	}, "--listen", address, "--database-url", f.dsn, "--people", "sample/people.csv")
	wait(f.t, "ready", func() bool { return status(f.t.Context(), "http://"+address+"/readyz") == http.StatusOK })
	f.mu.Lock()
	defer f.mu.Unlock()
	f.live = append(f.live, &process{cmd, address})
}

// killOldest kills a server in the middle of what it does. Whoever is connected to it loses that.
func (f *fleet) killOldest() {
	f.t.Helper()
	f.mu.Lock()
	p := f.live[0]
	f.live = f.live[1:]
	f.mu.Unlock()
	if err := p.cmd.Process.Kill(); err != nil {
		f.t.Error(err)
	}
	_ = p.cmd.Wait() // it ends by a signal
}

// stopAll ends the servers in order.
func (f *fleet) stopAll() {
	f.t.Helper()
	for _, p := range f.live {
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			f.t.Error(err)
		}
		if err := p.cmd.Wait(); err != nil {
			f.t.Errorf("orderly stop: %v", err)
		}
	}
	f.live = nil
}

// RoundTrip implements http.RoundTripper, as a load balancer does: only a server that took no connection has surely begun
// nothing, and the next one gets the call.
func (f *fleet) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	for {
		to, err := f.next(r.Context())
		if err != nil {
			return nil, err
		}
		out := r.Clone(r.Context())
		out.Body = io.NopCloser(bytes.NewReader(body))
		out.URL.Scheme, out.URL.Host = "http", to
		resp, err := http.DefaultTransport.RoundTrip(out)
		if !errors.Is(err, syscall.ECONNREFUSED) {
			return resp, err
		}
	}
}

// next gives the address of the server whose turn it is, as long as the call is waited for.
func (f *fleet) next(ctx context.Context) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.live) == 0 {
		return "", errors.New("no server is left")
	}
	f.turn++
	return f.live[f.turn%len(f.live)].address, ctx.Err()
}

// approved says whether a request is.
func (f *fleet) approved(id string) bool {
	f.t.Helper()
	r, err := f.store.Request(f.t.Context(), id)
	if err != nil {
		f.t.Error(err)
		return true
	}
	return r.Status == approval.StatusApproved
}

// untilApproved does something about each request until it is approved: an answer that was lost with its server is a reason to
// try again, and only that.
func (f *fleet) untilApproved(who workflows.PersonID, ids []string, try func(id string) error) {
	for _, id := range ids {
		var last error
		for deadline := time.Now().Add(time.Minute); !f.approved(id); {
			if last = try(id); time.Now().After(deadline) {
				f.t.Errorf("%s cannot approve %s: %v", who, id, last)
				return
			}
			pause(last)
		}
	}
}

// pause is the moment before somebody does the next thing; after an answer that was lost, they wait a little longer.
func pause(lost error) {
	wait := 30 * time.Millisecond
	if lost != nil {
		wait = 100 * time.Millisecond
	}
	time.Sleep(wait) // people are not faster
}

// inChat presses in a chat.
func (f *fleet) inChat(client surfacetest.Client, who workflows.PersonID, ids []string) {
	ctx := f.t.Context()
	f.untilApproved(who, ids, func(id string) error {
		screen, err := client.Open(ctx, who, id)
		if err != nil {
			return err
		}
		button := view.VerbApprove
		if _, ok := screen.Button(button); !ok {
			button = view.VerbDecide
		}
		if _, ok := screen.Button(button); !ok {
			return fmt.Errorf("no button on %q", screen.Text)
		}
		if screen, err = client.Press(ctx, screen, button); err == nil && screen.Form != nil {
			_, err = client.Fill(ctx, screen, nil, "")
		}
		return err
	})
}

// call sends something to the portal as somebody, through whichever server has its turn.
func (f *fleet) call(who workflows.PersonID, method, path string, form url.Values) (int, string, error) {
	req, err := http.NewRequestWithContext(f.t.Context(), method, f.front.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Cookie", "steward="+replicaToken(who))
	client := &http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if to := res.Header.Get("Location"); to != "" {
		body = []byte(to)
	}
	return res.StatusCode, string(body), err
}

// inPortal presses with the same button until it is answered, as a browser does that lost its connection.
func (f *fleet) inPortal(who workflows.PersonID, window int, ids []string) {
	f.untilApproved(who, ids, func(id string) error {
		status, body, err := f.call(who, http.MethodPost, "/press", approvePress(id, window))
		if err == nil && status != http.StatusSeeOther && status != http.StatusConflict && status != http.StatusBadGateway && status != http.StatusTooManyRequests {
			f.t.Errorf("%s approves %s: status %d\n%s", who, id, status, body)
		}
		return err
	})
}

// drafting types into a form, a letter at a time, and gives what was acknowledged last.
func (f *fleet) drafting(who workflows.PersonID, until <-chan struct{}) (path, typed string) {
	revision := regexp.MustCompile(`name="revision" value="(\d+)"|data-revision="(\d+)"`)
	for deadline := time.Now().Add(time.Minute); path == ""; {
		if time.Now().After(deadline) {
			f.t.Error("no form opens within a minute")
			return "", ""
		}
		status, to, err := f.call(who, http.MethodPost, "/requests/new", url.Values{"flow": {"ai-use"}})
		if err == nil && status == http.StatusSeeOther {
			path = to
		}
		pause(err)
	}
	at := ""
	for n := 0; ; n++ {
		select {
		case <-until:
			return path, typed
		default:
		}
		if at == "" { // the answer was lost: what is stored says where we are
			status, body, err := f.call(who, http.MethodGet, path, nil)
			if m := revision.FindStringSubmatch(body); err == nil && status == http.StatusOK && m != nil {
				at = m[1]
			}
			pause(err)
			continue
		}
		text := fmt.Sprintf("Whisper %d", n)
		status, body, err := f.call(who, http.MethodPost, path+"/keep", url.Values{"revision": {at}, "f.tool": {text}})
		at = ""
		if m := revision.FindStringSubmatch(body); err == nil && status == http.StatusOK && m != nil {
			at, typed = m[2], text
		}
		pause(err)
	}
}

// told follows the stream of an inbox, opens it again when its server is gone, and counts what it says.
func (f *fleet) told(ctx context.Context, who workflows.PersonID, changes, opened *atomic.Int64) {
	mark := "of-long-ago"
	for ctx.Err() == nil {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.front.URL+"/events?inbox="+url.QueryEscape(mark), nil)
		if err != nil {
			f.t.Error(err)
			return
		}
		req.Header.Set("Cookie", "steward="+replicaToken(who))
		res, err := http.DefaultClient.Do(req)
		if err != nil || res.StatusCode != http.StatusOK {
			pause(err)
			continue
		}
		opened.Add(1)
		lines := bufio.NewScanner(res.Body)
		for lines.Scan() {
			if lines.Text() == "event: changed" {
				changes.Add(1)
			}
		}
		_ = res.Body.Close()
	}
}

// TestReplicasKilled kills servers with SIGKILL at random moments while people decide in Slack, in Teams and in the portal,
// somebody types into a form and somebody looks at their inbox. Each decision is there once, what was acknowledged of the form
// is there, the inbox was told of what came, nobody was told one thing twice where the platform can be asked, and the record fits.
func TestReplicasKilled(t *testing.T) {
	f := newFleet(t)
	onSlack, onTeams := f.populate()
	bens, meis := f.asks(anaRuiz, 10), f.asks("P-018", 10)
	both := f.asks(anaRuiz, 6)

	var people, beside sync.WaitGroup
	over := make(chan struct{})
	ctx, looking := context.WithCancel(t.Context())
	defer looking()
	var changes, opened atomic.Int64
	var path, typed string
	beside.Go(func() { path, typed = f.drafting(benOkafor, over) })
	beside.Go(func() { f.told(ctx, meiChen, &changes, &opened) })
	people.Go(func() { f.inChat(fakeslack.NewClient(f.slack, onSlack, nil), meiChen, meis[:inChatEach]) })
	people.Go(func() { f.inChat(faketeams.NewClient(f.teams, onTeams, nil), benOkafor, bens[:inChatEach]) })
	people.Go(func() { f.inPortal(meiChen, 0, meis[inChatEach:]) })
	people.Go(func() { f.inPortal(benOkafor, 0, bens[inChatEach:]) })
	for window := range 2 { // two windows of one person press the same at once, through different servers
		people.Go(func() { f.inPortal(benOkafor, window, both) })
	}
	const seed = 5
	random := mathrand.New(mathrand.NewPCG(1, seed))
	rounds := max(kills(t), replicaCount)
	for range rounds {
		time.Sleep(time.Duration(random.IntN(600)) * time.Millisecond) // the random moment
		f.killOldest()                                                 // so that each of the first ones dies, and with it whatever stream it holds
		f.start()
	}
	people.Wait()
	f.drained()
	close(over)
	looking()
	beside.Wait()

	for _, id := range append(append(bens, meis...), both...) {
		r, err := f.store.Request(t.Context(), id)
		if err != nil || r.Status != approval.StatusApproved || len(r.Votes) != 1 {
			t.Errorf("%s is %s with %d votes, %v", id, r.Status, len(r.Votes), err)
		}
	}
	if status, body, err := f.call(benOkafor, http.MethodGet, path, nil); err != nil || status != http.StatusOK || typed == "" || !strings.Contains(body, `value="`+typed+`"`) {
		t.Errorf("of the form, where %q was acknowledged last, there is: status %d, %v", typed, status, err)
	}
	if changes.Load() == 0 || opened.Load() < 2 {
		t.Errorf("the inbox was told %d times through %d streams", changes.Load(), opened.Load())
	}
	f.toldOnce(onSlack[meiChen], rounds)
	f.stopAll()
	out, err := exec.CommandContext(t.Context(), f.binary, "verify", "--database-url", f.dsn).CombinedOutput()
	if err != nil {
		t.Errorf("verify: %v\n%s", err, out)
	}
	t.Logf("seed %d, %d kills, %d changes through %d streams; %s", seed, rounds, changes.Load(), opened.Load(), bytes.TrimSpace(out))
}

// toldOnce: in Slack, which can be asked what it has, nobody has a message twice; in Teams, which cannot, a decision may be
// asked for once more for each server that was killed between sending and noting it.
func (f *fleet) toldOnce(mei string, kills int) {
	f.t.Helper()
	raw := rawDatabase(f.t, f.dsn)
	number := func(query string) (n int) {
		f.t.Helper()
		if err := raw.QueryRowContext(f.t.Context(), query).Scan(&n); err != nil {
			f.t.Fatal(err)
		}
		return n
	}
	const noted = "SELECT count(*) FROM receipts WHERE NOT superseded AND surface = "
	if seen, sent := len(f.slack.DM(mei)), number(noted+"'slack' AND person = 'P-017'"); sent == 0 || seen != sent {
		f.t.Errorf("in Slack %d messages are seen, and %d were noted as sent", seen, sent)
	}
	if sent := number(noted + "'teams' AND person = 'P-013'"); sent == 0 {
		f.t.Error("nothing was sent in Teams")
	}
	if n := number(`SELECT count(*) FROM (SELECT 1 FROM receipts WHERE why <> 'remind' GROUP BY account, about_id, why, part HAVING count(*) > 1) AS twice`); n > 0 {
		f.t.Errorf("%d people were told one thing twice", n)
	}
	if n := number("SELECT count(*) FROM deliveries WHERE state IN ('waiting', 'sending')"); n > 0 {
		f.t.Errorf("%d deliveries are left after %d kills", n, kills)
	}
}

// drained waits until no server has anything left to do, and what killed ones had claimed was taken over.
func (f *fleet) drained() {
	f.t.Helper()
	for deadline := time.Now().Add(3 * time.Minute); ; {
		st, err := f.store.Stats(f.t.Context(), time.Now())
		if err != nil {
			f.t.Fatal(err)
		}
		if st.MailsWaiting+st.TellsWaiting+st.Waiting+st.Sending+st.TimersDue == 0 {
			return
		}
		if time.Now().After(deadline) {
			f.t.Fatalf("it does not come to rest: %+v", st)
		}
		time.Sleep(100 * time.Millisecond) // other processes: they tell nobody
	}
}

// populate gives Mei an account on the fake Slack, Ben one on the fake Teams, and both a session in the portal.
func (f *fleet) populate() (onSlack, onTeams map[workflows.PersonID]string) {
	f.t.Helper()
	const mei = "U0LWQSURW6V" // as the sample's file has it
	f.slack.AddUser(fakeslack.User{ID: mei, RealName: "Mei Chen", Email: "mei.chen@example.com"})
	f.teams.AddUser(faketeams.User{ID: benAtTeams, Name: "Ben Okafor", Email: "ben.okafor@example.com"})
	if _, err := f.teams.Install(f.t.Context(), benAtTeams, faketeams.InstallationFirst); err != nil {
		f.t.Fatal(err)
	}
	for _, who := range []workflows.PersonID{benOkafor, meiChen, anaRuiz, "P-018"} {
		hash := sha256.Sum256([]byte(replicaToken(who)))
		now := time.Now()
		err := f.store.PutSession(f.t.Context(), workflows.Session{
			Hash: hex.EncodeToString(hash[:]), Person: who, Via: "link", Started: now, Seen: now, Ends: now.Add(24 * time.Hour),
		})
		if err != nil {
			f.t.Fatal(err)
		}
	}
	return map[workflows.PersonID]string{meiChen: mei}, map[workflows.PersonID]string{benOkafor: benAtTeams}
}
