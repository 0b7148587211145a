-- People, their roles, accounts and delegations. Times are Unix milliseconds everywhere, 0 means none.

-- +goose Up
-- manager is no foreign key: a directory is imported in any order, and a manager may be unknown to it.
CREATE TABLE people (
    id         TEXT PRIMARY KEY CHECK (id <> ''),
    name       TEXT NOT NULL,
    name_key   TEXT NOT NULL,
    email      TEXT NOT NULL,
    email_key  TEXT NOT NULL,
    manager    TEXT NOT NULL,
    department TEXT NOT NULL,
    locale     TEXT NOT NULL,
    zone       TEXT NOT NULL,
    calendar   TEXT NOT NULL,
    active     INTEGER NOT NULL,
    joined_on  TEXT NOT NULL,
    left_on    TEXT NOT NULL,
    hr_id      TEXT NOT NULL
) STRICT;
CREATE INDEX people_manager ON people (manager) WHERE manager <> '';
CREATE INDEX people_email_key ON people (email_key) WHERE email_key <> '';

CREATE TABLE person_roles (
    person TEXT NOT NULL REFERENCES people (id),
    role   TEXT NOT NULL,
    PRIMARY KEY (person, role)
) STRICT;
CREATE INDEX person_roles_role ON person_roles (role, person);

CREATE TABLE accounts (
    id        TEXT PRIMARY KEY CHECK (id <> ''),
    person    TEXT NOT NULL REFERENCES people (id),
    surface   TEXT NOT NULL,
    tenant    TEXT NOT NULL,
    user_id   TEXT NOT NULL,
    confirmed INTEGER NOT NULL,
    active    INTEGER NOT NULL DEFAULT 1,
    preferred INTEGER NOT NULL DEFAULT 0,
    used_at   INTEGER NOT NULL DEFAULT 0,
    UNIQUE (surface, tenant, user_id)
) STRICT;
CREATE INDEX accounts_person ON accounts (person);

CREATE TABLE delegations (
    id          TEXT PRIMARY KEY CHECK (id <> ''),
    from_person TEXT NOT NULL REFERENCES people (id),
    to_person   TEXT NOT NULL REFERENCES people (id),
    starts      INTEGER NOT NULL,
    ends        INTEGER NOT NULL,
    named_at    INTEGER NOT NULL,
    reason      TEXT NOT NULL,
    hand_over   INTEGER NOT NULL,
    CHECK (from_person <> to_person),
    CHECK (ends > starts)
) STRICT;
CREATE INDEX delegations_from ON delegations (from_person, ends);
CREATE INDEX delegations_to ON delegations (to_person, ends);

-- What the company owns, systems and subjects of reviews, for campaigns and reviews to find an owner.
CREATE TABLE assets (
    kind        TEXT NOT NULL,
    id          TEXT NOT NULL,
    name        TEXT NOT NULL,
    owner       TEXT NOT NULL REFERENCES people (id),
    criticality TEXT NOT NULL,
    in_scope    INTEGER NOT NULL,
    out_reason  TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT;
CREATE INDEX assets_owner ON assets (owner);
