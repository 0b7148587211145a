package portaltest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
)

// Browser is one person's browser: it keeps cookies, follows redirects to pages of the portal, and runs no script.
type Browser struct {
	Handler http.Handler
	// Origin is where the portal is reached; "http://127.0.0.1:8080" where it is empty.
	Origin  string
	cookies map[string]string
}

// Page is what the portal answered.
type Page struct {
	Status int
	Path   string // with the query, after redirects
	Header http.Header
	Body   string
	Root   *Node // nil where it is no page
}

// Get opens an address.
func (b *Browser) Get(ctx context.Context, path string) (Page, error) {
	return b.follow(ctx, http.MethodGet, path, nil)
}

// Post sends a form.
func (b *Browser) Post(ctx context.Context, path string, form url.Values) (Page, error) {
	return b.follow(ctx, http.MethodPost, path, form)
}

// Sent is a file that is sent with a form.
type Sent struct{ Name, Content string }

// PostFiles sends a form with files, which stand behind its fields.
func (b *Browser) PostFiles(ctx context.Context, path string, form url.Values, files ...Sent) (Page, error) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range form {
		for _, v := range values {
			if err := w.WriteField(name, v); err != nil {
				return Page{}, err
			}
		}
	}
	for _, f := range files {
		part, err := w.CreateFormFile("files", f.Name)
		if err != nil {
			return Page{}, err
		}
		if _, err := part.Write([]byte(f.Content)); err != nil {
			return Page{}, err
		}
	}
	if err := w.Close(); err != nil {
		return Page{}, err
	}
	rec := b.send(ctx, http.MethodPost, path, &body, w.FormDataContentType())
	if rec.Code == http.StatusSeeOther {
		return b.Get(ctx, rec.Header().Get("Location"))
	}
	return page(rec, path)
}

// Cookie gives the value of a cookie.
func (b *Browser) Cookie(name string) string { return b.cookies[name] }

// SetCookie sets a cookie, as somebody would who has got hold of its value.
func (b *Browser) SetCookie(name, value string) {
	if b.cookies == nil {
		b.cookies = map[string]string{}
	}
	b.cookies[name] = value
}

func (b *Browser) follow(ctx context.Context, method, path string, form url.Values) (Page, error) {
	for range 6 {
		rec := b.Once(ctx, method, path, form)
		if rec.Code != http.StatusSeeOther {
			return page(rec, path)
		}
		method, form = http.MethodGet, nil
		path = rec.Header().Get("Location")
		if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
			return Page{}, fmt.Errorf("sent to %q", path)
		}
	}
	return Page{}, errors.New("sent in circles")
}

// Once makes one request, as a browser makes it from a page of the portal, and follows nothing.
func (b *Browser) Once(ctx context.Context, method, path string, form url.Values) *httptest.ResponseRecorder {
	return b.send(ctx, method, path, strings.NewReader(form.Encode()), "application/x-www-form-urlencoded")
}

func (b *Browser) send(ctx context.Context, method, path string, body io.Reader, media string) *httptest.ResponseRecorder {
	origin := b.Origin
	if origin == "" {
		origin = "http://127.0.0.1:8080"
	}
	req := httptest.NewRequestWithContext(ctx, method, origin+path, body)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	if method == http.MethodPost {
		req.Header.Set("Content-Type", media)
		req.Header.Set("Origin", origin)
	}
	for name, value := range b.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value}) //nolint:gosec // a cookie on its way to the server has no flags
	}
	rec := httptest.NewRecorder()
	b.Handler.ServeHTTP(rec, req)
	for _, line := range rec.Header().Values("Set-Cookie") {
		c, err := http.ParseSetCookie(line)
		if err != nil {
			continue
		}
		b.SetCookie(c.Name, c.Value)
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return rec
}

func page(rec *httptest.ResponseRecorder, path string) (Page, error) {
	p := Page{Status: rec.Code, Path: path, Header: rec.Header(), Body: rec.Body.String()}
	if !strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
		return p, nil
	}
	var err error
	if p.Root, err = Parse(strings.NewReader(p.Body)); err != nil {
		return p, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}
