package workflows

// ErasedName stands where the name of an erased person would.
const ErasedName = "Erased person"

// FactErased is the stored name of the records about what was destroyed: about a person who was erased, or about the record,
// of requests whose time to be kept is over. Their data names, under "commitments", the texts that are gone: one that is
// missing without them is tampering.
const FactErased = "erased"

// Erasure asks for what is kept about a person to be destroyed.
type Erasure struct {
	Person   PersonID
	Actor    PersonID
	Via      Via
	Reason   string
	Own      bool // what they wrote in requests that have ended, and of systems whose life is over, goes as well, but for the answers in forms
	Override bool // before the time is over that they are to be kept
	Keep     int  // that time, in months after they left
	DryRun   bool // say what would go, and destroy nothing
}

// Erased is what an erasure destroys beside name, address and place in the company.
type Erased struct {
	Texts    int // that records name
	Accounts int // on chat platforms
	Copies   int // of messages: to them, or with their name in it
	Drafts   int
	// Forms are requests whose forms they filled in, oldest first and at most one more than [FormsNamed], where what they wrote
	// was to go as well. Those answers are what was decided on, and stay until the time of the request is over.
	Forms []string
}

// FormsNamed is how many requests are named whose answers stay.
const FormsNamed = 5

// Nothing says that nothing was there to destroy.
func (e Erased) Nothing() bool { return e.Texts+e.Accounts+e.Copies+e.Drafts == 0 }

// Ties are what keeps a person from being erased.
type Ties struct {
	Active    bool
	Erased    bool   // it was done before
	LeftOn    string // local date 2006-01-02; empty where it is not known
	Name      string
	Waits     bool // something waits for them
	Open      bool // a request that they asked or are to own is open
	Roles     bool
	Assets    bool // they own a system or a subject of the company
	Systems   bool // they own a system of the AI register whose life is not over
	Absences  bool // they are away, or stand in for somebody who is
	Proposals bool // one about their roles, or made by them, waits for a second person
}

// Retention says how long what is over is kept, in months; 0 is for ever.
type Retention struct {
	Requests int // after the end of what they were about: of an approval, the end of its validity and of the life of its system
	Copies   int // of messages: what the portal's inbox showed, and where a chat has them
}
