-- Tickets: any matter that a customer raises. The ticket number (故障号码) is the id with a check digit; see
-- rules::tickets::number. A row is what its facts say: rules::tickets::life::Ticket::apply.

CREATE TABLE ticket (
    id                   {id},
    -- Counts the changes; a form says which version it was opened with.
    version              BIGINT NOT NULL,
    kind                 TEXT NOT NULL,
    state                TEXT NOT NULL,
    severity             TEXT NOT NULL,
    -- What C7.3 proposed, from use and impact; none for other kinds than faults.
    proposed_severity    TEXT,
    impact               TEXT,
    channel              TEXT NOT NULL,
    title                TEXT NOT NULL,
    description          TEXT,
    customer_id          BIGINT NOT NULL REFERENCES customer (id),
    site_id              BIGINT REFERENCES site (id),
    contact_id           BIGINT REFERENCES contact (id),
    contract_id          BIGINT REFERENCES contract (id),
    -- The version of the commitment that judges this ticket, from the contract on the day of the report.
    commitment_id        BIGINT REFERENCES commitment (id),
    asset_id             BIGINT REFERENCES asset (id),
    -- The caller as they gave themselves, where no contact is known.
    caller_name          TEXT,
    caller_phone         TEXT,
    -- The site's time zone at the report; deadlines and days are told in it.
    zone                 TEXT NOT NULL,
    team_id              BIGINT REFERENCES team (id),
    assignee_id          BIGINT REFERENCES account (id),
    reported_at          BIGINT NOT NULL,
    -- When the row was written; later than reported_at where the report was told afterwards.
    created_at           BIGINT NOT NULL,
    created_by           BIGINT REFERENCES account (id),
    updated_at           BIGINT NOT NULL,
    handled_at           BIGINT,
    waiting_addressee    TEXT,
    waiting_question     TEXT,
    waiting_since_at     BIGINT,
    -- The state to which the answer leads back.
    waiting_then         TEXT,
    onsite_requested_at  BIGINT,
    restored_at          BIGINT,
    resolved_at          BIGINT,
    -- When it was closed, cancelled or merged. "Open" is: closed_at IS NULL.
    closed_at            BIGINT,
    cause                TEXT,
    merged_into_id       BIGINT REFERENCES ticket (id),
    -- The number at another desk, for a history that was taken over.
    external_ref         TEXT,

    -- What its obligations say, kept by the door in the same transaction.
    -- The earliest deadline of a running obligation, and which promise and clause it is of.
    next_due_at          BIGINT,
    next_promise         TEXT,
    next_clause          TEXT,
    -- From when on it counts as at risk: the first warning that is not past being useful.
    next_warn_at         BIGINT,
    -- next_due_at, or the end of time where no clock runs: what the queue is ordered by.
    queue_at             BIGINT NOT NULL,
    -- How many obligations are running, and how many ended late or were breached.
    running_count        BIGINT NOT NULL,
    missed_count         BIGINT NOT NULL
);

-- The queue: what is due next, first. Narrow, and over open tickets only, so that its cost does not follow
-- the number of tickets ever reported. The page continues after (queue_at, id).
CREATE INDEX ticket_queue ON ticket (queue_at, id) WHERE closed_at IS NULL;
CREATE INDEX ticket_queue_assignee ON ticket (assignee_id, queue_at, id) WHERE closed_at IS NULL;
CREATE INDEX ticket_queue_team ON ticket (team_id, queue_at, id) WHERE closed_at IS NULL;
CREATE INDEX ticket_queue_customer ON ticket (customer_id, queue_at, id) WHERE closed_at IS NULL;
-- At risk: the warning is past, the deadline is not.
CREATE INDEX ticket_queue_warn ON ticket (next_warn_at, id) WHERE closed_at IS NULL AND next_warn_at IS NOT NULL;
-- Breached: open, with a promise that was missed.
CREATE INDEX ticket_queue_missed ON ticket (queue_at, id) WHERE closed_at IS NULL AND missed_count > 0;

-- Histories, newest first.
CREATE INDEX ticket_of_customer ON ticket (customer_id, id);
CREATE INDEX ticket_of_site ON ticket (site_id, id) WHERE site_id IS NOT NULL;
CREATE INDEX ticket_of_asset ON ticket (asset_id, id) WHERE asset_id IS NOT NULL;
CREATE INDEX ticket_merged ON ticket (merged_into_id) WHERE merged_into_id IS NOT NULL;
-- An import that is run twice finds its tickets.
CREATE UNIQUE INDEX ticket_external ON ticket (external_ref) WHERE external_ref IS NOT NULL;

CREATE TABLE note (
    id           {id},
    ticket_id    BIGINT NOT NULL REFERENCES ticket (id),
    visibility   TEXT NOT NULL,
    text         TEXT NOT NULL,
    written_by   BIGINT REFERENCES account (id),
    written_at   BIGINT NOT NULL
);
CREATE INDEX note_of_ticket ON note (ticket_id, id);

-- A file kept with a ticket. The bytes lie in the data directory under their SHA-256.
CREATE TABLE attachment (
    id           {id},
    ticket_id    BIGINT NOT NULL REFERENCES ticket (id),
    note_id      BIGINT REFERENCES note (id),
    sha256       TEXT NOT NULL,
    bytes        BIGINT NOT NULL,
    media_type   TEXT NOT NULL,
    file_name    TEXT NOT NULL,
    added_by     BIGINT REFERENCES account (id),
    added_at     BIGINT NOT NULL,
    removed_at   BIGINT
);
CREATE INDEX attachment_of_ticket ON attachment (ticket_id, id);
CREATE INDEX attachment_content ON attachment (sha256);

-- A link stands once, from the ticket that was linked to the other; both pages show it.
CREATE TABLE ticket_link (
    ticket_id    BIGINT NOT NULL REFERENCES ticket (id),
    other_id     BIGINT NOT NULL REFERENCES ticket (id),
    relation     TEXT NOT NULL,
    linked_at    BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, other_id, relation)
);
CREATE INDEX ticket_link_other ON ticket_link (other_id);

CREATE TABLE ticket_watch (
    ticket_id    BIGINT NOT NULL REFERENCES ticket (id),
    account_id   BIGINT NOT NULL REFERENCES account (id),
    since_at     BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, account_id)
);
CREATE INDEX ticket_watch_account ON ticket_watch (account_id, ticket_id);
