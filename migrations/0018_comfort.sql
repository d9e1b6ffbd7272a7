-- The desk's comfort: canned replies, tags, time spent, checklists and their steps.

CREATE TABLE canned_reply (
    id           {id},
    title        TEXT NOT NULL,
    -- The text in each language; at least one is there.
    text_hans    TEXT,
    text_hant    TEXT,
    text_en      TEXT,
    -- The kind of ticket that it is for; none is every kind.
    kind         TEXT,
    -- The team that it is for; none is everybody.
    team_id      BIGINT REFERENCES team (id),
    version      BIGINT NOT NULL,
    created_by   BIGINT NOT NULL REFERENCES account (id),
    created_at   BIGINT NOT NULL,
    archived_at  BIGINT
);
-- The list and the menu of a ticket show what is in use, by title.
CREATE INDEX canned_reply_title ON canned_reply (title, id) WHERE archived_at IS NULL;

CREATE TABLE tag (
    id          {id},
    name        TEXT NOT NULL UNIQUE,
    created_at  BIGINT NOT NULL
);

-- The queue asks of a ticket whether it bears one of some tags.
CREATE TABLE ticket_tag (
    ticket_id  BIGINT NOT NULL REFERENCES ticket (id),
    tag_id     BIGINT NOT NULL REFERENCES tag (id),
    PRIMARY KEY (ticket_id, tag_id)
);
-- The list of all tickets reads those of a tag, the newest first.
CREATE INDEX ticket_tag_tag ON ticket_tag (tag_id, ticket_id);

CREATE TABLE time_spent (
    id            {id},
    ticket_id     BIGINT NOT NULL REFERENCES ticket (id),
    account_id    BIGINT NOT NULL REFERENCES account (id),
    minutes       BIGINT NOT NULL,
    work          TEXT NOT NULL,
    note          TEXT,
    spent_at      BIGINT NOT NULL,
    withdrawn_at  BIGINT
);
-- The page of a ticket shows its entries and their sum.
CREATE INDEX time_spent_ticket ON time_spent (ticket_id, id);

CREATE TABLE checklist (
    id           {id},
    title        TEXT NOT NULL,
    -- One step a line.
    steps        TEXT NOT NULL,
    -- The kind of ticket that it is for; none is every kind.
    kind         TEXT,
    -- Whether it goes onto each new ticket of that kind by itself.
    by_itself    {bool} NOT NULL,
    version      BIGINT NOT NULL,
    created_by   BIGINT NOT NULL REFERENCES account (id),
    created_at   BIGINT NOT NULL,
    archived_at  BIGINT
);
-- The list, the menu of a ticket and the intake read what is in use, by title.
CREATE INDEX checklist_title ON checklist (title, id) WHERE archived_at IS NULL;

CREATE TABLE ticket_step (
    id         {id},
    ticket_id  BIGINT NOT NULL REFERENCES ticket (id),
    text       TEXT NOT NULL,
    done_at    BIGINT,
    done_by    BIGINT REFERENCES account (id)
);
CREATE INDEX ticket_step_ticket ON ticket_step (ticket_id, id);

-- Custom fields of tickets. The id is given by us, from 1 to 60: it is a name in forms, for ever.
CREATE TABLE custom_field (
    id           BIGINT PRIMARY KEY,
    label        TEXT NOT NULL,
    hint         TEXT,
    shape        TEXT NOT NULL,
    -- One choice a line; for a choice.
    choices      TEXT NOT NULL,
    -- The kinds of ticket that have it, with commas between; empty is every kind.
    kinds        TEXT NOT NULL,
    required     {bool} NOT NULL,
    in_portal    {bool} NOT NULL,
    version      BIGINT NOT NULL,
    created_by   BIGINT NOT NULL REFERENCES account (id),
    created_at   BIGINT NOT NULL,
    archived_at  BIGINT
);

-- The queue asks of a ticket whether one of some choices stands in a field.
CREATE TABLE custom_value (
    ticket_id  BIGINT NOT NULL REFERENCES ticket (id),
    field_id   BIGINT NOT NULL REFERENCES custom_field (id),
    value      TEXT NOT NULL,
    PRIMARY KEY (ticket_id, field_id)
);

-- The history of a contact: each stream by its moment, the latest first.
CREATE INDEX ticket_contact_at ON ticket (contact_id, reported_at, id) WHERE contact_id IS NOT NULL;
CREATE INDEX call_contact_at ON call (contact_id, began_at, id) WHERE contact_id IS NOT NULL;
CREATE INDEX message_contact_at ON message (contact_id, received_at, id) WHERE contact_id IS NOT NULL;
CREATE INDEX delivery_contact_at ON delivery (contact_id, created_at, id) WHERE contact_id IS NOT NULL;
CREATE INDEX fact_of_contact ON fact (said_by, happened_at, seq) WHERE said_by >= 'contact:' AND said_by < 'contact;';
