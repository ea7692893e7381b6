CREATE TABLE journal_heads (
    organisation_id TEXT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL
);

CREATE TABLE journal (
    organisation_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (organisation_id, position)
);

CREATE TABLE journal_cursors (
    organisation_id TEXT NOT NULL,
    reader TEXT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, reader)
);

CREATE TABLE idempotency_keys (
    organisation_id TEXT NOT NULL,
    actor TEXT NOT NULL,
    key TEXT NOT NULL,
    digest BYTEA NOT NULL,
    made TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, actor, key)
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (organisation_id, at);
