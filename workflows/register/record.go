package register

import (
	"slices"

	"steward/workflows"
	"steward/workflows/policy"
)

// The kinds of facts that a system leaves. They are stored and never change.
const (
	FactRegistered  = "registered"
	FactMoved       = "moved"
	FactPiloted     = "piloted"
	FactProved      = "proved"
	FactVerified    = "verified"
	FactSentBack    = "sent_back"
	FactTurned      = "turned" // a person gave the reason of a move: Event says which
	FactHandedOver  = "handed_over"
	FactJoined      = "joined" // Person is a user; the actor agreed, where that is somebody else
	FactJoinAsked   = "join_asked"
	FactJoinRefused = "join_refused"
	FactJoinEnded   = "join_ended" // an ask that nobody answered in time, or of what could not be joined any more
	FactLeft        = "left"       // Person is no user any more, or does not want to be one
	FactReminded    = "reminded"
	FactEscalated   = "escalated"
	FactRoster      = "roster_changed"
	FactSkipped     = "reminder_skipped"
	FactRefused     = "refused"

	FactSeen          = "seen"           // a list of another program shows the tool
	FactRequested     = "requested"      // approval of what was seen is asked for by Request
	FactRequestFailed = "request_failed" // that request was withdrawn
	FactRenewalBegan  = "renewal_began"
	FactRenewalFailed = "renewal_failed"
	FactHoldBegan     = "hold_began"  // the round that is to renew it is on legal hold; From says where it stood
	FactHoldLifted    = "hold_lifted" // another tier was named, whose chain decides
	FactMeasured      = "measured"    // a later version of its assessment says what is to be done: Conditions are all that it has then
	FactMooted        = "mooted"      // that does not name the condition Task any more
)

// Detail is the data of every fact of a system; each kind fills what it has. It holds ids, codes and numbers only.
type Detail struct {
	From       State              `json:"from,omitempty"`
	To         State              `json:"to,omitempty"`
	At         int64              `json:"at,omitempty"` // Unix milliseconds, of a move that was made before it was recorded
	Request    string             `json:"request,omitempty"`
	Round      int                `json:"round,omitempty"`
	Flow       string             `json:"flow,omitempty"`
	Policy     string             `json:"policy,omitempty"`
	Tier       policy.Tier        `json:"tier,omitempty"`
	LegalClass string             `json:"legal_class,omitempty"`
	Requester  workflows.PersonID `json:"requester,omitempty"`
	Owner      workflows.PersonID `json:"owner,omitempty"`
	// Owners are those who owned it since the renewal was asked for, where it was handed over before that was decided on.
	Owners     []workflows.PersonID `json:"owners,omitempty"`
	Version    int                  `json:"version,omitempty"` // of the flow
	Governors  []workflows.Role     `json:"governors,omitempty"`
	ApprovedAt int64                `json:"approved_at,omitempty"` // Unix milliseconds, as the two after it
	ValidUntil int64                `json:"valid_until,omitempty"`
	RenewFrom  int64                `json:"renew_from,omitempty"`
	Conditions []string             `json:"conditions,omitempty"`
	// By says who wrote the conditions that are somebody's own, by their keys; their words are texts of the record.
	By map[string]workflows.PersonID `json:"by,omitempty"`
	// Emergency says that the request was not decided on yet.
	Emergency bool `json:"emergency,omitempty"`
	// Renewal says that the round was to renew the approval.
	Renewal bool `json:"renewal,omitempty"`
	// Computed is the tier that the rules give, where people named another one; Hits are the rules that said more than was decided, or,
	// of what was stopped, why.
	Computed policy.Tier `json:"computed,omitempty"`
	Hits     []string    `json:"hits,omitempty"`
	// Kept are the keys of those that were there before and keep what was done about them.
	Kept []string `json:"kept,omitempty"`
	// Assessment is the one that says so; Measures says which conditions come with one, by key.
	Assessment string            `json:"assessment,omitempty"`
	Measures   map[string]Origin `json:"measures,omitempty"`
	// Doubted says that a change was reported after what is decided on was asked for: that stays to be looked at.
	Doubted bool `json:"doubted,omitempty"`

	Seen *SeenDetail `json:"seen,omitempty"`
	Task string      `json:"task,omitempty"`
	// Files are those of a proof, in their order; their names are texts of the record.
	Files   []workflows.FileMark `json:"files,omitempty"`
	Role    workflows.Role       `json:"role,omitempty"` // by which somebody verified
	Until   string               `json:"until,omitempty"`
	Trigger string               `json:"trigger,omitempty"`
	Person  workflows.PersonID   `json:"person,omitempty"`
	Covers  policy.Coverage      `json:"covers,omitempty"` // whom the approval covers; of a user who joined: by which they did
	Code    workflows.Code       `json:"code,omitempty"`
	Event   string               `json:"event,omitempty"`
}

// SeenDetail is what a list says of a tool, but for words.
type SeenDetail struct {
	Listed   int64  `json:"listed"` // when the list was made, in Unix milliseconds
	Accounts int    `json:"accounts,omitempty"`
	LastUsed string `json:"last_used,omitempty"`
	File     string `json:"file"`
	Due      int64  `json:"due,omitempty"` // Unix milliseconds
}

// Content gives the canonical content of the entry, as it came from the decision: what the record of it shows. It holds all of the
// conditions but the words of those that are somebody's own, and nothing of what became of them.
func (s System) Content() []byte {
	all := map[string]any{
		"title": s.Title, "tool": s.Tool, "vendor": s.Vendor, "plan": s.Plan, "use": s.Use, "role": s.Role, "data": append([]string{}, s.Data...),
		"hosting": s.Hosting, "affected": append([]string{}, s.Affected...), "users": s.Users, "tasks": taskTerms(s.Tasks),
	}
	if s.Covers != policy.CoversNobody { // entries of before have no such thing, and show the same as ever
		all["covers"], all["group"] = s.Covers, s.Group
	}
	if s.Emergency {
		all["emergency"] = true
	}
	return workflows.Canonical(all)
}

// FiredAfter gives which timers have done their work still after a decision with this data, of those that had before; pilot says that
// one goes on.
func (d Detail) FiredAfter(fired []string, pilot bool) (out []string) {
	keys := d.Kept
	if pilot {
		keys = append(slices.Clip(keys), pilotPart)
	}
	for _, name := range fired {
		if d.Renewal && d.ApprovedAt > 0 && slices.ContainsFunc(keys, func(key string) bool { return name == timerRemind+key || name == timerLate+key }) {
			out = append(out, name)
		}
	}
	return out
}

// FiredBy gives the timer that has done its work by a fact of that kind with this data; empty where it is no such fact.
func (d Detail) FiredBy(kind string) string {
	switch {
	case d.Task == "":
		return ""
	case kind == FactReminded || kind == FactSkipped:
		return timerRemind + d.Task
	case kind == FactEscalated:
		return timerLate + d.Task
	}
	return ""
}

// terms is what a condition asks for.
type terms struct {
	Text     string         `json:"text"`
	GoLive   bool           `json:"go_live"`
	Due      int64          `json:"due"` // Unix milliseconds
	Verifier workflows.Role `json:"verifier"`
	Evidence string         `json:"evidence"`
	Refs     []string       `json:"refs"`
	From     *Origin        `json:"from,omitempty"`
}

func taskTerms(tasks []Task) map[string]terms {
	out := map[string]terms{}
	for _, t := range tasks {
		as := terms{Text: t.Text, GoLive: t.GoLive, Due: millis(t.Due), Verifier: t.Verifier, Evidence: t.Evidence, Refs: append([]string{}, t.Refs...)}
		if t.From.Assessment != "" { // entries of before have none, and show the same as ever
			as.From = &t.From
		}
		if t.By != "" {
			as.Text = ""
		}
		out[t.Key] = as
	}
	return out
}

// ownTexts gives the words of conditions that are somebody's own, by their keys, and who wrote them.
func ownTexts(tasks []Task) (texts map[string]string, by map[string]workflows.PersonID) {
	for _, t := range tasks {
		if t.By == "" {
			continue
		}
		if by == nil {
			texts, by = map[string]string{}, map[string]workflows.PersonID{}
		}
		texts[t.Key], by[t.Key] = t.Text, t.By
	}
	return texts, by
}
