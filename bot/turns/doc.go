// Package turns runs what people press on a chat platform, which waits for an answer and for no longer than a few seconds.
//
// A turn is one envelope of the platform: it is worked on, acked in time, and followed by calls of the platform. What it acks
// is committed wherever that can be done within the budget; else the ack says that it is being worked on, and the end is
// told afterwards. A turn outlives the request it came with, a panic ends one turn and nothing else, and at the end of the
// process turns in progress have a while to end.
//
// It must not know what a platform sends or how an answer looks: both are functions of the turn.
//
// # Why
//
// Slack and Teams share this discipline to the letter, and it is where a race would make a decision vanish: so there is one
// of it, which both use and which is tested once.
package turns
