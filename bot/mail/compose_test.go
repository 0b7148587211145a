package mail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/surfacetest/fakesmtp"
	"steward/workflows"
)

const base = "https://steward.example.com"

var errAway = errors.New("the database is away")

// house is a directory of a few, in which everybody can be switched off.
type house struct {
	people []workflows.Person
	err    error
}

func (h *house) People(context.Context, []workflows.PersonID, []workflows.Role, time.Time) (workflows.Roster, error) {
	return workflows.NewRoster(h.people, nil), h.err
}

// outbox keeps what is sent.
type outbox struct {
	to   []string
	text []string
	err  error
}

func (o *outbox) Send(_ context.Context, _, to string, text []byte) error {
	o.to, o.text = append(o.to, to), append(o.text, string(text))
	return o.err
}

func request(title, gist string) bot.Message {
	about := workflows.RequestRef("AIR-42")
	return bot.Message{
		Delivery: 7, About: about, Why: workflows.WhyDecide, At: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC),
		Card: card.Card{
			About: about.String(), Kicker: "AIR-42", Title: title, Gist: gist, Lead: []string{"CANARY lead"}, Foot: "CANARY foot",
			Facts: []card.Fact{{Label: "For", Value: "CANARY fact"}}, Sections: []card.Section{{Title: "Answers", Lines: []string{"CANARY answer"}}},
			Buttons: []card.Button{{Label: "CANARY button"}},
		},
	}
}

func written(t *testing.T, m bot.Message) (fakesmtp.Letter, string) {
	t.Helper()
	o := &outbox{}
	from, err := ParseSender("Steward at Müller <steward@example.com>")
	if err != nil {
		t.Fatal(err)
	}
	s := NewSurface(SurfaceConfig{
		To: o, People: &house{people: []workflows.Person{{ID: "ben", Email: to, Active: true}}}, From: from, Base: base,
		Now: func() time.Time { return time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC) },
	})
	sent, err := s.Send(t.Context(), workflows.MailAccount("ben"), m)
	if err != nil {
		t.Fatal(err)
	}
	text := o.text[0]
	for line := range strings.SplitSeq(text, "\r\n") {
		if len(line) > 990 || strings.ContainsAny(line, "\r\n\x00") {
			t.Errorf("a line of %d bytes: %.100q", len(line), line)
		}
	}
	l, err := fakesmtp.Mail{Text: text}.Read()
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if sent.Place != "ben" || "<"+sent.MessageID+">" != l.Header.Get("Message-ID") {
		t.Errorf("%+v of %s", sent, l.Header.Get("Message-ID"))
	}
	return l, text
}

func TestLetter(t *testing.T) {
	l, text := written(t, request("Otter.ai für Protokolle – 会議のメモ", "AIR-42 Otter.ai für Protokolle: you decide <b>&amp; now</b>, until Thu 27 Nov 17:00, 4.5 hours."))
	for name, want := range map[string]string{
		"To": "<ben@example.com>", "Date": "Thu, 26 Nov 2026 09:00:00 +0000", "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All",
		"Mime-Version": "1.0", "List-Id": "Steward <steward.example.com>",
	} {
		if got := l.Header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if a, err := mail.ParseAddress(l.Header.Get("From")); err != nil || a.Name != "Steward at Müller" || a.Address != from {
		t.Errorf("from %v, %v", a, err)
	}
	if l.Subject != "AIR-42 Otter.ai für Protokolle – 会議のメモ" {
		t.Errorf("subject %q", l.Subject)
	}
	for _, want := range []string{"Otter.\u200bai", "17:00, 4.5 hours.", base + "/requests/AIR-42", "Open AIR-42 in Steward:"} {
		if !strings.Contains(l.Plain, want) {
			t.Errorf("no %q in %q", want, l.Plain)
		}
	}
	if !strings.Contains(l.Page, "&lt;b&gt;&amp;amp; now&lt;/b&gt;") || strings.Contains(l.Page, "<b>") {
		t.Errorf("the page is %s", l.Page)
	}
	if len(l.Links) != 1 || l.Links[0] != base+"/requests/AIR-42" {
		t.Errorf("links %q", l.Links)
	}
	for _, no := range []string{"CANARY", "<img", "src=", "url(", "sign-in"} {
		if strings.Contains(text+l.Plain+l.Page, no) {
			t.Errorf("%s is in it", no)
		}
	}
	again, _ := written(t, request("Otter.ai", "x"))
	other := request("Otter.ai", "x")
	other.Delivery++
	next, _ := written(t, other)
	other.Delivery, other.At = 7, other.At.Add(time.Millisecond)
	elsewhere, _ := written(t, other)
	id, seen := l.Header.Get("Message-ID"), map[string]bool{}
	for _, l := range []fakesmtp.Letter{l, next, elsewhere} {
		seen[l.Header.Get("Message-ID")] = true
		if l.Header.Get("References") != again.Header.Get("References") || l.Header.Get("References") == "" {
			t.Error("what is about one request is not kept together")
		}
	}
	if again.Header.Get("Message-ID") != id || len(seen) != 3 {
		t.Errorf("ids %v, and %s again", seen, again.Header.Get("Message-ID"))
	}
	if !strings.HasSuffix(id, "@example.com>") {
		t.Errorf("id %s", id)
	}
}

// TestLetterAboutASystem: it leads to the page of the system, and mail programs keep what is about it together.
func TestLetterAboutASystem(t *testing.T) {
	about := func(id string, delivery int64) bot.Message {
		m := request("Otter.ai", id+" Otter.ai: A condition is yours to fulfil, by Fri 19 Dec: “Ask otter.ai first.”")
		m.About, m.Why, m.Delivery, m.Card.Kicker = workflows.SystemRef(id), workflows.WhyTask, delivery, id
		return m
	}
	l, text := written(t, about("AIS-7", 7))
	if len(l.Links) != 1 || l.Links[0] != base+"/register/AIS-7" || l.Subject != "AIS-7 Otter.ai" {
		t.Errorf("%q, %q", l.Links, l.Subject)
	}
	for _, want := range []string{"A condition is yours to fulfil", "Ask otter.\u200bai first.", "Open AIS-7 in Steward:", base + "/register/AIS-7\r\n"} {
		if !strings.Contains(l.Plain, want) {
			t.Errorf("%q is not in it:\n%s", want, l.Plain)
		}
	}
	if strings.Contains(text, "CANARY") {
		t.Error("more than the gist is in it")
	}
	again, _ := written(t, about("AIS-7", 8))
	other, _ := written(t, about("AIS-8", 9))
	if ref := l.Header.Get("References"); ref == "" || ref != again.Header.Get("References") || ref == other.Header.Get("References") {
		t.Error("what is about one system is not kept together")
	}
	evil, _ := written(t, about("AIS-7/../../x?y=\"><a href=//evil.example>", 7))
	if len(evil.Links) != 1 || !strings.HasPrefix(evil.Links[0], base+"/register/AIS-7%2F") {
		t.Errorf("links %q", evil.Links)
	}
}

func TestLetterLeads(t *testing.T) {
	daily := request("What is due today, Thu 26 Nov", "2 things wait for you.")
	daily.Why, daily.Card.Kicker = workflows.WhyRemind, ""
	account := request("An account was linked to you", "Your Slack account was linked to you.")
	account.Why, account.About, account.Card.Kicker = workflows.WhyLinked, workflows.AccountRef("acc-1"), ""
	for link, m := range map[string]bot.Message{base + "/": daily, base + "/accounts": account} {
		l, _ := written(t, m)
		if l.Links[0] != link || l.Header.Get("References") != "" || l.Subject != m.Card.Title || !strings.Contains(l.Plain, link+"\r\n") {
			t.Errorf("%q, %q: %v", l.Links, l.Subject, l.Header)
		}
	}
}

// TestInjection has people write what would end a header, begin another part, pass for an encoded word, or become a link.
func TestInjection(t *testing.T) {
	for _, evil := range []string{
		"x\r\nBcc: eve@example.net\r\n\r\nhello", "x\nBcc: eve@example.net", "x\rBcc: eve@example.net", "x\u2028Bcc: eve@example.net", "x\x00\x1b[31m",
		"=?utf-8?B?QmNjOiBldmU=?=", "=?utf-8?Q?x=0D=0ABcc:_eve@example.net?=", "\r\n--=_x\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>",
		`</title><script>alert(1)</script><a href="https://evil.example">`, "https://evil.example/login", "www.evil.example", "evil.example", "eve@evil.example",
		"http://10.0.0.1/x", "10.0.0.1", "mailto:eve@evil.example", "ftp://evil.example", "javascript:alert(1)", "evil。example", "evil｡example", "\r\n.\r\nMAIL FROM:<eve@example.net>",
		strings.Repeat("é", 400), strings.Repeat("会", 400), strings.Repeat("a", 4000), "\u202egpj.exe", "",
	} {
		l, text := written(t, request(evil, "AIR-42 "+evil+": you decide."))
		if len(l.Links) != 1 || l.Links[0] != base+"/requests/AIR-42" {
			t.Errorf("%q: links %q", evil, l.Links)
		}
		head, _, _ := strings.Cut(text, "\r\n\r\n")
		if strings.Contains(head, "\nBcc") || strings.Contains(head, "\nMAIL") || strings.Contains(l.Page, "<script") {
			t.Errorf("%q: %s", evil, head)
		}
		if len(l.Header) != 11 {
			t.Errorf("%q: %d headers: %v", evil, len(l.Header), l.Header)
		}
		if got, want := l.Subject, cut("AIR-42 "+evil, maxSubject); got != want && got != strings.TrimSpace(want) {
			t.Errorf("%q: subject %q, want %q", evil, got, want)
		}
		said, _, _ := strings.Cut(l.Plain, "\r\n\r\n")
		for _, address := range []string{"://", "www.e", "evil.e", "eve@e", "evil@", "0.0.1", "mailto:e", "script:a", "evil。e", "evil｡e"} {
			if strings.Contains(said, address) {
				t.Errorf("%q becomes %q, which is a link to many", evil, said)
			}
		}
	}
}

func TestSurface(t *testing.T) {
	h, o := &house{}, &outbox{}
	s := NewSurface(SurfaceConfig{To: o, People: h, From: mail.Address{Address: from}, Base: base, Now: time.Now})
	m := request("x", "x")
	for name, c := range map[string]struct {
		people []workflows.Person
		err    error
		to     workflows.Account
		want   string
		retry  bool
	}{
		"nobody":        {nil, nil, workflows.MailAccount("ben"), reasonNobody, false},
		"somebody else": {[]workflows.Person{{ID: "ana", Email: "ana@example.com", Active: true}}, nil, workflows.MailAccount("ben"), reasonNobody, false},
		"who has left":  {[]workflows.Person{{ID: "ben", Email: to}}, nil, workflows.MailAccount("ben"), reasonNobody, false},
		"no address":    {[]workflows.Person{{ID: "ben", Active: true}}, nil, workflows.MailAccount("ben"), reasonNobody, false},
		"no such one":   {[]workflows.Person{{ID: "ben", Email: "ben@exa mple.com\r\n", Active: true}}, nil, workflows.MailAccount("ben"), reasonAddress, false},
		"a channel":     {nil, nil, workflows.Account{Person: workflows.Channel, User: "all@example.com"}, reasonNobody, false},
		"no directory":  {nil, errAway, workflows.MailAccount("ben"), reasonLookup, true},
	} {
		h.people, h.err = c.people, c.err
		_, err := s.Send(t.Context(), c.to, m)
		if se := sendError(t, err); se == nil || se.Reason != c.want || se.Retry != c.retry || se.Unsure || len(o.to) > 0 {
			t.Errorf("%s: %+v, and %q got something", name, se, o.to)
		}
	}
	h.people, h.err = []workflows.Person{{ID: "ben", Email: to, Active: true}}, nil
	away := workflows.MailAccount("ben")
	away.User = "eve@example.net" // whatever stands there
	o.err = &bot.SendError{Reason: "smtp_550"}
	if _, err := s.Send(t.Context(), away, m); !errors.Is(err, o.err) || len(o.to) != 1 || o.to[0] != to {
		t.Errorf("%v to %q", err, o.to)
	}
	if se := sendError(t, s.Update(t.Context(), workflows.Receipt{}, m)); se.Retry || se.Gone || s.Name() != "mail" {
		t.Errorf("%+v", se)
	}
	if _, _, err := s.Find(t.Context(), away, m); !errors.Is(err, bot.ErrCannotAsk) {
		t.Error(err)
	}
}

func TestAddresses(t *testing.T) {
	for address, want := range map[string]bool{
		"ben@example.com": true, "ben.okafor+x@mail.example.co": true, "o'neil@example.com": true,
		"": false, "ben": false, "@example.com": false, "ben@": false, "ben@example.com ": false, "Ben <ben@example.com>": false, "<ben@example.com>": false,
		`"ben okafor"@example.com`: false, "ben@[127.0.0.1]": false, "bén@example.com": false, "ben@exämple.com": false, "ben@example.com\r\n": false,
		"ben@example.com, eve@example.net": false, "ben@example.com>": false, "ben@eve@example.com": false, "ben(x)@example.com": false,
		strings.Repeat("a", 65) + "@example.com": false, "a@" + strings.Repeat("b.", 130) + "com": false,
	} {
		if got := Sendable(address); got != want {
			t.Errorf("%q: %t", address, got)
		}
	}
	for text, want := range map[string]string{
		"steward@example.com": "<steward@example.com>", "Steward <steward@example.com>": `"Steward" <steward@example.com>`,
		"a@x.example, b@x.example": "", "Steward": "", "": "", "X\r\nBcc: <eve@example.net>": "", "=?utf-8?Q?x=0D=0ABcc?= <steward@example.com>": "",
	} {
		a, err := ParseSender(text)
		if err == nil && a.String() != want || err != nil && want != "" {
			t.Errorf("%q: %s, %v", text, a.String(), err)
		}
	}
}

func TestParseServer(t *testing.T) {
	for text, want := range map[string]string{
		"smtp://u:p@smtp.example.com":                               "smtp.example.com:587 u false false ",
		"smtp://u:p@smtp.example.com:25?from=steward%40example.com": "smtp.example.com:25 u false false steward@example.com",
		"smtps://u%40example.com:p%2F@smtp.example.com":             "smtp.example.com:465 u@example.com true false ",
		"smtp://10.0.0.5":                        "10.0.0.5:587  false false ",
		"smtp://[::1]:2525":                      "[::1]:2525  false true ",
		"smtp://localhost:2525":                  "localhost:2525  false true ",
		"smtps://127.0.0.1:2525":                 "127.0.0.1:2525  true false ",
		"smtp.example.com:587":                   "it begins neither",
		"https://smtp.example.com":               "it begins neither",
		"smtp://":                                "it needs the name",
		"smtp://u:p@exa%20mple.com":              "it cannot be read",
		"smtp://u:p@smtp.example.com:0":          "its port",
		"smtp://u:p@smtp.example.com:99999":      "its port",
		"smtp://u:p@smtp.example.com/x":          "behind the mail server",
		"smtp://u:p@smtp.example.com?sender=x":   "behind the mail server",
		"smtp://u:p@smtp.example.com#x":          "behind the mail server",
		"smtp://u@smtp.example.com":              "user and password",
		"smtp://:CANARY@smtp.example.com":        "user and password",
		"smtp://u:CANARY%0d%0a@smtp.example.com": "user or password",
		"smtp://u:CANARY#x@smtp.example.com":     "it cannot be read",
		"smtp://u:p@" + strings.Repeat("a", 300): "it needs the name",
		"smtp://u:p@smtp_1.example.com;x":        "it needs the name",
	} {
		s, from, err := ParseServer(text, true)
		got := fmt.Sprint(s.Address(), " ", s.User, " ", s.Implicit, " ", s.Plain, " ", from)
		if err != nil {
			got = err.Error()
		}
		if err == nil && got != want || err != nil && !strings.HasPrefix(got, want) || strings.Contains(got, "CANARY") {
			t.Errorf("%s: %s", text, got)
		}
	}
	s, _, err := ParseServer("smtp://u:CANARY@localhost", false)
	if err != nil || s.Plain || s.Password != NewSecret("CANARY") {
		t.Errorf("%v, %v", s, err)
	}
	encoded, _ := json.Marshal(s)
	if said := fmt.Sprintf("%v %+v %#v %s", s, s, s, encoded); strings.Contains(said, "CANARY") {
		t.Error(said)
	}
}
