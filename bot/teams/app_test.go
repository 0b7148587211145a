package teams

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/turns"
	"steward/bot/view"
	"steward/workflows"
)

// scene is the app with everything around it played by the test.
type scene struct {
	t   *testing.T
	cfg Config
	app *App

	mu     sync.Mutex
	events []string // what happened, in order
	sent   []Outgoing
	who    bot.Who
	act    card.Action
	sub    bot.Submission

	reply   bot.Reply
	err     error
	refused *bot.Reply // by the identity
	left    bot.Reply  // of the desk, to somebody who left
	sendErr error
	found   []card.Card
	before  func() // called in the desk, before it answers
	served  chan struct{}
	links   int
}

const (
	tenantID = "11111111-2222-4333-8444-555555555555"
	userID   = "99999999-0000-4000-8000-000000000000"
)

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{t: t, served: make(chan struct{})}
	s.cfg = Config{
		Gate: openGate{}, Identity: s, Profiles: s, Desk: deskOf{s}, Chats: s, Writer: s, Links: s, People: s, Receipts: s,
		Log: slog.New(slog.DiscardHandler), Now: time.Now,
	}
	s.app = New(s.cfg)
	return s
}

// limited makes the app anew, with these limits.
func (s *scene) limited(l turns.Limits) {
	s.cfg.Turns = l
	s.app = New(s.cfg)
}

func (s *scene) note(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, what)
}

func (s *scene) happened() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.events, " ")
}

// activity is one as Teams sends it from somebody's own chat.
func anActivity(more map[string]any) map[string]any {
	out := map[string]any{
		"type": "message", "id": "a1", "channelId": "msteams", "serviceUrl": "https://smba.trafficmanager.net/emea/",
		"from":      map[string]any{"id": "29:1abc", "name": "Ana", "aadObjectId": strings.ToUpper(userID)},
		"recipient": map[string]any{"id": "28:app", "name": "Steward"}, "conversation": map[string]any{
			"id": "a:1chat", "conversationType": "personal", "tenantId": strings.ToUpper(tenantID),
		},
		"channelData": map[string]any{"tenant": map[string]any{"id": tenantID}}, "timestamp": "2026-11-24T09:00:00Z",
	}
	maps.Copy(out, more)
	return out
}

// post sends an activity and waits for everything that follows from it.
func (s *scene) post(activity any) *httptest.ResponseRecorder {
	s.t.Helper()
	body, ok := activity.(string)
	if !ok {
		raw, err := json.Marshal(activity)
		if err != nil {
			s.t.Fatal(err)
		}
		body = string(raw)
	}
	req := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, Path, strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer good")
	w := httptest.NewRecorder()
	s.app.Handler().ServeHTTP(w, req)
	s.mu.Lock()
	select {
	case <-s.served:
	default:
		close(s.served)
	}
	s.mu.Unlock()
	if err := s.app.Settle(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	return w
}

func (s *scene) say(words string) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.post(anActivity(map[string]any{"text": words}))
}

func (s *scene) invoke(name string, value any) string {
	s.t.Helper()
	w := s.post(anActivity(map[string]any{"type": "invoke", "name": name, "value": value, "replyToId": "m7"}))
	if w.Code != http.StatusOK {
		s.t.Fatalf("%s answered with %d", name, w.Code)
	}
	return w.Body.String()
}

// execute presses a button of a card.
func (s *scene) execute(data map[string]any) string {
	s.t.Helper()
	return s.invoke("adaptiveCard/action", map[string]any{"action": map[string]any{"type": "Action.Execute", "verb": "act", "data": data}})
}

var about = card.Action{Verb: view.VerbApprove, About: "request/AIR-1", Stage: "manager", Round: 1, Revision: 1}

func aCard(text string) *card.Card {
	return &card.Card{About: "request/AIR-1", Kicker: "AIR-1", Title: "Otter", Lead: []string{text}, Gist: text}
}

func aForm() *card.Form {
	return &card.Form{ID: "draft1", Revision: 2, Title: "Reject", Submit: "Reject", Fields: []card.Field{
		{Key: "reason", Kind: card.FieldLong, Label: "Why?", Required: true, Value: []string{"typed"}},
	}}
}

// last is the text of what was sent last.
func (s *scene) last() string {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.sent) == 0 {
		s.t.Fatal("nothing was sent")
	}
	raw, err := json.Marshal(s.sent[len(s.sent)-1])
	if err != nil {
		s.t.Fatal(err)
	}
	return string(raw)
}

// What the fakes answer.

// openGate lets every call in, as [Verifier] does where all checks hold. The checks have tests of their own.
type openGate struct{}

func (openGate) Signed(_ context.Context, authorization []string) (Covering, error) {
	if len(authorization) != 1 || authorization[0] != "Bearer good" {
		return nil, fmt.Errorf("gate: %w", ErrToken)
	}
	return covers{}, nil
}

type covers struct{}

func (covers) Covers(c Claimed) error {
	switch {
	case len(c.Tenants) == 0 || !strings.EqualFold(c.Tenants[0], tenantID):
		return fmt.Errorf("gate: %w", ErrTenant)
	case c.Channel != "msteams":
		return fmt.Errorf("gate: %w", ErrToken)
	}
	return nil
}

type deskOf struct{ s *scene }

func (d deskOf) answer(what string, who bot.Who) (bot.Reply, error) {
	if d.s.before != nil {
		d.s.before()
	}
	d.s.note(what)
	d.s.who = who
	return d.s.reply, d.s.err
}

func (d deskOf) Command(_ context.Context, who bot.Who, words string) (bot.Reply, error) {
	return d.answer("command:"+words, who)
}

func (d deskOf) Find(_ context.Context, who bot.Who, text string) ([]card.Card, *bot.Reply, error) {
	_, err := d.answer("find:"+text, who)
	return d.s.found, nil, err
}

func (d deskOf) Press(_ context.Context, who bot.Who, a card.Action) (bot.Reply, error) {
	d.s.act = a
	return d.answer("pressed:"+a.Verb, who)
}

func (d deskOf) Submit(_ context.Context, who bot.Who, sub bot.Submission) (bot.Reply, error) {
	d.s.sub = sub
	return d.answer("submitted:"+string(sub.Go), who)
}

func (d deskOf) Admit(context.Context, bot.Who) (bot.Reply, error) { return d.s.left, nil }

func (s *scene) Who(_ context.Context, p bot.Profile, key string) (bot.Who, *bot.Reply, error) {
	if p.Tenant != tenantID || p.User != userID || p.Surface != "teams" {
		s.t.Errorf("profile of %+v", p.Account())
	}
	return bot.Who{Person: "P-1", Key: key}, s.refused, nil
}

func (s *scene) Press(_ context.Context, _ bot.Profile, a card.Action, _ string) (bot.Reply, bool, error) {
	if a.Verb == view.VerbMe {
		s.note("linked")
		return bot.Reply{Kind: bot.ReplySay, Text: "Linked."}, true, nil
	}
	return bot.Reply{}, false, nil
}

func (s *scene) Profile(context.Context, workflows.Conversation) bot.Profile {
	return bot.Profile{ReadAt: time.Now()}
}

func (s *scene) SaveConversation(_ context.Context, c workflows.Conversation) error {
	s.note("chat:" + c.Place)
	return nil
}

func (s *scene) EndConversation(_ context.Context, _, _, user, place string, _ time.Time) error {
	s.note("ended:" + user + ":" + place)
	return nil
}

func (s *scene) Send(_ context.Context, at workflows.Conversation, m Outgoing) (string, error) {
	s.note("sent:" + at.Place)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, m)
	return "m9", s.sendErr
}

func (s *scene) Update(_ context.Context, _ workflows.Conversation, id string, m Outgoing) error {
	s.note("updated:" + id)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, m)
	return s.sendErr
}

func (s *scene) SignInURL(_ context.Context, who bot.Who, path string) (string, error) {
	s.links++
	if path == "/broken" {
		return "", errors.New("no")
	}
	return "https://steward.example.com/sign-in/" + string(who.Person) + path, nil
}

func (s *scene) FindPeople(_ context.Context, text string, _ int) ([]workflows.Person, error) {
	return []workflows.Person{{ID: "P-2", Name: strings.TrimSpace("Ben " + text), Department: "Sales"}}, s.err
}

func (s *scene) AdoptReceipt(_ context.Context, r workflows.Receipt) error {
	s.note(fmt.Sprintf("adopted:%d/%s/%s/%s/%d", r.Delivery, r.About, r.Place, r.MessageID, r.At.UnixMilli()))
	return errors.New("noted in the log, and no fault of the press")
}
