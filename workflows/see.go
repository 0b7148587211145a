package workflows

import "slices"

// Concerned lists who is part of a thing, as far as reading goes.
type Concerned struct {
	About     Ref
	Requester PersonID
	Owner     PersonID
	Deciders  []PersonID // present and past, with their delegates and named outsiders
	Informed  []PersonID // told for information, e.g. an escalation
}

// MaySee decides who reads a thing: the requester, the owner, present and past deciders and their delegates, whoever was
// told about it; compliance_lead and internal_auditor see all. Line managers see nothing by rank. People who have left or
// are switched off see nothing.
func MaySee(viewer Person, c Concerned) bool {
	if !viewer.Active || viewer.ID == "" {
		return false
	}
	if SeesAll(viewer) {
		return true
	}
	return viewer.ID == c.Requester || viewer.ID == c.Owner ||
		slices.Contains(c.Deciders, viewer.ID) || slices.Contains(c.Informed, viewer.ID)
}

// SeesAll says whether the person's roles open everything to read.
func SeesAll(viewer Person) bool {
	return viewer.Active && viewer.HasAny(ComplianceLead, InternalAuditor)
}
