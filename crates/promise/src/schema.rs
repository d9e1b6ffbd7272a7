//! The JSON schema of commitment files, for editors that complete and check TOML.
//!
//! It is made of the same lists of keys that the reader holds a file to, so it cannot know other words than the
//! reader does. `docs/promise-file.schema.json` is its written form; a test keeps the two alike.

use serde_json::{Map, Value, json};

use crate::checker;
use crate::file::{self, CLOCK_KEYS, DEFAULT_KEYS, FILE_KEYS, KINDS, PROMISE_KEYS};

/// The schema of a commitment file.
pub fn commitment() -> Value {
    let kinds: Vec<Value> = KINDS.iter().map(|kind| promise_of(kind)).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Commitment file of Aftercare",
        "type": "object",
        "required": ["id", "version"],
        "additionalProperties": false,
        "properties": of_file(all(&FILE_KEYS)),
        "$defs": {
            "words": {
                "description": "One text for all languages, or a text for each.",
                "anyOf": [
                    { "type": "string" },
                    { "type": "object", "additionalProperties": false, "properties": {
                        "zh-Hans": { "type": "string" }, "zh-Hant": { "type": "string" }, "en": { "type": "string" },
                    } },
                ],
            },
            "condition": {
                "description": "The name of a fact; a table with `on`, `when`, `requires`; or several of these.",
                "anyOf": [
                    { "type": "string", "pattern": "^[\\p{L}\\p{N}._:-]+$" },
                    { "type": "array", "items": { "$ref": "#/$defs/condition" } },
                    { "type": "object", "required": ["on"], "additionalProperties": false, "properties": {
                        "on": { "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] },
                        "when": { "$ref": "#/$defs/test" },
                        "requires": { "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] },
                    } },
                ],
            },
            "test": {
                "description": "Names and the values that they must have.",
                "type": "object",
                "properties": {
                    "any": { "type": "array", "items": { "$ref": "#/$defs/test" } },
                    "all": { "type": "array", "items": { "$ref": "#/$defs/test" } },
                    "not": { "$ref": "#/$defs/test" },
                },
                "additionalProperties": { "$ref": "#/$defs/value_test" },
            },
            "value_test": {
                "anyOf": [
                    { "type": ["string", "number", "boolean"] },
                    { "type": "array", "minItems": 1, "items": { "type": ["string", "number", "boolean"] } },
                    { "type": "object", "minProperties": 1, "additionalProperties": false, "properties": {
                        "not": { "$ref": "#/$defs/value_test" },
                        "present": { "type": "boolean" },
                        "at_least": { "type": "number" }, "at_most": { "type": "number" },
                        "above": { "type": "number" }, "below": { "type": "number" },
                    } },
                ],
            },
            "within": {
                "description": "A figure; a figure with its own calendar; the field of the facts that holds the deadline; or figures by one or more attributes.",
                "anyOf": [
                    { "type": "string", "examples": ["4h", "90 min", "2 working days", "30 calendar days by close", "next working day by 12:00", "1 month", "no promise", "unstated"] },
                    { "type": "object" },
                ],
            },
            "warn_at": {
                "description": "Shares of the time, as 0.75, or times before the deadline, as \"1h before\".",
                "type": "array",
                "items": { "anyOf": [{ "type": "number", "minimum": 0, "exclusiveMaximum": 1 }, { "type": "string", "pattern": "before$" }] },
            },
            "party": { "enum": ["provider", "customer", "manufacturer", "third_party"] },
            "promise": {
                "type": "object",
                "required": ["id", "kind", "clause"],
                "properties": { "kind": { "enum": KINDS } },
                "oneOf": kinds,
            },
        },
    })
}

/// The schema of the promises of one kind.
fn promise_of(kind: &str) -> Value {
    let own = if kind == "clock" { CLOCK_KEYS.to_vec() } else { file::kinds::keys(kind) };
    let keys: Vec<&str> = PROMISE_KEYS.into_iter().chain(own).collect();
    let mut properties = all(&keys);
    properties.insert("kind".to_owned(), json!({ "const": kind }));
    let required: &[&str] = if kind == "clock" { &["start", "stop"] } else { &[] };
    json!({ "type": "object", "required": required, "additionalProperties": false, "properties": properties })
}

fn all(keys: &[&str]) -> Map<String, Value> {
    keys.iter().map(|key| ((*key).to_owned(), property(key))).collect()
}

/// What may stand under a key. A key that only one kind has is described on the page of the kind.
fn property(key: &str) -> Value {
    match key {
        "id" | "calendar" | "clause" | "what" | "subject" => json!({ "type": "string", "minLength": 1 }),
        "version" => json!({ "type": ["string", "integer"] }),
        "title" | "text" | "agreed" => json!({ "$ref": "#/$defs/words" }),
        "effective_on" | "agreed_on" => json!({ "description": "A date as 2026-01-31." }),
        "facts" => {
            json!({ "description": "Facts that come from elsewhere than this program.", "type": "array", "items": { "type": "string" } })
        }
        "default" => {
            json!({ "type": "object", "additionalProperties": false, "properties": all(&DEFAULT_KEYS) })
        }
        "figures" => {
            json!({ "description": "Figures by name, as at_once = \"15 min\".", "type": "object", "additionalProperties": { "type": "string" } })
        }
        "attribute" => json!({ "type": "object", "additionalProperties": {
            "type": "object", "additionalProperties": false, "properties": {
                "clause": { "type": "string" },
                "values": { "type": "array" },
                "order": { "enum": ["mildest first", "worst first"] },
                "names": { "type": "object", "additionalProperties": { "$ref": "#/$defs/words" } },
                "means": { "type": "object", "additionalProperties": { "$ref": "#/$defs/words" } },
                "from": { "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] },
                "default": {},
            },
        } }),
        "reading" => json!({ "type": "array", "items": {
            "type": "object", "additionalProperties": false, "required": ["clause", "finding", "agreed"], "properties": {
                "clause": { "type": "string" }, "promise": { "type": "string" },
                "finding": { "enum": checker::CODES },
                "agreed": { "$ref": "#/$defs/words" }, "agreed_on": property("agreed_on"),
            },
        } }),
        "promise" => json!({ "type": "array", "items": { "$ref": "#/$defs/promise" } }),
        "measure" => json!({ "type": "array", "items": {
            "type": "object", "additionalProperties": false,
            "required": ["id", "clause", "of", "each", "value"],
            "properties": Map::from_iter(crate::measure::KEYS.map(|key| (key.to_owned(), of_measure(key)))),
        } }),
        "coverage" => {
            let keys = file::kinds::COVERAGE_KEYS.map(|key| (key.to_owned(), json!({})));
            json!({ "type": "object", "additionalProperties": false, "properties": Map::from_iter(keys) })
        }
        "debtor" | "creditor" => json!({ "$ref": "#/$defs/party" }),
        "scope" => json!({ "$ref": "#/$defs/test" }),
        "goal" => {
            json!({ "description": "An aim rather than a promise: it is reckoned apart.", "type": "boolean" })
        }
        "start" | "stop" | "pause" | "resume" | "reset" | "cancel" | "void" | "renegotiate" | "waive" => {
            json!({ "$ref": "#/$defs/condition" })
        }
        "within" => json!({ "$ref": "#/$defs/within" }),
        "warn_at" => json!({ "$ref": "#/$defs/warn_at" }),
        "repeats" => json!({ "type": "boolean" }),
        "entry" => json!({ "type": "array", "items": {
            "type": "object", "additionalProperties": false, "required": ["within"], "properties": {
                "when": property("scope"), "during": { "type": "string" }, "outside": { "type": "string" }, "within": property("within"),
                "calendar": { "type": "string" }, "warn_at": property("warn_at"),
            },
        } }),
        _ => json!({}),
    }
}

fn of_measure(key: &str) -> Value {
    match key {
        "id" | "clause" => json!({ "type": "string" }),
        "each" => {
            json!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] })
        }
        "title" => json!({ "$ref": "#/$defs/words" }),
        "of" | "entries" => {
            json!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] })
        }
        "value" => json!({ "enum": crate::measure::VALUES.map(|(words, _)| words) }),
        "least_cases" => json!({ "type": "integer" }),
        "band" => json!({ "type": "array", "items": { "type": "object" } }),
        _ => json!({ "type": "object" }),
    }
}

/// The schema of the file's own tables that share a name with a promise's key.
fn of_file(mut properties: Map<String, Value>) -> Map<String, Value> {
    properties.insert("calendar".to_owned(), json!({ "description": "Calendars of this file, by id; docs/promise-file.md tells of their keys.", "type": "object", "additionalProperties": { "type": "object" } }));
    properties.insert("clause".to_owned(), json!({ "type": "array", "items": {
        "type": "object", "additionalProperties": false, "required": ["id", "text"], "properties": {
            "id": { "type": "string" }, "title": { "$ref": "#/$defs/words" }, "text": { "$ref": "#/$defs/words" },
        },
    } }));
    properties
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Run with `UPDATE=1` to write the schema anew.
    #[test]
    fn the_written_schema_is_the_schema() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/promise-file.schema.json");
        let schema = commitment();
        if std::env::var_os("UPDATE").is_some() {
            let text = serde_json::to_string_pretty(&schema).expect("JSON") + "\n";
            std::fs::write(path, text).expect("the schema can be written");
        }
        let written = std::fs::read_to_string(path).expect("the schema is written");
        // As values: the order of keys is no part of a schema.
        let written: Value = serde_json::from_str(&written).expect("the written schema is JSON");
        assert!(written == schema, "docs/promise-file.schema.json is stale: run this test with UPDATE=1");
    }

    #[test]
    fn every_key_that_the_reader_knows_is_on_the_page_of_the_language() {
        let page = include_str!("../../../docs/promise-file.md");
        for key in FILE_KEYS.iter().chain(&PROMISE_KEYS).chain(&CLOCK_KEYS).chain(&DEFAULT_KEYS) {
            assert!(page.contains(&format!("`{key}`")), "docs/promise-file.md does not tell of `{key}`");
        }
        for code in checker::CODES {
            assert!(page.contains(&format!("`{code}`")), "docs/promise-file.md does not tell of `{code}`");
        }
    }
}
