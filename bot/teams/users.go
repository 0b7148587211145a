package teams

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"steward/bot"
	"steward/workflows"
)

// profileLife is how long what Teams said of somebody counts without being asked again.
const profileLife = 24 * time.Hour

// UsersConfig is what [Users] are made of.
type UsersConfig struct {
	API interface {
		Member(ctx context.Context, at workflows.Conversation, user string) (Member, error)
	}
	// Chats knows the chats of people with us; nil where there is none to ask.
	Chats interface {
		Conversation(ctx context.Context, surface, tenant, user string) (workflows.Conversation, error)
	}
	Log *slog.Logger
	Now func() time.Time // real time
}

// Users knows what Teams says of people. It lives in memory, and is read again when what is known is a day old: losing it
// costs a call. Teams has no list of people for us; each is read when they are met. It is safe for concurrent use.
type Users struct {
	cfg UsersConfig

	mu   sync.Mutex
	by   map[workflows.Account]bot.Profile
	busy map[workflows.Account]chan struct{} // accounts that are being read
}

// NewUsers makes users. Nothing is known yet.
func NewUsers(cfg UsersConfig) *Users {
	return &Users{cfg: cfg, by: map[workflows.Account]bot.Profile{}, busy: map[workflows.Account]chan struct{}{}}
}

// Forget lets the next look at an account ask Teams again.
func (u *Users) Forget(a workflows.Account) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.by, keyOf(a))
}

// keyOf is an account as far as it is the platform's.
func keyOf(a workflows.Account) workflows.Account {
	return workflows.Account{Surface: surfaceName, Tenant: strings.ToLower(a.Tenant), User: strings.ToLower(a.User)}
}

// Profile gives what Teams says of the person a conversation names, by a look into that conversation. It never fails: of whom
// Teams says nothing now, what it said last comes back, with the time of that, which is zero where it never said anything.
func (u *Users) Profile(ctx context.Context, at workflows.Conversation) bot.Profile {
	key := keyOf(at.Account)
	for {
		u.mu.Lock()
		p, known := u.by[key]
		wait, reading := u.busy[key]
		if known && u.cfg.Now().Sub(p.ReadAt) < profileLife {
			u.mu.Unlock()
			return p
		}
		if !reading {
			done := make(chan struct{})
			u.busy[key] = done
			u.mu.Unlock()
			return u.read(ctx, at, p, done)
		}
		u.mu.Unlock()
		select {
		case <-wait:
		case <-ctx.Done():
			return called(p, key)
		}
	}
}

// read asks Teams for one person. Whoever asked for the same one meanwhile looks again when done is closed.
func (u *Users) read(ctx context.Context, at workflows.Conversation, last bot.Profile, done chan struct{}) bot.Profile {
	key := keyOf(at.Account)
	defer func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		delete(u.busy, key)
		close(done)
	}()
	if key.Tenant == "" || key.User == "" {
		return called(last, key)
	}
	m, err := u.member(ctx, at, key)
	switch id := strings.ToLower(m.id()); {
	case err != nil:
		u.cfg.Log.WarnContext(ctx, "teams: person not read", "reason", reason(err))
		return called(last, key)
	case id != key.User:
		u.cfg.Log.WarnContext(ctx, "teams: somebody else was read")
		return called(last, key)
	}
	p := m.profile(key)
	p.ReadAt = u.cfg.Now()
	u.mu.Lock()
	defer u.mu.Unlock()
	u.by[key] = p
	return p
}

// member reads somebody where they were met. Where we cannot look, because a message extension may be used in a chat that we
// are no member of, they are read in their own chat with us.
func (u *Users) member(ctx context.Context, at workflows.Conversation, key workflows.Account) (Member, error) {
	m, err := u.cfg.API.Member(ctx, at, key.User)
	if err == nil || u.cfg.Chats == nil {
		return m, err
	}
	own, lost := u.cfg.Chats.Conversation(ctx, surfaceName, key.Tenant, key.User)
	if lost != nil || own.Dead || own.Place == at.Place {
		return m, err
	}
	return u.cfg.API.Member(ctx, own, key.User)
}

// called gives what is known of an account under its name.
func called(p bot.Profile, key workflows.Account) bot.Profile {
	p.Surface, p.User = surfaceName, key.User
	if p.Tenant == "" {
		p.Tenant = key.Tenant
	}
	return p
}

// id is the Entra object id of a member.
func (m Member) id() string {
	if m.User != "" {
		return m.User
	}
	return m.Object
}

// profile makes of a member what matters of them. Who is not known to be one of ours is a stranger, and so is somebody of whom
// Teams tells neither role nor name of sign-in. Guests of the tenant have their home tenant in their name, also where Teams does
// not call them so.
func (m Member) profile(key workflows.Account) bot.Profile {
	tenant := strings.ToLower(m.Tenant)
	p := bot.Profile{
		Surface: surfaceName, Tenant: key.Tenant, User: key.User, Name: m.Name, Email: m.Email,
		Guest:    !strings.EqualFold(m.Role, "user") && m.Role != "" || strings.Contains(strings.ToUpper(m.UPN), "#EXT#"),
		Stranger: tenant != key.Tenant || m.Role == "" && m.UPN == "",
	}
	if tenant != key.Tenant {
		p.Tenant = tenant
	}
	return p
}
