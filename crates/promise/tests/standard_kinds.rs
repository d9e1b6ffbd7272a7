//! The shipped commitment beyond its clocks: a short story for each promise of the other kinds, and what holds for any
//! facts whatever.

use jiff::{SignedDuration, Timestamp};
use promise::{About, Calendars, Data, Docket, Fact, Obligation, Subject, Terms, judge};
use proptest::prelude::*;
use std::sync::LazyLock;

static TERMS: LazyLock<Terms> = LazyLock::new(|| {
    let text = include_str!("../../../commitments/standard.toml");
    Terms::compile(text, &Calendars::shipped()).unwrap_or_else(|problems| {
        panic!("{}", problems.iter().map(|p| format!("{p}\n")).collect::<String>())
    })
});

/// `2026-01-05T09:00 visit.finished visit=1 work=inspection`, a line each, at Shanghai time.
fn facts(noun: &str, story: &str) -> Vec<Fact> {
    let fact = |(seq, line): (usize, &str)| {
        let mut words = line.split_whitespace();
        let at: Timestamp = format!("{}:00+08:00", words.next().unwrap()).parse().unwrap();
        let name = words.next().unwrap();
        let data = words.fold(Data::new().with("zone", "Asia/Shanghai"), |data, word| {
            let (key, value) = word.split_once('=').unwrap();
            match value.parse::<i64>() {
                Ok(whole) => data.with(key, whole),
                Err(_) => data.with(key, value),
            }
        });
        let fact = Fact::new(seq as u64 + 1, name, at, About::new().with(noun, "12"), data);
        Fact { by: "user:3".to_owned(), ..fact }
    };
    story.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate().map(fact).collect()
}

fn told(obligation: &Obligation) -> String {
    let entry = obligation.entry.as_deref().map(|entry| format!(" [{entry}]")).unwrap_or_default();
    format!("{}{entry} {}", obligation.promise, obligation.state.as_str())
}

/// The obligations of one promise after a story.
fn check(noun: &str, promise: &str, story: &str, want: &[&str]) {
    let mut docket = Docket::of(Subject::new(noun, "12"));
    for fact in &facts(noun, story) {
        docket.fold(&TERMS, fact).unwrap();
    }
    let of_promise = docket.obligations().iter().filter(|o| o.promise.as_str() == promise);
    let got: Vec<String> = of_promise.map(told).collect();
    assert_eq!(got, want, "{story}");
}

#[test]
fn c2_3_everyone_who_operates_is_trained() {
    let story = "2026-01-05T09:00 operator.rostered operator=1
        2026-01-05T09:01 operator.rostered operator=2
        2026-01-10T09:00 operator.trained operator=1";
    check("site", "operators-trained", story, &["operators-trained [1/2] running"]);
    let trained = format!("{story}\n2026-01-11T09:00 operator.trained operator=2");
    check("site", "operators-trained", &trained, &["operators-trained [2/2] met"]);
    let newcomer = format!("{trained}\n2026-02-01T09:00 operator.rostered operator=3");
    check(
        "site",
        "operators-trained",
        &newcomer,
        &["operators-trained [2/2] met", "operators-trained [2/3] running"],
    );
    let gone = format!("{newcomer}\n2026-02-02T09:00 operator.left operator=3");
    check(
        "site",
        "operators-trained",
        &gone,
        &["operators-trained [2/2] met", "operators-trained [2/2] met"],
    );
}

#[test]
fn c3_6_an_inspection_counts_with_the_duty_log() {
    let story = "2026-01-01T00:00 site.service_started from=2026-01-01 until=2026-03-31
        2026-01-20T09:00 visit.finished visit=1 work=inspection
        2026-02-10T09:00 visit.finished visit=2 work=inspection duty_log_reviewed=yes";
    check(
        "site",
        "monthly-inspection",
        story,
        &[
            "monthly-inspection [2026-01] breached",
            "monthly-inspection [2026-02] met",
            "monthly-inspection [2026-03] running",
        ],
    );
}

#[test]
fn c6_2_three_administrators_for_a_week_within_three_months() {
    let story = "2026-01-31T09:00 site.accepted
        2026-02-10T09:00 administrator.trained administrator=1 days=5
        2026-02-10T09:01 administrator.trained administrator=2 days=4
        2026-02-10T09:02 administrator.trained administrator=3 days=5";
    let entry = "administrators-trained [2026-01-31..2026-04-30]";
    check("site", "administrators-trained", story, &[&format!("{entry} running")]);
    let last_day = format!("{story}\n2026-04-30T23:59 administrator.trained administrator=2 days=5");
    check("site", "administrators-trained", &last_day, &[&format!("{entry} met")]);
    let day_after = format!("{story}\n2026-05-01T00:00 administrator.trained administrator=2 days=5");
    check("site", "administrators-trained", &day_after, &[&format!("{entry} breached")]);
}

#[test]
fn c1_2_the_plan_rests_on_the_survey() {
    for (story, want) in [
        ("2026-01-05T09:00 plan.issued", "[without survey, cited-survey] breached"),
        ("2026-01-05T09:00 plan.issued survey=3", "[without survey] breached"),
        ("2026-01-04T09:00 survey.finished\n2026-01-05T09:00 plan.issued", "[without cited-survey] breached"),
        ("2026-01-04T09:00 survey.finished\n2026-01-05T09:00 plan.issued survey=3", "met"),
    ] {
        check("prospect", "plan-after-survey", story, &[&format!("plan-after-survey {want}")]);
    }
}

#[test]
fn c2_1_a_stage_opens_after_the_one_before_it() {
    let promise = "site-in-place-after-line-test";
    let tested = "2026-01-04T09:00 stage.passed stage=line_test
        2026-01-04T10:00 line.tested line=A-1 result=failed";
    let open = "2026-01-05T09:00 stage.opened stage=site_in_place";
    check("works", promise, open, &[&format!("{promise} [without line-test] breached")]);
    check(
        "works",
        promise,
        &format!("{tested}\n{open}"),
        &[&format!("{promise} [without failed-lines] breached")],
    );
    let mended = format!("{tested}\n2026-01-04T11:00 line.tested line=A-1 result=passed\n{open}");
    check("works", promise, &mended, &[&format!("{promise} met")]);
    let accepted = format!(
        "{tested}\n2026-01-04T11:00 stage.deviation_accepted stage=site_in_place reason=later accepted_by=contact:4\n{open}"
    );
    check("works", promise, &accepted, &[&format!("{promise} [without failed-lines] waived")]);
}

#[test]
fn c4_2_the_agent_does_not_hang_up() {
    for (story, want) in [
        ("2026-01-05T09:00 call.ended ended_by=caller", &[][..]),
        ("2026-01-05T09:00 call.ended ended_by=agent outcome=solved", &["no-hanging-up met"]),
        ("2026-01-05T09:00 call.ended ended_by=agent", &["no-hanging-up [without outcome] breached"]),
    ] {
        check("call", "no-hanging-up", story, want);
    }
}

#[test]
fn c4_7_remote_access_needs_consent_in_force() {
    let promise = "remote-access-by-consent";
    let given = "2026-01-05T09:00 remote.consent_given contact=contact:4 until=2026-01-05T11:00:00+08:00";
    for (story, want) in [
        ("2026-01-05T09:30 remote.session_started".to_owned(), "[without consent] breached"),
        (format!("{given}\n2026-01-05T10:59 remote.session_started"), "met"),
        (format!("{given}\n2026-01-05T11:00 remote.session_started"), "[without consent] breached"),
        (
            format!(
                "{given}\n2026-01-05T10:00 remote.consent_ended\n2026-01-05T10:30 remote.session_started"
            ),
            "[without consent] breached",
        ),
        // Consent that names nobody is none.
        (
            "2026-01-05T09:00 remote.consent_given\n2026-01-05T09:30 remote.session_started".to_owned(),
            "[without consent] breached",
        ),
    ] {
        check("ticket", promise, &story, &[&format!("{promise} {want}")]);
    }
}

#[test]
fn c6_3_a_course_needs_its_three_parts() {
    let two = "2026-01-05T09:00 session.held part=principles\n2026-01-06T09:00 session.held part=operation";
    let lacking = format!("{two}\n2026-01-07T09:00 certificate.issued");
    check("course", "whole-curriculum", &lacking, &["whole-curriculum [without curriculum] breached"]);
    let whole =
        format!("{two}\n2026-01-07T09:00 session.held part=emergency\n2026-01-07T17:00 certificate.issued");
    check("course", "whole-curriculum", &whole, &["whole-curriculum met"]);
}

#[test]
fn c2_6_the_dedicated_engineer_is_never_vacant() {
    let story = "2026-01-01T00:00 engineer.appointed duty=1 person=Li from=2026-01-01T00:00:00+08:00 to=2026-01-11T00:00:00+08:00
        2026-01-01T00:01 contract.started";
    let gap = "dedicated-engineer [2026-01-11 00:00..2026-01-31 00:01 0/1 not rostered]";
    check("contract", "dedicated-engineer", story, &[&format!("{gap} running")]);
    let next =
        "engineer.appointed duty=2 person=Wang from=2026-01-10T00:00:00+08:00 to=2029-01-01T00:00:00+08:00";
    let in_time = format!("{story}\n2026-01-09T10:00 {next}");
    check("contract", "dedicated-engineer", &in_time, &[&format!("{gap} met")]);
    let vacant = format!("{story}\n2026-01-12T10:00 {next}");
    check("contract", "dedicated-engineer", &vacant, &[&format!("{gap} breached")]);
}

#[test]
fn c7_7_a_channel_that_is_down_is_a_breach_of_its_own() {
    let story = "2026-01-01T00:00 channel.opened
        2026-01-05T03:00 channel.went_down leave=1 reason=timeout";
    let docket = judge(&TERMS, &facts("channel", story));
    assert_eq!(docket.obligations().len(), 1);
    assert_eq!(docket.obligations()[0].state.as_str(), "running");
    let back = format!("{story}\n2026-01-05T03:20 channel.came_back leave=1");
    let docket = judge(&TERMS, &facts("channel", &back));
    let states: Vec<_> = docket.obligations().iter().map(|o| o.state.as_str()).collect();
    assert_eq!(states, ["breached"]);
}

#[test]
fn the_shipped_prices_are_those_that_were_agreed() {
    let accepted = "2023-06-15T10:00 asset.accepted\n2022-12-01T10:00 asset.trial_started\n2023-07-01T10:00 asset.put_in_operation";
    for (charge, want) in [
        (
            "2026-06-15T23:00 work.charged work=repair cause=equipment parts=free",
            "claim-before-the-end-of-warranty [parts free] met",
        ),
        (
            "2026-06-15T23:00 work.charged work=repair cause=operation parts=cost",
            "parts-of-another-cause [parts cost] met",
        ),
        (
            "2026-06-16T00:00 work.charged work=repair cause=equipment parts=cost",
            "cost-after-warranty [parts cost] met",
        ),
        (
            "2026-06-16T00:00 work.charged work=repair cause=equipment parts=preferential",
            "cost-after-warranty [parts cost but charged preferential] breached",
        ),
        ("2026-06-16T00:00 work.charged work=repair labour=free", "repair-after-warranty [labour free] met"),
        (
            "2030-01-01T00:00 work.charged work=expansion done_by=us parts=cost",
            "upgrade-by-us [parts cost] met",
        ),
        (
            "2030-01-01T00:00 work.charged work=expansion parts=preferential",
            "upgrade-for-ten-years [parts preferential] met",
        ),
        (
            "2033-01-01T00:00 work.charged work=expansion parts=preferential",
            "upgrade [parts preferential] met",
        ),
        (
            "2026-07-01T00:00 work.charged work=software_upgrade parts=list",
            "software-for-three-years [parts free but charged list] breached",
        ),
        (
            "2026-07-02T00:00 work.charged work=software_upgrade parts=preferential",
            "software-after-three-years [parts preferential] met",
        ),
        (
            "2026-07-02T00:00 work.charged work=software_upgrade manufacturer_price=free parts=free",
            "software-free-by-the-manufacturer [parts free] met",
        ),
        (
            "2026-07-02T00:00 work.charged work=install_customer_bought labour=free",
            "installing-what-the-customer-bought [labour free] met",
        ),
    ] {
        let docket = judge(&TERMS, &facts("asset", &format!("{accepted}\n{charge}")));
        let got: Vec<String> = docket.obligations().iter().map(told).collect();
        assert_eq!(got, [want], "{charge}");
    }
}

/// Facts of one noun, by chance: any that the commitment watches, with fields that matter to some promise.
fn any_facts(noun: &'static str) -> impl Strategy<Value = Vec<Fact>> {
    let mut names: Vec<String> = TERMS
        .promises()
        .iter()
        .filter(|promise| &*promise.subject == noun)
        .flat_map(|promise| promise.conditions.iter().map(|(_, condition)| condition.on.to_string()))
        .collect();
    names.sort();
    names.dedup();
    let fact = (prop::sample::select(names), 0_i64..20_000, 0_u8..4, 0_i64..5);
    prop::collection::vec(fact, 0..40).prop_map(move |facts| {
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let make = |(seq, (name, hour, id, number)): (usize, (String, i64, u8, i64))| {
            let at = start + SignedDuration::from_hours(hour);
            let word = ["a", "b", "c", "d"][usize::from(id)];
            let data = Data::new()
                .with("zone", "Europe/Berlin")
                .with("work", ["maintenance", "inspection", "advice", "repair"][usize::from(id)])
                .with("cause", ["maintenance", "equipment"][usize::from(id % 2)])
                .with("duty_log_reviewed", true)
                .with("part", ["principles", "operation", "emergency", "hardware"][usize::from(id)])
                .with("from", at + SignedDuration::from_hours(number))
                .with("to", at + SignedDuration::from_hours(number * 10))
                .with("person", word)
                .with("duty", word)
                .with("leave", word)
                .with("count", number)
                .with("minimum", number)
                .with("days", 5_i64)
                .with("visit", hour % 50)
                .with("operator", word)
                .with("administrator", word)
                .with("labour", ["free", "cost"][usize::from(id % 2)])
                .with("parts", ["free", "cost", "list", "preferential"][usize::from(id)]);
            Fact::new(seq as u64 + 1, &name, at, About::new().with(noun, "12"), data)
        };
        facts.into_iter().enumerate().map(make).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Folding one by one is judging all at once; a docket survives storage at any point; nothing that has ended
    /// without a new fact changes, and no obligation vanishes.
    #[test]
    fn whatever_happens_the_judgement_is_one(
        facts in prop_oneof![
            any_facts("site"), any_facts("rota"), any_facts("depot"), any_facts("asset"), any_facts("works"),
            any_facts("channel"), any_facts("contract"),
        ],
    ) {
        let mut sorted: Vec<&Fact> = facts.iter().collect();
        sorted.sort_by_key(|fact| fact.order());
        let Some(first) = sorted.first() else { return Ok(()) };
        let (noun, id) = first.about.iter().next().unwrap();
        let mut docket = Docket::of(Subject::new(noun, id));
        let mut count = 0;
        for fact in &sorted {
            docket.fold(&TERMS, fact).unwrap();
            prop_assert!(docket.obligations().len() >= count, "an obligation vanished");
            count = docket.obligations().len();
            let kept = serde_json::to_string(&docket).unwrap();
            docket = serde_json::from_str(&kept).unwrap();
        }
        let mut backwards = sorted.clone();
        backwards.reverse();
        let judged = judge(&TERMS, backwards);
        prop_assert_eq!(judged.obligations(), docket.obligations());
        for obligation in docket.obligations() {
            prop_assert!(!obligation.evidence.is_empty());
            if let Some(at) = obligation.state.ended_at() {
                prop_assert!(at <= sorted[sorted.len() - 1].at, "{:?}", obligation);
            }
        }
    }
}
