package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"steward/bot"
	"steward/bot/card/cardtest"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/register"
)

func TestCommandsOnSystems(t *testing.T) {
	o := newOffice(t)
	o.used()
	for i := range 12 {
		o.simple(fmt.Sprintf("DeepL %d", i+1))
	}
	for _, tt := range []struct {
		name, words string
		who         workflows.PersonID
		kind        bot.ReplyKind
		code        workflows.Code
		want        string
	}{
		{"status of a system", "status ais-1", "ana", bot.ReplyCard, "", "[In use, good]"},
		{"explain", "explain AIS-1", "ana", bot.ReplyCard, "", "You (condition 3): asked to fulfil a condition, since Mon 24 Nov 09:00, due Sat 20 Dec 00:59."},
		{"explain to somebody else", "explain AIS-1", "cleo", bot.ReplyCard, "", "Ana Ruiz (condition 3): asked to fulfil a condition"},
		{"a bare id", "AIS-1", "cleo", bot.ReplyCard, "", "AI governance lead"},
		{"find by tool, in any case", "find OTTER", "jack", bot.ReplyCard, "", "One entry has the name “OTTER”."},
		{"find by vendor", "find otter.ai, inc", "jack", bot.ReplyCard, "", "AIS-1 Otter.ai for meeting notes, Otter.ai, Inc. (medium): in use; approved until Tue 24 Nov 2026; owner Ana Ruiz."},
		{"find by id", "find ais-13", "jack", bot.ReplyCard, "", "DeepL 12"},
		{"ten of many", "find deepl", "jack", bot.ReplyCard, "", "Many entries have the name “deepl”."},
		{"nothing", "find Fireflies", "jack", bot.ReplyCard, "", "Nothing in the AI register has the name “Fireflies”."},
		{"a title is told to nobody who may not read it", "find merger", "jack", bot.ReplyCard, "", "Nothing in the AI register has the name “merger”."},
		{"nor is it what anybody searches by", "find merger", "ola", bot.ReplyCard, "", "Nothing in the AI register has the name “merger”."},
		{"find what", "find  ", "jack", bot.ReplySay, workflows.CodeField, "name of a tool"},
		{"a hostile search is only text", "find <!channel>\u202e=cmd", "jack", bot.ReplyCard, "", "“<!channel>=cmd”"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := o.command(tt.who, tt.words)
			if r.Kind != tt.kind || r.Code != tt.code || !strings.Contains(shownText(r), tt.want) {
				t.Errorf("%s %q:\n%s\nwant %q in it", r.Kind, r.Code, shownText(r), tt.want)
			}
		})
	}
	many := o.command("jack", "find deepl")
	if lines := many.Card.Sections[0].Lines; len(lines) != view.MaxListed || !strings.HasPrefix(lines[0], "AIS-13 DeepL 12") || !strings.HasPrefix(lines[9], "AIS-4 DeepL 3") {
		t.Errorf("lines %q", lines)
	}
	if r := o.click("jack", many.Card, "Open AIS-13"); !strings.Contains(shownText(r), "DeepL 12") {
		t.Errorf("opening one: %s", shownText(r))
	}
}

// TestASearchGoesOn: what is found by its title alone takes no place from what comes after it.
func TestASearchGoesOn(t *testing.T) {
	o := newOffice(t)
	o.used()
	for i := range 70 {
		ref := o.simple(fmt.Sprintf("DeepL %d", i+1))
		s := o.Systems[ref.ID]
		s.Title = "Otter, but not its tool"
		o.Systems[ref.ID] = s
	}
	r := o.command("jack", "find otter")
	if lines := r.Card.Sections[0].Lines; len(lines) != 1 || !strings.HasPrefix(lines[0], "AIS-1 ") {
		t.Errorf("lines %q", lines)
	}
	o.half = map[workflows.PersonID]bool{"ola": true}
	if r = o.command("ola", "find but not its tool"); len(r.Card.Sections) != 0 {
		t.Errorf("what is read by a role is found through any account: %s", shownText(r))
	}
}

func TestSystemsWaitInInboxAndHome(t *testing.T) {
	o := newOffice(t)
	o.proved()
	if r := o.command("ana", "inbox"); !strings.Contains(shownText(r), "AIS-1 Minutes for the merger: a condition is yours to fulfil by Sat 20 Dec 00:59.") {
		t.Errorf("inbox: %s", shownText(r))
	}
	if r := o.command("cleo", "inbox"); strings.Count(shownText(r), "AIS-1 Minutes for the merger: you verify that a condition is fulfilled.") != 2 {
		t.Errorf("inbox: %s", shownText(r))
	}
	home, err := o.desk.Home(t.Context(), o.who("ana"))
	if err != nil || !strings.Contains(cardtest.HomeText(home), "AIS-1  Minutes for the merger") {
		t.Errorf("home: %v\n%s", err, cardtest.HomeText(home))
	}
	if r := o.click("ana", o.command("ana", "inbox").Card, "Open AIS-1"); !strings.Contains(shownText(r), "One is fulfilled…") && !strings.Contains(shownText(r), "It is fulfilled…") {
		t.Errorf("opening it: %s", shownText(r))
	}
}

// TestHostileTextOfSystems: whatever is typed stays text, in forms, cards and sentences.
func TestHostileTextOfSystems(t *testing.T) {
	all := cardtest.Hostile()
	if testing.Short() {
		all = all[:20]
	}
	for _, evil := range all {
		o := newOffice(t)
		ref := o.conditioned()
		s := o.Systems[ref.ID]
		s.Title, s.Tool, s.Vendor, s.Use = evil, evil, evil, evil
		o.Systems[ref.ID] = s
		typed := strings.ToValidUTF8("A text that is long enough: "+evil, "?")
		if r := []rune(typed); len(r) > 1500 {
			typed = string(r[:1500])
		}
		o.send("ana", o.press("ana", o.about(ref, view.VerbProve, taskNotice)).Form, map[string][]string{view.KeyProof: {typed}})
		o.send("cleo", o.press("cleo", o.about(ref, view.VerbSendBack, taskNotice)).Form, aReason(typed))
		o.send("ana", o.press("ana", o.about(ref, view.VerbProve, taskNotice)).Form, map[string][]string{view.KeyProof: {typed}})
		o.send("cleo", o.press("cleo", o.about(ref, view.VerbSuspend, "")).Form, aReason(typed))
		if got := o.Systems[ref.ID]; got.State != register.StateSuspended || o.task(ref, taskNotice).State != register.TaskProved {
			t.Fatalf("%q: it is %s", evil, got.State)
		}
		for _, who := range []workflows.PersonID{"ana", "cleo", "jack"} {
			for _, words := range []string{"status AIS-1", "explain AIS-1", "find ais-1", "inbox", "find " + evil} {
				o.command(who, words) // which checks what it gives
			}
			o.press(who, o.about(ref, view.VerbDetails, ""))
		}
		for _, bad := range []string{evil, "<!channel>", "../../etc"} {
			o.press("cleo", o.about(ref, view.VerbRelease, bad))
			o.press("cleo", o.about(ref, bad, bad))
		}
	}
}

// TestFindSystems shows what somebody is given to share: systems first, for everybody's eyes.
func TestFindSystems(t *testing.T) {
	o := newOffice(t)
	ref := o.telling()
	request := o.Systems[ref.ID].Request
	find := func(who workflows.PersonID, text string) []string {
		t.Helper()
		found, refused, err := o.desk.Find(t.Context(), o.who(who), text)
		if err != nil || refused != nil {
			t.Fatal(err, refused)
		}
		var out []string
		for _, c := range found {
			out = append(out, c.Kicker)
			if len(c.Buttons)+len(c.More)+len(c.Sections) > 0 {
				t.Errorf("%s can be pressed or read too much of:\n%s", c.Kicker, cardtest.Text(c))
			}
			for _, secret := range secrets() {
				if strings.Contains(cardtest.Text(c), secret) {
					t.Errorf("%q is told:\n%s", secret, cardtest.Text(c))
				}
			}
		}
		return out
	}
	for _, who := range []workflows.PersonID{"ana", "cleo", "jack"} {
		want := "AIS-1 " + request
		if who == "jack" {
			want = "AIS-1"
		}
		if got := strings.Join(find(who, "Otter"), " "); got != want {
			t.Errorf("%s finds %s", who, got)
		}
	}
	if got := find("jack", "merger"); len(got) != 0 {
		t.Errorf("a title is told by a search: %s", got)
	}
	one, _, err := o.desk.Find(t.Context(), o.who("ana"), "AIS-1")
	two, _, _ := o.desk.Find(t.Context(), o.who("jack"), "AIS-1")
	if err != nil || cardtest.Text(one[0]) != cardtest.Text(two[0]) {
		t.Errorf("what is shared depends on who shares it: %v\n%s\n%s", err, cardtest.Text(one[0]), cardtest.Text(two[0]))
	}
	for i := range 12 {
		o.simple(fmt.Sprintf("Otter %d", i))
	}
	if got := find("ana", "Otter"); len(got) != 10 || got[0] != "AIS-13" || got[9] != "AIS-4" {
		t.Errorf("found %s", got)
	}
	answers := cardtest.PublicText()
	answers["tool"] = policy.Answer{Text: "Otter 7 again"}
	again := o.Send("ana", "ai-use", answers, "")
	if got := find("ana", "Otter 7"); len(got) != 3 || got[0] != "AIS-9" || !slices.Contains(got, again) {
		t.Errorf("found %s", got)
	}
	o.half = map[workflows.PersonID]bool{"cleo": true}
	if got := find("cleo", "merger"); len(got) != 0 {
		t.Errorf("found %s", got)
	}
}
