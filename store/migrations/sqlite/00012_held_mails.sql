-- What Steward says because time has passed waits for the working hours of its reader.

-- +goose Up
-- held_until is business time; 0 where the mail waits for nothing.
ALTER TABLE mails ADD COLUMN held_until INTEGER NOT NULL DEFAULT 0;
CREATE INDEX mails_held ON mails (held_until) WHERE NOT expanded AND held_until > 0;
