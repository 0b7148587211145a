-- On whose word an account counts as a person's, and when it was asked whose it is.

-- +goose Up
ALTER TABLE accounts ADD COLUMN proof TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN asked_at INTEGER NOT NULL DEFAULT 0;
UPDATE accounts SET proof = 'import' WHERE confirmed;
CREATE UNIQUE INDEX accounts_preferred ON accounts (person) WHERE preferred;
CREATE INDEX accounts_user ON accounts (surface, user_id);
