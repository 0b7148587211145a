-- The inbox, the outbox and timers: everything that waits is a row.

-- +goose Up
CREATE TABLE inbox_keys (
    name    text COLLATE "C" PRIMARY KEY,
    code    text NOT NULL DEFAULT '',
    at      bigint NOT NULL,
    entered bigint NOT NULL DEFAULT clock_ms()
);
CREATE INDEX inbox_keys_entered ON inbox_keys (entered);

-- at is business time. not_before is real time: what could not be applied is put off and tried again, with attempts.
CREATE TABLE timers (
    about_kind text COLLATE "C" NOT NULL,
    about_id   text COLLATE "C" NOT NULL,
    name       text COLLATE "C" NOT NULL,
    at         bigint NOT NULL,
    attempts   integer NOT NULL DEFAULT 0,
    not_before bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (about_kind, about_id, name)
);
CREATE INDEX timers_due ON timers (at, about_kind, about_id, name);

CREATE TABLE mails (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    about_kind text COLLATE "C" NOT NULL,
    about_id   text COLLATE "C" NOT NULL,
    record     integer NOT NULL,
    item       integer NOT NULL,
    to_person  text COLLATE "C" NOT NULL,
    why        text NOT NULL,
    part       text NOT NULL,
    lane       integer NOT NULL,
    at         bigint NOT NULL,
    expanded   boolean NOT NULL DEFAULT false,
    UNIQUE (about_kind, about_id, record, item)
);
CREATE INDEX mails_waiting ON mails (id) WHERE NOT expanded;

CREATE TABLE tells (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text COLLATE "C" NOT NULL UNIQUE,
    about_kind text COLLATE "C" NOT NULL,
    about_id   text COLLATE "C" NOT NULL,
    what       text NOT NULL,
    body       bytea NOT NULL,
    at         bigint NOT NULL,
    attempts   integer NOT NULL DEFAULT 0,
    not_before bigint NOT NULL DEFAULT 0,
    done_at    bigint NOT NULL DEFAULT 0
);
CREATE INDEX tells_waiting ON tells (about_kind, about_id, id) WHERE done_at = 0;

-- state: waiting, sending, sent, moot, dead. run_at is real time: from when a waiting row may be tried, until when the
-- lease of a sending row holds. order_key names account and thing. rank orders the claims: a lane further down counts as a
-- minute later, so no lane starves. fresh is true until the first claim; only then may a later mail of the same key be
-- dropped, for what is being sent may have been rendered before it. Of once there is one for good, unless it turned out moot.
CREATE TABLE deliveries (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text COLLATE "C" NOT NULL,
    mail       bigint NOT NULL REFERENCES mails (id),
    about_kind text COLLATE "C" NOT NULL,
    about_id   text COLLATE "C" NOT NULL,
    order_key  text COLLATE "C" NOT NULL,
    surface    text COLLATE "C" NOT NULL,
    account    text COLLATE "C" NOT NULL,
    person     text COLLATE "C" NOT NULL,
    tenant     text COLLATE "C" NOT NULL,
    user_id    text COLLATE "C" NOT NULL,
    confirmed  boolean NOT NULL,
    why        text NOT NULL,
    bucket     text COLLATE "C" NOT NULL,
    lane       integer NOT NULL,
    receipt    bigint,
    state      text COLLATE "C" NOT NULL DEFAULT 'waiting',
    fresh      boolean NOT NULL DEFAULT true,
    once       boolean NOT NULL DEFAULT false,
    attempts   integer NOT NULL DEFAULT 0,
    token      text NOT NULL DEFAULT '',
    takeover   boolean NOT NULL DEFAULT false,
    last_error text NOT NULL DEFAULT '',
    made_at    bigint NOT NULL DEFAULT clock_ms(),
    run_at     bigint NOT NULL DEFAULT clock_ms(),
    done_at    bigint NOT NULL DEFAULT 0,
    rank       bigint NOT NULL GENERATED ALWAYS AS (run_at + lane * 60000) STORED
);
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
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    delivery   bigint NOT NULL,
    about_kind text COLLATE "C" NOT NULL,
    about_id   text COLLATE "C" NOT NULL,
    surface    text COLLATE "C" NOT NULL,
    account    text COLLATE "C" NOT NULL,
    person     text COLLATE "C" NOT NULL,
    tenant     text COLLATE "C" NOT NULL,
    user_id    text COLLATE "C" NOT NULL,
    confirmed  boolean NOT NULL,
    why        text NOT NULL,
    part       text NOT NULL,
    place      text NOT NULL,
    message_id text NOT NULL,
    text_hash  text NOT NULL,
    at         bigint NOT NULL,
    superseded boolean NOT NULL DEFAULT false
);
CREATE INDEX receipts_about ON receipts (about_kind, about_id, id) WHERE NOT superseded;

-- A pause that all replicas keep, in real time.
CREATE TABLE buckets (
    name         text COLLATE "C" PRIMARY KEY,
    paused_until bigint NOT NULL
);

CREATE VIEW v_inbox_keys AS SELECT name, code, ms_time(at) AS at, ms_time(entered) AS entered FROM inbox_keys;
CREATE VIEW v_timers AS SELECT about_kind, about_id, name, ms_time(at) AS at FROM timers;
CREATE VIEW v_mails AS
SELECT id, about_kind, about_id, record, item, to_person, why, part, lane, ms_time(at) AS at, expanded FROM mails;
CREATE VIEW v_tells AS
SELECT id, name, about_kind, about_id, what, convert_from(body, 'UTF8') AS body, ms_time(at) AS at, ms_time(done_at) AS done_at
FROM tells;
CREATE VIEW v_deliveries AS
SELECT id, name, mail, about_kind, about_id, surface, account, person, why, bucket, lane, receipt, state, attempts, takeover,
    last_error, ms_time(made_at) AS made_at, ms_time(run_at) AS run_at, ms_time(done_at) AS done_at
FROM deliveries;
CREATE VIEW v_receipts AS
SELECT id, delivery, about_kind, about_id, surface, account, person, why, part, place, message_id, ms_time(at) AS at, superseded
FROM receipts;
CREATE VIEW v_buckets AS SELECT name, ms_time(paused_until) AS paused_until FROM buckets;
