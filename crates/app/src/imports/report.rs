//! The refused rows as a file: the rows as they came, and in a last column what is wrong and how to mend it.
//! Mended, the file can be sent again as it is.

use std::collections::BTreeMap;
use std::path::Path as FilePath;

use axum::extract::Path;
use axum::response::Response;
use rules::access::perm;
use sheet::{Options, Sheet};

use super::pages::csv_file;
use super::show::words;
use super::store::{self, ProblemRow};
use crate::App;
use crate::attachments::keep;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::layout::l10n::L10n;

/// Problems that are read at a time, and in all: what is kept of one import.
const AT_ONCE: i64 = 2_000;
const BATCHES_MOST: usize = 12;

/// GET /imports/{id}/refused.csv
pub async fn refused(
    app: App,
    actor: Actor<perm::ImportRegistry>,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let (import, problems) = app
        .read(move |tx| {
            let import = store::find(tx, id)?.ok_or(Failure::NotFound)?;
            let mut problems: Vec<ProblemRow> = Vec::new();
            for _ in 0..BATCHES_MOST {
                let after = problems.last().map_or((0, -1), |last| (last.row_number, last.place));
                let some = store::problems(tx, id, after, AT_ONCE)?;
                let ended = (some.len() as i64) < AT_ONCE;
                problems.extend(some);
                if ended {
                    break;
                }
            }
            Ok((import, problems))
        })
        .await?;
    let place = keep::place(&app.config.data, &import.sha256);
    let l = actor.l.clone();
    let text =
        tokio::task::spawn_blocking(move || write(&place, &problems, &l)).await.map_err(Failure::broke)??;
    csv_file(&format!("refused-{id}.csv"), text)
}

fn write(place: &FilePath, problems: &[ProblemRow], l: &L10n) -> Result<Vec<u8>, Failure> {
    let mut told: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for problem in problems {
        let line = format!("{}: {}", problem.column_name, words(l, &problem.code, &problem.args));
        told.entry(problem.row_number).or_default().push(line);
    }
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer("\u{feff}".as_bytes().to_vec());
    let broke = |error: csv::Error| Failure::broke(error);
    let row_word = l.t("import-row").into_owned();
    let problem_word = l.t("import-problem").into_owned();
    match Sheet::open(place, &Options::default()) {
        Ok(mut sheet) => {
            let names = sheet.header().names().to_vec();
            writer.write_record(names.iter().chain([&row_word, &problem_word])).map_err(broke)?;
            let mut left = told.len();
            while left > 0 {
                // A file that ends in something unreadable is told up to there.
                let Ok(Some(row)) = sheet.next_row() else { break };
                let number = row.number.to_string();
                let Some(lines) = told.get(&(row.number as i64)) else { continue };
                left -= 1;
                let cells = (0..names.len()).map(|column| row.cell(column));
                writer
                    .write_record(cells.chain([number.as_str(), lines.join("; ").as_str()]))
                    .map_err(broke)?;
            }
        }
        // The file lies with another process: its problems are told without the rows.
        Err(_) => {
            writer.write_record([&row_word, &problem_word]).map_err(broke)?;
            for (row, lines) in &told {
                writer.write_record([row.to_string(), lines.join("; ")]).map_err(broke)?;
            }
        }
    }
    writer.into_inner().map_err(Failure::broke)
}
