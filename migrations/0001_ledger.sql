-- The ledger: what happened, what is owed because of it, what must be told to the world, and the history tree.
-- Few indexes: each intake writes several rows here, and every index is paid by all of them.

-- Facts are only ever added. `leaf` is the fact's place in the history tree, set once when it is sealed.
-- `personal` can be erased; `personal_hash` stays, so that the leaf can still be proven.
CREATE TABLE fact (
    seq {serial},
    subject_kind TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    happened_at BIGINT NOT NULL,
    learned_at BIGINT NOT NULL,
    said_by TEXT NOT NULL,
    about TEXT NOT NULL,
    data TEXT NOT NULL,
    personal TEXT,
    personal_salt {blob},
    personal_hash {blob},
    leaf BIGINT
);
-- The story of one subject, in the order it was recorded.
CREATE INDEX fact_subject ON fact (subject_kind, subject_id);
-- What the sealing duty has still to do: a handful of rows, whatever the size of the history.
CREATE INDEX fact_unsealed ON fact (seq) WHERE leaf IS NULL;

-- A verdict is never edited: where it changes, `superseded_at` is set and the next `verdict` stands beside it.
CREATE TABLE obligation (
    id {serial},
    subject_kind TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    promise TEXT NOT NULL,
    cycle BIGINT NOT NULL,
    verdict BIGINT NOT NULL,
    clause TEXT NOT NULL,
    terms TEXT NOT NULL,
    commitment_id BIGINT,
    contract_id BIGINT,
    customer_id BIGINT,
    site_id BIGINT,
    debtor TEXT NOT NULL,
    state TEXT NOT NULL,
    is_amended {bool} NOT NULL,
    started_at BIGINT NOT NULL,
    due_at BIGINT,
    ended_at BIGINT,
    told BIGINT NOT NULL,
    wake_at BIGINT,
    body TEXT NOT NULL,
    superseded_at BIGINT,
    superseded_because TEXT
);
-- The obligations of one subject; no obligation twice.
CREATE UNIQUE INDEX obligation_subject ON obligation (subject_kind, subject_id, promise, cycle, verdict);
-- The next warning or deadline to tell of: holds open obligations only.
CREATE INDEX obligation_wake ON obligation (wake_at) WHERE wake_at IS NOT NULL;

-- What must be told to the world, written in the transaction that makes it true.
CREATE TABLE outbox (
    id {id},
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    last_error TEXT,
    done_at BIGINT,
    given_up_at BIGINT
);
-- What is still to be sent, soonest first.
CREATE INDEX outbox_due ON outbox (due_at) WHERE done_at IS NULL AND given_up_at IS NULL;

-- The history tree (RFC 6962) in tiles of 256 hashes: level 0 holds leaves, level 1 the roots of 256 leaves …
CREATE TABLE tree (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    size BIGINT NOT NULL
);
INSERT INTO tree (id, size) VALUES (1, 0);
CREATE TABLE tile (
    level BIGINT NOT NULL,
    number BIGINT NOT NULL,
    hashes {blob} NOT NULL,
    PRIMARY KEY (level, number)
);
-- Signed statements of the tree's size and root, as they were handed out.
CREATE TABLE checkpoint (
    size BIGINT NOT NULL PRIMARY KEY,
    root {blob} NOT NULL,
    signed_at BIGINT NOT NULL,
    note TEXT NOT NULL
);
