// Package store keeps everything Steward knows in a database: Postgres, or a SQLite file as the embedded default.
//
// It implements engine.Store and engine.Tx, the queue of the courier, what the portal and the command line read, and the
// check of the log. Each noun has a file: its row, its columns, its statements. Nothing here decides anything: what may
// happen is said in package workflows and below, and rows are no domain objects. It must not know who sends, shows or asks:
// it imports neither bot nor net/http, and its rows are unexported, so that no handler can decode into one.
//
// # Two databases, one code
//
// What differs between the databases is in the migrations (one folder each) and in dialect.go: the clock, a condition on a
// list, SKIP LOCKED. Times are Unix milliseconds and zero is none, JSON is text and never queried, text that is ordered has
// the collation "C", and folding happens in Go. Text that not both can keep (a zero byte, broken UTF-8) is refused by both.
//
//	            Postgres                         SQLite
//	writers     many, rows locked by methods     one connection, BEGIN IMMEDIATE
//	readers     the same pool                    a pool of its own, query_only
//	replicas    many                             one process, a lock beside the file
//	migrations  a lock of the session            the same lock
//
// # Two clocks
//
// Business time comes in with each call. Leases, pauses, back-off and what is pruned go by the database's clock, in the
// statement itself: replicas whose clocks differ agree about who holds a delivery.
//
// # Why
//
// The outbox is ours and no job library's, because only so does one code path run on both databases, share the pause that a
// platform asks for among replicas, and stand in the transaction of the decision without a bridge. A claim takes rows by a
// materialized CTE, since an IN-subquery with LIMIT may lock more than it says; a delivery in flight is unique for its
// account and thing by an index, not by a query that two replicas can both pass. A random token fences whoever lost a lease.
//
// gorm is used for rows and conditions; where a statement has to be exactly one, it is written out. gorm expands a slice
// after "(", byte slices among them: bytes go in through structs, lists as one parameter.
//
// The request's row is locked by a statement of its own, before anything else about it is read: on Postgres a statement that
// waits for a lock and joins sees the new row beside the old rows of other tables.
//
// Prepared statements are kept by connection: by pgx, and on SQLite by a few lines of ours. gorm's own cache prepares anew in
// every transaction.
package store
