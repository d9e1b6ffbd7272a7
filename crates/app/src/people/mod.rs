//! People of the company: accounts and roles, passwords, sessions, teams, tokens of the API.

pub mod store;
pub mod password;
pub mod limit;
pub mod sign_in;
pub mod pages;
