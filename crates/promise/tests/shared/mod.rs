//! Finds the shared conformance data: `$AFTERCARE_SHARED_DATA`, else `../shared/data` beside the workspace.

use std::path::{Path, PathBuf};

/// A folder of the shared data, or none; then it says loudly that the test was skipped.
pub fn folder(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("AFTERCARE_SHARED_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let folder = root.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("SKIPPED: no conformance data at {}; set AFTERCARE_SHARED_DATA", folder.display());
    None
}

/// The files of a folder with this ending, by name.
#[allow(dead_code, reason = "each conformance test reads its own kind of file")]
pub fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder can be read")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    files.sort();
    files
}
