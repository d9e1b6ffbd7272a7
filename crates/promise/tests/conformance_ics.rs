//! Whole iCalendar files of others: each is read or refused with a line, and holidays fall where they should.

mod shared;

use jiff::civil::{Date, date};
use promise::calendar::ics::Feed;

#[test]
fn each_file_is_read_or_refused_cleanly() {
    let Some(folder) = shared::folder("icalendar-rrule") else { return };
    let files = shared::files(&folder.join("ics"), ".ics");
    assert!(!files.is_empty());
    let (mut read, mut refused) = (0, 0);
    for file in files {
        let name = file.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = String::from_utf8_lossy(&std::fs::read(&file).expect("the file")).into_owned();
        match Feed::read(&text).and_then(|feed| feed.calendar(&name, None)) {
            Ok(_) => read += 1,
            Err(error) => {
                assert!(error.line >= 1 && error.line <= text.lines().count().max(1), "{name}: {error}");
                refused += 1;
            }
        }
        if name.starts_with("zammad-calendar") {
            let feed = Feed::read(&text).expect("a calendar in daily use");
            assert!(!feed.days().expect("its days").off.is_empty(), "{name} has holidays");
        }
    }
    println!("{read} calendars read, {refused} refused");
    assert!(read > 0);
}

#[test]
fn a_holiday_repeats_each_year() {
    let Some(folder) = shared::folder("icalendar-rrule") else { return };
    let text = std::fs::read_to_string(folder.join("ics/zammad-calendar1.ics")).expect("the file");
    let days = Feed::read(&text).expect("a calendar").days().expect("its days");
    assert_eq!(days.off.get(&date(2016, 12, 24)).map(String::as_str), Some("Christmas1"));
    assert!(!days.off.contains_key(&date(2016, 12, 25)));
    assert_eq!(days.known_until, None, "it goes on for ever");
}

#[test]
fn the_feed_of_chinese_holidays_gives_the_announced_days() {
    let Some(folder) = shared::folder("calendar-cn") else { return };
    let mut reader = csv::Reader::from_path(folder.join("holiday-cn.csv")).expect("the file");
    let announced: Vec<(Date, bool, String)> = reader
        .records()
        .map(|row| row.expect("a row"))
        .map(|row| (row[0].parse().expect("a date"), &row[1] == "work", row[3].to_owned()))
        .collect();
    for year in ["2024", "2025", "2026"] {
        let text = std::fs::read_to_string(folder.join(format!("{year}.holiday-cn.ics"))).expect("the file");
        let days = Feed::read(&text).expect("a calendar").days().expect("its days");
        let mut ours: Vec<(Date, bool)> = days.off.keys().map(|on| (*on, false)).collect();
        ours.extend(days.worked.keys().map(|on| (*on, true)));
        ours.sort();
        let mut theirs: Vec<(Date, bool)> = announced
            .iter()
            .filter(|(_, _, announced_for)| announced_for == year)
            .map(|(on, worked, _)| (*on, *worked))
            .collect();
        theirs.sort();
        assert_eq!(ours, theirs, "{year}");
    }
}
