package portal

import (
	"fmt"
	"net/http"

	"steward/workflows"
)

// The words of the demo's strip.

const (
	textMoveDay  = "Move the clock on by a day"
	textMoveWeek = "Move the clock on by a week"
)

// Answers that only the demo gives.
var (
	errNoMove = refuse(http.StatusBadRequest, "The clock cannot do that",
		"It moves on by a day or by a week. Nothing was changed. Go back and press one of the two buttons.")
	errMoving = refuse(http.StatusConflict, "The clock is moving already",
		"Somebody pressed it a moment ago, and it moves once. Wait a few seconds, then load your page again.")
	errNotAuditor = refuse(http.StatusForbidden, "This is not yours to do",
		"Who may read the whole record may check it: compliance lead and internal auditor. Act as one of them.")
)

// textMoved says what time it is now and what happened on the way.
func textMoved(now string, records int) string {
	if records == 0 {
		return "It is " + now + " now. Nothing fell due on the way."
	}
	return fmt.Sprintf("It is %s now. On the way %s made; what concerns you is in your inbox.", now, wereMade(records))
}

func wereMade(records int) string {
	if records == 1 {
		return "1 record was"
	}
	return fmt.Sprintf("%d records were", records)
}

// textChecked says what a check of the record found.
func textChecked(c Checked) string {
	if c.Problem != "" {
		return "The record does not fit: " + c.Problem + "."
	}
	return fmt.Sprintf("Checked %s and %s: everything fits together.", count(c.Records, "record"), count(c.Requests, "request"))
}

// The steps of the walk, each in one sentence.

func textWalkAsk(who string) string {
	return "Ask for a tool as " + who + ": choose New AI use and send the form."
}

func textWalkDecideLater(who string) string { return "Decide on the request as " + who + "." }

func textWalkDecide(why workflows.Why, id, who string) string {
	switch why {
	case workflows.WhyDecide:
		return "Decide on " + id + " as " + who + "."
	case workflows.WhyAccept:
		return "Accept being accountable for " + id + " as " + who + ", so that it can be decided."
	case workflows.WhyQuestion:
		return "Answer the question about " + id + " as " + who + ", so that it can be decided."
	default:
		return "Look at " + id + " as " + who + ": it says what it waits for."
	}
}

func textWalkAnswer(asker, id, who string) string {
	if asker == "" {
		return "Answer a question about " + id + " as " + who + "."
	}
	return "Answer " + asker + "’s question about " + id + " as " + who + "."
}

func textWalkWatch(who string) string {
	return "Press +1 week in " + who + "’s inbox and see what comes in."
}

func textWalkCheck(who string) string {
	return "Check the whole record as " + who + ", who audits the company."
}

const (
	textGoAsk    = "Ask"
	textGoInbox  = "Open the inbox"
	textGoRecord = "Open the record"
)

func textGoOpen(id string) string { return "Open " + id }
