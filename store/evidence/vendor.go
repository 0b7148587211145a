package evidence

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"steward/workflows"
	"steward/workflows/vendor"
)

// vendors writes the table of what was kept of vendors: each entry of it; of a part of the record, of those vendors whose facts its requests
// were decided with.
func (x *writing) vendors(ctx context.Context) error {
	t, err := newTable(x.b, "vendor_facts", "vendor_id", "vendor", "plan", "flow", "what", "question", "answer", "proof", "seen", "counts_until",
		"answer_before", "seen_before", "reason", "by", "at", "record", "leaf")
	if err != nil {
		return err
	}
	ids, err := x.log.Vendors(ctx)
	if err != nil {
		return err
	}
	if x.chosen != nil {
		ids = slices.DeleteFunc(ids, func(id string) bool { return !x.chosen[workflows.VendorRef(id)] })
	}
	err = x.each(ctx, workflows.KindVendor, ids, func(id string, entries []Entry) error { return vendorRows(t, id, entries) })
	if err != nil {
		return err
	}
	return t.close()
}

// vendorRows writes the entries of one vendor.
func vendorRows(t *table, id string, entries []Entry) error {
	var name, plan, flow string
	for _, e := range entries {
		r, err := e.record()
		if err != nil {
			return err
		}
		var d vendor.Detail
		if len(r.Data) > 0 {
			if err := json.Unmarshal(r.Data, &d); err != nil {
				return fmt.Errorf("entry %d of %s: %w", e.N, e.About, err)
			}
		}
		if r.Texts[vendor.TextName] != "" {
			name, plan, flow = said(r, e, vendor.TextName), d.Plan, d.Flow
		}
		err = t.add(id, name, plan, flow, r.What, d.Key, strings.Join(d.Answer, "; "), said(r, e, vendor.TextProof), d.Seen, d.Until,
			strings.Join(d.Was, "; "), d.SeenBefore, said(r, e, vendor.TextReason), string(r.Actor), stamp(r.Time()), strconv.Itoa(e.N),
			strconv.FormatInt(e.Leaf, 10))
		if err != nil {
			return err
		}
	}
	return nil
}
