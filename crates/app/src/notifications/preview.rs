//! What customers are told and in which language, and how each notice reads.

use std::collections::BTreeSet;

use axum::response::Response;
use maud::{Markup, html};
use rules::access::perm;
use rules::event::{About, Event};
use rules::notifications::Notice;
use serde::{Deserialize, Serialize};

use super::mail::{self, MailOut};
use super::words::{example, say};
use crate::kernel::actor::Actor;
use crate::kernel::form::{Form, Search};
use crate::kernel::notice::{Notice as Said, go};
use crate::kernel::setting;
use crate::layout::components::*;
use crate::layout::l10n::{L10n, Locale};
use crate::layout::page::{Page, Section};
use crate::{App, Failure};

/// The name under which this is set.
pub const SETTING: &str = "notices";

/// What customers are told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Notices {
    /// The language of letters to customers, as a tag.
    pub locale: String,
    /// Codes of the notices that are not sent.
    pub silent: BTreeSet<String>,
}

impl Notices {
    /// Whether customers are told of something.
    pub fn tells(&self, notice: Notice) -> bool {
        !self.silent.contains(notice.code())
    }

    /// The language of letters to customers.
    pub fn locale(&self) -> Locale {
        Locale::parse(&self.locale).unwrap_or_default()
    }
}

/// GET /settings/notices
pub async fn page(app: App, actor: Actor<perm::ManageNotices>, query: Search) -> Result<Response, Failure> {
    let (set, out) = app
        .read(|tx| {
            let set: Option<Notices> = setting::get(tx, SETTING)?;
            let out: Option<MailOut> = setting::get(tx, mail::SETTING)?;
            Ok((set.unwrap_or_default(), out))
        })
        .await?;
    let l = &actor.l;
    let locale = query.some("locale").and_then(Locale::parse).unwrap_or(set.locale());
    let hotline = app.config.hotline.clone().unwrap_or_default();
    let from = out.map(|out| out.from).unwrap_or_default();
    let shown = L10n::new(locale, l.zone.clone(), l.now);
    let views: Vec<Tab> = Locale::ALL
        .into_iter()
        .map(|one| Tab {
            href: format!("/settings/notices?locale={}", one.tag()),
            label: l.t(one.name_key()).into_owned(),
            count: None,
            current: one == locale,
        })
        .collect();
    Ok(Page::new(&actor, Section::Deliveries, l.t("notice-words-title"))
        .crumb("/deliveries", l.t("nav-deliveries"))
        .lead(l.t("notice-words-lead"))
        .body(html! {
            @if hotline.is_empty() { (notice(Tone::Risk, l.t("notice-words-no-hotline"))) }
            (card(l.t("notice-words-choose"), choose(&set, l)))
            h2 { (l.t("notice-words-words")) }
            (tabs(l, &views))
            @let particulars = example(&shown, &hotline, &from);
            @for one in Notice::ALL {
                @let said = say(*one, &particulars, locale, &l.zone, l.now);
                section class="card preview" lang=(locale.tag()) {
                    h3 lang=(l.locale.tag()) { (l.t(one.label())) @if Notice::CUSTOMER.contains(one) { " " (badge(l.t("notice-words-to-customer"))) } @else { " " (badge(l.t("notice-words-to-staff"))) } }
                    p { strong { (said.subject) } }
                    div class="prose" { (said.text) }
                }
            }
        }))
}

fn choose(set: &Notices, l: &L10n) -> Markup {
    let locales = Locale::ALL.map(|one| (one.tag(), l.t(one.name_key()).into_owned()));
    let all = Notice::CUSTOMER.map(|one| (one.code(), l.t(one.label()).into_owned()));
    let mut pairs = vec![("locale", set.locale().tag().to_owned())];
    pairs.extend(
        Notice::CUSTOMER.into_iter().filter(|one| set.tells(*one)).map(|one| ("told", one.code().to_owned())),
    );
    let form = Form::of(pairs);
    html! {
        form class="form" method="post" action="/settings/notices" {
            (Select::new("locale", l.t("notice-words-locale"), locales).required().of(&form, l))
            (Choice::several("told", l.t("notice-words-told"), all).of(&form, l))
            (actions(submit(l.t("form-save"))))
        }
    }
}

/// POST /settings/notices
pub async fn save(app: App, actor: Actor<perm::ManageNotices>, form: Form) -> Result<Response, Failure> {
    let told: Vec<&str> = form.all("told").collect();
    let silent = Notice::CUSTOMER.into_iter().filter(|one| !told.contains(&one.code()));
    let locale = Locale::parse(form.get("locale")).unwrap_or_default();
    let set = Notices {
        locale: locale.tag().to_owned(),
        silent: silent.map(|one| one.code().to_owned()).collect(),
    };
    app.change(&actor, move |change| {
        setting::put(change.tx, SETTING, &set, change.now)?;
        change.record(About::default(), Event::SettingChanged { setting: SETTING.to_owned() });
        Ok(())
    })
    .await?;
    Ok(go("/settings/notices", Said::new("notice-notices-saved")))
}
