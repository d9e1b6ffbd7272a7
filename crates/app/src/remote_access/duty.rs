//! The timed duty of remote access: consents begin and end at their minute, and sessions end with them.

use super::{change, store};
use crate::kernel::actor::By;
use crate::kernel::turn::Turn;
use crate::{App, Failure};

/// Consents that one turn begins, and that it ends.
const TURN_MAX: i64 = 50;

/// One turn. Running it twice changes nothing.
pub async fn turn(app: &App) -> Result<Turn, Failure> {
    let now = app.clock.now();
    let next_at = app.read(|tx| Ok(store::next_at(tx)?)).await?;
    if next_at.is_none_or(|at| at > now) {
        return Ok(Turn { next_at, ..Turn::default() });
    }
    let done = app
        .change(By::System("worker"), move |c| {
            let begin = store::to_begin(c.tx, c.now, TURN_MAX)?;
            begin.iter().try_for_each(|id| change::begin(c, *id))?;
            let end = store::to_end(c.tx, c.now, TURN_MAX)?;
            end.iter().try_for_each(|id| change::expire(c, *id))?;
            Ok((begin.len() + end.len()) as u64)
        })
        .await?;
    let next_at = app.read(|tx| Ok(store::next_at(tx)?)).await?;
    Ok(Turn { done, more: done > 0 && next_at.is_some_and(|at| at <= now), next_at })
}
