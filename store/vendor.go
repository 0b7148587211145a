package store

import (
	"context"
	"encoding/json"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"steward/workflows"
	"steward/workflows/vendor"
)

// vendorRow is what is kept of one vendor and one plan: the machine's own JSON, and columns to find it by.
type vendorRow struct {
	ID       string `gorm:"primaryKey"`
	Number   int64
	Name     string
	NameKey  string
	Plan     string
	Flow     string
	State    string
	Aging    int
	Seq      int
	Revision int
	Records  int
	Head     string
}

// TableName implements gorm's Tabler.
func (vendorRow) TableName() string { return "vendors" }

func newVendorRow(v vendor.Vendor) vendorRow {
	_, number := split(v.ID)
	row := vendorRow{
		ID: v.ID, Number: number, Name: v.Name, NameKey: nameKey(v.Name), Plan: v.Plan, Flow: v.Flow, State: string(v.State),
		Seq: v.Seq, Revision: v.Revision, Records: v.Records, Head: string(mustJSON(v)),
	}
	for _, f := range v.Facts {
		if !f.Asked.IsZero() && !f.Over {
			row.Aging++
		}
	}
	return row
}

// nameKey is a name as it is looked for.
func nameKey(name string) string { return workflows.NameKey(fold(name)) }

// vendorTexts gives all that is text in what is kept of a vendor and does not come from Steward itself.
func vendorTexts(v vendor.Vendor) []string {
	texts := append([]string{v.ID, v.Name, v.Plan, v.Flow, string(v.State)}, asText(v.Keepers)...)
	for _, f := range v.Facts {
		texts = append(append(texts, f.Key, f.Proof, f.Seen, f.Until, string(f.By)), f.Answer...)
	}
	return texts
}

// NewVendorID implements [engine.Vendors].
func (t tx) NewVendorID(ctx context.Context) (string, error) {
	return t.NewRequestID(ctx, workflows.VendorPrefix)
}

// LockVendor implements [engine.Vendors].
func (t tx) LockVendor(ctx context.Context, id string) (vendor.Vendor, error) {
	return vendorWhere(t.on(ctx).Clauses(clause.Locking{Strength: "UPDATE"}), "id = ?", id)
}

// VendorNamed implements [engine.Vendors].
func (t tx) VendorNamed(ctx context.Context, name, plan string) (vendor.Vendor, error) {
	return vendorWhere(t.on(ctx), "name_key = ? AND plan = ?", nameKey(name), plan)
}

func vendorWhere(db *gorm.DB, where string, is ...string) (v vendor.Vendor, err error) {
	if !storable(is...) {
		return v, failed(workflows.ErrNotFound, "read vendor")
	}
	var row vendorRow
	args := make([]any, len(is))
	for i, s := range is {
		args[i] = s
	}
	if err := db.Select("head").Where(where, args...).Take(&row).Error; err != nil {
		return v, failed(err, "read vendor")
	}
	return v, failed(json.Unmarshal([]byte(row.Head), &v), "read vendor")
}

// SaveVendor implements [engine.Vendors].
func (t tx) SaveVendor(ctx context.Context, before, after vendor.Vendor) error {
	about := workflows.VendorRef(after.ID)
	err := t.saveVendorRow(ctx, before, after)
	if err == nil {
		err = t.saveWaits(ctx, about, before.Waits, after.Waits)
	}
	if err == nil {
		err = t.saveReaders(ctx, about, before.Concerned(), after.Concerned())
	}
	return failed(err, "save vendor %s", after.ID)
}

func (t tx) saveVendorRow(ctx context.Context, before, after vendor.Vendor) error {
	if !storable(vendorTexts(after)...) {
		return errText
	}
	row := newVendorRow(after)
	if before.ID == "" {
		return t.on(ctx).Create(&row).Error
	}
	db := t.on(ctx).Model(&vendorRow{}).Where("id = ? AND seq = ?", before.ID, before.Seq).Select("*").Omit("id", "number").Updates(&row)
	if db.Error == nil && db.RowsAffected == 0 {
		return workflows.ErrConflict
	}
	return db.Error
}

// WaitingVendors implements [engine.Vendors].
func (t tx) WaitingVendors(ctx context.Context) (ids []string, err error) {
	err = t.on(ctx).Raw("SELECT id FROM vendors WHERE aging > 0 ORDER BY number").Scan(&ids).Error
	return ids, failed(err, "read vendors that wait")
}

// Vendor reads what is kept of a vendor; [workflows.ErrNotFound] where there is none. What of it is for whose eyes is the caller's to ask.
func (s *Store) Vendor(ctx context.Context, id string) (vendor.Vendor, error) {
	return vendorWhere(s.read.WithContext(ctx), "id = ?", id)
}

// VendorNamed reads what is kept of a vendor and a plan, whatever the case, the spaces and the marks of its name;
// [workflows.ErrNotFound] where nothing is. What fills in a form is for everybody to read.
func (s *Store) VendorNamed(ctx context.Context, name, plan string) (vendor.Vendor, error) {
	return s.reader().VendorNamed(ctx, name, plan)
}

// Vendors gives up to n of those of whom something is kept, by name, from behind an id on: empty begins. The caller asks who may read them.
func (s *Store) Vendors(ctx context.Context, text, after string, n int) (out []vendor.Vendor, err error) {
	if !storable(text, after) {
		return nil, nil
	}
	db := s.read.WithContext(ctx).Model(&vendorRow{})
	if key := nameKey(text); key != "" {
		db = db.Where(`name_key LIKE ? ESCAPE '\'`, containing(key))
	}
	if after != "" {
		db = db.Where("(name_key, plan) > (SELECT b.name_key, b.plan FROM vendors b WHERE b.id = ?)", after)
	}
	var rows []vendorRow
	if err := db.Select("head").Order("name_key, plan").Limit(n).Find(&rows).Error; err != nil {
		return nil, failed(err, "list vendors")
	}
	for _, r := range rows {
		var v vendor.Vendor
		if err := json.Unmarshal([]byte(r.Head), &v); err != nil {
			return nil, failed(err, "list vendors")
		}
		out = append(out, v)
	}
	return out, nil
}
