-- The inbox, the outbox and timers: everything that waits is a row.

-- +goose Up
CREATE TABLE inbox_keys (
    name    TEXT PRIMARY KEY,
    code    TEXT NOT NULL DEFAULT '',
    at      INTEGER NOT NULL,
    entered INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
) STRICT;
CREATE INDEX inbox_keys_entered ON inbox_keys (entered);

-- at is business time. not_before is real time: what could not be applied is put off and tried again, with attempts.
CREATE TABLE timers (
    about_kind TEXT NOT NULL,
    about_id   TEXT NOT NULL,
    name       TEXT NOT NULL,
    at         INTEGER NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (about_kind, about_id, name)
) STRICT;
CREATE INDEX timers_due ON timers (at, about_kind, about_id, name);

CREATE TABLE mails (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    about_kind TEXT NOT NULL,
    about_id   TEXT NOT NULL,
    record     INTEGER NOT NULL,
    item       INTEGER NOT NULL,
    to_person  TEXT NOT NULL,
    why        TEXT NOT NULL,
    part       TEXT NOT NULL,
    lane       INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    expanded   INTEGER NOT NULL DEFAULT 0,
    UNIQUE (about_kind, about_id, record, item)
) STRICT;
CREATE INDEX mails_waiting ON mails (id) WHERE NOT expanded;

CREATE TABLE tells (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL UNIQUE,
    about_kind TEXT NOT NULL,
    about_id   TEXT NOT NULL,
    what       TEXT NOT NULL,
    body       BLOB NOT NULL,
    at         INTEGER NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL DEFAULT 0,
    done_at    INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX tells_waiting ON tells (about_kind, about_id, id) WHERE done_at = 0;

-- state: waiting, sending, sent, moot, dead. run_at is real time: from when a waiting row may be tried, until when the
-- lease of a sending row holds. order_key names account and thing. rank orders the claims: a lane further down counts as a
-- minute later, so no lane starves. fresh is true until the first claim; only then may a later mail of the same key be
-- dropped, for what is being sent may have been rendered before it. Of once there is one for good, unless it turned out moot.
CREATE TABLE deliveries (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL,
    mail       INTEGER NOT NULL REFERENCES mails (id),
    about_kind TEXT NOT NULL,
    about_id   TEXT NOT NULL,
    order_key  TEXT NOT NULL,
    surface    TEXT NOT NULL,
    account    TEXT NOT NULL,
    person     TEXT NOT NULL,
    tenant     TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    confirmed  INTEGER NOT NULL,
    why        TEXT NOT NULL,
    bucket     TEXT NOT NULL,
    lane       INTEGER NOT NULL,
    receipt    INTEGER,
    state      TEXT NOT NULL DEFAULT 'waiting',
    fresh      INTEGER NOT NULL DEFAULT 1,
    once       INTEGER NOT NULL DEFAULT 0,
    attempts   INTEGER NOT NULL DEFAULT 0,
    token      TEXT NOT NULL DEFAULT '',
    takeover   INTEGER NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT '',
    made_at    INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
    run_at     INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
    done_at    INTEGER NOT NULL DEFAULT 0,
    rank       INTEGER NOT NULL GENERATED ALWAYS AS (run_at + lane * 60000) STORED
) STRICT;
CREATE UNIQUE INDEX deliveries_fresh ON deliveries (name) WHERE fresh AND state = 'waiting';
CREATE UNIQUE INDEX deliveries_once ON deliveries (name) WHERE once AND state <> 'moot';
CREATE UNIQUE INDEX deliveries_in_flight ON deliveries (order_key) WHERE state = 'sending';
CREATE INDEX deliveries_claim ON deliveries (rank, id) WHERE state IN ('waiting', 'sending');
CREATE INDEX deliveries_order ON deliveries (order_key, id) WHERE state IN ('waiting', 'sending');
CREATE INDEX deliveries_dead ON deliveries (id) WHERE state = 'dead';
CREATE INDEX deliveries_done ON deliveries (done_at) WHERE done_at > 0;
CREATE INDEX deliveries_mail ON deliveries (mail);

-- delivery is no foreign key: receipts outlive the deliveries they came from.
CREATE TABLE receipts (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery   INTEGER NOT NULL,
    about_kind TEXT NOT NULL,
    about_id   TEXT NOT NULL,
    surface    TEXT NOT NULL,
    account    TEXT NOT NULL,
    person     TEXT NOT NULL,
    tenant     TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    confirmed  INTEGER NOT NULL,
    why        TEXT NOT NULL,
    part       TEXT NOT NULL,
    place      TEXT NOT NULL,
    message_id TEXT NOT NULL,
    text_hash  TEXT NOT NULL,
    at         INTEGER NOT NULL,
    superseded INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX receipts_about ON receipts (about_kind, about_id, id) WHERE NOT superseded;

-- A pause that all replicas keep, in real time.
CREATE TABLE buckets (
    name         TEXT PRIMARY KEY,
    paused_until INTEGER NOT NULL
) STRICT;
