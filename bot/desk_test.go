package bot_test

import (
	"strings"
	"testing"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/view"
	"steward/workflows"
)

func TestCommand(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
	for _, tt := range []struct {
		name, words string
		who         workflows.PersonID
		kind        bot.ReplyKind
		code        workflows.Code
		want        string // in the card or the text
	}{
		{"help", "help", "ana", bot.ReplyCard, "", "Type one of these words"},
		{"nothing typed is help", "  ", "ana", bot.ReplyCard, "", "Type one of these words"},
		{"capitals do not matter", "HELP", "ana", bot.ReplyCard, "", "Type one of these words"},
		{"an unknown word gets the nearest", "statsu AIR-1", "ana", bot.ReplyCard, "", "Did you mean: status?"},
		{"a beginning counts as near", "exp", "ana", bot.ReplyCard, "", "Did you mean: explain?"},
		{"a word nothing is near", "banana", "ana", bot.ReplyCard, "", "I do not know the word “banana”."},
		{"what comes later is said kindly", "digest", "ana", bot.ReplySay, "", "comes in a later version"},
		{"the register is searched", "find otter", "ana", bot.ReplyCard, "", "Nothing in the AI register"},
		{"a search for nothing is told what to add", "find", "ana", bot.ReplySay, workflows.CodeField, "name of a tool"},
		{"request offers what there is", "request", "ana", bot.ReplyCard, "", "New AI use…"},
		{"request with a kind opens its form", "request policy-exception", "ana", bot.ReplyOpen, "", "Which policy or control"},
		{"request with a prefix, in any case", "request air", "ana", bot.ReplyOpen, "", "Which AI tool"},
		{"inbox", "inbox", "ben", bot.ReplyCard, "", "AIR-1 Otter.ai for meeting notes: you decide by Mon 24 Nov 17:00."},
		{"an empty inbox", "inbox", "mei", bot.ReplyCard, "", "Nothing waits for you."},
		{"mine", "mine", "ana", bot.ReplyCard, "", "AIR-1"},
		{"status by id in any case", "status air-1", "ben", bot.ReplyCard, "", "You decide as their manager"},
		{"a bare id is status", "Air-1", "ben", bot.ReplyCard, "", "You decide as their manager"},
		{"explain", "explain AIR-1", "ben", bot.ReplyCard, "", "You are the nearest active manager of Ana Ruiz."},
		{"status without id", "status", "ben", bot.ReplySay, workflows.CodeField, "status AIR-42"},
		{"explain without id is about oneself", "explain", "ben", bot.ReplyCard, "", "You are the nearest active manager of Ana Ruiz."},
		{"and where nothing waits", "explain", "mei", bot.ReplyCard, "", "Nothing waits for you."},
		{"a name, for who reads everything", "explain ben okafor", "helen", bot.ReplyCard, "", "Ben Okafor is the nearest active manager of Ana Ruiz."},
		{"part of a name", "explain Okafor", "ola", bot.ReplyCard, "", "What waits for Ben Okafor"},
		{"an address", "explain ben@example.com", "helen", bot.ReplyCard, "", "What waits for Ben Okafor"},
		{"one's own name", "explain Ben Okafor", "ben", bot.ReplyCard, "", "What waits for you"},
		{"a name that several have", "explain marsh", "helen", bot.ReplySay, workflows.CodeField, "Several people fit: Cleo Marsh"},
		{"a name that nobody has", "explain Nobody", "helen", bot.ReplySay, workflows.CodeUnknown, "Nobody active is called"},
		{"a name of somebody who left", "explain karim", "helen", bot.ReplySay, workflows.CodeUnknown, "Nobody active is called"},
		{"nobody else by rank", "explain ben okafor", "marek", bot.ReplySay, workflows.CodeUnknown, "compliance leads, internal auditors and administrators"},
		{"nor out of interest", "explain ben okafor", "jack", bot.ReplySay, workflows.CodeUnknown, "compliance leads, internal auditors and administrators"},
		{"an administrator has the rest counted", "explain ben okafor", "arjun", bot.ReplyCard, "", "1 thing waits that you do not read here."},
		{"an id that does not exist", "status AIR-99", "ben", bot.ReplySay, workflows.CodeUnknown, "number AIR-99"},
		{"an id that is not for their eyes reads the same", "status AIR-1", "mei", bot.ReplySay, workflows.CodeUnknown, "number AIR-1"},
		{"a line manager's manager sees nothing by rank", "status AIR-1", "marek", bot.ReplySay, workflows.CodeUnknown, "number AIR-1"},
		{"a hostile id is only text", "status <!channel>\u202e", "ben", bot.ReplySay, workflows.CodeUnknown, "<!CHANNEL>"},
		{"somebody who left", "inbox", "karim", bot.ReplySay, workflows.CodeInactive, "not active"},
		{"somebody nobody knows", "inbox", "stranger", bot.ReplySay, workflows.CodeInactive, "not active"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := o.command(tt.who, tt.words)
			if r.Kind != tt.kind || r.Code != tt.code {
				t.Errorf("kind %q, code %q; want %q, %q", r.Kind, r.Code, tt.kind, tt.code)
			}
			if text := shownText(r); !strings.Contains(text, tt.want) {
				t.Errorf("got:\n%s\nwant %q in it", text, tt.want)
			}
		})
	}
	if id != "AIR-1" {
		t.Fatalf("the request is %s", id)
	}
}

// shownText gives everything a reply shows.
func shownText(r bot.Reply) string {
	text := r.Text
	if r.Card != nil {
		text += "\n" + cardtest.Text(*r.Card)
	}
	if r.Form != nil {
		text += "\n" + cardtest.FormText(*r.Form)
	}
	return text
}

func TestShowAndHomeChangeNothing(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
	before := o.Requests[id].Seq
	if c := o.card("ben", id); c.Kicker != "AIR-1" {
		t.Errorf("the card is of %q", c.Kicker)
	}
	for who, want := range map[workflows.PersonID]string{
		"ben": "You decide by Mon 24 Nov 17:00.", "ana": "Waits for line manager.", "mei": "Nothing waits for you.", "karim": "not active",
	} {
		home, err := o.desk.Home(t.Context(), o.who(who))
		if err != nil {
			t.Fatal(err)
		}
		if err := card.CheckHome(home); err != nil {
			t.Errorf("home of %s: %v", who, err)
		}
		if text := cardtest.HomeText(home); !strings.Contains(text, want) {
			t.Errorf("home of %s:\n%s\nwant %q in it", who, text, want)
		}
	}
	if o.Requests[id].Seq != before || len(o.kept) > 0 || o.events > 0 {
		t.Error("looking changed something")
	}
	r, err := o.desk.Show(t.Context(), o.who("mei"), workflows.RequestRef(id))
	if err != nil || r.Code != workflows.CodeUnknown || r.Card != nil {
		t.Errorf("somebody who may not see it gets %+v, %v", r, err)
	}
	r, err = o.desk.Show(t.Context(), o.who("helen"), workflows.Ref{Kind: "policy", ID: "pack"})
	if err != nil || r.Code != workflows.CodeUnknown {
		t.Errorf("a thing without a card gives %+v, %v", r, err)
	}
}

func TestThePortalShowsEverythingOnOneCard(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
	who := o.who("ben")
	who.Via.Surface = "portal"
	r, err := o.desk.Show(t.Context(), who, workflows.RequestRef(id))
	r = o.checked(r, err)
	text := cardtest.Text(*r.Card)
	for _, want := range []string{"Which kind of account or contract: Business contract", "Security view (27 points)", "[Approve…", "Kind: New AI use"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing on:\n%s", want, text)
		}
	}
	if strings.Contains(text, "[Details]") {
		t.Error("the portal's card needs no button for what it shows")
	}
}

func TestPressesThatOnlyShow(t *testing.T) {
	o := newOffice(t)
	id := o.Send("ana", "ai-use", cardtest.MeetingNotes(), "")
	about := workflows.RequestRef(id).String()
	for _, tt := range []struct {
		action card.Action
		want   string
		code   workflows.Code
	}{
		{card.Action{Verb: view.VerbInbox}, "Waits for me", ""},
		{card.Action{Verb: view.VerbMine}, "My requests", ""},
		{card.Action{Verb: view.VerbHelp}, "Commands", ""},
		{card.Action{Verb: view.VerbRequest}, "Ask for approval", ""},
		{card.Action{Verb: view.VerbShow, About: about}, "You decide", ""},
		{card.Action{Verb: view.VerbDetails, About: about}, "Answers", ""},
		{card.Action{Verb: view.VerbExplain, About: about}, "Why these people", ""},
		{card.Action{Verb: view.VerbQuestions, Arg: "ai-use"}, "42001:A.4.4", ""},
		{card.Action{Verb: view.VerbQuestions, Arg: "gone"}, "not in the policy in force", workflows.CodeUnknown},
		{card.Action{Verb: view.VerbRequest, Arg: "gone"}, "not in the policy in force", workflows.CodeUnknown},
		{card.Action{Verb: view.VerbRequest, Arg: "ai-impact"}, "begun from the card", workflows.CodeField},
		{card.Action{Verb: view.VerbShow, About: "nonsense"}, "nothing there", workflows.CodeUnknown},
		{card.Action{Verb: view.VerbContinue, Arg: "no-such-draft"}, "nothing there", workflows.CodeUnknown},
		{card.Action{Verb: "hand_over", About: about}, "older card", workflows.CodeStale},
	} {
		r := o.press("ben", tt.action)
		if !strings.Contains(shownText(r), tt.want) || r.Code != tt.code {
			t.Errorf("%s: code %q,\n%s\nwant code %q and %q", tt.action.Verb, r.Code, shownText(r), tt.code, tt.want)
		}
	}
	if o.events > 0 || len(o.kept) > 0 {
		t.Error("looking changed something")
	}
}
