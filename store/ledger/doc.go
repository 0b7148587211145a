// Package ledger proves that a log is whole: it hashes entries into a Merkle tree, signs how far the tree has grown, and
// checks entries against what was signed. It knows no database and no network; package store keeps what it computes.
//
// # What is followed
//
//   - Leaves and nodes are hashed as RFC 6962, section 2.1, says: SHA-256(0x00 || entry) and SHA-256(0x01 || left || right).
//   - A checkpoint is three lines, origin, number of entries and root in base64, as C2SP tlog-checkpoint has them, signed as a
//     signed note (C2SP signed-note) with Ed25519. There is no time in it: the same entries have the same checkpoint.
//   - Proofs are those of RFC 6962, sections 2.1.1 and 2.1.2.
//
// golang.org/x/mod is used for hashing, proofs and notes: it is what the Go module system itself relies on, it needs nothing
// beyond the standard library, and other implementations read what it writes.
//
// # What it proves and what it does not
//
// Whoever holds a checkpoint can tell whether a log that is shown later still begins with the same entries. Without a
// checkpoint held elsewhere, whoever can write to the database and has the key can make a new log and sign it.
package ledger
