-- A tool that was seen in the company and asked for by nobody is in the register without a request, a requester and, until somebody is
-- named, an owner.

-- +goose Up
ALTER TABLE ai_systems ALTER COLUMN request DROP NOT NULL, ALTER COLUMN requester DROP NOT NULL, ALTER COLUMN owner DROP NOT NULL;
