-- Notices, how people are told, gateways, escalations, channels.

-- How a person chose to be told what; none is the usual of their role.
CREATE TABLE notice_choice (
    account_id  BIGINT NOT NULL PRIMARY KEY REFERENCES account (id),
    choices     TEXT NOT NULL,
    quiet_from  TEXT,
    quiet_to    TEXT,
    changed_at  BIGINT NOT NULL
);

-- What a person is told on their pages, under the bell.
CREATE TABLE page_notice (
    id          {id},
    outbox_id   BIGINT NOT NULL,
    account_id  BIGINT NOT NULL REFERENCES account (id),
    notice      TEXT NOT NULL,
    ticket_id   BIGINT REFERENCES ticket (id),
    subject     TEXT NOT NULL,
    words       TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    read_at     BIGINT,
    UNIQUE (outbox_id, account_id)
);
CREATE INDEX page_notice_of_account ON page_notice (account_id, id);
-- The number on the bell: unread rows only.
CREATE INDEX page_notice_unread ON page_notice (account_id, id) WHERE read_at IS NULL;

-- A place outside to which notices go: a chat group's robot, a program that listens, a sender of short
-- messages. Secrets are sealed; the old one signs beside the new one until it has ended.
CREATE TABLE gateway (
    id            {id},
    kind          TEXT NOT NULL,
    name          TEXT NOT NULL UNIQUE,
    address       TEXT NOT NULL,
    secret        TEXT,
    old_secret    TEXT,
    old_until_at  BIGINT,
    team_id       BIGINT REFERENCES team (id),
    events        TEXT NOT NULL,
    request       TEXT NOT NULL,
    version       BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    paused_at     BIGINT
);

-- The chain of a team: who is called for an emergency, and who next (C2.8). None is the usual one.
CREATE TABLE escalation_chain (
    team_id     BIGINT NOT NULL PRIMARY KEY REFERENCES team (id),
    steps       TEXT NOT NULL,
    changed_at  BIGINT NOT NULL
);

-- An emergency that is being called out, until somebody acknowledges it or it is over.
CREATE TABLE escalation (
    id               {id},
    ticket_id        BIGINT NOT NULL REFERENCES ticket (id),
    started_at       BIGINT NOT NULL,
    place            BIGINT NOT NULL,
    rounds           BIGINT NOT NULL,
    next_at          BIGINT NOT NULL,
    acknowledged_at  BIGINT,
    acknowledged_by  BIGINT REFERENCES account (id),
    ended_at         BIGINT
);
-- The next step to take: open escalations only.
CREATE INDEX escalation_next ON escalation (next_at) WHERE ended_at IS NULL;
-- One open escalation for a ticket.
CREATE UNIQUE INDEX escalation_open ON escalation (ticket_id) WHERE ended_at IS NULL;

-- A way by which customers reach us or we reach others, and how it fares (C7.7).
CREATE TABLE channel (
    id                {id},
    code              TEXT NOT NULL UNIQUE,
    name              TEXT NOT NULL,
    -- How long it may be silent; none where silence says nothing. Units: seconds.
    silent_most_s     BIGINT,
    opened_at         BIGINT NOT NULL,
    last_success_at   BIGINT,
    last_failure_at   BIGINT,
    -- Since when nothing but failures came.
    failing_since_at  BIGINT,
    failure           TEXT,
    down_since_at     BIGINT,
    downs_count       BIGINT NOT NULL,
    closed_at         BIGINT
);
