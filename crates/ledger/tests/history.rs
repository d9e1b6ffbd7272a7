//! The history tree as it is stored, on SQLite and on PostgreSQL.

use db::testing::each_database;
use db::{Database, Error, Tx};
use jiff::Timestamp;
use ledger::checkpoint::{self, Signer};
use ledger::tree::{Hash, leaf_hash, verify_consistency, verify_inclusion};
use ledger::{NewFact, Subject, append, history, story_of};
use std::convert::Infallible;

const MIGRATIONS: &[db::Migration] = ledger::MIGRATIONS;

fn subject() -> Subject {
    Subject::new("ticket", 1)
}

fn add(database: &Database, facts: i64) {
    let new: Vec<NewFact> =
        (0..facts).map(|_| NewFact::new(subject(), "ticket.note_added", Timestamp::UNIX_EPOCH)).collect();
    database.write_now::<_, Error>(move |tx| append(tx, new).map(drop)).expect("append");
}

fn seal(database: &Database, max: i64) -> history::Sealed {
    database.write_now::<_, Error>(move |tx| history::seal(tx, max)).expect("seal")
}

fn read<T: Send + 'static>(
    database: &Database,
    f: impl FnOnce(&mut Tx) -> Result<T, Error> + Send + 'static,
) -> T {
    database.read_now::<_, Error>(f).expect("read")
}

/// The leaves in the order of the tree, hashed anew from what is stored.
fn leaves(database: &Database) -> Vec<Hash> {
    let mut story = read(database, |tx| story_of(tx, &subject()));
    story.retain(|fact| fact.leaf.is_some());
    story.sort_by_key(|fact| fact.leaf);
    assert!(
        story.iter().enumerate().all(|(index, fact)| fact.leaf == Some(index as i64)),
        "no gap, no repetition"
    );
    story.iter().map(|fact| leaf_hash(history::leaf_text(fact).as_bytes())).collect()
}

struct Plain(Vec<Hash>);

impl ledger::tree::Nodes for Plain {
    type Error = Infallible;
    fn node(&mut self, height: u32, index: u64) -> Result<Hash, Infallible> {
        if height == 0 {
            return Ok(self.0[index as usize]);
        }
        let (left, right) = (self.node(height - 1, index * 2)?, self.node(height - 1, index * 2 + 1)?);
        Ok(ledger::tree::node_hash(&left, &right))
    }
}

fn expected_root(leaves: &[Hash], size: u64) -> Hash {
    let Ok(root) = ledger::tree::root(&mut Plain(leaves.to_vec()), size);
    root
}

#[test]
fn the_stored_tree_is_the_tree_of_its_facts() {
    each_database(MIGRATIONS, |database| {
        // Batches that end before, at and after the end of a tile.
        let mut size = 0;
        for (facts, max) in
            [(1, 10), (254, 1000), (1, 1000), (1, 1000), (300, 7), (0, 5), (700, 256), (0, 10_000)]
        {
            add(database, facts);
            let sealed = seal(database, max);
            size += sealed.facts;
            assert_eq!(sealed.size, size);
            assert!(sealed.facts <= max as u64, "bounded");
            let leaves = leaves(database);
            assert_eq!(leaves.len() as u64, size);
            let root = read(database, move |tx| history::root(tx, size));
            assert_eq!(root, expected_root(&leaves, size), "{size} leaves");
        }
        assert_eq!(size, 1257);
        assert_eq!(seal(database, 10).facts, 0, "nothing is left");
    });
}

#[test]
fn proofs_from_the_store_hold() {
    each_database(MIGRATIONS, |database| {
        add(database, 700);
        seal(database, 1000);
        let leaves = leaves(database);
        for (leaf, size) in [(0, 1), (0, 700), (255, 256), (256, 257), (256, 700), (511, 512), (699, 700)] {
            let proof = read(database, move |tx| history::prove_inclusion(tx, leaf, size));
            let root = expected_root(&leaves, size);
            assert!(verify_inclusion(&leaves[leaf as usize], leaf, size, &proof, &root), "{leaf} in {size}");
        }
        for (old, new) in [(1, 700), (255, 256), (256, 700), (300, 513), (512, 700), (700, 700)] {
            let proof = read(database, move |tx| history::prove_consistency(tx, old, new));
            let (before, after) = (expected_root(&leaves, old), expected_root(&leaves, new));
            assert!(verify_consistency(old, new, &proof, &before, &after), "{old} to {new}");
        }
        let beyond = database.read_now::<_, Error>(|tx| history::prove_inclusion(tx, 700, 700));
        assert!(matches!(beyond, Err(Error::Corrupt(_))));
    });
}

#[test]
fn a_fact_that_becomes_visible_late_is_sealed_late() {
    each_database(MIGRATIONS, |database| {
        add(database, 5);
        // A number that another transaction drew and has not committed yet, made by taking a row away.
        database
            .write_now::<_, Error>(|tx| {
                tx.batch(
                    "CREATE TABLE aside AS SELECT * FROM fact WHERE seq = 3; DELETE FROM fact WHERE seq = 3;",
                )
            })
            .expect("take away");
        assert_eq!(seal(database, 100), history::Sealed { facts: 4, size: 4 });
        database
            .write_now::<_, Error>(|tx| tx.batch("INSERT INTO fact SELECT * FROM aside;"))
            .expect("bring back");
        add(database, 1);
        assert_eq!(seal(database, 100), history::Sealed { facts: 2, size: 6 });
        let order: Vec<i64> = {
            let mut story = read(database, |tx| story_of(tx, &subject()));
            story.sort_by_key(|fact| fact.leaf);
            story.iter().map(|fact| fact.seq).collect()
        };
        assert_eq!(order, [1, 2, 4, 5, 3, 6]);
        let root = read(database, |tx| history::root(tx, 6));
        assert_eq!(root, expected_root(&leaves(database), 6));
    });
}

#[test]
fn many_who_seal_at_once_seal_each_fact_once() {
    each_database(MIGRATIONS, |database| {
        add(database, 400);
        let sealed: u64 = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| (0..10).map(|_| seal(database, 10).facts).sum::<u64>()))
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("a sealer")).sum()
        });
        assert_eq!(sealed, 400);
        let root = read(database, |tx| history::root(tx, 400));
        assert_eq!(root, expected_root(&leaves(database), 400));
    });
}

#[test]
fn a_checkpoint_is_signed_once_for_each_size() {
    each_database(MIGRATIONS, |database| {
        let sign = |second: i64| {
            let signer = Signer::new("aftercare.test/ledger", &[7; 32]).expect("a signer");
            let now = Timestamp::from_second(second).expect("an instant");
            database.write_now::<_, Error>(move |tx| checkpoint::sign(tx, &signer, now)).expect("sign")
        };
        let verifier = Signer::new("aftercare.test/ledger", &[7; 32]).expect("a signer").verifier();
        let empty = sign(1);
        assert_eq!(verifier.checkpoint(&empty.note).map(|stated| stated.size), Ok(0));
        add(database, 3);
        seal(database, 10);
        let first = sign(2);
        assert_eq!(sign(3), first, "nothing was added since");
        let stated = verifier.checkpoint(&first.note).expect("signed");
        assert_eq!((stated.size, stated.root), (3, expected_root(&leaves(database), 3)));
        let latest = read(database, checkpoint::latest);
        assert_eq!(latest, Some(first));
    });
}

#[test]
fn the_text_of_a_leaf_is_the_same_for_ever() {
    let fact = ledger::StoredFact {
        seq: 7,
        subject_kind: "ticket".to_string(),
        subject_id: 104_217,
        name: "ticket.reported".to_string(),
        happened_at: "2026-01-05T01:12:00Z".parse().expect("an instant"),
        learned_at: "2026-01-05T01:12:00.5Z".parse().expect("an instant"),
        said_by: "user:3".to_string(),
        about: r#"{"ticket":"104217"}"#.to_string(),
        data: r#"{"severity":"level2","说明":"\"断线\""}"#.to_string(),
        personal_hash: Some(vec![0xab; 32]),
        leaf: None,
    };
    let expected = format!(
        r#"{{"seq":7,"subject":"ticket 104217","name":"ticket.reported","at":"2026-01-05T01:12:00Z","learned_at":"2026-01-05T01:12:00.5Z","by":"user:3","about":{{"ticket":"104217"}},"data":{{"severity":"level2","说明":"\"断线\""}},"personal":"{}"}}"#,
        "ab".repeat(32)
    );
    assert_eq!(history::leaf_text(&fact), expected);
}
