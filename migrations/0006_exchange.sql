-- What an import remembers of a ticket that it took from another desk, so that the same file again changes
-- nothing and a longer one goes on where the last one ended. See rules::exchange::history.
CREATE TABLE imported_ticket (
    ticket_id     BIGINT NOT NULL PRIMARY KEY REFERENCES ticket (id),
    steps_count   BIGINT NOT NULL,
    digest        BIGINT NOT NULL,
    standing      BIGINT NOT NULL,
    last_at       BIGINT NOT NULL
);
