//! The index: what is put in, and how it is kept.
//!
//! An index is thrown away and made anew whenever it is in doubt. A commit carries a mark, by which its
//! owner knows how far it has come; what was added behind the mark is simply added again.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{Index as Tantivy, IndexReader, ReloadPolicy, TantivyDocument, Term};

use crate::Error;
use crate::analysis::{self, beginning, characters, code_terms, grams, words};
use crate::cutting::Cut;
use crate::weigh::Strengths;
use crate::writer::Writer;

/// The shape of the index and of its terms. Whoever keeps one on disk throws it away when this changes.
pub const VERSION: u32 = 2;

/// The longest text of one thing that is indexed, in characters.
const TEXT_MOST_CHARS: usize = 20_000;
/// The beginning of a text tells what it is about: the first line or so, and the first paragraph or so.
const HEAD_UNITS: usize = 40;
const OPENING_UNITS: usize = 150;
/// Stands between the name of an attribute and its term.
pub(crate) const SEPARATOR: char = '\u{1f}';

/// One thing that can be found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Tells it from all others; a second entry of the same key takes the place of the first.
    pub key: String,
    /// What kind of thing it is; hits can be asked for by kind.
    pub kind: String,
    pub title: String,
    pub body: String,
    /// Names that are found by their sound, too.
    pub names: Vec<String>,
    /// Texts that are compared by filters, by the name of the attribute.
    pub attributes: Vec<(String, String)>,
    /// Exact codes: states, and who may see it.
    pub tags: Vec<String>,
    /// Seconds since 1970; newer ones come first where nothing ranks them.
    pub at_s: i64,
}

/// The fields of an index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    pub key: Field,
    pub kind: Field,
    pub title: Field,
    pub body: Field,
    pub head: Field,
    pub opening: Field,
    pub grams: Field,
    pub words: Field,
    pub characters: Field,
    pub codes: Field,
    pub sounds: Field,
    pub attributes: Field,
    pub tags: Field,
    pub at: Field,
}

fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let terms = |cut: Cut, option: IndexRecordOption| {
        let indexing = TextFieldIndexing::default().set_tokenizer(cut.name()).set_index_option(option);
        TextOptions::default().set_indexing_options(indexing)
    };
    let counted = |cut: Cut| terms(cut, IndexRecordOption::WithFreqs);
    let fields = Fields {
        key: builder.add_text_field("key", STRING | STORED),
        kind: builder.add_text_field("kind", STRING | STORED),
        title: builder.add_text_field("title", STORED),
        body: builder.add_text_field("body", STORED),
        head: builder.add_text_field("head", counted(Cut::Grams)),
        opening: builder.add_text_field("opening", counted(Cut::Grams)),
        grams: builder.add_text_field("grams", terms(Cut::Grams, IndexRecordOption::WithFreqsAndPositions)),
        words: builder.add_text_field("words", counted(Cut::Words)),
        characters: builder.add_text_field("characters", counted(Cut::Characters)),
        codes: builder.add_text_field("codes", counted(Cut::Codes)),
        sounds: builder.add_text_field("sounds", counted(Cut::Sounds)),
        attributes: builder.add_text_field("attributes", terms(Cut::Attribute, IndexRecordOption::Basic)),
        tags: builder.add_text_field("tags", STRING),
        at: builder.add_i64_field("at", INDEXED | FAST | STORED),
    };
    (builder.build(), fields)
}

/// An index of one process. Clones share it.
#[derive(Clone)]
pub struct Index(Arc<Kept>);

struct Kept {
    tantivy: Tantivy,
    fields: Fields,
    reader: IndexReader,
    writer: Writer,
    strengths: Strengths,
}

impl Index {
    /// Opens the index of a directory, or makes an empty one.
    ///
    /// Errors: [`Error`] where the files cannot be read, are of another shape, or another process writes.
    pub fn open(directory: &Path) -> Result<Index, Error> {
        std::fs::create_dir_all(directory)?;
        let (schema, fields) = schema();
        let files =
            tantivy::directory::MmapDirectory::open(directory).map_err(tantivy::TantivyError::from)?;
        Index::over(Tantivy::open_or_create(files, schema)?, fields)
    }

    /// An empty index in memory.
    ///
    /// Errors: [`Error`] where memory is short.
    pub fn in_memory() -> Result<Index, Error> {
        let (schema, fields) = schema();
        Index::over(Tantivy::create_in_ram(schema), fields)
    }

    fn over(tantivy: Tantivy, fields: Fields) -> Result<Index, Error> {
        for cut in Cut::ALL {
            tantivy.tokenizers().register(cut.name(), cut);
        }
        let reader = tantivy.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let writer = Writer::open(&tantivy)?;
        Ok(Index(Arc::new(Kept { tantivy, fields, reader, writer, strengths: Strengths::default() })))
    }

    /// Puts entries in, each in place of the one with the same key. They are found after [`Index::commit`].
    ///
    /// Errors: [`Error`] where the disk is full.
    pub fn put(&self, entries: &[Entry]) -> Result<(), Error> {
        let fields = &self.0.fields;
        let documents: Vec<(Term, TantivyDocument)> = entries
            .iter()
            .map(|entry| (Term::from_field_text(fields.key, &entry.key), document(fields, entry)))
            .collect();
        self.0.writer.with(move |writer| {
            for (before, document) in documents {
                writer.delete_term(before);
                writer.add_document(document)?;
            }
            Ok(())
        })
    }

    /// Takes entries out.
    ///
    /// Errors: [`Error`] where the index is no longer written.
    pub fn remove(&self, keys: &[String]) -> Result<(), Error> {
        let terms: Vec<Term> = keys.iter().map(|key| Term::from_field_text(self.0.fields.key, key)).collect();
        self.0.writer.with(move |writer| {
            for term in terms {
                writer.delete_term(term);
            }
            Ok(())
        })
    }

    /// Makes what was put in findable and safe from a crash, with the mark up to which it is complete.
    ///
    /// Errors: [`Error`] where the disk is full; the last commit stays.
    pub fn commit(&self, mark: &str) -> Result<(), Error> {
        let mark = mark.to_owned();
        self.0.writer.with(move |writer| {
            let mut prepared = writer.prepare_commit()?;
            prepared.set_payload(&mark);
            prepared.commit()?;
            Ok(())
        })?;
        self.0.reader.reload()?;
        self.0.strengths.keep(&self.searcher());
        Ok(())
    }

    /// The mark of the last commit; none in an index that was never committed.
    ///
    /// Errors: [`Error`] where the files cannot be read.
    pub fn mark(&self) -> Result<Option<String>, Error> {
        Ok(self.0.tantivy.load_metas()?.payload)
    }

    /// How many entries can be found.
    pub fn count(&self) -> u64 {
        self.0.reader.searcher().num_docs()
    }

    pub(crate) fn fields(&self) -> &Fields {
        &self.0.fields
    }

    pub(crate) fn searcher(&self) -> tantivy::Searcher {
        self.0.reader.searcher()
    }

    pub(crate) fn strengths(&self) -> &Strengths {
        &self.0.strengths
    }
}

fn document(fields: &Fields, entry: &Entry) -> TantivyDocument {
    let mut document = TantivyDocument::new();
    let body = cut(&entry.body);
    document.add_text(fields.key, &entry.key);
    document.add_text(fields.kind, &entry.kind);
    document.add_text(fields.title, &entry.title);
    document.add_text(fields.body, body);
    let head = if entry.title.trim().is_empty() { beginning(body, HEAD_UNITS) } else { &entry.title };
    let opening = format!("{}\n{}", entry.title, beginning(body, OPENING_UNITS));
    let whole = format!("{}\n{body}", entry.title);
    document.add_text(fields.head, head);
    document.add_text(fields.opening, opening);
    for field in [fields.grams, fields.words, fields.characters, fields.codes] {
        document.add_text(field, &whole);
    }
    for name in &entry.names {
        document.add_text(fields.sounds, name);
    }
    for (name, text) in &entry.attributes {
        document.add_text(fields.attributes, format!("{name}{SEPARATOR}{text}"));
    }
    for tag in &entry.tags {
        document.add_text(fields.tags, tag);
    }
    document.add_i64(fields.at, entry.at_s);
    document
}

/// The terms of an attribute, as they are indexed and asked for.
pub(crate) fn attribute_terms(name: &str, text: &str) -> Vec<String> {
    let all = grams(text).into_iter().chain(characters(text)).chain(code_terms(text)).chain(words(text));
    let mut terms: Vec<String> = all.map(|token| format!("{name}{SEPARATOR}{}", token.term)).collect();
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// The terms that a filter asks an attribute for.
pub(crate) fn asked_terms(name: &str, text: &str) -> Vec<String> {
    let runs_of_one = analysis::runs(text).into_iter().filter(|run| run.text.chars().count() == 1).count();
    let tokens = if runs_of_one > 0 { characters(text) } else { Vec::new() };
    let codes: Vec<String> = crate::codes::find(text).iter().map(|code| code.squeezed()).collect();
    let terms: Vec<String> = if codes.is_empty() {
        let longer = grams(text).into_iter().filter(|token| token.term.chars().count() > 1);
        longer.chain(tokens).map(|token| token.term).collect()
    } else {
        codes
    };
    terms.into_iter().map(|term| format!("{name}{SEPARATOR}{term}")).collect()
}

fn cut(text: &str) -> &str {
    text.char_indices().nth(TEXT_MOST_CHARS).map_or(text, |(at, _)| &text[..at])
}
