package portal_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
)

// TestTold: newest first by the time that is shown, nothing twice, and of what was due only today's.
func TestTold(t *testing.T) {
	h := newHouse(t, nil)
	air := func(n string) workflows.Ref { return workflows.RequestRef("AIR-" + n) }
	hours := func(n int) time.Time { return start.Add(time.Duration(n) * time.Hour) }
	for i, n := range []struct {
		about workflows.Ref
		why   workflows.Why
		gist  string
		at    int
		again int // hours at which it was updated
	}{
		{air("1"), workflows.WhyProgress, "AIR-1: it waits for Ben.", -50, -1},
		{air("2"), workflows.WhyOutcome, "AIR-2: approved.", -40, 0},
		{air("3"), workflows.WhyOutcome, "AIR-3: rejected.", -30, 0},
		{air("2"), workflows.WhyDecide, "AIR-2: approved.", -20, 0},
		{air("4"), workflows.WhyRemind, "2 things wait for you.", -24, 0},
		{air("5"), workflows.WhyRemind, "1 thing waits for you.", -2, 0},
		{air("2"), workflows.WhyAnswer, "AIR-2: your question was answered.", -10, 0},
		{air("2"), workflows.WhyProgress, "AIR-2: approved.", -5, 0},
		{air("2"), workflows.WhyInform, "AIR-2: approved. Nothing is asked of you.", -6, 0},
	} {
		id, err := h.PutNotice(t.Context(), workflows.Notice{
			Delivery: int64(i + 1), Person: ana, About: n.about, Why: n.why, Gist: n.gist, At: hours(n.at),
		})
		if err == nil && n.again != 0 {
			err = h.UpdateNotice(t.Context(), id, n.gist, hours(n.again))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	b, err := h.client.Browser(t.Context(), ana)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, li := range get(t, b, "/", 200).Root.First("main").Named("li") {
		_, gist, _ := strings.Cut(li.Words(), " ")
		got = append(got, gist)
	}
	want := []string{
		"24 Nov 09:30 AIR-1: it waits for Ben.", "24 Nov 08:30 1 thing waits for you.", "24 Nov 05:30 AIR-2: approved.",
		"24 Nov 00:30 AIR-2: your question was answered.", "23 Nov 04:30 AIR-3: rejected.",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the inbox tells\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestRequestPage: forms lead back to the request, its history has the names of stages and the dates its reader is used to,
// and its answers are questions and answers.
func TestRequestPage(t *testing.T) {
	h := newHouse(t, nil)
	seed(t, h)
	b, err := h.client.Browser(t.Context(), ben)
	if err != nil {
		t.Fatal(err)
	}
	p := get(t, b, "/requests/AIR-1", 200)
	if !strings.Contains(p.Root.Words(), "Stage opened: Line manager") {
		t.Errorf("the history names no stage:\n%s", p.Root.Words())
	}
	if !strings.Contains(p.Body, "<dt>Who makes or hosts it:</dt><dd>DeepL</dd>") {
		t.Error("the answers run together")
	}
	for _, verb := range []string{view.VerbReject, view.VerbAsk} {
		action := card.Action{Verb: verb, About: "request/AIR-1", Stage: "manager", Round: 1, Revision: 1}
		at := post(t, b, "/press", url.Values{"nonce": {"00000000000000fb"}, "action": {action.String()}}, 200)
		if !strings.Contains(at.Body, `<a href="/requests/AIR-1">Back to AIR-1</a>`) {
			t.Errorf("the form of %s leads nowhere:\n%s", verb, at.Root.Words())
		}
	}
	if explain := get(t, b, "/requests/AIR-1/explain", 200); !strings.Contains(explain.Body, `<a class="button" href="/requests/AIR-1">Back to AIR-1</a>`) {
		t.Errorf("no way back:\n%s", explain.Root.Words())
	}
	own := approval.Choice{Text: "Ask again after the first month", Due: "2027-01-15"}
	done, err := h.Apply(t.Context(), workflows.Event{
		Actor: ben, About: workflows.RequestRef("AIR-1"), Seen: workflows.Seen{Stage: "manager", Round: 1, Revision: 1},
		What: approval.Decided{Approve: true, Conditions: []approval.Choice{own}},
	})
	if err != nil || done.Refusal != nil {
		t.Fatal(done.Refusal, err)
	}
	text := get(t, b, "/requests/AIR-1", 200).Root.Words()
	if !strings.Contains(text, "Ask again after the first month (due Fri 15 Jan 2027)") || strings.Contains(text, "2027-01-15 Ask") {
		t.Errorf("the own condition reads:\n%s", text)
	}
}
