package portal_test

import (
	"strings"
	"testing"
	"time"

	"steward/bot/card"
	"steward/bot/portal"
	"steward/workflows"
)

func TestBrowseWords(t *testing.T) {
	t.Run("every reason to tell somebody has words of its own", func(t *testing.T) {
		said := map[string]workflows.Why{}
		for _, why := range []workflows.Why{
			"", workflows.WhyDecide, workflows.WhyAdvise, workflows.WhyAccept, workflows.WhyQuestion, workflows.WhyAnswer, workflows.WhyProgress,
			workflows.WhyOutcome, workflows.WhyStop, workflows.WhyEscalated, workflows.WhyInform, workflows.WhyRemind, workflows.WhyUnblock,
			workflows.WhyNoAnswer, workflows.WhyOverruled, workflows.WhyTask, workflows.WhyMissing, workflows.WhyNobody, workflows.WhyLink, workflows.WhyLinked,
			"something_new",
		} {
			text := portal.ToldWhy(why)
			if other, twice := said[text]; twice || text == "" || strings.ToUpper(text[:1]) != text[:1] {
				t.Errorf("%q and %q are both called %q", why, other, text)
			}
			said[text] = why
		}
	})
	t.Run("every kind of record that a list can be narrowed to can be told", func(t *testing.T) {
		for _, o := range portal.Happened()[1:] {
			if text := portal.Deed(workflows.Record{What: o.Value}); text == strings.ReplaceAll(o.Value, "_", " ") && text != "answered" {
				t.Errorf("%s has no words", o.Value)
			}
		}
		for _, do := range []workflows.LinkDo{workflows.LinkTenant, workflows.LinkReplace} {
			if portal.DidElse(string(do)) == "" {
				t.Errorf("%s has no words", do)
			}
		}
		if portal.DidElse("something_new") != "" {
			t.Error("what is not known is told")
		}
	})
	t.Run("things and places have names", func(t *testing.T) {
		for got, want := range map[string]string{
			portal.KindWord("something_new"): "Something new", portal.KindWord(""): "", portal.ThingWord(workflows.RequestRef("AIR-1")): "AIR-1",
			portal.ThingWord(workflows.Ref{Kind: workflows.KindPolicy, ID: "x"}): "Policy", portal.ThingWord(workflows.DeliveryRef(7)): "Delivery 7",
			portal.ThingWord(workflows.DirectoryRef()): "People and roles", portal.ThingWord(workflows.Ref{Kind: workflows.KindPeople, ID: "P-14"}): "Person P-14",
			portal.ThingWord(workflows.AccountRef("slack:P-1")): "Account slack:P-1", portal.TextWord("shown"): "What was shown",
			portal.TextWord("answer:vendor_name"): "Answer: vendor name", portal.TextWord("reason"): "Reason", portal.SurfaceWord("slack"): "Slack",
			portal.SurfaceWord("teams"): "Microsoft Teams", portal.SurfaceWord("mail"): "E-mail", portal.SurfaceWord("cli"): "Command line on the server",
			portal.SurfaceWord("timer"): "The clock", portal.SurfaceWord("demo"): "Demo", portal.SurfaceWord("portal"): "Portal",
		} {
			if got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	})
	t.Run("states of deliveries are told apart", func(t *testing.T) {
		for _, c := range []struct {
			d    workflows.DeliveryRow
			want card.Mark
		}{
			{workflows.DeliveryRow{State: workflows.DeliveryDead}, card.Mark{Text: "Failed", Tone: card.ToneBad}},
			{workflows.DeliveryRow{State: workflows.DeliveryWaiting}, card.Mark{Text: "To be sent"}},
			{workflows.DeliveryRow{State: workflows.DeliveryWaiting, Attempts: 2}, card.Mark{Text: "To be tried again", Tone: card.ToneWarn}},
			{workflows.DeliveryRow{State: workflows.DeliverySending}, card.Mark{Text: "Being sent"}},
			{workflows.DeliveryRow{State: workflows.DeliverySent}, card.Mark{Text: "Sent", Tone: card.ToneGood}},
			{workflows.DeliveryRow{State: workflows.DeliveryMoot}, card.Mark{Text: "Not needed"}},
			{workflows.DeliveryRow{State: workflows.DeliveryMoot, Reason: workflows.ReasonGivenUp}, card.Mark{Text: "Given up", Tone: card.ToneWarn}},
		} {
			if got := portal.DeliveryMark(c.d); got != c.want {
				t.Errorf("%+v: %+v", c.d, got)
			}
		}
		for want, c := range map[string]workflows.DeliveryCounts{
			"Everything has arrived.":                                      {},
			"2 messages on the way, the oldest due for 3 minutes.":         {Waiting: 1, Sending: 1, Oldest: 3 * time.Minute},
			"1 message failed, and none waits.":                            {Dead: 1},
			"2 messages failed; 4 on the way, the oldest due for 2 hours.": {Dead: 2, Waiting: 4, Oldest: 2 * time.Hour},
			"1 message on the way, the oldest due for less than a minute.": {Sending: 1},
		} {
			if got := portal.DeliverySummary(c); !strings.HasPrefix(got, want+" ") {
				t.Errorf("%+v: %q", c, got)
			}
		}
	})
}
