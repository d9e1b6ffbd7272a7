//! The door for a mail server: SMTP and LMTP on one port, for a server in front that filters and encrypts.
//!
//! A small state machine. Every line, letter, session and the number of sessions is bounded, so that an endless
//! client costs nothing but its own connection.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout, timeout_at};

use super::intake::{self, LETTER_LIMIT_BYTES};
use crate::attachments::keep::Arriving;
use crate::{App, Failure};

/// Sessions at a time.
const SESSIONS_MAX: usize = 64;
/// The longest command line. Units: bytes.
const LINE_BYTES: usize = 4 << 10;
/// Recipients of one letter.
const RECIPIENTS_MAX: usize = 100;
/// Letters of one session; a server then connects again.
const LETTERS_MAX: usize = 1_000;
/// Commands of one session that make no sense.
const MISTAKES_MAX: usize = 20;
/// How long the client may be silent.
const SILENCE: Duration = Duration::from_secs(120);
/// How long one letter may take.
const LETTER_TIME: Duration = Duration::from_secs(600);
/// How long a session may last.
const SESSION_TIME: Duration = Duration::from_secs(3600);
/// How much is read at once. Units: bytes.
const BLOCK: usize = 64 << 10;

/// Opens the port.
///
/// Errors: the port is taken.
pub async fn bind(listen: SocketAddr) -> std::io::Result<TcpListener> {
    TcpListener::bind(listen).await
}

/// Takes letters until the application closes.
pub async fn run(app: App, listener: TcpListener) {
    let room = Arc::new(Semaphore::new(SESSIONS_MAX));
    loop {
        let accepted = tokio::select! {
            () = app.closed() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((mut stream, _)) = accepted else { continue };
        // An answer is short and waited for: it leaves at once, not when the last one was acknowledged.
        let _ = stream.set_nodelay(true);
        let Ok(place) = Arc::clone(&room).try_acquire_owned() else {
            let _ = stream.write_all(b"421 4.3.2 too many sessions, come again\r\n").await;
            continue;
        };
        let app = app.clone();
        tokio::spawn(async move {
            let (reader, writer) = stream.split();
            let session = Session::new(app, reader, writer).serve();
            let _ = timeout(SESSION_TIME, session).await;
            drop(place);
        });
    }
}

/// One conversation.
struct Session<R, W> {
    app: App,
    reader: BufReader<R>,
    writer: W,
    is_lmtp: bool,
    has_greeted: bool,
    from: Option<String>,
    recipients: Vec<String>,
    letters: usize,
    mistakes: usize,
}

/// How a letter ended.
enum Taken {
    Stored,
    TooLong,
    Failed(Failure),
}

impl<R: AsyncRead + Unpin, W: AsyncWrite + Unpin> Session<R, W> {
    fn new(app: App, reader: R, writer: W) -> Session<R, W> {
        Session {
            app,
            reader: BufReader::with_capacity(BLOCK, reader),
            writer,
            is_lmtp: false,
            has_greeted: false,
            from: None,
            recipients: Vec::new(),
            letters: 0,
            mistakes: 0,
        }
    }

    async fn serve(mut self) -> std::io::Result<()> {
        self.say("220 aftercare ESMTP and LMTP").await?;
        loop {
            let closed = self.app.clone();
            let line = tokio::select! {
                () = closed.closed() => return self.say("421 4.3.2 closing").await,
                line = self.line() => line?,
            };
            let Some(line) = line else { return Ok(()) };
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "QUIT" => return self.say("221 2.0.0 bye").await,
                "HELO" | "EHLO" | "LHLO" => self.greet(&verb).await?,
                "MAIL" => self.mail(&line).await?,
                "RCPT" => self.rcpt(&line).await?,
                "DATA" => {
                    if !self.data().await? {
                        return Ok(());
                    }
                }
                "RSET" => {
                    self.reset();
                    self.say("250 2.0.0 forgotten").await?;
                }
                "NOOP" => self.say("250 2.0.0 here").await?,
                "VRFY" => self.say("252 2.1.5 send it and see").await?,
                _ => self.mistake("500 5.5.2 unknown command").await?,
            }
            if self.mistakes >= MISTAKES_MAX {
                return self.say("421 4.7.0 too many mistakes").await;
            }
        }
    }

    async fn say(&mut self, line: &str) -> std::io::Result<()> {
        self.writer.write_all(format!("{line}\r\n").as_bytes()).await?;
        self.writer.flush().await
    }

    async fn mistake(&mut self, line: &str) -> std::io::Result<()> {
        self.mistakes += 1;
        self.say(line).await
    }

    /// The next command; none at the end, at too long a silence, or at a line that does not end.
    async fn line(&mut self) -> std::io::Result<Option<String>> {
        let mut line = Vec::new();
        let mut bounded = (&mut self.reader).take(LINE_BYTES as u64);
        match timeout(SILENCE, bounded.read_until(b'\n', &mut line)).await {
            Ok(read) => read?,
            Err(_) => return Ok(None),
        };
        if !line.ends_with(b"\n") {
            return Ok(None);
        }
        Ok(Some(String::from_utf8_lossy(&line).trim_end().to_owned()))
    }

    fn reset(&mut self) {
        self.from = None;
        self.recipients.clear();
    }

    async fn greet(&mut self, verb: &str) -> std::io::Result<()> {
        self.reset();
        self.is_lmtp = verb == "LHLO";
        self.has_greeted = true;
        if verb == "HELO" {
            return self.say("250 aftercare").await;
        }
        let most = LETTER_LIMIT_BYTES;
        self.say(&format!("250-aftercare\r\n250-SIZE {most}\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES"))
            .await
    }

    async fn mail(&mut self, line: &str) -> std::io::Result<()> {
        if !self.has_greeted {
            return self.mistake("503 5.5.1 greet first").await;
        }
        if self.letters >= LETTERS_MAX {
            return self.say("421 4.7.0 enough for one session, come again").await;
        }
        let Some(from) = path(line, "MAIL FROM:") else {
            return self.mistake("501 5.5.4 MAIL FROM:<address>").await;
        };
        let size = line
            .to_ascii_uppercase()
            .split(" SIZE=")
            .nth(1)
            .and_then(|rest| rest.split(' ').next().and_then(|number| number.parse::<u64>().ok()));
        if size.is_some_and(|size| size > LETTER_LIMIT_BYTES) {
            return self.say("552 5.3.4 the letter is too large").await;
        }
        self.recipients.clear();
        self.from = Some(from);
        self.say("250 2.1.0 from").await
    }

    async fn rcpt(&mut self, line: &str) -> std::io::Result<()> {
        if self.from.is_none() {
            return self.mistake("503 5.5.1 MAIL first").await;
        }
        if self.recipients.len() >= RECIPIENTS_MAX {
            return self.mistake("452 4.5.3 too many recipients").await;
        }
        match path(line, "RCPT TO:").filter(|address| !address.is_empty()) {
            Some(address) => {
                self.recipients.push(address);
                self.say("250 2.1.5 to").await
            }
            None => self.mistake("501 5.5.4 RCPT TO:<address>").await,
        }
    }

    /// Takes a letter; tells whether the conversation goes on.
    async fn data(&mut self) -> std::io::Result<bool> {
        let Some(from) = self.from.clone().filter(|_| !self.recipients.is_empty()) else {
            self.mistake("503 5.5.1 RCPT first").await?;
            return Ok(true);
        };
        let begun = intake::begin(&self.app).await;
        let arriving = match begun {
            Ok(arriving) => arriving,
            Err(failure) => {
                tracing::error!(error = %failure, "a letter cannot be taken");
                self.say("452 4.3.1 no room").await?;
                return Ok(true);
            }
        };
        self.say("354 go on, end with a dot").await?;
        let until = Instant::now() + LETTER_TIME;
        let Ok(read) = timeout_at(until, self.letter(arriving, &from)).await else {
            self.say("421 4.4.2 too slow").await?;
            return Ok(false);
        };
        let Some(taken) = read? else { return Ok(false) };
        self.letters += 1;
        let answer = match &taken {
            Taken::Stored => "250 2.0.0 stored",
            Taken::TooLong => "552 5.3.4 the letter is too large",
            Taken::Failed(_) => "451 4.3.0 cannot store it now",
        };
        if let Taken::Failed(failure) = &taken {
            tracing::error!(error = %failure, "a letter cannot be stored");
        }
        // LMTP answers once for each recipient.
        let answers = if self.is_lmtp { self.recipients.len() } else { 1 };
        for _ in 0..answers {
            self.say(answer).await?;
        }
        self.reset();
        Ok(true)
    }

    /// Reads up to the lone dot; none where the client went away or would not end.
    async fn letter(&mut self, mut arriving: Arriving, from: &str) -> std::io::Result<Option<Taken>> {
        let mut head = format!("Return-Path: <{from}>\r\n");
        for recipient in &self.recipients {
            head.push_str(&format!("Delivered-To: {recipient}\r\n"));
        }
        let mut trouble = arriving.write(head.as_bytes()).await.err();
        let mut bytes = 0u64;
        let mut block: Vec<u8> = Vec::with_capacity(BLOCK * 2);
        let mut is_line_start = true;
        loop {
            let mut line = Vec::new();
            let mut bounded = (&mut self.reader).take(BLOCK as u64);
            let Ok(read) = timeout(SILENCE, bounded.read_until(b'\n', &mut line)).await else {
                return Ok(None);
            };
            if read? == 0 {
                return Ok(None);
            }
            if is_line_start && matches!(line.as_slice(), b".\r\n" | b".\n") {
                break;
            }
            let content = if is_line_start && line.starts_with(b".") { &line[1..] } else { &line[..] };
            is_line_start = line.ends_with(b"\n");
            bytes += content.len() as u64;
            if bytes > LETTER_LIMIT_BYTES.saturating_mul(4) {
                // Past every measure: it will not end.
                return Ok(None);
            }
            if bytes > LETTER_LIMIT_BYTES || trouble.is_some() {
                continue;
            }
            block.extend_from_slice(content);
            if block.len() >= BLOCK {
                trouble = arriving.write(&block).await.err();
                block.clear();
            }
        }
        if bytes > LETTER_LIMIT_BYTES {
            return Ok(Some(Taken::TooLong));
        }
        if trouble.is_none() {
            trouble = arriving.write(&block).await.err();
        }
        Ok(Some(match trouble {
            Some(Failure::TooLarge { .. }) => Taken::TooLong,
            Some(failure) => Taken::Failed(failure),
            None => self.store(arriving, from).await,
        }))
    }

    async fn store(&self, arriving: Arriving, from: &str) -> Taken {
        let mailbox = self.recipients.first().cloned().unwrap_or_default();
        let stored = match arriving.finish().await {
            Ok(kept) => intake::keep(&self.app, kept, from, &mailbox).await,
            Err(failure) => Err(failure),
        };
        match stored {
            Ok(_) => Taken::Stored,
            Err(failure) => Taken::Failed(failure),
        }
    }
}

/// The address in `MAIL FROM:<address> …`; nothing that could break a header open.
fn path(line: &str, beginning: &str) -> Option<String> {
    let head = line.get(..beginning.len())?;
    if !head.eq_ignore_ascii_case(beginning) {
        return None;
    }
    let rest = line[beginning.len()..].trim_start();
    let inner = match rest.strip_prefix('<') {
        Some(inner) => inner.split('>').next()?,
        None => rest.split(' ').next()?,
    };
    let plain = inner.chars().all(|c| !c.is_control() && !c.is_whitespace() && c != '<');
    (plain && inner.len() <= 512).then(|| inner.to_owned())
}
