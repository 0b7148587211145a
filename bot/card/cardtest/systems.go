package cardtest

import (
	"slices"
	"strings"
	"time"

	"steward/bot/card"
	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
	"steward/workflows/register"
)

// The scenes of systems: each gives a company with one system in a certain state, always AIS-1.

func systemLow() *Company {
	c, id := sceneLow()
	c.Do("ben", id, approval.Decided{Approve: true})
	return c.at("24 12:00")
}

func systemOpen() *Company {
	c, _ := sceneApproved()
	return c
}

// proveAll gives a proof of every condition that is due before use.
func (c *Company) proveAll(proof string) {
	for _, t := range c.Systems["AIS-1"].Tasks {
		if t.GoLive {
			c.Use("ana", "AIS-1", register.Proved{Task: t.Key, Proof: proof})
		}
	}
}

// verifyAll lets whoever may verify each proof that waits.
func (c *Company) verifyAll() {
	for _, t := range c.Systems["AIS-1"].Tasks {
		for _, who := range []workflows.PersonID{"dan", "cleo", "nadia", "yuki"} {
			if view.SystemCan(c.Entry("AIS-1", who), view.VerbVerify, t.Key) {
				c.Use(who, "AIS-1", register.Verified{Task: t.Key})
			}
		}
	}
}

// systemProved has the proof of every condition that is due before use.
func systemProved() *Company {
	c := systemOpen().at("27 09:12")
	c.proveAll("The contract, section 4: https://contracts.example.com/otter")
	return c.at("27 10:00")
}

func systemReturned() *Company {
	c := systemProved()
	first := c.Systems["AIS-1"].Tasks[0].Key
	c.Use("cleo", "AIS-1", register.SentBack{Task: first, Reason: "Section 4 is about support, not about training on our data."})
	return c.at("27 11:00")
}

// systemUsed has every condition that is due before use verified.
func systemUsed() *Company {
	c := systemProved()
	c.verifyAll()
	return c.at("28 09:00")
}

func systemPilot() *Company {
	c := systemOpen()
	c.Use("ana", "AIS-1", register.Piloted{Until: "2025-12-12"})
	c.proveAll("Seen by the team, minutes of Monday.")
	c.verifyAll()
	return c.at("28 09:00")
}

func systemChanged() *Company {
	c := systemUsed()
	c.Use("ana", "AIS-1", register.Changed{Trigger: "vendor_terms_change", Reason: "The vendor may use recordings to train from January on."})
	return c.at("28 10:00")
}

func systemSuspended() *Company {
	c := systemChanged()
	c.Use("cleo", "AIS-1", register.Suspended{Reason: "Until the vendor has confirmed that our recordings are left out."})
	return c.at("28 11:00")
}

// systemHeld is suspended because its owner has asked for a new decision, which is on legal hold.
func systemHeld() *Company {
	c := systemChanged()
	for _, what := range []workflows.What{workflows.RenewalBegan{Round: 2}, workflows.HoldBegan{Round: 2}} {
		c.applySystem(workflows.Event{Actor: workflows.System, At: c.Now, About: workflows.SystemRef("AIS-1"), What: what})
	}
	return c.at("28 11:00")
}

func systemRevoked() *Company {
	c := systemSuspended()
	c.Use("cleo", "AIS-1", register.Revoked{Reason: "The vendor trains on our recordings and cannot switch that off."})
	return c.at("28 15:00")
}

func systemLate() *Company {
	c := systemUsed()
	c.Until(time.Date(2025, 12, 28, 9, 0, 0, 0, time.UTC))
	return c
}

func systemExpired() *Company {
	c := systemLow()
	c.Until(time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC))
	return c
}

func systemEnding() *Company {
	c := systemLow()
	c.Until(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
	return c
}

func systemLeft() *Company {
	c := systemUsed()
	c.staffOut("ana")
	c.applySystem(workflows.Event{Actor: workflows.System, At: c.Now, About: workflows.SystemRef("AIS-1"), What: register.RosterChanged{}})
	return c.at("28 12:00")
}

func systemStopped() *Company {
	c, _ := sceneStopped()
	return c
}

func systemRejected() *Company {
	c, _ := sceneRejected()
	return c
}

// The people of scenes about joining: Jack is in Ana's team, which the approval covers; Arjun reports to Mei, Yuki and Jonas to Marek.

func systemJoined() *Company {
	c := systemUsed()
	c.Use("jack", "AIS-1", register.Joined{Within: true, Accepts: true})
	return c.at("28 10:00")
}

func systemAsked() *Company {
	c := systemJoined()
	c.Use("arjun", "AIS-1", register.Joined{Within: true, Accepts: true})
	return c.at("28 10:30")
}

func systemAskedTwice() *Company {
	c := systemJoined()
	c.Use("yuki", "AIS-1", register.Joined{Within: true, Accepts: true})
	c.Use("jonas", "AIS-1", register.Joined{Within: true, Accepts: true})
	return c.at("28 10:30")
}

func systemAgreed() *Company {
	c := systemAsked()
	c.Use("mei", "AIS-1", register.JoinAgreed{Who: "arjun"})
	return c.at("28 11:00")
}

func systemNotAgreed() *Company {
	c := systemAsked()
	c.Use("mei", "AIS-1", register.JoinRefused{Who: "arjun", Reason: "Engineering writes its minutes with another tool."})
	return c.at("28 11:00")
}

// Scene is a company whose AIS-1 is in a certain state.
type Scene struct {
	Name    string
	Company *Company
}

// Scenes gives the scenes of systems, each once.
func Scenes() []Scene {
	return append(seenScenes(), []Scene{
		{"open", systemOpen()},
		{"proved", systemProved()},
		{"returned", systemReturned()},
		{"used", systemUsed()},
		{"low", systemLow()},
		{"pilot", systemPilot()},
		{"changed", systemChanged()},
		{"suspended", systemSuspended()},
		{"revoked", systemRevoked()},
		{"late", systemLate()},
		{"ending", systemEnding()},
		{"expired", systemExpired()},
		{"left", systemLeft()},
		{"stopped", systemStopped()},
		{"rejected", systemRejected()},
		{"joined", systemJoined()},
		{"asked", systemAsked()},
		{"asked by two", systemAskedTwice()},
		{"agreed", systemAgreed()},
		{"not agreed", systemNotAgreed()},
		{"urgent", systemUrgent()},
		{"urgent ended", systemUrgentEnded()},
		{"urgent withdrawn", systemUrgentWithdrawn()},
	}...)
}

// systemShot is one card to take of a system.
type systemShot struct {
	name   string
	scene  func() *Company
	viewer workflows.PersonID
	show   func(view.Entry) card.Card
}

func systemMessage(why workflows.Why, part string) func(view.Entry) card.Card {
	return func(e view.Entry) card.Card { return view.SystemMessage(e, why, part) }
}

// systemShots lists the cards about systems. A new card is one line.
func systemShots() []systemShot {
	inPortal := func(e view.Entry) card.Card {
		e.Surface = workflows.SurfacePortal
		return view.System(e)
	}
	return []systemShot{
		{"system-open-owner", systemOpen, "ana", view.System},
		{"system-open-governor", systemOpen, "cleo", view.System},
		{"system-open-employee", systemOpen, "jack", view.System},
		{"system-open-details", systemOpen, "ana", view.SystemDetails},
		{"system-open-explain", systemOpen, "ana", view.SystemExplain},
		{"system-proved-verifier", systemProved, "dan", view.System},
		{"system-proved-governor", systemProved, "cleo", view.System},
		{"system-proved-owner", systemProved, "ana", view.System},
		{"system-returned-owner", systemReturned, "ana", view.System},
		{"system-used-owner", systemUsed, "ana", view.System},
		{"system-used-governor", systemUsed, "cleo", view.System},
		{"system-used-auditor", systemUsed, "ola", view.System},
		{"system-low-owner", systemLow, "ana", view.System},
		{"system-pilot-owner", systemPilot, "ana", view.System},
		{"system-changed-governor", systemChanged, "cleo", view.System},
		{"system-changed-owner", systemChanged, "ana", view.System},
		{"system-suspended-owner", systemSuspended, "ana", systemMessage(workflows.WhyStop, "")},
		{"system-suspended-governor", systemSuspended, "helen", view.System},
		{"system-revoked-owner", systemRevoked, "ana", systemMessage(workflows.WhyStop, "")},
		{"system-revoked-employee", systemRevoked, "jack", view.System},
		{"system-late-owner", systemLate, "ana", view.System},
		{"system-late-governor", systemLate, "cleo", systemMessage(workflows.WhyEscalated, "own-1")},
		{"system-ending-owner", systemEnding, "ana", view.System},
		{"system-expired-owner", systemExpired, "ana", systemMessage(workflows.WhyExpired, "")},
		{"system-left-manager", systemLeft, "ben", view.System},
		{"system-held-owner", systemHeld, "ana", view.System},
		{"system-held-anybody", systemHeld, "arjun", view.System},
		{"system-stopped-owner", systemStopped, "ana", view.System},
		{"system-rejected-owner", systemRejected, "ana", view.System},
		{"system-portal-owner", systemOpen, "ana", inPortal},
		{"system-joined-user", systemJoined, "jack", view.System},
		{"system-joined-owner", systemJoined, "ana", view.System},
		{"system-joined-outsider", systemJoined, "arjun", view.System},
		{"system-asked-user", systemAsked, "arjun", view.System},
		{"system-asked-manager", systemAsked, "mei", systemMessage(workflows.WhyJoin, "arjun")},
		{"system-asked-two", systemAskedTwice, "marek", systemMessage(workflows.WhyJoin, "jonas")},
		{"system-agreed-user", systemAgreed, "arjun", systemMessage(workflows.WhyJoined, "arjun")},
		{"system-agreed-manager", systemAgreed, "mei", systemMessage(workflows.WhyJoin, "arjun")},
		{"system-not-agreed-user", systemNotAgreed, "arjun", systemMessage(workflows.WhyJoined, "arjun")},
		{"system-urgent-owner", systemUrgent, "ana", view.System},
		{"system-urgent-employee", systemUrgent, "jack", view.System},
		{"system-urgent-ended-owner", systemUrgentEnded, "ana", view.System},
		{"system-urgent-withdrawn-employee", systemUrgentWithdrawn, "jack", view.System},
		{"system-not-agreed-manager", systemNotAgreed, "mei", systemMessage(workflows.WhyJoin, "arjun")},
	}
}

func systemCards() []Card {
	var out []Card
	for _, s := range append(systemShots(), seenShots()...) {
		out = append(out, Card{Name: s.name, Card: s.show(s.scene().Entry("AIS-1", s.viewer))})
	}
	c := systemUsed()
	return append(out,
		Card{Name: "found", Card: view.Found(c.Eyes("jack"), "otter", c.found(), false)},
		Card{Name: "found-join", Card: view.Found(c.Eyes("jack"), "otter", c.opened("jack"), false)},
		Card{Name: "found-ask", Card: view.Found(c.Eyes("arjun"), "otter", c.opened("arjun"), false)},
		Card{Name: "found-many", Card: view.Found(c.Eyes("jack"), "otter", slices.Repeat(c.found(), 10), true)},
		Card{Name: "found-none", Card: view.Found(c.Eyes("jack"), "Fireflies", nil, false)},
	)
}

// opened gives what a search finds with what its reader can do about it.
func (c *Company) opened(who workflows.PersonID) []view.SystemRow {
	out := c.found()
	for i, r := range out {
		e := c.Entry(r.ID, who)
		out[i].Entry = &e
	}
	return out
}

// systemForm is one form about a system to take.
type systemForm struct {
	name   string
	scene  func() *Company
	viewer workflows.PersonID
	form   string
	sheet  view.Sheet
}

// systemForms lists the forms about systems. A new form is one line.
func systemForms() []systemForm {
	short := view.Sheet{
		Typed:  card.Values{view.KeyReason: {"no"}},
		Errors: map[string]string{view.KeyReason: "Say why in at least 20 characters: it stays in the record."},
	}
	return []systemForm{
		{"system-prove", systemOpen, "ana", view.VerbProve, view.Sheet{}},
		{"system-send-back", systemProved, "cleo", view.VerbSendBack, view.Sheet{}},
		{"system-judge", systemProved, "cleo", view.VerbJudge, view.Sheet{}},
		{"system-pilot", systemOpen, "ana", view.VerbPilot, view.Sheet{}},
		{"system-go-live", systemPilot, "ana", view.VerbGoLive, view.Sheet{}},
		{"system-change", systemUsed, "ana", view.VerbChange, view.Sheet{}},
		{"system-unchanged", systemChanged, "cleo", view.VerbUnchanged, view.Sheet{}},
		{"system-suspend", systemUsed, "cleo", view.VerbSuspend, view.Sheet{}},
		{"system-suspend-short", systemUsed, "cleo", view.VerbSuspend, short},
		{"system-release", systemSuspended, "cleo", view.VerbRelease, view.Sheet{}},
		{"system-revoke", systemUsed, "cleo", view.VerbRevoke, view.Sheet{}},
		{"system-retire", systemUsed, "ana", view.VerbRetire, view.Sheet{}},
		{"system-hand-over", systemLeft, "ben", view.VerbHandOver, view.Sheet{}},
		{"system-join", systemUsed, "jack", view.VerbJoin, view.Sheet{}},
		{"system-join-ask", systemUsed, "arjun", view.VerbJoin, view.Sheet{
			Typed: card.Values{view.KeyAccept: {"yes"}}, Errors: map[string]string{view.KeyWithin: "This approval does not cover another use or other data. Please make a request of your own for that."},
		}},
		{"system-answer-join", systemAskedTwice, "marek", view.VerbAnswerJoin, view.Sheet{}},
	}
}

func systemActs() []Form {
	var out []Form
	for _, f := range systemForms() {
		e := f.scene().Entry("AIS-1", f.viewer)
		f.sheet.Draft = policy.Draft{ID: "draft-1", Revision: 1, Form: f.form, About: workflows.SystemRef("AIS-1"), Page: 1}
		out = append(out, Form{Name: f.name, Form: view.SystemAct(e, f.sheet)})
	}
	refuse := policy.Draft{ID: "draft-1", Revision: 1, Form: view.VerbRefuseJoin, About: workflows.SystemRef("AIS-1"), Page: 1}
	view.SetOwn(&refuse, view.KeyArg, policy.Answer{Text: "arjun"})
	return append(out, Form{Name: "system-refuse-join", Form: view.SystemAct(systemAsked().Entry("AIS-1", "mei"), view.Sheet{Draft: refuse})})
}

// hostileSystem is a system whose every typed text is a hostile one.
func hostileSystem(h string) *Company {
	c, id := sceneHostile(h)
	text := "A long enough text, with: " + strings.ToValidUTF8(h, "?")
	if r := []rune(text); len(r) > 1900 {
		text = string(r[:1900])
	}
	c.Do("cleo", id, approval.Decided{Approve: true, Reason: text})
	for _, t := range c.Systems["AIS-1"].Tasks {
		c.Use("ana", "AIS-1", register.Proved{Task: t.Key, Proof: text})
	}
	c.Use("ana", "AIS-1", register.Changed{Trigger: "law_changed", Reason: text})
	return c
}
