//! Tables made by strangers, read row by row in bounded memory.
//!
//! A file is CSV (any delimiter, UTF-8 with or without a mark, UTF-16, GBK/GB18030 or a named encoding) or a
//! workbook (XLSX, XLS, XLSB, ODS). What is wrong with one row is told about that row; only what is wrong with
//! the whole file stops the reading. No words of the field stand here.

mod book;
mod encoding;
mod text;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

pub use encoding::{Guess, guess};

/// A row may hold this many bytes; a longer one is a quotation mark that was never closed.
pub const ROW_MAX_BYTES: u64 = 16 * 1024 * 1024;

/// How to read a file, where it cannot be found out from the file.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// A label such as `gbk` or `utf-16le`; without one the encoding is found from the bytes.
    pub encoding: Option<String>,
    /// The byte between two cells; without one it is found from the header.
    pub delimiter: Option<u8>,
    /// The worksheet of a workbook; without one the first.
    pub worksheet: Option<String>,
}

/// What makes a whole file unreadable.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot read the file: {0}")]
    Io(#[from] std::io::Error),
    #[error("the file is empty: the first row must hold the names of the columns")]
    Empty,
    #[error(
        "no encoding is called \"{0}\"; use a label such as utf-8, gbk, gb18030, big5, utf-16le or windows-1252"
    )]
    UnknownEncoding(String),
    #[error("the workbook cannot be read: {0}")]
    Workbook(String),
    #[error("the workbook has no worksheet \"{wanted}\"; it has: {present}")]
    NoWorksheet { wanted: String, present: String },
    #[error(
        "the row that begins at line {line} is longer than 16 MiB: a quotation mark is probably not closed"
    )]
    EndlessRow { line: u64 },
}

/// One row below the header.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// The line (CSV) or row (workbook) where it begins, counted from 1 as an editor shows it.
    pub number: u64,
    cells: csv::StringRecord,
}

impl Row {
    pub(crate) fn new(number: u64, cells: csv::StringRecord) -> Row {
        Row { number, cells }
    }

    /// The text of a cell without blanks around it; a cell beyond the end of a short row is empty.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map(str::trim).unwrap_or("")
    }

    /// How many cells the row has.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether nothing is written in the row.
    pub fn is_empty(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }

    /// All cells from left to right, as they are written.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        self.cells.iter()
    }

    /// The first column whose bytes do not fit the encoding of the file.
    pub fn garbled(&self) -> Option<usize> {
        self.cells.iter().position(|cell| cell.contains(char::REPLACEMENT_CHARACTER))
    }
}

/// A column that was asked for and cannot be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnProblem {
    /// No column has the name; `nearest` is one that looks like it.
    Missing { name: String, nearest: Option<String> },
    /// Several columns have the name; `NAME#2` asks for the second.
    Repeated { name: String, count: usize },
}

/// The names in the first row.
#[derive(Debug, Clone, Default)]
pub struct Header {
    names: Vec<String>,
    width: usize,
}

impl Header {
    pub(crate) fn new<'a>(names: impl Iterator<Item = &'a str>) -> Header {
        let mut names: Vec<String> = names.map(|name| name.trim().to_owned()).collect();
        let width = names.len();
        while names.last().is_some_and(String::is_empty) {
            names.pop();
        }
        Header { names, width }
    }

    /// The names from left to right.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// How many cells the header has, those without a name at its end included.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The place of the column called `name`, upper and lower case alike; `NAME#2` is the second of that name.
    pub fn column(&self, name: &str) -> Result<usize, ColumnProblem> {
        let wanted = name.trim();
        let places = |wanted: &str| -> Vec<usize> {
            let exact: Vec<usize> = (0..self.names.len()).filter(|&i| self.names[i] == wanted).collect();
            if !exact.is_empty() {
                return exact;
            }
            let wanted = wanted.to_lowercase();
            (0..self.names.len()).filter(|&i| self.names[i].to_lowercase() == wanted).collect()
        };
        match places(wanted).as_slice() {
            [one] => return Ok(*one),
            [] => {}
            many => return Err(ColumnProblem::Repeated { name: wanted.to_owned(), count: many.len() }),
        }
        if let Some((base, nth)) = wanted.rsplit_once('#')
            && let Ok(nth) = nth.parse::<usize>()
            && let Some(&place) = nth.checked_sub(1).and_then(|nth| places(base).get(nth).copied()).as_ref()
        {
            return Ok(place);
        }
        let folded = fold(wanted);
        let nearest = self
            .names
            .iter()
            .find(|candidate| {
                fold(candidate) == folded || (!folded.is_empty() && fold(candidate).contains(&folded))
            })
            .cloned();
        Err(ColumnProblem::Missing { name: wanted.to_owned(), nearest })
    }
}

/// Letters and digits only, in lower case: `Opened At` and `opened_at` are the same.
fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A file that is being read.
pub struct Sheet {
    header: Header,
    encoding: &'static str,
    rows: Rows,
}

enum Rows {
    Text(Box<text::TextRows>),
    Book(book::BookRows),
}

impl Sheet {
    /// Opens a file and reads its header.
    ///
    /// Errors: [`Error`], when nothing in the file can be read.
    pub fn open(path: &Path, options: &Options) -> Result<Sheet, Error> {
        let mut file = File::open(path)?;
        let mut magic = [0u8; 8];
        let filled = read_up_to(&mut file, &mut magic)?;
        file.seek(SeekFrom::Start(0))?;
        if filled == 0 {
            return Err(Error::Empty);
        }
        let (encoding, rows) = if is_workbook(&magic[..filled]) {
            ("workbook", Rows::Book(book::open(path, options.worksheet.as_deref())?))
        } else {
            let (encoding, rows) = text::open(file, options)?;
            (encoding, Rows::Text(Box::new(rows)))
        };
        let mut sheet = Sheet { header: Header::default(), encoding, rows };
        let first = sheet.next_row()?.ok_or(Error::Empty)?;
        sheet.header = Header::new(first.cells());
        Ok(sheet)
    }

    /// The names of the columns.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The encoding that the file is read in, or `workbook`.
    pub fn encoding(&self) -> &'static str {
        self.encoding
    }

    /// How many bytes of the file were read so far; `None` where the format does not tell.
    pub fn bytes_read(&self) -> Option<u64> {
        match &self.rows {
            Rows::Text(rows) => Some(rows.bytes_read()),
            Rows::Book(_) => None,
        }
    }

    /// Reads the next row that has something written in it into `row`, whose room is used again. Tells whether there
    /// was one.
    ///
    /// Errors: [`Error`], after which there are no more rows.
    pub fn read_row(&mut self, row: &mut Row) -> Result<bool, Error> {
        loop {
            let is_there = match &mut self.rows {
                Rows::Text(rows) => rows.read_row(row)?,
                Rows::Book(rows) => rows.read_row(row)?,
            };
            if !is_there || !row.is_empty() {
                return Ok(is_there);
            }
        }
    }

    /// The next row that has something written in it.
    ///
    /// Errors: [`Error`], after which there are no more rows.
    pub fn next_row(&mut self) -> Result<Option<Row>, Error> {
        let mut row = Row::default();
        Ok(self.read_row(&mut row)?.then_some(row))
    }
}

impl Iterator for Sheet {
    type Item = Result<Row, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_row().transpose()
    }
}

/// Whether the file begins like a ZIP archive (XLSX, XLSB, ODS) or an OLE container (XLS).
fn is_workbook(start: &[u8]) -> bool {
    start.starts_with(b"PK\x03\x04") || start.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1])
}

fn read_up_to(reader: &mut impl Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..])? {
            0 => break,
            n => filled += n,
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn sheet(bytes: &[u8], options: &Options) -> Result<Sheet, Error> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        Sheet::open(file.path(), options)
    }

    fn read(bytes: &[u8]) -> (String, Vec<String>, Vec<(u64, Vec<String>)>) {
        let mut sheet = sheet(bytes, &Options::default()).unwrap();
        let names = sheet.header().names().to_vec();
        let encoding = sheet.encoding().to_owned();
        let rows = (&mut sheet)
            .map(|row| row.unwrap())
            .map(|row| (row.number, row.cells().map(str::to_owned).collect()))
            .collect();
        (encoding, names, rows)
    }

    fn utf16(text: &str, mark: bool, big: bool) -> Vec<u8> {
        let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
        units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn the_same_table_is_read_from_every_encoding() {
        let text = "编号,标题\n7,交换机电源故障\n8,\"读卡器,不响应\"\n";
        let gbk = encoding_rs::GB18030.encode(text).0.into_owned();
        let cases: [(&str, Vec<u8>, &str); 7] = [
            ("plain", text.as_bytes().to_vec(), "UTF-8"),
            ("with a mark", [b"\xEF\xBB\xBF", text.as_bytes()].concat(), "UTF-8"),
            ("GBK", gbk, "gb18030"),
            ("UTF-16 little", utf16(text, true, false), "UTF-16LE"),
            ("UTF-16 big", utf16(text, true, true), "UTF-16BE"),
            (
                "UTF-16 without a mark",
                utf16(&format!("number,{}", text.replace('\n', "\r\n")), false, false),
                "UTF-16LE",
            ),
            ("line ends of Windows", text.replace('\n', "\r\n").into_bytes(), "UTF-8"),
        ];
        for (name, bytes, encoding) in cases {
            let (found, names, rows) = read(&bytes);
            assert_eq!(found, encoding, "{name}");
            assert!(names.ends_with(&["编号".to_owned(), "标题".to_owned()]), "{name}: {names:?}");
            assert_eq!(rows[0].0, 2, "{name}");
            assert_eq!(rows[0].1.last().unwrap(), "交换机电源故障", "{name}");
            assert_eq!(rows[1].1.last().unwrap(), "读卡器,不响应", "{name}");
        }
    }

    #[test]
    fn a_named_encoding_is_obeyed() {
        let big5 = encoding_rs::BIG5.encode("編號,標題\n7,交換機電源故障\n").0.into_owned();
        let options = Options { encoding: Some("big5".into()), ..Options::default() };
        let mut sheet = sheet(&big5, &options).unwrap();
        assert_eq!(sheet.next_row().unwrap().unwrap().cell(1), "交換機電源故障");
        let unknown = Options { encoding: Some("klingon".into()), ..Options::default() };
        assert!(matches!(
            super::Sheet::open(tempfile_with(b"a\n1\n").path(), &unknown),
            Err(Error::UnknownEncoding(_))
        ));
    }

    fn tempfile_with(bytes: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    #[test]
    fn one_garbled_byte_spoils_one_row() {
        let mut bytes = "key,text\n".as_bytes().to_vec();
        for key in 0..500 {
            bytes.extend(format!("{key},网络中断\n").into_bytes());
        }
        bytes.extend(b"500,\xFF\xFE\xFA\n501,ok\n");
        let mut sheet = sheet(&bytes, &Options::default()).unwrap();
        assert_eq!(sheet.encoding(), "UTF-8");
        let garbled: Vec<u64> = (&mut sheet)
            .map(|row| row.unwrap())
            .filter(|row| row.garbled() == Some(1))
            .map(|row| row.number)
            .collect();
        assert_eq!(garbled, [502]);
    }

    #[test]
    fn an_encoding_is_found_by_the_whole_file() {
        // ASCII as far as the first blocks reach; what tells the encoding comes late.
        let mut text = "key,text\n".to_owned();
        (0..20_000).for_each(|key| text.push_str(&format!("{key},link down\n")));
        let late = format!("{text}20000,交换机电源故障\n");
        let (gbk, _, _) = encoding_rs::GB18030.encode(&late);
        for (bytes, encoding) in
            [(late.as_bytes(), "UTF-8"), (&gbk[..], "gb18030"), (text.as_bytes(), "UTF-8")]
        {
            let (found, _, rows) = read(bytes);
            assert_eq!(found, encoding);
            assert!(rows.get(20_000).is_none_or(|(line, row)| *line == 20_002 && row[1] == "交换机电源故障"));
        }
    }

    #[test]
    fn delimiters_are_found_and_line_numbers_are_those_of_an_editor() {
        for delimiter in [',', ';', '\t', '|'] {
            let text = format!("a{delimiter}b\n1{delimiter}\"two\nlines\"\n\n2{delimiter}x\n");
            let (_, names, rows) = read(text.as_bytes());
            assert_eq!(names, ["a", "b"]);
            let numbers: Vec<u64> = rows.iter().map(|row| row.0).collect();
            assert_eq!(numbers, [2, 5], "{delimiter:?}");
            assert_eq!(rows[0].1[1], "two\nlines");
        }
    }

    #[test]
    fn a_column_is_found_by_name_and_a_near_name_is_offered() {
        let header = Header::new(["Number", "opened_at", "Variant", "index", "Variant", ""].into_iter());
        assert_eq!(header.names().len(), 5);
        assert_eq!(header.column("number"), Ok(0));
        assert_eq!(header.column("Variant#2"), Ok(4));
        assert_eq!(
            header.column("Variant"),
            Err(ColumnProblem::Repeated { name: "Variant".into(), count: 2 })
        );
        let missing = |name: &str, nearest: Option<&str>| {
            Err(ColumnProblem::Missing { name: name.into(), nearest: nearest.map(str::to_owned) })
        };
        assert_eq!(header.column("Opened At"), missing("Opened At", Some("opened_at")));
        assert_eq!(header.column("closed"), missing("closed", None));
    }

    #[test]
    fn an_open_quote_does_not_eat_the_memory() {
        let mut bytes = b"a,b\n1,\"never closed\n".to_vec();
        bytes.resize(20 * 1024 * 1024, b'x');
        let mut sheet = sheet(&bytes, &Options::default()).unwrap();
        assert!(matches!(sheet.next_row(), Err(Error::EndlessRow { line: 2 })));
        assert!(sheet.next_row().unwrap().is_none());
    }

    #[test]
    fn an_empty_file_says_so() {
        for bytes in [&b""[..], b"\xEF\xBB\xBF", b"\n\n"] {
            assert!(matches!(sheet(bytes, &Options::default()), Err(Error::Empty)), "{bytes:?}");
        }
    }
}
