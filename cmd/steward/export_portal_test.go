package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"steward/store/ledger"
	"steward/workflows"
)

// TestEvidenceFromThePortal lets a compliance lead take a bundle along: it holds by itself, and the record says who took it and why.
func TestEvidenceFromThePortal(t *testing.T) {
	const why = "For the surveillance audit in May"
	for name, dsn := range storyDatabases() {
		t.Run(name, func(t *testing.T) {
			p := program{now: time.Now, env: []string{
				"STEWARD_LISTEN=127.0.0.1:0", "STEWARD_PUBLIC_URL=https://steward.example.com", "STEWARD_PEOPLE=sample/people.csv",
				"STEWARD_DATABASE_URL=" + dsn(t), "STEWARD_SIGNING_KEY=" + newSecretKey(t),
			}}
			l, err := p.loadConfig(p.serveCommand().Flags())
			if err != nil {
				t.Fatal(err)
			}
			a := startServer(t, l, io.Discard)
			t.Cleanup(func() { _ = a.stop(context.WithoutCancel(t.Context())) })
			id := a.ask(t)
			a.sealed(t)
			cookies := a.byLink(t, helen)
			if code, body := a.takesEvidence(t, cookies, url.Values{"f.reason": {" "}}); code != http.StatusUnprocessableEntity || !strings.Contains(body, "Say what the evidence is for.") {
				t.Errorf("without a reason: %d %s", code, body)
			}
			if code, body := a.takesEvidence(t, cookies, url.Values{"f.reason": {why}, "f.request": {"AIR-4711"}}); code != http.StatusUnprocessableEntity || !strings.Contains(body, "there is no such request in the sealed record") {
				t.Errorf("of no request: %d %s", code, body)
			}
			before, err := a.store.History(t.Context(), workflows.RecordRef())
			if err != nil {
				t.Fatal(err)
			}
			code, body := a.takesEvidence(t, cookies, url.Values{"f.reason": {why}, "f.request": {id}})
			if code != http.StatusOK {
				t.Fatalf("%d %s", code, body)
			}
			report, err := ledger.CheckBundle(strings.NewReader(body), int64(len(body)), ledger.CheckOptions{Keys: []ledger.Verifier{a.key.Public()}})
			if err != nil || !report.OK() {
				t.Errorf("the bundle: %+v, %v", report, err)
			}
			after, err := a.store.History(t.Context(), workflows.RecordRef())
			if err != nil || len(after) != len(before)+1 {
				t.Fatalf("%d records after %d, %v", len(after), len(before), err)
			}
			last := after[len(after)-1]
			if r := last.Record; r.What != workflows.FactExported || r.Actor != helen || r.Via.Surface != "portal" || !bytes.Contains(r.Data, []byte(id)) {
				t.Errorf("recorded is %+v", r)
			}
		})
	}
}

// takesEvidence posts the form of the page Evidence.
func (a *app) takesEvidence(t *testing.T, cookies []*http.Cookie, form url.Values) (int, string) {
	t.Helper()
	resp, err := http.DefaultClient.Do(a.request(t.Context(), t, http.MethodPost, "/evidence", strings.NewReader(form.Encode()), cookies))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}
