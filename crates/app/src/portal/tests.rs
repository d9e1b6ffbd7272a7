//! Stories of the portal through the front door, on both databases.

use rules::access::Role;
use rules::contracts::ContractForm;
use rules::customers::{ContactForm, CustomerForm, SiteForm};
use rules::ids::*;
use rules::installed_base::{AssetForm, ProductForm};
use rules::portal::GuestRole;
use rules::tickets::number::TicketNumber;

use crate::commitments::{publish, store as commitments};
use crate::contracts::store as contracts;
use crate::customers::contacts::store as contacts;
use crate::customers::sites::store as sites;
use crate::customers::store as customers;
use crate::installed_base::{assets::store as assets, products::store as products};
use crate::kernel::actor::By;
use crate::testing::{COMPANY, HOTLINE, TestApp, each_app};
use crate::tickets::store::{self as tickets, TicketRow};

const PHOTO: &[u8] = b"\x89PNG\r\n\x1a\n a photograph of a red light";

/// Two customers: one with two sites, each with a switch, and people; another with a site and a ticket.
pub(super) struct World {
    pub customer: CustomerId,
    pub main: SiteId,
    pub branch: SiteId,
    pub manager: ContactId,
    pub reporter: ContactId,
    pub switch: AssetId,
    pub branch_switch: AssetId,
    pub contract: ContractId,
    pub stranger: ContactId,
    pub strange_site: SiteId,
    pub strange_asset: AssetId,
}

pub(super) async fn world(t: &TestApp) -> World {
    let now = t.now();
    let draft = publish::shipped().unwrap();
    t.app
        .change(By::System("story"), move |c| {
            let commitment = publish::publish(c, &draft, None)?;
            let form = ProductForm {
                manufacturer: "某厂".into(),
                model: "S5735".into(),
                warranty_months: "36".into(),
                ..ProductForm::default()
            };
            let product = products::add(c.tx, &form.read()?, now)?;
            let customer = |c: &mut crate::kernel::door::Change<'_>, code: &str, name: &str| {
                let form = CustomerForm { code: code.into(), name: name.into(), ..CustomerForm::default() };
                Ok::<_, crate::Failure>(customers::add(c.tx, &form.read()?, now)?)
            };
            let site = |c: &mut crate::kernel::door::Change<'_>, customer, name: &str| {
                let zone = "Asia/Shanghai".to_owned();
                let form = SiteForm { code: name.into(), name: name.into(), zone, ..SiteForm::default() };
                Ok::<_, crate::Failure>(sites::add(c.tx, customer, &form.read()?, now)?)
            };
            let contact = |c: &mut crate::kernel::door::Change<'_>, customer, name: &str, mail: &str| {
                let form = ContactForm {
                    name: name.into(),
                    mail: mail.into(),
                    phone: "13800138000".into(),
                    ..ContactForm::default()
                };
                Ok::<_, crate::Failure>(contacts::add(c.tx, customer, None, &form.read()?, now)?)
            };
            let asset = |c: &mut crate::kernel::door::Change<'_>, customer, site, name: &str| {
                let form =
                    AssetForm { name: name.into(), serial: format!("SN-{name}"), ..AssetForm::default() };
                let placed = assets::Placed { product, site: Some(site) };
                Ok::<_, crate::Failure>(assets::add(c.tx, customer, placed, &form.read()?, now)?)
            };
            let library = customer(c, "LIB", "市图书馆")?;
            let (main, branch) = (site(c, library, "总馆")?, site(c, library, "西馆")?);
            let manager = contact(c, library, "李主任", "li@lib.example")?;
            let reporter = contact(c, library, "王管理", "wang@lib.example")?;
            let switch = asset(c, library, main, "核心交换机")?;
            let branch_switch = asset(c, library, branch, "西馆交换机")?;
            let form = ContractForm {
                number: "HT-1".into(),
                title: "维保".into(),
                from_on: "2025-01-01".into(),
                ..ContractForm::default()
            };
            let contract = contracts::add(c.tx, library, &form.read()?, now)?;
            commitments::bind(c.tx, contract, commitment, "2025-01-01".parse().unwrap(), None, now)?;
            let bank = customer(c, "BANK", "别家银行")?;
            let strange_site = site(c, bank, "别家网点")?;
            let stranger = contact(c, bank, "别家的人", "x@bank.example")?;
            let strange_asset = asset(c, bank, strange_site, "别家柜员机")?;
            Ok(World {
                customer: library,
                main,
                branch,
                manager,
                reporter,
                switch,
                branch_switch,
                contract,
                stranger,
                strange_site,
                strange_asset,
            })
        })
        .await
        .unwrap()
}

async fn row(t: &TestApp, path: &str) -> TicketRow {
    let id = TicketNumber::parse(path.rsplit('/').next().unwrap()).unwrap().ticket();
    t.app.read(move |tx| Ok(tickets::find(tx, id)?.unwrap())).await.unwrap()
}

/// Reports a fault on the portal; answers with the path of its page there.
pub(super) async fn reported(t: &TestApp, asset: AssetId, title: &str) -> String {
    let asset = asset.to_string();
    let fields = [("asset", asset.as_str()), ("title", title), ("impact", "disrupted"), ("kind", "fault")];
    let answer = t.post_files("/portal/report", &fields, &[]).await.has_status(303);
    answer.location().trim_end_matches("/receipt").to_owned()
}

async fn staff_does(t: &TestApp, path: &str, verb: &str, fields: &[(&str, &str)]) {
    let version = row(t, path).await.version.to_string();
    let mut all = vec![("version", version.as_str())];
    all.extend_from_slice(fields);
    let desk = path.trim_start_matches("/portal").to_owned();
    t.post_form(&format!("{desk}/{verb}"), &all).await.goes_to(&desk);
}

#[test]
fn a_fault_is_reported_with_a_photo_answered_confirmed_and_opened_again() {
    each_app(async |t| {
        let w = world(t).await;
        t.visit_as(w.reporter, GuestRole::Reporter, &[w.main]).await;
        t.get("/portal").await.ok().sees(COMPANY).sees(HOTLINE).sees("王管理").sees("现在没有未结束的事");
        let asset = w.switch.to_string();
        t.get(&format!("/portal/report?asset={asset}")).await.ok().sees("核心交换机").sees("SN-核心交换机");
        let fields = [("asset", asset.as_str()), ("impact", "disrupted"), ("title", "")];
        t.post_files("/portal/report", &fields, &[]).await.has_status(422).sees("必填").sees("核心交换机");
        let fields = [fields[0], fields[1], ("title", "核心交换机掉线"), ("onsite", "yes")];
        let photo = [("files", "红灯.png", "image/png", PHOTO)];
        let answer = t.post_files("/portal/report", &fields, &photo).await.has_status(303);
        let receipt = answer.location();
        let path = receipt.trim_end_matches("/receipt").to_owned();
        let number = TicketNumber::parse(path.rsplit('/').next().unwrap()).unwrap();
        // Severity follows from use and impact: level 3, four hours from nine in the morning in Shanghai.
        t.get(&receipt).await.ok().sees(&number.grouped()).sees("最迟 13:00");
        let page =
            t.get(&path).await.ok().sees("核心交换机掉线").sees("工程师最迟 13:00 到场").sees("红灯.png");
        let file = page.between("href=\"/portal/attachments/", "\"");
        assert_eq!(t.get(&format!("/portal/attachments/{file}")).await.ok().body, PHOTO);
        let stored = row(t, &path).await;
        assert_eq!(
            (stored.channel.code(), stored.contact_id, stored.site_id, stored.severity.code()),
            ("web", Some(w.reporter), Some(w.main), "level3")
        );
        t.sign_in(Role::Hotline).await;
        t.get(path.trim_start_matches("/portal")).await.ok().sees("红灯.png").sees("王管理");

        staff_does(t, &path, "waiting", &[("addressee", "customer"), ("question", "指示灯什么颜色？")]).await;
        t.get("/portal").await.ok().sees("等您答复");
        t.get(&path).await.ok().sees("指示灯什么颜色？").sees("等答复，暂停计时");
        t.advance("30m");
        t.post_form(&format!("{path}/answer"), &[("answer", "红色")]).await.goes_to(&path);
        let answered = row(t, &path).await;
        assert_eq!((answered.state.code(), answered.waiting_question), ("in-handling", None));
        assert_eq!(
            answered.next_due_at.unwrap().to_string(),
            "2026-01-05T05:30:00Z",
            "the pause of half an hour is given back"
        );
        t.get(&path).await.ok().sees("红色");
        t.post_form(&format!("{path}/answer"), &[("answer", "红色")]).await.has_status(409);

        staff_does(t, &path, "resolution", &[("cause", "equipment"), ("solution", "换了电源")]).await;
        t.get("/portal").await.ok().sees("等您确认");
        t.get(&path).await.ok().sees("确认已解决").sees("按时做到").lacks("换了电源");
        t.post_form(&format!("{path}/confirmation"), &[]).await.goes_to(&path);
        assert_eq!(row(t, &path).await.state.code(), "closed");
        t.advance("1d");
        t.post_form(&format!("{path}/reopening"), &[("reason", "又掉线了")]).await.goes_to(&path);
        assert_eq!(row(t, &path).await.state.code(), "reopened");
        t.get(&path).await.ok().sees("又掉线了").sees("我们最迟 13:30 着手处理");
        let more = [("files", "又坏了.png", "image/png", PHOTO)];
        t.post_files(&format!("{path}/reply"), &[("text", "请带备件来")], &more).await.goes_to(&path);
        t.get(&path).await.ok().sees("请带备件来").sees("又坏了.png");
        t.post_files(&format!("{path}/reply"), &[("text", " ")], &[]).await.has_status(422);
        let said_by = t
            .app
            .read(|tx| {
                let sql = "SELECT said_by FROM fact WHERE name = 'ticket.message_received'";
                Ok(tx.adhoc::<(String,)>(sql, &[])?.remove(0).0)
            })
            .await
            .unwrap();
        assert_eq!(said_by, format!("contact:{}", w.reporter));
    });
}

#[test]
fn what_is_anothers_is_not_there_and_the_try_is_counted() {
    each_app(async |t| {
        let w = world(t).await;
        t.visit_as(w.stranger, GuestRole::Manager, &[]).await;
        let strange = reported(t, w.strange_asset, "别家的事").await;
        t.visit_as(w.manager, GuestRole::Manager, &[]).await;
        let branch = reported(t, w.branch_switch, "西馆的事").await;
        t.get("/portal").await.ok().sees("西馆的事").lacks("别家");

        t.visit_as(w.reporter, GuestRole::Reporter, &[w.main]).await;
        let own = reported(t, w.switch, "总馆的事").await;
        for page in ["/portal", "/portal/tickets", "/portal/report"] {
            t.get(page).await.ok().lacks("西馆的事").lacks("别家").lacks("西馆交换机").lacks("别家柜员机");
        }
        for path in [&strange, &branch] {
            t.get(path).await.has_status(404).lacks("的事");
            t.get(&format!("{path}/receipt")).await.has_status(404);
            for (verb, field) in [("answer", "answer"), ("confirmation", "x"), ("reopening", "reason")] {
                t.post_form(&format!("{path}/{verb}"), &[(field, "y")]).await.has_status(404);
            }
            t.post_files(&format!("{path}/reply"), &[("text", "y")], &[]).await.has_status(404);
        }
        let strange_asset = w.strange_asset.to_string();
        let strange_site = w.strange_site.to_string();
        let branch_site = w.branch.to_string();
        t.get(&format!("/portal/report?asset={strange_asset}")).await.has_status(404);
        for named in [("asset", &strange_asset), ("site", &strange_site), ("site", &branch_site)] {
            let fields = [(named.0, named.1.as_str()), ("title", "x"), ("impact", "disrupted")];
            t.post_files("/portal/report", &fields, &[]).await.has_status(404);
        }
        t.post_files(&format!("{branch}/reply"), &[("text", "x")], &[("files", "a.png", "image/png", PHOTO)])
            .await
            .has_status(404);
        t.get(&own).await.ok();

        t.sign_in(Role::Administrator).await;
        let page = t.get("/security").await.ok().sees("王管理").sees("越权的编号");
        let text = page.text();
        let figure = text.rsplit("class=\"figures\">").next().and_then(|rest| rest.split('<').next());
        let counted: i64 = figure.and_then(|figure| figure.parse().ok()).unwrap_or(0);
        assert!(counted >= 17, "{counted}");
        t.sign_in(Role::Manager).await;
        t.get("/security").await.has_status(403);
    });
}

#[test]
fn nothing_internal_is_ever_shown() {
    each_app(async |t| {
        let w = world(t).await;
        t.visit_as(w.manager, GuestRole::Manager, &[]).await;
        let path = reported(t, w.switch, "公开的标题").await;
        let desk = path.trim_start_matches("/portal").to_owned();
        let me = t.sign_in(Role::Manager).await.to_string();
        let secret = "机密";
        let text = |what: &str| format!("{secret}{what}");
        staff_does(t, &path, "handling", &[("note", &text("处理备注"))]).await;
        staff_does(t, &path, "note", &[("visibility", "internal"), ("text", &text("内部备注"))]).await;
        staff_does(t, &path, "note", &[("visibility", "public"), ("text", "给客户的话")]).await;
        staff_does(
            t,
            &path,
            "waiting",
            &[
                ("addressee", "manufacturer"),
                ("question", &text("问厂家")),
                ("reason", &text("缘由")),
                ("addressee_name", &text("厂家")),
            ],
        )
        .await;
        staff_does(t, &path, "answer", &[("answer", &text("厂家答复"))]).await;
        staff_does(t, &path, "severity", &[("severity", "level2"), ("reason", &text("改级理由"))]).await;
        staff_does(t, &path, "assignment", &[("assignee", &me)]).await;
        let inner = [("files", "机密清单.png", "image/png", PHOTO)];
        t.post_files(&format!("{desk}/attachments"), &[], &inner).await.has_status(303);
        let outer = [("files", "可看.png", "image/png", PHOTO)];
        t.post_files(&format!("{desk}/attachments"), &[], &outer).await.has_status(303);
        staff_does(t, &path, "onsite-request", &[("note", &text("到场备注"))]).await;
        staff_does(t, &path, "restoration", &[("note", &text("恢复备注"))]).await;
        staff_does(t, &path, "resolution", &[("cause", "equipment"), ("solution", &text("解决办法"))]).await;
        staff_does(t, &path, "closure", &[("note", &text("关闭备注"))]).await;
        staff_does(t, &path, "reopening", &[("reason", &text("内部重开"))]).await;

        let page = t.get(&desk).await.ok().sees("机密清单.png");
        let ids: Vec<String> = page
            .text()
            .split("/attachments/")
            .filter_map(|part| part.split_once("/removal").map(|(id, _)| id.to_owned()))
            .collect();
        assert_eq!(ids.len(), 2);
        let share = format!("{desk}/attachments/{}/sharing", ids[1]);
        t.post_form(&share, &[("visibility", "public")]).await.has_status(303);
        t.post_form(&share, &[("visibility", "public")]).await.has_status(409);
        let page = t.get(&path).await.ok().sees("给客户的话").sees("可看.png").sees("公开的标题");
        assert!(!page.text().contains("/tickets/1/"), "no way to the desk");
        t.get(&format!("/portal/attachments/{}/x.png", ids[0])).await.has_status(404);
        t.get(&format!("/portal/attachments/{}/x.png", ids[1])).await.ok();
        for route in crate::router::routes() {
            if route.guest && route.method == http::Method::GET {
                let number = path.rsplit('/').next().unwrap();
                let address = route.path.replace("{number}", number).replace("{id}", &w.switch.to_string());
                let page = t.get(&address.replace("{name}", "x")).await;
                assert!(!page.text().contains(secret), "{} shows what is internal", route.path);
            }
        }
    });
}

#[test]
fn guests_come_in_by_invitation_link_and_password_and_no_longer_when_ended() {
    each_app(async |t| {
        let w = world(t).await;
        t.sign_in(Role::Hotline).await;
        let contact = format!("/contacts/{}", w.reporter);
        let access = format!("{contact}/portal-access");
        t.get(&contact).await.ok().sees("还不能登录客户门户");
        t.post_form(&access, &[("role", "reporter")]).await.has_status(422).sees("至少选一个网点");
        let strange = w.strange_site.to_string();
        t.post_form(&access, &[("role", "reporter"), ("sites", &strange)]).await.has_status(422);
        let main = w.main.to_string();
        t.post_form(&access, &[("role", "reporter"), ("sites", &main)]).await.has_status(303);
        t.get(&contact).await.ok().sees("可以登录").sees("还没有登录过");
        t.post_form(&format!("{access}/invitation"), &[]).await.ok().sees("/portal/invitation/");
        t.forget_cookies();
        let (to, text) = t.letters().await.remove(0);
        assert_eq!(to, "wang@lib.example");
        assert!(text.contains(COMPANY), "{text}");
        let link = text.split_whitespace().find(|word| word.contains("/portal/invitation/")).unwrap();
        let link = &link[link.find("/portal").unwrap()..];
        t.get(link).await.ok().sees("王管理");
        let short = [("password", "short"), ("password_again", "short")];
        t.post_form(link, &short).await.has_status(422);
        let good = [("password", "三更灯火五更鸡呀呀呀"), ("password_again", "三更灯火五更鸡呀呀呀")];
        t.post_form(link, &good).await.goes_to("/portal");
        t.get("/portal").await.ok().sees("王管理");
        t.get(link).await.has_status(410).sees(HOTLINE);
        t.post_form("/portal/sign-out", &[]).await.goes_to("/portal/sign-in");
        t.get("/portal").await.goes_to("/portal/sign-in?next=%2Fportal");

        let wrong = [("mail", "wang@lib.example"), ("password", "not this one at all")];
        t.post_form("/portal/sign-in", &wrong).await.has_status(422).sees("邮箱或密码不正确");
        let right = [("mail", "Wang@LIB.example"), ("password", good[0].1), ("next", "//evil")];
        t.post_form("/portal/sign-in", &right).await.goes_to("/portal");
        t.forget_cookies();
        for _ in 0..8 {
            t.post_form("/portal/sign-in", &wrong).await.has_status(422);
        }
        t.post_form("/portal/sign-in", &wrong).await.has_status(429);
        t.advance("1h");

        // Known or not, the answer is the same.
        let known = t.post_form("/portal/link", &[("link_mail", "wang@lib.example")]).await.ok();
        let unknown = t.post_form("/portal/link", &[("link_mail", "nobody@lib.example")]).await.ok();
        assert_eq!(known.between("<main", "</main>"), unknown.between("<main", "</main>"));
        let letters = t.letters().await;
        assert_eq!(letters.len(), 2);
        let text = &letters[1].1;
        let link = text.split_whitespace().find(|word| word.contains("/portal/in/")).unwrap();
        let link = link[link.find("/portal").unwrap()..].to_owned();
        t.get(&link).await.ok();
        t.get(&link).await.ok();
        t.post_form(&link, &[]).await.goes_to("/portal");
        t.post_form(&link, &[]).await.has_status(410);
        t.get("/portal/account").await.ok().sees("总馆");
        t.post_form("/portal/account", &[("locale", "en"), ("theme", "dark")])
            .await
            .goes_to("/portal/account");
        t.get("/portal").await.ok().sees("Hello").sees("data-theme=\"dark\"");

        t.sign_in(Role::Hotline).await;
        t.post_form(&format!("{access}/end"), &[]).await.has_status(303);
        t.get("/portal").await.goes_to("/portal/sign-in?next=%2Fportal");
        t.post_form("/portal/sign-in", &right).await.has_status(422);
        t.post_form("/portal/link", &[("link_mail", "wang@lib.example")]).await.ok();
        assert_eq!(t.letters().await.len(), 2, "no link for one who is no longer let in");
    });
}
