//! `aftercare backup FILE`: everything of a data directory in one file, while the server runs.
//!
//! The file is a plain tar: the database as it was at one moment, then the other files of the data directory
//! (attachments, keys, settings), and last a manifest with the size and SHA-256 of each, which `restore` checks.

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::restore::{KEPT, STAGING};
use crate::serve::Place;
use crate::terminal;

/// The database in the archive, whatever it is called outside.
pub const DATABASE: &str = "aftercare.db";
/// The list of what is in the archive, its last entry.
pub const MANIFEST: &str = "manifest.json";
/// Where the other files of the data directory stand in the archive.
pub const FILES: &str = "files";
/// The version of this format.
pub const FORMAT: u32 = 1;

/// Writes the database, attachments and keys to one file while the server runs.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The file to write; an older one is replaced once the new one is whole.
    file: PathBuf,
    #[command(flatten)]
    place: Place,
    /// A settings file in TOML [default: aftercare.toml in the data directory, if there is one].
    #[arg(long, env = "AFTERCARE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

/// What an archive holds.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    pub program: String,
    pub entries: Vec<Entry>,
}

/// One file of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
}

/// Writes a backup and checks that the copy of the database is whole.
///
/// Errors: a database that is not SQLite, a copy that is damaged, a disk that is full.
pub fn run(arguments: Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let config = arguments.place.config(arguments.config)?;
    let Some(database) = config.database.strip_prefix("sqlite:") else {
        return Err("backup is for SQLite; for PostgreSQL use pg_dump and copy the data directory".into());
    };
    let database = Path::new(database);
    if !database.exists() {
        return Err(format!("there is no database at {}", database.display()).into());
    }
    let partial = with_ending(&arguments.file, "partial");
    let copy = with_ending(&arguments.file, "database");
    let _ = fs::remove_file(&copy);
    let written = write(database, &config.data, &copy, &partial, &arguments.file);
    let _ = fs::remove_file(&copy);
    if written.is_err() {
        let _ = fs::remove_file(&partial);
    }
    let manifest = written?;
    let bytes: u64 = manifest.entries.iter().map(|entry| entry.bytes).sum();
    println!("{}: {} files, {bytes} bytes", arguments.file.display(), manifest.entries.len());
    Ok(ExitCode::SUCCESS)
}

fn write(
    database: &Path,
    data: &Path,
    copy: &Path,
    partial: &Path,
    file: &Path,
) -> Result<Manifest, Box<dyn Error>> {
    let bar = terminal::bar(Some(0)).with_message("database");
    db::backup::copy(database, copy, |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    })?;
    let damage = db::backup::check(copy)?;
    if let Some(first) = damage.first() {
        return Err(format!("the database is damaged ({} findings): {first}", damage.len()).into());
    }
    // After the database: what it refers to is there, and a file that came later does no harm.
    let left_out = [copy, partial, file].map(|path| fs::canonicalize(path).ok());
    let files = files_of(data, database, &left_out)?;
    bar.set_message("files");
    bar.set_length(files.len() as u64);
    bar.set_position(0);
    let mut archive = tar::Builder::new(owners_only(partial)?);
    let mut entries = vec![append(&mut archive, copy, DATABASE)?];
    for path in files {
        let relative = path.strip_prefix(data)?.to_str().ok_or("a file name is not UTF-8")?.to_owned();
        match append(&mut archive, &path, &format!("{FILES}/{relative}")) {
            Ok(entry) => entries.push(entry),
            // Taken away since it was listed.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(format!("{}: {error}", path.display()).into()),
        }
        bar.inc(1);
    }
    let manifest = Manifest { format: FORMAT, program: env!("CARGO_PKG_VERSION").to_owned(), entries };
    let text = serde_json::to_vec_pretty(&manifest)?;
    archive.append_data(&mut header(text.len() as u64), MANIFEST, &text[..])?;
    let mut written = archive.into_inner()?;
    written.flush()?;
    written.sync_all()?;
    fs::rename(partial, file)?;
    bar.finish_and_clear();
    Ok(manifest)
}

/// Every file of the data directory but the database itself and what is being written.
fn files_of(data: &Path, database: &Path, left_out: &[Option<PathBuf>]) -> io::Result<Vec<PathBuf>> {
    let name = database.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let is_database = |path: &Path| {
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        [name.clone(), format!("{name}-wal"), format!("{name}-shm"), format!("{name}-journal")]
            .contains(&file)
            && path.parent() == database.parent()
    };
    let mut files = Vec::new();
    let mut directories = vec![data.to_path_buf()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory)? {
            let path = entry?.path();
            let metadata = fs::symlink_metadata(&path)?;
            let is_left_out =
                left_out.iter().flatten().any(|left| fs::canonicalize(&path).ok().as_ref() == Some(left));
            if metadata.is_dir() {
                if !(directory == data && is_of_restore(&path)) {
                    directories.push(path);
                }
            } else if metadata.is_file() && !is_left_out && !is_database(&path) {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Whether a directory is one that `restore` works in or has moved older files to.
fn is_of_restore(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name == STAGING || name.starts_with(KEPT)
}

/// Adds a file as it is now: one that grows meanwhile is cut at the size that it had.
fn append(archive: &mut tar::Builder<File>, path: &Path, name: &str) -> io::Result<Entry> {
    let file = File::open(path)?;
    let bytes = file.metadata()?.len();
    let mut reader = Hashing { inner: file.take(bytes), hasher: Sha256::new() };
    archive.append_data(&mut header(bytes), name, &mut reader)?;
    Ok(Entry { path: name.to_owned(), bytes, sha256: ledger::tree::hex(&reader.hasher.finalize()) })
}

fn header(bytes: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o600);
    header
}

/// Hashes what is read through it.
pub struct Hashing<R> {
    pub inner: R,
    pub hasher: Sha256,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..read]);
        Ok(read)
    }
}

/// A new file that only its owner can read: a backup holds keys and persons.
fn owners_only(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
}

fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}
