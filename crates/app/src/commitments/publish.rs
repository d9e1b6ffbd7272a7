//! Publishing a version of a commitment file.
//!
//! A version never changes once it is published: contracts are bound to it, and what was owed under it must
//! be derived again at any time. A corrected file is a new version.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};
use promise::{Problem, Terms};
use rules::Invalid;
use rules::event::{About, Event};
use rules::ids::{CommitmentId, UserId};
use sha2::{Digest, Sha256};

use super::store::{self, NewCommitment};
use crate::kernel::actor::By;
use crate::kernel::door::Change;
use crate::kernel::terms::read_calendars;
use crate::{App, Failure};

/// The commitment that is shipped with the program.
pub const STANDARD: &str = include_str!("../../../../commitments/standard.toml");

static CALENDARS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../calendars");

/// The text of each shipped calendar by its file name.
pub fn shipped_calendars() -> BTreeMap<String, String> {
    CALENDARS
        .files()
        .filter_map(|file| {
            let name = file.path().file_name()?.to_str()?;
            Some((name.to_owned(), file.contents_utf8()?.to_owned()))
        })
        .filter(|(name, _)| name.ends_with(".toml"))
        .collect()
}

/// A file that can be published.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What it says.
    pub terms: Terms,
    text: String,
    calendars: BTreeMap<String, String>,
}

impl Draft {
    /// Compiles a file with the shipped calendars.
    ///
    /// Errors: every [`Problem`] of the file.
    pub fn read(text: &str) -> Result<Draft, Vec<Problem>> {
        let calendars = shipped_calendars();
        let read = read_calendars(&calendars)
            .map_err(|problems| problems.into_iter().map(|(_, problem)| problem).collect::<Vec<_>>())?;
        let terms = Terms::compile(text, &read)?;
        Ok(Draft { terms, text: text.to_owned(), calendars })
    }

    /// The digest of the text and its calendars, in hexadecimal.
    pub fn sha256(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update(self.text.as_bytes());
        for (name, text) in &self.calendars {
            hasher.update([0]);
            hasher.update(name.as_bytes());
            hasher.update([0]);
            hasher.update(text.as_bytes());
        }
        hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn row(&self) -> NewCommitment {
        NewCommitment {
            name: self.terms.id().to_owned(),
            version: self.terms.version().to_owned(),
            title: self.terms.title().clone(),
            sha256: self.sha256(),
            text: self.text.clone(),
            calendars: self.calendars.clone(),
            effective_on: self.terms.effective_on(),
        }
    }
}

/// Publishes a file. The same file may be published again and stays what it was.
///
/// Errors: [`Failure::Invalid`] when this version is published already with another text.
pub fn publish(change: &mut Change<'_>, draft: &Draft, by: Option<UserId>) -> Result<CommitmentId, Failure> {
    let new = draft.row();
    if let Some(published) = store::by_version(change.tx, &new.name, &new.version)? {
        if published.sha256 == new.sha256 {
            return Ok(published.id);
        }
        let taken = Invalid::new("file", "error-commitment-version-taken");
        return Err(taken.with("name", &new.name).with("version", &new.version).into());
    }
    let id = store::add(change.tx, &new, by, change.now)?;
    let about = About { commitment: Some(id), ..About::default() };
    let NewCommitment { name, version, sha256, .. } = new;
    change.record(about, Event::CommitmentPublished { name, version, sha256 });
    Ok(id)
}

/// Publishes the shipped commitment where its version is not published yet. Returns its id.
///
/// Errors: [`Failure`] of the database; the shipped file itself is right, a test reads it.
pub fn publish_shipped(app: &App) -> Result<CommitmentId, Failure> {
    let draft = shipped()?;
    app.change_now(By::System("set-up"), move |change| {
        let published = store::by_version(change.tx, draft.terms.id(), draft.terms.version())?;
        match published {
            // What was published under this version stays, also where a newer program ships another text.
            Some(published) => Ok(published.id),
            None => publish(change, &draft, None),
        }
    })
}

/// The shipped commitment, compiled.
pub fn shipped() -> Result<Draft, Failure> {
    Draft::read(STANDARD).map_err(|problems| {
        let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Failure::broke(format!("commitments/standard.toml: {}", all.join("; ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::each_app;

    #[test]
    fn the_shipped_commitment_is_published_once_and_compiles_from_the_database() {
        each_app(async |t| {
            let app = t.app.clone();
            let publish = move || publish_shipped(&app);
            let first = tokio::task::spawn_blocking(publish.clone()).await.unwrap().unwrap();
            let again = tokio::task::spawn_blocking(publish).await.unwrap().unwrap();
            assert_eq!(first, again);
            let app = t.app.clone();
            let terms = t.app.read(move |tx| app.library.terms(tx, first)).await.unwrap();
            assert_eq!(terms.id(), "standard");
            assert!(!terms.promises().is_empty());
        });
    }

    #[test]
    fn a_version_keeps_its_text() {
        each_app(async |t| {
            let text = STANDARD.replace("15 min", "20 min");
            let (first, second) = (Draft::read(STANDARD).unwrap(), Draft::read(&text).unwrap());
            assert_ne!(first.sha256(), second.sha256());
            let by = By::System("set-up");
            t.app.change(by, move |change| publish(change, &first, None)).await.unwrap();
            let refused = t.app.change(by, move |change| publish(change, &second, None)).await.unwrap_err();
            assert!(
                matches!(&refused, Failure::Invalid(found) if found[0].code == "error-commitment-version-taken")
            );
        });
    }
}
