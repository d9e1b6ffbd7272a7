//! The page where an administrator sets what stands about the company everywhere.

use axum::Json;
use axum::response::Response;
use http::StatusCode;
use maud::html;
use rules::access::perm;
use rules::company::{Company, CompanyForm};
use rules::event::{About, Event, changed_fields};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use crate::api::Body;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::Form;
use crate::kernel::house::{House, SETTING, TOPIC};
use crate::kernel::notice::{Notice, go};
use crate::kernel::setting;
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::page::{Page, Section, Viewer};
use crate::layout::settings;

type Keeper = Actor<perm::ManageSystem>;

fn form_of(house: &House) -> CompanyForm {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    CompanyForm {
        name: text(&house.name),
        hotline: text(&house.hotline),
        address: text(&house.address),
        mark: text(&house.mark),
        supervisor_mail: text(&house.supervisor_mail),
    }
}

fn house_of(form: &CompanyForm) -> House {
    let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    House {
        name: some(&form.name),
        hotline: some(&form.hotline),
        address: some(&form.address),
        mark: some(&form.mark),
        supervisor_mail: some(&form.supervisor_mail),
    }
}

fn shown(viewer: &Viewer, form: &Form, status: StatusCode) -> Response {
    let l = &viewer.l;
    let page = Page::new(viewer, Section::Settings, l.t("company-title")).lead(l.t("company-lead"));
    page.status(status).body(html! {
        (settings::places(viewer, "/settings/company"))
        form class="form card" method="post" action="/settings/company" {
            (error_summary(form, l))
            (Field::text("name", l.t("company-name")).required().hint(l.t("company-name-hint")).of(form, l))
            (Field::text("hotline", l.t("company-hotline")).kind("tel").required().hint(l.t("company-hotline-hint")).of(form, l))
            (Field::text("mark", l.t("company-mark")).short().hint(l.t("company-mark-hint")).of(form, l))
            (TextArea::new("address", l.t("company-address")).rows(2).hint(l.t("company-address-hint")).of(form, l))
            (Field::text("supervisor_mail", l.t("company-supervisor")).kind("email").hint(l.t("company-supervisor-hint")).of(form, l))
            (actions(submit(l.t("form-save"))))
        }
    })
}

/// GET /settings/company
pub async fn page(app: App, actor: Keeper) -> Result<Response, Failure> {
    let CompanyForm { name, hotline, address, mark, supervisor_mail } = form_of(&*app.ask_house().await?);
    let form = Form::of([
        ("name", name),
        ("hotline", hotline),
        ("address", address),
        ("mark", mark),
        ("supervisor_mail", supervisor_mail),
    ]);
    Ok(shown(&actor, &form, StatusCode::OK))
}

/// Sets the company through the one door. Setting what stands already tells nothing.
async fn set(app: &App, actor: &Keeper, company: Company) -> Result<(), Failure> {
    let after = CompanyForm::from(&company);
    let configured = House::of(&app.config);
    app.change(actor, move |c| {
        let before = setting::get::<House>(c.tx, SETTING)?.unwrap_or(configured);
        let changes = after.changes_from(&form_of(&before));
        if changes.is_empty() {
            return Ok(());
        }
        setting::put(c.tx, SETTING, &house_of(&after), c.now)?;
        let fields = changed_fields(&changes);
        let hotline = changes.iter().any(|one| one.field == "hotline").then(|| after.hotline.clone());
        c.record(About::default(), Event::CompanyEdited { fields, hotline, changes });
        c.nudge(TOPIC);
        Ok(())
    })
    .await
}

/// POST /settings/company
pub async fn save(app: App, actor: Keeper, form: Form) -> Result<Response, Failure> {
    let text = |name: &str| form.get(name).to_owned();
    let typed = CompanyForm {
        name: text("name"),
        hotline: text("hotline"),
        address: text("address"),
        mark: text("mark"),
        supervisor_mail: text("supervisor_mail"),
    };
    let company = match typed.read() {
        Ok(company) => company,
        Err(problems) => return Ok(shown(&actor, &form.with(problems), StatusCode::UNPROCESSABLE_ENTITY)),
    };
    set(&app, &actor, company).await?;
    Ok(go("/settings/company", Notice::new("notice-company-saved")))
}

/// The company that gives the service.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CompanyBody {
    pub name: String,
    /// The after-sales number on every page and notice.
    #[schema(example = "400-820-0000")]
    pub hotline: String,
    pub address: String,
    /// One to four characters that stand where a logo would.
    pub mark: String,
    /// Where unsolved calls are reported to.
    pub supervisor_mail: String,
}

fn body_of(house: &House) -> CompanyBody {
    let CompanyForm { name, hotline, address, mark, supervisor_mail } = form_of(house);
    CompanyBody { name, hotline, address, mark, supervisor_mail }
}

/// The company that gives the service.
#[utoipa::path(get, path = "/api/v1/company", tag = "Company",
    responses((status = 200, description = "The company", body = CompanyBody)))]
pub async fn show(app: App, _: Actor<perm::ViewTickets>) -> Result<Json<CompanyBody>, Failure> {
    Ok(Json(body_of(&*app.ask_house().await?)))
}

/// Set the company's particulars, all of them.
#[utoipa::path(put, path = "/api/v1/company", tag = "Company", request_body = CompanyBody,
    responses((status = 200, description = "The company as it is now", body = CompanyBody)))]
pub async fn update(
    app: App,
    actor: Keeper,
    Body(body): Body<CompanyBody>,
) -> Result<Json<CompanyBody>, Failure> {
    let CompanyBody { name, hotline, address, mark, supervisor_mail } = body;
    let company = CompanyForm { name, hotline, address, mark, supervisor_mail }.read()?;
    set(&app, &actor, company).await?;
    Ok(Json(body_of(&*app.ask_house().await?)))
}

/// The description of these endpoints.
#[derive(OpenApi)]
#[openapi(paths(show, update), components(schemas(CompanyBody)))]
pub struct Doc;
