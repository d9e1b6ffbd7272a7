//! People of the company: accounts and roles, passwords, sessions, teams, tokens of the API.

pub mod limit;
pub mod pages;
pub mod passes;
pub mod password;
pub mod sign_in;
pub mod store;
