package view

import (
	"fmt"
	"slices"
	"time"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// Inbox lists what waits for a person, as one card: earliest due first, with a button for each of the first few. all is how
// many there are, where items are only the first.
func Inbox(e Eyes, items []Item, all int) card.Card {
	out := card.Card{Title: titleInbox}
	if len(items) == 0 {
		out.Lead = []string{textInboxEmpty}
		out.Gist = textInboxEmpty
		out.Buttons = []card.Button{requestButton()}
		return out.Cleaned()
	}
	all = max(all, len(items))
	out.Lead = []string{waitingSentence(e, items, all)}
	out.Gist = out.Lead[0]
	out.Sections = []card.Section{{Title: titleOldest, Lines: itemLines(e, items, all)}}
	out.Buttons, out.More = openButtons(items)
	out.Foot = e.zone()
	return fit(out.Cleaned())
}

// Daily is the one message a person gets a day, only if something is due, or if others are not reached and it is theirs to see to
// that. Every list of it says how much more there is, and leads to the rest.
func Daily(e Eyes, items []Item, missed Missed) card.Card {
	out := Inbox(e, items, len(items))
	out.Title = fmt.Sprintf(titleDaily, e.day(e.Now))
	if missed.All == 0 {
		return out.Cleaned()
	}
	if len(items) == 0 {
		out.Lead, out.Gist, out.Buttons, out.Foot = nil, missed.says(), nil, e.zone()
	}
	out.Lead = append(out.Lead, missed.says())
	out.Sections = append(out.Sections, missed.section(e))
	deliveries := card.Button{Label: buttonDeliveries, Path: pathDeliveries}
	if len(out.Buttons) < card.MaxButtons {
		out.Buttons = append(out.Buttons, deliveries)
	} else {
		out.More = append(out.More[max(0, len(out.More)-card.MaxMore+1):], deliveries)
	}
	return fit(out.Cleaned())
}

// Due says whether something is due enough to be in the daily message of that day: overdue, or due by the end of the
// reader's day after it. What is brought to mind sooner than that is in it from then on, for its own reminder may be part of it.
func Due(e Eyes, w workflows.Wait) bool {
	if w.Due.IsZero() {
		return false
	}
	now := e.Now.In(e.Viewer.Zone())
	end := time.Date(now.Year(), now.Month(), now.Day()+1+ahead(w.Why), 0, 0, 0, 0, e.Viewer.Zone())
	return w.Due.Before(end)
}

// ahead is how many days before its end something is brought to mind at least.
func ahead(why workflows.Why) int {
	switch why {
	case workflows.WhyJoin:
		return 3
	case workflows.WhySeen, workflows.WhyHandOver:
		return 7
	case workflows.WhyVendorFact:
		return 31 // the 30 days of the reminder, and the last day, which is whole
	default:
		return 1
	}
}

// Lingers says whether something without a time of its own, such as a question, has waited since an earlier day of the
// reader's. It is in every daily message, for its own reminder may be part of it.
func Lingers(e Eyes, w workflows.Wait) bool {
	zone := e.Viewer.Zone()
	return w.Due.IsZero() && w.Since.In(zone).Format(time.DateOnly) < e.Now.In(zone).Format(time.DateOnly)
}

func waitingSentence(e Eyes, items []Item, all int) string {
	late := 0
	for _, i := range items {
		if !i.Wait.Due.IsZero() && e.Now.After(i.Wait.Due) {
			late++
		}
	}
	switch {
	case all == 1 && late == 1:
		return "1 thing waits for you, and it is late."
	case all == 1:
		return "1 thing waits for you."
	case late == all:
		return fmt.Sprintf("%d things wait for you, all of them late.", all)
	case late > 0:
		return fmt.Sprintf("%d things wait for you, %d of them late.", all, late)
	}
	return fmt.Sprintf("%d things wait for you.", all)
}

func itemLines(e Eyes, items []Item, all int) []string {
	var out []string
	for _, i := range items {
		if len(out) == MaxListed {
			break
		}
		out = append(out, Line(e, i))
	}
	if all > len(out) {
		out = append(out, fmt.Sprintf(textMoreWait, all-len(out)))
	}
	return out
}

// MaxListed is how many things a list in chat names; the portal has the rest.
const MaxListed = 10

// Line gives one thing that waits, as one line: what, what is asked, until when.
func Line(e Eyes, i Item) string {
	return fmt.Sprintf("%s %s: %s", i.Wait.About.ID, titleOr(short(i.Title, 80)), e.askedUntil(i.Wait))
}

// askedUntil says in a few words what a wait asks of the reader, and until when.
func (e Eyes) askedUntil(w workflows.Wait) string {
	text := askedOfYou(w.Why)
	if w.For != "" {
		text += textForSomebody
	}
	switch {
	case w.Due.IsZero():
		return sentence(text)
	case e.Now.After(w.Due):
		return fmt.Sprintf("%s; it was due %s, %s.", text, e.moment(w.Due), e.ago(w.Due))
	}
	return fmt.Sprintf("%s by %s.", text, e.moment(w.Due))
}

// askedOfYou says in a few words what a wait asks of its reader.
func askedOfYou(why workflows.Why) string {
	switch why {
	case workflows.WhyDecide:
		return "you decide"
	case workflows.WhyAdvise:
		return "your advice is asked"
	case workflows.WhyAccept:
		return "you are to accept being accountable"
	case workflows.WhyQuestion:
		return "a question to you"
	case workflows.WhyEscalated:
		return "late; you may name another holder"
	case workflows.WhyUnblock:
		return "nobody independent is left; you may name somebody"
	case workflows.WhyEmergency:
		return "it cannot wait; you say whether it may be used before the decision"
	case workflows.WhyMissing:
		return "something is missing before it can go on"
	case workflows.WhyTask:
		return "a condition is yours to fulfil"
	case workflows.WhyVerify:
		return "you verify that a condition is fulfilled"
	case workflows.WhyHandOver:
		return "its owner has left; you name another one"
	case workflows.WhyReEvaluate:
		return "something has changed; you look at the approval again"
	case workflows.WhyRenew:
		return "its approval ends; you ask for another"
	case workflows.WhySeen:
		return "it is used and not approved; you ask for approval or retire it"
	case workflows.WhyJoin:
		return "somebody asks to join; you say whether they may"
	case workflows.WhyOverride:
		return "somebody names another tier; you say which"
	case workflows.WhyVendorFact:
		return "a kept fact counts not much longer; you look at its proof again"
	case workflows.WhyStop:
		return "legal hold: do not use it"
	case workflows.WhyAnswer, workflows.WhyProgress, workflows.WhyOutcome, workflows.WhyInform, workflows.WhyRemind,
		workflows.WhyNoAnswer, workflows.WhyOverruled, workflows.WhyNobody,
		workflows.WhyLink, workflows.WhyLinked, workflows.WhyAnchor, workflows.WhyHandedOver, workflows.WhyEnding, workflows.WhyExpired,
		workflows.WhyJoined, workflows.WhyEmergencyAnswer, workflows.WhyCorrected, workflows.WhyStandIn, workflows.WhyDelegateLost:
	}
	return "waits for you"
}

// openButtons gives a button for each of the first things; the same thing has one.
func openButtons(items []Item) (main, more []card.Button) {
	seen := map[workflows.Ref]bool{}
	for _, i := range items {
		if seen[i.Wait.About] {
			continue
		}
		seen[i.Wait.About] = true
		b := card.Button{Label: fmt.Sprintf(buttonOpen, short(i.Wait.About.ID, 20)), Action: showAction(i.Wait.About.String())}
		switch {
		case len(main) < card.MaxButtons:
			main = append(main, b)
		case len(more) < card.MaxMore-1:
			more = append(more, b)
		}
	}
	return main, append(more, card.Button{Label: buttonPortal, Path: "/"})
}

// Row is one request of a list, with the flow it belongs to.
type Row struct {
	workflows.RequestRow
	Flow *policy.Flow // nil where the flow is not in force any more
}

// Mine lists the requests a person sent or is accountable for, newest first, and after them the approved uses that they joined.
func Mine(e Eyes, rows []Row, more bool, uses []SystemRow) card.Card {
	out := card.Card{Title: titleMine}
	if len(rows) == 0 && len(uses) > 0 {
		return minesUses(e, uses)
	}
	if len(rows) == 0 {
		out.Lead = []string{textMineEmpty}
		out.Gist = textMineEmpty
		out.Buttons = []card.Button{requestButton()}
		return out.Cleaned()
	}
	var lines []string
	for i, r := range rows {
		if i == MaxListed {
			break
		}
		lines = append(lines, rowLine(e, r))
	}
	out.Lead = []string{fmt.Sprintf(textMine, count(len(rows), "request"))}
	if more || len(rows) > MaxListed {
		out.Lead = []string{textMineMany}
	}
	out.Gist = out.Lead[0]
	out.Sections = []card.Section{{Title: titleNewest, Lines: lines}}
	items := make([]Item, 0, len(rows))
	for _, r := range rows {
		items = append(items, Item{Wait: workflows.Wait{About: workflows.RequestRef(r.ID)}, Title: r.Title})
	}
	out.Sections = append(out.Sections, usesSection(e, uses)...)
	out.Buttons, out.More = openButtons(append(items, useItems(uses)...))
	out.More[len(out.More)-1].Path = "/requests?mine=1"
	out.Foot = e.zone()
	return fit(out.Cleaned())
}

// minesUses lists the approved uses that somebody joined who has sent no request.
func minesUses(e Eyes, uses []SystemRow) card.Card {
	out := card.Card{Title: titleMine, Lead: []string{textMineNone}, Sections: usesSection(e, uses), Foot: e.zone()}
	out.Gist = out.Lead[0]
	out.Buttons, out.More = openButtons(useItems(uses))
	out.More[len(out.More)-1].Path = pathUses
	return fit(out.Cleaned())
}

// useItems gives approved uses as things that have a button to open them.
func useItems(uses []SystemRow) (out []Item) {
	for _, u := range uses {
		out = append(out, Item{Wait: workflows.Wait{About: workflows.SystemRef(u.ID)}})
	}
	return out
}

// usesSection lists approved uses that somebody joined.
func usesSection(e Eyes, uses []SystemRow) []card.Section {
	var lines []string
	for _, u := range uses[:min(len(uses), MaxListed)] {
		lines = append(lines, u.line(e))
	}
	if len(lines) == 0 {
		return nil
	}
	return []card.Section{{Title: titleUses, Lines: lines}}
}

// pathUses is the portal's list of what its reader joined.
const pathUses = "/register?mine=1"

func rowLine(e Eyes, r Row) string {
	return fmt.Sprintf("%s %s (%s): %s", r.ID, titleOr(short(r.Title, 80)), mid(tierName(r.Flow, policy.Tier(r.Tier))), r.state(e))
}

// state says where a request of a list is.
func (r Row) state(e Eyes) string {
	if r.Status == string(approval.StatusExpired) {
		return fmt.Sprintf(textRowExpired, e.day(r.EndedAt))
	}
	if !r.EndedAt.IsZero() {
		return sentence(r.Status + " on " + e.day(r.EndedAt))
	}
	return fmt.Sprintf(textAtStage, mid(r.stage()))
}

// stage names the present stage as the policy in force does; its key where the policy has no such stage any more.
func (r Row) stage() string { return StageName(r.Flow, policy.Tier(r.Tier), r.Stage) }

// StageName names a stage by its key, as a flow has it for a tier, or for another one: an earlier round may have had that.
// Its key in words where the flow has no such stage, or none is in force (nil).
func StageName(f *policy.Flow, tier policy.Tier, key string) string {
	if f == nil {
		return humanise(key)
	}
	tiers := []policy.Tier{tier}
	for _, t := range f.Tiers {
		tiers = append(tiers, t.Tier)
	}
	for _, t := range tiers {
		chain, _ := f.Chain(t)
		for _, rule := range chain.Stages {
			if rule.Stage.Key == key {
				return stageLabel(rule.Stage, Form{Flow: f}.role)
			}
		}
	}
	return humanise(key)
}

// StageNameIn names a stage of a request: as its cards do where its present round has that stage, else as the flow does. Which
// roles a stage asks for depends on the answers, and a stage with one role is called after it.
func StageNameIn(r approval.Request, f *policy.Flow, key string) string {
	stages := r.Screening.Plan.Stages
	if i := slices.IndexFunc(stages, func(s policy.Stage) bool { return s.Key == key }); i >= 0 && f != nil {
		return stageLabel(stages[i], Form{Flow: f}.role)
	}
	return StageName(f, r.Screening.Assessment.Tier, key)
}

func requestButton() card.Button {
	return card.Button{Label: buttonRequest, Action: card.Action{Verb: VerbRequest}, Style: card.StylePrimary}
}
