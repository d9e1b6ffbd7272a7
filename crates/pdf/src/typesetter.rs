//! Sets a template with its data.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, Timestamp as Moment};

use crate::{Fonts, Problem, Script};

/// The path under which a template finds its data.
const DATA: &str = "/data.json";
const MAIN: &str = "/main.typ";
/// Documents for which what was computed for an earlier one is kept.
const CACHED_DOCUMENTS: usize = 4;

/// A document to set: templates, data and date.
#[derive(Debug, Clone)]
pub struct Paper<'a> {
    template: &'a str,
    data: &'a Value,
    /// When the document is made; it stands in the file.
    at: Timestamp,
    shared: Vec<(&'a str, &'a str)>,
    files: Vec<(&'a str, Vec<u8>)>,
}

impl<'a> Paper<'a> {
    /// A document of one template, which reads its data with `json("/data.json")`.
    pub fn new(template: &'a str, data: &'a Value, at: Timestamp) -> Paper<'a> {
        Paper { template, data, at, shared: Vec::new(), files: Vec::new() }
    }

    /// A template that others import, as `/paper.typ`.
    pub fn with_shared(mut self, path: &'a str, text: &'a str) -> Paper<'a> {
        self.shared.push((path, text));
        self
    }

    /// A picture or another file that the template reads, as `/code.svg`.
    pub fn with_file(mut self, path: &'a str, bytes: impl Into<Vec<u8>>) -> Paper<'a> {
        self.files.push((path, bytes.into()));
        self
    }
}

/// A document that was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// The PDF.
    pub bytes: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
}

/// Sets documents. Made once; any number of threads may use it.
pub struct Typesetter {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Fonts,
}

impl Typesetter {
    /// A typesetter with these fonts.
    pub fn new(fonts: Fonts) -> Typesetter {
        let book = LazyHash::new(fonts.book.clone());
        Typesetter { library: LazyHash::new(Library::default()), book, fonts }
    }

    /// The family that a template is to name for a script.
    pub fn family(&self, script: Script) -> &str {
        self.fonts.family(script)
    }

    /// Sets a document.
    ///
    /// Errors: [`Problem::Template`] with the line of the template.
    pub fn set(&self, paper: &Paper<'_>) -> Result<Set, Problem> {
        let desk = Desk::new(self, paper)?;
        let told = |problems: &[SourceDiagnostic]| Problem::Template(desk.told(problems));
        let document: PagedDocument = typst::compile(&desk).output.map_err(|problems| told(&problems))?;
        let options = PdfOptions {
            ident: Smart::Custom(format!("{}{}", paper.at, paper.data)),
            creator: Smart::Custom(Some("Aftercare".to_owned())),
            timestamp: moment(paper.at).map(Moment::new_utc),
            ..PdfOptions::default()
        };
        let bytes = typst_pdf::pdf(&document, &options).map_err(|problems| told(&problems))?;
        typst::comemo::evict(CACHED_DOCUMENTS);
        Ok(Set { bytes, pages: document.pages().len() })
    }
}

fn moment(at: Timestamp) -> Option<Datetime> {
    let at = at.to_zoned(TimeZone::UTC);
    let part = |n: i8| u8::try_from(n).unwrap_or(0);
    Datetime::from_ymd_hms(
        i32::from(at.year()),
        part(at.month()),
        part(at.day()),
        part(at.hour()),
        part(at.minute()),
        part(at.second()),
    )
}

/// The world of one document: what its template may read.
struct Desk<'t> {
    typesetter: &'t Typesetter,
    main: FileId,
    sources: HashMap<FileId, Source>,
    files: HashMap<FileId, Bytes>,
    today: Option<Datetime>,
}

impl<'t> Desk<'t> {
    fn new(typesetter: &'t Typesetter, paper: &Paper<'_>) -> Result<Desk<'t>, Problem> {
        let main = id(MAIN)?;
        let mut sources = HashMap::from([(main, Source::new(main, paper.template.to_owned()))]);
        for (path, text) in &paper.shared {
            let id = id(path)?;
            sources.insert(id, Source::new(id, (*text).to_owned()));
        }
        let mut files = HashMap::from([(id(DATA)?, Bytes::from_string(paper.data.to_string()))]);
        for (path, bytes) in &paper.files {
            files.insert(id(path)?, Bytes::new(bytes.clone()));
        }
        Ok(Desk { typesetter, main, sources, files, today: moment(paper.at) })
    }

    /// The problems of a template, each with its file and line.
    fn told(&self, problems: &[SourceDiagnostic]) -> String {
        let said = problems.iter().map(|problem| {
            let place = problem.span.id().and_then(|id| {
                let source = self.sources.get(&id)?;
                let line = source.lines().byte_to_line(self.range(problem.span)?.start)? + 1;
                Some(format!("{}:{line}: ", id.vpath().get_without_slash()))
            });
            let trace = problem.hints.iter().map(|hint| format!(" ({})", hint.v)).collect::<String>();
            format!("{}{}{trace}", place.unwrap_or_default(), problem.message)
        });
        said.collect::<Vec<_>>().join("; ")
    }
}

/// The id of a path. Paths are few and fixed, so the table that the library keeps of them stays small.
fn id(path: &str) -> Result<FileId, Problem> {
    let path = VirtualPath::new(path).map_err(|_| Problem::Template(format!("`{path}` is no path")))?;
    Ok(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.typesetter.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.typesetter.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.sources.get(&id).cloned().ok_or_else(|| absent(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.get(&id).cloned().ok_or_else(|| absent(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.typesetter.fonts.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        self.today
    }
}

fn absent(id: FileId) -> FileError {
    FileError::NotFound(id.vpath().get_without_slash().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usual_directories;
    use serde_json::json;

    fn typesetter() -> Typesetter {
        Typesetter::new(Fonts::find(&usual_directories()).unwrap())
    }

    const TEMPLATE: &str = "#import \"/house.typ\": big\n#let data = json(\"/data.json\")\n\
        #set text(font: data.family)\n#for line in data.lines [#big(line) #pagebreak(weak: true)]";
    const HOUSE: &str = "#let big(words) = text(size: 20pt, words)";

    #[test]
    fn the_same_data_and_date_give_the_same_bytes_and_user_text_is_never_markup() {
        let typesetter = typesetter();
        let family = typesetter.family(Script::Simplified);
        let at: Timestamp = "2026-01-05T01:00:00Z".parse().unwrap();
        let lines =
            ["\u{552e}\u{540e}\u{670d}\u{52a1}", "#panic(\"no\") *x* $1/0$ ]", "#include \"/etc/passwd\""];
        let data = json!({ "family": family, "lines": lines });
        let paper = Paper::new(TEMPLATE, &data, at).with_shared("/house.typ", HOUSE);
        let first = typesetter.set(&paper).unwrap();
        assert_eq!(first.pages, 3);
        assert!(first.bytes.starts_with(b"%PDF-1."));
        assert_eq!(first, typesetter.set(&paper).unwrap());
        // The Chinese glyphs travel with the file: whoever opens it needs no font.
        let name = family.replace(' ', "");
        let holds = |words: &str| first.bytes.windows(words.len()).any(|window| window == words.as_bytes());
        assert!(holds(&format!("+{name}")), "{name} is not embedded");
    }

    #[test]
    fn a_mistake_in_a_template_is_told_with_its_line() {
        let data = json!({});
        let paper = Paper::new("#let x = 1\n#let y = x.nothing", &data, Timestamp::UNIX_EPOCH);
        let Err(Problem::Template(said)) = typesetter().set(&paper) else { panic!("it was set") };
        assert!(said.starts_with("main.typ:2: "), "{said}");
        let paper = Paper::new("#read(\"/etc/passwd\")", &data, Timestamp::UNIX_EPOCH);
        assert!(matches!(typesetter().set(&paper), Err(Problem::Template(_))));
    }
}
