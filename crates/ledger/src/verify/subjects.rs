//! What is owed follows from what happened: subject by subject.

use super::dockets::Members;
use super::{Judge, Progress, Report, Step};
use crate::fact::{Subject, facts_of};
use crate::obligation::{StoredObligation, judged, moments, verdicts_of};
use db::{Database, Error, Tx, row, statements};
use promise::Obligation;

/// Subjects that are read on one snapshot.
const PAGE_SUBJECTS: i64 = 200;

row! {
    struct SubjectRow {
        subject_kind: String,
        subject_id: i64,
    }
}

statements! {
    static COUNT: () => (i64,) = "SELECT COUNT(*) FROM fact";
    static NEXT: (String, i64, i64) => SubjectRow =
        "SELECT DISTINCT subject_kind, subject_id FROM fact WHERE (subject_kind, subject_id) > (?1, ?2)
         ORDER BY subject_kind, subject_id LIMIT ?3";
    static FACTLESS: (String, i64, i64) => SubjectRow =
        "SELECT DISTINCT o.subject_kind, o.subject_id FROM obligation o
         WHERE (o.subject_kind, o.subject_id) > (?1, ?2) AND NOT EXISTS
            (SELECT 1 FROM fact f WHERE f.subject_kind = o.subject_kind AND f.subject_id = o.subject_id)
            AND NOT EXISTS
            (SELECT 1 FROM docket_fact d WHERE d.noun = o.subject_kind AND d.noun_id = o.subject_id)
         ORDER BY o.subject_kind, o.subject_id LIMIT ?3";
}

/// Verifies what is owed by each subject's own facts, and notes in `members` which facts dockets must hold. Gives the
/// judge back.
pub(super) fn verify<J: Judge>(
    database: &Database,
    mut judge: J,
    members: &mut Members,
    report: &mut Report,
    progress: &mut dyn FnMut(Progress),
) -> Result<J, Error> {
    let total = database.read_now::<_, Error>(|tx| Ok(tx.one(&COUNT, ())?.0 as u64))?;
    let mut last = Subject::new("", i64::MIN);
    loop {
        // The judge travels to the thread of the connection and comes back.
        let (from, mut traveller, mut page) = (last.clone(), judge, std::mem::take(report));
        let mut noted = std::mem::take(members);
        let (came_back, filled, noted, reached) = database.read_now::<_, Error>(move |tx| {
            let subjects = tx.all(&NEXT, (&*from.kind, from.id, PAGE_SUBJECTS))?;
            let mut reached = None;
            for row in subjects {
                let subject = Subject::new(row.subject_kind, row.subject_id);
                verify_one(tx, &mut traveller, &subject, &mut noted, &mut page)?;
                reached = Some(subject);
            }
            Ok((traveller, page, noted, reached))
        })?;
        (judge, *report, *members) = (came_back, filled, noted);
        progress(Progress { step: Step::Subjects, done: report.facts.min(total), total });
        let Some(reached) = reached else { break };
        last = reached;
    }
    let mut last = Subject::new("", i64::MIN);
    loop {
        let from = last.clone();
        let page = database
            .read_now::<_, Error>(move |tx| tx.all(&FACTLESS, (&*from.kind, from.id, PAGE_SUBJECTS)))?;
        let Some(end) = page.last() else { break };
        last = Subject::new(end.subject_kind.clone(), end.subject_id);
        for row in page {
            report
                .differ(format!("{} {}: owes, but nothing happened to it", row.subject_kind, row.subject_id));
        }
    }
    Ok(judge)
}

fn verify_one(
    tx: &mut Tx,
    judge: &mut impl Judge,
    subject: &Subject,
    members: &mut Members,
    report: &mut Report,
) -> Result<(), Error> {
    report.subjects += 1;
    let facts = match facts_of(tx, subject) {
        Ok(facts) => facts,
        Err(Error::Corrupt(what)) => {
            report.differ(format!("{subject}: {what}"));
            return Ok(());
        }
        Err(other) => return Err(other),
    };
    report.facts += facts.len() as u64;
    for fact in &facts {
        members.note(tx, judge, fact)?;
    }
    if judge.keeps_docket(&subject.kind) {
        return Ok(());
    }
    let stored = match verdicts_of(tx, subject) {
        Ok(stored) => stored,
        Err(Error::Corrupt(what)) => {
            report.differ(format!("{subject}: an obligation cannot be read: {what}"));
            return Ok(());
        }
        Err(other) => return Err(other),
    };
    report.obligations += stored.iter().filter(|row| row.is_current()).count() as u64;
    let owed = match judge.terms_of(tx, subject, &facts)? {
        Some(terms) => judged(&terms, subject, facts)?.obligations().to_vec(),
        None => Vec::new(),
    };
    compare(subject, &owed, &stored, report);
    for line in judge.compare(tx, subject, &owed)? {
        report.differ(format!("{subject}: {line}"));
    }
    Ok(())
}

/// Compares what follows from the facts with what is stored.
pub(super) fn compare(
    subject: &Subject,
    expected: &[Obligation],
    stored: &[StoredObligation],
    report: &mut Report,
) {
    for obligation in expected {
        let place = format!("{subject}, {} cycle {}", obligation.promise, obligation.cycle);
        let current: Vec<_> = stored.iter().filter(|row| row.is_current() && row.is_of(obligation)).collect();
        match current[..] {
            [] => report.differ(format!("{place}: is owed, but not stored")),
            [row] => compare_row(&place, obligation, row).into_iter().for_each(|line| report.differ(line)),
            _ => report.differ(format!("{place}: is stored {} times", current.len())),
        }
    }
    for row in stored {
        let place = format!("{subject}, {} cycle {} verdict {}", row.promise, row.cycle, row.verdict);
        if row.is_current() && row.in_(expected).is_none() {
            report.differ(format!("{place}: is stored, but does not follow from the facts"));
        }
        if !row.is_current() && row.wake_at.is_some() {
            report.differ(format!("{place}: is superseded, yet waits to be told"));
        }
        let follows = |later: &&StoredObligation| {
            later.promise == row.promise && later.cycle == row.cycle && later.verdict == row.verdict - 1
        };
        if row.verdict != 1 && !stored.iter().any(|other| follows(&other)) {
            report.differ(format!("{place}: the verdict before it is missing"));
        }
    }
}

fn compare_row(place: &str, expected: &Obligation, row: &StoredObligation) -> Vec<String> {
    let mut lines = Vec::new();
    let mut check = |what: &str, stored: String, follows: String| {
        if stored != follows {
            lines.push(format!("{place}: {what} is stored as {stored}, from the facts follows {follows}"));
        }
    };
    let shown = |at: Option<jiff::Timestamp>| at.map_or("none".to_string(), |at| at.to_string());
    check("the state", row.state.clone(), expected.state.as_str().to_string());
    check("the deadline", shown(row.due_at), shown(expected.due_at));
    check("the end", shown(row.ended_at), shown(expected.state.ended_at()));
    if lines.is_empty() && row.body != *expected {
        let json = |obligation: &Obligation| serde_json::to_string(obligation).unwrap_or_default();
        lines.push(format!(
            "{place}: is stored as {}, from the facts follows {}",
            json(&row.body),
            json(expected)
        ));
    }
    if row.wake_at.is_none() && (row.told as usize) < moments(expected).len() {
        lines.push(format!("{place}: nobody would be told of its next moment"));
    }
    lines
}
