//! Mailboxes (邮箱) that are read from a mail server: where to go on, and when to try again (C7.2, C7.7).

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

/// The wait after the first failure; it doubles with each further one.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(1);
/// The longest wait between two tries.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(5);
/// How often a letter is fetched in vain before it is left where it lies, with an alarm.
pub const TRIES_MOST: i64 = 5;
/// How far back letters count as possibly missed when a server numbers a folder anew: it dates by its own day.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(48);

/// How long to wait after so many failures in a row.
pub fn wait_after(failures: u32) -> SignedDuration {
    (FIRST_WAIT * 2_i32.pow(failures.clamp(1, 16) - 1)).min(LONGEST_WAIT)
}

/// How far a folder was read. Units: numbers of the server, which grow with each letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The numbering; a server that lost it begins another.
    pub uid_validity: Option<i64>,
    /// Letters up to here are stored.
    pub taken_uid: i64,
    /// Letters up to here are marked or moved as well.
    pub settled_uid: i64,
    /// Letters that came to the folder before this day are none of ours.
    pub since_on: Option<Date>,
}

/// Decides where to go on in a folder.
///
/// `known` is what was read before, the last time at `read_at`; the server says `uid_validity` and the number that the
/// next letter will get. Where it numbers anew, all that came lately is looked at again: what was taken before is
/// recognised by its content.
pub fn go_on(
    known: Place,
    read_at: Option<Timestamp>,
    from_start: bool,
    uid_validity: i64,
    uid_next: Option<i64>,
) -> Place {
    match known.uid_validity {
        Some(same) if same == uid_validity => known,
        Some(_) => {
            let since = read_at.map(|at| (at - LOOK_BACK).to_zoned(TimeZone::UTC).date());
            let since_on = since.max(known.since_on);
            Place { uid_validity: Some(uid_validity), taken_uid: 0, settled_uid: 0, since_on }
        }
        None => {
            let last = uid_next.filter(|_| !from_start).map_or(0, |next| (next - 1).max(0));
            Place { uid_validity: Some(uid_validity), taken_uid: last, settled_uid: last, since_on: None }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_goes_on_where_it_ended_and_begins_anew_with_a_new_numbering() {
        let read_at: Timestamp = "2026-01-05T01:00:00Z".parse().unwrap();
        let at = |uid_validity, taken_uid, settled_uid, since_on: Option<&str>| Place {
            uid_validity,
            taken_uid,
            settled_uid,
            since_on: since_on.map(|day| day.parse().unwrap()),
        };
        let fresh = at(None, 0, 0, None);
        for (known, read_at, from_start, expected) in [
            (fresh, None, true, at(Some(7), 0, 0, None)),
            (fresh, None, false, at(Some(7), 41, 41, None)),
            (at(Some(7), 12, 10, None), Some(read_at), true, at(Some(7), 12, 10, None)),
            (at(Some(6), 12, 12, None), Some(read_at), false, at(Some(7), 0, 0, Some("2026-01-03"))),
            (
                at(Some(6), 12, 12, Some("2026-02-01")),
                Some(read_at),
                false,
                at(Some(7), 0, 0, Some("2026-02-01")),
            ),
            (at(Some(6), 12, 12, None), None, false, at(Some(7), 0, 0, None)),
        ] {
            assert_eq!(go_on(known, read_at, from_start, 7, Some(42)), expected, "{known:?}");
        }
        assert_eq!(
            go_on(fresh, None, false, 7, None),
            at(Some(7), 0, 0, None),
            "a server that does not tell"
        );
    }

    #[test]
    fn a_server_that_is_away_is_asked_ever_less_often() {
        let waits: Vec<i64> = (0..12).map(|failures| wait_after(failures).as_secs()).collect();
        assert_eq!(waits, [1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    }
}
