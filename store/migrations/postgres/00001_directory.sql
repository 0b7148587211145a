-- People, their roles, accounts and delegations. Times are Unix milliseconds everywhere, 0 means none; the views named v_
-- show them as timestamptz, for people. Text that is compared or ordered has the collation "C", as SQLite orders it.

-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION ms_time(ms bigint) RETURNS timestamptz
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN ms = 0 THEN NULL ELSE to_timestamp(ms / 1000.0) END;
-- +goose StatementEnd

-- +goose StatementBegin
-- The clock of leases, pauses and other real time: every replica goes by the database's.
CREATE FUNCTION clock_ms() RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN (extract(epoch FROM clock_timestamp()) * 1000)::bigint;
-- +goose StatementEnd

-- manager is no foreign key: a directory is imported in any order, and a manager may be unknown to it.
CREATE TABLE people (
    id         text COLLATE "C" PRIMARY KEY CHECK (id <> ''),
    name       text NOT NULL,
    name_key   text COLLATE "C" NOT NULL,
    email      text NOT NULL,
    email_key  text COLLATE "C" NOT NULL,
    manager    text COLLATE "C" NOT NULL,
    department text NOT NULL,
    locale     text NOT NULL,
    zone       text NOT NULL,
    calendar   text NOT NULL,
    active     boolean NOT NULL,
    joined_on  text NOT NULL,
    left_on    text NOT NULL,
    hr_id      text NOT NULL
);
CREATE INDEX people_manager ON people (manager) WHERE manager <> '';
CREATE INDEX people_email_key ON people (email_key) WHERE email_key <> '';

CREATE TABLE person_roles (
    person text COLLATE "C" NOT NULL REFERENCES people (id),
    role   text COLLATE "C" NOT NULL,
    PRIMARY KEY (person, role)
);
CREATE INDEX person_roles_role ON person_roles (role, person);

CREATE TABLE accounts (
    id        text COLLATE "C" PRIMARY KEY CHECK (id <> ''),
    person    text COLLATE "C" NOT NULL REFERENCES people (id),
    surface   text COLLATE "C" NOT NULL,
    tenant    text COLLATE "C" NOT NULL,
    user_id   text COLLATE "C" NOT NULL,
    confirmed boolean NOT NULL,
    active    boolean NOT NULL DEFAULT true,
    preferred boolean NOT NULL DEFAULT false,
    used_at   bigint NOT NULL DEFAULT 0,
    UNIQUE (surface, tenant, user_id)
);
CREATE INDEX accounts_person ON accounts (person);

CREATE TABLE delegations (
    id          text COLLATE "C" PRIMARY KEY CHECK (id <> ''),
    from_person text COLLATE "C" NOT NULL REFERENCES people (id),
    to_person   text COLLATE "C" NOT NULL REFERENCES people (id),
    starts      bigint NOT NULL,
    ends        bigint NOT NULL,
    named_at    bigint NOT NULL,
    reason      text NOT NULL,
    hand_over   boolean NOT NULL,
    CHECK (from_person <> to_person),
    CHECK (ends > starts)
);
CREATE INDEX delegations_from ON delegations (from_person, ends);
CREATE INDEX delegations_to ON delegations (to_person, ends);

-- What the company owns, systems and subjects of reviews, for campaigns and reviews to find an owner.
CREATE TABLE assets (
    kind        text COLLATE "C" NOT NULL,
    id          text COLLATE "C" NOT NULL,
    name        text NOT NULL,
    owner       text COLLATE "C" NOT NULL REFERENCES people (id),
    criticality text NOT NULL,
    in_scope    boolean NOT NULL,
    out_reason  text NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX assets_owner ON assets (owner);

CREATE VIEW v_people AS
SELECT p.id, p.name, p.email, p.manager, p.department, p.locale, p.zone, p.calendar, p.active, p.joined_on, p.left_on, p.hr_id
FROM people p;
CREATE VIEW v_person_roles AS SELECT person, role FROM person_roles;
CREATE VIEW v_accounts AS
SELECT id, person, surface, tenant, user_id, confirmed, active, preferred, ms_time(used_at) AS used_at FROM accounts;
CREATE VIEW v_delegations AS
SELECT id, from_person, to_person, ms_time(starts) AS starts, ms_time(ends) AS ends, ms_time(named_at) AS named_at, reason, hand_over
FROM delegations;
CREATE VIEW v_assets AS SELECT kind, id, name, owner, criticality, in_scope, out_reason FROM assets;
