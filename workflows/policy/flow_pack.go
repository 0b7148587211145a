package policy

import "steward/workflows"

// Role gives what the flow's pack says of a role.
func (f *Flow) Role(role workflows.Role) (RoleInfo, bool) { return f.pack.Role(role) }

// Policy gives the content hash of the flow's pack.
func (f *Flow) Policy() string { return f.pack.Hash }

// Views gives the two views of risk of the flow's pack.
func (f *Flow) Views() []View { return f.pack.Organisation.Views }

// Zone gives the name of the zone in which the pack's days begin and end.
func (f *Flow) Zone() string { return f.pack.Organisation.Zone }
