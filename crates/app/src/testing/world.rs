//! The world outside, on real sockets of this machine: a mail server that takes letters and one that hands them
//! over, and a gateway that speaks HTTP.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A letter as the mail server took it.
#[derive(Clone, Debug)]
pub struct Letter {
    pub to: String,
    pub raw: String,
}

impl Letter {
    /// The value of a header, its folds undone; empty where it is missing.
    pub fn header(&self, name: &str) -> String {
        let head = self.raw.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
        let start = format!("{}:", name.to_lowercase());
        head.lines()
            .find(|line| line.to_lowercase().starts_with(&start))
            .map(|line| line[start.len()..].trim().to_owned())
            .unwrap_or_default()
    }
}

impl Letter {
    /// The plain words, decoded.
    pub fn text(&self) -> String {
        let part = self.raw.split("Content-Type: text/plain").nth(1).unwrap_or_default();
        let part = part.split("\r\n--").next().unwrap_or_default();
        let (head, body) = part.split_once("\r\n\r\n").unwrap_or_default();
        let head = head.to_lowercase();
        let bytes = if head.contains("base64") {
            let packed: String = body.split_whitespace().collect();
            base64::engine::general_purpose::STANDARD.decode(packed).unwrap()
        } else if head.contains("quoted-printable") {
            let mut bytes = Vec::new();
            let body = body.replace("=\r\n", "");
            let mut rest = body.as_str();
            while let Some((before, after)) = rest.split_once('=') {
                bytes.extend_from_slice(before.as_bytes());
                bytes.push(u8::from_str_radix(&after[..2], 16).unwrap());
                rest = &after[2..];
            }
            bytes.extend_from_slice(rest.as_bytes());
            bytes
        } else {
            body.as_bytes().to_vec()
        };
        String::from_utf8(bytes).unwrap()
    }
}

/// A mail server. `answer` is what it says to a recipient: 250 takes, 450 is busy, 550 refuses.
pub struct MailServer {
    pub port: u16,
    pub answer: Arc<AtomicU16>,
    letters: Arc<Mutex<Vec<Letter>>>,
}

impl MailServer {
    pub async fn open() -> MailServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (answer, letters) = (Arc::new(AtomicU16::new(250)), Arc::new(Mutex::new(Vec::new())));
        let (answers, box_) = (answer.clone(), letters.clone());
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(speak(socket, answers.clone(), box_.clone()));
            }
        });
        MailServer { port, answer, letters }
    }

    /// The letters that were taken so far.
    pub fn letters(&self) -> Vec<Letter> {
        self.letters.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn answers(&self, code: u16) {
        self.answer.store(code, Ordering::SeqCst);
    }
}

async fn speak(socket: TcpStream, answer: Arc<AtomicU16>, letters: Arc<Mutex<Vec<Letter>>>) -> Option<()> {
    let (reading, mut writing) = socket.into_split();
    let mut lines = BufReader::new(reading);
    writing.write_all(b"220 mail.test ESMTP\r\n").await.ok()?;
    let mut to = String::new();
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let verb = line.split_whitespace().next().unwrap_or_default().to_uppercase();
        let said = match verb.as_str() {
            "EHLO" => "250-mail.test\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n".to_owned(),
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                format!("{} as you say\r\n", answer.load(Ordering::SeqCst))
            }
            "DATA" => {
                writing.write_all(b"354 go on\r\n").await.ok()?;
                let mut raw = String::new();
                while !raw.ends_with("\r\n.\r\n") {
                    if lines.read_line(&mut raw).await.ok()? == 0 {
                        return None;
                    }
                }
                let letter = Letter { to: to.clone(), raw };
                letters.lock().unwrap_or_else(PoisonError::into_inner).push(letter);
                "250 taken\r\n".to_owned()
            }
            "QUIT" => {
                writing.write_all(b"221 bye\r\n").await.ok()?;
                return Some(());
            }
            _ => "250 ok\r\n".to_owned(),
        };
        writing.write_all(said.as_bytes()).await.ok()?;
    }
}

/// Says everything at once, as a server that pipelines does, and reads until the other side closes.
pub async fn say(door: SocketAddr, script: &[u8]) -> String {
    let mut stream = TcpStream::connect(door).await.unwrap();
    let _ = stream.write_all(script).await;
    let mut heard = Vec::new();
    let _ = stream.read_to_end(&mut heard).await;
    String::from_utf8_lossy(&heard).into_owned()
}

/// Hands a letter to the door for mail servers, which must store it.
pub async fn hand_over(door: SocketAddr, from: &str, letter: &[u8]) {
    let mut script =
        format!("LHLO mta\r\nMAIL FROM:<{from}>\r\nRCPT TO:<service@desk.cn>\r\nDATA\r\n").into_bytes();
    script.extend_from_slice(letter);
    script.extend_from_slice(b"\r\n.\r\nQUIT\r\n");
    let heard = say(door, &script).await;
    assert!(heard.contains("250 2.0.0 stored"), "{heard}");
}

/// A request as the gateway heard it.
#[derive(Clone, Debug)]
pub struct Heard {
    pub path: String,
    pub head: String,
    pub body: String,
}

impl Heard {
    /// The value of a header; empty where it is missing.
    pub fn header(&self, name: &str) -> String {
        let start = format!("{}:", name.to_lowercase());
        let line = self.head.lines().find(|line| line.to_lowercase().starts_with(&start));
        line.map(|line| line[start.len()..].trim().to_owned()).unwrap_or_default()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

/// A gateway that speaks HTTP; `status` and `says` are what it answers.
pub struct Gateway {
    pub port: u16,
    status: Arc<AtomicU16>,
    says: Arc<Mutex<String>>,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Gateway {
    pub async fn open() -> Gateway {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let status = Arc::new(AtomicU16::new(200));
        let says = Arc::new(Mutex::new("{\"errcode\":0,\"code\":0}".to_owned()));
        let heard = Arc::new(Mutex::new(Vec::new()));
        let gateway = Gateway { port, status: status.clone(), says: says.clone(), heard: heard.clone() };
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(answer(socket, status.clone(), says.clone(), heard.clone()));
            }
        });
        gateway
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub fn answers(&self, status: u16, says: &str) {
        self.status.store(status, Ordering::SeqCst);
        *self.says.lock().unwrap_or_else(PoisonError::into_inner) = says.to_owned();
    }

    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn answer(
    socket: TcpStream,
    status: Arc<AtomicU16>,
    says: Arc<Mutex<String>>,
    heard: Arc<Mutex<Vec<Heard>>>,
) -> Option<()> {
    let (reading, mut writing) = socket.into_split();
    let mut lines = BufReader::new(reading);
    let (mut head, mut length) = (String::new(), 0_usize);
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    lines.read_exact(&mut body).await.ok()?;
    let path = head.split_whitespace().nth(1).unwrap_or_default().to_owned();
    let body = String::from_utf8_lossy(&body).into_owned();
    heard.lock().unwrap_or_else(PoisonError::into_inner).push(Heard { path, head, body });
    let says = says.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let status = status.load(Ordering::SeqCst);
    let moved = if (300..400).contains(&status) { "location: http://169.254.169.254/\r\n" } else { "" };
    let head = format!(
        "HTTP/1.1 {status} so\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{moved}connection: close\r\n\r\n",
        says.len()
    );
    writing.write_all(head.as_bytes()).await.ok()?;
    writing.write_all(says.as_bytes()).await.ok()?;
    writing.shutdown().await.ok()
}
