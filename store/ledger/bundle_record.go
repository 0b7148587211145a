package ledger

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// RecordPart writes the entries of a bundle, with what stands for those that are left out.
type RecordPart struct {
	src                  Source
	records, gaps, texts io.WriteCloser
	next                 int64 // the leaf after the last entry
	Entries, Texts       int64 // written so far
	Erased               int64 // texts that were destroyed, known after Finish

	shown   map[string]string // by thing: what was shown last
	lacking map[string]string // commitments of texts that are not there, with where
	gone    map[string]bool   // commitments that an entry says were destroyed
}

// ErrLacking says that a text is missing and that no entry up to the checkpoint says that it was erased.
var ErrLacking = errors.New("no entry up to this checkpoint says that it was erased. If it was erased a moment ago, try again; an older checkpoint cannot be used any more")

// Record begins the entries of a bundle. The source gives the hashes of the tree.
func (b *Bundle) Record(src Source) (p *RecordPart, err error) {
	p = &RecordPart{src: src, shown: map[string]string{}, lacking: map[string]string{}, gone: map[string]bool{}}
	for name, w := range map[string]*io.WriteCloser{FileRecords: &p.records, FileGaps: &p.gaps, FileTexts: &p.texts} {
		if *w, err = b.Create(name, false); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// Text is a text that an entry commits to.
type Text struct {
	Name, Commitment string
	Salt, Value      []byte
}

// Entry adds an entry, byte by byte, with its texts in the order of their names. Entries come in the order of their leaves.
func (p *RecordPart) Entry(ctx context.Context, leaf int64, entry []byte, texts []Text) error {
	if leaf < p.next || bytes.IndexByte(entry, '\n') >= 0 {
		return fmt.Errorf("leaf %d comes after leaf %d, or is no single line", leaf, p.next-1)
	}
	if err := p.upTo(ctx, leaf); err != nil {
		return err
	}
	p.next++
	p.Entries++
	if err := p.learn(leaf, entry, texts); err != nil {
		return err
	}
	if _, err := p.records.Write(entry); err != nil {
		return err
	}
	if _, err := p.records.Write([]byte{'\n'}); err != nil {
		return err
	}
	for _, x := range texts {
		p.Texts++
		l := TextLine{Leaf: leaf, Name: x.Name, Commitment: x.Commitment, Salt: hex.EncodeToString(x.Salt)}
		if value := string(x.Value); utf8.ValidString(value) {
			l.Value = &value
		} else {
			l.Bytes = x.Value
		}
		if err := writeLine(p.texts, l); err != nil {
			return err
		}
	}
	return nil
}

// learn keeps which texts are not there, and which are said to be destroyed.
func (p *RecordPart) learn(leaf int64, entry []byte, texts []Text) error {
	f, err := readEntry(entry)
	if err != nil {
		return fmt.Errorf("leaf %d: %w", leaf, err)
	}
	there := make(map[string]bool, len(texts))
	for _, x := range texts {
		there[x.Commitment] = true
	}
	names, err := f.names()
	if err != nil {
		return fmt.Errorf("leaf %d: %w", leaf, err)
	}
	if shown := f.shownText(); shown != "" && shown != p.shown[string(f.about)] {
		p.shown[string(f.about)], names["shown"] = shown, shown
	}
	for name, c := range names {
		if !there[c] {
			p.lacking[c] = fmt.Sprintf("text %q of %s record %d", name, thing(f.about), f.n)
		}
	}
	for _, c := range f.erasures() {
		p.gone[c] = true
	}
	return nil
}

// upTo fills what is left out before a leaf.
func (p *RecordPart) upTo(ctx context.Context, leaf int64) error {
	gaps, err := Gaps(ctx, p.src, p.next, leaf)
	if err != nil {
		return err
	}
	for _, g := range gaps {
		if err := writeLine(p.gaps, g); err != nil {
			return err
		}
	}
	p.next = leaf
	return nil
}

// Finish fills what is left out at the end of a tree of so many leaves.
func (p *RecordPart) Finish(ctx context.Context, size int64) error {
	if p.next > size {
		return fmt.Errorf("there are more than %d entries", size)
	}
	for c, where := range p.lacking {
		if p.Erased++; !p.gone[c] {
			return fmt.Errorf("%s is missing: %w", where, ErrLacking)
		}
	}
	err := p.upTo(ctx, size)
	return errors.Join(err, p.records.Close(), p.gaps.Close(), p.texts.Close())
}

// writeLine writes a value as a line of JSON. Characters stay as they are: nobody puts this into HTML.
func writeLine(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// Certify adds what the entries are held against: the manifest, the signed checkpoint, and the public keys in the order in which
// they came, with the word of older ones for them.
func (b *Bundle) Certify(m Manifest, checkpoint string, keys []Vouch) error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	var list, vouches bytes.Buffer
	for _, v := range keys {
		k, err := ParseVerifier(v.Key)
		if err != nil {
			return err
		}
		list.WriteString(k.String() + "\n")
		pem, err := k.PEM()
		if err != nil {
			return err
		}
		if err := b.Put(KeyFile(k), pem); err != nil {
			return err
		}
		if v.By == "" {
			continue
		}
		if err := writeLine(&vouches, v); err != nil {
			return err
		}
	}
	if vouches.Len() > 0 {
		if err := b.Put(FileVouches, vouches.Bytes()); err != nil {
			return err
		}
	}
	return errors.Join(b.Put(FileManifest, append(text, '\n')), b.Put(FileCheckpoint, []byte(checkpoint)), b.Put(FileKeys, list.Bytes()))
}
