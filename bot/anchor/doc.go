// Package anchor posts checkpoints of the record outside the database: to a file that is only added to, and to an address that
// the company has chosen. Who runs the database does not write there, so that what stands there can be held against the record
// later.
//
// Both are surfaces of the courier. What is posted is therefore a delivery like any other: it is tried again, a restart loses
// nothing, and one that failed for good stands on the page of deliveries. Nobody reads here and nothing comes in.
//
// It must not know when a checkpoint is due (the engine does) nor what one proves (package ledger says it).
package anchor
