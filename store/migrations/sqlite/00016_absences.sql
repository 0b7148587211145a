-- Who is away, from one day to another. While somebody stands in, a row of delegations with the same id says what that lends them.

-- +goose Up
-- from_day and to_day are local dates where the person lives; told is a list of ids in JSON.
CREATE TABLE absences (
    id        TEXT PRIMARY KEY CHECK (id <> ''),
    number    INTEGER NOT NULL UNIQUE,
    person    TEXT NOT NULL REFERENCES people (id),
    from_day  TEXT NOT NULL,
    to_day    TEXT NOT NULL,
    delegate  TEXT NOT NULL,
    reason    TEXT NOT NULL,
    hand_over INTEGER NOT NULL,
    state     TEXT NOT NULL CHECK (state <> ''),
    starts    INTEGER NOT NULL,
    ends      INTEGER NOT NULL,
    named_at  INTEGER NOT NULL,
    lost      TEXT NOT NULL,
    told      TEXT NOT NULL,
    seq       INTEGER NOT NULL,
    revision  INTEGER NOT NULL,
    records   INTEGER NOT NULL,
    CHECK (person <> delegate)
) STRICT;
CREATE INDEX absences_person ON absences (person, number);
CREATE INDEX absences_open ON absences (delegate, person) WHERE state IN ('planned', 'running');

CREATE INDEX waits_for ON waits (for_person) WHERE for_person <> '';
