//! The verbs of a ticket as forms: each has a page of its own, which the ticket's page opens as a dialog.
//!
//! When somebody else changed the ticket meanwhile, the form comes back as it was typed, with what happened
//! since above it; sending it again is then a decision, not an accident.

use std::sync::Arc;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use db::Tx;
use http::StatusCode;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use promise::Terms;
use rules::Refusal;
use rules::access::{Permission, perm};
use rules::ids::*;
use rules::tickets::document::DocumentKind;
use rules::tickets::number::TicketNumber;
use rules::tickets::severity::Severity;
use rules::tickets::verb::{Fields, Verb, VerbName, possible};
use rules::tickets::{Addressee, Cause, Visibility};

use super::change::{self, number, path};
use super::family;
use super::page::verb_icon;
use super::store::{self, FactRow, TicketRow};
use super::words::{self, Said};
use super::{articles, documents, terms, why};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::kernel::notice::{Notice, go, refusal_words};
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section, Viewer};

impl Fields for Form {
    fn field(&self, name: &str) -> &str {
        self.get(name)
    }
}

/// What a form offers to choose from.
pub struct Offers {
    pub row: TicketRow,
    pub last_seq: i64,
    contacts: Vec<(i64, String, Option<String>)>,
    colleagues: Vec<(i64, String)>,
    teams: Vec<(i64, String)>,
    owed: Vec<promise::Obligation>,
    terms: Option<Arc<Terms>>,
    /// How many of those that are part of the ticket could follow it in this.
    parts: usize,
}

impl Offers {
    fn read(app: &App, tx: &mut Tx, id: TicketId, verb: VerbName) -> Result<Offers, Failure> {
        let row = store::find(tx, id)?.ok_or(Failure::NotFound)?;
        let people = matches!(verb, VerbName::Assign | VerbName::Arrive);
        let deadline = matches!(verb, VerbName::AgreeDeadline | VerbName::WaivePromise);
        let owed = if deadline {
            let all = terms::obligations(tx, id)?;
            all.into_iter().map(|stored| stored.body).filter(|body| body.state.is_open()).collect()
        } else {
            Vec::new()
        };
        Ok(Offers {
            last_seq: store::last_seq(tx, id)?,
            contacts: store::contacts(tx, row.customer_id)?,
            colleagues: if people { store::colleagues(tx)? } else { Vec::new() },
            teams: if verb == VerbName::Assign { store::teams(tx)? } else { Vec::new() },
            terms: row.commitment_id.map(|commitment| app.library.terms(tx, commitment)).transpose()?,
            parts: family::acts::able(tx, id, verb)?,
            owed,
            row,
        })
    }

    fn contacts(&self) -> Vec<(String, String)> {
        let shown = |(id, name, phone): &(i64, String, Option<String>)| {
            let words = phone.as_ref().map_or_else(|| name.clone(), |phone| format!("{name} · {phone}"));
            (id.to_string(), words)
        };
        self.contacts.iter().map(shown).collect()
    }
}

/// GET /tickets/{number}/act/{verb}: the form of a verb.
pub async fn form(
    app: App,
    actor: Actor<perm::ViewTickets>,
    Path((text, verb)): Path<(String, String)>,
    search: Search,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    let verb: VerbName = verb.parse().map_err(|_| Failure::NotFound)?;
    if !actor.may(verb.permission()) {
        return Err(Failure::Forbidden(verb.permission()));
    }
    let shared = app.clone();
    let mut offers = app.read(move |tx| Offers::read(&shared, tx, id, verb)).await?;
    if !actor.may(Permission::ChangeTicketsInBulk) {
        offers.parts = 0;
    }
    if !possible(&offers.row.ticket()).contains(&verb) {
        let state = offers.row.state.code();
        return Err(Refusal::NotInThisState { verb: verb.label(), state }.into());
    }
    let form = begun(&actor, &offers, verb);
    let l = &actor.l;
    if search.get("part") == "yes" {
        return Ok(why::part(&l.t(verb.label()), html! { (shown(l, &offers, verb, &form)) }).into_response());
    }
    Ok(whole_page(&actor, &offers, verb, &form, StatusCode::OK, None))
}

/// The form as it is first shown, with what is likely filled in.
fn begun(viewer: &Actor<perm::ViewTickets>, offers: &Offers, verb: VerbName) -> Form {
    let row = &offers.row;
    let mut form = Form::default();
    let contact = row.contact_id.map(|id| id.to_string()).unwrap_or_default();
    match verb {
        VerbName::Close
        | VerbName::Cancel
        | VerbName::RequestOnsite
        | VerbName::WithdrawOnsite
        | VerbName::Diagnose
        | VerbName::Plan
        | VerbName::AgreeDeadline
        | VerbName::WaivePromise => form.set("contact", contact),
        VerbName::Arrive => {
            form.set("contact", contact);
            let engineer = row.assignee_id.unwrap_or(viewer.person.id);
            form.set("engineer", engineer.to_string());
        }
        VerbName::Assign => {
            form.set("team", row.team_id.map(|id| id.to_string()).unwrap_or_default());
            form.set("assignee", row.assignee_id.map(|id| id.to_string()).unwrap_or_default());
        }
        VerbName::ChangeSeverity => form.set("severity", row.severity.code()),
        VerbName::Wait => form.set("addressee", Addressee::Customer.code()),
        _ => {}
    }
    if let Some(kind) = DocumentKind::of(verb) {
        let title = viewer.l.t(kind.label());
        form.set("document", format!("{title} {}", TicketNumber::of(row.id).grouped()));
    }
    if let [only] = &offers.owed[..] {
        form.set("promise", only.promise.as_str());
    }
    form
}

fn whole_page(
    viewer: &Viewer,
    offers: &Offers,
    verb: VerbName,
    form: &Form,
    status: StatusCode,
    before: Option<Markup>,
) -> Response {
    let l = &viewer.l;
    let id = offers.row.id;
    Page::new(viewer, Section::Tickets, l.t(verb.label()))
        .crumb("/tickets", l.t("tickets-title"))
        .crumb(path(id), TicketNumber::of(id).grouped())
        .lead(html! { (offers.row.title) })
        .status(status)
        .body(html! { @if let Some(before) = before { (before) } (shown(l, offers, verb, form)) })
}

fn shown(l: &L10n, offers: &Offers, verb: VerbName, form: &Form) -> Markup {
    let row = &offers.row;
    html! {
        form class="act-form" method="post" action={ (path(row.id)) "/" (verb) } data-writing={ "ticket:" (row.id) } {
            (error_summary(form, l))
            input type="hidden" name="version" value=(row.version);
            input type="hidden" name="seen" value=(offers.last_seq);
            (fields(l, offers, verb, form))
            @if offers.parts > 0 { (parts(l, offers.parts, form)) }
            div class="actions" {
                button class="button primary" type="submit" {
                    (icon(verb_icon(verb))) span { (l.t(&format!("{}-do", verb.label()))) }
                }
                a class="button" href=(path(row.id)) data-close { span { (l.t("act-not")) } }
            }
        }
    }
}

/// Whether those that are part of the ticket follow.
pub fn parts(l: &L10n, count: usize, form: &Form) -> Markup {
    let word = l.ta("parts-too", &[("n", count.into())]);
    Check::new("parts", word).hint(l.t("parts-too-hint")).of(form, l)
}

fn at(l: &L10n, row: &TicketRow) -> Field {
    let hint = l.ta("act-at-hint", &[("zone", row.zone.clone().into())]);
    Field::text("at", l.t("act-at")).kind("datetime-local").hint(hint).short()
}

fn fields(l: &L10n, offers: &Offers, verb: VerbName, form: &Form) -> Markup {
    let row = &offers.row;
    let contact =
        || Select::new("contact", l.t("field-contact"), offers.contacts()).empty(l.t("act-no-contact"));
    let reason = || TextArea::new("reason", l.t("field-reason")).rows(2).required().of(form, l);
    let note = || TextArea::new("note", l.t("field-note")).rows(3).of(form, l);
    let when = || at(l, row).of(form, l);
    match verb {
        VerbName::Handle => html! { p class="hint" { (l.t("act-handling-hint")) } (when()) (note()) },
        VerbName::Wait => {
            let addressees = Addressee::ALL.iter().map(|one| (one.code(), l.t(one.label()).into_owned()));
            let hints = Addressee::ALL.iter().map(|one| l.t(&format!("{}-hint", one.label())).into_owned());
            html! {
                (Choice::one("addressee", l.t("field-addressee"), addressees).explained(hints).required().of(form, l))
                (Field::text("addressee_name", l.t("field-addressee-name")).of(form, l))
                (TextArea::new("question", l.t("field-question")).rows(3).required().hint(l.t("act-question-hint")).of(form, l))
                (TextArea::new("reason", l.t("field-waiting-reason")).rows(2).of(form, l))
            }
        }
        VerbName::Answer => html! {
            @if let Some(question) = &row.waiting_question { blockquote { (question) } }
            (TextArea::new("answer", l.t("field-answer")).rows(3).required().of(form, l)) (when())
        },
        VerbName::Restore => html! { p class="hint" { (l.t("act-restoration-hint")) } (when()) (note()) },
        VerbName::Resolve => {
            let causes = Cause::ALL.iter().map(|one| (one.code(), l.t(one.label()).into_owned()));
            html! {
                (Select::new("cause", l.t("field-cause"), causes).empty(l.t("act-choose")).required().of(form, l))
                (TextArea::new("solution", l.t("field-solution")).rows(4).required().hint(l.t("act-solution-hint")).of(form, l))
                (when())
            }
        }
        VerbName::Close => html! {
            (contact().hint(l.t("act-closure-hint")).of(form, l)) (note())
        },
        VerbName::Reopen => html! { (reason()) },
        VerbName::Cancel => {
            html! { p class="hint" { (l.t("act-cancellation-hint")) } (contact().of(form, l)) (reason()) }
        }
        VerbName::ChangeSeverity => {
            let all = Severity::ALL.iter().map(|one| (one.code(), l.t(one.label()).into_owned()));
            let means = Severity::ALL.iter().map(|one| l.t(&format!("{}-means", one.label())).into_owned());
            html! {
                @if let Some(proposed) = row.proposed_severity {
                    p class="hint" { (l.t("act-severity-proposed")) " " (words::severity(l, proposed)) }
                }
                (Choice::one("severity", l.t("field-severity"), all).explained(means).required().of(form, l))
                (reason())
                p class="hint" { (l.t("act-severity-hint")) }
            }
        }
        VerbName::Assign => {
            let ids = |all: &[(i64, String)]| {
                all.iter().map(|(id, name)| (id.to_string(), name.clone())).collect::<Vec<_>>()
            };
            html! {
                (Select::new("team", l.t("field-team"), ids(&offers.teams)).empty(l.t("ticket-nobody")).of(form, l))
                (Select::new("assignee", l.t("field-assignee"), ids(&offers.colleagues)).empty(l.t("ticket-nobody")).of(form, l))
            }
        }
        VerbName::RequestOnsite => html! {
            p class="hint" { (l.t("act-onsite-hint")) } (contact().of(form, l)) (when()) (note())
        },
        VerbName::WithdrawOnsite => html! { (contact().of(form, l)) (reason()) },
        VerbName::Arrive => {
            let people = offers.colleagues.iter().map(|(id, name)| (id.to_string(), name.clone()));
            html! {
                (Select::new("engineer", l.t("field-engineer"), people).empty(l.t("act-choose")).required().of(form, l))
                (contact().hint(l.t("act-arrival-hint")).of(form, l)) (when())
                div data-position { (Field::text("position", l.t("field-position")).of(form, l)) }
            }
        }
        VerbName::Analyse => html! { p class="hint" { (l.t("act-analysis-hint")) } (note()) },
        VerbName::Diagnose | VerbName::Plan => html! {
            @if let Some(kind) = DocumentKind::of(verb) { (documents::fields(l, kind, form)) }
            (contact().hint(l.t("documents-contact-hint")).of(form, l)) (when())
        },
        VerbName::AgreeDeadline => html! {
            (promise_choice(l, offers, form))
            (Field::text("due_at", l.t("field-new-deadline")).kind("datetime-local").required().short()
                .hint(l.ta("act-zone-hint", &[("zone", row.zone.clone().into())])).of(form, l))
            (contact().required().hint(l.t("act-agreement-hint")).of(form, l)) (reason())
        },
        VerbName::WaivePromise => html! {
            (promise_choice(l, offers, form)) (contact().required().of(form, l)) (reason())
        },
        VerbName::Note => html! {
            (Choice::one("visibility", l.t("note-who-reads"), [("internal", l.t("note-internal").into_owned()), ("public", l.t("note-public").into_owned())])
                .explained([l.t("note-internal-hint").into_owned(), l.t("note-public-hint").into_owned()]).required().of(form, l))
            (TextArea::new("text", l.t("note-text")).rows(4).required().of(form, l))
            (Check::new("mail", l.t("note-mail")).hint(l.t("note-mail-hint")).of(form, l))
        },
    }
}

fn promise_choice(l: &L10n, offers: &Offers, form: &Form) -> Markup {
    let zone = TimeZone::get(&offers.row.zone).unwrap_or(TimeZone::UTC);
    let options = offers.owed.iter().map(|body| {
        let title = terms::title(l, offers.terms.as_deref(), body);
        let due = body.due_at.map(|at| format!(" · {}", l.datetime_in(at, &zone))).unwrap_or_default();
        (body.promise.as_str().to_owned(), format!("{} {title}{due}", body.clause))
    });
    Select::new("promise", l.t("field-promise"), options).empty(l.t("act-choose")).required().of(form, l)
}

/// Does a verb from its form: the answer is the ticket, or the form again with what is wrong.
async fn act<P>(
    app: App,
    actor: Actor<P>,
    verb: VerbName,
    text: String,
    form: Form,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    let zone_of = app.read(move |tx| Ok(store::find(tx, id)?.ok_or(Failure::NotFound)?.zone)).await?;
    let zone = TimeZone::get(&zone_of).unwrap_or(TimeZone::UTC);
    let whole = documents::composed(&actor.l, verb, &form);
    let read = match whole.and_then(|whole| Verb::read(verb, &whole, &zone)) {
        Ok(read) => read,
        Err(problems) => {
            return again(
                &app,
                &actor,
                id,
                verb,
                form.with(problems),
                StatusCode::UNPROCESSABLE_ENTITY,
                None,
            )
            .await;
        }
    };
    let seen = if verb.is_additive() { None } else { change::seen(form.get("version")) };
    let user = actor.person.id;
    let mail = form.get("mail") == "yes";
    let parts_too = form.get("parts") == "yes" && actor.may(Permission::ChangeTicketsInBulk);
    // A reply that was begun from an article sends its way out (C7.4).
    let article = match &read {
        Verb::Note { visibility: Visibility::Public, .. } => form.get("article").parse().ok().map(ArticleId),
        _ => None,
    };
    let done = app
        .change(&actor, move |c| {
            change::act(c, id, seen, read.clone(), user)?;
            if let Some(article) = article {
                articles::sent(c, id, article, Some(user))?;
            }
            if mail {
                change::by_mail(c, id, &read)?;
            }
            if !parts_too {
                return Ok(None);
            }
            family::acts::follow(c, id, (verb, &read), user, mail).map(Some)
        })
        .await;
    match done {
        Ok(Some(followed)) => Ok(family::acts::told(&actor, id, &followed)),
        Ok(None) => {
            Ok(go(&path(id), Notice::new("notice-ticket-done").with("verb", actor.l.t(verb.label()))))
        }
        Err(Failure::Invalid(problems)) => {
            again(&app, &actor, id, verb, form.with(problems), StatusCode::UNPROCESSABLE_ENTITY, None).await
        }
        Err(Failure::Refused(Refusal::ChangedMeanwhile { .. })) => {
            let after = change::seen(form.get("seen")).unwrap_or(0);
            again(&app, &actor, id, verb, form, StatusCode::CONFLICT, Some(Why::Changed { after })).await
        }
        Err(Failure::Refused(refusal)) => {
            again(&app, &actor, id, verb, form, StatusCode::CONFLICT, Some(Why::Refused(refusal))).await
        }
        Err(failure) => Err(failure),
    }
}

enum Why {
    Changed { after: i64 },
    Refused(Refusal),
}

/// The form again, as it was typed.
async fn again(
    app: &App,
    viewer: &Viewer,
    id: TicketId,
    verb: VerbName,
    form: Form,
    status: StatusCode,
    why: Option<Why>,
) -> Result<Response, Failure> {
    let shared = app.clone();
    let after = match &why {
        Some(Why::Changed { after }) => Some(*after),
        Some(Why::Refused(_)) | None => None,
    };
    let (offers, news) = app
        .read(move |tx| {
            let offers = Offers::read(&shared, tx, id, verb)?;
            let news = after.map(|after| News::since(tx, id, after)).transpose()?;
            Ok((offers, news))
        })
        .await?;
    let l = &viewer.l;
    let before = match why {
        Some(Why::Refused(refusal)) => Some(notice(Tone::Risk, refusal_words(&refusal, l))),
        Some(Why::Changed { .. }) | None => news.map(|news| news.shown(l, &offers.row)),
    };
    Ok(whole_page(viewer, &offers, verb, &form, status, before))
}

/// What happened since a form was opened.
pub struct News {
    facts: Vec<FactRow>,
    said: Said,
}

impl News {
    /// The facts that were recorded after `seq`.
    pub fn since(tx: &mut Tx, id: TicketId, seq: i64) -> Result<News, Failure> {
        let mut facts = store::story(tx, id)?;
        facts.retain(|fact| fact.seq > seq);
        let said = Said::of(tx, &facts)?;
        Ok(News { facts, said })
    }

    /// What happened, and that the form below was kept.
    pub fn shown(&self, l: &L10n, row: &TicketRow) -> Markup {
        let zone = TimeZone::get(&row.zone).unwrap_or(TimeZone::UTC);
        let moments: Vec<Moment> = self.facts.iter().map(|fact| words::moment(l, fact, &self.said)).collect();
        html! {
            section class="conflict" role="alert" {
                h2 { (icon(Icon::Risk)) (l.t("conflict-title")) }
                p { (l.t("conflict-words")) }
                p { (l.t("conflict-now")) " " (words::state(l, row.state)) " " (words::severity(l, row.severity)) }
                (timeline(l, &zone, &moments))
                p { strong { (l.t("conflict-yours")) } }
            }
        }
    }
}

macro_rules! acts {
    ($($(#[$meta:meta])* $handler:ident: $permission:ident, $verb:ident;)+) => {
        $(
            $(#[$meta])*
            pub async fn $handler(
                app: App,
                actor: Actor<perm::$permission>,
                Path(text): Path<String>,
                form: Form,
            ) -> Result<Response, Failure> {
                act(app, actor, VerbName::$verb, text, form).await
            }
        )+

        /// Each verb with the permission that its handler asks for; a test compares them with the rule.
        pub const HANDLED: &[(VerbName, Permission)] = &[$((VerbName::$verb, Permission::$permission)),+];
    };
}

acts! {
    /// POST /tickets/{number}/handling
    handle: WorkTicket, Handle;
    /// POST /tickets/{number}/waiting
    wait: WorkTicket, Wait;
    /// POST /tickets/{number}/answer
    answer: WorkTicket, Answer;
    /// POST /tickets/{number}/restoration
    restore: WorkTicket, Restore;
    /// POST /tickets/{number}/resolution
    resolve: WorkTicket, Resolve;
    /// POST /tickets/{number}/closure
    close: CloseTicket, Close;
    /// POST /tickets/{number}/reopening
    reopen: CloseTicket, Reopen;
    /// POST /tickets/{number}/cancellation
    cancel: CloseTicket, Cancel;
    /// POST /tickets/{number}/severity
    change_severity: ChangeSeverity, ChangeSeverity;
    /// POST /tickets/{number}/assignment
    assign: AssignTicket, Assign;
    /// POST /tickets/{number}/onsite-request
    request_onsite: WorkTicket, RequestOnsite;
    /// POST /tickets/{number}/onsite-withdrawal
    withdraw_onsite: WorkTicket, WithdrawOnsite;
    /// POST /tickets/{number}/arrival
    arrive: WorkTicket, Arrive;
    /// POST /tickets/{number}/remote-analysis
    analyse: WorkTicket, Analyse;
    /// POST /tickets/{number}/diagnosis
    diagnose: WorkTicket, Diagnose;
    /// POST /tickets/{number}/plan
    plan: WorkTicket, Plan;
    /// POST /tickets/{number}/agreement
    agree: AgreeDeadline, AgreeDeadline;
    /// POST /tickets/{number}/waiver
    waive: WaivePromise, WaivePromise;
    /// POST /tickets/{number}/note
    note: WorkTicket, Note;
}

/// POST /tickets/{number}/watch: begin or cease to watch; `watch` is `yes` or `no`.
pub async fn watch(
    app: App,
    actor: Actor<perm::ViewTickets>,
    Path(text): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    let begin = form.get("watch") != "no";
    change::watch(&app, &actor, id, begin).await?;
    let said = if begin { "notice-ticket-watched" } else { "notice-ticket-unwatched" };
    Ok(go(&path(id), Notice::new(said)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verb_has_a_handler_that_asks_for_its_permission() {
        assert_eq!(HANDLED.len(), VerbName::ALL.len());
        for verb in VerbName::ALL {
            let asked =
                HANDLED.iter().find(|(handled, _)| handled == verb).map(|(_, permission)| *permission);
            assert_eq!(asked, Some(verb.permission()), "{verb}");
        }
    }
}
