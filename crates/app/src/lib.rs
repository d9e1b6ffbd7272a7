//! The web application: pages, API, workers and the one door.
//!
//! The `mod` lines are in order of dependency. A folder per noun holds its store, pages and API under the
//! names that `rules` uses; `kernel` is what all of them stand on, `layout` is how they look.

pub mod kernel;
pub mod layout;
pub mod people;
pub mod teams;
pub mod api;
pub mod attachments;
pub mod lookup;
pub mod records;
pub mod company;
pub mod customers;
pub mod commitments;
pub mod contracts;
pub mod remote_access;
pub mod service_records;
pub mod coverage;
pub mod installed_base;
pub mod health;
pub mod escalations;
pub mod messages;
pub mod tickets;
pub mod articles;
pub mod obligations;
pub mod replies;
pub mod drafts;
pub mod calls;
pub mod portal;
pub mod exchange;
pub mod imports;
pub mod queue;
pub mod search;
pub mod notifications;
pub mod contact_history;
pub mod channels;
pub mod mailboxes;
pub mod openapi;
pub mod worker;
pub mod router;
#[doc(hidden)]
pub mod testing;

use db::{Database, Migration};

pub use kernel::clock::Clock;
pub use kernel::config::{Config, ConfigError, Settings};
pub use kernel::errors::Failure;
pub use kernel::state::App;

macro_rules! migrations {
    ($($number:literal $file:literal $name:literal),+ $(,)?) => {
        &[
            ledger::MIGRATION,
            $(Migration {
                number: $number,
                name: $name,
                sql: include_str!(concat!("../../../migrations/", $file, ".sql")),
            }),+
        ]
    };
}

/// Every migration, in order.
pub const MIGRATIONS: &[Migration] = migrations![
    2 "0002_people" "people",
    3 "0003_registry" "registry",
    4 "0004_tickets" "tickets",
    5 "0005_desk" "desk",
    6 "0006_exchange" "exchange",
    7 "0007_dockets" "dockets",
    8 "0008_notifications" "notifications",
    9 "0009_calls" "calls",
    10 "0010_portal" "portal",
    11 "0011_search" "search",
    12 "0012_service_records" "service_records",
    13 "0013_messages" "messages",
    14 "0014_commitment_drafts" "commitment_drafts",
    15 "0015_notices" "notices",
    16 "0016_articles" "articles",
    17 "0017_mailboxes" "mailboxes",
    18 "0018_comfort" "comfort",
    19 "0019_put_off" "put_off",
    20 "0020_reviews" "reviews",
    21 "0021_outbox" "outbox",
    22 "0022_put_off" "put_off",
];

impl App {
    /// An application over an open database.
    pub fn new(config: Config, database: Database, clock: Clock) -> App {
        App::keeping(config, database, clock, tickets::due::save)
    }
}
