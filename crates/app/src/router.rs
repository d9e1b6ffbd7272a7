//! Every route, in one list. A handler names its permission by its [`Actor`](crate::kernel::actor::Actor)
//! argument; `public` stands before those that need none, `guest` before those of the portal, which name a right
//! by their [`Guest`](crate::kernel::guest::Guest) argument.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing;
use http::Method;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::kernel::actor::{self, Address};
use crate::kernel::errors::{nowhere, present, wrong_method};
use crate::kernel::guard::{headers, same_site};
use crate::kernel::{live, metrics, once, security};
use crate::layout::{assets, settings, style};
use crate::{App, Failure};
use crate::{
    articles, attachments, calls, channels, drafts, escalations, health, notifications, obligations,
};
use crate::{
    commitments, company, contact_history, contracts, coverage, customers, imports, installed_base, records,
};
use crate::{mailboxes, openapi, people, portal, queue};
use crate::{remote_access, replies, search, service_records, teams, tickets};

/// A line of the list.
#[derive(Clone, Debug)]
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    /// Whether anybody may ask, signed in or not.
    pub public: bool,
    /// Whether it is for the customer's people on the portal, and names one of their rights.
    pub guest: bool,
}

macro_rules! routes {
    (@public public) => { true };
    (@public guest) => { false };
    (@public) => { false };
    (@guest guest) => { true };
    (@guest public) => { false };
    (@guest) => { false };
    (@method GET $handler:path) => { routing::get($handler) };
    (@method POST $handler:path) => { routing::post($handler) };
    (@method PUT $handler:path) => { routing::put($handler) };
    (@method PATCH $handler:path) => { routing::patch($handler) };
    (@method DELETE $handler:path) => { routing::delete($handler) };
    ($($($who:ident)? | $method:ident $path:literal => $handler:path;)+) => {
        /// Every route of the program.
        pub fn routes() -> Vec<Route> {
            vec![$(Route { method: Method::$method, path: $path, public: routes!(@public $($who)?), guest: routes!(@guest $($who)?) }),+]
        }

        fn table() -> Router<App> {
            Router::new()$(.route($path, routes!(@method $method $handler)))+
        }
    };
}

routes! {
    // the house
    public | GET "/healthz" => health::pages::healthz;
    public | GET "/favicon.ico" => assets::favicon;
    public | GET "/assets/{hash}/{name}" => assets::serve;
    | GET "/" => people::pages::home;
    | GET "/live" => live::stream;
    | POST "/live/writing" => live::writing;
    | GET "/metrics" => metrics::page;
    | GET "/style" => style::page;

    // the API's description
    public | GET "/api/v1/openapi.json" => openapi::document;
    | GET "/api/docs" => openapi::viewer::index;
    | GET "/api/docs/" => openapi::viewer::page;
    | GET "/api/docs/{*file}" => openapi::viewer::file;

    // tickets
    | GET "/tickets" => tickets::find::list;
    | POST "/tickets" => tickets::new::create;
    | GET "/tickets/new" => tickets::new::form;
    | GET "/tickets/proposal" => tickets::new::proposal;
    | GET "/tickets/find" => tickets::find::by_number;
    | GET "/tickets/ahead/all" => tickets::ahead::all;
    | GET "/tickets/ahead/customer" => tickets::ahead::customer;
    | GET "/tickets/ahead/site" => tickets::ahead::site;
    | GET "/tickets/ahead/contact" => tickets::ahead::contact;
    | GET "/tickets/ahead/asset" => tickets::ahead::asset;
    | GET "/tickets/{number}" => tickets::page::show;
    | GET "/tickets/{number}/receipt" => tickets::new::receipt;
    | GET "/tickets/{number}/receipt.pdf" => tickets::receipt::show;
    | GET "/tickets/{number}/why/{promise}/{cycle}" => tickets::why::show;
    | GET "/tickets/{number}/act/{verb}" => tickets::acts::form;
    | POST "/tickets/{number}/handling" => tickets::acts::handle;
    | POST "/tickets/{number}/waiting" => tickets::acts::wait;
    | POST "/tickets/{number}/answer" => tickets::acts::answer;
    | POST "/tickets/{number}/restoration" => tickets::acts::restore;
    | POST "/tickets/{number}/resolution" => tickets::acts::resolve;
    | POST "/tickets/{number}/closure" => tickets::acts::close;
    | POST "/tickets/{number}/reopening" => tickets::acts::reopen;
    | POST "/tickets/{number}/cancellation" => tickets::acts::cancel;
    | POST "/tickets/{number}/severity" => tickets::acts::change_severity;
    | POST "/tickets/{number}/assignment" => tickets::acts::assign;
    | POST "/tickets/{number}/onsite-request" => tickets::acts::request_onsite;
    | POST "/tickets/{number}/onsite-withdrawal" => tickets::acts::withdraw_onsite;
    | POST "/tickets/{number}/arrival" => tickets::acts::arrive;
    | POST "/tickets/{number}/remote-analysis" => tickets::acts::analyse;
    | POST "/tickets/{number}/diagnosis" => tickets::acts::diagnose;
    | POST "/tickets/{number}/plan" => tickets::acts::plan;
    | POST "/tickets/{number}/agreement" => tickets::acts::agree;
    | POST "/tickets/{number}/waiver" => tickets::acts::waive;
    | POST "/tickets/{number}/note" => tickets::acts::note;
    | POST "/tickets/{number}/watch" => tickets::acts::watch;
    | GET "/tickets/{number}/edit" => tickets::edit::form;
    | POST "/tickets/{number}/edit" => tickets::edit::update;
    | GET "/tickets/{number}/link" => tickets::relate::link_form;
    | POST "/tickets/{number}/links" => tickets::relate::link;
    | POST "/tickets/{number}/unlink" => tickets::relate::unlink;
    | GET "/tickets/{number}/merge" => tickets::relate::merge_form;
    | POST "/tickets/{number}/merge" => tickets::relate::merge;
    | GET "/tickets/{number}/split" => tickets::relate::split;
    | GET "/tickets/{number}/alike" => search::alike::part;
    | GET "/tickets/{number}/replies" => replies::pages::ready;
    | POST "/tickets/{number}/tags" => tickets::tags::acts::add;
    | POST "/tickets/{number}/tags/removal" => tickets::tags::acts::remove;
    | POST "/tickets/{number}/time" => tickets::time_spent::acts::add;
    | POST "/tickets/{number}/time/{id}/withdrawal" => tickets::time_spent::acts::withdraw;
    | POST "/tickets/{number}/steps" => tickets::steps::acts::add;
    | POST "/tickets/{number}/steps/{id}" => tickets::steps::acts::tick;
    | GET "/tickets/{number}/fields" => tickets::custom_fields::values::form;
    | POST "/tickets/{number}/fields" => tickets::custom_fields::values::save;
    | GET "/tickets/{number}/parts/{verb}" => tickets::family::acts::form;
    | POST "/tickets/{number}/parts/{verb}" => tickets::family::acts::act;
    | POST "/tickets/{number}/attachments" => tickets::files::upload;
    | POST "/tickets/{number}/attachments/{id}/removal" => tickets::files::remove;
    | POST "/tickets/{number}/attachments/{id}/sharing" => tickets::files::share;
    | GET "/attachments/{id}/{name}" => attachments::page::serve;
    | GET "/api/v1/tickets" => tickets::api::list;
    | POST "/api/v1/tickets" => tickets::api::create;
    | GET "/api/v1/tickets/{number}" => tickets::api::show;
    | PATCH "/api/v1/tickets/{number}" => tickets::api::update;
    | GET "/api/v1/tickets/{number}/facts" => tickets::api::facts;
    | GET "/api/v1/tickets/{number}/obligations/{promise}/{cycle}/explanation" => tickets::api::explanation;
    | GET "/api/v1/tickets/{number}/replies" => replies::pages::api;
    | POST "/api/v1/tickets/{number}/tags" => tickets::tags::acts::tag;
    | DELETE "/api/v1/tickets/{number}/tags/{tag}" => tickets::tags::acts::untag;
    | PATCH "/api/v1/tickets/{number}/fields" => tickets::custom_fields::values::update;
    | GET "/api/v1/custom-fields" => tickets::custom_fields::definitions::api;
    | GET "/api/v1/tickets/{number}/time" => tickets::time_spent::acts::list;
    | POST "/api/v1/tickets/{number}/time" => tickets::time_spent::acts::spend;
    | GET "/api/v1/tickets/{number}/steps" => tickets::steps::acts::list;
    | POST "/api/v1/tickets/{number}/steps" => tickets::steps::acts::append;
    | POST "/api/v1/tickets/{number}/steps/{step}" => tickets::steps::acts::update;
    | POST "/api/v1/tickets/{number}/handling" => tickets::api::handle;
    | POST "/api/v1/tickets/{number}/waiting" => tickets::api::wait;
    | POST "/api/v1/tickets/{number}/answer" => tickets::api::answer;
    | POST "/api/v1/tickets/{number}/restoration" => tickets::api::restore;
    | POST "/api/v1/tickets/{number}/resolution" => tickets::api::resolve;
    | POST "/api/v1/tickets/{number}/closure" => tickets::api::close;
    | POST "/api/v1/tickets/{number}/reopening" => tickets::api::reopen;
    | POST "/api/v1/tickets/{number}/cancellation" => tickets::api::cancel;
    | POST "/api/v1/tickets/{number}/severity" => tickets::api::change_severity;
    | POST "/api/v1/tickets/{number}/assignment" => tickets::api::assign;
    | POST "/api/v1/tickets/{number}/onsite-request" => tickets::api::request_onsite;
    | POST "/api/v1/tickets/{number}/onsite-withdrawal" => tickets::api::withdraw_onsite;
    | POST "/api/v1/tickets/{number}/arrival" => tickets::api::arrive;
    | POST "/api/v1/tickets/{number}/remote-analysis" => tickets::api::analyse;
    | POST "/api/v1/tickets/{number}/diagnosis" => tickets::api::diagnose;
    | POST "/api/v1/tickets/{number}/plan" => tickets::api::plan;
    | POST "/api/v1/tickets/{number}/agreement" => tickets::api::agree;
    | POST "/api/v1/tickets/{number}/waiver" => tickets::api::waive;
    | POST "/api/v1/tickets/{number}/note" => tickets::api::note;
    | POST "/api/v1/tickets/{number}/links" => tickets::api::link;
    | DELETE "/api/v1/tickets/{number}/links/{other}/{relation}" => tickets::api::unlink;
    | POST "/api/v1/tickets/{number}/merge" => tickets::api::merge;
    | POST "/api/v1/tickets/{number}/watch" => tickets::api::watch;
    | POST "/api/v1/tickets/{number}/attachments" => tickets::api::attach;

    | POST "/tickets/{number}/articles" => tickets::articles::create;
    | POST "/tickets/{number}/articles/{id}/removal" => tickets::articles::remove;
    | POST "/tickets/{number}/articles/{id}/solution" => tickets::articles::send_to_customer;

    // the support database
    | GET "/articles" => articles::pages::index;
    | POST "/articles" => articles::write::create;
    | GET "/articles/new" => articles::write::new;
    | POST "/articles/preview" => articles::write::preview;
    | GET "/articles/gaps" => articles::gaps::page;
    | POST "/articles/gaps/{id}/removal" => articles::gaps::remove;
    | GET "/articles/{id}" => articles::pages::show;
    | POST "/articles/{id}" => articles::write::update;
    | GET "/articles/{id}/edit" => articles::write::edit;
    | GET "/articles/{id}/editions" => articles::editions::show;
    | POST "/articles/{id}/publication" => articles::pages::publish;
    | POST "/articles/{id}/retirement" => articles::pages::retire;
    | POST "/articles/{id}/review" => articles::pages::review;
    | POST "/articles/{id}/tickets" => articles::pages::link_ticket;
    | POST "/articles/{id}/tickets/removal" => articles::pages::unlink_ticket;
    | POST "/articles/{id}/files" => articles::files::upload;
    | POST "/articles/{id}/files/{file}/removal" => articles::files::remove;
    | GET "/article-files/{id}/{name}" => articles::files::serve;
    | GET "/lookup/articles" => articles::pages::lookup;
    | GET "/api/v1/articles" => articles::api::list;
    | POST "/api/v1/articles" => articles::api::create;
    | GET "/api/v1/articles/{id}" => articles::api::show;
    | PATCH "/api/v1/articles/{id}" => articles::api::update;
    | GET "/api/v1/articles/{id}/editions" => articles::api::editions;
    | POST "/api/v1/articles/{id}/publication" => articles::api::publish;
    | POST "/api/v1/articles/{id}/retirement" => articles::api::retire;
    | POST "/api/v1/articles/{id}/review" => articles::api::review;
    | GET "/api/v1/tickets/{number}/articles" => articles::api::of_ticket;
    | POST "/api/v1/tickets/{number}/articles" => articles::api::link;
    | DELETE "/api/v1/tickets/{number}/articles/{id}" => articles::api::unlink;
    | POST "/api/v1/tickets/{number}/articles/{id}/solution" => articles::api::send;

    // what is owed about any noun
    | GET "/obligations/{id}" => obligations::pages::show;
    // the hotline: console, calls, what is owed to callers
    | GET "/console" => calls::console::page;
    | GET "/console/ahead" => calls::console::look_up;
    | POST "/console/{id}" => calls::console::create;
    | GET "/console/{id}/another" => calls::console::another;
    | GET "/calls" => calls::pages::list;
    | POST "/calls" => calls::acts::begin;
    | GET "/calls/todo" => calls::worklist::list;
    | GET "/calls/todo/{id}" => calls::worklist::show;
    | POST "/calls/todo/{id}/attempts" => calls::worklist::create;
    | POST "/calls/todo/{id}/withdrawal" => calls::worklist::withdraw;
    | POST "/calls/todo/{id}/owner" => calls::worklist::take;
    | GET "/calls/hand-over" => calls::shift::page;
    | POST "/calls/hand-over" => calls::shift::create;
    | POST "/calls/hand-over/{id}/acceptance" => calls::shift::accept;
    | GET "/calls/{id}" => calls::pages::show;
    | POST "/calls/{id}/answer" => calls::acts::answer;
    | POST "/calls/{id}/hold" => calls::acts::hold;
    | POST "/calls/{id}/caller" => calls::console::caller;
    | POST "/calls/{id}/ticket" => calls::acts::link;
    | POST "/calls/{id}/visit" => calls::acts::change_visit;
    | GET "/tickets/{number}/calls" => calls::pages::of_ticket;
    | GET "/contacts/{id}/history" => contact_history::pages::page;
    | GET "/api/v1/contacts/{id}/history" => contact_history::api::list;
    | GET "/api/v1/calls" => calls::api::list;
    | POST "/api/v1/calls/events" => calls::api::tell;
    | GET "/drafts" => drafts::api::show;
    | POST "/drafts" => drafts::api::save;
    // search
    | GET "/search" => search::everything::page;
    | GET "/search/like" => search::like::panel;
    | GET "/api/v1/search" => search::everything::api;

    // the command palette
    | GET "/palette" => search::pages::palette;
    | GET "/palette/customers" => search::pages::look_up_customers;
    | GET "/palette/sites" => search::pages::look_up_sites;

    // the queue and its views
    | GET "/queue" => queue::pages::page;
    | GET "/queue/rows" => queue::pages::rows;
    | GET "/queue/customers" => queue::pages::customers;
    | GET "/queue/bulk/new" => queue::bulk::pages::new;
    | POST "/queue/bulk" => queue::bulk::pages::create;
    | GET "/queue/bulk/{id}" => queue::bulk::pages::show;
    | POST "/queue/bulk/{id}/step" => queue::bulk::pages::step;
    | POST "/queue/bulk/{id}/run" => queue::bulk::pages::run;
    | POST "/queue/bulk/{id}/undo" => queue::bulk::pages::undo;
    | GET "/views" => queue::views::pages::list;
    | GET "/views/new" => queue::views::pages::new;
    | POST "/views" => queue::views::pages::create;
    | GET "/views/{id}/edit" => queue::views::pages::edit;
    | POST "/views/{id}" => queue::views::pages::update;
    | POST "/views/{id}/removal" => queue::views::pages::remove;
    | GET "/api/v1/queue" => queue::api::list;
    | GET "/api/v1/views" => queue::views::api::list;
    | POST "/api/v1/views" => queue::views::api::create;
    | PUT "/api/v1/views/{id}" => queue::views::api::update;
    | DELETE "/api/v1/views/{id}" => queue::views::api::remove;

    // signing in, and one's own account
    public | GET "/sign-in" => people::sign_in::page;
    public | POST "/sign-in" => people::sign_in::create;
    public | POST "/language" => people::sign_in::language;
    public | GET "/set-up/{token}" => people::links::set_up;
    public | POST "/set-up/{token}" => people::links::finish_set_up;
    public | GET "/password/{token}" => people::links::password;
    public | POST "/password/{token}" => people::links::set_password;
    | POST "/sign-out" => people::sign_in::end;
    | POST "/theme" => people::account::theme;
    | GET "/account" => people::account::page;
    | POST "/account" => people::account::save;
    | POST "/account/password" => people::account::change_password;
    | POST "/account/sessions/end" => people::account::end_others;
    | POST "/account/sessions/{id}/end" => people::account::end_session;
    | POST "/account/tokens" => people::tokens::create;
    | POST "/account/tokens/{id}/revoke" => people::tokens::revoke;

    // what is told to the world
    | GET "/deliveries" => notifications::pages::index;
    | GET "/deliveries/{id}" => notifications::pages::show;
    | POST "/deliveries/{id}/retry" => notifications::pages::retry;
    | GET "/health" => health::pages::page;
    | GET "/notices" => notifications::bell::pages::index;
    | GET "/notices/count" => notifications::bell::pages::count;
    | POST "/notices/read" => notifications::bell::pages::read_all;
    | GET "/notices/{id}" => notifications::bell::pages::open;
    | GET "/account/notices" => notifications::choices::page;
    | POST "/account/notices" => notifications::choices::save;
    | GET "/settings/notices" => notifications::preview::page;
    | POST "/settings/notices" => notifications::preview::save;
    | GET "/gateways" => notifications::gateways::pages::index;
    | POST "/gateways" => notifications::gateways::pages::create;
    | GET "/gateways/new" => notifications::gateways::pages::new;
    | GET "/gateways/{id}" => notifications::gateways::pages::show;
    | POST "/gateways/{id}" => notifications::gateways::pages::update;
    | POST "/gateways/{id}/secret" => notifications::gateways::pages::rotate;
    | POST "/gateways/{id}/pause" => notifications::gateways::pages::pause;
    | POST "/gateways/{id}/resume" => notifications::gateways::pages::resume;
    | POST "/gateways/{id}/try" => notifications::gateways::pages::try_out;
    | GET "/teams/{id}/escalation" => escalations::pages::chain;
    | POST "/teams/{id}/escalation" => escalations::pages::save_chain;
    | POST "/tickets/{number}/acknowledgement" => escalations::pages::by_button;
    | POST "/api/v1/tickets/{number}/acknowledgement" => escalations::api::acknowledge;
    public | GET "/acknowledge/{id}/{person}/{signature}" => escalations::pages::link;
    public | POST "/acknowledge/{id}/{person}/{signature}" => escalations::pages::by_link;
    | GET "/settings" => settings::index;
    | GET "/settings/company" => company::pages::page;
    | POST "/settings/company" => company::pages::save;
    | GET "/api/v1/company" => company::pages::show;
    | PUT "/api/v1/company" => company::pages::update;
    | GET "/settings/fields" => tickets::custom_fields::definitions::list;
    | POST "/settings/fields" => tickets::custom_fields::definitions::create;
    | GET "/settings/fields/new" => tickets::custom_fields::definitions::new;
    | GET "/settings/fields/{id}" => tickets::custom_fields::definitions::show;
    | POST "/settings/fields/{id}" => tickets::custom_fields::definitions::update;
    | POST "/settings/fields/{id}/archive" => tickets::custom_fields::definitions::archive;
    | POST "/settings/fields/{id}/restoration" => tickets::custom_fields::definitions::restore;
    | GET "/replies" => replies::pages::list;
    | POST "/replies" => replies::pages::create;
    | GET "/replies/new" => replies::pages::new;
    | GET "/replies/{id}" => replies::pages::show;
    | POST "/replies/{id}" => replies::pages::update;
    | POST "/replies/{id}/archive" => replies::pages::archive;
    | GET "/checklists" => tickets::steps::lists::list;
    | POST "/checklists" => tickets::steps::lists::create;
    | GET "/checklists/new" => tickets::steps::lists::new;
    | GET "/checklists/{id}" => tickets::steps::lists::show;
    | POST "/checklists/{id}" => tickets::steps::lists::update;
    | POST "/checklists/{id}/archive" => tickets::steps::lists::archive;
    | GET "/settings/mail" => notifications::settings::page;
    | POST "/settings/mail" => notifications::settings::save;
    | POST "/settings/mail/try" => notifications::settings::try_out;

    // mailboxes that are read
    | GET "/mailboxes" => mailboxes::pages::index;
    | POST "/mailboxes" => mailboxes::pages::create;
    | GET "/mailboxes/new" => mailboxes::pages::new;
    | GET "/mailboxes/{id}" => mailboxes::pages::show;
    | POST "/mailboxes/{id}" => mailboxes::pages::update;
    | POST "/mailboxes/{id}/pause" => mailboxes::pages::pause;
    | POST "/mailboxes/{id}/resume" => mailboxes::pages::resume;
    | POST "/mailboxes/{id}/try" => mailboxes::pages::try_out;

    // people and teams
    | GET "/people" => people::pages::list;
    | POST "/people" => people::pages::create;
    | GET "/people/new" => people::pages::new;
    | GET "/people/lookup" => people::pages::lookup;
    | GET "/people/{id}" => people::pages::show;
    | POST "/people/{id}" => people::pages::save;
    | POST "/people/{id}/deactivate" => people::pages::deactivate;
    | POST "/people/{id}/reactivate" => people::pages::reactivate;
    | POST "/people/{id}/password-link" => people::pages::password_link;
    | POST "/people/{id}/sessions/end" => people::pages::end_sessions;
    | GET "/teams" => teams::pages::list;
    | POST "/teams" => teams::pages::create;
    | GET "/teams/new" => teams::pages::new;
    | GET "/teams/{id}" => teams::pages::show;
    | POST "/teams/{id}" => teams::pages::save;
    | POST "/teams/{id}/members" => teams::pages::add_member;
    | POST "/teams/{id}/members/{person}/remove" => teams::pages::remove_member;
    | POST "/teams/{id}/archive" => teams::pages::archive;
    | POST "/teams/{id}/restore" => teams::pages::restore;

    // the customer's portal
    public | GET "/portal/sign-in" => portal::sign_in::page;
    public | POST "/portal/sign-in" => portal::sign_in::create;
    public | POST "/portal/link" => portal::sign_in::send_link;
    public | GET "/portal/in/{token}" => portal::sign_in::link;
    public | POST "/portal/in/{token}" => portal::sign_in::use_link;
    public | GET "/portal/invitation/{token}" => portal::sign_in::invitation;
    public | POST "/portal/invitation/{token}" => portal::sign_in::accept_invitation;
    guest | POST "/portal/sign-out" => portal::sign_in::end;
    guest | GET "/portal/account" => portal::account::page;
    guest | POST "/portal/account" => portal::account::save;
    guest | POST "/portal/account/password" => portal::account::set_password;
    guest | GET "/portal" => portal::home::page;
    guest | GET "/portal/tickets" => portal::home::list;
    guest | GET "/portal/report" => portal::report::form;
    guest | POST "/portal/report" => portal::report::create;
    guest | GET "/portal/tickets/{number}" => portal::ticket::show;
    guest | GET "/portal/tickets/{number}/receipt" => portal::report::receipt;
    guest | POST "/portal/tickets/{number}/answer" => portal::acts::answer;
    guest | POST "/portal/tickets/{number}/confirmation" => portal::acts::confirm;
    guest | POST "/portal/tickets/{number}/reopening" => portal::acts::reopen;
    guest | POST "/portal/tickets/{number}/reply" => portal::acts::reply;
    guest | GET "/portal/attachments/{id}/{name}" => portal::ticket::attachment;
    guest | POST "/portal/tickets/{number}/proposals/{id}/acceptance" => portal::agree::accept;
    guest | POST "/portal/tickets/{number}/proposals/{id}/refusal" => portal::agree::decline;
    guest | POST "/portal/tickets/{number}/remote" => portal::agree::give_consent;
    guest | POST "/portal/tickets/{number}/remote/{id}/withdrawal" => portal::agree::withdraw_consent;
    guest | GET "/portal/articles" => portal::articles::list;
    guest | GET "/portal/articles/like" => portal::articles::like;
    guest | GET "/portal/articles/{id}" => portal::articles::show;
    guest | POST "/portal/articles/{id}/answer" => portal::articles::answer;
    guest | GET "/portal/article-files/{id}/{name}" => portal::articles::file;
    guest | GET "/portal/assets" => portal::registry::assets;
    guest | GET "/portal/assets/{id}" => portal::registry::asset;
    guest | GET "/portal/contracts" => portal::registry::contracts;
    guest | GET "/portal/contracts/{id}" => portal::registry::contract;
    guest | GET "/portal/duty-log" => portal::duty_log::page;
    guest | POST "/portal/duty-log" => portal::duty_log::create;
    guest | GET "/portal/duty-photos/{id}/{name}" => portal::duty_log::picture;
    public | GET "/q/{code}" => portal::labels::scan;
    public | GET "/lookup" => portal::lookup::page;
    public | POST "/lookup" => portal::lookup::create;
    public | GET "/status/{token}" => portal::lookup::status;
    | POST "/tickets/{number}/public-link" => portal::lookup::hand_over;
    | GET "/labels" => portal::labels::sheet;
    | GET "/security" => security::page;

    // remote access, proposals, the duty log
    | POST "/tickets/{number}/remote/consents" => remote_access::panel::give;
    | POST "/tickets/{number}/remote/consents/{id}/withdrawal" => remote_access::panel::withdraw;
    | POST "/tickets/{number}/remote/sessions" => remote_access::panel::enter;
    | POST "/tickets/{number}/remote/sessions/{id}/end" => remote_access::panel::leave;
    | POST "/assets/{id}/remote-links" => remote_access::links::create;
    | POST "/assets/{id}/remote-links/{link}/removal" => remote_access::links::remove;
    | POST "/tickets/{number}/proposals" => tickets::proposals::create;
    | POST "/tickets/{number}/proposals/{id}/withdrawal" => tickets::proposals::take_back;
    | GET "/sites/{id}/service" => service_records::pages::page;
    | POST "/sites/{id}/service" => service_records::pages::create;
    | GET "/sites/{id}/duty-log" => customers::sites::duty_log::page;
    | GET "/duty-photos/{id}/{name}" => customers::sites::duty_log::picture;
    | GET "/api/v1/portal-accesses" => customers::contacts::access_api::list;
    | PUT "/api/v1/contacts/{id}/portal-access" => customers::contacts::access_api::put;
    | DELETE "/api/v1/contacts/{id}/portal-access" => customers::contacts::access_api::delete;
    | GET "/api/v1/tickets/{number}/consents" => remote_access::api::list;
    | POST "/api/v1/tickets/{number}/consents" => remote_access::api::create;
    | POST "/api/v1/tickets/{number}/consents/{id}/withdrawal" => remote_access::api::withdraw;
    | GET "/api/v1/sites/{id}/duty-log" => customers::sites::duty_log_api::list;
    | POST "/api/v1/sites/{id}/duty-log" => customers::sites::duty_log_api::create;

    // the registry: customers, sites, contacts
    | GET "/customers" => customers::pages::index;
    | POST "/customers" => customers::pages::create;
    | GET "/customers/new" => customers::pages::new;
    | GET "/customers/{id}" => customers::pages::show;
    | POST "/customers/{id}" => customers::pages::update;
    | GET "/customers/{id}/edit" => customers::pages::edit;
    | POST "/customers/{id}/archive" => customers::pages::archive;
    | POST "/customers/{id}/restore" => customers::pages::restore;
    | GET "/sites" => customers::sites::pages::index;
    | POST "/sites" => customers::sites::pages::create;
    | GET "/sites/new" => customers::sites::pages::new;
    | GET "/sites/{id}" => customers::sites::pages::show;
    | POST "/sites/{id}" => customers::sites::pages::update;
    | GET "/sites/{id}/edit" => customers::sites::pages::edit;
    | POST "/sites/{id}/archive" => customers::sites::pages::archive;
    | POST "/sites/{id}/restore" => customers::sites::pages::restore;
    | GET "/contacts" => customers::contacts::pages::index;
    | POST "/contacts" => customers::contacts::pages::create;
    | GET "/contacts/new" => customers::contacts::pages::new;
    | GET "/contacts/{id}" => customers::contacts::pages::show;
    | POST "/contacts/{id}" => customers::contacts::pages::update;
    | GET "/contacts/{id}/edit" => customers::contacts::pages::edit;
    | POST "/contacts/{id}/archive" => customers::contacts::pages::archive;
    | POST "/contacts/{id}/restore" => customers::contacts::pages::restore;
    | POST "/contacts/{id}/mail-mended" => customers::contacts::failing::mended;
    | POST "/contacts/{id}/portal-access" => customers::contacts::access::save;
    | POST "/contacts/{id}/portal-access/end" => customers::contacts::access::finish;
    | POST "/contacts/{id}/portal-access/invitation" => customers::contacts::access::invitation;

    // the registry: commitments, contracts
    | GET "/commitments" => commitments::pages::index;
    | POST "/commitments" => commitments::pages::create;
    | GET "/commitments/new" => commitments::pages::new;
    | GET "/commitments/{id}" => commitments::show::show;
    | GET "/commitments/{id}/file" => commitments::show::file;
    | GET "/commitments/{id}/paper.pdf" => commitments::paper::show;
    | GET "/commitments/{id}/changes/{other}" => commitments::changes::show;
    | GET "/commitments/{id}/edit" => commitments::edit::form;
    | POST "/commitments/{id}/edit" => commitments::edit::update;
    | GET "/commitments/{id}/preview" => commitments::preview::show;
    | POST "/commitments/{id}/preview" => commitments::preview::step;
    | GET "/contracts" => contracts::pages::index;
    | POST "/contracts" => contracts::pages::create;
    | GET "/contracts/new" => contracts::pages::new;
    | GET "/contracts/{id}" => contracts::show::show;
    | POST "/contracts/{id}" => contracts::pages::update;
    | GET "/contracts/{id}/edit" => contracts::pages::edit;
    | POST "/contracts/{id}/commitment" => contracts::pages::bind;
    | POST "/contracts/{id}/engineer" => contracts::pages::dedicate;
    | POST "/contracts/{id}/sites" => contracts::pages::add_site;
    | POST "/contracts/{id}/sites/{site}/remove" => contracts::pages::remove_site;
    | POST "/contracts/{id}/acceptances" => contracts::pages::accept;
    | POST "/contracts/{id}/end" => contracts::pages::end;
    | POST "/contracts/{id}/archive" => contracts::pages::archive;
    | POST "/contracts/{id}/restore" => contracts::pages::restore;

    // the registry: products, assets
    | GET "/products" => installed_base::products::pages::index;
    | POST "/products" => installed_base::products::pages::create;
    | GET "/products/new" => installed_base::products::pages::new;
    | GET "/products/{id}" => installed_base::products::pages::show;
    | POST "/products/{id}" => installed_base::products::pages::update;
    | GET "/products/{id}/edit" => installed_base::products::pages::edit;
    | POST "/products/{id}/archive" => installed_base::products::pages::archive;
    | POST "/products/{id}/restore" => installed_base::products::pages::restore;
    | GET "/assets" => installed_base::assets::pages::index;
    | POST "/assets" => installed_base::assets::pages::create;
    | GET "/assets/new" => installed_base::assets::pages::new;
    | GET "/assets/{id}" => installed_base::assets::show::show;
    | POST "/assets/{id}" => installed_base::assets::pages::update;
    | GET "/assets/{id}/edit" => installed_base::assets::pages::edit;
    | GET "/assets/{id}/coverage" => coverage::pages::show;
    | POST "/assets/{id}/coverage" => coverage::pages::record;
    | POST "/assets/{id}/archive" => installed_base::assets::pages::archive;
    | POST "/assets/{id}/restore" => installed_base::assets::pages::restore;

    // the registry: look-up fields, saved filters
    | GET "/lookup/customers" => customers::pages::lookup;
    | GET "/lookup/sites" => customers::sites::pages::lookup;
    | GET "/lookup/contacts" => customers::contacts::pages::lookup;
    | GET "/lookup/contracts" => contracts::pages::lookup;
    | GET "/lookup/people" => contracts::pages::lookup_people;
    | GET "/lookup/commitments" => commitments::pages::lookup;
    | GET "/lookup/products" => installed_base::products::pages::lookup;
    | GET "/lookup/assets" => installed_base::assets::pages::lookup;
    | POST "/saved-filters" => records::saved::create;
    | POST "/saved-filters/{id}/remove" => records::saved::remove;

    // messages
    | GET "/messages" => channels::pages::index;
    | GET "/messages/{id}" => channels::pages::show;
    | GET "/messages/{id}/page" => channels::pages::page;
    | GET "/messages/{id}/raw" => channels::pages::raw;
    | GET "/messages/{id}/parts/{place}" => channels::pages::part;
    | GET "/messages/{id}/pages/{place}" => channels::pages::fax_page;
    | POST "/messages/{id}/ticket" => channels::pages::open_ticket;
    | POST "/messages/{id}/note" => channels::pages::put_on_ticket;
    | POST "/api/v1/faxes" => channels::fax::receive;
    | GET "/settings/fax" => channels::fax_settings::page;
    | POST "/settings/fax" => channels::fax_settings::save;
    | POST "/messages/{id}/retry" => channels::pages::retry;
    | POST "/messages/{id}/dismissal" => channels::pages::dismiss;
    | GET "/api/v1/messages" => channels::api::list;
    | GET "/api/v1/messages/{id}" => channels::api::show;
    | POST "/api/v1/messages/{id}/ticket" => channels::api::open_ticket;

    // the registry: imports
    | GET "/imports" => imports::pages::index;
    | POST "/imports" => imports::upload::create;
    | GET "/imports/new" => imports::pages::new;
    | GET "/imports/template/{noun}" => imports::pages::template;
    | GET "/imports/{id}" => imports::show::show;
    | POST "/imports/{id}/check" => imports::show::check;
    | POST "/imports/{id}/apply" => imports::show::apply;
    | POST "/imports/{id}/stop" => imports::show::stop;
    | GET "/imports/{id}/refused.csv" => imports::report::refused;

    // the registry over the API
    | GET "/api/v1/customers" => customers::api::list;
    | POST "/api/v1/customers" => customers::api::create;
    | GET "/api/v1/customers/{id}" => customers::api::show;
    | PATCH "/api/v1/customers/{id}" => customers::api::update;
    | POST "/api/v1/customers/{id}/archive" => customers::api::archive;
    | POST "/api/v1/customers/{id}/restore" => customers::api::restore;
    | GET "/api/v1/sites" => customers::sites::api::list;
    | POST "/api/v1/sites" => customers::sites::api::create;
    | GET "/api/v1/sites/{id}" => customers::sites::api::show;
    | PATCH "/api/v1/sites/{id}" => customers::sites::api::update;
    | POST "/api/v1/sites/{id}/archive" => customers::sites::api::archive;
    | POST "/api/v1/sites/{id}/restore" => customers::sites::api::restore;
    | GET "/api/v1/contacts" => customers::contacts::api::list;
    | POST "/api/v1/contacts" => customers::contacts::api::create;
    | GET "/api/v1/contacts/{id}" => customers::contacts::api::show;
    | PATCH "/api/v1/contacts/{id}" => customers::contacts::api::update;
    | POST "/api/v1/contacts/{id}/archive" => customers::contacts::api::archive;
    | POST "/api/v1/contacts/{id}/restore" => customers::contacts::api::restore;
    | GET "/api/v1/contracts" => contracts::api::list;
    | POST "/api/v1/contracts" => contracts::api::create;
    | GET "/api/v1/contracts/{id}" => contracts::api::show;
    | PATCH "/api/v1/contracts/{id}" => contracts::api::update;
    | POST "/api/v1/contracts/{id}/archive" => contracts::api::archive;
    | POST "/api/v1/contracts/{id}/restore" => contracts::api::restore;
    | GET "/api/v1/products" => installed_base::products::api::list;
    | POST "/api/v1/products" => installed_base::products::api::create;
    | GET "/api/v1/products/{id}" => installed_base::products::api::show;
    | PATCH "/api/v1/products/{id}" => installed_base::products::api::update;
    | POST "/api/v1/products/{id}/archive" => installed_base::products::api::archive;
    | POST "/api/v1/products/{id}/restore" => installed_base::products::api::restore;
    | GET "/api/v1/assets" => installed_base::assets::api::list;
    | POST "/api/v1/assets" => installed_base::assets::api::create;
    | GET "/api/v1/assets/{id}" => installed_base::assets::api::show;
    | PATCH "/api/v1/assets/{id}" => installed_base::assets::api::update;
    | GET "/api/v1/assets/{id}/coverage" => coverage::api::show;
    | POST "/api/v1/assets/{id}/events" => coverage::api::record;
    | POST "/api/v1/assets/{id}/archive" => installed_base::assets::api::archive;
    | POST "/api/v1/assets/{id}/restore" => installed_base::assets::api::restore;
    | POST "/api/v1/contracts/{id}/commitments" => contracts::api::bind;
    | POST "/api/v1/contracts/{id}/engineer" => contracts::api::dedicate;
    | POST "/api/v1/contracts/{id}/sites" => contracts::api::add_site;
    | DELETE "/api/v1/contracts/{id}/sites/{site}" => contracts::api::remove_site;
    | POST "/api/v1/contracts/{id}/acceptances" => contracts::api::accept;
    | POST "/api/v1/contracts/{id}/end" => contracts::api::end;
    | GET "/api/v1/commitments" => commitments::api::list;
    | POST "/api/v1/commitments" => commitments::api::create;
    | GET "/api/v1/commitments/{id}" => commitments::api::show;
}

/// The whole application as a service.
pub fn router(app: App) -> Router {
    table()
        .fallback(nowhere)
        .method_not_allowed_fallback(wrong_method)
        .layer(
            ServiceBuilder::new()
                .layer(CompressionLayer::new())
                .layer(DefaultBodyLimit::max(app.config.request_limit_bytes))
                .layer(from_fn_with_state(app.clone(), entrance))
                .layer(CatchPanicLayer::custom(panicked)),
        )
        .with_state(app)
}

/// What every request goes through, from the outside in.
///
/// It is one layer: the router keeps each layer of its own apart, and copies all that lies inside of it for each request.
pub async fn entrance(State(app): State<App>, address: Address, request: Request, next: Next) -> Response {
    let answer = async |request| next.run(request).await;
    let once = async |request| once::layer(&app, request, answer).await;
    let same_site = async |request| same_site(&app, request, once).await;
    let present = async |request| present(request, same_site).await;
    let watch = async |request| security::watch(&app, address, request, present).await;
    let identify = async |request| actor::identify(&app, request, watch).await;
    let headers = async |request| headers(&app, request, identify).await;
    metrics::measure(request, headers).await
}

fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let said =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    axum::response::IntoResponse::into_response(Failure::broke(format!(
        "panic: {}",
        said.unwrap_or("unknown")
    )))
}
