package main

import (
	"context"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"steward/bot/surfacetest/fakeslack"
	"steward/store"
	"steward/store/ledger"
)

// TestAnchorInChannel posts checkpoints to the governance channel: what somebody copies from a message there is a signed note of
// the record, and the portal lists what was posted, newest first.
func TestAnchorInChannel(t *testing.T) {
	for name, dsn := range storyDatabases() {
		t.Run(name, func(t *testing.T) {
			fake := fakeslack.New(fakeslack.Options{Scopes: append(fakeslack.RequiredScopes(), "channels:read")})
			t.Cleanup(fake.Close)
			fake.AddChannel(fakeslack.Channel{ID: governance, Members: []string{fakeslack.BotUserID}})
			p := program{now: time.Now, env: []string{
				"STEWARD_LISTEN=127.0.0.1:0", "STEWARD_PUBLIC_URL=https://steward.example.com", "STEWARD_PEOPLE=sample/people.csv",
				"STEWARD_DATABASE_URL=" + dsn(t), "STEWARD_SIGNING_KEY=" + newSecretKey(t), "STEWARD_ANCHOR_CHANNEL=true",
				"STEWARD_SLACK_CHANNEL=" + governance, "STEWARD_SLACK_BOT_TOKEN=xoxb-fake", "STEWARD_SLACK_SIGNING_SECRET=" + strings.Repeat("5", 32),
			}}
			l, err := p.loadConfig(p.serveCommand().Flags())
			if err != nil {
				t.Fatal(err)
			}
			l.SlackAPIURL, l.AllowLoopback = fake.APIURL(), true // which no server with an address of its own may have
			a := startServer(t, l, io.Discard)
			t.Cleanup(func() { _ = a.stop(context.WithoutCancel(t.Context())) })
			for n := 1; n <= 2; n++ {
				a.ask(t)
				a.sealed(t)
				a.clock.Set(time.Now().Add(time.Duration(n) * 2 * time.Hour))
				if _, err := a.engine.PostCheckpoint(t.Context()); err != nil {
					t.Fatal(err)
				}
				arrived(t, fake, n)
			}
			rows := a.listed(t)
			if len(rows) < 2 {
				t.Fatalf("two checkpoints arrived, the page has %q", rows)
			}
			sizes := a.postedSizes(t, arrived(t, fake, len(rows))) // the server's own hour may post one more
			for i, row := range rows {
				if want := sizes[len(rows)-1-i]; row != strconv.FormatInt(want, 10) {
					t.Errorf("row %d is of %s entries, want %d", i, row, want)
				}
			}
		})
	}
}

// arrived waits for n checkpoints in the channel and gives all that are there, oldest first.
func arrived(t *testing.T, fake *fakeslack.Server, n int) (notes []string) {
	t.Helper()
	ctx, over := context.WithTimeout(t.Context(), 20*time.Second)
	defer over()
	if err := fake.Await(ctx, func() bool { notes = notesIn(fake.Channel(governance)); return len(notes) >= n }); err != nil {
		t.Fatal(err)
	}
	return notes
}

// notesIn takes the checkpoints out of messages, which are newest first, as who copies their text gets it: a line for each piece.
func notesIn(messages []fakeslack.Message) (notes []string) {
	for _, m := range slices.Backward(messages) {
		var lines []string
		for _, b := range m.Blocks {
			lines = append(lines, textsOf(b)...)
		}
		notes = append(notes, ledger.SplitCheckpoints(strings.Join(lines, "\n"))...)
	}
	return notes
}

// textsOf gives the texts in a part of a message, in their order.
func textsOf(part any) (out []string) {
	switch p := part.(type) {
	case []any:
		for _, x := range p {
			out = append(out, textsOf(x)...)
		}
	case map[string]any:
		if text, ok := p["text"].(string); ok {
			return []string{text}
		}
		return append(textsOf(p["text"]), textsOf(p["elements"])...)
	}
	return out
}

// postedSizes opens checkpoints with the public key; each is of more records than the one before, and the record continues it.
func (a *app) postedSizes(t *testing.T, notes []string) (sizes []int64) {
	t.Helper()
	last := int64(0)
	for _, note := range notes {
		c, err := ledger.OpenCheckpoint(note, []ledger.Verifier{a.key.Public()})
		if err != nil || c.Size <= last || c.Origin != a.key.Name() {
			t.Errorf("%q after one of %d records: %+v, %v", note, last, c, err)
		}
		last = c.Size
		sizes = append(sizes, c.Size)
	}
	report, err := a.store.VerifyWith(t.Context(), store.VerifyOptions{Held: notes})
	if err != nil || !report.OK() {
		t.Errorf("against what was posted: %v, %v", report.Problems, err)
	}
	return sizes
}

// listed gives the sizes in the portal's table of posted checkpoints, as it has them: newest first.
func (a *app) listed(t *testing.T) (sizes []string) {
	t.Helper()
	resp, err := http.DefaultClient.Do(a.request(t.Context(), t, http.MethodGet, "/record/checkpoints", nil, a.byLink(t, helen)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %v:\n%s", resp.StatusCode, err, body)
	}
	_, table, _ := strings.Cut(string(body), "Posted checkpoints")
	for _, row := range regexp.MustCompile(`(?s)>(\d+) entries<.*?Slack channel`).FindAllStringSubmatch(table, -1) {
		sizes = append(sizes, row[1])
	}
	return sizes
}
