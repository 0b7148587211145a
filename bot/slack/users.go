package slack

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"

	"steward/bot"
)

// profileLife is how long what Slack said of a user counts without being asked again.
const profileLife = 24 * time.Hour

// UsersConfig is what [Users] are made of.
type UsersConfig struct {
	API  Lookup
	Log  *slog.Logger
	Now  func() time.Time // real time
	Zone *time.Location   // in which it is night
	// Listed is given the whole list of users, whenever it was read.
	Listed func(ctx context.Context, all []bot.Profile) error
	// After waits; [time.After] where it is nil.
	After func(time.Duration) <-chan time.Time
}

// Users knows what Slack says of its users and of us. It lives in memory and is read again at every start, each night, and for
// one user when what is known of them is a day old: losing it costs a call. It is safe for concurrent use.
type Users struct {
	cfg UsersConfig

	mu   sync.Mutex
	who  Whoami
	by   map[string]bot.Profile
	busy map[string]chan struct{} // users that are being read
}

// NewUsers makes users. Nothing is known until [Users.Run] has asked.
func NewUsers(cfg UsersConfig) *Users {
	if cfg.After == nil {
		cfg.After = time.After
	}
	if cfg.Zone == nil {
		cfg.Zone = time.UTC
	}
	return &Users{cfg: cfg, by: map[string]bot.Profile{}, busy: map[string]chan struct{}{}}
}

// Who gives what Slack said of our token last; the zero value before that.
func (u *Users) Who() Whoami {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.who
}

// Tenant gives what our accounts are keyed by, "" while Slack has not told it.
func (u *Users) Tenant() string { return u.Who().Tenant() }

// Self gives our own user id and bot id.
func (u *Users) Self() (user, author string) { w := u.Who(); return w.User, w.Bot }

// Scopes gives what our token may do.
func (u *Users) Scopes() []string { return slices.Clone(u.Who().Scopes) }

// Forget lets the next look at a user ask Slack again.
func (u *Users) Forget(user string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.by, user)
}

// Profile implements [Profiles]. Of whom Slack says nothing now, what it said last comes back, with the time of that.
func (u *Users) Profile(ctx context.Context, user string) bot.Profile {
	for {
		u.mu.Lock()
		p, known := u.by[user]
		wait, reading := u.busy[user]
		if known && u.cfg.Now().Sub(p.ReadAt) < profileLife {
			u.mu.Unlock()
			return p
		}
		if !reading {
			done := make(chan struct{})
			u.busy[user] = done
			u.mu.Unlock()
			return u.read(ctx, user, p, done)
		}
		u.mu.Unlock()
		select {
		case <-wait:
		case <-ctx.Done():
			return called(p, user)
		}
	}
}

// read asks Slack for one user. Whoever asked for the same one meanwhile looks again when done is closed.
func (u *Users) read(ctx context.Context, user string, last bot.Profile, done chan struct{}) bot.Profile {
	defer func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		delete(u.busy, user)
		close(done)
	}()
	if u.Tenant() == "" || user == "" {
		return called(last, user)
	}
	got, err := u.cfg.API.User(ctx, user)
	if err != nil {
		u.cfg.Log.WarnContext(ctx, "slack: user not read", "reason", reason(err))
		return called(last, user)
	}
	p := u.profile(got)
	p.User = user
	u.mu.Lock()
	defer u.mu.Unlock()
	u.by[user] = p
	return p
}

func called(p bot.Profile, user string) bot.Profile {
	p.Surface, p.User = surfaceName, user
	return p
}

// profile makes of a user what matters of them. Who is not known to be one of ours is a stranger.
func (u *Users) profile(s slackgo.User) bot.Profile {
	w := u.Who()
	p := bot.Profile{
		Surface: surfaceName, Tenant: w.Tenant(), User: s.ID, Name: s.RealName, Email: s.Profile.Email, ReadAt: u.cfg.Now(),
		Guest:    s.IsRestricted || s.IsUltraRestricted,
		Stranger: s.IsStranger || !ours(w, s),
		Bot:      s.IsBot || s.IsWorkflowBot || s.IsConnectorBot || s.ID == "USLACKBOT" || s.ID == w.User,
		Deleted:  s.Deleted || s.IsInvitedUser, // an invitation is no member yet
	}
	if p.Stranger {
		p.Tenant = s.TeamID
	}
	if p.Name == "" {
		p.Name = s.Name
	}
	return p
}

// ours says whether a user belongs to the workspace or organisation that installed us.
func ours(w Whoami, s slackgo.User) bool {
	if w.OrgWide {
		return s.Enterprise.EnterpriseID == w.Enterprise && w.Enterprise != ""
	}
	return w.Team != "" && (s.TeamID == w.Team || slices.Contains(s.Enterprise.Teams, w.Team))
}

// Run asks Slack who we are, until it says so, then reads the list of users at once and every night, until ctx ends. It is
// the same in every process: what one of them proposes, another finds proposed.
func (u *Users) Run(ctx context.Context) {
	for wait := time.Duration(0); ; {
		if !u.sleep(ctx, wait) {
			return
		}
		if err := u.Ask(ctx); err != nil {
			wait = min(max(2*wait, time.Second), time.Minute)
			u.cfg.Log.ErrorContext(ctx, "slack does not say who we are", "reason", reason(err), "again_in", wait.String())
			continue
		}
		if err := u.List(ctx); err != nil && ctx.Err() == nil {
			u.cfg.Log.ErrorContext(ctx, "slack: list of users not read", "reason", reason(err), "err", err)
		}
		wait = u.untilNight()
	}
}

// untilNight is the time to the next night, a little different in each process: nobody has to wait for all of them.
func (u *Users) untilNight() time.Duration {
	now := u.cfg.Now().In(u.cfg.Zone)
	minute := 60 + rand.IntN(120) //nolint:gosec // it spreads load and protects nothing
	night := time.Date(now.Year(), now.Month(), now.Day(), 1, minute, 0, 0, u.cfg.Zone)
	if !night.After(now.Add(3 * time.Hour)) {
		night = night.AddDate(0, 0, 1)
	}
	return night.Sub(now)
}

// Ask asks Slack who we are.
func (u *Users) Ask(ctx context.Context) error {
	w, err := u.cfg.API.Whoami(ctx)
	if err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.who = w
	return nil
}

// List reads all users. Users who are not on the list any more keep what was known of them until that is a day old.
func (u *Users) List(ctx context.Context) error {
	var all []bot.Profile
	for cursor, first := "", true; first || cursor != ""; first = false {
		page, next, err := u.page(ctx, cursor)
		if err != nil {
			return err
		}
		for _, s := range page {
			all = append(all, u.profile(s))
		}
		cursor = next
	}
	u.mu.Lock()
	for _, p := range all {
		u.by[p.User] = p
	}
	u.mu.Unlock()
	u.cfg.Log.InfoContext(ctx, "slack: users read", "users", len(all))
	if u.cfg.Listed == nil {
		return nil
	}
	return u.cfg.Listed(ctx, all)
}

// page reads one page, and waits where Slack asks for it: at night nobody else does.
func (u *Users) page(ctx context.Context, cursor string) ([]slackgo.User, string, error) {
	for try := 0; ; try++ {
		page, next, err := u.cfg.API.Users(ctx, cursor)
		se, ok := errors.AsType[*bot.SendError](err)
		if !ok || try == 5 || se.Reach == bot.ReachSurface || !se.Pause && !se.Retry {
			return page, next, err
		}
		if !u.sleep(ctx, max(se.After, time.Second<<try)) {
			return nil, "", ctx.Err()
		}
	}
}

func (u *Users) sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	select {
	case <-ctx.Done():
		return false
	case <-u.cfg.After(d):
		return true
	}
}
