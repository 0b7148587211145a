package view

import (
	"fmt"

	"steward/bot/card"
	"steward/workflows"
)

// HomeFacts are what a person's home shows.
type HomeFacts struct {
	Waits  []Item      // earliest due first, at most what is to be shown
	All    int         // how many wait
	Mine   []Row       // requests the person sent or is accountable for, newest first
	Uses   []SystemRow // approved uses that the person joined, newest first
	Drafts []Unfinished
	Away   []Absence // of the person, and in which they stand in
}

// Home gives a person's own page: what waits for them, what they began, what they asked for.
func Home(e Eyes, f HomeFacts) card.Home {
	waits := card.Group{Title: titleInbox, Empty: textInboxEmpty}
	for _, i := range f.Waits[:min(len(f.Waits), MaxListed)] {
		waits.Cards = append(waits.Cards, card.Card{
			About: i.Wait.About.String(), Kicker: i.Wait.About.ID, Title: titleOr(i.Title), Lead: []string{upper(e.askedUntil(i.Wait))}, Gist: Line(e, i),
			Buttons: []card.Button{{Label: fmt.Sprintf(buttonOpen, i.Wait.About.ID), Action: showAction(i.Wait.About.String())}},
		})
	}
	mine := card.Group{Title: titleMine, Empty: textMineEmpty}
	for _, r := range f.Mine[:min(len(f.Mine), MaxListed)] {
		about := workflows.RequestRef(r.ID).String()
		mine.Cards = append(mine.Cards, card.Card{
			About: about, Kicker: r.ID, Title: titleOr(r.Title), Lead: []string{upper(r.state(e))}, Gist: rowLine(e, r),
			Buttons: []card.Button{{Label: fmt.Sprintf(buttonOpen, r.ID), Action: showAction(about)}},
		})
	}
	start := card.Group{Title: titleStart, Cards: []card.Card{startHome(e, f)}}
	out := card.Home{Title: titleOr(e.Viewer.Name), Groups: []card.Group{start, waits, mine}}
	if len(f.Uses) > 0 {
		out.Groups = append(out.Groups, usesGroup(e, f.Uses))
	}
	if f.All > len(waits.Cards) {
		out.More = &card.Button{Label: fmt.Sprintf(buttonAll, f.All), Path: "/"}
	}
	return out.Cleaned()
}

func usesGroup(e Eyes, uses []SystemRow) card.Group {
	out := card.Group{Title: titleUses}
	for _, u := range uses[:min(len(uses), MaxListed)] {
		about := workflows.SystemRef(u.ID).String()
		out.Cards = append(out.Cards, card.Card{
			About: about, Kicker: u.ID, Title: titleOr(u.Tool), Lead: []string{upper(u.says(e))}, Gist: u.line(e),
			Buttons: []card.Button{{Label: fmt.Sprintf(buttonOpen, u.ID), Action: showAction(about)}},
		})
	}
	return out
}

func startHome(e Eyes, f HomeFacts) card.Card {
	out := card.Card{Title: titleStartCard, Gist: textStart, Lead: []string{textStart}, Buttons: []card.Button{requestButton()}, Foot: e.zone()}
	for _, a := range f.Away[:min(len(f.Away), card.MaxLead-1)] {
		out.Lead = append(out.Lead, AwayLine(a))
	}
	for _, d := range f.Drafts[:min(len(f.Drafts), card.MaxButtons-1)] {
		out.Buttons = append(out.Buttons, continueButton(e, d))
	}
	return out
}

func titleOr(s string) string {
	if s = short(s, card.MaxTitle); s == "" {
		return textNoTitle
	}
	return s
}

// NoHome gives the page of somebody who has none, with the reason.
func NoHome(why string) card.Home {
	return card.Home{Title: titleNoHome, Groups: []card.Group{{Title: titleStart, Empty: why}}}.Cleaned()
}
