package surfacetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/workflows"
)

// Half is a surface as the courier sees it, with a way to look at what its platform shows.
type Half struct {
	Surface bot.Surface
	Account workflows.Account // somebody who can be reached
	// CanFind says that the platform can be asked for a message. Then Find must be right; else it gives [bot.ErrCannotAsk].
	CanFind bool
	// Once says that a delivery that is sent twice is one message all the same, without anybody asking before.
	Once bool
	// Messages gives the words of all messages the account has, newest first.
	Messages func() []string
	// Forget makes the platform lose all messages; nil where it never does.
	Forget func()
	// Break makes the platform fail for reasons that pass, until it is mended with nil.
	Break func(error)
}

// Conform is what every surface has to pass, for [bot.Surface].
func Conform(t *testing.T, build func(*testing.T) Half) {
	t.Helper()
	for name, check := range map[string]func(*testing.T, Half){
		"a message is sent, once a delivery":                     sendsOnce,
		"an update replaces the words":                           updates,
		"a message that is gone is said to be gone":              gone,
		"find tells what was sent from what was not":             finds,
		"a fault that passes is worth another try":               faults,
		"text of people stays text":                              text,
		"messages are apart from each other":                     apart,
		"the name is a stored name: short, small, never changed": named,
	} {
		t.Run(name, func(t *testing.T) { check(t, build(t)) })
	}
}

func message(delivery int64, words string) bot.Message {
	return bot.Message{
		Delivery: delivery, About: workflows.RequestRef("AIR-1"), Why: workflows.WhyDecide, At: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC),
		Card: card.Card{
			About: "request/AIR-1", Kicker: "AIR-1", Title: words, Gist: words, Lead: []string{words}, Facts: []card.Fact{{Label: "For", Value: words}},
			Buttons: []card.Button{{Label: "Approve", Action: card.Action{Verb: "approve", About: "request/AIR-1", Stage: "manager", Round: 1, Revision: 1}}},
		},
	}
}

func send(t *testing.T, h Half, m bot.Message) workflows.Receipt {
	t.Helper()
	sent, err := h.Surface.Send(t.Context(), h.Account, m)
	if err != nil {
		t.Fatalf("send: %v", err)
	}
	if sent.Place == "" || sent.MessageID == "" {
		t.Fatalf("sent to %+v, want a place and an id", sent)
	}
	return workflows.Receipt{ID: m.Delivery, Delivery: m.Delivery, Account: h.Account, About: m.About, Why: m.Why, Place: sent.Place, MessageID: sent.MessageID}
}

func shows(t *testing.T, h Half, want string) {
	t.Helper()
	if all := h.Messages(); !strings.Contains(strings.Join(all, "\n"), want) {
		t.Errorf("%q is not among %q", want, all)
	}
}

func sendsOnce(t *testing.T, h Half) {
	r := send(t, h, message(1, "Please decide on Otter"))
	shows(t, h, "Please decide on Otter")
	if h.Once {
		if again := send(t, h, message(1, "Please decide on Otter")); again.MessageID != r.MessageID {
			t.Errorf("a second message %s beside %s", again.MessageID, r.MessageID)
		}
	}
	if n := len(h.Messages()); n != 1 {
		t.Errorf("%d messages, want 1", n)
	}
}

func updates(t *testing.T, h Half) {
	r := send(t, h, message(1, "Please decide on Otter"))
	for range 2 { // harmless to repeat
		if err := h.Surface.Update(t.Context(), r, message(2, "Approved by Ben")); err != nil {
			t.Fatalf("update: %v", err)
		}
	}
	all := h.Messages()
	if len(all) != 1 || !strings.Contains(all[0], "Approved by Ben") || strings.Contains(all[0], "Please decide") {
		t.Errorf("messages %q, want the one with its new words", all)
	}
}

func gone(t *testing.T, h Half) {
	r := send(t, h, message(1, "Please decide on Otter"))
	if h.Forget != nil {
		h.Forget()
	} else {
		r.MessageID = "987654321"
	}
	var said *bot.SendError
	if err := h.Surface.Update(t.Context(), r, message(2, "Approved by Ben")); !errors.As(err, &said) || !said.Gone || said.Retry {
		t.Errorf("update of a message that is gone: %v, want one that says so", err)
	}
}

func finds(t *testing.T, h Half) {
	if _, found, err := h.Surface.Find(t.Context(), h.Account, message(1, "Please decide on Otter")); !h.CanFind {
		if !errors.Is(err, bot.ErrCannotAsk) {
			t.Errorf("find: %v, want that it cannot be asked", err)
		}
		return
	} else if found || err != nil {
		t.Fatalf("found %v, %v before anything was sent", found, err)
	}
	r := send(t, h, message(1, "Please decide on Otter"))
	sent, found, err := h.Surface.Find(t.Context(), h.Account, message(1, "Please decide on Otter"))
	if err != nil || !found || sent.MessageID != r.MessageID || sent.Place != r.Place {
		t.Errorf("found %v %+v, %v; want %+v", found, sent, err, r)
	}
	if _, found, err := h.Surface.Find(t.Context(), h.Account, message(2, "Please decide on Otter")); found || err != nil {
		t.Errorf("found %v, %v for another delivery", found, err)
	}
}

func faults(t *testing.T, h Half) {
	h.Break(errors.New("connection reset"))
	_, err := h.Surface.Send(t.Context(), h.Account, message(1, "Please decide on Otter"))
	var said *bot.SendError
	if err == nil || errors.As(err, &said) && !said.Retry && !said.Pause {
		t.Errorf("send during a fault: %v, want an error that is worth another try", err)
	}
	h.Break(nil)
	send(t, h, message(1, "Please decide on Otter"))
	if n := len(h.Messages()); n != 1 {
		t.Errorf("%d messages after a second try, want 1", n)
	}
}

func text(t *testing.T, h Half) {
	words := `Tool <b>&amp; *bold* _it_ @here <!channel> [x](https://evil.example) \ ${y}`
	send(t, h, message(1, words))
	shows(t, h, words)
}

func apart(t *testing.T, h Half) {
	seen := map[string]bool{}
	var last workflows.Receipt
	for n := range int64(5) {
		last = send(t, h, message(n+1, fmt.Sprintf("Message number %d", n+1)))
		if key := last.Place + " " + last.MessageID; seen[key] {
			t.Fatalf("two messages are %s", key)
		} else {
			seen[key] = true
		}
	}
	if err := h.Surface.Update(t.Context(), last, message(9, "Only the last one")); err != nil {
		t.Fatal(err)
	}
	for n := range 4 {
		shows(t, h, fmt.Sprintf("Message number %d", n+1))
	}
	shows(t, h, "Only the last one")
}

func named(t *testing.T, h Half) {
	name := h.Surface.Name()
	if name == "" || len(name) > 20 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_") != "" || name != h.Surface.Name() || name != h.Account.Surface {
		t.Errorf("name %q for an account of %q", name, h.Account.Surface)
	}
}
