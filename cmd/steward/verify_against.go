package main

import (
	"fmt"
	"os"

	"steward/store/ledger"
)

// keptCheckpoint is a checkpoint that was kept elsewhere, with the file that it was read from.
type keptCheckpoint struct{ file, note string }

// readCheckpoints reads files that hold one checkpoint each, or several with an empty line between, as anchors write them.
func readCheckpoints(files []string) (out []keptCheckpoint, err error) {
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read checkpoint: %w", err)
		}
		found := ledger.SplitCheckpoints(string(text))
		if len(found) == 0 {
			return nil, fmt.Errorf("there is no checkpoint in %s", file)
		}
		for _, note := range found {
			out = append(out, keptCheckpoint{file, note})
		}
	}
	return out, nil
}

// notesOf gives the checkpoints alone.
func notesOf(held []keptCheckpoint) (notes []string) {
	for _, k := range held {
		notes = append(notes, k.note)
	}
	return notes
}

// against says of a checkpoint that was kept how it compares, as JSON: names stay, fields may be added.
type against struct {
	File  string `json:"file"`
	Size  int64  `json:"size"` // entries that it speaks of; 0 where it cannot be read
	OK    bool   `json:"ok"`   // the record continues it
	Newer bool   `json:"newer,omitempty"`
}

// compared puts together what was kept and what was found of it. Nothing is found where the record could not be read at all.
func compared(held []keptCheckpoint, found []ledger.Held) (out []against) {
	for i, k := range held {
		one := against{File: k.file}
		if i < len(found) {
			one.Size, one.OK, one.Newer = found[i].Size, found[i].OK, found[i].Newer
		}
		out = append(out, one)
	}
	return out
}

// printAgainst says what the record was held against, where all of it fits: a sentence for each file.
func (p program) printAgainst(list []against) {
	for len(list) > 0 {
		n, largest := 0, int64(0)
		for n < len(list) && list[n].File == list[0].File {
			largest = max(largest, list[n].Size)
			n++
		}
		if n == 1 {
			fmt.Fprintf(p.out, "The checkpoint of %s in %s: this record continues it.\n", entries(largest), list[0].File)
		} else {
			fmt.Fprintf(p.out, "The %d checkpoints in %s, the newest of %s: this record continues each of them.\n", n, list[0].File, entries(largest))
		}
		list = list[n:]
	}
}

func entries(n int64) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}

// newest gives the size of the largest checkpoint that is newer than what is checked; 0 where there is none.
func newest(found []ledger.Held) (size int64) {
	for _, h := range found {
		if h.Newer {
			size = max(size, h.Size)
		}
	}
	return size
}

// newerError says that nothing can be told by a checkpoint that is newer than the file. It is no finding: whoever takes one
// after an export has one.
func newerError(kept, here int64, bundle bool) error {
	what := "the bundle"
	if !bundle {
		what = "the records"
	}
	return fmt.Errorf("the checkpoint that was kept is newer (%s) than %s (%d), so they cannot be compared. Take one from before the export, or ask for a new bundle", entries(kept), what, here)
}
