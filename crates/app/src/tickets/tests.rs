//! Stories through the front door, on both databases, with a clock that the story moves.

use http::Method;
use rules::access::{Permission, Role};
use rules::contracts::ContractForm;
use rules::customers::{ContactForm, CustomerForm, SiteForm};
use rules::event::{About, Event};
use rules::ids::*;
use rules::installed_base::{AssetForm, ProductForm};
use rules::tickets::number::TicketNumber;
use serde_json::json;

use super::store::{self, TicketRow};
use crate::commitments::{publish, store as commitments};
use crate::contracts::store as contracts;
use crate::customers::contacts::store as contacts;
use crate::customers::sites::store as sites;
use crate::customers::store as customers;
use crate::installed_base::{assets::store as assets, products::store as products};
use crate::kernel::actor::By;
use crate::testing::{Answer, TestApp, each_app};

/// A customer with a site in Shanghai, a contact, a switch in daily use, and the shipped commitment.
struct Library {
    customer: CustomerId,
    site: SiteId,
    contact: ContactId,
    asset: AssetId,
}

async fn library(t: &TestApp) -> Library {
    let now = t.now();
    let draft = publish::shipped().unwrap();
    t.app
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
            let form =
                ProductForm {
                    manufacturer: "某厂".into(), model: "S5735".into(), ..ProductForm::default()
                };
            let product = products::add(c.tx, &form.read()?, now)?;
            let form =
                AssetForm { name: "核心交换机".into(), serial: "SN-210".into(), ..AssetForm::default() };
            let placed = assets::Placed { product, site: Some(site) };
            let asset = assets::add(c.tx, customer, placed, &form.read()?, now)?;
            let form = ContractForm {
                number: "HT-1".into(),
                title: "维保".into(),
                from_on: "2025-01-01".into(),
                ..ContractForm::default()
            };
            let contract = contracts::add(c.tx, customer, &form.read()?, now)?;
            let from = "2025-01-01".parse().unwrap();
            commitments::bind(c.tx, contract, commitment, from, None, now)?;
            Ok(Library { customer, site, contact, asset })
        })
        .await
        .unwrap()
}

/// Reports a fault of the switch; answers with the path of its page.
async fn reported(t: &TestApp, library: &Library, more: &[(&str, &str)]) -> String {
    let asset = library.asset.to_string();
    let mut fields = vec![("asset", asset.as_str()), ("title", "核心交换机掉线"), ("impact", "disrupted")];
    fields.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    fields.extend_from_slice(more);
    let answer = t.post_form("/tickets", &fields).await.has_status(303);
    answer.location().trim_end_matches("/receipt").to_owned()
}

async fn row(t: &TestApp, path: &str) -> TicketRow {
    let id = TicketNumber::parse(path.trim_start_matches("/tickets/")).unwrap().ticket();
    t.app.read(move |tx| Ok(store::find(tx, id)?.unwrap())).await.unwrap()
}

/// What the next deadline is, and when: `respond 2026-01-05T05:00:00Z`.
async fn next(t: &TestApp, path: &str) -> String {
    let row = row(t, path).await;
    match (row.next_promise, row.next_due_at) {
        (Some(promise), Some(due_at)) => format!("{promise} {due_at}"),
        _ => "nothing".to_owned(),
    }
}

async fn does(t: &TestApp, path: &str, verb: &str, fields: &[(&str, &str)]) -> Answer {
    let version = row(t, path).await.version.to_string();
    let mut all = vec![("version", version.as_str())];
    all.extend_from_slice(fields);
    t.post_form(&format!("{path}/{verb}"), &all).await
}

#[test]
fn a_fault_is_reported_waits_is_answered_restored_and_closed() {
    each_app(async |t| {
        let library = library(t).await;
        t.sign_in(Role::Hotline).await;
        let contact = library.contact.to_string();
        let path = reported(t, &library, &[("contact", &contact)]).await;
        let number = TicketNumber::parse(path.trim_start_matches("/tickets/")).unwrap();
        assert_eq!(number.to_string().len(), 6);
        t.get(&format!("{path}/receipt")).await.ok().sees(&number.grouped()).sees("响应并着手处理");
        let paper = t.get(&format!("{path}/receipt.pdf")).await.ok();
        assert!(paper.body.starts_with(b"%PDF-1."), "the receipt is no PDF");
        // Level 3, from common use and interruption: four hours from nine in the morning.
        assert_eq!(next(t, &path).await, "respond 2026-01-05T05:00:00Z");
        t.get(&path).await.ok().sees("2026-01-05 13:00").sees("为什么是这一分钟").sees("李主任");

        t.advance("1h");
        does(t, &path, "waiting", &[("addressee", "customer"), ("question", "指示灯什么颜色？")])
            .await
            .goes_to(&path);
        t.get(&path).await.ok().sees("指示灯什么颜色？").sees("等待客户答复");
        assert_eq!(next(t, &path).await, "nothing", "asking is handling, and handling was promised");
        t.advance("30m");
        does(t, &path, "answer", &[("answer", "红色")]).await.goes_to(&path);
        does(t, &path, "restoration", &[]).await.goes_to(&path);
        does(t, &path, "closure", &[]).await.has_status(409).sees("已恢复");
        does(t, &path, "resolution", &[("cause", "equipment"), ("solution", "换了电源")])
            .await
            .goes_to(&path);
        does(t, &path, "closure", &[("contact", &contact)]).await.goes_to(&path);
        let closed = row(t, &path).await;
        assert_eq!((closed.state.code(), closed.missed_count), ("closed", 0));
        t.get(&path).await.ok().sees("按时履行").sees("换了电源").lacks("fact-ticket").lacks("ticket-verb");
        t.get(&format!("{path}/why/respond/1")).await.ok().sees("售后服务承诺").sees("C7.5").lacks(">why-");
    });
}

#[test]
fn a_change_of_severity_derives_the_deadline_from_the_report() {
    each_app(async |t| {
        let library = library(t).await;
        t.sign_in(Role::Hotline).await;
        let path = reported(t, &library, &[("impact", "message-only")]).await;
        assert_eq!(next(t, &path).await, "respond 2026-01-05T13:00:00Z", "level 1: twelve hours");
        t.advance("2h");
        does(t, &path, "severity", &[("severity", "level3")]).await.has_status(422).sees("必填");
        does(t, &path, "severity", &[("severity", "level3"), ("reason", "现在断了")]).await.goes_to(&path);
        assert_eq!(next(t, &path).await, "respond 2026-01-05T05:00:00Z", "from the report, not from now");
        does(t, &path, "severity", &[("severity", "emergency"), ("reason", "全馆瘫痪")]).await.goes_to(&path);
        t.get(&path).await.ok().sees("紧急到场").sees("级别由三级改为紧急");
    });
}

#[test]
fn an_agreed_deadline_is_kept_apart_and_a_waiver_is_the_managers() {
    each_app(async |t| {
        let library = library(t).await;
        t.sign_in(Role::Hotline).await;
        let path = reported(t, &library, &[]).await;
        let contact = library.contact.to_string();
        let agreed = [
            ("promise", "respond"),
            ("due_at", "2026-01-05T18:00"),
            ("contact", contact.as_str()),
            ("reason", "馆里下午有活动"),
        ];
        does(t, &path, "agreement", &agreed).await.goes_to(&path);
        assert_eq!(next(t, &path).await, "respond 2026-01-05T10:00:00Z", "six in the evening in Shanghai");
        t.get(&path).await.ok().sees("商定时限").sees("李主任");
        let past = [agreed[0], ("due_at", "2026-01-05T08:00"), agreed[2], agreed[3]];
        does(t, &path, "agreement", &past).await.has_status(409).sees("已经过去").sees("馆里下午有活动");
        let waived = [("promise", "respond"), ("contact", contact.as_str()), ("reason", "客户说不急")];
        does(t, &path, "waiver", &waived).await.has_status(403);
        t.sign_in(Role::Manager).await;
        does(t, &path, "waiver", &waived).await.goes_to(&path);
        assert_eq!(next(t, &path).await, "loaner 2026-01-07T01:00:00Z", "what was not waived is still owed");
    });
}

#[test]
fn an_engineer_is_asked_for_and_arrives_late() {
    each_app(async |t| {
        let library = library(t).await;
        let me = t.sign_in(Role::Hotline).await.to_string();
        let path = reported(t, &library, &[("onsite", "yes")]).await;
        does(t, &path, "handling", &[]).await.goes_to(&path);
        assert_eq!(next(t, &path).await, "arrival 2026-01-05T05:00:00Z");
        t.advance("5h");
        let arrived = [("engineer", me.as_str()), ("at", "2026-01-05T12:55")];
        does(t, &path, "arrival", &arrived).await.goes_to(&path);
        assert_eq!(row(t, &path).await.missed_count, 0, "learnt late, happened in time");
        t.get(&path).await.ok().sees("补记");
        does(t, &path, "onsite-request", &[]).await.goes_to(&path);
        t.advance("5h");
        does(t, &path, "arrival", &[("engineer", &me)]).await.goes_to(&path);
        assert_eq!(row(t, &path).await.missed_count, 1);
        does(t, &path, "arrival", &[("engineer", &me), ("at", "2026-02-30T10:00")]).await.has_status(422);
        does(t, &path, "arrival", &[("engineer", &me), ("at", "2027-01-01T10:00")]).await.has_status(409);
    });
}

#[test]
fn two_people_who_edit_one_ticket_see_each_others_work() {
    each_app(async |t| {
        let library = library(t).await;
        t.sign_in(Role::Hotline).await;
        let path = reported(t, &library, &[]).await;
        let opened = row(t, &path).await.version.to_string();
        let seen = t.get(&format!("{path}/edit")).await.ok().between("name=\"seen\" value=\"", "\"");
        does(t, &path, "edit", &[("title", "核心交换机电源坏"), ("asset", &library.asset.to_string())])
            .await
            .goes_to(&path);
        let mine = [
            ("version", opened.as_str()),
            ("seen", seen.as_str()),
            ("title", "三楼核心交换机掉线"),
            ("description", "从九点开始"),
        ];
        let conflict = t.post_form(&format!("{path}/edit"), &mine).await.has_status(409);
        let conflict =
            conflict.sees("核心交换机电源坏").sees("三楼核心交换机掉线").sees("从九点开始").sees("更正内容");
        assert_eq!(row(t, &path).await.title, "核心交换机电源坏", "nothing was overwritten");
        // Sent again from the page that shows both, it is a decision.
        let version = conflict.between("name=\"version\" value=\"", "\"");
        let again = [("version", version.as_str()), mine[2], mine[3]];
        t.post_form(&format!("{path}/edit"), &again).await.goes_to(&path);
        assert_eq!(row(t, &path).await.title, "三楼核心交换机掉线");
        let stale = [
            ("version", opened.as_str()),
            ("seen", seen.as_str()),
            ("cause", "software"),
            ("solution", "升级"),
        ];
        t.post_form(&format!("{path}/resolution"), &stale)
            .await
            .has_status(409)
            .sees("别人刚改过")
            .sees("升级");
        // A note disturbs nobody.
        let note = [("version", opened.as_str()), ("text", "客户很急"), ("visibility", "internal")];
        t.post_form(&format!("{path}/note"), &note).await.goes_to(&path);
        t.get(&path).await.ok().sees("客户很急").sees("note internal");
    });
}

#[test]
fn merged_numbers_lead_on_and_split_tickets_know_where_they_came_from() {
    each_app(async |t| {
        let library = library(t).await;
        t.sign_in(Role::Dispatcher).await;
        let first = reported(t, &library, &[]).await;
        let second = reported(t, &library, &[("title", "又报了一次")]).await;
        let number = |path: &str| path.trim_start_matches("/tickets/").to_owned();
        does(t, &second, "merge", &[("into", &number(&second))]).await.has_status(409);
        does(t, &second, "merge", &[("into", "123456")]).await.has_status(422).sees("不是正确的故障号码");
        does(t, &second, "merge", &[("into", &number(&first)), ("reason", "同一件事")]).await.goes_to(&first);
        t.get(&second).await.ok().sees("已并入这张服务单").sees("核心交换机掉线");
        t.get(&format!("{second}?stay=yes")).await.ok().sees("又报了一次");
        t.get(&format!("/tickets/find?number={}", number(&second))).await.goes_to(&second);
        assert_eq!(next(t, &second).await, "nothing");
        does(t, &second, "handling", &[]).await.has_status(409);

        let form = t.get(&format!("{first}/split")).await.location();
        t.get(&form).await.ok().sees("市图书馆").sees("拆分为新的服务单");
        let customer = library.customer.to_string();
        let fields = [("split", number(&first)), ("customer", customer)];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let third = reported(t, &library, &[&fields[..], &[("title", "打印机也不好")]].concat()).await;
        t.get(&third).await.ok().sees("由此单拆分");
        t.get(&first).await.ok().sees("打印机也不好");
    });
}

#[test]
fn a_number_with_a_slip_offers_what_was_meant() {
    each_app(async |t| {
        let library = library(t).await;
        t.sign_in(Role::Hotline).await;
        let path = reported(t, &library, &[]).await;
        let number = path.trim_start_matches("/tickets/").to_owned();
        let mut wrong = number.clone().into_bytes();
        wrong[5] = if wrong[5] == b'9' { b'0' } else { wrong[5] + 1 };
        let wrong = String::from_utf8(wrong).unwrap();
        let found = t.get(&format!("/tickets/{wrong}")).await.location();
        let right = TicketNumber::parse(&number).unwrap();
        t.get(&found).await.has_status(422).sees("<mark>").sees(&right.grouped());
        let spaced = format!("{}%20{}", &number[..3], &number[3..]);
        t.get(&format!("/tickets/find?number={spaced}")).await.goes_to(&path);
        let free = TicketNumber::of(TicketId(777)).to_string();
        t.get(&format!("/tickets/find?number={free}")).await.has_status(404).sees("还没有发给");
        t.get("/tickets/find?number=12a456").await.has_status(422).sees("不是数字");
    });
}

#[test]
fn what_is_wrong_with_a_report_is_told_at_the_field_and_nothing_is_lost() {
    each_app(async |t| {
        let library = library(t).await;
        t.sign_in(Role::Hotline).await;
        let asset = library.asset.to_string();
        let fields =
            [("asset", asset.as_str()), ("title", ""), ("description", "很长的描述"), ("impact", "")];
        t.post_form("/tickets", &fields)
            .await
            .has_status(422)
            .sees("很长的描述")
            .sees("f-title-error")
            .sees("f-impact");
        let milder =
            [("asset", asset.as_str()), ("title", "x"), ("impact", "disrupted"), ("severity", "level1")];
        t.post_form("/tickets", &milder).await.has_status(422).sees("请说明原因");
        t.post_form("/tickets", &[("title", "x"), ("impact", "disrupted")])
            .await
            .has_status(422)
            .sees("f-customer-error");
        // Without a script the words are sent.
        let words = [("customer_text", "市图书馆"), ("title", "x"), ("impact", "disrupted")];
        t.post_form("/tickets", &words).await.has_status(303);
        let ahead = t.get("/tickets/ahead/all?q=1380013").await.ok().json();
        assert_eq!(ahead[0]["text"], "李主任");
        assert_eq!(ahead[0]["fill"][0][2], "市图书馆");
        let ahead = t.get("/tickets/ahead/all?q=SN210").await.ok().json();
        assert_eq!(ahead[0]["text"], "核心交换机 · S5735");
        let site = library.site.to_string();
        let proposal = format!("/tickets/proposal?asset={asset}&site={site}&impact=disrupted&kind=fault");
        t.get(&proposal).await.ok().sees("三级").sees("HT-1").sees("2026-01-05 13:00");
        t.sign_in(Role::ReadOnly).await;
        t.get("/tickets/new").await.has_status(403);
        t.post_form("/tickets", &words).await.has_status(403);
    });
}

#[test]
fn files_are_kept_whole_or_not_at_all() {
    each_app(async |t| {
        let library = library(t).await;
        t.sign_in(Role::Engineer).await;
        let path = reported(t, &library, &[]).await;
        let png: &[u8] = b"\x89PNG\r\n\x1a\n picture";
        let page: &[u8] = b"<html><script>alert(1)</script>";
        let files = [("files", "机房.png", "image/png", png), ("files", "x.html", "text/html", page)];
        t.post_files(&format!("{path}/attachments"), &[], &files).await.has_status(303);
        let shown = t.get(&path).await.ok().sees("机房.png").sees("x.html");
        let image = shown.between("class=\"file\" href=\"", "\"");
        let image = t.get(&image).await.ok();
        assert_eq!(image.body, png);
        assert_eq!(image.headers["content-type"], "image/png");
        assert!(image.headers["content-security-policy"].to_str().unwrap().contains("sandbox"));
        let html = t.get("/attachments/2/x.html").await.ok();
        assert_eq!(html.headers["content-type"], "text/plain; charset=utf-8", "never a page of ours");
        t.post_files(&format!("{path}/attachments"), &[], &[]).await.has_status(422);
        t.post_form(&format!("{path}/attachments/1/removal"), &[("reason", "")]).await.has_status(422);
        t.post_form(&format!("{path}/attachments/1/removal"), &[("reason", "拍错了")]).await.has_status(303);
        t.get("/attachments/1/x.png").await.has_status(410);
        t.get(&path).await.ok().sees("移除附件").sees("拍错了");
    });
}

#[test]
fn links_and_watchers_come_and_go() {
    each_app(async |t| {
        let library = library(t).await;
        t.sign_in(Role::Engineer).await;
        let first = reported(t, &library, &[]).await;
        let second = reported(t, &library, &[("title", "另一件")]).await;
        let other = second.trim_start_matches("/tickets/").to_owned();
        let link = [("other", other.as_str()), ("relation", "caused-by")];
        does(t, &first, "links", &link).await.goes_to(&first);
        does(t, &first, "links", &link).await.has_status(409);
        t.get(&first).await.ok().sees("由它引起").sees("另一件");
        t.get(&second).await.ok().sees("引起了它").sees("核心交换机掉线");
        does(t, &first, "unlink", &link).await.goes_to(&first);
        t.get(&second).await.ok().lacks("引起了它");
        t.post_form(&format!("{first}/watch"), &[("watch", "yes")]).await.goes_to(&first);
        t.get(&first).await.ok().sees("取消关注");
        t.post_form(&format!("{first}/watch"), &[("watch", "no")]).await.goes_to(&first);
        t.get(&first).await.ok().lacks("name=\"watch\" value=\"no\"");
    });
}

#[test]
fn every_form_of_a_verb_can_be_opened_by_itself() {
    use rules::tickets::verb::{VerbName, possible};
    each_app(async |t| {
        let library = library(t).await;
        t.sign_in(Role::Manager).await;
        let path = reported(t, &library, &[("onsite", "yes")]).await;
        for verb in VerbName::ALL {
            let answer = t.get(&format!("{path}/act/{verb}")).await;
            if possible(&row(t, &path).await.ticket()).contains(verb) {
                answer.ok().sees("act-form").lacks("-do<").lacks(">act-").lacks(">field-");
                t.get(&format!("{path}/act/{verb}?part=yes")).await.ok().sees("data-part").lacks("<html");
            } else {
                answer.has_status(409);
            }
        }
        for form in ["edit", "link", "merge"] {
            t.get(&format!("{path}/{form}")).await.ok().sees("act-form");
        }
        t.get("/tickets").await.ok().sees("核心交换机掉线");
        t.get("/tickets?state=closed").await.ok().lacks("核心交换机掉线");
        t.get(&format!("/tickets?customer={}&severity=level3&kind=fault", library.customer))
            .await
            .ok()
            .sees("核心交换机掉线");
    });
}

#[test]
fn programs_report_and_work_tickets() {
    each_app(async |t| {
        let library = library(t).await;
        let id = t.sign_in(Role::Hotline).await;
        let token =
            t.token(id, &[Permission::ViewTickets, Permission::ReportTicket, Permission::WorkTicket]).await;
        let report = json!({
            "asset": library.asset, "title": "核心交换机掉线", "impact": "disrupted", "channel": "api",
        });
        let key = [("idempotency-key", "report-1")];
        let made =
            t.api_with(Method::POST, "/api/v1/tickets", &token, report.clone(), &key).await.has_status(201);
        let again = t.api_with(Method::POST, "/api/v1/tickets", &token, report, &key).await.has_status(201);
        let made = made.json();
        assert_eq!(made["number"], again.json()["number"], "done once");
        assert_eq!(made["severity"], "level3");
        assert_eq!(made["obligations"][0]["due_at"], "2026-01-05T05:00:00Z");
        let path = format!("/api/v1/tickets/{}", made["number"].as_str().unwrap());
        assert_eq!(t.api(Method::GET, &path, &token, json!(null)).await.ok().json(), made, "as it stands");
        let missing = json!({ "title": "", "asset": library.asset });
        let problem = t.api(Method::POST, "/api/v1/tickets", &token, missing).await.has_status(422).json();
        assert_eq!(problem["errors"][0]["field"], "title");

        let waiting = json!({ "addressee": "customer", "question": "灯亮吗？" });
        let answer = t.api(Method::POST, &format!("{path}/waiting"), &token, waiting).await.ok().json();
        assert_eq!(answer["state"], "waiting");
        assert_eq!(answer["waiting"]["question"], "灯亮吗？");
        let stale = json!({ "version": 1, "answer": "亮" });
        t.api(Method::POST, &format!("{path}/answer"), &token, stale).await.has_status(409);
        t.api(Method::POST, &format!("{path}/answer"), &token, json!({ "answer": "亮" })).await.ok();
        t.api(Method::POST, &format!("{path}/closure"), &token, json!({})).await.has_status(403);
        let facts = t.api(Method::GET, &format!("{path}/facts"), &token, json!(null)).await.ok().json();
        assert_eq!(facts["items"][0]["name"], "ticket.reported");
        let why = t
            .api(Method::GET, &format!("{path}/obligations/respond/1/explanation"), &token, json!(null))
            .await;
        assert_eq!(why.ok().json()["clause"], "C7.5");
        let list =
            t.api(Method::GET, "/api/v1/tickets?state=in-handling&limit=1", &token, json!(null)).await.ok();
        assert_eq!(list.json()["items"][0]["number"], made["number"]);
        t.api(Method::GET, "/api/v1/tickets/123456", &token, json!(null)).await.has_status(422);
    });
}

async fn channel_says(t: &TestApp, event: Event) {
    let about = About { channel: Some(ChannelId(7)), commitment: Some(CommitmentId(1)), ..About::default() };
    let said = t.app.change(By::System("watch"), move |change| {
        change.record(about, event);
        Ok(())
    });
    said.await.unwrap();
}

#[test]
fn a_change_of_the_commitment_is_previewed_on_what_happened() {
    each_app(async |t| {
        let library = library(t).await;
        t.sign_in(Role::Manager).await;
        // Level 3 is answered within four hours: one after three, one never.
        let answered = reported(t, &library, &[]).await;
        let open = reported(t, &library, &[]).await;
        t.advance("3h");
        does(t, &answered, "handling", &[]).await;
        let stored = (row(t, &answered).await, row(t, &open).await);

        // A draft that promises two hours.
        let text = publish::STANDARD.replacen("version = \"1\"", "version = \"2\"", 1).replacen(
            "level3 = \"4h\"",
            "level3 = \"2h\"",
            1,
        );
        t.post_form("/commitments/1/edit", &[("view", "text"), ("text", &text)]).await.ok();
        t.get("/commitments/1/preview").await.ok().sees("value=\"draft\"").sees("2025-10-01");
        let asked = [("with", "draft"), ("from", "2026-01-01"), ("to", "2026-01-31"), ("contract", "")];
        let page = t.post_form("/commitments/1/preview", &asked).await.ok();
        let number = |path: &str| path.trim_start_matches("/tickets/").to_owned();
        // In time before, late after; open before, broken after. Nothing else moves.
        page.sees("1 → <strong>0</strong>")
            .sees("0 → <strong>1</strong>")
            .sees(&number(&answered))
            .sees(&number(&open));
        let now = (row(t, &answered).await, row(t, &open).await);
        assert_eq!(now, stored, "a preview changed something");

        // What is promised of the house itself: that a channel was down for an hour would be no leave.
        let text = text.replacen("leave = \"channel.went_down\"", "leave = \"channel.closed\"", 1);
        t.post_form("/commitments/1/edit", &[("view", "text"), ("text", &text)]).await.ok();
        channel_says(t, Event::ChannelOpened { code: "mail".into() }).await;
        t.advance("1h");
        channel_says(t, Event::ChannelWentDown { leave: 1, reason: "silent".into() }).await;
        t.advance("1h");
        channel_says(t, Event::ChannelCameBack { leave: 1 }).await;
        t.post_form("/commitments/1/preview", &asked).await.ok().sees("渠道 7").sees("href=\"/health\"");

        let none = [("with", "draft"), ("from", "2025-01-01"), ("to", "2025-01-31"), ("part", "yes")];
        t.post_form("/commitments/1/preview", &none).await.ok().lacks("<html").lacks("→");
        let other = [("with", "draft"), ("from", "2026-01-01"), ("to", "2026-01-31"), ("contract", "99")];
        t.post_form("/commitments/1/preview", &other).await.ok().lacks("→");
        let turned = [("with", "draft"), ("from", "2026-02-01"), ("to", "2026-01-01")];
        t.post_form("/commitments/1/preview", &turned).await.has_status(422);
        t.post_form("/commitments/1/edit", &[("view", "text"), ("text", "id = 1")]).await.ok();
        t.post_form("/commitments/1/preview", &asked).await.ok().lacks("→");
    });
}
