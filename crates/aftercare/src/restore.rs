//! `aftercare restore FILE`: a backup becomes a data directory.
//!
//! Everything is unpacked beside what is there and checked against the manifest, and the database page by page,
//! before anything is put in its place. What was there is kept, never deleted.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;

use sha2::{Digest, Sha256};

use crate::backup::{DATABASE, Entry, FILES, FORMAT, Hashing, MANIFEST, Manifest};
use crate::serve::Place;
use crate::terminal;

/// Where a backup is unpacked and checked, inside the data directory.
pub const STAGING: &str = "restoring";
/// Where what was there before is kept.
pub const KEPT: &str = "before-restore";

/// Makes a data directory of a backup. Stop the server first.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The file that `aftercare backup` wrote.
    file: PathBuf,
    #[command(flatten)]
    place: Place,
    /// Restore into a data directory that is not empty; what is there moves to `before-restore` inside it.
    #[arg(long)]
    force: bool,
}

/// Unpacks, checks, and puts a backup in its place.
///
/// Errors: a data directory that is in use, or not empty without `--force`; a backup that is cut, changed or
/// damaged. The data directory is then as it was.
pub fn run(arguments: Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let config = arguments.place.config(None)?;
    let Some(database) = config.database.strip_prefix("sqlite:").map(PathBuf::from) else {
        return Err("restore is for SQLite; for PostgreSQL use pg_restore and copy the data directory".into());
    };
    let data = &config.data;
    if database.parent() != Some(data) {
        return Err(format!("the database {} is not in the data directory", database.display()).into());
    }
    fs::create_dir_all(data)?;
    let staging = data.join(STAGING);
    if staging.exists() {
        fs::remove_dir_all(&staging)?;
    }
    let there = contents(data)?;
    if !there.is_empty() && !arguments.force {
        let reason = format!("{} is not empty; --force moves what is there aside", data.display());
        return Err(reason.into());
    }
    if database.exists() && db::backup::is_in_use(&database)? {
        return Err(format!("{} is in use; stop the server first", database.display()).into());
    }
    fs::create_dir_all(&staging)?;
    let unpacked = unpack(&arguments.file, &staging);
    if let Err(error) = unpacked {
        let _ = fs::remove_dir_all(&staging);
        return Err(error);
    }
    let kept = keep(data, &there)?;
    put_in_place(&staging, data, &database)?;
    if let Some(kept) = kept {
        println!("what was there is in {}", kept.display());
    }
    println!("restored to {}; `aftercare verify` checks it against its facts", data.display());
    Ok(ExitCode::SUCCESS)
}

/// What stands in a directory, but for what this command itself put there.
fn contents(data: &Path) -> io::Result<Vec<PathBuf>> {
    let all: io::Result<Vec<PathBuf>> =
        fs::read_dir(data)?.map(|entry| entry.map(|entry| entry.path())).collect();
    let is_ours = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        name.starts_with(KEPT) || name == "lost+found"
    };
    Ok(all?.into_iter().filter(|path| !is_ours(path)).collect())
}

/// Unpacks into an empty directory and checks every file against the manifest.
fn unpack(file: &Path, staging: &Path) -> Result<(), Box<dyn Error>> {
    let source = File::open(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let bar = terminal::bar(Some(source.metadata()?.len())).with_message("unpacking");
    let mut archive = tar::Archive::new(bar.wrap_read(source));
    let mut found: BTreeMap<String, Entry> = BTreeMap::new();
    let mut manifest: Option<Manifest> = None;
    let damaged = |error: io::Error| format!("{} is cut or is no backup: {error}", file.display());
    for entry in archive.entries().map_err(damaged)? {
        let mut entry = entry.map_err(damaged)?;
        let path = entry.path().map_err(damaged)?.into_owned();
        let name = path.to_str().ok_or("a file name in the backup is not UTF-8")?.to_owned();
        if name == MANIFEST {
            let mut text = String::new();
            entry.read_to_string(&mut text).map_err(damaged)?;
            manifest = Some(serde_json::from_str(&text).map_err(|error| format!("the manifest: {error}"))?);
            continue;
        }
        let is_plain = path.components().all(|part| matches!(part, Component::Normal(_)));
        if !is_plain || !entry.header().entry_type().is_file() {
            return Err(format!("the backup holds {name:?}, which is no plain file").into());
        }
        let target = staging.join(&path);
        fs::create_dir_all(target.parent().unwrap_or(staging))?;
        let mut reader = Hashing { inner: &mut entry, hasher: Sha256::new() };
        let mut writer = File::create_new(&target)?;
        let bytes = io::copy(&mut reader, &mut writer).map_err(damaged)?;
        let sha256 = ledger::tree::hex(&reader.hasher.finalize());
        #[cfg(unix)]
        fs::set_permissions(&target, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        writer.sync_all()?;
        found.insert(name.clone(), Entry { path: name, bytes, sha256 });
    }
    bar.finish_and_clear();
    let manifest = manifest.ok_or_else(|| format!("{} is cut: it has no manifest", file.display()))?;
    compare(&manifest, &found)?;
    let damage = db::backup::check(&staging.join(DATABASE))?;
    if let Some(first) = damage.first() {
        return Err(
            format!("the database in the backup is damaged ({} findings): {first}", damage.len()).into()
        );
    }
    Ok(())
}

fn compare(manifest: &Manifest, found: &BTreeMap<String, Entry>) -> Result<(), Box<dyn Error>> {
    if manifest.format != FORMAT {
        return Err(format!("the backup has format {}, this program reads {FORMAT}", manifest.format).into());
    }
    for entry in &manifest.entries {
        match found.get(&entry.path) {
            Some(unpacked) if unpacked == entry => {}
            Some(_) => return Err(format!("{} in the backup was changed", entry.path).into()),
            None => return Err(format!("{} is missing in the backup", entry.path).into()),
        }
    }
    if !found.contains_key(DATABASE) || found.len() != manifest.entries.len() {
        return Err("the backup does not hold what its manifest lists".into());
    }
    Ok(())
}

/// Moves what is there into a directory of its own. Returns it, if there was anything.
fn keep(data: &Path, there: &[PathBuf]) -> io::Result<Option<PathBuf>> {
    if there.is_empty() {
        return Ok(None);
    }
    let numbered = |n: u32| data.join(if n == 1 { KEPT.to_owned() } else { format!("{KEPT}-{n}") });
    let kept = (1..).map(numbered).find(|path| !path.exists()).expect("a number that is free");
    fs::create_dir(&kept)?;
    for path in there {
        let name = path.file_name().ok_or_else(|| io::Error::other("a path without a name"))?;
        match fs::rename(path, kept.join(name)) {
            // The log of a database that another process has just closed goes by itself.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            moved => moved?,
        }
    }
    Ok(Some(kept))
}

fn put_in_place(staging: &Path, data: &Path, database: &Path) -> io::Result<()> {
    fs::rename(staging.join(DATABASE), database)?;
    let files = staging.join(FILES);
    if files.exists() {
        for entry in fs::read_dir(&files)? {
            let path = entry?.path();
            let name = path.file_name().ok_or_else(|| io::Error::other("a path without a name"))?;
            fs::rename(&path, data.join(name))?;
        }
    }
    fs::remove_dir_all(staging)
}
