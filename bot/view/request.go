package view

import (
	"fmt"
	"slices"
	"strings"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// Request gives the card of a request for one reader: what is asked of them, until when, what they need to know to decide,
// and what happens then. The same function serves the message, its refreshes and the answer to a press.
func Request(c Case) card.Card {
	out := c.head()
	out.Lead = c.lead()
	out.Facts = c.facts()
	out.Track = c.track()
	out.Sections = c.sections()
	if c.Surface == workflows.SurfacePortal {
		out.Facts, out.Sections = c.pageFacts(), c.pageSections()
	}
	out.Buttons, out.More = c.buttons()
	return c.finish(out)
}

// head gives what all cards about a request begin with.
func (c Case) head() card.Card {
	r := c.Request
	return card.Card{
		About: workflows.RequestRef(r.ID).String(), Kicker: r.ID, Title: c.title(), Mark: c.mark(), Gist: c.gist(),
	}
}

// finish cleans a card and brings it below the size that every surface takes, saying so where something had to go.
func (c Case) finish(out card.Card) card.Card {
	out.Foot = c.foot()
	return fit(out.Cleaned())
}

// title names the request to people.
func (c Case) title() string { return Title(c.Request.Screening, c.Flow) }

// Title names a request to people. One that has nothing visible in it falls back on the first short text that was typed,
// and then on the flow's.
func Title(s policy.Screening, f *policy.Flow) string {
	if t := short(s.Title, card.MaxTitle); t != "" {
		return t
	}
	for _, q := range f.Questions {
		if q.Type == policy.ShortText {
			if t := short(s.Answers[q.Key].Text, card.MaxTitle); t != "" {
				return t
			}
		}
	}
	return f.Title
}

// mark gives the outcome of a request that has ended, its tier while it is open.
func (c Case) mark() *card.Mark {
	switch c.Request.Status {
	case approval.StatusApproved:
		return &card.Mark{Text: markApproved, Tone: card.ToneGood}
	case approval.StatusExpired:
		return &card.Mark{Text: markExpired, Tone: card.ToneNeutral}
	case approval.StatusRejected:
		return &card.Mark{Text: markRejected, Tone: card.ToneBad}
	case approval.StatusWithdrawn:
		return &card.Mark{Text: markWithdrawn, Tone: card.ToneNeutral}
	case approval.StatusStopped:
		return &card.Mark{Text: markStopped, Tone: card.ToneBad}
	case approval.StatusOpen:
	}
	return tierMark(c.Flow, c.Request.Screening.Assessment.Tier)
}

// tierMark gives a tier as a word: only the highest tier that people decide asks for attention, only legal hold is bad.
func tierMark(f *policy.Flow, t policy.Tier) *card.Mark {
	tone := card.ToneNeutral
	rank := slices.IndexFunc(f.Tiers, func(i policy.TierInfo) bool { return i.Tier == t })
	last := len(f.Tiers) - 1
	if last > 0 && f.Tiers[last].Tier == policy.TierProhibited {
		last--
	}
	switch {
	case t == policy.TierProhibited:
		tone = card.ToneBad
	case rank == last && last > 0:
		tone = card.ToneWarn
	}
	text := tierName(f, t)
	if text == "" {
		return nil
	}
	return &card.Mark{Text: text, Tone: tone}
}

// foot gives what stands small and last: the control ids the record serves, the zone, and that screening is no advice.
func (c Case) foot() string {
	parts := []string{c.Eyes().zone(), textScreening}
	if ids := controls(c.Flow, c.Request.Screening.Assessment); ids != "" {
		parts = append(parts, ids)
	}
	return strings.Join(parts, " ")
}

// controls gives a few control ids of both standards: those the flow as a whole serves, then those of the rules that hit.
func controls(f *policy.Flow, a policy.Assessment) string {
	ids := slices.Clone(f.Serves)
	for _, h := range a.Hits {
		ids = append(ids, h.Refs...)
	}
	var out []string
	for _, id := range ids {
		if (strings.HasPrefix(id, "27001:") || strings.HasPrefix(id, "42001:")) && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	if len(out) == 0 {
		return ""
	}
	return strings.Join(out[:min(len(out), maxControls)], " ")
}

// maxControls keeps the foot small; the whole list is in "Why these questions?".
const maxControls = 4

// gist is the whole in one sentence: who, what, until when.
func (c Case) gist() string {
	c.kept = true
	what := fmt.Sprintf("%s %s", c.Request.ID, short(c.title(), 80))
	if !c.open() {
		return short(what+": "+c.outcome(), card.MaxGist)
	}
	if c.onHold() && (c.isRequester() || c.isOwner()) {
		return short(what+": "+textStopNow, card.MaxGist)
	}
	if mine := c.mine(); len(mine) > 0 {
		return short(what+": "+strings.TrimSpace(c.voided()+" "+c.ask(mine[0])), card.MaxGist)
	}
	return short(what+": "+c.standing(), card.MaxGist)
}

// fit brings a card below what every surface takes: folded sections lose lines first, from the end.
func fit(out card.Card) card.Card {
	for i := range out.Sections {
		s := &out.Sections[i]
		if len(s.Lines) > card.MaxLines {
			s.Lines, out.Cut = append(s.Lines[:card.MaxLines-1:card.MaxLines-1], textMoreInPortal), true
		}
	}
	for size(out) > card.MaxText {
		i := longest(out.Sections)
		if i < 0 {
			return out
		}
		s := &out.Sections[i]
		keep := max(len(s.Lines)/2, 1)
		if len(s.Lines) == 1 {
			s.Lines = []string{short(s.Lines[0], len([]rune(s.Lines[0]))/2)}
		} else {
			s.Lines = append(s.Lines[:keep-1:keep-1], textMoreInPortal)
		}
		out.Cut = true
	}
	return out
}

// size counts the runes of a card's text.
func size(c card.Card) int {
	n := len([]rune(c.Title + c.Kicker + c.Gist + c.Foot + strings.Join(c.Lead, "")))
	for _, f := range c.Facts {
		n += len([]rune(f.Label + f.Value))
	}
	for _, s := range c.Track {
		n += len([]rune(s.Label + s.Note))
	}
	for _, s := range c.Sections {
		n += len([]rune(s.Title + strings.Join(s.Lines, "")))
	}
	for _, b := range append(slices.Clone(c.Buttons), c.More...) {
		n += len([]rune(b.Label))
		if b.Confirm != nil {
			n += len([]rune(b.Confirm.Title + b.Confirm.Text + b.Confirm.Yes + b.Confirm.No))
		}
	}
	return n + 200 // marks and charts
}

// longest gives the section with the most text that can still lose some; -1 where there is none.
func longest(sections []card.Section) int {
	best, at := 40, -1
	for i, s := range sections {
		if n := len([]rune(strings.Join(s.Lines, ""))); n > best {
			best, at = n, i
		}
	}
	return at
}
