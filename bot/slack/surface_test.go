package slack

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/surfacetest"
	"steward/bot/surfacetest/fakeslack"
	"steward/workflows"
)

// knownPlaces are the places of earlier messages, by user.
type knownPlaces map[string]string

func (k knownPlaces) PlaceOf(_ context.Context, a workflows.Account) (string, error) {
	if k[""] != "" {
		return "", errors.New("database away")
	}
	if p, ok := k[a.User]; ok {
		return p, nil
	}
	return "", workflows.ErrNotFound
}

func anaThere() workflows.Account {
	return workflows.Account{ID: "a1", Person: "P-1", Surface: "slack", Tenant: "T0FAKE", User: "U1", Confirmed: true}
}

func surfaceOf(w *town, scopes []string, places knownPlaces, ch *Channel) *Surface {
	return NewSurface(SurfaceConfig{To: w.Client, Places: places, Scopes: func() []string { return scopes }, Channel: ch})
}

func TestSurfaceConforms(t *testing.T) {
	for name, scopes := range map[string][]string{
		"with im:history": append(fakeslack.RequiredScopes(), "im:history", "im:write"), "without": fakeslack.RequiredScopes(),
	} {
		t.Run(name, func(t *testing.T) {
			surfacetest.Conform(t, func(t *testing.T) surfacetest.Half {
				w := newTown(t, fakeslack.Options{Scopes: scopes}, Limits{Channel: time.Nanosecond})
				return surfacetest.Half{
					Surface: surfaceOf(w, scopes, nil, nil), Account: anaThere(), CanFind: len(scopes) > 3,
					Messages: func() []string {
						var out []string
						for _, m := range w.slack.DM("U1") {
							out = append(out, m.Words())
						}
						return out
					},
					Break: func(err error) {
						if w.slack.Mend(); err != nil {
							w.slack.Fail("*", -1, fakeslack.Says("internal_error"))
						}
					},
				}
			})
		})
	}
}

func reminder(delivery int64) bot.Message {
	return bot.Message{
		Delivery: delivery, About: workflows.RequestRef("AIR-1"), Why: workflows.WhyRemind, At: time.UnixMilli(1_790_000_000_123).UTC(),
		Card: card.Card{Title: "Thursday", Gist: "2 things wait for you", Lead: []string{"2 things wait for you."}},
	}
}

func TestSurfaceFind(t *testing.T) {
	ctx := t.Context()
	full := append(fakeslack.RequiredScopes(), "im:history", "im:write")
	t.Run("what was sent is found by delivery, thing and time, and nothing else is", func(t *testing.T) {
		w := newTown(t, fakeslack.Options{Scopes: full}, Limits{Channel: time.Nanosecond})
		s := surfaceOf(w, full, nil, nil)
		sent, err := s.Send(ctx, anaThere(), reminder(7))
		if err != nil {
			t.Fatal(err)
		}
		if got, found, err := s.Find(ctx, anaThere(), reminder(7)); !found || err != nil || got != sent {
			t.Errorf("found %v %+v, %v; want %+v", found, got, err, sent)
		}
		other, later := reminder(7), reminder(7)
		other.About, later.At = workflows.RequestRef("AIR-2"), later.At.Add(time.Millisecond)
		for name, m := range map[string]bot.Message{"another delivery": reminder(8), "another thing": other, "another database's delivery": later} {
			if _, found, err := s.Find(ctx, anaThere(), m); found || err != nil {
				t.Errorf("%s was found, %v", name, err)
			}
		}
		for range lookBack {
			w.pass(time.Second)
			if _, _, err := w.Post(ctx, "U1", Outgoing{Text: "x"}); err != nil {
				t.Fatal(err)
			}
		}
		if _, found, _ := s.Find(ctx, anaThere(), reminder(7)); found {
			t.Error("it looks back without end")
		}
		if n := len(w.slack.Calls(methodHistory)); n > 5+lookBack/historyPage {
			t.Errorf("history was asked for %d times", n)
		}
	})
	t.Run("an earlier message tells the place where the conversation must not be opened", func(t *testing.T) {
		some := append(fakeslack.RequiredScopes(), "im:history")
		w := newTown(t, fakeslack.Options{Scopes: some}, Limits{})
		s := surfaceOf(w, some, knownPlaces{}, nil)
		if _, _, err := s.Find(ctx, anaThere(), reminder(7)); !errors.Is(err, bot.ErrCannotAsk) {
			t.Errorf("%v, and there is no way to know", err)
		}
		sent, err := s.Send(ctx, anaThere(), reminder(7))
		if err != nil {
			t.Fatal(err)
		}
		s = surfaceOf(w, some, knownPlaces{"U1": sent.Place}, nil)
		if got, found, err := s.Find(ctx, anaThere(), reminder(7)); !found || err != nil || got != sent {
			t.Errorf("found %v %+v, %v", found, got, err)
		}
	})
	t.Run("a scope that was taken away is none", func(t *testing.T) {
		w := newTown(t, fakeslack.Options{Scopes: fakeslack.RequiredScopes()}, Limits{})
		for name, places := range map[string]knownPlaces{"history": {"U1": w.slack.DMChannel("U1")}, "open": {}} {
			if _, _, err := surfaceOf(w, full, places, nil).Find(ctx, anaThere(), reminder(7)); !errors.Is(err, bot.ErrCannotAsk) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
	t.Run("a fault is no answer", func(t *testing.T) {
		w := newTown(t, fakeslack.Options{Scopes: full}, Limits{})
		var wait *bot.SendError
		if _, _, err := surfaceOf(w, nil, knownPlaces{}, nil).Find(ctx, anaThere(), reminder(7)); !errors.As(err, &wait) || !wait.Pause || wait.After <= 0 {
			t.Errorf("before Slack has said what we may do: %v, want to wait", err)
		}
		if _, _, err := surfaceOf(w, full, knownPlaces{"": "x"}, nil).Find(ctx, anaThere(), reminder(7)); err == nil || errors.Is(err, bot.ErrCannotAsk) {
			t.Errorf("%v", err)
		}
		w.slack.Fail(methodHistory, 1, fakeslack.Status(503))
		if _, _, err := surfaceOf(w, full, nil, nil).Find(ctx, anaThere(), reminder(7)); !said(t, err).Retry {
			t.Errorf("%v", err)
		}
	})
}

func TestOutgoing(t *testing.T) {
	m := reminder(7)
	m.Card.Chart = &card.Chart{Kind: card.ChartBar, Title: "Waiting", Labels: []string{"a", "b"}, Series: []card.Series{{Name: "n", Values: []float64{1, 2}}}}
	o := outgoing(m)
	if !o.Patient || o.Delivery != 7 || o.About != "request/AIR-1" || !o.At.Equal(m.At) || o.Text != messageText(m.Card) || o.Plain == nil {
		t.Errorf("%+v", o)
	}
	m.Card.Chart, m.Why = nil, workflows.WhyDecide
	if o := outgoing(m); o.Patient || o.Plain != nil {
		t.Errorf("%+v", o)
	}
}

func TestChannel(t *testing.T) {
	ctx := t.Context()
	scopes := append(fakeslack.RequiredScopes(), "channels:read", "groups:read")
	in := []string{fakeslack.BotUserID, "U1"}
	for name, c := range map[string]struct {
		channel fakeslack.Channel
		want    string
	}{
		"a channel of ours":             {fakeslack.Channel{Members: in}, ""},
		"a private one":                 {fakeslack.Channel{Members: in, Private: true}, ""},
		"one of the whole organisation": {fakeslack.Channel{Members: in, OrgShared: true}, ""},
		"one shared with others":        {fakeslack.Channel{Members: in, ExtShared: true}, "channel_shared"},
		"one that others were asked to": {fakeslack.Channel{Members: in, Pending: true}, "channel_shared"},
		"one we were not asked to":      {fakeslack.Channel{Members: []string{"U1"}}, "channel_not_joined"},
		"one that is archived":          {fakeslack.Channel{Members: in, Archived: true}, "channel_archived"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t, fakeslack.Options{Scopes: scopes}, Limits{})
			c.channel.ID = "C0GOV"
			w.slack.AddChannel(c.channel)
			s := surfaceOf(w, scopes, nil, NewChannel(w, "C0GOV", w.now, slog.New(slog.DiscardHandler)))
			to := workflows.Account{ID: "slack:C0GOV", Person: workflows.Channel, Surface: "slack", User: "C0GOV", Confirmed: true}
			sent, err := s.Send(ctx, to, reminder(1))
			if c.want == "" {
				if err != nil || len(w.slack.Channel("C0GOV")) != 1 {
					t.Errorf("not posted: %v", err)
				}
				err = s.Update(ctx, workflows.Receipt{Account: to, Place: sent.Place, MessageID: sent.MessageID}, reminder(2))
				if n := len(w.slack.Calls(methodInfo)); err != nil || n != 1 {
					t.Errorf("looked %d times, %v", n, err)
				}
				return
			}
			if se := said(t, err); se.Reason != c.want || !se.Pause || se.Reach != bot.ReachBucket || se.After != channelPause {
				t.Errorf("%+v", se)
			}
			if err := s.Update(ctx, workflows.Receipt{Account: to, Place: "C0GOV", MessageID: "1.1"}, reminder(2)); said(t, err).Reason != c.want {
				t.Errorf("updated: %v", err)
			}
			if n := len(w.slack.Calls(methodPost, methodUpdate)); n != 0 {
				t.Errorf("%d calls for a channel that is not ours alone", n)
			}
		})
	}
	t.Run("it is looked at again every day, and what cannot be looked at is refused", func(t *testing.T) {
		w := newTown(t, fakeslack.Options{Scopes: scopes}, Limits{})
		ch := NewChannel(w, "C0GOV", w.now, slog.New(slog.DiscardHandler))
		w.slack.AddChannel(fakeslack.Channel{ID: "C0GOV", Members: in})
		if err := ch.Allowed(ctx); err != nil {
			t.Fatal(err)
		}
		w.slack.AddChannel(fakeslack.Channel{ID: "C0GOV", Members: in, ExtShared: true})
		w.pass(channelLife - time.Minute)
		if err := ch.Allowed(ctx); err != nil {
			t.Error(err)
		}
		w.pass(time.Minute)
		if err := ch.Allowed(ctx); said(t, err).Reason != "channel_shared" {
			t.Error(err)
		}
		w.slack.AddChannel(fakeslack.Channel{ID: "C0GOV", Members: in})
		w.slack.Fail(methodInfo, 1, fakeslack.Status(500))
		if se := said(t, ch.Allowed(ctx)); se.Reason != "channel_unchecked" || se.After != channelAgain {
			t.Errorf("%+v", se)
		}
		if err := ch.Allowed(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Run("without the scope nothing is known", func(t *testing.T) {
		w := newTown(t, fakeslack.Options{Scopes: fakeslack.RequiredScopes()}, Limits{})
		w.slack.AddChannel(fakeslack.Channel{ID: "C0GOV", Members: in})
		if se := said(t, NewChannel(w, "C0GOV", w.now, slog.New(slog.DiscardHandler)).Allowed(ctx)); se.Reason != "channel_unchecked" || se.After != channelPause {
			t.Errorf("%+v", se)
		}
	})
	t.Run("a channel that is none any more gets nothing", func(t *testing.T) {
		w := newTown(t, fakeslack.Options{Scopes: scopes}, Limits{})
		to := workflows.Account{Person: workflows.Channel, Surface: "slack", User: "C0OLD"}
		for _, ch := range []*Channel{nil, NewChannel(w, "C0GOV", w.now, slog.New(slog.DiscardHandler))} {
			_, err := surfaceOf(w, scopes, nil, ch).Send(ctx, to, reminder(1))
			if se := said(t, err); se.Pause || se.Retry {
				t.Errorf("%+v", se)
			}
		}
		if _, _, err := surfaceOf(w, append(scopes, "im:history"), nil, nil).Find(ctx, to, reminder(1)); !errors.Is(err, bot.ErrCannotAsk) {
			t.Error(err)
		}
	})
	if refusedChannel(slackgo.Channel{GroupConversation: slackgo.GroupConversation{Conversation: slackgo.Conversation{IsIM: true}}}) == "" {
		t.Error("somebody's conversation passes for a channel")
	}
}

func TestScopes(t *testing.T) {
	if got := Missing([]string{"commands", "chat:write", "users:read", "im:write", "im:history", "users:read.email", "groups:read", "channels:read"}); len(got) != 0 {
		t.Errorf("still missing %+v", got)
	}
	if got := Missing([]string{"commands"}); len(got) != 7 || got[0].Name != "chat:write" || got[0].Optional {
		t.Errorf("missing %+v", got)
	}
	for _, s := range Scopes() {
		if s.Why == "" || s.Lost == "" || strings.Contains(s.Name, "channels:history") || strings.Contains(s.Name, "groups:history") ||
			strings.HasPrefix(s.Name, "files") || s.Name == "chat:write.public" {
			t.Errorf("%+v", s)
		}
	}
}
