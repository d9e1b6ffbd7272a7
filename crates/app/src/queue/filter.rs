//! What a queue shows, as its address says it: any number of values for each filter.
//!
//! The address is the view: it can be kept, sent and opened by somebody else. `assignee=me` and `team=mine`
//! stand for the reader, so that one saved view serves everybody.

use rules::ids::*;
use rules::tickets::custom_fields;
use rules::tickets::severity::Severity;
use rules::tickets::{Channel, Kind, State};

use crate::kernel::form::Search;

/// Values of one filter that are read; further ones are left out.
const VALUES_MOST: usize = 20;
/// The longest text that is looked for. Units: characters.
const TEXT_MOST_CHARS: usize = 80;

/// The names of the filters in the address.
pub const NAMES: [&str; 12] = [
    "urgency", "state", "severity", "kind", "channel", "assignee", "team", "customer", "site", "tag",
    "promise", "q",
];

/// How near the deadline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// The deadline is past.
    Overdue,
    /// A warning is past, the deadline is not.
    AtRisk,
    /// A promise was missed, or its deadline is past.
    Breached,
}

impl Urgency {
    pub const ALL: [Urgency; 3] = [Urgency::Overdue, Urgency::AtRisk, Urgency::Breached];

    /// The value in the address.
    pub fn code(self) -> &'static str {
        match self {
            Urgency::Overdue => "overdue",
            Urgency::AtRisk => "at-risk",
            Urgency::Breached => "breached",
        }
    }

    /// The key of the word in the locales.
    pub fn label(self) -> &'static str {
        match self {
            Urgency::Overdue => "queue-urgency-overdue",
            Urgency::AtRisk => "queue-urgency-at-risk",
            Urgency::Breached => "queue-urgency-breached",
        }
    }
}

/// Who a ticket may be with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder<T> {
    /// Nobody.
    Nobody,
    /// This one.
    Is(T),
}

/// What is wanted of the queue. An empty list does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub urgency: Vec<Urgency>,
    pub states: Vec<State>,
    pub severities: Vec<Severity>,
    pub kinds: Vec<Kind>,
    pub channels: Vec<Channel>,
    pub assignees: Vec<Holder<UserId>>,
    pub teams: Vec<Holder<TeamId>>,
    pub customers: Vec<CustomerId>,
    pub sites: Vec<SiteId>,
    /// Promises of which the next deadline is.
    pub promises: Vec<String>,
    /// Bears all of these tags.
    pub tags: Vec<i64>,
    /// In each of these custom fields stands one of the values.
    pub custom: Vec<(CustomFieldId, Vec<String>)>,
    /// Part of the title or the customer's name.
    pub text: Option<String>,
    /// A filter names only what does not exist, so that nothing can match: `team=mine` of somebody in no team.
    pub nothing: bool,
}

/// The reader, for `me` and `mine`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    pub id: UserId,
    pub teams: Vec<TeamId>,
}

impl Wanted {
    /// Reads an address. Values that mean nothing are left out, so that an old address still opens.
    pub fn read(search: &Search, reader: &Reader) -> Wanted {
        let mut wanted = Wanted {
            urgency: Urgency::ALL
                .into_iter()
                .filter(|one| search.all("urgency").any(|v| v == one.code()))
                .collect(),
            states: State::ALL
                .iter()
                .copied()
                .filter(|one| one.is_open() && has(search, "state", one.code()))
                .collect(),
            severities: parsed(search, "severity"),
            kinds: parsed(search, "kind"),
            channels: parsed(search, "channel"),
            customers: parsed(search, "customer"),
            sites: parsed(search, "site"),
            tags: parsed(search, "tag"),
            promises: search.all("promise").take(VALUES_MOST).map(str::to_owned).collect(),
            text: search.some("q").map(|text| text.chars().take(TEXT_MOST_CHARS).collect()),
            ..Wanted::default()
        };
        for (place, name) in custom_fields::NAMES.iter().enumerate() {
            let values: Vec<String> = search.all(name).take(VALUES_MOST).map(str::to_owned).collect();
            if !values.is_empty() {
                wanted.custom.push((CustomFieldId(place as i64 + 1), values));
            }
        }
        for value in search.all("assignee").take(VALUES_MOST) {
            match value {
                "none" => wanted.assignees.push(Holder::Nobody),
                "me" => wanted.assignees.push(Holder::Is(reader.id)),
                id => wanted.assignees.extend(id.parse().ok().map(Holder::Is)),
            }
        }
        for value in search.all("team").take(VALUES_MOST) {
            match value {
                "none" => wanted.teams.push(Holder::Nobody),
                "mine" => wanted.teams.extend(reader.teams.iter().copied().map(Holder::Is)),
                id => wanted.teams.extend(id.parse().ok().map(Holder::Is)),
            }
        }
        wanted.nothing = has(search, "team", "mine") && wanted.teams.is_empty();
        wanted.assignees.sort_unstable();
        wanted.assignees.dedup();
        wanted.teams.sort_unstable();
        wanted.teams.dedup();
        wanted
    }
}

fn has(search: &Search, name: &str, value: &str) -> bool {
    search.all(name).any(|each| each == value)
}

fn parsed<T: std::str::FromStr + PartialEq>(search: &Search, name: &str) -> Vec<T> {
    let mut values = Vec::new();
    for value in search.all(name).take(VALUES_MOST).filter_map(|value| value.parse().ok()) {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Wanted {
        Wanted::read(&Search::parse(query), &Reader { id: UserId(3), teams: vec![TeamId(7), TeamId(5)] })
    }

    #[test]
    fn an_address_says_what_is_wanted() {
        let wanted = read(
            "state=reported&state=waiting&state=closed&severity=level3&severity=level3&assignee=me&assignee=none\
             &team=mine&customer=4&customer=x&urgency=at-risk&promise=respond&q=+core+switch+\
             &custom_2=east&custom_2=west&custom_99=x",
        );
        assert_eq!(wanted.states, [State::Reported, State::Waiting]);
        assert_eq!(wanted.severities, [Severity::Level3]);
        assert_eq!(wanted.assignees, [Holder::Nobody, Holder::Is(UserId(3))]);
        assert_eq!(wanted.teams, [Holder::Is(TeamId(5)), Holder::Is(TeamId(7))]);
        assert_eq!(wanted.customers, [CustomerId(4)]);
        assert_eq!(wanted.custom, [(CustomFieldId(2), vec!["east".to_owned(), "west".to_owned()])]);
        assert_eq!(wanted.urgency, [Urgency::AtRisk]);
        assert_eq!(wanted.text.as_deref(), Some("core switch"));
        assert!(!wanted.nothing);
    }

    #[test]
    fn what_means_nothing_does_not_narrow_and_no_team_has_nothing() {
        assert_eq!(read("state=nonsense&severity=&kind=x&after=z"), Wanted::default());
        let alone = Reader { id: UserId(3), teams: Vec::new() };
        assert!(Wanted::read(&Search::parse("team=mine"), &alone).nothing);
        assert!(!Wanted::read(&Search::parse("team=mine&team=2"), &alone).nothing);
        let many: String = (1..100).map(|id| format!("customer={id}&")).collect();
        assert_eq!(read(&many).customers.len(), VALUES_MOST);
    }
}
