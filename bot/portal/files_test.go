package portal_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"steward/bot/portal"
	"steward/bot/surfacetest/portaltest"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/file"
	"steward/workflows/register"
)

// proving gives a house where Ana has the form open by which she shows that a condition of AIS-1 is fulfilled.
func proving(t *testing.T, change func(*portal.Config)) (h *house, governor workflows.PersonID, form string) {
	t.Helper()
	h = newHouse(t, change)
	governor = h.holder(t, workflows.AIGovernance)
	h.PutSystem(entry(1, func(s *register.System) {
		s.State, s.Told = register.StateApproved, []workflows.PersonID{governor}
		s.Tasks = []register.Task{{Key: "own-1", Text: "Three people try it.", GoLive: true, Verifier: workflows.AIGovernance, State: register.TaskOpen}}
		s.Waits = []workflows.Wait{{About: workflows.SystemRef("AIS-1"), Who: ana, Why: workflows.WhyTask, Part: "own-1", Since: start}}
	}))
	b := h.at(t, ana)
	return h, governor, press(t, b, get(t, b, "/register/AIS-1", 200), view.VerbProve)
}

// withFiles sends the form with files, from the revision that its page shows.
func withFiles(t *testing.T, b *portaltest.Browser, form, proof string, status int, files ...portaltest.Sent) portaltest.Page {
	t.Helper()
	p, err := b.PostFiles(t.Context(), form+"/files", url.Values{"revision": {revisionOf(t, b, form)}, "f.proof": {proof}}, files...)
	if err != nil {
		t.Fatal(err)
	}
	if p.Status != status {
		t.Fatalf("status %d, want %d:\n%s", p.Status, status, p.Root.Words())
	}
	return p
}

func revisionOf(t *testing.T, b *portaltest.Browser, form string) string {
	t.Helper()
	for _, in := range get(t, b, form, 200).Root.Named("input") {
		if in.Attr["name"] == "revision" {
			return in.Attr["value"]
		}
	}
	t.Fatal("the form has no revision")
	return ""
}

const pdf = "%PDF-1.7 minutes of the trial"

func TestFiles(t *testing.T) {
	h, governor, form := proving(t, nil)
	b := h.at(t, ana)
	p := get(t, b, form, 200)
	for _, want := range []string{`enctype="multipart/form-data"`, `action="` + form + `/files"`, `type="file" multiple accept=".pdf,`, file.Limits} {
		if !strings.Contains(p.Body, want) {
			t.Errorf("the form has no %q", want)
		}
	}
	p = withFiles(t, b, form, "Three people tried it.", 200,
		portaltest.Sent{Name: `..\..\Minutes of Größe.pdf`, Content: pdf}, portaltest.Sent{Name: "list.csv", Content: "who;when\n=1+1;today\n"}, portaltest.Sent{})
	if p.Path != "/register/AIS-1" {
		t.Fatalf("sent to %s", p.Path)
	}
	at := linkOn(p, "Minutes of Größe.pdf")
	for _, who := range []workflows.PersonID{ana, governor} {
		p := get(t, h.at(t, who), "/register/AIS-1", 200)
		if text := flat(p.Root.Words()); !strings.Contains(text, "29 bytes, SHA-256") || linkOn(p, "list.csv") == "" {
			t.Errorf("%s does not see the files:\n%s", who, text)
		}
		got, err := h.at(t, who).Get(t.Context(), at)
		if err != nil || got.Status != 200 {
			t.Fatalf("%s: status %d, %v", who, got.Status, err)
		}
		for name, want := range map[string]string{
			"Content-Type": "application/pdf", "Content-Length": "29", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
			"Content-Disposition": "attachment; filename*=utf-8''Minutes%20of%20Gr%C3%B6%C3%9Fe.pdf", "Cache-Control": "no-store",
		} {
			if got.Header.Get(name) != want {
				t.Errorf("%s: %q, want %q", name, got.Header.Get(name), want)
			}
		}
		if got.Body != pdf {
			t.Errorf("%s reads %q", who, got.Body)
		}
	}
	t.Run("somebody else's proof is nothing", func(t *testing.T) {
		for _, who := range []workflows.PersonID{jack, jonas} {
			if p := get(t, h.at(t, who), "/register/AIS-1", 200); strings.Contains(p.Body, "Minutes") || strings.Contains(p.Body, "/proofs/") {
				t.Errorf("%s reads the name of a file", who)
			}
			get(t, h.at(t, who), at, 404)
		}
		stranger := &portaltest.Browser{Handler: h.handler}
		if p := get(t, stranger, at, 200); !strings.HasPrefix(p.Path, "/sign-in") {
			t.Errorf("without a sign-in it is at %s", p.Path)
		}
		n := strings.Split(at, "/")[4]
		for _, none := range []string{"/register/AIS-1/proofs/" + n + "/3", "/register/AIS-1/proofs/" + n + "/0", "/register/AIS-1/proofs/99/1", "/register/AIS-1/proofs/x/1", "/register/AIS-2/proofs/" + n + "/1", "/register/AIR-1/proofs/" + n + "/1"} {
			get(t, b, none, 404)
		}
	})
	t.Run("the same form again is one proof", func(t *testing.T) {
		p, err := b.PostFiles(t.Context(), form+"/files", url.Values{"revision": {"0"}, "f.proof": {"Another."}}, portaltest.Sent{Name: "b.pdf", Content: pdf})
		if err != nil || strings.Contains(p.Body, "b.pdf") {
			t.Errorf("it was taken twice: %v", err)
		}
		rows, err := h.History(t.Context(), workflows.SystemRef("AIS-1"))
		if err != nil || len(rows) != 1 {
			t.Errorf("%d records, %v", len(rows), err)
		}
	})
}

func TestFilesThatAreNotTaken(t *testing.T) {
	big := strings.Repeat("x", file.MaxSize)
	h, _, form := proving(t, nil)
	b := h.at(t, ana)
	one := portaltest.Sent{Name: "a.txt", Content: "a"}
	for says, files := range map[string][]portaltest.Sent{
		"is larger than 10 MB":            {{Name: "a.pdf", Content: "%PDF-" + big}},
		"not of a kind that can be added": {{Name: "a.html", Content: "<html>"}},
		"is not plain text":               {one, {Name: "b.txt", Content: "\n<svg onload=alert(1)>"}},
		"is not a PDF":                    {{Name: "a.pdf", Content: "<html>"}},
		"These are more than 5 files":     {one, one, one, one, one, one},
		"is empty":                        {{Name: "a.txt"}},
		"Together the files are too large": {
			{Name: "a.txt", Content: big}, {Name: "a.txt", Content: big}, {Name: "a.txt", Content: big}, {Name: "a.txt", Content: big}, {Name: "a.txt", Content: big}, {Name: "a.txt", Content: big},
		},
	} {
		p := withFiles(t, b, form, "What was typed <stays>.", 422, files...)
		text := flat(p.Root.Words())
		if !strings.Contains(text, says) || !strings.Contains(p.Body, "What was typed &lt;stays&gt;.") || linkOn(p, "Files that show it") != "#f-files" {
			t.Errorf("%s is not said at the field:\n%s", says, text)
		}
	}
	p := withFiles(t, b, form, "", 422, one)
	if !strings.Contains(p.Root.Words(), view.TextFilesAgain) {
		t.Errorf("nobody says that files were lost:\n%s", p.Root.Words())
	}
	if rows, _ := h.History(t.Context(), workflows.SystemRef("AIS-1")); len(rows) != 0 {
		t.Errorf("%d records", len(rows))
	}
	withFiles(t, b, form, "Three people tried it.", 200)
}

// Only the address for files takes more than a form, and only from whoever is signed in and comes from a page of ours.
func TestFilesAbuse(t *testing.T) {
	h, governor, form := proving(t, nil)
	b := h.at(t, ana)
	large := strings.Repeat("x", 1<<20)
	t.Run("other addresses keep their limit", func(t *testing.T) {
		p, err := b.PostFiles(t.Context(), form, url.Values{"revision": {"1"}}, portaltest.Sent{Name: "a.txt", Content: large})
		if err != nil || p.Status != 400 && p.Status != 413 {
			t.Errorf("status %d, %v", p.Status, err)
		}
		post(t, b, form+"/files", url.Values{"revision": {"1"}, "f.proof": {large}}, 422)
	})
	t.Run("text beside files keeps its limit, too", func(t *testing.T) {
		p, err := b.PostFiles(t.Context(), form+"/files", url.Values{"revision": {"1"}, "f.proof": {large}})
		if err != nil || p.Status != 413 {
			t.Errorf("status %d, %v", p.Status, err)
		}
	})
	t.Run("what was cut off or is no form is refused", func(t *testing.T) {
		for body, media := range map[string]string{"--x\r\nContent-Disposition: form-data; name=\"revision\"\r\n\r\n1": "multipart/form-data; boundary=x", "": "multipart/form-data"} {
			req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:8080"+form+"/files", strings.NewReader(body))
			req.Header.Set("Content-Type", media)
			req.Header.Set("Sec-Fetch-Site", "same-origin")
			req.AddCookie(&http.Cookie{Name: "steward", Value: b.Cookie("steward")}) //nolint:gosec // a cookie on its way to the server has no flags
			rec := httptest.NewRecorder()
			h.handler.ServeHTTP(rec, req)
			if rec.Code != 400 {
				t.Errorf("%q: status %d", body, rec.Code)
			}
		}
	})
	t.Run("another's form is nothing", func(t *testing.T) {
		p, err := h.at(t, governor).PostFiles(t.Context(), form+"/files", url.Values{"revision": {"1"}, "f.proof": {"Mine."}}, portaltest.Sent{Name: "a.pdf", Content: pdf})
		if err != nil || p.Status != 404 {
			t.Errorf("status %d, %v", p.Status, err)
		}
	})
	t.Run("whoever is signed out meanwhile finds what they typed", func(t *testing.T) {
		stranger := &portaltest.Browser{Handler: h.handler}
		p, err := stranger.PostFiles(t.Context(), form+"/files", url.Values{"revision": {"1"}, "f.proof": {"What was typed."}}, portaltest.Sent{Name: "a.pdf", Content: pdf})
		if err != nil || p.Status != 401 || !strings.Contains(p.Body, "What was typed.") {
			t.Errorf("status %d, %v", p.Status, err)
		}
	})
	t.Run("whoever has lost the right in between is refused, and nothing is kept", func(t *testing.T) {
		revision := revisionOf(t, b, form)
		s, err := h.System(t.Context(), "AIS-1")
		if err != nil {
			t.Fatal(err)
		}
		s.Owner, s.Revision, s.Waits = governor, s.Revision+1, nil
		h.PutSystem(s)
		p, err := b.PostFiles(t.Context(), form+"/files", url.Values{"revision": {revision}, "f.proof": {"Three people tried it."}}, portaltest.Sent{Name: "a.pdf", Content: pdf})
		if rows, _ := h.History(t.Context(), workflows.SystemRef("AIS-1")); err != nil || p.Status != 403 && p.Status != 409 || len(rows) > 0 {
			t.Errorf("status %d, %v, %d records", p.Status, err, len(rows))
		}
	})
}

// slowBody says when its head was read, and ends when it is let go.
type slowBody struct {
	head       *strings.Reader
	read, wait chan struct{}
}

func (s slowBody) Read(p []byte) (int, error) {
	if n, err := s.head.Read(p); err == nil {
		return n, nil
	}
	close(s.read)
	<-s.wait
	return 0, context.Canceled
}

func TestFilesAtOnce(t *testing.T) {
	h, _, form := proving(t, nil)
	b := h.at(t, ana)
	revision := revisionOf(t, b, form)
	slow := slowBody{strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"revision\"\r\n\r\n" + revision +
		"\r\n--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.txt\"\r\n\r\n"), make(chan struct{}), make(chan struct{})}
	var all sync.WaitGroup
	all.Go(func() {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:8080"+form+"/files", slow)
		req.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		req.AddCookie(&http.Cookie{Name: "steward", Value: b.Cookie("steward")}) //nolint:gosec // a cookie on its way to the server has no flags
		h.handler.ServeHTTP(httptest.NewRecorder(), req)
	})
	<-slow.read
	p := withFiles(t, b, form, "What was typed.", 422, portaltest.Sent{Name: "a.pdf", Content: pdf})
	if !strings.Contains(p.Root.Words(), "reads other files just now") || !strings.Contains(p.Body, "What was typed.") {
		t.Errorf("a second form of the same person is read beside the first, or what was typed is lost:\n%s", p.Root.Words())
	}
	close(slow.wait)
	all.Wait()
	withFiles(t, b, form, "What was typed.", 200, portaltest.Sent{Name: "a.pdf", Content: pdf})
}
