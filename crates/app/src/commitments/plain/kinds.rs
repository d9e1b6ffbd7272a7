//! One sentence for each kind of promise, and the rows that belong to it.

use promise::clock::Clock;
use promise::coverage::money::Price;
use promise::coverage::{Fits, Phase};
use promise::figure::Figure;
use promise::gate::{Deviations, What};
use promise::quota::{Partial, Window};
use promise::rate::BeginWhen;
use promise::terms::{Role, Rule};
use promise::{coverage, gate, quota, rate, roster, stock};

use super::Speech;
use crate::layout::l10n::L10n;

type Rows = Vec<(String, String)>;

/// The number of the first role that a need of a gate has; each need has two.
const FIRST_NEED: usize = 2;

pub(super) fn sentence(speech: &Speech<'_>, rows: &mut Rows) -> String {
    match &speech.promise.rule {
        Rule::Clock(clock) => speech.clock(clock, rows),
        Rule::Quota(rule) => speech.quota(rule, rows),
        Rule::Rate(rule) => speech.rate(rule, rows),
        Rule::Coverage(rule) => speech.coverage(rule, rows),
        Rule::Gate(rule) => speech.gate(rule, rows),
        Rule::Roster(rule) => speech.roster(rule, rows),
        Rule::Stock(rule) => speech.stock(rule, rows),
    }
}

/// What a period of coverage is called.
pub fn period_name(l: &L10n, period: &str) -> String {
    let known = format!("plain-period-{}", period.replace('_', "-"));
    if l.knows(&known) { l.t(&known) } else { l.ta("plain-period-other", &[("name", period.into())]) }
        .into_owned()
}

/// A price rule in words.
pub fn price_words(l: &L10n, price: Price) -> String {
    match price {
        Price::Free => l.t("plain-price-free"),
        Price::Cost => l.t("plain-price-cost"),
        Price::Preferential => l.t("plain-price-preferential"),
        Price::List => l.t("plain-price-list"),
        Price::ListLess(points) => {
            l.ta("plain-price-list-less", &[("share", hundredths_of_a_percent(i64::from(points)).into())])
        }
        Price::ManufacturerFee => l.t("plain-price-manufacturer"),
        Price::Fixed(money) => l.ta("plain-price-fixed", &[("amount", money.to_string().into())]),
        Price::ByAgreement => l.t("plain-price-agreed"),
    }
    .into_owned()
}

impl Speech<'_> {
    fn own_or_dash(&self, key: &str) -> String {
        self.own(key).unwrap_or_else(|| "\u{2013}".to_owned())
    }

    fn clock(&self, clock: &Clock, rows: &mut Rows) -> String {
        let facts = |role: Role| self.facts(role).unwrap_or_else(|| "\u{2013}".to_owned());
        let (start, stop, debtor) = (facts(Role::Start), facts(Role::Stop), self.debtor());
        let args = [("start", start.as_str()), ("stop", stop.as_str()), ("debtor", debtor.as_str())];
        let with = |name: &'static str, value: &str, key: &str| {
            let mut args = args.to_vec();
            args.push((name, value));
            self.ta(key, &args)
        };
        let mut sentence = match clock.entries.as_slice() {
            [only] if only.when.weight() == 0 => match &only.within {
                Figure::NoPromise => self.l.t("plain-clock-none").into_owned(),
                Figure::Unstated => self.ta("plain-clock-unstated", &args),
                Figure::Given { field } => with("field", &self.name(field), "plain-clock-given"),
                _ => with("within", &self.within(only), "plain-clock"),
            },
            entries => {
                for entry in entries {
                    let who = self.test(&entry.when);
                    let who = if who.is_empty() { self.l.t("plain-entry-rest").into_owned() } else { who };
                    let line = self.ta("plain-entry", &[("for", &who), ("within", &self.within(entry))]);
                    rows.push(self.row("plain-row-within", line));
                }
                self.ta("plain-clock-by", &args)
            }
        };
        if clock.repeats {
            sentence.push(' ');
            sentence.push_str(&self.l.t("plain-repeats"));
        }
        if let Some(entry) = clock.entries.iter().find(|entry| !entry.warnings.is_empty()) {
            rows.extend(self.warnings(&entry.warnings));
        }
        sentence
    }

    fn quota(&self, rule: &quota::promise::Rule, rows: &mut Rows) -> String {
        let count = self.own_or_dash("count");
        let debtor = self.debtor();
        let sentence = if rule.everyone {
            let among = self.own_or_dash("among");
            self.ta("plain-quota-everyone", &[("among", &among), ("debtor", &debtor), ("count", &count)])
        } else {
            let number = |key: &str, n: u32| self.l.ta(key, &[("n", n.into())]).into_owned();
            let number = match (rule.quota.at_least, rule.quota.at_most) {
                (Some(least), Some(most)) => {
                    let args = [("least", least.into()), ("most", most.into())];
                    self.l.ta("plain-least-most", &args).into_owned()
                }
                (Some(least), None) => number("plain-least", least),
                (None, Some(most)) => number("plain-most", most),
                (None, None) => String::new(),
            };
            let each = self.window(rule.quota.window);
            let start = self.own_or_dash("start");
            self.ta(
                "plain-quota",
                &[
                    ("start", &start),
                    ("each", &each),
                    ("debtor", &debtor),
                    ("count", &count),
                    ("number", &number),
                ],
            )
        };
        let mut add = |words: String| rows.push(self.row("plain-row-rule", words));
        if let Some(end) = self.own("end") {
            add(self.ta("plain-quota-until", &[("end", &end)]));
        }
        if let Some(per) = &rule.per {
            add(self.ta("plain-per", &[("per", &self.name(per))]));
        }
        if rule.late_counts {
            add(self.l.t("plain-late-counts").into_owned());
        }
        if is_repeated(rule.quota.window) && !rule.everyone {
            for (key, partial) in [
                ("plain-partial-first", rule.quota.first_partial),
                ("plain-partial-last", rule.quota.last_partial),
            ] {
                add(self.ta(key, &[("rule", &self.l.t(partial_key(partial)))]));
            }
        }
        rows.extend(self.warnings(&rule.warnings));
        sentence
    }

    pub(super) fn window(&self, window: Window) -> String {
        let n = |key: &str, n: u32| self.l.ta(key, &[("n", n.into())]).into_owned();
        match window {
            Window::Week => self.l.t("plain-window-week").into_owned(),
            Window::Month => self.l.t("plain-window-month").into_owned(),
            Window::Quarter => self.l.t("plain-window-quarter").into_owned(),
            Window::HalfYear => self.l.t("plain-window-half-year").into_owned(),
            Window::Year => self.l.t("plain-window-year").into_owned(),
            Window::MonthsFromStart(months) => n("plain-window-months", months),
            Window::DaysFromStart(days) => n("plain-window-days", days),
            Window::OnceWithinMonths(months) => n("plain-window-once-months", months),
            Window::OnceWithinDays(days) => n("plain-window-once-days", days),
            Window::Yearly(_) => self.l.t("plain-window-yearly").into_owned(),
            Window::WholeTerm => self.l.t("plain-window-whole-term").into_owned(),
        }
    }

    fn rate(&self, rule: &rate::promise::Rule, rows: &mut Rows) -> String {
        let terms = &rule.terms;
        let percent = |share: f64| format!("{:.0}%", share * 100.0);
        let begin = match terms.begin_when {
            BeginWhen::Observed => {
                self.ta("plain-rate-begin-observed", &[("n", &terms.faults_min.to_string())])
            }
            BeginWhen::Certain => self.ta(
                "plain-rate-begin-certain",
                &[("n", &terms.faults_min.to_string()), ("share", &percent(terms.confidence))],
            ),
        };
        rows.push(self.row("plain-row-rule", begin));
        let withdraw = self.ta("plain-rate-withdraw", &[("share", &percent(terms.withdraw_at))]);
        rows.push(self.row("plain-row-rule", withdraw));
        rows.extend(self.warnings(&rule.warnings));
        self.ta(
            "plain-rate",
            &[
                ("days", &terms.window_days.to_string()),
                ("counted", &self.own_or_dash("counted")),
                ("visits", &terms.periodic_per_year.to_string()),
                ("debtor", &self.debtor()),
                ("visit", &self.own_or_dash("visit")),
            ],
        )
    }

    fn coverage(&self, rule: &coverage::promise::Rule, rows: &mut Rows) -> String {
        let entry = &rule.entry;
        let mut when: Vec<String> = entry
            .periods
            .iter()
            .map(|(period, phases)| {
                let period = self.period_name(period);
                let said = phases.iter().map(|phase| {
                    let key = match phase {
                        Phase::Before => "plain-period-before",
                        Phase::During => "plain-period-during",
                        Phase::After => "plain-period-after",
                    };
                    self.ta(key, &[("period", &period)])
                });
                self.either(&said.collect::<Vec<_>>())
            })
            .collect();
        when.extend(entry.when.iter().map(|(name, fits)| self.fits(name, fits)));
        let when = match when.as_slice() {
            [] => self.l.t("plain-coverage-any").into_owned(),
            all => all.join(&self.between("plain-and")),
        };
        for period in entry.periods.keys() {
            rows.extend(self.period(period).map(|words| self.row("plain-row-rule", words)));
        }
        let prices: Vec<String> =
            [("plain-labour", entry.labour), ("plain-parts", entry.parts), ("plain-travel", entry.travel)]
                .into_iter()
                .filter_map(|(key, price)| Some(self.ta(key, &[("price", &self.price(price?))])))
                .collect();
        if !entry.before.is_empty() {
            let named = entry.before.iter().map(|id| {
                let promise = self.terms.promise(id);
                promise
                    .and_then(|other| crate::commitments::words(self.l, &other.title))
                    .unwrap_or(id)
                    .to_owned()
            });
            let named = self.listed(&named.collect::<Vec<_>>());
            rows.push(self.row("plain-row-rule", self.ta("plain-before", &[("promises", &named)])));
        }
        self.ta("plain-coverage", &[("when", &when), ("prices", &self.listed(&prices))])
    }

    fn period_name(&self, period: &str) -> String {
        period_name(self.l, period)
    }

    /// How long a period lasts, and what lengthens it.
    fn period(&self, name: &str) -> Option<String> {
        let terms = self.terms.coverage_terms()?;
        let period = terms.periods.iter().find(|period| period.name == name)?;
        let months = i32::try_from(period.months).ok()?;
        let lasts = self.figure(&Figure::Months { months, by: promise::calendar::By::SameTime });
        let called = self.period_name(name);
        let mut said = self.ta("plain-period-lasts", &[("period", &called), ("lasts", &lasts)]);
        if period.or_manufacturer {
            said.push_str(&self.l.t("plain-period-manufacturer"));
        }
        if period.extends.is_some() {
            said.push_str(&self.l.t("plain-period-extends"));
        }
        Some(said)
    }

    fn fits(&self, name: &str, fits: &Fits) -> String {
        let called = self.name(name);
        match fits {
            Fits::OneOf(values) => {
                let values: Vec<String> = values.iter().map(|value| self.value(name, value)).collect();
                self.ta("plain-is", &[("name", &called), ("values", &self.either(&values))])
            }
            Fits::Band { over, to } => {
                let end = |key: &str, n: Option<i64>| {
                    Some(self.ta(key, &[("name", &called), ("n", &n?.to_string())]))
                };
                let ends = [end("plain-above", *over), end("plain-at-most", *to)];
                ends.into_iter().flatten().collect::<Vec<_>>().join(&self.between("plain-and"))
            }
        }
    }

    fn price(&self, price: Price) -> String {
        price_words(self.l, price)
    }

    fn gate(&self, rule: &gate::promise::Rule, rows: &mut Rows) -> String {
        for (place, need) in rule.terms.needs.iter().enumerate() {
            let facts = |which: usize| {
                let role = Role::Own(u8::try_from(FIRST_NEED + 2 * place + which).unwrap_or(u8::MAX));
                self.facts(role).unwrap_or_else(|| "\u{2013}".to_owned())
            };
            let what = match &need.what {
                What::Done { count: 0 | 1 } => self.ta("plain-need-done", &[("what", &facts(0))]),
                What::Done { count } => {
                    self.ta("plain-need-times", &[("what", &facts(0)), ("n", &count.to_string())])
                }
                What::Each { of } => {
                    let of: Vec<String> = of.iter().map(|part| self.part(part)).collect();
                    let of = self.listed(&of);
                    let role = Role::Own(u8::try_from(FIRST_NEED + 2 * place).unwrap_or(u8::MAX));
                    match self.facts(role) {
                        Some(seen) => self.ta("plain-need-each", &[("of", &of), ("what", &seen)]),
                        None => self.ta("plain-need-brings", &[("of", &of)]),
                    }
                }
                What::NoneOpen => {
                    self.ta("plain-need-none-open", &[("opened", &facts(0)), ("closed", &facts(1))])
                }
                What::InForce => self.ta("plain-need-in-force", &[("granted", &facts(0))]),
            };
            let title = self.name(&need.key);
            let line = self.ta("plain-gate-need", &[("title", &title), ("what", &what)]);
            rows.push(self.row("plain-row-need", line));
        }
        let deviation = match (rule.terms.deviation, self.own("deviation")) {
            (Deviations::Never, _) | (_, None) => self.l.t("plain-gate-no-deviation").into_owned(),
            (_, Some(what)) => self.ta("plain-gate-deviation", &[("what", &what)]),
        };
        rows.push(self.row("plain-row-rule", deviation));
        self.ta("plain-gate", &[("pass", &self.own_or_dash("pass"))])
    }

    /// What a part of a need is called: a value as `hardware`, or a field as `outcome`.
    fn part(&self, part: &str) -> String {
        let said = self.value("", part);
        if said == part { self.name(part) } else { said }
    }

    fn roster(&self, rule: &roster::promise::Rule, rows: &mut Rows) -> String {
        let ahead = self.ta("plain-roster-ahead", &[("n", &rule.ahead_days.to_string())]);
        rows.push(self.row("plain-row-rule", ahead));
        rows.push(self.row("plain-row-calendar", self.calendar(&rule.calendar)));
        rows.extend(self.warnings(&rule.warnings));
        self.ta(
            "plain-roster",
            &[
                ("start", &self.own_or_dash("start")),
                ("debtor", &self.debtor()),
                ("n", &rule.at_least.to_string()),
                ("duty", &self.own_or_dash("duty")),
            ],
        )
    }

    fn stock(&self, rule: &stock::promise::Rule, rows: &mut Rows) -> String {
        let within = match &rule.within {
            Some((figure, _)) => self.ta("plain-stock-within", &[("within", &self.figure(figure))]),
            None => self.l.t("plain-stock-moves").into_owned(),
        };
        rows.push(self.row("plain-row-rule", within));
        rows.extend(self.warnings(&rule.warnings));
        let minimum = self.own_or_dash("minimum");
        self.ta("plain-stock", &[("debtor", &self.debtor()), ("minimum", &minimum)])
    }
}

/// Units of the argument: hundredths of a per cent.
pub(super) fn hundredths_of_a_percent(points: i64) -> String {
    let words = format!("{}.{:02}", points / 100, points % 100);
    format!("{}%", words.trim_end_matches('0').trim_end_matches('.'))
}

/// Whether a window comes again, so that its first and last may be cut short.
fn is_repeated(window: Window) -> bool {
    !matches!(window, Window::OnceWithinMonths(_) | Window::OnceWithinDays(_))
}

fn partial_key(partial: Partial) -> &'static str {
    match partial {
        Partial::Whole => "plain-partial-whole",
        Partial::Exempt => "plain-partial-exempt",
        Partial::ShareUp => "plain-partial-share-up",
        Partial::ShareDown => "plain-partial-share-down",
        Partial::FromHalf => "plain-partial-from-half",
    }
}
