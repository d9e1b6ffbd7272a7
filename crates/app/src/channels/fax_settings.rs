//! The gateways between faxes and letters, as the administrator sets them.

use axum::response::Response;
use http::StatusCode;
use maud::html;
use rules::Invalid;
use rules::access::perm;
use rules::customers::Mail;
use rules::event::{About, Event};
use rules::faxes::OutAddress;
use rules::notifications::Way;

use crate::kernel::actor::Actor;
use crate::kernel::form::Form;
use crate::kernel::notice::{Notice, go};
use crate::kernel::setting;
use crate::layout::components::*;
use crate::layout::page::{Page, Section, Viewer};
use crate::messages::fax::{FaxWays, SETTING};
use crate::notifications::store as deliveries;
use crate::{App, Failure};

/// Gateways whose letters are faxes.
const GATEWAYS_MAX: usize = 50;
/// Faxes that are tried at once when the gateway was mended.
const HURRY_MAX: i64 = 1_000;

/// GET /settings/fax
pub async fn page(app: App, actor: Actor<perm::ManageSystem>) -> Result<Response, Failure> {
    let ways: FaxWays = app.read(|tx| Ok(setting::get(tx, SETTING)?.unwrap_or_default())).await?;
    let form = Form::of([("gateways", ways.gateways.join("\n")), ("out", ways.out.unwrap_or_default())]);
    Ok(shown(&app, &actor, &form, StatusCode::OK))
}

fn shown(app: &App, viewer: &Viewer, form: &Form, status: StatusCode) -> Response {
    let l = &viewer.l;
    let folder = app.config.fax_directory.as_ref().map(|folder| folder.display().to_string());
    Page::new(viewer, Section::Deliveries, l.t("fax-title"))
        .crumb("/deliveries", l.t("nav-deliveries"))
        .lead(l.t("fax-lead"))
        .status(status)
        .body(html! {
            (error_summary(form, l))
            form class="form card" method="post" action="/settings/fax" {
                (TextArea::new("gateways", l.t("fax-gateways")).rows(4).hint(l.t("fax-gateways-hint")).of(form, l))
                (Field::text("out", l.t("fax-out")).placeholder("{number}@fax.example.com").hint(l.t("fax-out-hint")).of(form, l))
                (actions(submit(l.t("form-save"))))
            }
            (card(l.t("fax-server"), html! {
                p { (l.t("fax-server-hook")) " " code { "POST /api/v1/faxes" } }
                p {
                    @match &folder {
                        Some(folder) => { (l.t("fax-server-folder")) " " code { (folder) } }
                        None => { (l.t("fax-server-no-folder")) }
                    }
                }
            }))
        })
}

fn read(form: &Form) -> Result<FaxWays, Vec<Invalid>> {
    let mut problems = Vec::new();
    let gateways: Vec<String> = form
        .get("gateways")
        .lines()
        .map(|line| line.trim().to_lowercase())
        .filter(|line| !line.is_empty())
        .collect();
    for gateway in &gateways {
        let example = if gateway.starts_with('@') { format!("x{gateway}") } else { gateway.clone() };
        if let Err(problem) = Mail::parse_optional("gateways", &example) {
            problems.push(problem);
        }
    }
    if gateways.len() > GATEWAYS_MAX {
        problems.push(Invalid::new("gateways", "error-too-many").with("most", GATEWAYS_MAX));
    }
    match OutAddress::parse_optional("out", form.get("out")) {
        Ok(out) if problems.is_empty() => {
            Ok(FaxWays { gateways, out: out.map(|out| out.as_str().to_owned()) })
        }
        Ok(_) => Err(problems),
        Err(problem) => {
            problems.push(problem);
            Err(problems)
        }
    }
}

/// POST /settings/fax
pub async fn save(app: App, actor: Actor<perm::ManageSystem>, form: Form) -> Result<Response, Failure> {
    let ways = match read(&form) {
        Ok(ways) => ways,
        Err(problems) => {
            return Ok(shown(&app, &actor, &form.with(problems), StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    app.change(&actor, move |change| {
        setting::put(change.tx, SETTING, &ways, change.now)?;
        deliveries::hurry(change.tx, Way::Fax, change.now, HURRY_MAX)?;
        change.record(About::default(), Event::SettingChanged { setting: SETTING.to_owned() });
        Ok(())
    })
    .await?;
    Ok(go("/settings/fax", Notice::new("notice-fax-saved")))
}
