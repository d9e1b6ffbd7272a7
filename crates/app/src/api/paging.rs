//! Lists are read by key, page by page, so that a page costs what it shows however long the list is.

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::request::Parts;
use http::{HeaderValue, header};
use rules::Invalid;
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::{IntoParams, ToSchema};

use crate::kernel::errors::Failure;
use crate::kernel::form::Search;

/// Rows of a page when the request does not say.
pub const LIMIT_DEFAULT: i64 = 50;
/// Rows of a page at most.
pub const LIMIT_MAX: i64 = 200;

/// Where a list goes on: the key of the last row shown, which nobody but us reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(String);

impl Cursor {
    /// The place after a row with this key.
    pub fn after(key: &impl Serialize) -> Cursor {
        let json = serde_json::to_vec(key).expect("a key is plain values");
        Cursor(URL_SAFE_NO_PAD.encode(json))
    }

    /// A cursor as it stands in an address.
    pub fn read(text: &str) -> Cursor {
        Cursor(text.to_owned())
    }

    /// The key, if this is a cursor of such a list.
    pub fn key<K: DeserializeOwned>(&self) -> Result<K, Invalid> {
        let invalid = || Invalid::new("after", "error-cursor");
        let json = URL_SAFE_NO_PAD.decode(&self.0).map_err(|_| invalid())?;
        serde_json::from_slice(&json).map_err(|_| invalid())
    }

    /// The cursor as it stands in an address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Which page of a list is asked for: `?after=…&limit=50`.
#[derive(Clone, Debug)]
pub struct Paging {
    /// Rows to show, 1 to [`LIMIT_MAX`].
    pub limit: i64,
    after: Option<Cursor>,
    path: String,
    search: Search,
}

impl Paging {
    /// The key after which to go on; none at the beginning.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>, Failure> {
        Ok(self.after.as_ref().map(Cursor::key).transpose()?)
    }

    /// The rows to ask the database for: one more than shown, which tells whether the list goes on.
    pub fn rows(&self) -> i64 {
        self.limit + 1
    }

    /// The rest of the address: filters of the list.
    pub fn search(&self) -> &Search {
        &self.search
    }

    /// Answers with a page cut from up to [`Paging::rows`] rows: the body and a `Link` header.
    pub fn answer<R, T: Serialize, K: Serialize>(
        &self,
        mut rows: Vec<R>,
        key: impl Fn(&R) -> K,
        show: impl FnMut(R) -> T,
    ) -> Result<Response, Failure> {
        let limit = usize::try_from(self.limit).unwrap_or_default();
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|last| Cursor::after(&key(last)));
        self.page(rows.into_iter().map(show).collect(), next)
    }

    /// Answers with rows that were cut already.
    pub fn page<T: Serialize>(&self, items: Vec<T>, next: Option<Cursor>) -> Result<Response, Failure> {
        let link = next.as_ref().map(|next| self.search.with("after", next.as_str()).address(&self.path));
        let listed = Listed { items, next: next.map(|next| next.0) };
        let mut response = axum::Json(serde_json::to_value(&listed)?).into_response();
        if let Some(link) = link {
            let link = HeaderValue::from_str(&format!("<{link}>; rel=\"next\"")).map_err(Failure::broke)?;
            response.headers_mut().insert(header::LINK, link);
        }
        Ok(response)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Paging {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Paging, Failure> {
        let search = Search::parse(parts.uri.query().unwrap_or_default());
        let limit = match search.some("limit") {
            None => LIMIT_DEFAULT,
            Some(text) => {
                let limit = text.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
                limit.ok_or_else(|| {
                    Invalid::new("limit", "error-limit").with("most", LIMIT_MAX).with("given", text)
                })?
            }
        };
        let after = search.some("after").map(Cursor::read);
        Ok(Paging { limit, after, path: parts.uri.path().to_owned(), search })
    }
}

/// A page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Listed<T> {
    /// The rows, in the order of the list.
    pub items: Vec<T>,
    /// The value of `after` for the next page; null on the last one.
    #[schema(nullable)]
    pub next: Option<String>,
}

/// The parameters of every list, for the description of the API.
#[derive(Clone, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)]
pub struct PagingParams {
    /// The `next` of the page before.
    after: Option<String>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn paging(address: &str) -> Result<Paging, Failure> {
        let (mut parts, ()) = http::Request::builder().uri(address).body(()).unwrap().into_parts();
        Paging::from_request_parts(&mut parts, &()).await
    }

    async fn body(response: Response) -> (Option<String>, serde_json::Value) {
        let link = response.headers().get(header::LINK).map(|value| value.to_str().unwrap().to_owned());
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (link, serde_json::from_slice(&bytes).unwrap())
    }

    #[tokio::test]
    async fn a_list_is_read_to_its_end() {
        let all: Vec<i64> = (1..=7).collect();
        let (mut address, mut seen) = ("/api/v1/things?limit=3&state=open".to_owned(), Vec::new());
        let mut pages = 0;
        loop {
            let paging = paging(&address).await.unwrap();
            let after: i64 = paging.after().unwrap().unwrap_or(0);
            let rows: Vec<i64> =
                all.iter().copied().filter(|id| *id > after).take(paging.rows() as usize).collect();
            let (link, page) = body(paging.answer(rows, |id| *id, |id| id * 10).unwrap()).await;
            seen.extend(page["items"].as_array().unwrap().iter().map(|id| id.as_i64().unwrap()));
            pages += 1;
            assert_eq!(link.is_some(), page["next"].is_string());
            let Some(link) = link else { break };
            assert!(link.ends_with("; rel=\"next\"") && link.contains("state=open"), "{link}");
            address = link[1..link.find('>').unwrap()].to_owned();
        }
        assert_eq!((pages, seen), (3, vec![10, 20, 30, 40, 50, 60, 70]));
    }

    #[tokio::test]
    async fn what_is_no_page_is_said_so() {
        for (address, field) in [("/x?limit=0", "limit"), ("/x?limit=201", "limit"), ("/x?limit=a", "limit")]
        {
            let Err(Failure::Invalid(problems)) = paging(address).await else { panic!("{address}") };
            assert_eq!(problems[0].field, field);
        }
        for cursor in ["x", "%00", "WyJhIl0"] {
            let paging = paging(&format!("/x?after={cursor}")).await.unwrap();
            assert!(paging.after::<(i64, i64)>().is_err(), "{cursor}");
        }
        let key = (1_700_000_000_000_000_i64, 42_i64);
        assert_eq!(Cursor::after(&key).key::<(i64, i64)>(), Ok(key));
    }
}
