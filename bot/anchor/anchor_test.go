package anchor_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/anchor"
	"steward/workflows"
)

func message(note string) bot.Message {
	return bot.Message{About: workflows.RecordRef(), Why: workflows.WhyAnchor, Note: note}
}

func TestFile(t *testing.T) {
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "checkpoints.txt")
	f := anchor.NewFile(path)
	if _, found, err := f.Find(ctx, workflows.Account{}, message("one\n")); found || err != nil {
		t.Errorf("found in no file: %v, %v", found, err)
	}
	for _, note := range []string{"one\n", "two\n"} {
		if _, err := f.Send(ctx, workflows.Account{}, message(note)); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "one\n\ntwo\n\n" {
		t.Errorf("the file holds %q, %v", text, err)
	}
	for note, want := range map[string]bool{"one\n": true, "three\n": false, "": false} {
		if _, found, err := f.Find(ctx, workflows.Account{}, message(note)); found != want || err != nil {
			t.Errorf("%q: found is %v, %v", note, found, err)
		}
	}
	if _, err := f.Send(ctx, workflows.Account{}, message("")); err == nil {
		t.Error("an empty checkpoint was posted")
	}
	var e *bot.SendError
	if err := f.Update(ctx, workflows.Receipt{}, message("x")); !errors.As(err, &e) || !e.Gone {
		t.Errorf("an update: %v", err)
	}
	gone := anchor.NewFile(filepath.Join(t.TempDir(), "no", "folder"))
	if _, err := gone.Send(ctx, workflows.Account{}, message("x")); !errors.As(err, &e) || !e.Retry {
		t.Errorf("a folder that is not there: %v", err)
	}
}

func TestWebhook(t *testing.T) {
	for _, c := range []struct {
		status int
		after  string
		want   *bot.SendError // nil: it was taken
	}{
		{http.StatusOK, "", nil},
		{http.StatusAccepted, "", nil},
		{http.StatusFound, "", &bot.SendError{Reason: "status_302"}},
		{http.StatusForbidden, "", &bot.SendError{Reason: "status_403"}},
		{http.StatusTooManyRequests, "7", &bot.SendError{Reason: "status_429", Retry: true, After: 7 * time.Second}},
		{http.StatusTooManyRequests, "86400", &bot.SendError{Reason: "status_429", Retry: true, After: time.Hour}},
		{http.StatusBadGateway, "", &bot.SendError{Reason: "status_502", Retry: true}},
	} {
		t.Run(http.StatusText(c.status)+c.after, func(t *testing.T) {
			calls := 0
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				calls++
				body, err := io.ReadAll(r.Body)
				var got map[string]string
				if err != nil || json.Unmarshal(body, &got) != nil || got["checkpoint"] != "note\n" || len(got) != 1 || r.Method != http.MethodPost {
					t.Errorf("%s with %q, %v", r.Method, body, err)
				}
				if c.after != "" {
					w.Header().Set("Retry-After", c.after)
				}
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(c.status)
			}))
			defer s.Close()
			_, err := anchor.NewWebhook(s.URL).Send(t.Context(), workflows.Account{}, message("note\n"))
			var e *bot.SendError
			switch {
			case c.want == nil && err != nil:
				t.Error(err)
			case c.want != nil && (!errors.As(err, &e) || *e != *c.want):
				t.Errorf("got %+v, want %+v", err, c.want)
			}
			if calls != 1 {
				t.Errorf("%d calls: redirects are not followed", calls)
			}
		})
	}
	t.Run("nobody answers, and the address stays out of the error", func(t *testing.T) {
		s := httptest.NewServer(nil)
		s.Close()
		_, err := anchor.NewWebhook(s.URL+"/CANARY").Send(t.Context(), workflows.Account{}, message("x"))
		var e *bot.SendError
		if !errors.As(err, &e) || !e.Retry || strings.Contains(e.Error()+e.Err.Error(), "CANARY") {
			t.Errorf("got %v", err)
		}
	})
	if _, _, err := anchor.NewWebhook("https://x").Find(t.Context(), workflows.Account{}, message("x")); !errors.Is(err, bot.ErrCannotAsk) {
		t.Errorf("find: %v", err)
	}
}

func TestCheckURL(t *testing.T) {
	for address, good := range map[string]bool{
		"https://ledger.example.com/in": true, "https://10.0.0.7:8443/x": true, "http://ledger.example.com/in": false, "": false,
		"ledger.example.com": false, "https://user:word@host/": false, "ftp://host/": false, "https://%zz": false,
	} {
		if err := anchor.CheckURL(address, false); (err == nil) != good {
			t.Errorf("%s: %v", address, err)
		}
	}
	if err := anchor.CheckURL("http://127.0.0.1:1/", true); err != nil {
		t.Error(err)
	}
}
