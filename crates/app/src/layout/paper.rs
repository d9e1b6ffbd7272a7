//! Documents on paper: the house style, and setting a template with its data (C7.8).
//!
//! A noun that has a document keeps its template beside its code, as `commitments/commitment.typ`, and hands data
//! over; words come from `locales/`, so a template holds none.

use axum::response::Response;
use http::header;
use pdf::{Paper, Script, Typesetter};
use serde_json::{Map, Value, json};

use super::l10n::{L10n, Locale};
use crate::kernel::errors::Failure;
use crate::kernel::state::App;

/// The templates that others import.
const HOUSE: &str = include_str!("paper.typ");

/// A document of the house on its way to being set.
#[derive(Clone, Debug)]
pub struct Sheet {
    template: &'static str,
    l: L10n,
    title: String,
    running: String,
    size: &'static str,
    data: Map<String, Value>,
    files: Vec<(&'static str, Vec<u8>)>,
}

impl Sheet {
    /// A document of a template in the reader's language. `data` is what the template reads, beside `house`.
    pub fn new(
        l: &L10n,
        template: &'static str,
        title: impl Into<String>,
        data: Map<String, Value>,
    ) -> Sheet {
        let title = title.into();
        let running = title.clone();
        Sheet { template, l: l.clone(), title, running, size: "a4", data, files: Vec::new() }
    }

    /// What stands at the top of each page, where the title would be too long.
    pub fn running(mut self, words: impl Into<String>) -> Sheet {
        self.running = words.into();
        self
    }

    /// Another size of paper than A4, by its name.
    pub fn size(mut self, size: &'static str) -> Sheet {
        self.size = size;
        self
    }

    /// A picture that the template reads.
    pub fn file(mut self, path: &'static str, bytes: impl Into<Vec<u8>>) -> Sheet {
        self.files.push((path, bytes.into()));
        self
    }

    /// Sets the document. Blocks the thread while it does.
    ///
    /// Errors: [`Failure::Error`] for a template that is wrong.
    pub fn set(&self, app: &App, typesetter: &Typesetter) -> Result<pdf::Set, Failure> {
        let script = match self.l.locale {
            Locale::ZhHans | Locale::En => Script::Simplified,
            Locale::ZhHant => Script::Traditional,
        };
        let (lang, region) = match self.l.locale {
            Locale::ZhHans => ("zh", "cn"),
            Locale::ZhHant => ("zh", "tw"),
            Locale::En => ("en", "gb"),
        };
        let known = app.house();
        let company = known.name.clone().unwrap_or_else(|| self.l.t("product-name").into_owned());
        let house = json!({
            "title": self.title,
            "running": self.running,
            "company": company,
            "hotline": known.hotline,
            "address": known.address,
            "hotline_word": self.l.t("hotline"),
            "font": typesetter.family(script),
            "lang": lang,
            "region": region,
            "size": self.size,
        });
        let mut data = self.data.clone();
        data.insert("house".to_owned(), house);
        let data = Value::Object(data);
        let mut paper = Paper::new(self.template, &data, self.l.now).with_shared("/paper.typ", HOUSE);
        for (path, bytes) in &self.files {
            paper = paper.with_file(path, bytes.clone());
        }
        typesetter.set(&paper).map_err(Failure::broke)
    }

    /// Sets the document on a thread of its own and answers with it.
    ///
    /// Errors: [`Failure::Refused`] where the machine has no font with Chinese.
    pub async fn answer(self, app: &App, file_name: &str) -> Result<Response, Failure> {
        let setting = app.clone();
        let set = tokio::task::spawn_blocking(move || self.set(&setting, &*setting.typesetter()?))
            .await
            .map_err(Failure::broke)??;
        let plain: String =
            file_name.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
        Response::builder()
            .header(header::CONTENT_TYPE, "application/pdf")
            .header(header::CONTENT_DISPOSITION, format!("inline; filename=\"{plain}.pdf\""))
            .header(header::CACHE_CONTROL, "private, no-store")
            .body(set.bytes.into())
            .map_err(Failure::broke)
    }
}
