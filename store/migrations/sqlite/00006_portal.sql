-- Forms somebody has begun, and what the portal keeps: its messages, sign-ins and one-time links.

-- +goose Up
CREATE TABLE drafts (
    id         TEXT PRIMARY KEY CHECK (id <> ''),
    person     TEXT NOT NULL REFERENCES people (id),
    form       TEXT NOT NULL,
    flow       TEXT NOT NULL,
    about_kind TEXT NOT NULL,
    about_id   TEXT NOT NULL,
    seen       TEXT NOT NULL,
    policy     TEXT NOT NULL,
    answers    TEXT NOT NULL,
    page       INTEGER NOT NULL,
    revision   INTEGER NOT NULL,
    saved_at   INTEGER NOT NULL,
    sent       TEXT NOT NULL
) STRICT;
CREATE INDEX drafts_person ON drafts (person, form, saved_at) WHERE sent = '';
CREATE INDEX drafts_saved ON drafts (saved_at);

CREATE TABLE notices (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery   INTEGER NOT NULL UNIQUE,
    person     TEXT NOT NULL REFERENCES people (id),
    about_kind TEXT NOT NULL,
    about_id   TEXT NOT NULL,
    why        TEXT NOT NULL,
    gist       TEXT NOT NULL,
    at         INTEGER NOT NULL,
    updated    INTEGER NOT NULL
) STRICT;
CREATE INDEX notices_person ON notices (person, id);

-- Tokens are never stored, only their hashes. Real time.
CREATE TABLE sessions (
    hash    TEXT PRIMARY KEY,
    person  TEXT NOT NULL REFERENCES people (id),
    via     TEXT NOT NULL,
    started INTEGER NOT NULL,
    seen    INTEGER NOT NULL,
    ends    INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_ends ON sessions (ends);
CREATE INDEX sessions_person ON sessions (person);

CREATE TABLE sign_in_links (
    hash    TEXT PRIMARY KEY,
    person  TEXT NOT NULL REFERENCES people (id),
    made    INTEGER NOT NULL,
    ends    INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    used    INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX sign_in_links_ends ON sign_in_links (ends);
