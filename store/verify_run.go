package store

import (
	"fmt"

	"steward/workflows"
)

// run is the leaves since the last checkpoint that fits: where the next one does not, what is wrong stands among them.
type run struct {
	from, to    int64 // indexes of leaves, without the last
	first, last place
}

// place names a record by its leaf.
type place struct {
	about workflows.Ref
	n     int // 0 where the record is not there
	leaf  int64
}

func placeOf(r sealedRow) place { return place{ref(r.AboutKind, r.AboutID), r.N, r.Idx} }

// String gives "request/AIR-42 record 3".
func (p place) String() string {
	if p.n == 0 {
		return fmt.Sprintf("leaf %d, whose record is missing", p.leaf)
	}
	return fmt.Sprintf("%s record %d", p.about, p.n)
}

// after says behind what the record was sealed that would come next.
func (r run) after() string {
	if r.to == 0 {
		return "sealed first of all"
	}
	return "sealed right after " + r.last.String()
}

// add takes in a leaf.
func (r *run) add(p place) {
	if r.from == r.to {
		r.first = p
	}
	r.last, r.to = p, p.leaf+1
}

// fits begins a new run: all until here is as it was signed.
func (r *run) fits() { r.from = r.to }

// one says that the run is a single record, which is there: then that one is wrong.
func (r run) one() bool { return r.to-r.from == 1 && r.first.n > 0 }

// String gives "the 10 records from request/AIR-1 record 7 to request/AIR-2 record 1".
func (r run) String() string {
	if r.to-r.from == 1 {
		return r.first.String()
	}
	return fmt.Sprintf("the %d records from %s to %s", r.to-r.from, r.first, r.last)
}

// signedOtherwise says that a checkpoint of the log does not fit the run before it.
func (v *verifier) signedOtherwise(r run, size int64) {
	if r.one() {
		v.wrong(r.first.about, r.first.n, "it is not the record that was sealed as leaf %d and signed by the checkpoint of %d records", r.first.leaf, size)
		return
	}
	v.wrong(workflows.RecordRef(), 0, "the checkpoint of %d records: the records before it are not those that were signed; the first that is not is among %s", size, r)
}

// keptOtherwise says that a checkpoint that was kept elsewhere does not fit the run before it.
func (v *verifier) keptOtherwise(r run, size int64) {
	const those = "the first %d records are not those of the checkpoint that was kept: some of them were changed, removed or put in"
	switch {
	case r.one():
		v.wrong(r.first.about, r.first.n, "it is not the record that was leaf %d when the checkpoint of %d records that was kept was signed", r.first.leaf, size)
	case r.from == 0:
		v.wrong(workflows.RecordRef(), 0, those+". Which is the first cannot be told by this checkpoint alone: older ones that were kept narrow it down", size)
	default:
		v.wrong(workflows.RecordRef(), 0, those+". The first %d are those of an older checkpoint that was kept, so that the first other one is among %s", size, r.from, r)
	}
}

// keptMore says that a checkpoint that was kept elsewhere speaks of records that are not in the tree.
func (v *verifier) keptMore(r run, size int64) {
	after := "no record is sealed"
	if r.to > 0 {
		after = "the last that is there is " + r.last.String()
	}
	v.wrong(workflows.RecordRef(), 0, "the checkpoint that was kept speaks of %d records, of which %d are there: %s. Those after it were removed, or this is an older copy",
		size, r.to, after)
}
