package workflows

import "slices"

// Concerned lists who is part of a thing, as far as reading goes.
type Concerned struct {
	About     Ref
	Requester PersonID
	Owner     PersonID
	Deciders  []PersonID // present and past, with their delegates and named outsiders
	Informed  []PersonID // told for information, e.g. an escalation
	Roles     []Role     // whose holders look after it
}

// MaySee decides who reads a thing: the requester, the owner, present and past deciders and their delegates, whoever was
// told about it, and holders of a role that looks after it; compliance_lead and internal_auditor see all. Line managers see
// nothing by rank. People who have left or are switched off see nothing.
func MaySee(viewer Person, c Concerned) bool {
	if !viewer.Active || viewer.ID == "" {
		return false
	}
	if SeesAll(viewer) {
		return true
	}
	return viewer.ID == c.Requester || viewer.ID == c.Owner ||
		slices.Contains(c.Deciders, viewer.ID) || slices.Contains(c.Informed, viewer.ID) || viewer.HasAny(c.Roles...)
}

// SeesRecordsOf says whether the person's roles open all records about a kind of thing. Administrators read what is recorded
// of that which they administer: people and roles, accounts, the policy, deliveries. Records of requests are not among it.
func SeesRecordsOf(viewer Person, kind Kind) bool {
	if SeesAll(viewer) {
		return true
	}
	switch kind {
	case KindPolicy, KindPeople, KindAccount, KindDelivery, KindProposal, KindRecord:
		return viewer.Active && viewer.Has(Administrator)
	case KindRequest, KindSystem, KindAbsence, KindVendor:
	}
	return false
}

// SeesProfile says whether the viewer reads of a person more than name, department and manager: their roles, their address,
// their accounts and when they came or left. With nobody's id it says whether they read that of everybody. That is for the
// person themself, administrators and compliance leads.
func SeesProfile(viewer Person, of PersonID) bool {
	return viewer.Active && viewer.ID != "" && (viewer.ID == of || viewer.HasAny(ComplianceLead, Administrator))
}

// SeesDuties says whether the viewer may ask what waits for a person: that person, whoever reads everything, and those who read
// profiles. It names to them only what they may read. With nobody's id it says whether they may ask about everybody.
func SeesDuties(viewer Person, of PersonID) bool { return SeesProfile(viewer, of) || SeesAll(viewer) }

// RunsDeliveries says whether the person sees what was sent to whom, and retries it or gives it up.
func RunsDeliveries(viewer Person) bool {
	return viewer.Active && viewer.HasAny(ComplianceLead, Administrator)
}

// SeesAll says whether the person's roles open everything to read.
func SeesAll(viewer Person) bool {
	return viewer.Active && viewer.HasAny(ComplianceLead, InternalAuditor)
}

// ExportsEvidence says whether the person takes evidence out of Steward for an auditor: whoever reads everything anyway.
func ExportsEvidence(viewer Person) bool { return SeesAll(viewer) }
