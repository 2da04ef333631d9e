//! Somebody's mail client: a real IMAP login that looks, appends, moves and deletes.

use imap::types::Flag;
use std::net::TcpStream;
use std::time::Duration;

/// A message as it lies in a folder.
#[derive(Clone, Debug)]
pub struct Lying {
    pub uid: u32,
    /// As the server says them, such as `\Draft`.
    pub flags: Vec<String>,
    pub raw: Vec<u8>,
}

impl Lying {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.raw).into_owned()
    }
    /// The value of a header field, unfolded; the first one of that name.
    pub fn field(&self, name: &str) -> Option<String> {
        super::wire::field(&self.raw, name)
    }
    pub fn subject(&self) -> String {
        mail_parser::MessageParser::new()
            .parse(&self.raw)
            .and_then(|m| m.subject().map(str::to_owned))
            .unwrap_or_default()
    }
    /// What a reader sees, in one line, without the marks of quoting.
    pub fn read(&self) -> String {
        let text = mail_parser::MessageParser::new()
            .parse(&self.raw)
            .and_then(|m| m.body_text(0).map(|t| t.into_owned()))
            .unwrap_or_default();
        let words = text.split_whitespace().filter(|word| *word != ">");
        words.collect::<Vec<_>>().join(" ")
    }
    pub fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|f| f.eq_ignore_ascii_case(flag))
    }
}

type Session = imap::Session<TcpStream>;

/// One login; made anew when the server has thrown it out.
pub struct Client {
    address: String,
    port: u16,
    session: Option<Session>,
}

impl Client {
    /// Logs in at the first look.
    pub fn new(address: &str, port: u16) -> Self {
        Self {
            address: address.to_owned(),
            port,
            session: None,
        }
    }

    fn log_in(&self) -> Session {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("Dovecot");
        let limit = Some(Duration::from_secs(30));
        stream.set_read_timeout(limit).expect("a time limit");
        let mut client = imap::Client::new(stream);
        client.read_greeting().expect("a greeting");
        client
            .login(&self.address, "secret")
            .map_err(|(error, _)| error)
            .expect("a login")
    }

    fn with<T>(&mut self, act: impl Fn(&mut Session) -> imap::Result<T>) -> imap::Result<T> {
        let mut session = self.session.take().unwrap_or_else(|| self.log_in());
        let done = act(&mut session);
        if matches!(
            done,
            Ok(_) | Err(imap::Error::No(_)) | Err(imap::Error::Bad(_))
        ) {
            self.session = Some(session);
            return done;
        }
        let mut session = self.log_in();
        let done = act(&mut session);
        self.session = Some(session);
        done
    }

    /// All that lies there, marked as deleted or not; nothing where there is no such folder.
    pub fn messages(&mut self, folder: &str) -> Vec<Lying> {
        let look = |s: &mut Session| {
            if s.examine(folder)?.exists == 0 {
                return Ok(Vec::new());
            }
            let fetched = s.uid_fetch("1:*", "(UID FLAGS BODY.PEEK[])")?;
            Ok(fetched
                .iter()
                .filter_map(|one| {
                    Some(Lying {
                        uid: one.uid?,
                        flags: one.flags().iter().map(ToString::to_string).collect(),
                        raw: one.body()?.to_vec(),
                    })
                })
                .collect())
        };
        match self.with(look) {
            Ok(found) => found,
            Err(imap::Error::No(_)) => Vec::new(),
            Err(error) => panic!("{} in {folder}: {error}", self.address),
        }
    }

    /// Those with this Message-ID.
    pub fn with_id(&mut self, folder: &str, id: &str) -> Vec<Lying> {
        let mut found = self.messages(folder);
        found.retain(|m| m.field("Message-ID").as_deref() == Some(id));
        found
    }

    pub fn append(&mut self, folder: &str, raw: &[u8], flags: &[&str]) {
        self.with(|s| {
            let flags = flags.iter().map(|f| Flag::from((*f).to_owned()));
            s.append(folder, raw).flags(flags).finish()
        })
        .unwrap_or_else(|e| panic!("append to {folder}: {e}"));
    }

    /// Leaves a draft, as a client does at Save.
    pub fn draft(&mut self, raw: &[u8]) {
        self.append("Drafts", raw, &["\\Draft", "\\Seen"]);
    }

    pub fn move_to(&mut self, from: &str, uid: u32, to: &str) {
        self.with(|s| {
            s.select(from)?;
            s.uid_mv(uid.to_string(), to)
        })
        .unwrap_or_else(|e| panic!("move from {from} to {to}: {e}"));
    }

    /// Takes it away for good.
    pub fn delete(&mut self, folder: &str, uid: u32) {
        self.with(|s| {
            s.select(folder)?;
            s.uid_store(uid.to_string(), "+FLAGS.SILENT (\\Deleted)")?;
            s.uid_expunge(uid.to_string()).map(drop)
        })
        .unwrap_or_else(|e| panic!("delete from {folder}: {e}"));
    }
}
