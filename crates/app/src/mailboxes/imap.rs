//! A conversation with a mail server over IMAP: bounded in time and memory, whatever the server says.

use std::fmt::Debug;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_imap::error::Error;
use async_imap::imap_proto::{Response, Status};
use async_imap::{Client, Session};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_stream::StreamExt;

use super::utf7::encoded;
use crate::kernel::outside::{chain, choose_cryptography};
use crate::notifications::mail::Security;

/// How long a server may take to open a connection.
const CONNECT_MOST: Duration = Duration::from_secs(15);
/// How long a server may take for one answer.
const ANSWER_MOST: Duration = Duration::from_secs(60);
/// How much of a letter is asked for at once. Units: bytes.
pub const PIECE_BYTES: usize = 1 << 20;
/// Letters that one command marks or moves: the line stays shorter than any server's limit.
pub const MARKED_MOST: i64 = 200;

/// At which step a conversation failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nobody answers there, or nobody who speaks IMAP.
    Connect,
    /// The connection cannot be made secret.
    Secure,
    /// User or password were refused.
    SignIn,
    /// There is no such folder.
    Open,
    /// Later: a letter, a mark, a silence.
    Talk,
}

impl Step {
    /// The key of what a person reads.
    pub fn label(self) -> &'static str {
        match self {
            Step::Connect => "mailbox-step-connect",
            Step::Secure => "mailbox-step-secure",
            Step::SignIn => "mailbox-step-sign-in",
            Step::Open => "mailbox-step-open",
            Step::Talk => "mailbox-step-talk",
        }
    }
}

/// Why a conversation ended, in the other side's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub step: Step,
    pub words: String,
}

impl Trouble {
    fn at(step: Step) -> impl Fn(String) -> Trouble {
        move |words| Trouble { step, words }
    }
}

/// Where a mailbox is and how it is opened.
#[derive(Clone, Debug)]
pub struct Address {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub user: String,
    pub password: String,
    pub folder: String,
}

/// A stream, secret or in the clear.
pub trait Wire: AsyncRead + AsyncWrite + Unpin + Send + Debug {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send + Debug> Wire for T {}

/// An open folder.
pub struct Folder {
    session: Session<Box<dyn Wire>>,
    /// The numbering of the folder, and the number that the next letter will get.
    pub uid_validity: i64,
    pub uid_next: Option<i64>,
    /// Letters in the folder.
    pub letters: u32,
    /// Whether the server says at once that a letter came.
    pub can_idle: bool,
    can_move: bool,
    can_expunge: bool,
}

/// A piece of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The next bytes; fewer than were asked for at its end.
    pub bytes: Vec<u8>,
    /// The size that the server says the whole letter has. Units: bytes.
    pub whole: Option<u64>,
}

fn words(error: Error) -> String {
    match error {
        Error::No(said) | Error::Bad(said) => said,
        other => chain(&other),
    }
}

async fn answer<T>(future: impl Future<Output = Result<T, Error>>) -> Result<T, String> {
    match timeout(ANSWER_MOST, future).await {
        Ok(answered) => answered.map_err(words),
        Err(_) => Err(format!("no answer within {} s", ANSWER_MOST.as_secs())),
    }
}

async fn connect(address: &Address) -> Result<Client<Box<dyn Wire>>, Trouble> {
    let connecting = TcpStream::connect((address.host.as_str(), address.port));
    let tcp = match timeout(CONNECT_MOST, connecting).await {
        Ok(Ok(tcp)) => tcp,
        Ok(Err(error)) => return Err(Trouble::at(Step::Connect)(error.to_string())),
        Err(_) => {
            let words = format!("no connection within {} s", CONNECT_MOST.as_secs());
            return Err(Trouble::at(Step::Connect)(words));
        }
    };
    match address.security {
        Security::None => greeted(Box::new(tcp)).await,
        Security::Tls => greeted(secret(address, tcp).await?).await,
        Security::Starttls => {
            let mut client = Client::new(tcp);
            greeting(&mut client).await?;
            answer(client.run_command_and_check_ok("STARTTLS", None))
                .await
                .map_err(Trouble::at(Step::Secure))?;
            // What came before the secret began is thrown away with the old client.
            Ok(Client::new(secret(address, client.into_inner()).await?))
        }
    }
}

async fn greeted(wire: Box<dyn Wire>) -> Result<Client<Box<dyn Wire>>, Trouble> {
    let mut client = Client::new(wire);
    greeting(&mut client).await?;
    Ok(client)
}

async fn greeting<T: Wire>(client: &mut Client<T>) -> Result<(), Trouble> {
    let said = timeout(ANSWER_MOST, client.read_response()).await;
    let trouble = Trouble::at(Step::Connect);
    match said {
        Ok(Ok(Some(said))) => match said.parsed() {
            Response::Data { status: Status::Ok | Status::PreAuth, .. } => Ok(()),
            Response::Data { outcome, .. } => {
                Err(trouble(outcome.information.clone().unwrap_or_default().into_owned()))
            }
            _ => Err(trouble("it does not speak IMAP".to_owned())),
        },
        Ok(Ok(None)) => Err(trouble("the server hung up".to_owned())),
        Ok(Err(error)) => Err(trouble(error.to_string())),
        Err(_) => Err(trouble(format!("no greeting within {} s", ANSWER_MOST.as_secs()))),
    }
}

async fn secret(address: &Address, tcp: TcpStream) -> Result<Box<dyn Wire>, Trouble> {
    let trouble = Trouble::at(Step::Secure);
    choose_cryptography();
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from(address.host.clone()).map_err(|error| trouble(error.to_string()))?;
    let connecting = TlsConnector::from(Arc::new(config)).connect(name, tcp);
    match timeout(CONNECT_MOST, connecting).await {
        Ok(Ok(stream)) => Ok(Box::new(stream)),
        Ok(Err(error)) => Err(trouble(chain(&error))),
        Err(_) => Err(trouble(format!("no TLS within {} s", CONNECT_MOST.as_secs()))),
    }
}

impl Folder {
    /// Connects, signs in and opens the folder.
    ///
    /// Errors: [`Trouble`] with the step that failed.
    pub async fn open(address: &Address) -> Result<Folder, Trouble> {
        let client = connect(address).await?;
        let signing = client.login(&address.user, &address.password);
        let mut session = match timeout(ANSWER_MOST, signing).await {
            Ok(Ok(session)) => session,
            Ok(Err((error, _))) => return Err(Trouble::at(Step::SignIn)(words(error))),
            Err(_) => return Err(Trouble::at(Step::SignIn)("no answer".to_owned())),
        };
        let known = answer(session.capabilities()).await.map_err(Trouble::at(Step::Talk))?;
        let can = |name: &str| known.has_str(name);
        if can("ID") {
            // Some hosts let nobody open a folder who has not said who they are.
            let me = [("name", Some("Aftercare")), ("version", Some(env!("CARGO_PKG_VERSION")))];
            answer(session.id(me)).await.map_err(Trouble::at(Step::SignIn))?;
        }
        let opened =
            answer(session.select(encoded(&address.folder))).await.map_err(Trouble::at(Step::Open))?;
        let Some(uid_validity) = opened.uid_validity else {
            return Err(Trouble::at(Step::Open)("the server does not number its letters".to_owned()));
        };
        Ok(Folder {
            session,
            uid_validity: i64::from(uid_validity),
            uid_next: opened.uid_next.map(i64::from),
            letters: opened.exists,
            can_idle: can("IDLE"),
            can_move: can("MOVE"),
            can_expunge: can("UIDPLUS"),
        })
    }

    /// The numbers of the letters behind `taken`, in their order.
    pub async fn behind(
        &mut self,
        taken: i64,
        since: Option<jiff::civil::Date>,
    ) -> Result<Vec<i64>, Trouble> {
        let since = since.map(|day| format!(" SINCE {}", day.strftime("%-d-%b-%Y"))).unwrap_or_default();
        let query = format!("UID {}:*{since}", taken + 1);
        let found = answer(self.session.uid_search(query)).await.map_err(Trouble::at(Step::Talk))?;
        // `9:*` finds the last letter also where its number is smaller.
        let mut uids: Vec<i64> = found.into_iter().map(i64::from).filter(|uid| *uid > taken).collect();
        uids.sort_unstable();
        Ok(uids)
    }

    /// A piece of a letter, which stays as unread as it was; none where the letter is no longer there.
    pub async fn piece(&mut self, uid: i64, offset: u64) -> Result<Option<Piece>, Trouble> {
        let query = format!("(UID RFC822.SIZE BODY.PEEK[]<{offset}.{PIECE_BYTES}>)");
        self.fetch(uid, &query, |fetch| Piece {
            bytes: fetch.body().map(<[u8]>::to_vec).unwrap_or_default(),
            whole: fetch.size.map(u64::from),
        })
        .await
    }

    /// The head of a letter; none where it is no longer there.
    pub async fn head(&mut self, uid: i64) -> Result<Option<Vec<u8>>, Trouble> {
        let query = format!("(UID BODY.PEEK[HEADER]<0.{PIECE_BYTES}>)");
        Ok(self.fetch(uid, &query, |fetch| fetch.header().map(<[u8]>::to_vec)).await?.flatten())
    }

    async fn fetch<T>(
        &mut self,
        uid: i64,
        query: &str,
        read: impl Fn(&async_imap::types::Fetch) -> T,
    ) -> Result<Option<T>, Trouble> {
        let session = &mut self.session;
        let fetching = async move {
            let mut answers = std::pin::pin!(session.uid_fetch(uid.to_string(), query).await?);
            let mut found = None;
            while let Some(fetch) = answers.next().await {
                let fetch = fetch?;
                if fetch.uid.is_some_and(|other| i64::from(other) == uid) {
                    found = Some(read(&fetch));
                }
            }
            Ok::<_, Error>(found)
        };
        answer(fetching).await.map_err(Trouble::at(Step::Talk))
    }

    /// Marks letters as read, or moves them into another folder, which is made where it is missing.
    pub async fn settle(&mut self, uids: &[i64], moved_to: Option<&str>) -> Result<(), Trouble> {
        let set = uids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let settled = match moved_to {
            None => self.flag(&set, "\\Seen").await,
            Some(folder) => self.shift(&set, &encoded(folder)).await,
        };
        settled.map_err(Trouble::at(Step::Talk))
    }

    async fn flag(&mut self, set: &str, flag: &str) -> Result<(), String> {
        let session = &mut self.session;
        let query = format!("+FLAGS.SILENT ({flag})");
        let storing = async move {
            let mut answers = std::pin::pin!(session.uid_store(set, query).await?);
            while let Some(told) = answers.next().await {
                told?;
            }
            Ok::<_, Error>(())
        };
        answer(storing).await
    }

    async fn shift(&mut self, set: &str, folder: &str) -> Result<(), String> {
        if self.carry(set, folder).await.is_err() {
            // Most likely it is not there yet; where it is something else, the second try says so.
            let _ = answer(self.session.create(folder)).await;
            self.carry(set, folder).await?;
        }
        if self.can_move {
            return Ok(());
        }
        self.flag(set, "\\Seen \\Deleted").await?;
        if self.can_expunge {
            let session = &mut self.session;
            let expunging = async move {
                let mut gone = std::pin::pin!(session.uid_expunge(set).await?);
                while let Some(uid) = gone.next().await {
                    uid?;
                }
                Ok::<_, Error>(())
            };
            answer(expunging).await?;
        }
        Ok(())
    }

    async fn carry(&mut self, set: &str, folder: &str) -> Result<(), String> {
        if self.can_move {
            answer(self.session.uid_mv(set, folder)).await
        } else {
            answer(self.session.uid_copy(set, folder)).await
        }
    }

    /// Waits until the server says that something came, at most for `most`, or until `told`.
    pub async fn wait(self, most: Duration, told: impl Future<Output = ()>) -> Result<Folder, Trouble> {
        let trouble = Trouble::at(Step::Talk);
        let Folder { session, uid_validity, uid_next, letters, can_idle, can_move, can_expunge } = self;
        let mut idle = session.idle();
        answer(idle.init()).await.map_err(&trouble)?;
        let heard = {
            // Dropping the second would end the waiting.
            let (waiting, _ends_it) = idle.wait_with_timeout(most);
            tokio::select! {
                heard = waiting => heard.map(drop).map_err(words),
                () = told => Ok(()),
            }
        };
        heard.map_err(&trouble)?;
        let session = answer(idle.done()).await.map_err(&trouble)?;
        Ok(Folder { session, uid_validity, uid_next, letters, can_idle, can_move, can_expunge })
    }

    /// Says that we are still here, where the server does not tell by itself.
    pub async fn noop(&mut self) -> Result<(), Trouble> {
        answer(self.session.noop()).await.map_err(Trouble::at(Step::Talk))
    }

    /// Ends the conversation; a server that does not answer is left.
    pub async fn close(mut self) {
        let _ = timeout(CONNECT_MOST, self.session.logout()).await;
    }
}
