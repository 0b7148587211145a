package directory

import "steward/workflows"

// Asset is something the company owns and somebody answers for: a system, or a subject of a periodic review (a supplier, a
// policy, a data set, a risk).
type Asset struct {
	Kind        string // "system", "supplier", "policy", "dataset", "risk"
	ID          string
	Name        string
	Owner       workflows.PersonID
	Criticality string // "critical", "high", "medium", "low"
	InScope     bool
	OutReason   string // why it is out of scope
}
