package fakeslack_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"steward/bot/surfacetest/fakeslack"
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

// world is a fake Slack with an app that does as a test says.
type world struct {
	*fakeslack.Server

	t     *testing.T
	clock *clock
	mu    sync.Mutex
	got   []received
	on    map[string]func(received) (int, any)
	head  http.Header // of every answer
}

// received is what the app was sent.
type received struct {
	path    string
	header  http.Header
	raw     []byte
	payload obj
}

// newWorld starts a fake with ana and ben in it, and an HTTP app that acks everything.
func newWorld(t *testing.T, opt fakeslack.Options) *world {
	t.Helper()
	w := &world{t: t, clock: newClock(), on: map[string]func(received) (int, any){}, head: http.Header{}}
	if opt.Now == nil {
		opt.Now = w.clock.now
	}
	w.Server = fakeslack.New(opt)
	t.Cleanup(w.Close)
	w.AddUser(fakeslack.User{ID: "U0ANA", Name: "ana", RealName: "Ana Lopes", Email: "ana@acme.example", TZ: "Europe/Berlin", Locale: "en-US"})
	w.AddUser(fakeslack.User{ID: "U0BEN", Name: "ben", RealName: "Ben Ode", Email: "ben@acme.example"})
	w.Handle(http.HandlerFunc(w.serve))
	return w
}

// when says what the app does with what comes to one of its addresses: "commands", "block_actions", ...
func (w *world) when(kind string, do func(received) (int, any)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.on[kind] = do
}

func (w *world) serve(out http.ResponseWriter, r *http.Request) {
	one := received{path: r.URL.Path, header: r.Header.Clone(), payload: obj{}}
	one.raw, _ = io.ReadAll(r.Body)
	kind := strings.TrimPrefix(r.URL.Path, "/slack/")
	if kind == "events" {
		_ = json.Unmarshal(one.raw, &one.payload)
	} else {
		form, _ := url.ParseQuery(string(one.raw))
		for k := range form {
			one.payload[k] = form.Get(k)
		}
		if p := form.Get("payload"); p != "" {
			one.payload = obj{}
			_ = json.Unmarshal([]byte(p), &one.payload)
			kind, _ = one.payload["type"].(string)
		}
	}
	w.mu.Lock()
	w.got = append(w.got, one)
	do := w.on[kind]
	maps.Copy(out.Header(), w.head)
	w.mu.Unlock()
	if do == nil {
		return
	}
	status, body := do(one)
	if text, ok := body.(string); ok {
		out.WriteHeader(status)
		_, _ = io.WriteString(out, text)
		return
	}
	if body != nil {
		out.Header().Set("Content-Type", "application/json")
	}
	out.WriteHeader(status)
	if body != nil {
		_ = json.NewEncoder(out).Encode(body)
	}
}

// received gives everything the app was sent.
func (w *world) received() []received {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.got)
}

func (w *world) lastReceived() received {
	all := w.received()
	if len(all) == 0 {
		w.t.Fatal("the app was sent nothing")
	}
	return all[len(all)-1]
}

// answered is the outside of an answer.
type answered struct {
	status int
	header http.Header
}

// call calls a method with JSON and the bot token.
func (w *world) call(method string, args obj) obj {
	w.t.Helper()
	out, _ := w.callAs("xoxb-fake", method, args)
	return out
}

func (w *world) callAs(token, method string, args obj) (obj, answered) {
	w.t.Helper()
	if args == nil {
		args = obj{}
	}
	body, err := json.Marshal(args)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.post(w.APIURL()+method, token, body)
}

func (w *world) post(to, token string, body []byte) (obj, answered) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Errorf("call: %v", err)
		return obj{}, answered{}
	}
	defer func() { _ = res.Body.Close() }()
	var out obj
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
		w.t.Errorf("%s: %v", to, err)
	}
	return out, answered{res.StatusCode, res.Header}
}

// good calls a method that has to go well.
func (w *world) good(method string, args obj) obj {
	w.t.Helper()
	out := w.call(method, args)
	if out["ok"] != true {
		w.t.Fatalf("%s: %v", method, out)
	}
	return out
}

// refuses calls a method that has to be refused with a word.
func (w *world) refuses(word, method string, args obj) obj {
	w.t.Helper()
	out := w.call(method, args)
	if out["ok"] != false || out["error"] != word {
		w.t.Errorf("%s(%v) = %v, want %s", method, short(args), short(out), word)
	}
	return out
}

func short(v any) string {
	s := fmt.Sprint(v)
	return s[:min(len(s), 300)]
}

func plain(text string) obj { return obj{"type": "plain_text", "text": text} }

func section(text string) obj {
	return obj{"type": "section", "text": obj{"type": "mrkdwn", "text": text}}
}

func buttons(all ...any) obj { return obj{"type": "actions", "block_id": "row", "elements": all} }

func button(action, value, label string) obj {
	return obj{"type": "button", "action_id": action, "value": value, "text": plain(label)}
}

func input(block, action string, element obj) obj {
	element["action_id"] = action
	return obj{"type": "input", "block_id": block, "label": plain("Label of " + block), "element": element}
}

func modal(blocks ...any) obj {
	return obj{"type": "modal", "title": plain("A form"), "submit": plain("Send"), "close": plain("Close"), "callback_id": "form", "blocks": blocks}
}

func home(blocks ...any) obj { return obj{"type": "home", "blocks": blocks} }

// trigger makes a user type the command, and gives the trigger of it.
func (w *world) trigger(user string) string {
	w.t.Helper()
	if _, err := w.Command(w.t.Context(), user, "x"); err != nil {
		w.t.Fatal(err)
	}
	return w.lastReceived().payload["trigger_id"].(string)
}

// open opens a modal for a user.
func (w *world) open(user string, view obj) fakeslack.View {
	w.t.Helper()
	w.good("views.open", obj{"trigger_id": w.trigger(user), "view": view})
	v, ok := w.View(user)
	if !ok {
		w.t.Fatal("no modal is open")
	}
	return v
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
