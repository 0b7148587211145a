package faketeams_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"steward/bot/surfacetest/faketeams"
)

type obj = map[string]any

// clock is a clock that a test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.at }

func (c *clock) later(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.at = c.at.Add(d) }

const (
	ana = "99999999-0000-4000-8000-00000000000a"
	ben = "99999999-0000-4000-8000-00000000000b"
	eva = "99999999-0000-4000-8000-00000000000e" // of a foreign tenant
)

// world is a fake Teams with an app that does as a test says.
type world struct {
	*faketeams.Server

	t     *testing.T
	clock *clock
	token string
	later sync.WaitGroup // what the app does after its answer

	mu  sync.Mutex
	got []obj
	on  map[string]func(obj) (int, any) // by type, or by the name of an invoke
}

// newWorld starts a fake with ana, ben and eva in it, where the bot is installed for ana, and an app that takes everything.
func newWorld(t *testing.T, opt faketeams.Options) *world {
	t.Helper()
	w := &world{t: t, clock: newClock(), on: map[string]func(obj) (int, any){}}
	if opt.Now == nil {
		opt.Now = w.clock.now
	}
	opt.Settled = func(context.Context) error { w.later.Wait(); return nil }
	w.Server = faketeams.New(opt)
	t.Cleanup(w.Close)
	w.AddUser(faketeams.User{ID: ana, Name: "Ana Ruiz", Email: "ana@acme.example", Zone: "Europe/Madrid"})
	w.AddUser(faketeams.User{ID: ben, Name: "Ben Ode", Email: "ben@acme.example"})
	w.AddUser(faketeams.User{ID: eva, Name: "Eva Fern", Tenant: faketeams.ForeignTenant})
	w.Handle(http.HandlerFunc(w.serve))
	w.Provide(ana, true)
	w.token = w.fetchToken()
	return w
}

// when says what the app does with an activity of a type, or an invoke of a name.
func (w *world) when(kind string, do func(obj) (int, any)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.on[kind] = do
}

func (w *world) serve(out http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	var a obj
	_ = json.Unmarshal(raw, &a)
	kind := text(a, "type")
	if kind == "invoke" {
		kind = text(a, "name")
	}
	w.mu.Lock()
	w.got = append(w.got, a)
	do := w.on[kind]
	w.mu.Unlock()
	if r.URL.Path != "/api/messages" || len(r.Header.Values("Authorization")) != 1 {
		out.WriteHeader(http.StatusTeapot)
		return
	}
	if do == nil {
		return
	}
	status, body := do(a)
	if plain, ok := body.(string); ok {
		out.WriteHeader(status)
		_, _ = io.WriteString(out, plain)
		return
	}
	if body != nil {
		out.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	out.WriteHeader(status)
	if body != nil {
		_ = json.NewEncoder(out).Encode(body)
	}
}

// received gives everything the app was sent.
func (w *world) received() []obj {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.got)
}

func (w *world) lastReceived() obj {
	w.t.Helper()
	all := w.received()
	if len(all) == 0 {
		w.t.Fatal("the app was sent nothing")
	}
	return all[len(all)-1]
}

func (w *world) fetchToken() string {
	w.t.Helper()
	status, body := w.form(w.TokenURL(), url.Values{
		"grant_type": {"client_credentials"}, "client_id": {faketeams.AppID}, "client_secret": {faketeams.Secret},
		"scope": {w.Options().Scope},
	})
	if status != 200 || body["token_type"] != "Bearer" || body["expires_in"] != 3599.0 {
		w.t.Fatalf("token: %d %v", status, body)
	}
	return text(body, "access_token")
}

func (w *world) form(to string, values url.Values) (int, obj) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, to, strings.NewReader(values.Encode()))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.do(req)
}

func (w *world) do(req *http.Request) (int, obj) {
	w.t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, obj{"error": err.Error()}
	}
	defer func() { _ = res.Body.Close() }()
	raw, _ := io.ReadAll(res.Body)
	out := obj{}
	if len(raw) > 0 && raw[0] == '{' {
		_ = json.Unmarshal(raw, &out)
	}
	if after := res.Header.Get("Retry-After"); after != "" {
		out["after"] = after
	}
	out["raw"] = string(raw)
	return res.StatusCode, out
}

// call calls the Connector of the home tenant.
func (w *world) call(method, path string, body obj) (int, obj) {
	w.t.Helper()
	return w.callAt(w.ServiceURL("")+path, method, body)
}

func (w *world) callAt(address, method string, body obj) (int, obj) {
	w.t.Helper()
	var raw []byte
	if body != nil {
		raw, _ = json.Marshal(body)
	}
	req, err := http.NewRequestWithContext(w.t.Context(), method, address, bytes.NewReader(raw))
	if err != nil {
		w.t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Authorization", "Bearer "+w.token)
	return w.do(req)
}

func activities(conversation string, more ...string) string {
	return "v3/conversations/" + url.PathEscape(conversation) + "/activities" + strings.Join(more, "")
}

// send sends a message that has to be taken, and gives its id.
func (w *world) send(conversation string, body obj) string {
	w.t.Helper()
	status, out := w.call(http.MethodPost, activities(conversation), body)
	if status != http.StatusCreated {
		w.t.Fatalf("send: %d %v", status, out)
	}
	return text(out, "id")
}

// complains checks that there is exactly one complaint, with a text in it, and takes it back.
func (w *world) complains(what, want string) {
	w.t.Helper()
	all := w.Complaints()
	if len(all) != 1 || !strings.Contains(all[0], want) {
		w.t.Errorf("%s: complaints %q, want one with %q", what, all, want)
	}
	w.Forgive("")
}

func block(words string) obj { return obj{"type": "TextBlock", "text": words, "wrap": true} }

func rich(words string) obj {
	return obj{"type": "RichTextBlock", "inlines": []any{obj{"type": "TextRun", "text": words}}}
}

func cardOf(body []any, actions ...any) obj {
	c := obj{"type": "AdaptiveCard", "version": "1.5", "body": body}
	if len(actions) > 0 {
		c["actions"] = actions
	}
	return c
}

func attached(cards ...obj) []any {
	var out []any
	for _, c := range cards {
		out = append(out, obj{"contentType": faketeams.CardType, "content": c})
	}
	return out
}

func message(c obj) obj {
	return obj{"type": "message", "summary": "A card", "attachments": attached(c)}
}

func execute(title string, data obj) obj {
	return obj{
		"type": "Action.Execute", "title": title, "verb": "act", "data": data, "associatedInputs": "none",
		"fallback": obj{"type": "Action.Submit", "title": title, "data": data, "associatedInputs": "none"},
	}
}

func submit(title string, data obj) obj {
	return obj{"type": "Action.Submit", "title": title, "data": data}
}

func opens(title string, data obj) obj {
	data["msteams"] = obj{"type": "task/fetch"}
	return obj{"type": "Action.Submit", "title": title, "data": data, "associatedInputs": "none"}
}

func dialog(c obj) obj {
	return obj{"task": obj{"type": "continue", "value": obj{
		"title": "A form", "height": "medium", "width": "medium", "card": obj{"contentType": faketeams.CardType, "content": c},
	}}}
}

func text(o obj, path ...string) string {
	for _, key := range path[:len(path)-1] {
		o, _ = o[key].(obj)
	}
	s, _ := o[path[len(path)-1]].(string)
	return s
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func short(v any) string {
	s := fmt.Sprint(v)
	return s[:min(len(s), 300)]
}
