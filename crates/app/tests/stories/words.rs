//! The words: every locale is complete, every key that is named exists, and no words stand in the source.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use app::layout::l10n::{L10n, Locale, sources};
use fluent_syntax::ast;

/// The arguments of each key of a locale.
fn keys(locale: Locale) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    for (path, text) in sources(locale) {
        let resource = fluent_syntax::parser::parse(text.as_str())
            .unwrap_or_else(|(_, errors)| panic!("{path} cannot be read: {errors:?}"));
        for entry in &resource.body {
            let ast::Entry::Message(message) = entry else { continue };
            let mut args = BTreeSet::new();
            if let Some(pattern) = &message.value {
                pattern_args(pattern, &mut args);
            }
            let key = message.id.name.to_owned();
            assert!(found.insert(key.clone(), args).is_none(), "{path} repeats {key}");
        }
    }
    found
}

fn pattern_args(pattern: &ast::Pattern<&str>, args: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let ast::PatternElement::Placeable { expression } = element {
            expression_args(expression, args);
        }
    }
}

fn expression_args(expression: &ast::Expression<&str>, args: &mut BTreeSet<String>) {
    let inline = match expression {
        ast::Expression::Inline(inline) => inline,
        ast::Expression::Select { selector, variants } => {
            variants.iter().for_each(|variant| pattern_args(&variant.value, args));
            selector
        }
    };
    match inline {
        ast::InlineExpression::VariableReference { id } => {
            args.insert(id.name.to_owned());
        }
        ast::InlineExpression::Placeable { expression } => expression_args(expression, args),
        _ => {}
    }
}

#[test]
fn every_locale_has_the_same_keys_with_the_same_arguments() {
    let first = keys(Locale::ALL[0]);
    for locale in &Locale::ALL[1..] {
        let other = keys(*locale);
        let missing: Vec<_> = first.keys().filter(|key| !other.contains_key(*key)).collect();
        let extra: Vec<_> = other.keys().filter(|key| !first.contains_key(*key)).collect();
        assert!(missing.is_empty() && extra.is_empty(), "{locale:?}: missing {missing:?}, extra {extra:?}");
        for (key, args) in &first {
            assert_eq!(args, &other[key], "{locale:?}: {key}");
        }
    }
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn source_files() -> Vec<(PathBuf, String)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "../rules/src"] {
        rust_files(&here.join(folder), &mut files);
    }
    files.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

/// The source without its tests, which stand last in a file or in a file of their own.
fn shipped<'a>(path: &Path, text: &'a str) -> &'a str {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if name.ends_with("tests.rs") || path.components().any(|part| part.as_os_str() == "tests") {
        return "";
    }
    text.split_once("#[cfg(test)]").map_or(text, |(shipped, _)| shipped)
}

/// The text literals that follow `before`.
fn literals_after<'a>(text: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(before).filter_map(move |(at, _)| {
        let rest = text[at + before.len()..].trim_start().strip_prefix('"')?;
        rest.split('"').next()
    })
}

/// A literal that begins with `start`, whose rest begins `rest`.
fn named(start: &str, rest: &str) -> String {
    format!("{start}{}", rest.split('"').next().unwrap_or_default())
}

#[test]
fn every_key_that_the_source_names_exists() {
    let known = keys(Locale::ALL[0]);
    let mut missing = BTreeSet::new();
    let mut count = 0;
    for (path, text) in source_files() {
        let shipped = shipped(&path, &text);
        let asked = ["l.t(", "l.ta(", ".knows(", "Notice::new(", "word(", "word_of("];
        let by_call = asked.iter().flat_map(|before| literals_after(shipped, before)).map(str::to_owned);
        // Codes of problems and refusals are keys wherever they stand.
        let starts = ["error-", "refusal-", "notice-"];
        let by_name: Vec<String> = starts
            .into_iter()
            .flat_map(|start| {
                shipped
                    .split(&format!("\"{start}"))
                    .skip(1)
                    .map(|rest| named(start, rest))
                    .collect::<Vec<_>>()
            })
            .filter(|key| !key.ends_with('-') && !key.contains(['{', ' ']))
            .collect();
        for key in by_call.filter(|key| key.contains('-')).chain(by_name) {
            count += 1;
            if !known.contains_key(&key) {
                missing.insert(format!("{}: {key}", path.file_name().unwrap().display()));
            }
        }
    }
    for (name, text) in app::layout::assets::sources().filter(|(name, _)| name.ends_with(".js")) {
        for key in literals_after(text, "word(") {
            count += 1;
            let exported = app::layout::page::SCRIPT_WORDS.contains(&key) || key.starts_with("icon-");
            if !known.contains_key(key) || !exported {
                missing.insert(format!("{name}: {key}"));
            }
        }
    }
    assert!(count > 150, "only {count} keys were found: the search is broken");
    assert!(missing.is_empty(), "no words for: {missing:#?}");
}

#[test]
fn every_code_has_its_word() {
    use rules::access::{Permission, Role};
    for locale in Locale::ALL {
        let l = L10n::new(locale, jiff::tz::TimeZone::UTC, jiff::Timestamp::UNIX_EPOCH);
        for role in Role::ALL {
            assert!(l.knows(role.label()) && l.knows(&format!("{}-does", role.label())), "{locale:?} {role}");
        }
        for permission in Permission::ALL {
            assert!(l.knows(permission.label()), "{locale:?} {permission}");
        }
        for key in app::layout::page::SCRIPT_WORDS {
            assert!(l.knows(key), "{locale:?} {key}");
        }
    }
}

#[test]
fn no_words_for_readers_stand_in_the_source() {
    let han = |found: char| ('\u{3400}'..='\u{9fff}').contains(&found);
    let mut found = Vec::new();
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (path, text) in source_files().into_iter().filter(|(path, _)| path.starts_with(&here)) {
        for (number, line) in shipped(&path, &text).lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if code.chars().any(han) {
                found.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// A table of every code that begins with `start`, with its English sentence; `‹name›` stands for an argument.
fn code_table(start: &str) -> String {
    let l = L10n::new(Locale::En, jiff::tz::TimeZone::UTC, jiff::Timestamp::UNIX_EPOCH);
    let mut table = "| code | sentence |\n|---|---|\n".to_owned();
    for (key, args) in keys(Locale::En).iter().filter(|(key, _)| key.starts_with(start)) {
        let shown: Vec<String> = args.iter().map(|name| format!("\u{2039}{name}\u{203a}")).collect();
        let args: Vec<_> =
            args.iter().zip(&shown).map(|(name, shown)| (name.as_str(), shown.as_str().into())).collect();
        table.push_str(&format!("| `{key}` | {} |\n", l.ta(key, &args).replace('|', "\\|")));
    }
    table
}

/// The page of errors lists every code. `AFTERCARE_WRITE_DOCS=1 cargo nextest run --workspace --test stories words` writes it anew.
#[test]
fn the_page_of_errors_names_every_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.md");
    let page = std::fs::read_to_string(&path).unwrap();
    for code in app::Failure::CODES {
        assert!(page.contains(&format!("| `{code}` |")), "docs/errors.md does not name {code}");
    }
    let (written, _) = page.split_once("## Codes of fields\n").expect("the heading of the codes of fields");
    let current = format!(
        "{written}## Codes of fields\n\n{}\n## Codes of rules\n\n{}",
        code_table("error-"),
        code_table("refusal-")
    );
    if std::env::var_os("AFTERCARE_WRITE_DOCS").is_some() {
        std::fs::write(&path, &current).unwrap();
        return;
    }
    assert!(page == current, "docs/errors.md is stale; write it anew with AFTERCARE_WRITE_DOCS=1");
}
