package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/surfacetest/fakeslack"
)

func usersOf(w *town, listed func(context.Context, []bot.Profile) error) *Users {
	return NewUsers(UsersConfig{API: w.Client, Log: slog.New(slog.DiscardHandler), Now: w.now, Listed: listed})
}

func TestUsersWho(t *testing.T) {
	w := newTown(t, fakeslack.Options{}, Limits{})
	u := usersOf(w, nil)
	if u.Tenant() != "" || len(u.Scopes()) != 0 {
		t.Error("something is known before Slack was asked")
	}
	if p := u.Profile(t.Context(), "U1"); !p.ReadAt.IsZero() || p.User != "U1" {
		t.Errorf("before it is known whose workspace it is: %+v", p)
	}
	if n := len(w.slack.Calls(methodUser)); n != 0 {
		t.Errorf("%d users were read", n)
	}
	if err := u.Ask(t.Context()); err != nil {
		t.Fatal(err)
	}
	if user, author := u.Self(); user != fakeslack.BotUserID || author != fakeslack.BotID || u.Tenant() != "T0FAKE" || len(u.Scopes()) != 4 {
		t.Errorf("we are %s %s of %s with %v", user, author, u.Tenant(), u.Scopes())
	}
}

func TestUsersProfile(t *testing.T) {
	for name, c := range map[string]struct {
		opt  fakeslack.Options
		user fakeslack.User
		want bot.Profile
	}{
		"a member":                    {user: fakeslack.User{RealName: "Eva", Email: "eva@example.com"}, want: bot.Profile{Tenant: "T0FAKE", Name: "Eva", Email: "eva@example.com"}},
		"one without a name":          {user: fakeslack.User{Name: "eva"}, want: bot.Profile{Tenant: "T0FAKE", Name: "eva"}},
		"a guest":                     {user: fakeslack.User{Name: "eva", Guest: true}, want: bot.Profile{Tenant: "T0FAKE", Name: "eva", Guest: true}},
		"a guest of one channel":      {user: fakeslack.User{Name: "eva", SingleGuest: true}, want: bot.Profile{Tenant: "T0FAKE", Name: "eva", Guest: true}},
		"somebody who left":           {user: fakeslack.User{Name: "eva", Deleted: true}, want: bot.Profile{Tenant: "T0FAKE", Name: "eva", Deleted: true}},
		"somebody who was invited":    {user: fakeslack.User{Name: "eva", Invited: true}, want: bot.Profile{Tenant: "T0FAKE", Name: "eva", Deleted: true}},
		"a bot":                       {user: fakeslack.User{Name: "eva", Bot: true}, want: bot.Profile{Tenant: "T0FAKE", Name: "eva", Bot: true}},
		"a workflow":                  {user: fakeslack.User{Name: "eva", Workflow: true}, want: bot.Profile{Tenant: "T0FAKE", Name: "eva", Bot: true}},
		"somebody of another company": {user: fakeslack.User{Name: "eva", Stranger: true, TeamID: "T9"}, want: bot.Profile{Tenant: "T9", Name: "eva", Stranger: true}},
		"one that Slack does not call a stranger": {
			user: fakeslack.User{Name: "eva", TeamID: "T9"}, want: bot.Profile{Tenant: "T9", Name: "eva", Stranger: true},
		},
		"a member of the organisation": {
			opt:  fakeslack.Options{Enterprise: "E1", OrgInstall: true},
			user: fakeslack.User{Name: "eva", TeamID: "T9"}, want: bot.Profile{Tenant: "E1", Name: "eva"},
		},
		"somebody of another organisation": {
			opt:  fakeslack.Options{Enterprise: "E1", OrgInstall: true},
			user: fakeslack.User{Name: "eva", TeamID: "T9", Enterprise: "E2"}, want: bot.Profile{Tenant: "T9", Name: "eva", Stranger: true},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c.opt.Scopes = append(fakeslack.RequiredScopes(), "users:read.email")
			w := newTown(t, c.opt, Limits{})
			c.user.ID = "U7"
			w.slack.AddUser(c.user)
			u := usersOf(w, nil)
			if err := u.Ask(t.Context()); err != nil {
				t.Fatal(err)
			}
			got := u.Profile(t.Context(), "U7")
			if got.ReadAt.IsZero() {
				t.Error("it is not known when")
			}
			got.ReadAt = time.Time{}
			c.want.Surface, c.want.User = "slack", "U7"
			if got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

func TestUsersAge(t *testing.T) {
	ctx := t.Context()
	w := newTown(t, fakeslack.Options{}, Limits{})
	u := usersOf(w, nil)
	if err := u.Ask(ctx); err != nil {
		t.Fatal(err)
	}
	first := u.Profile(ctx, "U1")
	w.pass(23 * time.Hour)
	if got := u.Profile(ctx, "U1"); got != first || len(w.slack.Calls(methodUser)) != 1 {
		t.Errorf("read again after 23 hours: %+v", got)
	}
	w.slack.AddUser(fakeslack.User{ID: "U1", Guest: true})
	w.pass(time.Hour)
	if got := u.Profile(ctx, "U1"); !got.Guest || !got.ReadAt.After(first.ReadAt) {
		t.Errorf("after a day: %+v", got)
	}
	w.slack.AddUser(fakeslack.User{ID: "U1"})
	u.Forget("U1")
	if got := u.Profile(ctx, "U1"); got.Guest {
		t.Errorf("after it changed: %+v", got)
	}
	old := u.Profile(ctx, "U1")
	w.pass(48 * time.Hour)
	w.slack.Fail(methodUser, 2, fakeslack.Status(http.StatusServiceUnavailable))
	if got := u.Profile(ctx, "U1"); got != old {
		t.Errorf("where Slack does not answer: %+v, want what it said last, %+v", got, old)
	}
	if got := u.Profile(ctx, "U2"); !got.ReadAt.IsZero() {
		t.Errorf("somebody nobody knows: %+v", got)
	}
	if got := u.Profile(ctx, "U404"); !got.ReadAt.IsZero() {
		t.Errorf("somebody there is not: %+v", got)
	}
}

// TestUsersAtOnce shows that many presses of one user ask once, and that nobody waits longer than they want to.
func TestUsersAtOnce(t *testing.T) {
	w := newTown(t, fakeslack.Options{}, Limits{})
	u := usersOf(w, nil)
	if err := u.Ask(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.slack.Slow(methodUser, 30*time.Millisecond)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if p := u.Profile(t.Context(), "U1"); p.ReadAt.IsZero() {
				t.Error("not read")
			}
		})
	}
	all.Wait()
	if n := len(w.slack.Calls(methodUser)); n != 1 {
		t.Errorf("asked %d times", n)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	done := make(chan struct{})
	u.busy["U2"] = done
	if p := u.Profile(gone, "U2"); !p.ReadAt.IsZero() || p.User != "U2" {
		t.Errorf("%+v", p)
	}
}

func TestUsersList(t *testing.T) {
	ctx := t.Context()
	w := newTown(t, fakeslack.Options{Limits: true, Rates: map[string]int{methodUsers: 1}}, Limits{})
	for n := range 300 {
		w.slack.AddUser(fakeslack.User{ID: fmt.Sprintf("U9%03d", n), Guest: n%2 == 0})
	}
	var listed []bot.Profile
	var waits []time.Duration
	u := NewUsers(UsersConfig{
		API: w.Client, Log: slog.New(slog.DiscardHandler), Now: w.now,
		Listed: func(_ context.Context, all []bot.Profile) error { listed = all; return nil },
		After: func(d time.Duration) <-chan time.Time {
			waits = append(waits, d)
			w.pass(d)
			c := make(chan time.Time, 1)
			c <- w.now()
			return c
		},
	})
	if err := u.Ask(ctx); err != nil {
		t.Fatal(err)
	}
	if err := u.List(ctx); err != nil {
		t.Fatal(err)
	}
	if len(listed) != 304 || len(waits) != 1 || waits[0] > time.Minute || len(w.slack.Early()) != 0 {
		t.Errorf("%d users after waiting %v, called too early: %v", len(listed), waits, w.slack.Early())
	}
	if p := u.Profile(ctx, "U9000"); !p.Guest || len(w.slack.Calls(methodUser)) != 0 {
		t.Errorf("%+v", p)
	}
	w.slack.Fail(methodUsers, -1, fakeslack.Status(500))
	if err := u.List(ctx); said(t, err).Reason != "http_500" {
		t.Error(err)
	}
	w.slack.Mend()
	w.slack.Fail(methodUsers, 1, fakeslack.Says("invalid_auth"))
	waits = nil
	w.pass(time.Hour)
	if err := u.List(ctx); said(t, err).Reason != "invalid_auth" || len(waits) != 0 {
		t.Errorf("%v after waiting %v", err, waits)
	}
}

func TestUsersRun(t *testing.T) {
	w := newTown(t, fakeslack.Options{}, Limits{})
	w.slack.Fail(methodAuth, 3, fakeslack.Status(500))
	zone := time.FixedZone("", 5*3600)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var nights []time.Time
	lists := 0
	u := NewUsers(UsersConfig{
		API: w.Client, Log: slog.New(slog.DiscardHandler), Now: w.now, Zone: zone,
		Listed: func(context.Context, []bot.Profile) error {
			if lists++; lists == 4 {
				cancel()
			}
			return errors.New("database away") // is logged, and no reason to stop
		},
		After: func(d time.Duration) <-chan time.Time {
			if w.pass(d); d > time.Hour {
				nights = append(nights, w.now().In(zone))
			}
			c := make(chan time.Time, 1)
			if ctx.Err() == nil {
				c <- w.now()
			}
			return c
		},
	})
	u.Run(ctx)
	if lists != 4 || len(nights) < 3 {
		t.Fatalf("%d lists, in nights %v", lists, nights)
	}
	for i, at := range nights {
		if at.Hour() < 2 || at.Hour() >= 4 || i > 0 && at.Sub(nights[i-1]) < 20*time.Hour {
			t.Errorf("night %d begins at %s", i, at)
		}
	}
}
