//! The filter bar of the queue: what may be chosen, by its words, and what is chosen.

use db::Tx;
use maud::{Markup, html};
use rules::ids::*;
use rules::tickets::custom_fields::{self, CustomField, Shape};
use rules::tickets::severity::Severity;
use rules::tickets::{Channel, Kind, State};

use super::filter::{NAMES, Urgency};
use super::rows::title;
use super::store;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::kernel::state::Shared;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;

/// Versions of commitments whose promises may be chosen.
const COMMITMENTS_MOST: i64 = 20;

/// What the filters of a page are made of.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    pub people: Vec<(i64, String)>,
    pub teams: Vec<(i64, String)>,
    /// Promise id and name.
    pub promises: Vec<(String, String)>,
    /// The chosen customers and sites; others are looked up.
    pub customers: Vec<(i64, String)>,
    pub sites: Vec<(i64, String)>,
    pub tags: Vec<(i64, String)>,
    /// Custom fields in which one chooses.
    pub custom: Vec<CustomField>,
}

impl Choices {
    /// Loads what may be chosen in this address.
    pub fn load(app: &Shared, tx: &mut Tx, l: &L10n, search: &Search) -> Result<Choices, Failure> {
        let mut choices = Choices {
            people: crate::tickets::store::colleagues(tx)?,
            teams: crate::tickets::store::teams(tx)?,
            tags: crate::tickets::tags::store::all(tx)?,
            ..Choices::default()
        };
        choices.custom = crate::tickets::custom_fields::store::in_use(tx)?;
        choices.custom.retain(|field| field.is.shape == Shape::Choice);
        for version in crate::commitments::store::all(tx, COMMITMENTS_MOST)? {
            let terms = app.library.terms(tx, version.id)?;
            for promise in terms.promises().iter().filter(|promise| &*promise.subject == "ticket") {
                let id = promise.id.as_str();
                if choices.promises.iter().all(|(known, _)| known != id) {
                    let name = title(l, &terms, id).unwrap_or_else(|| id.to_owned());
                    choices.promises.push((id.to_owned(), name));
                }
            }
        }
        for id in search.all("customer").filter_map(|id| id.parse().ok()).take(20) {
            choices.customers.extend(store::customer_name(tx, CustomerId(id))?.map(|name| (id, name)));
        }
        for id in search.all("site").filter_map(|id| id.parse().ok()).take(20) {
            choices.sites.extend(store::site_name(tx, SiteId(id))?.map(|name| (id, name)));
        }
        Ok(choices)
    }

    fn filters(&self, l: &L10n) -> Vec<Filter> {
        let filter = |name, label: &str, options| Filter { name, label: l.t(label).into_owned(), options };
        let word = |code: &str, label: &str| (code.to_owned(), l.t(label).into_owned());
        let rows = |rows: &[(i64, String)]| {
            rows.iter().map(|(id, name)| (id.to_string(), name.clone())).collect::<Vec<_>>()
        };
        let mut people = vec![word("me", "queue-me"), word("none", "queue-nobody")];
        people.extend(rows(&self.people));
        let mut teams = vec![word("mine", "queue-my-teams"), word("none", "queue-no-team")];
        teams.extend(rows(&self.teams));
        let open = State::ALL.iter().filter(|state| state.is_open());
        let custom = self.custom.iter().map(|field| Filter {
            name: field.name(),
            label: field.is.label.to_string(),
            options: field.is.choices.iter().map(|one| (one.to_string(), one.to_string())).collect(),
        });
        let mut all = vec![
            filter(
                "urgency",
                "queue-filter-urgency",
                Urgency::ALL.iter().map(|one| word(one.code(), one.label())).collect(),
            ),
            filter(
                "severity",
                "queue-filter-severity",
                Severity::ALL.iter().map(|one| word(one.code(), one.label())).collect(),
            ),
            filter("state", "queue-filter-state", open.map(|one| word(one.code(), one.label())).collect()),
            filter("assignee", "queue-filter-assignee", people),
            filter("team", "queue-filter-team", teams),
            filter("customer", "queue-filter-customer", rows(&self.customers)),
            filter("site", "queue-filter-site", rows(&self.sites)),
            filter("tag", "queue-filter-tag", rows(&self.tags)),
            filter("promise", "queue-filter-promise", self.promises.clone()),
            filter(
                "kind",
                "queue-filter-kind",
                Kind::ALL.iter().map(|one| word(one.code(), one.label())).collect(),
            ),
            filter(
                "channel",
                "queue-filter-channel",
                Channel::ALL.iter().map(|one| word(one.code(), one.label())).collect(),
            ),
        ];
        all.extend(custom);
        all.retain(|filter| {
            !filter.options.is_empty() || matches!(filter.name, "customer" | "site" | "promise")
        });
        all
    }
}

/// The bar: a search box, a menu for each filter, and the chosen values, each with its cross.
pub fn bar(l: &L10n, search: &Search, choices: &Choices) -> Markup {
    let filters = choices.filters(l);
    let chips = active_chips("/queue", &known(search), &filters);
    html! {
        form class="filters" method="get" action="/queue" role="search" data-autosubmit {
            (search_box(l, search, &l.t("queue-search")))
            div class="filter-menus" { @for filter in &filters { (menu_of(l, search, filter)) } }
            noscript { button class="button" type="submit" { (icon(Icon::Filter)) span { (l.t("filters-apply")) } } }
        }
        @if !chips.is_empty() {
            ul class="chips" aria-label=(l.t("filters-active")) {
                @for chip in &chips {
                    li { a class="filter-chip" href=(chip.without) {
                        span { (chip.label) } strong { (chip.value) }
                        (icon(Icon::Cross)) span class="unseen" { (l.t("filters-remove")) }
                    } }
                }
                li { a class="quiet-link" href="/queue" { (l.t("filters-clear")) } }
            }
        }
    }
}

fn menu_of(l: &L10n, search: &Search, filter: &Filter) -> Markup {
    let chosen: Vec<&str> = search.all(filter.name).collect();
    let looked_up = match filter.name {
        "customer" => Some("/palette/customers"),
        "site" => Some("/palette/sites"),
        _ => None,
    };
    html! {
        details class="menu" data-menu {
            summary class={ "button" @if !chosen.is_empty() { " chosen" } } {
                span { (filter.label) }
                @if !chosen.is_empty() { span class="count" { (chosen.len()) } }
                (icon(Icon::Down))
            }
            fieldset class="menu-items" {
                legend class="unseen" { (filter.label) }
                @for (value, word) in &filter.options {
                    label class="option" {
                        input type="checkbox" name=(filter.name) value=(value) checked[chosen.contains(&value.as_str())];
                        span { (word) }
                    }
                }
                @if let Some(source) = looked_up {
                    (Combobox::new(filter.name, filter.label.clone(), source)
                        .placeholder(l.t("queue-filter-look-up")).of(&Form::default(), l))
                }
            }
        }
    }
}

/// The filters of an address, without what is no filter.
pub fn known(search: &Search) -> Search {
    let mut kept = Search::default();
    for name in NAMES.iter().chain(custom_fields::NAMES) {
        for value in search.all(name) {
            kept = kept.and(name, value);
        }
    }
    kept
}
