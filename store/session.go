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
	MadeBy  string
	Link    string
	Agent   string
	Started int64
	Seen    int64
	Ends    int64
	AuthAt  int64
}

// TableName implements gorm's Tabler.
func (sessionRow) TableName() string { return "sessions" }

func (r sessionRow) session() workflows.Session {
	return workflows.Session{
		Hash: r.Hash, Person: workflows.PersonID(r.Person), Via: r.Via, By: r.MadeBy, Link: r.Link, Agent: r.Agent,
		Started: instant(r.Started), Seen: instant(r.Seen), Ends: instant(r.Ends), AuthAt: instant(r.AuthAt),
	}
}

// stands is a condition on the table of sessions or of one-time links: those of people who have left are none, nor are those
// that began by an account which is not linked to the same person any more, or not well enough.
func stands(table string) string {
	return "EXISTS (SELECT 1 FROM people p WHERE p.id = " + table + ".person AND p.active) AND (" + table + ".link = '' OR EXISTS (SELECT 1 FROM accounts a" +
		" WHERE a.id = " + table + ".link AND a.person = " + table + ".person AND a.active AND a.confirmed AND a.proof <> '" + string(workflows.ProofPerson) + "'))"
}

// PutSession stores a sign-in.
func (s *Store) PutSession(ctx context.Context, session workflows.Session) error {
	row := sessionRow{
		Hash: session.Hash, Person: string(session.Person), Via: session.Via, MadeBy: session.By, Link: session.Link, Agent: session.Agent,
		Started: millis(session.Started), Seen: millis(session.Seen), Ends: millis(session.Ends), AuthAt: millis(session.AuthAt),
	}
	if !storable(row.Hash, row.Person, row.Via, row.MadeBy, row.Link, row.Agent) {
		return failed(errText, "store session")
	}
	return failed(s.write.WithContext(ctx).Create(&row).Error, "store session")
}

// TouchSession reads a session that has not ended and was not idle for longer than that, as it was before, and notes its
// use, at most once a minute. An idle one is removed and not renewed, whoever else asks for it at the same moment. Sessions
// of people who have left, or that began by an account which is not theirs any more, are [workflows.ErrNotFound] too.
func (s *Store) TouchSession(ctx context.Context, hash string, now time.Time, idle time.Duration) (workflows.Session, error) {
	var row sessionRow
	if !storable(hash) {
		return workflows.Session{}, failed(workflows.ErrNotFound, "read session")
	}
	err := s.read.WithContext(ctx).Where("hash = ? AND ends > ? AND "+stands("sessions"), hash, millis(now)).Take(&row).Error
	if err != nil {
		return workflows.Session{}, failed(err, "read session")
	}
	unused := now.Sub(instant(row.Seen))
	if unused > idle {
		// Unless it was used since it was read: then somebody else has judged it, by the same measure.
		err = s.write.WithContext(ctx).Exec("DELETE FROM sessions WHERE hash = ? AND seen <= ?", hash, row.Seen).Error
		if err == nil {
			err = workflows.ErrNotFound
		}
		return workflows.Session{}, failed(err, "end idle session")
	}
	if unused >= time.Minute {
		err = s.write.WithContext(ctx).Exec("UPDATE sessions SET seen = ? WHERE hash = ? AND seen < ?", millis(now), hash, millis(now)).Error
	}
	return row.session(), failed(err, "touch session")
}

// EndSession ends a session; one that is not there has ended.
func (s *Store) EndSession(ctx context.Context, hash string) error {
	if !storable(hash) {
		return nil
	}
	return failed(s.write.WithContext(ctx).Exec("DELETE FROM sessions WHERE hash = ?", hash).Error, "end session")
}

// SessionsOf gives the sessions of a person that have not ended at now and were used since then, the last used first.
func (s *Store) SessionsOf(ctx context.Context, who workflows.PersonID, now, since time.Time) ([]workflows.Session, error) {
	if !storable(string(who)) {
		return nil, nil
	}
	var rows []sessionRow
	err := s.read.WithContext(ctx).Where("person = ? AND ends > ? AND seen >= ? AND "+stands("sessions"), string(who), millis(now), millis(since)).
		Order("seen DESC, hash").Limit(maxSessions).Find(&rows).Error
	out := make([]workflows.Session, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.session())
	}
	return out, failed(err, "read sessions of %s", who)
}

// maxSessions bounds the list of one person's sessions.
const maxSessions = 50

// EndSessionOf ends the session of a person with this id, as [workflows.Session.ID] gives it; another's stays.
func (s *Store) EndSessionOf(ctx context.Context, who workflows.PersonID, id string) error {
	if !storable(string(who), id) || id == "" {
		return nil
	}
	err := s.write.WithContext(ctx).Exec("DELETE FROM sessions WHERE person = ? AND substr(hash, 1, 16) = ?", string(who), id).Error
	return failed(err, "end session of %s", who)
}

// EndOtherSessions ends all sessions of a person but the one with this hash.
func (s *Store) EndOtherSessions(ctx context.Context, who workflows.PersonID, hash string) error {
	if !storable(string(who), hash) {
		return nil
	}
	err := s.write.WithContext(ctx).Exec("DELETE FROM sessions WHERE person = ? AND hash <> ?", string(who), hash).Error
	return failed(err, "end sessions of %s", who)
}

type signInLinkRow struct {
	Hash   string `gorm:"primaryKey"`
	Person string
	Made   int64
	Ends   int64
	MadeBy string
	Link   string
}

// TableName implements gorm's Tabler.
func (signInLinkRow) TableName() string { return "sign_in_links" }

func newSignInLinkRow(l workflows.SignInLink) signInLinkRow {
	return signInLinkRow{l.Hash, string(l.Person), millis(l.Made), millis(l.Ends), l.By, l.Link}
}

// PutSignInLink stores a one-time link.
func (s *Store) PutSignInLink(ctx context.Context, l workflows.SignInLink) error {
	row := newSignInLinkRow(l)
	return failed(s.write.WithContext(ctx).Create(&row).Error, "store sign-in link")
}

// SignInLink looks at a link without using it; [workflows.ErrNotFound] where it was used, has ended or never was.
func (s *Store) SignInLink(ctx context.Context, hash string, now time.Time) (workflows.SignInLink, error) {
	if !storable(hash) {
		return workflows.SignInLink{}, failed(workflows.ErrNotFound, "read sign-in link")
	}
	var row signInLinkRow
	err := s.read.WithContext(ctx).Where("hash = ? AND used = 0 AND ends > ? AND "+stands("sign_in_links"), hash, millis(now)).Take(&row).Error
	return row.signInLink(), failed(err, "read sign-in link")
}

// UseSignInLink uses a link up, exactly once.
func (s *Store) UseSignInLink(ctx context.Context, hash string, now time.Time) (workflows.SignInLink, error) {
	if !storable(hash) {
		return workflows.SignInLink{}, failed(workflows.ErrNotFound, "use sign-in link")
	}
	var rows []signInLinkRow
	err := s.write.WithContext(ctx).Raw("UPDATE sign_in_links SET used = ? WHERE hash = ? AND used = 0 AND ends > ? AND "+stands("sign_in_links")+
		" RETURNING hash, person, made, ends, made_by, link", millis(now), hash, millis(now)).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = gorm.ErrRecordNotFound
	}
	if err != nil {
		return workflows.SignInLink{}, failed(err, "use sign-in link")
	}
	return rows[0].signInLink(), nil
}

func (r signInLinkRow) signInLink() workflows.SignInLink {
	return workflows.SignInLink{
		Hash: r.Hash, Person: workflows.PersonID(r.Person), Made: instant(r.Made), Ends: instant(r.Ends), By: r.MadeBy, Link: r.Link,
	}
}
