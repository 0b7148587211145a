package evidence

import (
	"strconv"

	"steward/store/ledger"
	"steward/workflows"
)

// registerSection is the table of the AI register: the systems of the requests of the scope, as they stand at the checkpoint, and then,
// where the scope is everything, what was only seen in the company. What the record does not know stays empty.
type registerSection struct{ tableSection }

func newRegister(b *ledger.Bundle, _ workflows.EvidenceScope) (section, error) {
	t, err := newTable(b, "ai_register", "ai_system_id", "title", "tool", "vendor", "plan", "owner", "role", "stage", "tier", "legal_class",
		"policy_version", "intended_use", "data_classes", "hosting", "user_count", "affected", "impact_assessment_ref", "approved_at",
		"expires_at", "conditions_open", "last_review", "next_review", "approval", "tier_by_rules", "tier_reason")
	return registerSection{tableSection{t, func(c *Case) [][]string {
		if c.System == nil {
			return nil
		}
		return [][]string{c.System.row(c.impact(), c.whyTier())}
	}}}, err
}

// found adds a system that no request is about.
func (r registerSection) found(s *System) error { return r.add(s.row("", "")...) }

// row is the system as a line of the register.
func (s *System) row(impact, why string) []string {
	x := s.Shown
	if s.Erased {
		x = registered{
			Title: erased, Tool: erased, Vendor: erased, Plan: erased, Use: erased, Role: erased, Hosting: erased,
			Data: []string{erased}, Affected: []string{erased},
		}
	}
	kind := ""
	switch {
	case s.Emergency:
		kind = "emergency approval; the full decision is pending"
	case !s.ApprovedAt.IsZero():
		kind = "approval"
	}
	return []string{
		s.ID, x.Title, x.Tool, x.Vendor, x.Plan, string(s.Owner), x.Role, string(s.State), string(s.Tier), s.LegalClass,
		version(s.Version, s.Policy), x.Use, joined(x.Data), x.Hosting, strconv.Itoa(len(s.Users)), joined(x.Affected), impact, stamp(s.ApprovedAt),
		stamp(s.ValidUntil), strconv.Itoa(s.open()), "", "", kind, string(s.Computed), why,
	}
}

func numbers(list []int) string {
	var out []string
	for _, n := range list {
		out = append(out, strconv.Itoa(n))
	}
	return joined(out)
}

// newConditions begins the table of conditions, with what was done about each.
func newConditions(b *ledger.Bundle, _ workflows.EvidenceScope) (section, error) {
	t, err := newTable(b, "ai_conditions", "ai_system_id", "request", "condition", "text", "owner", "verifier_role", "due_at", "go_live", "state",
		"proof", "proved_by", "proved_at", "verified_by", "verified_at", "assessment", "risk_lines")
	return tableSection{t, func(c *Case) (rows [][]string) {
		if c.System == nil {
			return nil
		}
		for _, k := range c.System.Tasks {
			rows = append(rows, []string{
				c.System.ID, c.ID, k.Key, k.Text, string(c.System.Owner), string(k.Terms.Verifier), stamp(moment(k.Terms.Due)),
				strconv.FormatBool(k.Terms.GoLive), string(k.State), k.Proof, string(k.ProvedBy), stamp(k.ProvedAt), string(k.VerifiedBy),
				stamp(k.VerifiedAt), k.From.Assessment, numbers(k.From.Lines),
			})
		}
		return rows
	}}, err
}
