package workflows

// Pulse is an inbox as seen from outside: how much waits there, and a mark that is another one once anything in it has
// changed. Marks are compared and never read.
type Pulse struct {
	Waits int
	Mark  string
}
