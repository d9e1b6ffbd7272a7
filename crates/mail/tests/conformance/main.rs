//! What other programs make of letters, and what we make of them.
//!
//! Reads the folders `mail-*` of `$AFTERCARE_SHARED_DATA`, else of `../shared/data` beside the workspace; says so
//! and passes where they are absent. `docs/known-differences.md` tells where we differ on purpose.

mod bounces;
mod headers;
mod mime;
mod quotes;
mod tnef;
mod zammad;

use std::path::{Path, PathBuf};

use serde_json::Value;

/// A folder of the shared data, or none; then it says loudly that the test was skipped.
fn folder(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("AFTERCARE_SHARED_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let folder = root.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("SKIPPED: no conformance data at {}; set AFTERCARE_SHARED_DATA", folder.display());
    None
}

/// All files below a folder, by name.
fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut open) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(&dir).expect("the folder can be read") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("the file can be read")).expect("it is JSON")
}

/// Counts what agrees, tells what does not, and insists on a share.
#[derive(Default)]
struct Score {
    right: usize,
    wrong: Vec<String>,
}

impl Score {
    fn check(
        &mut self,
        name: &str,
        ours: impl PartialEq + std::fmt::Debug,
        theirs: impl PartialEq + std::fmt::Debug,
        is_same: bool,
    ) {
        if is_same {
            self.right += 1;
        } else {
            self.wrong.push(format!("{name}:\n    ours   {ours:?}\n    theirs {theirs:?}"));
        }
    }

    fn equal<T: PartialEq + std::fmt::Debug>(&mut self, name: &str, ours: T, theirs: T) {
        let is_same = ours == theirs;
        self.check(name, ours, theirs, is_same);
    }

    /// Prints the share and the differences; panics under the given per cent.
    fn insist(self, what: &str, per_cent: usize) {
        let all = self.right + self.wrong.len();
        println!("{what}: {} of {all} agree", self.right);
        for line in &self.wrong {
            println!("  {line}");
        }
        assert!(self.right * 100 >= all * per_cent, "{what}: only {} of {all} agree", self.right);
    }
}
