package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"steward/bot"
	"steward/bot/surfacetest/faketeams"
	"steward/workflows/approval"
)

// asked sends a request of Ana's and brings its card to her manager, whose newest message it gives.
func (h *teamsHouse) asked(t testing.TB) (id string, on faketeams.Message) {
	t.Helper()
	id = h.ask(t)
	h.settled(t)
	all := h.fake.Personal(h.accounts[h.manager(t, id)])
	if len(all) == 0 {
		t.Fatal("nobody was asked")
	}
	return id, all[0]
}

// held is the press on a button of a message or dialog, by the verb of its action, as Teams sends it, without sending it.
func (h *teamsHouse) held(t testing.TB, user string, on faketeams.Target, verb string) faketeams.Sent {
	t.Helper()
	one, err := h.fake.Envelope(user, on, withVerb(t, on, verb))
	if err != nil {
		t.Fatal(err)
	}
	return one
}

// withVerb gives what a button is found by, whose action has a verb.
func withVerb(t testing.TB, on faketeams.Target, verb string) string {
	t.Helper()
	var all []faketeams.Control
	switch at := on.(type) {
	case faketeams.Message:
		all = at.Controls()
	case faketeams.Dialog:
		all = at.Controls()
	}
	for _, c := range all {
		if act, ok := c.Data["act"].(string); ok && strings.HasPrefix(act, verb+"|") {
			return act
		}
	}
	t.Fatalf("no %s among %+v", verb, all)
	return ""
}

// altered gives a copy of an activity with other members, which are named by their paths. A nil takes one out.
func altered(t testing.TB, one faketeams.Sent, members map[string]any) faketeams.Sent {
	t.Helper()
	a := one.Decoded()
	for path, v := range members {
		keys := strings.Split(path, ".")
		at := a
		for _, key := range keys[:len(keys)-1] {
			inner, ok := at[key].(map[string]any)
			if !ok {
				t.Fatalf("no %s in %s", path, one.Activity)
			}
			at = inner
		}
		if last := keys[len(keys)-1]; v == nil {
			delete(at, last)
		} else {
			at[last] = v
		}
	}
	raw, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	return faketeams.Sent{Activity: raw}
}

// again gives the same press as another one: somebody pressed once more.
func again(t testing.TB, one faketeams.Sent, n int) faketeams.Sent {
	t.Helper()
	return altered(t, one, map[string]any{"id": fmt.Sprintf("f:again-%d", n)})
}

// answer sends something and reads the answer as the client does. What has another shape than is documented is a complaint,
// and the house's fake is watched.
func (h *teamsHouse) answer(t testing.TB, one faketeams.Sent) faketeams.Result {
	t.Helper()
	r := h.fake.Read(one, h.fake.Resend(t.Context(), one))
	if r.Trouble != "" || r.Ack.Failure != "" {
		t.Errorf("answered by %s", r.Ack)
	}
	return r
}

// says sends something and wants its answer to say all of these.
func (h *teamsHouse) says(t testing.TB, one faketeams.Sent, words ...string) {
	t.Helper()
	got := h.answer(t, one).Words()
	for _, w := range words {
		if !strings.Contains(got, w) {
			t.Errorf("it is answered with %q, want %q", got, w)
		}
	}
}

// at sends n things at once.
func (h *teamsHouse) at(t testing.TB, n int, one func(i int) faketeams.Sent, words ...string) {
	t.Helper()
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { h.says(t, one(i), words...) })
	}
	all.Wait()
	if err := h.surface.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestTeamsOneEffect presses what a network, a hurried person and a hostile one press: one effect at most, no error, and each
// time an answer of the documented shape that says what is so.
func TestTeamsOneEffect(t *testing.T) {
	for name, database := range storyDatabases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newTeamsHouse(t, storyApp(t, database(t)), patient, nil)
			h.fake.Watch(t)
			t.Run("the same press a hundred times at once", h.samePress)
			t.Run("presses that pass each other", h.reordered)
			t.Run("a button and its fallback", h.fallback)
			t.Run("somebody else's press on the manager's message", h.elsesPress)
			t.Run("data that was changed on its way", h.changedData)
			t.Run("last month's card", h.lastMonth)
			t.Run("Send pressed twenty times", h.sendTwice)
		})
	}
}

func (h *teamsHouse) samePress(t *testing.T) {
	id, on := h.asked(t)
	press := h.held(t, h.accounts[h.manager(t, id)], on, "approve")
	h.at(t, 100, func(int) faketeams.Sent { return press }, id, "Approved by Ben Okafor")
	if r := h.read(t, id); len(r.Votes) != 1 {
		t.Errorf("%d votes", len(r.Votes))
	}
	h.at(t, 20, func(i int) faketeams.Sent { return again(t, press, i) }, id) // a hurried person
	h.says(t, press, id)                                                      // and the network once more, when it is long decided
	if n := h.records(t, id, "decided"); n != 1 {
		t.Errorf("%d records of one decision", n)
	}
	h.settled(t)
	if now, _ := h.fake.Message(on.Conversation, on.ID); !strings.Contains(now.Words(), "Approved by Ben Okafor") {
		t.Errorf("the card in the chat reads %s", now.Words())
	}
}

// reordered lets a press arrive after one that was made later: what came first counts.
func (h *teamsHouse) reordered(t *testing.T) {
	for _, first := range []string{"approve", "reject"} {
		id, on := h.asked(t)
		user := h.accounts[h.manager(t, id)]
		r, err := h.fake.Press(t.Context(), user, on, withVerb(t, on, "reject"))
		if err != nil || r.Dialog == nil {
			t.Fatalf("no dialog to reject in: %v %s", err, r.Ack)
		}
		if err := h.fake.Fill(t.Context(), user, faketeams.Values{"f:reason": {"There is a tool like it."}}); err != nil {
			t.Fatal(err)
		}
		dialog, _ := h.fake.Dialog(user)
		reject, err := h.fake.Envelope(user, dialog, "next")
		if err != nil {
			t.Fatal(err)
		}
		both := []faketeams.Sent{h.held(t, user, on, "approve"), reject}
		if first == "reject" {
			both[0], both[1] = both[1], both[0]
		}
		for _, one := range both {
			h.says(t, one, id)
		}
		if now := h.read(t, id); len(now.Votes) != 1 || now.Votes[0].Approve != (first == "approve") || h.records(t, id, "decided") != 1 {
			t.Errorf("first %s: %+v", first, now.Votes)
		}
	}
}

// fallback presses a button in a client that knows it and in one that does not, at once.
func (h *teamsHouse) fallback(t *testing.T) {
	id, on := h.asked(t)
	user := h.accounts[h.manager(t, id)]
	press := h.held(t, user, on, "approve")
	action, _ := press.Decoded()["value"].(map[string]any)["action"].(map[string]any)
	old := altered(t, press, map[string]any{"type": "message", "value": action["data"], "name": nil, "id": "1700000000001"})
	var all sync.WaitGroup
	for i := range 10 {
		all.Go(func() { h.says(t, press, id, "Approved by Ben Okafor") })
		all.Go(func() { h.says(t, altered(t, old, map[string]any{"id": fmt.Sprint(1700000000000 + i)})) })
	}
	all.Wait()
	if err := h.surface.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := h.records(t, id, "decided"); n != 1 {
		t.Errorf("%d records of one decision", n)
	}
	h.settled(t)
	if now, _ := h.fake.Message(on.Conversation, on.ID); !strings.Contains(now.Words(), "Approved by Ben Okafor") {
		t.Errorf("the card in the chat reads %s", now.Words())
	}
}

// elsesPress has a colleague's name under a press on the manager's message, with a token that is good.
func (h *teamsHouse) elsesPress(t *testing.T) {
	id, on := h.asked(t)
	other := h.accounts["P-020"]
	u, _ := h.fake.User(other)
	for _, verb := range []string{"approve", "reject", "details"} {
		press := altered(t, h.held(t, h.accounts[h.manager(t, id)], on, verb), map[string]any{
			"from": map[string]any{"id": u.MRI, "aadObjectId": u.ID, "name": u.Name}, "conversation.id": h.fake.Chat(other),
		})
		got := h.answer(t, press).Words()
		if got == "" || strings.Contains(got, "Shorten") || strings.Contains(got, "Ana Ruiz") {
			t.Errorf("%s: they are told %q", verb, got)
		}
	}
	if r := h.read(t, id); len(r.Votes) != 0 {
		t.Errorf("it counted: %+v", r.Votes)
	}
}

// changedData changes what a button carries, by every way that leads to us: data is a client's word, and nothing is trusted
// in it.
func (h *teamsHouse) changedData(t *testing.T) {
	id, on := h.asked(t)
	user := h.accounts[h.manager(t, id)]
	press := h.held(t, user, on, "approve")
	var all []any
	for _, act := range []any{
		"approve|request/AIR-999|manager|1|1|", "approve|request/" + id + "|governance|1|1|", "approve|request/" + id + "|manager|7|1|",
		"approve|policy/active|manager|1|1|", "drop table|request/" + id + "|manager|1|1|", "approve", strings.Repeat("x", 3000), "", 7, true,
		nil,
		[]any{"approve"},
		map[string]any{"act": "approve"},
	} {
		all = append(all, map[string]any{"act": act, "d": 1, "at": 1})
	}
	good, _ := press.Decoded()["value"].(map[string]any)["action"].(map[string]any)["data"].(map[string]any)
	for _, more := range []map[string]any{
		{"link": "//evil.example"},
		{"link": "https://evil.example/x"},
		{"form": "F-999", "go": "next", "revision": 1},
		{"form": "F-999", "go": "x"},
		{"form": []any{1}, "act": 7},
		{"d": "x", "at": map[string]any{}, "act": "approve|request/AIR-999|manager|1|1|"},
	} {
		all = append(all, more)
	}
	all = append(all, nil, "approve", 7, []any{good}, map[string]any{})
	for i, data := range all {
		id := fmt.Sprintf("f:changed-%d", i)
		for _, one := range []faketeams.Sent{
			altered(t, press, map[string]any{"value.action.data": data, "id": id + "a"}),
			altered(t, press, map[string]any{"value.action": data, "id": id + "b"}),
			altered(t, press, map[string]any{"name": "task/fetch", "value": map[string]any{"data": data}, "id": id + "c"}),
			altered(t, press, map[string]any{"name": "task/submit", "value": map[string]any{"data": data}, "id": id + "d"}),
			altered(t, press, map[string]any{"type": "message", "name": nil, "value": data, "id": id + "e"}),
		} {
			r := h.answer(t, one)
			if got := r.Words(); strings.Contains(got, "evil.example") || strings.Contains(got, "went wrong") {
				t.Errorf("%s is answered with %s", one.Activity, got)
			}
		}
	}
	if err := h.surface.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r := h.read(t, id); len(r.Votes) != 0 || r.Status != approval.StatusOpen {
		t.Errorf("something counted: %+v", r)
	}
}

func (h *teamsHouse) lastMonth(t *testing.T) {
	id, on := h.asked(t)
	press := h.held(t, h.accounts[h.manager(t, id)], on, "approve")
	h.withdraw(t, id)
	h.clock.Set(h.clock.Now().AddDate(0, 1, 0))
	h.says(t, press, id, "was withdrawn by Ana Ruiz")
	if r := h.read(t, id); len(r.Votes) != 0 || r.Status != approval.StatusWithdrawn {
		t.Errorf("it counted: %+v", r)
	}
}

// sendTwice sends a request by a button that is pressed again and again, by a network and by a person.
func (h *teamsHouse) sendTwice(t *testing.T) {
	ctx, user, before := t.Context(), h.accounts[anaRuiz], h.requests(t)
	c := faketeams.NewClient(h.fake, h.accounts, h.judge.Refused)
	s, err := c.Open(ctx, anaRuiz, "request policy-exception")
	for n := 0; err == nil && s.Form != nil && len(s.Form.Fields) > 0 && n < 6; n++ {
		s, err = c.Fill(ctx, s, exceptionValues(s), bot.GoNext)
	}
	preview, ok := h.fake.Dialog(user)
	if err != nil || !ok || !strings.Contains(preview.Words(), "Nothing has been sent yet") {
		t.Fatalf("the last page is not there: %v\n%s", err, s.Text)
	}
	send, err := h.fake.Envelope(user, preview, "next")
	if err != nil {
		t.Fatal(err)
	}
	h.at(t, 2, func(int) faketeams.Sent { return send }, "EXC-")
	h.at(t, 20, func(i int) faketeams.Sent { return again(t, send, i%10) })
	if got := h.requests(t); got != before+1 {
		t.Errorf("%d requests were made", got-before)
	}
	if all := h.fake.Personal(user); len(all) > 0 && strings.Contains(all[0].Words(), "went wrong") {
		t.Errorf("the chat reads %s", all[0].Words())
	}
}
