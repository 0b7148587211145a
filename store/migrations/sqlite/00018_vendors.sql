-- What is kept of vendors: the answers that do not depend on who asks, once for each vendor and plan, with their proofs.

-- +goose Up
-- name_key is the name without case, spaces and marks; aging counts the facts of which somebody was reminded; head is JSON.
CREATE TABLE vendors (
    id       TEXT PRIMARY KEY CHECK (id <> ''),
    number   INTEGER NOT NULL UNIQUE,
    name     TEXT NOT NULL,
    name_key TEXT NOT NULL,
    plan     TEXT NOT NULL,
    flow     TEXT NOT NULL,
    state    TEXT NOT NULL CHECK (state <> ''),
    aging    INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    records  INTEGER NOT NULL,
    head     TEXT NOT NULL,
    UNIQUE (name_key, plan)
) STRICT;
CREATE INDEX vendors_aging ON vendors (number) WHERE aging > 0;
