//! Few attempts to sign in: per login and per address, so that passwords cannot be tried out.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::kernel::errors::Failure;

/// Failed attempts on one login within [`WINDOW`].
const LOGIN_MAX: usize = 8;
/// Failed attempts from one address within [`WINDOW`]; an office shares one address.
const ADDRESS_MAX: usize = 40;
/// How long a failed attempt counts.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// Logins and addresses that are remembered at most.
const KEYS_MAX: usize = 20_000;

/// Counts failed attempts.
#[derive(Default)]
pub struct Limiter {
    failed: Mutex<HashMap<String, Vec<Timestamp>>>,
}

impl Limiter {
    /// Whether another attempt may be made.
    ///
    /// Errors: [`Failure::TooMany`] with the time to wait.
    pub fn check(&self, login: &str, address: &str, now: Timestamp) -> Result<(), Failure> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, most) in keys(login, address) {
            let recent: Vec<&Timestamp> =
                failed.get(&key).into_iter().flatten().filter(|at| **at + WINDOW > now).collect();
            if recent.len() >= most {
                let free_at = *recent[recent.len() - most] + WINDOW;
                let retry_after_s = free_at.duration_since(now).as_secs().max(1).unsigned_abs();
                return Err(Failure::TooMany { retry_after_s });
            }
        }
        Ok(())
    }

    /// An attempt failed.
    pub fn failed(&self, login: &str, address: &str, now: Timestamp) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if failed.len() >= KEYS_MAX {
            failed.retain(|_, attempts| attempts.iter().any(|at| *at + WINDOW > now));
        }
        for (key, _) in keys(login, address) {
            let attempts = failed.entry(key).or_default();
            attempts.retain(|at| *at + WINDOW > now);
            attempts.push(now);
        }
    }

    /// An attempt succeeded: earlier failures on the login are forgotten, those of the address stay.
    pub fn succeeded(&self, login: &str) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.remove(&format!("login:{}", login.to_lowercase()));
    }
}

fn keys(login: &str, address: &str) -> [(String, usize); 2] {
    [(format!("login:{}", login.to_lowercase()), LOGIN_MAX), (format!("address:{address}"), ADDRESS_MAX)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_few_and_come_back_with_time() {
        let limiter = Limiter::default();
        let start: Timestamp = "2026-01-05T00:00:00Z".parse().unwrap();
        for second in 0..LOGIN_MAX as i64 {
            let now = start + SignedDuration::from_secs(second);
            assert!(limiter.check("Li", "10.0.0.1", now).is_ok());
            limiter.failed("li", "10.0.0.1", now);
        }
        let now = start + SignedDuration::from_mins(1);
        let refused = limiter.check("LI", "10.0.0.2", now);
        assert!(matches!(refused, Err(Failure::TooMany { retry_after_s: 840 })), "{refused:?}");
        assert!(limiter.check("wang", "10.0.0.1", now).is_ok());
        assert!(limiter.check("li", "10.0.0.1", start + WINDOW).is_ok());
        limiter.succeeded("li");
        assert!(limiter.check("li", "10.0.0.1", now).is_ok());
    }

    #[test]
    fn an_address_that_tries_many_logins_is_stopped() {
        let limiter = Limiter::default();
        let now: Timestamp = "2026-01-05T00:00:00Z".parse().unwrap();
        for number in 0..ADDRESS_MAX {
            limiter.failed(&format!("login{number}"), "10.0.0.9", now);
        }
        assert!(limiter.check("new", "10.0.0.9", now).is_err());
        assert!(limiter.check("new", "10.0.0.8", now).is_ok());
    }
}
