//! `aftercare promise check` and `aftercare promise replay`, as a person and a script run them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const COMMITMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../commitments/standard.toml");

fn aftercare(words: &[&str], language: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_aftercare"))
        .args(words)
        .env("LC_ALL", language)
        .output()
        .expect("the command runs")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn written(folder: &Path, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("the file can be written");
    path
}

const LOG: &str = r#"{"name":"ticket.reported","at":"2026-01-05T00:00:00Z","about":{"ticket":"1"},"data":{"severity":"level3"}}
{"name":"ticket.handling_started","at":"2026-01-05T05:00:00Z","about":{"ticket":"1"}}
{"name":"ticket.reported","at":"2026-01-06T00:00:00Z","about":{"ticket":"2"},"data":{"severity":"level2"}}
"#;

#[test]
fn check_accepts_the_shipped_commitment_and_lists_what_was_agreed() {
    let english = aftercare(&["promise", "check", COMMITMENT], "C.UTF-8");
    assert_eq!(english.status.code(), Some(0));
    assert!(out(&english).contains("Agreed by both sides:"), "{}", out(&english));
    assert!(out(&english).contains("level-without-figure: C7.5 respond: severity=emergency has no figure"));
    let chinese = aftercare(&["promise", "check", COMMITMENT], "zh_CN.UTF-8");
    assert!(out(&chinese).contains("双方已约定"), "{}", out(&chinese));
}

#[test]
fn check_places_an_unknown_key_and_exits_with_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = std::fs::read_to_string(COMMITMENT).expect("the commitment");
    let bad = written(folder.path(), "bad.toml", text.replacen("effective_on", "efective_on", 1));
    let bad = bad.to_str().expect("a path");
    let output = aftercare(&["promise", "check", bad], "C.UTF-8");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        out(&output)
            .contains("bad.toml:9:1: efective_on: unknown key `efective_on`; did you mean `effective_on`?"),
        "{}",
        out(&output)
    );
    let output = aftercare(&["promise", "check", bad, "--json"], "C.UTF-8");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["usable"], false);
    assert_eq!(report["problems"][0]["line"], 9);
    assert_eq!(report["problems"][0]["nearest"], "effective_on");
}

#[test]
fn check_says_when_a_file_is_not_there() {
    let output = aftercare(&["promise", "check", "/nowhere.toml"], "C.UTF-8");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("/nowhere.toml"));
}

#[test]
fn replay_prints_every_obligation_and_the_figures_by_clause() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = written(folder.path(), "facts.jsonl", LOG);
    let log = log.to_str().expect("a path");
    let output = aftercare(&["promise", "replay", COMMITMENT, "--facts", log, "--why"], "C.UTF-8");
    assert_eq!(output.status.code(), Some(0));
    let text = out(&output);
    assert!(text.contains("2026-01-05T04:00:00Z late"), "{text}");
    assert!(text.contains("2026-01-06T08:00:00Z running"), "{text}");
    assert!(text.contains("counts: 4h"), "{text}");
    let later = ["promise", "replay", COMMITMENT, "--facts", log, "--until", "2026-01-06T08:00:01Z"];
    assert!(out(&aftercare(&later, "C.UTF-8")).contains("2026-01-06T08:00:00Z overdue"));
    let sooner = ["promise", "replay", COMMITMENT, "--facts", log, "--until", "2026-01-05T01:00:00Z"];
    assert!(out(&aftercare(&sooner, "C.UTF-8")).contains("2 fact(s) after that moment were left out"));
}

#[test]
fn replay_lists_bad_lines_and_judges_the_rest() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bytes = b"\xff\xfe not utf-8\n{\"name\":\"x\"}\n".to_vec();
    bytes.extend_from_slice(LOG.as_bytes());
    let log = written(folder.path(), "facts.jsonl", bytes);
    let words = ["promise", "replay", COMMITMENT, "--facts", log.to_str().expect("a path"), "--json"];
    let output = aftercare(&words, "C.UTF-8");
    assert_eq!(output.status.code(), Some(3));
    let lines: Vec<serde_json::Value> =
        out(&output).lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    let bad: Vec<u64> = lines.iter().filter_map(|line| line["bad_line"]["line"].as_u64()).collect();
    assert_eq!(bad, [1, 2]);
    let summary = &lines.last().expect("a summary")["summary"];
    assert_eq!((summary["facts"].as_u64(), summary["bad_lines"].as_u64()), (Some(3), Some(2)));
    assert_eq!(summary["clauses"]["C7.5"]["late"], 1);
    assert_eq!(lines.iter().filter(|line| line["obligation"].is_object()).count(), 2);
}

#[test]
fn replay_refuses_a_broken_commitment_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let bad = written(folder.path(), "bad.toml", "id = \"x\"\nversion = \n");
    let log = written(folder.path(), "facts.jsonl", LOG);
    let words =
        ["promise", "replay", bad.to_str().expect("a path"), "--facts", log.to_str().expect("a path")];
    let output = aftercare(&words, "C.UTF-8");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("bad.toml:2:"), "{output:?}");
}
