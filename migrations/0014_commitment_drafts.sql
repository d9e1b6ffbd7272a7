-- Drafts of commitment files, and what a preview of a change reads.

-- What somebody is making of a version; one draft for each person and version, until it is published.
CREATE TABLE commitment_draft (
    id {id},
    commitment_id BIGINT NOT NULL REFERENCES commitment (id),
    author_id BIGINT NOT NULL REFERENCES account (id),
    text TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (commitment_id, author_id)
);

-- The tickets of a time, in the order in which they were reported: a preview judges them piece by piece.
CREATE INDEX ticket_reported ON ticket (reported_at, id);
