-- Who is away, from one day to another. While somebody stands in, a row of delegations with the same id says what that lends them.

-- +goose Up
-- from_day and to_day are local dates where the person lives; told is a list of ids in JSON.
CREATE TABLE absences (
    id        text COLLATE "C" PRIMARY KEY CHECK (id <> ''),
    number    bigint NOT NULL UNIQUE,
    person    text COLLATE "C" NOT NULL REFERENCES people (id),
    from_day  text COLLATE "C" NOT NULL,
    to_day    text COLLATE "C" NOT NULL,
    delegate  text COLLATE "C" NOT NULL,
    reason    text NOT NULL,
    hand_over boolean NOT NULL,
    state     text COLLATE "C" NOT NULL CHECK (state <> ''),
    starts    bigint NOT NULL,
    ends      bigint NOT NULL,
    named_at  bigint NOT NULL,
    lost      text COLLATE "C" NOT NULL,
    told      text NOT NULL,
    seq       integer NOT NULL,
    revision  integer NOT NULL,
    records   integer NOT NULL,
    CHECK (person <> delegate)
);
CREATE INDEX absences_person ON absences (person, number);
CREATE INDEX absences_open ON absences (delegate, person) WHERE state IN ('planned', 'running');

CREATE INDEX waits_for ON waits (for_person) WHERE for_person <> '';

CREATE VIEW v_absences AS
SELECT id, person, from_day, to_day, delegate, hand_over, state, ms_time(starts) AS starts, ms_time(ends) AS ends,
    ms_time(named_at) AS named_at, lost, seq, revision
FROM absences;
