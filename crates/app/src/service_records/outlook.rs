//! What is ahead at a site: suggested visits that keep all its quotas with the fewest trips, and whether its faults ask
//! for more (C2.6, C2.7, C3.6).

use std::sync::Arc;

use db::Tx;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use maud::{Markup, PreEscaped, html};
use promise::kinds::Standing;
use promise::quota::{Dates, Trips, suggest};
use promise::rate::{Decision, Observed, Plan, Sentence, Stance};
use promise::terms::Rule;
use promise::{Calendars, Docket, Terms};
use rules::ids::{CustomerId, SiteId};

use crate::commitments::store as commitments;
use crate::contracts::store as contracts;
use crate::kernel::errors::Failure;
use crate::kernel::terms::Library;
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::records::owed::promise_title;

/// How far visits are suggested ahead.
const AHEAD_MONTHS: i64 = 6;
/// How many days before the last possible one a visit should rather be.
const SPARE_DAYS: u32 = 5;
/// Fewer days under observation say nothing that a plot could show.
const PLOTTED_FROM_DAYS: u32 = 28;
/// The noun of what a visit is counted by; other quotas count people, and no trip answers them.
const VISIT: &str = "visit";
/// The calendar of the days on which sites are visited.
const WORKING_DAYS: &str = "cn-workdays-5x8";

/// What the planner of a site looks at.
pub struct Outlook {
    terms: Arc<Terms>,
    today: Date,
    trips: Trips,
    /// The promises whose demands cannot be met any more, with the visits that are missing.
    unmet: Vec<(String, u32)>,
    faults: Option<Faults>,
}

/// What the last look at the faults of a site found.
struct Faults {
    promise: String,
    from: Timestamp,
    observed: Observed,
    decision: Decision,
}

/// Looks ahead for a site; none where no contract with promises covers it today.
pub fn of(
    tx: &mut Tx,
    library: &Library,
    (site, customer): (SiteId, CustomerId),
    zone: &TimeZone,
    now: Timestamp,
) -> Result<Option<Outlook>, Failure> {
    let today = now.to_zoned(zone.clone()).date();
    let Some(contract) = contracts::covering(tx, customer, Some(site), today)? else { return Ok(None) };
    let Some(commitment) = commitments::on_day(tx, contract, today)? else { return Ok(None) };
    let terms = library.terms(tx, commitment)?;
    let docket = ledger::docket(tx, &ledger::Subject::new("site", site.get()))?;
    Ok(docket.map(|docket| look(terms, &docket, today, zone)))
}

fn look(terms: Arc<Terms>, docket: &Docket, today: Date, zone: &TimeZone) -> Outlook {
    let last = today.saturating_add(AHEAD_MONTHS.months());
    let mut demands = Vec::new();
    let mut faults = None;
    for promise in terms.promises() {
        match (&promise.rule, docket.standing(promise.id.as_str())) {
            (Rule::Quota(rule), Some(Standing::Quota(standing))) if rule.per.as_deref() == Some(VISIT) => {
                if let Some(ahead) = Dates::new(today, last) {
                    let asked = standing.demands(rule, promise.id.as_str(), ahead);
                    // A window that reaches beyond the days looked at is asked for later.
                    demands.extend(asked.into_iter().filter(|demand| demand.dates.last < last));
                }
            }
            (Rule::Rate(rule), Some(Standing::Rate(standing))) => {
                let seen = standing.observed().zip(standing.decision(rule));
                faults = faults.or(seen.map(|((from, observed), decision)| Faults {
                    promise: promise.id.as_str().to_owned(),
                    from,
                    observed,
                    decision,
                }));
            }
            _ => {}
        }
    }
    let calendars = Calendars::shipped();
    let hours = calendars.get(WORKING_DAYS).map(|calendar| calendar.hours(zone.iana_name()));
    let is_open = |on: Date| hours.as_ref().is_none_or(|hours| hours.is_working_day(on));
    let trips = suggest(&demands, &[], SPARE_DAYS, is_open);
    let unmet = trips.unmet.iter().filter_map(|(place, n)| Some((demands.get(*place)?.promise.clone(), *n)));
    let unmet = unmet.collect();
    Outlook { terms, today, trips, unmet, faults }
}

impl Outlook {
    fn title(&self, l: &L10n, promise: &str) -> String {
        promise_title(l, Some(&self.terms), promise)
    }

    /// The cards of the page.
    pub fn cards(&self, l: &L10n) -> Markup {
        html! {
            (card(l.t("outlook-visits"), self.visits(l)))
            @if let Some(faults) = &self.faults { (card(l.t("outlook-faults"), self.faults(l, faults))) }
        }
    }

    fn visits(&self, l: &L10n) -> Markup {
        html! {
            @for (promise, n) in &self.unmet {
                (notice(Tone::Bad, l.ta("outlook-unmet", &[("promise", self.title(l, promise).into()), ("n", (*n).into())])))
            }
            @if self.trips.suggestions.is_empty() {
                p class="muted" { (l.t("outlook-no-visits")) }
            } @else {
                p class="muted" { (l.ta("outlook-visits-words", &[("n", self.trips.suggestions.len().into())])) }
                ol class="lines outlook-visits" { @for trip in &self.trips.suggestions { li {
                    span {
                        strong { (l.date(trip.on)) }
                        " " @for work in &trip.works { (badge(self.title(l, work))) " " }
                    }
                    small {
                        @if trip.movable.first != trip.movable.last {
                            (l.ta("outlook-movable", &[("from", l.date(trip.movable.first.max(self.today)).into()), ("to", l.date(trip.movable.last).into())]))
                        }
                    }
                } } }
            }
        }
    }

    fn faults(&self, l: &L10n, faults: &Faults) -> Markup {
        let decision = &faults.decision;
        let state = match (decision.now, decision.plan) {
            (Stance::PeriodicOnly, _) => chip(Tone::Met, Icon::OnTime, l.t("outlook-periodic")),
            (Stance::Irregular, Some(Plan::PostOnSite)) => chip(Tone::Bad, Icon::Risk, l.t("outlook-post")),
            (Stance::Irregular, Some(Plan::Every { days })) => {
                chip(Tone::Risk, Icon::Risk, l.ta("outlook-every", &[("days", days.into())]))
            }
            (Stance::Irregular, None) => chip(Tone::Risk, Icon::Risk, l.t("outlook-irregular")),
        };
        html! {
            p { (self.title(l, &faults.promise)) " " (state) }
            @if faults.observed.observed_days >= PLOTTED_FROM_DAYS { (plot(l, faults)) }
            @else { p class="muted" { (l.ta("outlook-too-soon", &[("days", faults.observed.observed_days.into())])) } }
            ul class="reasoning" { @for sentence in decision.sentences() { li { (said(l, &sentence)) } } }
        }
    }
}

/// A sentence of the reasoning, its figures with as many digits as they deserve.
fn said(l: &L10n, sentence: &Sentence) -> String {
    let figure = |name: &str, value: f64| match name {
        "confidence" => format!("{:.0}", value * 100.0),
        _ if value.fract() == 0.0 => format!("{value:.0}"),
        "p" => format!("{value:.3}"),
        _ => format!("{value:.2}"),
    };
    let args: Vec<_> =
        sentence.args.iter().map(|(name, value)| (*name, figure(name, *value).into())).collect();
    l.ta(sentence.code, &args).into_owned()
}

/// The faults as they came, one step each, against the visits that are promised and the trend that was fitted.
fn plot(l: &L10n, faults: &Faults) -> Markup {
    const WIDTH: f64 = 480.0;
    const HEIGHT: f64 = 150.0;
    let Faults { observed, decision, .. } = faults;
    let days = f64::from(observed.observed_days).max(1.0);
    let visits = decision.periodic_per_year * days / promise::rate::DAYS_PER_YEAR;
    let most = (observed.all.len() as f64).max(visits).max(1.0);
    let x = |day: f64| day / days * WIDTH;
    let y = |count: f64| HEIGHT - count / most * (HEIGHT - 10.0);
    let mut times = observed.all.clone();
    times.sort_by(f64::total_cmp);
    let mut steps = format!("M0 {:.1}", y(0.0));
    for (n, day) in times.iter().enumerate() {
        steps.push_str(&format!("H{:.1}V{:.1}", x(*day), y(n as f64 + 1.0)));
    }
    steps.push_str(&format!("H{WIDTH}"));
    let fitted = decision.trend.power_law.map(|law| {
        let points = (0..=48).map(|step| {
            let day = days * f64::from(step) / 48.0;
            format!("{:.1},{:.1}", x(day), y((law.lambda * day.powf(law.beta)).min(most)))
        });
        points.collect::<Vec<_>>().join(" ")
    });
    let day = |at: Timestamp| l.date(at.to_zoned(l.zone.clone()).date());
    let (first, last) =
        (faults.from, faults.from + jiff::SignedDuration::from_hours(24 * i64::from(observed.observed_days)));
    let args = [
        ("faults", observed.all.len().into()),
        ("maintenance", observed.from_maintenance.len().into()),
        ("days", observed.observed_days.into()),
    ];
    html! {
        figure class="rate-plot" {
            svg viewBox="0 -4 480 160" role="img" aria-label=(l.ta("outlook-plot-said", &args)) {
                line class="rate-axis" x1="0" y1="150" x2="480" y2="150" {}
                line class="rate-visits" x1="0" y1=(format!("{:.1}", y(0.0))) x2="480" y2=(format!("{:.1}", y(visits))) {}
                @if let Some(points) = &fitted { polyline class="rate-fitted" points=(points) {} }
                path class="rate-faults" d=(PreEscaped(&steps)) {}
                @for day in &observed.from_maintenance { circle class="rate-maintenance" cx=(format!("{:.1}", x(*day))) cy="150" r="3.5" {} }
            }
            p class="coverage-ends" { span { (day(first)) } span { (day(last)) } }
            figcaption {
                span class="key rate-key-faults" { (l.t("outlook-key-faults")) }
                span class="key rate-key-maintenance" { (l.t("outlook-key-maintenance")) }
                span class="key rate-key-visits" { (l.t("outlook-key-visits")) }
                @if fitted.is_some() { span class="key rate-key-fitted" { (l.t("outlook-key-fitted")) } }
            }
        }
    }
}
