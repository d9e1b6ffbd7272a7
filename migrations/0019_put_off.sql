-- A history that is taken over puts the judgement of dockets off to its end: from which fact on, and since when.
ALTER TABLE docket ADD COLUMN put_off_from BIGINT;
ALTER TABLE docket ADD COLUMN put_off_at BIGINT;
-- What is to be judged yet, the longest waiting first.
CREATE INDEX docket_put_off ON docket (put_off_at, noun, noun_id) WHERE put_off_at IS NOT NULL;
