//! Lists: tables, filters with several values, the empty state that teaches, pages by cursor.

use maud::{Markup, PreEscaped, Render, html};

use crate::kernel::form::Search;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;

/// A column of a table. A phone shows each row as a card, so a column also says which part of the card it is:
/// the first one is the heading.
#[derive(Clone, Debug)]
pub struct Column {
    label: String,
    class: &'static str,
}

impl Column {
    pub fn new(label: impl Into<String>) -> Column {
        Column { label: label.into(), class: "" }
    }

    /// A column of figures, set to the right; in a card each figure has its label before it.
    pub fn figures(label: impl Into<String>) -> Column {
        Column { label: label.into(), class: "figures" }
    }

    /// A column that a phone leaves out.
    pub fn wide(label: impl Into<String>) -> Column {
        Column { label: label.into(), class: "wide" }
    }

    /// A column whose heading is only for screen readers.
    pub fn unseen(label: impl Into<String>) -> Column {
        Column { label: label.into(), class: "unseen-head" }
    }

    /// What a row is about, in words; a line of its own in a card.
    pub fn main(label: impl Into<String>) -> Column {
        Column { label: label.into(), class: "main" }
    }

    /// How a row stands; beside the heading of a card.
    pub fn state(label: impl Into<String>) -> Column {
        Column { label: label.into(), class: "stands" }
    }

    /// What would be a riddle without its label, as one date among others; in a card it has its label before it.
    pub fn labelled(label: impl Into<String>) -> Column {
        Column { label: label.into(), class: "labelled" }
    }
}

/// A table with a caption for screen readers; on a phone, a list of cards. Cells of [`Column::wide`] columns
/// carry the class `wide`, those of [`Column::figures`] the class `figures`; what a card needs beyond that is
/// added here. A row with `data-href` opens by click or Enter.
pub fn table(caption: impl Render, columns: &[Column], rows: Markup) -> Markup {
    html! {
        div class="table-frame" {
            table class="table cards-on-phone" {
                caption class="unseen" { (caption) }
                thead { tr {
                    @for column in columns {
                        th scope="col" class=[Some(column.class).filter(|class| !class.is_empty())] {
                            @if column.class == "unseen-head" { span class="unseen" { (column.label) } }
                            @else { (column.label) }
                        }
                    }
                } }
                tbody { (parts_of_cards(columns, &rows.0)) }
            }
        }
    }
}

/// The rows, each cell saying which part of a card it is. Cells are told by their tags: text is escaped, so
/// `<td` is nothing else.
fn parts_of_cards(columns: &[Column], rows: &str) -> Markup {
    const CELL: &str = "<td";
    let mut out = String::with_capacity(rows.len() + rows.len() / 8);
    for (nth_row, row) in rows.split("<tr").enumerate() {
        if nth_row > 0 {
            out.push_str("<tr");
        }
        let mut cells = row.split(CELL);
        out.push_str(cells.next().unwrap_or_default());
        for (place, cell) in cells.enumerate() {
            out.push_str(CELL);
            let (part, label) = match columns.get(place) {
                Some(column) => match column.class {
                    "figures" | "labelled" => ("labelled", column.label.as_str()),
                    "unseen-head" => ("acts", ""),
                    part @ ("main" | "stands") => (part, ""),
                    _ => ("", ""),
                },
                None => ("", ""),
            };
            if !part.is_empty() {
                out.push_str(&format!(" data-part=\"{part}\""));
            }
            if !label.is_empty() {
                out.push_str(&format!(" data-label=\"{}\"", label.render().0));
            }
            out.push_str(cell);
        }
    }
    PreEscaped(out)
}

/// What stands in place of an empty list: what would be here, and how to begin.
pub fn empty(drawing: Icon, title: impl Render, words: impl Render, act: Option<Markup>) -> Markup {
    html! {
        div class="empty" {
            (icon(drawing))
            p class="empty-title" { (title) }
            p { (words) }
            @if let Some(act) = act { (act) }
        }
    }
}

/// A filter of a list: any number of its options may be chosen.
#[derive(Clone, Debug)]
pub struct Filter {
    /// The name in the address, repeated for each value.
    pub name: &'static str,
    pub label: String,
    /// Pairs of value and word.
    pub options: Vec<(String, String)>,
}

/// A chosen value of a filter, which its cross takes away.
#[derive(Clone, Debug)]
pub struct Chip {
    pub label: String,
    pub value: String,
    pub without: String,
}

/// The chosen values of all filters.
pub fn active_chips(path: &str, query: &Search, filters: &[Filter]) -> Vec<Chip> {
    let mut chips = Vec::new();
    for filter in filters {
        for value in query.all(filter.name) {
            let word = filter.options.iter().find(|(option, _)| option == value).map(|(_, word)| word);
            chips.push(Chip {
                label: filter.label.clone(),
                value: word.cloned().unwrap_or_else(|| value.to_owned()),
                without: query.without_value(filter.name, value).address(path),
            });
        }
    }
    chips
}

/// The filter bar of a list: a search box, a menu of check boxes per filter, the chosen ones as chips.
/// Everything is a GET form, so a filtered list has an address that can be kept and sent.
pub fn filters(l: &L10n, path: &str, query: &Search, filters: &[Filter], placeholder: &str) -> Markup {
    let chips = active_chips(path, query, filters);
    html! {
        form class="filters" method="get" action=(path) role="search" data-autosubmit {
            (search_box(l, query, placeholder))
            @for filter in filters {
                @let chosen: Vec<&str> = query.all(filter.name).collect();
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
                                input type="checkbox" name=(filter.name) value=(value)
                                    checked[chosen.contains(&value.as_str())];
                                span { (word) }
                            }
                        }
                    }
                }
            }
            @for (name, value) in query.others(filters.iter().map(|filter| filter.name).chain(["q", "after"])) {
                input type="hidden" name=(name) value=(value);
            }
            button class="button" type="submit" { (icon(Icon::Filter)) span { (l.t("filters-apply")) } }
        }
        @if !chips.is_empty() {
            ul class="chips" aria-label=(l.t("filters-active")) {
                @for chip in &chips {
                    li { a class="filter-chip" href=(chip.without) {
                        span { (chip.label) } strong { (chip.value) }
                        (icon(Icon::Cross)) span class="unseen" { (l.t("filters-remove")) }
                    } }
                }
                li { a class="quiet-link" href=(path) { (l.t("filters-clear")) } }
            }
        }
    }
}

/// The search field of a list; its name in the address is `q`.
pub fn search_box(l: &L10n, query: &Search, placeholder: &str) -> Markup {
    html! {
        div class="search" {
            (icon(Icon::Search))
            input class="input" type="search" name="q" value=(query.get("q")) placeholder=(placeholder)
                aria-label=(l.t("search-label")) data-key="/";
        }
    }
}

/// Forward by cursor, and back to the beginning. `next` is the value of `after` for the next page.
pub fn pagination(l: &L10n, path: &str, query: &Search, next: Option<&str>) -> Markup {
    let beyond_first = !query.get("after").is_empty();
    html! {
        @if beyond_first || next.is_some() {
            nav class="pagination" aria-label=(l.t("pagination-label")) {
                @if beyond_first {
                    a class="button" rel="first" href=(query.without("after").address(path)) {
                        (icon(Icon::Back)) span { (l.t("pagination-first")) }
                    }
                }
                @if let Some(next) = next {
                    a class="button" rel="next" href=(query.with("after", next).address(path)) {
                        span { (l.t("pagination-next")) } (icon(Icon::Next))
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cell_says_which_part_of_a_card_it_is() {
        let columns = [
            Column::new("Number"),
            Column::main("Title"),
            Column::state("State"),
            Column::figures("\"Parts\""),
            Column::unseen("Acts"),
        ];
        let row = html! {
            tr data-href="/x" { td { "1" } td { "<td>" } td { "new" } td class="figures" { "3" } td { "end" } }
            tr { td { "2" } td { "b" } }
        };
        assert_eq!(
            parts_of_cards(&columns, &row.0).0,
            "<tr data-href=\"/x\"><td>1</td><td data-part=\"main\">&lt;td&gt;</td>\
             <td data-part=\"stands\">new</td>\
             <td data-part=\"labelled\" data-label=\"&quot;Parts&quot;\" class=\"figures\">3</td>\
             <td data-part=\"acts\">end</td></tr>\
             <tr><td>2</td><td data-part=\"main\">b</td></tr>"
        );
    }
}
