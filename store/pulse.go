package store

import (
	"context"
	"fmt"

	"steward/workflows"
)

// pulseNotices is how many of a person's newest messages count for their pulse: more than a page shows.
const pulseNotices = 100

// InboxPulses gives the pulse of each of these people's inboxes, in one statement however many there are. It reads by the
// indexes of what waits for a person and of what a person was told.
func (s *Store) InboxPulses(ctx context.Context, people []workflows.PersonID) (map[workflows.PersonID]workflows.Pulse, error) {
	ids := make([]string, 0, len(people))
	for _, id := range people {
		if storable(string(id)) {
			ids = append(ids, string(id))
		}
	}
	var rows []struct {
		ID                  string
		Waits               int
		Times, Newest, Told int64
	}
	err := s.read.WithContext(ctx).Raw(`SELECT p.id,
		(SELECT COUNT(*) FROM waits w WHERE w.person = p.id) AS waits,
		(SELECT COALESCE(SUM(w.since % 1000000007 + w.due % 998244353), 0) FROM waits w WHERE w.person = p.id) AS times,
		(SELECT COALESCE(MAX(n.id), 0) FROM notices n WHERE n.person = p.id) AS newest,
		(SELECT COALESCE(MAX(u.updated), 0) FROM (SELECT n.updated FROM notices n WHERE n.person = p.id ORDER BY n.id DESC LIMIT ?) u) AS told
		FROM people p WHERE `+s.dialect.in("p.id"), pulseNotices, s.dialect.list(ids)).Scan(&rows).Error
	if err != nil {
		return nil, failed(err, "read the pulse of %d inboxes", len(ids))
	}
	out := make(map[workflows.PersonID]workflows.Pulse, len(rows))
	for _, r := range rows {
		mark := fmt.Sprintf("%d.%d.%d.%d", r.Waits, r.Times, r.Newest, r.Told)
		out[workflows.PersonID(r.ID)] = workflows.Pulse{Waits: r.Waits, Mark: mark}
	}
	return out, nil
}

// RequestPulses gives how many events each of these requests has taken; those that do not exist are left out.
func (s *Store) RequestPulses(ctx context.Context, ids []string) (map[string]int, error) {
	out, err := s.seqs(ctx, &requestRow{}, ids)
	return out, failed(err, "read the pulse of %d requests", len(ids))
}

// seqs gives the column seq of these rows of a table.
func (s *Store) seqs(ctx context.Context, table any, ids []string) (map[string]int, error) {
	var rows []struct {
		ID  string
		Seq int
	}
	err := s.read.WithContext(ctx).Model(table).Select("id, seq").
		Where(s.dialect.in("id"), s.dialect.list(storables(ids))).Scan(&rows).Error
	out := make(map[string]int, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Seq
	}
	return out, err
}

// ReadableRequests gives those of the requests that the viewer may see: what [workflows.MaySee] allows.
func (s *Store) ReadableRequests(ctx context.Context, viewer workflows.Person, ids []string) ([]string, error) {
	if !viewer.Active || viewer.ID == "" || len(ids) == 0 {
		return nil, nil
	}
	db := s.read.WithContext(ctx).Model(&requestRow{}).Where(s.dialect.in("id"), s.dialect.list(storables(ids)))
	if !workflows.SeesAll(viewer) {
		db = db.Where("EXISTS (SELECT 1 FROM readers r WHERE r.about_kind = 'request' AND r.about_id = requests.id AND r.person = ?)",
			string(viewer.ID))
	}
	var out []string
	err := db.Order("id").Pluck("id", &out).Error
	return out, failed(err, "find which of %d requests may be seen", len(ids))
}

func storables(texts []string) []string {
	out := make([]string, 0, len(texts))
	for _, t := range texts {
		if storable(t) {
			out = append(out, t)
		}
	}
	return out
}
