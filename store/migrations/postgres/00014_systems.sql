-- The AI register: an entry for each request that was decided on and fills it.

-- +goose Up
-- head is the entry as the machine keeps it, in JSON; the columns beside it repeat what lists and queries need. open_tasks and
-- next_due speak of conditions that are not verified yet, and are 0 where the life of the system is over.
CREATE TABLE ai_systems (
    id          text COLLATE "C" PRIMARY KEY CHECK (id <> ''),
    number      bigint NOT NULL UNIQUE,
    request     text COLLATE "C" NOT NULL UNIQUE REFERENCES requests (id),
    round       integer NOT NULL,
    state       text COLLATE "C" NOT NULL CHECK (state <> ''),
    since       bigint NOT NULL,
    seq         integer NOT NULL,
    revision    integer NOT NULL,
    requester   text COLLATE "C" NOT NULL REFERENCES people (id),
    owner       text COLLATE "C" NOT NULL REFERENCES people (id),
    title       text NOT NULL,
    tool        text NOT NULL,
    vendor      text NOT NULL,
    search_key  text COLLATE "C" NOT NULL,
    tier        text NOT NULL,
    legal_class text NOT NULL,
    flow        text COLLATE "C" NOT NULL,
    policy      text COLLATE "C" NOT NULL,
    records     integer NOT NULL,
    approved_at bigint NOT NULL,
    valid_until bigint NOT NULL,
    open_tasks  integer NOT NULL,
    next_due    bigint NOT NULL,
    head        text NOT NULL
);
CREATE INDEX ai_systems_owner ON ai_systems (owner, number);
CREATE INDEX ai_systems_state ON ai_systems (state, number);
CREATE INDEX ai_systems_open ON ai_systems (number) WHERE open_tasks > 0;
CREATE INDEX ai_systems_ends ON ai_systems (valid_until) WHERE valid_until > 0;

CREATE VIEW v_ai_systems AS
SELECT id, request, round, state, ms_time(since) AS since, seq, revision, requester, owner, title, tool, vendor, tier, legal_class, flow,
    policy, records, ms_time(approved_at) AS approved_at, ms_time(valid_until) AS valid_until, open_tasks,
    ms_time(next_due) AS next_due, head::json AS head
FROM ai_systems;
