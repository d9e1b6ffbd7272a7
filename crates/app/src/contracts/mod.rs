//! Contracts: period, sites, commitment, dedicated engineer and acceptance; and which of them covers a site.

pub mod store;
