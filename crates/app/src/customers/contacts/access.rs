//! Letting a contact onto the portal: given, changed and ended by staff, on the contact's page and over the
//! API (C4.1, C7.2).

use axum::extract::Path;
use axum::response::Response;
use db::Tx;
use jiff::SignedDuration;
use maud::{Markup, html};
use rules::access::perm;
use rules::event::Event;
use rules::ids::{AccessId, ContactId, SiteId};
use rules::portal::{Access, GuestRole, admit};
use rules::{Invalid, Refusal};

use super::change::about;
use super::pages::path;
use super::store::{self, ContactRow};
use crate::App;
use crate::customers::sites::store::{self as sites, SiteFilter};
use crate::kernel::actor::Actor;
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::kernel::form::Form;
use crate::kernel::notice::{Notice, go};
use crate::kernel::outgoing;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::{L10n, Locale};
use crate::layout::page::{Page, Section};
use crate::people::guests::{self, AccessRow, Purpose};
use crate::people::password::new_token;
use crate::records::must_be_in_use;

/// How long an invitation works.
pub const INVITATION_LIVES: SignedDuration = SignedDuration::from_hours(24 * 7);
/// Sites that the form offers at most.
const SITES_OFFERED_MOST: i64 = 200;

/// The access of a contact as their page shows it.
pub struct Shown {
    access: Option<AccessRow>,
    named: Vec<SiteId>,
    offered: Vec<(SiteId, String)>,
}

impl Shown {
    /// Reads it.
    pub fn read(tx: &mut Tx, contact: &ContactRow) -> Result<Shown, Failure> {
        let access = guests::of_contact(tx, contact.id)?;
        let named = match &access {
            Some(access) => guests::sites(tx, access.id)?.into_iter().map(|(id, _)| id).collect(),
            None => contact.site_id.into_iter().collect(),
        };
        let filter = SiteFilter { customers: vec![contact.customer_id], ..SiteFilter::default() };
        let offered = sites::list(tx, &filter, None, SITES_OFFERED_MOST)?;
        Ok(Shown { access, named, offered: offered.into_iter().map(|site| (site.id, site.name)).collect() })
    }

    /// The card, with its form where `may` is true.
    pub fn card(&self, l: &L10n, contact: &ContactRow, may: bool) -> Markup {
        let living = self.access.as_ref().filter(|access| access.ended_at.is_none());
        let base = format!("{}/portal-access", path(contact.id));
        card(
            l.t("portal-access"),
            html! {
                div id="portal-access" {
                    @match living {
                        Some(access) => {
                            p { (chip(Tone::Met, Icon::Check, l.t("portal-access-given"))) " " (badge(l.t(access.role.label()))) }
                            p class="muted" {
                                @match access.seen_at {
                                    Some(at) => { (l.t("portal-access-seen")) " " (when(l, at)) }
                                    None => (l.t("portal-access-never"))
                                }
                            }
                        }
                        None => p class="muted" { (l.t(if contact.mail.is_some() { "portal-access-none" } else { "portal-access-no-mail" })) }
                    }
                    @if may && contact.archived_at.is_none() && contact.mail.is_some() {
                        details open[living.is_none()] {
                            summary { (l.t(if living.is_some() { "portal-access-change" } else { "portal-access-give" })) }
                            (self.form(l, &base, &self.filled(living)))
                        }
                        @if living.is_some() {
                            (actions(html! {
                                (action(&format!("{base}/invitation"), Icon::Mail, l.t("portal-access-invite")))
                                (action(&format!("{base}/end"), Icon::Void, l.t("portal-access-end")))
                            }))
                        }
                    }
                }
            },
        )
    }

    fn filled(&self, living: Option<&AccessRow>) -> Form {
        let role = living.map_or(GuestRole::Reporter, |access| access.role);
        let sites = self.named.iter().map(|site| ("sites".to_owned(), site.to_string()));
        Form::of([("role".to_owned(), role.code().to_owned())].into_iter().chain(sites))
    }

    fn form(&self, l: &L10n, base: &str, form: &Form) -> Markup {
        let roles = GuestRole::ALL.iter().map(|role| (role.code(), l.t(role.label()).into_owned()));
        let does = GuestRole::ALL.iter().map(|role| l.t(&format!("{}-does", role.label())).into_owned());
        let offered = self.offered.iter().map(|(id, name)| (id.to_string(), name.clone()));
        html! {
            form class="form" method="post" action=(base) {
                (Choice::one("role", l.t("portal-access-role"), roles).explained(does).required().of(form, l))
                (Choice::several("sites", l.t("portal-access-sites"), offered).hint(l.t("portal-access-sites-hint")).of(form, l))
                (actions(submit(l.t("form-save"))))
            }
        }
    }
}

/// Gives an access, or changes the one there is.
///
/// Errors: [`Failure::NotFound`]; [`Failure::Refused`] without a mail address or for a contact put away;
/// [`Failure::Invalid`] on `sites` for a site of another customer.
pub fn give(change: &mut Change<'_>, contact: ContactId, access: &Access) -> Result<AccessId, Failure> {
    let row = store::find(change.tx, contact)?.ok_or(Failure::NotFound)?;
    admit(row.archived_at.is_some(), row.mail.as_deref())?;
    for site in &access.sites {
        let site = sites::find(change.tx, *site)?.filter(|site| site.customer_id == row.customer_id);
        site.ok_or_else(|| Failure::field("sites", "error-not-there"))?;
    }
    let known = guests::of_contact(change.tx, contact)?;
    let named = access.sites.iter().map(SiteId::to_string).collect::<Vec<_>>().join(",");
    let about = about(contact, row.customer_id, row.site_id);
    let role = access.role;
    match known {
        Some(known) => {
            let again = known.ended_at.is_some();
            guests::save(change.tx, known.id, access, None)?;
            let event = if again {
                Event::PortalAccessGiven { access: known.id, role, sites: named }
            } else {
                Event::PortalAccessChanged { access: known.id, role, sites: named }
            };
            change.record(about, event);
            Ok(known.id)
        }
        None => {
            let id = guests::add(change.tx, contact, access, change.now)?;
            change.record(about, Event::PortalAccessGiven { access: id, role, sites: named });
            Ok(id)
        }
    }
}

/// Ends an access: its sessions and links end at once, and its password is forgotten.
///
/// Errors: [`Failure::NotFound`]; [`Refusal::AlreadySo`].
pub fn end(change: &mut Change<'_>, contact: ContactId) -> Result<(), Failure> {
    let row = store::find(change.tx, contact)?.ok_or(Failure::NotFound)?;
    let known = guests::of_contact(change.tx, contact)?.ok_or(Failure::NotFound)?;
    if known.ended_at.is_some() {
        return Err(Refusal::AlreadySo.into());
    }
    let access = Access { role: known.role, sites: Vec::new() };
    guests::save(change.tx, known.id, &access, Some(change.now))?;
    guests::set_password(change.tx, known.id, None)?;
    guests::end_sessions(change.tx, known.id)?;
    guests::drop_links(change.tx, known.id)?;
    change
        .record(about(contact, row.customer_id, row.site_id), Event::PortalAccessEnded { access: known.id });
    Ok(())
}

/// Sends an invitation and tells its link, for those who would rather hand it over themselves.
///
/// Errors: [`Failure::NotFound`] without a living access.
pub fn invite(
    change: &mut Change<'_>,
    contact: ContactId,
    public_url: &str,
    company: &str,
) -> Result<String, Failure> {
    let row = store::find(change.tx, contact)?.ok_or(Failure::NotFound)?;
    must_be_in_use(row.archived_at)?;
    let known = guests::of_contact(change.tx, contact)?.filter(|access| access.ended_at.is_none());
    let known = known.ok_or(Failure::NotFound)?;
    let token = new_token();
    let expires_at = change.now + INVITATION_LIVES;
    guests::add_link(change.tx, &token, Purpose::Invitation, known.id, change.now, expires_at)?;
    let link = format!("{public_url}/portal/invitation/{token}");
    let Some(mail) = row.mail else { return Ok(link) };
    let locale = guests::lock(change.tx, known.id)?.and_then(|lock| Locale::parse(&lock.locale?));
    let locale = locale.unwrap_or_default();
    let l = L10n::new(locale, jiff::tz::TimeZone::UTC, change.now);
    let args = [
        ("name", row.name.as_str().into()),
        ("company", company.into()),
        ("link", link.as_str().into()),
        ("days", (INVITATION_LIVES.as_hours() / 24).into()),
    ];
    let letter = outgoing::Mail {
        to: mail,
        subject: l.ta("portal-letter-invitation-subject", &args).into_owned(),
        text: l.ta("portal-letter-invitation", &args).into_owned(),
        locale: locale.tag().to_owned(),
        ..outgoing::Mail::default()
    };
    change.send_mail(&letter)?;
    Ok(link)
}

/// What the company is called on what customers read.
pub fn company(app: &App, l: &L10n) -> String {
    app.house().name.clone().unwrap_or_else(|| l.t("product-name").into_owned())
}

/// POST /contacts/{id}/portal-access
pub async fn save(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<ContactId>,
    form: Form,
) -> Result<Response, Failure> {
    let sites: Result<Vec<SiteId>, _> = form.all("sites").map(|text| text.parse::<SiteId>()).collect();
    let sites = sites.map_err(|_| Invalid::new("sites", "error-not-there"))?;
    let access = Access::read(form.get("role"), sites)?;
    app.change(&actor, move |c| give(c, id, &access)).await?;
    Ok(go(&format!("{}#portal-access", path(id)), Notice::new("notice-portal-access-given")))
}

/// POST /contacts/{id}/portal-access/end
pub async fn finish(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<ContactId>,
) -> Result<Response, Failure> {
    app.change(&actor, move |c| end(c, id)).await?;
    Ok(go(&format!("{}#portal-access", path(id)), Notice::new("notice-portal-access-ended")))
}

/// POST /contacts/{id}/portal-access/invitation: the letter goes out, and its link stands on the page.
pub async fn invitation(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<ContactId>,
) -> Result<Response, Failure> {
    let (url, company) = (app.config.public_url.clone(), company(&app, &actor.l));
    let link = app.change(&actor, move |c| invite(c, id, &url, &company)).await?;
    let l = &actor.l;
    Ok(Page::new(&actor, Section::Customers, l.t("portal-invited")).crumb("/contacts", l.t("contacts-title")).body(
        html! {
            (notice(Tone::Met, l.ta("portal-invited-words", &[("days", (INVITATION_LIVES.as_hours() / 24).into())])))
            p class="token" { (link) }
            p class="actions" {
                button class="button" type="button" data-copy=(link) { (icon(Icon::Copy)) span { (l.t("portal-copy-link")) } }
                (link_button(&path(id), Icon::Back, l.t("portal-back-to-contact"), true))
            }
        },
    ))
}
