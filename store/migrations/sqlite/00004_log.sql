-- The log. entry holds the bytes that are hashed; the columns beside it only find them. Rows are never changed or removed.

-- +goose Up
-- One writer at a time: the order of id is the order of commits.
CREATE TABLE log_entries (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    about_kind TEXT NOT NULL,
    about_id   TEXT NOT NULL,
    n          INTEGER NOT NULL CHECK (n > 0),
    at         INTEGER NOT NULL,
    entry      BLOB NOT NULL,
    UNIQUE (about_kind, about_id, n)
) STRICT;

-- Free text and what was shown stay outside the entry, which holds only a salted commitment. They can be destroyed (a
-- DELETE), never altered.
CREATE TABLE log_texts (
    commitment TEXT PRIMARY KEY,
    about_kind TEXT NOT NULL,
    about_id   TEXT NOT NULL,
    n          INTEGER NOT NULL,
    name       TEXT NOT NULL,
    salt       BLOB NOT NULL,
    value      BLOB NOT NULL
) STRICT;
CREATE INDEX log_texts_about ON log_texts (about_kind, about_id, n);

-- +goose StatementBegin
CREATE TRIGGER log_entries_no_update BEFORE UPDATE ON log_entries
BEGIN
    SELECT RAISE(ABORT, 'log_entries is append-only: UPDATE is refused');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER log_entries_no_delete BEFORE DELETE ON log_entries
BEGIN
    SELECT RAISE(ABORT, 'log_entries is append-only: DELETE is refused');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER log_texts_no_update BEFORE UPDATE ON log_texts
BEGIN
    SELECT RAISE(ABORT, 'log_texts is append-only: UPDATE is refused');
END;
-- +goose StatementEnd
