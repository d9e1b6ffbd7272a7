use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use promise::{Calendars, Terms};

use super::*;
use crate::layout::l10n::Locale;

const EXAMPLES: [&str; 6] = [
    include_str!("../../../../../commitments/examples/boston311.toml"),
    include_str!("../../../../../commitments/examples/four-hours-with-credits.toml"),
    include_str!("../../../../../commitments/examples/next-business-day.toml"),
    include_str!("../../../../../commitments/examples/quarterly-average.toml"),
    include_str!("../../../../../commitments/examples/silver-gold-remote.toml"),
    include_str!("../../../../../commitments/examples/tiers.toml"),
];

fn l(locale: Locale) -> L10n {
    L10n::new(locale, TimeZone::UTC, Timestamp::UNIX_EPOCH)
}

fn terms(text: &str) -> Terms {
    Terms::compile(text, &Calendars::shipped()).unwrap()
}

fn standard() -> Terms {
    terms(crate::commitments::publish::STANDARD)
}

fn sentence(locale: Locale, terms: &Terms, id: &str) -> String {
    say(&l(locale), terms, terms.promise(id).unwrap()).sentence
}

#[test]
fn each_kind_is_said_as_a_person_would_say_it() {
    let terms = standard();
    for (id, zh, en) in [
        (
            "emergency-arrival",
            "自报告或重新打开之时起，我公司须在4 小时（全天候）内做到：工程师到达现场（须写明工程师）。",
            "Within 4 hours (Round the clock) of the report or its reopening, the provider must bring about: arrival of an engineer on site (stating engineer).",
        ),
        (
            "repair-return",
            "自收到故障件之时起，我公司须在1 个月（全天候）内做到：返还客户。",
            "Within 1 month (Round the clock) of receipt of the faulty part, the provider must bring about: return to the customer.",
        ),
        (
            "faulty-part-return",
            "自备件发出之时起，甲方须在15 个自然日（全天候）内做到：收到故障件。",
            "Within 15 calendar days (Round the clock) of sending of the spare, the customer must bring about: receipt of the faulty part.",
        ),
        (
            "monthly-inspection",
            "自网点服务开始起，每个自然月，我公司须完成：完成上门（工作为巡检、须写明已查看值班记录），至少 1 次。",
            "From start of service at the site, in each calendar month, the provider must complete: a finished visit (work is inspection, stating duty log reviewed), at least 1.",
        ),
        (
            "repair-in-warranty",
            "保修期之内，且工作为维修或维护：人工免费、零配件免费、差旅免费。",
            "during the warranty and work is repair or maintenance: labour free, parts free, travel free.",
        ),
        (
            "no-hanging-up",
            "通话结束（挂断方为我方）之前，必须满足下列条件。",
            "Before end of the call (who ended it is our agent), the following must be fulfilled.",
        ),
        (
            "critical-parts",
            "我公司须使每种关键部件的库存不低于最低数（设定最低库存）。",
            "the provider must keep each critical part at or above its minimum (the minimum that was set).",
        ),
    ] {
        assert_eq!(sentence(Locale::ZhHans, &terms, id), zh, "{id}");
        assert_eq!(sentence(Locale::En, &terms, id), en, "{id}");
    }
}

#[test]
fn figures_by_level_stand_in_rows_and_penalties_below() {
    let terms = standard();
    let respond = say(&l(Locale::ZhHans), &terms, terms.promise("respond").unwrap());
    let rows: Vec<String> = respond.rows.iter().map(|(name, value)| format!("{name} {value}")).collect();
    for expected in [
        "适用范围 类别为故障",
        "时限 级别为一级：12 小时（全天候）",
        "时限 级别为紧急：不计时",
        "暂停计时 提问并等待答复（等待对象不是我方同事或原厂商、须写明等待对象、问题）",
        "提前提醒 用去 50% 时、用去 75% 时、用去 90% 时",
    ] {
        assert!(rows.iter().any(|row| row == expected), "{expected}\n{rows:#?}");
    }
    let credits = self::terms(EXAMPLES[1]);
    let said = say(&l(Locale::En), &credits, credits.promise("arrival").unwrap());
    let follows: Vec<&str> = said
        .rows
        .iter()
        .filter(|(name, _)| name == "What follows")
        .map(|(_, words)| words.as_str())
        .collect();
    assert!(follows[0].starts_with("number of breaches of "), "{follows:#?}");
    assert!(follows.contains(&"at least 1, for each breach: a credit of 2% of the fee"), "{follows:#?}");
    assert!(follows.contains(&"At most: a credit of 20% of the fee"), "{follows:#?}");
}

/// Words of the program's own facts and fields never fall back to their codes, in any language.
#[test]
fn nothing_in_the_shipped_commitment_is_said_as_a_code() {
    let terms = standard();
    let mut codes = BTreeSet::new();
    for locale in Locale::ALL {
        for promise in terms.promises() {
            let said = say(&l(locale), &terms, promise);
            let all = said.rows.iter().map(|(_, words)| words).chain([&said.sentence, &said.title]);
            for words in all {
                let is_code = |word: &str| {
                    word.contains('_')
                        || word.starts_with("plain-")
                        || word.contains('.') && word.len() > 1 && word.trim_end_matches('.').contains('.')
                };
                codes.extend(
                    words
                        .split([' ', '，', '（', '）', '：', '“', '”'])
                        .filter(|w| is_code(w))
                        .map(|w| format!("{locale:?} {}: {w}", promise.id)),
                );
                assert!(!words.is_empty() && !words.contains("\u{2013}"), "{} {words}", promise.id);
            }
        }
    }
    assert!(codes.is_empty(), "{codes:#?}");
}

#[test]
fn every_promise_of_the_examples_can_be_said() {
    for text in EXAMPLES {
        let terms = terms(text);
        for promise in terms.promises() {
            for locale in Locale::ALL {
                assert!(!say(&l(locale), &terms, promise).sentence.is_empty(), "{}", promise.id);
            }
        }
    }
}
