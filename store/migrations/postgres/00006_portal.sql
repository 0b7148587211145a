-- Forms somebody has begun, and what the portal keeps: its messages, sign-ins and one-time links.

-- +goose Up
CREATE TABLE drafts (
    id         text COLLATE "C" PRIMARY KEY CHECK (id <> ''),
    person     text COLLATE "C" NOT NULL REFERENCES people (id),
    form       text COLLATE "C" NOT NULL,
    flow       text COLLATE "C" NOT NULL,
    about_kind text COLLATE "C" NOT NULL,
    about_id   text COLLATE "C" NOT NULL,
    seen       text NOT NULL,
    policy     text COLLATE "C" NOT NULL,
    answers    text NOT NULL,
    page       integer NOT NULL,
    revision   integer NOT NULL,
    saved_at   bigint NOT NULL,
    sent       text COLLATE "C" NOT NULL
);
CREATE INDEX drafts_person ON drafts (person, form, saved_at) WHERE sent = '';
CREATE INDEX drafts_saved ON drafts (saved_at);

CREATE TABLE notices (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    delivery   bigint NOT NULL UNIQUE,
    person     text COLLATE "C" NOT NULL REFERENCES people (id),
    about_kind text COLLATE "C" NOT NULL,
    about_id   text COLLATE "C" NOT NULL,
    why        text NOT NULL,
    gist       text NOT NULL,
    at         bigint NOT NULL,
    updated    bigint NOT NULL
);
CREATE INDEX notices_person ON notices (person, id);

-- Tokens are never stored, only their hashes. Real time.
CREATE TABLE sessions (
    hash    text COLLATE "C" PRIMARY KEY,
    person  text COLLATE "C" NOT NULL REFERENCES people (id),
    via     text NOT NULL,
    started bigint NOT NULL,
    seen    bigint NOT NULL,
    ends    bigint NOT NULL
);
CREATE INDEX sessions_ends ON sessions (ends);
CREATE INDEX sessions_person ON sessions (person);

CREATE TABLE sign_in_links (
    hash    text COLLATE "C" PRIMARY KEY,
    person  text COLLATE "C" NOT NULL REFERENCES people (id),
    made    bigint NOT NULL,
    ends    bigint NOT NULL,
    made_by text NOT NULL,
    used    bigint NOT NULL DEFAULT 0
);
CREATE INDEX sign_in_links_ends ON sign_in_links (ends);

CREATE VIEW v_drafts AS
SELECT id, person, form, flow, about_kind, about_id, seen::json AS seen, policy, answers::json AS answers, page, revision,
    ms_time(saved_at) AS saved_at, sent
FROM drafts;
CREATE VIEW v_notices AS
SELECT id, delivery, person, about_kind, about_id, why, gist, ms_time(at) AS at, ms_time(updated) AS updated FROM notices;
CREATE VIEW v_sessions AS
SELECT person, via, ms_time(started) AS started, ms_time(seen) AS seen, ms_time(ends) AS ends FROM sessions;
CREATE VIEW v_sign_in_links AS
SELECT person, ms_time(made) AS made, ms_time(ends) AS ends, made_by, ms_time(used) AS used FROM sign_in_links;
