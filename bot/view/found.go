package view

import (
	"fmt"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/policy"
)

// Words of the answer to "find".
const (
	titleFound     = "In the AI register"
	textFoundNone  = "Nothing in the AI register has the name %s. " + TextNotThere
	textFoundOne   = "One entry has the name %s."
	textFound      = "%d entries have the name %s."
	textFoundMany  = "Many entries have the name %s. These are the newest; the register in the portal has all."
	textFoundLine  = "%s %s (%s): %s"
	textFoundUntil = "; approved until %s"
	textFoundOwner = "; owner %s"

	// TextNotThere is said wherever somebody looks for a tool that the register does not have.
	TextNotThere = "What is not there is not approved: please ask before you use it."
	// TextFindWhat is said to a search for nothing.
	TextFindWhat = "Please add the name of a tool or vendor, such as: find Otter."
)

// SystemRow is one system of a list, with what makes it readable.
type SystemRow struct {
	workflows.SystemRow

	Owner string       // their name
	Flow  *policy.Flow // nil where the flow is not in force any more
	// Entry is the system itself, where the list is so short that it says how to join.
	Entry *Entry
}

// Found lists what a search of the register has found, for anybody: the tool, where it stands, until when, who owns it.
func Found(e Eyes, text string, rows []SystemRow, more bool) card.Card {
	out := card.Card{Title: titleFound}
	switch what := quote(text, 60); {
	case len(rows) == 0:
		out.Lead = []string{fmt.Sprintf(textFoundNone, what)}
		out.Buttons = []card.Button{requestButton()}
	case more:
		out.Lead = []string{fmt.Sprintf(textFoundMany, what)}
	case len(rows) == 1:
		out.Lead = []string{fmt.Sprintf(textFoundOne, what)}
	default:
		out.Lead = []string{fmt.Sprintf(textFound, len(rows), what)}
	}
	out.Gist = out.Lead[0]
	if len(rows) == 0 {
		return fit(out.Cleaned())
	}
	var lines []string
	var items []Item
	var joins []card.Button
	for _, r := range rows[:min(len(rows), MaxListed)] {
		lines = append(lines, r.line(e))
		items = append(items, Item{Wait: workflows.Wait{About: workflows.SystemRef(r.ID)}})
		if r.Entry != nil {
			joins = append(joins, joinButtons([]Entry{*r.Entry})...)
		}
	}
	out.Sections = []card.Section{{Title: titleNewest, Lines: lines}}
	shows, rest := openButtons(items)
	all := append(joins, shows...)
	out.Buttons = all[:min(len(all), card.MaxButtons)]
	out.More = append(slices.Clone(all[len(out.Buttons):]), rest...)
	out.More[len(out.More)-1].Path = "/register"
	out.Foot = e.zone()
	return fit(out.Cleaned())
}

func (r SystemRow) line(e Eyes) string {
	name := short(r.Tool, 80)
	if v := short(r.Vendor, 60); v != "" && v != name {
		name += ", " + v
	}
	line := fmt.Sprintf(textFoundLine, r.ID, titleOr(name), mid(tierName(r.Flow, policy.Tier(r.Tier))), r.says(e))
	if r.Entry != nil {
		line = strings.TrimSpace(line + " " + r.Entry.found())
	}
	return line
}

// says gives where a system stands, until when, and whose it is.
func (r SystemRow) says(e Eyes) string {
	says := mid(StateWord(r.State))
	switch {
	case r.Emergency && e.Now.Before(r.ValidUntil) && r.State != "stopped":
		says += "; " + pendingUntil(e, r.ValidUntil)
	case !r.ValidUntil.IsZero() && e.Now.Before(r.ValidUntil) && r.State != "rejected" && r.State != "stopped" && r.State != "retired":
		says += fmt.Sprintf(textFoundUntil, e.day(r.ValidUntil))
	}
	if r.Owner != "" {
		says += fmt.Sprintf(textFoundOwner, short(r.Owner, 60))
	}
	return sentence(says)
}
