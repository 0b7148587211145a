-- A tool that was seen in the company and asked for by nobody is in the register without a request, a requester and, until somebody is
-- named, an owner.

-- +goose Up
CREATE TABLE ai_systems_new (
    id          TEXT PRIMARY KEY CHECK (id <> ''),
    number      INTEGER NOT NULL UNIQUE,
    request     TEXT UNIQUE REFERENCES requests (id),
    round       INTEGER NOT NULL,
    state       TEXT NOT NULL CHECK (state <> ''),
    since       INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    revision    INTEGER NOT NULL,
    requester   TEXT REFERENCES people (id),
    owner       TEXT REFERENCES people (id),
    title       TEXT NOT NULL,
    tool        TEXT NOT NULL,
    vendor      TEXT NOT NULL,
    search_key  TEXT NOT NULL,
    tier        TEXT NOT NULL,
    legal_class TEXT NOT NULL,
    flow        TEXT NOT NULL,
    policy      TEXT NOT NULL,
    records     INTEGER NOT NULL,
    approved_at INTEGER NOT NULL,
    valid_until INTEGER NOT NULL,
    open_tasks  INTEGER NOT NULL,
    next_due    INTEGER NOT NULL,
    head        TEXT NOT NULL
) STRICT;
INSERT INTO ai_systems_new SELECT * FROM ai_systems;
DROP TABLE ai_systems;
ALTER TABLE ai_systems_new RENAME TO ai_systems;
CREATE INDEX ai_systems_owner ON ai_systems (owner, number);
CREATE INDEX ai_systems_state ON ai_systems (state, number);
CREATE INDEX ai_systems_open ON ai_systems (number) WHERE open_tasks > 0;
CREATE INDEX ai_systems_ends ON ai_systems (valid_until) WHERE valid_until > 0;
