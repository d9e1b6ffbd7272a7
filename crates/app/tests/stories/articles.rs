//! The support database through the front door, on both databases: written, found, used, and read by customers.

use app::articles::store as articles;
use app::commitments::{publish, store as commitments};
use app::contracts::store as contracts;
use app::customers::contacts::store as contacts;
use app::customers::sites::store as sites;
use app::customers::store as customers;
use app::kernel::actor::By;
use app::kernel::form::encode;
use app::search::follow;
use app::testing::world::MailServer;
use app::testing::{TestApp, each_app, on};
use http::Method;
use rules::access::{Permission, Role};
use rules::articles::ArticleState;
use rules::contracts::ContractForm;
use rules::customers::{ContactForm, CustomerForm, SiteForm};
use rules::ids::*;
use rules::portal::GuestRole;
use serde_json::json;

struct House {
    site: SiteId,
    contact: ContactId,
    engineer: UserId,
    token: String,
}

/// A library with a contract under the shipped commitment, a contact with an address, and an engineer of ours.
async fn house(t: &TestApp) -> House {
    let now = t.now();
    let draft = publish::shipped().unwrap();
    let (site, contact) = t
        .app
        .change(By::System("story"), move |c| {
            let commitment = publish::publish(c, &draft, None)?;
            let form =
                CustomerForm { code: "LIB".into(), name: "市图书馆".into(), ..CustomerForm::default() };
            let customer = customers::add(c.tx, &form.read()?, now)?;
            let zone = "Asia/Shanghai".to_owned();
            let form = SiteForm { code: "MAIN".into(), name: "总馆".into(), zone, ..SiteForm::default() };
            let site = sites::add(c.tx, customer, &form.read()?, now)?;
            let mail = "li@lib.example".to_owned();
            let form = ContactForm { name: "李主任".into(), mail, ..ContactForm::default() };
            let contact = contacts::add(c.tx, customer, Some(site), &form.read()?, now)?;
            let form = ContractForm {
                number: "HT-1".into(),
                title: "维保".into(),
                from_on: "2025-01-01".into(),
                ..ContractForm::default()
            };
            let contract = contracts::add(c.tx, customer, &form.read()?, now)?;
            commitments::bind(c.tx, contract, commitment, "2025-01-01".parse().unwrap(), None, now)?;
            Ok((site, contact))
        })
        .await
        .unwrap();
    let engineer = t.sign_in(Role::Engineer).await;
    let token = t.token(engineer, Permission::ALL).await;
    House { site, contact, engineer, token }
}

async fn report(t: &TestApp, house: &House, title: &str, text: &str) -> String {
    let body = json!({
        "kind": "fault", "title": title, "description": text, "site": house.site.get(), "contact": house.contact.get(),
        "impact": "disrupted", "severity": "level2", "severity_reason": "as the story needs it",
    });
    let answer = t.api(Method::POST, "/api/v1/tickets", &house.token, body).await.has_status(201);
    answer.json()["number"].as_str().unwrap().to_owned()
}

/// Writes an article over the API; published where it is said.
async fn written(t: &TestApp, house: &House, more: serde_json::Value, published: bool) -> i64 {
    let mut body = json!({ "kind": "known-fault", "visibility": "public" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let made = t.api(Method::POST, "/api/v1/articles", &house.token, body).await.has_status(201).json();
    let id = made["id"].as_i64().unwrap();
    if published {
        let path = format!("/api/v1/articles/{id}/publication");
        t.api(Method::POST, &path, &house.token, json!({ "version": made["version"] })).await.ok();
    }
    id
}

/// Whether the clock for a known problem of a ticket is in a state.
async fn known_clock(t: &TestApp, house: &House, number: &str) -> Vec<String> {
    let path = format!("/api/v1/tickets/{number}");
    let ticket = t.api(Method::GET, &path, &house.token, json!(null)).await.ok().json();
    let all = ticket["obligations"].as_array().cloned().unwrap_or_default();
    let ours = all.iter().filter(|one| one["promise"] == "known-solution");
    ours.map(|one| one["state"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn an_article_is_written_published_and_read_by_customers_but_never_what_is_internal() {
    each_app(async |t| {
        let house = house(t).await;
        t.get("/articles").await.ok().sees("还没有知识条目");
        t.get("/articles/new").await.ok().sees("kind=known-fault").sees("kind=how-to");
        t.get("/articles/new?kind=how-to").await.ok().sees("完成后检查");

        // What is wrong is said beside its field, and nothing is lost.
        let wrong =
            [("kind", "known-fault"), ("title", ""), ("solution", "升级固件"), ("review_on", "2026-02-30")];
        t.post_form("/articles", &wrong).await.has_status(422).sees("升级固件").sees("f-title-error");

        let owner = house.engineer.to_string();
        let fields = [
            ("kind", "known-fault"),
            ("title", "端口反复掉线"),
            ("owner", owner.as_str()),
            ("owner_text", "工程师"),
            ("visibility", "public"),
            ("symptom", "日志有 `UPDOWN`。<script>alert(1)</script>"),
            ("affected", "SQ-3048P：V5.10"),
            ("solution", "1. 升级到 V5.20"),
        ];
        t.post_form("/articles", &fields).await.goes_to("/articles/1");
        let page =
            t.get("/articles/1").await.ok().sees("<code>UPDOWN</code>").sees("草稿").lacks("<script>alert");
        page.sees("SQ-3048P");

        // What a template put there and nobody filled in is no solution.
        let form = t.get("/articles/new?kind=known-fault").await.ok();
        let left = form.between("name=\"solution\"", "</textarea>");
        let left = left.split_once('>').unwrap().1.replace('\n', "\r\n");
        let untouched =
            [("kind", "known-fault"), ("title", "尚无办法"), ("symptom", "x"), ("solution", left.as_str())];
        t.post_form("/articles", &untouched).await.goes_to("/articles/2");
        let row = t.app.read(|tx| Ok(articles::find(tx, ArticleId(2))?)).await.unwrap().unwrap();
        assert_eq!(row.solution, None);

        // A draft is not there for customers; published it is.
        t.visit_as(house.contact, GuestRole::Manager, &[]).await;
        t.get("/portal/articles/1").await.has_status(404);
        t.post_form("/articles/1/publication", &[("version", "1")]).await.goes_to("/articles/1");
        t.get("/portal/articles").await.ok().sees("端口反复掉线");
        t.get("/portal/articles/1").await.ok().sees("升级到 V5.20");
        t.post_form("/portal/articles/1/answer", &[("helped", "yes")])
            .await
            .goes_to("/portal/articles/1#helped");
        t.post_form("/portal/articles/1/answer", &[("helped", "no")])
            .await
            .goes_to("/portal/articles/1#helped");
        let row = t.app.read(|tx| Ok(articles::find(tx, ArticleId(1))?)).await.unwrap().unwrap();
        assert_eq!((row.yes_count, row.no_count, row.state), (0, 1, ArticleState::Published));
        assert_eq!(row.review_on.unwrap().to_string(), "2026-07-04", "half a year on");

        // Two edit at once: the second is refused, with what they typed and what the other saved.
        let mut first = fields.to_vec();
        first.extend([("version", "2"), ("cause", "协商异常。")]);
        first.retain(|(name, _)| *name != "solution");
        first.push(("solution", "1. 升级到 V5.21"));
        t.post_form("/articles/1", &first).await.goes_to("/articles/1");
        let mut second = fields.to_vec();
        second.extend([("version", "2"), ("workaround", "关闭节能以太网")]);
        t.post_form("/articles/1", &second).await.has_status(409).sees("关闭节能以太网").sees("V5.21");

        // Every text is kept, and what differs between two is shown.
        t.get("/articles/1/editions")
            .await
            .ok()
            .sees("<del> 升级到 V5.20</del>")
            .sees("<ins> 升级到 V5.21</ins>");
        let path = "/api/v1/articles/1/editions";
        let editions = t.api(Method::GET, path, &house.token, json!(null)).await.ok().json();
        assert_eq!(editions.as_array().unwrap().len(), 2);
        assert_eq!(editions[1]["fields"]["solution"], "1. 升级到 V5.20");

        // A picture is for whoever reads the article.
        let picture = ("files", "端口.png", "image/png", &b"\x89PNG\r\n\x1a\n a port"[..]);
        t.post_files("/articles/1/files", &[], &[picture]).await.has_status(303);
        t.get("/article-files/1/x.png").await.ok();
        t.get("/portal/article-files/1/x.png").await.ok();

        // Made internal, it and its picture are gone from the portal at once.
        let version = articles_version(t, 1).await;
        let body = json!({ "visibility": "internal", "version": version });
        t.api(Method::PATCH, "/api/v1/articles/1", &house.token, body).await.ok();
        t.get("/portal/articles/1").await.has_status(404);
        t.get("/portal/article-files/1/x.png").await.has_status(404);
        t.get("/portal/articles").await.ok().lacks("端口反复掉线");

        // Half a year later somebody has to look at it again.
        t.get("/articles?review=overdue").await.ok().lacks("端口反复掉线");
        t.advance("200d");
        let id = t.sign_in(Role::Engineer).await;
        assert_eq!(id, house.engineer);
        t.get("/articles?review=overdue").await.ok().sees("端口反复掉线");
        // Its owner is told, once.
        t.work().await;
        t.work().await;
        t.get("/notices").await.ok().sees("待复核：端口反复掉线");
        assert_eq!(t.get("/notices/count").await.ok().json()["shown"], "1");
        t.advance("1d");
        t.sign_in(Role::Engineer).await;
        t.work().await;
        t.work().await;
        assert_eq!(t.get("/notices/count").await.ok().json()["shown"], "1");
        t.get("/notices/1").await.goes_to("/articles?review=overdue");
        let version = articles_version(t, 1).await.to_string();
        t.post_form("/articles/1/review", &[("version", &version), ("review_on", "2026-01-01")])
            .await
            .has_status(422);
        t.post_form("/articles/1/review", &[("version", &version)]).await.goes_to("/articles/1");
        t.get("/articles?review=overdue").await.ok().lacks("端口反复掉线");
        let version = articles_version(t, 1).await.to_string();
        t.post_form("/articles/1/retirement", &[("version", &version)]).await.goes_to("/articles/1");
        t.get("/articles").await.ok().lacks("端口反复掉线");
        t.get("/articles?state=retired").await.ok().sees("端口反复掉线");
    });
}

async fn articles_version(t: &TestApp, id: i64) -> i64 {
    t.app.read(move |tx| Ok(articles::find(tx, ArticleId(id))?)).await.unwrap().unwrap().version
}

#[test]
fn a_known_problem_starts_its_clock_and_the_way_out_stops_it() {
    each_app(async |t| {
        let house = house(t).await;
        let known =
            written(t, &house, json!({ "title": "会话失效", "solution": "1. 校时\n2. 重启会话服务" }), true)
                .await;
        let number = report(t, &house, "登录报错", "提示会话失效").await;
        let path = format!("/tickets/{number}");
        t.post_form(&format!("{path}/articles"), &[("article", "99")]).await.has_status(422);
        let id = known.to_string();
        t.post_form(&format!("{path}/articles"), &[("article", &id)]).await.has_status(303);
        assert_eq!(known_clock(t, &house, &number).await, ["running"]);
        t.post_form(&format!("{path}/articles"), &[("article", &id)]).await.has_status(409);

        // The way out is put into the reply, and the reply that carries it is told to the clock.
        t.advance("1h");
        t.get(&format!("{path}?solution={id}"))
            .await
            .ok()
            .sees("2. 重启会话服务")
            .sees("name=\"article\" value=\"1\"");
        let note =
            [("visibility", "public"), ("text", "请先校时"), ("article", id.as_str()), ("mail", "yes")];
        t.post_form(&format!("{path}/note"), &note).await.goes_to(&path);
        assert_eq!(known_clock(t, &house, &number).await, ["met"]);
        t.get(&path).await.ok().sees("已把解决方案发给客户");

        // On another ticket one act sends it; an internal reply sends nothing.
        let other = report(t, &house, "登录又报错", "会话失效").await;
        let inside = [("visibility", "internal"), ("text", "内部"), ("article", id.as_str())];
        t.post_form(&format!("/tickets/{other}/note"), &inside).await.has_status(303);
        assert!(known_clock(t, &house, &other).await.is_empty());
        t.post_form(&format!("/tickets/{other}/articles/{id}/solution"), &[]).await.has_status(303);
        assert_eq!(known_clock(t, &house, &other).await, ["met"]);

        // Both are seen on the article; resolved, and not reopened, they count as helped.
        for number in [&number, &other] {
            let body = json!({ "cause": "software", "solution": "按条目处理" });
            t.api(Method::POST, &format!("/api/v1/tickets/{number}/resolution"), &house.token, body)
                .await
                .ok();
        }
        let helped =
            || async { t.app.read(move |tx| Ok(articles::helped(tx, ArticleId(known))?)).await.unwrap() };
        assert_eq!(helped().await, 2);
        t.api(
            Method::POST,
            &format!("/api/v1/tickets/{other}/reopening"),
            &house.token,
            json!({ "reason": "又来了" }),
        )
        .await
        .ok();
        assert_eq!(helped().await, 1);
        t.get(&format!("/articles/{id}")).await.ok().sees(&number).sees(&other);
        t.post_form(&format!("/tickets/{other}/articles/{id}/removal"), &[]).await.has_status(303);
        t.get(&format!("/articles/{id}")).await.ok().lacks(&other);
    });
}

#[test]
fn a_resolved_ticket_becomes_an_article_and_a_solved_fault_is_told_to_everybody_who_waits() {
    each_app(async |t| {
        let server = MailServer::open().await;
        t.sign_in(Role::Administrator).await;
        let port = server.port.to_string();
        let mail = [
            ("host", "127.0.0.1"),
            ("port", port.as_str()),
            ("security", "none"),
            ("from", "service@desk.test"),
        ];
        t.post_form("/settings/mail", &mail).await.goes_to("/settings/mail");
        let house = house(t).await;
        let first = report(t, &house, "认证页面不弹出", "手机连上无线后没有认证页面").await;
        let body = json!({ "cause": "software", "solution": "更换证书" });
        t.api(Method::POST, &format!("/api/v1/tickets/{first}/resolution"), &house.token, body).await.ok();
        t.get(&format!("/tickets/{first}")).await.ok().sees(&format!("/articles/new?ticket={first}"));
        t.get(&format!("/articles/new?ticket={first}"))
            .await
            .ok()
            .sees("手机连上无线后没有认证页面")
            .sees("更换证书");
        let draft = [
            ("ticket", first.as_str()),
            ("kind", "known-fault"),
            ("title", "认证页面不弹出"),
            ("visibility", "public"),
            ("symptom", "没有认证页面"),
            ("workaround", "手动打开地址"),
        ];
        t.post_form("/articles", &draft).await.goes_to("/articles/1");
        t.get(&format!("/tickets/{first}")).await.ok().sees("认证页面不弹出").lacks("/articles/new?ticket=");

        // Two tickets wait; one of them is over by the time.
        let open = report(t, &house, "无线认证", "无法认证").await;
        let over = report(t, &house, "访客无线", "没有页面").await;
        t.post_form("/articles/1/publication", &[("version", "1")]).await.goes_to("/articles/1");
        for number in [&open, &over] {
            t.post_form("/articles/1/tickets", &[("ticket", number)]).await.has_status(303);
        }
        assert_eq!(known_clock(t, &house, &open).await, ["running"], "the workaround is a way out");
        let body = json!({ "reason": "不需要了" });
        t.api(Method::POST, &format!("/api/v1/tickets/{over}/cancellation"), &house.token, body).await.ok();
        t.work().await;
        let before = server.letters().len();
        let version = articles_version(t, 1).await;
        let solved = json!({ "solution": "1. 导入新证书", "version": version });
        t.api(Method::PATCH, "/api/v1/articles/1", &house.token, solved).await.ok();
        t.work().await;
        let letters = server.letters().split_off(before);
        let told: Vec<String> = letters.iter().map(|letter| letter.header("Subject")).collect();
        let digits = |subject: &String| subject.chars().filter(char::is_ascii_digit).collect::<String>();
        assert_eq!(told.len(), 1, "neither who withdrew nor who was helped: {told:?}");
        assert!(digits(&told[0]).starts_with(&open), "{open}: {told:?}");
        assert!(letters.iter().all(|letter| letter.text().contains("导入新证书")), "{letters:#?}");
        assert_eq!(known_clock(t, &house, &open).await, ["met"]);

        // A further edit tells nobody again.
        let version = articles_version(t, 1).await;
        let again = json!({ "solution": "1. 导入新证书\n2. 重启", "version": version });
        t.api(Method::PATCH, "/api/v1/articles/1", &house.token, again).await.ok();
        t.work().await;
        assert_eq!(server.letters().len(), before + letters.len());
    });
}

#[test]
fn what_may_help_is_found_while_one_types_and_what_is_missing_is_kept() {
    each_app(async |t| {
        let house = house(t).await;
        let public =
            json!({ "title": "票据打印机卡纸", "symptom": "打印机停止走纸", "solution": "清理走纸通道" });
        let known = written(t, &house, public, true).await;
        let secret = json!({ "title": "打印机卡纸的内部说明", "visibility": "internal", "solution": "打印机后门口令" });
        let inside = written(t, &house, secret, true).await;
        written(t, &house, json!({ "title": "打印机卡纸草稿", "solution": "草稿" }), false).await;
        follow::open(&t.app).unwrap();
        t.work().await;

        // Staff find both that are published; the customer only what is for them.
        let typed = encode("打印机卡纸");
        let beside = t.get(&format!("/search/like?title={typed}")).await.ok();
        let beside =
            beside.sees(&format!("/articles/{known}")).sees(&format!("/articles/{inside}")).lacks("草稿");
        beside.sees("name=\"article_send\"").sees("匹配");
        t.visit_as(house.contact, GuestRole::Manager, &[]).await;
        for path in [format!("/portal/articles?q={typed}"), format!("/portal/articles/like?title={typed}")] {
            let seen = t.get(&path).await.ok().sees(&format!("/portal/articles/{known}"));
            seen.lacks("内部说明").lacks("口令").lacks("草稿");
        }

        // Ticked beside the report, it is linked and sent with it.
        let (site, contact, id) = (house.site.to_string(), house.contact.to_string(), known.to_string());
        let fields = [
            ("kind", "fault"),
            ("title", "打印机又卡纸"),
            ("impact", "disrupted"),
            ("channel", "phone"),
            ("site", site.as_str()),
            ("contact", contact.as_str()),
            ("severity", "level2"),
            ("severity_reason", "故事需要"),
            ("article", id.as_str()),
            ("article_send", id.as_str()),
        ];
        let made = t.post_form("/tickets", &fields).await.has_status(303).location();
        let number = made.trim_start_matches("/tickets/").trim_end_matches("/receipt").to_owned();
        assert_eq!(known_clock(t, &house, &number).await, ["met"]);
        t.work().await;

        // Beside the reply the same articles stand, and the open ticket at the same site beside the next report.
        // What is linked already is not offered for it again.
        let reply = t.get(&format!("/search/like?ticket={number}")).await.ok();
        let offer = |article: i64| format!("name=\"article\" value=\"{article}\"");
        reply
            .sees(&format!("data-article=\"{known}\""))
            .sees("已关联")
            .lacks(&offer(known))
            .sees(&offer(inside));
        t.get(&format!("/search/like?title={typed}&site={site}")).await.ok().sees(&number);
        t.get(&format!("/portal/articles/like?title={typed}&site={site}")).await.ok().sees(&number);
        t.get(&format!("/portal/articles/like?title={typed}&site=77")).await.has_status(404);

        // What nobody finds is kept without who asked, counted, and turned into an article.
        for asked in ["量子打印头 13800138000", "量子打印头", "zzqqxx li@lib.example"] {
            t.get(&format!("/portal/articles?q={}", encode(asked))).await.ok();
        }
        t.get(&format!("/search?q={}", encode("zzqqxx"))).await.ok();
        let gaps = t.get("/articles/gaps").await.ok().sees("zzqqxx").lacks("13800138000").lacks("li@lib");
        let id = gaps.between("/articles/new?gap=", "\"");
        t.get(&format!("/articles/new?gap={id}&kind=how-to")).await.ok().sees("zzqqxx");
        let answer = [("gap", id.as_str()), ("kind", "how-to"), ("title", "zzqqxx"), ("solution", "x")];
        t.post_form("/articles", &answer).await.has_status(303);
        t.get("/articles/gaps").await.ok().lacks("zzqqxx");

        // The command palette finds articles, too.
        t.get(&format!("/palette?q={}", encode("走纸"))).await.ok().sees(&format!("/articles/{known}"));
    });
}

#[test]
fn an_index_is_made_anew_beside_the_one_that_serves() {
    on(db::Dialect::Sqlite, async |t| {
        let house = house(t).await;
        follow::open(&t.app).unwrap();
        report(t, &house, "投影仪不亮", "灯泡").await;
        t.work().await;
        let before = t.app.finding.index().unwrap().count();
        let app = t.app.clone();
        let shares = tokio::task::spawn_blocking(move || {
            let mut shares = Vec::new();
            follow::rebuild(&app, &mut |share| shares.push(share)).unwrap();
            shares
        });
        let shares = shares.await.unwrap();
        assert!(shares.is_sorted() && shares.last() == Some(&1.0), "{shares:?}");
        assert_eq!(t.app.finding.generation(), 0, "the old one serves until the next turn");
        report(t, &house, "音响没声音", "功放").await;
        t.work().await;
        assert_eq!(t.app.finding.generation(), 1);
        assert_eq!(t.app.finding.index().unwrap().count(), before + 1);
        let found = t.get(&format!("/search?q={}", encode("投影仪"))).await.ok();
        found.sees("<mark>");
        // Only the new one is left, and it is the one that is opened the next time.
        let folders = t.files().into_iter().filter(|file| file.ends_with("meta.json")).count();
        assert_eq!(folders, 1);
    });
}

#[test]
fn a_diagnosis_goes_out_whole_stops_its_clock_and_is_read() {
    each_app(async |t| {
        let house = house(t).await;
        let number = report(t, &house, "VPN 中断", "每隔十几分钟").await;
        let path = format!("/tickets/{number}");
        t.post_form(&format!("{path}/remote-analysis"), &[]).await.goes_to(&path);
        t.get(&path).await.ok().sees("/act/diagnosis\" data-act");
        t.get(&format!("{path}/act/diagnosis")).await.ok().sees("name=\"conclusion\"").sees("诊断结果");
        let contact = house.contact.to_string();
        let half = [("document", "诊断结果"), ("findings", "抓包"), ("contact", contact.as_str())];
        t.post_form(&format!("{path}/diagnosis"), &half)
            .await
            .has_status(422)
            .sees("抓包")
            .sees("f-treatment-error");
        let mut whole = half.to_vec();
        whole.extend([("conclusion", "生存时间不一致"), ("treatment", "统一为 28800 秒")]);
        t.post_form(&format!("{path}/diagnosis"), &whole).await.goes_to(&path);
        let ticket =
            t.api(Method::GET, &format!("/api/v1{path}"), &house.token, json!(null)).await.ok().json();
        let states: Vec<&str> = ticket["obligations"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["promise"] == "diagnosis")
            .map(|one| one["state"].as_str().unwrap())
            .collect();
        assert_eq!(states, ["met"]);
        t.get(&path).await.ok().sees("客户未读").sees("【诊断结论】");

        // The customer opens it: that is the receipt.
        t.visit_as(house.contact, GuestRole::Manager, &[]).await;
        t.get(&format!("/portal{path}")).await.ok().sees("统一为 28800 秒");
        t.get(&path).await.ok().sees("客户已读").lacks("客户未读").sees("客户已读送达的文件");
    });
}
