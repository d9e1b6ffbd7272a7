//! The style of the house, as far as a program can read it.
//!
//! Each rule is a test; what it finds is listed whole, so that one run shows everything there is to mend.

use std::fs;
use std::path::{Path, PathBuf};

/// The most lines a source file may have before it must be cut at a seam.
pub const MAX_LINES: usize = 700;

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask stands in the root").to_path_buf()
}

/// All files below `dir` with one of the endings, without build output; paths relative to the root.
pub fn files(dir: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root().join(dir)];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if path.is_dir() {
                if !name.starts_with('.') && name != "target" && name != "node_modules" {
                    open.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path.strip_prefix(root()).expect("below the root").to_path_buf());
            }
        }
    }
    found.sort();
    found
}

/// Reads a file of the repository.
pub fn read(path: &Path) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The part of a Rust file that ships: everything before its tests.
pub fn shipped(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn none(what: &str, found: Vec<String>) {
        assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
    }

    #[test]
    fn no_file_is_too_long_to_read_in_one_go() {
        let long = files(".", &[".rs", ".js", ".css"])
            .into_iter()
            .map(|path| (read(&path).lines().count(), path))
            .filter(|(lines, _)| *lines > MAX_LINES)
            .map(|(lines, path)| format!("{}: {lines} lines", path.display()))
            .collect();
        none("files over the limit; cut them at a seam", long);
    }

    #[test]
    fn nothing_is_left_unfinished() {
        let words = [
            ["to", "do!("].concat(),
            ["un", "implemented!("].concat(),
            ["FIX", "ME"].concat(),
            ["XX", "X"].concat(),
            ["#[ig", "nore"].concat(),
        ];
        let mut found = Vec::new();
        for path in files("crates", &[".rs", ".js", ".css"]).into_iter().chain(files("xtask", &[".rs"])) {
            for (number, line) in read(&path).lines().enumerate() {
                if words.iter().any(|word| line.contains(word.as_str())) {
                    found.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
                }
            }
        }
        none("unfinished or switched off", found);
    }

    #[test]
    fn the_pure_crates_touch_nothing() {
        let touches = [
            "Timestamp::now",
            "Zoned::now",
            "SystemTime",
            "Instant::now",
            "std::fs",
            "std::net",
            "rand::",
            "std::env",
        ];
        let mut found = Vec::new();
        for path in
            files("crates/promise/src", &[".rs"]).into_iter().chain(files("crates/rules/src", &[".rs"]))
        {
            if path.ends_with("tests.rs") {
                continue;
            }
            for (number, line) in shipped(&read(&path)).lines().enumerate() {
                if !line.trim_start().starts_with("//") && touches.iter().any(|word| line.contains(word)) {
                    found.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
                }
            }
        }
        none("a pure crate reads the world", found);
    }

    #[test]
    fn handlers_hold_no_sql() {
        let handlers =
            ["pages", "page", "api", "show", "acts", "new", "edit", "sign_in", "account", "router"];
        let mut found = Vec::new();
        for path in files("crates/app/src", &[".rs"]) {
            let name = path.file_stem().expect("a file").to_string_lossy().into_owned();
            let text = read(&path);
            if handlers.contains(&name.as_str()) && shipped(&text).contains("statements!") {
                found.push(path.display().to_string());
            }
        }
        none("statements in a handler; they belong to a store", found);
    }

    #[test]
    fn time_is_a_parameter_of_every_statement() {
        let mut found = Vec::new();
        for path in files("crates", &[".rs"]).into_iter().chain(files("migrations", &[".sql"])) {
            for (number, line) in read(&path).lines().enumerate() {
                let lower = line.to_lowercase();
                if lower.contains("current_timestamp")
                    || lower.contains("datetime('now")
                    || lower.contains("select now()")
                {
                    found.push(format!("{}:{}", path.display(), number + 1));
                }
            }
        }
        none("the database is asked for the time", found);
    }

    /// The order of the `mod` lines is the order of dependency: a module uses only those above it. The
    /// foundation of `app` (kernel, layout, people) is one thing in three folders and knows itself.
    #[test]
    fn modules_depend_upwards_only() {
        let mut found = Vec::new();
        for krate in ["crates/rules", "crates/app"] {
            let lib = read(&Path::new(krate).join("src/lib.rs"));
            let order: Vec<String> = shipped(&lib)
                .lines()
                .filter_map(|line| {
                    let line = line.trim();
                    let line = line.strip_prefix("pub ").unwrap_or(line);
                    let line = line.strip_prefix("pub(crate) ").unwrap_or(line);
                    Some(line.strip_prefix("mod ")?.strip_suffix(';')?.to_string())
                })
                .collect();
            for (index, module) in order.iter().enumerate() {
                let foundation = ["kernel", "layout", "people"];
                let below = order[index + 1..].iter().filter(|other| {
                    !(foundation.contains(&module.as_str()) && foundation.contains(&other.as_str()))
                });
                let below: Vec<&String> = below.collect();
                let own = Path::new(krate).join("src").join(module);
                for path in files(&format!("{krate}/src"), &[".rs"]) {
                    let belongs = path.starts_with(&own) || path == own.with_extension("rs");
                    if !belongs || path.to_string_lossy().ends_with("tests.rs") {
                        continue;
                    }
                    for (number, line) in shipped(&read(&path)).lines().enumerate() {
                        for other in &below {
                            let uses = line.contains(&format!("crate::{other}::"))
                                || line.contains(&format!("crate::{other};"));
                            let macro_body = line.contains("$crate::");
                            if uses && !macro_body && !line.trim_start().starts_with("//") {
                                found.push(format!(
                                    "{}:{}: {module} stands above {other}, yet uses it",
                                    path.display(),
                                    number + 1
                                ));
                            }
                        }
                    }
                }
            }
        }
        none("modules that depend downwards", found);
    }

    /// Every library that is built in has a licence under which an Apache-2.0 program may be given away.
    #[test]
    fn every_library_may_be_given_away_with_ours() {
        const FREE: [&str; 12] = [
            "0BSD",
            "Apache-2.0",
            "Apache-2.0 WITH LLVM-exception",
            "BSD-2-Clause",
            "BSD-3-Clause",
            "BSL-1.0",
            "ISC",
            "MIT",
            // Of these the file stays under its licence; the program around it is free.
            "MPL-2.0",
            "Unicode-3.0",
            "Unlicense",
            "Zlib",
        ];
        let rustc = Command::new("rustc").arg("-vV").output().expect("rustc");
        let rustc = String::from_utf8_lossy(&rustc.stdout).into_owned();
        let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
        let asked = ["metadata", "--format-version", "1", "--offline", "--locked", "--filter-platform", host];
        let told = Command::new(env!("CARGO")).args(asked).current_dir(root()).output().expect("cargo");
        let told: serde_json::Value = serde_json::from_slice(&told.stdout).expect("what cargo knows");
        let packages = told["packages"].as_array().expect("packages");
        let is_free = |licence: &str| {
            licence.replace(['(', ')'], "").split(" AND ").all(|part| {
                part.split(" OR ").flat_map(|part| part.split('/')).any(|one| FREE.contains(&one.trim()))
            })
        };
        let mut found = Vec::new();
        for package in packages {
            let licence = package["license"].as_str().unwrap_or("none is named");
            if !is_free(licence) {
                found.push(format!("{} {}: {licence}", package["name"], package["version"]));
            }
        }
        assert!(packages.len() > 100, "the libraries were looked at");
        none("libraries under another licence", found);
    }

    #[test]
    fn links_in_the_documents_lead_somewhere() {
        let mut found = Vec::new();
        for path in files(".", &[".md"]) {
            let text = read(&path);
            for part in text.split("](").skip(1) {
                let Some(target) = part.split(')').next() else { continue };
                let target = target.split('#').next().unwrap_or("");
                if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
                    continue;
                }
                let base = path.parent().unwrap_or(Path::new(""));
                if !root().join(base).join(target).exists() {
                    found.push(format!("{}: {target}", path.display()));
                }
            }
        }
        none("broken links", found);
    }
}
