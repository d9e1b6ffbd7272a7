//! What is wrong in a file is said with its place, what was expected, and the nearest known word.

use promise::{Calendar, Calendars, Terms};

/// The start of a good file; each case adds to it.
const GOOD: &str = r#"id = "x"
version = 1
[[clause]]
id = "A"
text = "within 4 hours"
[[promise]]
id = "p"
kind = "clock"
clause = "A"
start = "ticket.reported"
stop = "ticket.closed"
calendar = "24x7"
within = "4h"
"#;

fn problems(text: &str) -> String {
    match Terms::compile(text, &Calendars::shipped()) {
        Ok(_) => String::new(),
        Err(problems) => problems.iter().map(|p| format!("{p}\n")).collect(),
    }
}

/// Replaces words of the good file, and holds the complaint to every one of these.
fn check(from: &str, to: &str, complaint: &[&str]) {
    assert!(GOOD.contains(from), "{from}");
    let found = problems(&GOOD.replacen(from, to, 1));
    for words in complaint {
        assert!(found.contains(words), "{to}: expected {words:?}, found\n{found}");
    }
}

#[test]
fn the_good_file_is_good() {
    assert_eq!(problems(GOOD), "");
}

#[test]
fn each_slip_is_found_at_its_place() {
    check("start =", "strat =", &["10:1: promise.p.strat: unknown key `strat`; did you mean `start`?"]);
    check("start =", "strat =", &["6:1: promise.p: the key `start` is missing"]);
    check("\"clock\"", "\"clok\"", &["8:8: promise.p.kind: unknown kind `clok`; did you mean `clock`?"]);
    check("clause = \"A\"", "clause = \"AA\"", &["9:10:", "unknown clause `AA`", "(expected `A`)"]);
    check("\"24x7\"", "\"24x8\"", &["12:12:", "unknown calendar `24x8`; did you mean `24x7`?"]);
    check("\"24x7\"", "\"cn-public-holidays\"", &["12:12:", "has no opening hours"]);
    check("\"4h\"", "\"3 days\"", &["13:10:", "say `working days` or `calendar days`"]);
    check("\"4h\"", "\"soon\"", &["13:10:", "`soon` is not a figure", "`4h`", "`next working day by 12:00`"]);
    check("\"4h\"", "4", &["13:10:", "found a number (expected a figure in quotes as `4h`)"]);
    check("\"4h\"", "\"999999 working days\"", &["13:10:", "out of range"]);
    check("\"ticket.reported\"", "\"ticket reported\"", &["10:9:", "is not the name of a fact"]);
    check(
        "\"ticket.closed\"",
        "{ on = \"ticket.closed\", wen = {} }",
        &["unknown key `wen`; did you mean `when`?"],
    );
    check("version = 1\n", "", &["1:1: the key `version` is missing"]);
    check("version = 1", "version = 1\neffective_on = 2026-13-01", &["3:16:", "month"]);
    check(
        "version = 1",
        "version = 1\neffective_on = \"2026-02-30\"",
        &["3:16:", "`2026-02-30` is not a date"],
    );
    check("within = \"4h\"", "", &["the key `within` is missing"]);
    check("calendar = \"24x7\"\n", "", &["no calendar is named"]);
    check(
        "\"4h\"",
        "\"4h\"\ndebtor = \"custmer\"",
        &["14:10:", "unknown party `custmer`; did you mean `customer`?"],
    );
    check("\"4h\"", "\"4h\"\nwarn_at = [2]", &["14:12: promise.p.warn_at[1]: is not a time to warn at"]);
    check("id = \"x\"", "id = \"\"", &["1:6: id: `id` is empty"]);
    check("text =", "text = \"a\"\ntitle = 3 #", &["found a number (expected a text in quotes)"]);
    check("[[clause]]", "[[clause]\n", &["3:"]);
}

#[test]
fn a_value_that_an_attribute_does_not_have_is_found() {
    let declared = "[attribute.severity]\nvalues = [\"level1\", \"level2\"]\n[[clause]]";
    let text = GOOD.replacen("[[clause]]", declared, 1);
    let by = text.replace("\"4h\"", "{ by = \"severity\", level1 = \"1h\", levle2 = \"2h\" }");
    let found = problems(&by);
    assert!(
        found.contains("15:44: promise.p.within.levle2: unknown severity `levle2`; did you mean `level2`?"),
        "{found}"
    );
    let scope = text.replace("start =", "scope = { severity = \"level9\" }\nstart =");
    assert!(problems(&scope).contains("unknown severity `level9`"), "{}", problems(&scope));
}

#[test]
fn what_stands_twice_is_found() {
    let twice = format!("{GOOD}{}", &GOOD[GOOD.find("[[promise]]").unwrap_or(0)..]);
    assert!(
        problems(&twice).contains("14:1: promise[2]: the promise `p` stands twice"),
        "{}",
        problems(&twice)
    );
}

#[test]
fn one_run_shows_all_that_is_wrong() {
    let text =
        GOOD.replace("start =", "strat =").replace("\"4h\"", "\"soon\"").replace("\"24x7\"", "\"24x8\"");
    assert_eq!(problems(&text).lines().count(), 4, "{}", problems(&text));
}

#[test]
fn slips_in_a_calendar_are_found_at_their_place() {
    const CALENDAR: &str =
        "id = \"c\"\nversion = \"1\"\nzone = \"Asia/Shanghai\"\n[hours]\nweekdays = \"09:00-17:00\"\n";
    for (from, to, complaint) in [
        (
            "Asia/Shanghai",
            "Asia/Shangai",
            "3:8: zone: unknown time zone `Asia/Shangai`; did you mean `Asia/Shanghai`?",
        ),
        ("weekdays", "weekday", "5:1: hours.weekday: unknown key `weekday`; did you mean `weekdays`?"),
        ("09:00-17:00", "9-5", "5:12: hours.weekdays: `9-5` is not an interval of the day"),
        ("09:00-17:00", "09:00-25:00", "is not an interval of the day"),
        ("\"09:00-17:00\"", "[\"09:00-12:00\", \"11:00-13:00\"]", "overlaps the one before"),
        ("[hours]", "[[holiday]]\nname = \"x\"\non = 2026-02-30\n[hours]", "6:6:"),
        (
            "[hours]",
            "[[holiday]]\nname = \"x\"\nfrom = 2026-03-02\nto = 2026-03-01\n[hours]",
            "is not a span of days",
        ),
        ("[hours]", "days_from = \"cn\"\n[hours]", "unknown calendar `cn`"),
    ] {
        let found = Calendar::read(&CALENDAR.replacen(from, to, 1), &Calendars::shipped())
            .map(|_| String::new())
            .unwrap_or_else(|problems| problems.iter().map(|p| format!("{p}\n")).collect());
        assert!(found.contains(complaint), "{to}: found\n{found}");
    }
}
