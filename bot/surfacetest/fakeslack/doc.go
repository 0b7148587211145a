// Package fakeslack is a Slack of one workspace in this process, for tests: it keeps users, conversations, messages, modals
// and home tabs, calls the app as Slack calls it, and refuses what Slack refuses.
//
// [New] starts it on loopback. The app under test is given [Server.APIURL] in place of Slack's, and is reached either at its
// own HTTP endpoints ([Server.Handle]) or over Socket Mode. A test then acts as people do ([Server.Command],
// [Server.Press], [Server.Submit], ...) and looks at what they see ([Server.DM], [Server.Ephemeral], [Server.View],
// [Server.Home]). [Client] plays the stories of package surfacetest on it.
//
// Two clocks count. What a test can let pass is counted by [Options.Now]: triggers, response URLs, rate limits, retries of
// events. An ack has to come within 3 s of both that clock and the real one.
//
// It must not know the app under test: what it shows is read from the JSON that was sent, by Block Kit's own names.
//
// # Why
//
// The traps of Slack are in its state: a trigger that is too old, a view that changed meanwhile, a block whose id is the old
// one and so keeps what was typed, a message that lost its blocks because an update brought a text alone. A mock that returns
// what a test tells it to cannot fail there. The road not taken, the library's own test server, knows canned answers to a few
// methods and nothing of views, triggers, signatures or limits.
//
// Where Slack's documents say nothing the strict reading is taken: blocks, elements and members that package blockkit does
// not know are refused, JSON that is not sent as JSON is a text, and a conversation takes one message in any second.
//
// Not modelled: installation and its consent, files, reactions, threads in a view of their own, group conversations, scheduled
// messages, workflow steps, channel history beside that of a DM's scope, several clients of one person, presence, and what
// notifications do. Members of a conversation are taken as given.
package fakeslack
