use std::collections::BTreeMap;
use std::time::Instant;

use mail::quotes::{self, Kind};
use mail::{Letter, Limits, html};

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// What the source counts as the new text: one keeps signatures, another does not.
fn new_text(source: &str, text: &str) -> String {
    let keeps_signature = source == "talon";
    quotes::fold(text).joined(|kind| kind == Kind::New || keeps_signature && kind == Kind::Signature)
}

#[test]
fn answers_are_cut_where_others_cut_them() {
    let Some(folder) = super::folder("mail-reply-quotes") else { return };
    let mut scores: BTreeMap<String, super::Score> = BTreeMap::new();
    let files =
        super::files(&folder).into_iter().filter(|path| path.extension().is_some_and(|e| e == "jsonl"));
    for line in files.flat_map(|path| {
        std::fs::read_to_string(path).unwrap().lines().map(str::to_string).collect::<Vec<_>>()
    }) {
        let case: serde_json::Value = serde_json::from_str(&line).unwrap();
        let text = |key: &str| case[key].as_str().unwrap_or_default().to_string();
        let (source, name, kind, input) = (text("source"), text("name"), text("kind"), text("input"));
        let started = Instant::now();
        let ours = match kind.as_str() {
            "html" => html::to_text(&quotes::fold_html(&input).new_html),
            "eml" => {
                let letter = Letter::parse(input.as_bytes(), &Limits::default()).unwrap();
                new_text(&source, &letter.text())
            }
            "signature" => quotes::fold(&input).joined(|kind| kind == Kind::Signature),
            _ => new_text(&source, &input),
        };
        assert!(started.elapsed().as_millis() < 500, "{name} took {:?}", started.elapsed());
        let score = scores.entry(format!("{source} {kind}")).or_default();
        let label = format!("{name} {}", &case["compare"]);
        match kind.as_str() {
            "plain-no-expectation" => score.right += 1,
            "html" => {
                let theirs = html::to_text(&text("expected"));
                score.check(&label, &ours, &theirs, squeezed(&ours) == squeezed(&theirs));
            }
            "forwarded" => {
                // The whole stays to be read, and the first sender is found.
                let (before, embedded) = (text("before"), text("embedded"));
                let holds = squeezed(&ours).contains(&squeezed(&before));
                let sender = quotes::first_sender(&input, "Fwd: x");
                let known = sender.as_ref().is_none_or(|sender| embedded.contains(&sender.address));
                score.check(
                    &label,
                    (&ours, &sender),
                    &embedded,
                    holds && known && (sender.is_some() || !embedded.contains('@')),
                );
            }
            _ => {
                let theirs = text("expected");
                score.check(&label, &ours, &theirs, squeezed(&ours) == squeezed(&theirs));
            }
        }
    }
    for (source, score) in scores {
        // The peers disagree with each other; `docs/known-differences.md` says on what.
        score.insist(&source, if source.ends_with("signature") { 40 } else { 75 });
    }
}
