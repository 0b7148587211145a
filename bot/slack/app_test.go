package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/turns"
	"steward/bot/view"
	"steward/workflows"
)

// scene is an app among fakes that note what happens in which order.
type scene struct {
	t   *testing.T
	app *App
	cfg Config

	mu     sync.Mutex
	events []string // what happened, in order
	views  map[string]slackgo.ModalViewRequest
	said   []Outgoing
	how    []Respond
	home   slackgo.HomeTabViewRequest

	reply    bot.Reply
	err      error
	before   func() // called by the desk before it answers
	sub      bot.Submission
	act      card.Action
	who      bot.Who
	refused  *bot.Reply
	left     bot.Reply // of the desk, to somebody who left
	stranger bool
	openErr  error
	adopted  []string
	trigger  string
	links    int           // made so far
	opened   chan struct{} // closed when a modal is opened
	served   chan struct{} // closed when an ack is out
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{t: t, views: map[string]slackgo.ModalViewRequest{}, opened: make(chan struct{}), served: make(chan struct{})}
	s.cfg = Config{
		API: s, Identity: s, Profiles: s, Desk: deskOf{s}, Links: s, People: s, Receipts: s, Log: slog.New(slog.DiscardHandler), Now: time.Now,
		Tenant: func() string { return "T1" }, Self: func() (string, string) { return "U0BOT", "B0BOT" },
		Mode: ModeHTTP, Signing: []Secret{NewSecret("shh")},
	}
	var err error
	if s.app, err = New(s.cfg); err != nil {
		t.Fatal(err)
	}
	return s
}

// limited makes the app anew, with these limits.
func (s *scene) limited(l turns.Limits) {
	s.t.Helper()
	s.cfg.Turns = l
	var err error
	if s.app, err = New(s.cfg); err != nil {
		s.t.Fatal(err)
	}
}

func (s *scene) note(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, what)
}

// once closes a channel that may be closed already.
func (s *scene) once(c chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-c:
	default:
		close(c)
	}
}

func (s *scene) happened() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.events, " ")
}

// post sends a signed request and waits for everything that follows from it.
func (s *scene) post(path, body string) *httptest.ResponseRecorder {
	s.t.Helper()
	req := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, path, strings.NewReader(body))
	maps.Copy(req.Header, signature("shh", time.Now(), body))
	w := httptest.NewRecorder()
	s.app.Handler().ServeHTTP(w, req)
	s.once(s.served)
	if err := s.app.Settle(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	return w
}

func (s *scene) interact(payload map[string]any) *httptest.ResponseRecorder {
	s.t.Helper()
	base := map[string]any{
		"user": map[string]any{"id": "U1"}, "team": map[string]any{"id": "T1"}, "trigger_id": "trigger",
	}
	maps.Copy(base, payload)
	text, err := json.Marshal(base)
	if err != nil {
		s.t.Fatal(err)
	}
	path := "/slack/interactions"
	if base["type"] == "block_suggestion" {
		path = "/slack/options"
	}
	return s.post(path, url.Values{"payload": {string(text)}}.Encode())
}

func (s *scene) command(text string) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.post("/slack/commands", url.Values{
		"command": {"/steward"}, "text": {text}, "user_id": {"U1"}, "team_id": {"T1"}, "trigger_id": {"trigger"},
		"response_url": {"https://hooks.slack.com/x"},
	}.Encode())
}

// button is a press on a button of a message.
func button1(actionID, value string, more map[string]any) map[string]any {
	out := map[string]any{
		"type": "block_actions", "response_url": "https://hooks.slack.com/x", "channel": map[string]any{"id": "D1"},
		"container": map[string]any{"type": "message"},
		"message": map[string]any{"ts": "1.5", "metadata": map[string]any{
			"event_type": metadataType, "event_payload": map[string]any{metadataDelivery: 7, metadataAbout: "request/AIR-1", metadataAt: 1000},
		}},
		"actions": []any{map[string]any{"type": "button", "action_id": actionID, "block_id": "b", "value": value, "action_ts": "9.9"}},
	}
	maps.Copy(out, more)
	return out
}

func inModal(callback, metadata string) map[string]any {
	return map[string]any{"message": nil, "response_url": "", "channel": nil, "view": map[string]any{
		"id": "V7", "type": "modal", "callback_id": callback, "private_metadata": metadata, "title": map[string]any{"type": "plain_text", "text": "Reject"},
		"blocks": []any{map[string]any{
			"type": "input", "block_id": "f:reason:1", "label": map[string]any{"type": "plain_text", "text": "Why"},
			"element": map[string]any{"type": "plain_text_input", "action_id": "f:reason"},
		}},
		"state": map[string]any{"values": map[string]any{"f:reason:1": map[string]any{"f:reason": map[string]any{"type": "plain_text_input", "value": "Because"}}}},
	}}
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

// What the fakes answer.

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

func (d deskOf) Home(context.Context, bot.Who) (card.Home, error) {
	d.s.note("made-home")
	return card.Home{Title: "Home", Groups: []card.Group{{Title: "Inbox", Empty: "Nothing waits for you."}}}, d.s.err
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
	s.stranger = p.Stranger
	return bot.Who{Person: "P-1", Key: key}, s.refused, nil
}

func (s *scene) Press(_ context.Context, _ bot.Profile, a card.Action, _ string) (bot.Reply, bool, error) {
	if a.Verb == "me" {
		s.note("linked")
		return bot.Reply{Kind: bot.ReplySay, Text: "Linked."}, true, nil
	}
	return bot.Reply{}, false, nil
}

func (s *scene) Profile(context.Context, string) bot.Profile { return bot.Profile{ReadAt: time.Now()} }
func (s *scene) Forget(user string)                          { s.note("forgot:" + user) }

func (s *scene) SignInURL(_ context.Context, who bot.Who, path string) (string, error) {
	s.links++
	if path == "/broken" {
		return "", errors.New("no")
	}
	return "https://steward.example.com/sign-in/" + string(who.Person) + path, nil
}

func (s *scene) FindPeople(_ context.Context, text string, _ int) ([]workflows.Person, error) {
	return []workflows.Person{{ID: "P-2", Name: "Ben " + text, Department: "Sales"}}, nil
}

func (s *scene) AdoptReceipt(_ context.Context, r workflows.Receipt) error {
	s.adopted = append(s.adopted, fmt.Sprintf("%d %s %s %s %s %d", r.Delivery, r.Account.User, r.About, r.Place, r.MessageID, r.At.UnixMilli()))
	return errors.New("noted in the log, and no fault of the press")
}

func (s *scene) OpenView(_ context.Context, trigger string, v slackgo.ModalViewRequest) (string, string, error) {
	if s.openErr != nil {
		s.note("not-opened")
		return "", "", s.openErr
	}
	s.note("opened:" + v.CallbackID)
	s.once(s.opened)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.views["V1"] = v
	s.trigger = trigger
	return "V1", "h", nil
}

func (s *scene) PushView(_ context.Context, _ string, v slackgo.ModalViewRequest) (string, string, error) {
	s.note("pushed:" + v.CallbackID)
	return "V2", "h", s.openErr
}

func (s *scene) UpdateView(_ context.Context, id, _ string, v slackgo.ModalViewRequest) (string, error) {
	s.note("updated:" + v.CallbackID)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.views[id] = v
	return "h2", s.openErr
}

func (s *scene) PublishHome(_ context.Context, user string, v slackgo.HomeTabViewRequest) error {
	s.note("home:" + user)
	s.home = v
	return nil
}

func (s *scene) Post(_ context.Context, channel string, m Outgoing) (string, string, error) {
	s.note("posted:" + channel)
	s.said = append(s.said, m)
	return "D1", "1.1", nil
}

func (s *scene) Update(context.Context, string, string, Outgoing) error {
	return errors.New("not here")
}

func (s *scene) Respond(_ context.Context, _ string, m Outgoing, how Respond) error {
	s.note("responded:" + string(how))
	s.said, s.how = append(s.said, m), append(s.how, how)
	return nil
}

func (s *scene) History(context.Context, string, time.Time, int) ([]Posted, error) { return nil, nil }

func (s *scene) User(context.Context, string) (slackgo.User, error) { return slackgo.User{}, nil }

func (s *scene) Users(context.Context, string) ([]slackgo.User, string, error) { return nil, "", nil }

func (s *scene) Channel(context.Context, string) (slackgo.Channel, error) {
	return slackgo.Channel{}, nil
}

func (s *scene) Whoami(context.Context) (Whoami, error) { return Whoami{}, nil }
