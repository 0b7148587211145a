-- The AI register: an entry for each request that was decided on and fills it.

-- +goose Up
-- head is the entry as the machine keeps it, in JSON; the columns beside it repeat what lists and queries need. open_tasks and
-- next_due speak of conditions that are not verified yet, and are 0 where the life of the system is over.
CREATE TABLE ai_systems (
    id          TEXT PRIMARY KEY CHECK (id <> ''),
    number      INTEGER NOT NULL UNIQUE,
    request     TEXT NOT NULL UNIQUE REFERENCES requests (id),
    round       INTEGER NOT NULL,
    state       TEXT NOT NULL CHECK (state <> ''),
    since       INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    revision    INTEGER NOT NULL,
    requester   TEXT NOT NULL REFERENCES people (id),
    owner       TEXT NOT NULL REFERENCES people (id),
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
CREATE INDEX ai_systems_owner ON ai_systems (owner, number);
CREATE INDEX ai_systems_state ON ai_systems (state, number);
CREATE INDEX ai_systems_open ON ai_systems (number) WHERE open_tasks > 0;
CREATE INDEX ai_systems_ends ON ai_systems (valid_until) WHERE valid_until > 0;
