package main

import (
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/surfacetest"
	"steward/bot/surfacetest/portaltest"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
)

// hostileTexts have broken browsers, databases, chats, spreadsheets or terminals.
func hostileTexts() []string {
	return []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</textarea></title><b>out</b>`, "\u202Eexe.txt\u202C \u2066a\u2069",
		`=cmd|' /C calc'!A0`, `<!channel> <@U123> <https://evil.example|Approve> *bold*`, "a\x00b\x1b[31mred\x07", `'; DROP TABLE requests; --`,
		`{{.Secret}} ${7*7} %s%n`, "zero\u200Bwidth\uFEFF \u00e9 \U0010FFFF", `\u0000 \\ "quoted" {"a":1}`,
	}
}

// TestHostileText lets people write such texts wherever the portal takes one, in the program as serve assembles it, on both
// databases. Nothing breaks, every page shows them as text, and what is stored has no control characters; afterwards
// everything verifies.
func TestHostileText(t *testing.T) {
	for texts := range slices.Chunk(hostileTexts(), 4) { // more in one world would be more than one person may press at once
		eachDatabase(t, func(t *testing.T, dsn string) {
			w := storyWorld(t, dsn)
			for _, evil := range texts {
				h := &writer{t: t, world: w, client: w.Client.(*portaltest.Client), evil: evil}
				id := h.asks()
				h.writes(id)
				h.look(id)
				h.stored(id)
			}
		})
	}
}

// writer is two people who write one hostile text everywhere.
type writer struct {
	t      *testing.T
	world  surfacetest.World
	client *portaltest.Client
	evil   string
}

// sees fails the test where a step was refused, or its page is not what it should be.
func (h *writer) sees(s surfacetest.Screen, err error) surfacetest.Screen {
	h.t.Helper()
	if err != nil || s.Refused {
		h.t.Fatalf("%q: %v\n%s", h.evil, err, s.Text)
	}
	h.inert(s.Page.(portaltest.Page))
	return s
}

// asks sends a request of Ana's and gives its id.
func (h *writer) asks() string {
	h.t.Helper()
	values := card.Values{
		"tool": {h.evil + " tool"}, "vendor": {h.evil}, "plan": {"business_contract"},
		"purpose": {h.evil + " Minutes of our calls with customers, read by the account team only."}, "status": {"planned"}, "owner": {string(ana)},
		"users": {"only_me"}, "our_role": {"use_as_is"}, "affected": {"requester_only"}, "exposure": {"internal_draft"}, "data": {"public"},
		"practices": {"none"}, "areas": {"none"}, "autonomy": {"drafts"}, "system_access": {"nothing"},
	}
	s := h.sees(h.client.Open(h.t.Context(), ana, "request ai-use"))
	for range 3 {
		s = h.sees(h.client.Fill(h.t.Context(), s, values, bot.GoNext))
	}
	if s.About == "" {
		h.t.Fatalf("%q became no request:\n%s", h.evil, s.Text)
	}
	if err := h.world.Settle(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	return s.About
}

// writes puts the text into a question, its answer, and the reason that ends the request.
func (h *writer) writes(id string) {
	h.t.Helper()
	for _, step := range []struct {
		who              workflows.PersonID
		verb, field, pad string
	}{
		{ben, view.VerbAsk, view.KeyQuestion, " Which calls?"},
		{ana, view.VerbAnswer, view.KeyAnswer, " All of them."},
		{ben, view.VerbReject, view.KeyReason, " We have a note taker already."},
	} {
		screen := h.sees(h.client.Press(h.t.Context(), h.sees(h.client.Open(h.t.Context(), step.who, id)), step.verb))
		h.sees(h.client.Fill(h.t.Context(), screen, card.Values{step.field: {h.evil + step.pad}}, bot.GoNext))
	}
}

// look opens every page that shows the text, and those whose address it can be.
func (h *writer) look(id string) {
	h.t.Helper()
	if err := h.world.Settle(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	word := url.QueryEscape(h.evil)
	for _, who := range []workflows.PersonID{ana, ben} {
		b, err := h.client.Browser(h.t.Context(), who)
		if err != nil {
			h.t.Fatal(err)
		}
		for path, want := range map[string]int{
			"/": 200, "/requests": 200, "/requests/" + id: 200, "/requests/" + id + "/explain": 200, "/requests/" + id + "?show=details": 200,
			"/requests?text=" + word: 200, "/requests?status=" + word: 400, "/requests/" + url.PathEscape(strings.ToUpper(h.evil)): 404, "/forms/" + url.PathEscape(h.evil): 404,
		} {
			p, err := b.Get(h.t.Context(), path)
			if err != nil || p.Status != want {
				h.t.Errorf("%s: status %d, want %d, %v", path, p.Status, want, err)
				continue
			}
			h.inert(p)
		}
		for path, form := range map[string]url.Values{
			"/press": {"nonce": {"0123456789abcdef"}, "action": {h.evil}}, "/requests/new": {"flow": {h.evil}, "about": {h.evil}},
			"/forms/" + url.PathEscape(h.evil): {"revision": {"1"}, "f." + h.evil: {h.evil}},
		} {
			p, err := b.Post(h.t.Context(), path, form)
			if err != nil || p.Status < 400 || p.Status >= http.StatusInternalServerError {
				h.t.Errorf("%s: status %d, %v", path, p.Status, err)
				continue
			}
			h.inert(p)
		}
	}
}

// inert fails where a text became more than a text.
func (h *writer) inert(p portaltest.Page) {
	h.t.Helper()
	if p.Root == nil {
		h.t.Fatalf("%q: %s is no page", h.evil, p.Path)
	}
	for _, n := range p.Root.Named("img", "b", "iframe") {
		h.t.Errorf("%q became <%s> on %s", h.evil, n.Name, p.Path)
	}
	for _, n := range p.Root.ForeignScripts() {
		h.t.Errorf("%q became a script on %s: %v %q", h.evil, p.Path, n.Attr, n.Words())
	}
	if i := strings.IndexFunc(p.Body, control); i >= 0 {
		h.t.Errorf("%q: %s has a control character: %q", h.evil, p.Path, p.Body[i:min(i+20, len(p.Body))])
	}
}

// control tells characters that change how others are shown, or that a terminal obeys.
func control(r rune) bool {
	return r != '\n' && r != '\t' && unicode.IsControl(r) || r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069'
}

// stored checks what has arrived: all texts, without control characters and otherwise as they were written.
func (h *writer) stored(id string) {
	h.t.Helper()
	r, err := h.world.Request(h.t.Context(), id)
	if err != nil {
		h.t.Fatal(err)
	}
	if r.Status != approval.StatusRejected || len(r.Votes) != 1 || len(r.Questions) != 1 {
		h.t.Fatalf("%q: %s is %s with %d votes and %d questions", h.evil, id, r.Status, len(r.Votes), len(r.Questions))
	}
	q := r.Questions[0]
	for _, text := range []string{r.Screening.Answers["tool"].Text, r.Screening.Answers["purpose"].Text, q.Text, q.Answer, r.Votes[0].Reason} {
		if strings.ContainsFunc(text, control) {
			h.t.Errorf("%q is stored as %q", h.evil, text)
		}
		if !strings.HasPrefix(text, card.Clean(h.evil)) {
			h.t.Errorf("%q has become %q", h.evil, text)
		}
	}
}

// eachDatabase runs a test on SQLite and on Postgres.
func eachDatabase(t *testing.T, f func(t *testing.T, dsn string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, "sqlite:"+filepath.Join(t.TempDir(), "steward.db")) })
	t.Run("postgres", func(t *testing.T) { f(t, emptyPostgres(t)) })
}
