package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"mime/quotedprintable"
	"net/mail"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
)

// maxSubject is the most runes of a subject; more is not shown anywhere.
const maxSubject = 120

// letter is an e-mail before it is written down.
type letter struct {
	From           mail.Address
	To             string // a sendable address
	ID             string // without its angle brackets
	About          string // the id of everything about the same thing, in the same form
	At             time.Time
	Subject, Gist  string
	Link, LinkText string
}

// compose makes the e-mail of a message: its gist, and where to read on.
func compose(m bot.Message, from mail.Address, base string) letter {
	domain := workflows.AddressDomain(from.Address)
	l := letter{
		From: from, ID: messageID(m) + "@" + domain, Gist: card.Clean(m.Card.Gist), Link: base + "/", LinkText: wordsInbox,
		Subject: cut(strings.TrimSpace(m.Card.Kicker+" "+m.Card.Title), maxSubject),
	}
	switch {
	case m.Why.Daily():
	case m.About.Kind == workflows.KindRequest:
		l.Link, l.LinkText = base+view.Path(url.PathEscape(m.About.ID)), fmt.Sprintf(wordsOpen, m.About.ID)
		l.About = digest("about", m.About.String()) + "@" + domain
	case m.About.Kind == workflows.KindSystem:
		l.Link, l.LinkText = base+view.SystemPath(url.PathEscape(m.About.ID)), fmt.Sprintf(wordsOpen, m.About.ID)
		l.About = digest("about", m.About.String()) + "@" + domain
	case m.About.Kind == workflows.KindAbsence:
		l.Link, l.LinkText = base+view.AwayPath(url.PathEscape(m.About.ID)), fmt.Sprintf(wordsOpen, m.About.ID)
		l.About = digest("about", m.About.String()) + "@" + domain
	case m.About.Kind == workflows.KindVendor:
		l.Link, l.LinkText = base+view.VendorPath(url.PathEscape(m.About.ID)), fmt.Sprintf(wordsOpen, m.About.ID)
		l.About = digest("about", m.About.String()) + "@" + domain
	case m.About.Kind == workflows.KindAccount:
		l.Link, l.LinkText = base+view.PathAccounts, wordsAccount
	}
	return l
}

func cut(s string, most int) string {
	out, _ := card.Cut(card.Clean(s), most)
	return out
}

// messageID names the message of a delivery: the same at each attempt, another one in another database, where the numbers
// of deliveries begin anew.
func messageID(m bot.Message) string {
	return digest("delivery", fmt.Sprint(m.Delivery), m.About.String(), fmt.Sprint(m.At.UnixMilli()))
}

func digest(parts ...string) string {
	sum := sha256.Sum256([]byte("steward mail\x00" + strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// bytes writes the letter down: headers, the gist as plain text, and the same as a page without pictures.
func (l letter) bytes() []byte {
	var b bytes.Buffer
	line := func(name, value string) { b.WriteString(name + ": " + value + "\r\n") }
	boundary := "=_" + digest("boundary", l.ID) // no text in quoted-printable has "=_"
	domain := workflows.AddressDomain(l.From.Address)
	line("From", l.From.String())
	line("To", "<"+l.To+">")
	line("Subject", header(l.Subject))
	line("Date", l.At.Format(time.RFC1123Z))
	line("Message-ID", "<"+l.ID+">")
	if l.About != "" {
		line("References", "<"+l.About+">") // mail programs keep what is about one request together
	}
	line("List-Id", "Steward <steward."+domain+">")
	line("Auto-Submitted", "auto-generated")
	line("X-Auto-Response-Suppress", "All") // Microsoft's word for the same
	line("MIME-Version", "1.0")
	line("Content-Type", `multipart/alternative; boundary="`+boundary+`"`)
	for _, part := range []struct{ kind, text string }{{"plain", l.plain()}, {"html", l.page()}} {
		b.WriteString("\r\n--" + boundary + "\r\n")
		line("Content-Type", "text/"+part.kind+"; charset=utf-8")
		line("Content-Transfer-Encoding", "quoted-printable")
		b.WriteString("\r\n")
		w := quotedprintable.NewWriter(&b)
		_, _ = w.Write([]byte(part.text)) // a buffer takes everything
		_ = w.Close()
	}
	b.WriteString("\r\n--" + boundary + "--\r\n")
	return b.Bytes()
}

func (l letter) plain() string {
	return unlinked(l.Gist) + "\r\n\r\n" + l.LinkText + ":\r\n" + l.Link + "\r\n\r\n" + wordsWhy + "\r\n"
}

func (l letter) page() string {
	return "<!doctype html>\r\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + html.EscapeString(l.Subject) + "</title></head>\r\n" +
		"<body>\r\n<p>" + html.EscapeString(unlinked(l.Gist)) + "</p>\r\n" +
		"<p><a href=\"" + html.EscapeString(l.Link) + "\">" + html.EscapeString(l.LinkText) + "</a></p>\r\n" +
		"<p><small>" + html.EscapeString(wordsWhy) + "</small></p>\r\n</body></html>\r\n"
}

// header writes a text for a header: as it is where that is plain, else as encoded words of RFC 2047, none over 75
// characters. No text can end a line, or pass for an encoded word that we did not write.
func header(s string) string {
	if !strings.Contains(s, "=?") && !strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c > '~' }) {
		return s
	}
	const most = 45 // bytes of a word: 60 in base64
	var words []string
	for s != "" {
		end := min(len(s), most)
		for end < len(s) && !utf8.RuneStart(s[end]) {
			end--
		}
		words = append(words, "=?utf-8?B?"+base64.StdEncoding.EncodeToString([]byte(s[:end]))+"?=")
		s = s[end:]
	}
	return strings.Join(words, "\r\n ")
}

// unlinked puts a character without width where mail programs would begin to see an address: what people wrote is no link
// in a message of ours. Numbers, and sentences, stay as they are.
func unlinked(s string) string {
	const gap = '\u200b'
	var b strings.Builder
	r := []rune(s)
	for i, c := range r {
		b.WriteRune(c)
		if i+1 == len(r) {
			break
		}
		next := r[i+1]
		switch {
		case (c == '.' || c == '。' || c == '．' || c == '｡' || c == '@') && (unicode.IsLetter(next) || c == '@' || digitsEverywhere(r, i)):
			b.WriteRune(gap)
		case c == ':' && !unicode.IsSpace(next) && !unicode.IsDigit(next):
			b.WriteRune(gap)
		}
	}
	return b.String()
}

// digitsEverywhere says that a dot is one of several between digits, as in an address of a machine; 4.5 is a number.
func digitsEverywhere(r []rune, at int) bool {
	dots := 0
	in := func(c rune) bool { return c == '.' || unicode.IsDigit(c) }
	for i := at; i < len(r) && in(r[i]); i++ {
		if r[i] == '.' {
			dots++
		}
	}
	for i := at - 1; i >= 0 && in(r[i]); i-- {
		if r[i] == '.' {
			dots++
		}
	}
	return dots >= 3
}
