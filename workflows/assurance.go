package workflows

// Assurance says how sure it is who acts, in the words of the policy. The zero value counts as [AssuredChat].
type Assurance string

// The assurances, weakest first.
const (
	AssuredChat   Assurance = "chat"   // a chat platform says who it is, or a link that was sent to a chat
	AssuredPortal Assurance = "portal" // signed in to the portal, and not from a chat where there is a better way
	AssuredFresh  Assurance = "fresh"  // signed in to the portal for this, a few minutes ago
)

// Meets says whether this is as much as a policy wants. A word that is not known here is more than anything.
func (a Assurance) Meets(want string) bool { return a.rank() >= Assurance(want).demand() }

func (a Assurance) rank() int {
	switch a {
	case AssuredPortal:
		return 1
	case AssuredFresh:
		return 2
	case AssuredChat:
	}
	return 0
}

func (a Assurance) demand() int {
	if a == "" || a == AssuredChat {
		return 0
	}
	if rank := a.rank(); rank > 0 {
		return rank
	}
	return 3
}
