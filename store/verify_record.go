package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"

	"steward/workflows"
)

// entry checks one record, takes its texts from the front of the list, and lets the thing learn what it says.
func (v *verifier) entry(ctx context.Context, e logEntryRow, texts []logTextRow) ([]logTextRow, error) {
	about := ref(e.AboutKind, e.AboutID)
	if v.thing == nil || v.thing.about != about {
		if err := v.endThing(ctx); err != nil {
			return nil, err
		}
		v.thing = &thing{about: about}
		switch about.Kind {
		case workflows.KindRequest:
			v.thing.request = newRequestLog()
		case workflows.KindSystem:
			v.thing.system = newSystemLog()
		case workflows.KindAbsence:
			v.thing.absence = &absenceLog{}
		case workflows.KindVendor:
			v.thing.vendor = &vendorLog{proofs: map[string]recordedWords{}}
		case workflows.KindPolicy, workflows.KindPeople, workflows.KindAccount, workflows.KindProposal, workflows.KindDelivery, workflows.KindRecord:
		}
		v.report.Things++
	}
	v.report.Records++
	t := v.thing
	switch gap := e.N - t.last - 1; {
	case gap == 1:
		v.wrong(about, t.last+1, "the record is missing")
	case gap > 1:
		v.wrong(about, t.last+1, "the record is missing, and all up to number %d", e.N-1)
	}
	t.last = e.N
	mine, rest, strays := take(e, texts)
	for _, x := range strays {
		v.wrong(ref(x.AboutKind, x.AboutID), x.N, "there is no such record, but a text %q of it", x.Name)
	}
	v.report.Texts += int64(len(mine))
	rec, err := decode(e.Entry)
	if err != nil {
		v.wrong(about, e.N, "its bytes are not a record: %v", err)
		return rest, nil
	}
	if rec.About != about || rec.N != e.N || rec.At != e.At {
		v.wrong(about, e.N, "its bytes are about %s record %d at %d", rec.About, rec.N, rec.At)
		return rest, nil
	}
	v.learn(rec, v.checkTexts(rec, mine))
	return rest, v.checkFiles(ctx, rec)
}

// take splits the ordered texts into those of the entry, those after it, and those before it that belong to no entry.
func take(e logEntryRow, texts []logTextRow) (mine, rest, strays []logTextRow) {
	key := func(x logTextRow) int {
		return cmp.Or(cmp.Compare(x.AboutKind, e.AboutKind), cmp.Compare(x.AboutID, e.AboutID), cmp.Compare(x.N, e.N))
	}
	i := 0
	for i < len(texts) && key(texts[i]) < 0 {
		i++
	}
	j := i
	for j < len(texts) && key(texts[j]) == 0 {
		j++
	}
	return texts[i:j], texts[j:], texts[:i]
}

// decode reads an entry strictly. Encoding it again must give the same bytes: then nothing stands in them twice, or in
// another order, that readers could take in different ways.
func decode(entry []byte) (workflows.Record, error) {
	var rec workflows.Record
	dec := json.NewDecoder(bytes.NewReader(entry))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&rec); err != nil {
		return rec, errors.New("it is not the JSON of one")
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return rec, errors.New("something follows it")
	}
	if rec.V != 1 {
		return rec, errors.New("its version is not known")
	}
	again, err := json.Marshal(rec)
	if err != nil || !bytes.Equal(again, entry) {
		return rec, errors.New("it is not written as Steward writes it")
	}
	return rec, nil
}

// checkTexts compares the texts with their commitments and gives them by name.
func (v *verifier) checkTexts(rec workflows.Record, texts []logTextRow) map[string][]byte {
	found := map[string][]byte{}
	committed := map[string]string{} // name -> commitment
	for _, x := range texts {
		if commitment(x.Salt, x.Value) != x.Commitment {
			v.wrong(rec.About, rec.N, "the text %q is not the one that was recorded", x.Name)
		}
		named := rec.Texts[x.Name] == x.Commitment || (x.Name == shownName && rec.Shown == x.Commitment)
		if !named {
			v.wrong(rec.About, rec.N, "a text %q is there that the record does not name", x.Name)
			continue
		}
		if v.erased[x.Commitment] {
			v.wrong(rec.About, rec.N, "the text %q is there, though it was erased", x.Name)
		}
		found[x.Name], committed[x.Name] = x.Value, x.Commitment
	}
	for _, name := range slices.Sorted(maps.Keys(rec.Texts)) {
		if committed[name] != rec.Texts[name] && !v.erased[rec.Texts[name]] {
			v.wrong(rec.About, rec.N, "the text %q that was recorded is missing", name)
		}
	}
	if rec.Shown != "" {
		if committed[shownName] != rec.Shown && rec.Shown != v.thing.shown && !v.erased[rec.Shown] {
			v.wrong(rec.About, rec.N, "what was shown is missing")
		}
		v.thing.shown = rec.Shown
	}
	return found
}

// shownName is the name of the text that holds what a revision shows.
const shownName = "shown"

// commitment is the hash of a text with its salt, in hex.
func commitment(salt, value []byte) string {
	h := sha256.New()
	h.Write(salt)
	h.Write(value)
	return hex.EncodeToString(h.Sum(nil))
}

// learn keeps what the record says about its thing, for the comparison with the rows.
func (v *verifier) learn(rec workflows.Record, texts map[string][]byte) {
	switch rec.About.Kind {
	case workflows.KindRequest:
		if err := v.thing.request.learn(rec, texts); err != nil {
			v.wrong(rec.About, rec.N, "its data cannot be read: %v", err)
		}
	case workflows.KindPolicy:
		v.learnPolicy(rec)
	case workflows.KindAccount:
		v.learnAccount(rec)
	case workflows.KindProposal:
		v.learnProposal(rec)
	case workflows.KindRecord:
		v.learnRecord(rec)
	case workflows.KindSystem:
		v.learnSystem(rec, texts)
	case workflows.KindAbsence:
		v.learnAbsence(rec, texts)
	case workflows.KindVendor:
		v.learnVendor(rec, texts)
	case workflows.KindPeople, workflows.KindDelivery:
	}
}

// endThing compares what the records of a thing say with its rows.
func (v *verifier) endThing(ctx context.Context) error {
	if v.thing == nil {
		return nil
	}
	switch v.thing.about.Kind {
	case workflows.KindRequest:
		return v.checkRequest(ctx, v.thing)
	case workflows.KindAccount:
		return v.checkAccount(ctx, v.thing)
	case workflows.KindProposal:
		return v.checkProposal(ctx, v.thing)
	case workflows.KindSystem:
		return v.checkSystem(ctx, v.thing)
	case workflows.KindAbsence:
		return v.checkAbsence(ctx, v.thing)
	case workflows.KindVendor:
		return v.checkVendor(ctx, v.thing)
	case workflows.KindPolicy, workflows.KindPeople, workflows.KindDelivery, workflows.KindRecord: // deliveries are kept for a while only
	}
	return nil
}
