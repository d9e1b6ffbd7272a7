//! Passwords: hashed with argon2id, on threads of their own, few at a time.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rules::Invalid;
use tokio::sync::Semaphore;

use crate::kernel::errors::Failure;

/// Fewest characters of a password.
pub const PASSWORD_CHARS_MIN: usize = 10;
/// Most characters of a password; hashing a book is of no use to anybody.
const PASSWORD_CHARS_MAX: usize = 200;
/// Hashes that are computed at the same time; each takes 19 MiB and tens of milliseconds.
const HASHES_AT_ONCE: usize = 2;

/// Hashes and compares passwords without holding up other requests.
pub struct Hasher {
    places: Semaphore,
}

impl Default for Hasher {
    fn default() -> Hasher {
        Hasher { places: Semaphore::new(HASHES_AT_ONCE) }
    }
}

impl Hasher {
    /// The hash of a password, with its salt and parameters, as one text.
    pub async fn hash(&self, password: String) -> Result<String, Failure> {
        self.work(move || hash_now(&password)).await?
    }

    /// Whether a password fits a hash. Without a hash the same time is spent, so that an answer does not
    /// tell which logins exist.
    pub async fn fits(&self, password: String, hash: Option<String>) -> Result<bool, Failure> {
        self.work(move || match hash {
            Some(hash) => match PasswordHash::new(&hash) {
                Ok(parsed) => Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok()),
                Err(error) => Err(Failure::broke(error)),
            },
            None => hash_now(&password).map(|_| false),
        })
        .await?
    }

    async fn work<T: Send + 'static>(&self, f: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
        let _place = self.places.acquire().await.map_err(Failure::broke)?;
        tokio::task::spawn_blocking(f).await.map_err(Failure::broke)
    }
}

/// The hash of a password, on this thread: for commands.
pub fn hash_now(password: &str) -> Result<String, Failure> {
    let hash: PasswordHash = Argon2::default().hash_password(password.as_bytes()).map_err(Failure::broke)?;
    Ok(hash.to_string())
}

/// Checks a new password: long enough, typed twice alike, and not the login.
///
/// Errors: [`Invalid`] for the fields `password` and `password_again`.
pub fn check(password: &str, again: &str, login: &str) -> Result<(), Vec<Invalid>> {
    let chars = password.chars().count();
    if chars < PASSWORD_CHARS_MIN {
        return Err(vec![Invalid::new("password", "error-password-short").with("least", PASSWORD_CHARS_MIN)]);
    }
    if chars > PASSWORD_CHARS_MAX {
        return Err(vec![Invalid::too_long("password", PASSWORD_CHARS_MAX)]);
    }
    if password.to_lowercase() == login.to_lowercase() {
        return Err(vec![Invalid::new("password", "error-password-login")]);
    }
    if password != again {
        return Err(vec![Invalid::new("password_again", "error-password-differs")]);
    }
    Ok(())
}

/// A new token: 256 random bits in 43 characters that fit in an address.
pub fn new_token() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_alone() {
        let hasher = Hasher::default();
        let hash = hasher.hash("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(hasher.fits("correct horse".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!hasher.fits("correct horsf".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!hasher.fits("correct horse".to_owned(), None).await.unwrap());
        assert_ne!(hasher.hash("correct horse".to_owned()).await.unwrap(), hash);
    }

    #[test]
    fn a_new_password_says_what_is_wrong_with_it() {
        let cases = [
            ("short", "short", Some(("password", "error-password-short"))),
            ("long enough", "long enougj", Some(("password_again", "error-password-differs"))),
            ("li.ming@desk", "li.ming@desk", Some(("password", "error-password-login"))),
            ("long enough", "long enough", None),
        ];
        for (password, again, expected) in cases {
            let found = check(password, again, "Li.Ming@desk").err();
            let found = found.map(|problems| (problems[0].field, problems[0].code));
            assert_eq!(found, expected, "{password}");
        }
    }

    #[test]
    fn tokens_differ_and_fit_in_an_address() {
        let (one, two) = (new_token(), new_token());
        assert_ne!(one, two);
        assert_eq!(one.len(), 43);
        assert!(one.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'));
    }
}
