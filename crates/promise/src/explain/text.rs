//! An explanation in plain English or Chinese, for the command line and for stories in tests.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Explanation, Step};

/// The language of a rendered explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Chinese,
    English,
}

/// Renders an explanation, one line a step, in the time zone that the deadline was counted in.
pub fn text(explanation: &Explanation, language: Language) -> String {
    let zone = explanation.zone.as_deref().and_then(|zone| TimeZone::get(zone).ok()).unwrap_or(TimeZone::UTC);
    let (clause, terms) = (&explanation.clause, &explanation.terms);
    let or_none = |word: Option<&str>| word.unwrap_or("-").to_owned();
    let figure = or_none(explanation.figure.as_deref());
    let calendar = or_none(explanation.calendar.as_deref());
    let entry = explanation.entry.as_deref().map(|entry| format!(" [{entry}]")).unwrap_or_default();
    let mut lines = vec![match language {
        Language::English => {
            format!("{clause} of {terms}{entry}: {figure} on {calendar}, {zone}", zone = name(&zone))
        }
        Language::Chinese => {
            format!("{terms} 第 {clause} 条{entry}:{figure},日历 {calendar},时区 {zone}", zone = name(&zone))
        }
    }];
    lines.extend(explanation.steps.iter().map(|step| line(step, &zone, language)));
    lines.join("\n")
}

fn name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("UTC")
}

fn line(step: &Step, zone: &TimeZone, language: Language) -> String {
    let when = match step.to {
        Some(to) => format!("{} – {}", clock(step.from, zone), clock(to, zone)),
        None => clock(step.from, zone),
    };
    let words = match language {
        Language::English => english(step, zone),
        Language::Chinese => chinese(step, zone),
    };
    let fact = match (step.fact, language) {
        (Some(seq), Language::English) => format!(" (fact {seq})"),
        (Some(seq), Language::Chinese) => format!("(事实 {seq})"),
        (None, _) => String::new(),
    };
    format!("  {when}  {words}{fact}")
}

fn clock(at: Timestamp, zone: &TimeZone) -> String {
    let local = zone.to_datetime(at);
    let format = if local.second() == 0 { "%Y-%m-%d %H:%M" } else { "%Y-%m-%d %H:%M:%S" };
    local.strftime(format).to_string()
}

/// Writes seconds as `4h 05min`.
fn length(seconds: i64, language: Language) -> String {
    let (h, min, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let (hour, minute, second) = match language {
        Language::English => ("h", "min", "s"),
        Language::Chinese => ("小时", "分", "秒"),
    };
    let mut parts = Vec::new();
    if h > 0 {
        parts.push(format!("{h}{hour}"));
    }
    if min > 0 || (h == 0 && s == 0) {
        parts.push(format!("{min}{minute}"));
    }
    if s > 0 {
        parts.push(format!("{s}{second}"));
    }
    parts.join(" ")
}

fn moment(step: &Step, name: &str, zone: &TimeZone) -> String {
    step.arg(name).and_then(|at| at.parse().ok()).map(|at| clock(at, zone)).unwrap_or_default()
}

fn english(step: &Step, zone: &TimeZone) -> String {
    let arg = |name| step.arg(name).unwrap_or("");
    let counted = length(step.counted_s, Language::English);
    let back = length(arg("given_back_s").parse().unwrap_or(0), Language::English);
    let none = |word: &str| if word.is_empty() { "no entry".to_owned() } else { word.to_owned() };
    match step.code {
        "why-started" => "the clock starts".to_owned(),
        "why-counted" => format!("counts: {counted}"),
        "why-counted-makeup" => format!("counts: {counted}, {}", arg("name")),
        "why-counted-run" => format!("counts: {counted} in opening hours"),
        "why-days" => format!("counts: {} working day(s)", arg("days")),
        "why-days-by-the-calendar" => format!("counts: {} day(s) by the calendar", arg("days")),
        "why-moved-to-opening" => "outside opening hours: the start moves to the next opening".to_owned(),
        "why-closed" => "outside opening hours, does not count".to_owned(),
        "why-closed-days" => format!("{} day(s) without opening hours, do not count", arg("days")),
        "why-holiday" => format!("{}, {} day(s), do not count", arg("name"), arg("days")),
        "why-paused" => {
            format!("paused, waiting for {}: {}; {back} given back", none(arg("addressee")), arg("question"))
        }
        "why-amended" => {
            format!(
                "both agreed on {} with {}: {}",
                moment(step, "due_at", zone),
                arg("contact"),
                arg("reason")
            )
        }
        "why-rederived" => {
            format!("derived anew from the start: {} → {}", none(arg("from")), none(arg("to")))
        }
        "why-incomplete" => format!("did not count: {} missing", arg("missing")),
        "why-given" => format!("the deadline stands in the field `{}`", arg("field")),
        "why-no-figure" => "no figure was agreed".to_owned(),
        "why-holidays-unknown" => {
            format!(
                "the holidays of {} are not announced yet (known until {})",
                arg("year"),
                arg("known_until")
            )
        }
        "why-due" => "due".to_owned(),
        "why-ended" => format!("ended: {}", arg("state")),
        "why-quota" => format!("the window {} asks for {}", arg("entry"), arg("figure")),
        "why-rate" => format!("faults come more often than was promised: a visit {}", arg("figure")),
        "why-coverage" => format!("charged as the entry decides: {}", arg("entry")),
        "why-gate" if arg("entry").is_empty() => "passed with every need fulfilled".to_owned(),
        "why-gate" => format!("passed {}", arg("entry")),
        "why-roster" => format!("nobody for {} ({})", arg("entry"), arg("figure")),
        "why-stock" => format!("below the minimum: {} ({})", arg("entry"), arg("figure")),
        other => other.to_owned(),
    }
}

fn chinese(step: &Step, zone: &TimeZone) -> String {
    let arg = |name| step.arg(name).unwrap_or("");
    let counted = length(step.counted_s, Language::Chinese);
    let back = length(arg("given_back_s").parse().unwrap_or(0), Language::Chinese);
    let none = |word: &str| if word.is_empty() { "无适用条目".to_owned() } else { word.to_owned() };
    match step.code {
        "why-started" => "开始计时".to_owned(),
        "why-counted" => format!("计入 {counted}"),
        "why-counted-makeup" => format!("计入 {counted},{}", arg("name")),
        "why-counted-run" => format!("营业时间内计入 {counted}"),
        "why-days" => format!("计入 {} 个工作日", arg("days")),
        "why-days-by-the-calendar" => format!("计入 {} 个自然日", arg("days")),
        "why-moved-to-opening" => "不在工作时间,自下一工作时段起算".to_owned(),
        "why-closed" => "非工作时间,不计入".to_owned(),
        "why-closed-days" => format!("{} 天非工作日,不计入", arg("days")),
        "why-holiday" => format!("{},{} 天,不计入", arg("name"), arg("days")),
        "why-paused" => {
            format!("暂停,等待{}答复:{};顺延 {back}", none(arg("addressee")), arg("question"))
        }
        "why-amended" => {
            format!(
                "双方约定改为 {},联系人 {}:{}",
                moment(step, "due_at", zone),
                arg("contact"),
                arg("reason")
            )
        }
        "why-rederived" => format!("自最初起点重新推算:{} → {}", none(arg("from")), none(arg("to"))),
        "why-incomplete" => format!("不作数,缺少:{}", arg("missing")),
        "why-given" => format!("期限以字段“{}”所载为准", arg("field")),
        "why-no-figure" => "未约定时限".to_owned(),
        "why-holidays-unknown" => format!("{} 年节假日尚未公布(已知至 {})", arg("year"), arg("known_until")),
        "why-due" => "到期".to_owned(),
        "why-ended" => format!("结束:{}", verdict(arg("state"))),
        "why-quota" => format!("周期 {} 应完成:{}", arg("entry"), arg("figure")),
        "why-rate" => format!("故障频率高于承诺的维护频率,应上门:{}", arg("figure")),
        "why-coverage" => format!("按适用条目计费:{}", arg("entry")),
        "why-gate" if arg("entry").is_empty() => "前置条件全部满足".to_owned(),
        "why-gate" => format!("未满足前置条件即进行:{}", arg("entry")),
        "why-roster" => format!("无人值守:{}({})", arg("entry"), arg("figure")),
        "why-stock" => format!("低于最低库存:{}({})", arg("entry"), arg("figure")),
        other => other.to_owned(),
    }
}

fn verdict(state: &str) -> &str {
    match state {
        "met" => "按时履约",
        "late" => "逾期完成",
        "breached" => "未履约",
        "waived" => "客户豁免",
        "void" => "失效",
        other => other,
    }
}
