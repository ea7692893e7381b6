CREATE TABLE vault_organisation_keys (
    organisation_id TEXT NOT NULL PRIMARY KEY,
    wrapped BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE vault_subject_keys (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    owner TEXT NOT NULL,
    wrapped BYTEA,
    created_at BIGINT NOT NULL,
    destroyed_at BIGINT,
    PRIMARY KEY (organisation_id, id)
);

CREATE INDEX vault_subject_keys_by_owner ON vault_subject_keys (organisation_id, owner);
