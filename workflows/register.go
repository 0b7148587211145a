package workflows

import "strings"

// SystemPrefix begins the ids of entries of the AI register: "AIS-7".
const SystemPrefix = "AIS"

// SystemRef points to the entry of the AI register with this id.
func SystemRef(id string) Ref { return Ref{Kind: KindSystem, ID: id} }

// RefOfID gives the thing that a short id means, in the case in which ids are kept: "ais-7" is an entry of the AI register, and
// anything else a request.
func RefOfID(typed string) Ref {
	id := strings.ToUpper(strings.TrimSpace(typed))
	if strings.HasPrefix(id, SystemPrefix+"-") {
		return SystemRef(id)
	}
	return RequestRef(id)
}

// Registered is what the end of a request brings to the AI register: a new entry, or another state of the entry that its last
// round brought there.
type Registered struct {
	Request string `json:"request"`
	Round   int    `json:"round"`
}

// Kind implements [What].
func (Registered) Kind() string { return "registered" }
