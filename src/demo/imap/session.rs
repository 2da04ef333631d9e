//! One client's conversation: reading commands off the socket, and who answers which.

use super::CAPABILITIES;
use super::list::ListCommand;
use super::view::View;
use crate::demo::Store;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use imap_codec::CommandCodec;
use imap_codec::decode::Decoder;
use imap_codec::fragmentizer::{FragmentInfo, Fragmentizer};
use imap_codec::imap_types::auth::AuthMechanism;
use imap_codec::imap_types::command::CommandBody;
use imap_codec::imap_types::core::LiteralMode;
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// The largest command, literals included.
const LARGEST: u32 = 64 * 1024 * 1024;
/// The largest literal before login.
const LARGEST_STRANGER: u32 = 4096;

/// How a command ended; the text may begin with a response code.
pub enum Answer {
    Ok(String),
    No(String),
    Bad(String),
}

impl Answer {
    pub fn ok(text: &str) -> Self {
        Self::Ok(text.to_owned())
    }
    pub fn no(text: &str) -> Self {
        Self::No(text.to_owned())
    }
    pub fn bad(text: &str) -> Self {
        Self::Bad(text.to_owned())
    }
}

/// What comes after a command.
enum Next {
    Answer(Answer),
    Idle,
    Authenticate(bool, Option<Vec<u8>>),
    Logout,
}

/// One connection.
pub struct Session {
    reader: OwnedReadHalf,
    writer: OwnedWriteHalf,
    fragments: Fragmentizer,
    pub(super) store: Arc<Store>,
    /// What goes to the client with the next flush.
    pub(super) out: Vec<u8>,
    /// The login, in lower case.
    pub(super) who: Option<String>,
    pub(super) view: Option<View>,
    /// The client has shown that it knows CONDSTORE (RFC 7162 §3.1).
    pub(super) condstore: bool,
}

impl Session {
    #[must_use]
    pub fn new(stream: TcpStream, store: Arc<Store>) -> Self {
        let (reader, writer) = stream.into_split();
        Self {
            reader,
            writer,
            fragments: Fragmentizer::new(LARGEST),
            store,
            out: Vec::new(),
            who: None,
            view: None,
            condstore: false,
        }
    }

    /// Serves until the client leaves.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn run(mut self) -> io::Result<()> {
        self.say(&format!(
            "* OK [CAPABILITY {CAPABILITIES}] askfirst demo ready"
        ));
        while let Some(message) = self.message().await? {
            let tag = tag_of(&message);
            let (next, may_expunge) = self.dispatch(&message);
            let answer = match next {
                Next::Answer(answer) => answer,
                Next::Idle => match self.idle().await? {
                    Some(answer) => answer,
                    None => return Ok(()),
                },
                Next::Authenticate(plain, first) => match self.authenticate(plain, first).await? {
                    Some(answer) => answer,
                    None => return Ok(()),
                },
                Next::Logout => {
                    self.say("* BYE see you");
                    self.say(&format!("{tag} OK logged out"));
                    return self.flush().await;
                }
            };
            self.news(may_expunge);
            let line = match answer {
                Answer::Ok(text) => format!("{tag} OK {text}"),
                Answer::No(text) => format!("{tag} NO {text}"),
                Answer::Bad(text) => format!("{tag} BAD {text}"),
            };
            self.say(&line);
        }
        Ok(())
    }

    /// Puts a line into the next flush.
    pub(super) fn say(&mut self, line: &str) {
        self.out.extend_from_slice(line.as_bytes());
        self.out.extend_from_slice(b"\r\n");
    }

    async fn flush(&mut self) -> io::Result<()> {
        if !self.out.is_empty() {
            self.writer.write_all(&self.out).await?;
            self.out.clear();
        }
        self.writer.flush().await
    }

    /// The next whole command with its literals, however TCP has cut it; `None` at the end.
    async fn message(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            while let Some(fragment) = self.fragments.progress() {
                if let FragmentInfo::Line {
                    announcement: Some(literal),
                    ..
                } = fragment
                {
                    let limit = match self.who {
                        Some(_) => LARGEST,
                        None => LARGEST_STRANGER,
                    };
                    if literal.length >= limit {
                        // A client that waits hears no and sends nothing; one that does not wait
                        // sends it anyway, and it is read past.
                        if literal.mode == LiteralMode::Sync {
                            let tag = tag_of(self.fragments.message_bytes());
                            self.say(&format!("{tag} NO [TOOBIG] that is too large"));
                            self.fragments.skip_message();
                            continue;
                        }
                        self.fragments.poison_message();
                    } else if literal.mode == LiteralMode::Sync {
                        self.say("+ go on");
                    }
                }
                if self.fragments.is_message_complete() {
                    if self.fragments.is_message_poisoned()
                        || self.fragments.is_max_message_size_exceeded()
                    {
                        let tag = tag_of(self.fragments.message_bytes());
                        self.say(&format!("{tag} NO [TOOBIG] that is too large"));
                        continue;
                    }
                    return Ok(Some(self.fragments.message_bytes().to_vec()));
                }
            }
            self.flush().await?;
            let mut buffer = [0; 8192];
            let n = self.reader.read(&mut buffer).await?;
            if n == 0 {
                return Ok(None);
            }
            self.fragments
                .enqueue_bytes(buffer.get(..n).unwrap_or_default());
        }
    }

    /// Tells what has changed in the selected folder.
    pub(super) fn news(&mut self, may_expunge: bool) {
        if let (Some(who), Some(view)) = (&self.who, &mut self.view) {
            let modseq = self.condstore;
            let lines = self
                .store
                .read(who, |a| view.news(a, may_expunge, modseq))
                .unwrap_or_default();
            self.out.extend_from_slice(lines.as_bytes());
        }
    }

    /// IDLE (RFC 2177): every change is told as it happens, until DONE.
    async fn idle(&mut self) -> io::Result<Option<Answer>> {
        // Subscribed before the first look, so that nothing falls between them.
        let mut changes = self.store.watch();
        let folder = self.view.as_ref().map(|v| v.folder.clone());
        let _waiting = match (&self.who, &folder) {
            (Some(who), Some(folder)) => Some(self.store.idle_in(who, folder)),
            _ => None,
        };
        self.say("+ idling");
        loop {
            self.news(true);
            self.flush().await?;
            tokio::select! {
                message = self.message() => {
                    return Ok(message?.map(|m| {
                        if m.trim_ascii().eq_ignore_ascii_case(b"DONE") {
                            Answer::ok("idle done")
                        } else {
                            Answer::bad("DONE was expected")
                        }
                    }));
                }
                changed = changes.changed() => if changed.is_err() { return Ok(None) },
            }
        }
    }

    /// AUTHENTICATE PLAIN or LOGIN (RFC 4616; draft-murchison-sasl-login).
    async fn authenticate(
        &mut self,
        plain: bool,
        first: Option<Vec<u8>>,
    ) -> io::Result<Option<Answer>> {
        let mut words = Vec::new();
        let mut given = first;
        let challenges: &[&str] = if plain {
            &[""]
        } else {
            &["VXNlcm5hbWU6", "UGFzc3dvcmQ6"]
        };
        for challenge in challenges {
            let word = match given.take() {
                Some(word) => word,
                None => {
                    self.say(&format!("+ {challenge}"));
                    let Some(line) = self.message().await? else {
                        return Ok(None);
                    };
                    match STANDARD.decode(line.trim_ascii()) {
                        Ok(word) => word,
                        Err(_) => return Ok(Some(Answer::bad("cancelled"))),
                    }
                }
            };
            if plain {
                words.extend(word.splitn(3, |b| *b == 0).skip(1).map(<[u8]>::to_vec));
            } else {
                words.push(word);
            }
        }
        Ok(Some(match words.as_slice() {
            [user, password] => self.login(user, password),
            _ => Answer::bad("user and password were expected"),
        }))
    }

    fn login(&mut self, user: &[u8], password: &[u8]) -> Answer {
        let (Ok(user), Ok(password)) = (std::str::from_utf8(user), std::str::from_utf8(password))
        else {
            return Answer::no("[AUTHENTICATIONFAILED] wrong user or password");
        };
        if !self.store.login(user, password) {
            return Answer::no("[AUTHENTICATIONFAILED] wrong user or password");
        }
        self.who = Some(user.to_lowercase());
        Answer::Ok(format!("[CAPABILITY {CAPABILITIES}] logged in"))
    }

    /// Carries out one command; also whether messages that are gone may be told of after it
    /// (RFC 3501 §7.4.1).
    fn dispatch(&mut self, message: &[u8]) -> (Next, bool) {
        if self.who.is_some()
            && let Some(list) = ListCommand::parse(message)
        {
            return (Next::Answer(self.list(&list)), true);
        }
        let body = match CommandCodec::default().decode_static(message) {
            Ok((_, command)) => command.body,
            Err(_) => {
                let answer = Answer::bad("that command is not understood here");
                return (Next::Answer(answer), false);
            }
        };
        let may_expunge = !matches!(
            body,
            CommandBody::Fetch { uid: false, .. }
                | CommandBody::Store { uid: false, .. }
                | CommandBody::Search { uid: false, .. }
        );
        (self.command(body), may_expunge)
    }

    fn command(&mut self, body: CommandBody<'static>) -> Next {
        let answer = match body {
            CommandBody::Capability => {
                self.say(&format!("* CAPABILITY {CAPABILITIES}"));
                Answer::ok("that is all")
            }
            CommandBody::Noop | CommandBody::Check => Answer::ok("done"),
            CommandBody::Logout => return Next::Logout,
            CommandBody::Id { .. } => {
                self.say("* ID (\"name\" \"askfirst demo\")");
                Answer::ok("pleased to meet you")
            }
            CommandBody::StartTLS => Answer::bad("no TLS here: it is all within this computer"),
            CommandBody::Login { .. } | CommandBody::Authenticate { .. } if self.who.is_some() => {
                Answer::bad("logged in already")
            }
            CommandBody::Login { username, password } => {
                self.login(username.as_ref(), password.declassify().as_ref())
            }
            CommandBody::Authenticate {
                mechanism,
                initial_response,
            } => {
                let plain = match mechanism {
                    AuthMechanism::Plain => true,
                    AuthMechanism::Login => false,
                    _ => return Next::Answer(Answer::no("PLAIN and LOGIN are offered")),
                };
                let first = initial_response.map(|r| r.declassify().to_vec());
                return Next::Authenticate(plain, first);
            }
            _ if self.who.is_none() => Answer::bad("log in first"),
            CommandBody::Idle => return Next::Idle,
            CommandBody::Enable { capabilities } => self.enable(capabilities.as_ref()),
            CommandBody::Namespace => {
                self.say("* NAMESPACE ((\"\" \"/\")) NIL NIL");
                Answer::ok("that is all")
            }
            CommandBody::Select {
                mailbox,
                parameters,
            } => self.select(&mailbox, !parameters.is_empty(), false),
            CommandBody::Examine {
                mailbox,
                parameters,
            } => self.select(&mailbox, !parameters.is_empty(), true),
            CommandBody::Create { mailbox } => self.create(&mailbox),
            CommandBody::Delete { mailbox } => self.delete(&mailbox),
            CommandBody::Rename { from, to } => self.rename(&from, &to),
            CommandBody::Subscribe { mailbox } => self.subscribe(&mailbox, true),
            CommandBody::Unsubscribe { mailbox } => self.subscribe(&mailbox, false),
            CommandBody::Status {
                mailbox,
                item_names,
            } => self.status(&mailbox, &item_names),
            CommandBody::Append {
                mailbox,
                flags,
                date,
                message,
            } => self.append(&mailbox, &flags, date, message),
            body => match &self.view {
                None => Answer::bad("select a folder first"),
                Some(_) => self.selected(body),
            },
        };
        Next::Answer(answer)
    }

    fn selected(&mut self, body: CommandBody<'static>) -> Answer {
        match body {
            CommandBody::Close => self.close(true),
            CommandBody::Unselect => self.close(false),
            CommandBody::Expunge => self.expunge(None),
            CommandBody::ExpungeUid { sequence_set } => self.expunge(Some(&sequence_set)),
            CommandBody::Search { criteria, uid, .. } => self.search(criteria.as_ref(), uid),
            CommandBody::Fetch {
                sequence_set,
                macro_or_item_names,
                uid,
                modifiers,
            } => self.fetch(&sequence_set, &macro_or_item_names, uid, &modifiers),
            CommandBody::Store {
                sequence_set,
                kind,
                response,
                flags,
                uid,
                modifiers,
            } => self.store_flags(&sequence_set, kind, response, &flags, uid, &modifiers),
            CommandBody::Copy {
                sequence_set,
                mailbox,
                uid,
            } => self.copy(&sequence_set, &mailbox, uid, false),
            CommandBody::Move {
                sequence_set,
                mailbox,
                uid,
            } => self.copy(&sequence_set, &mailbox, uid, true),
            _ => Answer::bad("that is not offered here"),
        }
    }
}

/// The tag of a command, or `*` when there is none that could be repeated.
fn tag_of(message: &[u8]) -> String {
    let end = message
        .iter()
        .position(u8::is_ascii_whitespace)
        .unwrap_or(message.len());
    match message.get(..end).map(std::str::from_utf8) {
        Some(Ok(tag))
            if !tag.is_empty()
                && tag.len() <= 64
                && tag.bytes().all(|b| b.is_ascii_graphic() && b != b'+') =>
        {
            tag.to_owned()
        }
        _ => "*".to_owned(),
    }
}
