//! Tests on both databases: a fresh one each, on SQLite and on PostgreSQL.
//!
//! PostgreSQL is taken from `AFTERCARE_TEST_POSTGRES`, which `./test` sets. Without it one server is started
//! for the whole machine from Debian's package, shared by all test processes, without waiting for the disk; it
//! stops by itself ten minutes after the last test. Its directory is written to `target/postgres-for-tests`.

use crate::{Database, Dialect, Error, Migration, Options, Registered};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// A fresh, migrated database that is removed when it is dropped.
pub struct TestDatabase {
    // The order matters: connections close before what they are connected to is removed.
    pub database: Database,
    /// The URL it was opened with, to open it again.
    pub url: String,
    remove: Remove,
}

enum Remove {
    Directory(PathBuf),
    Postgres { server: String, name: String },
}

/// Runs a test on a fresh SQLite database and again on a fresh PostgreSQL database.
pub fn each_database(migrations: &'static [Migration], test: impl Fn(&Database)) {
    for dialect in [Dialect::Sqlite, Dialect::Postgres] {
        let fresh = fresh(dialect, migrations);
        test(&fresh.database);
    }
}

/// A fresh, migrated database of the given kind.
pub fn fresh(dialect: Dialect, migrations: &'static [Migration]) -> TestDatabase {
    const READERS: usize = 2;
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("t_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let (url, remove) = match dialect {
        Dialect::Sqlite => {
            let directory = std::env::temp_dir().join(format!("aftercare-{name}"));
            let _ = fs::remove_dir_all(&directory);
            fs::create_dir_all(&directory).expect("a temporary directory");
            (format!("sqlite:{}", directory.join("test.db").display()), Remove::Directory(directory))
        }
        Dialect::Postgres => {
            let server = postgres_server();
            let template = template(&server, migrations);
            admin(&server, &format!("DROP DATABASE IF EXISTS {name}"));
            admin(&server, &format!("CREATE DATABASE {name} TEMPLATE {template}"));
            (with_name(&server, &name), Remove::Postgres { server, name })
        }
    };
    let options = Options { readers: READERS, ..Options::new(&url, migrations) };
    let database = Database::open(&options).unwrap_or_else(|error| panic!("open {url}: {error}"));
    TestDatabase { database, url, remove }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        match &self.remove {
            // The files go while connections may still be open: they are nobody's any more.
            Remove::Directory(directory) => drop(fs::remove_dir_all(directory)),
            Remove::Postgres { server, name } => {
                if let Ok(mut client) =
                    postgres::Client::connect(&with_name(server, "postgres"), postgres::NoTls)
                {
                    let _ = client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
                }
            }
        }
    }
}

fn with_name(server: &str, name: &str) -> String {
    let (base, parameters) = server.split_once('?').map_or((server, None), |(base, rest)| (base, Some(rest)));
    let scheme_end = base.find("://").map_or(0, |at| at + 3);
    let authority_end = base[scheme_end..].find('/').map_or(base.len(), |at| scheme_end + at);
    let parameters = parameters.map(|rest| format!("?{rest}")).unwrap_or_default();
    format!("{}/{name}{parameters}", &base[..authority_end])
}

fn admin(server: &str, sql: &str) {
    let mut client = postgres::Client::connect(&with_name(server, "postgres"), postgres::NoTls)
        .unwrap_or_else(|error| {
            panic!("PostgreSQL for the tests does not answer at {server}: {error}; run ./test")
        });
    client.batch_execute(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// A migrated database to copy from: made once for each list of migrations.
fn template(server: &str, migrations: &'static [Migration]) -> String {
    let digest = migrations
        .iter()
        .flat_map(|migration| migration.sql.bytes().chain(migration.number.to_le_bytes()))
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    let name = format!("template_{digest:016x}");
    let url = with_name(server, "postgres");
    let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap_or_else(|error| {
        panic!("PostgreSQL for the tests does not answer at {server}: {error}; run ./test")
    });
    let exists = |client: &mut postgres::Client| {
        !client
            .query("SELECT 1 FROM pg_database WHERE datname = $1", &[&name])
            .expect("a list of databases")
            .is_empty()
    };
    if !exists(&mut client) {
        client.batch_execute("SELECT pg_advisory_lock(7)").expect("a lock");
        if !exists(&mut client) {
            let making = format!("{name}_making");
            client
                .batch_execute(&format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)"))
                .expect("no leftovers");
            client
                .batch_execute(&format!(
                    "CREATE DATABASE {making} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
                ))
                .expect("a new database");
            let options = Options { readers: 2, ..Options::new(with_name(server, &making), migrations) };
            drop(
                Database::open(&options).unwrap_or_else(|error| panic!("migrations on PostgreSQL: {error}")),
            );
            client
                .batch_execute(&format!("ALTER DATABASE {making} RENAME TO {name}"))
                .expect("a renamed database");
        }
        client.batch_execute("SELECT pg_advisory_unlock(7)").expect("an unlock");
    }
    name
}

/// The URL of PostgreSQL for tests, which is started where nobody did.
pub fn postgres_server() -> String {
    if let Ok(url) = std::env::var("AFTERCARE_TEST_POSTGRES") {
        return url;
    }
    let place = target_directory().join("postgres-for-tests");
    fs::create_dir_all(&place).expect("a directory under target/");
    let lock = File::create(place.join("lock")).expect("a lock file");
    lock.lock().expect("the lock on the server for tests");
    let url = match fs::read_to_string(place.join("url")) {
        Ok(url) if postgres::Client::connect(&with_name(&url, "postgres"), postgres::NoTls).is_ok() => url,
        _ => start(&place),
    };
    // The watcher stops the server when nobody has touched this for ten minutes.
    let _ = fs::write(server_directory(&place).join("used"), "");
    url
}

fn server_directory(place: &Path) -> PathBuf {
    PathBuf::from(fs::read_to_string(place.join("directory")).unwrap_or_default())
}

fn start(place: &Path) -> String {
    let binaries = newest_postgres().unwrap_or_else(|| {
        panic!("PostgreSQL is not installed and AFTERCARE_TEST_POSTGRES is not set; run ./test, which installs it")
    });
    let directory = std::env::temp_dir().join(format!("aftercare-postgres-{}", std::process::id()));
    let data = directory.join("data");
    fs::create_dir_all(&directory).expect("a directory for PostgreSQL");
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.starts_with(b"0\n"));
    if is_root {
        let owned = Command::new("chown").arg("postgres").arg(&directory).status();
        assert!(owned.is_ok_and(|status| status.success()), "chown postgres {}", directory.display());
    }
    let as_owner = |program: &str| {
        let mut command = Command::new(if is_root { "runuser" } else { program });
        if is_root {
            command.args(["-u", "postgres", "--", program]);
        }
        command.current_dir("/");
        command
    };
    let initdb = binaries.join("initdb");
    let made = as_owner(&initdb.to_string_lossy())
        .args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
        .arg(&data)
        .output()
        .expect("initdb runs");
    assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
    let settings = format!(
        "listen_addresses = ''\nunix_socket_directories = '{}'\nfsync = off\nsynchronous_commit = off\n\
         full_page_writes = off\nwal_level = minimal\nmax_wal_senders = 0\nmax_connections = 300\n\
         shared_buffers = 64MB\nautovacuum = off\nlog_min_messages = fatal\nlog_min_error_statement = panic\n",
        directory.display()
    );
    fs::write(directory.join("settings.conf"), settings).expect("settings");
    let include = format!("include '{}'\n", directory.join("settings.conf").display());
    let main = data.join("postgresql.conf");
    let text = fs::read_to_string(&main).expect("postgresql.conf") + &include;
    fs::write(&main, text).expect("postgresql.conf");
    let pg_ctl = binaries.join("pg_ctl");
    let started = as_owner(&pg_ctl.to_string_lossy())
        .args(["start", "--wait", "--silent", "-D"])
        .arg(&data)
        .arg("-l")
        .arg(directory.join("log"))
        .status();
    assert!(started.is_ok_and(|status| status.success()), "pg_ctl start; see {}/log", directory.display());
    let url = format!("postgres://postgres@/postgres?host={}", directory.display());
    fs::write(place.join("directory"), directory.to_string_lossy().as_bytes())
        .expect("a note of the directory");
    fs::write(place.join("pg_ctl"), pg_ctl.to_string_lossy().as_bytes()).expect("a note of pg_ctl");
    fs::write(place.join("url"), &url).expect("a note of the address");
    fs::write(directory.join("used"), "").expect("a note of the use");
    watch(&directory, &pg_ctl, &data, is_root);
    url
}

/// Leaves a small process behind that stops the server when the tests have been silent for ten minutes.
fn watch(directory: &Path, pg_ctl: &Path, data: &Path, is_root: bool) {
    let owner = if is_root { "runuser -u postgres -- " } else { "" };
    let script = format!(
        "cd /; while sleep 20; do \
           [ -e '{data}/postmaster.pid' ] || break; \
           [ -n \"$(find '{dir}/used' -mmin -10 2>/dev/null)\" ] || {{ {owner}'{pg_ctl}' stop -m immediate -D '{data}'; break; }}; \
         done; rm -rf '{dir}'",
        data = data.display(),
        dir = directory.display(),
        pg_ctl = pg_ctl.display(),
    );
    let null = || std::process::Stdio::null();
    let mut command = Command::new("setsid");
    command.args(["sh", "-c", &script]).stdin(null()).stdout(null()).stderr(null());
    // The watcher outlives this process on purpose: it stops the server when nobody tests any more.
    #[allow(clippy::zombie_processes)]
    command.spawn().expect("a watcher of the server");
}

fn newest_postgres() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<(u32, PathBuf)> = versions
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, binaries)| binaries.join("initdb").exists())
        .collect();
    found.sort();
    found.pop().map(|(_, binaries)| binaries)
}

fn target_directory() -> PathBuf {
    let exe = std::env::current_exe().expect("the path of this test");
    let target = exe.ancestors().find(|path| path.file_name().is_some_and(|name| name == "target"));
    target.map_or_else(std::env::temp_dir, Path::to_path_buf)
}

/// Prepares every registered statement and compares its types with what the database says.
///
/// Returns one line for each disagreement: parameter and column counts, column names, types and nullability
/// as far as the database tells.
pub fn check_statements(database: &Database) -> Vec<String> {
    crate::registered().flat_map(|statement| check_statement(database, statement)).collect()
}

/// The same for one statement.
pub fn check_statement(database: &Database, statement: &Registered) -> Vec<String> {
    let statement = *statement;
    let found = database.write_now::<_, Error>(move |tx| Ok(tx.check(&statement)));
    found.unwrap_or_else(|error| vec![error.to_string()])
}
