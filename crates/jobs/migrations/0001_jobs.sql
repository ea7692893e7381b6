CREATE TABLE jobs (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    once_key TEXT,
    state TEXT NOT NULL,
    run_at BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    runner TEXT,
    error TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, id)
);

CREATE INDEX jobs_by_time ON jobs (organisation_id, state, run_at, id);

CREATE UNIQUE INDEX jobs_once ON jobs (organisation_id, kind, once_key);

CREATE TABLE job_schedules (
    organisation_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    next_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, kind)
);

CREATE TABLE job_runners (
    runner TEXT NOT NULL PRIMARY KEY,
    beat BIGINT NOT NULL
);
