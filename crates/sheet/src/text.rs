//! Delimited text: comma, semicolon, tab or bar between cells, quotes around those that need them.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::encoding::{Guess, Transcoder, guess};
use crate::{Error, Options, ROW_MAX_BYTES, Row};

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

type Source = Metered<BufReader<Transcoder<File>>>;

pub(crate) struct TextRows {
    reader: csv::Reader<Source>,
    meter: Arc<Mutex<Meter>>,
    ended: bool,
}

/// Opens delimited text.
pub(crate) fn open(mut file: File, options: &Options) -> Result<(&'static str, TextRows), Error> {
    let encoding = match &options.encoding {
        Some(label) => encoding_rs::Encoding::for_label(label.trim().as_bytes())
            .ok_or_else(|| Error::UnknownEncoding(label.clone()))?,
        None => {
            let Guess { encoding, .. } = guess(&mut file)?;
            file.seek(SeekFrom::Start(0))?;
            encoding
        }
    };
    let mut buffered = BufReader::with_capacity(128 * 1024, Transcoder::new(file, encoding));
    let delimiter = match options.delimiter {
        Some(delimiter) => delimiter,
        None => likely_delimiter(buffered.fill_buf()?),
    };
    let meter = Arc::new(Mutex::new(Meter::new()));
    let source = Metered { inner: buffered, meter: meter.clone() };
    let reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(source);
    Ok((encoding.name(), TextRows { reader, meter, ended: false }))
}

impl TextRows {
    fn meter(&self) -> MutexGuard<'_, Meter> {
        self.meter.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn bytes_read(&self) -> u64 {
        self.meter().bytes_read
    }

    /// Reads the next row into `row`, and tells whether there was one.
    pub(crate) fn read_row(&mut self, row: &mut Row) -> Result<bool, Error> {
        if self.ended {
            return Ok(false);
        }
        self.meter().allowance = ROW_MAX_BYTES;
        let start = self.reader.position().byte();
        match self.reader.read_record(&mut row.cells) {
            Ok(true) => {
                row.number = self.meter().line_at(start);
                Ok(true)
            }
            Ok(false) => {
                self.ended = true;
                Ok(false)
            }
            Err(problem) => {
                self.ended = true;
                let mut meter = self.meter();
                match problem.into_kind() {
                    csv::ErrorKind::Io(_) if meter.allowance == 0 => {
                        Err(Error::EndlessRow { line: meter.line_at(start) })
                    }
                    csv::ErrorKind::Io(error) => Err(Error::Io(error)),
                    other => Err(Error::Io(io::Error::new(io::ErrorKind::InvalidData, format!("{other:?}")))),
                }
            }
        }
    }
}

/// The candidate that stands most often in the first line, outside quotes.
fn likely_delimiter(start: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [0usize; DELIMITERS.len()];
    for &byte in start {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted && counts.iter().any(|&count| count > 0) => break,
            _ if !quoted => {
                if let Some(place) = DELIMITERS.iter().position(|&candidate| candidate == byte) {
                    counts[place] += 1;
                }
            }
            _ => {}
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    let place = counts.iter().position(|&count| count == most && most > 0).unwrap_or(0);
    DELIMITERS[place]
}

/// Watches the text on its way to the splitter: what one row may still take, and where lines end.
struct Meter {
    allowance: u64,
    bytes_read: u64,
    /// Bytes of text handed on so far.
    text_len: u64,
    /// Places of `\r` and `\n` that no row has passed yet, and whether a line ends there.
    breaks: VecDeque<(u64, bool)>,
    after_return: bool,
    line: u64,
}

impl Meter {
    fn new() -> Meter {
        Meter {
            allowance: ROW_MAX_BYTES,
            bytes_read: 0,
            text_len: 0,
            breaks: VecDeque::new(),
            after_return: false,
            line: 1,
        }
    }

    fn pass(&mut self, text: &[u8]) {
        for offset in memchr::memchr2_iter(b'\n', b'\r', text) {
            let after_return =
                offset.checked_sub(1).map_or(self.after_return, |before| text[before] == b'\r');
            let ends_line = text[offset] == b'\r' || !after_return;
            self.breaks.push_back((self.text_len + offset as u64, ends_line));
        }
        self.after_return = text.last().map_or(self.after_return, |&byte| byte == b'\r');
        self.text_len += text.len() as u64;
        self.allowance = self.allowance.saturating_sub(text.len() as u64);
    }

    /// The line of the first thing written at or after `start`; asked in rising order only.
    fn line_at(&mut self, mut start: u64) -> u64 {
        while let Some(&(place, ends_line)) = self.breaks.front()
            && place <= start
        {
            // A break that stands right where the row should begin belongs to a blank line.
            start += u64::from(place == start);
            self.line += u64::from(ends_line);
            self.breaks.pop_front();
        }
        self.line
    }
}

struct Metered<R> {
    inner: R,
    meter: Arc<Mutex<Meter>>,
}

impl Read for Metered<BufReader<Transcoder<File>>> {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        let mut meter = self.meter.lock().unwrap_or_else(PoisonError::into_inner);
        if meter.allowance == 0 {
            return Err(io::Error::other("the row is too long"));
        }
        let read = self.inner.read(output)?;
        meter.pass(&output[..read]);
        meter.bytes_read = self.inner.get_ref().bytes_read;
        Ok(read)
    }
}
