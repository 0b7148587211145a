package workflows

import "time"

// Conversation is where an account can be written to, on a platform where nobody is written to by their id alone: a message
// needs a chat that exists already. It is the platform's word, noted when it was heard, and nothing decides by it; losing it
// costs a chat until its person writes again.
type Conversation struct {
	Account Account   // surface, tenant and user; nothing else of it is kept
	Place   string    // the platform's id of the chat
	Service string    // the address at which the platform takes messages for it
	Member  string    // the platform's id of the person in the chat, empty where it is not known
	Bot     string    // our own id in the chat, empty where it is not known
	Dead    bool      // the person has removed or blocked us there: nothing can be sent until they are heard of again
	SeenAt  time.Time // real time of what this was learned from; of two words about an account, the newer one counts
}
