//! People of the company: accounts and roles, passwords, sessions, tokens of the API.
//!
//! A password is one kind of credential; second factors and sign-on are further kinds of the same table.

pub mod account;
pub mod guests;
pub mod limit;
pub mod links;
pub mod pages;
pub mod passes;
pub mod password;
pub mod sign_in;
pub mod store;
pub mod tokens;

#[cfg(test)]
mod tests;
