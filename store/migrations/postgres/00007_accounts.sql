-- On whose word an account counts as a person's, and when it was asked whose it is.

-- +goose Up
ALTER TABLE accounts ADD COLUMN proof text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN asked_at bigint NOT NULL DEFAULT 0;
UPDATE accounts SET proof = 'import' WHERE confirmed;
CREATE UNIQUE INDEX accounts_preferred ON accounts (person) WHERE preferred;
CREATE INDEX accounts_user ON accounts (surface, user_id);

DROP VIEW v_accounts;
CREATE VIEW v_accounts AS
SELECT id, person, surface, tenant, user_id, confirmed, active, proof, preferred, ms_time(used_at) AS used_at, ms_time(asked_at) AS asked_at
FROM accounts;
