//! The shipped Chinese calendar agrees with what was announced, on every date of 2024 to 2026.

mod shared;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use promise::Calendars;

#[test]
fn every_announced_date_is_worked_or_not_as_announced() {
    let Some(folder) = shared::folder("calendar-cn") else { return };
    let hours = Calendars::shipped().get("cn-workdays-5x8").expect("it is shipped").hours(None);
    let (mut judged, mut wrong) = (0, Vec::new());
    let mut reader = csv::Reader::from_path(folder.join("chinesecalendar-days.csv")).expect("the file");
    let mut exceptions = std::collections::HashMap::new();
    for row in reader.records() {
        let row = row.expect("a row");
        let on: Date = row[0].parse().expect("a date");
        exceptions.insert(on, &row[2] == "1");
    }
    for on in date(2024, 1, 1).series(1.day()).take_while(|on| *on <= date(2026, 12, 31)) {
        let plain = !matches!(on.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday);
        let expected = exceptions.get(&on).copied().unwrap_or(plain);
        judged += 1;
        if hours.is_working_day(on) != expected {
            wrong.push(on.to_string());
        }
    }
    assert_eq!(judged, 366 + 365 + 365);
    assert!(wrong.is_empty(), "{wrong:?}");
    assert_eq!(hours.known_until(), Some(date(2026, 12, 31)), "2027 is not announced, and is not guessed");
}

#[test]
fn the_announced_holidays_are_named() {
    let Some(folder) = shared::folder("calendar-cn") else { return };
    let calendars = Calendars::shipped();
    let calendar = calendars.get("cn-public-holidays").expect("it is shipped");
    let ours: Vec<(Date, bool)> =
        calendar.exceptions().into_iter().map(|(on, _, worked)| (on, worked)).collect();
    let mut reader = csv::Reader::from_path(folder.join("holiday-cn.csv")).expect("the file");
    let mut announced: Vec<(Date, bool)> = reader
        .records()
        .map(|row| row.expect("a row"))
        .map(|row| (row[0].parse::<Date>().expect("a date"), &row[1] == "work"))
        .filter(|(on, _)| (2024..=2026).contains(&on.year()))
        .collect();
    announced.sort();
    assert_eq!(ours, announced);
}
