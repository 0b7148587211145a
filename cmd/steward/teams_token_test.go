package main

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"steward/bot/surfacetest/faketeams"
)

// tooLong is how the listener refuses headers that no door ever sees.
const tooLong = http.StatusRequestHeaderFieldsTooLarge

// door is the door of a whole program on Teams, under a clock that the test moves.
type door struct {
	t     *testing.T
	fake  *faketeams.Server
	ahead atomic.Int64 // of the real time
	said  faketeams.Sent
	n     atomic.Int64
}

func (d *door) now() time.Time { return time.Now().Add(time.Duration(d.ahead.Load())) }

func (d *door) pass(by time.Duration) { d.ahead.Add(int64(by)) }

// newDoor starts the program. before is called with the fake when the program has not begun yet.
func newDoor(t *testing.T, before func(*faketeams.Server)) *door {
	t.Helper()
	d := &door{t: t}
	opt := faketeams.Options{Now: d.now, SignedAt: d.now}
	_, d.fake, _ = startOnTeamsWith(t, opt, io.Discard, before)
	d.fake.AddUser(faketeams.User{ID: benAtTeams, Name: "Ben Okafor", Email: "ben.okafor@example.com"})
	d.fake.Provide(benAtTeams, true)
	r, err := d.fake.Say(t.Context(), benAtTeams, "help")
	if err != nil {
		t.Fatal(err)
	}
	d.said = r.Sent
	return d
}

// asks says something to the program that it was not told yet, with these headers, and gives the status; an answer of more
// than a status is an error where it is not let in.
func (d *door) asks(members map[string]any, authorization ...string) int {
	d.t.Helper()
	all := map[string]any{"id": fmt.Sprint("door-", d.n.Add(1))}
	maps.Copy(all, members)
	ack := d.fake.DeliverAs(d.t.Context(), altered(d.t, d.said, all).Activity, authorization...)
	if ack.Status != http.StatusOK && ack.Status != tooLong && len(ack.Body) > 0 {
		d.t.Errorf("a refusal says %s", ack)
	}
	return ack.Status
}

func (d *door) good() int { return d.asks(nil, "Bearer "+d.fake.Mint(faketeams.Token{})) }

func (d *door) wants(what string, got, want int) {
	d.t.Helper()
	if got != want {
		d.t.Errorf("%s: %d, want %d", what, got, want)
	}
}

// heard counts what the program has said to Ben; whoever is refused has no effect there.
func (d *door) heard() int {
	n := 0
	for _, m := range d.fake.Personal(benAtTeams) {
		if m.From == "" {
			n++
		}
	}
	return n
}

// fetches counts how often the keys were asked for.
func (d *door) fetches() int { return len(d.fake.Calls("metadata")) }

// TestTeamsTokens comes to the door of the whole program with every good, bad and odd token, and without keys.
func TestTeamsTokens(t *testing.T) {
	t.Run("every token", everyToken)
	t.Run("bodies", bodies)
	t.Run("a flood of unknown keys", keyFlood)
	t.Run("rotation", rotation)
	t.Run("no metadata later", metadataLater)
	for name, c := range map[string]struct {
		op  string
		how faketeams.How
	}{
		"no metadata at start":      {"metadata", faketeams.Status(http.StatusServiceUnavailable)},
		"no keys at start":          {"keys", faketeams.DropBefore()},
		"metadata moved, at start":  {"metadata", faketeams.Status(http.StatusFound)},
		"nothing there, at start":   {"keys", faketeams.Status(http.StatusNotFound)},
		"refused metadata at start": {"metadata", faketeams.TooMany(time.Minute)},
	} {
		t.Run(name, func(t *testing.T) { metadataAtStart(t, c.op, c.how) })
	}
}

func everyToken(t *testing.T) {
	d := newDoor(t, func(f *faketeams.Server) { f.Publish() }) // the odd keys are there when the keys are read
	all := d.fake.Tokens()
	if len(all) < 50 {
		t.Fatalf("%d tokens", len(all))
	}
	for _, one := range all {
		before := d.heard()
		var members map[string]any
		if one.Channel != "" {
			members = map[string]any{"channelId": one.Channel}
		}
		status := one.Status
		if len(strings.Join(one.Authorization, "")) > 4*maxHeader {
			status = tooLong
		}
		d.wants(one.Name, d.asks(members, one.Authorization...), status)
		want := before
		if one.Good() {
			want++
		}
		if err := d.fake.Await(t.Context(), func() bool { return d.heard() >= want }); err != nil || d.heard() != want {
			t.Errorf("%s: it is answered in the chat, %v", one.Name, err)
		}
	}
}

// bodies come with a good token, and are not what it stands for, or no activities at all.
func bodies(t *testing.T) {
	d := newDoor(t, nil)
	token := "Bearer " + d.fake.Mint(faketeams.Token{})
	foreign := d.fake.ServiceURL(faketeams.ForeignTenant)
	theirs := "Bearer " + d.fake.Mint(faketeams.Token{Service: foreign})
	before := d.heard()
	for name, c := range map[string]struct {
		members map[string]any
		token   string
		want    int
	}{
		"another tenant": {map[string]any{
			"conversation.tenantId": faketeams.ForeignTenant, "channelData.tenant.id": faketeams.ForeignTenant, "serviceUrl": foreign,
		}, theirs, http.StatusForbidden},
		"another tenant in the conversation alone": {map[string]any{"conversation.tenantId": faketeams.ForeignTenant}, token, http.StatusForbidden},
		"another tenant beside it":                 {map[string]any{"channelData.tenant.id": faketeams.ForeignTenant}, token, http.StatusForbidden},
		"no tenant":                                {map[string]any{"conversation.tenantId": nil, "channelData": nil}, token, http.StatusForbidden},
		"another service":                          {map[string]any{"serviceUrl": "https://smba.example.com/emea/"}, token, http.StatusUnauthorized},
		"no service":                               {map[string]any{"serviceUrl": nil}, token, http.StatusUnauthorized},
		"no channel":                               {map[string]any{"channelId": nil}, token, http.StatusUnauthorized},
	} {
		d.wants(name, d.asks(c.members, c.token), c.want)
	}
	for body, want := range map[string]int{
		"": http.StatusBadRequest, "[]": http.StatusBadRequest, "{": http.StatusBadRequest, "null": http.StatusBadRequest,
		"{}": http.StatusUnauthorized, `{"x":"` + strings.Repeat("x", 2<<20) + `"}`: http.StatusRequestEntityTooLarge,
	} {
		ack := d.fake.DeliverAs(t.Context(), []byte(body), token)
		d.wants(fmt.Sprintf("%.20s", body), ack.Status, want)
		ack = d.fake.DeliverAs(t.Context(), []byte(body), "Bearer a.b.c")
		d.wants(fmt.Sprintf("%.20s, without a token", body), ack.Status, http.StatusUnauthorized)
	}
	for kind, more := range map[string]map[string]any{
		"messageReaction": {"reactionsAdded": []any{map[string]any{"type": "like"}}}, "typing": nil, "event": {"name": "application/vnd.microsoft.readReceipt"},
		"messageUpdate": {"channelData.eventType": "softDeleteMessage"}, "somethingNew": {"entities": "not a list", "value": 7, "from": []any{}},
	} {
		members := map[string]any{"type": kind, "text": nil}
		maps.Copy(members, more)
		d.wants(kind, d.asks(members, token), http.StatusOK)
	}
	if after := d.heard(); after != before {
		t.Errorf("%d of them are answered", after-before)
	}
}

// keyFlood sends tokens that name keys nobody knows: the keys are read once a period, by whoever comes first, and people with
// good tokens are let in meanwhile.
func keyFlood(t *testing.T) {
	d := newDoor(t, nil)
	most := 200
	if testing.Short() {
		most = 50
	}
	flood := func() {
		t.Helper()
		var all sync.WaitGroup
		for n := range most {
			token := "Bearer " + d.fake.Mint(faketeams.Token{Stranger: true, Header: map[string]any{"kid": fmt.Sprint("nobody-", n)}})
			all.Go(func() { d.wants("an unknown key", d.asks(nil, token), http.StatusUnauthorized) })
			if n%40 == 0 {
				all.Go(func() { d.wants("a good one", d.good(), http.StatusOK) })
			}
		}
		all.Wait()
	}
	before := d.fetches()
	flood()
	if n := d.fetches() - before; n > 0 {
		t.Errorf("the keys were read %d times within five minutes", n)
	}
	for period := range 3 {
		d.pass(5*time.Minute + time.Second)
		flood()
		flood()
		if n := d.fetches() - before; n != period+1 {
			t.Errorf("the keys were read %d times in %d periods", n, period+1)
		}
	}
}

func rotation(t *testing.T) {
	d := newDoor(t, nil)
	old := func() int { return d.asks(nil, "Bearer "+d.fake.Mint(faketeams.Token{Key: "key-1"})) }
	d.fake.Rotate()
	d.pass(5*time.Minute + time.Second) // since the last reading: a key is published long before it signs
	d.wants("a new key beside the old one", d.good(), http.StatusOK)
	d.wants("the old key beside the new one", old(), http.StatusOK)
	d.fake.Retire()
	d.pass(26 * time.Hour)
	d.wants("the new key alone", d.good(), http.StatusOK)
	d.wants("a key that was withdrawn a day ago", old(), http.StatusUnauthorized)
	d.fake.Rotate()
	d.fake.Retire()
	d.pass(5*time.Minute + time.Second)
	d.wants("a new key with all others gone", d.good(), http.StatusOK)
}

// metadataLater takes the keys away from a program that has some: they stay good for five days.
func metadataLater(t *testing.T) {
	d := newDoor(t, nil)
	d.fake.Fail("metadata", -1, faketeams.DropBefore())
	for day := range 4 {
		d.pass(26 * time.Hour)
		d.wants(fmt.Sprintf("%d days after they were read", day+1), d.good(), http.StatusOK)
		d.wants("an unknown key", d.asks(nil, "Bearer "+d.fake.Mint(faketeams.Token{Stranger: true, Header: map[string]any{"kid": "x"}})), http.StatusUnauthorized)
	}
	d.pass(26 * time.Hour)
	d.wants("keys that are too old", d.good(), http.StatusServiceUnavailable)
	d.wants("no token, without keys", d.asks(nil), http.StatusUnauthorized)
	d.fake.Mend()
	d.pass(11 * time.Second)
	d.wants("they are back", d.good(), http.StatusOK)
}

func metadataAtStart(t *testing.T, op string, how faketeams.How) {
	d := newDoor(t, func(f *faketeams.Server) { f.Fail(op, -1, how) })
	before := d.heard()
	d.wants("a good token", d.good(), http.StatusServiceUnavailable)
	d.wants("no token", d.asks(nil), http.StatusUnauthorized)
	d.wants("alg none", d.asks(nil, "Bearer "+d.fake.Mint(faketeams.Token{Alg: "none"})), http.StatusUnauthorized)
	d.wants("garbage", d.asks(nil, "Bearer garbage"), http.StatusUnauthorized)
	if n := d.heard(); n != before {
		t.Errorf("%d answers without keys", n-before)
	}
	d.fake.Mend()
	d.pass(11 * time.Second)
	d.wants("the keys are there", d.good(), http.StatusOK)
}
