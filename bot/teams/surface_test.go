package teams

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/surfacetest"
	"steward/bot/surfacetest/faketeams"
	"steward/store"
	"steward/workflows"
)

// house is a surface with a store that knows chats, and the Teams it writes to.
type house struct {
	*town

	surface *Surface
	store   *store.Store
	waits   []time.Duration // of updates that were patient
}

// newHouse makes a surface that knows Ana's chat, unless it is told to begin chats itself.
func newHouse(t *testing.T, first bool) *house {
	t.Helper()
	h := &house{town: newTown(t, faketeams.Options{})}
	var err error
	if h.store, err = store.Open(t.Context(), store.Options{URL: "sqlite:" + t.TempDir() + "/steward.db", Fast: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.store.Close() })
	cfg := SurfaceConfig{
		To: h.Client, Contacts: h.store, Tenant: faketeams.Tenant, Log: slog.New(slog.DiscardHandler), Now: h.now,
		After: func(d time.Duration) <-chan time.Time {
			h.waits = append(h.waits, d)
			h.pass(d)
			done := make(chan time.Time)
			close(done)
			return done
		},
	}
	if first {
		cfg.Service = h.teams.ServiceURL("")
	} else {
		h.meet(t)
	}
	h.surface = NewSurface(cfg)
	return h
}

// meet notes Ana's chat, as an activity of hers does.
func (h *house) meet(t *testing.T) {
	t.Helper()
	at := h.at(townAna)
	at.SeenAt = h.now()
	if err := h.store.SaveConversation(t.Context(), at); err != nil {
		t.Fatal(err)
	}
}

// chatOf is what the store knows of somebody's chat.
func (h *house) chatOf(t *testing.T, user string) workflows.Conversation {
	t.Helper()
	c, err := h.store.Conversation(t.Context(), surfaceName, faketeams.Tenant, user)
	if err != nil && !errors.Is(err, workflows.ErrNotFound) {
		t.Fatal(err)
	}
	return c
}

func anaThere() workflows.Account {
	return workflows.Account{ID: "a1", Person: "P-1", Surface: surfaceName, Tenant: faketeams.Tenant, User: townAna, Confirmed: true}
}

func evaThere() workflows.Account { a := anaThere(); a.User = townEva; return a }

func message(delivery int64, words string) bot.Message {
	return bot.Message{
		Delivery: delivery, About: workflows.RequestRef("AIR-1"), Why: workflows.WhyDecide, At: time.UnixMilli(1_790_000_000_123).UTC(),
		Card: card.Card{
			About: "request/AIR-1", Kicker: "AIR-1", Title: words, Gist: words, Lead: []string{words},
			Buttons: []card.Button{{Label: "Approve", Action: card.Action{Verb: "approve", About: "request/AIR-1", Stage: "manager", Round: 1, Revision: 1}}},
		},
	}
}

func TestSurfaceConforms(t *testing.T) {
	for name, first := range map[string]bool{"in a chat that is known": false, "in one that is begun": true} {
		t.Run(name, func(t *testing.T) {
			surfacetest.Conform(t, func(t *testing.T) surfacetest.Half {
				h := newHouse(t, first)
				return surfacetest.Half{
					Surface: h.surface, Account: anaThere(),
					Messages: func() []string {
						var out []string
						for _, m := range h.teams.Personal(townAna) {
							out = append(out, m.Words())
						}
						return out
					},
					Break: func(err error) {
						if h.teams.Mend(); err != nil {
							h.teams.Fail("*", -1, faketeams.Status(http.StatusBadGateway))
						}
					},
				}
			})
		})
	}
}

// TestSurfaceFirst shows how a chat is begun with somebody who was not heard of.
func TestSurfaceFirst(t *testing.T) {
	h := newHouse(t, true)
	ctx := t.Context()
	imported := workflows.Account{Surface: surfaceName, User: strings.ToUpper(townAna), Confirmed: true} // a file names no tenant
	for range 2 {
		if _, err := h.surface.Send(ctx, imported, message(1, "Please decide")); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(h.teams.Calls("create")); n != 1 {
		t.Errorf("the chat was begun %d times", n)
	}
	if got := h.chatOf(t, townAna); got.Place != h.teams.Chat(townAna) || got.Service != h.teams.ServiceURL("") || got.Dead {
		t.Errorf("noted %+v", got)
	}
	_, err := h.surface.Send(ctx, evaThere(), message(2, "Please decide"))
	if se := told(t, err); se.Retry || se.Pause || se.Unsure || se.Reason != codeForbidden {
		t.Errorf("without the app: %+v", se)
	}
	foreign := anaThere()
	foreign.Tenant = "22222222-2222-4333-8444-555555555555"
	if _, err := h.surface.Send(ctx, foreign, message(3, "Please decide")); reason(err) != reasonNoChat {
		t.Errorf("somebody of another tenant: %v", err)
	}
	if n := len(h.teams.Calls("create")); n != 2 {
		t.Errorf("%d chats were begun", n)
	}
	never := NewSurface(SurfaceConfig{To: h.Client, Contacts: h.store, Tenant: faketeams.Tenant, Log: slog.New(slog.DiscardHandler), Now: h.now})
	if _, err := never.Send(ctx, evaThere(), message(4, "Please decide")); reason(err) != reasonNoChat || told(t, err).Retry {
		t.Errorf("nobody is written to first, and yet: %v", err)
	}
}

// TestSurfaceClosed shows that a chat that is closed to us is called once.
func TestSurfaceClosed(t *testing.T) {
	for name, shut := range map[string]func(h *house, shut bool){
		"the app was removed":     func(h *house, shut bool) { h.teams.Provide(townAna, !shut) },
		"the person does not ask": func(h *house, shut bool) { h.teams.Block(townAna, shut) },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, false)
			ctx := t.Context()
			sent, err := h.surface.Send(ctx, anaThere(), message(1, "Please decide"))
			if err != nil {
				t.Fatal(err)
			}
			shut(h, true)
			for range 3 {
				h.pass(time.Second)
				_, err := h.surface.Send(ctx, anaThere(), message(2, "Please decide"))
				if se := told(t, err); se.Retry || se.Pause || se.Unsure {
					t.Errorf("the message goes nowhere else: %+v", se)
				}
			}
			if n := len(h.teams.Calls("send")); n != 2 || !h.chatOf(t, townAna).Dead {
				t.Errorf("%d messages were sent; closed: %v", n, h.chatOf(t, townAna).Dead)
			}
			r := workflows.Receipt{Account: anaThere(), Place: sent.Place, MessageID: sent.MessageID}
			if err := h.surface.Update(ctx, r, message(3, "Approved")); !told(t, err).Gone || len(h.teams.Calls("update")) != 0 {
				t.Errorf("a change: %v", err)
			}
			shut(h, false)
			h.pass(time.Second)
			h.meet(t)
			if _, err := h.surface.Send(ctx, anaThere(), message(4, "Please decide")); err != nil {
				t.Errorf("they are there again: %v", err)
			}
			shut(h, true)
			h.pass(time.Second)
			if err := h.surface.Update(ctx, r, message(5, "Approved")); !told(t, err).Gone || !h.chatOf(t, townAna).Dead {
				t.Errorf("a change is not what closes it: %v", err)
			}
		})
	}
}

// TestSurfaceMoved shows that a chat is found again whose service has moved.
func TestSurfaceMoved(t *testing.T) {
	h := newHouse(t, true)
	ctx := t.Context()
	sent, err := h.surface.Send(ctx, anaThere(), message(1, "Please decide"))
	if err != nil {
		t.Fatal(err)
	}
	h.teams.Move("", "amer")
	h.teams.Move(faketeams.Tenant, "amer")
	h.surface.cfg.Service = h.teams.ServiceURL("") // the address of first contacts leads everywhere; the fake's does not
	r := workflows.Receipt{Account: anaThere(), Place: sent.Place, MessageID: sent.MessageID}
	if err := h.surface.Update(ctx, r, message(2, "Approved")); err != nil {
		t.Errorf("a change: %v", err)
	}
	h.teams.Move(faketeams.Tenant, "apac")
	h.surface.cfg.Service = h.teams.ServiceURL("")
	h.pass(time.Second)
	if again, err := h.surface.Send(ctx, anaThere(), message(3, "Please decide")); err != nil || again.Place != sent.Place {
		t.Errorf("%+v, %v", again, err)
	}
	if got := h.chatOf(t, townAna); got.Service != h.teams.ServiceURL("") || got.Dead {
		t.Errorf("noted %+v", got)
	}
	if n := len(h.teams.Personal(townAna)); n != 2 {
		t.Errorf("Ana got %d messages", n)
	}
	h.teams.Move(faketeams.Tenant, "in")
	h.teams.Fail("create", 1, faketeams.Status(http.StatusBadGateway))
	h.surface.cfg.Service = h.teams.ServiceURL("")
	if _, err := h.surface.Send(ctx, anaThere(), message(4, "Please decide")); !told(t, err).Retry || told(t, err).Unsure || h.chatOf(t, townAna).Dead {
		t.Errorf("a fault that passes is taken for the end: %v", err)
	}
	h.surface.cfg.Service = ""
	if err := h.surface.Update(ctx, r, message(5, "Approved")); !told(t, err).Gone || h.chatOf(t, townAna).Dead {
		t.Errorf("a change: %v", err)
	}
	h.pass(time.Second)
	if _, err := h.surface.Send(ctx, anaThere(), message(6, "Please decide")); told(t, err).Retry || !h.chatOf(t, townAna).Dead {
		t.Errorf("it is nowhere: %v", err)
	}
}

// TestSurfaceFlake shows the patience with messages of which Teams says that they are not there.
func TestSurfaceFlake(t *testing.T) {
	h := newHouse(t, false)
	sent, err := h.surface.Send(t.Context(), anaThere(), message(1, "Please decide"))
	if err != nil {
		t.Fatal(err)
	}
	r := workflows.Receipt{Account: anaThere(), Place: sent.Place, MessageID: sent.MessageID}
	h.teams.Fail("update", 2, faketeams.Flake())
	if err := h.surface.Update(t.Context(), r, message(2, "Approved")); err != nil || len(h.waits) != 2 {
		t.Errorf("%v after %d waits", err, len(h.waits))
	}
	h.teams.Fail("update", 3, faketeams.Flake())
	if err := h.surface.Update(t.Context(), r, message(3, "Rejected")); !told(t, err).Gone || told(t, err).Retry || h.chatOf(t, townAna).Dead {
		t.Errorf("%v: it goes on for ever", err)
	}
	if n := len(h.teams.Calls("update")); n != 6 {
		t.Errorf("%d calls", n)
	}
	if got := h.teams.Personal(townAna); len(got) != 1 || !strings.Contains(got[0].Words(), "Approved") {
		t.Errorf("Ana sees %+v", got)
	}
	h.surface.cfg.After = time.After
	h.teams.Fail("update", 1, faketeams.Flake())
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := h.surface.Update(ctx, r, message(4, "Rejected")); !told(t, err).Retry || told(t, err).Gone {
		t.Errorf("%v: the time was over, and nothing is known", err)
	}
}

// TestSurfaceUpdate shows changes of messages in chats that are not those of now.
func TestSurfaceUpdate(t *testing.T) {
	h := newHouse(t, true) // it knows nobody's chat
	ctx := t.Context()
	id, err := h.Send(ctx, h.at(townAna), cardSaying("Hello"))
	if err != nil {
		t.Fatal(err)
	}
	r := workflows.Receipt{Account: anaThere(), Place: h.teams.Chat(townAna), MessageID: id}
	if err := h.surface.Update(ctx, r, message(1, "Approved")); err != nil {
		t.Errorf("a message in a chat that nobody noted: %v", err)
	}
	for name, change := range map[string]func(*workflows.Receipt){
		"one whose id was never told": func(r *workflows.Receipt) { r.MessageID = "" },
		"one in a chat of before":     func(r *workflows.Receipt) { r.Place = "a:1before" },
		"one that is not there":       func(r *workflows.Receipt) { r.MessageID = "42" },
	} {
		other := r
		change(&other)
		if err := h.surface.Update(ctx, other, message(2, "Approved")); !told(t, err).Gone {
			t.Errorf("%s: %v", name, err)
		}
	}
	h.teams.Forgive("a:1before")
	h.surface.cfg.Service = ""
	h.meet(t)
	if err := h.surface.Update(ctx, r, message(3, "Approved by Ben")); err != nil {
		t.Error(err)
	}
	got := h.teams.Personal(townAna)
	if len(got) != 1 || !strings.Contains(got[0].Words(), "Approved by Ben") {
		t.Errorf("Ana sees %+v", got)
	}
}

// TestSurfaceShared shows that what is one person's never goes where others read.
func TestSurfaceShared(t *testing.T) {
	h := newHouse(t, false)
	team := h.teams.AddTeam("Everybody", townAna, townEva)
	if _, err := h.teams.InstallIn(t.Context(), townAna, team.ID, false); err != nil {
		t.Fatal(err)
	}
	h.pass(time.Minute)
	at := h.at(townAna)
	at.Place, at.SeenAt = team.ID, h.now()
	if err := h.store.SaveConversation(t.Context(), at); err != nil { // somebody noted it by mistake
		t.Fatal(err)
	}
	if _, err := h.surface.Send(t.Context(), anaThere(), message(1, "Please decide")); reason(err) != reasonNoChat {
		t.Errorf("%v", err)
	}
	h.pass(time.Minute)
	h.surface.cfg.Service = h.teams.ServiceURL("")
	if sent, err := h.surface.Send(t.Context(), anaThere(), message(2, "Please decide")); err != nil || sent.Place != h.teams.Chat(townAna) {
		t.Errorf("%+v, %v", sent, err)
	}
	if n := len(h.teams.In(team.ID)); n != 0 {
		t.Errorf("%d messages where everybody reads", n)
	}
	channel := workflows.Account{Person: workflows.Channel, Surface: surfaceName, User: team.ID}
	if _, err := h.surface.Send(t.Context(), channel, message(3, "Somebody asks")); reason(err) != reasonChannels || told(t, err).Retry {
		t.Errorf("a channel: %v", err)
	}
}

// TestSurfaceMessage shows what is drawn: a mark that says which delivery a message is, and none in a change of it.
func TestSurfaceMessage(t *testing.T) {
	h := newHouse(t, false)
	m := message(77, "Please decide")
	sent, err := h.surface.Send(t.Context(), anaThere(), m)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.surface.Update(t.Context(), workflows.Receipt{Account: anaThere(), Place: sent.Place, MessageID: sent.MessageID}, m); err != nil {
		t.Fatal(err)
	}
	made, changed := string(mustJSON(h.teams.Calls("send")[0].Body)), string(mustJSON(h.teams.Calls("update")[0].Body))
	if !strings.Contains(made, `"d":77`) || !strings.Contains(made, `"at":1790000000123`) || strings.Contains(changed, `"d":77`) {
		t.Errorf("made %s\nchanged %s", made, changed)
	}
	m.Card.Chart = &card.Chart{Title: "Requests", Kind: card.ChartBar, Labels: []string{"Q1"}, Series: []card.Series{{Name: "All", Values: []float64{1}}}}
	o := outgoing(m, stamp{})
	if o.Plain == nil || o.Patient || o.Summary != "Please decide" {
		t.Errorf("%+v", o)
	}
	m.Why = workflows.WhyRemind
	if !outgoing(m, stamp{}).Patient {
		t.Error("a reminder does not wait for others")
	}
}

// brokenContacts is a database that is away.
type brokenContacts struct{ found *workflows.Conversation }

var errAway = errors.New("database away")

func (b brokenContacts) Conversation(context.Context, string, string, string) (workflows.Conversation, error) {
	if b.found != nil {
		return *b.found, nil
	}
	return workflows.Conversation{}, errAway
}

func (brokenContacts) SaveConversation(context.Context, workflows.Conversation) error { return errAway }

func (brokenContacts) EndConversation(context.Context, string, string, string, string, time.Time) error {
	return errAway
}

func TestSurfaceWithoutContacts(t *testing.T) {
	h := newHouse(t, true)
	ctx := t.Context()
	h.surface.cfg.Contacts = brokenContacts{}
	_, err := h.surface.Send(ctx, anaThere(), message(1, "Please decide"))
	if se := told(t, err); !se.Retry || se.Unsure || !errors.Is(err, errAway) {
		t.Errorf("nothing was sent: %+v", se)
	}
	if err := h.surface.Update(ctx, workflows.Receipt{Account: anaThere(), Place: "a:1", MessageID: "1"}, message(1, "x")); !told(t, err).Retry || told(t, err).Gone {
		t.Errorf("a change: %v", err)
	}
	elsewhere := h.at(townAna)
	elsewhere.Place = "19:x@thread.v2"
	h.surface.cfg.Contacts = brokenContacts{&elsewhere}
	if _, err := h.surface.Send(ctx, anaThere(), message(2, "Please decide")); err != nil {
		t.Errorf("a chat that cannot be noted can still be written to: %v", err)
	}
	known := h.at(townAna)
	h.surface.cfg.Contacts = brokenContacts{&known}
	h.teams.Provide(townAna, false)
	if _, err := h.surface.Send(ctx, anaThere(), message(3, "Please decide")); reason(err) != codeNotThere {
		t.Errorf("%v", err)
	}
}
