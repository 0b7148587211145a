package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"steward/workflows"
)

// saltSize is the size of the salt of a commitment, in bytes: 128 bits make guessing a short text useless.
const saltSize = 16

// Commit gives the commitment of a text: SHA-256 of salt and value, in hex.
func Commit(salt, value []byte) string {
	h := sha256.New()
	h.Write(salt)
	h.Write(value)
	return hex.EncodeToString(h.Sum(nil))
}

// ledger writes the records of one step about one thing.
type ledger struct {
	rand  io.Reader
	build string
	event workflows.Event
	about workflows.Ref

	last     int    // number of the last record so far
	policy   string // content hash of the pack
	round    int
	revision int
	shown    string // commitment of what the present revision shows

	entries []Entry
}

// write adds one record for each fact. after, where given, stands on the last one.
func (l *ledger) write(facts []workflows.Fact, after any) error {
	for i, f := range facts {
		rec, err := l.record(f)
		if err != nil {
			return err
		}
		if i == len(facts)-1 && after != nil {
			if rec.After, err = json.Marshal(after); err != nil {
				return fmt.Errorf("state of %s: %w", l.about, err)
			}
		}
		texts, err := l.commitAll(&rec, f)
		if err != nil {
			return err
		}
		if err := l.add(rec, texts); err != nil {
			return err
		}
	}
	return nil
}

// record is a fact as an entry, without its texts.
func (l *ledger) record(f workflows.Fact) (workflows.Record, error) {
	rec := workflows.Record{
		V: 1, About: l.about, N: l.last + 1, At: l.event.At.UnixMilli(), Actor: l.event.Actor, For: l.event.For,
		Via: l.event.Via, What: f.Kind, Round: l.round, Revision: l.revision, Cut: f.Saw && l.event.Seen.Cut,
		Build: l.build, Policy: l.policy,
	}
	if f.For != "" {
		rec.For = f.For
	}
	if f.Data == nil {
		return rec, nil
	}
	var err error
	if rec.Data, err = json.Marshal(f.Data); err != nil {
		return rec, fmt.Errorf("record %s of %s: %w", f.Kind, l.about, err)
	}
	return rec, nil
}

// commitAll puts the commitments of a fact's texts, and of what was shown, into its record.
func (l *ledger) commitAll(rec *workflows.Record, f workflows.Fact) ([]Text, error) {
	var texts []Text
	for _, name := range slices.Sorted(maps.Keys(f.Texts)) {
		t, err := l.commit(name, []byte(f.Texts[name]))
		if err != nil {
			return nil, err
		}
		if rec.Texts == nil {
			rec.Texts = make(map[string]string, len(f.Texts))
		}
		rec.Texts[name] = t.Commitment
		t.File = f.Contents[name]
		texts = append(texts, t)
	}
	if f.Shown != nil {
		t, err := l.commit("shown", f.Shown)
		if err != nil {
			return nil, err
		}
		l.shown = t.Commitment
		texts = append(texts, t)
	}
	if f.Shown != nil || f.Saw {
		rec.Shown = l.shown
	}
	return texts, nil
}

func (l *ledger) add(rec workflows.Record, texts []Text) error {
	raw, err := json.Marshal(rec)
	if err != nil {
		return fmt.Errorf("record %s of %s: %w", rec.What, l.about, err)
	}
	l.last = rec.N
	l.entries = append(l.entries, Entry{Record: rec, Bytes: raw, Texts: texts})
	return nil
}

func (l *ledger) commit(name string, value []byte) (Text, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(l.rand, salt); err != nil {
		return Text{}, fmt.Errorf("salt: %w", err)
	}
	return Text{Commitment: Commit(salt, value), Name: name, Salt: salt, Value: value}, nil
}
