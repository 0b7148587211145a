package policy

import (
	"time"

	"steward/workflows"
)

// Draft is a form somebody has begun. Its id and revision make a second press of Send harmless. It is kept for 30 days
// after it was last saved.
type Draft struct {
	ID       string
	Person   workflows.PersonID
	Form     string // which form: "request", "edit", "decide", "reject", "ask", ...
	Flow     string
	About    workflows.Ref // zero for a new request
	Seen     workflows.Seen
	Policy   string // content hash of the pack the form was made from
	Answers  Answers
	Page     int // 1, 2, ...; the last is "Check and send"
	Revision int
	SavedAt  time.Time
	Sent     string // id of the thing it became; then it is finished
}
