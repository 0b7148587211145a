package fakesmtp

import (
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
)

// Letter is a message as a mail program reads it.
type Letter struct {
	Header  mail.Header
	Subject string
	Plain   string
	Page    string
	Links   []string // of the page
}

// Read takes a message apart, and complains of what a mail program would stumble over.
func (m Mail) Read() (l Letter, err error) {
	parsed, err := mail.ReadMessage(strings.NewReader(m.Text))
	if err != nil {
		return l, err
	}
	l.Header = parsed.Header
	for name, values := range parsed.Header {
		if len(values) != 1 {
			return l, fmt.Errorf("%s is there %d times", name, len(values))
		}
	}
	if l.Subject, err = new(mime.WordDecoder).DecodeHeader(parsed.Header.Get("Subject")); err != nil {
		return l, err
	}
	kind, params, err := mime.ParseMediaType(parsed.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		return l, fmt.Errorf("it is of kind %q: %w", kind, err)
	}
	parts := multipart.NewReader(parsed.Body, params["boundary"])
	for _, want := range []struct {
		kind string
		into *string
	}{{"text/plain; charset=utf-8", &l.Plain}, {"text/html; charset=utf-8", &l.Page}} {
		p, err := parts.NextRawPart()
		if err != nil {
			return l, err
		}
		if p.Header.Get("Content-Type") != want.kind || p.Header.Get("Content-Transfer-Encoding") != "quoted-printable" {
			return l, fmt.Errorf("a part with %v", p.Header)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			return l, err
		}
		*want.into = string(text)
	}
	if _, err := parts.NextRawPart(); err != io.EOF {
		return l, fmt.Errorf("more than two parts: %w", err)
	}
	for rest := l.Page; ; {
		_, after, ok := strings.Cut(rest, `href="`)
		if !ok {
			return l, nil
		}
		link, tail, _ := strings.Cut(after, `"`)
		l.Links, rest = append(l.Links, link), tail
	}
}
