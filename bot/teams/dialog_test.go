package teams

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/turns"
	"steward/bot/view"
)

func TestDialogs(t *testing.T) {
	opens := about
	opens.Verb = view.VerbReject
	fetch := func(s *scene, data map[string]any) string {
		s.t.Helper()
		return s.invoke("task/fetch", map[string]any{"data": data, "context": map[string]any{"theme": "dark"}})
	}
	submit := func(s *scene, more map[string]any) string {
		s.t.Helper()
		data := map[string]any{"form": "draft1", "revision": 2, "page": 1, "go": "next", "f:reason": "Because"}
		maps.Copy(data, more)
		return s.invoke("task/submit", map[string]any{"data": data})
	}
	t.Run("a form opens", func(t *testing.T) {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplyOpen, Form: aForm()}
		got := fetch(s, map[string]any{"act": opens.String(), "d": 7, "at": 1000})
		var answer struct {
			Task struct {
				Type  string
				Value struct {
					Title, Height, Width string
					Card                 struct {
						ContentType string
						Content     struct{ Type, Version string }
					}
				}
			}
		}
		if err := json.Unmarshal([]byte(got), &answer); err != nil {
			t.Fatal(err)
		}
		v := answer.Task.Value
		if answer.Task.Type != "continue" || v.Title != "Reject" || v.Height == "" || v.Card.ContentType != cardContent || v.Card.Content.Version != "1.5" {
			t.Errorf("answered %s", got)
		}
		if !strings.Contains(s.happened(), "adopted:7") {
			t.Errorf("happened %s", s.happened())
		}
	})
	t.Run("a form with persons offers the roster, for phones", func(t *testing.T) {
		s := newScene(t)
		f := aForm()
		f.Fields = append(f.Fields, card.Field{Key: "owner", Kind: card.FieldPerson, Label: "Who?"})
		s.reply = bot.Reply{Kind: bot.ReplyOpen, Form: f}
		if got := fetch(s, map[string]any{"act": opens.String()}); !strings.Contains(got, "Ben · Sales") || !strings.Contains(got, "Data.Query") {
			t.Errorf("answered %s", got)
		}
	})
	t.Run("a button that is not ours leaves a word", func(t *testing.T) {
		s := newScene(t)
		for _, got := range []string{fetch(s, map[string]any{"act": "x"}), s.invoke("task/submit", []any{"data"})} {
			if !strings.Contains(got, `"continue"`) || !strings.Contains(got, "older version") || s.happened() != "" {
				t.Errorf("answered %s, happened %s", got, s.happened())
			}
		}
	})
	t.Run("the portal", func(t *testing.T) {
		s := newScene(t)
		if got := fetch(s, map[string]any{"link": "/requests/AIR-1"}); !strings.Contains(got, "/sign-in/P-1/requests/AIR-1") || s.links != 1 {
			t.Errorf("answered %s", got)
		}
		if got := fetch(s, map[string]any{"link": "/broken"}); !strings.Contains(got, textNoLink) {
			t.Errorf("answered %s", got)
		}
	})
	for name, c := range map[string]struct {
		reply bot.Reply
		want  string
	}{
		"the next page":        {bot.Reply{Kind: bot.ReplyForm, Form: aForm()}, `"f:reason"`},
		"the end":              {bot.Reply{Kind: bot.ReplyNotice, Text: "You rejected it.", Card: aCard("Rejected.")}, "You rejected it."},
		"the end in one word":  {bot.Reply{Kind: bot.ReplyNotice}, textDone},
		"a card of its own":    {bot.Reply{Kind: bot.ReplyCard, Card: aCard("Approved.")}, "Approved."},
		"no more than a wave":  {bot.Reply{Kind: bot.ReplyClose}, ""},
		"somewhere else to go": {bot.Reply{Kind: bot.ReplyLink, Path: "/x"}, "/sign-in/P-1/x"},
	} {
		t.Run("sent, and answered with "+name, func(t *testing.T) {
			s := newScene(t)
			s.reply = c.reply
			got := submit(s, nil)
			if !strings.Contains(got, c.want) || (c.want == "") != (got == "") {
				t.Errorf("answered %s", got)
			}
			if s.sub.Form != "draft1" || s.sub.Revision != 2 || s.sub.Go != bot.GoNext || s.sub.Values.First("reason") != "Because" {
				t.Errorf("submitted %+v", s.sub)
			}
		})
	}
	t.Run("back keeps what is typed, and an unknown way checks", func(t *testing.T) {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplyForm, Form: aForm()}
		submit(s, map[string]any{"go": "back"})
		submit(s, map[string]any{"go": "sideways"})
		if !strings.Contains(s.happened(), "submitted:back") || !strings.HasSuffix(s.happened(), "submitted:next") {
			t.Errorf("happened %s", s.happened())
		}
	})
	t.Run("a button inside", func(t *testing.T) {
		s := newScene(t)
		s.reply = bot.Reply{Kind: bot.ReplyCard, Card: aCard("Details.")}
		if got := s.invoke("task/submit", map[string]any{"data": map[string]any{"act": opens.String(), "d": 7, "at": 1000}}); !strings.Contains(got, "Details.") ||
			strings.Contains(s.happened(), "adopted") {
			t.Errorf("answered %s, happened %s", got, s.happened())
		}
	})
	t.Run("a slow one says that it is being saved, and its end is told", func(t *testing.T) {
		s := newScene(t)
		s.limited(turns.Limits{Budget: time.Millisecond})
		s.before = func() { <-s.served }
		s.reply = bot.Reply{Kind: bot.ReplyNotice, Text: "You rejected it."}
		if got := submit(s, nil); !strings.Contains(got, textSaving) || !strings.Contains(s.last(), "You rejected it.") {
			t.Errorf("answered %s, sent %s", got, s.last())
		}
	})
	t.Run("a slow one that only opens lets its reader look again", func(t *testing.T) {
		s := newScene(t)
		s.limited(turns.Limits{Budget: time.Millisecond})
		s.before = func() { <-s.served }
		s.reply = bot.Reply{Kind: bot.ReplyOpen, Form: aForm()}
		if got := fetch(s, map[string]any{"act": opens.String()}); !strings.Contains(got, buttonLook) || !strings.Contains(got, opens.String()) {
			t.Errorf("answered %s", got)
		}
		s.served = make(chan struct{})
		if got := fetch(s, map[string]any{"link": "/x"}); !strings.Contains(got, `"task"`) {
			t.Errorf("answered %s", got)
		}
	})
}
