CREATE TABLE organisations (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE organisation_hosts (
    host TEXT NOT NULL PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisations (id)
);

CREATE TABLE sites (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, name)
);

CREATE TABLE teams (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    site_id TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, name),
    FOREIGN KEY (organisation_id, site_id) REFERENCES sites (organisation_id, id)
);

CREATE TABLE people (
    id TEXT NOT NULL PRIMARY KEY,
    email_index TEXT NOT NULL UNIQUE,
    email_sealed BYTEA NOT NULL,
    name_sealed BYTEA NOT NULL,
    password_sealed BYTEA NOT NULL,
    language TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE memberships (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES people (id),
    site_id TEXT,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, person_id),
    FOREIGN KEY (organisation_id, site_id) REFERENCES sites (organisation_id, id)
);

CREATE TABLE person_organisations (
    person_id TEXT NOT NULL REFERENCES people (id),
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    PRIMARY KEY (person_id, organisation_id)
);

CREATE TABLE membership_roles (
    organisation_id TEXT NOT NULL,
    membership_id TEXT NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (organisation_id, membership_id, role),
    FOREIGN KEY (organisation_id, membership_id) REFERENCES memberships (organisation_id, id)
);

CREATE TABLE membership_teams (
    organisation_id TEXT NOT NULL,
    membership_id TEXT NOT NULL,
    team_id TEXT NOT NULL,
    PRIMARY KEY (organisation_id, membership_id, team_id),
    FOREIGN KEY (organisation_id, membership_id) REFERENCES memberships (organisation_id, id),
    FOREIGN KEY (organisation_id, team_id) REFERENCES teams (organisation_id, id)
);

CREATE TABLE processing_activities (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    name TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    retention TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, purpose)
);

CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    token_hash BYTEA NOT NULL UNIQUE,
    person_id TEXT NOT NULL REFERENCES people (id),
    organisation_id TEXT NOT NULL,
    membership_id TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX sessions_by_person ON sessions (person_id, started_at);
CREATE INDEX sessions_by_membership ON sessions (organisation_id, membership_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE sign_in_failures (
    key TEXT NOT NULL PRIMARY KEY,
    level BIGINT NOT NULL,
    known_until BIGINT NOT NULL,
    keep_until BIGINT NOT NULL
);

CREATE INDEX sign_in_failures_by_end ON sign_in_failures (keep_until);
