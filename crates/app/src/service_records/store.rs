//! Records of service, by site.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use jiff::civil::Date;
use rules::ids::{SiteId, UserId};
use rules::service_records::ServiceRecord;

row! {
    /// A record.
    #[derive(Clone, Debug, PartialEq)]
    pub struct RecordRow {
        pub id: i64,
        pub kind: String,
        pub done_on: Date,
        pub duty_log_reviewed: bool,
        pub trainee: Option<String>,
        pub days: Option<i64>,
        pub remark: Option<String>,
        pub recorder: Option<String>,
        pub recorded_at: Timestamp,
    }
}

type NewRow = (i64, String, Date, bool, Option<String>, Option<i64>, Option<String>, Option<i64>, Timestamp);

statements! {
    static OF_SITE: (i64, i64, i64) => RecordRow =
        "SELECT r.id, r.kind, r.done_on, r.duty_log_reviewed, r.trainee, r.days, r.remark, a.name AS recorder,
            r.recorded_at
         FROM service_record r LEFT JOIN account a ON a.id = r.recorded_by
         WHERE r.site_id = ?1 AND r.id < ?2 ORDER BY r.id DESC LIMIT ?3";
    static ADD: NewRow => (i64,) =
        "INSERT INTO service_record (site_id, kind, done_on, duty_log_reviewed, trainee, days, remark, recorded_by,
            recorded_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING id";
}

/// The records of a site, newest first, behind `after`.
pub fn list(tx: &mut Tx, site: SiteId, after: Option<i64>, most: i64) -> Result<Vec<RecordRow>, Error> {
    tx.all(&OF_SITE, (site.get(), after.unwrap_or(i64::MAX), most))
}

/// Keeps a record.
pub fn add(
    tx: &mut Tx,
    site: SiteId,
    record: &ServiceRecord,
    by: Option<UserId>,
    now: Timestamp,
) -> Result<i64, Error> {
    let training = record.training.as_ref();
    let values = (
        site.get(),
        record.kind.code(),
        record.done_on,
        record.duty_log_reviewed,
        training.map(|(name, _)| name.as_str()),
        training.map(|(_, days)| *days),
        record.remark.as_ref().map(rules::text::Line::as_str),
        by.map(UserId::get),
        now,
    );
    Ok(tx.one(&ADD, values)?.0)
}
