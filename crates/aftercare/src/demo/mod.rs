//! `aftercare demo`: a company with a year of history, then the server.
//!
//! The company is invented (`demo/` holds its definitions) and the same every time, but for the present:
//! its year ends when it is made.

mod articles;
mod cast;
mod desk;
mod dice;
mod hotline;
mod portal;
mod registry;
mod story;
mod year;

use std::error::Error;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use app::kernel::actor::By;
use app::layout::l10n::L10n;
use app::{App, Clock, Config, Settings};
use jiff::Timestamp;
use rules::customers::Zone;

use crate::{serve, terminal};
use cast::Cast;
use story::Story;
use year::Year;

/// What everybody in the demo company signs in with.
const PASSWORD: &str = "aftercare-demo";

/// Stories that are stored in one change.
const BATCH_STORIES: usize = 200;

/// Stands in the data directory while the company is being made; what it finds there is thrown away.
const UNFINISHED: &str = "demo.unfinished";

/// Stands in the data directory of a demo company that is whole.
const FINISHED: &str = "demo.finished";

/// Make a demo company with a year of history, and serve it.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The directory of the demo company; it is made the first time and found again later.
    #[arg(long, env = "AFTERCARE_DEMO_DATA", value_name = "DIR", default_value = "demo-data")]
    data: PathBuf,
    /// Address and port to listen on [default: 127.0.0.1:8080].
    #[arg(long, env = "AFTERCARE_LISTEN", value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Address and port where letters are handed over, by LMTP or SMTP.
    #[arg(long, env = "AFTERCARE_LETTERS_LISTEN", value_name = "ADDR")]
    letters_listen: Option<SocketAddr>,
    /// Throw the demo company away and make it anew, with a year that ends now.
    #[arg(long)]
    fresh: bool,
    /// Make the company, and do not serve.
    #[arg(long)]
    no_serve: bool,
}

/// Makes the company if need be, prints how to sign in, and serves.
///
/// Errors: a directory that holds something else, and all that `serve` can fail with.
pub fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let l = terminal::reader();
    let cast = Cast::read()?;
    let settings = Settings {
        data: Some(arguments.data.clone()),
        listen: arguments.listen,
        letters_listen: arguments.letters_listen,
        hotline: Some(cast.company.hotline.clone()),
        company: Some(cast.company.name.clone()),
        zone: Some(cast.company.zone.clone()),
        ..Settings::default()
    };
    let config = settings.finish()?;
    prepare(&arguments.data, arguments.fresh)?;
    let database = serve::open(&config)?;
    let app = App::new(config, database, Clock::World);
    if !arguments.data.join(FINISHED).exists() {
        make(&app, &cast, &l)?;
        fs::write(arguments.data.join(FINISHED), format!("{}\n", app.clock.now()))?;
        fs::remove_file(arguments.data.join(UNFINISHED))?;
    }
    introduce(&cast, &app.config, &l);
    if arguments.no_serve {
        return Ok(());
    }
    serve::log();
    serve::run_app(app)
}

/// Sees to it that the directory is empty, or holds a demo company that is whole.
fn prepare(data: &Path, fresh: bool) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(data)?;
    let (unfinished, finished) = (data.join(UNFINISHED), data.join(FINISHED));
    let is_ours = unfinished.exists() || finished.exists();
    if finished.exists() && !unfinished.exists() && !fresh {
        return Ok(());
    }
    if !is_ours && fs::read_dir(data)?.next().is_some() {
        return Err(format!(
            "{} holds something that is not the demo company: name another directory with --data",
            data.display()
        )
        .into());
    }
    if is_ours {
        // The mark comes first, so that half a removal is finished the next time.
        fs::write(&unfinished, "")?;
        for entry in fs::read_dir(data)? {
            let path = entry?.path();
            if path == unfinished {
                continue;
            }
            if path.is_dir() { fs::remove_dir_all(path)? } else { fs::remove_file(path)? }
        }
    }
    Ok(fs::write(&unfinished, "")?)
}

fn make(app: &App, cast: &Cast, l: &L10n) -> Result<(), Box<dyn Error>> {
    let now = Timestamp::from_second(app.clock.now().as_second())?;
    let customers = cast.customers.customer.len() as u64;
    let bar = terminal::bar(Some(customers)).with_message(l.t("demo-registry").into_owned());
    let registry = registry::fill(app, cast, now, PASSWORD, &mut |done| bar.set_position(done))?;
    bar.finish_and_clear();

    let house_zone = Zone::parse("zone", &cast.company.zone).map_err(|invalid| invalid.code)?;
    let stories = Year::new(cast, &registry, house_zone, now).stories()?;
    let bar = terminal::bar(Some(stories.len() as u64)).with_message(l.t("demo-tickets").into_owned());
    let mut stories = stories.into_iter();
    loop {
        let batch: Vec<Story> = stories.by_ref().take(BATCH_STORIES).collect();
        if batch.is_empty() {
            break;
        }
        let count = batch.len() as u64;
        app.change_now(By::System("demo"), move |change| {
            batch.into_iter().try_for_each(|story| story.store(change).map(drop))
        })?;
        bar.inc(count);
    }
    bar.finish_and_clear();
    hotline::fill(app, &registry, now)?;
    articles::fill(app, &cast.articles.article, &registry, now)?;
    desk::fill(app, &cast.desk, &registry)?;
    portal::let_in(app, &registry, PASSWORD)?;
    Ok(())
}

/// Who can sign in, and as what.
fn introduce(cast: &Cast, config: &Config, l: &L10n) {
    println!("{}", l.ta("demo-company", &[("name", cast.company.name.as_str().into())]));
    for person in &cast.company.person {
        println!("    {:<12} {:<10} {}", person.login, person.name, l.t(person.role.label()));
    }
    let url = config.public_url.as_str();
    println!("{}", l.ta("demo-sign-in", &[("url", url.into()), ("password", PASSWORD.into())]));
    println!("{}", l.ta("demo-portal", &[("url", format!("{url}/portal").into())]));
    for (mail, role) in portal::GUESTS {
        println!("    {mail:<32} {}", l.t(role.label()));
    }
}
