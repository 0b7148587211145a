package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"steward/workflows"
)

type sessionRow struct {
	Hash    string `gorm:"primaryKey"`
	Person  string
	Via     string
	Started int64
	Seen    int64
	Ends    int64
}

// TableName implements gorm's Tabler.
func (sessionRow) TableName() string { return "sessions" }

type signInLinkRow struct {
	Hash   string `gorm:"primaryKey"`
	Person string
	Made   int64
	Ends   int64
	MadeBy string
}

// TableName implements gorm's Tabler.
func (signInLinkRow) TableName() string { return "sign_in_links" }

// active is a condition on a table with a person: sign-ins of people who have left are none.
const active = "EXISTS (SELECT 1 FROM people p WHERE p.id = person AND p.active)"

// PutSession stores a sign-in.
func (s *Store) PutSession(ctx context.Context, session workflows.Session) error {
	row := sessionRow{
		session.Hash, string(session.Person), session.Via, millis(session.Started), millis(session.Seen), millis(session.Ends),
	}
	return failed(s.write.WithContext(ctx).Create(&row).Error, "store session")
}

// TouchSession reads a session that has not ended, as it was before, and notes its use, at most once a minute. Sessions of
// people who have left are [workflows.ErrNotFound].
func (s *Store) TouchSession(ctx context.Context, hash string, now time.Time) (workflows.Session, error) {
	var row sessionRow
	if !storable(hash) {
		return workflows.Session{}, failed(workflows.ErrNotFound, "read session")
	}
	err := s.read.WithContext(ctx).Where("hash = ? AND ends > ? AND "+active, hash, millis(now)).Take(&row).Error
	if err != nil {
		return workflows.Session{}, failed(err, "read session")
	}
	if now.Sub(instant(row.Seen)) >= time.Minute {
		err = s.write.WithContext(ctx).Exec("UPDATE sessions SET seen = ? WHERE hash = ?", millis(now), hash).Error
	}
	return workflows.Session{
		Hash: row.Hash, Person: workflows.PersonID(row.Person), Via: row.Via, Started: instant(row.Started), Seen: instant(row.Seen),
		Ends: instant(row.Ends),
	}, failed(err, "touch session")
}

// EndSession ends a session; one that is not there has ended.
func (s *Store) EndSession(ctx context.Context, hash string) error {
	return failed(s.write.WithContext(ctx).Exec("DELETE FROM sessions WHERE hash = ?", hash).Error, "end session")
}

// PutSignInLink stores a one-time link.
func (s *Store) PutSignInLink(ctx context.Context, l workflows.SignInLink) error {
	row := signInLinkRow{l.Hash, string(l.Person), millis(l.Made), millis(l.Ends), l.By}
	return failed(s.write.WithContext(ctx).Create(&row).Error, "store sign-in link")
}

// SignInLink looks at a link without using it; [workflows.ErrNotFound] where it was used, has ended or never was.
func (s *Store) SignInLink(ctx context.Context, hash string, now time.Time) (workflows.SignInLink, error) {
	if !storable(hash) {
		return workflows.SignInLink{}, failed(workflows.ErrNotFound, "read sign-in link")
	}
	var row signInLinkRow
	err := s.read.WithContext(ctx).Where("hash = ? AND used = 0 AND ends > ? AND "+active, hash, millis(now)).Take(&row).Error
	return row.link(), failed(err, "read sign-in link")
}

// UseSignInLink uses a link up, exactly once.
func (s *Store) UseSignInLink(ctx context.Context, hash string, now time.Time) (workflows.SignInLink, error) {
	if !storable(hash) {
		return workflows.SignInLink{}, failed(workflows.ErrNotFound, "use sign-in link")
	}
	var rows []signInLinkRow
	err := s.write.WithContext(ctx).Raw("UPDATE sign_in_links SET used = ? WHERE hash = ? AND used = 0 AND ends > ? AND "+active+
		" RETURNING hash, person, made, ends, made_by", millis(now), hash, millis(now)).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = gorm.ErrRecordNotFound
	}
	if err != nil {
		return workflows.SignInLink{}, failed(err, "use sign-in link")
	}
	return rows[0].link(), nil
}

func (r signInLinkRow) link() workflows.SignInLink {
	return workflows.SignInLink{
		Hash: r.Hash, Person: workflows.PersonID(r.Person), Made: instant(r.Made), Ends: instant(r.Ends), By: r.MadeBy,
	}
}
