package slack

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// signature makes the headers Slack sends with a body.
func signature(secret string, at time.Time, body string) http.Header {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + stamp + ":" + body))
	return http.Header{
		"X-Slack-Request-Timestamp": {stamp}, "X-Slack-Signature": {"v0=" + hex.EncodeToString(mac.Sum(nil))},
	}
}

// The example of Slack's documentation: secret, body and signature.
func TestVerifiedVector(t *testing.T) {
	const body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&" +
		"user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2F" +
		"T1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
	h := http.Header{
		"X-Slack-Request-Timestamp": {"1531420618"},
		"X-Slack-Signature":         {"v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"},
	}
	if !verified(h, []byte(body), []Secret{NewSecret("8f742231b10e8888abcd99yyyzzz85a5")}, time.Unix(1531420618+60, 0)) {
		t.Error("Slack's own example is refused")
	}
}

func TestVerified(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	const body = `payload=%7B%7D`
	change := func(f func(http.Header)) http.Header { h := signature("new", now, body); f(h); return h }
	for name, c := range map[string]struct {
		header http.Header
		body   string
		want   bool
	}{
		"signed":                        {signature("new", now, body), body, true},
		"signed with the one before":    {signature("old", now, body), body, true},
		"almost five minutes ago":       {signature("new", now.Add(-signatureAge), body), body, true},
		"another secret":                {signature("else", now, body), body, false},
		"an empty secret":               {signature("", now, body), body, false},
		"a body changed by one byte":    {signature("new", now, body), body + " ", false},
		"six minutes ago":               {signature("new", now.Add(-6*time.Minute), body), body, false},
		"six minutes ahead":             {signature("new", now.Add(6*time.Minute), body), body, false},
		"no headers":                    {http.Header{}, body, false},
		"no signature":                  {change(func(h http.Header) { h.Del("X-Slack-Signature") }), body, false},
		"no timestamp":                  {change(func(h http.Header) { h.Del("X-Slack-Request-Timestamp") }), body, false},
		"a timestamp that is no number": {change(func(h http.Header) { h.Set("X-Slack-Request-Timestamp", "now") }), body, false},
		"an endless timestamp":          {change(func(h http.Header) { h.Set("X-Slack-Request-Timestamp", "0001800000000") }), body, false},
		"a short signature":             {change(func(h http.Header) { h.Set("X-Slack-Signature", "v0=abcd") }), body, false},
		"a signature that is no hex":    {change(func(h http.Header) { h.Set("X-Slack-Signature", "v0="+strings.Repeat("z", 64)) }), body, false},
		"another version":               {change(func(h http.Header) { h.Set("X-Slack-Signature", "v1="+h.Get("X-Slack-Signature")[3:]) }), body, false},
		"two signatures":                {change(func(h http.Header) { h.Add("X-Slack-Signature", "v0=ab") }), body, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := verified(c.header, []byte(c.body), []Secret{NewSecret("new"), NewSecret("old"), NewSecret("")}, now); got != c.want {
				t.Errorf("verified: %v, want %v", got, c.want)
			}
		})
	}
}

func FuzzVerified(f *testing.F) {
	f.Add("1531420618", "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503", "body")
	f.Add("", "v0=", "")
	f.Fuzz(func(t *testing.T, stamp, signature, body string) {
		h := http.Header{"X-Slack-Request-Timestamp": {stamp}, "X-Slack-Signature": {signature}}
		if verified(h, []byte(body), []Secret{NewSecret("a secret that nobody knows, 7c2f")}, time.Unix(1531420618, 0)) {
			t.Fatal("a signature was guessed")
		}
	})
}

func BenchmarkVerified(b *testing.B) {
	body := strings.Repeat("x", 4<<10)
	now := time.Unix(1_800_000_000, 0)
	h := signature("new", now, body)
	for b.Loop() {
		if !verified(h, []byte(body), []Secret{NewSecret("new")}, now) {
			b.Fatal("refused")
		}
	}
}
