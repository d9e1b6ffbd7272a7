//! `aftercare serve`: the pages, the API and the timed duties in one process.

use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;

use app::{App, Clock, Config, Settings};
use axum::serve::ListenerExt;
use db::{Database, Options};
use tracing_subscriber::EnvFilter;

/// What can be said on the command line; the file and the environment say the same things.
#[derive(Debug, Default, clap::Args)]
pub struct Arguments {
    /// A settings file in TOML [default: aftercare.toml in the data directory, if there is one].
    #[arg(long, env = "AFTERCARE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
    /// Address and port to listen on [default: 127.0.0.1:8080].
    #[arg(long, env = "AFTERCARE_LISTEN", value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Address and port where the mail server of this machine hands letters over, by LMTP or SMTP.
    #[arg(long, env = "AFTERCARE_LETTERS_LISTEN", value_name = "ADDR")]
    letters_listen: Option<SocketAddr>,
    /// The directory into which a fax server puts what it received.
    #[arg(long, env = "AFTERCARE_FAX_DIRECTORY", value_name = "DIR")]
    fax_directory: Option<PathBuf>,
    /// How people reach the server; links in notices begin with it [default: http://ADDR].
    #[arg(long, env = "AFTERCARE_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// A proxy in front sets X-Forwarded-For.
    #[arg(long, env = "AFTERCARE_BEHIND_PROXY")]
    behind_proxy: Option<bool>,
    /// The after-sales number that stands on every page.
    #[arg(long, env = "AFTERCARE_HOTLINE", value_name = "NUMBER")]
    hotline: Option<String>,
    /// The name of the company that gives the service, on every page that a customer sees.
    #[arg(long, env = "AFTERCARE_COMPANY", value_name = "NAME")]
    company: Option<String>,
    /// The time zone of people and sites for whom none was chosen [default: Asia/Shanghai].
    #[arg(long, env = "AFTERCARE_ZONE", value_name = "ZONE")]
    zone: Option<String>,
}

/// Where the data is; the commands that work on it share these.
#[derive(Debug, Default, Clone, clap::Args)]
pub struct Place {
    /// The database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME [default: SQLite in the data directory].
    #[arg(long, env = "AFTERCARE_DATABASE", value_name = "URL")]
    pub database: Option<String>,
    /// The directory of the database, attachments and keys [default: data].
    #[arg(long, env = "AFTERCARE_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
}

impl Place {
    /// The configuration for a command that does not serve.
    pub fn config(&self, file: Option<PathBuf>) -> Result<Config, app::ConfigError> {
        let flags =
            Settings { data: self.data.clone(), database: self.database.clone(), ..Settings::default() };
        with_file(flags, file)
    }
}

fn with_file(flags: Settings, file: Option<PathBuf>) -> Result<Config, app::ConfigError> {
    let data = flags.data.clone().unwrap_or_else(|| PathBuf::from("data"));
    let usual = data.join("aftercare.toml");
    let under = match file {
        Some(file) => Settings::read(&file)?,
        None if usual.exists() => Settings::read(&usual)?,
        None => Settings::default(),
    };
    flags.over(under).finish()
}

/// Opens the database of a configuration; the data directory is made when it is missing.
pub fn open(config: &Config) -> Result<Database, Box<dyn Error>> {
    open_with(config, |options| options)
}

/// The same with other options.
pub fn open_with(
    config: &Config,
    change: impl FnOnce(Options) -> Options,
) -> Result<Database, Box<dyn Error>> {
    std::fs::create_dir_all(&config.data)
        .map_err(|error| format!("cannot make the data directory {}: {error}", config.data.display()))?;
    let options =
        Options { readers: config.readers, ..Options::new(config.database.clone(), app::MIGRATIONS) };
    Ok(Database::open(&change(options))?)
}

/// Runs until it is told to stop.
///
/// Errors: a configuration that cannot be used, a database that cannot be opened, a port that is taken.
pub fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    log();
    let flags = Settings {
        data: arguments.place.data,
        database: arguments.place.database,
        listen: arguments.listen,
        letters_listen: arguments.letters_listen,
        fax_directory: arguments.fax_directory,
        public_url: arguments.public_url,
        behind_proxy: arguments.behind_proxy,
        hotline: arguments.hotline,
        company: arguments.company,
        zone: arguments.zone,
        ..Settings::default()
    };
    let config = with_file(flags, arguments.config)?;
    let database = open(&config)?;
    let app = App::new(config, database, Clock::World);
    run_app(app)
}

/// The library for mailboxes logs each line that it sends; never below this level.
const ASYNC_IMAP: &str = "async_imap=info";

/// Writes the log to standard error, as `AFTERCARE_LOG` wants it.
pub fn log() {
    let filter = EnvFilter::try_from_env("AFTERCARE_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,aftercare::request=warn"));
    // What is said to a mail server holds the password of the mailbox.
    let filter = filter.add_directive(ASYNC_IMAP.parse().expect("a directive"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

/// What has been arriving for longer was cut off when the program ended. Others may serve the same directory.
const ARRIVING_AT_MOST: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

/// Serves an application until the program is told to stop.
pub fn run_app(app: App) -> Result<(), Box<dyn Error>> {
    prepare(&app)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(app))
}

/// What a house needs before anybody comes in: the shipped commitment, and the link for its first
/// administrator, which is printed until there is one.
fn prepare(app: &App) -> Result<(), Box<dyn Error>> {
    let before = std::time::SystemTime::now() - ARRIVING_AT_MOST;
    app::attachments::keep::sweep(&app.config.data, before)
        .map_err(|error| format!("the attachments cannot be tidied: {error}"))?;
    app::commitments::publish::publish_shipped(app)?;
    if let Some(link) = app::people::links::set_up_link(app)? {
        eprintln!(
            "Nobody has an account yet. Make the first one here, once, within 24 hours:\n\n    {link}\n"
        );
    }
    Ok(())
}

async fn serve(app: App) -> Result<(), Box<dyn Error>> {
    let listen = app.config.listen;
    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    if let Some(at) = app.config.letters_listen {
        let door = app::channels::listener::bind(at)
            .await
            .map_err(|error| format!("cannot listen for letters on {at}: {error}"))?;
        tokio::spawn(app::channels::listener::run(app.clone(), door));
    }
    eprintln!("Aftercare {} at {}", env!("CARGO_PKG_VERSION"), app.config.public_url);
    app::search::follow::open(&app)?;
    let worker = tokio::spawn(app::worker::run(app.clone()));
    let service = app::router::router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    // What a page is told while it is open leaves at once, however small it is.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, service).with_graceful_shutdown(until_told(app)).await?;
    worker.await?;
    Ok(())
}

/// Waits for Ctrl-C or SIGTERM, then ends open streams so that requests under way can finish.
async fn until_told(app: App) {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .expect("signals can be heard");
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
    app.close();
}
