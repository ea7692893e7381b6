CREATE TABLE audit_entries (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT,
    detail TEXT,
    salt BYTEA,
    content_hash BYTEA NOT NULL,
    seal BIGINT,
    PRIMARY KEY (organisation_id, id)
);

CREATE INDEX audit_entries_by_seal ON audit_entries (organisation_id, seal, id);

CREATE TABLE looks (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    membership_id TEXT NOT NULL,
    permission TEXT NOT NULL,
    purpose TEXT NOT NULL,
    activity_id TEXT NOT NULL,
    route TEXT NOT NULL,
    subjects TEXT,
    salt BYTEA,
    content_hash BYTEA NOT NULL,
    seal BIGINT,
    spread BOOLEAN NOT NULL,
    PRIMARY KEY (organisation_id, id)
);

CREATE INDEX looks_by_seal ON looks (organisation_id, seal, id);
CREATE INDEX looks_by_spread ON looks (organisation_id, spread, id);

CREATE TABLE looks_persons (
    organisation_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    look_id TEXT NOT NULL,
    PRIMARY KEY (organisation_id, subject, look_id),
    FOREIGN KEY (organisation_id, look_id) REFERENCES looks (organisation_id, id)
);

CREATE INDEX looks_persons_by_look ON looks_persons (organisation_id, look_id);

CREATE TABLE audit_seals (
    organisation_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    leaves BYTEA NOT NULL,
    root BYTEA NOT NULL,
    previous BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (organisation_id, number)
);
