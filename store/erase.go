package store

import (
	"context"
	"errors"
	"slices"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/vendor"
)

// Ties implements [engine.Erasures].
func (t tx) Ties(ctx context.Context, who workflows.PersonID) (workflows.Ties, error) {
	var row personRow
	if !storable(string(who)) {
		return workflows.Ties{}, failed(workflows.ErrNotFound, "read ties")
	}
	if err := t.on(ctx).Where("id = ?", string(who)).Take(&row).Error; err != nil {
		return workflows.Ties{}, failed(err, "read ties of %s", who)
	}
	out := workflows.Ties{Active: row.Active, LeftOn: row.LeftOn, Name: row.Name}
	open := string(approval.StatusOpen)
	for _, c := range []struct {
		into  *bool
		query string
		args  []any
	}{
		{&out.Waits, "FROM waits WHERE person = ?", []any{who}},
		{&out.Open, "FROM requests WHERE status = ? AND ? IN (requester, owner)", []any{open, who}},
		{&out.Roles, "FROM person_roles WHERE person = ?", []any{who}},
		{&out.Assets, "FROM assets WHERE owner = ?", []any{who}},
		{&out.Systems, "FROM ai_systems WHERE owner = ? AND state NOT IN (?, ?, ?)", append([]any{who}, overStates()...)},
		{&out.Absences, "FROM absences WHERE state IN ('planned', 'running') AND (person = ? OR delegate = ? AND lost = '')", []any{who, who}},
		{&out.Proposals, "FROM proposals WHERE state = ? AND ? IN (subject, made_by)", []any{string(workflows.ProposalOpen), who}},
	} {
		if err := t.on(ctx).Raw("SELECT EXISTS (SELECT 1 "+c.query+")", c.args...).Scan(c.into).Error; err != nil {
			return out, failed(err, "read ties of %s", who)
		}
	}
	err := t.on(ctx).Raw(`SELECT EXISTS (SELECT 1 FROM log_entries WHERE about_kind = ? AND about_id = ? AND `+t.s.dialect.says("what")+` = ?)`,
		string(workflows.KindPeople), string(who), workflows.FactErased).Scan(&out.Erased).Error
	return out, failed(err, "read whether %s was erased", who)
}

// TextsOf implements [engine.Erasures].
func (t tx) TextsOf(ctx context.Context, who workflows.PersonID, own bool) ([]string, error) {
	var out, more []string
	err := t.on(ctx).Raw(`SELECT commitment FROM log_texts WHERE about_kind = ? AND about_id IN (SELECT id FROM accounts WHERE person = ?)
		OR about_kind = ? AND about_id IN (SELECT CAST(id AS TEXT) FROM proposals WHERE what = ? AND subject = ?)
		OR about_kind = ? AND about_id IN (SELECT id FROM absences WHERE person = ?)`,
		string(workflows.KindAccount), string(who), string(workflows.KindProposal), string(workflows.ProposeRoles), string(who),
		string(workflows.KindAbsence), string(who)).Scan(&out).Error
	if err == nil {
		var about []ownWords
		about, err = t.joinWords(ctx, who)
		for _, w := range about {
			out = append(out, w.Commitment)
		}
	}
	if err == nil && own {
		err = t.on(ctx).Raw("SELECT x.commitment "+t.ownTexts(), t.ownArgs(who)...).Scan(&more).Error
	}
	if err == nil && own {
		var words []ownWords
		words, err = t.systemWords(ctx, who)
		for _, w := range words {
			more = append(more, w.Commitment)
		}
	}
	if err == nil && own {
		var reasons []string
		err = t.on(ctx).Raw(`SELECT x.commitment FROM log_texts x JOIN log_entries e ON e.about_kind = x.about_kind AND e.about_id = x.about_id AND e.n = x.n
			WHERE x.about_kind = ? AND x.name = ? AND `+t.s.dialect.saysOf("e.entry", "actor")+` = ?`,
			string(workflows.KindVendor), vendor.TextReason, string(who)).Scan(&reasons).Error
		more = append(more, reasons...)
	}
	return append(out, more...), failed(err, "find texts of %s", who)
}

// ownTexts finds what a person wrote in requests that have ended.
func (t tx) ownTexts() string {
	return `FROM log_texts x JOIN log_entries e ON e.about_kind = x.about_kind AND e.about_id = x.about_id AND e.n = x.n
		JOIN requests r ON r.id = x.about_id AND r.status <> ?
		WHERE x.about_kind = ? AND x.name <> ? AND ` + t.s.dialect.saysOf("e.entry", "actor") + ` = ?`
}

func (t tx) ownArgs(who workflows.PersonID) []any {
	return []any{string(approval.StatusOpen), string(workflows.KindRequest), shownName, string(who)}
}

// formsOf gives the requests whose answers a person gave or changed, as far as they are there still: one more than are named.
func (t tx) formsOf(ctx context.Context, who workflows.PersonID) (ids []string, err error) {
	d := t.s.dialect
	err = t.on(ctx).Raw(`SELECT r.id FROM requests r WHERE r.id IN (SELECT x.about_id FROM log_entries e
		JOIN log_texts x ON e.about_kind = x.about_kind AND e.about_id = x.about_id AND e.n = x.n
		WHERE e.about_kind = ? AND x.name = ? AND `+d.saysOf("e.entry", "actor")+` = ?
		AND `+d.saysOf("e.entry", "what")+` IN (?, ?, ?, ?)) ORDER BY r.sent_at, r.number, r.id LIMIT ?`,
		string(workflows.KindRequest), shownName, string(who), approval.FactSubmitted, approval.FactEdited, approval.FactCorrected,
		approval.FactRenewed, workflows.FormsNamed+1).Scan(&ids).Error
	return ids, err
}

// ErasePerson implements [engine.Erasures].
func (t tx) ErasePerson(ctx context.Context, who workflows.PersonID, name string, texts []string, links []workflows.Link, own bool) (workflows.Erased, error) {
	var out workflows.Erased
	if own {
		var err error
		if out.Forms, err = t.formsOf(ctx, who); err != nil {
			return out, failed(err, "find forms of %s", who)
		}
		var ids []string
		if err := t.on(ctx).Raw("SELECT DISTINCT x.about_id "+t.ownTexts(), t.ownArgs(who)...).Scan(&ids).Error; err != nil {
			return out, failed(err, "find requests of %s", who)
		}
		for _, id := range ids {
			if err := t.blank(ctx, id, func(p workflows.PersonID) bool { return p == who }); err != nil {
				return out, err
			}
		}
		if err := t.blankSystems(ctx, who); err != nil {
			return out, err
		}
	}
	if err := t.blankJoins(ctx, who); err != nil {
		return out, err
	}
	if err := t.dropTexts(ctx, texts); err != nil {
		return out, failed(err, "erase texts")
	}
	for _, l := range links {
		if err := t.on(ctx).Exec("DELETE FROM conversations WHERE surface = ? AND user_id = ?", l.Surface, l.User).Error; err != nil {
			return out, failed(err, "erase conversations of %s", who)
		}
	}
	if err := t.signOut(ctx, []string{string(who)}); err != nil {
		return out, failed(err, "sign %s out", who)
	}
	if err := t.eraseCopies(ctx, who, name, &out); err != nil {
		return out, failed(err, "erase copies of %s", who)
	}
	row := personRow{ID: string(who), Name: workflows.ErasedName, NameKey: fold(workflows.ErasedName)}
	err := t.on(ctx).Model(&personRow{}).Where("id = ?", string(who)).Select("*").Omit("id").Updates(&row).Error
	return out, failed(err, "erase %s", who)
}

// eraseCopies removes what was sent to a person, and what has their name in it. A delivery that is on its way ends by itself:
// its reader is not active.
func (t tx) eraseCopies(ctx context.Context, who workflows.PersonID, name string, out *workflows.Erased) error {
	remove := func(query string, args ...any) (int, error) {
		db := t.on(ctx).Exec(query, args...)
		return int(db.RowsAffected), db.Error
	}
	var err error
	if out.Drafts, err = remove("DELETE FROM drafts WHERE person = ?", who); err != nil {
		return err
	}
	if name == workflows.ErasedName {
		name = "" // others have it, too
	}
	for _, c := range []struct {
		query string
		args  []any
	}{
		{"DELETE FROM notices WHERE person = ? OR ? <> '' AND " + t.s.dialect.has("gist"), []any{who, name, name}},
		{"DELETE FROM receipts WHERE person = ?", []any{who}},
		{"DELETE FROM deliveries WHERE person = ? AND state <> 'sending'", []any{who}},
	} {
		n, err := remove(c.query, c.args...)
		if err != nil {
			return err
		}
		out.Copies += n
	}
	return t.on(ctx).Exec("UPDATE absences SET reason = '' WHERE person = ?", who).Error
}

// dropTexts destroys texts beside the log, and the files whose names they are.
func (t tx) dropTexts(ctx context.Context, commitments []string) error {
	for some := range slices.Chunk(commitments, batch) {
		for _, table := range []string{"log_texts", "log_files"} {
			if err := t.on(ctx).Exec("DELETE FROM "+table+" WHERE "+t.s.dialect.in("commitment"), t.s.dialect.list(some)).Error; err != nil {
				return err
			}
		}
	}
	return nil
}

// erasedPeople gives the ids of everyone who was erased, ordered.
func (t tx) erasedPeople(ctx context.Context) (ids []string, err error) {
	err = t.on(ctx).Raw("SELECT DISTINCT about_id FROM log_entries WHERE about_kind = ? AND "+t.s.dialect.says("what")+" = ? ORDER BY about_id",
		string(workflows.KindPeople), workflows.FactErased).Scan(&ids).Error
	return ids, err
}

// Scrub takes what was destroyed out of the files of the database, where that is in its power: SQLite overwrites what it
// removes, and what is still in its journal is written through; on Postgres the rows are vacuumed, for which the role has to
// own the tables. The error says that it is still there, and goes when nobody reads any more and something else is written.
func (s *Store) Scrub(ctx context.Context) error {
	if s.dialect == sqlite {
		var busy int
		err := s.write.WithContext(ctx).Raw("PRAGMA wal_checkpoint(TRUNCATE)").Row().Scan(&busy, new(int), new(int))
		if err == nil && busy != 0 {
			err = errors.New("somebody reads an older state of it")
		}
		return failed(err, "write the journal through")
	}
	for _, table := range []string{
		"people", "accounts", "conversations", "drafts", "notices", "receipts", "deliveries", "absences", "sessions", "log_texts", "log_files",
		"requests", "ai_systems", "rounds", "votes", "rulings", "advices", "questions",
	} {
		if err := s.write.WithContext(ctx).Exec("VACUUM " + table).Error; err != nil {
			return failed(err, "vacuum %s", table)
		}
	}
	return nil
}
