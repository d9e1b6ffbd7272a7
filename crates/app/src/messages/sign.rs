//! The mark on letters of ours by which an answer finds its ticket, whoever carries it.

use mail::threads::Signer;
use sha2::{Digest, Sha256};

use crate::App;
use crate::Failure;

/// The header that every letter of ours carries: its ticket, signed.
pub const OWN_HEADER: &str = "X-Aftercare-Ticket";

/// The signer of reply addresses; its key is made from that of the ledger, so that it needs no file of its own.
///
/// Errors: [`Failure::Error`] where the key of the house cannot be read.
pub fn signer(app: &App) -> Result<Signer, Failure> {
    app.signer()?;
    let key = std::fs::read(app.config.data.join("ledger.key")).map_err(Failure::broke)?;
    let mut hasher = Sha256::new();
    hasher.update(b"aftercare reply addresses\0");
    hasher.update(&key);
    Ok(Signer::new(&hasher.finalize()))
}
