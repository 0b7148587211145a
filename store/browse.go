package store

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"steward/workflows"
)

// Somebody who reads up to fewThings has their records put together from these; whoever reads more has them picked out of
// the newest of all first.
const (
	fewThings     = 200
	newestEntries = 5000
)

// recordRow is an entry with its place in the list.
type recordRow struct {
	ID     int64
	Sealed bool
	Row    logEntryRow `gorm:"embedded"`
}

// RecordRows gives one page of the records that the viewer may see and the filter lets through, by business time, newest
// first, and where to go on, the zero key at the end. It shows what [workflows.MaySee] allows of requests, a person the
// records of their own accounts, and whoever [workflows.SeesRecordsOf] says the rest.
func (s *Store) RecordRows(ctx context.Context, viewer workflows.Person, f workflows.RecordFilter) ([]workflows.RecordRow, workflows.RecordKey, error) {
	var end workflows.RecordKey
	if !viewer.Active || viewer.ID == "" || !storable(string(f.Kind), string(f.About.Kind), f.About.ID, f.What, string(f.Actor)) {
		return nil, end, nil
	}
	limit := pageLimit(f.Limit)
	var rows []recordRow
	titles := map[workflows.Ref]string{}
	err := s.view(ctx, func(t tx) (err error) {
		if rows, err = t.recordPage(ctx, viewer, f, limit+1); err != nil {
			return err
		}
		titles, err = t.titles(ctx, rows)
		return err
	})
	if err != nil {
		return nil, end, failed(err, "list records")
	}
	if len(rows) > limit {
		rows = rows[:limit]
		end = workflows.RecordKey{At: rows[limit-1].Row.At, ID: rows[limit-1].ID}
	}
	out := make([]workflows.RecordRow, 0, len(rows))
	for _, r := range rows {
		out = append(out, workflows.RecordRow{
			Record: r.Row.shown(), Title: titles[ref(r.Row.AboutKind, r.Row.AboutID)], Hash: leafHash(r.Row.Entry), Sealed: r.Sealed,
			Key: workflows.RecordKey{At: r.Row.At, ID: r.ID},
		})
	}
	return out, end, nil
}

// shown gives the record of an entry. Bytes that are no record any more are shown as what the columns say, with the version
// 0; verify tells what is wrong with them.
func (e logEntryRow) shown() workflows.Record {
	rec, err := decode(e.Entry)
	if err != nil || rec.About != ref(e.AboutKind, e.AboutID) || rec.N != e.N {
		return workflows.Record{About: ref(e.AboutKind, e.AboutID), N: e.N, At: e.At}
	}
	return rec
}

const recordColumns = "e.id, e.about_kind, e.about_id, e.n, e.at, e.entry, EXISTS (SELECT 1 FROM log_leaves l WHERE l.entry = e.id) AS sealed"

// recordPage finds the page in the way that reads least: the records of whoever sees all by the index of the filter, those of
// somebody who reads few things by these things. Whoever reads many things most likely reads some of the newest records;
// where these are not enough, their things are gone through.
func (t tx) recordPage(ctx context.Context, viewer workflows.Person, f workflows.RecordFilter, limit int) ([]recordRow, error) {
	where, args := t.recordConditions(f, f.About != workflows.Ref{})
	seen, more := seenEntries(viewer)
	switch {
	case workflows.SeesAll(viewer):
		return t.records(ctx, "log_entries e", where, args, limit)
	case f.About != workflows.Ref{}:
		return t.records(ctx, "log_entries e", append(where, seen), append(args, more...), limit)
	}
	few, err := t.readsFew(ctx, viewer)
	if err != nil {
		return nil, err
	}
	if !few {
		newest := "(SELECT e.* FROM log_entries e" + conditions(where) + " ORDER BY e.at DESC, e.id DESC LIMIT " + strconv.Itoa(newestEntries) + ") e"
		rows, err := t.records(ctx, newest, []string{seen}, append(args, more...), limit)
		if err != nil || len(rows) == limit {
			return rows, err
		}
	}
	return t.recordsOf(ctx, viewer, f, limit)
}

// records reads a page of entries e.
func (t tx) records(ctx context.Context, from string, where []string, args []any, limit int) (rows []recordRow, err error) {
	err = t.on(ctx).Raw("SELECT "+recordColumns+" FROM "+from+conditions(where)+" ORDER BY e.at DESC, e.id DESC LIMIT ?", append(args, limit)...).Scan(&rows).Error
	return rows, err
}

func conditions(where []string) string {
	if len(where) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(where, " AND ")
}

// recordConditions are the conditions of a filter on entries e. With found, entries are found by the thing they are about,
// and no index is looked for by what they say.
func (t tx) recordConditions(f workflows.RecordFilter, found bool) (where []string, args []any) {
	by := func(expression string) string {
		if found {
			return t.s.dialect.plain(expression)
		}
		return expression
	}
	add := func(condition string, values ...any) { where, args = append(where, condition), append(args, values...) }
	if f.Kind != "" {
		add(by("e.about_kind")+" = ?", string(f.Kind))
	}
	if f.About != (workflows.Ref{}) {
		add("e.about_kind = ? AND e.about_id = ?", string(f.About.Kind), f.About.ID)
	}
	if f.What != "" {
		add(by(t.s.dialect.says("what"))+" = ?", f.What)
	}
	if f.Actor != "" {
		add(by(t.s.dialect.says("actor"))+" = ?", string(f.Actor))
	}
	if !f.From.IsZero() {
		add("e.at >= ?", millis(f.From))
	}
	if !f.Until.IsZero() {
		add("e.at < ?", millis(f.Until))
	}
	if f.Before != (workflows.RecordKey{}) {
		add("(e.at, e.id) < (?, ?)", f.Before.At, f.Before.ID)
	}
	return where, args
}

// readsFew says whether the things the person is a reader of are few.
func (t tx) readsFew(ctx context.Context, viewer workflows.Person) (bool, error) {
	var n int64
	err := t.on(ctx).Raw("SELECT count(*) FROM (SELECT 1 FROM readers WHERE person = ? LIMIT ?) r", string(viewer.ID), fewThings+1).Scan(&n).Error
	return n <= fewThings, err
}

// recordsOf puts the page together from the things that somebody reads, without a look at all other entries. Only as many
// things can have a record on the page as the page has lines: those whose newest record that fits is the newest. The CROSS
// JOIN says in which order SQLite goes.
func (t tx) recordsOf(ctx context.Context, viewer workflows.Person, f workflows.RecordFilter, limit int) (rows []recordRow, err error) {
	where, args := t.recordConditions(f, true)
	narrowed := strings.Join(append([]string{""}, where...), " AND ")
	const newestFirst = " ORDER BY e.at DESC, e.id DESC LIMIT "
	query := `WITH things AS (SELECT about_kind, about_id FROM readers WHERE person = ?
		UNION SELECT 'account', id FROM accounts WHERE person = ?
	), newest AS (SELECT t.about_kind, t.about_id, (SELECT e.id FROM log_entries e
		WHERE e.about_kind = t.about_kind AND e.about_id = t.about_id` + narrowed + newestFirst + `1) AS last FROM things t
	), chosen AS (SELECT n.about_kind, n.about_id FROM newest n CROSS JOIN log_entries e WHERE e.id = n.last` + newestFirst + `?
	), mine AS (SELECT e.id, e.at FROM chosen c CROSS JOIN log_entries e WHERE e.about_kind = c.about_kind AND e.about_id = c.about_id` + narrowed
	all := append([]any{string(viewer.ID), string(viewer.ID)}, args...)
	all = append(append(all, limit), args...)
	var more strings.Builder
	for _, kind := range openKinds(viewer) {
		part := "SELECT e.id, e.at FROM log_entries e WHERE e.about_kind = ?"
		own := []any{kind}
		if kind == string(workflows.KindAccount) { // their own are among their things
			part += " AND e.about_id NOT IN (SELECT id FROM accounts WHERE person = ?)"
			own = append(own, string(viewer.ID))
		}
		more.WriteString(" UNION ALL SELECT * FROM (" + part + narrowed + newestFirst + "?) k")
		all = append(append(append(all, own...), args...), limit)
	}
	query += more.String() + `) SELECT ` + recordColumns + ` FROM log_entries e WHERE e.id IN (SELECT id FROM mine ORDER BY at DESC, id DESC LIMIT ?)
		ORDER BY ` + t.s.dialect.plain("e.at") + ` DESC, e.id DESC`
	err = t.on(ctx).Raw(query, append(all, limit)...).Scan(&rows).Error
	return rows, err
}

// seenEntries is a condition on entries e: those the person may see.
func seenEntries(viewer workflows.Person) (string, []any) {
	condition := `(EXISTS (SELECT 1 FROM readers r WHERE r.about_kind = e.about_kind AND r.about_id = e.about_id AND r.person = ?)
		OR e.about_kind = 'account' AND EXISTS (SELECT 1 FROM accounts a WHERE a.id = e.about_id AND a.person = ?)`
	args := []any{string(viewer.ID), string(viewer.ID)}
	kinds := openKinds(viewer)
	for _, kind := range kinds {
		args = append(args, kind)
	}
	return condition + strings.Repeat(" OR e.about_kind = ?", len(kinds)) + ")", args
}

// openKinds are the kinds of things of which the person sees all records.
func openKinds(viewer workflows.Person) []string {
	var out []string
	for _, k := range workflows.Kinds() {
		if workflows.SeesRecordsOf(viewer, k) {
			out = append(out, string(k))
		}
	}
	return out
}

// titles gives the titles of the requests and systems that the records are about.
func (t tx) titles(ctx context.Context, rows []recordRow) (map[workflows.Ref]string, error) {
	ids := map[workflows.Kind][]string{}
	for _, r := range rows {
		kind := workflows.Kind(r.Row.AboutKind)
		if !slices.Contains(ids[kind], r.Row.AboutID) {
			ids[kind] = append(ids[kind], r.Row.AboutID)
		}
	}
	out, d := map[workflows.Ref]string{}, t.s.dialect
	for kind, table := range map[workflows.Kind]any{workflows.KindRequest: &requestRow{}, workflows.KindSystem: &systemRow{}} {
		if len(ids[kind]) == 0 {
			continue
		}
		var found []struct{ ID, Title string }
		if err := t.on(ctx).Model(table).Select("id, title").Where(d.in("id"), d.list(ids[kind])).Find(&found).Error; err != nil {
			return nil, err
		}
		for _, r := range found {
			out[workflows.Ref{Kind: kind, ID: r.ID}] = r.Title
		}
	}
	return out, nil
}

// Record gives one record with the texts that exist; [workflows.ErrNotFound] where there is none, or where it is not for
// the viewer's eyes.
func (s *Store) Record(ctx context.Context, viewer workflows.Person, about workflows.Ref, n int) (row workflows.LogRow, err error) {
	err = workflows.ErrNotFound
	if viewer.Active && viewer.ID != "" && storable(string(about.Kind), about.ID) {
		err = s.view(ctx, func(t tx) error {
			row, err = t.record(ctx, viewer, about, n)
			return err
		})
	}
	return row, failed(err, "read record %d of %s", n, about)
}

func (t tx) record(ctx context.Context, viewer workflows.Person, about workflows.Ref, n int) (workflows.LogRow, error) {
	row := workflows.LogRow{Texts: map[string]string{}}
	db := t.on(ctx).Table("log_entries e").Where("e.about_kind = ? AND e.about_id = ? AND e.n = ?", string(about.Kind), about.ID, n)
	if !workflows.SeesAll(viewer) {
		seen, args := seenEntries(viewer)
		db = db.Where(seen, args...)
	}
	var e logEntryRow
	err := db.Select("e.about_kind, e.about_id, e.n, e.at, e.entry").Take(&e).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, workflows.ErrNotFound
	}
	if err != nil {
		return row, err
	}
	row.Record, row.Entry, row.Hash = e.shown(), e.Entry, leafHash(e.Entry)
	var texts []logTextRow
	err = t.on(ctx).Where("about_kind = ? AND about_id = ? AND n = ?", string(about.Kind), about.ID, n).Order("name").Find(&texts).Error
	for _, x := range texts {
		row.Texts[x.Name] = string(x.Value)
	}
	return row, err
}
