//! What can happen, as its catalogue says.

use std::collections::BTreeSet;

use super::*;

#[test]
fn names_are_distinct_and_begin_with_a_noun() {
    let mut seen = BTreeSet::new();
    for entry in CATALOGUE {
        assert!(seen.insert(entry.name), "{} twice", entry.name);
        let (noun, what) = entry.name.split_once('.').expect("noun.what");
        assert!(!noun.is_empty() && !what.is_empty(), "{}", entry.name);
        assert!(entry.doc.trim().ends_with('.'), "{} wants a sentence", entry.name);
        assert!(
            entry.data.iter().all(|(field, _)| !entry.beside.iter().any(|(other, _)| field == other)),
            "{}: a field is either proven or beside",
            entry.name
        );
    }
}

#[test]
fn people_stand_beside_and_never_in_the_data() {
    let personal = ["phone", "mail", "login", "_name", "text", "answer", "description", "address"];
    for entry in CATALOGUE {
        for (field, _) in entry.data {
            assert!(!personal.iter().any(|word| field.ends_with(word)), "{}.{field}", entry.name);
        }
    }
}

#[test]
fn data_holds_codes_and_leaves_out_what_is_absent() {
    let event = Event::TicketSeverityChanged {
        from: Severity::Level1,
        severity: Severity::Emergency,
        reason: "整站瘫痪".into(),
        emergency: true,
    };
    assert_eq!(event.name(), "ticket.severity_changed");
    assert_eq!(
        Value::Object(event.data()),
        serde_json::json!({ "emergency": true, "from": "level1", "reason": "整站瘫痪", "severity": "emergency" })
    );
    assert_eq!(event.beside(), None);

    let event = Event::TicketClosed { confirmed_by: None, note: Some("已电话确认".into()) };
    assert!(event.data().is_empty());
    assert_eq!(event.beside().unwrap()["note"], "已电话确认");
}

#[test]
fn every_noun_can_be_set_by_its_name() {
    let mut about = About::default();
    for noun in [
        "ticket",
        "customer",
        "site",
        "contact",
        "contract",
        "asset",
        "product",
        "commitment",
        "user",
        "team",
        "article",
    ] {
        assert!(about.set(noun, 7), "{noun}");
    }
    assert!(!about.set("weather", 7));
    assert_eq!(about.pairs().len(), 11);
}

#[test]
fn a_happening_knows_whose_story_it_is() {
    let at = "2026-01-05T01:12:00Z".parse().unwrap();
    let about = About { ticket: Some(TicketId(7)), customer: Some(CustomerId(3)), ..About::default() };
    let event = Event::TicketReopened { reason: "又断了".into() };
    let happening = Happening { at, about, event };
    assert_eq!(happening.subject(), Some((Subject::Ticket, 7)));

    let stray = Happening { at, about: About::default(), event: Event::ProductRestored {} };
    assert_eq!(stray.subject(), None);
}

#[test]
fn an_edit_lists_only_what_differs() {
    let found = changes(&[
        ("name", Some("a"), Some("a")),
        ("zone", Some("Asia/Shanghai"), Some("Asia/Urumqi")),
        ("address", None, Some("x")),
    ]);
    assert_eq!(changed_fields(&found), "zone,address");
}
