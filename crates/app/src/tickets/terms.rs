//! What a ticket's promises are called, and the ledger's rows about it.

use std::collections::BTreeMap;

use db::Tx;
use jiff::SignedDuration;
use ledger::StoredObligation;
use promise::{Obligation, Terms};
use rules::ids::TicketId;

use super::change::subject;
use crate::kernel::errors::Failure;
use crate::layout::l10n::L10n;

/// The promises of a ticket as they stand, those that run first, by their deadlines.
pub fn obligations(tx: &mut Tx, id: TicketId) -> Result<Vec<StoredObligation>, Failure> {
    let mut rows = ledger::obligations_of(tx, &subject(id))?;
    rows.sort_by_key(|row| {
        let rank = match row.body.state {
            promise::State::Running => 0,
            promise::State::Paused => 1,
            _ => 2,
        };
        (rank, row.body.due_at.or(row.body.original_due_at), row.id)
    });
    Ok(rows)
}

/// What an obligation is called in the reader's language, from the commitment file.
pub fn title(l: &L10n, terms: Option<&Terms>, obligation: &Obligation) -> String {
    let promise = terms.and_then(|terms| terms.promise(obligation.promise.as_str()));
    let words = promise.and_then(|promise| in_words(l, &promise.title));
    words.unwrap_or_else(|| obligation.promise.as_str().to_owned())
}

/// What a commitment and its version are called in the reader's language.
pub fn commitment(l: &L10n, terms: &Terms) -> String {
    let title = in_words(l, terms.title()).unwrap_or_else(|| terms.id().to_owned());
    l.ta("commitment-version-title", &[("title", title.into()), ("version", terms.version().into())])
        .into_owned()
}

/// What a calendar, told as `id@version`, is called in the reader's language.
pub fn calendar(l: &L10n, terms: &Terms, label: &str) -> String {
    let id = label.split('@').next().unwrap_or(label);
    let title = terms.calendar(id).and_then(|calendar| in_words(l, calendar.title()));
    title.unwrap_or_else(|| label.to_owned())
}

/// Which entry of a promise applied, told as `severity=level3`, in the reader's language.
pub fn entry(l: &L10n, terms: &Terms, label: &str) -> String {
    let known = |key: String| l.knows(&key).then(|| l.t(&key).into_owned());
    let pairs = label.split([',', ' ']).filter(|pair| !pair.is_empty()).map(|pair| {
        let Some((name, value)) = pair.split_once('=') else { return pair.to_owned() };
        let attribute = terms.attributes().iter().find(|attribute| &*attribute.name == name);
        let value = attribute
            .and_then(|attribute| in_words(l, attribute.names.get(value)?))
            .or_else(|| known(format!("{name}-{value}")))
            .unwrap_or_else(|| value.to_owned());
        let name = known(format!("field-{name}")).unwrap_or_else(|| name.to_owned());
        l.ta("why-entry", &[("name", name.into()), ("value", value.into())]).into_owned()
    });
    pairs.collect::<Vec<_>>().join(" · ")
}

/// A figure of the file in the reader's language, where it is a plain span; else as it stands in the file.
pub fn figure(l: &L10n, figure: &str) -> String {
    figure.parse::<SignedDuration>().map_or_else(|_| figure.to_owned(), |span| l.duration(span))
}

fn in_words(l: &L10n, words: &BTreeMap<String, String>) -> Option<String> {
    words.get(l.locale.tag()).or_else(|| words.values().next()).cloned()
}
