-- Chats in which people can be written to, on platforms where an id alone is no address. seen_at is real time.

-- +goose Up
CREATE TABLE conversations (
    surface TEXT NOT NULL CHECK (surface <> ''),
    tenant  TEXT NOT NULL,
    user_id TEXT NOT NULL CHECK (user_id <> ''),
    place   TEXT NOT NULL CHECK (place <> ''),
    service TEXT NOT NULL,
    member  TEXT NOT NULL,
    bot     TEXT NOT NULL,
    dead    INTEGER NOT NULL DEFAULT 0,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (surface, tenant, user_id)
) STRICT;
CREATE INDEX conversations_user ON conversations (surface, user_id);
