-- Approval requests: a head row that is locked by every step, the frozen base of each round, and what people said.

-- +goose Up
CREATE TABLE request_numbers (
    prefix text COLLATE "C" PRIMARY KEY,
    next   bigint NOT NULL
);

-- head is the request as the machine keeps it, in JSON; the columns beside it repeat what lists and queries need.
CREATE TABLE requests (
    id          text COLLATE "C" PRIMARY KEY CHECK (id <> ''),
    prefix      text COLLATE "C" NOT NULL,
    number      bigint NOT NULL,
    flow        text COLLATE "C" NOT NULL,
    status      text COLLATE "C" NOT NULL,
    seq         integer NOT NULL,
    revision    integer NOT NULL,
    round       integer NOT NULL,
    requester   text COLLATE "C" NOT NULL REFERENCES people (id),
    owner       text COLLATE "C" NOT NULL REFERENCES people (id),
    tier        text NOT NULL,
    legal_class text NOT NULL,
    title       text NOT NULL,
    search_key  text COLLATE "C" NOT NULL,
    policy      text COLLATE "C" NOT NULL,
    stage_key   text NOT NULL,
    records     integer NOT NULL,
    sent_at     bigint NOT NULL,
    round_at    bigint NOT NULL,
    ended_at    bigint NOT NULL,
    valid_until bigint NOT NULL,
    head        text NOT NULL
);
CREATE INDEX requests_page ON requests (sent_at, number, id);
CREATE INDEX requests_open ON requests (prefix, number) WHERE status = 'open';
CREATE INDEX requests_requester ON requests (requester);
CREATE INDEX requests_owner ON requests (owner);

CREATE TABLE rounds (
    request   text COLLATE "C" NOT NULL REFERENCES requests (id),
    round     integer NOT NULL,
    why       text NOT NULL,
    at        bigint NOT NULL,
    policy    text COLLATE "C" NOT NULL,
    version   integer NOT NULL,
    tier      text NOT NULL,
    screening text NOT NULL,
    PRIMARY KEY (request, round)
);

CREATE TABLE votes (
    request     text COLLATE "C" NOT NULL REFERENCES requests (id),
    id          integer NOT NULL,
    round       integer NOT NULL,
    stage       text NOT NULL,
    revision    integer NOT NULL,
    person      text COLLATE "C" NOT NULL REFERENCES people (id),
    for_person  text COLLATE "C" NOT NULL,
    roles       text NOT NULL,
    entitled    text NOT NULL,
    at          bigint NOT NULL,
    via_surface text NOT NULL,
    via_link    text NOT NULL,
    reason      text NOT NULL,
    approve     boolean NOT NULL,
    conditions  text NOT NULL,
    PRIMARY KEY (request, id),
    UNIQUE (request, round, person)
);

CREATE TABLE rulings (
    request     text COLLATE "C" NOT NULL REFERENCES requests (id),
    id          integer NOT NULL,
    round       integer NOT NULL,
    stage       text NOT NULL,
    revision    integer NOT NULL,
    person      text COLLATE "C" NOT NULL REFERENCES people (id),
    for_person  text COLLATE "C" NOT NULL,
    roles       text NOT NULL,
    entitled    text NOT NULL,
    at          bigint NOT NULL,
    via_surface text NOT NULL,
    via_link    text NOT NULL,
    reason      text NOT NULL,
    outcome     text NOT NULL,
    tier        text NOT NULL,
    PRIMARY KEY (request, id)
);

CREATE TABLE advices (
    request      text COLLATE "C" NOT NULL REFERENCES requests (id),
    id           integer NOT NULL,
    round        integer NOT NULL,
    stage        text NOT NULL,
    revision     integer NOT NULL,
    person       text COLLATE "C" NOT NULL REFERENCES people (id),
    for_person   text COLLATE "C" NOT NULL,
    roles        text NOT NULL,
    entitled     text NOT NULL,
    at           bigint NOT NULL,
    via_surface  text NOT NULL,
    via_link     text NOT NULL,
    reason       text NOT NULL,
    objection    boolean NOT NULL,
    overruled_by integer NOT NULL,
    PRIMARY KEY (request, id)
);

CREATE TABLE questions (
    request     text COLLATE "C" NOT NULL REFERENCES requests (id),
    id          integer NOT NULL,
    round       integer NOT NULL,
    stage       text NOT NULL,
    revision    integer NOT NULL,
    person      text COLLATE "C" NOT NULL REFERENCES people (id),
    for_person  text COLLATE "C" NOT NULL,
    roles       text NOT NULL,
    entitled    text NOT NULL,
    at          bigint NOT NULL,
    via_surface text NOT NULL,
    via_link    text NOT NULL,
    reason      text NOT NULL,
    question    text NOT NULL,
    answer      text NOT NULL,
    answered    bigint NOT NULL,
    answer_by   text COLLATE "C" NOT NULL,
    resumed     boolean NOT NULL,
    void        boolean NOT NULL,
    PRIMARY KEY (request, id)
);

-- Separation of duties holds even against a fault in the machine: who asked for something, or is to own it, has no vote,
-- and nobody votes for them.
-- +goose StatementBegin
CREATE FUNCTION refuse_own_vote() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM requests r WHERE r.id = NEW.request
        AND (NEW.person IN (r.requester, r.owner) OR NEW.for_person IN (r.requester, r.owner))) THEN
        RAISE EXCEPTION 'separation of duties: requester and owner do not decide' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER votes_separate BEFORE INSERT OR UPDATE ON votes FOR EACH ROW EXECUTE FUNCTION refuse_own_vote();
CREATE TRIGGER rulings_separate BEFORE INSERT OR UPDATE ON rulings FOR EACH ROW EXECUTE FUNCTION refuse_own_vote();

-- What waits for whom, for things of every kind.
CREATE TABLE waits (
    about_kind text COLLATE "C" NOT NULL,
    about_id   text COLLATE "C" NOT NULL,
    person     text COLLATE "C" NOT NULL REFERENCES people (id),
    why        text COLLATE "C" NOT NULL,
    part       text COLLATE "C" NOT NULL,
    for_person text COLLATE "C" NOT NULL,
    role       text COLLATE "C" NOT NULL,
    since      bigint NOT NULL,
    due        bigint NOT NULL,
    PRIMARY KEY (about_kind, about_id, person, why, part, for_person, role)
);
CREATE INDEX waits_person ON waits (person, due);

-- Who may read a thing beside those whose roles open everything.
CREATE TABLE readers (
    about_kind text COLLATE "C" NOT NULL,
    about_id   text COLLATE "C" NOT NULL,
    person     text COLLATE "C" NOT NULL REFERENCES people (id),
    PRIMARY KEY (about_kind, about_id, person)
);
CREATE INDEX readers_person ON readers (person, about_kind, about_id);

CREATE VIEW v_request_numbers AS SELECT prefix, next FROM request_numbers;
CREATE VIEW v_requests AS
SELECT id, flow, status, seq, revision, round, requester, owner, tier, legal_class, title, policy, stage_key, records,
    ms_time(sent_at) AS sent_at, ms_time(round_at) AS round_at, ms_time(ended_at) AS ended_at,
    ms_time(valid_until) AS valid_until, head::json AS head
FROM requests;
CREATE VIEW v_rounds AS
SELECT request, round, why, ms_time(at) AS at, policy, version, tier, screening::json AS screening FROM rounds;
CREATE VIEW v_votes AS
SELECT request, id, round, stage, revision, person, for_person, roles::json AS roles, entitled, ms_time(at) AS at,
    via_surface, via_link, reason, approve, conditions::json AS conditions
FROM votes;
CREATE VIEW v_rulings AS
SELECT request, id, round, stage, revision, person, for_person, roles::json AS roles, entitled, ms_time(at) AS at,
    via_surface, via_link, reason, outcome, tier
FROM rulings;
CREATE VIEW v_advices AS
SELECT request, id, round, stage, revision, person, for_person, roles::json AS roles, entitled, ms_time(at) AS at,
    via_surface, via_link, reason, objection, overruled_by
FROM advices;
CREATE VIEW v_questions AS
SELECT request, id, round, stage, revision, person, for_person, roles::json AS roles, entitled, ms_time(at) AS at,
    via_surface, via_link, question, answer, ms_time(answered) AS answered, answer_by, resumed, void
FROM questions;
CREATE VIEW v_waits AS
SELECT about_kind, about_id, person, why, part, for_person, role, ms_time(since) AS since, ms_time(due) AS due FROM waits;
CREATE VIEW v_readers AS SELECT about_kind, about_id, person FROM readers;
