package ledger

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// otherRoot says that the tree is another one.
const otherRoot = "the entries are not those that were signed: their tree has another root"

// whichDiffers says what can be told of the entry that is not as it was signed: a hash alone does not name it, but requests have
// copies of their entries. The files are read again, line by line, and of each copy its hash alone is kept.
func (c *bundleCheck) whichDiffers() string {
	const unknown = otherRoot + ". The bundle alone cannot tell which entry it is: ask the company to run steward verify on its database"
	copies := map[int64]Hash{}
	err := c.eachCopy(func(leaf int64, entry []byte) { copies[leaf] = LeafHash(entry) })
	if err != nil {
		return unknown
	}
	first := int64(-1)
	err = c.eachEntry(func(leaf int64, entry []byte) (more bool) {
		if kept, ok := copies[leaf]; ok && kept != LeafHash(entry) {
			first = leaf
		}
		return first < 0
	})
	if err != nil || first < 0 {
		return unknown
	}
	return fmt.Sprintf("entry %d%s is not the same in %s; %s", first+1, c.nameOf(first), FileRequests, otherRoot)
}

// nameOf gives " (request/AIR-42 record 3)" by the copy of an entry, which may be the one that nobody changed.
func (c *bundleCheck) nameOf(wanted int64) (name string) {
	_ = c.eachCopy(func(leaf int64, entry []byte) { // read before
		if f, err := readEntry(entry); leaf == wanted && err == nil {
			name = fmt.Sprintf(" (%s record %d)", thing(f.about), f.n)
		}
	})
	return name
}

// eachCopy gives what requests.jsonl says of entries.
func (c *bundleCheck) eachCopy(do func(leaf int64, entry []byte)) error {
	return eachLine(c.files[FileRequests], func(line []byte) error {
		var request struct {
			Timeline []struct {
				Leaf  int64
				Entry json.RawMessage
			}
		}
		err := json.Unmarshal(line, &request)
		for _, x := range request.Timeline {
			do(x.Leaf, x.Entry)
		}
		return err
	})
}

// eachEntry gives the entries of records.jsonl with their leaves, until one is not wanted any more.
func (c *bundleCheck) eachEntry(do func(leaf int64, entry []byte) (more bool)) error {
	var gaps []Gap
	err := eachLine(c.files[FileGaps], func(line []byte) error {
		var g Gap
		err := json.Unmarshal(line, &g)
		gaps = append(gaps, g)
		return err
	})
	if err != nil {
		return err
	}
	leaf := int64(0)
	err = eachLine(c.files[FileRecords], func(line []byte) error {
		for len(gaps) > 0 && gaps[0].First == leaf {
			leaf += 1 << gaps[0].Level
			gaps = gaps[1:]
		}
		if !do(leaf, line) {
			return io.EOF
		}
		leaf++
		return nil
	})
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// eachLine reads a file of the bundle line by line. What it gives is good until the next one.
func eachLine(f *zip.File, do func(line []byte) error) (err error) {
	if f == nil {
		return errors.New("the file is missing")
	}
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	for l := newLines(in); ; {
		line, err := l.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = do(line)
		}
		if err != nil {
			return err
		}
	}
}
