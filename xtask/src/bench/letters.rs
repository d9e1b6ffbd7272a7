//! Letters through the door for mail servers: each is answered when its bytes and its row are on disk.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use super::house::{Keys, Serving, keys};
use super::load::{Client, get};
use super::{Outcome, Table, milliseconds, number};

/// The size of a usual letter. Units: bytes.
const LETTER_BYTES: usize = 20 << 10;
/// The size of the file in a large one, before it is written as text. Units: bytes.
const LARGE_BYTES: usize = 37 << 20;
/// How long the duty may take to sort what came.
const SORTED_WITHIN: Duration = Duration::from_secs(300);

/// Measures letters a second, and what a large one costs in memory.
pub fn measure(program: &Path, data: &Path, seconds: u64, table: &mut Table) -> Outcome<()> {
    let keys = keys(data)?;
    let door = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
    {
        let serving = Serving::start_with(program, data, &keys.session, &["--letters-listen", &door])?;
        for senders in [1, 8, 32] {
            let (rate, times) = at(&door, senders, seconds)?;
            let within = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
            let figure = format!(
                "{}/s, p50 {}, p99 {}",
                number(rate),
                milliseconds(within(0.5)),
                milliseconds(within(0.99))
            );
            let aim = if senders == 32 { "≥ 500/s" } else { "" };
            table.add(format!("letters of 20 KB taken in, {senders} senders"), figure, aim);
        }
        let begun = Instant::now();
        sorted(&serving, &keys)?;
        table.add(
            "sorting what had not been sorted meanwhile",
            milliseconds(begun.elapsed().as_secs_f64()),
            "",
        );
    }
    // A process of its own, so that its most is that of the one letter.
    let serving = Serving::start_with(program, data, &keys.session, &["--letters-listen", &door])?;
    let (_, before) = serving.resident_mib()?;
    Sender::connect(&door)?.send(&large())?;
    sorted(&serving, &keys)?;
    let (after, most) = serving.resident_mib()?;
    let figure = format!("{before:.0} MiB before, at most {most:.0} MiB, {after:.0} MiB after");
    table.add("resident memory, one letter of 50 MB taken in and opened", figure, "");
    Ok(())
}

/// So many senders for a while: letters a second, and the time of each in order. Units: seconds.
fn at(door: &str, senders: usize, seconds: u64) -> Outcome<(f64, Vec<f64>)> {
    let begun = Instant::now();
    let until = begun + Duration::from_secs(seconds);
    let sent = std::thread::scope(|scope| {
        let running: Vec<_> = (0..senders)
            .map(|sender| {
                scope.spawn(move || {
                    send_until(door, senders, sender, until).map_err(|error| error.to_string())
                })
            })
            .collect();
        running
            .into_iter()
            .map(|sender| sender.join().map_err(|_| "a sender broke".to_owned())?)
            .collect::<Result<Vec<_>, String>>()
    })?;
    let mut times: Vec<f64> = sent.into_iter().flatten().collect();
    times.sort_by(f64::total_cmp);
    if times.is_empty() {
        return Err("no letter was taken".into());
    }
    Ok((times.len() as f64 / begun.elapsed().as_secs_f64(), times))
}

fn send_until(door: &str, senders: usize, sender: usize, until: Instant) -> Outcome<Vec<f64>> {
    /// Letters of one conversation; the door ends it at a thousand.
    const TOGETHER: usize = 500;
    let mut times = Vec::new();
    while Instant::now() < until {
        let mut conversation = Sender::connect(door)?;
        for _ in 0..TOGETHER {
            if Instant::now() >= until {
                break;
            }
            let letter = usual(senders, sender, times.len());
            let begun = Instant::now();
            conversation.send(&letter)?;
            times.push(begun.elapsed().as_secs_f64());
        }
    }
    Ok(times)
}

/// A letter of a person: words, and a file that fills it.
fn usual(senders: usize, sender: usize, nth: usize) -> Vec<u8> {
    let head = format!(
        "From: person{sender}@customer{sender}.test\r\nTo: service@desk.test\r\nMessage-ID: <{senders}.{sender}.{nth}@bench>\r\n\
         Subject: Printer {nth} beeps\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    );
    let line = format!("三楼打印机第 {nth} 次报警，请尽快处理。The printer beeps and prints nothing.\r\n");
    let body = line.repeat((LETTER_BYTES - head.len()) / line.len());
    (head + &body).into_bytes()
}

/// A letter with one large file.
fn large() -> Vec<u8> {
    let head = "From: big@customer.test\r\nTo: service@desk.test\r\nMessage-ID: <large@bench>\r\nSubject: a film\r\n\
        MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHere it is.\r\n--b\r\n\
        Content-Type: application/octet-stream; name=film.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    let line = format!("{}\r\n", "QUJD".repeat(19));
    let mut letter = head.as_bytes().to_vec();
    letter.extend_from_slice(line.repeat(LARGE_BYTES / 57).as_bytes());
    letter.extend_from_slice(b"--b--\r\n");
    letter
}

/// Waits until nothing is left to sort.
fn sorted(serving: &Serving, keys: &Keys) -> Outcome<()> {
    let begun = Instant::now();
    let mut client = Client::connect(serving.port)?;
    let request = get("/api/v1/messages?fate=kept", &keys.session);
    let request = String::from_utf8(request)?
        .replace("Cookie: ", &format!("Authorization: Bearer {}\r\nCookie: ", keys.token));
    loop {
        let status = client.send(request.as_bytes())?;
        let told = String::from_utf8_lossy(client.body()).into_owned();
        if status != 200 {
            return Err(format!("messages: {status}: {told}").into());
        }
        if told.replace(' ', "").contains("\"items\":[]") {
            return Ok(());
        }
        if begun.elapsed() > SORTED_WITHIN {
            return Err("the letters are not sorted".into());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A mail server that hands letters over.
struct Sender {
    stream: BufReader<TcpStream>,
    line: String,
}

impl Sender {
    fn connect(door: &str) -> Outcome<Sender> {
        let stream = TcpStream::connect(door)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        let mut sender = Sender { stream: BufReader::new(stream), line: String::new() };
        sender.answer("220")?;
        sender.say("LHLO bench\r\n", "250")?;
        Ok(sender)
    }

    fn send(&mut self, letter: &[u8]) -> Outcome<()> {
        self.say("MAIL FROM:<bench@customer.test>\r\nRCPT TO:<service@desk.test>\r\n", "250")?;
        self.answer("250")?;
        self.say("DATA\r\n", "354")?;
        self.stream.get_mut().write_all(letter)?;
        self.say("\r\n.\r\n", "250")
    }

    fn say(&mut self, words: &str, expected: &str) -> Outcome<()> {
        self.stream.get_mut().write_all(words.as_bytes())?;
        self.answer(expected)
    }

    /// Reads an answer with all its lines.
    fn answer(&mut self, expected: &str) -> Outcome<()> {
        loop {
            self.line.clear();
            if self.stream.read_line(&mut self.line)? == 0 {
                return Err("the door was closed".into());
            }
            if !self.line.starts_with(expected) {
                return Err(format!("{:?} instead of {expected}", self.line).into());
            }
            if self.line.as_bytes().get(3) != Some(&b'-') {
                return Ok(());
            }
        }
    }
}
