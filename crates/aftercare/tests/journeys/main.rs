//! Journeys: people at a real browser before the real program.
//!
//! `AFTERCARE_SCREENSHOTS=DIR` keeps a picture of each stop.

mod house;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use app::testing::world::{Letter, MailServer, hand_over};
use base64::Engine;
use encoding_rs::GB18030;
use house::{House, Outcome, Person, free_port};
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

/// A customer who writes letters with an old program.
const WRITER: &str = "reporter@customer.example";

/// A letter as old programs in China write them: everything in GB 18030, the answer above what it answers.
fn old_letter(to: &str, nth: usize, subject: &str, words: &str) -> Vec<u8> {
    let (subject, ..) = GB18030.encode(subject);
    let (words, ..) = GB18030.encode(words);
    let subject = base64::engine::general_purpose::STANDARD.encode(subject);
    let head = format!(
        "From: {WRITER}\r\nTo: {to}\r\nMessage-ID: <{nth}@customer.example>\r\nSubject: =?gb18030?B?{subject}?=\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=gb18030\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    );
    [head.as_bytes(), &words].concat()
}

/// The letter to the customer that holds these words, as soon as the mail server has it.
async fn until_sent(server: &MailServer, words: &str) -> Outcome<Letter> {
    let begun = Instant::now();
    loop {
        let letters = server.letters();
        if let Some(letter) = letters.into_iter().find(|one| one.to == WRITER && one.text().contains(words)) {
            return Ok(letter);
        }
        if begun.elapsed() > Duration::from_secs(60) {
            return Err(format!("no letter says “{words}”").into());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A letter in GB 18030 becomes a ticket on an open queue; three questions go out by mail and three answers come back
/// to the reply address, each on the open page of the ticket, none as a ticket of its own (C7.1).
#[tokio::test]
async fn a_thread_of_letters_in_gb18030_goes_back_and_forth_on_one_ticket() -> Outcome {
    let door = SocketAddr::from(([127, 0, 0, 1], free_port()));
    let house = House::start(&["demo", "--letters-listen", &door.to_string()]);
    let server = MailServer::open().await;
    let agent = Person::at(&house, "letters", 1440, "zh-CN").await;
    sign_in(&agent, "admin").await?;
    agent.open("/settings/mail").await?;
    agent.fill("input[name=host]", "127.0.0.1").await?;
    agent.fill("input[name=port]", &server.port.to_string()).await?;
    agent.find("input[name=security][value=none]").await?.click().await?;
    agent.fill("input[name=from]", "service@desk.test").await?;
    agent.press(Key::Enter).await?;
    agent.find("form[action='/settings/mail/try']").await?;
    agent.keep("mail-server").await?;

    agent.open("/queue").await?;
    agent.find("#queue").await?;
    let reported = old_letter("service@desk.test", 0, "四楼打印机报警", "打印机报警，打不出来。\r\n李工");
    hand_over(door, WRITER, &reported).await;
    agent.sees("四楼打印机报警").await?;
    agent.keep("queue-hears").await?;
    let row = "//tr[.//*[contains(@class, 'matter-title') and contains(., '四楼打印机报警')]]";
    let link = By::XPath(format!("{row}//a[starts-with(@href, '/tickets/')]"));
    let ticket = agent.driver.query(link).first().await?.attr("href").await?.expect("a link");
    agent.open(&ticket).await?;
    agent.find("#composer").await?;
    agent.sees("打印机报警，打不出来。").await?;

    for (nth, (question, answer)) in [
        ("重启过吗？", "重启过了，还是報警。"),
        ("哪个灯亮？", "红灯闪，㐂字灯也亮。"),
        ("今天下午两点上门可以吗？", "可以，我在四楼。"),
    ]
    .into_iter()
    .enumerate()
    {
        agent.find("#composer label.public").await?.click().await?;
        agent.fill("#composer textarea[name=text]", question).await?;
        agent.find("#composer input[name=mail]").await?.click().await?;
        agent.keep("question").await?;
        agent.find("#composer button[type=submit]").await?.click().await?;
        let asked = until_sent(&server, question).await?;
        let reply_to = asked.header("Reply-To");
        let quoted = format!("{answer}\r\n\r\n----- 原始邮件 -----\r\n> {question}\r\n");
        let letter = old_letter(&reply_to, nth + 1, &format!("答复: {}", asked.header("Subject")), &quoted);
        hand_over(door, WRITER, &letter).await;
        agent.sees(answer).await?;
        agent.keep("answer").await?;
    }
    agent.open("/queue").await?;
    agent.find("#queue").await?;
    let tickets = agent.driver.find_all(By::XPath(row)).await?;
    assert_eq!(tickets.len(), 1, "one ticket for the whole thread");
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
