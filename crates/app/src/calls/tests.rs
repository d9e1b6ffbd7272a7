//! Stories of the hotline through the front door, on both databases, with a clock that the story moves.

use http::Method;
use rules::access::{Permission, Role};
use rules::contracts::ContractForm;
use rules::customers::{ContactForm, CustomerForm, SiteForm};
use rules::ids::*;
use rules::tickets::number::TicketNumber;
use serde_json::{Value, json};

use super::{change, store, tasks};
use crate::commitments::{publish, store as commitments};
use crate::contracts::store as contracts;
use crate::customers::contacts::store as contacts;
use crate::customers::sites::store as sites;
use crate::customers::store as customers;
use crate::kernel::actor::By;
use crate::testing::{TestApp, each_app};
use crate::tickets::store as tickets;

/// A customer with a site in Shanghai and a contact, under the shipped commitment; an engineer, a manager.
struct House {
    customer: CustomerId,
    site: SiteId,
    contact: ContactId,
    engineer: UserId,
    manager: UserId,
}

async fn house(t: &TestApp) -> House {
    let now = t.now();
    let draft = publish::shipped().unwrap();
    let engineer = t.add_person("周工", Role::Engineer).await;
    let manager = t.add_person("顾经理", Role::Manager).await;
    let (customer, site, contact) = t
        .app
        .change(By::System("story"), move |c| {
            let commitment = publish::publish(c, &draft, None)?;
            let form =
                CustomerForm { code: "LIB".into(), name: "市图书馆".into(), ..CustomerForm::default() };
            let customer = customers::add(c.tx, &form.read()?, now)?;
            let zone = "Asia/Shanghai".to_owned();
            let form = SiteForm { code: "MAIN".into(), name: "总馆".into(), zone, ..SiteForm::default() };
            let site = sites::add(c.tx, customer, &form.read()?, now)?;
            let form =
                ContactForm {
                    name: "李主任".into(), phone: "13800138000".into(), ..ContactForm::default()
                };
            let contact = contacts::add(c.tx, customer, Some(site), &form.read()?, now)?;
            let form = ContractForm {
                number: "HT-1".into(),
                title: "维保".into(),
                from_on: "2025-01-01".into(),
                ..ContractForm::default()
            };
            let contract = contracts::add(c.tx, customer, &form.read()?, now)?;
            commitments::bind(c.tx, contract, commitment, "2025-01-01".parse().unwrap(), None, now)?;
            Ok((customer, site, contact))
        })
        .await
        .unwrap();
    House { customer, site, contact, engineer, manager }
}

/// What the recorded facts come to under the shipped promises about calls, as `promise state`.
async fn owed(t: &TestApp, call: i64) -> String {
    let app = t.app.clone();
    let states = t.app.read(move |tx| {
        let row = store::find(tx, CallId(call))?.unwrap();
        let mut facts = ledger::facts_of(tx, &change::subject(row.id))?;
        if let Some(ticket) = row.ticket_id {
            let about = call.to_string();
            let of_ticket = ledger::facts_of(tx, &crate::tickets::change::subject(ticket))?;
            facts.extend(of_ticket.into_iter().filter(|fact| fact.about.get("call") == Some(about.as_str())));
        }
        facts.sort_by_key(promise::Fact::order);
        let terms = app.library.terms(tx, row.commitment_id.unwrap())?;
        let mut docket = promise::Docket::of(promise::Subject::new("call", &call.to_string()));
        for fact in &facts {
            docket.fold(&terms, fact).unwrap();
        }
        Ok(docket
            .obligations()
            .iter()
            .map(|one| (one.promise.as_str().to_owned(), one.state))
            .collect::<Vec<_>>())
    });
    let mut said: Vec<String> = states
        .await
        .unwrap()
        .into_iter()
        .map(|(promise, state)| {
            use promise::State as Is;
            let state = match state {
                Is::Running => "running",
                Is::Met { .. } => "met",
                Is::Late { .. } => "late",
                Is::Breached { .. } => "breached",
                Is::Paused | Is::Waived { .. } | Is::Void { .. } => "other",
            };
            format!("{promise} {state}")
        })
        .collect();
    said.sort();
    said.join(", ")
}

/// Kinds of the messages that wait to be sent.
async fn outbox(t: &TestApp) -> Vec<(String, Value)> {
    let now = t.now();
    let messages = t.app.touch(move |tx| Ok(ledger::outbox::take(tx, now, 100)?)).await.unwrap();
    messages.into_iter().map(|message| (message.kind, message.payload)).collect()
}

/// A call that began by the button; its id.
async fn begun(t: &TestApp, phone: &str) -> i64 {
    let answer = t.post_form("/calls", &[("direction", "in"), ("phone", phone)]).await.has_status(303);
    answer.location().rsplit('=').next().unwrap().parse().unwrap()
}

async fn call(t: &TestApp, id: i64) -> store::CallRow {
    t.app.read(move |tx| Ok(store::find(tx, CallId(id))?.unwrap())).await.unwrap()
}

async fn todo(t: &TestApp) -> Vec<tasks::TaskLine> {
    t.app.read(|tx| Ok(tasks::open(tx, tasks::Whose::Everybody, None, None, 50)?)).await.unwrap()
}

#[test]
fn a_call_at_three_in_the_morning_ends_in_a_dispatch() {
    each_app(async |t| {
        let house = house(t).await;
        t.sign_in(Role::Hotline).await;
        t.advance("18h");
        let id = begun(t, "138 0013 8000").await;
        // The number told who calls, and that brought the contract.
        let desk = format!("/console?call={id}");
        t.get(&desk).await.ok().sees("李主任").sees("市图书馆").sees("总馆").sees("结束通话");
        let here = format!("/console/{id}");
        t.post_form(&here, &[("do", "end")]).await.has_status(422).sees("没有结果不能结束通话");
        assert!(call(t, id).await.ended_at.is_none(), "a call is not ended without an outcome");

        t.advance("4m");
        let (customer, site) = (house.customer.to_string(), house.site.to_string());
        let (contact, engineer) = (house.contact.to_string(), house.engineer.to_string());
        let who =
            [("customer", customer.as_str()), ("site", &site), ("contact", &contact), ("kind", "fault")];
        let mut form = who.to_vec();
        form.extend([("outcome", "dispatch"), ("arrives_in", "90"), ("engineer", &engineer)]);
        // In one step, and all that is missing is said at once.
        let answer = t.post_form(&here, &form).await.has_status(422);
        answer.sees("#f-title").sees("#f-transport");
        form.extend([("title", "机房断电"), ("impact", "total-outage"), ("transport", "taxi")]);
        t.post_form(&here, &form).await.goes_to("/console");

        let row = call(t, id).await;
        let ticket = row.ticket_id.unwrap();
        assert_eq!(row.arrives_at.unwrap().to_string(), "2026-01-05T20:34:00Z");
        assert_eq!(
            owed(t, id).await,
            "call-follow-up met, dispatch-as-told running, dispatch-notice met, no-hanging-up met"
        );
        let told = outbox(t).await;
        let (_, notice) = told.iter().find(|(kind, _)| kind == "call.notice").unwrap();
        assert_eq!(notice["transport"], "taxi");
        assert!(notice["text"].as_str().unwrap().contains("周工"), "{notice}");
        let (_, report) = told.iter().find(|(kind, _)| kind == "call.reported").unwrap();
        assert_eq!(report["to"], house.manager.get());

        // The whole of it stands on the ticket, which is the engineer's now.
        let path = format!("/tickets/{}", TicketNumber::of(ticket));
        t.get(&path).await.ok().sees("已通知客户").sees("记录并呈报").sees("周工").lacks("fact-call");
        let stored = t.app.read(move |tx| Ok(tickets::find(tx, ticket)?.unwrap())).await.unwrap();
        assert_eq!((stored.assignee_id, stored.state.code()), (Some(house.engineer), "in-handling"));

        // The taxi is stuck: a new notice, and its clock follows.
        t.advance("1h");
        let visit = [("arrives_in", "60"), ("engineer", engineer.as_str()), ("transport", "on_foot")];
        t.post_form(&format!("/calls/{id}/visit"), &visit).await.has_status(303);
        t.get(&format!("/calls/{id}")).await.ok().sees("步行或骑行");
        t.advance("50m");
        let version = stored_version(t, ticket).await;
        let arrival = [("version", version.as_str()), ("engineer", &engineer)];
        t.post_form(&format!("{path}/arrival"), &arrival).await.goes_to(&path);
        assert_eq!(
            owed(t, id).await,
            "call-follow-up met, dispatch-as-told met, dispatch-notice met, no-hanging-up met"
        );
    });
}

async fn stored_version(t: &TestApp, ticket: TicketId) -> String {
    t.app.read(move |tx| Ok(tickets::find(tx, ticket)?.unwrap().version.to_string())).await.unwrap()
}

/// A call about a new consultation that ends with this outcome; its id.
async fn ended(t: &TestApp, outcome: &str) -> i64 {
    let id = begun(t, "13800138000").await;
    let named = call(t, id).await;
    let customer = named.customer_id.unwrap().to_string();
    let contact = named.contact_id.unwrap().to_string();
    let form = [
        ("customer", customer.as_str()),
        ("contact", &contact),
        ("kind", "consultation"),
        ("title", "打印不出来"),
        ("outcome", outcome),
        ("do", "end"),
    ];
    t.post_form(&format!("/console/{id}"), &form).await.goes_to("/console");
    id
}

#[test]
fn what_the_customer_fixed_is_confirmed_within_twenty_four_hours_or_late() {
    for (after, expected) in [("1439m", "met"), ("1441m", "late")] {
        each_app(async |t| {
            house(t).await;
            t.sign_in(Role::Hotline).await;
            let id = ended(t, "customer_fixed").await;
            let ticket = call(t, id).await.ticket_id.unwrap();
            let state = t.app.read(move |tx| Ok(tickets::find(tx, ticket)?.unwrap().state)).await.unwrap();
            assert_eq!(state.code(), "restored", "open until it is confirmed");
            let due = todo(t).await.remove(0);
            assert_eq!(due.due_at.duration_since(t.now()).as_hours(), 24);
            let path = format!("/calls/todo/{}", due.id);
            t.get("/calls/todo").await.ok().sees("李主任").sees("确认");
            t.advance("2h");
            t.post_form(&format!("{path}/attempts"), &[("result", "no_answer")]).await.goes_to(&path);
            assert_eq!(todo(t).await.len(), 1, "silence is no success");
            let rest = format!("{}m", after.trim_end_matches('m').parse::<i64>().unwrap() - 120);
            t.advance(&rest);
            t.post_form(&format!("{path}/attempts"), &[("result", "reached")]).await.has_status(422);
            let answer = [("result", "reached"), ("answer", "not"), ("note", "又不行了")];
            t.post_form(&format!("{path}/attempts"), &answer).await.goes_to("/calls/todo");
            assert_eq!(
                owed(t, id).await,
                format!("call-confirmation {expected}, call-follow-up met, no-hanging-up met")
            );
            let row = t.app.read(move |tx| Ok(tickets::find(tx, ticket)?.unwrap())).await.unwrap();
            assert_eq!(row.state.code(), "reopened", "it does not work, so it is open again");
            assert!(todo(t).await.is_empty());
        });
    }
}

#[test]
fn an_agent_who_hangs_up_without_an_outcome_breaks_the_promise() {
    each_app(async |t| {
        house(t).await;
        let agent = t.sign_in(Role::Hotline).await;
        let token = t.token(agent, &[Permission::TellCallEvents]).await;
        let tell = async |event: Value| t.api(Method::POST, "/api/v1/calls/events", &token, event).await;
        // Out of order, and twice.
        for event in [
            json!({ "call": "pbx-1", "event": "answered", "at": "2026-01-05T00:50:10Z", "agent": "hotline" }),
            json!({ "call": "pbx-1", "event": "ringing", "at": "2026-01-05T00:50:00Z", "number": "13800138000" }),
            json!({ "call": "pbx-1", "event": "ended", "at": "2026-01-05T00:58:00Z", "ended_by": "agent" }),
            json!({ "call": "pbx-1", "event": "ended", "at": "2026-01-05T00:58:00Z", "ended_by": "agent" }),
            json!({ "call": "pbx-1", "event": "recorded", "recording": "https://pbx.example/1.wav" }),
        ] {
            tell(event).await.has_status(200);
        }
        let known =
            tell(json!({ "call": "pbx-1", "event": "ringing", "at": "2026-01-05T00:50:00Z" })).await.json();
        assert_eq!((&known["state"], &known["ended_by"]), (&json!("ended"), &json!("agent")));
        let id = known["id"].as_i64().unwrap();
        assert_eq!(owed(t, id).await, "call-follow-up running, no-hanging-up breached");
        t.get("/console").await.ok().sees("待补结果的通话").sees("未记结果即挂断").sees("李主任");
        t.get(&format!("/calls/{id}")).await.ok().sees("违反 C4.2").sees("https://pbx.example/1.wav");

        let row = call(t, id).await;
        let customer = row.customer_id.unwrap().to_string();
        let form = [
            ("customer", customer.as_str()),
            ("kind", "consultation"),
            ("title", "交换机端口"),
            ("outcome", "customer_diagnosing"),
            ("do", "end"),
        ];
        t.post_form(&format!("/console/{id}"), &form).await.goes_to("/console");
        assert_eq!(
            owed(t, id).await,
            "call-back running, call-follow-up met, no-hanging-up breached",
            "completed, and the breach stays"
        );
        let due = todo(t).await.remove(0);
        assert_eq!(due.due_at.to_string(), "2026-01-05T04:58:00Z", "four hours from the end of the call");
        // Nonsense is refused, and nobody else may tell.
        tell(json!({ "call": "pbx-2", "event": "sings" })).await.has_status(422);
        tell(json!({ "call": "pbx-2", "event": "ringing", "at": "2026-01-05T02:00:00Z" }))
            .await
            .has_status(409);
        let other = t.token(agent, &[Permission::ViewTickets]).await;
        let event = json!({ "call": "pbx-2", "event": "ringing" });
        t.api(Method::POST, "/api/v1/calls/events", &other, event).await.has_status(403);
    });
}

#[test]
fn a_missed_caller_is_called_back_unless_they_call_again() {
    each_app(async |t| {
        house(t).await;
        let agent = t.sign_in(Role::Hotline).await;
        let token = t.token(agent, &[Permission::TellCallEvents]).await;
        let tell = async |event: Value| {
            t.api(Method::POST, "/api/v1/calls/events", &token, event).await.has_status(200)
        };
        tell(json!({ "call": "a", "event": "queue_full", "number": "13800138000" })).await;
        tell(json!({ "call": "b", "event": "ringing", "number": "13900139000" })).await;
        tell(json!({ "call": "b", "event": "missed", "number": "13900139000" })).await;
        t.get("/calls/todo").await.ok().sees("李主任").sees("13900139000").sees("无人负责");
        let kinds: Vec<&str> = todo(t).await.iter().map(|task| task.kind.code()).collect();
        assert_eq!(kinds, ["missed", "missed"]);
        t.advance("3m");
        tell(json!({ "call": "c", "event": "answered", "number": "13800138000", "agent": "hotline" })).await;
        assert_eq!(todo(t).await.len(), 1, "they reached us");
        let left = todo(t).await.remove(0).id;
        t.post_form(&format!("/calls/todo/{left}/owner"), &[]).await.has_status(303);
        t.post_form(&format!("/calls/todo/{left}/withdrawal"), &[("reason", "")]).await.has_status(422);
        t.post_form(&format!("/calls/todo/{left}/withdrawal"), &[("reason", "打错了")]).await.has_status(303);
        assert!(todo(t).await.is_empty());
    });
}

#[test]
fn what_is_owed_goes_to_the_next_shift_when_they_accept_it() {
    each_app(async |t| {
        house(t).await;
        let day = t.sign_in(Role::Hotline).await;
        let night = t.add_person("夜班", Role::Hotline).await;
        let id = ended(t, "customer_diagnosing").await;
        let due = todo(t).await.remove(0);
        assert_eq!((due.owner_id, due.due_at.duration_since(t.now()).as_hours()), (Some(day), 4));
        t.get("/calls/hand-over").await.ok().sees("李主任").sees("夜班");
        let (task, to) = (due.id.to_string(), night.to_string());
        t.post_form("/calls/hand-over", &[("to", to.as_str())]).await.has_status(422).sees("请至少选择一件");
        let form = [("task", task.as_str()), ("to", &to), ("note", "他在查电源")];
        t.post_form("/calls/hand-over", &form).await.goes_to("/calls/hand-over");
        assert_eq!(todo(t).await[0].owner_id, Some(day), "offered is not given");

        t.sign_in_as(night).await;
        let page = t.get("/calls/hand-over").await.ok().sees("他在查电源");
        let accept = page.between("action=\"/calls/hand-over/", "/acceptance");
        t.post_form(&format!("/calls/hand-over/{accept}/acceptance"), &[]).await.has_status(303);
        t.post_form(&format!("/calls/hand-over/{accept}/acceptance"), &[]).await.has_status(409);
        assert_eq!(todo(t).await[0].owner_id, Some(night));

        // At the agreed hour, later than the four hours: counted apart, and met.
        let path = format!("/calls/todo/{task}");
        let tried = [
            ("result", "reached"),
            ("window_from", "2026-01-05T20:00"),
            ("window_until", "2026-01-05T21:00"),
        ];
        t.post_form(&format!("{path}/attempts"), &tried).await.goes_to(&path);
        assert_eq!(todo(t).await[0].due_at.to_string(), "2026-01-05T13:00:00Z");
        t.advance("11h");
        let answer = [("result", "reached"), ("answer", "solved")];
        t.post_form(&format!("{path}/attempts"), &answer).await.goes_to("/calls/todo");
        assert_eq!(owed(t, id).await, "call-back met, call-follow-up met, no-hanging-up met");
    });
}

#[test]
fn a_draft_waits_for_its_writer_alone() {
    each_app(async |t| {
        t.sign_in(Role::Hotline).await;
        let draft = [("place", "call:7"), ("body", "title=%E6%96%AD%E7%94%B5")];
        t.post_form("/drafts", &draft).await.has_status(204);
        t.get("/drafts?place=call:7").await.ok().sees("title=%E6%96%AD%E7%94%B5");
        t.sign_in(Role::Manager).await;
        assert_eq!(t.get("/drafts?place=call:7").await.ok().json()["body"], Value::Null);
        t.sign_in(Role::Hotline).await;
        t.post_form("/drafts", &[("place", "call:7"), ("body", "")]).await.has_status(204);
        assert_eq!(t.get("/drafts?place=call:7").await.ok().json()["body"], Value::Null);
        t.post_form("/drafts", &[("place", ""), ("body", "x")]).await.has_status(422);
    });
}
