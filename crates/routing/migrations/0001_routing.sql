CREATE TABLE routing_skills (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, id)
);

CREATE TABLE routing_queues (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    rules TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, id)
);

CREATE TABLE routing_entry_points (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    queue_id TEXT NOT NULL,
    rules TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, queue_id) REFERENCES routing_queues (organisation_id, id)
);

CREATE TABLE routing_agents (
    organisation_id TEXT NOT NULL,
    membership_id TEXT NOT NULL,
    profile TEXT NOT NULL,
    presence TEXT NOT NULL,
    reason TEXT,
    since BIGINT NOT NULL,
    lost_at BIGINT,
    idle_since BIGINT NOT NULL,
    offer_id TEXT,
    PRIMARY KEY (organisation_id, membership_id)
);

-- Contacts that routing has to do with: from coming in to the end of the wrap-up.
CREATE TABLE routing_contacts (
    organisation_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    queue_id TEXT NOT NULL,
    priority BIGINT NOT NULL,
    since BIGINT NOT NULL,
    place TEXT NOT NULL,
    state TEXT NOT NULL,
    agent_id TEXT,
    offer_id TEXT,
    expires_at BIGINT,
    set_aside BOOLEAN NOT NULL,
    PRIMARY KEY (organisation_id, contact_id)
);

CREATE INDEX routing_contacts_in_order ON routing_contacts (organisation_id, queue_id, state, priority, since, contact_id);
CREATE INDEX routing_contacts_of_agent ON routing_contacts (organisation_id, agent_id);

CREATE TABLE routing_offers (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    queue_id TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    waited_since BIGINT NOT NULL,
    offered_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    outcome TEXT,
    ended_at BIGINT,
    PRIMARY KEY (organisation_id, id)
);

CREATE INDEX routing_offers_of_agent ON routing_offers (organisation_id, agent_id, offered_at);
CREATE INDEX routing_offers_of_contact ON routing_offers (organisation_id, contact_id, offered_at);

CREATE TABLE routing_decisions (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    offer_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    decision TEXT NOT NULL,
    PRIMARY KEY (organisation_id, id)
);

CREATE INDEX routing_decisions_of_contact ON routing_decisions (organisation_id, contact_id, at);

CREATE TABLE routing_leases (
    organisation_id TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    token BIGINT NOT NULL,
    beat BIGINT NOT NULL
);
