//! What is wrong in a commitment file, in the reader's words.

use promise::problem::Problem;

use crate::layout::l10n::L10n;

/// What is wrong, without its place and without what was expected. Where the words of the reader's language are
/// missing for a rare kind of problem, the engine's own stand.
pub fn words(l: &L10n, problem: &Problem) -> String {
    let key = match problem.code {
        "unknown-key" => "commitment-problem-unknown-key",
        "unknown-word" => "commitment-problem-unknown-word",
        "missing-key" => "commitment-problem-missing-key",
        _ => return problem.message.clone(),
    };
    let word = problem.message.split('`').nth(1).unwrap_or_default();
    l.ta(key, &[("word", word.into())]).into_owned()
}

/// The same with the nearest word that is known, and what may stand there.
pub fn with_mend(l: &L10n, problem: &Problem) -> String {
    let mut said = words(l, problem);
    if let Some(nearest) = &problem.nearest {
        said.push(' ');
        said.push_str(&l.ta("commitment-problem-nearest", &[("word", nearest.clone().into())]));
    }
    if !problem.expected.is_empty() {
        said.push(' ');
        said.push_str(&l.ta("commitment-problem-expected", &[("words", problem.expected.join(", ").into())]));
    }
    said
}
