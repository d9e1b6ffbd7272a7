//! Secrets of the house: what seals passwords of other servers before they are stored, and signs links.
//!
//! The database holds only sealed text; the key is `secret.key` in the data directory, readable by its owner
//! alone. Processes that share a database share this file.

use std::io::{self, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Bytes of the key.
const KEY_BYTES: usize = 32;
/// Bytes of a signature that a link carries.
const SIGNATURE_BYTES: usize = 16;

/// The key of the house, for each of its uses.
pub struct Secrets {
    seal: LessSafeKey,
    sign: [u8; KEY_BYTES],
}

impl Secrets {
    /// Reads the key of a file, or makes both.
    ///
    /// Errors: those of the file; `InvalidData` for a file that holds no key.
    pub fn load_or_create(path: &Path) -> io::Result<Secrets> {
        match std::fs::read_to_string(path) {
            Ok(text) => {
                let key =
                    BASE64.decode(text.trim()).ok().and_then(|bytes| <[u8; KEY_BYTES]>::try_from(bytes).ok());
                let key = key.ok_or_else(|| {
                    io::Error::new(io::ErrorKind::InvalidData, format!("{} holds no key", path.display()))
                })?;
                Ok(Secrets::of(&key))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key: [u8; KEY_BYTES] = rand::random();
                save(path, &BASE64.encode(key))?;
                // Another process may have been faster: what the file holds is the key.
                Secrets::load_or_create(path)
            }
            Err(error) => Err(error),
        }
    }

    fn of(key: &[u8; KEY_BYTES]) -> Secrets {
        let part = |use_: &str| -> [u8; KEY_BYTES] {
            Sha256::new().chain_update(key).chain_update(use_.as_bytes()).finalize().into()
        };
        let seal = UnboundKey::new(&CHACHA20_POLY1305, &part("seal")).expect("the key has its length");
        Secrets { seal: LessSafeKey::new(seal), sign: part("sign") }
    }

    /// Seals a secret for one use; only [`Secrets::open`] with the same use reads it.
    pub fn seal(&self, purpose: &str, secret: &str) -> String {
        let nonce: [u8; NONCE_LEN] = rand::random();
        let mut sealed = secret.as_bytes().to_vec();
        self.seal
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(purpose.as_bytes()),
                &mut sealed,
            )
            .expect("a secret is short");
        BASE64.encode([&nonce[..], &sealed[..]].concat())
    }

    /// Opens a sealed secret; none where it was sealed by another key, for another use, or changed.
    pub fn open(&self, purpose: &str, sealed: &str) -> Option<String> {
        let mut bytes = BASE64.decode(sealed).ok()?;
        if bytes.len() < NONCE_LEN {
            return None;
        }
        let mut rest = bytes.split_off(NONCE_LEN);
        let nonce = Nonce::try_assume_unique_for_key(&bytes).ok()?;
        let open = self.seal.open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut rest).ok()?;
        String::from_utf8(open.to_vec()).ok()
    }

    /// A short signature of `text` for one use, for links that are sent out.
    pub fn sign(&self, purpose: &str, text: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.sign).expect("any length of key will do");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        BASE64.encode(&mac.finalize().into_bytes()[..SIGNATURE_BYTES])
    }

    /// Whether a signature is that of `text` for this use.
    pub fn signed(&self, purpose: &str, text: &str, signature: &str) -> bool {
        self.sign(purpose, text).as_bytes().ct_eq(signature.as_bytes()).into()
    }
}

/// Writes the key where no file stands yet; one that another process wrote meanwhile stays.
fn save(path: &Path, text: &str) -> io::Result<()> {
    let partial = path.with_extension(format!("partial-{:016x}", rand::random::<u64>()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&partial)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    let placed = match std::fs::hard_link(&partial, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        placed => placed,
    };
    std::fs::remove_file(&partial)?;
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_only_for_its_use_and_its_house() {
        let (house, other) = (Secrets::of(&[1; 32]), Secrets::of(&[2; 32]));
        let sealed = house.seal("mail.out", "p\u{e4}ssword");
        assert!(!sealed.contains("ssword"));
        assert_ne!(sealed, house.seal("mail.out", "p\u{e4}ssword"), "no two seals are alike");
        assert_eq!(house.open("mail.out", &sealed).as_deref(), Some("p\u{e4}ssword"));
        let mut changed = sealed.clone().into_bytes();
        changed[20] ^= 1;
        let changed = String::from_utf8_lossy(&changed).into_owned();
        for (secrets, purpose, text) in [
            (&house, "webhook", sealed.as_str()),
            (&other, "mail.out", &sealed),
            (&house, "mail.out", ""),
            (&house, "mail.out", &changed),
        ] {
            assert_eq!(secrets.open(purpose, text), None, "{purpose} {text}");
        }
        let signature = house.sign("acknowledge", "7:3");
        assert!(house.signed("acknowledge", "7:3", &signature));
        assert!(!house.signed("acknowledge", "7:4", &signature));
        assert!(!house.signed("other", "7:3", &signature));
        assert!(!other.signed("acknowledge", "7:3", &signature));
    }

    #[test]
    fn the_key_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        let made = Secrets::load_or_create(&path).unwrap();
        let read = Secrets::load_or_create(&path).unwrap();
        assert_eq!(read.open("x", &made.seal("x", "y")).as_deref(), Some("y"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        std::fs::write(&path, "nonsense").unwrap();
        assert_eq!(Secrets::load_or_create(&path).err().unwrap().kind(), io::ErrorKind::InvalidData);
    }
}
