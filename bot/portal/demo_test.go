package portal_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"steward/bot/portal"
	"steward/bot/surfacetest/portaltest"
	"steward/workflows"
	"steward/workflows/approval"
)

const (
	mei  workflows.PersonID = "P-017"
	liam workflows.PersonID = "P-020"
)

// tour is a demo with a clock and a walk.
type tour struct {
	*house

	moved   []time.Duration
	records int
	err     error // of every move and check
	last    *portal.Checked
	found   portal.Checked // by the next check
}

// Advance implements [portal.Stage].
func (d *tour) Advance(ctx context.Context, by time.Duration) (int, error) {
	if d.err != nil {
		return 0, d.err
	}
	d.moved = append(d.moved, by)
	return d.records, d.Travel(ctx, d.Now().Add(by), d.drain)
}

// Check implements [portal.Stage].
func (d *tour) Check(context.Context) (portal.Checked, error) {
	if d.err == nil {
		d.last = &d.found
	}
	return d.found, d.err
}

// Checked implements [portal.Stage].
func (d *tour) Checked() (portal.Checked, bool) {
	if d.last == nil {
		return portal.Checked{}, false
	}
	return *d.last, true
}

// newTour makes a house in which Mei has asked Liam a question before the demo began.
func newTour(t *testing.T) *tour {
	t.Helper()
	d := &tour{records: 3, found: portal.Checked{Records: 12, Requests: 1}}
	d.house = newHouse(t, func(c *portal.Config) {
		c.Tour = &portal.Tour{Stage: d, Asker: ana, Watcher: ben, Auditor: ola, Question: "AIR-1", Began: start.Add(time.Minute)}
	})
	d.submit(t, liam)
	d.apply(t, mei, "AIR-1", approval.Asked{Text: "Who reads what it writes?"})
	if err := d.Travel(t.Context(), start.Add(2*time.Minute), d.drain); err != nil {
		t.Fatal(err)
	}
	d.clock.pass(2 * time.Minute)
	return d
}

// submit sends a harmless use.
func (d *tour) submit(t *testing.T, who workflows.PersonID) string {
	t.Helper()
	pages := harmless()
	pages[0]["f.owner"] = []string{string(who)}
	done, err := d.Apply(t.Context(), workflows.Event{
		Actor: who, About: workflows.Ref{Kind: workflows.KindRequest}, What: approval.Submitted{Flow: "ai-use", Answers: answersOf(pages)},
	})
	if err != nil || done.Refusal != nil {
		t.Fatalf("submit: %+v %v", done.Refusal, err)
	}
	return done.About.ID
}

func (d *tour) apply(t *testing.T, who workflows.PersonID, id string, what workflows.What) {
	t.Helper()
	r, err := d.Request(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	seen := workflows.Seen{Round: r.Round, Revision: r.Revision, Stage: r.Screening.Plan.Stages[r.Stage].Key}
	done, err := d.Apply(t.Context(), workflows.Event{Actor: who, About: workflows.RequestRef(id), Seen: seen, What: what})
	if err != nil || done.Refusal != nil {
		t.Fatalf("%s: %+v %v", what.Kind(), done.Refusal, err)
	}
}

func (d *tour) as(t *testing.T, who workflows.PersonID) *portaltest.Browser {
	t.Helper()
	b, err := d.client.Browser(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// strip gives the words of the strip above a page.
func strip(t *testing.T, p portaltest.Page) string {
	t.Helper()
	for _, n := range p.Root.Named("aside") {
		if n.Attr["id"] == "demo" {
			return flat(n.Words())
		}
	}
	t.Fatalf("no strip above %s", p.Path)
	return ""
}

func TestStrip(t *testing.T) {
	d := newTour(t)
	t.Run("says who acts and what time it is there", func(t *testing.T) {
		for who, want := range map[workflows.PersonID]string{ana: "You act as Ana Ruiz, Sales.", ben: "You act as Ben Okafor, Sales."} {
			text := strip(t, get(t, d.as(t, who), "/", 200))
			hour := map[workflows.PersonID]string{ana: "Tue 24 Nov 10:32", ben: "Tue 24 Nov 04:32"}[who]
			for _, part := range []string{want, hour, "+1 day", "+1 week", "Step 1 of 5"} {
				if !strings.Contains(text, part) {
					t.Errorf("%s does not say %q: %s", who, part, text)
				}
			}
		}
	})
	t.Run("comes back to the page as somebody else", func(t *testing.T) {
		p := get(t, d.as(t, ana), "/requests?mine=1", 200)
		if !strings.Contains(p.Body, `href="/sign-in?to=%2frequests%3fmine%3d1"`) {
			t.Errorf("no way back:\n%s", p.Body)
		}
	})
	t.Run("before anybody is chosen the walk begins, and the clock cannot be moved", func(t *testing.T) {
		text := strip(t, get(t, &portaltest.Browser{Handler: d.handler}, "/sign-in", 200))
		if !strings.Contains(text, "Step 1 of 5") || strings.Contains(text, "+1 day") {
			t.Error(text)
		}
	})
	t.Run("is not there under a foreign name, nor outside the demo", func(t *testing.T) {
		res := do(d.handler, http.MethodGet, "http://evil.example/", nil)
		if res.status != http.StatusMisdirectedRequest {
			t.Errorf("status %d", res.status)
		}
		h := newHouse(t, public)
		p := get(t, &portaltest.Browser{Handler: h.handler, Origin: origin}, "/about", 200)
		if strings.Contains(p.Body, `id="demo"`) {
			t.Error("a real portal shows the strip")
		}
	})
	t.Run("a walk that cannot be read leaves the page", func(t *testing.T) {
		d := newTour(t)
		d.config.Tour.Question = "AIR-9"
		text := strip(t, get(t, d.as(t, ana), "/", 200))
		if strings.Contains(text, "Step") || !strings.Contains(text, "+1 day") || !strings.Contains(d.log.String(), "walk of the demo not shown") {
			t.Error(text)
		}
	})
}

func TestClock(t *testing.T) {
	t.Run("moves by a day or a week, and says what happened", func(t *testing.T) {
		d := newTour(t)
		p := post(t, d.as(t, ben), "/demo/clock", url.Values{"advance": {"24h"}}, 200)
		if p.Path != "/" || !strings.Contains(p.Root.Words(), "It is Wed 25 Nov 04:32 now. On the way 3 records were made") {
			t.Errorf("%s:\n%s", p.Path, p.Root.Words())
		}
		if !strings.Contains(p.Root.Words(), "The clock shows Wed 25 Nov 04:32 in New York") {
			t.Errorf("the strip does not say whose time it shows:\n%s", p.Root.Words())
		}
		d.records = 1
		p = post(t, d.as(t, ben), "/demo/clock", url.Values{"advance": {"168h"}}, 200)
		if !strings.Contains(p.Root.Words(), "It is Wed 2 Dec 04:32 now. On the way 1 record was made") {
			t.Error(p.Root.Words())
		}
		d.records = 0
		p = post(t, d.as(t, ben), "/demo/clock", url.Values{"advance": {"24h"}}, 200)
		if !strings.Contains(p.Root.Words(), "Nothing fell due on the way.") {
			t.Error(p.Root.Words())
		}
		if len(d.moved) != 3 || d.moved[0] != 24*time.Hour || d.moved[1] != 168*time.Hour {
			t.Errorf("moved by %v", d.moved)
		}
	})
	t.Run("takes nothing else", func(t *testing.T) {
		d := newTour(t)
		for _, form := range []url.Values{
			{},
			{"advance": {""}},
			{"advance": {"1h"}},
			{"advance": {"24H"}},
			{"advance": {"1440m"}},
			{"advance": {"-24h"}},
			{"advance": {"8760h"}},
			{"advance": {"24h", "24h"}},
			{"advance": {"24h"}, "to": {"/"}},
			{"Advance": {"24h"}},
		} {
			if p := post(t, d.as(t, ana), "/demo/clock", form, 400); !strings.Contains(p.Root.Words(), "The clock cannot do that") {
				t.Errorf("%v: %s", form, p.Root.Words())
			}
		}
		post(t, d.as(t, ana), "/demo/clock?advance=24h", nil, 400)
		post(t, d.as(t, ana), "/demo/clock?x=1", url.Values{"advance": {"24h"}}, 400)
		get(t, d.as(t, ana), "/demo/clock", 405)
		if len(d.moved) != 0 {
			t.Errorf("moved by %v", d.moved)
		}
	})
	t.Run("is for who is signed in, from our own pages, in the demo", func(t *testing.T) {
		d := newTour(t)
		post(t, &portaltest.Browser{Handler: d.handler}, "/demo/clock", url.Values{"advance": {"24h"}}, 401)
		res := do(d.handler, http.MethodPost, "http://127.0.0.1:8080/demo/clock", func(r *http.Request) {
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			r.AddCookie(&http.Cookie{Name: "steward", Value: d.as(t, ana).Cookie("steward")}) //nolint:gosec // on its way to the server
		})
		if res.status != http.StatusForbidden || len(d.moved) != 0 {
			t.Errorf("from another site: %d, moved %v", res.status, d.moved)
		}
		for name, h := range map[string]*house{"public": newHouse(t, public), "without a tour": newHouse(t, nil)} {
			routes, err := portal.Routes(h.config)
			if err != nil {
				t.Fatal(err)
			}
			if all := strings.Join(routes, " "); strings.Contains(all, "/demo/") {
				t.Errorf("%s has %s", name, all)
			}
		}
	})
	t.Run("says so where it moves already, and what went wrong where it cannot", func(t *testing.T) {
		d := newTour(t)
		d.err = portal.ErrMoving
		if p := post(t, d.as(t, ana), "/demo/clock", url.Values{"advance": {"24h"}}, 409); !strings.Contains(p.Root.Words(), "The clock is moving already") {
			t.Error(p.Root.Words())
		}
		d.err = errors.New("broken")
		post(t, d.as(t, ana), "/demo/clock", url.Values{"advance": {"24h"}}, 500)
		post(t, d.as(t, ola), "/demo/check", nil, 500)
	})
	t.Run("leads back to where it was pressed, and nowhere else", func(t *testing.T) {
		for referer, want := range map[string]string{
			"http://127.0.0.1:8080/requests?mine=1": "/requests?mine=1", "http://evil.example/requests": "/", "": "/", ":": "/",
			"http://127.0.0.1:8080//evil.example": "/", "http://127.0.0.1:8080/sign-in": "/",
		} {
			got := portal.CameFrom("127.0.0.1:8080", referer)
			if got != want {
				t.Errorf("from %q to %q, want %q", referer, got, want)
			}
		}
	})
}

func TestCheckRecord(t *testing.T) {
	d := newTour(t)
	post(t, d.as(t, ana), "/demo/check", nil, 403)
	if d.last != nil {
		t.Error("it was checked all the same")
	}
	if p := post(t, d.as(t, ola), "/demo/check", nil, 200); !strings.Contains(p.Root.Words(), "Checked 12 records and 1 request: everything fits together.") {
		t.Error(p.Root.Words())
	}
	d.found.Problem = "request/AIR-1 record 2: the number is missing"
	if p := post(t, d.as(t, ola), "/demo/check", nil, 200); !strings.Contains(p.Root.Words(), "The record does not fit: request/AIR-1 record 2") {
		t.Error(p.Root.Words())
	}
}

// The walk knows from the state of things how far somebody has come, by whatever way it went.
func TestWalk(t *testing.T) {
	says := func(t *testing.T, d *tour, who workflows.PersonID, want string) {
		t.Helper()
		text := strip(t, get(t, d.as(t, who), "/", 200))
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q: %s", want, text)
		}
	}
	t.Run("from the first step to the last", func(t *testing.T) {
		d := newTour(t)
		says(t, d, ana, "Step 1 of 5 Ask for a tool as Ana Ruiz: choose New AI use and send the form. Ask")
		says(t, d, ben, "Ask as Ana Ruiz")
		id := d.submit(t, ana)
		says(t, d, ana, "Step 2 of 5 Decide on "+id+" as Ben Okafor. Open "+id+" as Ben Okafor")
		d.apply(t, ben, id, approval.Decided{Approve: true})
		says(t, d, ben, "Step 3 of 5 Answer Mei Chen’s question about AIR-1 as Liam Byrne. Open AIR-1 as Liam Byrne")
		d.apply(t, liam, "AIR-1", approval.Answered{Question: 1, Text: "I do, and nobody else."})
		says(t, d, liam, "Step 4 of 5 Press +1 week in Ben Okafor’s inbox and see what comes in.")
		post(t, d.as(t, ben), "/demo/clock", url.Values{"advance": {"168h"}}, 200)
		says(t, d, ben, "Step 5 of 5 Check the whole record as Ola Adeyemi, who audits the company. Open the record as Ola Adeyemi")
		says(t, d, ola, "Check it now")
		post(t, d.as(t, ola), "/demo/check", nil, 200)
		says(t, d, ola, "That was the walk, all 5 steps.")
	})
	t.Run("the way as the right person is one press", func(t *testing.T) {
		d := newTour(t)
		id := d.submit(t, ana)
		p := get(t, d.as(t, ana), "/", 200)
		for _, want := range []string{`name="to" value="/requests/` + id + `"`, `name="person" value="P-013"`} {
			if !strings.Contains(p.Body, want) {
				t.Errorf("no %s", want)
			}
		}
		p = post(t, d.as(t, ana), "/sign-in", url.Values{"person": {string(ben)}, "to": {"/requests/" + id}}, 200)
		if p.Path != "/requests/"+id || !strings.Contains(strip(t, p), "You act as Ben Okafor") {
			t.Errorf("at %s: %s", p.Path, strip(t, p))
		}
	})
	t.Run("a request taken back does not count, and of several the one decided on does", func(t *testing.T) {
		d := newTour(t)
		first := d.submit(t, ana)
		d.apply(t, ana, first, approval.Withdrawn{Reason: "It was a mistake of mine."})
		says(t, d, ana, "Step 1 of 5")
		second := d.submit(t, ana)
		d.submit(t, ana)
		d.apply(t, ben, second, approval.Decided{Reason: "There is a tool for this that we have approved."})
		says(t, d, ana, "Step 3 of 5")
	})
	t.Run("asks for what comes before a decision", func(t *testing.T) {
		d := newTour(t)
		id := d.submit(t, ana)
		d.apply(t, ben, id, approval.Asked{Text: "Which text is it about?"})
		if r, err := d.Request(t.Context(), id); err != nil || len(r.Waits) == 0 {
			t.Fatal(r.Waits, err)
		}
		says(t, d, ana, "Step 2 of 5")
	})
	t.Run("who looks at steps done out of order sees the first that is not", func(t *testing.T) {
		d := newTour(t)
		d.apply(t, liam, "AIR-1", approval.Answered{Question: 1, Text: "I do, and nobody else."})
		says(t, d, liam, "Step 1 of 5")
		id := d.submit(t, ana)
		d.apply(t, ben, id, approval.Decided{Approve: true})
		says(t, d, liam, "Step 4 of 5")
	})
}

func TestWalkWords(t *testing.T) {
	for why, want := range map[workflows.Why]string{
		workflows.WhyDecide:   "Decide on AIR-1 as Ben.",
		workflows.WhyAccept:   "Accept being accountable for AIR-1 as Ben, so that it can be decided.",
		workflows.WhyQuestion: "Answer the question about AIR-1 as Ben, so that it can be decided.",
		"":                    "Look at AIR-1 as Ben: it says what it waits for.",
	} {
		if got := portal.TextWalkDecide(why, "AIR-1", "Ben"); got != want {
			t.Errorf("%q: %q, want %q", why, got, want)
		}
	}
	// Somebody may decide without the answer: then there is nobody's question to name.
	if got := portal.TextWalkAnswer("", "AIR-1", "Ana"); got != "Answer a question about AIR-1 as Ana." {
		t.Error(got)
	}
}
