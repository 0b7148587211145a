-- What is kept of vendors: the answers that do not depend on who asks, once for each vendor and plan, with their proofs.

-- +goose Up
-- name_key is the name without case, spaces and marks; aging counts the facts of which somebody was reminded; head is JSON.
CREATE TABLE vendors (
    id       text COLLATE "C" PRIMARY KEY CHECK (id <> ''),
    number   bigint NOT NULL UNIQUE,
    name     text NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    plan     text COLLATE "C" NOT NULL,
    flow     text COLLATE "C" NOT NULL,
    state    text COLLATE "C" NOT NULL CHECK (state <> ''),
    aging    integer NOT NULL,
    seq      integer NOT NULL,
    revision integer NOT NULL,
    records  integer NOT NULL,
    head     text NOT NULL,
    UNIQUE (name_key, plan)
);
CREATE INDEX vendors_aging ON vendors (number) WHERE aging > 0;

CREATE VIEW v_vendors AS
SELECT id, name, plan, flow, state, aging, seq, revision FROM vendors;
