package view_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// whys lists all reasons for telling somebody.
func whys() []workflows.Why {
	return []workflows.Why{
		workflows.WhyDecide, workflows.WhyAdvise, workflows.WhyAccept, workflows.WhyQuestion, workflows.WhyAnswer, workflows.WhyProgress,
		workflows.WhyOutcome, workflows.WhyStop, workflows.WhyEscalated, workflows.WhyInform, workflows.WhyRemind, workflows.WhyUnblock,
		workflows.WhyNoAnswer, workflows.WhyOverruled, workflows.WhyTask, workflows.WhyMissing, workflows.WhyNobody,
	}
}

// TestRandomRequests: whatever way a thousand requests went, every card and form of them keeps the limits, for everybody
// who looks.
func TestRandomRequests(t *testing.T) {
	n := uint64(1000)
	if testing.Short() {
		n = 100
	}
	for seed := range n {
		c, id := cardtest.Random(seed)
		people := c.Roster().All()
		for i := range 1 + int(seed%3)/2 {
			viewer := people[(int(seed)*5+i*7)%len(people)].ID
			if waits := c.Requests[id].Waits; i == 0 && len(waits) > 0 {
				viewer = waits[int(seed)%len(waits)].Who
			}
			k := c.Case(id, viewer)
			if seed%4 == 3 {
				k.Surface = "portal"
			}
			if err := checkAll(k, whys()[(int(seed)+i)%len(whys())]); err != nil {
				t.Fatalf("seed %d, %s as %s sees it: %v\n%s", seed, id, viewer, err, cardtest.Text(view.Request(k)))
			}
		}
	}
}

// checkAll holds everything one can see of a request against the limits.
func checkAll(k view.Case, why workflows.Why) error {
	before := fmt.Sprintf("%+v", k.Request)
	shown := view.Request(k)
	for _, c := range []card.Card{shown, view.Details(k), view.Explain(k), view.Message(k, why, "")} {
		if err := card.Check(c); err != nil {
			return err
		}
	}
	if diff := cmp.Diff(shown, view.Request(k)); diff != "" {
		return fmt.Errorf("the same state gives another card: %s", diff)
	}
	for _, b := range append(slices.Clone(shown.Buttons), shown.More...) {
		d := policy.Draft{ID: "d", Revision: 1, Form: b.Action.Verb, About: workflows.RequestRef(k.Request.ID), Page: 1}
		if f := view.Act(k, view.Sheet{Draft: withArg(d, b.Action.Arg)}); f.Title != "" {
			if err := card.CheckForm(f); err != nil {
				return fmt.Errorf("form %s: %w", b.Action.Verb, err)
			}
		}
	}
	if view.Changed(k, workflows.Seen{Round: 1, Stage: "manager", Revision: 1}) == "" {
		return fmt.Errorf("nothing is said about what changed")
	}
	if fmt.Sprintf("%+v", k.Request) != before {
		return fmt.Errorf("looking at it changed it")
	}
	return nil
}

func withArg(d policy.Draft, arg string) policy.Draft {
	view.SetOwn(&d, view.KeyArg, policy.Answer{Text: arg})
	return d
}

// TestButtonsAreWhatTheMachineAllows: a button that does something is there exactly when the machine says that the reader
// can do it, short of the place on the card.
func TestButtonsAreWhatTheMachineAllows(t *testing.T) {
	acting := []string{
		view.VerbApprove, view.VerbDecide, view.VerbReject, view.VerbAsk, view.VerbAnswer, view.VerbNoObjection, view.VerbObject, view.VerbRule,
		view.VerbAccept, view.VerbDecline, view.VerbEdit, view.VerbWithdraw, view.VerbLink, view.VerbName, view.VerbOverride, view.VerbCorrect,
	}
	for seed := range uint64(150) {
		c, id := cardtest.Random(seed)
		for _, p := range c.Roster().All() {
			k := c.Case(id, p.ID)
			actions := approval.Actions(k.Request, p.ID, k.Roster, k.Now)
			shown := view.Request(k)
			n := 0
			for _, b := range append(slices.Clone(shown.Buttons), shown.More...) {
				if slices.Contains(acting, b.Action.Verb) {
					n++
					if _, can := view.Can(k, b.Action.Verb, b.Action.Arg); !can {
						t.Fatalf("seed %d: %s has the button %q", seed, p.ID, b.Label)
					}
					if b.Action.Round != k.Request.Round || b.Action.Revision != k.Request.Revision {
						t.Fatalf("seed %d: the button %q does not carry what is seen", seed, b.Label)
					}
				}
			}
			if (n > 0) != (len(actions) > 0) {
				t.Fatalf("seed %d: %s has %d buttons for %d actions", seed, p.ID, n, len(actions))
			}
		}
	}
}

// everyText gives every text of the catalogue, made once.
var everyText = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for _, c := range cardtest.Cards() {
		out["card "+c.Name] = cardtest.Text(c.Card)
	}
	for _, f := range cardtest.Forms() {
		out["form "+f.Name] = cardtest.FormText(f.Form)
	}
	for _, h := range cardtest.Homes() {
		out["home "+h.Name] = cardtest.HomeText(h.Home)
	}
	return out
})

func TestShownTextIsClean(t *testing.T) {
	for name, text := range everyText() {
		bad := func(c rune) bool {
			return unicode.IsControl(c) && c != '\n' || unicode.Is(unicode.Bidi_Control, c) || c >= 0x200b && c <= 0x200f
		}
		if i := strings.IndexFunc(text, bad); i >= 0 || !utf8.ValidString(text) {
			t.Errorf("%s holds %q", name, text[max(i, 0):min(max(i, 0)+20, len(text))])
		}
	}
}

// TestOurWords: no card of ours shouts, boasts or promises, and none says only that there is something.
func TestOurWords(t *testing.T) {
	for name, text := range everyText() {
		if strings.Contains(name, "hostile") {
			continue
		}
		low := strings.ToLower(text)
		for _, word := range []string{"!\n", "! ", "successful", "please note", "compliant", "required by iso", "new card", "simply", "just click", "oops", "invalid", "error occurred"} {
			if strings.Contains(low, word) && !strings.Contains(name, "form lines-wrong") && !strings.Contains(low, "  ! ") {
				t.Errorf("%s says %q", name, word)
			}
		}
		for _, r := range text {
			if r > 0x2fff {
				t.Errorf("%s holds the sign %q", name, r)
			}
		}
	}
}

func TestGistsCanStandAlone(t *testing.T) {
	for _, c := range cardtest.Cards() {
		if c.Card.Kicker != "" && !strings.HasPrefix(c.Card.Gist, c.Card.Kicker+" ") {
			t.Errorf("%s: the gist does not say what it is about: %q", c.Name, c.Card.Gist)
		}
	}
}
