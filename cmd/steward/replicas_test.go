package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"steward/bot/card"
	"steward/bot/surfacetest"
	"steward/bot/surfacetest/fakeslack"
	"steward/bot/surfacetest/faketeams"
	"steward/bot/teams"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
)

// meiChen is a manager with an account on Slack alone; Ben Okafor has one on Teams alone.
const meiChen workflows.PersonID = "P-017"

// cluster is three servers on one Postgres, behind something that passes calls on to one after the other. The chat platforms
// are the fakes; everything else is as serve runs it.
type cluster struct {
	t     *testing.T
	dsn   string
	slack *fakeslack.Server
	teams *faketeams.Server
	front *httptest.Server

	mu     sync.Mutex
	live   []*app
	turn   int
	ahead  time.Duration // of business time, on all of them
	stops  int
	served map[string]int // calls by replica
}

const (
	replicaCount = 3
	inChatEach   = 6 // requests that are decided in each chat
)

func newCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{t: t, dsn: emptyPostgres(t), served: map[string]int{}}
	c.slack = fakeslack.New(fakeslack.Options{AckWithin: patient, Settled: func(ctx context.Context) error {
		return c.each(func(a *app) error { return a.slack.app.Settle(ctx) })
	}})
	t.Cleanup(c.slack.Close)
	c.teams = faketeams.New(faketeams.Options{AckWithin: patient, Settled: func(ctx context.Context) error {
		return c.each(func(a *app) error { return a.teams.app.Settle(ctx) })
	}})
	t.Cleanup(c.teams.Close)
	c.teams.Watch(t)
	c.front = httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.Out.Host = r.In.Host }, Transport: c,
	})
	t.Cleanup(c.front.Close)
	for range replicaCount {
		c.start()
	}
	t.Cleanup(func() {
		for len(c.live) > 0 {
			c.stopOne(0)
		}
	})
	c.slack.HandleAt(c.front.URL)
	c.teams.HandleAt(c.front.URL + teams.Path)
	return c
}

// start brings one more server up.
func (c *cluster) start() {
	c.t.Helper()
	p := program{now: time.Now, env: []string{
		"STEWARD_LISTEN=127.0.0.1:0", "STEWARD_PEOPLE=sample/people.csv", "STEWARD_DATABASE_URL=" + c.dsn,
		"STEWARD_TEAMS_APP_ID=" + c.teams.Options().AppID, "STEWARD_TEAMS_TENANT_ID=" + c.teams.Options().Tenant,
		"STEWARD_TEAMS_APP_SECRET=" + c.teams.Options().AppSecret, "STEWARD_TEAMS_OPENID_METADATA_URL=" + c.teams.MetadataURL(),
		"STEWARD_TEAMS_TOKEN_URL=" + c.teams.TokenURL(), "STEWARD_TEAMS_SERVICE_URL=" + c.teams.ServiceURL(""),
		"STEWARD_SLACK_BOT_TOKEN=xoxb-fake", "STEWARD_SLACK_SIGNING_SECRET=secret", "STEWARD_SLACK_API_URL=" + c.slack.APIURL(),
		"STEWARD_ALLOW_LOOPBACK_PLATFORMS=true",
	}}
	l, err := p.loadConfig(p.serveCommand().Flags())
	if err != nil {
		c.t.Fatal(err)
	}
	a := startServerAt(c.t, l, io.Discard, time.Now)
	wait(c.t, "who we are on Slack", func() bool { return a.slack.users.Tenant() != "" })
	c.mu.Lock()
	defer c.mu.Unlock()
	a.clock.Set(time.Now().Add(c.ahead))
	c.live = append(c.live, a)
}

// stopOne takes one server out of the round and stops it, with what it is doing.
func (c *cluster) stopOne(i int) {
	c.t.Helper()
	c.mu.Lock()
	a := c.live[i]
	c.live = append(c.live[:i:i], c.live[i+1:]...)
	c.stops++
	c.mu.Unlock()
	if err := a.stop(context.WithoutCancel(c.t.Context())); err != nil {
		c.t.Error(err)
	}
}

func (c *cluster) each(f func(*app) error) error {
	c.mu.Lock()
	all := append([]*app{}, c.live...)
	c.mu.Unlock()
	var errs []error
	for _, a := range all {
		errs = append(errs, f(a))
	}
	return errors.Join(errs...)
}

// next gives the server whose turn it is.
func (c *cluster) next() *app {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.turn++
	a := c.live[c.turn%len(c.live)]
	c.served[a.web.address]++
	return a
}

// RoundTrip implements http.RoundTripper, as a load balancer does: a server that takes no connection any more has not begun
// anything, and the next one gets the call.
func (c *cluster) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	for {
		out := r.Clone(r.Context())
		out.Body = io.NopCloser(bytes.NewReader(body))
		out.URL.Scheme, out.URL.Host = "http", c.next().web.address
		resp, err := http.DefaultTransport.RoundTrip(out)
		if !errors.Is(err, syscall.ECONNREFUSED) {
			return resp, err
		}
	}
}

// advance moves business time on all servers at once.
func (c *cluster) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
	for _, a := range c.live {
		a.clock.Set(time.Now().Add(c.ahead))
	}
}

// idle waits until no server has anything left to do.
func (c *cluster) idle() {
	c.t.Helper()
	last, moved := int64(-1), time.Now()
	for {
		a := c.next()
		st, err := a.store.Stats(c.t.Context(), a.clock.Now())
		if err != nil {
			c.t.Fatal(err)
		}
		n := st.MailsWaiting + st.TellsWaiting + st.Waiting + st.Sending + st.TimersDue
		if n == 0 {
			return
		}
		if n != last {
			last, moved = n, time.Now()
		}
		if time.Since(moved) > 2*time.Minute {
			c.t.Fatalf("it does not come to rest: %+v", st)
		}
		time.Sleep(50 * time.Millisecond) // what it waits for is in loops of the program, which tell nobody
	}
}

// populate gives Mei an account on the fake Slack, Ben one on the fake Teams, and both a session in the portal.
func (c *cluster) populate() (onSlack, onTeams map[workflows.PersonID]string) {
	c.t.Helper()
	const mei = "U0LWQSURW6V" // as the sample's file has it
	c.slack.AddUser(fakeslack.User{ID: mei, RealName: "Mei Chen", Email: "mei.chen@example.com"})
	c.teams.AddUser(faketeams.User{ID: benAtTeams, Name: "Ben Okafor", Email: "ben.okafor@example.com"})
	if _, err := c.teams.Install(c.t.Context(), benAtTeams, faketeams.InstallationFirst); err != nil {
		c.t.Fatal(err)
	}
	for _, who := range []workflows.PersonID{benOkafor, meiChen} {
		hash := sha256.Sum256([]byte(replicaToken(who)))
		now := time.Now()
		err := c.next().store.PutSession(c.t.Context(), workflows.Session{
			Hash: hex.EncodeToString(hash[:]), Person: who, Via: "link", Started: now, Seen: now, Ends: now.Add(24 * time.Hour),
		})
		if err != nil {
			c.t.Fatal(err)
		}
	}
	return map[workflows.PersonID]string{meiChen: mei}, map[workflows.PersonID]string{benOkafor: benAtTeams}
}

func replicaToken(who workflows.PersonID) string { return strings.Repeat("0", 59) + string(who) }

// ask sends so many requests to a manager's desk, each through another server.
func (c *cluster) ask(asker workflows.PersonID, n int) (ids []string) {
	c.t.Helper()
	for range n {
		done, err := c.next().engine.Apply(c.t.Context(), workflows.Event{
			Actor: asker, Via: workflows.Via{Surface: "portal"}, About: workflows.Ref{Kind: workflows.KindRequest},
			What: approval.Submitted{Flow: "ai-use", Answers: plainAnswers(asker)},
		})
		if err != nil || done.Refusal != nil {
			c.t.Fatalf("ask: %+v, %v", done.Refusal, err)
		}
		ids = append(ids, done.About.ID)
	}
	return ids
}

// inChat approves requests in a chat, by what is typed and pressed there.
func (c *cluster) inChat(client surfacetest.Client, who workflows.PersonID, ids []string) {
	ctx := c.t.Context()
	for _, id := range ids {
		screen, err := onceMore(func() (surfacetest.Screen, error) { return client.Open(ctx, who, id) })
		if err != nil {
			c.t.Errorf("%s looks at %s: %v", who, id, err)
			continue
		}
		button := view.VerbApprove
		if _, ok := screen.Button(button); !ok {
			button = view.VerbDecide
		}
		screen, err = onceMore(func() (surfacetest.Screen, error) { return client.Press(ctx, screen, button) })
		if err == nil && screen.Form != nil {
			_, err = onceMore(func() (surfacetest.Screen, error) { return client.Fill(ctx, screen, nil, "") })
		}
		if err != nil {
			c.t.Errorf("%s approves %s: %v", who, id, err)
		}
	}
}

// onceMore does something once more where its server stopped as the call came: nothing was begun then, and people are told that it
// failed.
func onceMore(do func() (surfacetest.Screen, error)) (surfacetest.Screen, error) {
	screen, err := do()
	if errors.Is(err, surfacetest.ErrNotTaken) {
		return do()
	}
	return screen, err
}

// inPortal presses Approve twice at once, as a double click does; each press goes to another server.
func (c *cluster) inPortal(who workflows.PersonID, ids []string) {
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, id := range ids {
		var both sync.WaitGroup
		for n := range 2 {
			both.Go(func() {
				code := c.press(client, who, id, n)
				if code == http.StatusBadGateway { // its server stopped as the call came: the browser sends the same again
					code = c.press(client, who, id, n)
				}
				if code != http.StatusSeeOther && code != http.StatusConflict {
					c.t.Errorf("%s approves %s: status %d", who, id, code)
				}
			})
		}
		both.Wait()
	}
}

// approvePress is what a manager's button Approve sends; each window of a browser has buttons of its own.
func approvePress(id string, window int) url.Values {
	action := card.Action{Verb: view.VerbApprove, About: workflows.RequestRef(id).String(), Stage: "manager", Round: 1, Revision: 1}
	nonce := sha256.Sum256(fmt.Append(nil, id, window))
	return url.Values{"action": {action.String()}, "nonce": {hex.EncodeToString(nonce[:8])}}
}

func (c *cluster) press(client *http.Client, who workflows.PersonID, id string, n int) int {
	form := approvePress(id, n)
	for {
		req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.front.URL+"/press", strings.NewReader(form.Encode()))
		if err != nil {
			c.t.Error(err)
			return 0
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Cookie", "steward="+replicaToken(who))
		res, err := client.Do(req)
		if err != nil {
			c.t.Error(err)
			return 0
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusTooManyRequests {
			return res.StatusCode
		}
		time.Sleep(20 * time.Millisecond) // the limit of one person
	}
}

// TestReplicas runs three servers on one Postgres, with the fakes of Slack and Teams, behind a round-robin. People decide on
// all three surfaces while servers are stopped and started; then days of business time pass, in which reminders and
// escalations fall due on all servers at once, with servers coming and going again. Every decision counts once, every step
// happens once, and no message is there twice. Servers that are killed are in [TestReplicasKilled].
func TestReplicas(t *testing.T) {
	c := newCluster(t)
	onSlack, onTeams := c.populate()
	bens, meis := c.ask(anaRuiz, 12), c.ask("P-018", 12)
	open := append(c.ask(anaRuiz, 2), c.ask("P-018", 2)...)
	random := mathrand.New(mathrand.NewPCG(1, 3))

	var people sync.WaitGroup
	people.Go(func() { c.inChat(fakeslack.NewClient(c.slack, onSlack, nil), meiChen, meis[:inChatEach]) })
	people.Go(func() { c.inChat(faketeams.NewClient(c.teams, onTeams, nil), benOkafor, bens[:inChatEach]) })
	people.Go(func() { c.inPortal(meiChen, meis[inChatEach:]) })
	people.Go(func() { c.inPortal(benOkafor, bens[inChatEach:]) })
	c.churn(random, kills(t))
	people.Wait()
	c.teams.Forgive("status 502") // of presses whose server stopped as they came
	c.idle()
	for _, id := range append(bens, meis...) {
		r, err := c.next().store.Request(t.Context(), id)
		if err != nil || r.Status != approval.StatusApproved || len(r.Votes) != 1 {
			t.Errorf("%s is %s with %d votes, %v", id, r.Status, len(r.Votes), err)
		}
	}

	for n := range 28 {
		c.advance(6 * time.Hour)
		if n%9 == 8 {
			c.churn(random, 1)
		}
		c.idle()
	}
	c.steps(open)
	c.messages(onSlack[meiChen])
	if c.stops == 0 || len(c.served) < replicaCount {
		t.Errorf("%d stops; calls went to %v", c.stops, c.served)
	}
	report, err := c.next().store.Verify(t.Context(), nil)
	if err != nil || !report.OK() {
		t.Errorf("verify: %+v, %v", report, err)
	}
	t.Logf("%d stops of a server, %d servers, calls to each %v", c.stops, len(c.served), c.served)
}

// churn stops one of the servers and starts another, so often.
func (c *cluster) churn(random *mathrand.Rand, times int) {
	c.t.Helper()
	for range times {
		time.Sleep(time.Duration(random.IntN(400)) * time.Millisecond) // the random moment
		c.stopOne(random.IntN(replicaCount))
		c.start()
	}
}

// steps: each request that nobody decided was late once, and each person asked was reminded on the day it was due, if they
// were asked before, and the day after.
func (c *cluster) steps(open []string) {
	c.t.Helper()
	for _, id := range open {
		rows, err := c.next().store.History(c.t.Context(), workflows.RequestRef(id))
		if err != nil {
			c.t.Fatal(err)
		}
		escalated, reminded := 0, map[string]int{}
		for _, row := range rows {
			switch row.Record.What {
			case approval.FactEscalated:
				escalated++
			case approval.FactReminded:
				var d approval.Detail
				if err := json.Unmarshal(row.Record.Data, &d); err != nil {
					c.t.Fatal(err)
				}
				reminded[string(d.Person)+" "+row.Record.Time().Format(time.DateOnly)]++
			}
		}
		if escalated != 1 || len(reminded) == 0 {
			c.t.Errorf("%s escalated %d times, reminders: %v", id, escalated, reminded)
		}
		for when, n := range reminded {
			if n != 1 {
				c.t.Errorf("%s: %d reminders of %s", id, n, when)
			}
		}
	}
}

// messages: what people see on Slack and Teams is what was noted as sent, and nobody was told one thing twice.
func (c *cluster) messages(mei string) {
	c.t.Helper()
	raw := rawDatabase(c.t, c.dsn)
	number := func(query string) (n int) {
		c.t.Helper()
		if err := raw.QueryRowContext(c.t.Context(), query).Scan(&n); err != nil {
			c.t.Fatal(err)
		}
		return n
	}
	onTeams := -inChatEach // for the answers to what Ben typed there
	for _, m := range c.teams.Personal(benAtTeams) {
		if m.From == "" {
			onTeams++
		}
	}
	for _, s := range []struct {
		surface string
		seen    int
	}{{"slack", len(c.slack.DM(mei))}, {"teams", onTeams}} {
		sent := number("SELECT count(*) FROM receipts WHERE surface = '" + s.surface + "' AND NOT superseded AND person IN ('P-013', 'P-017')")
		if sent == 0 || s.seen != sent {
			c.t.Errorf("on %s %d messages are seen, and %d were noted as sent", s.surface, s.seen, sent)
		}
		c.t.Logf("%s: %d messages seen, %d sent", s.surface, s.seen, sent)
	}
	if n := number(`SELECT count(*) FROM (SELECT 1 FROM receipts WHERE why <> 'remind' GROUP BY account, about_id, why, part HAVING count(*) > 1) AS twice`); n > 0 {
		c.t.Errorf("%d people were told one thing twice", n)
	}
	if n := number(`SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE receipt IS NULL AND state = 'sent' GROUP BY name HAVING count(*) > 1) AS twice`); n > 0 {
		c.t.Errorf("%d deliveries were made twice", n)
	}
	if n := number("SELECT count(*) FROM receipts WHERE why = 'remind'"); n == 0 {
		c.t.Error("nobody was reminded of anything")
	}
}
