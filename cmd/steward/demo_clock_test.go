package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/portal"
	"steward/workflows"
	"steward/workflows/approval"
)

// demoBrowser is a browser of somebody in the demo.
type demoBrowser struct {
	*http.Client

	base string
}

func (a *app) browser(t *testing.T, who workflows.PersonID) demoBrowser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := demoBrowser{&http.Client{Jar: jar}, a.url()}
	if got, text := b.post(t, "/sign-in", url.Values{"person": {string(who)}}); got != http.StatusOK {
		t.Fatalf("sign in: %d\n%s", got, text)
	}
	return b
}

// post sends a form, follows, and gives the status and the page.
func (b demoBrowser) post(t *testing.T, path string, form url.Values) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := b.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var text strings.Builder
	if err := resp.Write(&text); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, text.String()
}

// happened gives when things of one kind happened, in order.
func (a *app) happened(t *testing.T, what string) []time.Time {
	t.Helper()
	rows, _, err := a.store.RequestRows(t.Context(), everything(), workflows.RequestFilter{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	var out []time.Time
	for _, row := range rows {
		history, err := a.store.History(t.Context(), workflows.RequestRef(row.ID))
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range history {
			if h.Record.What == what {
				out = append(out, time.UnixMilli(h.Record.At))
			}
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}

// everything is somebody who sees all requests.
func everything() workflows.Person {
	return workflows.Person{ID: "P-004", Active: true, Roles: []workflows.Role{workflows.ComplianceLead}}
}

// As the clock moves, each thing happens at its own time and is told by then; afterwards the demo goes on by itself.
func TestDemoClock(t *testing.T) {
	a := startDemo(t, time.Date(2026, 11, 25, 10, 30, 0, 0, time.UTC))
	defer func() {
		if err := a.stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	began := a.clock.Now()
	b := a.browser(t, ben)
	for _, day := range []string{"2", "9", "16"} {
		status, text := b.post(t, "/demo/clock", url.Values{"advance": {"168h"}})
		if status != http.StatusOK || !strings.Contains(text, "It is Wed "+day+" Dec 05:3") {
			t.Fatalf("%d\n%s", status, text)
		}
	}
	if moved := a.clock.Now().Sub(began); moved < 3*168*time.Hour || moved > 3*168*time.Hour+time.Hour {
		t.Errorf("moved by %s", moved)
	}
	for _, what := range []string{approval.FactReminded, approval.FactEscalated, approval.FactResumed} {
		found := slices.DeleteFunc(a.happened(t, what), func(at time.Time) bool { return at.Before(began) })
		if len(found) == 0 {
			t.Errorf("nothing was %s in three weeks", what)
			continue
		}
		if last := found[len(found)-1]; a.clock.Now().Sub(last) < time.Hour {
			t.Errorf("%s at the end of the journey: %s", what, last)
		}
	}
	st, err := a.store.Stats(t.Context(), a.clock.Now())
	if err != nil || st.Dead+st.Waiting+st.Sending+st.MailsWaiting+st.TimersDue > 0 {
		t.Errorf("what waits: %+v, %v", st, err)
	}
	// What is pressed now is told by the loops, without anybody moving the clock.
	id := a.ask(t)
	wait(t, "told", func() bool {
		notices, err := a.store.Notices(t.Context(), benOkafor, 3)
		return err == nil && slices.ContainsFunc(notices, func(n workflows.Notice) bool { return n.About.ID == id })
	})
	t.Run("a second press is told so", func(t *testing.T) {
		a.stage.moving.Lock()
		defer a.stage.moving.Unlock()
		before := a.clock.Now()
		if status, text := b.post(t, "/demo/clock", url.Values{"advance": {"24h"}}); status != http.StatusConflict || !strings.Contains(text, "The clock is moving already") {
			t.Errorf("%d\n%s", status, text)
		}
		if a.clock.Now().Sub(before) > time.Hour {
			t.Error("it moved")
		}
	})
	t.Run("the record can be checked", func(t *testing.T) {
		if _, ok := a.stage.Checked(); ok {
			t.Error("it was checked before anybody asked")
		}
		if status, text := a.browser(t, auditor).post(t, "/demo/check", nil); status != http.StatusOK || !strings.Contains(text, "everything fits together") {
			t.Errorf("%d\n%s", status, text)
		}
		if c, ok := a.stage.Checked(); !ok || c.Records < 200 || c.Problem != "" {
			t.Errorf("%+v %t", c, ok)
		}
	})
}

// Presses at once move the clock once each or not at all, and none of them while the program ends.
func TestDemoClockAtOnce(t *testing.T) {
	a := startDemo(t, time.Date(2026, 11, 25, 10, 30, 0, 0, time.UTC))
	began := a.clock.Now()
	var presses sync.WaitGroup
	var mu sync.Mutex
	moved := 0
	for range 4 {
		presses.Go(func() {
			_, err := a.stage.Advance(t.Context(), 24*time.Hour)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				moved++
			} else if !errors.Is(err, portal.ErrMoving) {
				t.Error(err)
			}
		})
	}
	presses.Wait()
	if days := int(a.clock.Now().Sub(began) / (24 * time.Hour)); moved == 0 || days != moved {
		t.Errorf("%d presses moved the clock by %d days", moved, days)
	}
	ended := make(chan error, 1)
	presses.Go(func() {
		_, err := a.stage.Advance(t.Context(), 168*time.Hour)
		ended <- err
	})
	if err := a.stop(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
	if err := <-ended; err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, portal.ErrMoving) {
		t.Errorf("cut off by the end: %v", err)
	}
	if _, err := a.stage.Advance(t.Context(), 24*time.Hour); !errors.Is(err, portal.ErrMoving) {
		t.Errorf("after the end: %v", err)
	}
}

// counted counts what is read.
type counted struct {
	bot.Reader

	reads int
	err   error
}

func (c *counted) Request(context.Context, string) (approval.Request, error) {
	c.reads++
	return approval.Request{Seq: c.reads}, c.err
}

func (c *counted) People(context.Context, []workflows.PersonID, []workflows.Role, time.Time) (workflows.Roster, error) {
	c.reads++
	return workflows.Roster{}, c.err
}

func TestMomentary(t *testing.T) {
	c := &counted{err: errors.New("broken")}
	m, ctx := newMomentary(c), t.Context()
	people := func(roles []workflows.Role, who ...workflows.PersonID) error {
		_, err := m.People(ctx, who, roles, time.Now())
		return err
	}
	if _, err := m.Request(ctx, "AIR-1"); err == nil || people(nil, ana) == nil {
		t.Error("a fault was kept to itself")
	}
	c.err, c.reads = nil, 0
	for range 3 {
		if r, err := m.Request(ctx, "AIR-1"); err != nil || r.Seq != 1 {
			t.Errorf("request read %d times, %v", r.Seq, err)
		}
	}
	if err := errors.Join(people(nil, ana, ben), people(nil, ben, ana, ben)); err != nil || c.reads != 2 {
		t.Errorf("the same people in another order: %d reads, %v", c.reads, err)
	}
	if err := errors.Join(people(nil, ana), people([]workflows.Role{workflows.ComplianceLead}, ana)); err != nil || c.reads != 4 {
		t.Errorf("others: %d reads, %v", c.reads, err)
	}
	m.forget()
	if r, err := m.Request(ctx, "AIR-1"); err != nil || r.Seq != 5 {
		t.Errorf("after a moment: read %d times, %v", r.Seq, err)
	}
	if err := people(nil, ana); err != nil || c.reads != 6 {
		t.Errorf("people after a moment: %d reads, %v", c.reads, err)
	}
	m.settled = true
	m.forget()
	if err := people(nil, ana); err != nil || c.reads != 6 {
		t.Errorf("people of whom none changes: %d reads, %v", c.reads, err)
	}
}

func TestLastWorking(t *testing.T) {
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, madrid) }
	off := map[string]string{}
	for d := at(1, 12, 0); d.Year() < 2028; d = d.AddDate(0, 0, 1) {
		off[d.Format(time.DateOnly)] = "never"
	}
	for _, c := range []struct {
		name     string
		hours    workflows.Hours
		at, want time.Time
	}{
		{"in the hours it stays", workflows.Hours{Zone: madrid}, at(25, 10, 30), at(25, 10, 30)},
		{"in the evening it was shortly before the end", workflows.Hours{Zone: madrid}, at(25, 23, 55), at(25, 16, 40)},
		{"before the day began it was the evening before", workflows.Hours{Zone: madrid}, at(25, 7, 0), at(24, 16, 40)},
		{"on Sunday it was Friday", workflows.Hours{Zone: madrid}, at(29, 12, 0), at(27, 16, 40)},
		{"days off are skipped", workflows.Hours{Zone: madrid, Holidays: map[string]string{"2026-11-27": "free"}}, at(29, 12, 0), at(26, 16, 40)},
		{"who never works acts all the same", workflows.Hours{Zone: madrid, Holidays: off}, at(31, 12, 0), at(31, 12, 0)},
	} {
		if got := lastWorking(c.hours, c.at, 20*time.Minute); !got.Equal(c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
