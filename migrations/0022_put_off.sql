-- What a history put off stands beside the dockets: it is noted with every batch, and a docket of years is long.
DROP INDEX docket_put_off;
CREATE TABLE docket_put_off (
    noun          TEXT NOT NULL,
    noun_id       BIGINT NOT NULL,
    -- The first fact that is not judged.
    from_seq      BIGINT NOT NULL,
    put_off_at    BIGINT NOT NULL,
    -- Whom it concerned last; as of its obligations.
    commitment_id BIGINT,
    contract_id   BIGINT,
    customer_id   BIGINT,
    site_id       BIGINT,
    PRIMARY KEY (noun, noun_id)
);
INSERT INTO docket_put_off (noun, noun_id, from_seq, put_off_at, commitment_id, contract_id, customer_id, site_id)
    SELECT noun, noun_id, put_off_from, put_off_at, commitment_id, contract_id, customer_id, site_id FROM docket
    WHERE put_off_at IS NOT NULL;
-- What is to be judged yet, the longest waiting first.
CREATE INDEX docket_put_off_since ON docket_put_off (put_off_at, noun, noun_id);
ALTER TABLE docket DROP COLUMN put_off_from;
ALTER TABLE docket DROP COLUMN put_off_at;
