package enter

import (
	"slices"

	"steward/workflows/approval"
	"steward/workflows/register"
)

// Entry reads an entry of the AI register as the request that brought it there takes it, to renew its approval.
func Entry(s register.System) approval.Entry {
	out := approval.Entry{
		ID: s.ID, Owner: s.Owner, Owners: slices.Clone(s.Owners), From: s.RenewFrom, Until: s.ValidUntil, Over: s.State.Over(),
		Doubted: s.State == register.StateReEvaluation || s.State == register.StateSuspended,
	}
	if s.Turned.Trigger != "" {
		out.Trigger, out.Reported = s.Turned.Trigger, s.Turned.At
	}
	return out
}
