//! Calendars of others, by cases.

use super::*;

fn feed(events: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nX-WR-CALNAME:Test\r\nX-WR-TIMEZONE:Europe/Berlin\r\n{events}END:VCALENDAR\r\n"
    )
}

fn event(lines: &str) -> String {
    format!("BEGIN:VEVENT\r\n{}\r\nEND:VEVENT\r\n", lines.replace('\n', "\r\n"))
}

#[test]
fn whole_days_are_off_unless_they_say_that_they_are_worked() {
    let text = feed(&format!(
        "{}{}{}{}",
        event(
            "UID:1\nSUMMARY:Christmas\\, both\n  days\nDTSTART;VALUE=DATE:20241225\nDTEND;VALUE=DATE:20241227\nRRULE:FREQ=YEARLY"
        ),
        event("UID:2\nSUMMARY:上班(补元旦假期)\nDTSTART;VALUE=DATE:20260104"),
        event("UID:3\nSUMMARY:Gone\nSTATUS:CANCELLED\nDTSTART;VALUE=DATE:20260105"),
        event("UID:1\nSUMMARY:Moved\nRECURRENCE-ID;VALUE=DATE:20261225\nDTSTART;VALUE=DATE:20261228"),
    ));
    let read = Feed::read(&text).unwrap();
    let days = read.days().unwrap();
    let off = |y: i16, m: i8, d: i8| days.off.get(&Date::new(y, m, d).unwrap()).map(String::as_str);
    assert_eq!(off(2025, 12, 25), Some("Christmas, both days"));
    assert_eq!(off(2025, 12, 26), Some("Christmas, both days"));
    assert_eq!(off(2025, 12, 27), None, "the end of an event is the day after its last");
    assert_eq!((off(2026, 12, 25), off(2026, 12, 28)), (None, Some("Moved")));
    assert_eq!(off(2099, 12, 26), Some("Christmas, both days"));
    assert_eq!(off(2026, 1, 5), None, "what was cancelled does not count");
    assert_eq!(days.worked.len(), 1);
}

#[test]
fn times_of_day_are_opening_hours() {
    let text = feed(&format!(
        "{}{}{}",
        event(
            "UID:1\nSUMMARY:Open\nDTSTART;TZID=Europe/Berlin:20260105T090000\nDTEND;TZID=Europe/Berlin:20260105T170000\nRRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\nEXDATE;TZID=Europe/Berlin:20260109T090000"
        ),
        event("UID:2\nSUMMARY:Late opening\nDTSTART:20260110T090000Z\nDURATION:PT2H"),
        event("UID:3\nSUMMARY:Holiday\nDTSTART;VALUE=DATE:20260106"),
    ));
    let calendar = Feed::read(&text).unwrap().calendar("shop", None).unwrap();
    let hours = calendar.hours(None);
    let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
    let next = |text: &str| hours.next_open(at(text)).unwrap().to_string();
    assert_eq!(next("2026-01-05T00:00:00Z"), "2026-01-05T08:00:00Z");
    assert_eq!(next("2026-01-05T20:00:00Z"), "2026-01-07T08:00:00Z", "the 6th is a holiday");
    assert_eq!(
        next("2026-01-08T20:00:00Z"),
        "2026-01-10T09:00:00Z",
        "the 9th is left out, the 10th opens late"
    );
    assert_eq!(
        next("2026-07-03T20:00:00Z"),
        "2026-07-06T07:00:00Z",
        "by the clock on the wall in summer too"
    );
    let written = calendar.to_toml(jiff::civil::date(2026, 1, 1), jiff::civil::date(2030, 12, 31));
    let again = Calendar::read(&written, &super::super::Calendars::new()).unwrap().hours(None);
    for day in 1..=28 {
        let at = at(&format!("2026-01-{day:02}T00:00:00Z"));
        assert_eq!(again.next_open(at), hours.next_open(at), "written and read again: {written}");
    }
    let mut known = super::super::Calendars::new();
    known.add_file("calendars/shop.ics", &text).unwrap();
    assert!(known.get("shop").is_some(), "by the name of its file");
}

#[test]
fn what_cannot_be_read_is_refused_with_its_line() {
    for (text, expected) in [
        ("BEGIN:VCARD\nEND:VCARD\n", "line 1: BEGIN: `VCARD` begins outside a calendar"),
        ("", "line 1: this is no calendar"),
        (
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n",
            "line 3: END: `VCALENDAR` ends, but `VEVENT` began in line 2",
        ),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:2026\n", "line 3: DTSTART: `2026` is not a date or a time"),
        (
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nRRULE:FREQ=OFTEN\n",
            "line 3: RRULE: `OFTEN` is not a value of `FREQ`",
        ),
        ("BEGIN:VCALENDAR\nwords\n", "line 2: is not of the form NAME:VALUE"),
        (
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=Mars/Base:20260101T000000\n",
            "line 3: DTSTART: unknown time zone `Mars/Base`",
        ),
        ("BEGIN:VCALENDAR\n", "line 1: `VCALENDAR` has no end"),
    ] {
        let error = Feed::read(text).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{text:?}: {error}");
    }
    let often = feed(&event("UID:1\nDTSTART:20260101T000000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY"));
    let error = Feed::read(&often).unwrap().calendar("x", None).unwrap_err();
    assert!(error.message.contains("more than"), "{error}");
}
