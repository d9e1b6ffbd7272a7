-- The desk: requests that are done once, saved views of the queue, changes of many tickets at once.

-- The key of a POST of the API (`Idempotency-Key`), written in the transaction of its change, and the answer.
CREATE TABLE request_once (
    sender       TEXT NOT NULL,
    request_key  TEXT NOT NULL,
    digest       {blob} NOT NULL,
    claimed_at   BIGINT NOT NULL,
    status       BIGINT,
    kind         TEXT,
    location     TEXT,
    body         {blob},
    PRIMARY KEY (sender, request_key)
);
-- What is old enough to be thrown away.
CREATE INDEX request_once_age ON request_once (claimed_at);

-- A view of the queue that a person keeps, for themselves or for all: the part of the address after `?`.
CREATE TABLE saved_view (
    id          {id},
    owner_id    BIGINT NOT NULL REFERENCES account (id),
    name        TEXT NOT NULL,
    query       TEXT NOT NULL,
    shared      {bool} NOT NULL,
    created_at  BIGINT NOT NULL,
    UNIQUE (owner_id, name)
);
CREATE INDEX saved_view_shared ON saved_view (name) WHERE shared;

-- One change of many tickets: what was chosen, when it began and ended, when it was undone.
CREATE TABLE bulk_change (
    id           {id},
    account_id   BIGINT NOT NULL REFERENCES account (id),
    verb         TEXT NOT NULL,
    input        TEXT NOT NULL,
    come_from    TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    finished_at  BIGINT,
    undone_at    BIGINT
);
CREATE INDEX bulk_change_account ON bulk_change (account_id, id);

-- A ticket of such a change, in its place, and what became of it. `prior` is what an undo restores.
CREATE TABLE bulk_item (
    bulk_id    BIGINT NOT NULL REFERENCES bulk_change (id),
    place      BIGINT NOT NULL,
    ticket_id  BIGINT NOT NULL REFERENCES ticket (id),
    outcome    TEXT NOT NULL,
    refusal    TEXT,
    prior      TEXT,
    version    BIGINT NOT NULL,
    PRIMARY KEY (bulk_id, place)
);
