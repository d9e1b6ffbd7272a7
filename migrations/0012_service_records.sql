-- What was done for a site: visits and trained administrators (C2.6, C2.7, C3.6, C6.2).
CREATE TABLE service_record (
    id                 {id},
    site_id            BIGINT NOT NULL REFERENCES site (id),
    kind               TEXT NOT NULL,
    done_on            TEXT NOT NULL,
    duty_log_reviewed  {bool} NOT NULL,
    -- Who was trained, and for how many days; none for visits.
    trainee            TEXT,
    days               BIGINT,
    remark             TEXT,
    recorded_by        BIGINT REFERENCES account (id),
    recorded_at        BIGINT NOT NULL
);
-- A site's records, newest first, page by page.
CREATE INDEX service_record_of_site ON service_record (site_id, id);
