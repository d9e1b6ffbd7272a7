//! What is owed about nouns that hear of facts of others: docket by docket.

use std::collections::HashMap;

use db::{Database, Error, Tx, row, statements};
use promise::Fact;

use super::{Judge, Report, subjects};
use crate::docket::{facts_heeded, is_put_off, judged_anew};
use crate::fact::Subject;
use crate::obligation::verdicts_of;

/// Dockets that are read on one snapshot.
const PAGE_DOCKETS: i64 = 100;

row! {
    struct DocketRow {
        noun: String,
        noun_id: i64,
    }
}

statements! {
    static NEXT: (String, i64, i64) => DocketRow =
        "SELECT DISTINCT noun, noun_id FROM docket_fact WHERE (noun, noun_id) > (?1, ?2)
         ORDER BY noun, noun_id LIMIT ?3";
}

/// Which facts each docket must hold, as far as comparing takes: how many, and a sum over their numbers.
#[derive(Debug, Default)]
pub(super) struct Members {
    dockets: HashMap<Subject, (u64, u64)>,
}

impl Members {
    /// Notes a fact for every docket that must hold it.
    pub(super) fn note(&mut self, tx: &mut Tx, judge: &mut impl Judge, fact: &Fact) -> Result<(), Error> {
        let Some(terms) = judge.terms_by(tx, fact)? else { return Ok(()) };
        for noun in terms.subjects() {
            let Some(id) = fact.about.get(noun).and_then(|id| id.parse().ok()) else { continue };
            if judge.keeps_docket(noun) && terms.heeds(noun, fact.name.as_str()) {
                let entry = self.dockets.entry(Subject::new(noun.to_string(), id)).or_default();
                *entry = added(*entry, fact.seq);
            }
        }
        Ok(())
    }
}

fn added((count, sum): (u64, u64), seq: u64) -> (u64, u64) {
    // Multiplied by an odd number, so that two wrong members do not make up for each other by chance.
    (count + 1, sum.wrapping_add(seq.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
}

pub(super) fn verify(
    database: &Database,
    mut judge: impl Judge,
    mut members: Members,
    report: &mut Report,
) -> Result<(), Error> {
    let mut last = Subject::new("", i64::MIN);
    loop {
        // The judge travels to the thread of the connection and comes back.
        let (from, mut traveller, mut page) = (last.clone(), judge, std::mem::take(report));
        let mut expected = std::mem::take(&mut members);
        let (came_back, filled, left, reached) = database.read_now::<_, Error>(move |tx| {
            let mut reached = None;
            for row in tx.all(&NEXT, (&*from.kind, from.id, PAGE_DOCKETS))? {
                let subject = Subject::new(row.noun, row.noun_id);
                let must = expected.dockets.remove(&subject).unwrap_or_default();
                verify_one(tx, &mut traveller, &subject, must, &mut page)?;
                reached = Some(subject);
            }
            Ok((traveller, page, expected, reached))
        })?;
        (judge, *report, members) = (came_back, filled, left);
        let Some(reached) = reached else { break };
        last = reached;
    }
    for (subject, (count, _)) in members.dockets {
        report.differ(format!("{subject}: {count} facts are missing from its docket"));
    }
    Ok(())
}

fn verify_one(
    tx: &mut Tx,
    judge: &mut impl Judge,
    subject: &Subject,
    must: (u64, u64),
    report: &mut Report,
) -> Result<(), Error> {
    report.dockets += 1;
    let held = facts_heeded(tx, subject)?.iter().fold((0, 0), |held, fact| added(held, fact.seq));
    if held != must {
        report.differ(format!("{subject}: its docket holds {} facts, {} should be in it", held.0, must.0));
    }
    if is_put_off(tx, subject)? {
        report.put_off += 1;
        return Ok(());
    }
    let docket = judged_anew(tx, subject, &mut |tx, fact| judge.terms_by(tx, fact))?;
    let stored = verdicts_of(tx, subject)?;
    report.obligations += stored.iter().filter(|row| row.is_current()).count() as u64;
    subjects::compare(subject, docket.obligations(), &stored, report);
    for line in judge.compare(tx, subject, docket.obligations())? {
        report.differ(format!("{subject}: {line}"));
    }
    Ok(())
}
