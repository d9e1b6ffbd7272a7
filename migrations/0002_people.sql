-- People of the company: accounts, how they prove who they are, where they are signed in, teams, tokens.

CREATE TABLE account (
    id              {id},
    login           TEXT NOT NULL UNIQUE,
    name            TEXT NOT NULL,
    email           TEXT,
    phone           TEXT,
    role            TEXT NOT NULL,
    locale          TEXT,
    zone            TEXT,
    theme           TEXT NOT NULL,
    version         BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    deactivated_at  BIGINT
);

-- What proves who somebody is, by kind: a password now; second factors and sign-on are further kinds.
CREATE TABLE credential (
    id          {id},
    account_id  BIGINT NOT NULL REFERENCES account (id),
    kind        TEXT NOT NULL,
    label       TEXT NOT NULL,
    secret      TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    used_at     BIGINT,
    UNIQUE (account_id, kind, label)
);

CREATE TABLE session (
    id          {id},
    account_id  BIGINT NOT NULL REFERENCES account (id),
    token_hash  {blob} NOT NULL UNIQUE,
    agent       TEXT NOT NULL,
    address     TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    seen_at     BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
);

CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_expiry ON session (expires_at);

-- A link that works once: to set the house up, or to set a password.
CREATE TABLE one_time_link (
    id          {id},
    token_hash  {blob} NOT NULL UNIQUE,
    purpose     TEXT NOT NULL,
    account_id  BIGINT REFERENCES account (id),
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
);

CREATE TABLE api_token (
    id          {id},
    account_id  BIGINT NOT NULL REFERENCES account (id),
    name        TEXT NOT NULL,
    token_hash  {blob} NOT NULL UNIQUE,
    scopes      TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT,
    used_at     BIGINT,
    revoked_at  BIGINT
);

CREATE INDEX api_token_account ON api_token (account_id);

CREATE TABLE team (
    id           {id},
    name         TEXT NOT NULL UNIQUE,
    note         TEXT,
    version      BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    archived_at  BIGINT
);

CREATE TABLE team_member (
    team_id     BIGINT NOT NULL REFERENCES team (id),
    account_id  BIGINT NOT NULL REFERENCES account (id),
    added_at    BIGINT NOT NULL,
    PRIMARY KEY (team_id, account_id)
);

CREATE INDEX team_member_account ON team_member (account_id);
