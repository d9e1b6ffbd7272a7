//! A short message carried over one redirect: what was just done.

use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, HeaderValue, header};
use rules::Refusal;

use super::form::{Search, encode};
use crate::layout::l10n::{FluentValue, L10n};

const COOKIE: &str = "aftercare_notice";

/// A message by its key in the locales, with arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    key: String,
    args: Vec<(String, String)>,
}

impl Notice {
    pub fn new(key: &'static str) -> Notice {
        Notice { key: key.to_owned(), args: Vec::new() }
    }

    pub fn with(mut self, name: &str, value: impl ToString) -> Notice {
        self.args.push((name.to_owned(), value.to_string()));
        self
    }

    /// The message in the reader's words; none when the cookie names a key that is not ours to show.
    pub fn words(&self, l: &L10n) -> Option<String> {
        if !self.key.starts_with("notice-") || !l.knows(&self.key) {
            return None;
        }
        let args: Vec<(&str, FluentValue<'_>)> =
            self.args.iter().map(|(name, value)| (name.as_str(), value.as_str().into())).collect();
        Some(l.ta(&self.key, &args).into_owned())
    }

    fn cookie(&self) -> HeaderValue {
        let mut query = Search::default().with("key", &self.key);
        for (name, value) in &self.args {
            query = query.with(name, value);
        }
        let text =
            format!("{COOKIE}={}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax", encode(&query.encode()));
        HeaderValue::from_str(&text).expect("an encoded value is ASCII")
    }

    /// The message that a request carries.
    pub fn of(headers: &HeaderMap) -> Option<Notice> {
        let value = cookie(headers, COOKIE)?;
        let query = Search::parse(Search::parse(&format!("v={value}")).get("v"));
        let key = query.some("key")?.to_owned();
        let args = query.others(["key"].into_iter());
        Some(Notice { key, args: args.into_iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect() })
    }
}

/// Takes the message away once it was shown.
pub fn forget() -> HeaderValue {
    HeaderValue::from_static("aftercare_notice=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
}

/// The value of a cookie of a request.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(each, _)| *each == name)
        .map(|(_, value)| value)
}

/// After a change: go to `path` and say what was done.
pub fn go(path: &str, notice: Notice) -> Response {
    let mut response = Redirect::to(path).into_response();
    response.headers_mut().append(header::SET_COOKIE, notice.cookie());
    response
}

/// The sentence for a refusal in the reader's words.
pub fn refusal_words(refusal: &Refusal, l: &L10n) -> String {
    let args: Vec<(&str, String)> = refusal.args().into_iter().collect();
    said_words(refusal.code(), &args, l)
}

/// The sentence of a refusal that was kept by its code and arguments.
pub fn said_words<N: AsRef<str>>(code: &str, args: &[(N, String)], l: &L10n) -> String {
    let shown: Vec<(&str, String)> =
        args.iter().map(|(name, value)| (name.as_ref(), argument(name.as_ref(), value, l))).collect();
    let args: Vec<(&str, FluentValue<'_>)> =
        shown.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
    l.ta(code, &args).into_owned()
}

/// Moments are shown in the reader's zone, codes of states and verbs as words.
fn argument(name: &str, value: &str, l: &L10n) -> String {
    if let Ok(at) = value.parse::<jiff::Timestamp>() {
        return l.datetime(at);
    }
    let key = match name {
        "state" => format!("ticket-state-{value}"),
        _ => value.to_owned(),
    };
    if l.knows(&key) { l.t(&key).into_owned() } else { value.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_survives_its_cookie() {
        let notice = Notice::new("notice-saved").with("name", "\u{5468}; a=b, \"c\"");
        let cookie = notice.cookie();
        let mut headers = HeaderMap::new();
        let pair = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        headers.insert(header::COOKIE, HeaderValue::from_str(&format!("x=1; {pair}; y=2")).unwrap());
        assert_eq!(Notice::of(&headers), Some(notice));
    }
}
