//! Measures the ranking on a folder of searches with known answers, beside plain BM25.
//!
//! A folder holds collections and pairs. A collection is `*queries*.jsonl` (`qid`, `text`, `relevant`) with a
//! `*corpus*.jsonl` of the same beginning (`doc_id`, `title`, `text`); of several the one that has all answers.
//! Pairs are `*.tsv` with a head line: two texts and whether they mean the same, 1 or 0. Files that end in
//! `.xz` are read where the `xz` command is there.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::alike::{Rarity, alike};
use crate::measure::{Plain, Ranking, area_under_curve};
use crate::{Asked, Entry, Error, Index, Wanted};

/// How far down a list of hits is asked for.
const ASKED_FOR: usize = 10;

/// What was measured.
#[derive(Debug)]
pub enum Measured {
    /// A collection: documents, ours, plain BM25.
    Collection { name: String, documents: usize, ours: Ranking, plain: Ranking },
    /// Pairs: how many, and the area under the curve of ours and of plain BM25.
    Pairs { name: String, pairs: usize, ours: f64, plain: f64 },
}

#[derive(Deserialize)]
struct Document {
    doc_id: String,
    #[serde(default)]
    title: Option<String>,
    text: String,
}

#[derive(Deserialize)]
struct Query {
    text: String,
    relevant: HashSet<String>,
}

/// Measures everything in a folder, in the order of the names.
///
/// Errors: [`Error`] where a file cannot be read or is not what it should be.
pub fn folder(folder: &Path) -> Result<Vec<Measured>, Error> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    files.sort();
    let mut out = Vec::new();
    for file in &files {
        let name = name_of(file);
        if let Some(begins) = name.find("queries").filter(|_| name.contains(".jsonl")) {
            let queries: Vec<Query> = lines(file)?;
            let answers: HashSet<&String> = queries.iter().flat_map(|query| &query.relevant).collect();
            let mut best: Option<(usize, Vec<Document>)> = None;
            for corpus in
                files.iter().filter(|other| name_of(other).starts_with(&format!("{}corpus", &name[..begins])))
            {
                let documents: Vec<Document> = lines(corpus)?;
                let found = documents.iter().filter(|document| answers.contains(&document.doc_id)).count();
                if best.as_ref().is_none_or(|(most, kept)| {
                    found > *most || (found == *most && documents.len() < kept.len())
                }) {
                    best = Some((found, documents));
                }
            }
            if let Some((_, documents)) = best {
                out.push(collection(name, &documents, &queries)?);
            }
        } else if name.contains(".tsv") {
            out.push(pairs(name, &text_of(file)?));
        }
    }
    Ok(out)
}

fn collection(name: String, documents: &[Document], queries: &[Query]) -> Result<Measured, Error> {
    let index = Index::in_memory()?;
    let entries: Vec<Entry> = documents
        .iter()
        .map(|document| Entry {
            key: document.doc_id.clone(),
            title: document.title.clone().unwrap_or_default(),
            body: document.text.clone(),
            ..Entry::default()
        })
        .collect();
    index.put(&entries)?;
    index.commit("all")?;
    let mut ours = Vec::new();
    for query in queries {
        let wanted = Wanted { asked: Asked::plain(&query.text), limit: ASKED_FOR, ..Wanted::default() };
        ours.push(index.rank(&wanted)?);
    }
    let ours = Ranking::of(
        ours.iter()
            .zip(queries)
            .map(|(keys, query)| (keys.iter().map(String::as_str).collect(), &query.relevant)),
    );
    let texts: Vec<String> = entries.iter().map(|entry| format!("{}\n{}", entry.title, entry.body)).collect();
    let plain = Plain::of(texts.iter().map(String::as_str));
    let plain = Ranking::of(queries.iter().map(|query| {
        let found = plain.find(&query.text).into_iter().take(ASKED_FOR);
        (found.map(|(document, _)| documents[document].doc_id.as_str()).collect(), &query.relevant)
    }));
    Ok(Measured::Collection { name, documents: documents.len(), ours, plain })
}

fn pairs(name: String, text: &str) -> Measured {
    let rows: Vec<(&str, &str, bool)> = text
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split('\t');
            Some((cells.next()?, cells.next()?, cells.next()?.trim() == "1"))
        })
        .collect();
    let all: HashSet<&str> = rows.iter().flat_map(|(one, other, _)| [*one, *other]).collect();
    let rarity = Rarity::of(all.iter().copied());
    let plain = Plain::of(all.iter().copied());
    let scored: Vec<(f32, bool)> =
        rows.iter().map(|(one, other, same)| (alike(one, other, &rarity), *same)).collect();
    let scored_plain: Vec<(f32, bool)> =
        rows.iter().map(|(one, other, same)| (plain.score(one, other), *same)).collect();
    Measured::Pairs {
        name,
        pairs: rows.len(),
        ours: area_under_curve(&scored),
        plain: area_under_curve(&scored_plain),
    }
}

fn name_of(file: &Path) -> String {
    file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn text_of(file: &Path) -> Result<String, Error> {
    if file.extension().is_some_and(|extension| extension == "xz") {
        let output = Command::new("xz").arg("-dc").arg(file).output()?;
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Ok(std::fs::read_to_string(file)?)
}

fn lines<T: for<'a> Deserialize<'a>>(file: &Path) -> Result<Vec<T>, Error> {
    let text = text_of(file)?;
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            serde_json::from_str(line).map_err(|error| Error::Folder(format!("{}: {error}", file.display())))
        })
        .collect()
}
