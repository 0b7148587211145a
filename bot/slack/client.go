package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	slackgo "github.com/slack-go/slack"

	"steward/bot"
	"steward/bot/egress"
)

// The methods we call.
const (
	methodPost    = "chat.postMessage"
	methodUpdate  = "chat.update"
	methodHistory = "conversations.history"
	methodOpen    = "conversations.open"
	methodInfo    = "conversations.info"
	methodUser    = "users.info"
	methodUsers   = "users.list"
	methodTeams   = "auth.teams.list"
	methodAuth    = "auth.test"
	methodSocket  = "apps.connections.open"
	methodRespond = "response_url" // no method, but called and limited like one
)

// How long a call may take.
const (
	quick = 2500 * time.Millisecond // where somebody looks at a screen, and a trigger runs out after 3 s
	slow  = 15 * time.Second
)

// answerMost bounds what is read of one answer.
const answerMost = 16 << 20

// ClientConfig is what a [Client] is made of.
type ClientConfig struct {
	Token    Secret // xoxb-...
	AppToken Secret // xapp-..., for sockets; may be empty
	APIURL   string // see [ParseAPIURL]; empty means Slack
	Loopback bool   // this machine counts as Slack, for tests
	Limits   Limits
	Now      func() time.Time // real time
}

// Client calls Slack. It tries nothing again and never waits for a limit: whoever needs something done has a row in the
// outbox, which does both, for all processes. Its errors are *[bot.SendError]. It is safe for concurrent use.
type Client struct {
	slack   *slackgo.Client
	apiURL  string
	http    *http.Client // with the token, to Slack's methods only
	outside *http.Client // without, to addresses out of envelopes
	guard   egress.Guard
	pace    *pace
	token   Secret
	orgWide atomic.Bool
}

// NewClient makes a client. It calls nothing.
func NewClient(cfg ClientConfig) (*Client, error) {
	at, err := ParseAPIURL(cfg.APIURL, cfg.Loopback)
	if err != nil {
		return nil, fmt.Errorf("slack: address of the methods: %w", err)
	}
	g := guard(cfg.Loopback)
	hc := &http.Client{
		Timeout:       2 * slow,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // it would get the token
		Transport: bounded{&http.Transport{
			Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, TLSHandshakeTimeout: slow, IdleConnTimeout: 90 * time.Second,
			MaxIdleConnsPerHost: 16, MaxResponseHeaderBytes: 64 << 10,
		}},
	}
	return &Client{
		slack: slackgo.New(cfg.Token.Reveal(), slackgo.OptionHTTPClient(hc), slackgo.OptionAPIURL(at),
			slackgo.OptionAppLevelToken(cfg.AppToken.Reveal())),
		apiURL: at, http: hc, outside: g.Client(quick), guard: g, pace: newPace(cfg.Limits, cfg.Now), token: cfg.Token,
	}, nil
}

// bounded cuts off answers that do not end.
type bounded struct{ http.RoundTripper }

// RoundTrip implements [http.RoundTripper].
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(resp.Body, answerMost), resp.Body}
	}
	return resp, err
}

// call makes one call within a time, unless its method is paused.
func call[T any](ctx context.Context, c *Client, method string, within time.Duration, fn func(context.Context) (T, error)) (T, error) {
	if err := c.pace.held(method); err != nil {
		var none T
		return none, err
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	v, err := fn(ctx)
	return v, c.fault(method, err)
}

// OpenView implements [Views].
func (c *Client) OpenView(ctx context.Context, trigger string, v slackgo.ModalViewRequest) (id, hash string, err error) {
	return c.view(ctx, "views.open", func(ctx context.Context) (*slackgo.ViewResponse, error) {
		return c.slack.OpenViewContext(ctx, trigger, v)
	})
}

// PushView implements [Views].
func (c *Client) PushView(ctx context.Context, trigger string, v slackgo.ModalViewRequest) (id, hash string, err error) {
	return c.view(ctx, "views.push", func(ctx context.Context) (*slackgo.ViewResponse, error) {
		return c.slack.PushViewContext(ctx, trigger, v)
	})
}

// UpdateView implements [Views].
func (c *Client) UpdateView(ctx context.Context, id, hash string, v slackgo.ModalViewRequest) (newHash string, err error) {
	_, newHash, err = c.view(ctx, "views.update", func(ctx context.Context) (*slackgo.ViewResponse, error) {
		return c.slack.UpdateViewContext(ctx, v, "", hash, id)
	})
	return newHash, err
}

// PublishHome implements [Views].
func (c *Client) PublishHome(ctx context.Context, user string, v slackgo.HomeTabViewRequest) error {
	_, _, err := c.view(ctx, "views.publish", func(ctx context.Context) (*slackgo.ViewResponse, error) {
		return c.slack.PublishViewContext(ctx, slackgo.PublishViewContextRequest{UserID: user, View: v})
	})
	return err
}

func (c *Client) view(ctx context.Context, method string, fn func(context.Context) (*slackgo.ViewResponse, error)) (id, hash string, err error) {
	resp, err := call(ctx, c, method, quick, fn)
	if err != nil {
		return "", "", err
	}
	if resp.ID == "" {
		return "", "", &bot.SendError{Reason: reasonEmpty}
	}
	return resp.ID, resp.Hash, nil
}

// OpenSocket implements [Sockets].
func (c *Client) OpenSocket(ctx context.Context) (string, error) {
	return call(ctx, c, methodSocket, slow, func(ctx context.Context) (string, error) {
		_, at, err := c.slack.StartSocketModeContext(ctx)
		if err != nil {
			return "", err
		}
		// Dialled by somebody who checks nothing: the socket is one more address we are told.
		secure := strings.Replace(at, "ws", "http", 1)
		_, err = c.guard.Address(secure)
		return at, err
	})
}

// User implements [Lookup].
func (c *Client) User(ctx context.Context, id string) (slackgo.User, error) {
	return call(ctx, c, methodUser, quick, func(ctx context.Context) (slackgo.User, error) {
		u, err := c.slack.GetUserInfoContext(ctx, id)
		if err != nil {
			return slackgo.User{}, err
		}
		return *u, nil
	})
}

// Channel implements [Lookup].
func (c *Client) Channel(ctx context.Context, id string) (slackgo.Channel, error) {
	return call(ctx, c, methodInfo, slow, func(ctx context.Context) (slackgo.Channel, error) {
		ch, err := c.slack.GetConversationInfoContext(ctx, &slackgo.GetConversationInfoInput{ChannelID: id})
		if err != nil {
			return slackgo.Channel{}, err
		}
		return *ch, nil
	})
}

// Users implements [Lookup]. Where the app is installed on a whole organisation, the list goes through its workspaces; the
// cursor then holds the ones that are left.
func (c *Client) Users(ctx context.Context, cursor string) (page []slackgo.User, next string, err error) {
	teams, at, going := strings.Cut(cursor, "|")
	if !going && c.orgWide.Load() {
		if teams, err = c.teams(ctx); err != nil {
			return nil, "", err
		}
	}
	team, rest, _ := strings.Cut(teams, ",")
	opts := []slackgo.GetUsersOption{slackgo.GetUsersOptionLimit(200)}
	if team != "" {
		opts = append(opts, slackgo.GetUsersOptionTeamID(team))
	}
	p, err := call(ctx, c, methodUsers, slow, func(ctx context.Context) (slackgo.UserPagination, error) {
		p := c.slack.GetUsersPaginated(opts...)
		p.Cursor = at
		return p.Next(ctx)
	})
	switch {
	case err != nil:
		return nil, "", err
	case p.Cursor != "":
		next = teams + "|" + p.Cursor
	case rest != "":
		next = rest + "|"
	}
	return p.Users, next, nil
}

// teams lists the workspaces of the organisation, with commas between.
func (c *Client) teams(ctx context.Context) (string, error) {
	var ids []string
	for cursor := ""; ; {
		var page []slackgo.Team
		next, err := call(ctx, c, methodTeams, slow, func(ctx context.Context) (string, error) {
			var next string
			var err error
			page, next, err = c.slack.ListTeamsContext(ctx, slackgo.ListTeamsParameters{Limit: 200, Cursor: cursor})
			return next, err
		})
		if err != nil {
			return "", err
		}
		for _, t := range page {
			ids = append(ids, t.ID)
		}
		if cursor = next; cursor == "" {
			return strings.Join(ids, ","), nil
		}
	}
}

// Whoami implements [Lookup]. It reads the answer itself: the library drops whether the whole organisation installed us.
func (c *Client) Whoami(ctx context.Context) (Whoami, error) {
	w, err := call(ctx, c, methodAuth, slow, func(ctx context.Context) (Whoami, error) {
		form := url.Values{"token": {c.token.Reveal()}}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.apiURL+methodAuth, strings.NewReader(form.Encode()))
		if err != nil {
			return Whoami{}, err
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := c.http.Do(req)
		if err != nil {
			return Whoami{}, err
		}
		defer func() { _ = resp.Body.Close() }()
		return readWhoami(resp)
	})
	if err == nil {
		c.orgWide.Store(w.OrgWide)
	}
	return w, err
}

func readWhoami(resp *http.Response) (Whoami, error) {
	if resp.StatusCode != http.StatusOK {
		return Whoami{}, slackgo.StatusCodeError{Code: resp.StatusCode, Status: resp.Status}
	}
	var said struct {
		slackgo.SlackResponse
		slackgo.AuthTestResponse
		OrgWide bool `json:"is_enterprise_install"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&said); err != nil {
		return Whoami{}, fmt.Errorf("read the answer: %w", err)
	}
	if err := said.Err(); err != nil {
		return Whoami{}, err
	}
	w := Whoami{
		Team: said.TeamID, Enterprise: said.EnterpriseID, TeamName: said.Team, URL: said.URL, OrgWide: said.OrgWide,
		User: said.UserID, Bot: said.BotID,
	}
	for s := range strings.SplitSeq(resp.Header.Get("X-Oauth-Scopes"), ",") {
		if s = strings.TrimSpace(s); s != "" {
			w.Scopes = append(w.Scopes, s)
		}
	}
	return w, nil
}
