package view

import (
	"fmt"

	"steward/bot/card"
)

// MaxAlike is how many approved uses are offered to somebody who asks for a tool that is like theirs.
const MaxAlike = 2

// offer says of a use that is approved: which tool, for whom, until when, and what the reader can do about it. It tells nothing that was
// typed but the names of tool and vendor.
func (e Entry) offer() string {
	name := titleOr(short(e.System.Tool, 80))
	if v := short(e.System.Vendor, 60); v != "" && v != short(e.System.Tool, 60) {
		name += fmt.Sprintf(textOfferVendor, v)
	}
	whom, until := "", ""
	if covers := e.covers(); covers != "" {
		whom = fmt.Sprintf(textOfferFor, covers)
	}
	if !e.System.ValidUntil.IsZero() {
		until = fmt.Sprintf(textOfferUntil, e.names().lastDay(e.System.ValidUntil))
	}
	return fmt.Sprintf(textOffer, e.System.ID, name, whom, until) + " " + e.offered()
}

// offered says what the reader can do about a use that is approved, or has done.
func (e Entry) offered() string {
	switch {
	case e.joinable() && e.System.CoversPerson(e.Viewer):
		return textOfferJoin
	case e.joinable():
		return fmt.Sprintf(textOfferAsk, upper(e.answerers(e.Viewer.ID)))
	case e.Viewer.ID == e.System.Owner || e.Viewer.ID == e.System.Requester:
		return textOfferYours
	}
	return e.became(e.Viewer.ID)
}

// found says of a use that somebody looked for for whom it is approved, and how the reader joins it.
func (e Entry) found() string {
	how := e.offered()
	if e.joinable() {
		how = e.joinsHow()
	}
	if covers := e.covers(); covers != "" && e.System.Joinable(e.Now) {
		how = fmt.Sprintf(textFoundFor, covers) + " " + how
	}
	return how
}

// joinButtons gives the buttons by which the reader joins what they can.
func joinButtons(entries []Entry) (out []card.Button) {
	for _, e := range entries {
		if e.joinable() {
			out = append(out, e.form(VerbJoin, "", fmt.Sprintf(buttonJoinOne, e.System.ID), card.StylePlain))
		}
	}
	return out
}

// offers gives the sentences about approved uses that are like what somebody asks for.
func offers(entries []Entry) (out []string) {
	for _, e := range entries {
		out = append(out, e.offer())
	}
	return out
}
