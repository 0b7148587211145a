package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"steward/workflows"
)

// Disclaimer stands under every screening.
const Disclaimer = "Screening, not legal advice."

// Explain puts a screening into plain lines: the company tier and the legal class apart, every rule that hit in the view it
// belongs to, who decides, and which conditions are attached. It reads the screening and evaluates nothing.
func (f *Flow) Explain(s Screening) []string {
	a := s.Assessment
	out := []string{
		fmt.Sprintf("%s (%s, version %d, policy %.12s)", f.Title, s.Flow, s.Version, s.Policy),
		"Company tier: " + f.Display(a.Tier) + f.because(a),
	}
	if len(f.LegalRanks) > 1 {
		out = append(out, "Legal class: "+f.LegalName(a.LegalClass))
	}
	for _, view := range f.pack.Organisation.Views {
		out = append(out, "", view.Label+":")
		out = append(out, f.hitLines(a.Hits, view.Key)...)
	}
	out = append(out, f.scoreLines(s.Lines)...)
	out = append(out, "", "Who decides:")
	out = append(out, f.stageLines(s.Plan)...)
	out = append(out, conditionLines(s.Plan)...)
	return append(out, "", Disclaimer)
}

// because says where the tier comes from.
func (f *Flow) because(a Assessment) string {
	var floors []string
	for _, h := range a.Hits {
		if h.Floor == a.Tier && !h.Overridden {
			floors = append(floors, h.Rule)
		}
	}
	switch {
	case a.Computed != "":
		return fmt.Sprintf(" (named by people; the rules give %s)", f.Display(a.Computed))
	case a.Tier == a.FromPoints:
		return fmt.Sprintf(" (%d points)", a.Points)
	}
	return fmt.Sprintf(" (%d points alone give %s; raised by %s)", a.Points, f.Display(a.FromPoints), strings.Join(floors, ", "))
}

func (f *Flow) hitLines(hits []Hit, view string) []string {
	var out []string
	for _, h := range hits {
		if h.View != view {
			continue
		}
		line := fmt.Sprintf("  %s %+d: %s", h.Rule, h.Points, h.Reason)
		if h.Floor != "" {
			line += fmt.Sprintf(" At least %s.", f.Display(h.Floor))
		}
		if h.LegalClass != "" && h.LegalClass != legalNone {
			line += " " + f.LegalName(h.LegalClass) + "."
		}
		if h.Overridden {
			line += " Overridden."
		}
		if len(h.Refs) > 0 {
			line += " [" + strings.Join(h.Refs, ", ") + "]"
		}
		out = append(out, line)
		if h.Question != "" {
			out = append(out, "      To ask: "+h.Question)
		}
	}
	if out == nil {
		return []string{"  nothing"}
	}
	return out
}

func (f *Flow) scoreLines(lines []LineScore) []string {
	if len(lines) == 0 {
		return nil
	}
	out := []string{"", "Risk lines:"}
	for i, l := range lines {
		out = append(out, fmt.Sprintf("  %d: %d (%s), after treatment %d (%s), accepted by %s", i+1, l.Score, l.Level, l.Residual,
			l.ResidualLevel, f.roleName(l.Accept)))
	}
	return out
}

func (f *Flow) stageLines(p Plan) []string {
	var out []string
	for i, s := range p.Stages {
		var who []string
		for _, m := range s.Members {
			name := f.roleName(m.Role)
			if m.Advice {
				name += " (advice)"
			}
			who = append(who, name)
		}
		line := fmt.Sprintf("  %d %s: %s", i+1, s.Key, strings.Join(who, ", "))
		if !s.All && s.Quorum > 1 {
			line += fmt.Sprintf("; %d together", s.Quorum)
		}
		out = append(out, fmt.Sprintf("%s; within %d working hours", line, int(s.SLA/time.Hour)))
	}
	for _, pre := range p.Preconditions {
		out = append(out, fmt.Sprintf("  before %s: %s", pre.Before, pre.Text))
	}
	if p.MinIndependent > 1 {
		out = append(out, fmt.Sprintf("  at least %d different people beside requester and owner", p.MinIndependent))
	}
	if p.OwnerAccepts && !p.OwnerIsAsker {
		out = append(out, "  the owner accepts before the last stage")
	}
	switch {
	case p.ValidUntil != "":
		out = append(out, "  valid until "+p.ValidUntil)
	case p.ValidityMonths > 0:
		out = append(out, fmt.Sprintf("  valid for %d months", p.ValidityMonths))
	}
	return out
}

func conditionLines(p Plan) []string {
	var out []string
	for _, c := range p.Conditions {
		switch {
		case c.Required:
			out = append(out, "  always attached: "+c.Label)
		case c.Suggested:
			out = append(out, "  suggested: "+c.Label)
		}
	}
	if out == nil {
		return nil
	}
	slices.Sort(out)
	return append([]string{"", "Conditions:"}, out...)
}

func (f *Flow) roleName(role workflows.Role) string {
	if info, ok := f.pack.Role(role); ok {
		return info.Label
	}
	return role.Words()
}
