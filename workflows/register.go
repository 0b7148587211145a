package workflows

// SystemPrefix begins the ids of entries of the AI register: "AIS-7".
const SystemPrefix = "AIS"

// SystemRef points to the entry of the AI register with this id.
func SystemRef(id string) Ref { return Ref{Kind: KindSystem, ID: id} }

// Registered is what the end of a request brings to the AI register: a new entry, or another state of the entry that its last
// round brought there.
type Registered struct {
	Request string `json:"request"`
	Round   int    `json:"round"`
}

// Kind implements [What].
func (Registered) Kind() string { return "registered" }
