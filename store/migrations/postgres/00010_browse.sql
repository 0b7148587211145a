-- What the lists of the portal find records by: when, about what kind of thing, what happened, who did it.

-- +goose Up
-- The bytes of an entry say what happened and who did it; nothing beside them has to agree with them. Bytes that somebody
-- tampered with say nothing: it is for verify to find them. The function may be called immutable, since the encoding of an
-- entry is always UTF-8.
-- +goose StatementBegin
CREATE FUNCTION entry_says(entry bytea, field text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN convert_from(entry, 'UTF8')::json ->> field;
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END
$$;
-- +goose StatementEnd

CREATE INDEX log_entries_page ON log_entries (at, id);
CREATE INDEX log_entries_about ON log_entries (about_kind, about_id, at, id);
CREATE INDEX log_entries_kind ON log_entries (about_kind, at, id);
CREATE INDEX log_entries_what ON log_entries ((entry_says(entry, 'what') COLLATE "C"), at, id);
CREATE INDEX log_entries_actor ON log_entries ((entry_says(entry, 'actor') COLLATE "C"), at, id);
CREATE INDEX log_entries_both ON log_entries ((entry_says(entry, 'actor') COLLATE "C"), (entry_says(entry, 'what') COLLATE "C"), at, id);

CREATE INDEX people_page ON people (name_key, id);
