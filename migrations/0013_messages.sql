-- Messages (往来消息): every letter that came or went, with its raw bytes in the directory of attachments under their
-- SHA-256. A row is written before the sender is told that the letter is taken; a duty then finds out whose it is.

CREATE TABLE message (
    id            {id},
    ticket_id     BIGINT REFERENCES ticket (id),
    note_id       BIGINT REFERENCES note (id),
    customer_id   BIGINT REFERENCES customer (id),
    contact_id    BIGINT REFERENCES contact (id),
    direction     TEXT NOT NULL,
    channel       TEXT NOT NULL,
    -- What became of it: rules::channels::Fate.
    fate          TEXT NOT NULL,
    sha256        TEXT NOT NULL,
    bytes         BIGINT NOT NULL,
    -- To which of our addresses it came, or from which it went.
    mailbox       TEXT NOT NULL,
    sender_name   TEXT NOT NULL,
    sender        TEXT NOT NULL,
    subject       TEXT NOT NULL,
    -- Message-ID without its brackets; answers refer to it.
    message_id    TEXT,
    -- The same letter, however it was carried here: a digest of its id and its text.
    content_key   TEXT,
    received_at   BIGINT NOT NULL,
    -- When its writer says that it was written.
    sent_at       BIGINT,
    -- Why it was set aside, or what a bounce says.
    problem       TEXT,
    attempts      BIGINT NOT NULL,
    -- Until when somebody is at it.
    claimed_until BIGINT NOT NULL
);
-- The duty: what is kept and not yet looked at.
CREATE INDEX message_kept ON message (id) WHERE fate = 'kept';
-- The inbox: what a person has to look at, and everything, newest first.
CREATE INDEX message_fate ON message (fate, id);
-- The card of a ticket.
CREATE INDEX message_ticket ON message (ticket_id, id) WHERE ticket_id IS NOT NULL;
-- An answer finds the letter that it answers.
CREATE INDEX message_message_id ON message (message_id) WHERE message_id IS NOT NULL;
-- A letter that comes twice finds the first.
CREATE INDEX message_content ON message (content_key, id) WHERE content_key IS NOT NULL;
-- What was written to or by a contact; a bounce shows there.
CREATE INDEX message_contact ON message (contact_id, id) WHERE contact_id IS NOT NULL;

-- A letter from an unknown address is its customer's where only one customer has that domain.
ALTER TABLE contact ADD COLUMN mail_domain TEXT;
CREATE INDEX contact_mail_domain ON contact (mail_domain, customer_id) WHERE mail_domain IS NOT NULL;
