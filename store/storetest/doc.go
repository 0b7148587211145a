// Package storetest is what every database of Steward has to do, as one list of checks that run on each: [Run].
//
// It knows the store as its callers do, through engine.Tx and the exported methods, and goes behind its back only to do
// what an attacker or a crash would: tamper with rows, let leases run out, hold locks.
//
// # Why
//
// Two databases with two dialects differ where nobody looks: in collations, in what a locked row does to a second
// transaction, in what a constraint's error looks like. Tests written for one and copied for the other drift apart; one
// list, run on both, does not.
package storetest
