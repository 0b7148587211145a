// Package workflows holds the words that every part of Steward shares: a thing and its [Ref], an [Event] that happens to
// it, the [Effect] it has, the [Record] it leaves, the [Refusal] a person hears, the [Roster] of people concerned, and who
// may see what ([MaySee]).
//
// It must not know how anything is stored, sent, shown or timed: it imports the standard library only, and of that neither
// net, os, database/sql nor math/rand. Nobody asks time.Now here or in a package below; the time of an event is in the event.
//
// # Why
//
// The machines (approval, and later register, access, review, concern) are functions: state + event + facts -> [Outcome].
// Everything that makes software of this kind hard to trust (clocks, retries, chat platforms, databases) stays outside,
// so that the rules can be read, tested by table and by random histories, and explained to an auditor. The model is the
// pure core of a consensus library, not a workflow engine: there is no replay and no hidden state.
package workflows
