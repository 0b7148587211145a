-- Policy packs, whole, by the hash of their content, and which one is in force.

-- +goose Up
CREATE TABLE policies (
    hash      text COLLATE "C" PRIMARY KEY CHECK (hash <> ''),
    bundle    bytea NOT NULL,
    stored_at bigint NOT NULL
);

CREATE TABLE policy_in_force (
    one   integer PRIMARY KEY CHECK (one = 1),
    hash  text COLLATE "C" NOT NULL REFERENCES policies (hash),
    since bigint NOT NULL
);

CREATE VIEW v_policies AS
SELECT hash, convert_from(bundle, 'UTF8') AS bundle, ms_time(stored_at) AS stored_at FROM policies;
CREATE VIEW v_policy_in_force AS SELECT hash, ms_time(since) AS since FROM policy_in_force;
