-- What the lists of the portal find records by: when, about what kind of thing, what happened, who did it.

-- +goose Up
-- The bytes of an entry say what happened and who did it; nothing beside them has to agree with them. Bytes that somebody
-- tampered with say nothing: it is for verify to find them.
CREATE INDEX log_entries_page ON log_entries (at, id);
CREATE INDEX log_entries_about ON log_entries (about_kind, about_id, at, id);
CREATE INDEX log_entries_kind ON log_entries (about_kind, at, id);
CREATE INDEX log_entries_what ON log_entries (
    (CASE WHEN json_valid(CAST(entry AS TEXT)) THEN json_extract(CAST(entry AS TEXT), '$.what') END), at, id
);
CREATE INDEX log_entries_actor ON log_entries (
    (CASE WHEN json_valid(CAST(entry AS TEXT)) THEN json_extract(CAST(entry AS TEXT), '$.actor') END), at, id
);
CREATE INDEX log_entries_both ON log_entries (
    (CASE WHEN json_valid(CAST(entry AS TEXT)) THEN json_extract(CAST(entry AS TEXT), '$.actor') END),
    (CASE WHEN json_valid(CAST(entry AS TEXT)) THEN json_extract(CAST(entry AS TEXT), '$.what') END), at, id
);

CREATE INDEX people_page ON people (name_key, id);
