package portal_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"steward/bot/card"
	"steward/bot/portal"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/register"
)

func TestBrowseWords(t *testing.T) {
	t.Run("every reason to tell somebody has words of its own", func(t *testing.T) {
		said := map[string]workflows.Why{}
		for _, why := range []workflows.Why{
			"", workflows.WhyDecide, workflows.WhyAdvise, workflows.WhyAccept, workflows.WhyQuestion, workflows.WhyAnswer, workflows.WhyProgress,
			workflows.WhyOutcome, workflows.WhyStop, workflows.WhyEscalated, workflows.WhyInform, workflows.WhyRemind, workflows.WhyUnblock,
			workflows.WhyNoAnswer, workflows.WhyOverruled, workflows.WhyTask, workflows.WhyMissing, workflows.WhyNobody, workflows.WhyLink, workflows.WhyLinked,
			workflows.WhyEmergency, workflows.WhyEmergencyAnswer,
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
		for _, what := range []string{
			register.FactRegistered, register.FactMoved, register.FactPiloted, register.FactProved, register.FactVerified, register.FactSentBack,
			register.FactTurned, register.FactHandedOver, register.FactReminded, register.FactEscalated, register.FactRoster, register.FactSkipped, register.FactRefused,
			register.FactRenewalBegan, register.FactRenewalFailed, register.FactHoldBegan, register.FactHoldLifted,
		} {
			text := portal.Deed(workflows.Record{What: what, About: workflows.SystemRef("AIS-1")})
			if text == strings.ReplaceAll(what, "_", " ") || strings.Contains(text, "tage") || !slices.ContainsFunc(portal.Happened(), func(o portal.Option) bool {
				return o.Value == what || what == register.FactRoster || what == register.FactSkipped
			}) {
				t.Errorf("%s of a system has no words, or those of a request: %q", what, text)
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

func TestSystemDeeds(t *testing.T) {
	for _, c := range []struct {
		what   string
		detail register.Detail
		want   string
	}{
		{register.FactRegistered, register.Detail{Request: "AIR-7", Round: 1}, "It entered the register with the decision on AIR-7"},
		{register.FactRegistered, register.Detail{Request: "AIR-7", Round: 2}, "It was brought up to date from AIR-7, round 2"},
		{register.FactRegistered, register.Detail{Request: "AIR-7", Round: 1, Emergency: true}, "It entered the register with an emergency approval of AIR-7"},
		{register.FactMoved, register.Detail{To: register.StateScreening, At: 1}, "Passed with its request: screening"},
		{register.FactMoved, register.Detail{From: register.StateApproved, To: register.StateInUse}, "State: in use"},
		{register.FactPiloted, register.Detail{Until: "2026-12-04"}, "announced a pilot until 4 Dec 2026"},
		{register.FactProved, register.Detail{Task: "own-1"}, "gave the proof of a condition: own-1"},
		{register.FactVerified, register.Detail{Task: "own-1"}, "verified a condition: own-1"},
		{register.FactSentBack, register.Detail{Task: "own-1"}, "sent the proof of a condition back: own-1"},
		{register.FactTurned, register.Detail{Event: "changed", Trigger: "new_data"}, "reported a change: New data"},
		{register.FactTurned, register.Detail{Event: "changed"}, "reported a change"},
		{register.FactTurned, register.Detail{Event: "unchanged"}, "let the approval stand"},
		{register.FactTurned, register.Detail{Event: "suspended"}, "suspended it"},
		{register.FactTurned, register.Detail{Event: "released"}, "ended the suspension"},
		{register.FactTurned, register.Detail{Event: "revoked"}, "revoked the approval"},
		{register.FactTurned, register.Detail{Event: "retired"}, "retired it"},
		{register.FactTurned, register.Detail{Event: "went_live"}, "ended the pilot: it is used from now on"},
		{register.FactTurned, register.Detail{Event: "of_tomorrow"}, "changed its state"},
		{register.FactRenewalBegan, register.Detail{Request: "AIR-7", Round: 2}, "A renewal has begun: AIR-7, round 2"},
		{register.FactHoldBegan, register.Detail{Request: "AIR-7", Round: 2}, "AIR-7 is on legal hold, so it was switched off: round 2"},
		{register.FactHoldLifted, register.Detail{Request: "AIR-7", Round: 3}, "Another tier was named for AIR-7, whose chain decides: round 3"},
		{register.FactRenewalFailed, register.Detail{Request: "AIR-7", Round: 2}, "The renewal came to nothing; the approval goes on to its end: AIR-7, round 2"},
		{register.FactHandedOver, register.Detail{Person: "P-007"}, "made P-007 the owner"},
		{register.FactReminded, register.Detail{Event: "renew", Person: "P-007"}, "P-007 was reminded that the approval ends"},
		{register.FactReminded, register.Detail{Task: "pilot", Person: "P-007"}, "P-007 was reminded of the end of the pilot"},
		{register.FactReminded, register.Detail{Task: "own-1", Person: "P-007"}, "P-007 was reminded of a condition: own-1"},
		{register.FactEscalated, register.Detail{Task: "own-1"}, "A condition is late: own-1. Those who look after the system were told"},
		{register.FactRefused, register.Detail{Code: workflows.CodeOwnRequest}, "was refused: own request"},
	} {
		raw, err := json.Marshal(c.detail)
		if err != nil {
			t.Fatal(err)
		}
		if got := portal.Deed(workflows.Record{What: c.what, Data: raw, About: workflows.SystemRef("AIS-1")}); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

func TestEmergencyDeeds(t *testing.T) {
	for _, c := range []struct {
		what   string
		detail approval.Detail
		want   string
	}{
		{approval.FactEmergencyAsked, approval.Detail{Until: "2026-12-04"}, "asked for an emergency approval until 4 Dec 2026"},
		{approval.FactEmergencyAllowed, approval.Detail{ValidUntil: 1}, "gave an emergency approval"},
		{approval.FactEmergencyDeclined, approval.Detail{}, "declined an emergency approval"},
		{approval.FactEmergencyEnded, approval.Detail{End: approval.EmergencyRejected}, "The wish for an emergency approval ended without an answer"},
		{approval.FactEmergencyEnded, approval.Detail{End: approval.EmergencyRejected, ValidUntil: 1}, "The emergency approval ended with the request"},
		{approval.FactEmergencyEnded, approval.Detail{End: approval.EmergencyApproved, ValidUntil: 1}, "The approval took the place of the emergency approval"},
		{approval.FactEmergencyEnded, approval.Detail{End: approval.EmergencyExpired, ValidUntil: 1}, "The emergency approval ended before the decision"},
		{approval.FactEmergencyEnded, approval.Detail{End: approval.EmergencyTier, ValidUntil: 1}, "The emergency approval ended: the tier has no such way"},
		{approval.FactEmergencyEnded, approval.Detail{End: approval.EmergencyEntry, ValidUntil: 1}, "The emergency approval ended with its entry in the register"},
		{approval.FactReminded, approval.Detail{Timer: approval.TimerEmergency, Person: "P-007"}, "P-007 was reminded of the emergency approval"},
		{approval.FactReminded, approval.Detail{Timer: approval.TimerEmergencyEnding, People: []workflows.PersonID{"P-007"}}, "The emergency approval ends soon: P-007 was told"},
	} {
		raw, err := json.Marshal(c.detail)
		if err != nil {
			t.Fatal(err)
		}
		if got := portal.Deed(workflows.Record{What: c.what, About: workflows.RequestRef("AIR-1"), Data: raw}); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}
