package store

import (
	"cmp"
	"context"
	"slices"

	"gorm.io/gorm/clause"

	"steward/workflows"
	"steward/workflows/directory"
)

type assetRow struct {
	Kind        string `gorm:"primaryKey"`
	ID          string `gorm:"primaryKey"`
	Name        string
	Owner       string
	Criticality string
	InScope     bool
	OutReason   string
}

// TableName implements gorm's Tabler.
func (assetRow) TableName() string { return "assets" }

// PutAssets implements [engine.Directory]: of the kinds that occur, what is not given is gone afterwards.
func (t tx) PutAssets(ctx context.Context, assets []directory.Asset) (int, error) {
	if len(assets) == 0 {
		return 0, nil
	}
	var kinds []string
	is := map[[2]string]assetRow{}
	for _, a := range assets {
		row := assetRow{a.Kind, a.ID, a.Name, string(a.Owner), a.Criticality, a.InScope, a.OutReason}
		if !storable(row.Kind, row.ID, row.Name, row.Owner, row.Criticality, row.OutReason) {
			return 0, failed(errText, "store assets")
		}
		is[[2]string{a.Kind, a.ID}] = row
		kinds = append(kinds, a.Kind)
	}
	d := t.s.dialect
	var was []assetRow
	if err := t.on(ctx).Where(d.in("kind"), d.list(kinds)).Find(&was).Error; err != nil {
		return 0, failed(err, "read assets")
	}
	gone := 0
	for _, old := range was {
		key := [2]string{old.Kind, old.ID}
		row, kept := is[key]
		if kept && row == old {
			delete(is, key)
		}
		if kept {
			continue
		}
		if err := t.on(ctx).Delete(&old).Error; err != nil {
			return 0, failed(err, "remove asset %s/%s", old.Kind, old.ID)
		}
		gone++
	}
	if len(is) == 0 {
		return gone, nil
	}
	err := t.on(ctx).Clauses(clause.OnConflict{UpdateAll: true}).CreateInBatches(sortedAssets(is), batch).Error
	return gone + len(is), failed(err, "store assets")
}

func sortedAssets(m map[[2]string]assetRow) []assetRow {
	out := make([]assetRow, 0, len(m))
	for _, row := range m {
		out = append(out, row)
	}
	slices.SortFunc(out, func(a, b assetRow) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID)) })
	return out
}

func (a assetRow) asset() directory.Asset {
	return directory.Asset{
		Kind: a.Kind, ID: a.ID, Name: a.Name, Owner: workflows.PersonID(a.Owner), Criticality: a.Criticality, InScope: a.InScope,
		OutReason: a.OutReason,
	}
}

// Assets gives all systems and subjects, ordered by kind and id.
func (s *Store) Assets(ctx context.Context) ([]directory.Asset, error) {
	var rows []assetRow
	if err := s.reader().on(ctx).Order("kind, id").Find(&rows).Error; err != nil {
		return nil, failed(err, "read assets")
	}
	out := make([]directory.Asset, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.asset())
	}
	return out, nil
}
