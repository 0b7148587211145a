-- Chats in which people can be written to, on platforms where an id alone is no address. seen_at is real time.

-- +goose Up
CREATE TABLE conversations (
    surface text COLLATE "C" NOT NULL CHECK (surface <> ''),
    tenant  text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL CHECK (user_id <> ''),
    place   text COLLATE "C" NOT NULL CHECK (place <> ''),
    service text NOT NULL,
    member  text COLLATE "C" NOT NULL,
    bot     text COLLATE "C" NOT NULL,
    dead    boolean NOT NULL DEFAULT false,
    seen_at bigint NOT NULL,
    PRIMARY KEY (surface, tenant, user_id)
);
CREATE INDEX conversations_user ON conversations (surface, user_id);

CREATE VIEW v_conversations AS
SELECT surface, tenant, user_id, place, service, member, bot, dead, ms_time(seen_at) AS seen_at FROM conversations;
