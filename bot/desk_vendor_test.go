package bot_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/card/cardtest"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/policy"
	"steward/workflows/vendor"
)

// archive is an office in which Mei keeps facts about vendors.
type archive struct {
	*office

	vendors []vendor.Vendor
}

func newArchive(t *testing.T) *archive {
	t.Helper()
	a := &archive{office: newOffice(t)}
	mei := a.Company.People["mei"]
	mei.Roles = []workflows.Role{workflows.SupplierManager}
	a.Company.People["mei"] = mei
	a.desk = bot.NewDesk(a, a, a, func() string { a.ids++; return "draft-" + string(rune('a'+a.ids)) })
	return a
}

func (a *archive) Apply(ctx context.Context, ev workflows.Event) (workflows.Applied, error) {
	if ev.About.Kind != workflows.KindVendor {
		return a.office.Apply(ctx, ev)
	}
	flow, err := a.Flow(ctx, "", "ai-use")
	if err != nil {
		return workflows.Applied{}, err
	}
	i := slices.IndexFunc(a.vendors, func(v vendor.Vendor) bool { return v.ID == ev.About.ID })
	before := vendor.Vendor{}
	if i >= 0 {
		before = a.vendors[i]
	} else {
		ev.About = workflows.VendorRef("VEN-1")
	}
	out := vendor.Step(before, ev, vendor.Facts{Roster: a.Roster(), Flow: flow, Zone: time.UTC})
	if out.Refusal == nil {
		a.vendors = []vendor.Vendor{out.State}
	}
	return workflows.Applied{About: ev.About, Refusal: out.Refusal}, nil
}

func (a *archive) Vendor(_ context.Context, id string) (vendor.Vendor, error) {
	for _, v := range a.vendors {
		if v.ID == id {
			return v, nil
		}
	}
	return vendor.Vendor{}, workflows.ErrNotFound
}

func (a *archive) VendorNamed(_ context.Context, name, plan string) (vendor.Vendor, error) {
	for _, v := range a.vendors {
		if v.Name == name && v.Plan == plan {
			return v, nil
		}
	}
	return vendor.Vendor{}, workflows.ErrNotFound
}

func (a *archive) Vendors(context.Context, string, string, int) ([]vendor.Vendor, error) {
	return a.vendors, nil
}

// otter is what is typed about a vendor.
func otter() card.Values {
	return card.Values{
		view.KeyVendor: {"Otter.ai, Inc."}, view.KeyPlan: {"business_contract"}, "fact.data_location": {"eu_eea"},
		"proof.data_location": {"https://otter.example/terms"}, "seen.data_location": {"2025-11-20"},
	}
}

// keep has Mei keep it.
func (a *archive) keep() {
	a.t.Helper()
	form := a.press("mei", card.Action{Verb: view.VerbVendor}).Form
	if r := a.send("mei", form, otter()); r.Kind != bot.ReplyNotice || !strings.Contains(r.Text, "1 fact fills in") || r.Card == nil {
		a.t.Fatalf("kept: %+v", r)
	}
}

func TestVendorKept(t *testing.T) {
	a := newArchive(t)
	if r := a.command("mei", "vendor"); r.Card == nil || !strings.Contains(r.Card.Lead[0], "Nothing is kept of any vendor") {
		t.Fatalf("an empty list: %+v", r)
	}
	form := a.press("mei", card.Action{Verb: view.VerbVendor}).Form
	bad := otter()
	bad["proof.data_location"] = nil
	r := a.send("mei", form, bad)
	if r.Code != workflows.CodeField || r.Form == nil || !strings.Contains(errorOf(r.Form, "proof.data_location"), "Without a proof") {
		t.Fatalf("without a proof: %+v", r)
	}
	if got := valueOf(r.Form, "fact.data_location"); got != "eu_eea" {
		t.Errorf("what was typed is lost: %q", got)
	}
	a.send("mei", r.Form, otter())
	if len(a.vendors) != 1 {
		t.Fatal("nothing is kept")
	}
	change := a.click("mei", a.command("mei", "VEN-1").Card, "Change\u2026").Form
	if got := valueOf(change, "proof.data_location"); got != "https://otter.example/terms" {
		t.Errorf("the form to change it has %q", got)
	}
	if r := a.send("mei", change, card.Values{
		"fact.data_location": {"eu_eea"}, "proof.data_location": {"https://otter.example/terms"}, "seen.data_location": {"2025-11-20"},
	}); !strings.Contains(r.Text, "Nothing was changed") {
		t.Errorf("the same again: %+v", r)
	}
	for _, who := range []workflows.PersonID{"ana", "ben"} {
		if r := a.command(who, "vendor"); r.Code != workflows.CodeNotYours {
			t.Errorf("%s is shown the list: %+v", who, r)
		}
		if r := a.press(who, card.Action{Verb: view.VerbVendor}); r.Code != workflows.CodeNotYours {
			t.Errorf("%s may keep facts: %+v", who, r)
		}
		if r := a.command(who, "VEN-1"); r.Code != workflows.CodeUnknown {
			t.Errorf("%s is shown what is kept: %+v", who, r)
		}
	}
	if r := a.command("helen", "vendor"); r.Card == nil || len(r.Card.Buttons) != 1 {
		t.Errorf("the compliance lead is shown %+v", r.Card)
	}
}

func TestVendorPrefills(t *testing.T) {
	first := func(a *archive, vendorName string) (*card.Form, card.Values) {
		a.t.Helper()
		form := a.press("ana", card.Action{Verb: view.VerbRequest, Arg: "ai-use"}).Form
		answers := cardtest.MeetingNotes()
		answers["vendor"] = policy.Answer{Text: vendorName}
		return form, a.typed(form, "ai-use", answers)
	}
	location := func(f *card.Form) string {
		if f.Step != "Page 2 of 3" {
			t.Fatalf("the form is at %s: %+v", f.Step, f.Fields)
		}
		return valueOf(f, "data_location")
	}
	t.Run("the page that asks has what is kept, and says where it comes from", func(t *testing.T) {
		a := newArchive(t)
		a.keep()
		form, typed := first(a, "Otter.ai, Inc.")
		second := a.send("ana", form, typed).Form
		if got := location(second); got != "eu_eea" {
			t.Fatalf("filled in is %v", got)
		}
		if !slices.ContainsFunc(second.Intro, func(s string) bool {
			return strings.Contains(s, "Filled in with what Mei Chen keeps") && strings.Contains(s, "https://otter.example/terms")
		}) {
			t.Errorf("it does not say where from: %q", second.Intro)
		}
	})
	t.Run("another vendor takes it away, and an answer of one's own stays", func(t *testing.T) {
		a := newArchive(t)
		a.keep()
		form, typed := first(a, "Otter.ai, Inc.")
		second := a.send("ana", form, typed).Form
		back := a.goes("ana", second, card.Values{"data_location": {"eu_eea"}}, bot.GoBack).Form
		typed["vendor"] = []string{"Somebody else"}
		if got := location(a.send("ana", back, typed).Form); got != "" {
			t.Errorf("of another vendor it is %v", got)
		}
		form, typed = first(a, "Otter.ai, Inc.")
		second = a.send("ana", form, typed).Form
		back = a.goes("ana", second, card.Values{"data_location": {"other"}}, bot.GoBack).Form
		third := a.send("ana", back, typed).Form
		if got := location(third); got != "other" {
			t.Errorf("her own answer became %v", got)
		}
		if !slices.ContainsFunc(third.Intro, func(s string) bool { return strings.Contains(s, "Your answer differs") }) {
			t.Errorf("it does not say that it differs: %q", third.Intro)
		}
	})
	t.Run("a fact whose day is over fills in nothing", func(t *testing.T) {
		a := newArchive(t)
		a.keep()
		a.vendors[0].Facts[0].Until = "2025-11-23"
		form, typed := first(a, "Otter.ai, Inc.")
		if got := location(a.send("ana", form, typed).Form); got != "" {
			t.Errorf("filled in is %v", got)
		}
	})
}

func TestVendorElsewhere(t *testing.T) {
	a := newArchive(t)
	a.keep()
	change := a.click("mei", a.command("mei", "VEN-1").Card, "Change\u2026").Form
	gone := func(what string, r bot.Reply, path, says string) {
		t.Helper()
		if r.Kind != bot.ReplyLink || r.Path != path || r.Text != says || r.Card != nil || r.Form != nil {
			t.Errorf("%s: %+v", what, r)
		}
	}
	a.half, a.stale = map[workflows.PersonID]bool{"mei": true}, map[workflows.PersonID]bool{}
	says := view.LimitedRead("slack")
	gone("the list", a.command("mei", "vendor"), view.PathVendors, says)
	gone("one of it", a.command("mei", "VEN-1"), view.VendorPath("VEN-1"), says)
	gone("a new form", a.press("mei", card.Action{Verb: view.VerbVendor}), view.PathVendors, says)
	gone("a form that was open", a.send("mei", change, otter()), view.PathVendors, says+" "+view.TextTypedKept)
	a.half["mei"], a.stale["mei"] = false, true
	if r := a.command("mei", "VEN-1"); r.Card == nil {
		t.Errorf("nothing speaks against reading: %+v", r)
	}
	gone("changing it", a.press("mei", card.Action{Verb: view.VerbVendorChange, About: "vendor/VEN-1"}), view.VendorPath("VEN-1"), view.TextOldFlags)
	if len(a.vendors) != 1 || a.vendors[0].Revision != 1 {
		t.Errorf("kept is %+v", a.vendors)
	}
}

func TestVendorChangedMeanwhile(t *testing.T) {
	a := newArchive(t)
	dan := a.Company.People["dan"]
	dan.Roles = append(slices.Clone(dan.Roles), workflows.SupplierManager)
	a.Company.People["dan"] = dan
	a.keep()
	old := a.click("mei", a.command("mei", "VEN-1").Card, "Change\u2026").Form
	typed := func(place, proof, seen, reason string) card.Values {
		return card.Values{"fact.data_location": {place}, "proof.data_location": {proof}, "seen.data_location": {seen}, "reason": {reason}}
	}
	fresh := a.click("dan", a.command("dan", "VEN-1").Card, "Change\u2026").Form
	if r := a.send("dan", fresh, typed("other", "https://otter.example/moved", "2025-11-21", "They have moved.")); r.Kind != bot.ReplyNotice {
		t.Fatalf("changed: %+v", r)
	}
	r := a.send("mei", old, typed("eu_eea", "https://otter.example/terms", "2025-11-22", "Seen again."))
	if r.Code != workflows.CodeStale || r.Form == nil {
		t.Fatalf("changed meanwhile: %+v", r)
	}
	for field, want := range map[string]string{
		"fact.data_location": "other", "proof.data_location": "https://otter.example/moved", // left as they were: as they are now
		"seen.data_location": "2025-11-22", "reason": "Seen again.", // typed
	} {
		if got := valueOf(r.Form, field); got != want {
			t.Errorf("%s is %q, want %q", field, got, want)
		}
	}
	if f := a.vendors[0].Facts[0]; f.Proof != "https://otter.example/moved" {
		t.Errorf("kept is %+v", f)
	}
}
