-- Changes of Steward itself that one person proposes and another puts in force. from_state and to_state are content hashes of
-- policies, or lists of roles; made_by and settled_by are people, or Steward's command line.

-- +goose Up
CREATE TABLE proposals (
    id         INTEGER PRIMARY KEY CHECK (id > 0),
    what       TEXT NOT NULL CHECK (what <> ''),
    subject    TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state   TEXT NOT NULL,
    made_by    TEXT NOT NULL CHECK (made_by <> ''),
    made_at    INTEGER NOT NULL,
    state      TEXT NOT NULL CHECK (state <> ''),
    settled_by TEXT NOT NULL,
    settled_at INTEGER NOT NULL,
    alone      INTEGER NOT NULL CHECK (alone IN (0, 1)),
    CHECK (from_state <> to_state),
    CHECK (alone OR state <> 'confirmed' OR made_by <> settled_by)
) STRICT;
CREATE UNIQUE INDEX proposals_open ON proposals (what, subject, from_state, to_state) WHERE state = 'open';
