//! Checkpoints: signed statements of the size and root of the history tree.
//!
//! Whoever holds one can prove later that what we show was in the tree, and that we have rewritten nothing that
//! it committed to. They are signed notes as transparency logs use them, so any of their tools can read them:
//!
//! ```text
//! aftercare.example/ledger          the origin: which log
//! 20852163                          leaves
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2f…   root, base64
//!
//! — aftercare.example/ledger Az3grlgt…   key hash and Ed25519 signature, base64
//! ```
//!
//! Source: C2SP `tlog-checkpoint` and `signed-note`.

use crate::history;
use crate::tree::Hash;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use db::{Error, Tx, row, statements};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::Path;

/// The mark of an Ed25519 key in a note.
const ED25519: u8 = 1;

/// What a checkpoint states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    pub origin: String,
    pub size: u64,
    pub root: Hash,
}

/// Why a note or a key is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    #[error("this is not a signed checkpoint: {0}")]
    Malformed(&'static str),
    #[error("this is not a key: {0}")]
    Key(&'static str),
    #[error("no signature by {0}")]
    NotSigned(String),
    #[error("the signature by {0} is wrong: the text was changed, or another key signed it")]
    WrongSignature(String),
}

row! {
    /// A checkpoint as it was handed out.
    #[derive(Debug, Clone, PartialEq)]
    pub struct StoredCheckpoint {
        pub size: i64,
        pub root: Vec<u8>,
        pub signed_at: Timestamp,
        pub note: String,
    }
}

type NewCheckpoint = (i64, Vec<u8>, Timestamp, String);

statements! {
    static FIND: (i64,) => StoredCheckpoint = "SELECT size, root, signed_at, note FROM checkpoint WHERE size = ?1";
    static LATEST: () => StoredCheckpoint =
        "SELECT size, root, signed_at, note FROM checkpoint ORDER BY size DESC LIMIT 1";
    static AFTER: (i64, i64) => StoredCheckpoint =
        "SELECT size, root, signed_at, note FROM checkpoint WHERE size > ?1 ORDER BY size LIMIT ?2";
    static ADD: NewCheckpoint => () =
        "INSERT INTO checkpoint (size, root, signed_at, note) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
}

/// Signs the tree as it stands and stores the checkpoint; gives the stored one where nothing was added since.
pub fn sign(tx: &mut Tx, signer: &Signer, now: Timestamp) -> Result<StoredCheckpoint, Error> {
    let size = history::size(tx)?;
    if let Some(stored) = tx.maybe(&FIND, (size as i64,))? {
        return Ok(stored);
    }
    let root = history::root(tx, size)?;
    let note = signer.sign(size, &root);
    tx.run(&ADD, (size as i64, root, now, note))?;
    tx.one(&FIND, (size as i64,))
}

/// The latest checkpoint; `None` before the first.
pub fn latest(tx: &mut Tx) -> Result<Option<StoredCheckpoint>, Error> {
    tx.maybe(&LATEST, ())
}

/// Up to `limit` checkpoints of trees larger than `size`, smallest first.
pub fn after(tx: &mut Tx, size: i64, limit: i64) -> Result<Vec<StoredCheckpoint>, Error> {
    tx.all(&AFTER, (size, limit))
}

impl Checkpoint {
    /// The three lines that are signed.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(self.root))
    }

    fn parse(text: &str) -> Result<Checkpoint, Rejected> {
        let mut lines = text.lines();
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(Rejected::Malformed("it has fewer than three lines"));
        };
        if origin.is_empty() {
            return Err(Rejected::Malformed("the origin is empty"));
        }
        let plain = size.bytes().all(|b| b.is_ascii_digit()) && (size == "0" || !size.starts_with('0'));
        let size =
            size.parse().ok().filter(|_| plain).ok_or(Rejected::Malformed("the size is not a number"))?;
        let root = BASE64.decode(root).ok().and_then(|bytes| Hash::try_from(bytes).ok());
        let root = root.ok_or(Rejected::Malformed("the root is not a hash in base64"))?;
        Ok(Checkpoint { origin: origin.to_string(), size, root })
    }
}

/// Signs checkpoints with the key of this installation.
pub struct Signer {
    name: String,
    key: SigningKey,
}

impl Signer {
    /// A signer with this name, which is the origin of the log, and the 32 secret bytes of its key.
    ///
    /// Errors: [`Rejected::Key`] where the name is empty or holds a space or `+`.
    pub fn new(name: &str, secret: &[u8; 32]) -> Result<Signer, Rejected> {
        check_name(name)?;
        Ok(Signer { name: name.to_string(), key: SigningKey::from_bytes(secret) })
    }

    /// Reads the key file.
    ///
    /// Errors: what the file system says, or `InvalidData` for a file that holds no key.
    pub fn load(path: &Path) -> std::io::Result<Signer> {
        let text = std::fs::read_to_string(path)?;
        Signer::parse(text.trim()).map_err(|error| invalid(path, error))
    }

    /// Reads the key file, or makes one that only its owner can read.
    ///
    /// Errors: as [`Signer::load`], or `InvalidData` for a name that cannot be used.
    pub fn load_or_create(path: &Path, name: &str) -> std::io::Result<Signer> {
        match Signer::load(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let signer = Signer::new(name, &rand::random()).map_err(|error| invalid(path, error))?;
                signer.save(path)?;
                Ok(signer)
            }
            loaded => loaded,
        }
    }

    fn save(&self, path: &Path) -> std::io::Result<()> {
        let partial = path.with_extension("partial");
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&partial)?;
        writeln!(file, "{}", self.secret_text())?;
        file.sync_all()?;
        std::fs::rename(&partial, path)
    }

    fn secret_text(&self) -> String {
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(self.key.as_bytes());
        let verifier = self.verifier();
        format!("PRIVATE+KEY+{}+{:08x}+{}", self.name, verifier.key_hash(), BASE64.encode(bytes))
    }

    fn parse(text: &str) -> Result<Signer, Rejected> {
        let rest = text.strip_prefix("PRIVATE+KEY+").ok_or(Rejected::Key("it is not a private key"))?;
        let (name, secret) = parse_key(rest)?;
        Signer::new(&name, &secret)
    }

    /// The name of the log, which its checkpoints begin with.
    pub fn origin(&self) -> &str {
        &self.name
    }

    /// The public part, to check signatures with.
    pub fn verifier(&self) -> Verifier {
        Verifier { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// A signed checkpoint of the tree with this size and root.
    pub fn sign(&self, size: u64, root: &Hash) -> String {
        let text = Checkpoint { origin: self.name.clone(), size, root: *root }.text();
        let mut signed = self.verifier().key_hash().to_be_bytes().to_vec();
        signed.extend_from_slice(&self.key.sign(text.as_bytes()).to_bytes());
        format!("{text}\n— {} {}\n", self.name, BASE64.encode(signed))
    }
}

/// Checks the signatures of one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    key: VerifyingKey,
}

impl Verifier {
    /// Reads a public key as [`Verifier::text`] writes it.
    pub fn parse(text: &str) -> Result<Verifier, Rejected> {
        let (name, bytes) = parse_key(text)?;
        let key =
            VerifyingKey::from_bytes(&bytes).map_err(|_| Rejected::Key("it is no point of the curve"))?;
        let verifier = Verifier { name, key };
        let stated = text.split('+').nth(1).and_then(|hash| u32::from_str_radix(hash, 16).ok());
        if stated != Some(verifier.key_hash()) {
            return Err(Rejected::Key("its hash does not fit"));
        }
        Ok(verifier)
    }

    /// The public key in one line: name, hash, key.
    pub fn text(&self) -> String {
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(self.key.as_bytes());
        format!("{}+{:08x}+{}", self.name, self.key_hash(), BASE64.encode(bytes))
    }

    fn key_hash(&self) -> u32 {
        let digest = Sha256::new()
            .chain_update(self.name.as_bytes())
            .chain_update([b'\n', ED25519])
            .chain_update(self.key.as_bytes())
            .finalize();
        u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
    }

    /// Checks the signature of a note and gives the text that was signed.
    pub fn open<'n>(&self, note: &'n str) -> Result<&'n str, Rejected> {
        let end = note.rfind("\n\n").ok_or(Rejected::Malformed("no empty line before the signatures"))?;
        let (text, signatures) = (&note[..end + 1], &note[end + 2..]);
        for line in signatures.lines() {
            let rest = line.strip_prefix("— ").ok_or(Rejected::Malformed("a line is not a signature"))?;
            let (name, signature) =
                rest.split_once(' ').ok_or(Rejected::Malformed("a signature has no name"))?;
            let bytes =
                BASE64.decode(signature).map_err(|_| Rejected::Malformed("a signature is not base64"))?;
            let Some((hash, signature)) = bytes.split_first_chunk::<4>() else {
                return Err(Rejected::Malformed("a signature is too short"));
            };
            if name != self.name || u32::from_be_bytes(*hash) != self.key_hash() {
                continue;
            }
            let signature = Signature::from_slice(signature);
            return match signature.map(|signature| self.key.verify_strict(text.as_bytes(), &signature)) {
                Ok(Ok(())) => Ok(text),
                Ok(Err(_)) | Err(_) => Err(Rejected::WrongSignature(self.name.clone())),
            };
        }
        Err(Rejected::NotSigned(self.name.clone()))
    }

    /// Checks a signed checkpoint and gives what it states.
    pub fn checkpoint(&self, note: &str) -> Result<Checkpoint, Rejected> {
        let checkpoint = Checkpoint::parse(self.open(note)?)?;
        if checkpoint.origin != self.name {
            return Err(Rejected::Malformed("the origin is not the name of the key"));
        }
        Ok(checkpoint)
    }
}

fn invalid(path: &Path, error: Rejected) -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::InvalidData, format!("{}: {error}", path.display()))
}

fn check_name(name: &str) -> Result<(), Rejected> {
    if name.is_empty() || name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+') {
        return Err(Rejected::Key("its name is empty or holds a space or a plus sign"));
    }
    Ok(())
}

/// Reads `name+hash+base64` into the name and the 32 bytes of the key.
fn parse_key(text: &str) -> Result<(String, [u8; 32]), Rejected> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(_), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(Rejected::Key("it does not have the form name+hash+key"));
    };
    check_name(name)?;
    let bytes = BASE64.decode(key).map_err(|_| Rejected::Key("it is not base64"))?;
    match bytes.split_first() {
        Some((&ED25519, key)) => match key.try_into() {
            Ok(key) => Ok((name.to_string(), key)),
            Err(_) => Err(Rejected::Key("it does not have 32 bytes")),
        },
        _ => Err(Rejected::Key("it is not an Ed25519 key")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_of_another_implementation_is_read() {
        // The example key and note of Go's golang.org/x/mod/sumdb/note.
        let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let text = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n";
        let note = format!(
            "{text}\n— PeterNeumann \
             x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
        );
        let verifier = Verifier::parse(key).expect("a key");
        assert_eq!(verifier.text(), key);
        assert_eq!(verifier.open(&note), Ok(text));
        let forged = note.replace("your problem is", "your answer is");
        assert_eq!(verifier.open(&forged), Err(Rejected::WrongSignature("PeterNeumann".to_string())));
    }

    #[test]
    fn what_was_signed_is_read_back_and_nothing_else() {
        let signer = Signer::new("aftercare.test/ledger", &[7; 32]).expect("a signer");
        let note = signer.sign(300, &[9; 32]);
        let verifier = Verifier::parse(&signer.verifier().text()).expect("a key");
        let stated = Checkpoint { origin: "aftercare.test/ledger".to_string(), size: 300, root: [9; 32] };
        assert_eq!(verifier.checkpoint(&note), Ok(stated));
        let stranger = Signer::new("aftercare.test/ledger", &[8; 32]).expect("a signer").verifier();
        assert_eq!(stranger.checkpoint(&note), Err(Rejected::NotSigned("aftercare.test/ledger".to_string())));
        let check = |bent: String| assert!(verifier.checkpoint(&bent).is_err(), "{bent}");
        check(note.replace("300", "301"));
        check(note.replace("\n300\n", "\n0300\n"));
        check(note.replace("\n\n", "\n"));
        check(note.replace("— ", "- "));
        check(String::new());
    }

    #[test]
    fn the_key_is_made_once_and_read_by_its_owner_only() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("ledger.key");
        let made = Signer::load_or_create(&path, "aftercare.test/ledger").expect("a new key");
        let read = Signer::load_or_create(&path, "another/name").expect("the same key");
        assert_eq!(made.verifier(), read.verifier());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).expect("a file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(&path, "nonsense").expect("a file");
        let error = Signer::load_or_create(&path, "x").err().expect("not a key");
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
    }

    #[test]
    fn names_that_would_break_a_note_are_refused() {
        for name in ["", "a b", "a+b", "a\nb"] {
            assert!(Signer::new(name, &[1; 32]).is_err(), "{name:?}");
        }
    }
}
