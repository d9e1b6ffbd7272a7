//! Files on the disk: written aside while they arrive, named by their content once they are whole.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest, Sha256};
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt;

use super::media::{HEAD_BYTES, sniff};
use crate::kernel::errors::Failure;

/// The folder, among the attachments, of what is not whole yet.
const ARRIVING: &str = "arriving";

/// A file that is whole on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub sha256: String,
    pub bytes: u64,
    pub media_type: &'static str,
}

/// A file on its way in. Dropped before [`Arriving::finish`], it leaves nothing behind.
#[derive(Debug)]
pub struct Arriving {
    file: Option<File>,
    aside: PathBuf,
    folder: PathBuf,
    hasher: Sha256,
    head: Vec<u8>,
    bytes: u64,
    limit_bytes: u64,
}

/// The folder of attachments in the data directory.
fn folder(data: &Path) -> PathBuf {
    data.join("attachments")
}

/// The place of the bytes with this hash.
pub fn place(data: &Path, sha256: &str) -> PathBuf {
    folder(data).join(&sha256[..2]).join(sha256)
}

/// What a broken write means to the one who sends.
fn failed(error: &std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Failure::DiskFull,
        _ => Failure::broke(format!("an attachment cannot be written: {error}")),
    }
}

impl Arriving {
    /// Begins a file of at most `limit_bytes`.
    ///
    /// Errors: [`Failure::DiskFull`], [`Failure::Error`].
    pub async fn begin(data: &Path, limit_bytes: u64) -> Result<Arriving, Failure> {
        let folder = folder(data);
        let arriving = folder.join(ARRIVING);
        fs::create_dir_all(&arriving).await.map_err(|error| failed(&error))?;
        let aside = arriving.join(format!("{:032x}", rand::random::<u128>()));
        let file = File::create_new(&aside).await.map_err(|error| failed(&error))?;
        Ok(Arriving {
            file: Some(file),
            aside,
            folder,
            hasher: Sha256::new(),
            head: Vec::with_capacity(HEAD_BYTES),
            bytes: 0,
            limit_bytes,
        })
    }

    /// Takes the next bytes.
    ///
    /// Errors: [`Failure::TooLarge`] past the limit, [`Failure::DiskFull`], [`Failure::Error`].
    pub async fn write(&mut self, chunk: &[u8]) -> Result<(), Failure> {
        self.bytes += chunk.len() as u64;
        if self.bytes > self.limit_bytes {
            return Err(Failure::TooLarge { limit_bytes: self.limit_bytes });
        }
        let missing = HEAD_BYTES.saturating_sub(self.head.len()).min(chunk.len());
        self.head.extend_from_slice(&chunk[..missing]);
        self.hasher.update(chunk);
        let file = self.file.as_mut().ok_or_else(|| Failure::broke("written after the end"))?;
        file.write_all(chunk).await.map_err(|error| failed(&error))
    }

    /// The file is whole: it is on the disk for good, under its name, when this returns.
    ///
    /// Errors: [`Failure::DiskFull`], [`Failure::Error`].
    pub async fn finish(mut self) -> Result<Kept, Failure> {
        let mut file = self.file.take().ok_or_else(|| Failure::broke("finished twice"))?;
        file.flush().await.map_err(|error| failed(&error))?;
        file.sync_all().await.map_err(|error| failed(&error))?;
        drop(file);
        let sha256: String = self.hasher.finalize_reset().iter().map(|byte| format!("{byte:02x}")).collect();
        let shelf = self.folder.join(&sha256[..2]);
        fs::create_dir_all(&shelf).await.map_err(|error| failed(&error))?;
        // The same content has the same name: putting it there twice changes nothing.
        fs::rename(&self.aside, shelf.join(&sha256)).await.map_err(|error| failed(&error))?;
        File::open(&shelf)
            .await
            .map_err(|error| failed(&error))?
            .sync_all()
            .await
            .map_err(|error| failed(&error))?;
        Ok(Kept { sha256, bytes: self.bytes, media_type: sniff(&self.head) })
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        // After the end there is nothing aside any more, and nothing to remove.
        let _ = std::fs::remove_file(&self.aside);
    }
}

/// Removes what never arrived whole because the program ended meanwhile: what nobody wrote to since `before`.
/// Returns how many files.
///
/// Errors: the folder cannot be read, or a file not removed.
pub fn sweep(data: &Path, before: SystemTime) -> std::io::Result<usize> {
    let entries = match std::fs::read_dir(folder(data).join(ARRIVING)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    let mut removed = 0;
    for entry in entries {
        let entry = entry?;
        if entry.metadata()?.modified()? < before {
            std::fs::remove_file(entry.path())?;
            removed += 1;
        }
    }
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files_in(folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                found.extend(files_in(&entry.path()));
            } else {
                found.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        found
    }

    #[tokio::test]
    async fn a_whole_file_is_kept_once_under_its_hash() {
        let data = tempfile::tempdir().unwrap();
        for _ in 0..2 {
            let mut arriving = Arriving::begin(data.path(), 100).await.unwrap();
            arriving.write(b"hel").await.unwrap();
            arriving.write(b"lo").await.unwrap();
            let kept = arriving.finish().await.unwrap();
            assert_eq!(kept.sha256, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
            assert_eq!((kept.bytes, kept.media_type), (5, "text/plain"));
            assert_eq!(std::fs::read(place(data.path(), &kept.sha256)).unwrap(), b"hello");
        }
        assert_eq!(files_in(data.path()).len(), 1);
    }

    #[tokio::test]
    async fn what_is_too_large_or_broken_off_leaves_nothing() {
        let data = tempfile::tempdir().unwrap();
        let mut large = Arriving::begin(data.path(), 4).await.unwrap();
        large.write(b"1234").await.unwrap();
        assert!(matches!(large.write(b"5").await, Err(Failure::TooLarge { limit_bytes: 4 })));
        drop(large);
        let mut broken = Arriving::begin(data.path(), 100).await.unwrap();
        broken.write(b"half").await.unwrap();
        // The program ends, and starts again: what was cut off goes, what is still being written stays.
        std::mem::forget(broken);
        assert_eq!(sweep(data.path(), SystemTime::UNIX_EPOCH).unwrap(), 0);
        let later = SystemTime::now() + std::time::Duration::from_secs(60);
        assert_eq!(sweep(data.path(), later).unwrap(), 1);
        assert!(files_in(data.path()).is_empty());
        assert_eq!(sweep(&data.path().join("nowhere"), later).unwrap(), 0);
    }

    /// `/dev/full` takes no byte: the disk that is full, for a test.
    #[tokio::test]
    async fn a_full_disk_is_told_as_such() {
        let mut full = File::options().write(true).open("/dev/full").await.unwrap();
        full.write_all(b"x").await.unwrap();
        let error = full.flush().await.unwrap_err();
        assert!(matches!(failed(&error), Failure::DiskFull));
    }
}
