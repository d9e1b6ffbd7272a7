//! The duty that tells owners of articles which of theirs are to be looked at again.

use std::collections::BTreeMap;

use rules::notifications::Notice;
use serde_json::json;

use super::store;
use crate::kernel::actor::By;
use crate::kernel::turn::Turn;
use crate::{App, Failure};

/// Articles that one turn tells of.
const TOLD_MOST: i64 = 200;

/// Tells each owner once of the articles whose day of review is past; those without one are told to managers.
///
/// Errors: [`Failure`] of the database; the next turn tells.
pub async fn turn(app: &App) -> Result<Turn, Failure> {
    let today = app.clock.now().to_zoned(app.config.time_zone()).date();
    if app.read(move |tx| Ok(store::to_review(tx, today, 1)?)).await?.is_empty() {
        return Ok(Turn::default());
    }
    app.change(By::System("articles"), move |c| {
        let found = store::to_review(c.tx, today, TOLD_MOST)?;
        let mut by_owner = BTreeMap::<_, Vec<&str>>::new();
        for article in &found {
            by_owner.entry(article.owner_id).or_default().push(&article.title);
            store::review_told(c.tx, article.id, c.now)?;
        }
        for (owner, titles) in by_owner {
            let data = json!({ "title": titles[0], "text": titles.join("\n") });
            let asked =
                json!({ "notice": Notice::ReviewDue, "ticket": null, "account": owner, "data": data });
            c.send("notice", &asked)?;
        }
        let done = found.len() as u64;
        Ok(Turn { done, more: done == TOLD_MOST as u64, next_at: None })
    })
    .await
}
