//! Stories of people: from the first link to the last session.

use http::Method;
use rules::access::{Permission, Role};
use serde_json::Value;

use super::links::set_up_link;
use super::store;
use crate::testing::{TestApp, each_app, on};

async fn first_link(t: &TestApp) -> String {
    let app = t.app.clone();
    let link = tokio::task::spawn_blocking(move || set_up_link(&app)).await.unwrap().unwrap();
    let link = link.expect("nobody has an account");
    link[link.find("/set-up/").unwrap()..].to_owned()
}

/// The names of the facts that were recorded, in order.
async fn facts(t: &TestApp, kind: &'static str, id: i64) -> Vec<String> {
    let story =
        t.app.read(move |tx| Ok(ledger::story_of(tx, &ledger::Subject::new(kind, id))?)).await.unwrap();
    story.into_iter().map(|fact| fact.name).collect()
}

#[test]
fn the_first_administrator_comes_in_by_a_link_that_works_once() {
    each_app(async |t| {
        let old = first_link(t).await;
        let link = first_link(t).await;
        t.get(&old).await.has_status(410);
        t.get(&link).await.ok();
        let short = [("name", "Zhou"), ("login", "zhou"), ("password", "short"), ("password_again", "short")];
        t.post_form(&link, &short).await.has_status(422).sees("value=\"Zhou\"");
        let good = [
            ("name", "Zhou"),
            ("login", "Zhou"),
            ("password", "long enough"),
            ("password_again", "long enough"),
        ];
        t.post_form(&link, &good).await.goes_to("/");
        t.get("/account").await.ok().sees("Zhou");
        t.forget_cookies();
        t.get(&link).await.has_status(410);
        t.post_form(&link, &good).await.has_status(410);
        let app = t.app.clone();
        let again = tokio::task::spawn_blocking(move || set_up_link(&app)).await.unwrap().unwrap();
        assert_eq!(again, None);
        assert_eq!(facts(t, "user", 1).await, ["user.created", "user.password_set"]);
        t.post_form("/sign-in", &[("login", "ZHOU"), ("password", "long enough"), ("next", "/people")])
            .await
            .goes_to("/people");
    });
}

#[test]
fn a_link_expires() {
    each_app(async |t| {
        let link = first_link(t).await;
        t.advance("24h");
        t.get(&link).await.has_status(410);
    });
}

#[test]
fn passwords_cannot_be_tried_out() {
    on(db::Dialect::Sqlite, async |t| {
        t.add_person("li", Role::Engineer).await;
        let wrong = [("login", "li"), ("password", "guess")];
        for _ in 0..8 {
            t.post_form("/sign-in", &wrong).await.has_status(422);
        }
        let answer = t.post_form("/sign-in", &wrong).await.has_status(429);
        assert!(answer.headers.contains_key("retry-after"));
        t.advance("16m");
        t.post_form("/sign-in", &wrong).await.has_status(422);
    });
}

#[test]
fn an_account_is_made_edited_and_switched_off() {
    each_app(async |t| {
        let boss = t.sign_in(Role::Administrator).await.get();
        let form = [("name", "Wang"), ("login", "wang"), ("role", "engineer"), ("email", ""), ("phone", "")];
        let made = t.post_form("/people", &form).await.ok();
        let link = format!("/password/{}", made.between("/password/", "<"));
        t.post_form("/people", &form).await.has_status(422).sees("value=\"Wang\"");
        let id = t.app.read(|tx| Ok(store::lock(tx, "wang")?)).await.unwrap().unwrap().id;
        let page = format!("/people/{id}");

        let edit = [("name", "Wang Fang"), ("login", "wang"), ("role", "dispatcher"), ("version", "1")];
        t.post_form(&page, &edit).await.goes_to(&page);
        t.get(&page).await.ok().sees("Wang Fang");
        t.post_form(&page, &edit).await.has_status(409);
        t.post_form(&format!("/people/{boss}/deactivate"), &[]).await.has_status(409);
        let demote = [("name", "a"), ("login", "administrator"), ("role", "engineer"), ("version", "1")];
        t.post_form(&format!("/people/{boss}"), &demote).await.has_status(409);

        t.forget_cookies();
        let password = [("password", "a long password"), ("password_again", "a long password")];
        t.post_form(&link, &password).await.goes_to("/");
        t.get("/people").await.ok();
        t.get("/people/new").await.has_status(403);
        t.get(&link).await.has_status(410);

        t.sign_in(Role::Administrator).await;
        t.post_form(&format!("{page}/deactivate"), &[("reason", "left")]).await.goes_to(&page);
        t.post_form(&format!("{page}/password-link"), &[]).await.has_status(409);
        t.forget_cookies();
        t.post_form("/sign-in", &[("login", "wang"), ("password", "a long password")]).await.has_status(422);
        let expected = [
            "user.created",
            "user.password_link_issued",
            "user.edited",
            "user.role_changed",
            "user.password_set",
            "user.deactivated",
        ];
        assert_eq!(facts(t, "user", id.get()).await, expected);
    });
}

#[test]
fn sessions_are_listed_ended_and_expire() {
    each_app(async |t| {
        let id = t.sign_in(Role::Hotline).await;
        t.sign_in_as(id).await;
        t.get("/account").await.ok().sees("/account/sessions/1/end").lacks("/account/sessions/2/end");
        t.post_form("/account/sessions/1/end", &[]).await.goes_to("/account");
        t.get("/account").await.ok().lacks("/account/sessions/1/end");
        t.post_form("/account/sessions/99/end", &[]).await.has_status(404);
        t.sign_in_as(id).await;
        t.post_form("/account/sessions/end", &[]).await.goes_to("/account");
        t.post_form("/sign-out", &[]).await.goes_to("/sign-in");
        t.get("/account").await.goes_to("/sign-in?next=%2Faccount");
        t.sign_in_as(id).await;
        t.advance("400d");
        t.get("/account").await.goes_to("/sign-in?next=%2Faccount");
        t.work().await;
    });
}

#[test]
fn one_speaks_ones_own_language() {
    each_app(async |t| {
        t.get("/sign-in").await.ok().sees("lang=\"zh-Hans\"");
        t.post_form("/language", &[("locale", "en")]).await.goes_to("/sign-in");
        t.get("/sign-in").await.ok().sees("lang=\"en\"");
        t.sign_in(Role::Engineer).await;
        let settings = [("locale", "zh-Hant"), ("zone", "Asia/Taipei"), ("theme", "dark")];
        t.post_form("/account", &settings).await.goes_to("/account");
        t.get("/account").await.ok().sees("lang=\"zh-Hant\"").sees("data-theme=\"dark\"").sees("Asia/Taipei");
        let wrong = [("locale", "zh-Hant"), ("zone", "Asia/Peking"), ("theme", "dark")];
        t.post_form("/account", &wrong).await.has_status(422).sees("value=\"Asia/Peking\"");
    });
}

#[test]
fn a_token_is_shown_once_and_good_for_its_scopes() {
    each_app(async |t| {
        let id = t.sign_in(Role::Manager).await.get();
        t.post_form("/account/tokens", &[("name", "probe"), ("days", "30")]).await.has_status(422);
        let beyond = [("name", "probe"), ("days", "30"), ("scopes", "manage-people")];
        t.post_form("/account/tokens", &beyond).await.has_status(403);
        let form = [("name", "probe"), ("days", "30"), ("scopes", "view-people"), ("scopes", "view-tickets")];
        let made = t.post_form("/account/tokens", &form).await.ok();
        let token = made.between("data-copy=\"", "\"");
        t.get("/account").await.ok().sees("probe").lacks(&token);
        t.forget_cookies();
        let get = async |path: &str| t.api(Method::GET, path, &token, Value::Null).await;
        get("/people/lookup?q=man").await.ok().sees("manager");
        get("/people/new").await.has_status(403);
        t.advance("31d");
        get("/people/lookup").await.has_status(303);
        assert_eq!(facts(t, "user", id).await, ["token.created"]);
    });
}

#[test]
fn a_revoked_token_opens_nothing() {
    each_app(async |t| {
        let id = t.sign_in(Role::Manager).await;
        let token = t.token(id, &[Permission::ViewPeople]).await;
        let probe = async || t.api(Method::GET, "/people/lookup", &token, Value::Null).await;
        probe().await.ok();
        t.post_form("/account/tokens/1/revoke", &[]).await.goes_to("/account");
        probe().await.has_status(303);
    });
}

#[test]
fn a_team_gathers_people() {
    each_app(async |t| {
        let li = t.add_person("li", Role::Engineer).await;
        t.sign_in(Role::Manager).await;
        t.post_form("/teams", &[("name", "North")]).await.goes_to("/teams/1");
        t.post_form("/teams", &[("name", "North")]).await.has_status(422);
        t.post_form("/teams/1/members", &[("person", &li.to_string())]).await.goes_to("/teams/1");
        t.post_form("/teams/1/members", &[("person", ""), ("person_text", "manager")])
            .await
            .goes_to("/teams/1");
        t.post_form("/teams/1/members", &[("person", ""), ("person_text", "nobody")]).await.has_status(422);
        t.get("/teams/1").await.ok().sees(&format!("/people/{li}"));
        t.get(&format!("/people/{li}")).await.ok().sees("North");
        t.post_form(&format!("/teams/1/members/{li}/remove"), &[]).await.goes_to("/teams/1");
        t.post_form("/teams/1", &[("name", "North-West"), ("note", "n"), ("version", "1")])
            .await
            .goes_to("/teams/1");
        t.post_form("/teams/1", &[("name", "N"), ("note", ""), ("version", "1")]).await.has_status(409);
        t.post_form("/teams/1/archive", &[]).await.goes_to("/teams/1");
        t.post_form("/teams/1/archive", &[]).await.has_status(409);
        let names = facts(t, "team", 1).await;
        let expected = [
            "team.created",
            "team.member_added",
            "team.member_added",
            "team.member_removed",
            "team.edited",
            "team.archived",
        ];
        assert_eq!(names, expected);
    });
}

#[test]
fn the_list_of_people_is_filtered_and_paged() {
    each_app(async |t| {
        for number in 0..60 {
            t.add_person(&format!("p{number:02}"), Role::Engineer).await;
        }
        t.sign_in(Role::ReadOnly).await;
        let first = t.get("/people?role=engineer").await.ok().sees("p00").sees("p49").lacks("p50");
        let next = first.between("rel=\"next\" href=\"", "\"").replace("&amp;", "&");
        t.get(&next).await.ok().sees("p50").sees("p59").lacks("p49");
        t.get("/people?q=P07").await.ok().sees("p07").lacks("p08");
        t.get("/people?q=nobody").await.ok().lacks("<table");
        t.get("/people?state=inactive").await.ok().lacks("p00");
    });
}

#[test]
fn an_address_that_is_no_number_leads_nowhere() {
    on(db::Dialect::Sqlite, async |t| {
        t.sign_in(Role::Administrator).await;
        t.get("/people/x").await.has_status(404).sees("<html");
        t.get("/people/999").await.has_status(404);
        let long = "x".repeat(9 << 20);
        t.post_form("/people", &[("name", &long)]).await.has_status(413);
    });
}
