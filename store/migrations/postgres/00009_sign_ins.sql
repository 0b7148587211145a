-- How a sign-in began, how it was proved and on which browser: for its owner, and for the record of what is done in it.

-- +goose Up
ALTER TABLE sessions ADD COLUMN made_by text NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN link text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN agent text NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN auth_at bigint NOT NULL DEFAULT 0;
ALTER TABLE sign_in_links ADD COLUMN link text COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX people_hr_id ON people (hr_id) WHERE hr_id <> '';

DROP VIEW v_sessions;
CREATE VIEW v_sessions AS
SELECT person, via, made_by, link, agent, ms_time(started) AS started, ms_time(seen) AS seen, ms_time(ends) AS ends,
    ms_time(auth_at) AS auth_at
FROM sessions;
DROP VIEW v_sign_in_links;
CREATE VIEW v_sign_in_links AS
SELECT person, ms_time(made) AS made, ms_time(ends) AS ends, made_by, link, ms_time(used) AS used FROM sign_in_links;
