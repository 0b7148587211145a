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
// # The bundle
//
// An evidence bundle is a ZIP file that proves itself. Package evidence says what an auditor reads in it; this package says what
// makes it provable, writes the file ([Bundle]) and checks it with nothing else at hand ([CheckBundle]):
//
//	README.html                 explains the bundle to an auditor
//	...                         tables and texts for people, see package evidence
//	bundle.json                 [Manifest]: which log, how many entries, which root, what the bundle is limited to
//	record/records.jsonl        the entries, byte by byte as they were hashed, one a line, in the order of the tree
//	record/gaps.jsonl           what the tree needs in place of entries that are left out: roots of whole subtrees
//	record/texts.jsonl          texts that entries commit to, each with its salt, in the order of their entries
//	record/checkpoint.txt       the signed checkpoint
//	record/keys.txt             public keys that have signed, one a line, in the encoding of signed notes
//	record/key-ID.pem           the same, as openssl reads them
//	record/vouches.jsonl        where there are several keys, the word of an older one for each newer one: [Vouch]
//	SHA256SUMS                  SHA-256 of every other file, as sha256sum -c reads it
//	SHA256SUMS.sig              its Ed25519 signature, 64 bytes, as openssl pkeyutl -verify -rawin reads it
//
// Entries and gaps together walk along the whole tree once: the n-th entry is the leaf after everything before it. A bundle of
// the whole log has no gaps, and its records.jsonl with the checkpoint proves itself without the rest. Where entries are left
// out, gaps are the fewest subtrees that fill the tree: one walk proves all entries that are there, with less text than a proof
// for each. Entries about one thing are there all or not at all, so that their numbers show that none is missing up to the last;
// that none came after it a part cannot show, because the record does not sign how many there are of each thing.
//
// The ZIP itself has one form only: files in the order of their names with README.html in front, the year 1980 as time, nothing
// between, before or behind them. The same files give the same bytes, and nothing hides where unzip does not look.
//
// requests.jsonl of package evidence holds copies of entries. They prove nothing and are not compared, but where the root is
// another one, a copy that differs names the entry.
//
// # Keys
//
// A key comes into the log by an entry. The first is taken as it is; each newer one needs the word of an older one
// ([Keyring]), or whoever could write to the database would add one of their own and sign with it.
//
// # What it proves and what it does not
//
// Whoever holds a checkpoint can tell whether a log that is shown later still begins with the same entries. Without a
// checkpoint held elsewhere, whoever can write to the database and has the key can make a new log and sign it.
package ledger
