package teams

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/surfacetest/faketeams"
	"steward/workflows"
)

// TestFaults shows what the answers of Teams mean, for a new message and for a change of one.
func TestFaults(t *testing.T) {
	const inner = `{"errorCode":209,"message":"{\r\n  \"subCode\": \"MessageWritesBlocked\",\r\n  \"details\": \"Thread is blocked from message writes.\"\r\n}"}`
	code := func(c string) string { return `{"error":{"code":"` + c + `","message":"Words of Teams about Ana."}}` }
	again := bot.SendError{Retry: true, Unsure: true}
	final := bot.SendError{}
	for _, c := range []struct {
		name   string
		status int
		after  string
		body   string
		want   bot.SendError // of a new message, without its reason
		reason string
		is     error // what our own code looks for
	}{
		{"it is too big", 413, "", code("MessageSizeTooBig"), final, "MessageSizeTooBig", nil},
		{"it is not what Teams takes", 400, "", code("BadSyntax"), final, "BadSyntax", nil},
		{"a host between says no to its shape", 400, "", "<html>", final, "http_400", nil},
		{"we are not there any more", 403, "", code("BotNotInConversationRoster"), final, "BotNotInConversationRoster", errDead},
		{"the app is not installed", 403, "", code("ForbiddenOperationException"), final, "ForbiddenOperationException", errDead},
		{"we are blocked, said in a text of JSON", 403, "", inner, final, "MessageWritesBlocked", errDead},
		{"the person blocked us", 403, "", code("ConversationBlockedByUser"), final, "ConversationBlockedByUser", errDead},
		{"an administrator switched us off", 403, "", code("BotDisabledByAdmin"), final, "BotDisabledByAdmin", nil},
		{"something between forbids it", 403, "", "<html>", bot.SendError{Retry: true}, "http_403", nil},
		{"a proxy wants to know who we are", 407, "", "", bot.SendError{Retry: true}, "http_407", nil},
		{"it is sent elsewhere", 307, "", "", bot.SendError{Retry: true}, "http_307", nil},
		{"the conversation is not there", 404, "", code("ConversationNotFound"), final, "ConversationNotFound", errMoved},
		{"nothing is there", 404, "", "", final, "http_404", errMoved},
		{"the message that is answered is not there", 404, "", code(codeNoActivity), final, codeNoActivity, nil},
		{"two calls met", 412, "", code("PreconditionFailed"), bot.SendError{Retry: true}, "PreconditionFailed", nil},
		{"two calls met, and we are told when", 412, "10", "", bot.SendError{Retry: true, After: 10250 * time.Millisecond}, "http_412", nil},
		{"the service failed", 500, "", code("ServiceError"), again, "ServiceError", nil},
		{"the gateway failed", 502, "", "", again, "http_502", nil},
		{"it is down, and we are told until when", 503, "2", "", bot.SendError{Retry: true, Unsure: true, After: 2100 * time.Millisecond}, "http_503", nil},
		{"it took too long", 504, "", "", again, "http_504", nil},
		{"we took too long", 408, "", "", again, "http_408", nil},
		{"it was too much, at once", 429, "1", "", bot.SendError{Pause: true, Reach: bot.ReachMethod, After: 1050 * time.Millisecond}, reasonLimited, nil},
		{"it was too much in this chat", 429, "20", code("TooManyRequests"), bot.SendError{Pause: true, Reach: bot.ReachMessage, After: 20250 * time.Millisecond}, reasonLimited, nil},
		{"it was too much, and nobody says for how long", 429, "soon", "", bot.SendError{Pause: true, Reach: bot.ReachMessage, After: pauseUnknown + 250*time.Millisecond}, reasonLimited, nil},
		{"it was too much, for ever", 429, "99999999999", "", bot.SendError{Pause: true, Reach: bot.ReachMessage, After: pauseMost + 250*time.Millisecond}, reasonLimited, nil},
		{"the token is refused", 401, "", "", bot.SendError{Pause: true, Reach: bot.ReachSurface, After: pauseBroken}, "http_401", nil},
		{"the code is no word", 400, "", code("Ana said: no"), final, "http_400", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, origin := connectorSays(t, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				if c.after != "" {
					w.Header().Set("Retry-After", c.after)
				}
				if c.status == http.StatusTemporaryRedirect {
					w.Header().Set("Location", "/elsewhere")
				}
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			})
			at := workflows.Conversation{Place: "a:1", Service: origin}
			_, err := client.Send(t.Context(), at, cardSaying("Hello"))
			got := *told(t, err)
			text := err.Error() + " " + got.Err.Error()
			want := c.want
			want.Reason, got.Err = c.reason, nil
			if got != want {
				t.Errorf("a new message: %+v, want %+v", got, want)
			}
			if strings.Contains(text, "Ana") || strings.Contains(text, origin) {
				t.Errorf("the error tells too much: %s", text)
			}
			for _, known := range []error{errDead, errMoved} {
				if errors.Is(err, known) != errors.Is(c.is, known) {
					t.Errorf("is it %v? %v", known, errors.Is(err, known))
				}
			}
			if got.Pause {
				return // the change has to wait
			}
			got = *told(t, client.Update(t.Context(), at, "7", cardSaying("Hello")))
			want.Unsure, want.Gone, got.Err = false, c.status == 403 && c.reason != "http_403" || c.status == 404, nil
			if got != want {
				t.Errorf("a change: %+v, want %+v", got, want)
			}
		})
	}
}

// TestFaultsOnTheWay shows what it means that there is no answer.
func TestFaultsOnTheWay(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	client := NewClient(ClientConfig{Trusted: []string{nobody}, Tokens: tokenOf("x"), Now: time.Now})
	_, err = client.Send(t.Context(), workflows.Conversation{Place: "a:1", Service: nobody}, cardSaying("Hello"))
	if se := told(t, err); !se.Retry || se.Unsure || se.Reason != reasonLost {
		t.Errorf("%+v: nothing can have been sent", se)
	}
	w := newTown(t, faketeams.Options{})
	w.teams.Fail("send", 1, faketeams.DropAfter())
	_, err = w.Send(t.Context(), w.at(townAna), cardSaying("Hello"))
	if se := told(t, err); !se.Retry || !se.Unsure || se.Reason != reasonLost || len(w.teams.Personal(townAna)) != 1 {
		t.Errorf("%+v: it was sent", se)
	}
	hang := make(chan struct{})
	slowly, origin := connectorSays(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-hang
	})
	defer close(hang)
	slowly.http.Timeout = 50 * time.Millisecond
	_, err = slowly.Send(t.Context(), workflows.Conversation{Place: "a:1", Service: origin}, cardSaying("Hello"))
	if se := told(t, err); !se.Retry || !se.Unsure || se.Reason != reasonTimeout {
		t.Errorf("%+v: it may have been sent", se)
	}
}

// TestStrangeAnswers shows answers that are a success and still not what they should be.
func TestStrangeAnswers(t *testing.T) {
	for body, c := range map[string]struct {
		id, reason string
	}{
		"": {}, "{}": {}, " \n": {}, `{"id":"7","more":[1]}`: {id: "7"},
		"<html>": {reason: reasonLost}, `{"id":7}`: {reason: reasonLost}, `"7"`: {reason: reasonLost}, `{"id":"7"`: {reason: reasonLost},
	} {
		client, origin := connectorSays(t, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.WriteHeader(http.StatusAccepted)
			_, _ = io.WriteString(w, body)
		})
		at := workflows.Conversation{Place: "a:1", Service: origin}
		id, err := client.Send(t.Context(), at, cardSaying("Hello"))
		if id != c.id || reason(err) != c.reason || c.reason != "" && !told(t, err).Unsure {
			t.Errorf("%q: %q, %v", body, id, err)
		}
		if err := client.Update(t.Context(), at, "7", cardSaying("Hello")); err != nil {
			t.Errorf("%q: %v, and nothing of the answer is needed", body, err)
		}
		place, err := client.Create(t.Context(), origin, "u")
		if place != c.id && c.reason == "" || (err == nil) != (c.id != "") || err != nil && (told(t, err).Unsure || !told(t, err).Retry) {
			t.Errorf("%q: conversation %q, %v", body, place, err)
		}
	}
	endless, origin := connectorSays(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{"id":"`)
		for {
			if _, err := io.WriteString(w, strings.Repeat("x", 1<<16)); err != nil {
				return
			}
		}
	})
	if _, err := endless.Send(t.Context(), workflows.Conversation{Place: "a:1", Service: origin}, cardSaying("Hello")); !told(t, err).Unsure {
		t.Errorf("%v", err)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	c := NewClient(ClientConfig{Now: func() time.Time { return now }})
	for said, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "-7": 0, "0": 0, "1e3": 0, "999999": pauseMost, "Thu, 26 Nov 2026 09:00:30 GMT": 30 * time.Second,
		"Thu, 26 Nov 2026 08:00:30 GMT": 0, "tomorrow": 0,
	} {
		if got := c.retryAfter(http.Header{"Retry-After": {said}}); got != want {
			t.Errorf("%q is %s, want %s", said, got, want)
		}
	}
	if got := c.jittered(time.Minute); got < time.Minute || got > time.Minute+250*time.Millisecond {
		t.Errorf("a minute became %s", got)
	}
}

func FuzzReadCode(f *testing.F) {
	f.Add([]byte(`{"errorCode":209,"message":"{\"subCode\":\"MessageWritesBlocked\"}"}`))
	f.Add([]byte(`{"error":{"code":"ServiceError","message":"{\"subCode\":\"ConversationBlockedByUser\"}"}}`))
	f.Add([]byte(`{"error":{"code":"BadSyntax"}}`))
	f.Add([]byte(`{"error":"x","message":7}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		code := readCode(body)
		if code != "" && !word(code) {
			t.Errorf("%q is no word", code)
		}
		if text := string(body); !strings.Contains(text, code) && !strings.Contains(text, `\`) {
			t.Errorf("%q is not in the answer", code)
		}
	})
}
