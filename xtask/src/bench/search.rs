//! The search index: how long it takes to make, how quickly it answers while tickets come in, and how soon what was
//! committed is found.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::house::{Keys, Serving, keys};
use super::load::{self, Client, get, post};
use super::{Outcome, Table, milliseconds, number};

/// How long the making of an index may take.
const MAKING_MOST: Duration = Duration::from_secs(3_600);
/// Clients that search at the same time.
const CLIENTS: usize = 4;
/// Tickets that come in each second while others search.
const INTAKE_PER_SECOND: u64 = 50;
/// Tickets of which each is looked for until it is found.
const LOOKED_FOR: u64 = 20;
/// What people type: words, a part of one, a number with a word, a slip, Traditional for Simplified.
const QUERIES: [&str; 8] = [
    "交换机",
    "读卡器 不响应",
    "录像",
    "業務平臺登錄",
    "核心交換機 掉線",
    "报错 4711",
    "B00004711",
    "hexinjiaohuanji",
];

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

/// Measures queries while tickets come in, and the time from a commit to its being found.
pub fn measure(program: &Path, data: &Path, seconds: u64, table: &mut Table) -> Outcome<()> {
    let keys = keys(data)?;
    let serving = Serving::start(program, data, &keys.session)?;
    let stop = AtomicBool::new(false);
    let (run, taken_in) = std::thread::scope(|scope| -> Outcome<_> {
        let intake = scope.spawn(|| report_until(&serving, &keys, &stop).map_err(|error| error.to_string()));
        let run = load::run(serving.port, CLIENTS, Duration::from_secs(seconds), 200, |client, nth| {
            get(&search(QUERIES[(client + nth as usize) % QUERIES.len()]), &keys.session)
        });
        stop.store(true, Ordering::Relaxed);
        let taken_in = intake.join().map_err(|_| "the intake broke")??;
        Ok((run?, taken_in))
    })?;
    let (p50, p99) = (milliseconds(run.within(0.5)), milliseconds(run.within(0.99)));
    table.add(
        format!("search over the API, {CLIENTS} clients, while {taken_in} tickets come in"),
        format!("p50 {p50}, p99 {p99}, {}/s", number(run.per_second)),
        "p99 < 30 ms",
    );
    let (mean, most) = findable(&serving, &keys)?;
    table.add(
        "from the answer to a report until search finds it",
        format!("{} on average, {} at most", milliseconds(mean), milliseconds(most)),
        "< 1 s",
    );
    Ok(())
}

fn report(text: &str, keys: &Keys) -> Vec<u8> {
    let body = format!(
        r#"{{"customer":1,"title":"{text}","impact":"disrupted","channel":"phone","caller_name":"王海燕"}}"#
    );
    post("/api/v1/tickets", &keys.token, &body)
}

fn report_until(serving: &Serving, keys: &Keys, stop: &AtomicBool) -> Outcome<u64> {
    let mut client = Client::connect(serving.port)?;
    let mut done = 0;
    while !stop.load(Ordering::Relaxed) {
        match client.send(&report(&format!("三楼核心交换机掉线 {done}"), keys))? {
            201 => done += 1,
            status => return Err(format!("a report was answered with {status}").into()),
        }
        std::thread::sleep(Duration::from_millis(1_000 / INTAKE_PER_SECOND));
    }
    Ok(done)
}

/// The mean and the longest time until a new ticket is found. Units: seconds.
fn findable(serving: &Serving, keys: &Keys) -> Outcome<(f64, f64)> {
    let mut client = Client::connect(serving.port)?;
    let (mut sum, mut most) = (0.0_f64, 0.0_f64);
    for nth in 0..LOOKED_FOR {
        let word = format!("XQ{}", 70_000_001 + nth * 7_919);
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
    let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("/api/v1/search?q={encoded}")
}
