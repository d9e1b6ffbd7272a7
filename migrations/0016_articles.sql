-- The support database (C7.4): articles, their editions and files, what they did for tickets, what was not found;
-- documents for the customer on a ticket.

CREATE TABLE article (
    id            {id},
    kind          TEXT NOT NULL,
    state         TEXT NOT NULL,
    visibility    TEXT NOT NULL,
    title         TEXT NOT NULL,
    -- Markdown.
    symptom       TEXT,
    cause         TEXT,
    solution      TEXT,
    workaround    TEXT,
    -- One product a line, the versions behind a colon.
    affected      TEXT,
    owner_id      BIGINT REFERENCES account (id),
    review_on     TEXT,
    -- Counts the texts that were kept; `version` counts every change.
    edition       BIGINT NOT NULL,
    version       BIGINT NOT NULL,
    created_by    BIGINT REFERENCES account (id),
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    published_at  BIGINT,
    -- Tickets that it is linked with, and what the customer's people answered to "did this help?".
    used_count    BIGINT NOT NULL,
    yes_count     BIGINT NOT NULL,
    no_count      BIGINT NOT NULL
);
-- What has to be looked at again.
CREATE INDEX article_review ON article (review_on) WHERE state = 'published';
-- The list of the portal, newest first.
CREATE INDEX article_for_customers ON article (id) WHERE state = 'published' AND visibility = 'public';

-- Products of the registry that an article names; the page of a product lists its articles.
CREATE TABLE article_product (
    article_id  BIGINT NOT NULL REFERENCES article (id),
    product_id  BIGINT NOT NULL REFERENCES product (id),
    PRIMARY KEY (article_id, product_id)
);
CREATE INDEX article_of_product ON article_product (product_id, article_id);
-- An article names a product by its model.
CREATE INDEX product_model ON product (model);

-- Every text that an article had, as its form.
CREATE TABLE article_edition (
    article_id  BIGINT NOT NULL REFERENCES article (id),
    edition     BIGINT NOT NULL,
    form        TEXT NOT NULL,
    edited_by   BIGINT REFERENCES account (id),
    edited_at   BIGINT NOT NULL,
    PRIMARY KEY (article_id, edition)
);

CREATE TABLE article_file (
    id          {id},
    article_id  BIGINT NOT NULL REFERENCES article (id),
    sha256      TEXT NOT NULL,
    bytes       BIGINT NOT NULL,
    media_type  TEXT NOT NULL,
    file_name   TEXT NOT NULL,
    added_by    BIGINT REFERENCES account (id),
    added_at    BIGINT NOT NULL,
    removed_at  BIGINT
);
CREATE INDEX article_file_of_article ON article_file (article_id, id);

-- Tickets that have to do with an article. `found_at`: the problem became a known one by it; `sent_at`: the customer
-- was sent the way out.
CREATE TABLE article_ticket (
    article_id  BIGINT NOT NULL REFERENCES article (id),
    ticket_id   BIGINT NOT NULL REFERENCES ticket (id),
    linked_by   BIGINT REFERENCES account (id),
    linked_at   BIGINT NOT NULL,
    found_at    BIGINT,
    sent_at     BIGINT,
    PRIMARY KEY (article_id, ticket_id)
);
CREATE INDEX article_ticket_of_ticket ON article_ticket (ticket_id, article_id);

-- What a contact answered to "did this help?"; the last answer counts.
CREATE TABLE article_answer (
    article_id   BIGINT NOT NULL REFERENCES article (id),
    contact_id   BIGINT NOT NULL REFERENCES contact (id),
    helped       {bool} NOT NULL,
    answered_at  BIGINT NOT NULL,
    PRIMARY KEY (article_id, contact_id)
);

-- Questions that found nothing, without who asked.
CREATE TABLE article_gap (
    id            {id},
    question      TEXT NOT NULL,
    question_key  TEXT NOT NULL UNIQUE,
    asked_count   BIGINT NOT NULL,
    first_at      BIGINT NOT NULL,
    last_at       BIGINT NOT NULL
);
-- The page of gaps: what was asked most often, first.
CREATE INDEX article_gap_asked ON article_gap (asked_count, id);
-- The oldest are forgotten.
CREATE INDEX article_gap_last ON article_gap (last_at);

-- A diagnosis or a plan as it was delivered to the customer, and when they read it (C7.4).
CREATE TABLE ticket_document (
    id            {id},
    ticket_id     BIGINT NOT NULL REFERENCES ticket (id),
    kind          TEXT NOT NULL,
    title         TEXT NOT NULL,
    text          TEXT NOT NULL,
    written_by    BIGINT REFERENCES account (id),
    contact_id    BIGINT REFERENCES contact (id),
    delivered_at  BIGINT NOT NULL,
    read_at       BIGINT,
    read_by       BIGINT REFERENCES contact (id)
);
CREATE INDEX ticket_document_of_ticket ON ticket_document (ticket_id, id);
