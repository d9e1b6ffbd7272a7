//! Calendars at their edges: nights, clock changes, holidays, make-up days, changed hours, months that end early.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::DateTime;
use promise::calendar::{Calendar, Calendars, Hours};
use promise::figure::Figure;

fn hours(rules: &str, zone: &str) -> Arc<Hours> {
    let text = format!("id = \"c\"\nversion = \"1\"\nzone = \"{zone}\"\n{rules}\n");
    Calendar::read(&text, &Calendars::shipped()).unwrap_or_else(|e| panic!("{e:#?}\n{text}")).hours(None)
}

/// An instant by the wall clock of the calendar; `+08:00` at the end picks one of two.
fn at(hours: &Hours, text: &str) -> Timestamp {
    if let Ok(at) = text.parse() {
        return at;
    }
    let local: DateTime = text.replace(' ', "T").parse().unwrap_or_else(|_| panic!("{text}"));
    hours.zone().to_timestamp(local).unwrap()
}

/// Holds a figure to a deadline, both by the wall clock.
fn check(hours: &Hours, start: &str, figure: &str, expected: &str) {
    let due = Figure::read(figure).unwrap().due_at(hours, at(hours, start), None);
    let found = due.map(|due| hours.local(due).strftime("%Y-%m-%d %H:%M").to_string());
    assert_eq!(found.as_deref(), Some(expected), "{figure} from {start}");
}

#[test]
fn a_night_shift_reaches_over_midnight_and_belongs_to_its_first_day() {
    let nights = hours(
        "[hours]\nfri = \"22:00-06:00\"\nsat = \"22:00-06:00\"\n\
         [[holiday]]\nname = \"off\"\non = 2026-01-10",
        "Asia/Shanghai",
    );
    // Friday the 9th; Saturday the 10th is a holiday, which does not cut Friday's night.
    check(&nights, "2026-01-09 21:00", "8h", "2026-01-10 06:00");
    check(&nights, "2026-01-10 05:00", "1h", "2026-01-10 06:00");
    check(&nights, "2026-01-10 05:00", "2h", "2026-01-16 23:00");
    assert!(nights.is_open(at(&nights, "2026-01-10 00:00")));
    assert!(!nights.is_open(at(&nights, "2026-01-10 06:00")), "closed at its end");
    assert!(!nights.is_open(at(&nights, "2026-01-10 23:00")), "the holiday's own night is off");
}

#[test]
fn a_night_on_which_the_clock_changes_has_an_hour_less_or_more() {
    let nights = hours("[hours]\nsat = \"22:00-06:00\"", "Europe/Berlin");
    let length = |start: &str, end: &str| nights.elapsed(at(&nights, start), at(&nights, end)) / 60_000_000;
    assert_eq!(length("2026-03-28 22:00", "2026-03-29 06:00"), 7 * 60, "02:00 becomes 03:00");
    assert_eq!(length("2026-10-24 22:00", "2026-10-25 06:00"), 9 * 60, "03:00 becomes 02:00");
    assert_eq!(length("2026-11-07 22:00", "2026-11-08 06:00"), 8 * 60);
    check(&nights, "2026-03-28 22:00", "7h", "2026-03-29 06:00");
    check(&nights, "2026-10-24 22:00", "9h", "2026-10-25 06:00");
}

#[test]
fn half_an_hour_is_lost_and_won_on_lord_howe() {
    let always = hours("[hours]\nevery_day = \"00:00-24:00\"", "Australia/Lord_Howe");
    // On 5 April 2026 the clock goes back from 02:00 to 01:30; on 4 October forward from 02:00 to 02:30.
    check(&always, "2026-04-05 00:00", "3h", "2026-04-05 02:30");
    check(&always, "2026-10-04 00:00", "3h", "2026-10-04 03:30");
    let early = hours("[hours]\nsun = \"01:00-03:00\"", "Australia/Lord_Howe");
    let length = |start: &str, end: &str| early.elapsed(at(&early, start), at(&early, end)) / 60_000_000;
    assert_eq!(length("2026-04-05 00:00", "2026-04-05 12:00"), 150);
    assert_eq!(length("2026-10-04 00:00", "2026-10-04 12:00"), 90);
    assert_eq!(length("2026-10-11 00:00", "2026-10-11 12:00"), 120);
}

#[test]
fn an_opening_that_the_clock_skips_is_at_the_change() {
    let early = hours("[hours]\nsun = \"02:30-06:00\"", "Europe/Berlin");
    let length = |start: &str, end: &str| early.elapsed(at(&early, start), at(&early, end)) / 60_000_000;
    assert_eq!(length("2026-03-29 00:00", "2026-03-29 12:00"), 180, "02:30 does not exist: open from 03:00");
    check(&early, "2026-03-29 00:00", "1h", "2026-03-29 04:00");
}

#[test]
fn make_up_days_are_worked_and_holidays_are_not() {
    let calendars = Calendars::shipped();
    let office = calendars.get("cn-workdays-5x8").unwrap().hours(None);
    check(&office, "2026-02-14 09:00", "8h", "2026-02-14 18:00"); // a Saturday
    check(&office, "2026-02-14 17:00", "2h", "2026-02-24 10:00"); // over the Spring Festival
    check(&office, "2026-09-30 17:00", "2h", "2026-10-08 10:00");
    check(&office, "2026-10-09 17:00", "2h", "2026-10-10 10:00"); // a Saturday again
    check(&office, "2026-02-14 10:00", "1 working day", "2026-02-24 10:00");
    check(&office, "2026-02-13 20:00", "1 working day", "2026-02-24 09:00"); // moves to Saturday's opening first
    check(&office, "2026-02-13 20:00", "next working day", "2026-02-14 18:00");
    check(&office, "2026-02-14 10:00", "next working day by 12:00", "2026-02-24 12:00");
    check(&office, "2026-02-14 10:00", "same working day by close", "2026-02-14 18:00");
    check(&office, "2026-02-14 16:00", "next working day cutoff 15:00", "2026-02-25 18:00");
}

#[test]
fn hours_change_from_a_date_on_and_leave_the_past() {
    let calendar = hours(
        "[hours]\nweekdays = \"09:00-17:00\"\n[[from]]\non = 2026-03-02\n[from.hours]\nweekdays = \"08:00-20:00\"",
        "Asia/Shanghai",
    );
    check(&calendar, "2026-02-27 09:00", "8h", "2026-02-27 17:00");
    check(&calendar, "2026-02-27 16:00", "2h", "2026-03-02 09:00");
    check(&calendar, "2026-03-02 08:00", "12h", "2026-03-02 20:00");
}

#[test]
fn a_part_of_a_day_can_be_closed() {
    let calendar = hours(
        "[hours]\nweekdays = [\"09:00-12:00\", \"13:00-18:00\"]\n\
         [[closure]]\nname = \"power cut\"\non = 2026-03-03\nhours = \"11:00-15:00\"",
        "Asia/Shanghai",
    );
    check(&calendar, "2026-03-03 10:00", "2h", "2026-03-03 16:00");
    check(&calendar, "2026-03-03 11:30", "0 min", "2026-03-03 15:00");
}

#[test]
fn months_end_early_and_years_leap() {
    let always = hours("[hours]\nevery_day = \"00:00-24:00\"", "Asia/Shanghai");
    for (start, figure, expected) in [
        ("2026-01-31 10:00", "1 month", "2026-02-28 10:00"),
        ("2024-01-31 10:00", "1 month", "2024-02-29 10:00"),
        ("2024-02-29 10:00", "1 year", "2025-02-28 10:00"),
        ("2024-02-29 10:00", "4 years", "2028-02-29 10:00"),
        ("2026-11-30 10:00", "3 months", "2027-02-28 10:00"),
        ("2026-12-31 23:59", "1 calendar day", "2027-01-01 23:59"),
        ("2026-03-10 10:00", "2 weeks by close", "2026-03-25 00:00"),
        ("2024-02-28 10:00", "24h", "2024-02-29 10:00"),
    ] {
        check(&always, start, figure, expected);
    }
}

#[test]
fn calendar_days_keep_the_wall_clock_over_a_change() {
    let always = hours("[hours]\nevery_day = \"00:00-24:00\"", "Europe/Berlin");
    check(&always, "2026-03-28 12:00", "1 calendar day", "2026-03-29 12:00");
    check(&always, "2026-03-28 12:00", "24h", "2026-03-29 13:00");
    check(&always, "2026-03-28 02:30", "1 calendar day", "2026-03-29 03:30");
}

#[test]
fn a_site_is_counted_in_its_own_zone() {
    let calendars = Calendars::shipped();
    let text = "id = \"c\"\nversion = \"1\"\nzone = \"site\"\nfallback_zone = \"Asia/Shanghai\"\n[hours]\nweekdays = \"09:00-17:00\"\n";
    let calendar = Calendar::read(text, &calendars).unwrap();
    let start: Timestamp = "2026-01-05T00:00:00Z".parse().unwrap();
    for (zone, expected) in [
        (Some("Asia/Urumqi"), "2026-01-05T04:00:00Z"),
        (Some("Europe/London"), "2026-01-05T10:00:00Z"),
        (Some("Nowhere/Known"), "2026-01-05T02:00:00Z"),
        (None, "2026-01-05T02:00:00Z"),
    ] {
        let due = calendar.hours(zone).add(start, 3_600_000_000).unwrap();
        assert_eq!(due.to_string(), expected, "{zone:?}");
    }
}

#[test]
fn a_calendar_that_never_opens_gives_no_deadline() {
    let closed = hours("", "Asia/Shanghai");
    let start = at(&closed, "2026-01-05 09:00");
    assert_eq!(closed.add(start, 1), None);
    assert_eq!(closed.add_working_days(start, 1, promise::calendar::By::SameTime), None);
    assert_eq!(closed.elapsed(start, at(&closed, "2030-01-05 09:00")), 0);
}
