//! The queue through the front door, on both databases.

use app::commitments::{publish, store as commitments};
use app::contracts::store as contracts;
use app::customers::sites::store as sites;
use app::customers::store as customers;
use app::kernel::actor::By;
use app::teams::store as teams;
use app::testing::{TestApp, each_app};
use http::Method;
use rules::access::{Permission, Role};
use rules::contracts::ContractForm;
use rules::customers::{CustomerForm, SiteForm};
use rules::ids::*;
use rules::tickets::number::TicketNumber;
use serde_json::{Value, json};

/// Two customers with a site each, under the shipped commitment.
struct Town {
    library: SiteId,
    library_customer: CustomerId,
    school: SiteId,
}

async fn town(t: &TestApp) -> Town {
    let now = t.now();
    let draft = publish::shipped().unwrap();
    let made = t.app.change(By::System("story"), move |c| {
        let commitment = publish::publish(c, &draft, None)?;
        let mut places = Vec::new();
        for (code, name) in [("LIB", "市图书馆"), ("SCH", "南岭中学")] {
            let form = CustomerForm { code: code.into(), name: name.into(), ..CustomerForm::default() };
            let customer = customers::add(c.tx, &form.read()?, now)?;
            let zone = "Asia/Shanghai".to_owned();
            let form = SiteForm { code: "MAIN".into(), name: "本部".into(), zone, ..SiteForm::default() };
            let site = sites::add(c.tx, customer, &form.read()?, now)?;
            let form = ContractForm {
                number: format!("HT-{code}"),
                title: "维保".into(),
                from_on: "2025-01-01".into(),
                ..ContractForm::default()
            };
            let contract = contracts::add(c.tx, customer, &form.read()?, now)?;
            commitments::bind(c.tx, contract, commitment, "2025-01-01".parse().unwrap(), None, now)?;
            places.push((customer, site));
        }
        Ok(places)
    });
    let places = made.await.unwrap();
    Town { library_customer: places[0].0, library: places[0].1, school: places[1].1 }
}

/// Reports a fault over the API; answers with its number.
async fn report(t: &TestApp, token: &str, site: SiteId, title: &str, severity: &str) -> TicketNumber {
    let body = json!({
        "kind": "fault", "title": title, "site": site.get(), "severity": severity, "impact": "disrupted",
        "severity_reason": "as the story needs it",
    });
    let answer = t.api(Method::POST, "/api/v1/tickets", token, body).await.has_status(201);
    TicketNumber::parse(answer.json()["number"].as_str().unwrap()).unwrap()
}

/// The titles of the rows of a queue, in their order.
async fn titles(t: &TestApp, path: &str) -> Vec<String> {
    let page = t.get(path).await.ok().text();
    let parts = page.split("<p class=\"matter-title\">").skip(1);
    parts.map(|part| part.split("</p>").next().unwrap().to_owned()).collect()
}

const EVERYTHING: &[Permission] = Permission::ALL;

#[test]
fn what_is_due_next_stands_first_and_moves_with_the_clock() {
    each_app(async |t| {
        let town = town(t).await;
        let me = t.sign_in(Role::Dispatcher).await;
        let token = t.token(me, EVERYTHING).await;
        report(t, &token, town.library, "mild", "level1").await;
        report(t, &token, town.school, "bad", "level3").await;
        let middling = report(t, &token, town.library, "middling", "level2").await;
        assert_eq!(titles(t, "/queue").await, ["bad", "middling", "mild"]);
        t.get("/queue").await.ok().sees("今天到期").sees("C7.5").sees("响应并着手处理").lacks("已逾时");

        assert_eq!(titles(t, "/queue?urgency=overdue").await, Vec::<String>::new());
        t.advance("5h");
        assert_eq!(titles(t, "/queue?urgency=overdue").await, ["bad"]);
        t.get("/queue").await.ok().sees("part-overdue").sees("超时 1 小时");
        t.advance("2h");
        assert_eq!(titles(t, "/queue?urgency=at-risk").await, ["middling", "mild"]);
        let of_library = format!("/queue?customer={}&severity=level1&severity=level2", town.library_customer);
        assert_eq!(titles(t, &of_library).await, ["middling", "mild"]);
        assert_eq!(titles(t, "/queue?q=南岭").await, ["bad"]);
        assert_eq!(titles(t, "/queue?kind=complaint").await, Vec::<String>::new());
        t.get("/queue?kind=complaint").await.ok().sees("没有符合条件的服务单");

        // A number that is typed into the search field leads to its ticket.
        t.get(&format!("/queue?q={middling}")).await.goes_to(&format!("/tickets/{middling}"));
        t.get("/queue/customers").await.ok().sees("市图书馆").sees("南岭中学");
    });
}

#[test]
fn the_rows_alone_are_what_the_page_shows() {
    each_app(async |t| {
        let town = town(t).await;
        let me = t.sign_in(Role::Hotline).await;
        let token = t.token(me, EVERYTHING).await;
        for n in 0..55 {
            report(t, &token, town.school, &format!("fault {n}"), "level2").await;
            t.advance("1m");
        }
        let page = t.get("/queue").await.ok();
        let more = page.between("data-more=\"", "\"").replace("&amp;", "&");
        assert_eq!(titles(t, "/queue").await.len(), 50);
        assert_eq!(titles(t, &more).await, ["fault 50", "fault 51", "fault 52", "fault 53", "fault 54"]);
        assert_eq!(titles(t, "/queue/rows?rows=55").await.len(), 55);
        t.get("/queue/rows?after=nonsense").await.has_status(422);
        // A row looks the same until it changes, so that the page leaves it alone.
        let sign =
            |text: &str| text.split("data-sign=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let before = sign(&t.get("/queue/rows").await.text());
        t.advance("1m");
        assert_eq!(sign(&t.get("/queue/rows").await.text()), before);
    });
}

#[test]
fn the_queue_over_the_api_is_read_to_its_end() {
    each_app(async |t| {
        let town = town(t).await;
        let me = t.add_person("program", Role::Dispatcher).await;
        let token = t.token(me, EVERYTHING).await;
        for severity in ["level1", "level3", "level2", "emergency", "level2"] {
            report(t, &token, town.school, severity, severity).await;
        }
        let (mut path, mut seen) = ("/api/v1/queue?limit=2".to_owned(), Vec::new());
        loop {
            let page = t.api(Method::GET, &path, &token, Value::Null).await.ok().json();
            seen.extend(
                page["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|item| item["title"].as_str().unwrap().to_owned()),
            );
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/api/v1/queue?limit=2&after={next}");
        }
        assert_eq!(seen.len(), 5);
        let first =
            t.api(Method::GET, "/api/v1/queue?severity=level3", &token, Value::Null).await.ok().json();
        let item = &first["items"][0];
        assert_eq!((&item["standing"], &item["clause"]), (&json!("running"), &json!("C7.5")));
        assert_eq!(item["due_at"], "2026-01-05T05:00:00Z");
        let narrow = t.token(me, &[Permission::UseOwnAccount]).await;
        t.api(Method::GET, "/api/v1/queue", &narrow, Value::Null).await.has_status(403);
        t.api(Method::GET, "/api/v1/queue?limit=0", &token, Value::Null).await.has_status(422);
    });
}

#[test]
fn many_are_changed_at_once_what_is_refused_is_said_and_a_minute_undoes_it() {
    each_app(async |t| {
        let town = town(t).await;
        let engineer = t.add_person("engineer", Role::Engineer).await;
        let me = t.sign_in(Role::Dispatcher).await;
        let token = t.token(me, EVERYTHING).await;
        let one = report(t, &token, town.library, "one", "level2").await;
        let two = report(t, &token, town.library, "two", "level2").await;
        let with_engineer = report(t, &token, town.library, "three", "level2").await;
        let assignment = json!({ "assignee": engineer.get() });
        t.api(Method::POST, &format!("/api/v1/tickets/{with_engineer}/assignment"), &token, assignment)
            .await
            .ok();

        let chosen =
            format!("ticket={}&ticket={}&ticket={}", one.ticket(), two.ticket(), with_engineer.ticket());
        let asked = format!("/queue/bulk/new?verb=assign&assignee={engineer}&from=/queue&{chosen}");
        let preview =
            t.get(&asked).await.ok().sees("将更改 2 张").sees("1 张不会更改").sees("一分钟内可以撤销");
        let versions: Vec<String> = preview
            .text()
            .split("name=\"ticket\" value=\"")
            .skip(1)
            .map(|part| part.split('"').next().unwrap().to_owned())
            .filter(|value| value.contains('@'))
            .collect();
        assert_eq!(versions.len(), 2);

        // Somebody changes the second one between the preview and the press of the button.
        let handling =
            t.api(Method::POST, &format!("/api/v1/tickets/{two}/handling"), &token, json!({})).await;
        assert!(handling.status.is_success(), "{}", handling.text());
        let engineer_id = engineer.to_string();
        let mut fields =
            vec![("verb", "assign"), ("assignee", engineer_id.as_str()), ("from", "/queue?team=mine")];
        fields.extend(versions.iter().map(|value| ("ticket", value.as_str())));
        let path = t.post_form("/queue/bulk", &fields).await.has_status(303).location();
        let far = t.post_form(&format!("{path}/step"), &[]).await.ok().json();
        assert_eq!((&far["done"], &far["of"]), (&json!(2), &json!(2)));
        t.get(&path).await.ok().sees("1 张已更改 · 1 张未更改").sees("/queue?team=mine");
        assert_eq!(titles(t, &format!("/queue?assignee={engineer}")).await, ["one", "three"]);
        // Running it again changes nothing.
        t.post_form(&format!("{path}/run"), &[]).await.goes_to(&path);
        t.get(&path).await.ok().sees("1 张已更改 · 1 张未更改");

        t.post_form(&format!("{path}/undo"), &[]).await.goes_to(&path);
        t.get(&path).await.ok().sees("1 张已撤销");
        assert_eq!(titles(t, &format!("/queue?assignee={engineer}")).await, ["three"]);
        t.post_form(&format!("{path}/undo"), &[]).await.has_status(409);

        // Another person sees nothing of it, and after a minute it is too late.
        let version = t.api(Method::GET, &format!("/api/v1/tickets/{one}"), &token, Value::Null).await.json();
        let ticket = format!("{}@{}", one.ticket(), version["version"]);
        let fields = [("verb", "assign"), ("assignee", "me"), ("ticket", ticket.as_str())];
        let path = t.post_form("/queue/bulk", &fields).await.has_status(303).location();
        t.post_form(&format!("{path}/run"), &[]).await.goes_to(&path);
        t.advance("61s");
        t.post_form(&format!("{path}/undo"), &[]).await.has_status(409).sees("撤销的一分钟已过");
        assert_eq!(titles(t, "/queue?assignee=me").await, ["one"]);
        t.sign_in(Role::Manager).await;
        t.get(&path).await.has_status(404);
        t.sign_in(Role::Engineer).await;
        t.get("/queue/bulk/new?verb=assign&ticket=1").await.has_status(403);
    });
}

#[test]
fn a_view_is_kept_shared_and_dropped() {
    each_app(async |t| {
        let manager = t.sign_in(Role::Manager).await;
        t.post_form(
            "/views",
            &[("name", "急修"), ("query", "severity=emergency&after=x"), ("shared", "yes")],
        )
        .await
        .goes_to("/queue?severity=emergency");
        t.post_form("/views", &[("name", "急修"), ("query", "state=waiting")])
            .await
            .has_status(422)
            .sees("同名");
        t.post_form("/views", &[("name", ""), ("query", "")]).await.has_status(422);
        let token = t.token(manager, EVERYTHING).await;
        let views = t.api(Method::GET, "/api/v1/views", &token, Value::Null).await.ok().json();
        let id = views["items"][0]["id"].as_i64().unwrap();
        assert_eq!(views["items"][0]["query"], "severity=emergency");

        t.sign_in(Role::Hotline).await;
        t.get("/queue").await.ok().sees("急修");
        t.post_form("/views", &[("name", "mine"), ("query", ""), ("shared", "yes")]).await.has_status(403);
        t.post_form(&format!("/views/{id}/removal"), &[]).await.has_status(404);
        t.sign_in(Role::Manager).await;
        t.post_form(&format!("/views/{id}"), &[("name", "巡修"), ("query", "severity=level1")])
            .await
            .goes_to("/views");
        t.get("/views").await.ok().sees("巡修");
        t.sign_in(Role::Hotline).await;
        t.get("/queue").await.ok().lacks("急修").lacks("巡修");
        let answer = t.api(Method::DELETE, &format!("/api/v1/views/{id}"), &token, Value::Null).await;
        assert_eq!(answer.status.as_u16(), 204);
        t.api(Method::DELETE, &format!("/api/v1/views/{id}"), &token, Value::Null).await.has_status(404);
    });
}

#[test]
fn my_team_is_whoever_reads() {
    each_app(async |t| {
        let town = town(t).await;
        let me = t.sign_in(Role::Dispatcher).await;
        let token = t.token(me, EVERYTHING).await;
        let now = t.now();
        let made = t.app.change(By::System("story"), move |c| {
            let team = teams::add(c.tx, "网络组", None, now)?;
            teams::add_member(c.tx, team, me, now)?;
            Ok(team)
        });
        let team = made.await.unwrap();
        let number = report(t, &token, town.library, "ours", "level2").await;
        report(t, &token, town.library, "nobody's", "level2").await;
        let assignment = json!({ "team": team.get() });
        t.api(Method::POST, &format!("/api/v1/tickets/{number}/assignment"), &token, assignment).await.ok();
        assert_eq!(titles(t, "/queue?team=mine").await, ["ours"]);
        assert_eq!(
            titles(t, "/queue?team=none").await,
            ["nobody&#39;s"].map(|title| title.replace("&#39;", "'"))
        );
        t.sign_in(Role::Hotline).await;
        assert_eq!(titles(t, "/queue?team=mine").await, Vec::<String>::new());
    });
}

#[test]
fn one_field_finds_tickets_customers_and_acts() {
    each_app(async |t| {
        let town = town(t).await;
        let me = t.sign_in(Role::Hotline).await;
        let token = t.token(me, EVERYTHING).await;
        let number = report(t, &token, town.library, "core switch down", "level3").await;
        let found = |typed: String| async move {
            let answer = t.get(&format!("/palette?q={typed}")).await.ok().json();
            let list = answer.as_array().unwrap().iter().map(|one| one["href"].as_str().unwrap().to_owned());
            list.collect::<Vec<_>>()
        };
        let ticket = format!("/tickets/{number}");
        assert!(found(number.to_string()).await.contains(&ticket));
        // One wrong digit, and the ticket that is meant is offered.
        let mut slip = number.to_string().into_bytes();
        slip[4] = if slip[4] == b'9' { b'8' } else { slip[4] + 1 };
        assert!(found(String::from_utf8(slip).unwrap()).await.contains(&ticket));
        assert!(found("switch".into()).await.contains(&ticket));
        let customer = format!("/customers/{}", town.library_customer);
        assert!(found("%E5%9B%BE%E4%B9%A6".into()).await.contains(&customer));
        assert!(found("%E7%99%BB%E8%AE%B0".into()).await.contains(&"/tickets/new".to_owned()));
        assert_eq!(found(String::new()).await, Vec::<String>::new());
        t.sign_in(Role::ReadOnly).await;
        assert!(!found("%E7%99%BB%E8%AE%B0".into()).await.contains(&"/tickets/new".to_owned()));
    });
}
