package store

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"
)

// What somebody has to do before a role can be given the rights of a server.
var (
	ErrNoRoles    = errors.New("SQLite has no roles: whoever may write the file may write all of it")
	ErrRoleAbsent = errors.New("there is no such role")
	ErrNotOwner   = errors.New("only the role that owns the tables can do that")
	ErrRoleOwns   = errors.New("this role owns the tables, or may do everything: give a server one of its own")
)

// logTables are those of the log, to which a server only adds. The texts and files beside it can be destroyed, too, when their time is
// over; [Store.Verify] finds one that is missing without a record that names it.
func logTables() []string {
	return []string{"log_entries", "log_texts", "log_files", "log_leaves", "log_nodes", "log_checkpoints", "log_keys"}
}

// GrantAppRole gives a role of Postgres what a server needs and no more: it reads and adds to the log and cannot change it,
// reads which migrations were applied, and reads and writes everything else. Whoever calls it owns the tables. It may be
// called again, and has to be after an upgrade that brings new tables.
func GrantAppRole(ctx context.Context, opts Options, role string) (err error) {
	if _, lite := sqlitePath(opts.URL); lite {
		return ErrNoRoles
	}
	s, err := Open(ctx, opts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return failed(s.do(ctx, func(t tx) error {
		if err := t.mayServe(ctx, role); err != nil {
			return err
		}
		var schema string
		if err := t.on(ctx).Raw("SELECT quote_ident(current_schema())").Scan(&schema).Error; err != nil {
			return err
		}
		for _, grant := range grants(schema, role) {
			if err := t.on(ctx).Exec(grant).Error; err != nil {
				return err
			}
		}
		return nil
	}), "grant rights to %s", role)
}

// mayServe refuses roles to which it would be of no use to grant a little.
func (t tx) mayServe(ctx context.Context, role string) error {
	const owner = "(SELECT relowner FROM pg_class WHERE oid = to_regclass('log_entries'))"
	var found []struct{ Mighty, Ours bool }
	err := t.on(ctx).Raw(`SELECT rolsuper OR pg_has_role(oid, `+owner+`, 'MEMBER') AS mighty, pg_has_role(`+owner+`, 'MEMBER') AS ours
		FROM pg_roles WHERE rolname = ?`, role).Scan(&found).Error
	switch {
	case err != nil:
		return err
	case len(found) == 0:
		return ErrRoleAbsent
	case !found[0].Ours:
		return ErrNotOwner // Postgres would only warn
	case found[0].Mighty:
		return ErrRoleOwns
	}
	return nil
}

// grants are the statements, in this order. The schema is quoted where it has to be.
func grants(schema, role string) []string {
	name, log := pgx.Identifier{role}.Sanitize(), strings.Join(logTables(), ", ")
	return []string{
		"GRANT USAGE ON SCHEMA " + schema + " TO " + name,
		"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA " + schema + " TO " + name,
		"REVOKE ALL ON " + log + ", goose_db_version FROM " + name,
		"GRANT SELECT, INSERT ON " + log + " TO " + name,
		"GRANT DELETE ON log_texts, log_files TO " + name,
		"GRANT SELECT ON goose_db_version TO " + name,
	}
}

// LogRights gives the role that the store has on Postgres, and the tables of the log that it could change, ordered; nothing on
// SQLite. A role that owns them can always.
func (s *Store) LogRights(ctx context.Context) (role string, changes []string, err error) {
	if s.dialect == sqlite {
		return "", nil, nil
	}
	t := s.reader()
	if err := t.on(ctx).Raw("SELECT current_user").Scan(&role).Error; err != nil {
		return "", nil, failed(err, "read role")
	}
	err = t.on(ctx).Raw(`SELECT name FROM unnest(CAST(? AS text[])) AS name
		WHERE has_table_privilege(name, CASE WHEN name IN ('log_texts', 'log_files') THEN 'UPDATE, TRUNCATE' ELSE 'UPDATE, DELETE, TRUNCATE' END) ORDER BY name`,
		"{"+strings.Join(logTables(), ",")+"}").Scan(&changes).Error
	return role, changes, failed(err, "read rights on the log")
}
