package teams

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/surfacetest/faketeams"
	"steward/workflows"
)

// ownChats are the chats of people, by user.
type ownChats map[string]workflows.Conversation

func (o ownChats) Conversation(_ context.Context, _, _, user string) (workflows.Conversation, error) {
	if c, ok := o[user]; ok {
		return c, nil
	}
	return workflows.Conversation{}, workflows.ErrNotFound
}

func usersOf(w *town, own ownChats) *Users {
	return NewUsers(UsersConfig{API: w.Client, Chats: own, Log: slog.New(slog.DiscardHandler), Now: w.now})
}

func TestUsersProfile(t *testing.T) {
	const abroad = "22222222-2222-4333-8444-555555555555"
	for name, c := range map[string]struct {
		user faketeams.User
		want bot.Profile
	}{
		"a member":             {faketeams.User{Name: "Eva", Email: "eva@acme.example"}, bot.Profile{Tenant: faketeams.Tenant, Name: "Eva", Email: "eva@acme.example"}},
		"one without e-mail":   {faketeams.User{Name: "Eva", UPN: "eva@acme.example"}, bot.Profile{Tenant: faketeams.Tenant, Name: "Eva"}},
		"a guest":              {faketeams.User{Name: "Eva", Guest: true}, bot.Profile{Tenant: faketeams.Tenant, Name: "Eva", Guest: true}},
		"one called a guest":   {faketeams.User{Name: "Eva", UPN: "eva_other.example#EXT#@acme.example"}, bot.Profile{Tenant: faketeams.Tenant, Name: "Eva", Guest: true}},
		"somebody from abroad": {faketeams.User{Name: "Eva", Tenant: abroad}, bot.Profile{Tenant: abroad, Name: "Eva", Stranger: true}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t, faketeams.Options{})
			c.user.ID = "99999999-0000-4000-8000-00000000000f"
			w.teams.AddUser(c.user)
			chat := w.teams.AddGroup(c.user.ID)
			if c.user.Tenant == "" { // who is of another tenant is met in a chat of ours
				w.teams.Provide(c.user.ID, true)
				chat = w.teams.Chat(c.user.ID)
			} else if _, err := w.teams.InstallIn(t.Context(), townAna, chat, false); err != nil {
				t.Fatal(err)
			}
			at := w.at(c.user.ID)
			at.Place = chat
			at.Account.User = "99999999-0000-4000-8000-00000000000F" // as one client writes it
			got := usersOf(w, nil).Profile(t.Context(), at)
			if got.ReadAt.IsZero() {
				t.Error("it is not known when")
			}
			got.ReadAt = time.Time{}
			c.want.Surface, c.want.User = surfaceName, c.user.ID
			if got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
	nobody := Member{User: "u", Role: "user"}
	if p := nobody.profile(workflows.Account{Tenant: "t", User: "u"}); !p.Stranger {
		t.Error("somebody of whom no tenant is said is one of ours")
	}
	unsaid := Member{User: "u", Tenant: "t", Name: "Ana"}
	if p := unsaid.profile(workflows.Account{Tenant: "t", User: "u"}); !p.Stranger || p.Tenant != "t" {
		t.Errorf("somebody of whom neither role nor name of sign-in is said is %+v", p)
	}
	if (Member{Object: "o"}).id() != "o" {
		t.Error("the older name of the id is not read")
	}
}

func TestUsersLife(t *testing.T) {
	w := newTown(t, faketeams.Options{})
	u, at, ctx := usersOf(w, nil), w.at(townAna), t.Context()
	read := func(want string, calls int) bot.Profile {
		t.Helper()
		p := u.Profile(ctx, at)
		if p.Name != want || p.User != townAna || p.Surface != surfaceName || p.Tenant != faketeams.Tenant {
			t.Errorf("%+v", p)
		}
		if n := len(w.teams.Calls("member")); n != calls {
			t.Errorf("read %d times, want %d", n, calls)
		}
		return p
	}
	w.teams.Fail("member", 1, faketeams.Status(http.StatusBadGateway))
	if p := read("", 1); !p.ReadAt.IsZero() {
		t.Error("something is known of somebody who was not read")
	}
	first := read("Ana Ruiz", 2)
	w.teams.AddUser(faketeams.User{ID: townAna, Name: "Ana Ruiz-Lee"})
	read("Ana Ruiz", 2)
	w.pass(profileLife)
	w.teams.Fail("member", 1, faketeams.Status(http.StatusBadGateway))
	if p := read("Ana Ruiz", 3); !p.ReadAt.Equal(first.ReadAt) {
		t.Error("what was said last is said to be new")
	}
	read("Ana Ruiz-Lee", 4)
	w.teams.AddUser(faketeams.User{ID: townAna, Name: "Ana Lee"})
	u.Forget(at.Account)
	read("Ana Lee", 5)
}

func TestUsersNobody(t *testing.T) {
	w := newTown(t, faketeams.Options{})
	u := usersOf(w, nil)
	for _, a := range []workflows.Account{{}, {Tenant: faketeams.Tenant}, {User: townAna}} {
		at := w.at(townAna)
		at.Account = a
		if p := u.Profile(t.Context(), at); !p.ReadAt.IsZero() {
			t.Errorf("%+v is known as %+v", a, p)
		}
	}
	if n := len(w.teams.Calls("member")); n != 0 {
		t.Errorf("%d calls about nobody", n)
	}
	other := NewUsers(UsersConfig{API: somebodyElse{}, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	if p := other.Profile(t.Context(), w.at(townAna)); !p.ReadAt.IsZero() || p.Name != "" {
		t.Errorf("Ana is taken for somebody else: %+v", p)
	}
}

// somebodyElse is what answers about another person than was asked for.
type somebodyElse struct{}

func (somebodyElse) Member(context.Context, workflows.Conversation, string) (Member, error) {
	return Member{User: townEva, Name: "Eva", Tenant: faketeams.Tenant}, nil
}

// TestUsersElsewhere meets somebody through a message extension, in a chat that we are no member of.
func TestUsersElsewhere(t *testing.T) {
	w := newTown(t, faketeams.Options{})
	at := w.at(townAna)
	at.Place = w.teams.AddGroup(townAna, townEva)
	own := ownChats{}
	u := usersOf(w, own)
	if p := u.Profile(t.Context(), at); !p.ReadAt.IsZero() {
		t.Errorf("%+v", p)
	}
	dead := w.at(townAna)
	dead.Dead = true
	own[townAna] = dead
	if p := u.Profile(t.Context(), at); !p.ReadAt.IsZero() {
		t.Errorf("read in a chat that is closed: %+v", p)
	}
	own[townAna] = w.at(townAna)
	if p := u.Profile(t.Context(), at); p.Name != "Ana Ruiz" {
		t.Errorf("%+v", p)
	}
	w.pass(profileLife)
	w.teams.Provide(townAna, false)
	if p := u.Profile(t.Context(), w.at(townAna)); p.Name != "Ana Ruiz" || p.ReadAt.IsZero() {
		t.Errorf("what was known is forgotten: %+v", p)
	}
	if n := len(w.teams.Calls("member")); n != 5 {
		t.Errorf("%d looks", n)
	}
}

// doorway lets a call wait until it is opened.
type doorway struct {
	in, open chan struct{}
	mu       sync.Mutex
	calls    int
}

func (d *doorway) Member(ctx context.Context, _ workflows.Conversation, user string) (Member, error) {
	d.mu.Lock()
	d.calls++
	d.mu.Unlock()
	close(d.in)
	select {
	case <-d.open:
		return Member{User: user, Name: "Ana", Tenant: "t", Role: "user"}, nil
	case <-ctx.Done():
		return Member{}, ctx.Err()
	}
}

func TestUsersAtOnce(t *testing.T) {
	d := &doorway{in: make(chan struct{}), open: make(chan struct{})}
	u := NewUsers(UsersConfig{API: d, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	at := workflows.Conversation{Account: workflows.Account{Tenant: "t", User: "u"}}
	got := make(chan bot.Profile, 5)
	go func() { got <- u.Profile(t.Context(), at) }()
	<-d.in
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("they went away"))
	if p := u.Profile(ctx, at); !p.ReadAt.IsZero() || p.User != "u" {
		t.Errorf("who did not wait knows %+v", p)
	}
	for range 4 {
		go func() { got <- u.Profile(t.Context(), at) }()
	}
	close(d.open)
	for range 5 {
		if p := <-got; p.Name != "Ana" {
			t.Errorf("%+v", p)
		}
	}
	if d.calls != 1 {
		t.Errorf("%d calls for one person", d.calls)
	}
}
