package ledger

import (
	"cmp"
	"fmt"
	"slices"
)

// Held is how a checkpoint that was kept elsewhere compares with a record.
type Held struct {
	Size  int64 // entries that it speaks of; 0 where it cannot be read
	OK    bool  // the record begins with these very entries
	Newer bool  // it was signed after what is here, which says nothing about either
}

// HeldCheckpoint is a checkpoint that was kept elsewhere, with its place among those that were given.
type HeldCheckpoint struct {
	Checkpoint

	At int
}

// OpenHeld opens checkpoints that were kept elsewhere. It gives those that speak of entries, smallest first, and of each that was
// given how it compares so far; wrong is told of each that cannot be opened.
func OpenHeld(notes []string, keys []Verifier, wrong func(error)) (held []HeldCheckpoint, known []Held) {
	known = make([]Held, len(notes))
	for i, text := range notes {
		c, err := OpenCheckpoint(text, keys)
		if err != nil {
			wrong(fmt.Errorf("the checkpoint that was kept cannot be compared: %w", err))
			continue
		}
		known[i] = Held{Size: c.Size, OK: c.Size == 0} // every record begins with nothing
		if c.Size > 0 {
			held = append(held, HeldCheckpoint{c, i})
		}
	}
	slices.SortFunc(held, func(a, b HeldCheckpoint) int { return cmp.Compare(a.Size, b.Size) })
	return held, known
}

// openHeld opens those of a check.
func (r *BundleReport) openHeld(notes []string, keys []Verifier) (held []HeldCheckpoint) {
	held, r.Held = OpenHeld(notes, keys, func(err error) { r.wrong(FileCheckpoint, place{leaf: -1}, "%v", err) })
	return held
}

// compareHeld compares the tree with the checkpoints that were kept.
func (w *walk) compareHeld() {
	for len(w.held) > 0 && w.held[0].Size <= w.edge.Size() {
		switch c := w.held[0]; {
		case c.Size < w.edge.Size():
			w.report.wrong(FileCheckpoint, place{leaf: -1}, "the checkpoint of %d entries that was kept cannot be compared: this bundle leaves out entries around there. Ask for a bundle of the whole record", c.Size)
		case c.Root != w.edge.Root():
			w.report.wrong(FileRecords, place{leaf: -1}, "the first %d entries are not those of the checkpoint that was kept: some of them were changed, removed or put in", c.Size)
		default:
			w.report.Held[c.At].OK = true
		}
		w.held = w.held[1:]
	}
}

// endHeld settles the checkpoints that speak of more entries than there are. One that was signed after the checkpoint of the
// bundle is newer, as any is that is taken after an export; else entries are missing.
func (w *walk) endHeld(signed Checkpoint) {
	for _, c := range w.held {
		if c.Size > signed.Size {
			w.report.Held[c.At].Newer = true
			continue
		}
		w.report.wrong(FileRecords, place{leaf: -1}, "the checkpoint that was kept speaks of %d entries, of which %d are there: some of them were removed", c.Size, w.edge.Size())
	}
}
