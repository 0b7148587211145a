package main

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/slack"
	"steward/bot/surfacetest/fakeslack"
	"steward/workflows"
)

// slackConfig are the settings of a server whose Slack is the fake.
func slackConfig(t *testing.T, fake *fakeslack.Server) loadedConfig {
	t.Helper()
	l := loadedConfig{config: defaults(), from: origins{}}
	l.Listen, l.HooksListen, l.People = "127.0.0.1:0", "localhost:0", "sample/people.csv"
	l.DatabaseURL = secret{"sqlite:" + filepath.Join(t.TempDir(), "steward.db")}
	l.SlackAPIURL, l.AllowLoopback = fake.APIURL(), true
	l.SlackBotToken, l.SlackSigning = secret{"xoxb-fake"}, secret{"old-secret,secret"}
	if problems := l.check(); len(problems) > 0 {
		t.Fatal(problems)
	}
	return l
}

// TestServeOnSlack runs the server on the fake Slack by both transports, as serve does it.
func TestServeOnSlack(t *testing.T) {
	const user = "U1"
	workspace := func(t *testing.T) *fakeslack.Server {
		t.Helper()
		fake := fakeslack.New(fakeslack.Options{Scopes: append(fakeslack.RequiredScopes(), "users:read.email")})
		t.Cleanup(fake.Close)
		fake.AddUser(fakeslack.User{ID: user, RealName: "Ben Okafor", Email: "ben.okafor@example.com"})
		return fake
	}
	said := func(t *testing.T, r fakeslack.Result, err error) string {
		t.Helper()
		if err != nil || r.Trouble != "" || r.Ack.Failure != "" {
			t.Fatalf("a command: %v %s %+v", err, r.Trouble, r.Ack)
		}
		return string(r.Ack.Body)
	}
	t.Run("over http", func(t *testing.T) {
		ctx, fake := t.Context(), workspace(t)
		log := &lines{}
		a := startServer(t, slackConfig(t, fake), log)
		for _, base := range []string{"http://" + a.web.address, "http://" + a.web.hooksAddress} {
			for path, want := range map[string]int{
				"/slack/commands": http.StatusUnauthorized, "/slack/interactions": http.StatusUnauthorized, "/slack/events": http.StatusUnauthorized,
				"/slack/options": http.StatusUnauthorized, "/slack/nothing": http.StatusNotFound,
			} {
				if got := posted(ctx, base+path); got != want {
					t.Errorf("an unsigned call of %s%s: %d, want %d", base, path, got, want)
				}
			}
		}
		for _, path := range []string{"/", "/livez", "/readyz", "/metrics", "/sign-in", "/slack", "/static/steward.css", "/api/messages"} {
			if got := httpStatus(t, "http://"+a.web.hooksAddress+path); got != http.StatusNotFound {
				t.Errorf("the address for platforms answers %s with %d", path, got)
			}
		}
		wait(t, "who we are", func() bool { return a.slack.users.Tenant() != "" })
		for _, base := range []string{"http://" + a.web.address, "http://" + a.web.hooksAddress} {
			fake.HandleAt(base)
			r, err := fake.Command(ctx, user, "help")
			if got := said(t, r, err); !strings.Contains(got, "ephemeral") {
				t.Errorf("the command is answered with %s", got)
			}
		}
		wait(t, "links are proposed from the list of users", func() bool {
			links, err := a.store.Links(ctx)
			return err == nil && slices.ContainsFunc(links, func(l workflows.Link) bool { return l.State == workflows.LinkProposed && l.User == user })
		})
		if err := a.stop(context.WithoutCancel(ctx)); err != nil {
			t.Error(err)
		}
		for _, word := range []string{"xoxb-fake", "old-secret", "ben.okafor@example.com", "Ben Okafor"} {
			if strings.Contains(log.String(), word) {
				t.Errorf("%s is in the log", word)
			}
		}
	})
	t.Run("over sockets", func(t *testing.T) {
		ctx, fake := t.Context(), workspace(t)
		l := slackConfig(t, fake)
		l.HooksListen, l.SlackAppToken, l.SlackConns = "", secret{"xapp-fake"}, 3
		a := startServer(t, l, io.Discard)
		if err := fake.Await(ctx, func() bool { return fake.Connections() == 3 }); err != nil {
			t.Fatal(err)
		}
		wait(t, "who we are", func() bool { return a.slack.users.Tenant() != "" })
		r, err := fake.Command(ctx, user, "help")
		said(t, r, err)
		for _, path := range []string{"/slack/commands", "/slack/events"} {
			if got := posted(ctx, "http://"+a.web.address+path); got != http.StatusNotFound {
				t.Errorf("in Socket Mode %s answers %d", path, got)
			}
		}
		if err := a.stop(context.WithoutCancel(ctx)); err != nil {
			t.Error(err)
		}
		if err := fake.Await(ctx, func() bool { return fake.Connections() == 0 }); err != nil {
			t.Error(err)
		}
	})
}

func posted(ctx context.Context, address string) int {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader("text=help"))
	if err != nil {
		return 0
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// TestChatLink follows a link from a chat: it is its person's, leads on to what was asked for, and works once.
func TestChatLink(t *testing.T) {
	l := loadedConfig{config: defaults(), from: origins{}}
	l.Listen, l.People = "127.0.0.1:0", "sample/people.csv"
	l.DatabaseURL = secret{"sqlite:" + filepath.Join(t.TempDir(), "steward.db")}
	a := startServer(t, l, io.Discard)
	defer func() { _ = a.stop(context.WithoutCancel(t.Context())) }()
	links := chatLinks{store: a.store, base: a.url(), now: time.Now}
	ctx := t.Context()
	for path, want := range map[string]string{
		"": "/", "/": "/", "/requests?status=open": "/requests?status=open", "/about": "/about", "//evil.example/x": "/", "https://evil.example": "/",
	} {
		at, err := links.SignInURL(ctx, bot.Who{Person: ana}, path)
		if err != nil || !strings.HasPrefix(at, a.url()+"/sign-in/") {
			t.Fatalf("%q, %v", at, err)
		}
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		browser := &http.Client{Jar: jar}
		send := func(method string) (status int, led string) {
			req, err := http.NewRequestWithContext(ctx, method, at, nil)
			if err != nil {
				t.Fatal(err)
			}
			if method == http.MethodPost {
				req.Header.Set("Origin", a.url())
			}
			resp, err := browser.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			return resp.StatusCode, resp.Request.URL.RequestURI()
		}
		if got, _ := send(http.MethodGet); got != http.StatusOK {
			t.Errorf("looking at the link: %d", got)
		}
		if got, led := send(http.MethodPost); got != http.StatusOK || led != want {
			t.Errorf("%q led to %s with %d, want %s", path, led, got, want)
		}
		if got, _ := send(http.MethodPost); got != http.StatusNotFound {
			t.Errorf("used twice: %d", got)
		}
	}
}

// TestDoctorOnSlack asks Slack through the command, as an operator does.
func TestDoctorOnSlack(t *testing.T) {
	all := append(fakeslack.RequiredScopes(), "im:write", "im:history", "users:read.email", "channels:read", "groups:read")
	in := []string{fakeslack.BotUserID}
	for name, c := range map[string]struct {
		opt   fakeslack.Options
		setup func(*fakeslack.Server)
		env   []string
		want  []string // lines of the answer, by their beginning
		not   string
	}{
		"everything is there": {
			opt: fakeslack.Options{Scopes: all}, env: []string{"STEWARD_SLACK_CHANNEL=C0GOVERN", "STEWARD_SLACK_APP_TOKEN=xapp-fake"},
			setup: func(s *fakeslack.Server) { s.AddChannel(fakeslack.Channel{ID: "C0GOVERN", Members: in}) },
			want: []string{
				"ok    slack      installed on workspace Fake (T0FAKE)", "ok    scopes     commands, chat:write", "ok    sockets    can be opened, 2 in each process",
				"ok    command    /steward, if the app has it: type /steward help in Slack", "ok    channel    C0GOVERN is ours alone",
			},
			not: "fail",
		},
		"only what is required": {
			env: []string{"STEWARD_SLACK_SIGNING_SECRET=secret"}, opt: fakeslack.Options{Scopes: fakeslack.RequiredScopes()},
			want: []string{
				"warn  scopes     im:history was not granted: after a crash", "warn  scopes     im:write was not granted", "warn  scopes     users:read.email was not granted",
				"ok    sockets    none: Slack calls",
			},
			not: "channels:read",
		},
		"less, and more": {
			env: []string{"STEWARD_SLACK_APP_TOKEN=xapp-fake"}, opt: fakeslack.Options{Scopes: []string{"chat:write", "channels:history"}},
			want: []string{
				"fail  scopes     commands was not granted: nobody can type the command", "fail  scopes     users:read was not granted: nobody is let in",
				"warn  scopes     channels:history was granted and is of no use",
			},
		},
		"another token": {
			opt: fakeslack.Options{BotToken: "xoxb-other"}, env: []string{"STEWARD_SLACK_APP_TOKEN=xapp-fake"},
			want: []string{"fail  slack      the bot token is not taken: invalid_auth"},
		},
		"another app token": {
			opt: fakeslack.Options{AppToken: "xapp-other", Scopes: all}, env: []string{"STEWARD_SLACK_APP_TOKEN=xapp-fake"},
			want: []string{"fail  sockets    the app token is not taken: invalid_auth"},
		},
		"a shared channel": {
			opt: fakeslack.Options{Scopes: all}, env: []string{"STEWARD_SLACK_CHANNEL=C0GOVERN", "STEWARD_SLACK_APP_TOKEN=xapp-fake"},
			setup: func(s *fakeslack.Server) {
				s.AddChannel(fakeslack.Channel{ID: "C0GOVERN", Members: in, ExtShared: true})
			},
			want: []string{"fail  channel    C0GOVERN is shared with another company, and nothing is posted there"},
		},
		"a channel nobody asked us to": {
			opt: fakeslack.Options{Scopes: all}, env: []string{"STEWARD_SLACK_CHANNEL=C0GOVERN", "STEWARD_SLACK_APP_TOKEN=xapp-fake"},
			setup: func(s *fakeslack.Server) { s.AddChannel(fakeslack.Channel{ID: "C0GOVERN"}) },
			want:  []string{"fail  channel    Steward is not in C0GOVERN"},
		},
		"an archived channel": {
			opt: fakeslack.Options{Scopes: all}, env: []string{"STEWARD_SLACK_CHANNEL=C0GOVERN", "STEWARD_SLACK_APP_TOKEN=xapp-fake"},
			setup: func(s *fakeslack.Server) {
				s.AddChannel(fakeslack.Channel{ID: "C0GOVERN", Members: in, Archived: true})
			},
			want: []string{"fail  channel    C0GOVERN is archived"},
		},
		"a channel that is not there": {
			opt: fakeslack.Options{Scopes: all}, env: []string{"STEWARD_SLACK_CHANNEL=C0GOVERN", "STEWARD_SLACK_APP_TOKEN=xapp-fake"},
			want: []string{"fail  channel    C0GOVERN cannot be looked at, and nothing is posted there: channel_not_found"},
		},
		"an organisation": {
			opt: fakeslack.Options{Scopes: all, Enterprise: "E0GRID", OrgInstall: true}, env: []string{"STEWARD_SLACK_APP_TOKEN=xapp-fake"},
			want: []string{"ok    slack      installed on the whole organisation E0GRID (E0GRID)"},
		},
		"a Slack that does not answer": {
			env: []string{"STEWARD_SLACK_APP_TOKEN=xapp-fake"}, setup: func(s *fakeslack.Server) { s.Fail("auth.test", -1, fakeslack.DropBefore()) },
			want: []string{"fail  slack      the bot token is not taken: no_connection", " -> can this machine reach slack.com?"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			fake := fakeslack.New(c.opt)
			defer fake.Close()
			if c.setup != nil {
				c.setup(fake)
			}
			var out, errs strings.Builder
			p := program{in: strings.NewReader(""), out: &out, err: &errs, now: time.Now, env: append(c.env,
				"STEWARD_DATABASE_URL=sqlite:"+filepath.Join(t.TempDir(), "steward.db"), "STEWARD_SLACK_BOT_TOKEN=xoxb-fake",
				"STEWARD_SLACK_API_URL="+fake.APIURL(), "STEWARD_ALLOW_LOOPBACK_PLATFORMS=true")}
			p.run(t.Context(), []string{"doctor"})
			for _, want := range c.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("it does not say %q:\n%s%s", want, &out, &errs)
				}
			}
			if c.not != "" && strings.Contains(strings.ReplaceAll(out.String(), "fail  database", ""), c.not) {
				t.Errorf("it says %q:\n%s", c.not, &out)
			}
			if posts := fake.Calls("chat.postMessage", "conversations.open", "views.publish"); len(posts) > 0 {
				t.Errorf("the doctor writes: %+v", posts)
			}
		})
	}
}

// README tells of every scope that the app asks for, and the table has no other.
func TestReadmeNamesTheScopes(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "## Connect Slack")
	section, _, _ = strings.Cut(section, "\n## ")
	for _, s := range slack.Scopes() {
		if !strings.Contains(section, "`"+s.Name+"`") {
			t.Errorf("README does not name the scope %s", s.Name)
		}
	}
	steps := 0
	for line := range strings.Lines(section) {
		if regexp.MustCompile(`^\d+\. `).MatchString(line) {
			steps++
		}
	}
	if steps != 10 {
		t.Errorf("Slack is connected in %d steps, and ten are promised", steps)
	}
}
