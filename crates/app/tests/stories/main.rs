//! The stories of the product through its front door, one binary: each binary of tests is linked with the
//! whole product, which costs time and hundreds of megabytes.

mod api;
mod articles;
mod bad_input;
mod comfort;
mod company;
mod contact_history;
mod coverage;
mod custom_fields;
mod deliveries;
mod fax;
mod front_door;
mod full_disk;
mod house;
mod letters;
mod mailboxes;
mod notices;
mod postfix;
mod queue;
mod registry;
mod registry_imports;
mod registry_stores;
mod returns;
mod search;
mod words;
