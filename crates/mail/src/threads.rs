//! Which earlier letter a letter answers: the marks that we set ourselves first, then what others keep.

use base64::Engine;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::letter::Letter;

/// Our address, to which a token is added: `service@example.cn` becomes `service+t.42.x7…@example.cn`.
#[derive(Clone)]
pub struct Signer {
    key: Vec<u8>,
}

/// How many characters of the signature an address carries; 15 of 36 letters and digits are 77 bits.
const TAG_CHARS: usize = 15;
/// What stands between the address and the token.
const MARK: &str = "+t.";

impl Signer {
    pub fn new(key: &[u8]) -> Signer {
        Signer { key: key.to_vec() }
    }

    /// The address that answers to this subject should go to. The local part is kept whole.
    pub fn reply_address(&self, mailbox: &str, subject_id: &str) -> Option<String> {
        let (local, domain) = mailbox.rsplit_once('@')?;
        Some(format!("{local}{MARK}{}@{domain}", self.token(subject_id)))
    }

    /// `ID.TAG`: the id in the open, and a signature over it.
    pub fn token(&self, subject_id: &str) -> String {
        format!("{subject_id}.{}", self.tag(subject_id))
    }

    fn tag(&self, subject_id: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of any length");
        mac.update(b"reply-address:");
        mac.update(subject_id.as_bytes());
        // Hosts may fold the case of a local part, so the signature is told in one case.
        let text = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .take(TAG_CHARS)
            .collect::<String>()
            .to_ascii_lowercase()
    }

    /// The id of a token that we signed; a forged one is none.
    pub fn verify(&self, token: &str) -> Option<String> {
        let (id, tag) = token.rsplit_once('.')?;
        let expected = self.tag(id);
        bool::from(expected.as_bytes().ct_eq(tag.to_ascii_lowercase().as_bytes())).then(|| id.to_string())
    }

    /// The id in an address that carries a token of ours.
    pub fn of_address(&self, address: &str) -> Option<String> {
        let (local, _) = address.rsplit_once('@')?;
        let at = local.to_ascii_lowercase().rfind(MARK)?;
        self.verify(&local[at + MARK.len()..])
    }
}

/// A sign of an earlier letter, the surest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Candidate {
    /// Our signed address: the id that it carries, verified.
    Signed(String),
    /// A header of ours, verified.
    Header(String),
    /// A number that the subject shows, as it stands there; whether the sender may use it is the caller's to judge.
    Number(String),
    /// The id of an earlier letter, the nearest first.
    Reference(String),
}

/// Lists the signs that a letter bears, the surest first. `is_number` tells what a number of ours looks like.
pub fn candidates(
    letter: &Letter,
    signer: &Signer,
    header: &str,
    is_number: impl Fn(&str) -> bool,
) -> Vec<Candidate> {
    let mut out: Vec<Candidate> = Vec::new();
    let mut add = |candidate: Candidate| {
        if !out.contains(&candidate) && out.len() < CANDIDATES {
            out.push(candidate);
        }
    };
    let delivered = ["delivered-to", "x-original-to", "envelope-to"]
        .into_iter()
        .flat_map(|name| letter.headers.all(name));
    let addressed = letter.to.iter().chain(&letter.cc).map(|address| address.address.clone());
    for address in addressed.chain(delivered) {
        if let Some(id) = signer.of_address(address.trim_matches(['<', '>', ' '])) {
            add(Candidate::Signed(id));
        }
    }
    let ids = || letter.in_reply_to.iter().rev().chain(letter.references.iter().rev());
    for id in ids() {
        // Our message ids carry the token too, so that an answer to any address finds home.
        if let Some(id) = signer.of_message_id(id) {
            add(Candidate::Header(id));
        }
    }
    for value in letter.headers.all(header) {
        if let Some(id) = signer.verify(value.trim()) {
            add(Candidate::Header(id));
        }
    }
    for word in letter.subject.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '/')) {
        let word = word.trim_matches(['-', '/']);
        if !word.is_empty() && is_number(word) {
            add(Candidate::Number(word.to_string()));
        }
    }
    for id in ids() {
        add(Candidate::Reference(id.clone()));
    }
    out
}

/// How many signs of one letter are looked at.
const CANDIDATES: usize = 100;

impl Signer {
    /// An id for a letter of ours: unique by `unique`, and bearing the token.
    pub fn message_id(&self, subject_id: &str, unique: &str, domain: &str) -> String {
        format!("t.{}.{unique}@{domain}", self.token(subject_id))
    }

    /// The id that a message id of ours bears.
    pub fn of_message_id(&self, message_id: &str) -> Option<String> {
        let (local, _) = message_id.rsplit_once('@')?;
        let token = local.strip_prefix("t.")?;
        let (token, _unique) = token.rsplit_once('.')?;
        self.verify(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mime::Limits;

    #[test]
    fn our_own_marks_are_surer_than_what_others_write() {
        let signer = Signer::new(b"key");
        let address = signer.reply_address("service@example.cn", "42").unwrap();
        let own_id = signer.message_id("44", "abc", "example.cn");
        let raw = format!(
            "From: a@b.cn\nTo: {}\nSubject: Re: [BJ-2026-000043] x\nIn-Reply-To: <{own_id}>\nReferences: <x@y> <z@y>\nX-Ours: {}\n\nhi",
            address.to_uppercase().replace("+T.", "+t."),
            signer.token("45"),
        );
        let letter = Letter::parse(raw.as_bytes(), &Limits::default()).unwrap();
        let found = candidates(&letter, &signer, "X-Ours", |word| word.starts_with("BJ-"));
        let text = |s: &str| s.to_string();
        assert_eq!(
            found[..4],
            [
                Candidate::Signed(text("42")),
                Candidate::Header(text("44")),
                Candidate::Header(text("45")),
                Candidate::Number(text("BJ-2026-000043")),
            ]
        );
        assert_eq!(found[5], Candidate::Reference(text("z@y")));
    }

    #[test]
    fn a_forged_token_is_none() {
        let signer = Signer::new(b"key");
        let token = signer.token("42");
        assert_eq!(signer.verify(&token).as_deref(), Some("42"));
        assert_eq!(signer.verify(&token.replace("42", "43")), None);
        assert_eq!(Signer::new(b"other").verify(&token), None);
        assert_eq!(signer.of_address("service+t.42.aaaaaaaaaaaaaaa@example.cn"), None);
    }
}
