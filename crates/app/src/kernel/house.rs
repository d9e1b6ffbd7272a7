//! The company that gives the service, as every page, notice and document names it (C7.8): what an administrator set
//! on a page, and until then what the configuration says.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use serde::{Deserialize, Serialize};

use super::config::Config;
use super::errors::Failure;
use super::setting;
use super::state::App;

/// The setting that holds it.
pub const SETTING: &str = "company";
/// Who hears of this topic reads it anew.
pub const TOPIC: &str = "company";

/// The company.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct House {
    pub name: Option<String>,
    pub hotline: Option<String>,
    pub address: Option<String>,
    /// One to four characters that stand where a logo would.
    pub mark: Option<String>,
    /// Where unsolved calls are reported to.
    pub supervisor_mail: Option<String>,
}

impl House {
    /// What the configuration says.
    pub fn of(config: &Config) -> House {
        House { name: config.company.clone(), hotline: config.hotline.clone(), ..House::default() }
    }
}

/// The company as this process last read it.
#[derive(Debug)]
pub struct Known {
    house: RwLock<Arc<House>>,
    stale: AtomicBool,
}

impl Known {
    /// What the configuration says, until the database is asked.
    pub fn new(config: &Config) -> Known {
        Known { house: RwLock::new(Arc::new(House::of(config))), stale: AtomicBool::new(true) }
    }

    /// Somebody changed it.
    pub fn forget(&self) {
        self.stale.store(true, Ordering::Relaxed);
    }

    fn get(&self) -> Arc<House> {
        self.house.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl App {
    /// The company as it was last read, for who cannot wait; see [`App::ask_house`].
    pub fn house(&self) -> Arc<House> {
        self.house.get()
    }

    /// The company, read anew where somebody changed it.
    ///
    /// Errors: those of the database.
    pub async fn ask_house(&self) -> Result<Arc<House>, Failure> {
        // Told first: a change that comes while this reads makes it stale again.
        if self.house.stale.swap(false, Ordering::Relaxed) {
            let read = self.read(|tx| setting::get::<House>(tx, SETTING)).await;
            let set = read.inspect_err(|_| self.house.forget())?;
            let house = Arc::new(set.unwrap_or_else(|| House::of(&self.config)));
            *self.house.house.write().unwrap_or_else(PoisonError::into_inner) = house;
        }
        Ok(self.house.get())
    }
}
