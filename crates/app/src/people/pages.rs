//! Pages about people.

use axum::response::Redirect;
use rules::access::perm;

use crate::kernel::actor::Actor;
use crate::layout::page::home_of;

/// GET /
pub async fn home(actor: Actor<perm::UseOwnAccount>) -> Redirect {
    Redirect::to(home_of(&actor.person))
}
