-- Dockets: what is owed about a noun that lives long and hears of facts of others, as a site of its tickets and visits.

-- The facts that a promise about this noun heeds, whosever story they are of.
CREATE TABLE docket_fact (
    noun     TEXT NOT NULL,
    noun_id  BIGINT NOT NULL,
    seq      BIGINT NOT NULL REFERENCES fact (seq),
    PRIMARY KEY (noun, noun_id, seq)
);

-- Where the engine stands with it, so that the next fact is folded on and not all of them again. `body` can be
-- thrown away: it follows from the facts. Empty while nothing was folded.
CREATE TABLE docket (
    noun     TEXT NOT NULL,
    noun_id  BIGINT NOT NULL,
    body     TEXT NOT NULL,
    -- Whom it concerned last; as of its obligations.
    commitment_id BIGINT,
    contract_id BIGINT,
    customer_id BIGINT,
    site_id  BIGINT,
    -- When time alone changes what is owed: a window closes, a gap begins.
    look_at  BIGINT,
    PRIMARY KEY (noun, noun_id)
);
-- What the duty that lets time pass has to look at next.
CREATE INDEX docket_look ON docket (look_at) WHERE look_at IS NOT NULL;
