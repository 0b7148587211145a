package evidence

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// erased stands in tables for a text that was destroyed.
const erased = "[erased]"

// Case is a request as its entries tell it.
type Case struct {
	ID         string
	Flow       string
	Title      string
	Requester  workflows.PersonID
	Owner      workflows.PersonID
	Tier       policy.Tier
	LegalClass string
	Policy     string
	Version    int
	Round      int
	Status     approval.Status
	Sent       time.Time
	Ended      time.Time
	ValidUntil time.Time
	Last       time.Time // of its last entry
	Conditions []string
	Refs       []string // controls that it is evidence for, sorted
	Decisions  []Decision
	Exceptions []Exception
	Entries    []Entry
	Vendors    []string // whose kept facts it was decided with
	Risks      []Risk   // the risk lines of the last revision
	System     *System  // that it brought into the AI register; nil where it brought none
	Linked     string   // the request that it is about, for an assessment
	About      *System  // what that request brought into the AI register

	links  []link               // references that preconditions asked for, the last one of each
	opened map[string]time.Time // by stage of the present round
	asked  time.Time            // when an emergency approval was asked for
	hits   []string             // refs of the present content
	rules  map[string]bool      // rules that could not be evaluated and were said
}

// Decision is a vote, a ruling or advice.
type Decision struct {
	Round, Revision int
	Stage           string
	Roles           []workflows.Role
	Entitled        string
	Person, For     workflows.PersonID
	What            string // "approve", "reject", "objection"
	Reason          string
	Conditions      []string
	Tier            policy.Tier
	LegalClass      string
	Named           policy.Tier // by a ruling that names another tier
	ID              int         // within the request
	Fixes           []approval.Fixed
	Proofs          map[string]string // of the answers that an expert corrected
	Policy          string
	Version         int
	Shown           string
	Surface         string
	Opened, At      time.Time
	N               int
	Leaf            int64
}

// Exception is what an auditor looks at first.
type Exception struct {
	What   string
	Person workflows.PersonID
	Detail string
	Reason string
	At     time.Time
	N      int
	Leaf   int64
}

// content is what the tables take from what was shown.
type content struct {
	Title      string
	Assessment struct {
		Hits []struct {
			Rule  string
			Refs  []string
			Error bool
		}
	}
	Kept      []struct{ Vendor string }
	Corrected []policy.Corrected
	Answers   struct {
		Lines struct{ Lines []policy.Line }
	}
	Lines []policy.LineScore
}

// newCase reads the entries about a request, in their order.
func newCase(id string, entries []Entry) (*Case, error) {
	c := &Case{ID: id, Status: approval.StatusOpen, Entries: entries, rules: map[string]bool{}}
	for _, e := range entries {
		if err := c.learn(e); err != nil {
			return nil, err
		}
	}
	slices.Sort(c.hits)
	c.Refs = slices.Compact(c.hits)
	return c, nil
}

func (c *Case) learn(e Entry) error {
	r, err := e.record()
	if err != nil {
		return err
	}
	var d approval.Detail
	if err := json.Unmarshal(r.Data, &d); err != nil {
		return fmt.Errorf("entry %d of %s: %w", e.N, e.About, err)
	}
	c.Last = r.Time()
	if shown, there, gone := e.text(r, "shown"); gone && c.Title == "" {
		c.Title = erased
	} else if there && !gone {
		if err := c.show(shown, r, e); err != nil {
			return err
		}
	}
	switch r.What {
	case approval.FactSubmitted, approval.FactEdited, approval.FactCorrected, approval.FactReclassified, approval.FactRenewed:
		c.begin(r, d, e)
	case approval.FactRevised:
		c.Tier, c.LegalClass = d.Tier, d.LegalClass
	case approval.FactStageOpened:
		c.opened[d.Stage] = r.Time()
	case approval.FactDecided, approval.FactAdvised, approval.FactRuled:
		c.decide(r, d, e)
	case approval.FactEnded:
		c.Status, c.Ended, c.Conditions = d.Status, r.Time(), d.Conditions
		if d.ValidUntil > 0 {
			c.ValidUntil = time.UnixMilli(d.ValidUntil).UTC()
		}
	case approval.FactExpired:
		c.Status = d.Status
	case approval.FactEmergencyAsked, approval.FactEmergencyAllowed, approval.FactEmergencyDeclined, approval.FactEmergencyEnded:
		c.emergency(r, d, e)
	case approval.FactLinked:
		ref := said(r, e, "ref")
		c.links = append(slices.DeleteFunc(c.links, func(l link) bool { return l.key == d.Key }), link{d.Key, ref})
	case approval.FactUnlinked:
		c.links = slices.DeleteFunc(c.links, func(l link) bool { return l.key == d.Key })
	case approval.FactRefused:
		c.except(r, e, "refused", string(d.Code)+" "+d.Event)
	case approval.FactNamed:
		what := "named another holder"
		if d.Outsider {
			what = "named an outsider"
		}
		c.except(r, e, what, string(d.Person))
	case approval.FactEscalated:
		c.except(r, e, "stage was late", d.Stage)
	case approval.FactResumed:
		c.except(r, e, "question was not answered", d.Stage)
	}
	return nil
}

// link is a reference that a precondition asked for.
type link struct{ key, ref string }

// whyTier gives the reasons of those who stopped what the request brought to the register, or named another tier for it than the rules.
func (c *Case) whyTier() string {
	var out []string
	round := 0
	for _, d := range slices.Backward(c.Decisions) {
		fits := d.What == policy.OutcomeConfirmStop && d.Round == c.System.Round
		if c.System.Computed != "" {
			fits = d.What == policy.OutcomeReclassify && d.Named == c.System.Tier && d.Round < c.System.Round
		}
		if fits && d.Reason != "" && (round == 0 || round == d.Round) {
			out, round = append(out, d.Reason), d.Round
		}
	}
	slices.Reverse(out)
	return strings.Join(out, " / ")
}

// impact gives the references to the impact assessment and its like.
func (c *Case) impact() string {
	var refs []string
	for _, l := range c.links {
		refs = append(refs, l.ref)
	}
	return joined(refs)
}

// show takes what a revision shows.
func (c *Case) show(text string, r workflows.Record, e Entry) error {
	var shown content
	if err := json.Unmarshal([]byte(text), &shown); err != nil {
		return fmt.Errorf("what entry %d of %s shows: %w", e.N, e.About, err)
	}
	c.Title = shown.Title
	c.risks(shown, r, e)
	for _, k := range shown.Kept {
		if !slices.Contains(c.Vendors, k.Vendor) {
			c.Vendors = append(c.Vendors, k.Vendor)
		}
	}
	for _, x := range shown.Corrected {
		for i := range c.Decisions {
			if d := &c.Decisions[i]; d.ID == x.Ruling && d.Proofs != nil {
				d.Proofs[x.Key] = x.Proof
			}
		}
	}
	for _, h := range shown.Assessment.Hits {
		c.hits = append(c.hits, h.Refs...)
		if h.Error && !c.rules[h.Rule] {
			c.rules[h.Rule] = true
			c.except(r, e, "rule could not be evaluated", h.Rule)
		}
	}
	return nil
}

// begin starts a round.
func (c *Case) begin(r workflows.Record, d approval.Detail, e Entry) {
	switch r.What {
	case approval.FactSubmitted:
		c.Requester, c.Sent, c.Linked = r.Actor, r.Time(), d.Linked
	case approval.FactRenewed: // what it came to before is of an older round
		c.Status, c.Ended, c.Conditions, c.ValidUntil = approval.StatusOpen, time.Time{}, nil, time.Time{}
	default:
		c.except(r, e, r.What, fmt.Sprintf("round %d, %d voided", d.Round, d.Voided))
	}
	c.Flow, c.Owner, c.Tier, c.LegalClass = d.Flow, d.Owner, d.Tier, d.LegalClass
	c.Policy, c.Version, c.Round = d.Policy, d.Version, d.Round
	c.opened = map[string]time.Time{}
}

// decide takes a vote, a ruling or advice.
func (c *Case) decide(r workflows.Record, d approval.Detail, e Entry) {
	out := Decision{
		Round: d.Round, Revision: d.Revision, Stage: d.Stage, Roles: d.Roles, Entitled: d.Entitled, Person: r.Actor, For: r.For,
		Conditions: d.Conditions, Tier: c.Tier, LegalClass: c.LegalClass, Policy: c.Policy, Version: c.Version, Shown: r.Shown,
		Surface: r.Via.Surface, Opened: c.opened[d.Stage], At: r.Time(), N: e.N, Leaf: e.Leaf, What: d.Outcome, Named: d.Tier,
		Reason: said(r, e, "reason"), ID: d.ID, Fixes: d.Fixes,
	}
	switch {
	case d.Approve != nil && *d.Approve && len(d.Conditions) > 0:
		out.What = "approve with conditions"
	case d.Approve != nil && *d.Approve:
		out.What = "approve"
	case d.Approve != nil:
		out.What = "reject"
	case d.Objection != nil && *d.Objection:
		out.What = "objection"
		c.except(r, e, "objection", d.Stage)
	case d.Objection != nil:
		out.What = "no objection"
	case d.Outcome == policy.OutcomeReclassify:
		c.except(r, e, "another tier was named", string(d.Tier))
	case d.Outcome == policy.OutcomeCorrectFact:
		out.Proofs = map[string]string{}
		c.except(r, e, "answers about the vendor were corrected", out.corrected())
	}
	if len(d.Overruled) > 0 {
		c.except(r, e, "objection was overruled", d.Stage)
	}
	c.Decisions = append(c.Decisions, out)
}

// corrected says which answers an expert corrected: from what, to what, on which proof.
func (d Decision) corrected() string {
	var out []string
	for _, fix := range d.Fixes {
		text := fmt.Sprintf("%s: %s, was %s", fix.Key, strings.Join(fix.Answer, " "), strings.Join(fix.Was, " "))
		if proof := d.Proofs[fix.Key]; proof != "" {
			text += ", proof: " + proof
		}
		out = append(out, text)
	}
	return strings.Join(out, " / ")
}

// said gives a text of an entry, or says that it was destroyed; it is empty where the entry names none.
func said(r workflows.Record, e Entry, name string) string {
	text, _, gone := e.text(r, name)
	if gone {
		return erased
	}
	return text
}

func (c *Case) except(r workflows.Record, e Entry, what, detail string) {
	c.Exceptions = append(c.Exceptions, Exception{
		What: what, Person: r.Actor, Detail: strings.TrimSpace(detail), Reason: said(r, e, "reason"), At: r.Time(), N: e.N, Leaf: e.Leaf,
	})
}

// within says whether the request was open at some time of the period, or something was recorded about it then. Zero times
// are no bounds.
func (c *Case) within(from, until time.Time) bool {
	if c.Sent.IsZero() || (!until.IsZero() && !c.Sent.Before(until)) {
		return false
	}
	return from.IsZero() || c.Status == approval.StatusOpen || !c.Last.Before(from)
}
