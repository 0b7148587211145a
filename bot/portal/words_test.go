package portal_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/portal"
	"steward/bot/surfacetest/portaltest"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
)

func TestDeeds(t *testing.T) {
	yes, no := true, false
	detail := func(d approval.Detail) json.RawMessage {
		raw, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	for _, c := range []struct {
		what   string
		detail approval.Detail
		want   string
	}{
		{approval.FactSubmitted, approval.Detail{}, "sent it"},
		{approval.FactEdited, approval.Detail{}, "changed the answers: a new round"},
		{approval.FactCorrected, approval.Detail{}, "set the answers right: a new round"},
		{approval.FactReclassified, approval.Detail{}, "named another tier: a new round"},
		{approval.FactRenewed, approval.Detail{}, "asked for the approval to be renewed: a new round"},
		{approval.FactStageOpened, approval.Detail{Stage: "experts"}, "Stage opened: experts"},
		{approval.FactDecided, approval.Detail{Approve: &yes}, "approved it"},
		{approval.FactDecided, approval.Detail{Approve: &no}, "rejected it"},
		{approval.FactAdvised, approval.Detail{Objection: &no}, "had no objection"},
		{approval.FactAdvised, approval.Detail{Objection: &yes}, "objected"},
		{approval.FactRuled, approval.Detail{Outcome: "confirm_stop"}, "confirmed the stop"},
		{approval.FactRuled, approval.Detail{Outcome: "confirm"}, "let the classification stand"},
		{approval.FactRuled, approval.Detail{Outcome: "correct_answers"}, "set the answers right"},
		{approval.FactRuled, approval.Detail{Outcome: "reclassify"}, "named another tier"},
		{approval.FactRuled, approval.Detail{Outcome: "something_new"}, "said: something new"},
		{approval.FactAsked, approval.Detail{}, "asked a question"},
		{approval.FactAnswered, approval.Detail{}, "answered"},
		{approval.FactAccepted, approval.Detail{}, "accepted being accountable"},
		{approval.FactDeclined, approval.Detail{}, "declined to be accountable"},
		{approval.FactLinked, approval.Detail{}, "added a reference"},
		{approval.FactAssessed, approval.Detail{Assessment: "IMP-3", Status: approval.StatusApproved}, "IMP-3 about it: approved"},
		{approval.FactUnlinked, approval.Detail{Assessment: "IMP-3"}, "IMP-3 does not count for it any more"},
		{approval.FactNamed, approval.Detail{Person: "P-007"}, "named P-007, who may decide now"},
		{approval.FactNamed, approval.Detail{Person: "P-007", Outsider: true}, "named P-007 from outside, who may decide now"},
		{approval.FactWithdrawn, approval.Detail{}, "withdrew it"},
		{approval.FactReminded, approval.Detail{}, "A reminder was sent"},
		{approval.FactReminded, approval.Detail{Person: "P-007"}, "P-007 was reminded"},
		{approval.FactSkipped, approval.Detail{}, "A reminder was overtaken and not sent"},
		{approval.FactEscalated, approval.Detail{Stage: "manager"}, "Stage late: manager. Those who may name somebody else were told"},
		{approval.FactResumed, approval.Detail{}, "The clock of the stage runs again"},
		{approval.FactRoster, approval.Detail{}, "People or roles changed: who waits was worked out anew"},
		{approval.FactEnded, approval.Detail{Status: approval.StatusStopped}, "It ended: stopped"},
		{approval.FactExpired, approval.Detail{Status: approval.StatusExpired}, "The approval ended"},
		{approval.FactReminded, approval.Detail{Timer: approval.TimerEnding, People: []workflows.PersonID{"P-1", "P-2"}}, "The approval ends soon: P-1 and P-2 were told"},
		{approval.FactReminded, approval.Detail{Timer: approval.TimerEnding, People: []workflows.PersonID{"P-1"}}, "The approval ends soon: P-1 was told"},
		{approval.FactReminded, approval.Detail{Timer: approval.TimerEnding}, "The approval ends soon: nobody was left to be told"},
		{approval.FactRefused, approval.Detail{Code: workflows.CodeOwnRequest}, "was refused: own request"},
		{"something_new", approval.Detail{}, "something new"},
	} {
		if got := portal.Deed(workflows.Record{What: c.what, Data: detail(c.detail)}); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

func TestEveryWaitHasWords(t *testing.T) {
	seen := map[string]workflows.Why{}
	for _, why := range []workflows.Why{
		workflows.WhyDecide, workflows.WhyAdvise, workflows.WhyAccept, workflows.WhyQuestion, workflows.WhyEscalated,
		workflows.WhyUnblock, workflows.WhyMissing, workflows.WhyTask, workflows.WhyVerify, workflows.WhyHandOver, workflows.WhyReEvaluate,
		workflows.WhyRenew, workflows.WhyInform,
	} {
		words := portal.Asked(why)
		if old, twice := seen[words]; twice || words == "" {
			t.Errorf("%s and %s are both %q", why, old, words)
		}
		seen[words] = why
	}
}

func TestStatusOf(t *testing.T) {
	for code, want := range map[workflows.Code]int{
		"": 200, workflows.CodeField: 422, workflows.CodeUnknown: 404, workflows.CodeTooMany: 429, workflows.CodeStale: 409,
		workflows.CodeDecided: 409, workflows.CodeClosed: 409, workflows.CodeNotNow: 409, workflows.CodePrecondition: 409,
		workflows.CodeOwnRequest: 403, workflows.CodeNotEntitled: 403, workflows.CodeNotYours: 403, workflows.CodeProhibited: 403,
		"of_tomorrow": 409,
	} {
		if got := portal.StatusOf(code); got != want {
			t.Errorf("%q: %d, want %d", code, got, want)
		}
	}
}

func TestDueWords(t *testing.T) {
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	for after, want := range map[time.Duration]string{
		30 * time.Second: "in less than a minute", time.Minute: "in 1 minute", 3 * time.Hour: "in 3 hours", 47 * time.Hour: "in 47 hours",
		50 * time.Hour: "in 2 days", -90 * time.Minute: "1 hour late", -72 * time.Hour: "3 days late",
	} {
		if got := portal.Due(time.UTC, now, now.Add(after)); got != want {
			t.Errorf("%s: %q, want %q", after, got, want)
		}
	}
	if got := portal.Due(time.UTC, now, time.Time{}); got != "" {
		t.Errorf("nothing due: %q", got)
	}
}

func TestInputs(t *testing.T) {
	options := func(n int) (out []card.Option) {
		for i := range n {
			out = append(out, card.Option{Value: fmt.Sprint(i), Label: fmt.Sprint("option ", i)})
		}
		return out
	}
	for _, c := range []struct {
		name          string
		field         card.Field
		choices, lone int
		list          bool
	}{
		{"few of one", card.Field{Key: "a", Kind: card.FieldOne, Options: options(7)}, 7, 0, false},
		{"many of one", card.Field{Key: "a", Kind: card.FieldOne, Options: options(8)}, 8, 0, true},
		{"those that stand alone", card.Field{Key: "a", Kind: card.FieldMany, Options: options(5), Alone: []string{"0", "4"}}, 3, 2, false},
		{"all stand alone", card.Field{Key: "a", Kind: card.FieldMany, Options: options(2), Alone: []string{"0", "1"}}, 2, 0, false},
		{"a tick", card.Field{Key: "a", Kind: card.FieldYes, Label: "Yes"}, 1, 0, false},
		{"people", card.Field{Key: "a", Kind: card.FieldPerson, Options: options(3)}, 3, 0, true},
		{"too many people", card.Field{Key: "a", Kind: card.FieldPerson}, 0, 0, false},
	} {
		choices, lone, list := portal.Input(c.field)
		if choices != c.choices || lone != c.lone || list != c.list {
			t.Errorf("%s: %d choices, %d alone, list %v", c.name, choices, lone, list)
		}
	}
}

func TestPlot(t *testing.T) {
	p := portal.Plot(&card.Chart{Labels: []string{"a", "b"}, Series: []card.Series{{Name: "s", Values: []float64{math.NaN(), -3}}, {Name: "short", Values: []float64{4}}}})
	if len(p.Bars) != 3 || p.Bars[0].H != 0 || p.Bars[1].H != 0 || p.Bars[2].H == 0 || p.Rows[1].Values[1] != "" {
		t.Errorf("%+v", p)
	}
	if p := portal.Plot(&card.Chart{}); len(p.Bars)+len(p.Rows) != 0 {
		t.Errorf("of nothing: %+v", p)
	}
}

// brokenDesk fails in ways a desk should not.
type brokenDesk struct{ portal.Desk }

func (brokenDesk) Press(_ context.Context, _ bot.Who, a card.Action) (bot.Reply, error) {
	if a.Verb == view.VerbAbsences { // of the page after the sign-in
		return bot.Reply{}, nil
	}
	panic("secret words")
}

func TestPanic(t *testing.T) {
	h := newHouse(t, func(c *portal.Config) { c.Desk = brokenDesk{c.Desk} })
	b, err := h.client.Browser(t.Context(), ana)
	if err != nil {
		t.Fatal(err)
	}
	p := get(t, b, "/forms/d1", 500)
	if !strings.Contains(p.Root.Words(), "(ref ") || strings.Contains(p.Body, "secret words") || strings.Contains(h.log.String(), "secret words") {
		t.Errorf("the page says:\n%s", p.Root.Words())
	}
	if get(t, b, "/about", 200); !strings.Contains(h.log.String(), "panic in a page") {
		t.Error("nothing was logged")
	}
}

// cannedDesk replies as it is told.
type cannedDesk struct {
	portal.Desk

	reply bot.Reply
}

func (d *cannedDesk) Press(context.Context, bot.Who, card.Action) (bot.Reply, error) {
	return d.reply, nil
}

func TestReplies(t *testing.T) {
	desk := &cannedDesk{}
	h := newHouse(t, func(c *portal.Config) { c.Desk = desk })
	b, err := h.client.Browser(t.Context(), ana)
	if err != nil {
		t.Fatal(err)
	}
	one := &card.Card{About: "request/AIR-1", Kicker: "AIR-1", Title: "Otter", Gist: "Otter"}
	press := url.Values{"nonce": {"0123456789abcdef"}, "action": {card.Action{Verb: "approve", About: "request/AIR-1"}.String()}}
	for _, c := range []struct {
		name  string
		reply bot.Reply
		path  string // where a redirect leads; "" where there is none
		code  int
	}{
		{"say", bot.Reply{Kind: bot.ReplySay, Text: "Done."}, "/", 303},
		{"card", bot.Reply{Kind: bot.ReplyCard, Card: one}, "/requests/AIR-1", 303},
		{"notice with a path", bot.Reply{Kind: bot.ReplyNotice, Text: "Sent.", Path: "/requests/AIR-2"}, "/requests/AIR-2", 303},
		{"close", bot.Reply{Kind: bot.ReplyClose}, "/", 303},
		{"link", bot.Reply{Kind: bot.ReplyLink, Path: "/about"}, "/about", 303},
		{"link elsewhere", bot.Reply{Kind: bot.ReplyLink, Path: "//evil.example"}, "/", 303},
		{"decided", bot.Reply{Kind: bot.ReplyCard, Card: one, Text: "Cleo decided this.", Code: workflows.CodeDecided}, "", 409},
		{"not yours", bot.Reply{Kind: bot.ReplySay, Text: "Not yours.", Code: workflows.CodeNotYours}, "", 403},
		{"too many", bot.Reply{Kind: bot.ReplySay, Text: "Slowly.", Code: workflows.CodeTooMany}, "", 429},
		{"form with an error", bot.Reply{Kind: bot.ReplyForm, Code: workflows.CodeField, Form: &card.Form{ID: "d", Title: "Form", Submit: "Send", Error: "No."}}, "", 422},
	} {
		t.Run(c.name, func(t *testing.T) {
			desk.reply = c.reply
			res := do(h.handler, http.MethodPost, "http://localhost/press", func(r *http.Request) {
				*r = *r.WithContext(t.Context())
				r.Body = http.NoBody
				r.PostForm, r.Form = press, press
				r.AddCookie(&http.Cookie{Name: "steward", Value: b.Cookie("steward")}) //nolint:gosec // on its way to the server
			})
			if res.status != c.code || res.header.Get("Location") != c.path {
				t.Errorf("status %d to %q, want %d to %q", res.status, res.header.Get("Location"), c.code, c.path)
			}
			if c.code != http.StatusSeeOther {
				sane(t, post(t, b, "/press", press, c.code))
			}
		})
	}
	t.Run("a sentence is shown once, as text", func(t *testing.T) {
		desk.reply = bot.Reply{Kind: bot.ReplySay, Text: "Done with <b>it</b>."}
		p := post(t, b, "/press", press, 200)
		if !strings.Contains(p.Root.Words(), "Done with <b>it</b>.") {
			t.Errorf("not shown:\n%s", p.Root.Words())
		}
		if p := get(t, b, "/", 200); strings.Contains(p.Root.Words(), "Done with") {
			t.Error("shown again")
		}
	})
	t.Run("a sentence that somebody planted is no page of its own", func(t *testing.T) {
		b.SetCookie("steward-said", "!!!")
		get(t, b, "/", 200)
	})
}

func TestPaging(t *testing.T) {
	h := newHouse(t, nil)
	for n := range 60 {
		_, err := h.Apply(t.Context(), workflows.Event{
			Key: fmt.Sprint("k", n), Actor: ana, At: h.Now(), About: workflows.Ref{Kind: workflows.KindRequest},
			What: approval.Submitted{Flow: "ai-use", Answers: answersOf(harmless())},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	b, err := h.client.Browser(t.Context(), ana)
	if err != nil {
		t.Fatal(err)
	}
	p := get(t, b, "/requests?mine=1&status=open", 200)
	links := func(p portaltest.Page) map[string]string {
		out := map[string]string{}
		for _, a := range p.Root.Named("a") {
			out[a.Words()] = a.Attr["href"]
		}
		return out
	}
	if rows := len(p.Root.Named("tr")); rows != 51 || links(p)["Older"] != "/requests?before=AIR-11&mine=1&status=open" {
		t.Fatalf("%d rows, older at %q", rows, links(p)["Older"])
	}
	p = get(t, b, links(p)["Older"], 200)
	if rows := len(p.Root.Named("tr")); rows != 11 || links(p)["Newest"] != "/requests?mine=1&status=open" || links(p)["Older"] != "" {
		t.Errorf("%d rows, links %v", rows, links(p))
	}
}
