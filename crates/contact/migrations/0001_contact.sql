-- Who is helped. The name is sealed with the customer's own key.
CREATE TABLE customers (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    name_sealed BYTEA,
    language TEXT NOT NULL,
    key_id TEXT NOT NULL,
    restricted BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    erased_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, id)
);

-- Where a customer can be reached or recognised. The blind index finds a value without storing it.
CREATE TABLE customer_handles (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    value_sealed BYTEA NOT NULL,
    value_blind TEXT NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers (organisation_id, id)
);

CREATE INDEX customer_handles_by_customer ON customer_handles (organisation_id, customer_id, id);
CREATE INDEX customer_handles_by_value ON customer_handles (organisation_id, value_blind);

-- The blind index of each word of a customer's name.
CREATE TABLE customer_words (
    organisation_id TEXT NOT NULL,
    word_blind TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    PRIMARY KEY (organisation_id, word_blind, customer_id),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers (organisation_id, id)
);

CREATE INDEX customer_words_by_customer ON customer_words (organisation_id, customer_id);

-- The last case number given in a year.
CREATE TABLE case_numbers (
    organisation_id TEXT NOT NULL,
    year BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, year)
);

-- One question over contacts and channels. Its subject line is sealed with the key of whoever asked it.
CREATE TABLE cases (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    subject_sealed BYTEA,
    state TEXT NOT NULL,
    customer_id TEXT,
    opened_from TEXT,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, number),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers (organisation_id, id)
);

CREATE INDEX cases_by_time ON cases (organisation_id, opened_at, id);
CREATE INDEX cases_by_state ON cases (organisation_id, state, opened_at, id);
CREATE INDEX cases_by_customer ON cases (organisation_id, customer_id, opened_at, id);

-- Why a contact took place, as the organisation counts it.
CREATE TABLE reasons (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    code TEXT NOT NULL,
    label TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, code)
);

-- One piece of customer contact on one channel. `turn` counts its transitions: every one is guarded on it.
CREATE TABLE contacts (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    channel TEXT NOT NULL,
    topic TEXT NOT NULL,
    language TEXT NOT NULL,
    entry_point_id TEXT NOT NULL,
    entry_point_name TEXT NOT NULL,
    queue_id TEXT,
    queue_name TEXT,
    customer_id TEXT,
    case_id TEXT,
    reason_id TEXT,
    key_id TEXT NOT NULL,
    state TEXT NOT NULL,
    turn BIGINT NOT NULL,
    agent_id TEXT,
    started_at BIGINT NOT NULL,
    assigned_at BIGINT,
    ended_at BIGINT,
    ended_by TEXT,
    closed_at BIGINT,
    closing TEXT,
    last_seq BIGINT NOT NULL,
    read_by_agent BIGINT NOT NULL,
    read_by_customer BIGINT NOT NULL,
    preview_seq BIGINT,
    preview_at BIGINT,
    preview_author TEXT,
    preview_sealed BYTEA,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id),
    FOREIGN KEY (organisation_id, reason_id) REFERENCES reasons (organisation_id, id)
);

CREATE INDEX contacts_by_time ON contacts (organisation_id, started_at, id);
CREATE INDEX contacts_by_state ON contacts (organisation_id, state, started_at, id);
CREATE INDEX contacts_by_queue ON contacts (organisation_id, queue_id, started_at, id);
CREATE INDEX contacts_by_queue_state ON contacts (organisation_id, queue_id, state, started_at, id);
CREATE INDEX contacts_by_agent ON contacts (organisation_id, agent_id, started_at, id);
CREATE INDEX contacts_by_agent_state ON contacts (organisation_id, agent_id, state, started_at, id);
CREATE INDEX contacts_by_customer ON contacts (organisation_id, customer_id, started_at, id) WHERE customer_id IS NOT NULL;
CREATE INDEX contacts_by_case ON contacts (organisation_id, case_id, started_at, id) WHERE case_id IS NOT NULL;

-- The timeline: what was said, noted and done, 1, 2, 3 … per contact without gaps.
CREATE TABLE entries (
    organisation_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    author TEXT NOT NULL,
    visibility TEXT NOT NULL,
    client_ref TEXT,
    text_sealed BYTEA,
    event_code TEXT,
    event_params TEXT,
    attachments BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, contact_id, seq),
    FOREIGN KEY (organisation_id, contact_id) REFERENCES contacts (organisation_id, id)
);

CREATE UNIQUE INDEX entries_by_client_ref ON entries (organisation_id, contact_id, author, client_ref)
    WHERE client_ref IS NOT NULL;

-- Files of a contact. Without `seq` a file has been uploaded and not yet sent.
CREATE TABLE attachments (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    seq BIGINT,
    author TEXT NOT NULL,
    at BIGINT NOT NULL,
    blob_id TEXT NOT NULL,
    name_sealed BYTEA NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    scanned BOOLEAN NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, contact_id) REFERENCES contacts (organisation_id, id)
);

CREATE INDEX attachments_by_entry ON attachments (organisation_id, contact_id, seq, id);

-- Work that someone still owes. `due_rank` is the deadline, or the end of time where there is none.
CREATE TABLE tasks (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    text_sealed BYTEA NOT NULL,
    state TEXT NOT NULL,
    due_at BIGINT,
    due_rank BIGINT NOT NULL,
    agent_id TEXT,
    team_id TEXT,
    contact_id TEXT,
    case_id TEXT,
    created_at BIGINT NOT NULL,
    done_at BIGINT,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, contact_id) REFERENCES contacts (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
);

CREATE INDEX tasks_by_state ON tasks (organisation_id, state, due_rank, id);
CREATE INDEX tasks_by_agent ON tasks (organisation_id, agent_id, state, due_rank, id);
CREATE INDEX tasks_by_contact ON tasks (organisation_id, contact_id, state, due_rank, id);
CREATE INDEX tasks_by_case ON tasks (organisation_id, case_id, state, due_rank, id);
