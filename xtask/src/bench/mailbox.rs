//! From a letter at the mail server to the page that an agent has open: Dovecot says that it came (IDLE), it is read,
//! stored and sorted, the page hears of it and fetches its list anew.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use app::testing::mail_servers::{Dovecot, PASSWORD};

use super::house::{Serving, keys};
use super::load::{Client, get, post_form};
use super::{Outcome, Table, milliseconds};

const DESK: &str = "desk@house.test";
/// Letters that are waited for, one after another.
const LETTERS: u64 = 40;
/// How long one may take before the measurement is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// Measures letters one by one; leaves the line out where Dovecot is not installed, which is said.
pub fn measure(program: &Path, data: &Path, table: &mut Table) -> Outcome<()> {
    let Some(server) = Dovecot::open(&[DESK]) else { return Ok(()) };
    let keys = keys(data)?;
    let serving = Serving::start(program, data, &keys.session)?;
    let mut client = Client::connect(serving.port)?;
    let port = server.imap.to_string();
    let form = [
        ("name", "Service"),
        ("host", "127.0.0.1"),
        ("port", port.as_str()),
        ("security", "none"),
        ("user", DESK),
        ("password", PASSWORD),
        ("folder", "INBOX"),
        ("after", "seen"),
        ("from_start", "yes"),
    ];
    match client.send(&post_form("/mailboxes", &keys.session, serving.port, &form))? {
        303 => {}
        status => return Err(format!("the mailbox was answered with {status}").into()),
    }
    let heard = page(serving.port, &keys.session)?;
    let mut times = Vec::new();
    for nth in 0..LETTERS {
        let subject = format!("printer-{nth}-beeps");
        let letter = format!(
            "From: wang{nth}@lib.example.cn\r\nMessage-ID: <{nth}@lib>\r\nSubject: {subject}\r\n\r\nIt beeps."
        );
        server.deliver(DESK, letter.as_bytes());
        let begun = Instant::now();
        loop {
            heard.recv_timeout(PATIENCE).map_err(|_| format!("nothing was heard of letter {nth}"))?;
            client.send(&get("/messages", &keys.session))?;
            if String::from_utf8_lossy(client.body()).contains(&subject) {
                break;
            }
        }
        // The first one also waits for the mailbox to be opened.
        if nth > 0 {
            times.push(begun.elapsed().as_secs_f64());
        }
    }
    times.sort_by(f64::total_cmp);
    let (middle, most) = (times[times.len() / 2], times[times.len() - 1]);
    table.add(
        "from a letter at the mail server (IMAP, IDLE) to the open page",
        format!("p50 {}, at most {}", milliseconds(middle), milliseconds(most)),
        "< 2 s",
    );
    Ok(())
}

/// An open page that listens; each nudge is passed on. It ends with the server.
fn page(port: u16, session: &str) -> Outcome<mpsc::Receiver<()>> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.write_all(&get("/live?topic=messages", session))?;
    let mut lines = BufReader::new(stream).lines();
    let (tell, heard) = mpsc::channel();
    // The first beat says that the page listens.
    let listens = lines.by_ref().map_while(Result::ok).any(|line| line.contains("beat"));
    if !listens {
        return Err("the page does not listen".into());
    }
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            if line.starts_with("event:") && line.ends_with("nudge") && tell.send(()).is_err() {
                return;
            }
        }
    });
    Ok(heard)
}
