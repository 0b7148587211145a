// Package engine runs the workflows: it is the only package that applies an event to a thing. It loads the thing and the
// facts, calls the machine, and stores the new state, the records, and what follows (mails, timers, events for other
// things) in one transaction. Afterwards it carries out what waits: timers that fall due, mails to expand into
// deliveries, events told to other things.
//
// The links of chat accounts to people have no machine: what may be done to one is a pure function here (judgeLink), and each
// change is a record about that link, so that nobody's linking waits for somebody else's.
//
// It must not know how anything is shown or sent (package bot does), nor which database there is ([Tx] hides it); it
// decides nothing itself: who may do what is in the machines and in the policy pack.
//
// # Why
//
// One transaction is the whole promise: nothing is sent before its commit, and nothing that was committed is forgotten.
// The order inside is always inbox key, lock, check, vote, advance, records, outbox. Without the lock on the thing, two
// approvers who press at once each see one vote and neither advances the request.
//
// Outbox and timers are tables of ours and not a job library, because they must be the same on Postgres and SQLite, share
// pauses between replicas, and keep schedules in the database; see store for how they are claimed. "Never twice" is given
// by no queue: inbox keys make events from outside harmless to repeat, and package bot says what holds for messages.
//
// There are two clocks. Business time ([Config.Now]) is in events, timers and deadlines, and the demo may move it; leases,
// pauses and sessions live in real time and are not here.
package engine
