-- Policy packs, whole, by the hash of their content, and which one is in force.

-- +goose Up
CREATE TABLE policies (
    hash      TEXT PRIMARY KEY CHECK (hash <> ''),
    bundle    BLOB NOT NULL,
    stored_at INTEGER NOT NULL
) STRICT;

CREATE TABLE policy_in_force (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    hash  TEXT NOT NULL REFERENCES policies (hash),
    since INTEGER NOT NULL
) STRICT;
