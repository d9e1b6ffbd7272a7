-- The desk's comfort: canned replies, tags, time spent, steps.

CREATE TABLE canned_reply (
    id           {id},
    title        TEXT NOT NULL,
    text         TEXT NOT NULL,
    -- The kind of ticket that it is for; none is every kind.
    kind         TEXT,
    version      BIGINT NOT NULL,
    created_by   BIGINT NOT NULL REFERENCES account (id),
    created_at   BIGINT NOT NULL,
    archived_at  BIGINT
);
-- The list and the menu show what is in use, by title.
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

CREATE TABLE time_spent (
    id          {id},
    ticket_id   BIGINT NOT NULL REFERENCES ticket (id),
    account_id  BIGINT NOT NULL REFERENCES account (id),
    minutes     BIGINT NOT NULL,
    note        TEXT,
    spent_at    BIGINT NOT NULL
);
CREATE INDEX time_spent_ticket ON time_spent (ticket_id, id);

CREATE TABLE ticket_step (
    id         {id},
    ticket_id  BIGINT NOT NULL REFERENCES ticket (id),
    text       TEXT NOT NULL,
    done_at    BIGINT,
    done_by    BIGINT REFERENCES account (id)
);
CREATE INDEX ticket_step_ticket ON ticket_step (ticket_id, id);
