//! Saved filters: a narrowed list under a name, for oneself or for all.

use axum::response::Response;
use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use maud::{Markup, html};
use rules::Invalid;
use rules::access::{Permission, perm};
use rules::ids::UserId;
use rules::text::Line;

use crate::App;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::kernel::notice::{Notice, go};
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::page::Viewer;

/// Saved filters of one list that are shown; more are found by nobody.
const SHOWN_MOST: i64 = 30;
/// The lists that filters are saved for, by the noun and the address.
const LISTS: [(&str, &str); 7] = [
    ("customer", "/customers"),
    ("site", "/sites"),
    ("contact", "/contacts"),
    ("contract", "/contracts"),
    ("product", "/products"),
    ("asset", "/assets"),
    ("article", "/articles"),
];

row! {
    /// A filter that somebody keeps.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct SavedFilter {
        pub id: i64,
        pub name: String,
        pub query: String,
        pub owner_id: UserId as int,
        pub shared: bool,
    }
}

statements! {
    static OF: (String, i64, i64) => SavedFilter =
        "SELECT f.id, f.name, f.query, f.owner_id, f.shared FROM saved_filter f
         WHERE f.noun = ?1 AND (f.owner_id = ?2 OR f.shared) ORDER BY f.name, f.id LIMIT ?3";
    static ADD: (String, String, String, i64, bool, Timestamp) => () =
        "INSERT INTO saved_filter (noun, name, query, owner_id, shared, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    static REMOVE: (i64, i64) => () = "DELETE FROM saved_filter WHERE id = ?1 AND owner_id = ?2";
}

/// The filters of a list that a person may use: their own and the shared ones.
pub fn of(tx: &mut Tx, noun: &str, person: UserId) -> Result<Vec<SavedFilter>, Error> {
    tx.all(&OF, (noun, person.get(), SHOWN_MOST))
}

/// The saved filters above a list, and the form to save the present one.
pub fn saved_bar(viewer: &Viewer, noun: &str, path: &str, query: &Search, saved: &[SavedFilter]) -> Markup {
    let l = &viewer.l;
    let present = query.without("after");
    let encoded = present.encode();
    let known = saved.iter().any(|filter| filter.query == encoded);
    let own = viewer.person.as_ref().map(|person| person.id);
    let may_share = viewer.person.as_ref().is_some_and(|person| person.may(Permission::ShareViews));
    html! {
        @if !saved.is_empty() || !encoded.is_empty() {
            div class="saved-filters" {
                @for filter in saved {
                    @let current = filter.query == encoded;
                    span class={ "saved-filter" @if current { " current" } } {
                        a href={ (path) "?" (filter.query) } aria-current=[current.then_some("true")] {
                            @if filter.shared { (icon(Icon::Team)) } (filter.name)
                        }
                        @if current && own == Some(filter.owner_id) {
                            form class="inline" method="post" action={ "/saved-filters/" (filter.id) "/remove" } {
                                input type="hidden" name="noun" value=(noun);
                                button class="button quiet small" type="submit"
                                    aria-label=(l.ta("saved-filter-remove", &[("name", filter.name.clone().into())])) {
                                    (icon(Icon::Cross))
                                }
                            }
                        }
                    }
                }
                @if !encoded.is_empty() && !known {
                    details class="menu" data-menu {
                        summary class="button quiet small" { (icon(Icon::Add)) span { (l.t("saved-filter-save")) } }
                        div class="menu-items" {
                            form class="form" method="post" action="/saved-filters" {
                                input type="hidden" name="noun" value=(noun);
                                input type="hidden" name="query" value=(encoded);
                                (Field::text("name", l.t("saved-filter-name")).required().of(&Form::default(), l))
                                @if may_share { (Check::new("shared", l.t("saved-filter-shared")).of(&Form::default(), l)) }
                                (submit(l.t("form-save")))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn list_of(form: &Form) -> Result<(&'static str, &'static str), Failure> {
    let found = LISTS.into_iter().find(|(noun, _)| *noun == form.get("noun"));
    found.ok_or_else(|| Invalid::unknown("noun", form.get("noun")).into())
}

/// POST /saved-filters
pub async fn create(app: App, actor: Actor<perm::ViewRegistry>, form: Form) -> Result<Response, Failure> {
    let (noun, path) = list_of(&form)?;
    let name = Line::parse("name", form.get("name"))?;
    let query = Search::parse(form.get("query")).without("after").encode();
    let shared = form.get("shared") == "yes" && actor.may(Permission::ShareViews);
    let (owner, address) = (actor.person.id, format!("{path}?{query}"));
    let said = Notice::new("notice-filter-saved").with("name", name.as_str());
    app.change(&actor, move |change| {
        change.tx.run(&ADD, (noun, name.as_str(), &query, owner.get(), shared, change.now))?;
        Ok(())
    })
    .await?;
    Ok(go(&address, said))
}

/// POST /saved-filters/{id}/remove
pub async fn remove(
    app: App,
    actor: Actor<perm::ViewRegistry>,
    axum::extract::Path(id): axum::extract::Path<i64>,
    form: Form,
) -> Result<Response, Failure> {
    let (_, path) = list_of(&form)?;
    let owner = actor.person.id;
    let removed = app.change(&actor, move |change| Ok(change.tx.run(&REMOVE, (id, owner.get()))?)).await?;
    if removed == 0 {
        return Err(Failure::NotFound);
    }
    Ok(go(path, Notice::new("notice-filter-removed")))
}
