-- The customer's portal: who of the customer is let in, how, and what they keep there; remote access.

-- A contact who may use the portal. `secret` is the hash of a password, where one was set.
CREATE TABLE portal_access (
    id          {id},
    contact_id  BIGINT NOT NULL UNIQUE REFERENCES contact (id),
    role        TEXT NOT NULL,
    secret      TEXT,
    locale      TEXT,
    theme       TEXT NOT NULL,
    version     BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    ended_at    BIGINT
);

-- The sites that an access sees; one that sees all of its customer names none.
CREATE TABLE portal_access_site (
    access_id  BIGINT NOT NULL REFERENCES portal_access (id),
    site_id    BIGINT NOT NULL REFERENCES site (id),
    PRIMARY KEY (access_id, site_id)
);

CREATE TABLE portal_session (
    id          {id},
    access_id   BIGINT NOT NULL REFERENCES portal_access (id),
    token_hash  {blob} NOT NULL UNIQUE,
    agent       TEXT NOT NULL,
    address     TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    seen_at     BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
);
CREATE INDEX portal_session_of_access ON portal_session (access_id);
CREATE INDEX portal_session_expiry ON portal_session (expires_at);

-- A link that was sent: an invitation or a way in, which work once; or the public state of a ticket for a while.
CREATE TABLE portal_link (
    id          {id},
    token_hash  {blob} NOT NULL UNIQUE,
    purpose     TEXT NOT NULL,
    access_id   BIGINT REFERENCES portal_access (id),
    ticket_id   BIGINT REFERENCES ticket (id),
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
);
CREATE INDEX portal_link_expiry ON portal_link (expires_at);
CREATE INDEX portal_link_of_access ON portal_link (access_id) WHERE access_id IS NOT NULL;

-- A secret of the house that all its processes share, made when it is first needed: what signs the codes on labels.
CREATE TABLE house_secret (
    name        TEXT PRIMARY KEY,
    secret      {blob} NOT NULL,
    created_at  BIGINT NOT NULL
);

-- Tries to see what is not one's own, added up by who and day, for the administrator.
CREATE TABLE security_event (
    id              {id},
    kind            TEXT NOT NULL,
    who             TEXT NOT NULL,
    day_on          TEXT NOT NULL,
    event_count     BIGINT NOT NULL,
    first_at        BIGINT NOT NULL,
    last_at         BIGINT NOT NULL,
    last_path       TEXT NOT NULL,
    last_address    TEXT NOT NULL,
    UNIQUE (kind, who, day_on)
);
-- The administrator's page, newest first.
CREATE INDEX security_event_last ON security_event (last_at);

-- Who of the customer brought a file, and whether the customer sees it.
ALTER TABLE attachment ADD COLUMN contact_id BIGINT REFERENCES contact (id);
ALTER TABLE attachment ADD COLUMN visibility TEXT NOT NULL DEFAULT 'internal';

-- What was proposed to the customer: another deadline (`due_at`) or, without one, a waiver.
CREATE TABLE ticket_proposal (
    id           {id},
    ticket_id    BIGINT NOT NULL REFERENCES ticket (id),
    promise      TEXT NOT NULL,
    due_at       BIGINT,
    reason       TEXT NOT NULL,
    proposed_by  BIGINT REFERENCES account (id),
    proposed_at  BIGINT NOT NULL,
    answer       TEXT,
    answered_at  BIGINT,
    contact_id   BIGINT REFERENCES contact (id)
);
CREATE INDEX ticket_proposal_of_ticket ON ticket_proposal (ticket_id, id);

-- What the customer's people on duty noted at a site (C3.6).
CREATE TABLE duty_entry (
    id          {id},
    site_id     BIGINT NOT NULL REFERENCES site (id),
    duty_on     TEXT NOT NULL,
    shift       TEXT NOT NULL,
    person      TEXT NOT NULL,
    text        TEXT NOT NULL,
    contact_id  BIGINT REFERENCES contact (id),
    account_id  BIGINT REFERENCES account (id),
    written_at  BIGINT NOT NULL
);
-- A site's log, newest first, page by page.
CREATE INDEX duty_entry_of_site ON duty_entry (site_id, id);

CREATE TABLE duty_photo (
    id          {id},
    entry_id    BIGINT NOT NULL REFERENCES duty_entry (id),
    sha256      TEXT NOT NULL,
    bytes       BIGINT NOT NULL,
    media_type  TEXT NOT NULL,
    file_name   TEXT NOT NULL
);
CREATE INDEX duty_photo_of_entry ON duty_photo (entry_id, id);

-- Who of the customer allowed remote access, to what, from when to when, and how it was told (C4.7).
CREATE TABLE remote_consent (
    id           {id},
    ticket_id    BIGINT NOT NULL REFERENCES ticket (id),
    asset_id     BIGINT REFERENCES asset (id),
    target       TEXT NOT NULL,
    contact_id   BIGINT NOT NULL REFERENCES contact (id),
    way          TEXT NOT NULL,
    note         TEXT,
    from_at      BIGINT NOT NULL,
    until_at     BIGINT NOT NULL,
    given_at     BIGINT NOT NULL,
    -- Whether its beginning was told: one that begins later is told by the worker.
    begun        {bool} NOT NULL,
    recorded_by  BIGINT REFERENCES account (id),
    ended_at     BIGINT,
    end_cause    TEXT
);
CREATE INDEX remote_consent_of_ticket ON remote_consent (ticket_id, id);
-- The worker asks for those that begin or end next.
CREATE INDEX remote_consent_begin ON remote_consent (from_at) WHERE ended_at IS NULL AND NOT begun;
CREATE INDEX remote_consent_end ON remote_consent (until_at) WHERE ended_at IS NULL;

CREATE TABLE remote_session (
    id           {id},
    consent_id   BIGINT NOT NULL REFERENCES remote_consent (id),
    engineer_id  BIGINT NOT NULL REFERENCES account (id),
    started_at   BIGINT NOT NULL,
    ended_at     BIGINT,
    done         TEXT
);
CREATE INDEX remote_session_of_consent ON remote_session (consent_id, id);

-- The remote tool of a unit is a link; the tool itself is another program.
CREATE TABLE remote_link (
    id        {id},
    asset_id  BIGINT NOT NULL REFERENCES asset (id),
    label     TEXT NOT NULL,
    url       TEXT NOT NULL,
    added_at  BIGINT NOT NULL
);
CREATE INDEX remote_link_of_asset ON remote_link (asset_id, id);
