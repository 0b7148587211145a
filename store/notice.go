package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"steward/workflows"
)

type noticeRow struct {
	ID        int64 `gorm:"primaryKey"`
	Delivery  int64
	Person    string
	AboutKind string
	AboutID   string
	Why       string
	Gist      string
	At        int64
	Updated   int64
}

// TableName implements gorm's Tabler.
func (noticeRow) TableName() string { return "notices" }

// PutNotice stores a message of the portal, once a delivery, and gives its id.
func (s *Store) PutNotice(ctx context.Context, n workflows.Notice) (int64, error) {
	if !storable(n.Gist) {
		return 0, failed(errText, "store notice")
	}
	row := noticeRow{
		Delivery: n.Delivery, Person: string(n.Person), AboutKind: string(n.About.Kind), AboutID: n.About.ID, Why: string(n.Why),
		Gist: n.Gist, At: millis(n.At), Updated: millis(n.Updated),
	}
	// The update that changes nothing makes RETURNING give the id of the row that is there.
	err := s.write.WithContext(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "delivery"}}, DoUpdates: clause.AssignmentColumns([]string{"delivery"}),
	}, clause.Returning{Columns: []clause.Column{{Name: "id"}}}).Omit("ID").Create(&row).Error
	return row.ID, failed(err, "store notice of delivery %d", n.Delivery)
}

// UpdateNotice replaces the words of a message; [workflows.ErrNotFound] where it is gone.
func (s *Store) UpdateNotice(ctx context.Context, id int64, gist string, at time.Time) error {
	if !storable(gist) {
		return failed(errText, "update notice")
	}
	db := s.write.WithContext(ctx).Exec("UPDATE notices SET gist = ?, updated = ? WHERE id = ?", gist, millis(at), id)
	err := db.Error
	if err == nil && db.RowsAffected == 0 {
		err = gorm.ErrRecordNotFound
	}
	return failed(err, "update notice %d", id)
}

// NoticeOf finds the message of a delivery; [workflows.ErrNotFound] where there is none.
func (s *Store) NoticeOf(ctx context.Context, delivery int64) (int64, error) {
	var row noticeRow
	err := s.read.WithContext(ctx).Select("id").Where("delivery = ?", delivery).Take(&row).Error
	return row.ID, failed(err, "find notice of delivery %d", delivery)
}

// Notices gives the newest messages of the person in the portal.
func (s *Store) Notices(ctx context.Context, who workflows.PersonID, limit int) ([]workflows.Notice, error) {
	var rows []noticeRow
	err := s.read.WithContext(ctx).Where("person = ?", string(who)).Order("id DESC").Limit(max(0, min(limit, largestPage))).Find(&rows).Error
	if err != nil {
		return nil, failed(err, "read notices of %s", who)
	}
	out := make([]workflows.Notice, 0, len(rows))
	for _, r := range rows {
		out = append(out, workflows.Notice{
			ID: r.ID, Delivery: r.Delivery, Person: workflows.PersonID(r.Person), About: ref(r.AboutKind, r.AboutID),
			Why: workflows.Why(r.Why), Gist: r.Gist, At: instant(r.At), Updated: instant(r.Updated),
		})
	}
	return out, nil
}
