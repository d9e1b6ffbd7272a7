//! The search index: how long it takes to make, how quickly it answers while tickets come in, and how soon what was
//! committed is found.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::house::{Keys, Serving, keys};
use super::load::{self, Client, encoded, get, post};
use super::{Outcome, Table, milliseconds, number, words};

/// How long the making of an index may take.
const MAKING_MOST: Duration = Duration::from_secs(3_600);
/// Clients that search at the same time.
const CLIENTS: usize = 4;
/// Tickets that come in each second while others search.
const INTAKE_PER_SECOND: u64 = 50;
/// Tickets of which each is looked for until it is found.
const LOOKED_FOR: u64 = 20;
/// Articles of the support database, and who writes them at the same time.
const ARTICLES: u64 = 20_000;
const WRITERS: u64 = 16;
/// Reports that are typed.
const REPORTS: u64 = 50;
/// What people type: words, a sentence, a number with a word, a slip, Traditional for Simplified, the sound of a name, a
/// filter.
const QUERIES: [&str; 10] = [
    "交换机",
    "读卡器 不响应",
    "录像",
    "三楼打印机卡纸重启以后还是一样",
    "核心交換機 掉線",
    "报错 4711",
    "C9200-24T firmware",
    "firmwear",
    "kehu",
    "状态:处理中 交换机",
];
/// What an agent types of who calls: a customer, a site, a telephone number, a ticket.
const CALLERS: [&str; 5] = ["客户 017", "网点 1234", "19000001234", "王海燕", "网点"];

/// Lets the program make its index over a base that it did not know, or follow one that grew, and measures that.
pub fn index(program: &Path, data: &Path, tickets: u64, table: &mut Table) -> Outcome<()> {
    let keys = keys(data)?;
    let serving = Serving::start(program, data, &keys.session)?;
    let mut client = Client::connect(serving.port)?;
    let begun = Instant::now();
    loop {
        client.send(&get("/metrics", &keys.session))?;
        let text = String::from_utf8_lossy(client.body()).into_owned();
        let made = text.lines().find_map(|line| line.strip_prefix("aftercare_search_index_made "));
        if made.and_then(|made| made.parse::<f64>().ok()).is_some_and(|made| made >= 1.0) {
            break;
        }
        if begun.elapsed() > MAKING_MOST {
            return Err("the index is not made".into());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    // A base that grew is followed, fact by fact; the last ticket is found when that is done.
    let last = (tickets - 1).to_string();
    loop {
        client.send(&get(&search(&last), &keys.session))?;
        if String::from_utf8_lossy(client.body()).contains(&format!(" {last}\"")) {
            break;
        }
        if begun.elapsed() > MAKING_MOST {
            return Err("the index does not follow".into());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let seconds = begun.elapsed().as_secs_f64();
    let of = number(tickets as f64);
    let rate = number(tickets as f64 / seconds);
    let size = folder_bytes(data)? as f64 / 1_048_576.0;
    let (_, peak) = serving.resident_mib()?;
    table.add(
        format!("making the search index of {of} tickets while serving"),
        format!("{seconds:.0} s, {rate} tickets/s, {size:.0} MiB, resident memory at most {peak:.0} MiB"),
        "",
    );
    Ok(())
}

fn folder_bytes(data: &Path) -> Outcome<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(data)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with("search-") {
            for file in std::fs::read_dir(entry.path())? {
                bytes += file?.metadata()?.len();
            }
        }
    }
    Ok(bytes)
}

/// Writes the support database over the API, and measures that.
pub fn write_articles(program: &Path, data: &Path, table: &mut Table) -> Outcome<()> {
    let keys = keys(data)?;
    let serving = Serving::start(program, data, &keys.session)?;
    let seconds = articles(&serving, &keys)?;
    let what = format!("writing and publishing {} articles over the API", number(ARTICLES as f64));
    table.add(what, format!("{seconds:.0} s"), "");
    Ok(())
}

/// Measures queries while tickets come in, and the time from a commit to its being found.
pub fn measure(program: &Path, data: &Path, seconds: u64, table: &mut Table) -> Outcome<()> {
    let keys = keys(data)?;
    let serving = Serving::start(program, data, &keys.session)?;
    while_reported(&serving, &keys, || {
        let mixed = |client: usize, nth: u64| match QUERIES.get((client + nth as usize) % (QUERIES.len() + 1))
        {
            Some(query) => search(query),
            // Nobody asked this before.
            None => search(&words::title(ARTICLES + client as u64 * 1_000_000 + nth)),
        };
        let told = timed(&serving, &keys, CLIENTS, seconds, mixed)?;
        table.add(
            format!("search over the API while tickets come in, {CLIENTS} clients"),
            told,
            "p99 < 30 ms",
        );
        for query in QUERIES {
            let told = timed(&serving, &keys, 1, seconds.div_ceil(4), |_, _| search(query))?;
            table.add(format!("the same, one client, “{query}”"), told, "");
        }
        let callers: Vec<String> = CALLERS.iter().flat_map(|text| typed("/console/ahead?q=", text)).collect();
        let as_typed = |client: usize, nth: u64| callers[(client * 5 + nth as usize) % callers.len()].clone();
        let told = timed(&serving, &keys, CLIENTS, seconds, as_typed)?;
        table.add(format!("who calls, looked up letter by letter, {CLIENTS} clients"), told, "p99 < 30 ms");
        let reports: Vec<String> =
            (0..REPORTS).flat_map(|nth| typed("/search/like?title=", &words::title(nth))).collect();
        let as_typed = |client: usize, nth: u64| reports[(client * 5 + nth as usize) % reports.len()].clone();
        let told = timed(&serving, &keys, CLIENTS, seconds, as_typed)?;
        table.add(format!("what is like a report while it is typed, {CLIENTS} clients"), told, "p99 < 30 ms");
        Ok(())
    })?;
    let (mean, most) = findable(&serving, &keys)?;
    table.add(
        "from the answer to a report until search finds it",
        format!("{} on average, {} at most", milliseconds(mean), milliseconds(most)),
        "< 1 s",
    );
    let (_, peak) = serving.resident_mib()?;
    table.add("resident memory at most, under search", format!("{peak:.0} MiB"), "");
    Ok(())
}

/// Writes and publishes the articles, as many at a time as there are clients. Returns how long it took. Units: seconds.
fn articles(serving: &Serving, keys: &Keys) -> Outcome<f64> {
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                scope.spawn(move || -> Result<(), String> {
                    let send = || -> Outcome<()> {
                        let mut client = Client::connect(serving.port)?;
                        for nth in (writer..ARTICLES).step_by(WRITERS as usize) {
                            let (title, text) = words::article(nth);
                            let body = serde_json::json!({
                                "kind": "known-fault", "title": title, "symptom": text, "solution": words::description(nth),
                            });
                            let path = "/api/v1/articles".to_owned();
                            let article = sent(&mut client, &path, keys, &body, 201)?;
                            let path = format!("{path}/{}/publication", article["id"]);
                            let seen = serde_json::json!({ "version": article["version"] });
                            sent(&mut client, &path, keys, &seen, 200)?;
                        }
                        Ok(())
                    };
                    send().map_err(|error| error.to_string())
                })
            })
            .collect();
        writers.into_iter().try_for_each(|writer| writer.join().map_err(|_| "a writer broke".to_owned())?)
    })?;
    Ok(begun.elapsed().as_secs_f64())
}

/// Sends JSON over the API, and reads what comes back.
fn sent(
    client: &mut Client,
    path: &str,
    keys: &Keys,
    body: &serde_json::Value,
    expected: u16,
) -> Outcome<serde_json::Value> {
    let status = client.send(&post(path, &keys.token, &body.to_string()))?;
    if status != expected {
        let told = String::from_utf8_lossy(client.body());
        return Err(format!("{path} was answered with {status}: {told}").into());
    }
    Ok(serde_json::from_slice(client.body())?)
}

/// Runs something while tickets come in.
fn while_reported(serving: &Serving, keys: &Keys, mut work: impl FnMut() -> Outcome<()>) -> Outcome<()> {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let intake = scope.spawn(|| report_until(serving, keys, &stop).map_err(|error| error.to_string()));
        let worked = work();
        stop.store(true, Ordering::Relaxed);
        intake.join().map_err(|_| "the intake broke")??;
        worked
    })
}

/// How quickly pages at these addresses are answered.
fn timed(
    serving: &Serving,
    keys: &Keys,
    clients: usize,
    seconds: u64,
    path: impl Fn(usize, u64) -> String + Sync,
) -> Outcome<String> {
    let length = Duration::from_secs(seconds);
    let run =
        load::run(serving.port, clients, length, 200, |client, nth| get(&path(client, nth), &keys.session))?;
    let (p50, p99) = (milliseconds(run.within(0.5)), milliseconds(run.within(0.99)));
    Ok(format!("p50 {p50}, p99 {p99}, {}/s", number(run.per_second)))
}

/// What a page asks for with each letter of a text, from the second on.
fn typed(path: &str, text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    (2..=letters.len())
        .map(|end| path.to_owned() + &encoded(&letters[..end].iter().collect::<String>()))
        .collect()
}

fn report(text: &str, keys: &Keys) -> Vec<u8> {
    let body = format!(
        r#"{{"customer":1,"title":"{text}","impact":"disrupted","channel":"phone","caller_name":"王海燕"}}"#
    );
    post("/api/v1/tickets", &keys.token, &body)
}

fn report_until(serving: &Serving, keys: &Keys, stop: &AtomicBool) -> Outcome<()> {
    let mut client = Client::connect(serving.port)?;
    let mut done = 0;
    while !stop.load(Ordering::Relaxed) {
        match client.send(&report(&format!("三楼核心交换机掉线 {done}"), keys))? {
            201 => done += 1,
            status => return Err(format!("a report was answered with {status}").into()),
        }
        std::thread::sleep(Duration::from_millis(1_000 / INTAKE_PER_SECOND));
    }
    Ok(())
}

/// The mean and the longest time until a new ticket is found. Units: seconds.
fn findable(serving: &Serving, keys: &Keys) -> Outcome<(f64, f64)> {
    let mut client = Client::connect(serving.port)?;
    let (mut sum, mut most) = (0.0_f64, 0.0_f64);
    for nth in 0..LOOKED_FOR {
        // New words each time: a base that was kept knows those of the run before.
        let word = format!("XQ{}", jiff::Timestamp::now().as_second() as u64 + nth * 7_919);
        if client.send(&report(&format!("整流模块 {word}"), keys))? != 201 {
            return Err("a report was refused".into());
        }
        let begun = Instant::now();
        loop {
            client.send(&get(&search(&word), &keys.session))?;
            if String::from_utf8_lossy(client.body()).contains(&format!("整流模块 {word}")) {
                break;
            }
            if begun.elapsed() > Duration::from_secs(30) {
                return Err(format!("{word} is not found").into());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        sum += begun.elapsed().as_secs_f64();
        most = most.max(begun.elapsed().as_secs_f64());
    }
    Ok((sum / LOOKED_FOR as f64, most))
}

fn search(text: &str) -> String {
    format!("/api/v1/search?q={}", encoded(text))
}
