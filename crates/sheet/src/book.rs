//! Workbooks. XLSX is streamed on a thread of its own; the older formats are read whole, as their libraries do.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use calamine::{Data, DataRef, ExcelDateTime, Reader, Sheets, Xlsx};

use crate::{Error, Row};

/// Rows that may wait between the thread that unpacks and the one that reads.
const WAITING_ROWS: usize = 256;

/// A column further right than this is not a table that somebody filled in.
const COLUMNS_MAX: usize = 4_096;

type Message = Result<Row, Error>;

pub(crate) struct BookRows {
    receiver: Receiver<Message>,
    ended: bool,
}

impl BookRows {
    /// Reads the next row into `row`, and tells whether there was one.
    pub(crate) fn read_row(&mut self, row: &mut Row) -> Result<bool, Error> {
        if self.ended {
            return Ok(false);
        }
        match self.receiver.recv() {
            Ok(Ok(read)) => {
                *row = read;
                Ok(true)
            }
            Ok(Err(problem)) => {
                self.ended = true;
                Err(problem)
            }
            Err(_) => {
                self.ended = true;
                Ok(false)
            }
        }
    }
}

/// Opens one worksheet of a workbook.
pub(crate) fn open(path: &Path, worksheet: Option<&str>) -> Result<BookRows, Error> {
    let (sender, receiver) = sync_channel(WAITING_ROWS);
    let path: PathBuf = path.to_owned();
    let worksheet = worksheet.map(str::to_owned);
    std::thread::Builder::new().name("workbook".into()).spawn(move || {
        if let Err(problem) = send_rows(&path, worksheet.as_deref(), &sender) {
            // A reader that has gone away does not want to hear of it.
            let _ = sender.send(Err(problem));
        }
    })?;
    Ok(BookRows { receiver, ended: false })
}

fn send_rows(path: &Path, worksheet: Option<&str>, sender: &SyncSender<Message>) -> Result<(), Error> {
    let file = || -> Result<BufReader<File>, Error> { Ok(BufReader::new(File::open(path)?)) };
    match Xlsx::new(file()?) {
        Ok(mut book) => {
            let name = choose(&book.sheet_names(), worksheet)?;
            stream_xlsx(&mut book, &name, sender)
        }
        Err(_) => {
            let mut book = open_older(path)?;
            let name = choose(&book.sheet_names(), worksheet)?;
            let range =
                book.worksheet_range(&name).map_err(|problem| Error::Workbook(problem.to_string()))?;
            let (first_row, first_column) = range.start().unwrap_or((0, 0));
            for (offset, cells) in range.rows().enumerate() {
                let mut record = csv::StringRecord::new();
                (0..first_column).for_each(|_| record.push_field(""));
                cells.iter().for_each(|cell| record.push_field(&owned_text(cell)));
                let number = u64::from(first_row) + offset as u64 + 1;
                if sender.send(Ok(Row::new(number, record))).is_err() {
                    return Ok(());
                }
            }
            Ok(())
        }
    }
}

fn open_older(path: &Path) -> Result<Sheets<BufReader<File>>, Error> {
    calamine::open_workbook_auto(path).map_err(|problem| Error::Workbook(problem.to_string()))
}

fn choose(names: &[String], wanted: Option<&str>) -> Result<String, Error> {
    let found = match wanted {
        Some(wanted) => names.iter().find(|name| name.as_str() == wanted),
        None => names.first(),
    };
    found.cloned().ok_or_else(|| Error::NoWorksheet {
        wanted: wanted.unwrap_or("").to_owned(),
        present: names.join(", "),
    })
}

fn stream_xlsx(
    book: &mut Xlsx<BufReader<File>>,
    name: &str,
    sender: &SyncSender<Message>,
) -> Result<(), Error> {
    let workbook = |problem: calamine::XlsxError| Error::Workbook(problem.to_string());
    let mut cells = book.worksheet_cells_reader(name).map_err(workbook)?;
    let mut number = 0u64;
    let mut record = csv::StringRecord::new();
    while let Some(cell) = cells.next_cell().map_err(workbook)? {
        let (row, column) = cell.get_position();
        let row = u64::from(row) + 1;
        if row != number {
            let full = std::mem::replace(&mut record, csv::StringRecord::new());
            if !full.is_empty() && sender.send(Ok(Row::new(number, full))).is_err() {
                return Ok(());
            }
            number = row;
        }
        let column = column as usize;
        if column >= COLUMNS_MAX {
            continue;
        }
        let text = cell_text(cell.get_value());
        if text.is_empty() {
            continue;
        }
        while record.len() < column {
            record.push_field("");
        }
        record.push_field(&text);
    }
    if !record.is_empty() {
        let _ = sender.send(Ok(Row::new(number, record)));
    }
    Ok(())
}

/// A cell as text: whole numbers without a point, dates as `2026-01-05 09:12:00`.
fn cell_text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTime(moment) => moment_text(moment),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

fn owned_text(value: &Data) -> String {
    match value {
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number_text(*number),
        Data::String(text) => text.clone(),
        Data::Bool(truth) => truth.to_string(),
        Data::DateTime(moment) => moment_text(moment),
        Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Error(error) => error.to_string(),
        Data::Empty => String::new(),
    }
}

fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 { format!("{number:.0}") } else { number.to_string() }
}

fn moment_text(moment: &ExcelDateTime) -> String {
    if moment.is_duration() {
        let seconds = (moment.as_f64() * 86_400.0).round() as i64;
        return format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    }
    // A day fraction is binary: half a second is added so that 09:12 is not read as 09:11:59.999.
    let rounded = ExcelDateTime::new(
        (moment.as_f64() * 86_400.0).round() / 86_400.0 + 1e-9,
        calamine::ExcelDateTimeType::DateTime,
        false,
    );
    let (year, month, day, hour, minute, second, _) = match moment.to_ymd_hms_milli() {
        (.., 0) => moment.to_ymd_hms_milli(),
        _ => rounded.to_ymd_hms_milli(),
    };
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_moments_read_as_people_wrote_them() {
        assert_eq!(number_text(104_217.0), "104217");
        assert_eq!(number_text(0.5), "0.5");
        let at = |value: f64| ExcelDateTime::new(value, calamine::ExcelDateTimeType::DateTime, false);
        assert_eq!(moment_text(&at(45_943.5)), "2025-10-13 12:00:00");
        assert_eq!(moment_text(&at(45_943.383_333_333_33)), "2025-10-13 09:12:00");
        assert_eq!(moment_text(&at(46_027.0)), "2026-01-05 00:00:00");
    }
}
