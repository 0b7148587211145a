-- How a sign-in began, how it was proved and on which browser: for its owner, and for the record of what is done in it.

-- +goose Up
ALTER TABLE sessions ADD COLUMN made_by TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN link TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN agent TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN auth_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sign_in_links ADD COLUMN link TEXT NOT NULL DEFAULT '';
CREATE INDEX people_hr_id ON people (hr_id) WHERE hr_id <> '';
