//! The notices of the State Council, paragraph by paragraph, mean the days that were off and worked.

mod shared;

use std::collections::BTreeSet;

use jiff::civil::Date;
use promise::calendar::notice;

#[test]
fn each_paragraph_means_the_days_that_were_announced() {
    let Some(folder) = shared::folder("calendar-cn") else { return };
    let (mut judged, mut wrong) = (0, Vec::new());
    for file in ["notice_text_cases.dev.json", "notice_text_cases.test.json"] {
        let Ok(text) = std::fs::read_to_string(folder.join(file)) else { continue };
        let cases: Vec<serde_json::Value> = serde_json::from_str(&text).expect("the file");
        for case in cases {
            judged += 1;
            let year = case["year"].as_i64().and_then(|year| i16::try_from(year).ok());
            let text = case["description"].as_str().expect("a paragraph");
            let days = case["expected"].as_array().expect("days");
            let expected: BTreeSet<(Date, bool)> = days
                .iter()
                .map(|day| {
                    let on = day["date"].as_str().expect("a date").parse().expect("a date");
                    (on, day["isOffDay"].as_bool().expect("off or not"))
                })
                .collect();
            let read: BTreeSet<(Date, bool)> = match notice::read(text, year) {
                Ok(read) => read
                    .holidays
                    .iter()
                    .flat_map(|holiday| {
                        let off = holiday.off.iter().map(|on| (*on, true));
                        off.chain(holiday.worked.iter().map(|on| (*on, false)))
                    })
                    .collect(),
                Err(error) => {
                    wrong.push(format!("{text}\n  {error}"));
                    continue;
                }
            };
            if read != expected {
                wrong.push(format!("{text}\n  read {read:?}\n  not  {expected:?}"));
            }
        }
    }
    assert!(judged >= 25, "only {judged} paragraphs were there");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
