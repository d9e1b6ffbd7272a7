//! Stories of what is agreed and allowed: proposals, remote access, the duty log, labels, a look-up by number.

use http::Method;
use rules::access::{Permission, Role};
use rules::portal::GuestRole;
use rules::tickets::number::TicketNumber;
use serde_json::json;

use super::tests::{reported, world};
use crate::testing::{HOTLINE, TestApp, each_app};
use crate::tickets::store as tickets;

async fn next(t: &TestApp, path: &str) -> String {
    let id = TicketNumber::parse(path.rsplit('/').next().unwrap()).unwrap().ticket();
    let row = t.app.read(move |tx| Ok(tickets::find(tx, id)?.unwrap())).await.unwrap();
    match (row.next_promise, row.next_due_at) {
        (Some(promise), Some(due_at)) => format!("{promise} {due_at}"),
        _ => "nothing".to_owned(),
    }
}

/// The state of the gate promise of a ticket, once for each session: `met`, `breached`.
async fn gate(t: &TestApp, path: &str) -> Vec<String> {
    let id = TicketNumber::parse(path.rsplit('/').next().unwrap()).unwrap().ticket();
    let all = t.app.read(move |tx| crate::tickets::terms::obligations(tx, id)).await.unwrap();
    let gate = all.iter().filter(|stored| stored.promise == "remote-access-by-consent");
    gate.map(|stored| stored.body.state.as_str().to_owned()).collect()
}

async fn facts(t: &TestApp, start: &'static str) -> Vec<String> {
    t.app
        .read(move |tx| {
            let sql = "SELECT name, said_by FROM fact WHERE name LIKE ?1 ORDER BY seq";
            let rows = tx.adhoc::<(String, String)>(sql, &[db::Value::Text(start)])?;
            Ok(rows.into_iter().map(|(name, by)| format!("{name} {by}")).collect())
        })
        .await
        .unwrap()
}

#[test]
fn a_proposal_changes_nothing_until_a_contact_accepts_it() {
    each_app(async |t| {
        let w = world(t).await;
        t.visit_as(w.reporter, GuestRole::Reporter, &[w.main]).await;
        let path = reported(t, w.switch, "核心交换机掉线").await;
        let desk = path.trim_start_matches("/portal").to_owned();
        t.sign_in(Role::Hotline).await;
        let proposal = [("promise", "respond"), ("due_at", "2026-01-05T18:00"), ("reason", "馆里下午有活动")];
        let send = format!("{desk}/proposals");
        t.post_form(&send, &[proposal[0], ("due_at", "2026-01-05T08:00"), proposal[2]]).await.has_status(409);
        t.post_form(&send, &[("promise", "nothing"), proposal[1], proposal[2]]).await.has_status(409);
        t.post_form(&send, &proposal).await.has_status(303);
        t.post_form(&send, &proposal).await.has_status(409).sees("已有一项提议");
        t.post_form(&send, &[proposal[0], proposal[2], ("waiver", "yes")]).await.has_status(403);
        assert_eq!(next(t, &path).await, "respond 2026-01-05T05:00:00Z");
        let (to, text) = t.letters().await.pop().unwrap();
        assert!(to == "wang@lib.example" && text.contains("/portal/tickets/"), "{to} {text}");

        let page = t.get(&path).await.ok().sees("我们的提议").sees("最迟 18:00").sees("馆里下午有活动");
        let accept = format!("{path}/proposals/{}", page.between("/proposals/", "/acceptance"));
        t.visit_as(w.stranger, GuestRole::Manager, &[]).await;
        t.post_form(&format!("{accept}/acceptance"), &[]).await.has_status(404);
        t.visit_as(w.manager, GuestRole::Duty, &[w.main]).await;
        t.post_form(&format!("{accept}/acceptance"), &[]).await.has_status(403);
        t.visit_as(w.reporter, GuestRole::Reporter, &[w.main]).await;
        t.post_form(&format!("{accept}/acceptance"), &[]).await.goes_to(&path);
        assert_eq!(next(t, &path).await, "respond 2026-01-05T10:00:00Z", "six in the evening in Shanghai");
        t.post_form(&format!("{accept}/acceptance"), &[]).await.has_status(409);
        assert_eq!(
            facts(t, "ticket.deadline_agreed").await,
            [format!("ticket.deadline_agreed contact:{}", w.reporter)]
        );
        t.get(&desk).await.ok().sees("商定时限").sees("已同意").sees("王管理");

        t.sign_in(Role::Manager).await;
        t.post_form(&send, &[proposal[0], ("reason", "客户说不急"), ("waiver", "yes")]).await.has_status(303);
        let page = t.get(&path).await.ok().sees("免除这项承诺");
        let second = format!("{path}/proposals/{}", page.between("/proposals/", "/acceptance"));
        t.post_form(&format!("{second}/refusal"), &[("text", "我们很急")]).await.goes_to(&path);
        assert_eq!(next(t, &path).await, "respond 2026-01-05T10:00:00Z", "what was promised stays promised");
        t.get(&desk).await.ok().sees("我们很急").sees("不同意");
        t.post_form(&send, &[proposal[0], ("reason", "再问一次"), ("waiver", "yes")]).await.has_status(303);
        let page = t.get(&path).await.ok();
        let third = format!("{path}/proposals/{}", page.between("/proposals/", "/acceptance"));
        t.post_form(&format!("{third}/acceptance"), &[]).await.goes_to(&path);
        assert!(!next(t, &path).await.starts_with("respond"), "waived by the customer");
    });
}

#[test]
fn remote_access_only_while_the_customer_allows_it() {
    each_app(async |t| {
        let w = world(t).await;
        t.visit_as(w.reporter, GuestRole::Reporter, &[w.main]).await;
        let path = reported(t, w.switch, "核心交换机掉线").await;
        let desk = path.trim_start_matches("/portal").to_owned();
        t.sign_in(Role::Engineer).await;
        let asset = format!("/assets/{}/remote-links", w.switch);
        t.post_form(&asset, &[("label", "RustDesk"), ("url", "javascript:alert(1)")]).await.has_status(422);
        t.post_form(&asset, &[("label", "RustDesk"), ("url", "rustdesk://42")]).await.has_status(303);
        let enter = format!("{desk}/remote/sessions");
        t.post_form(&enter, &[]).await.has_status(409).sees("客户没有许可");
        t.get(&desk).await.ok().sees("客户没有许可，不能远程登录").lacks("rustdesk://42");

        let consent = [("target", "核心交换机"), ("hours", "2")];
        t.visit_as(w.reporter, GuestRole::Duty, &[w.main]).await;
        t.post_form(&format!("{path}/remote"), &consent).await.has_status(403);
        t.visit_as(w.reporter, GuestRole::Reporter, &[w.main]).await;
        t.post_form(&format!("{path}/remote"), &consent).await.has_status(303);
        t.post_form(&format!("{path}/remote"), &consent).await.has_status(409).sees("已有一项许可");
        t.post_form(&enter, &[]).await.has_status(303);
        t.post_form(&enter, &[]).await.has_status(409);
        t.get(&desk).await.ok().sees("rustdesk://42").sees("客户已许可");
        assert_eq!(gate(t, &path).await, ["met"]);

        // Its time is over: the session that runs ends with it, at that minute.
        t.advance("3h");
        t.work().await;
        let ended = ["remote.session_ended system:worker", "remote.consent_ended system:worker"];
        assert_eq!(facts(t, "remote.%ended").await, ended);
        t.work().await;
        assert_eq!(facts(t, "remote.%ended").await, ended, "twice changes nothing");
        t.post_form(&enter, &[]).await.has_status(409).sees("许可已经结束");
        let page = t.get(&desk).await.ok().sees("到期").sees("12:00").lacks("rustdesk://42");
        let leave = format!("{desk}/remote/sessions/{}/end", page.between("/remote/sessions/", "/end"));
        t.post_form(&leave, &[("done", "看了日志")]).await.has_status(303);
        t.post_form(&leave, &[("done", "又写")]).await.has_status(409);

        // Noted from a call, from one o'clock on; then taken back in the middle of a session.
        let contact = w.reporter.to_string();
        let phoned = [
            ("contact", contact.as_str()),
            ("way", "phone"),
            ("target", "网管系统"),
            ("from_at", "2026-01-05T13:00"),
            ("hours", "4"),
            ("note", "王管理来电"),
        ];
        let note = format!("{desk}/remote/consents");
        t.post_form(&note, &[phoned[0], ("way", "portal"), phoned[2], phoned[4]]).await.has_status(422);
        let strange = w.stranger.to_string();
        t.post_form(&note, &[("contact", &strange), phoned[1], phoned[2], phoned[4]]).await.has_status(409);
        t.post_form(&note, &phoned).await.has_status(303);
        t.post_form(&enter, &[]).await.has_status(409).sees("才开始");
        t.advance("1h");
        t.work().await;
        assert_eq!(facts(t, "remote.consent_given").await.len(), 2, "told when it begins");
        t.post_form(&enter, &[]).await.has_status(303);
        t.advance("10m");
        let page = t.get(&path).await.ok().sees("网管系统");
        let back = format!("{path}/remote/{}/withdrawal", page.between("/remote/", "/withdrawal"));
        t.post_form(&back, &[]).await.has_status(303);
        t.post_form(&back, &[]).await.has_status(409);
        assert_eq!(
            facts(t, "remote.%ended").await[2..],
            [
                format!("remote.session_ended contact:{}", w.reporter),
                format!("remote.consent_ended contact:{}", w.reporter)
            ]
        );
        t.post_form(&enter, &[]).await.has_status(409);
        assert_eq!(gate(t, &path).await, ["met", "met"]);

        let id = t.sign_in(Role::Engineer).await;
        let token = t.token(id, &[Permission::ViewTickets]).await;
        let list =
            t.api(Method::GET, &format!("/api/v1{desk}/consents"), &token, json!(null)).await.ok().json();
        assert_eq!(list[0]["end_cause"], "withdrawn");
        assert_eq!(list[1]["sessions"][0]["done"], "看了日志");
    });
}

#[test]
fn the_duty_log_is_kept_by_the_customer_and_read_by_us() {
    each_app(async |t| {
        let w = world(t).await;
        t.visit_as(w.reporter, GuestRole::Duty, &[w.main]).await;
        t.get("/portal/duty-log").await.ok().sees("总馆").sees("2026-01-05").lacks("西馆");
        let site = w.main.to_string();
        let entry = [
            ("site", site.as_str()),
            ("duty_on", "2026-01-05"),
            ("shift", "夜班"),
            ("person", "老周"),
            ("text", "两点有一次告警"),
        ];
        let photo = [("files", "记录本.png", "image/png", &b"\x89PNG\r\n\x1a\n page"[..])];
        t.post_files("/portal/duty-log", &[entry[0], ("duty_on", "2026-01-06"), entry[2]], &[])
            .await
            .has_status(422)
            .sees("这一天还没到")
            .sees("夜班");
        t.post_files("/portal/duty-log", &entry, &photo).await.has_status(303);
        let page = t.get("/portal/duty-log").await.ok().sees("两点有一次告警");
        let picture = page.between("/portal/duty-photos/", "\"");
        t.get(&format!("/portal/duty-photos/{picture}")).await.ok();
        let strange = w.branch.to_string();
        t.post_files("/portal/duty-log", &[("site", &strange), entry[1], entry[2], entry[3], entry[4]], &[])
            .await
            .has_status(404);
        t.visit_as(w.stranger, GuestRole::Manager, &[]).await;
        t.get(&format!("/portal/duty-photos/{picture}")).await.has_status(404);
        t.get(&format!("/portal/duty-log?site={site}")).await.has_status(404);

        let id = t.sign_in(Role::Manager).await;
        t.get(&format!("/sites/{site}")).await.ok().sees("两点有一次告警").sees("值班记录：2026-01-05 夜班");
        t.get(&format!("/sites/{site}/duty-log")).await.ok().sees("老周").sees("王管理");
        t.get(&format!("/duty-photos/{picture}")).await.ok();
        let token = t.token(id, &[Permission::EditCustomers, Permission::ViewRegistry]).await;
        let api = format!("/api/v1/sites/{site}/duty-log");
        let paper = json!({ "duty_on": "2026-01-04", "shift": "白班", "person": "老李", "text": "一切正常" });
        t.api(Method::POST, &api, &token, paper).await.has_status(201);
        let list = t.api(Method::GET, &api, &token, json!(null)).await.ok().json();
        assert_eq!(list["items"][0]["shift"], "白班");
        assert_eq!(list["items"][1]["photos"].as_array().map(Vec::len), Some(1));
        let access = format!("/api/v1/contacts/{}/portal-access", w.manager);
        let put = t.api(Method::PUT, &access, &token, json!({ "role": "manager" })).await.ok().json();
        assert_eq!(put["role"], "manager");
        t.api(Method::DELETE, &access, &token, json!(null)).await.has_status(204);
        t.api(Method::GET, "/api/v1/portal-accesses", &token, json!(null)).await.ok().sees("ended_at");
    });
}

#[test]
fn a_label_leads_to_its_unit_and_a_forged_one_nowhere() {
    each_app(async |t| {
        let w = world(t).await;
        t.sign_in(Role::Hotline).await;
        t.get(&format!("/assets/{}", w.switch)).await.ok().sees("/labels?asset=");
        let sheet = t.get(&format!("/labels?asset={}", w.switch)).await.ok();
        let sheet = sheet.sees("核心交换机").sees("<svg").sees(HOTLINE).lacks("西馆交换机");
        let code = sheet.between("<p><code>", "</code>");
        let code = if code.contains('-') && !code.starts_with("SN") {
            code
        } else {
            sheet.text().rsplit("<p><code>").next().unwrap().split('<').next().unwrap().to_owned()
        };
        t.get(&format!("/labels?site={}", w.branch)).await.ok().sees("西馆交换机");
        t.get("/labels?asset=99999").await.has_status(404);

        t.get(&format!("/q/{code}")).await.has_status(303);
        let at = t.get(&format!("/q/{code}")).await.location();
        assert_eq!(at, format!("/portal/sign-in?next=%2Fportal%2Freport%3Fasset%3D{}", w.switch));
        t.visit_as(w.reporter, GuestRole::Reporter, &[w.main]).await;
        let form = format!("/portal/report?asset={}", w.switch);
        t.get(&format!("/q/{code}")).await.goes_to(&form);
        t.get(&form).await.ok().sees("核心交换机");
        t.get("/q/1-00000000").await.has_status(404);
        t.visit_as(w.stranger, GuestRole::Manager, &[]).await;
        t.get(&form).await.has_status(404);
        t.sign_in(Role::Administrator).await;
        t.get("/security").await.ok().sees("伪造的二维码").sees("别家的人");
    });
}

#[test]
fn a_number_is_looked_up_without_an_account_and_says_nothing_to_strangers() {
    each_app(async |t| {
        let w = world(t).await;
        t.visit_as(w.reporter, GuestRole::Reporter, &[w.main]).await;
        let path = reported(t, w.switch, "只有报的人知道").await;
        t.forget_cookies();
        let number = path.rsplit('/').next().unwrap().to_owned();
        t.get("/lookup").await.ok().sees(HOTLINE);
        t.post_form("/lookup", &[("number", "12"), ("known", "x")]).await.has_status(422);
        let ask = async |known: &str| {
            let answer = t.post_form("/lookup", &[("number", &number), ("known", known)]).await.ok();
            answer.between("<main", "</main>")
        };
        let right = ask("WANG@lib.example").await;
        assert_eq!(ask("someone@else.example").await, right, "the answer tells nothing");
        assert_eq!(ask("138 0013 8001").await, right);
        assert_eq!(t.letters().await.len(), 1);
        assert_eq!(ask("13800138000").await, right, "a phone that is known: by text, and by mail");
        let letters = t.letters().await;
        assert_eq!(letters.len(), 2);
        let link = letters[0].1.split_whitespace().find(|word| word.contains("/status/")).unwrap();
        let link = link[link.find("/status").unwrap()..].to_owned();
        for _ in 0..2 {
            t.get(&link)
                .await
                .ok()
                .sees("我们最迟 13:00 着手处理")
                .sees(HOTLINE)
                .lacks("只有报的人知道")
                .lacks("王管理");
        }
        t.advance("31m");
        t.get(&link).await.has_status(410);
        t.get("/status/made-up").await.has_status(410);
        for _ in 0..8 {
            t.post_form("/lookup", &[("number", &number), ("known", "a@b.example")]).await;
        }
        t.post_form("/lookup", &[("number", &number), ("known", "a@b.example")]).await.has_status(429);

        t.sign_in(Role::Hotline).await;
        let desk = path.trim_start_matches("/portal");
        let page = t.post_form(&format!("{desk}/public-link"), &[]).await.ok();
        let link = page.between("/status/", "<");
        t.forget_cookies();
        t.get(&format!("/status/{link}")).await.ok();
    });
}

#[test]
fn units_and_contracts_say_what_is_covered() {
    each_app(async |t| {
        let w = world(t).await;
        t.visit_as(w.manager, GuestRole::Manager, &[]).await;
        t.get("/portal/assets").await.ok().sees("核心交换机").sees("西馆交换机").lacks("别家");
        t.get(&format!("/portal/assets/{}", w.switch)).await.ok().sees("SN-核心交换机").sees("合同覆盖");
        t.get(&format!("/portal/assets/{}", w.strange_asset)).await.has_status(404);
        t.get("/portal/contracts").await.ok().sees("HT-1");
        let contract = format!("/portal/contracts/{}", w.contract);
        t.get(&contract).await.ok().sees("售后服务承诺").sees("C7.5").sees("全部网点");
        t.visit_as(w.stranger, GuestRole::Manager, &[]).await;
        t.get(&contract).await.has_status(404);
        t.visit_as(w.reporter, GuestRole::Reporter, &[w.main]).await;
        t.get("/portal/contracts").await.has_status(403);
        t.get(&format!("/portal/assets/{}", w.branch_switch)).await.has_status(404);
        assert!(w.customer.get() > 0);
    });
}
