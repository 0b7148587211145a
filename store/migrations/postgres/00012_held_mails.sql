-- What Steward says because time has passed waits for the working hours of its reader.

-- +goose Up
-- held_until is business time; 0 where the mail waits for nothing.
ALTER TABLE mails ADD COLUMN held_until bigint NOT NULL DEFAULT 0;
CREATE INDEX mails_held ON mails (held_until) WHERE NOT expanded AND held_until > 0;

DROP VIEW v_mails;
CREATE VIEW v_mails AS
SELECT id, about_kind, about_id, record, item, to_person, why, part, lane, ms_time(at) AS at, expanded, ms_time(held_until) AS held_until FROM mails;
