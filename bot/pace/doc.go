// Package pace keeps the calls of one process within the limits of a platform: so many in any span of time, for each thing
// that is counted, and none while a pause runs.
//
// It must not know what is called, nor why something is limited: what it counts has a key, and its caller knows what that
// means. It never waits. It says how long to wait, for whoever asks has a row to wait in.
//
// # Why
//
// What is counted is when calls began, not a rate: a bucket that fills evenly lets through nearly twice the limit when it was
// full, and a platform that counts strictly refuses that. A call counts under all of its keys or under none of them, so a
// message that waits for one limit has used up nothing of another.
//
// It is memory of this process and nothing more: a platform's limits are of all processes together. Where they are passed all
// the same, the platform says so, and that pause is the outbox's to share.
package pace
