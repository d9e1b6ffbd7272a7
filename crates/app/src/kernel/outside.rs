//! Requests to places outside: only where an administrator of the network would let them.
//!
//! An address that somebody typed may lead into our own network. So each name is resolved here, and an address
//! that is private, local or of this machine is refused unless the configuration allows it; the connection goes
//! to the very address that was looked at. Redirects are not followed, and no proxy of the environment is used.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Once};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Url, redirect};

use super::config::Network;

/// How long another house may take to open a connection, and to answer.
const CONNECT_MOST: Duration = Duration::from_secs(10);
const ANSWER_MOST: Duration = Duration::from_secs(30);

/// A client that goes only where it may.
#[derive(Clone)]
pub struct Outside {
    client: Client,
    allowed: Arc<Vec<Network>>,
}

/// Names the cryptography of every client of this process; the library has none of its own.
pub fn choose_cryptography() {
    static CHOSEN: Once = Once::new();
    CHOSEN.call_once(|| {
        // Somebody else may have chosen the same one already.
        let _ = tokio_rustls::rustls::crypto::ring::default_provider().install_default();
    });
}

impl Outside {
    /// A client that reaches public addresses and the networks of `allowed`.
    ///
    /// Errors: in the words of the library, where no trusted certificates are found.
    pub fn new(allowed: &[Network]) -> Result<Outside, String> {
        choose_cryptography();
        let allowed = Arc::new(allowed.to_vec());
        let client = Client::builder()
            .dns_resolver(Arc::new(Careful { allowed: allowed.clone() }))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_MOST)
            .timeout(ANSWER_MOST)
            .user_agent(concat!("Aftercare/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| chain(&error))?;
        Ok(Outside { client, allowed })
    }

    /// A request, once its address was looked at.
    ///
    /// Errors: in words, for an address that is none or leads where it may not.
    pub fn request(&self, method: reqwest::Method, address: &str) -> Result<reqwest::RequestBuilder, String> {
        let url = Url::parse(address).map_err(|error| format!("{address}: {error}"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("{address}: only http and https are spoken"));
        }
        // A number in place of a name is never resolved, so it is looked at here.
        let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        if let Ok(number) = host.parse::<IpAddr>()
            && !may(number, &self.allowed)
        {
            return Err(refused(number));
        }
        Ok(self.client.request(method, url))
    }
}

fn refused(address: IpAddr) -> String {
    format!("{address} is a private address; allow_private in the configuration may allow it")
}

struct Careful {
    allowed: Arc<Vec<Network>>,
}

impl Resolve for Careful {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.allowed.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // One private address among public ones is a trap as well.
            if let Some(private) = found.iter().find(|address| !may(address.ip(), &allowed)) {
                return Err(refused(private.ip()).into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether an address may be called.
pub fn may(address: IpAddr, allowed: &[Network]) -> bool {
    let plain = match address {
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    };
    is_public(plain) || allowed.iter().any(|network| network.holds(plain))
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => is_public_v4(four),
        IpAddr::V6(six) => {
            let first = six.segments()[0];
            let local = six.is_loopback() || six.is_unspecified() || six.is_multicast();
            let unique_local = first & 0xfe00 == 0xfc00;
            let link_local = first & 0xffc0 == 0xfe80;
            // 64:ff9b::/96 and 2002::/16 hold an IPv4 address that would have to be looked at again.
            let translated = first == 0x0064 || first == 0x2002 || first == 0;
            !(local || unique_local || link_local || translated || first == 0x2001 && six.segments()[1] == 0)
        }
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let benchmark = a == 198 && (b == 18 || b == 19);
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || shared
        || benchmark
        || (a == 192 && b == 0))
}

/// An error with its causes, in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let more = cause.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        source = cause.source();
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_refused_unless_allowed() {
        let allowed: Vec<Network> = ["10.1.0.0/16", "127.0.0.1"].map(|text| text.parse().unwrap()).to_vec();
        let cases = [
            ("93.184.216.34", true),
            ("2606:4700::1111", true),
            ("127.0.0.1", true),
            ("127.0.0.2", false),
            ("10.1.2.3", true),
            ("::ffff:10.1.2.3", true),
            ("10.2.0.1", false),
            ("192.168.1.1", false),
            ("172.16.0.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("0.0.0.0", false),
            ("::1", false),
            ("::ffff:169.254.169.254", false),
            ("fe80::1", false),
            ("fd00::1", false),
            ("64:ff9b::a9fe:a9fe", false),
            ("2002:7f00:1::", false),
        ];
        for (address, expected) in cases {
            assert_eq!(may(address.parse().unwrap(), &allowed), expected, "{address}");
        }
    }

    #[test]
    fn a_number_in_an_address_is_looked_at_however_it_is_written() {
        let outside = Outside::new(&[]).unwrap();
        for address in [
            "http://127.0.0.1/x",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://[::1]:80/",
            "http://[::ffff:127.0.0.1]/",
            "ftp://example.com/",
            "file:///etc/passwd",
            "nonsense",
        ] {
            assert!(outside.request(reqwest::Method::GET, address).is_err(), "{address}");
        }
        assert!(outside.request(reqwest::Method::POST, "https://example.com/hook").is_ok());
    }

    #[tokio::test]
    async fn a_name_that_leads_home_is_refused_after_it_was_resolved() {
        let outside = Outside::new(&[]).unwrap();
        let request = outside.request(reqwest::Method::GET, "http://localhost:9/").unwrap();
        let error = request.send().await.unwrap_err();
        assert!(chain(&error).contains("private address"), "{}", chain(&error));
    }
}
