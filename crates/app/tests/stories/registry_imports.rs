//! Stories of importing the registry, through the front door on both databases.

use std::fmt::Write;

use app::testing::{Answer, TestApp, each_app, on};
use app::worker::catch_up;
use db::Dialect;
use encoding_rs::GBK;
use rules::access::Role;

async fn upload(t: &TestApp, noun: &str, name: &str, content: &[u8]) -> Answer {
    t.post_files("/imports", &[("noun", noun)], &[("file", name, "text/csv", content)]).await
}

/// Uploads a file, rehearses it with the guessed columns, and returns its page.
async fn rehearsed(t: &TestApp, noun: &str, content: &[u8]) -> String {
    let import = upload(t, noun, "a.csv", content).await.has_status(303).location();
    let page = t.get(&import).await.ok();
    let mut fields = Vec::new();
    for (field, column) in chosen(&page.text()) {
        fields.push((field, column));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(field, column)| (&**field, &**column)).collect();
    t.post_form(&format!("{import}/check"), &fields).await.goes_to(&import);
    catch_up(&t.app).await.unwrap();
    import
}

/// The columns that the page has chosen, by field.
fn chosen(page: &str) -> Vec<(String, String)> {
    page.split("<select ")
        .skip(1)
        .filter_map(|select| {
            let field = select.split_once("name=\"")?.1.split_once('"')?.0;
            let options = select.split_once("</select>")?.0;
            let before = options.split_once("\" selected")?.0;
            let column = before.rsplit_once("value=\"")?.1;
            Some((field.to_owned(), column.to_owned()))
        })
        .collect()
}

/// The figures of the page: rows, created, updated, same, refused.
async fn figures(t: &TestApp, import: &str) -> Vec<String> {
    let page = t.get(import).await.ok().text();
    page.split("stat-value\">").skip(1).map(|rest| rest.split_once('<').unwrap().0.to_owned()).collect()
}

async fn apply(t: &TestApp, import: &str) -> Vec<String> {
    t.post_form(&format!("{import}/apply"), &[]).await.goes_to(import);
    catch_up(&t.app).await.unwrap();
    figures(t, import).await
}

#[test]
fn a_file_is_rehearsed_then_applied_and_may_come_again() {
    each_app(async |t| {
        t.sign_in(Role::Manager).await;
        let text = "\u{feff}\u{5ba2}\u{6237}\u{7f16}\u{53f7},\u{5ba2}\u{6237}\u{540d}\u{79f0},\u{5907}\u{6ce8}\n\
                    bank,\u{5317}\u{4eac}\u{94f6}\u{884c},VIP\nschool,\u{4e0a}\u{6d77}\u{5b66}\u{6821},\na b,x,\n,y,\n";
        let import = rehearsed(t, "customer", text.as_bytes()).await;
        assert_eq!(figures(t, &import).await, ["4", "2", "0", "0", "2"]);
        t.get("/customers").await.ok().lacks("BANK");
        let page = t.get(&import).await.ok();
        page.sees("a b").sees("/refused.csv");

        assert_eq!(apply(t, &import).await, ["4", "2", "0", "0", "2"]);
        t.get("/customers?q=%E9%93%B6%E8%A1%8C").await.ok().sees("BANK");
        t.post_form(&format!("{import}/apply"), &[]).await.has_status(409);

        // The same file again changes nothing; an edited one updates by code.
        let again = rehearsed(t, "customer", text.as_bytes()).await;
        assert_eq!(figures(t, &again).await, ["4", "0", "0", "2", "2"]);
        let edited = rehearsed(t, "customer", b"Code,Name\nBANK,Capital Bank\nshop,Shop\n").await;
        assert_eq!(apply(t, &edited).await, ["2", "1", "1", "0", "0"]);
        // The remark had no column and stays.
        t.get("/customers?q=capital").await.ok().sees("Capital Bank");
        let customers = t.get("/lookup/customers?q=capital").await.ok().json();
        let page = t.get(&format!("/customers/{}", customers[0]["id"].as_str().unwrap())).await;
        page.ok().sees("VIP");
    });
}

#[test]
fn a_file_in_gbk_is_read() {
    each_app(async |t| {
        t.sign_in(Role::Manager).await;
        let text = "\u{5ba2}\u{6237}\u{7f16}\u{53f7},\u{5ba2}\u{6237}\u{540d}\u{79f0}\nK1,\u{9752}\u{6d77}\u{6e56}\u{6e14}\u{4e1a}\u{516c}\u{53f8}\n";
        let import = rehearsed(t, "customer", &GBK.encode(text).0).await;
        assert_eq!(apply(t, &import).await, ["1", "1", "0", "0", "0"]);
        t.get("/customers").await.ok().sees("\u{9752}\u{6d77}\u{6e56}\u{6e14}\u{4e1a}");
    });
}

#[test]
fn a_missing_column_is_named_beside_its_field() {
    each_app(async |t| {
        t.sign_in(Role::Manager).await;
        let import = upload(t, "customer", "a.csv", b"Name,Shoe size\nBank,44\n").await.location();
        let answer = t.post_form(&format!("{import}/check"), &[("name", "Name")]).await.has_status(422);
        answer.sees("href=\"#f-code\"").sees("Shoe size");
        let twice = [("code", "Name"), ("name", "Name")];
        t.post_form(&format!("{import}/check"), &twice).await.has_status(422).sees("href=\"#f-name\"");
        upload(t, "customer", "empty.csv", b"").await.has_status(422).sees("f-file-error");
        upload(t, "", "a.csv", b"x\n").await.has_status(422).sees("f-noun-error");
        let zip = b"PK\x03\x04 and nothing that follows";
        upload(t, "customer", "broken.xlsx", zip).await.has_status(422).sees("f-file-error");
    });
}

#[test]
fn every_wrong_cell_is_named_and_the_refused_rows_come_back_as_a_file() {
    each_app(async |t| {
        t.sign_in(Role::Manager).await;
        for (noun, text) in [
            ("customer", "Code,Name\nBANK,Bank\nSCHOOL,School\n"),
            (
                "site",
                "Customer,Site code,Site name,Time zone\nBANK,1,Hall,Asia/Shanghai\nSCHOOL,1,Gate,Mars/Olympus\nNOBODY,1,X,\nSchool,2,Lab,\n",
            ),
            ("product", "Manufacturer,Model\nAcme,S1\n"),
        ] {
            let import = rehearsed(t, noun, text.as_bytes()).await;
            apply(t, &import).await;
        }
        let sites = t.get("/sites").await.ok();
        sites.sees("Hall").sees("Lab").lacks("Gate");
        let text = "Customer,Manufacturer,Model,Serial,Site,Installed on,Use\n\
                    BANK,Acme,S1,SN-1,1,2025-03-01,\n\
                    SCHOOL,Acme,S1,sn1,,,\n\
                    BANK,Acme,S9,SN-2,,,\n\
                    BANK,Acme,S1,SN-3,Lab,,\n\
                    BANK,Acme,S1,SN-4,1,2025-02-30,often\n\
                    BANK,Acme,S1,SN-5,Hall,2025/3/1,rare\n";
        let import = rehearsed(t, "asset", text.as_bytes()).await;
        assert_eq!(
            figures(t, &import).await,
            ["6", "2", "0", "0", "4"],
            "the rows of a batch see each other"
        );
        let page = t.get(&import).await.ok().text();
        for told in ["sn1", "S9", "Lab", "2025-02-30", "often"] {
            assert!(page.contains(&format!("<code>{told}</code>")), "{told}");
        }
        apply(t, &import).await;
        let file = t.get(&format!("{import}/refused.csv")).await.ok().text();
        let lines: Vec<&str> = file.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines.len(), 5);
        assert!(lines[0].starts_with("Customer,Manufacturer,Model,Serial,Site,Installed on,Use,"));
        assert!(
            lines[1].starts_with("SCHOOL,Acme,S1,sn1,,,,3,") && lines[1].contains("Bank"),
            "{}",
            lines[1]
        );
        t.get("/assets?usage=rare").await.ok().sees("SN-5").lacks("SN-1");

        // Mended, the file is sent again as it is: its two further columns belong to nobody.
        let mended =
            file.replace("sn1", "SN-9").replace("2025-02-30", "2025-02-28").replace("often", "common");
        let import = rehearsed(t, "asset", mended.as_bytes()).await;
        assert_eq!(figures(t, &import).await, ["4", "2", "0", "0", "2"]);
    });
}

#[test]
fn contracts_bring_their_sites_commitment_and_engineer() {
    each_app(async |t| {
        t.add_person("wang", Role::Engineer).await;
        t.sign_in(Role::Manager).await;
        let standard = include_str!("../../../../commitments/standard.toml");
        t.post_files("/commitments", &[("act", "publish"), ("text", standard)], &[]).await.has_status(303);
        for (noun, text) in [
            ("customer", "Code,Name\nBANK,Bank\n"),
            ("site", "Customer,Site code,Site name\nBANK,1,Hall\nBANK,2,Vault\n"),
        ] {
            let import = rehearsed(t, noun, text.as_bytes()).await;
            apply(t, &import).await;
        }
        let text = "Customer,Contract number,Contract title,First day,Last day,Sites,Commitment,Engineer\n\
                    BANK,HT-1,Care,2026-01-01,2026-12-31,1; 2,standard,wang\n\
                    BANK,HT-2,More,2026-06-01,,2,standard,\n\
                    BANK,HT-3,Ends first,2026-06-01,2026-05-31,1,,\n\
                    BANK,HT-4,Who,2027-01-01,,1,standard,nobody\n";
        let import = rehearsed(t, "contract", text.as_bytes()).await;
        assert_eq!(figures(t, &import).await, ["4", "1", "0", "0", "3"]);
        t.get(&import).await.ok().sees("HT-1");
        apply(t, &import).await;
        let found = t.get("/lookup/contracts?q=ht1").await.ok().json();
        let page = t.get(&format!("/contracts/{}", found[0]["id"].as_str().unwrap())).await.ok();
        page.sees("Vault").sees("wang").sees("/commitments/1");
        let again = rehearsed(t, "contract", text.as_bytes()).await;
        assert_eq!(figures(t, &again).await, ["4", "0", "0", "1", "3"]);
    });
}

#[test]
fn contacts_are_found_by_number_mail_or_name() {
    each_app(async |t| {
        t.sign_in(Role::Manager).await;
        let import = rehearsed(t, "customer", b"Code,Name\nBANK,Bank\n").await;
        apply(t, &import).await;
        let text = "Customer,Contact name,Phone,E-mail\nBANK,Li Na,138 0013 8000,\nBANK,Wang,,wang@bank.example\nBANK,Nobody,,\n";
        let import = rehearsed(t, "contact", text.as_bytes()).await;
        assert_eq!(apply(t, &import).await, ["3", "2", "0", "0", "1"]);
        let text = "Customer,Contact name,Phone,E-mail\nBank,Li Na,+86 13800138000,li@bank.example\nBANK,wang,,WANG@bank.example\n";
        let import = rehearsed(t, "contact", text.as_bytes()).await;
        assert_eq!(apply(t, &import).await[1..3], ["0", "2"]);
        t.get("/contacts?q=li%40bank").await.ok().sees("Li Na");
    });
}

#[test]
fn a_long_file_is_read_in_batches_with_its_bad_rows_told() {
    on(Dialect::Sqlite, async |t| {
        t.sign_in(Role::Manager).await;
        let mut text = "Code,Name\n".to_owned();
        for row in 0..1_050 {
            let code = if row % 100 == 7 { "!".to_owned() } else { format!("C{row}") };
            writeln!(text, "{code},Customer {row}").unwrap();
        }
        let import = rehearsed(t, "customer", text.as_bytes()).await;
        assert_eq!(figures(t, &import).await, ["1,050", "1,039", "0", "0", "11"]);
        t.get(&import).await.ok().sees(" class=\"figures\">9</td>").sees(" class=\"figures\">1009</td>");
        assert_eq!(apply(t, &import).await, ["1,050", "1,039", "0", "0", "11"]);

        // Stopped and begun again it comes to the same.
        let import = rehearsed(t, "customer", text.as_bytes()).await;
        t.post_form(&format!("{import}/apply"), &[]).await.goes_to(&import);
        t.post_form(&format!("{import}/stop"), &[]).await.goes_to(&import);
        catch_up(&t.app).await.unwrap();
        assert_eq!(figures(t, &import).await[0], "0");
        t.post_form(&format!("{import}/stop"), &[]).await.has_status(409);
    });
}

#[test]
fn a_workbook_is_read_with_the_columns_that_were_chosen() {
    each_app(async |t| {
        t.sign_in(Role::Manager).await;
        let book = include_bytes!("../../../sheet/tests/fixtures/tickets.xlsx");
        let import = upload(t, "customer", "book.xlsx", book).await.has_status(303).location();
        let title = "\u{6807}\u{9898}";
        t.get(&import).await.ok().sees("104217").sees(title);
        let columns = [("code", "\u{7f16}\u{53f7}"), ("name", title)];
        t.post_form(&format!("{import}/check"), &columns).await.goes_to(&import);
        catch_up(&t.app).await.unwrap();
        assert_eq!(apply(t, &import).await, ["2", "2", "0", "0", "0"]);
        t.get("/customers?q=104225").await.ok().sees("/customers/");
        let list = t.get("/imports").await.ok();
        list.sees("book.xlsx");
    });
}
