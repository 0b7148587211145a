package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"steward/store/ledger"
	"steward/workflows"
)

// Problem is something in the database that cannot be as it was written.
type Problem struct {
	About workflows.Ref
	N     int    // the record; 0 where it is not about one
	Wrong string // a sentence without its full stop
}

// String gives "request/AIR-42 record 3: ...".
func (p Problem) String() string {
	if p.N == 0 {
		return p.About.String() + ": " + p.Wrong
	}
	return fmt.Sprintf("%s record %d: %s", p.About, p.N, p.Wrong)
}

// Report is what [Store.Verify] found.
type Report struct {
	Records  int64
	Texts    int64
	Files    int64 // that records name, whether they are there or were erased
	Things   int64 // things with records
	Requests int64
	Sealed   int64         // records in the tree
	Unsealed int64         // records that are not in it yet
	Seals    int64         // checkpoints
	Held     []ledger.Held // how each checkpoint that was kept elsewhere compares, in the order in which they were given
	Found    int64         // problems in all
	Problems []Problem     // the first of them, in the order of the log
}

// OK says that nothing is wrong.
func (r Report) OK() bool { return r.Found == 0 }

// mostProblems bounds how many problems a report spells out.
const mostProblems = 20

// verifyPage is how many records are read at once.
const verifyPage = 1000

// Verify reads the whole log and everything it speaks of, on one state of the database, and reports what does not fit:
//
//   - each entry decodes, and encoding it again gives the same bytes; numbers run from 1 without a gap;
//   - each text that a record names is there, and its hash with the salt is the commitment, unless a record of an erasure names
//     it: then it is gone; no text is there that none names; and so it is with files, which have the hash and the size of their record;
//   - each request is as its records say: state, rounds, votes, rulings, advice, questions, with the words people wrote;
//   - each system in the AI register is as its records say: state, owner, content, conditions and what was done about them, and its
//     request came to that end in that round;
//   - each link of an account to a person is as its last record says, as far as records speak of it: which account of the platform
//     it is, and links that came with an import of people, no record says;
//   - each proposal is as its last record says, and none is there that no record speaks of;
//   - each absence is as its last record says, with the reason that was given, and nobody may decide in another's place but by one;
//   - what is kept of each vendor is as its last record says, with the proofs that were given;
//   - each leaf of the tree is the hash of its record, the nodes above are those of their leaves, and each checkpoint is
//     signed by a key of the log and has the hash of the tree of its size; for each key but the first an older one vouches;
//   - the policy in force is the one activated last, and each stored policy has its hash.
//
// It does not find what needs an outside witness: records cut off at the end together with their rows, leaves and
// checkpoints, or a whole log that somebody with the key made anew; see [Store.VerifyWith]. Nor can it tell a record that
// somebody with the right to write added at the end in the form in which Steward writes it: that one is sealed like any other.
// Progress is called now and then and may be nil.
func (s *Store) Verify(ctx context.Context, progress func(done, total int64)) (Report, error) {
	return s.VerifyWith(ctx, VerifyOptions{Progress: progress})
}

// VerifyOptions say what the log is held against, beside itself.
type VerifyOptions struct {
	// Keys are public keys that whoever checks has from elsewhere. Where there are some, the first key of the log has to be one.
	Keys []ledger.Verifier
	// Held are checkpoints that somebody has kept elsewhere: each has to be signed by a key of the log, and the log has to begin
	// with the very records that it speaks of.
	Held []string
	// Progress is called now and then, and may be nil.
	Progress func(done, total int64)
}

// VerifyWith is [Store.Verify] that also holds the log against what was kept elsewhere.
func (s *Store) VerifyWith(ctx context.Context, o VerifyOptions) (Report, error) {
	progress := o.Progress
	if progress == nil {
		progress = func(int64, int64) {}
	}
	var report Report
	err := s.view(ctx, func(t tx) error {
		v := &verifier{tx: t, progress: progress, held: o.Held, trusted: o.Keys}
		if err := v.run(ctx); err != nil {
			return err
		}
		report = v.report
		return nil
	})
	return report, failed(err, "verify")
}

// verifier is one run over the log.
type verifier struct {
	tx
	report   Report
	progress func(done, total int64)
	thing    *thing // whose records are being read

	policies    map[string]bool   // hashes that are stored
	erased      map[string]bool   // commitments of texts that were destroyed with a record of it
	keysAdded   []addedKey        // public keys that records speak of, in their order
	trusted     []ledger.Verifier // keys that whoever checks has from elsewhere
	held        []string          // checkpoints that were kept elsewhere
	activations []activation
}

// thing is what the records about one thing have said so far.
type thing struct {
	about   workflows.Ref
	last    int    // number of the last record
	shown   string // commitment of the present content
	request *requestLog
	system  *systemLog
	absence *absenceLog
	vendor  *vendorLog
	link    *recordedLink
	// proposal is what the last record left.
	proposal *recordedProposal
}

func (v *verifier) wrong(about workflows.Ref, n int, format string, args ...any) {
	v.report.Found++
	if len(v.report.Problems) < mostProblems {
		v.report.Problems = append(v.report.Problems, Problem{about, n, fmt.Sprintf(format, args...)})
	}
}

func (v *verifier) run(ctx context.Context) error {
	if ok, err := v.readable(ctx); err != nil || !ok {
		return err
	}
	var total int64
	if err := v.on(ctx).Raw("SELECT count(*) FROM log_entries").Scan(&total).Error; err != nil {
		return err
	}
	if err := errors.Join(v.checkPolicies(ctx), v.readErased(ctx)); err != nil {
		return err
	}
	var after logEntryRow
	for {
		entries, texts, err := v.page(ctx, after)
		if err != nil {
			return err
		}
		for i := range entries {
			if texts, err = v.entry(ctx, entries[i], texts); err != nil {
				return err
			}
		}
		for _, x := range texts {
			v.wrong(ref(x.AboutKind, x.AboutID), x.N, "there is no such record, but a text %q of it", x.Name)
		}
		v.progress(v.report.Records, total)
		if len(entries) < verifyPage {
			break
		}
		after = entries[len(entries)-1]
	}
	if err := v.endThing(ctx); err != nil {
		return err
	}
	if err := v.checkInForce(ctx, v.activations); err != nil {
		return err
	}
	if err := v.unrecorded(ctx); err != nil {
		return err
	}
	return v.sealInOrder(ctx)
}

// sealInOrder checks the seal. A sealed record that is not as it was signed stands in front of what was found before: what its
// thing lacks follows from it. What is wrong with the seal and no record of it comes last.
func (v *verifier) sealInOrder(ctx context.Context) error {
	follows := v.report.Problems
	v.report.Problems = nil
	err := v.checkSeal(ctx)
	var named, seal []Problem
	for _, p := range v.report.Problems {
		if p.N > 0 {
			named = append(named, p)
		} else {
			seal = append(seal, p)
		}
	}
	v.report.Problems = slices.Concat(named, follows, seal)
	v.report.Problems = v.report.Problems[:min(len(v.report.Problems), mostProblems)]
	return err
}

// page reads records in the order of things and numbers, and the texts up to the last of them.
func (v *verifier) page(ctx context.Context, after logEntryRow) ([]logEntryRow, []logTextRow, error) {
	const key, above, upTo = "about_kind, about_id, n", "(about_kind, about_id, n) > (?, ?, ?)", "(about_kind, about_id, n) <= (?, ?, ?)"
	from := []any{after.AboutKind, after.AboutID, after.N}
	var entries []logEntryRow
	if err := v.on(ctx).Where(above, from...).Order(key).Limit(verifyPage).Find(&entries).Error; err != nil {
		return nil, nil, err
	}
	db := v.on(ctx).Where(above, from...)
	if len(entries) == verifyPage {
		last := entries[len(entries)-1]
		db = db.Where(upTo, last.AboutKind, last.AboutID, last.N)
	}
	var texts []logTextRow
	err := db.Order(key + ", name").Find(&texts).Error
	return entries, texts, err
}

// unrecorded finds requests, systems, absences, vendors, links and proposals that no record speaks of, and people who are back after their erasure.
func (v *verifier) unrecorded(ctx context.Context) error {
	var ids []string
	err := v.on(ctx).Raw(`SELECT id FROM requests r WHERE NOT EXISTS
		(SELECT 1 FROM log_entries e WHERE e.about_kind = 'request' AND e.about_id = r.id) ORDER BY id`).Scan(&ids).Error
	for _, id := range ids {
		v.wrong(workflows.RequestRef(id), 0, "the request is there, but no record of it")
	}
	return errors.Join(err, v.unrecordedSystems(ctx), v.unenteredRequests(ctx), v.unrecordedAbsences(ctx), v.unrecordedVendors(ctx), v.unrecordedLinks(ctx), v.unrecordedProposals(ctx), v.strayFiles(ctx), v.checkErased(ctx))
}
