-- Approval requests: a head row that is locked by every step, the frozen base of each round, and what people said.

-- +goose Up
CREATE TABLE request_numbers (
    prefix TEXT PRIMARY KEY,
    next   INTEGER NOT NULL
) STRICT;

-- head is the request as the machine keeps it, in JSON; the columns beside it repeat what lists and queries need.
CREATE TABLE requests (
    id          TEXT PRIMARY KEY CHECK (id <> ''),
    prefix      TEXT NOT NULL,
    number      INTEGER NOT NULL,
    flow        TEXT NOT NULL,
    status      TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    revision    INTEGER NOT NULL,
    round       INTEGER NOT NULL,
    requester   TEXT NOT NULL REFERENCES people (id),
    owner       TEXT NOT NULL REFERENCES people (id),
    tier        TEXT NOT NULL,
    legal_class TEXT NOT NULL,
    title       TEXT NOT NULL,
    search_key  TEXT NOT NULL,
    policy      TEXT NOT NULL,
    stage_key   TEXT NOT NULL,
    records     INTEGER NOT NULL,
    sent_at     INTEGER NOT NULL,
    round_at    INTEGER NOT NULL,
    ended_at    INTEGER NOT NULL,
    valid_until INTEGER NOT NULL,
    head        TEXT NOT NULL
) STRICT;
CREATE INDEX requests_page ON requests (sent_at, number, id);
CREATE INDEX requests_open ON requests (prefix, number) WHERE status = 'open';
CREATE INDEX requests_requester ON requests (requester);
CREATE INDEX requests_owner ON requests (owner);

CREATE TABLE rounds (
    request   TEXT NOT NULL REFERENCES requests (id),
    round     INTEGER NOT NULL,
    why       TEXT NOT NULL,
    at        INTEGER NOT NULL,
    policy    TEXT NOT NULL,
    version   INTEGER NOT NULL,
    tier      TEXT NOT NULL,
    screening TEXT NOT NULL,
    PRIMARY KEY (request, round)
) STRICT;

CREATE TABLE votes (
    request     TEXT NOT NULL REFERENCES requests (id),
    id          INTEGER NOT NULL,
    round       INTEGER NOT NULL,
    stage       TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    person      TEXT NOT NULL REFERENCES people (id),
    for_person  TEXT NOT NULL,
    roles       TEXT NOT NULL,
    entitled    TEXT NOT NULL,
    at          INTEGER NOT NULL,
    via_surface TEXT NOT NULL,
    via_link    TEXT NOT NULL,
    reason      TEXT NOT NULL,
    approve     INTEGER NOT NULL,
    conditions  TEXT NOT NULL,
    PRIMARY KEY (request, id),
    UNIQUE (request, round, person)
) STRICT;

CREATE TABLE rulings (
    request     TEXT NOT NULL REFERENCES requests (id),
    id          INTEGER NOT NULL,
    round       INTEGER NOT NULL,
    stage       TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    person      TEXT NOT NULL REFERENCES people (id),
    for_person  TEXT NOT NULL,
    roles       TEXT NOT NULL,
    entitled    TEXT NOT NULL,
    at          INTEGER NOT NULL,
    via_surface TEXT NOT NULL,
    via_link    TEXT NOT NULL,
    reason      TEXT NOT NULL,
    outcome     TEXT NOT NULL,
    tier        TEXT NOT NULL,
    PRIMARY KEY (request, id)
) STRICT;

CREATE TABLE advices (
    request      TEXT NOT NULL REFERENCES requests (id),
    id           INTEGER NOT NULL,
    round        INTEGER NOT NULL,
    stage        TEXT NOT NULL,
    revision     INTEGER NOT NULL,
    person       TEXT NOT NULL REFERENCES people (id),
    for_person   TEXT NOT NULL,
    roles        TEXT NOT NULL,
    entitled     TEXT NOT NULL,
    at           INTEGER NOT NULL,
    via_surface  TEXT NOT NULL,
    via_link     TEXT NOT NULL,
    reason       TEXT NOT NULL,
    objection    INTEGER NOT NULL,
    overruled_by INTEGER NOT NULL,
    PRIMARY KEY (request, id)
) STRICT;

CREATE TABLE questions (
    request     TEXT NOT NULL REFERENCES requests (id),
    id          INTEGER NOT NULL,
    round       INTEGER NOT NULL,
    stage       TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    person      TEXT NOT NULL REFERENCES people (id),
    for_person  TEXT NOT NULL,
    roles       TEXT NOT NULL,
    entitled    TEXT NOT NULL,
    at          INTEGER NOT NULL,
    via_surface TEXT NOT NULL,
    via_link    TEXT NOT NULL,
    reason      TEXT NOT NULL,
    question    TEXT NOT NULL,
    answer      TEXT NOT NULL,
    answered    INTEGER NOT NULL,
    answer_by   TEXT NOT NULL,
    resumed     INTEGER NOT NULL,
    void        INTEGER NOT NULL,
    PRIMARY KEY (request, id)
) STRICT;

-- Separation of duties holds even against a fault in the machine: who asked for something, or is to own it, has no vote,
-- and nobody votes for them.
-- +goose StatementBegin
CREATE TRIGGER votes_separate_insert BEFORE INSERT ON votes
WHEN EXISTS (SELECT 1 FROM requests r WHERE r.id = NEW.request
    AND (NEW.person IN (r.requester, r.owner) OR NEW.for_person IN (r.requester, r.owner)))
BEGIN
    SELECT RAISE(ABORT, 'separation of duties: requester and owner do not decide');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER votes_separate_update BEFORE UPDATE ON votes
WHEN EXISTS (SELECT 1 FROM requests r WHERE r.id = NEW.request
    AND (NEW.person IN (r.requester, r.owner) OR NEW.for_person IN (r.requester, r.owner)))
BEGIN
    SELECT RAISE(ABORT, 'separation of duties: requester and owner do not decide');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER rulings_separate_insert BEFORE INSERT ON rulings
WHEN EXISTS (SELECT 1 FROM requests r WHERE r.id = NEW.request
    AND (NEW.person IN (r.requester, r.owner) OR NEW.for_person IN (r.requester, r.owner)))
BEGIN
    SELECT RAISE(ABORT, 'separation of duties: requester and owner do not decide');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER rulings_separate_update BEFORE UPDATE ON rulings
WHEN EXISTS (SELECT 1 FROM requests r WHERE r.id = NEW.request
    AND (NEW.person IN (r.requester, r.owner) OR NEW.for_person IN (r.requester, r.owner)))
BEGIN
    SELECT RAISE(ABORT, 'separation of duties: requester and owner do not decide');
END;
-- +goose StatementEnd

-- What waits for whom, for things of every kind.
CREATE TABLE waits (
    about_kind TEXT NOT NULL,
    about_id   TEXT NOT NULL,
    person     TEXT NOT NULL REFERENCES people (id),
    why        TEXT NOT NULL,
    part       TEXT NOT NULL,
    for_person TEXT NOT NULL,
    role       TEXT NOT NULL,
    since      INTEGER NOT NULL,
    due        INTEGER NOT NULL,
    PRIMARY KEY (about_kind, about_id, person, why, part, for_person, role)
) STRICT;
CREATE INDEX waits_person ON waits (person, due);

-- Who may read a thing beside those whose roles open everything.
CREATE TABLE readers (
    about_kind TEXT NOT NULL,
    about_id   TEXT NOT NULL,
    person     TEXT NOT NULL REFERENCES people (id),
    PRIMARY KEY (about_kind, about_id, person)
) STRICT;
CREATE INDEX readers_person ON readers (person, about_kind, about_id);
