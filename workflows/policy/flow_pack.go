package policy

import (
	"time"

	"steward/workflows"
)

// Role gives what the flow's pack says of a role.
func (f *Flow) Role(role workflows.Role) (RoleInfo, bool) { return f.pack.Role(role) }

// Policy gives the content hash of the flow's pack.
func (f *Flow) Policy() string { return f.pack.Hash }

// Views gives the two views of risk of the flow's pack.
func (f *Flow) Views() []View { return f.pack.Organisation.Views }

// Zone gives the name of the zone in which the pack's days begin and end.
func (f *Flow) Zone() string { return f.pack.Organisation.Zone }

// Location gives the zone in which the policy's days begin and end: a checked pack has one, anything else UTC.
func (f *Flow) Location() *time.Location {
	zone, err := time.LoadLocation(f.Zone())
	if err != nil {
		return time.UTC
	}
	return zone
}

// Fills says how an entry of the AI register is filled; the zero value where the flow's requests bring none.
func (f *Flow) Fills() Register {
	if f.Register == nil {
		return Register{}
	}
	return *f.Register
}
