-- The hotline: calls, what is owed to callers, and what people have begun to type.

CREATE TABLE call (
    id            {id},
    version       BIGINT NOT NULL,
    direction     TEXT NOT NULL,
    state         TEXT NOT NULL,
    -- The call's id in the telephone system; none for one that was begun by a button.
    line_ref      TEXT,
    phone         TEXT,
    phone_key     TEXT,
    caller_name   TEXT,
    agent_id      BIGINT REFERENCES account (id),
    customer_id   BIGINT REFERENCES customer (id),
    site_id       BIGINT REFERENCES site (id),
    contact_id    BIGINT REFERENCES contact (id),
    asset_id      BIGINT REFERENCES asset (id),
    -- The ticket that it mainly concerns; call_ticket has them all.
    ticket_id     BIGINT REFERENCES ticket (id),
    -- Whose promises judge it.
    contract_id   BIGINT REFERENCES contract (id),
    commitment_id BIGINT REFERENCES commitment (id),
    began_at      BIGINT NOT NULL,
    answered_at   BIGINT,
    ended_at      BIGINT,
    ended_by      TEXT,
    outcome       TEXT,
    missed        TEXT,
    recording     TEXT,
    note          TEXT,
    -- What the customer was told last (C4.6).
    arrives_at    BIGINT,
    engineer_id   BIGINT REFERENCES account (id),
    transport     TEXT
);
-- A telephone system tells of a call several times.
CREATE UNIQUE INDEX call_line ON call (line_ref) WHERE line_ref IS NOT NULL;
-- The console: what rings, and what is being spoken.
CREATE INDEX call_open ON call (id) WHERE ended_at IS NULL;
-- The console: calls that are over and of which nobody said what came of them.
CREATE INDEX call_incomplete ON call (id)
    WHERE ended_at IS NOT NULL AND answered_at IS NOT NULL AND outcome IS NULL;
-- The pages of a customer and of a contact.
CREATE INDEX call_of_customer ON call (customer_id, id) WHERE customer_id IS NOT NULL;
CREATE INDEX call_of_contact ON call (contact_id, id) WHERE contact_id IS NOT NULL;
CREATE INDEX call_of_agent ON call (agent_id, id) WHERE agent_id IS NOT NULL;
-- The arrival at a ticket's site is that which a call's notice told.
CREATE INDEX call_dispatched ON call (ticket_id, id) WHERE outcome = 'dispatch';

CREATE TABLE call_ticket (
    ticket_id BIGINT NOT NULL REFERENCES ticket (id),
    call_id   BIGINT NOT NULL REFERENCES call (id),
    linked_at BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, call_id)
);
CREATE INDEX call_ticket_call ON call_ticket (call_id);

CREATE TABLE call_hand_over (
    id          {id},
    from_id     BIGINT NOT NULL REFERENCES account (id),
    to_id       BIGINT NOT NULL REFERENCES account (id),
    note        TEXT,
    offered_at  BIGINT NOT NULL,
    accepted_at BIGINT
);
-- What waits to be accepted.
CREATE INDEX call_hand_over_open ON call_hand_over (to_id, id) WHERE accepted_at IS NULL;

-- What is owed to a caller. It keeps its owner until somebody else has accepted it.
CREATE TABLE call_task (
    id            {id},
    call_id       BIGINT NOT NULL REFERENCES call (id),
    kind          TEXT NOT NULL,
    owner_id      BIGINT REFERENCES account (id),
    due_at        BIGINT NOT NULL,
    -- When the customer can be called, as agreed.
    from_at       BIGINT,
    until_at      BIGINT,
    attempts      BIGINT NOT NULL,
    last_result   TEXT,
    last_tried_at BIGINT,
    answer        TEXT,
    hand_over_id  BIGINT REFERENCES call_hand_over (id),
    created_at    BIGINT NOT NULL,
    done_at       BIGINT
);
-- The worklist, what is due first; of everybody and of one person.
CREATE INDEX call_task_due ON call_task (due_at, id) WHERE done_at IS NULL;
CREATE INDEX call_task_owner ON call_task (owner_id, due_at, id) WHERE done_at IS NULL;
CREATE INDEX call_task_call ON call_task (call_id);

CREATE TABLE call_attempt (
    id        {id},
    task_id   BIGINT NOT NULL REFERENCES call_task (id),
    tried_at  BIGINT NOT NULL,
    tried_by  BIGINT NOT NULL REFERENCES account (id),
    result    TEXT NOT NULL,
    answer    TEXT,
    note      TEXT
);
CREATE INDEX call_attempt_task ON call_attempt (task_id, id);

-- What somebody has begun to type in a place, so that neither a reload nor another device loses it.
CREATE TABLE draft (
    account_id BIGINT NOT NULL REFERENCES account (id),
    place      TEXT NOT NULL,
    body       TEXT NOT NULL,
    saved_at   BIGINT NOT NULL,
    PRIMARY KEY (account_id, place)
);
-- Old drafts are forgotten.
CREATE INDEX draft_saved ON draft (saved_at);
-- Everything that was reported by a contact, on their page.
CREATE INDEX ticket_of_contact ON ticket (contact_id, id) WHERE contact_id IS NOT NULL;
