package bot_test

import (
	"slices"
	"strings"
	"testing"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/register"
)

// word is the form of joining, filled in.
func word() card.Values {
	return card.Values{view.KeyWithin: {"yes"}, view.KeyAccept: {"yes"}}
}

// joins lets somebody join, or ask to.
func (o *office) joins(who workflows.PersonID, ref workflows.Ref) bot.Reply {
	o.t.Helper()
	form := o.press(who, o.about(ref, view.VerbJoin, "")).Form
	if form == nil {
		o.t.Fatalf("%s has no form", who)
	}
	return o.send(who, form, word())
}

// TestTheFormOfJoiningShowsWhatIsAccepted: it is the one place where everybody reads the intended use and the conditions, and nothing else
// that was typed.
func TestTheFormOfJoiningShowsWhatIsAccepted(t *testing.T) {
	o := newOffice(t)
	ref := o.proved()
	form := o.press("jack", o.about(ref, view.VerbJoin, "")).Form
	text := ""
	for _, f := range form.Fields {
		text += f.Label + "\n" + f.Help + "\n"
	}
	for _, want := range []string{"Minutes of", "Internal", "Everyone recorded is told", "Try it with three calls"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in:\n%s", want, text)
		}
	}
	for _, not := range []string{"merger", "See the contract"} {
		if all := text + shownText(bot.Reply{Kind: bot.ReplyCard, Card: form.Aside}); strings.Contains(all, not) {
			t.Errorf("%q is in:\n%s", not, all)
		}
	}
	if r := o.send("jack", form, card.Values{view.KeyAccept: {"yes"}}); r.Code != workflows.CodeField || errorOf(r.Form, view.KeyWithin) == "" || valueOf(r.Form, view.KeyAccept) != "yes" {
		t.Errorf("half of it: %s", shownText(r))
	} else if r = o.send("jack", r.Form, word()); r.Code != "" || !strings.HasPrefix(r.Text, "You joined on") {
		t.Errorf("all of it: %s", shownText(r))
	}
	tellsNothing(t, o.command("jack", "status AIS-1"))
	if r := o.press("jack", o.about(ref, view.VerbJoin, "")); r.Code != workflows.CodeDecided || !strings.Contains(r.Text, "You have joined this system already") {
		t.Errorf("again: %s", shownText(r))
	}
	if r := o.press("jack", o.about(ref, view.VerbLeave, "")); r.Code != "" || len(o.Systems[ref.ID].Joined) > 0 {
		t.Errorf("leaving: %s", shownText(r))
	}
	if r := o.press("jack", o.about(ref, view.VerbLeave, "")); r.Code != workflows.CodeNotNow {
		t.Errorf("leaving twice: %s", shownText(r))
	}
}

// TestTheManagerAnswersWithOnePress: and what a form says about one who was answered meanwhile stays true.
func TestTheManagerAnswersWithOnePress(t *testing.T) {
	o := newOffice(t)
	ref := o.used()
	if r := o.joins("arjun", ref); !strings.HasPrefix(r.Text, "You asked to join on") || !strings.Contains(r.Text, "It waits for Mei Chen") {
		t.Fatalf("asking: %s", shownText(r))
	}
	if r := o.command("mei", "inbox"); !strings.Contains(shownText(r), "AIS-1 Otter.ai for meeting notes: somebody asks to join") || strings.Contains(shownText(r), "merger") {
		t.Errorf("inbox: %s", shownText(r))
	}
	refusing := o.press("mei", o.about(ref, view.VerbRefuseJoin, "arjun")).Form
	for who, code := range map[workflows.PersonID]workflows.Code{"arjun": workflows.CodeOwnRequest, "ben": workflows.CodeNotEntitled, "ana": workflows.CodeNotEntitled} {
		if r := o.press(who, o.about(ref, view.VerbAgree, "arjun")); r.Code != code {
			t.Errorf("%s agrees: %s", who, shownText(r))
		}
	}
	if r := o.press("mei", o.about(ref, view.VerbAgree, "arjun")); r.Code != "" || !strings.HasPrefix(r.Text, "Arjun Patel has joined and is told.") {
		t.Errorf("agreeing: %s", shownText(r))
	}
	if r := o.send("mei", refusing, card.Values{view.KeyReason: {"Engineering has another tool for that."}}); r.Code != workflows.CodeDecided || !strings.Contains(r.Text, "Arjun Patel has joined already") {
		t.Errorf("refusing then: %s", shownText(r))
	}
	for _, who := range []workflows.PersonID{"yuki", "jonas"} {
		o.joins(who, ref)
	}
	form := o.press("marek", o.about(ref, view.VerbAnswerJoin, "")).Form
	if r := o.send("marek", form, card.Values{view.KeyPerson: {"yuki"}}); r.Code != workflows.CodeField || errorOf(r.Form, view.KeyOutcome) == "" {
		t.Errorf("no outcome: %s", shownText(r))
	} else if r = o.send("marek", r.Form, card.Values{view.KeyPerson: {"yuki"}, view.KeyOutcome: {view.OutcomeRefused}, view.KeyReason: {"no"}}); r.Code != workflows.CodeField {
		t.Errorf("a short reason: %s", shownText(r))
	} else if r = o.send("marek", r.Form, card.Values{view.KeyPerson: {"yuki"}, view.KeyOutcome: {view.OutcomeAgreed}}); !strings.HasPrefix(r.Text, "Yuki Tanaka has joined") {
		t.Errorf("agreeing to one of two: %s", shownText(r))
	}
	if got := labels(o.entry("marek", ref)); !slices.Contains(got, "Agree") {
		t.Errorf("one is left: %v", got)
	}
}

// TestHalfProvedAccountAndJoining: everybody joins through an account for which only they stand, and line managers answer; whoever looks
// after a system does not.
func TestHalfProvedAccountAndJoining(t *testing.T) {
	o := newOffice(t)
	ref := o.used()
	o.half = map[workflows.PersonID]bool{"arjun": true, "mei": true, "cleo": true, "ingrid": true}
	if r := o.joins("cleo", ref); r.Code != "" || strings.Contains(shownText(r), "merger") {
		t.Errorf("who reads all of it elsewhere: %s", shownText(r))
	}
	o.joins("arjun", ref)
	if r := o.command("mei", "inbox"); !strings.Contains(shownText(r), "AIS-1") {
		t.Errorf("inbox: %s", shownText(r))
	}
	if r := o.press("mei", o.about(ref, view.VerbAgree, "arjun")); r.Code != "" {
		t.Errorf("their manager: %s", shownText(r))
	}
	o.joins("ingrid", ref) // nobody manages her
	for _, verb := range []string{view.VerbAgree, view.VerbRefuseJoin, view.VerbAnswerJoin} {
		arg := "ingrid"
		if verb == view.VerbAnswerJoin {
			arg = ""
		}
		toThePortal(t, o.press("cleo", o.about(ref, verb, arg)), ref, view.Limited("slack"))
	}
	if a, _ := o.Systems[ref.ID].Ask("ingrid"); a.State != register.AskOpen {
		t.Errorf("she is %s", a.State)
	}
}

// TestWhatIsApprovedAlreadyIsOffered: to whoever looks for the tool, names it, or asks for it, with nothing that was typed.
func TestWhatIsApprovedAlreadyIsOffered(t *testing.T) {
	o := newOffice(t)
	ref := o.used()
	says := func(r bot.Reply, want ...string) {
		t.Helper()
		text := shownText(r)
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%q is not in:\n%s", w, text)
			}
		}
		for _, not := range []string{"merger", "account team", "three calls"} {
			if strings.Contains(text, not) {
				t.Errorf("%q is in:\n%s", not, text)
			}
		}
	}
	r := o.command("jack", "find otter")
	says(r, "It is for the team of Ben Okafor. The approval covers your group: you can join at once.")
	if got := labels(r.Card); !slices.Contains(got, "Join AIS-1…") {
		t.Errorf("buttons %v", got)
	}
	says(o.command("arjun", "find otter"), "You can ask to join. Mei Chen answers with one press")
	says(o.command("ana", "find otter"), "You asked for it or own it.")
	r = o.command("jack", "request Otter AI")
	says(r, "AIS-1: Otter.ai for meeting notes (Otter.ai, Inc.) is approved for the team of Ben Okafor, until", "Join it instead? The approval covers your group.")
	if form := o.click("jack", r.Card, "Join AIS-1…").Form; form == nil || form.Title != "Join AIS-1" {
		t.Errorf("its button opens %+v", form)
	}
	says(o.command("jack", "request Fireflies"), "Send a request before you start.")
	if r := o.command("jack", "request Fireflies"); strings.Contains(shownText(r), "AIS-1") {
		t.Errorf("another tool: %s", shownText(r))
	}

	form := o.command("arjun", "request ai-use").Form
	if len(form.Intro) > 0 {
		t.Errorf("before a tool is named: %v", form.Intro)
	}
	tool := func(name string) card.Values {
		v := card.Values{}
		for key, a := range cardtest.MeetingNotes() {
			switch {
			case len(a.List) > 0:
				v[key] = a.List
			case a.Text != "":
				v[key] = []string{a.Text}
			}
		}
		v["tool"] = []string{name}
		return v
	}
	r = o.send("arjun", form, tool("otter.ai"))
	if r.Form == nil || len(r.Form.Intro) == 0 || !strings.HasPrefix(r.Form.Intro[0], "AIS-1: Otter.ai") || r.Form.Extra[0].Action.Verb != view.VerbJoin {
		t.Fatalf("page 2: %s", shownText(r))
	}
	if r = o.send("arjun", r.Form, tool("otter.ai")); r.Form == nil || !strings.HasPrefix(r.Form.Intro[0], "AIS-1: Otter.ai") {
		t.Errorf("the last page: %s", shownText(r))
	}

	for _, words := range []string{"mine", "inbox"} {
		if r := o.command("jack", words); strings.Contains(shownText(r), "AIS-1") {
			t.Errorf("%s before: %s", words, shownText(r))
		}
	}
	o.joins("jack", ref)
	says(o.command("jack", "mine"), "What you joined", "AIS-1 Otter.ai for meeting notes")
	home, err := o.desk.Home(t.Context(), o.who("jack"))
	if err != nil || !slices.ContainsFunc(home.Groups, func(g card.Group) bool { return g.Title == "What you joined" && len(g.Cards) == 1 }) {
		t.Errorf("home %+v, %v", home, err)
	}
	says(o.command("jack", "find otter"), "You joined on")
}
