package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"steward/bot/portal"
	"steward/workflows"
	"steward/workflows/policy"
)

// No secret reaches the settings page, whatever its value.
func TestSettingRowsHideSecrets(t *testing.T) {
	l := loadedConfig{config: defaults(), from: origins{}}
	c := reflect.ValueOf(&l.config).Elem()
	secrets := 0
	for _, o := range options() {
		l.from[o.key] = "steward.yaml:1:1"
		if o.secret {
			secrets++
			c.Field(o.index).Set(reflect.ValueOf(secret{"CANARY-" + o.key}))
		}
	}
	rows := settingRows(l)
	if secrets < 5 || len(rows) != len(options()) {
		t.Fatalf("%d secrets, %d rows", secrets, len(rows))
	}
	for _, r := range rows {
		if strings.Contains(r.Value, "CANARY") || r.Secret && (r.Value != "" || !r.Set) || r.Origin == "" || r.Usage == "" {
			t.Errorf("%+v", r)
		}
	}
}

// policyFolder is a folder with the shipped policy, in which a text may be replaced.
func policyFolder(t *testing.T, replace ...string) string {
	t.Helper()
	dir := t.TempDir()
	p := policy.Embedded()
	for _, name := range p.Files() {
		text := strings.NewReplacer(replace...).Replace(p.Text(name))
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// session is a browser that came by a one-time link.
func (a *app) session(t *testing.T, who workflows.PersonID) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	link, at := newSignInLink(who, "cli", a.url(), time.Now())
	if err := a.store.PutSignInLink(t.Context(), link); err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar}
	if status, body := sent(t, c, at, url.Values{}); status != http.StatusOK {
		t.Fatalf("sign-in: %d\n%s", status, body)
	}
	return c
}

func sent(t *testing.T, c *http.Client, at string, form url.Values) (int, string) {
	t.Helper()
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(t.Context(), method, at, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// The folder of the policy changes while the program runs; two administrators put it in force, and the log verifies. The
// words of the company's own are read as they are now.
func TestTwoPeopleChangeThePolicy(t *testing.T) {
	l := loadedConfig{config: defaults(), from: origins{}}
	l.Listen, l.People, l.DatabaseURL = "127.0.0.1:0", "sample/people.csv", secret{"sqlite:" + t.TempDir() + "/steward.db"}
	l.PolicyDir, l.Organisation, l.Contact = policyFolder(t), "Northwind", "privacy@northwind.example"
	a, err := startApp(t.Context(), appOptions{config: l, now: time.Now, log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	arjun, jonas := a.session(t, "P-019"), a.session(t, "P-022")
	_, before := sent(t, arjun, a.url()+"/settings/policy", nil)
	if strings.Contains(before, "The policy folder holds another policy") {
		t.Error("the folder is in force")
	}
	changed := policyFolder(t, "On trial with a few people", "On trial")
	next, err := policy.Load(os.DirFS(changed))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range next.Files() {
		if err := os.WriteFile(filepath.Join(l.PolicyDir, name), []byte(next.Text(name)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, body := sent(t, arjun, a.url()+"/settings/policy", nil); !strings.Contains(body, "/settings/policy/"+next.Hash) {
		t.Error("the page does not show that the folder holds another policy")
	}
	at := a.url() + "/settings/policy/" + next.Hash
	if status, body := sent(t, arjun, at, url.Values{"from": {policy.Embedded().Hash}, "f.reason": {"Shorter."}}); status != 200 || !strings.Contains(body, "Arjun Patel proposes") {
		t.Fatalf("%d\n%s", status, body)
	}
	if status, _ := sent(t, jonas, a.url()+"/settings/proposals/1/confirm", url.Values{"from": {policy.Embedded().Hash}, "to": {next.Hash}}); status != 200 {
		t.Errorf("confirmed with %d", status)
	}
	if got, err := a.engine.InForce(t.Context()); err != nil || got != next.Hash {
		t.Errorf("in force is %.12s, %v", got, err)
	}
	report, err := a.store.Verify(t.Context(), nil)
	if err != nil || !report.OK() {
		t.Errorf("verify: %v, %+v", err, report)
	}
	file := filepath.Join(l.PolicyDir, "terms.txt")
	for _, c := range []struct {
		text   string
		status int
		says   string
	}{{"", 200, "people at Northwind"}, {"# Our terms\n\nBe kind. Ask {contact}.", 200, "Be kind. Ask privacy@northwind.example."}, {strings.Repeat("x", portal.MaxText+1), 500, "our side"}} {
		if c.text != "" {
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if status, body := sent(t, http.DefaultClient, a.url()+"/terms", nil); status != c.status || !strings.Contains(body, c.says) {
			t.Errorf("/terms: %d, it does not say %q", status, c.says)
		}
	}
	if err := os.WriteFile(filepath.Join(l.PolicyDir, "ai-use.yaml"), []byte("flow: ["), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, body := sent(t, arjun, a.url()+"/settings/policy", nil); status != 200 || !strings.Contains(body, "The policy folder has mistakes") {
		t.Errorf("a broken folder: %d\n%s", status, body)
	}
}
