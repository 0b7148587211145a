package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
)

// startDemo starts the demo as if it were a certain time.
func startDemo(t testing.TB, now time.Time) *app {
	t.Helper()
	started := time.Now()
	clock := func() time.Time { return now.Add(time.Since(started)) }
	p := program{env: nil, now: clock}
	l, err := p.loadConfig(p.serveCommand().Flags())
	if err != nil {
		t.Fatal(err)
	}
	l.Listen = "127.0.0.1:0"
	a, err := startApp(t.Context(), appOptions{config: l, demo: true, log: slog.New(slog.DiscardHandler), now: clock})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// The demo can be started on any day, and shows a request in every state.
func TestDemo(t *testing.T) {
	for name, now := range map[string]time.Time{
		"on a Wednesday":         time.Date(2026, 11, 25, 10, 30, 0, 0, time.UTC),
		"on a Sunday night":      time.Date(2026, 11, 29, 23, 55, 0, 0, time.UTC),
		"after a change of time": time.Date(2027, 3, 30, 6, 0, 0, 0, time.UTC),
		"after New Year":         time.Date(2027, 1, 2, 12, 0, 0, 0, time.UTC),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := startDemo(t, now)
			folder := a.folder
			checkDemo(t, a)
			if err := a.stop(context.WithoutCancel(t.Context())); err != nil {
				t.Error(err)
			}
			if _, err := os.Stat(folder); !os.IsNotExist(err) {
				t.Errorf("the folder of the demo is still there: %v", err)
			}
		})
	}
}

func checkDemo(t *testing.T, a *app) {
	t.Helper()
	rows, _, err := a.store.RequestRows(t.Context(), everything(), workflows.RequestFilter{})
	if err != nil {
		t.Fatal(err)
	}
	checkHistory(t, a, rows)
	found := map[string]int{}
	for _, row := range rows {
		r, err := a.store.Request(t.Context(), row.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range kindsOf(r) {
			found[name]++
		}
	}
	for _, want := range []string{
		"approved", "approved with conditions", "rejected", "withdrawn", "waits for the manager", "with the experts", "objection", "question open",
		"waits for the owner", "legal hold", "second round", "late",
	} {
		if found[want] == 0 {
			t.Errorf("no request is %q; there are %v", want, found)
		}
	}
	report, err := a.store.Verify(t.Context(), nil)
	if err != nil || !report.OK() {
		t.Errorf("the record does not fit: %v %v", report.Problems, err)
	}
	st, err := a.store.Stats(t.Context(), a.clock.Now())
	if err != nil || st.Dead > 0 || st.TimersDue > 0 {
		t.Errorf("what waits: %+v, %v", st, err)
	}
	for path, want := range map[string]int{"/readyz": 200, "/livez": 200, "/metrics": 200, "/sign-in": 200} {
		if got := httpStatus(t, a.url()+path); got != want {
			t.Errorf("%s answers %d, want %d", path, got, want)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.url()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = "localhost:1" // of this machine, but not this program
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if _ = res.Body.Close(); res.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("%s answers under another name: %d", path, res.StatusCode)
		}
	}
}

// checkHistory looks whether the past is believable: 90 days of it, with something every week, and people who act in their
// working hours.
func checkHistory(t *testing.T, a *app, rows []workflows.RequestRow) {
	t.Helper()
	people, err := a.store.People(t.Context(), nil, nil, a.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	now, last := a.clock.Now(), a.clock.Now()
	weeks := map[int]bool{}
	for _, row := range rows {
		history, err := a.store.History(t.Context(), workflows.RequestRef(row.ID))
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range history {
			at := time.UnixMilli(h.Record.At)
			weeks[int(now.Sub(at).Hours()/24/7)] = true
			if h.Record.Via.Surface != "demo" {
				continue
			}
			who := h.Record.Actor
			if _, ok := people.Person(who); !ok {
				if people, err = a.store.People(t.Context(), append(idsOf(people), who), nil, now); err != nil {
					t.Fatal(err)
				}
			}
			if p, _ := people.Person(who); !p.Hours.Working(at) {
				t.Errorf("%s: %s %s at %s", row.ID, p.Name, h.Record.What, at.In(p.Zone()))
			}
		}
		if row.SentAt.Before(last) {
			last = row.SentAt
		}
	}
	if days := now.Sub(last).Hours() / 24; days < 88 || days > demoDays {
		t.Errorf("the history begins %.0f days ago", days)
	}
	for week := range 13 {
		if !weeks[week] {
			t.Errorf("nothing happened %d weeks ago", week)
		}
	}
	if len(rows) < 30 {
		t.Errorf("only %d requests", len(rows))
	}
}

func idsOf(people workflows.Roster) []workflows.PersonID {
	var out []workflows.PersonID
	for _, p := range people.All() {
		out = append(out, p.ID)
	}
	return out
}

// kindsOf names the states a request stands for.
func kindsOf(r approval.Request) []string {
	out := []string{string(r.Status)}
	add := func(name string, holds bool) {
		if holds {
			out = append(out, name)
		}
	}
	add("approved with conditions", r.Status == approval.StatusApproved && len(r.Attached) > 0)
	if r.Status != approval.StatusOpen {
		return out
	}
	key := r.Screening.Plan.Stages[r.Stage].Key
	add("waits for the manager", key == "manager" && r.Round == 1 && len(r.Questions) == 0)
	add("with the experts", key == "experts")
	add("legal hold", key == "legal_hold")
	add("second round", r.Round == 2)
	add("late", r.Escalated)
	add("objection", len(r.Advices) > 0 && r.Advices[0].Objection)
	for _, q := range r.Questions {
		add("question open", q.Answered.IsZero())
	}
	for _, w := range r.Waits {
		add("waits for the owner", w.Why == workflows.WhyAccept && r.StageAt.IsZero())
	}
	return out
}

func httpStatus(t *testing.T, url string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}
