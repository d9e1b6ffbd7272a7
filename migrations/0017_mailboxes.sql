-- What came back, and the mailboxes that are read.

-- The letter that says that a delivery came back.
ALTER TABLE delivery ADD COLUMN returned_id BIGINT REFERENCES message (id);

-- An address that its host says is no more. Nothing about a ticket is written to it until somebody says that it works
-- again, or writes from it. By address and not by contact: a contact who gets another one can be written to at once.
CREATE TABLE failing_address (
    mail_key    TEXT NOT NULL PRIMARY KEY,
    failed_at   BIGINT NOT NULL,
    words       TEXT NOT NULL,
    message_id  BIGINT REFERENCES message (id)
);

-- A mailbox on a mail server, read over IMAP. Its password is sealed.
CREATE TABLE mailbox (
    id            {id},
    name          TEXT NOT NULL UNIQUE,
    host          TEXT NOT NULL,
    port          BIGINT NOT NULL,
    security      TEXT NOT NULL,
    user_name     TEXT NOT NULL,
    password      TEXT NOT NULL,
    folder        TEXT NOT NULL,
    -- Where a letter goes once it is taken; none where it stays and is marked as read.
    moved_to      TEXT,
    -- Whether the letters that lay there at the beginning are taken as well.
    from_start    {bool} NOT NULL,
    version       BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    paused_at     BIGINT,
    -- When it was last read to the end.
    read_at       BIGINT,
    -- The numbering of the folder that the numbers below belong to; none before the first reading.
    uid_validity  BIGINT,
    -- Letters that came to the folder before this day are none of ours.
    since_on      TEXT,
    -- Letters up to here are stored.
    taken_uid     BIGINT NOT NULL,
    -- Letters up to here are marked or moved as well.
    settled_uid   BIGINT NOT NULL,
    -- The letter that could not be fetched, and how often.
    stuck_uid     BIGINT NOT NULL,
    stuck_tries   BIGINT NOT NULL,
    -- The process that reads it, and until when nobody else does.
    reader        TEXT,
    read_until    BIGINT NOT NULL
);

-- From which letter of which mailbox a message was taken. Units: numbers of the server.
ALTER TABLE message ADD COLUMN mailbox_id BIGINT REFERENCES mailbox (id);
ALTER TABLE message ADD COLUMN uid_validity BIGINT;
ALTER TABLE message ADD COLUMN uid BIGINT;
-- How much of it was left at the server; none where it is whole. Units: bytes.
ALTER TABLE message ADD COLUMN missing_bytes BIGINT;
-- A letter of a mailbox is stored once, whoever reads it.
CREATE UNIQUE INDEX message_uid ON message (mailbox_id, uid_validity, uid) WHERE mailbox_id IS NOT NULL;

-- The pages of a fax as pictures, among the attachments under their SHA-256.
CREATE TABLE fax_page (
    message_id  BIGINT NOT NULL REFERENCES message (id),
    place       BIGINT NOT NULL,
    sha256      TEXT NOT NULL,
    bytes       BIGINT NOT NULL,
    PRIMARY KEY (message_id, place)
);

-- A contact may have a number for faxes and no other; what comes from it is theirs.
ALTER TABLE contact ADD COLUMN fax TEXT;
ALTER TABLE contact ADD COLUMN fax_key TEXT;
CREATE INDEX contact_fax ON contact (fax_key) WHERE fax_key IS NOT NULL;
