//! Journeys: people at a real browser before the real program.
//!
//! `AFTERCARE_SCREENSHOTS=DIR` keeps a picture of each stop.

mod house;

use house::{House, Outcome, Person};
use thirtyfour::prelude::*;

/// The password of everybody in the demo company.
const DEMO_PASSWORD: &str = "aftercare-demo";

async fn sign_in(person: &Person, login: &str) -> Outcome {
    person.open("/sign-in").await?;
    person.fill("input[name=login]", login).await?;
    person.fill("input[name=password]", DEMO_PASSWORD).await?;
    person.press(Key::Enter).await?;
    person.find("#queue").await?;
    Ok(())
}

/// The first person opens the printed link, names themselves, and stands before a queue that teaches.
#[tokio::test]
async fn a_new_house_is_set_up_through_the_printed_link() -> Outcome {
    let house = House::start(&["serve"]);
    let link = house.said.iter().find_map(|line| {
        let start = line.find(&format!("{}/set-up/", house.url))?;
        Some(line[start..].split_whitespace().next()?.to_owned())
    });
    let link = link.ok_or_else(|| format!("no set-up link among {:?}", house.said))?;
    let person = Person::at(&house, "set-up", 1280, "zh-CN").await;

    person.open("/").await?;
    person.arrives_at("/sign-in").await?;
    person.driver.goto(&link).await?;
    person.keep("link").await?;
    person.fill("input[name=name]", "顾明远").await?;
    person.fill("input[name=login]", "gu").await?;
    person.fill("input[name=password]", "三更灯火五更鸡-2026").await?;
    person.fill("input[name=password_again]", "三更灯火五更鸡-2026").await?;
    person.press(Key::Enter).await?;
    person.find("#queue").await?;
    person.keep("queue").await?;

    person.driver.goto(&link).await?;
    person.keep("spent").await?;
    assert!(person.driver.find(By::Css("input[name=password]")).await.is_err(), "the link serves once");
    person.leaves().await?;
    Ok(())
}

/// A report by keyboard alone: who calls, what is the matter, Ctrl+Enter; the number stands on the page,
/// its deadlines beside it, and each deadline says why it is due at that minute (C7.2, C7.3, C7.5). On a
/// colleague's open queue the ticket appears without a reload.
#[tokio::test]
async fn a_call_becomes_a_ticket_by_keyboard_and_the_queue_hears_of_it() -> Outcome {
    let house = House::start(&["demo"]);
    let dispatcher = Person::at(&house, "dispatcher", 1440, "en").await;
    sign_in(&dispatcher, "dispatcher").await?;
    dispatcher.keep("queue").await?;

    let agent = Person::at(&house, "hotline", 1440, "zh-CN").await;
    sign_in(&agent, "hotline").await?;
    agent.open("/tickets/new").await?;
    agent.find("input[name=caller_text]:focus, [name=caller]:focus, .intake-caller input:focus").await?;
    agent.press("交换机").await?;
    agent.find(".intake-caller [role=option]").await?;
    agent.keep("who").await?;
    agent.press(Key::Down + Key::Enter).await?;
    agent.find("input[name=title]:focus").await?;
    agent.press("凌晨三点机房交换机全部掉线").await?;
    // Tab to the kind and to the impact; the arrow chooses among impacts.
    agent.press(Key::Tab + "").await?;
    agent.find("input[name=kind]:focus").await?;
    agent.press(Key::Tab + "").await?;
    agent.find("input[name=impact]:focus").await?;
    agent.press(Key::Right + "").await?;
    agent.find("#proposal .deadlines").await?;
    agent.keep("proposal").await?;
    agent.press_with_ctrl(Key::Enter).await?;
    agent.arrives_at("/receipt").await?;
    let number = agent.find(".receipt-number").await?.text().await?;
    assert!(number.chars().all(|c| c.is_ascii_digit() || c == ' '), "digits only: {number}");
    agent.find(".deadlines").await?;
    agent.keep("receipt").await?;

    agent.press(Key::Enter).await?;
    agent.sees("凌晨三点机房交换机全部掉线").await?;
    agent.keep("ticket").await?;
    let why = agent.find("a[href*='/why/']").await?.attr("href").await?.expect("a link");
    agent.open(&why).await?;
    agent.sees("C7").await?;
    agent.keep("why").await?;

    // The colleague's page was never reloaded.
    dispatcher.sees(&number).await?;
    dispatcher.keep("queue-hears").await?;

    agent.leaves().await?;
    dispatcher.leaves().await?;
    Ok(())
}

/// A call in the night, by keyboard alone: the call begins, who calls is looked up, the report is saved and its
/// number said, an outcome is chosen with what it takes, and the call ends; the notice stands on the ticket
/// (C4.2, C4.3, C4.6). What was half typed survives a reload.
#[tokio::test]
async fn a_call_at_three_in_the_morning_ends_in_a_dispatch_by_keyboard() -> Outcome {
    let house = House::start(&["demo"]);
    let agent = Person::at(&house, "console", 1440, "zh-CN").await;
    sign_in(&agent, "hotline").await?;
    agent.open("/console").await?;
    agent.find(".console-idle").await?;
    agent.hold('b').await?;
    agent.arrives_at("/console?call=").await?;
    agent.find(".intake-caller input:focus").await?;
    agent.until_says("return `[${document.activeElement.value}]`;", "[]").await?;
    agent.press("交换机").await?;
    agent.find(".intake-caller [role=option]").await?;
    agent.press(Key::Down + Key::Enter).await?;
    agent.find("input[name=title]:focus").await?;
    agent.find("#console-context h2 a").await?;
    agent.press("凌晨三点营业厅断网").await?;
    agent.keep("report").await?;
    let draft = "return fetch('/drafts?place=' + document.forms['console-form'].dataset.draft).then((a) => a.text());";
    agent.until_says(draft, "title=").await?;
    agent.driver.refresh().await?;
    agent
        .until_says("return document.querySelector('input[name=title]').value;", "凌晨三点营业厅断网")
        .await?;
    agent.find("input[name=title]").await?.send_keys(Key::Tab + "").await?;
    agent.press(Key::Tab + "").await?;
    agent.find("input[name=impact]:focus").await?;
    agent.press(Key::Right + "").await?;
    agent.press_with_ctrl(Key::Enter).await?;
    let number = agent.find(".console-record .receipt-number").await?.text().await?;
    agent.keep("number").await?;

    agent.press_with_alt('4').await?;
    agent.find("select[name=arrives_in]:focus").await?;
    agent.press("2").await?;
    agent.press(Key::Tab + "").await?;
    agent.press(Key::Down + "").await?;
    agent.press(Key::Tab + "").await?;
    agent.press(Key::Down + "").await?;
    agent.keep("dispatch").await?;
    agent.press_with_ctrl(Key::Enter).await?;
    agent.find(".console-idle").await?;
    agent.sees("通话已结束").await?;
    agent.open(&format!("/tickets/{}", number.replace(' ', ""))).await?;
    agent.sees("已通知客户").await?;
    agent.sees("记录并呈报").await?;
    agent.keep("ticket").await?;
    agent.leaves().await?;
    Ok(())
}

/// Every page that people carry with them fits a phone, in Chinese and in English.
#[tokio::test]
async fn nothing_hangs_over_the_edge_of_a_phone() -> Outcome {
    let house = House::start(&["demo"]);
    for (name, language) in [("phone-zh", "zh-CN"), ("phone-en", "en")] {
        let person = Person::at(&house, name, 390, language).await;
        sign_in(&person, "manager").await?;
        person.fits().await?;
        let ticket = person.find("#queue a[href^='/tickets/']").await?.attr("href").await?.expect("a link");
        for page in [
            ticket.as_str(),
            "/tickets",
            "/tickets/new",
            "/console",
            "/calls",
            "/calls/todo",
            "/calls/hand-over",
            "/customers",
            "/customers/1",
            "/contracts",
            "/contracts/1",
            "/assets",
            "/assets/1",
            "/products",
            "/commitments",
            "/account",
            "/queue?state=waiting",
            "/people",
        ] {
            person.open(page).await?;
            person.find("main h1").await?;
            person.fits().await?;
            person.keep(page.trim_matches('/').replace('/', "-").as_str()).await?;
        }
        person.leaves().await?;
    }
    Ok(())
}

/// A customer's person with a telephone: signs in, reports with a photograph, gets the number, and follows it
/// (C4.1, C7.2, C7.8).
#[tokio::test]
async fn a_fault_is_reported_from_a_phone_with_a_photograph() -> Outcome {
    let house = House::start(&["demo"]);
    let person = Person::at(&house, "portal", 390, "zh-CN").await;
    person.open("/portal").await?;
    person.arrives_at("/portal/sign-in").await?;
    person.fits().await?;
    person.keep("sign-in").await?;
    person.fill("input[name=mail]", "reporter@customer.example").await?;
    person.fill("input[name=password]", DEMO_PASSWORD).await?;
    person.press(Key::Enter).await?;
    person.find(".portal-big a").await?;
    person.sees("400-555-0148").await?;
    person.fits().await?;
    person.keep("home").await?;

    person.open("/portal/report").await?;
    person.fits().await?;
    person.fill("input[name=title]", "三楼交换机亮红灯").await?;
    person.find("input[name=impact][value=disrupted]").await?.click().await?;
    let photo = tempfile::Builder::new().suffix(".png").tempfile()?;
    std::fs::write(photo.path(), b"\x89PNG\r\n\x1a\n not much of a picture")?;
    let path = photo.path().to_str().ok_or("a path")?;
    person.find("input[type=file]").await?.send_keys(path).await?;
    person.find(".drop-list li").await?;
    person.keep("report").await?;
    person.find(".portal-send").await?.click().await?;
    person.arrives_at("/receipt").await?;
    let number = person.find(".receipt-number").await?.text().await?;
    assert!(number.chars().all(|c| c.is_ascii_digit() || c == ' '), "digits only: {number}");
    person.fits().await?;
    person.keep("receipt").await?;

    person.find(".portal-big a").await?.click().await?;
    person.sees("三楼交换机亮红灯").await?;
    person.find("ul.files a.file").await?;
    person.sees("最迟").await?;
    person.fits().await?;
    person.keep("ticket").await?;
    for page in ["/portal/assets", "/portal/duty-log", "/portal/account", "/portal/tickets", "/lookup"] {
        person.open(page).await?;
        person.find("main h1").await?;
        person.fits().await?;
        person.keep(page.trim_matches('/').replace('/', "-").as_str()).await?;
    }
    person.leaves().await?;
    Ok(())
}
