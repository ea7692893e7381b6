-- A chat window for websites. What an administrator sets stands in `settings`, as one document.
CREATE TABLE chat_widgets (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, id)
);

-- Whose widget a public key is. A visitor's browser knows no organisation.
CREATE TABLE chat_widget_keys (
    key TEXT NOT NULL PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    widget_id TEXT NOT NULL
);

-- One visitor's conversation: over reloads, tabs and, after an end, over contacts.
CREATE TABLE chat_conversations (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    widget_id TEXT NOT NULL,
    begun_with TEXT NOT NULL,
    language TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    entries_before BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    heard_at BIGINT NOT NULL,
    asked_at BIGINT,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, contact_id),
    FOREIGN KEY (organisation_id, widget_id) REFERENCES chat_widgets (organisation_id, id)
);

CREATE UNIQUE INDEX chat_conversations_by_beginning ON chat_conversations (organisation_id, widget_id, begun_with);

-- The contacts of a conversation, one after the other, with how many entries the visitor saw before each.
CREATE TABLE chat_talks (
    organisation_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    contact_id TEXT NOT NULL,
    begun_with TEXT NOT NULL,
    entries_before BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, conversation_id, ordinal),
    UNIQUE (organisation_id, contact_id),
    FOREIGN KEY (organisation_id, conversation_id) REFERENCES chat_conversations (organisation_id, id)
);

CREATE UNIQUE INDEX chat_talks_by_beginning ON chat_talks (organisation_id, conversation_id, begun_with);

-- Whose conversation a visitor's token opens; only the digest of the token is kept.
CREATE TABLE chat_tokens (
    hash BYTEA NOT NULL PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL
);

CREATE INDEX chat_tokens_by_conversation ON chat_tokens (organisation_id, conversation_id);
