package ledger

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// walk goes along the tree: entries, and gaps between them.
type walk struct {
	report *BundleReport
	edge   Frontier
	gaps   *lines // nil: there are none
	gap    *Gap   // the next
	texts  *texts // nil: they are not looked at
	things map[string]*thingState
	held   []HeldCheckpoint // kept elsewhere and still ahead, smallest first
	// lacking are texts that are not there, until an entry says that they were destroyed.
	lacking map[string]lackingText
	erased  map[string]bool
}

// thingState is what the entries about one thing have said so far.
type thingState struct {
	n     int
	shown string // commitment of what was shown last, in quotes
}

// lackingText is where a text is missing.
type lackingText struct {
	at   place
	name string
}

// place is an entry.
type place struct {
	leaf  int64
	about string
	n     int
}

// lines reads a file line by line; the lines end with a line feed, the last one too.
type lines struct {
	r    *bufio.Reader
	long []byte
	n    int
}

func newLines(r io.Reader) *lines { return &lines{r: bufio.NewReaderSize(r, 256<<10)} }

// next gives a line without its end; it is good until the next call. io.EOF at the end.
func (l *lines) next() ([]byte, error) {
	line, err := l.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		l.long = append(l.long[:0], line...)
		for errors.Is(err, bufio.ErrBufferFull) && len(l.long) < maxLine {
			line, err = l.r.ReadSlice('\n')
			l.long = append(l.long, line...)
		}
		line = l.long
	}
	switch {
	case errors.Is(err, io.EOF) && len(line) == 0:
		return nil, io.EOF
	case errors.Is(err, io.EOF):
		return nil, errors.New("its last line does not end")
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, fmt.Errorf("line %d is longer than a text can be", l.n+1)
	case err != nil:
		return nil, err
	}
	l.n++
	return line[:len(line)-1], nil
}

// maxLine bounds a line: what was shown is far below it.
const maxLine = 64 << 20

// errStop ends a walk of which a sentence was said already.
var errStop = errors.New("stop")

// run reads all entries. The error is about reading; what is wrong is in the report.
func (w *walk) run(records io.Reader, signed Checkpoint, progress func(done, total int64)) error {
	in := newLines(records)
	for {
		if err := w.fillGaps(); err != nil {
			return err
		}
		line, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			w.report.wrong(FileRecords, place{leaf: -1}, "%v", err)
			return errStop
		}
		w.entry(line)
		if w.report.Records%50_000 == 0 {
			progress(w.edge.Size(), signed.Size)
		}
	}
	return w.end(signed)
}

// fillGaps fills the tree with the gaps that come next.
func (w *walk) fillGaps() error {
	for w.gaps != nil {
		if w.gap == nil {
			line, err := w.gaps.next()
			if errors.Is(err, io.EOF) {
				w.gaps = nil
				return nil
			}
			var g Gap
			if err == nil {
				err = json.Unmarshal(line, &g)
			}
			if err != nil {
				w.report.wrong(FileGaps, place{leaf: -1}, "line %d: %v", w.gaps.n, err)
				return errStop
			}
			w.gap = &g
		}
		if w.gap.First > w.edge.Size() {
			return nil
		}
		if err := w.edge.fill(*w.gap); err != nil {
			w.report.wrong(FileGaps, place{leaf: -1}, "line %d: %v", w.gaps.n, err)
			return errStop
		}
		w.gap = nil
		w.compareHeld()
	}
	return nil
}

// entry takes one entry.
func (w *walk) entry(line []byte) {
	leaf := w.edge.Size()
	w.edge.Append(LeafHash(line))
	w.report.Records++
	w.compareHeld()
	f, err := readEntry(line)
	if err != nil {
		w.report.wrong(FileRecords, place{leaf: leaf}, "%v", err)
		return
	}
	t := w.things[string(f.about)]
	if t == nil {
		t = &thingState{}
		w.things[string(f.about)] = t
	}
	if f.n != t.n+1 {
		w.report.wrong(FileRecords, place{leaf, thing(f.about), f.n}, "number %d of this thing was expected: one is missing, or one is there twice", t.n+1)
	}
	t.n = f.n
	if w.texts != nil {
		w.checkTexts(place{leaf: leaf, n: f.n}, f, t)
	}
	for _, c := range f.erasures() {
		w.erased[c] = true
	}
}

// checkTexts compares the texts of an entry with what it commits to.
func (w *walk) checkTexts(at place, f entryFields, t *thingState) {
	if f.texts == nil && f.shown == nil {
		return
	}
	at.about = thing(f.about)
	names, err := f.names()
	if err != nil {
		w.report.wrong(FileRecords, at, "%v", err)
		return
	}
	shown := f.shownText()
	there := map[string]bool{}
	for _, l := range w.texts.of(at.leaf) {
		w.report.Texts++
		switch {
		case names[l.Name] != l.Commitment && (l.Name != "shown" || l.Commitment != shown):
			w.report.wrong(FileTexts, at, "a text %q is there that the entry does not commit to", l.Name)
		case there[l.Commitment]:
			w.report.wrong(FileTexts, at, "the text %q is there twice", l.Name)
		case !l.fits():
			w.report.wrong(FileTexts, at, "the text %q is not the one that the entry commits to", l.Name)
		}
		there[l.Commitment] = true
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if !there[names[name]] {
			w.lacking[names[name]] = lackingText{at, name}
		}
	}
	if shown != "" && shown != t.shown && !there[shown] {
		w.lacking[shown] = lackingText{at, "shown"}
	}
	if shown != "" {
		t.shown = shown
	}
}

// fits says whether the text has its commitment.
func (l TextLine) fits() bool {
	salt, err := hex.DecodeString(l.Salt)
	if err != nil || (l.Value != nil) == (l.Bytes != nil) {
		return false
	}
	sum := sha256.New()
	_, _ = sum.Write(salt) // hashes never fail
	_, _ = sum.Write(l.bytes())
	return hex.EncodeToString(sum.Sum(nil)) == l.Commitment
}

// end says what only the end can tell.
func (w *walk) end(signed Checkpoint) error {
	if w.gap != nil || w.gaps != nil {
		w.report.wrong(FileGaps, place{leaf: -1}, "it speaks of leaf %d, but the entries end at %d", w.gap.First, w.edge.Size())
	}
	w.endHeld(signed)
	if w.texts == nil {
		return nil
	}
	w.texts.rest(w.report)
	for _, c := range slices.SortedFunc(maps.Keys(w.lacking), func(a, b string) int { return int(w.lacking[a].at.leaf - w.lacking[b].at.leaf) }) {
		if w.erased[c] {
			w.report.Erased++
			continue
		}
		w.report.wrong(FileTexts, w.lacking[c].at, "the text %q that the entry commits to is missing, and no entry says that it was erased", w.lacking[c].name)
	}
	return nil
}

// texts reads texts.jsonl beside the entries.
type texts struct {
	in     *lines
	next   *TextLine
	broken bool
	report *BundleReport
}

// of gives the texts of a leaf. What stands before them belongs to no entry.
func (t *texts) of(leaf int64) (out []TextLine) {
	for t.peek() && t.next.Leaf <= leaf {
		if len(out) == mostTexts {
			t.report.wrong(FileTexts, place{leaf: leaf}, "it has more texts than an entry can commit to")
			t.next, t.broken = nil, true
			return out
		}
		if t.next.Leaf < leaf {
			t.report.wrong(FileTexts, place{leaf: t.next.Leaf}, "a text %q is there of an entry that commits to none", t.next.Name)
		} else {
			out = append(out, *t.next)
		}
		t.next = nil
	}
	return out
}

// mostTexts is more than any entry has texts.
const mostTexts = 1000

// peek reads the next line, and says whether there is one.
func (t *texts) peek() bool {
	if t.next != nil || t.broken {
		return t.next != nil
	}
	line, err := t.in.next()
	if errors.Is(err, io.EOF) {
		t.broken = true
		return false
	}
	var l TextLine
	if err == nil {
		dec := json.NewDecoder(bytes.NewReader(line))
		dec.DisallowUnknownFields()
		err = dec.Decode(&l)
	}
	if err != nil {
		t.report.wrong(FileTexts, place{leaf: -1}, "line %d cannot be read: %v", t.in.n, err)
		t.broken = true
		return false
	}
	t.next = &l
	return true
}

// rest says which texts are left over.
func (t *texts) rest(report *BundleReport) {
	for t.peek() {
		report.wrong(FileTexts, place{leaf: t.next.Leaf}, "a text %q is there of an entry that is not", t.next.Name)
		t.next = nil
	}
}
