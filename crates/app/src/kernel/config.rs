//! The configuration: defaults, overridden by the file, by the environment, by flags, in this order.
//!
//! `docs/configuration.md` lists every setting.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Everything that the program can be told before it starts.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the program keeps its files: database, attachments, keys.
    pub data: PathBuf,
    /// `sqlite:PATH` or `postgres://…`.
    pub database: String,
    /// Address and port of the server.
    pub listen: SocketAddr,
    /// Where a mail server hands letters over (LMTP or SMTP); nowhere if none.
    pub letters_listen: Option<SocketAddr>,
    /// Where a fax server puts what it received; nowhere if none.
    pub fax_directory: Option<PathBuf>,
    /// How people reach the server, without a slash at the end; links in notices begin with it.
    pub public_url: String,
    /// Whether a proxy in front sets `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// The after-sales number that stands on every page (C7.8).
    pub hotline: Option<String>,
    /// The name of the company that gives the service; it stands on every page that a customer sees.
    pub company: Option<String>,
    /// The zone of people and sites for whom none was chosen.
    pub zone: String,
    /// The largest attachment. Units: bytes.
    pub attachment_limit_bytes: u64,
    /// The largest request that is not an upload. Units: bytes.
    pub request_limit_bytes: usize,
    /// Threads or connections that read.
    pub readers: usize,
    /// How long a session lives after it was last used. Units: days.
    pub session_days: u16,
    /// Private networks that gateways and webhooks may lead into; all others are refused.
    pub allow_private: Vec<Network>,
}

/// A network by its first address and the length of its prefix, `10.0.0.0/8`; one address alone is itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    bits: u8,
}

impl Network {
    /// Whether an address is one of this network.
    pub fn holds(&self, address: IpAddr) -> bool {
        let same = |one: u128, other: u128, width: u32| {
            let rest = width - u32::from(self.bits).min(width);
            rest == width || one >> rest == other >> rest
        };
        match (self.first, address) {
            (IpAddr::V4(one), IpAddr::V4(other)) => same(one.to_bits().into(), other.to_bits().into(), 32),
            (IpAddr::V6(one), IpAddr::V6(other)) => same(one.to_bits(), other.to_bits(), 128),
            _ => false,
        }
    }
}

impl std::str::FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Network, String> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(one, bits)| (one, Some(bits)));
        let first: IpAddr = address.trim().parse().map_err(|_| format!("{address} is no address"))?;
        let most = if first.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Some(most), |bits| bits.trim().parse().ok().filter(|bits| *bits <= most));
        Ok(Network { first, bits: bits.ok_or_else(|| format!("{text}: a prefix has at most {most} bits"))? })
    }
}

/// What a file, the environment or flags say; what they leave out stays as it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub data: Option<PathBuf>,
    pub database: Option<String>,
    pub listen: Option<SocketAddr>,
    pub letters_listen: Option<SocketAddr>,
    pub fax_directory: Option<PathBuf>,
    pub public_url: Option<String>,
    pub behind_proxy: Option<bool>,
    pub hotline: Option<String>,
    pub company: Option<String>,
    pub zone: Option<String>,
    pub attachment_limit_bytes: Option<u64>,
    pub request_limit_bytes: Option<usize>,
    pub readers: Option<usize>,
    pub session_days: Option<u16>,
    pub allow_private: Option<Vec<String>>,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read {path}: {error}")]
    Unreadable { path: String, error: std::io::Error },
    #[error("{path}: {error}")]
    Malformed { path: String, error: Box<toml::de::Error> },
    #[error("`{setting}` is {value:?}: {reason}")]
    Wrong { setting: &'static str, value: String, reason: String },
}

impl Settings {
    /// Reads a settings file.
    ///
    /// Errors: [`ConfigError`] with the file and the line.
    pub fn read(path: &Path) -> Result<Settings, ConfigError> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError::Unreadable { path: shown.clone(), error })?;
        toml::from_str(&text).map_err(|error| ConfigError::Malformed { path: shown, error: Box::new(error) })
    }

    /// These settings where they say something, `under` elsewhere.
    pub fn over(self, under: Settings) -> Settings {
        Settings {
            data: self.data.or(under.data),
            database: self.database.or(under.database),
            listen: self.listen.or(under.listen),
            letters_listen: self.letters_listen.or(under.letters_listen),
            fax_directory: self.fax_directory.or(under.fax_directory),
            public_url: self.public_url.or(under.public_url),
            behind_proxy: self.behind_proxy.or(under.behind_proxy),
            hotline: self.hotline.or(under.hotline),
            company: self.company.or(under.company),
            zone: self.zone.or(under.zone),
            attachment_limit_bytes: self.attachment_limit_bytes.or(under.attachment_limit_bytes),
            request_limit_bytes: self.request_limit_bytes.or(under.request_limit_bytes),
            readers: self.readers.or(under.readers),
            session_days: self.session_days.or(under.session_days),
            allow_private: self.allow_private.or(under.allow_private),
        }
    }

    /// The whole configuration, defaults filled in.
    ///
    /// Errors: [`ConfigError::Wrong`] for a value that cannot be used.
    pub fn finish(self) -> Result<Config, ConfigError> {
        let data = self.data.unwrap_or_else(|| PathBuf::from("data"));
        let listen = self.listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)));
        let zone = self.zone.unwrap_or_else(|| "Asia/Shanghai".to_owned());
        if let Err(error) = jiff::tz::TimeZone::get(&zone) {
            return Err(ConfigError::Wrong { setting: "zone", value: zone, reason: error.to_string() });
        }
        // The door has neither passwords nor TLS: the mail server on the same machine has them.
        if let Some(at) = self.letters_listen.filter(|at| !at.ip().is_loopback()) {
            let reason =
                "letters are taken from this machine only; give an address such as 127.0.0.1:2424".to_owned();
            return Err(ConfigError::Wrong { setting: "letters_listen", value: at.to_string(), reason });
        }
        let database =
            self.database.unwrap_or_else(|| format!("sqlite:{}", data.join("aftercare.db").display()));
        let public_url = self.public_url.unwrap_or_else(|| format!("http://{listen}"));
        let mut allow_private = Vec::new();
        for text in self.allow_private.unwrap_or_default() {
            match text.parse() {
                Ok(network) => allow_private.push(network),
                Err(reason) => {
                    return Err(ConfigError::Wrong { setting: "allow_private", value: text, reason });
                }
            }
        }
        Ok(Config {
            allow_private,
            data,
            database,
            listen,
            letters_listen: self.letters_listen,
            fax_directory: self.fax_directory,
            public_url: public_url.trim_end_matches('/').to_owned(),
            behind_proxy: self.behind_proxy.unwrap_or(false),
            hotline: self.hotline,
            company: self.company,
            zone,
            attachment_limit_bytes: self.attachment_limit_bytes.unwrap_or(256 << 20),
            request_limit_bytes: self.request_limit_bytes.unwrap_or(8 << 20),
            readers: self.readers.unwrap_or(4),
            session_days: self.session_days.unwrap_or(14),
        })
    }
}

impl Config {
    /// Whether people reach the server over TLS, so that cookies may insist on it.
    pub fn secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// The zone of people and sites for whom none was chosen.
    pub fn time_zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::get(&self.zone).unwrap_or(jiff::tz::TimeZone::UTC)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_win_over_the_file_and_the_file_over_defaults() {
        let file: Settings = toml::from_str("listen = \"0.0.0.0:80\"\nzone = \"Asia/Urumqi\"").unwrap();
        let flags = Settings { listen: Some("127.0.0.1:9000".parse().unwrap()), ..Settings::default() };
        let config = flags.over(file).finish().unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:9000");
        assert_eq!(config.zone, "Asia/Urumqi");
        assert_eq!(config.database, "sqlite:data/aftercare.db");
        assert_eq!(config.public_url, "http://127.0.0.1:9000");
    }

    #[test]
    fn an_unknown_setting_or_zone_is_named() {
        let error = toml::from_str::<Settings>("listen = \"x\"").unwrap_err().to_string();
        assert!(error.contains("listen"), "{error}");
        let error = Settings { zone: Some("Mars/Base".into()), ..Settings::default() }.finish().unwrap_err();
        assert!(error.to_string().contains("Mars/Base"), "{error}");
    }
}
