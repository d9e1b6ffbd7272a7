//! The program as a process of its own over a data directory, and the keys to it.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use app::people::{passes, password, store};
use db::{Database, Error, Options};
use jiff::{SignedDuration, Timestamp};
use rules::access::{Permission, Role};

use super::Outcome;
use super::load::{Client, get};

/// What opens the doors of a house.
#[derive(Clone)]
pub struct Keys {
    /// A session of an administrator.
    pub session: String,
    /// A token of the API that may do everything.
    pub token: String,
}

/// The URL of the database in a data directory.
pub fn url(data: &Path) -> String {
    format!("sqlite:{}", data.join("aftercare.db").display())
}

/// Opens the database in a data directory.
pub fn open(data: &Path) -> Outcome<Database> {
    std::fs::create_dir_all(data)?;
    open_at(&url(data))
}

/// Opens the database of a URL.
pub fn open_at(url: &str) -> Outcome<Database> {
    Ok(Database::open(&Options::new(url, app::MIGRATIONS))?)
}

/// Adds an administrator with a session and a token; to be called while the program does not run.
pub fn keys(data: &Path) -> Outcome<Keys> {
    keys_to(&open(data)?)
}

/// The same in an open database.
pub fn keys_to(database: &Database) -> Outcome<Keys> {
    let keys = Keys { session: password::new_token(), token: password::new_token() };
    let kept = keys.clone();
    database.write_now::<_, Error>(move |tx| {
        let now = Timestamp::now();
        let id = match store::lock(tx, "bench")? {
            Some(lock) => lock.id,
            None => {
                let account = rules::people::Account {
                    login: "bench".into(),
                    name: "Bench".into(),
                    email: None,
                    phone: None,
                    role: Role::Administrator,
                };
                store::add(tx, &account, now)?
            }
        };
        let expires_at = now + SignedDuration::from_hours(24);
        passes::add_session(tx, id, &kept.session, "bench", "127.0.0.1", now, expires_at)?;
        let scopes = Permission::ALL.iter().map(|scope| scope.code()).collect::<Vec<_>>().join(" ");
        passes::add_token(tx, id, "bench", &kept.token, &scopes, now, Some(expires_at))?;
        Ok(())
    })?;
    Ok(keys)
}

/// How long the program may take to its first page; a large base on a slow disk takes its time.
const START_MOST: Duration = Duration::from_secs(120);

/// The program, serving; it ends with this value.
pub struct Serving {
    child: Child,
    pub port: u16,
    /// From the start of the process to the first page. Units: seconds.
    pub first_page_s: f64,
}

impl Serving {
    /// Starts the program and waits for its first page.
    pub fn start(program: &Path, data: &Path, session: &str) -> Outcome<Serving> {
        Serving::start_with(program, data, session, &[])
    }

    /// The same with more arguments.
    pub fn start_with(program: &Path, data: &Path, session: &str, more: &[&str]) -> Outcome<Serving> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let begun = Instant::now();
        let child = Command::new(program)
            .args(["serve", "--data"])
            .arg(data)
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args(more)
            .env("AFTERCARE_LOG", "warn")
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()?;
        let mut serving = Serving { child, port, first_page_s: 0.0 };
        let request = get("/queue", session);
        loop {
            if let Some(status) = serving.child.try_wait()? {
                return Err(format!("the program ended: {status}").into());
            }
            if begun.elapsed() > START_MOST {
                return Err("the program does not answer".into());
            }
            if let Ok(mut client) = Client::connect(port) {
                match client.send(&request)? {
                    200 => break,
                    status => return Err(format!("the first page was answered with {status}").into()),
                }
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        serving.first_page_s = begun.elapsed().as_secs_f64();
        Ok(serving)
    }

    /// Memory that is resident now, and the most it ever was. Units: MiB.
    pub fn resident_mib(&self) -> Outcome<(f64, f64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let field = |name: &str| -> f64 {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("");
            let kib = line.trim_start_matches(':').split_whitespace().next().and_then(|kib| kib.parse().ok());
            kib.unwrap_or(0.0) / 1_024.0
        };
        Ok((field("VmRSS"), field("VmHWM")))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // The program ends by itself when it is asked to; the kill is for one that does not.
        let asked = Command::new("kill").arg(self.child.id().to_string()).status();
        let begun = Instant::now();
        while asked.is_ok() && begun.elapsed() < Duration::from_secs(10) {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
