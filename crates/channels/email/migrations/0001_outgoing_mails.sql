CREATE TABLE outgoing_mails (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    contact_id TEXT,
    state TEXT NOT NULL,
    recipient_sealed BYTEA NOT NULL,
    subject_sealed BYTEA,
    body_sealed BYTEA,
    repeats BIGINT NOT NULL,
    error TEXT,
    reply_code BIGINT,
    queued_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, id)
);

CREATE INDEX outgoing_mails_by_contact ON outgoing_mails (organisation_id, contact_id, id);

CREATE INDEX outgoing_mails_by_state ON outgoing_mails (organisation_id, state, changed_at);
