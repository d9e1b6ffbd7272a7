//! What a journey needs: the program itself on a port of its own, and a real browser before it.

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::prelude::*;

/// How a journey ends.
pub type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// How long a page may take before a journey gives up: a busy machine is slow, and only what never comes is wrong.
const PATIENCE: Duration = Duration::from_secs(60);

/// A child process that ends with its owner.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The program, serving a data directory of its own.
pub struct House {
    pub url: String,
    /// What the program printed until it served: the set-up link stands there.
    pub said: Vec<String>,
    _program: Running,
    _data: TempDir,
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("loopback has a free port").port()
}

impl House {
    /// Starts `aftercare COMMAND…` and waits until it serves.
    pub fn start(command: &[&str]) -> House {
        let data = TempDir::new().expect("a temporary directory");
        let port = free_port();
        let mut child = Command::new(env!("CARGO_BIN_EXE_aftercare"))
            .args(command)
            .arg("--data")
            .arg(data.path())
            .arg("--listen")
            .arg(format!("127.0.0.1:{port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let (tell, told) = std::sync::mpsc::channel();
        let errors = BufReader::new(child.stderr.take().expect("piped"));
        std::thread::spawn(move || {
            for line in errors.lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    // Nobody listens any more; keep draining so that the program never blocks on its words.
                    continue;
                }
            }
        });
        let mut program = Running(child);
        let url = format!("http://127.0.0.1:{port}");
        let mut said = Vec::new();
        let begun = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(
                begun.elapsed() < Duration::from_secs(300),
                "the program did not serve; it said {said:#?}"
            );
            while let Ok(line) = told.recv_timeout(Duration::from_millis(50)) {
                said.push(line);
            }
            let ended = program.0.try_wait().expect("a child of ours");
            assert!(ended.is_none(), "the program ended; it said {said:#?}");
        }
        while let Ok(line) = told.recv_timeout(Duration::from_millis(300)) {
            said.push(line);
        }
        House { url, said, _program: program, _data: data }
    }
}

/// A browser window, with the few verbs that journeys are told in.
pub struct Person {
    pub driver: WebDriver,
    pub house: String,
    name: &'static str,
    shots: std::cell::Cell<u32>,
    _chromedriver: Running,
    _profile: TempDir,
}

impl Person {
    /// Opens a window of `width` × 900 pixels in a language.
    pub async fn at(house: &House, name: &'static str, width: u32, language: &str) -> Person {
        let port = free_port();
        let chromedriver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed by ./test");
        let chromedriver = Running(chromedriver);
        let profile = TempDir::new().expect("a temporary directory");
        let mut caps = DesiredCapabilities::chrome();
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-features=DropInputEventsBeforeFirstPaint",
            "--disable-dev-shm-usage",
            "--force-device-scale-factor=1",
            &format!("--lang={language}"),
            &format!("--window-size={width},900"),
            &format!("--user-data-dir={}", profile.path().display()),
        ] {
            caps.add_arg(argument).expect("an argument");
        }
        caps.add_experimental_option("prefs", serde_json::json!({ "intl.accept_languages": language }))
            .expect("preferences");
        if width < 500 {
            // A window cannot be narrower than the browser's own frame; a phone's screen can.
            let screen =
                serde_json::json!({ "width": width, "height": 844, "pixelRatio": 2.0, "mobile": true });
            caps.add_experimental_option("mobileEmulation", serde_json::json!({ "deviceMetrics": screen }))
                .expect("a phone");
        }
        app::kernel::outside::choose_cryptography();
        let begun = Instant::now();
        let driver = loop {
            match WebDriver::new(format!("http://127.0.0.1:{port}"), caps.clone()).await {
                Ok(driver) => break driver,
                Err(error) => assert!(begun.elapsed() < PATIENCE, "no browser: {error}"),
            }
        };
        Person {
            driver,
            house: house.url.clone(),
            name,
            shots: std::cell::Cell::new(0),
            _chromedriver: chromedriver,
            _profile: profile,
        }
    }

    /// Opens a page of the house.
    pub async fn open(&self, path: &str) -> WebDriverResult<()> {
        self.driver.goto(format!("{}{path}", self.house)).await
    }

    /// The first element that matches, as soon as it is there; fails with what the page says instead.
    pub async fn find(&self, css: &str) -> Outcome<WebElement> {
        let found = self.driver.query(By::Css(css)).wait(PATIENCE, Duration::from_millis(50)).first().await;
        let Err(error) = found else { return Ok(found?) };
        self.keep("lost").await?;
        let page = "const at = document.activeElement; return [location.href, at?.outerHTML, at?.value, document.body.innerText].join('\\n');";
        let said = self.driver.execute(page, vec![]).await?;
        Err(format!(
            "no {css} ({error}) on the page, which says:\n{}",
            said.json().as_str().unwrap_or_default()
        )
        .into())
    }

    /// Types into a field, in place of what stood there.
    pub async fn fill(&self, css: &str, text: &str) -> Outcome {
        let field = self.find(css).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    /// Waits until the page is painted: nobody types into what cannot be seen, and the browser lets such keys fall.
    async fn is_painted(&self) -> WebDriverResult<()> {
        let script = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done));";
        self.driver.execute_async(script, vec![]).await?;
        Ok(())
    }

    /// Presses keys wherever the cursor is.
    pub async fn press(&self, keys: impl Into<TypingData>) -> WebDriverResult<()> {
        self.is_painted().await?;
        self.driver.action_chain().send_keys(keys).perform().await
    }

    /// Holds a key down for as long as a slow finger does, so that it repeats, and lets it go.
    pub async fn hold(&self, key: char) -> WebDriverResult<()> {
        self.is_painted().await?;
        for _ in 0..3 {
            self.driver.action_chain().key_down(key).perform().await?;
            tokio::time::sleep(Duration::from_millis(400)).await;
        }
        self.driver.action_chain().key_up(key).perform().await
    }

    /// Presses a key while Ctrl is held.
    pub async fn press_with_ctrl(&self, key: Key) -> WebDriverResult<()> {
        self.is_painted().await?;
        self.driver.action_chain().key_down(Key::Control).send_keys(key).key_up(Key::Control).perform().await
    }

    /// Presses a key while Alt is held.
    pub async fn press_with_alt(&self, key: char) -> WebDriverResult<()> {
        self.is_painted().await?;
        self.driver
            .action_chain()
            .key_down(Key::Alt)
            .send_keys(key.to_string())
            .key_up(Key::Alt)
            .perform()
            .await
    }

    /// Waits until the page says `text`, and fails with what it says instead.
    pub async fn sees(&self, text: &str) -> Outcome {
        let begun = Instant::now();
        loop {
            let said = match self.driver.find(By::Tag("body")).await {
                Ok(body) => body.text().await.unwrap_or_default(),
                Err(_) => String::new(),
            };
            if said.contains(text) {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                self.keep("lost").await?;
                return Err(format!("no “{text}” on the page, which says:\n{said}").into());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until a script answers with something that holds `part`.
    pub async fn until_says(&self, script: &str, part: &str) -> Outcome {
        let begun = Instant::now();
        loop {
            let said =
                self.driver.execute(script, vec![]).await?.json().as_str().unwrap_or_default().to_owned();
            if said.contains(part) {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                self.keep("lost").await?;
                return Err(format!("{script} says {said} instead of …{part}").into());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the address holds `part`.
    pub async fn arrives_at(&self, part: &str) -> Outcome {
        let begun = Instant::now();
        loop {
            let address = self.driver.current_url().await?;
            if address.as_str().contains(part) {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                self.keep("lost").await?;
                return Err(format!("at {address} instead of …{part}").into());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The page must not be wider than the window: nothing hangs over the edge of a phone.
    pub async fn fits(&self) -> Outcome {
        let over = self
            .driver
            .execute(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth;",
                vec![],
            )
            .await?;
        let over = over.json().as_i64().unwrap_or(0);
        if over > 1 {
            self.keep("wide").await?;
            let address = self.driver.current_url().await?;
            return Err(format!("{address} hangs {over} px over the edge").into());
        }
        Ok(())
    }

    /// Keeps a picture, where `AFTERCARE_SCREENSHOTS` names a directory.
    pub async fn keep(&self, what: &str) -> WebDriverResult<()> {
        let Some(directory) = std::env::var_os("AFTERCARE_SCREENSHOTS") else { return Ok(()) };
        let number = self.shots.get() + 1;
        self.shots.set(number);
        let file = std::path::Path::new(&directory).join(format!("{}-{number:02}-{what}.png", self.name));
        self.driver.screenshot(&file).await
    }

    /// Closes the window.
    pub async fn leaves(self) -> WebDriverResult<()> {
        self.driver.quit().await
    }
}
