//! One search box over everything, behind the front door, on both databases.

use app::customers::sites::store as sites;
use app::customers::store as customers;
use app::kernel::actor::By;
use app::search::follow;
use app::testing::{TestApp, each_app};
use http::Method;
use rules::access::{Permission, Role};
use rules::customers::{CustomerForm, SiteForm};
use rules::ids::SiteId;
use serde_json::json;

async fn place(t: &TestApp) -> SiteId {
    let now = t.now();
    let made = t.app.change(By::System("story"), move |c| {
        let form =
            CustomerForm { code: "LIB".into(), name: "市图书馆".into(), ..CustomerForm::default() };
        let customer = customers::add(c.tx, &form.read()?, now)?;
        let zone = "Asia/Shanghai".to_owned();
        let form =
            SiteForm { code: "MAIN".into(), name: "中关村分馆".into(), zone, ..SiteForm::default() };
        Ok(sites::add(c.tx, customer, &form.read()?, now)?)
    });
    made.await.unwrap()
}

async fn report(t: &TestApp, token: &str, site: SiteId, title: &str, text: &str) -> String {
    let body = json!({
        "kind": "fault", "title": title, "description": text, "site": site.get(), "impact": "disrupted",
        "severity": "level2", "severity_reason": "as the story needs it",
    });
    let answer = t.api(Method::POST, "/api/v1/tickets", token, body).await.has_status(201);
    answer.json()["number"].as_str().unwrap().to_owned()
}

async fn hrefs(t: &TestApp, token: &str, query: &str) -> Vec<String> {
    let address = format!("/api/v1/search?q={}", app::kernel::form::encode(query));
    let found = t.api(Method::GET, &address, token, json!(null)).await.ok().json();
    found["items"].as_array().unwrap().iter().map(|hit| hit["href"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn everything_is_found_in_one_box_and_new_things_at_once() {
    each_app(async |t| {
        let id = t.add_person("hotline", Role::Hotline).await;
        let token = t.token(id, Permission::ALL).await;
        t.sign_in_as(id).await;
        let site = place(t).await;
        let first = report(t, &token, site, "打印机卡纸", "二楼 DBS-C9200-24T 旁边的打印机又卡纸").await;
        follow::open(&t.app).unwrap();
        t.work().await;

        // Made from the tables.
        for (typed, best) in [
            ("卡纸", format!("/tickets/{first}")),
            ("卡紙", format!("/tickets/{first}")),
            ("c920024t", format!("/tickets/{first}")),
            ("客户:图书馆 状态:reported", format!("/tickets/{first}")),
            ("zgc", format!("/sites/{site}")),
            ("site:中关村 打印机", format!("/tickets/{first}")),
        ] {
            assert_eq!(hrefs(t, &token, typed).await.first(), Some(&best), "{typed}");
        }
        assert!(hrefs(t, &token, "状态:closed 卡纸").await.is_empty());

        // What is reported and written afterwards is followed.
        let second = report(t, &token, site, "网络不通", "无法上网").await;
        let note = json!({ "visibility": "internal", "text": "重启了核心交换机" });
        t.api(Method::POST, &format!("/api/v1/tickets/{first}/note"), &token, note).await.ok();
        t.work().await;
        assert_eq!(hrefs(t, &token, "无法上网").await, [format!("/tickets/{second}")]);
        assert_eq!(hrefs(t, &token, "核心交换机").await.first(), Some(&format!("/tickets/{first}")));

        // The page marks what matched and says why; a report in the making hears of the open one at its site.
        t.get("/search?q=%E5%8D%A1%E7%BA%B8")
            .await
            .ok()
            .sees("<mark>卡纸</mark>")
            .sees(&format!("/tickets/{first}"));
        t.get("/search?q=zzqqxx").await.ok().lacks("class=\"hits\"");
        let like =
            t.get(&format!("/search/like?title=%E6%89%93%E5%8D%B0%E6%9C%BA&site={site}")).await.ok().text();
        assert!(like.contains(&first) && !like.contains(&second), "{like}");
    });
}
