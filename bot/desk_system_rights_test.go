package bot_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// secrets are the words that were typed about [office.telling].
func secrets() []string {
	return []string{"merger", "Minutes", "account team", "three calls", "CANARY proof", "CANARY reason", "CANARY returned", "recording starts", "training"}
}

// telling enters a system about which people have typed whatever they can.
func (o *office) telling() workflows.Ref {
	o.t.Helper()
	ref := o.proved()
	o.Use("cleo", ref.ID, register.SentBack{Task: taskTerm, Reason: "CANARY returned: it does not say so."})
	o.Use("ana", ref.ID, register.Proved{Task: taskNotice, Proof: "CANARY proof, section 4."})
	o.Use("cleo", ref.ID, register.Suspended{Reason: "CANARY reason, which is long enough."})
	return ref
}

// tellsNothing holds a reply against everything that was typed.
func tellsNothing(t *testing.T, r bot.Reply) {
	t.Helper()
	if r.Card == nil {
		t.Fatalf("no card: %s", shownText(r))
	}
	for _, secret := range secrets() {
		if strings.Contains(shownText(r), secret) {
			t.Errorf("%q is told:\n%s", secret, shownText(r))
		}
	}
	more := slices.ContainsFunc(slices.Concat(r.Card.Buttons, r.Card.More), func(b card.Button) bool { return !view.Joins(b.Action.Verb) })
	if more || len(r.Card.Sections) > 0 || r.Form != nil {
		t.Errorf("more than the public card:\n%s", shownText(r))
	}
}

func TestAnEmployeeReadsThePublicCard(t *testing.T) {
	o := newOffice(t)
	ref := o.telling()
	for _, words := range []string{"status AIS-1", "status ais-1", "explain AIS-1", "AIS-1", "ais-1", "find otter"} {
		r := o.command("jack", words)
		if strings.HasPrefix(words, "find") {
			if strings.Contains(shownText(r), "merger") || !strings.Contains(shownText(r), "AIS-1 Otter.ai for meeting notes, Otter.ai, Inc.") {
				t.Errorf("%s: %s", words, shownText(r))
			}
			continue
		}
		tellsNothing(t, r)
		for _, want := range []string{"AIS-1  Otter.ai for meeting notes  [Suspended, bad]", "It must not be used", "Vendor: Otter.ai, Inc.", "Ana Ruiz", "Valid until"} {
			if !strings.Contains(shownText(r), want) {
				t.Errorf("%s does not say %q:\n%s", words, want, shownText(r))
			}
		}
	}
	for _, verb := range []string{view.VerbShow, view.VerbDetails, view.VerbExplain, "gone"} {
		tellsNothing(t, o.press("jack", o.about(ref, verb, "")))
	}
	r, err := o.desk.Show(t.Context(), o.who("jack"), ref)
	tellsNothing(t, o.checked(r, err))
	for _, verb := range []string{
		view.VerbProve, view.VerbSendBack, view.VerbJudge, view.VerbPilot, view.VerbGoLive, view.VerbChange, view.VerbUnchanged, view.VerbSuspend,
		view.VerbRelease, view.VerbRevoke, view.VerbRetire, view.VerbHandOver,
	} {
		r := o.press("jack", o.about(ref, verb, taskNotice))
		if tellsNothing(t, r); r.Code != workflows.CodeNotNow || !strings.HasPrefix(r.Text, "This is not possible for you at this point.") {
			t.Errorf("%s: %s", verb, shownText(r))
		}
	}
	if len(o.asked) != 0 {
		t.Errorf("looking asked the engine for %d events", len(o.asked))
	}
	// Those who are part of it read all of it.
	for _, who := range []workflows.PersonID{"ana", "cleo", "ola"} {
		for _, want := range []string{"merger", "CANARY proof", "CANARY reason", "CANARY returned", "three calls"} {
			if text := shownText(o.command(who, "status AIS-1")); !strings.Contains(text, want) {
				t.Errorf("%s does not read %q:\n%s", who, want, text)
			}
		}
	}
	// A form does not open what its owner may not read any more.
	form := o.press("ana", o.about(ref, view.VerbRetire, "")).Form
	s := o.Systems[ref.ID]
	s.Owner, s.Requester, s.Told = "mei", "mei", nil
	o.Systems[ref.ID] = s
	r = o.send("ana", form, aReason("Nobody uses it any more in the team."))
	if tellsNothing(t, r); r.Kind != bot.ReplyNotice || r.Code == "" {
		t.Errorf("a form of somebody who is not part of it any more: %s", shownText(r))
	}
}

// TestWhoMayNotVerify: the machine is asked, so that the attempt is recorded, and nothing changes.
func TestWhoMayNotVerify(t *testing.T) {
	o := newOffice(t)
	ref := o.proved()
	for _, tt := range []struct {
		who  workflows.PersonID
		code workflows.Code
		says string
	}{
		{"ana", workflows.CodeOwnRequest, "You own this system"},
		{"jack", workflows.CodeNotEntitled, "This condition is verified by"},
		{"ola", workflows.CodeNotEntitled, "This condition is verified by"},
	} {
		before := len(o.asked)
		r := o.press(tt.who, o.about(ref, view.VerbVerify, taskNotice))
		if r.Kind != bot.ReplyCard || r.Code != tt.code || !strings.HasPrefix(r.Text, tt.says) || r.Card == nil {
			t.Errorf("%s: %s", tt.who, shownText(r))
		}
		if len(o.asked) != before+1 || o.asked[before].Actor != tt.who || !(&workflows.Refusal{Code: r.Code}).Authority() {
			t.Errorf("%s: the machine was asked %d times", tt.who, len(o.asked)-before)
		}
		if tt.who == "jack" {
			tellsNothing(t, r)
		}
	}
	for _, who := range []workflows.PersonID{"karim", "stranger"} {
		if r := o.press(who, o.about(ref, view.VerbVerify, taskNotice)); r.Code != workflows.CodeInactive || r.Card != nil {
			t.Errorf("%s: %s", who, shownText(r))
		}
	}
	if o.events != 0 || o.task(ref, taskNotice).State != register.TaskProved {
		t.Errorf("%d events", o.events)
	}
	for _, words := range []string{"status AIS-9", "AIS-9", "explain ais-9"} {
		if r := o.command("ana", words); r.Kind != bot.ReplySay || r.Code != workflows.CodeUnknown || !strings.Contains(r.Text, "AIS-9") {
			t.Errorf("%s: %s", words, shownText(r))
		}
	}
	for _, verb := range []string{view.VerbVerify, view.VerbShow, view.VerbSuspend, "gone"} {
		if r := o.press("ana", card.Action{Verb: verb, About: "system/AIS-9", Round: 1, Revision: 1}); r.Code != workflows.CodeUnknown {
			t.Errorf("%s of a system that is not there: %s", verb, shownText(r))
		}
	}
}

// toThePortal checks that somebody is sent to the page of a system with a sentence, and nothing else.
func toThePortal(t *testing.T, r bot.Reply, ref workflows.Ref, text string) {
	t.Helper()
	if r.Kind != bot.ReplyLink || r.Code != workflows.CodeNotNow || r.Card != nil || r.Form != nil || r.Text != text || r.Path != view.SystemPath(ref.ID) {
		t.Errorf("got %s, %+v; want %q", shownText(r), r, text)
	}
}

// TestHalfProvedAccountAndSystems: an account for which only its holder stands is good for what is theirs.
func TestHalfProvedAccountAndSystems(t *testing.T) {
	o := newOffice(t)
	ref := o.telling()
	o.half = map[workflows.PersonID]bool{"ana": true, "cleo": true, "jack": true, "helen": true, "ola": true, "dan": true}
	t.Run("whoever looks after it by a role neither sees nor acts here", func(t *testing.T) {
		for _, who := range []workflows.PersonID{"cleo", "helen", "ola"} {
			for _, words := range []string{"status AIS-1", "explain AIS-1", "AIS-1"} {
				toThePortal(t, o.command(who, words), ref, view.LimitedRead("slack"))
			}
			for _, verb := range []string{view.VerbVerify, view.VerbSuspend, view.VerbJudge, view.VerbShow, "gone"} {
				toThePortal(t, o.press(who, o.about(ref, verb, taskNotice)), ref, view.LimitedRead("slack"))
			}
		}
		if r := o.command("cleo", "inbox"); strings.Contains(shownText(r), "AIS-1") || !strings.Contains(r.Text, "in the portal") {
			t.Errorf("inbox: %s", shownText(r))
		}
	})
	t.Run("an employee reads the public card", func(t *testing.T) {
		tellsNothing(t, o.command("jack", "status AIS-1"))
	})
	t.Run("the owner acts, and is told what waits", func(t *testing.T) {
		if r := o.command("ana", "inbox"); r.Text != "" || !strings.Contains(shownText(r), "AIS-1 Minutes for the merger: a condition is yours to fulfil") {
			t.Errorf("inbox: %s", shownText(r))
		}
		form := o.press("ana", o.about(ref, view.VerbProve, taskTerm)).Form
		if r := o.send("ana", form, card.Values{view.KeyProof: {"See section 4."}}); r.Code != "" || o.task(ref, taskTerm).State != register.TaskProved {
			t.Errorf("got %s", shownText(r))
		}
	})
	t.Run("whoever asked for it reads it, and still does nothing by a role", func(t *testing.T) {
		s := o.Systems[ref.ID]
		s.Requester = "cleo"
		o.Systems[ref.ID] = s
		if text := shownText(o.command("cleo", "status AIS-1")); !strings.Contains(text, "merger") {
			t.Errorf("she does not read it:\n%s", text)
		}
		for _, verb := range []string{view.VerbVerify, view.VerbSendBack, view.VerbRevoke, view.VerbHandOver, view.VerbRetire} {
			toThePortal(t, o.press("cleo", o.about(ref, verb, taskNotice)), ref, view.Limited("slack"))
		}
		if r := o.press("ana", o.about(ref, view.VerbVerify, taskNotice)); r.Code != workflows.CodeOwnRequest {
			t.Errorf("what nobody lets them do is refused by the machine: %s", shownText(r))
		}
	})
	t.Run("nor whoever verifies it, and has not been told yet", func(t *testing.T) {
		s := o.Systems[ref.ID]
		s.Tasks = slices.Clone(s.Tasks)
		s.Tasks[0].Verifier, s.Told = "dpo", nil
		o.Systems[ref.ID] = s
		toThePortal(t, o.press("dan", o.about(ref, view.VerbVerify, s.Tasks[0].Key)), ref, view.Limited("slack"))
	})
	if o.events != 1 {
		t.Errorf("%d events", o.events)
	}
}

func TestAccountNotCheckedOfLateAndSystems(t *testing.T) {
	o := newOffice(t)
	ref := o.proved()
	form := o.press("cleo", o.about(ref, view.VerbSendBack, taskNotice)).Form
	before := len(o.asked)
	o.stale = map[workflows.PersonID]bool{"ana": true, "cleo": true, "jack": true}
	for _, who := range []workflows.PersonID{"ana", "cleo", "jack"} {
		for _, verb := range []string{view.VerbVerify, view.VerbProve, view.VerbSuspend, view.VerbRetire} {
			toThePortal(t, o.press(who, o.about(ref, verb, taskNotice)), ref, view.TextOldFlags)
		}
	}
	if text := shownText(o.command("cleo", "status AIS-1")); !strings.Contains(text, "merger") {
		t.Errorf("reading is no deciding:\n%s", text)
	}
	reason := aReason("The invitation does not say it anywhere.")
	toThePortal(t, o.send("cleo", form, reason), ref, view.TextOldFlags+" "+view.TextTypedKept)
	toThePortal(t, o.send("cleo", form, aReason("From an older window.")), ref, view.TextOldFlags)
	toThePortal(t, o.press("cleo", card.Action{Verb: view.VerbContinue, Arg: form.ID}), ref, view.TextOldFlags)
	if len(o.asked) != before {
		t.Errorf("the engine was asked for %d events", len(o.asked)-before)
	}
	o.stale = nil
	back := o.press("cleo", card.Action{Verb: view.VerbContinue, Arg: form.ID}).Form
	if valueOf(back, view.KeyReason) != reason.First(view.KeyReason) {
		t.Fatalf("what was typed is gone: %s", cardtest.FormText(*back))
	}
	if r := o.send("cleo", back, nil); r.Code != "" || o.task(ref, taskNotice).Returned == "" {
		t.Errorf("when the account was checked: %s", shownText(r))
	}
}

// away cannot read the register, or parts of what belongs to it.
type away struct {
	*office

	system, rows, flow, flows error
}

func (a *away) System(ctx context.Context, id string) (register.System, error) {
	s, err := a.office.System(ctx, id)
	return s, errors.Join(err, a.system)
}

func (a *away) SystemRows(ctx context.Context, f workflows.SystemFilter) ([]workflows.SystemRow, string, error) {
	rows, next, err := a.office.SystemRows(ctx, f)
	return rows, next, errors.Join(err, a.rows)
}

func (a *away) AlikeSystems(ctx context.Context, tool, vendor string, at int64, n int) ([]workflows.SystemRow, error) {
	rows, err := a.office.AlikeSystems(ctx, tool, vendor, at, n)
	return rows, errors.Join(err, a.rows)
}

func (a *away) Flow(ctx context.Context, hash, key string) (*policy.Flow, error) {
	f, err := a.office.Flow(ctx, hash, key)
	return f, errors.Join(err, a.flow)
}

func (a *away) Flows(ctx context.Context) ([]*policy.Flow, error) {
	f, err := a.office.Flows(ctx)
	return f, errors.Join(err, a.flows)
}

func TestFaultsOfTheRegisterStayFaults(t *testing.T) {
	o := newOffice(t)
	ref := o.used()
	form := o.press("cleo", o.about(ref, view.VerbSuspend, "")).Form
	fault := errors.New("the disk is gone")
	for name, a := range map[string]*away{"system": {system: fault}, "rows": {rows: fault}, "flow": {flow: fault}, "flows": {flows: fault}} {
		a.office = o
		desk := bot.NewDesk(a, a, a, nil)
		failed := map[string]error{}
		_, failed["status"] = desk.Command(t.Context(), o.who("cleo"), "status AIS-1")
		_, failed["press"] = desk.Press(t.Context(), o.who("cleo"), o.about(ref, view.VerbSuspend, ""))
		_, failed["form"] = desk.Submit(t.Context(), o.who("cleo"), submission(form, nil, bot.GoNext))
		_, failed["find"] = desk.Command(t.Context(), o.who("cleo"), "find otter")
		_, _, failed["share"] = desk.Find(t.Context(), o.who("cleo"), "otter")
		_, failed["inbox"] = desk.Command(t.Context(), o.who("ana"), "inbox")
		want := map[string][]string{
			"system": {"status", "press", "form", "find", "share", "inbox"}, "rows": {"find", "share"}, "flow": {"status", "press", "form", "find", "share"},
			"flows": {"find"},
		}[name]
		for call, err := range failed {
			if errors.Is(err, fault) != slices.Contains(want, call) {
				t.Errorf("without %s, %s: %v", name, call, err)
			}
		}
	}
	if o.events != 0 {
		t.Errorf("%d events", o.events)
	}
}
