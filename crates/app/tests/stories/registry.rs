//! Stories of the registry, through the front door on both databases.

use app::testing::{Answer, TestApp, each_app};
use http::Method;
use rules::access::{Permission, Role};
use serde_json::{Value, json};

/// The address that a created thing leads to.
fn made(answer: Answer) -> String {
    let answer = answer.has_status(303);
    answer.location()
}

async fn a_customer(t: &TestApp, code: &str, name: &str) -> String {
    made(t.post_form("/customers", &[("code", code), ("name", name)]).await)
}

async fn a_site(t: &TestApp, customer: &str, code: &str, name: &str) -> String {
    let customer = customer.rsplit('/').next().unwrap();
    let fields = [
        ("customer", customer),
        ("code", code),
        ("name", name),
        ("zone", "Asia/Shanghai"),
        ("address", "Road 1"),
    ];
    made(t.post_form("/sites", &fields).await)
}

fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

#[test]
fn a_customer_is_registered_found_edited_and_put_away() {
    each_app(async |t| {
        t.sign_in(Role::Manager).await;
        t.get("/customers").await.ok().sees("/customers/new");
        let bank = a_customer(t, "bj-bank", "\u{5317}\u{4eac}\u{94f6}\u{884c}").await;
        t.get(&bank).await.ok().sees("BJ-BANK");
        t.get("/customers?q=%E4%BA%AC%E9%93%B6").await.ok().sees("BJ-BANK");
        t.get("/customers?q=%E4%B8%8A%E6%B5%B7").await.ok().lacks("BJ-BANK");

        let again =
            t.post_form("/customers", &[("code", "BJ-Bank"), ("name", "Other")]).await.has_status(422);
        again.sees("\u{5317}\u{4eac}\u{94f6}\u{884c}").sees("value=\"Other\"");
        t.post_form("/customers", &[("code", "a b"), ("name", "")])
            .await
            .has_status(422)
            .sees("f-name-error");

        let edit = t.get(&format!("{bank}/edit")).await.ok();
        assert_eq!(edit.between("name=\"version\" value=\"", "\""), "1");
        let fields = [("code", "BJ-BANK"), ("name", "Capital Bank"), ("remark", "VIP"), ("version", "1")];
        t.post_form(&bank, &fields).await.goes_to(&bank);
        t.get(&bank).await.ok().sees("Capital Bank").sees("VIP").sees("manager");

        // A colleague who still has the old form keeps what they typed and sees what stands there now.
        let late = [("code", "BJ-BANK"), ("name", "Late Bank"), ("remark", ""), ("version", "1")];
        t.post_form(&bank, &late)
            .await
            .has_status(409)
            .sees("Late Bank")
            .sees("Capital Bank")
            .sees("value=\"2\"");

        t.post_form(&format!("{bank}/archive"), &[("version", "2")]).await.goes_to(&bank);
        t.get("/customers").await.ok().lacks("Capital Bank");
        t.get("/customers?shown=archived").await.ok().sees("Capital Bank");
        t.post_form(&bank, &fields).await.has_status(409);
        t.post_form(&format!("{bank}/restore"), &[("version", "3")]).await.goes_to(&bank);
        t.get("/customers").await.ok().sees("Capital Bank");
    });
}

#[test]
fn a_reader_sees_and_changes_nothing() {
    each_app(async |t| {
        t.sign_in(Role::Manager).await;
        let bank = a_customer(t, "BANK", "Bank").await;
        t.sign_in(Role::ReadOnly).await;
        t.get(&bank).await.ok().lacks("/edit\"").lacks("/archive\"");
        t.get("/customers/new").await.has_status(403);
        t.post_form("/customers", &[("code", "X"), ("name", "Y")]).await.has_status(403);
    });
}

#[test]
fn sites_and_contacts_belong_to_their_customer() {
    each_app(async |t| {
        t.sign_in(Role::Manager).await;
        let (bank, school) = (a_customer(t, "BANK", "Bank").await, a_customer(t, "SCHOOL", "School").await);
        let hall = a_site(t, &bank, "1", "Main Hall").await;
        let gate = a_site(t, &school, "1", "Gate").await;
        t.get(&hall).await.ok().sees("Bank").sees("Asia/Shanghai").sees("2026-01-05 09:00");
        t.get(&bank).await.ok().sees("Main Hall");

        let wrong = [
            ("customer", id(&bank)),
            ("code", "2"),
            ("name", "X"),
            ("zone", "Asia/Peking"),
            ("latitude", "95"),
            ("longitude", "1"),
        ];
        t.post_form("/sites", &wrong).await.has_status(422).sees("f-zone-error").sees("f-latitude-error");

        // Without a script the words are sent, and looked up by code or name.
        let named = [("customer_text", "school"), ("code", "9"), ("name", "Lab"), ("zone", "Asia/Urumqi")];
        let lab = made(t.post_form("/sites", &named).await);
        t.get(&lab).await.ok().sees("School");

        let person =
            [("customer", id(&bank)), ("name", "Li Na"), ("phone", "010-8888 6666"), ("site", id(&hall))];
        let contact = made(t.post_form("/contacts", &person).await);
        t.get(&contact).await.ok().sees("tel:01088886666").sees("Main Hall");
        t.get("/contacts?q=6666").await.ok().sees("Li Na");
        let elsewhere = [("customer", id(&bank)), ("name", "X"), ("phone", "12345"), ("site", id(&gate))];
        t.post_form("/contacts", &elsewhere).await.has_status(422).sees("f-site-error");

        let offered = t.get(&format!("/lookup/sites?q=&customer={}", id(&bank))).await.ok().json();
        assert_eq!(offered.as_array().unwrap().len(), 1);
        assert_eq!(offered[0]["text"], "Main Hall");
    });
}

#[test]
fn a_contract_binds_a_commitment_names_an_engineer_and_records_an_acceptance() {
    each_app(async |t| {
        let engineer = t.add_person("wang", Role::Engineer).await;
        t.sign_in(Role::Manager).await;
        let standard = include_str!("../../../../commitments/standard.toml");
        let published = t
            .post_files(
                "/commitments",
                &[("act", "publish")],
                &[("file", "standard.toml", "application/toml", standard.as_bytes())],
            )
            .await;
        let commitment = made(published);
        t.get(&commitment).await.ok().sees("C7.5").sees("commitment-clause");
        let bank = a_customer(t, "BANK", "Bank").await;
        let (hall, vault) = (a_site(t, &bank, "1", "Hall").await, a_site(t, &bank, "2", "Vault").await);
        let fields = [
            ("customer", id(&bank)),
            ("number", "HT-1"),
            ("title", "Care"),
            ("from_on", "2026-01-01"),
            ("to_on", "2026-12-31"),
            ("commitment", id(&commitment)),
        ];
        let contract = made(t.post_form("/contracts", &fields).await);
        t.get(&contract).await.ok().sees("HT-1").sees(&commitment);
        let version = async || t.get(&contract).await.ok().between("name=\"version\" value=\"", "\"");

        // A second contract for all sites in the same days is refused, with its number and the day.
        let twice =
            [("customer", id(&bank)), ("number", "HT-2"), ("title", "More"), ("from_on", "2026-06-01")];
        t.post_form("/contracts", &twice).await.has_status(409).sees("HT-2");

        let seen = version().await;
        let named =
            [("engineer", &*engineer.to_string()), ("engineer_from_on", "2026-01-01"), ("version", &*seen)];
        t.post_form(&format!("{contract}/engineer"), &named).await.goes_to(&contract);
        t.get(&contract).await.ok().sees("wang");

        // C2.6: the vacancy was owed from the day on which the promises were bound, and the appointment ended it.
        let owed = ledger::Subject::new("contract", id(&contract).parse().expect("an id"));
        let owed = t.app.read(move |tx| Ok(ledger::obligations_of(tx, &owed)?)).await.expect("an answer");
        let told: Vec<_> = owed.iter().map(|row| (row.promise.as_str(), row.state.as_str())).collect();
        assert_eq!(told, [("dedicated-engineer", "met")]);
        t.get(&contract).await.ok().sees(&format!("/obligations/{}", owed[0].id));
        t.get(&format!("/obligations/{}", owed[0].id)).await.ok().sees("C2.6");

        let seen = version().await;
        let future = [("site", id(&hall)), ("signed_on", "2026-02-01"), ("version", &*seen)];
        t.post_form(&format!("{contract}/acceptances"), &future).await.has_status(409);
        let signed =
            [("site", id(&hall)), ("signed_on", "2026-01-05"), ("signed_by", "Li"), ("version", &*seen)];
        t.post_form(&format!("{contract}/acceptances"), &signed).await.goes_to(&contract);

        let seen = version().await;
        let named = [("covered", id(&vault)), ("version", &*seen)];
        t.post_form(&format!("{contract}/sites"), &named).await.goes_to(&contract);
        t.get(&contract).await.ok().sees("Vault");
        t.post_form(&format!("{contract}/sites"), &named).await.has_status(409);

        let seen = version().await;
        let ended = [("ended_on", "2026-06-30"), ("reason", "merged"), ("version", &*seen)];
        t.post_form(&format!("{contract}/end"), &ended).await.goes_to(&contract);
        t.get(&contract).await.ok().sees("2026-06-30").sees("merged");
        t.get("/contracts?ends=soon").await.ok().lacks("HT-1");
    });
}

/// How each promise about a noun stands, window by window.
async fn stands(t: &TestApp, noun: &'static str, path: &str) -> Vec<(String, String, String)> {
    let subject = ledger::Subject::new(noun, id(path).parse().expect("an id"));
    let owed = t.app.read(move |tx| Ok(ledger::obligations_of(tx, &subject)?)).await.expect("an answer");
    let case = |row: &ledger::StoredObligation| row.body.entry.as_deref().unwrap_or("-").to_owned();
    owed.iter().map(|row| (row.promise.clone(), case(row), row.state.clone())).collect()
}

#[test]
fn a_site_is_served_from_its_acceptance_on_and_a_month_without_inspection_is_broken_by_time_alone() {
    each_app(async |t| {
        t.sign_in(Role::Manager).await;
        let standard = include_str!("../../../../commitments/standard.toml");
        let files = [("file", "standard.toml", "application/toml", standard.as_bytes())];
        let commitment = made(t.post_files("/commitments", &[("act", "publish")], &files).await);
        let bank = a_customer(t, "BANK", "Bank").await;
        let hall = a_site(t, &bank, "1", "Hall").await;
        let fields = [
            ("customer", id(&bank)),
            ("number", "HT-1"),
            ("title", "Care"),
            ("from_on", "2026-01-01"),
            ("to_on", "2026-12-31"),
            ("commitment", id(&commitment)),
        ];
        let contract = made(t.post_form("/contracts", &fields).await);
        assert_eq!(stands(t, "site", &hall).await, [], "nothing is owed before the acceptance");
        let seen = t.get(&contract).await.ok().between("name=\"version\" value=\"", "\"");
        let signed =
            [("site", id(&hall)), ("signed_on", "2026-01-05"), ("signed_by", "Li"), ("version", &*seen)];
        t.post_form(&format!("{contract}/acceptances"), &signed).await.goes_to(&contract);

        let is = |stands: &[(String, String, String)], promise: &str, case: &str| {
            let found = stands.iter().find(|(id, entry, _)| id == promise && entry.starts_with(case));
            found.map_or("not owed".to_owned(), |(_, _, state)| state.clone())
        };
        let now = stands(t, "site", &hall).await;
        assert_eq!(is(&now, "monthly-inspection", "2026-01"), "running", "{now:?}");
        assert_eq!(is(&now, "periodic-maintenance", "2026-Q4"), "running");
        assert_eq!(is(&now, "administrators-trained", "2026-01-05..2026-04-05"), "running");
        t.get(&hall).await.ok().sees("C3.6").sees("C2.7").sees("C6.2");
        // A visit a month keeps the quarters too; the half-year that is looked at asks for six.
        let service = t.get(&format!("{hall}/service")).await.ok();
        assert_eq!(service.between("outlook-visits\">", "</ol>").matches("<li>").count(), 6);

        // Nobody comes. When the month is over, the duty records that time has passed, and the month is broken.
        t.advance("35d");
        t.work().await;
        let then = stands(t, "site", &hall).await;
        assert_eq!(is(&then, "monthly-inspection", "2026-01"), "breached", "{then:?}");
        assert_eq!(is(&then, "monthly-inspection", "2026-02"), "running");
        t.work().await;
        assert_eq!(stands(t, "site", &hall).await, then, "a duty that runs twice changes nothing");
    });
}

#[test]
fn a_serial_number_belongs_to_one_customer() {
    each_app(async |t| {
        t.sign_in(Role::Manager).await;
        let (bank, school) = (a_customer(t, "BANK", "Bank").await, a_customer(t, "SCHOOL", "School").await);
        let product =
            [("manufacturer", "Acme"), ("model", "S5735"), ("class", "switch"), ("warranty_months", "36")];
        let product = made(t.post_form("/products", &product).await);
        let unit =
            [("customer", id(&bank)), ("product", id(&product)), ("serial", "2102-35AB"), ("usage", "rare")];
        let unit = made(t.post_form("/assets", &unit).await);
        t.get(&unit).await.ok().sees("2102-35AB").sees("S5735");
        let stolen = [
            ("customer", id(&school)),
            ("product", id(&product)),
            ("serial", "210235 ab"),
            ("usage", "common"),
        ];
        t.post_form("/assets", &stolen).await.has_status(422).sees("f-serial-error").sees("Bank");
        let impossible = [
            ("customer", id(&bank)),
            ("product", id(&product)),
            ("serial", "9"),
            ("installed_on", "2026-02-30"),
        ];
        t.post_form("/assets", &impossible)
            .await
            .has_status(422)
            .sees("f-installed_on-error")
            .sees("2026-02-30");

        t.get("/assets?usage=rare").await.ok().sees("2102-35AB");
        t.get("/assets?usage=common").await.ok().lacks("2102-35AB");
        t.get(&format!("/assets?product={}", id(&product))).await.ok().sees("2102-35AB");
        t.post_form(&format!("{product}/archive"), &[("version", "1")]).await.has_status(409);
    });
}

#[test]
fn a_filter_is_kept_under_a_name() {
    each_app(async |t| {
        t.sign_in(Role::Manager).await;
        a_customer(t, "BANK", "Bank").await;
        let saved = [("noun", "customer"), ("query", "q=ban&after=9"), ("name", "Banks"), ("shared", "yes")];
        t.post_form("/saved-filters", &saved).await.goes_to("/customers?q=ban");
        t.sign_in(Role::Hotline).await;
        let page = t.get("/customers").await.ok().sees("Banks");
        let filter = page.between("href=\"/customers?q=ban\"", ">");
        assert!(!filter.contains("aria-current"), "not chosen yet");
        t.get("/customers?q=ban").await.ok().lacks("/remove");
        t.post_form("/saved-filters/1/remove", &[("noun", "customer")]).await.has_status(404);
        t.sign_in(Role::Manager).await;
        t.get("/customers?q=ban").await.ok().sees("/saved-filters/1/remove");
        t.post_form("/saved-filters/1/remove", &[("noun", "customer")]).await.goes_to("/customers");
        t.get("/customers").await.ok().lacks("Banks");
    });
}

#[test]
fn a_commitment_file_with_errors_names_the_place() {
    each_app(async |t| {
        t.sign_in(Role::Manager).await;
        let broken = "id = \"x\"\nversion = \"1\"\ntitel = \"y\"\n";
        let answer = t.post_files("/commitments", &[("act", "publish"), ("text", broken)], &[]).await;
        answer.has_status(422).sees("titel").sees("title");
        t.post_files("/commitments", &[("act", "check"), ("text", "")], &[]).await.has_status(422);
        let standard = include_str!("../../../../commitments/standard.toml");
        let checked = t.post_files("/commitments", &[("act", "check"), ("text", standard)], &[]).await;
        checked.ok().sees("commitment-findings");
        t.get("/commitments").await.ok().lacks("/commitments/1");
    });
}

#[test]
fn programs_keep_the_registry_over_the_api() {
    each_app(async |t| {
        let manager = t.sign_in(Role::Manager).await;
        let token = t.token(manager, Permission::ALL).await;
        let post = async |path: &str, body| t.api(Method::POST, path, &token, body).await;
        let bank =
            post("/api/v1/customers", json!({ "code": "bank", "name": "Bank" })).await.has_status(201).json();
        assert_eq!((bank["code"].as_str(), bank["version"].as_i64()), (Some("BANK"), Some(1)));
        let wrong =
            post("/api/v1/sites", json!({ "customer": bank["id"], "code": "1", "zone": "Mars/Olympus" }))
                .await;
        let wrong = wrong.has_status(422).json();
        let fields: Vec<&str> =
            wrong["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
        assert_eq!(fields, ["name", "zone"]);
        let site = json!({ "customer": bank["id"], "code": "1", "name": "Hall", "zone": "Asia/Shanghai", "latitude": "39.9", "longitude": "116.4" });
        let site = post("/api/v1/sites", site).await.has_status(201).json();
        assert_eq!(site["latitude"], 39.9);

        // An edit changes what it sends, guarded by the version that was seen.
        let path = format!("/api/v1/sites/{}", site["id"]);
        let edit = json!({ "remark": "ask for Li", "address": null });
        let old = [("if-match", "\"9\"")];
        t.api_with(Method::PATCH, &path, &token, edit.clone(), &old)
            .await
            .has_status(409)
            .sees("changed-meanwhile");
        let edited = t.api_with(Method::PATCH, &path, &token, edit, &[("if-match", "\"1\"")]).await.ok();
        assert_eq!(edited.headers["etag"], "\"2\"");
        assert_eq!(
            (&edited.json()["remark"], &edited.json()["name"]),
            (&json!("ask for Li"), &json!("Hall"))
        );
        t.api(Method::PATCH, &path, &token, json!({ "customer": 999 })).await.has_status(422);
        t.api(Method::PATCH, &path, &token, json!({ "nmae": "x" })).await.has_status(400).sees("nmae");

        let standard = include_str!("../../../../commitments/standard.toml");
        let commitment =
            post("/api/v1/commitments", json!({ "text": standard })).await.has_status(201).json();
        post("/api/v1/commitments", json!({ "text": "id = 1" }))
            .await
            .has_status(422)
            .sees("error-commitment-file");
        let contract = json!({
            "customer": bank["id"], "number": "HT-1", "title": "Care", "from_on": "2026-01-01",
            "commitment": commitment["id"], "sites": [site["id"]], "engineer": manager.get(),
        });
        let contract = post("/api/v1/contracts", contract).await.has_status(201).json();
        assert_eq!(contract["commitments"][0]["version"], commitment["version"]);
        assert_eq!((&contract["sites"][0], &contract["engineer"]), (&site["id"], &json!(manager.get())));
        let path = format!("/api/v1/contracts/{}", contract["id"]);
        let accepted = json!({ "site": site["id"], "signed_on": "2026-01-05", "signed_by": "Li" });
        let accepted = post(&format!("{path}/acceptances"), accepted).await.ok().json();
        assert_eq!(accepted["acceptances"][0]["signed_on"], "2026-01-05");
        let removed =
            t.api(Method::DELETE, &format!("{path}/sites/{}", site["id"]), &token, Value::Null).await.ok();
        assert_eq!(removed.json()["sites"], json!([]));

        let product = json!({ "manufacturer": "Acme", "model": "S1", "warranty_months": 36 });
        let product = post("/api/v1/products", product).await.has_status(201).json();
        let unit =
            json!({ "customer": bank["id"], "product": product["id"], "serial": "SN-1", "site": site["id"] });
        let unit = post("/api/v1/assets", unit).await.has_status(201).json();
        assert_eq!((unit["usage"].as_str(), unit["warranty_months"].as_i64()), (Some("common"), None));
        let path = format!("/api/v1/assets/{}", unit["id"]);
        let cleared =
            t.api(Method::PATCH, &path, &token, json!({ "site": null, "position": "Rack 3" })).await.ok();
        assert_eq!((&cleared.json()["site"], &cleared.json()["position"]), (&Value::Null, &json!("Rack 3")));
        let listed =
            t.api(Method::GET, "/api/v1/assets?q=sn1&limit=1", &token, Value::Null).await.ok().json();
        assert_eq!(listed["items"][0]["model"], "S1");

        for code in ["A", "B", "C"] {
            post("/api/v1/customers", json!({ "code": code, "name": code })).await.has_status(201);
        }
        let page = t.api(Method::GET, "/api/v1/customers?limit=2", &token, Value::Null).await.ok().json();
        let next = format!("/api/v1/customers?limit=2&after={}", page["next"].as_str().unwrap());
        let rest = t.api(Method::GET, &next, &token, Value::Null).await.ok().json();
        let codes = |page: &Value| -> Vec<String> {
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["code"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(
            (codes(&page), codes(&rest)),
            (vec!["C".into(), "B".into()], vec!["A".into(), "BANK".into()])
        );
        let bank = format!("/api/v1/customers/{}", bank["id"]);
        post(&format!("{bank}/archive"), json!({})).await.has_status(409).sees("still-in-use");
        let reader = t.token(manager, &[Permission::ViewRegistry]).await;
        t.api(Method::GET, &bank, &reader, Value::Null).await.ok();
        t.api(Method::PATCH, &bank, &reader, json!({})).await.has_status(403);
    });
}
