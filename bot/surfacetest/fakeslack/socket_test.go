package fakeslack_test

import (
	"context"
	"encoding/json"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	slackgo "github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"steward/bot/surfacetest/fakeslack"
)

// socketWorld is a fake whose app is reached over Socket Mode.
func socketWorld(t *testing.T, opt fakeslack.Options) *world {
	t.Helper()
	w := &world{t: t, clock: newClock()}
	w.Server = fakeslack.New(opt)
	t.Cleanup(w.Close)
	w.AddUser(fakeslack.User{ID: "U0ANA", Name: "ana"})
	return w
}

// line is a connection of an app that is written by hand.
type line struct {
	*websocket.Conn

	t     *testing.T
	write *sync.Mutex
}

func (w *world) address() string {
	w.t.Helper()
	out, _ := w.callAs("xapp-fake", "apps.connections.open", nil)
	return text(out, "url")
}

// dial opens a connection and reads what it begins with.
func (w *world) dial() (line, obj) {
	w.t.Helper()
	conn, res, err := websocket.DefaultDialer.DialContext(w.t.Context(), w.address(), nil)
	if err != nil {
		w.t.Fatal(err)
	}
	_ = res.Body.Close()
	w.t.Cleanup(func() { _ = conn.Close() })
	l := line{conn, w.t, &sync.Mutex{}}
	return l, l.next()
}

func (l line) next() obj {
	l.t.Helper()
	var frame obj
	if err := l.ReadJSON(&frame); err != nil {
		l.t.Fatal(err)
	}
	return frame
}

func (l line) ack(frame obj, payload any) {
	l.t.Helper()
	ack := obj{"envelope_id": frame["envelope_id"]}
	if payload != nil {
		ack["payload"] = payload
	}
	l.say(ack)
}

// say sends anything.
func (l line) say(frame any) {
	l.t.Helper()
	l.write.Lock()
	defer l.write.Unlock()
	if err := l.WriteJSON(frame); err != nil {
		l.t.Error(err)
	}
}

// until waits for something that is to come about.
func (w *world) until(holds func() bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 5*time.Second)
	defer cancel()
	if err := w.Await(ctx, holds); err != nil {
		w.t.Fatal(err)
	}
}

func TestSocket(t *testing.T) {
	w := socketWorld(t, fakeslack.Options{})
	if r, err := w.Command(t.Context(), "U0ANA", "x"); err != nil || r.Ack.Failure != "no_connection" || !strings.Contains(r.Trouble, "dispatch_failed") {
		t.Errorf("nobody is connected: %+v %v", r, err)
	}
	l, hello := w.dial()
	if hello["type"] != "hello" || hello["num_connections"] != 1.0 || text(hello, "connection_info", "app_id") != fakeslack.AppID {
		t.Errorf("hello: %v", hello)
	}
	w.until(func() bool { return w.Connections() == 1 })

	go func() { f := l.next(); l.ack(f, obj{"text": "from " + text(f, "payload", "command")}) }()
	r, err := w.Command(t.Context(), "U0ANA", "x")
	if err != nil || len(r.Notes) != 1 || r.Notes[0].Words() != "from /steward" || r.Ack.Status != http.StatusOK {
		t.Errorf("command: %+v %v", r, err)
	}

	got := make(chan obj, 1)
	take := func(payload any) { f := l.next(); got <- f; l.ack(f, payload) }
	go take(nil)
	if r, err := w.Shortcut(t.Context(), "U0ANA", "c"); err != nil || r.Trouble != "" {
		t.Errorf("shortcut: %+v %v", r, err)
	}
	f := <-got
	if f["type"] != "interactive" || f["accepts_response_payload"] != true || text(f, "payload", "callback_id") != "c" {
		t.Errorf("frame: %v", f)
	}
	view := modal(input("p", "who", obj{"type": "external_select", "min_query_length": 1}))
	w.good("views.open", obj{"trigger_id": text(f, "payload", "trigger_id"), "view": view})
	v, _ := w.View("U0ANA")
	go take(obj{"options": []any{choice("ben")}})
	if found, _, err := w.Suggest(t.Context(), "U0ANA", v, "who", "b"); err != nil || len(found) != 1 {
		t.Errorf("suggested: %v %v", found, err)
	}
	<-got
	go take(nil)
	if r := w.Send(t.Context(), fakeslack.Event{ID: "Ev1", Inner: obj{"type": "x"}}); r.Ack.Failure != "" {
		t.Errorf("event: %+v", r)
	}
	if f := <-got; f["type"] != "events_api" || f["accepts_response_payload"] != false || text(f, "payload", "event_id") != "Ev1" || f["retry_attempt"] != 0.0 {
		t.Errorf("frame: %v", f)
	}
	_ = l.Close()
	w.until(func() bool { return w.Connections() == 0 })
}

// An address can be used once, an app can have ten connections, and any of them may get a payload.
func TestManySockets(t *testing.T) {
	w := socketWorld(t, fakeslack.Options{})
	address := w.address()
	for i, want := range []int{http.StatusSwitchingProtocols, http.StatusNotFound} {
		conn, res, err := websocket.DefaultDialer.DialContext(t.Context(), address, nil)
		if res == nil || res.StatusCode != want || (err == nil) != (i == 0) {
			t.Fatalf("use %d: %v %v", i+1, res, err)
		}
		_ = res.Body.Close()
		if conn != nil {
			_ = conn.Close()
		}
	}
	w.until(func() bool { return w.Connections() == 0 })
	var mu sync.Mutex
	heard := map[int]int{}
	var all sync.WaitGroup
	for i := range 10 {
		l, _ := w.dial()
		all.Go(func() {
			for {
				var f obj
				if l.ReadJSON(&f) != nil {
					return
				}
				mu.Lock()
				heard[i]++
				mu.Unlock()
				l.ack(f, nil)
			}
		})
	}
	w.until(func() bool { return w.Connections() == 10 })
	if _, first := w.dial(); first["type"] != "disconnect" || first["reason"] != "too_many_websockets" {
		t.Errorf("the eleventh: %v", first)
	}
	for range 20 {
		if r := w.Send(t.Context(), fakeslack.Event{Inner: obj{"type": "x"}}); r.Ack.Failure != "" {
			t.Errorf("event: %+v", r)
		}
	}
	w.Drop()
	all.Wait()
	for i := range 10 {
		equal(t, "payloads of a connection", heard[i], 2)
	}
}

func TestSocketRefusals(t *testing.T) {
	w := socketWorld(t, fakeslack.Options{AckWithin: 100 * time.Millisecond})
	l, _ := w.dial()
	w.until(func() bool { return w.Connections() == 1 })

	frames := make(chan obj, 10)
	var reader sync.WaitGroup
	reader.Go(func() {
		for {
			var f obj
			if l.ReadJSON(&f) != nil {
				return
			}
			frames <- f
		}
	})
	// A payload of 20 kB or more is dropped without a word.
	go func() { l.ack(<-frames, obj{"text": strings.Repeat("x", 20*1024)}) }()
	if r, err := w.Command(t.Context(), "U0ANA", "x"); err != nil || r.Ack.Failure != "timeout" || len(r.Notes) != 0 {
		t.Errorf("too large: %+v %v", r, err)
	}
	go func() {
		f := <-frames
		l.say("no object")
		l.say(obj{"envelope_id": "unknown"})
		l.ack(f, nil)
	}()
	if r, err := w.Command(t.Context(), "U0ANA", "x"); err != nil || r.Trouble != "" {
		t.Errorf("after acks of nothing: %+v %v", r, err)
	}

	// What is not acked comes again, with its number.
	r := w.Send(t.Context(), fakeslack.Event{Inner: obj{"type": "x"}})
	first, second := <-frames, <-frames
	if r.Ack.Failure != "timeout" || first["retry_attempt"] != 0.0 || second["retry_attempt"] != 1.0 || second["retry_reason"] != "http_timeout" ||
		text(first, "payload", "event_id") != text(second, "payload", "event_id") || first["envelope_id"] == second["envelope_id"] {
		t.Errorf("%+v: %v, %v", r, first, second)
	}

	w.SendFrame(obj{"type": "novelty", "envelope_id": "e"})
	equal(t, "a frame of a test's own", text(<-frames, "type"), "novelty")
	w.Disconnect("warning")
	if f := <-frames; f["type"] != "disconnect" || f["reason"] != "warning" || w.Connections() != 1 {
		t.Errorf("a warning: %v, %d connections", f, w.Connections())
	}
	w.Disconnect("link_disabled")
	equal(t, "reason", text(<-frames, "reason"), "link_disabled")
	w.until(func() bool { return w.Connections() == 0 })
	reader.Wait()
}

// A connection that ends takes what was not acked along at once.
func TestSocketLost(t *testing.T) {
	w := socketWorld(t, fakeslack.Options{AckWithin: time.Minute})
	l, _ := w.dial()
	w.until(func() bool { return w.Connections() == 1 })
	go func() { l.next(); _ = l.Close() }()
	if r, err := w.Command(t.Context(), "U0ANA", "x"); err != nil || r.Ack.Failure != "connection_failed" {
		t.Errorf("%+v %v", r, err)
	}
}

func TestSocketPings(t *testing.T) {
	w := socketWorld(t, fakeslack.Options{PingEvery: 5 * time.Millisecond})
	conn, res, err := websocket.DefaultDialer.DialContext(t.Context(), w.address(), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	pings := make(chan string, 100)
	conn.SetPingHandler(func(data string) error { pings <- data; return nil })
	var reader sync.WaitGroup
	reader.Go(func() {
		for {
			if _, _, err := conn.ReadMessage(); err != nil {
				return
			}
		}
	})
	for range 3 {
		<-pings
	}
	_ = conn.Close()
	reader.Wait()
}

// The library's own client of Socket Mode works with it: connect, command, modal, submission, event, and another connection
// after a disconnect.
func TestSocketWithLibrary(t *testing.T) {
	w := socketWorld(t, fakeslack.Options{})
	api := slackgo.New("xoxb-fake", slackgo.OptionAPIURL(w.APIURL()), slackgo.OptionAppLevelToken("xapp-fake"))
	client := socketmode.New(api)
	ctx, stop := context.WithCancel(t.Context())
	var app sync.WaitGroup
	app.Go(func() { _ = client.RunContext(ctx) })
	events := make(chan string, 10)
	app.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case e := <-client.Events:
				echo(t, ctx, client, e, events)
			}
		}
	})
	w.until(func() bool { return w.Connections() == 1 })
	r, err := w.Command(t.Context(), "U0ANA", "open")
	if err != nil || r.Trouble != "" || r.View == nil {
		t.Fatalf("command: %+v %v", r, err)
	}
	if r, err = w.Submit(t.Context(), "U0ANA", *r.View, fakeslack.Values{"what": {"bad"}}); err != nil || r.View == nil || r.View.Errors["what"] != "Not that." {
		t.Fatalf("errors: %+v %v", r, err)
	}
	if r, err = w.Submit(t.Context(), "U0ANA", *r.View, fakeslack.Values{"what": {"good"}}); err != nil || r.View != nil || r.Trouble != "" {
		t.Fatalf("sent: %+v %v", r, err)
	}
	w.until(func() bool { return len(w.DM("U0ANA")) == 1 })
	equal(t, "told", w.DM("U0ANA")[0].Words(), "You said good")
	if _, err := w.OpenHome(t.Context(), "U0ANA"); err != nil {
		t.Fatal(err)
	}
	equal(t, "event", <-events, "app_home_opened")

	w.Disconnect("refresh_requested")
	w.until(func() bool { return len(w.Calls("apps.connections.open")) == 2 && w.Connections() == 1 })
	if r, err := w.Command(t.Context(), "U0ANA", "open"); err != nil || r.Trouble != "" {
		t.Errorf("on the next connection: %+v %v", r, err)
	}
	stop()
	app.Wait()
}

// echo is a tiny app.
func echo(t *testing.T, ctx context.Context, client *socketmode.Client, e socketmode.Event, events chan<- string) { //nolint:revive // t first, as everywhere
	t.Helper()
	switch e.Type {
	case socketmode.EventTypeSlashCommand:
		label := slackgo.NewTextBlockObject(slackgo.PlainTextType, "What", false, false)
		_, err := client.OpenViewContext(ctx, e.Data.(slackgo.SlashCommand).TriggerID, slackgo.ModalViewRequest{
			Type: slackgo.VTModal, Title: label, Submit: label,
			Blocks: slackgo.Blocks{BlockSet: []slackgo.Block{slackgo.NewInputBlock("what", label, nil, slackgo.NewPlainTextInputBlockElement(nil, "it"))}},
		})
		if err != nil {
			t.Errorf("views.open: %v", err)
		}
		_ = client.Ack(*e.Request)
	case socketmode.EventTypeInteractive:
		in := e.Data.(slackgo.InteractionCallback)
		said := in.View.State.Values["what"]["it"].Value
		if said == "bad" {
			_ = client.Ack(*e.Request, slackgo.NewErrorsViewSubmissionResponse(map[string]string{"what": "Not that."}))
			return
		}
		_ = client.Ack(*e.Request)
		if _, _, err := client.PostMessageContext(ctx, in.User.ID, slackgo.MsgOptionText("You said "+said, true)); err != nil {
			t.Errorf("chat.postMessage: %v", err)
		}
	case socketmode.EventTypeEventsAPI:
		_ = client.Ack(*e.Request)
		events <- e.Data.(slackevents.EventsAPIEvent).InnerEvent.Type
	default:
	}
}

// Nothing of a fake runs on when it is closed, whatever was under way.
func TestClose(t *testing.T) {
	hung := make(chan struct{})
	s := fakeslack.New(fakeslack.Options{AckWithin: time.Minute})
	s.AddUser(fakeslack.User{ID: "U0ANA"})
	s.Handle(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_ = json.NewDecoder(r.Body).Decode(&struct{}{})
		_, _ = r.Body.Read(make([]byte, 1))
		close(hung)
		<-r.Context().Done()
	}))
	var driver sync.WaitGroup
	driver.Go(func() {
		if r, err := s.Command(t.Context(), "U0ANA", "x"); err != nil || r.Ack.Failure != "connection_failed" {
			t.Errorf("%+v %v", r, err)
		}
	})
	<-hung
	s.Close()
	driver.Wait()

	w := socketWorld(t, fakeslack.Options{})
	l, _ := w.dial()
	address := w.address()
	w.Close()
	if _, _, err := l.ReadMessage(); err == nil {
		t.Error("the connection is still there")
	}
	if conn, res, err := websocket.DefaultDialer.DialContext(t.Context(), address, nil); err == nil {
		_ = res.Body.Close()
		_ = conn.Close()
		t.Error("a connection to what is closed")
	}
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	if strings.Contains(string(stacks), "fakeslack.(*") {
		t.Errorf("something runs on:\n%s", stacks)
	}
}
