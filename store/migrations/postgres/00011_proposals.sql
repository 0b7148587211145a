-- Changes of Steward itself that one person proposes and another puts in force. from_state and to_state are content hashes of
-- policies, or lists of roles; made_by and settled_by are people, or Steward's command line.

-- +goose Up
CREATE TABLE proposals (
    id         bigint PRIMARY KEY CHECK (id > 0),
    what       text COLLATE "C" NOT NULL CHECK (what <> ''),
    subject    text COLLATE "C" NOT NULL,
    from_state text COLLATE "C" NOT NULL,
    to_state   text COLLATE "C" NOT NULL,
    made_by    text COLLATE "C" NOT NULL CHECK (made_by <> ''),
    made_at    bigint NOT NULL,
    state      text COLLATE "C" NOT NULL CHECK (state <> ''),
    settled_by text COLLATE "C" NOT NULL,
    settled_at bigint NOT NULL,
    alone      boolean NOT NULL,
    CHECK (from_state <> to_state),
    CHECK (alone OR state <> 'confirmed' OR made_by <> settled_by)
);
CREATE UNIQUE INDEX proposals_open ON proposals (what, subject, from_state, to_state) WHERE state = 'open';

CREATE VIEW v_proposals AS
SELECT id, what, subject, from_state, to_state, made_by, ms_time(made_at) AS made_at, state, settled_by, ms_time(settled_at) AS settled_at, alone
FROM proposals;
