-- The log. entry holds the bytes that are hashed; the columns beside it only find them. Rows are never changed or removed.

-- +goose Up
-- txid orders what a sealer reads: everything below the horizon of running transactions is complete.
CREATE TABLE log_entries (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    txid       xid8 NOT NULL DEFAULT pg_current_xact_id(),
    about_kind text COLLATE "C" NOT NULL,
    about_id   text COLLATE "C" NOT NULL,
    n          integer NOT NULL CHECK (n > 0),
    at         bigint NOT NULL,
    entry      bytea NOT NULL,
    UNIQUE (about_kind, about_id, n)
);

-- Free text and what was shown stay outside the entry, which holds only a salted commitment. They can be destroyed (a
-- DELETE), never altered.
CREATE TABLE log_texts (
    commitment text COLLATE "C" PRIMARY KEY,
    about_kind text COLLATE "C" NOT NULL,
    about_id   text COLLATE "C" NOT NULL,
    n          integer NOT NULL,
    name       text COLLATE "C" NOT NULL,
    salt       bytea NOT NULL,
    value      bytea NOT NULL
);
CREATE INDEX log_texts_about ON log_texts (about_kind, about_id, n);

-- +goose StatementBegin
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
-- +goose StatementEnd
CREATE TRIGGER log_entries_no_change BEFORE UPDATE OR DELETE ON log_entries FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_entries_no_truncate BEFORE TRUNCATE ON log_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_texts_no_change BEFORE UPDATE ON log_texts FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_texts_no_truncate BEFORE TRUNCATE ON log_texts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE VIEW v_log_entries AS
SELECT id, about_kind, about_id, n, ms_time(at) AS at, convert_from(entry, 'UTF8')::json AS entry FROM log_entries;
CREATE VIEW v_log_texts AS
SELECT commitment, about_kind, about_id, n, name, convert_from(value, 'UTF8') AS value FROM log_texts;
CREATE VIEW v_log AS
SELECT about_kind || '/' || about_id AS about, n, ms_time(at) AS at, entry::json ->> 'actor' AS actor, entry::json ->> 'what' AS what,
    entry::json -> 'data' AS data, entry::json -> 'after' AS after
FROM (SELECT about_kind, about_id, n, at, convert_from(entry, 'UTF8') AS entry FROM log_entries) e;
