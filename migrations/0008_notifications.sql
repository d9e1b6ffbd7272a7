-- What is told to the world: settings of the house, and one delivery for each message, recipient and way.

-- What an administrator sets on a page; secrets in it are sealed with the key in the data directory.
CREATE TABLE setting (
    name        TEXT NOT NULL PRIMARY KEY,
    value       TEXT NOT NULL,
    changed_at  BIGINT NOT NULL
);

-- A message of the outbox on its way to one recipient. `message_id` is made with the row, so that a message
-- that was sent twice around a crash is the same message to its receiver.
CREATE TABLE delivery (
    id              {id},
    outbox_id       BIGINT NOT NULL,
    notice          TEXT NOT NULL,
    way             TEXT NOT NULL,
    gateway_id      BIGINT,
    recipient       TEXT NOT NULL,
    recipient_name  TEXT,
    account_id      BIGINT REFERENCES account (id),
    contact_id      BIGINT REFERENCES contact (id),
    ticket_id       BIGINT REFERENCES ticket (id),
    locale          TEXT NOT NULL,
    subject         TEXT NOT NULL,
    content         TEXT NOT NULL,
    message_id      TEXT NOT NULL,
    state           TEXT NOT NULL,
    attempts        BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    -- From when on the tries count towards giving up; a retry by hand begins anew.
    tries_from_at   BIGINT NOT NULL,
    due_at          BIGINT NOT NULL,
    last_error      TEXT,
    ended_at        BIGINT,
    -- An outbox row that is read twice makes no second delivery.
    UNIQUE (outbox_id, way, recipient)
);
-- What is still to be sent, soonest first: holds waiting rows only.
CREATE INDEX delivery_due ON delivery (due_at, id) WHERE state = 'waiting';
-- The log of deliveries, filtered by state and by way; newest first by id.
CREATE INDEX delivery_state ON delivery (state, id);
CREATE INDEX delivery_way ON delivery (way, id);
-- A ticket's thread: the letter before this one.
CREATE INDEX delivery_of_ticket ON delivery (ticket_id, id) WHERE ticket_id IS NOT NULL;
-- A bounce names the message that came back.
CREATE INDEX delivery_message ON delivery (message_id);
