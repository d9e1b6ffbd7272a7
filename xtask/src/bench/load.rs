//! Load over the loopback interface: so many clients, each with one kept connection and one request at a time.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::Outcome;

/// A connection that is kept.
pub struct Client {
    reader: BufReader<TcpStream>,
    body: Vec<u8>,
    line: String,
}

/// The largest answer that is read. Units: bytes.
const ANSWER_MAX: usize = 64 * 1024 * 1024;

impl Client {
    /// Connects.
    pub fn connect(port: u16) -> Outcome<Client> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Client {
            reader: BufReader::with_capacity(64 * 1024, stream),
            body: Vec::new(),
            line: String::new(),
        })
    }

    /// Sends a request as it is, and reads the answer. Returns the status.
    pub fn send(&mut self, request: &[u8]) -> Outcome<u16> {
        self.reader.get_mut().write_all(request)?;
        self.read_line()?;
        let status = self.line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status: u16 = status.ok_or_else(|| format!("no HTTP answer: {}", self.line))?;
        let mut length = None;
        let mut chunked = false;
        loop {
            self.read_line()?;
            if self.line.is_empty() {
                break;
            }
            let Some((name, value)) = self.line.split_once(':') else { continue };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse::<usize>().ok(),
                "transfer-encoding" => chunked = value.trim().eq_ignore_ascii_case("chunked"),
                _ => {}
            }
        }
        self.body.clear();
        match length {
            Some(length) => self.read_body(length)?,
            None if chunked => loop {
                self.read_line()?;
                let size = usize::from_str_radix(self.line.trim(), 16)?;
                self.read_body(size)?;
                self.read_line()?;
                if size == 0 {
                    break;
                }
            },
            None => {}
        }
        Ok(status)
    }

    /// The body of the last answer.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    fn read_line(&mut self) -> Outcome<()> {
        self.line.clear();
        if self.reader.read_line(&mut self.line)? == 0 {
            return Err("the connection was closed".into());
        }
        self.line.truncate(self.line.trim_end().len());
        Ok(())
    }

    fn read_body(&mut self, length: usize) -> Outcome<()> {
        let start = self.body.len();
        if start + length > ANSWER_MAX {
            return Err("the answer is too large".into());
        }
        self.body.resize(start + length, 0);
        self.reader.read_exact(&mut self.body[start..])?;
        Ok(())
    }
}

/// What a run of load showed.
pub struct Run {
    /// Answers in a second.
    pub per_second: f64,
    latencies_us: Vec<u32>,
}

impl Run {
    /// The time within which so many of the answers came. Units: seconds.
    pub fn within(&self, share: f64) -> f64 {
        let last = self.latencies_us.len().saturating_sub(1);
        let place = ((last as f64) * share).round() as usize;
        self.latencies_us.get(place).map_or(0.0, |us| f64::from(*us) / 1e6)
    }
}

/// Sends requests from so many clients for a while, after a warm-up that is not counted; `request` makes the
/// n-th request of a client. An answer other than `expected` ends the run.
pub fn run(
    port: u16,
    clients: usize,
    length: Duration,
    expected: u16,
    request: impl Fn(usize, u64) -> Vec<u8> + Sync,
) -> Outcome<Run> {
    const WARM_UP: Duration = Duration::from_millis(700);
    let stop = AtomicBool::new(false);
    let counted_from = Instant::now() + WARM_UP;
    let (stop, request) = (&stop, &request);
    let answers = std::thread::scope(|scope| {
        let running: Vec<_> = (0..clients)
            .map(|client| {
                scope.spawn(move || {
                    let sent = client_run(port, client, counted_from, stop, expected, request);
                    // One that fails stops the others, so that the failure is told at once.
                    if sent.is_err() {
                        stop.store(true, Ordering::Relaxed);
                    }
                    sent.map_err(|error| error.to_string())
                })
            })
            .collect();
        let end = counted_from + length;
        while Instant::now() < end && !stop.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(10));
        }
        stop.store(true, Ordering::Relaxed);
        running
            .into_iter()
            .map(|client| client.join().map_err(|_| "a client broke".to_owned())?)
            .collect::<Result<Vec<_>, String>>()
    })?;
    let seconds = counted_from.elapsed().as_secs_f64();
    let mut latencies_us: Vec<u32> = answers.into_iter().flatten().collect();
    latencies_us.sort_unstable();
    Ok(Run { per_second: latencies_us.len() as f64 / seconds, latencies_us })
}

fn client_run(
    port: u16,
    client: usize,
    counted_from: Instant,
    stop: &AtomicBool,
    expected: u16,
    request: &(impl Fn(usize, u64) -> Vec<u8> + Sync),
) -> Outcome<Vec<u32>> {
    let mut connection = Client::connect(port)?;
    let mut latencies = Vec::with_capacity(65_536);
    let mut nth = 0;
    while !stop.load(Ordering::Relaxed) {
        let text = request(client, nth);
        nth += 1;
        let begun = Instant::now();
        let status = connection.send(&text)?;
        if status != expected {
            let body = String::from_utf8_lossy(connection.body()).chars().take(600).collect::<String>();
            return Err(format!("{status} instead of {expected}: {body}").into());
        }
        if begun >= counted_from {
            latencies.push(u32::try_from(begun.elapsed().as_micros()).unwrap_or(u32::MAX));
        }
    }
    Ok(latencies)
}

/// A `GET` with the cookie of a session.
pub fn get(path: &str, session: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: aftercare_session={session}\r\nAccept: text/html\r\n\r\n")
        .into_bytes()
}

/// A `POST` of JSON with a token.
pub fn post(path: &str, token: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A `POST` of a form with the cookie of a session, as a page of the program on this port sends it.
pub fn post_form(path: &str, session: &str, port: u16, fields: &[(&str, &str)]) -> Vec<u8> {
    let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let body = body.join("&");
    format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n\
         Cookie: aftercare_session={session}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A text as a part of an address.
pub fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
