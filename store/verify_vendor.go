package store

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"

	"gorm.io/gorm"

	"steward/workflows"
	"steward/workflows/vendor"
)

// vendorLog is what the records of a vendor say.
type vendorLog struct {
	last   *recordedVendor
	name   recordedWords
	proofs map[string]recordedWords // by question
}

// recordedVendor is what the last record of a vendor says about it: all but what was written, and for whom it waits.
type recordedVendor struct {
	Plan     string         `json:"plan"`
	Flow     string         `json:"flow"`
	State    string         `json:"state"`
	Facts    []recordedFact `json:"facts"`
	Keepers  []string       `json:"keepers"`
	Seq      int            `json:"seq"`
	Revision int            `json:"revision"`
}

type recordedFact struct {
	Key    string   `json:"key"`
	Answer []string `json:"answer"`
	Seen   string   `json:"seen"`
	Until  string   `json:"until"`
	By     string   `json:"by"`
	At     int64    `json:"at"`
	Asked  int64    `json:"asked"`
	Over   bool     `json:"over"`
}

// learnVendor keeps what a record says about a vendor.
func (v *verifier) learnVendor(rec workflows.Record, texts map[string][]byte) {
	l := v.thing.vendor
	if rec.Texts[vendor.TextName] != "" {
		l.name = wordsOf(rec, vendor.TextName, texts)
	}
	if rec.What == vendor.FactKept || rec.What == vendor.FactChanged {
		var d vendor.Detail
		if err := json.Unmarshal(rec.Data, &d); err != nil {
			v.wrong(rec.About, rec.N, "its data cannot be read: %v", err)
			return
		}
		l.proofs[d.Key] = wordsOf(rec, vendor.TextProof, texts)
	}
	if len(rec.After) == 0 {
		return // the last one of a step has it
	}
	var is recordedVendor
	if err := json.Unmarshal(rec.After, &is); err != nil {
		v.wrong(rec.About, rec.N, "it does not say what is kept after it")
		return
	}
	l.last = &is
}

// checkVendor compares what is kept of a vendor with its records.
func (v *verifier) checkVendor(ctx context.Context, t *thing) error {
	var row vendorRow
	err := v.on(ctx).Where("id = ?", t.about.ID).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		v.wrong(t.about, t.last, "what is kept of the vendor of these records is not there")
		return nil
	}
	if err != nil {
		return err
	}
	var is vendor.Vendor
	if err := json.Unmarshal([]byte(row.Head), &is); err != nil {
		v.wrong(t.about, 0, "its row cannot be read: %v", err)
		return nil
	}
	switch {
	case t.vendor.last == nil:
		v.wrong(t.about, t.last, "no record says what is kept")
	case !reflect.DeepEqual(recordedOf(is), *t.vendor.last):
		v.wrong(t.about, t.last, "what is kept of the vendor is not as this record left it")
	}
	want := newVendorRow(is)
	want.NameKey, want.Head = row.NameKey, row.Head
	v.same(t, []compared{
		{"row", row == want},
		{"name", v.says(is.Name, t.vendor.name)},
		{"name by which it is found", nameKey(row.NameKey) == nameKey(is.Name)}, // folded anew: by another version of Unicode it may differ
		{"number of records", is.Records == t.last},
	})
	for _, f := range is.Facts {
		v.same(t, []compared{{"proof of " + f.Key, v.says(f.Proof, t.vendor.proofs[f.Key])}})
	}
	return v.checkBeside(ctx, t, is.Waits, is.Concerned())
}

// recordedOf gives what a record would say of a vendor as it is.
func recordedOf(v vendor.Vendor) recordedVendor {
	out := recordedVendor{
		Plan: v.Plan, Flow: v.Flow, State: string(v.State), Keepers: asText(v.Keepers), Seq: v.Seq, Revision: v.Revision,
	}
	for _, f := range v.Facts {
		out.Facts = append(out.Facts, recordedFact{f.Key, f.Answer, f.Seen, f.Until, string(f.By), millis(f.At), millis(f.Asked), f.Over})
	}
	return out
}

// unrecordedVendors finds vendors that no record speaks of.
func (v *verifier) unrecordedVendors(ctx context.Context) error {
	var ids []string
	err := v.on(ctx).Raw(`SELECT id FROM vendors a WHERE NOT EXISTS
		(SELECT 1 FROM log_entries e WHERE e.about_kind = ? AND e.about_id = a.id) ORDER BY number`, string(workflows.KindVendor)).Scan(&ids).Error
	for _, id := range ids {
		v.wrong(workflows.VendorRef(id), 0, "something is kept of a vendor, but no record says so")
	}
	return err
}
