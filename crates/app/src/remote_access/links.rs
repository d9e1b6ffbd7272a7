//! Links to the remote tool of a unit (RustDesk, MeshCentral, ssh): kept on its page.

use axum::extract::Path;
use axum::response::Response;
use maud::{Markup, html};
use rules::access::perm;
use rules::ids::AssetId;
use rules::remote_access::tool_link;
use rules::text::Line;

use super::store::{self, LinkRow};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::Form;
use crate::kernel::notice::{Notice, go};
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;

/// The card on the page of a unit.
pub fn card_of(l: &L10n, asset: AssetId, links: &[LinkRow], may: bool) -> Markup {
    let base = format!("/assets/{asset}/remote-links");
    let form = Form::default();
    card(
        l.t("remote-tools"),
        html! {
            div id="remote-links" {
                @if links.is_empty() { p class="muted" { (l.t("remote-tools-none")) } }
                ul class="lines" { @for link in links { li {
                    span { (icon(Icon::External)) " " strong { (link.label) } " " code { (link.url) } }
                    @if may {
                        form class="inline" method="post" action={ (base) "/" (link.id) "/removal" } {
                            button class="button quiet small" type="submit" { (icon(Icon::Cross)) span class="unseen" { (l.t("remote-tools-remove")) } }
                        }
                    }
                } } }
                @if may {
                    details {
                        summary { (l.t("remote-tools-add")) }
                        form class="form" method="post" action=(base) {
                            (Field::text("label", l.t("remote-tools-label")).required().of(&form, l))
                            (Field::text("url", l.t("remote-tools-url")).required().hint(l.t("remote-tools-url-hint")).of(&form, l))
                            (actions(submit(l.t("form-save"))))
                        }
                    }
                }
                p class="hint" { (l.t("remote-tools-hint")) }
            }
        },
    )
}

/// POST /assets/{id}/remote-links
pub async fn create(
    app: App,
    actor: Actor<perm::EditAssets>,
    Path(id): Path<AssetId>,
    form: Form,
) -> Result<Response, Failure> {
    let label = Line::parse("label", form.get("label"))?;
    let url = tool_link(form.get("url"))?;
    app.change(&actor, move |c| {
        store::customer_of_asset(c.tx, id)?.ok_or(Failure::NotFound)?;
        Ok(store::add_link(c.tx, id, label.as_str(), &url, c.now)?)
    })
    .await?;
    Ok(go(&format!("/assets/{id}#remote-links"), Notice::new("notice-remote-link-saved")))
}

/// POST /assets/{id}/remote-links/{link}/removal
pub async fn remove(
    app: App,
    actor: Actor<perm::EditAssets>,
    Path((id, link)): Path<(AssetId, i64)>,
) -> Result<Response, Failure> {
    let gone = app.change(&actor, move |c| Ok(store::remove_link(c.tx, id, link)?)).await?;
    if !gone {
        return Err(Failure::NotFound);
    }
    Ok(go(&format!("/assets/{id}#remote-links"), Notice::new("notice-remote-link-saved")))
}
