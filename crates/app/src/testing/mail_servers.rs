//! Real mail servers of this machine, on ports and in directories of their own: Dovecot and Postfix, as Debian
//! packages them. They end with the story.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The password of every mailbox.
pub const PASSWORD: &str = "s3cret \"with\" \\marks";
/// How long a server may take to begin or to end.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long one waits for an answer in between.
const STEP: Duration = Duration::from_millis(20);

/// A port that nobody uses now.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// Waits until something is so.
pub fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < until, "waited in vain: {what}");
        std::thread::sleep(STEP);
    }
}

fn answers(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|told| told.stdout.trim_ascii() == b"0")
}

/// A directory that goes with its server.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let folder = std::env::temp_dir().join(format!("aftercare-{name}-{:016x}", rand::random::<u64>()));
        fs::create_dir_all(&folder).expect("a temporary directory");
        Folder(folder)
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn open_to_all(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::create_dir_all(path).expect("a directory");
    fs::set_permissions(path, fs::Permissions::from_mode(0o777)).expect("its rights");
}

/// Dovecot: IMAP in the clear and with TLS, and LMTP to put letters in.
pub struct Dovecot {
    pub imap: u16,
    pub imaps: u16,
    pub lmtp: u16,
    folder: Folder,
    running: Option<Child>,
}

impl Dovecot {
    /// Starts it with mailboxes for these users; none where the package is not there, which is said.
    pub fn open(users: &[&str]) -> Option<Dovecot> {
        if !Path::new("/usr/sbin/dovecot").exists() || !Path::new("/usr/lib/dovecot/lmtp").exists() {
            println!("SKIPPED: no Dovecot here; install dovecot-imapd and dovecot-lmtpd");
            return None;
        }
        let folder = Folder::new("dovecot");
        open_to_all(&folder.path().join("mail"));
        let mut server =
            Dovecot { imap: free_port(), imaps: free_port(), lmtp: free_port(), folder, running: None };
        server.write(users);
        server.start();
        Some(server)
    }

    fn write(&self, users: &[&str]) {
        let dir = self.folder.path().display();
        let (user, group) = if is_root() {
            ("nobody".to_owned(), "nogroup".to_owned())
        } else {
            let id = |flag| Command::new("id").arg(flag).output().expect("id").stdout;
            let text = |bytes: Vec<u8>| String::from_utf8_lossy(bytes.trim_ascii()).into_owned();
            (text(id("-un")), text(id("-gn")))
        };
        // Without the rights of root its parts run as who runs the test.
        let own = if is_root() {
            String::new()
        } else {
            format!(
                "default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}\n\
                     service anvil {{\n chroot =\n}}\n"
            )
        };
        let lines: Vec<String> =
            users.iter().map(|name| format!("{name}:{{PLAIN}}{PASSWORD}::::::")).collect();
        self.put("users", &format!("{}\n", lines.join("\n")));
        self.certificate();
        self.put(
            "dovecot.conf",
            &format!(
                "base_dir = {dir}/run\nstate_dir = {dir}/run\nlog_path = {dir}/log\nprotocols = imap lmtp\n\
                 listen = 127.0.0.1\nssl = yes\nssl_cert = <{dir}/server.pem\nssl_key = <{dir}/server.key\n\
                 disable_plaintext_auth = no\nauth_mechanisms = plain login\nmail_location = maildir:{dir}/mail/%u\n\
                 first_valid_uid = 1\nauth_verbose = yes\n{own}\
                 passdb {{\n driver = passwd-file\n args = scheme=PLAIN {dir}/users\n}}\n\
                 userdb {{\n driver = passwd-file\n args = {dir}/users\n\
                 default_fields = uid={user} gid={group} home={dir}/mail/%u\n}}\n\
                 service imap-login {{\n chroot =\n inet_listener imap {{\n port = {}\n }}\n\
                 inet_listener imaps {{\n port = {}\n ssl = yes\n }}\n}}\n\
                 service lmtp {{\n inet_listener lmtp {{\n port = {}\n }}\n}}\n",
                self.imap, self.imaps, self.lmtp
            ),
        );
    }

    /// Whether a letter to this user would be taken.
    fn takes(&self, user: &str) -> bool {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.lmtp)) else { return true };
        let script = format!("LHLO test\r\nMAIL FROM:<story@test>\r\nRCPT TO:<{user}>\r\nQUIT\r\n");
        let mut heard = String::new();
        let asked = stream.write_all(script.as_bytes()).and_then(|()| stream.read_to_string(&mut heard));
        asked.is_err() || !heard.contains("550 5.1.1")
    }

    /// Takes the mailbox of a user away: letters to it are refused from now on.
    pub fn remove(&self, user: &str) {
        let kept = fs::read_to_string(self.folder.path().join("users")).expect("the users");
        let kept: Vec<&str> = kept.lines().filter(|line| !line.starts_with(&format!("{user}:"))).collect();
        self.put("users", &(kept.join("\n") + "\n"));
        if let Some(child) = &self.running {
            let _ = Command::new("kill").args(["-HUP", &child.id().to_string()]).status();
        }
        wait_until("the mailbox to be gone", || !self.takes(user));
    }

    fn put(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).expect("a file");
    }

    /// A certificate for `localhost`, signed by an authority that is made here.
    fn certificate(&self) {
        self.put("names", "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n");
        let run = |arguments: &str| {
            let done = Command::new("openssl")
                .args(arguments.split(' '))
                .current_dir(self.folder.path())
                .output()
                .expect("openssl");
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        };
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
        run(&format!("req -x509 {key} -keyout authority.key -out authority.pem -days 2 -subj /CN=authority"));
        run(&format!("req {key} -keyout server.key -out server.csr -subj /CN=localhost"));
        run("x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 2 \
             -extfile names -out server.pem");
    }

    /// The certificate of the authority that signed the server's.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    /// Starts it, again after [`Dovecot::stop`].
    pub fn start(&mut self) {
        let log = self.folder.path().join("log");
        let child = Command::new("/usr/sbin/dovecot")
            .args(["-F", "-c"])
            .arg(self.folder.path().join("dovecot.conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.running = Some(child.expect("Dovecot"));
        let (imap, lmtp) = (self.imap, self.lmtp);
        let told = || fs::read_to_string(&log).unwrap_or_default();
        wait_until(&format!("Dovecot on {imap}: {}", told()), || answers(imap) && answers(lmtp));
    }

    /// Stops it in the middle of whatever it does.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.running.take() {
            let _ = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
            let _ = child.wait();
        }
    }

    /// Puts a letter into the mailbox of a user, as a mail server would.
    pub fn deliver(&self, to: &str, letter: &[u8]) {
        let mut script =
            format!("LHLO test\r\nMAIL FROM:<story@test>\r\nRCPT TO:<{to}>\r\nDATA\r\n").into_bytes();
        script.extend_from_slice(letter);
        script.extend_from_slice(b"\r\n.\r\nQUIT\r\n");
        let mut stream = TcpStream::connect(("127.0.0.1", self.lmtp)).expect("Dovecot");
        let mut heard = String::new();
        let mut reading = stream.try_clone().expect("the same");
        let writing = std::thread::spawn(move || stream.write_all(&script));
        reading.read_to_string(&mut heard).expect("an answer");
        writing.join().expect("a thread").expect("written");
        assert!(heard.contains("Saved"), "{heard}");
    }

    /// What the server answers to IMAP commands of a user.
    pub fn ask(&self, user: &str, commands: &[&str]) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.imap)).expect("Dovecot");
        let password = PASSWORD.replace('\\', "\\\\").replace('"', "\\\"");
        let mut script = format!("a LOGIN \"{user}\" \"{password}\"\r\n");
        for command in commands {
            script.push_str(&format!("b {command}\r\n"));
        }
        script.push_str("z LOGOUT\r\n");
        stream.write_all(script.as_bytes()).expect("written");
        let mut heard = Vec::new();
        stream.read_to_end(&mut heard).expect("an answer");
        String::from_utf8_lossy(&heard).into_owned()
    }

    /// How many letters of a folder are unread, and how many there are.
    pub fn counts(&self, user: &str, folder: &str) -> (usize, usize) {
        let told = self.ask(user, &[&format!("STATUS {folder} (UNSEEN MESSAGES)")]);
        let figure = |name: &str| {
            let rest = told.split(&format!("{name} ")).nth(1).unwrap_or("0");
            rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0)
        };
        (figure("UNSEEN"), figure("MESSAGES"))
    }

    /// Makes the server number a user's INBOX anew, as after a repair.
    pub fn renumber(&mut self, user: &str) {
        self.stop();
        let place = self.folder.path().join("mail").join(user);
        for entry in fs::read_dir(place).expect("the mailbox").flatten() {
            if entry.file_name().to_string_lossy().starts_with("dovecot") {
                let _ = fs::remove_file(entry.path());
            }
        }
        self.start();
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Postfix: takes letters by SMTP, and hands them on by LMTP as its table says.
pub struct Postfix {
    pub smtp: u16,
    folder: Folder,
}

impl Postfix {
    /// Starts it with a way for each domain, `("desk.test", 2424)` being LMTP on a port of this machine; none where
    /// it cannot be, which is said.
    pub fn open(ways: &[(&str, u16)]) -> Option<Postfix> {
        if !Path::new("/usr/sbin/postfix").exists() {
            println!("SKIPPED: no Postfix here; install postfix");
            return None;
        }
        if !is_root() {
            println!("SKIPPED: Postfix is started by root only");
            return None;
        }
        let server = Postfix { smtp: free_port(), folder: Folder::new("postfix") };
        let dir = server.folder.path();
        for name in ["conf", "queue", "data"] {
            fs::create_dir_all(dir.join(name)).expect("a directory");
        }
        let owned = Command::new("chown").arg("postfix").arg(dir.join("data")).status();
        assert!(owned.is_ok_and(|done| done.success()), "the directory of Postfix");
        let table: Vec<String> =
            ways.iter().map(|(domain, port)| format!("{{{domain}=lmtp:inet:127.0.0.1:{port}}}")).collect();
        let dir_ = dir.display();
        let main = format!(
            "compatibility_level = 3.6\nqueue_directory = {dir_}/queue\ndata_directory = {dir_}/data\n\
             mail_owner = postfix\nsetgid_group = postdrop\ncommand_directory = /usr/sbin\n\
             daemon_directory = /usr/lib/postfix/sbin\ninet_interfaces = 127.0.0.1\ninet_protocols = ipv4\n\
             mynetworks = 127.0.0.0/8\nmyhostname = mx.test\nmydestination =\nlocal_recipient_maps =\n\
             smtpd_recipient_restrictions = permit_mynetworks, reject\nalias_maps =\nalias_database =\n\
             transport_maps = inline:{{ {} }}\ndefault_transport = error:5.4.4 this story goes nowhere else\n\
             maillog_file_prefixes = {dir_}\nmaillog_file = {dir_}/log\nminimal_backoff_time = 1s\n\
             maximal_backoff_time = 1s\nqueue_run_delay = 1s\n",
            table.join(", ")
        );
        let parts: Vec<String> = [
            "pickup unix n - n 1 1 pickup",
            "cleanup unix n - n - 0 cleanup",
            "qmgr unix n - n 1 1 qmgr",
            "rewrite unix - - n - - trivial-rewrite",
            "bounce unix - - n - 0 bounce",
            "defer unix - - n - 0 bounce",
            "trace unix - - n - 0 bounce",
            "flush unix n - n 1000? 0 flush",
            "proxymap unix - - n - - proxymap",
            "smtp unix - - n - - smtp",
            "lmtp unix - - n - - lmtp",
            "error unix - - n - - error",
            "retry unix - - n - - error",
            "anvil unix - - n - 1 anvil",
            "scache unix - - n - 1 scache",
            "postlog unix-dgram n - n - 1 postlogd",
        ]
        .map(str::to_owned)
        .into_iter()
        .chain([format!("127.0.0.1:{} inet n - n - - smtpd", server.smtp)])
        .collect();
        fs::write(dir.join("conf/main.cf"), main).expect("a file");
        fs::write(dir.join("conf/master.cf"), parts.join("\n") + "\n").expect("a file");
        server.run("start");
        let (smtp, log) = (server.smtp, dir.join("log"));
        let told = || fs::read_to_string(&log).unwrap_or_default();
        wait_until(&format!("Postfix on {smtp}: {}", told()), || answers(smtp));
        Some(server)
    }

    fn run(&self, verb: &str) {
        let _ = Command::new("/usr/sbin/postfix")
            .arg("-c")
            .arg(self.folder.path().join("conf"))
            .arg(verb)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }

    /// What it wrote down so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Hands it a letter, as a mail program would. Tells its last answer.
    pub fn send(&self, from: &str, to: &str, letter: &str) -> String {
        let stream = TcpStream::connect(("127.0.0.1", self.smtp)).expect("Postfix");
        let mut writing = stream.try_clone().expect("the same");
        let mut reading = BufReader::new(stream);
        let mut answer = || {
            let mut line = String::new();
            while reading.read_line(&mut line).is_ok_and(|read| read > 0) {
                if line.lines().last().is_some_and(|last| last.as_bytes().get(3) == Some(&b' ')) {
                    break;
                }
            }
            line
        };
        answer();
        let mut last = String::new();
        for said in [
            "EHLO story".to_owned(),
            format!("MAIL FROM:<{from}>"),
            format!("RCPT TO:<{to}>"),
            "DATA".to_owned(),
            format!("{letter}\r\n."),
        ] {
            writing.write_all(format!("{said}\r\n").as_bytes()).expect("written");
            last = answer();
        }
        last
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        self.run("abort");
    }
}
