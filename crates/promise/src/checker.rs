//! Reads a commitment as a lawyer would: where it overlaps, contradicts itself, is silent or vague.
//!
//! A finding is not an error: the file can be used. A finding that both sides settled by a `[[reading]]` is listed
//! as agreed. What the text says and the promises do not is found too, so that no clause is forgotten.

mod figures;
mod kinds;

use std::sync::Arc;

use serde::Serialize;

use crate::clock::{Clock, Entry};
use crate::condition::{Condition, Test};
use crate::fact::Scalar;
use crate::figure::Figure;
use crate::problem;
use crate::terms::{Promise, Role, Rule, Terms, Words};

/// The codes of the findings, as a file's `[[reading]]` names them.
pub const CODES: [&str; 14] = [
    "overlap",
    "contradiction",
    "level-order",
    "level-without-figure",
    "figure-not-in-text",
    "vague-figure",
    "figure-not-promised",
    "uncovered-clause",
    "never-starts",
    "never-stops",
    "unknown-fact",
    "no-resume",
    "holidays-unknown",
    "idle-reading",
];

/// The facts that the program records, one for each row of their reference.
const FACTS: &str = include_str!("../../../docs/facts.md");

/// So many combinations of attribute values are looked at for one promise.
const COMBINATIONS_MOST: usize = 2000;

/// Something that a careful reader of the commitment would ask about.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// One of [`CODES`].
    pub code: &'static str,
    pub clause: Option<Arc<str>>,
    pub promise: Option<Arc<str>>,
    /// The line of the file that it is about.
    pub line: usize,
    pub message: Message,
    /// How both sides agreed to read it; none: it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreed: Option<Words>,
}

/// The words of a finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Message {
    #[serde(rename = "zh-Hans")]
    pub zh_hans: String,
    pub en: String,
}

/// The names of the facts that the program records, from their reference.
pub fn recorded_facts() -> impl Iterator<Item = &'static str> {
    let name = |line: &'static str| line.strip_prefix("| `")?.split_once('`').map(|(name, _)| name);
    // The names of facts have a dot; the fields of the written form, in the same file, have none.
    FACTS.lines().filter_map(name).filter(|name| name.contains('.'))
}

/// Reads the terms as a lawyer would. In the order of the file; what is agreed is marked.
pub fn check(terms: &Terms) -> Vec<Finding> {
    let mut found = Found { terms, findings: Vec::new() };
    for promise in &terms.promises {
        found.facts_that_nobody_records(promise);
        found.of_kind(promise);
        let Some(clock) = promise.rule.clock() else { continue };
        found.pause_without_resume(promise);
        found.entries_that_overlap(promise, clock);
        found.levels_without_figure(promise, clock);
        found.levels_out_of_order(promise, clock);
        found.figures_that_the_text_does_not_name(promise, clock);
    }
    found.promises_that_overlap();
    found.vague_clauses();
    found.clauses_without_promise();
    found.figures_that_no_clock_counts();
    found.holidays_not_announced();
    let mut findings = found.findings;
    settle(terms, &mut findings);
    findings.sort_by_key(|finding| (finding.line, finding.code));
    findings
}

/// Marks what the file's readings settle, and adds the readings that settle nothing.
fn settle(terms: &Terms, findings: &mut Vec<Finding>) {
    for reading in &terms.readings {
        let mut idle = true;
        for finding in findings.iter_mut() {
            let same = finding.clause.as_ref() == Some(&reading.clause)
                && *finding.code == *reading.finding
                && (reading.promise.is_none() || reading.promise == finding.promise);
            if same {
                finding.agreed = Some(reading.agreed.clone());
                idle = false;
            }
        }
        if idle {
            findings.push(Finding {
                code: "idle-reading",
                clause: Some(reading.clause.clone()),
                promise: reading.promise.clone(),
                line: reading.line,
                message: Message {
                    zh_hans: format!("此约定针对的“{}”已不存在", reading.finding),
                    en: format!("this reading settles `{}`, which is not found any more", reading.finding),
                },
                agreed: None,
            });
        }
    }
}

struct Found<'t> {
    terms: &'t Terms,
    findings: Vec<Finding>,
}

impl Found<'_> {
    fn add(&mut self, code: &'static str, promise: &Promise, line: usize, zh_hans: String, en: String) {
        self.findings.push(Finding {
            code,
            clause: Some(promise.clause.clone()),
            promise: Some(Arc::from(promise.id.as_str())),
            line,
            message: Message { zh_hans, en },
            agreed: None,
        });
    }

    fn facts_that_nobody_records(&mut self, promise: &Promise) {
        let own = self.terms.facts.clone();
        let recorded =
            |name: &str| recorded_facts().any(|known| known == name) || own.iter().any(|f| **f == *name);
        for (role, code) in [(Role::Start, "never-starts"), (Role::Stop, "never-stops")] {
            let of_role: Vec<&Condition> =
                promise.conditions.iter().filter(|(r, _)| *r == role).map(|(_, c)| c).collect();
            let is_clock = promise.rule.clock().is_some();
            if is_clock && of_role.iter().all(|condition| !recorded(&condition.on)) {
                let (zh, en) = match role {
                    Role::Start => ("没有任何事实能启动此承诺", "no fact can ever start this promise"),
                    _ => ("没有任何事实能表明已履约", "no fact can ever show that it was kept"),
                };
                self.add(code, promise, promise.line, zh.to_owned(), en.to_owned());
            }
        }
        for (role, condition) in &promise.conditions {
            if recorded(&condition.on) {
                continue;
            }
            let nearest = problem::nearest(&condition.on, recorded_facts());
            let (zh, en) = nearest.map_or((String::new(), String::new()), |nearest| {
                (format!(",是否指 `{nearest}`?"), format!("; did you mean `{nearest}`?"))
            });
            let (key, name) = (promise.key_of(*role), &condition.on);
            self.add(
                "unknown-fact",
                promise,
                condition.line,
                format!("`{key}` 引用的事实 `{name}` 未登记{zh}"),
                format!("`{key}` names the fact `{name}`, which nothing records{en}"),
            );
        }
    }

    fn pause_without_resume(&mut self, promise: &Promise) {
        let has = |role| promise.conditions.iter().any(|(found, _)| *found == role);
        if has(Role::Pause) && !has(Role::Resume) {
            let zh = "可以暂停,但没有任何事实能恢复计时".to_owned();
            let en = "it can be paused, and no fact resumes it".to_owned();
            self.add("no-resume", promise, promise.line, zh, en);
        }
    }

    /// Entries of one promise that are equally particular and can apply to the same subject.
    fn entries_that_overlap(&mut self, promise: &Promise, clock: &Clock) {
        for (place, one) in clock.entries.iter().enumerate() {
            for other in &clock.entries[place + 1..] {
                let is_apart =
                    one.during.as_ref().zip(other.during.as_ref()).is_some_and(|(a, b)| a.excludes(b));
                if is_apart || one.weight() != other.weight() || !together(&one.when, &other.when) {
                    continue;
                }
                let code = if one.within == other.within { "overlap" } else { "contradiction" };
                let (a, b) = (named(one), named(other));
                self.add(
                    code,
                    promise,
                    other.line,
                    format!("条目 {a} 与 {b} 可同时适用,以文件中在前的 {a} 为准"),
                    format!("the entries {a} and {b} can apply together; {a}, the first in the file, wins"),
                );
            }
        }
    }

    /// Promises that start and stop alike for the same subject.
    fn promises_that_overlap(&mut self) {
        let promises = &self.terms.promises;
        let mut pairs = Vec::new();
        for (place, one) in promises.iter().enumerate() {
            for other in &promises[place + 1..] {
                let alike = one.subject == other.subject
                    && one.debtor == other.debtor
                    && together(&one.scope, &other.scope)
                    && facts_of(one, Role::Start)
                        .iter()
                        .any(|name| facts_of(other, Role::Start).contains(name))
                    && facts_of(one, Role::Stop) == facts_of(other, Role::Stop);
                if alike && let Some(pair) = clashing_entries(one, other) {
                    pairs.push((one.clone(), other.clone(), pair));
                }
            }
        }
        for (one, other, (a, b, same)) in pairs {
            let code = if same { "overlap" } else { "contradiction" };
            let (first, second) = (&one.id, &other.id);
            self.add(
                code,
                &other,
                other.line,
                format!("与承诺 `{first}`({},{a})对同一事项同时计时:{b}", one.clause),
                format!("`{second}` ({b}) and `{first}` ({}, {a}) run for the same matter", one.clause),
            );
        }
    }

    /// Values of an attribute that other figures of the promise name and for which none applies.
    fn levels_without_figure(&mut self, promise: &Promise, clock: &Clock) {
        let used: Vec<_> = self
            .terms
            .attributes
            .iter()
            .filter(|a| {
                !a.values.is_empty() && clock.entries.iter().any(|e| e.when.allowed(&a.name).is_some())
            })
            .collect();
        let mut combinations: Vec<Vec<(Arc<str>, Scalar)>> = vec![Vec::new()];
        for attribute in used {
            let allowed = promise.scope.allowed(&attribute.name).unwrap_or(&attribute.values);
            let with = |value: &Scalar| (attribute.name.clone(), value.clone());
            combinations = combinations
                .iter()
                .flat_map(|one| allowed.iter().map(|value| [one.as_slice(), &[with(value)]].concat()))
                .take(COMBINATIONS_MOST)
                .collect();
        }
        if combinations.len() < 2 {
            if let [Entry { within: Figure::Unstated, line, .. }] = clock.entries.as_slice() {
                let (zh, en) = ("没有时限".to_owned(), "it is owed without a figure".to_owned());
                self.add("level-without-figure", promise, *line, zh, en);
            }
            return;
        }
        for combination in combinations {
            let look =
                |name: &str| combination.iter().find(|(key, _)| **key == *name).map(|(_, value)| value);
            let mut applying = clock.entries_for(&look).peekable();
            let is_silent = |entry: &Entry| matches!(entry.within, Figure::NoPromise | Figure::Unstated);
            if applying.peek().is_some() && !applying.any(is_silent) {
                continue;
            }
            let level: Vec<String> =
                combination.iter().map(|(key, value)| format!("{key}={value}")).collect();
            let level = level.join(" ");
            self.add(
                "level-without-figure",
                promise,
                promise.line,
                format!("{level} 没有时限"),
                format!("{level} has no figure"),
            );
        }
    }

    /// A severer level that is given more time than a milder one.
    fn levels_out_of_order(&mut self, promise: &Promise, clock: &Clock) {
        for attribute in self.terms.attributes.iter().filter(|attribute| attribute.values.len() > 1) {
            let mut values = attribute.values.clone();
            if !attribute.mildest_first {
                values.reverse();
            }
            let mut timed: Vec<(String, i64, usize)> = Vec::new();
            for value in &values {
                let only = |entry: &&Entry| {
                    entry.when.weight() == 1
                        && entry.when.allowed(&attribute.name).is_some_and(|allowed| allowed.contains(value))
                };
                if let Some(Entry { within: Figure::Working { micros }, line, .. }) =
                    clock.entries.iter().find(only)
                {
                    timed.push((value.to_string(), *micros, *line));
                }
            }
            for pair in timed.windows(2) {
                let ((mild, mild_time, _), (severe, severe_time, line)) = (&pair[0], &pair[1]);
                if severe_time > mild_time {
                    self.add(
                        "level-order",
                        promise,
                        *line,
                        format!("{severe} 比 {mild} 严重,时限却更长"),
                        format!("{severe} is severer than {mild}, and is given more time"),
                    );
                }
            }
        }
    }

    fn figures_that_the_text_does_not_name(&mut self, promise: &Promise, clock: &Clock) {
        let Some(clause) = self.terms.clause(&promise.clause) else { return };
        if figures::vague_word(&clause.text).is_some() {
            return;
        }
        let texts: Vec<String> = clause.text.values().cloned().collect();
        for entry in &clock.entries {
            if figures::is_named(&entry.within, &texts) {
                continue;
            }
            let written = entry.written.clone();
            self.add(
                "figure-not-in-text",
                promise,
                entry.line,
                format!("条款原文中没有“{written}”这一时限"),
                format!("the text of the clause does not name the figure `{written}`"),
            );
        }
    }

    fn vague_clauses(&mut self) {
        let promises = self.terms.promises.clone();
        for clause in &self.terms.clauses.clone() {
            let Some(word) = figures::vague_word(&clause.text) else { continue };
            let mut of_clause = promises.iter().filter(|promise| promise.clause == clause.id).peekable();
            if of_clause.peek().is_none() {
                continue;
            }
            for promise in of_clause {
                let Some(clock) = promise.rule.clock() else { continue };
                let texts: Vec<String> = clause.text.values().cloned().collect();
                if clock.entries.iter().all(|entry| figures::is_named(&entry.within, &texts)) {
                    continue;
                }
                self.add(
                    "vague-figure",
                    promise,
                    promise.line,
                    format!("条款原文只说“{word}”,没有数字"),
                    format!("the text says \"{word}\" and gives no number"),
                );
            }
        }
    }

    /// A clause that states hours or minutes and whose promises are of other kinds: nobody counts that time.
    fn figures_that_no_clock_counts(&mut self) {
        for clause in &self.terms.clauses {
            let own: Vec<&Promise> =
                self.terms.promises.iter().filter(|promise| promise.clause == clause.id).collect();
            let is_counted = own.iter().any(|promise| promise.rule.clock().is_some())
                || self.terms.measures.iter().any(|measure| measure.clause == clause.id);
            if own.is_empty() || is_counted {
                continue;
            }
            let round_the_clock = own.iter().any(|promise| matches!(promise.rule, Rule::Roster(_)));
            let stated = clause.text.values().find_map(|text| figures::time_stated(text, round_the_clock));
            let Some(stated) = stated else { continue };
            self.findings.push(Finding {
                code: "figure-not-promised",
                clause: Some(clause.id.clone()),
                promise: None,
                line: clause.line,
                message: Message {
                    zh_hans: format!("条款原文说“{stated}”,没有承诺为其计时"),
                    en: format!("the text says \"{stated}\", and no promise counts that time"),
                },
                agreed: None,
            });
        }
    }

    fn clauses_without_promise(&mut self) {
        for clause in &self.terms.clauses {
            let promised = self.terms.promises.iter().any(|promise| promise.clause == clause.id);
            let measured = self.terms.measures.iter().any(|measure| measure.clause == clause.id);
            if promised
                || measured
                || self.terms.attributes.iter().any(|a| a.clause.as_ref() == Some(&clause.id))
            {
                continue;
            }
            self.findings.push(Finding {
                code: "uncovered-clause",
                clause: Some(clause.id.clone()),
                promise: None,
                line: clause.line,
                message: Message {
                    zh_hans: "没有承诺对应此条款".to_owned(),
                    en: "no promise covers this clause".to_owned(),
                },
                agreed: None,
            });
        }
    }

    fn holidays_not_announced(&mut self) {
        for calendar in self.terms.calendars.values() {
            let Some(known) = calendar.known_until() else { continue };
            let id = calendar.id();
            self.findings.push(Finding {
                code: "holidays-unknown",
                clause: None,
                promise: None,
                line: 1,
                message: Message {
                    zh_hans: format!("日历 {id} 的节假日已知至 {known};其后的期限按普通周推算并注明"),
                    en: format!("the calendar {id} knows its holidays until {known}; later deadlines count plain weeks and say so"),
                },
                agreed: None,
            });
        }
    }
}

/// Says whether one subject can pass both tests, as far as they name values.
fn together(one: &Test, other: &Test) -> bool {
    let mut names: Vec<Arc<str>> = Vec::new();
    one.names(&mut |name| names.push(name.clone()));
    names.iter().all(|name| match (one.allowed(name), other.allowed(name)) {
        (Some(a), Some(b)) => a.iter().any(|value| b.contains(value)),
        _ => one.bounds(name).zip(other.bounds(name)).is_none_or(|(a, b)| a.meets(b)),
    })
}

fn facts_of(promise: &Promise, role: Role) -> Vec<Arc<str>> {
    let mut names: Vec<Arc<str>> = promise
        .conditions
        .iter()
        .filter(|(found, condition)| *found == role && condition.when == Test::always())
        .map(|(_, condition)| condition.on.clone())
        .collect();
    names.sort();
    names.dedup();
    names
}

/// The first entries of two promises that can apply to the same subject, and whether they give the same time.
fn clashing_entries(one: &Promise, other: &Promise) -> Option<(String, String, bool)> {
    let (a, b) = (one.rule.clock()?, other.rule.clock()?);
    for first in a.entries.iter().filter(|entry| entry.within != Figure::NoPromise) {
        for second in b.entries.iter().filter(|entry| entry.within != Figure::NoPromise) {
            let meet = together(&first.when, &second.when)
                && together(&first.when, &other.scope)
                && together(&second.when, &one.scope);
            if meet {
                let same = first.within == second.within && first.calendar.id() == second.calendar.id();
                return Some((first.written.to_string(), second.written.to_string(), same));
            }
        }
    }
    None
}

fn named(entry: &Entry) -> String {
    format!("`{}`", entry.label.as_deref().unwrap_or(&entry.written))
}
