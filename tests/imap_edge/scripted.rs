//! A server that says what it is told to, and checks what it hears.

use crate::server;
use askfirst::config::{Security, Server};
use askfirst::edge::Stop;
use askfirst::edge::imap::{Account, Limits, Patience, connect_within};
use askfirst::port::MailboxError;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// What happens next on the server's side of one connection.
#[derive(Clone, Debug)]
pub enum Act {
    /// A command must come whose words after the tag are these; `…` at the end stands for more.
    /// Its tag takes the place of `TAG` in what is said from then on.
    Hear(&'static str),
    /// Any line, or so many octets, without a look.
    Line,
    Octets(usize),
    Say(Vec<u8>),
    /// As `Say`, one octet at a time.
    Drip(Vec<u8>),
    /// Nothing more is said, and the connection stays open until the client goes.
    Silence,
    HangUp,
}

pub fn hear(words: &'static str) -> Act {
    Act::Hear(words)
}

pub fn say(text: impl AsRef<[u8]>) -> Act {
    Act::Say(text.as_ref().to_vec())
}

/// The usual beginning: greeting, capabilities, login.
pub fn welcome(capabilities: &str) -> Vec<Act> {
    vec![
        say("* OK ready\r\n"),
        hear("CAPABILITY"),
        say("* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nTAG OK\r\n"),
        hear("AUTHENTICATE PLAIN"),
        say("+ \r\n"),
        Act::Line,
        say(format!(
            "TAG OK [CAPABILITY IMAP4rev1 {capabilities}] in\r\n"
        )),
    ]
}

pub struct Scripted {
    pub port: u16,
    thread: Option<JoinHandle<Result<(), String>>>,
    /// The lines that were heard, tags left out.
    pub heard: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    /// Plays one script for each connection, in their order.
    pub fn play(scripts: Vec<Vec<Act>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let writing = heard.clone();
        let thread = std::thread::spawn(move || {
            for script in scripts {
                let (stream, _) = listener.accept().map_err(|e| e.to_string())?;
                perform(&stream, &script, &writing)?;
            }
            Ok(())
        });
        Self {
            port,
            thread: Some(thread),
            heard,
        }
    }

    /// The server for this, without TLS.
    pub fn server(&self) -> Server {
        let mut server = server(self.port, Security::None);
        // The listener has an IPv4 address only.
        server.host = "127.0.0.1".to_owned();
        server
    }

    pub fn connect(&self) -> Result<Account, MailboxError> {
        self.connect_until(&Stop::new().expect("a pipe"))
    }

    pub fn connect_until(&self, stop: &Stop) -> Result<Account, MailboxError> {
        let patience = Patience {
            brief: Duration::from_secs(5),
            silence: Duration::from_secs(5),
            whole: Duration::from_secs(20),
        };
        connect_within(
            &self.server(),
            &"secret".into(),
            stop,
            Limits::default(),
            patience,
        )
    }

    /// Waits until the script is over, and tells if the client said something else.
    pub fn end(mut self) {
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the server thread").unwrap();
        }
    }
}

fn perform(
    stream: &TcpStream,
    script: &[Act],
    heard: &Arc<Mutex<Vec<String>>>,
) -> Result<(), String> {
    let trouble = |e: std::io::Error| e.to_string();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .map_err(trouble)?;
    stream.set_nodelay(true).map_err(trouble)?;
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    let mut tag = String::new();
    for act in script {
        match act {
            Act::Hear(wanted) => {
                let mut line = String::new();
                reader.read_line(&mut line).map_err(trouble)?;
                let (its_tag, words) = line.trim_end().split_once(' ').unwrap_or(("", &line));
                heard.lock().expect("heard").push(words.to_owned());
                let fits = match wanted.strip_suffix('…') {
                    Some(beginning) => words.starts_with(beginning),
                    None => words == *wanted,
                };
                if !fits {
                    return Err(format!("wanted {wanted:?}, heard {line:?}"));
                }
                tag = its_tag.to_owned();
            }
            Act::Line => {
                let mut line = String::new();
                reader.read_line(&mut line).map_err(trouble)?;
                heard
                    .lock()
                    .expect("heard")
                    .push(line.trim_end().to_owned());
            }
            Act::Octets(n) => {
                std::io::Read::read_exact(&mut reader, &mut vec![0; *n]).map_err(trouble)?;
            }
            Act::Say(text) => {
                let text = with_tag(text, &tag);
                // A client that has had enough may be gone already.
                let _ = writer.write_all(&text);
            }
            Act::Drip(text) => {
                for octet in with_tag(text, &tag) {
                    let _ = writer.write_all(&[octet]);
                }
            }
            Act::Silence => {
                let _ = std::io::copy(&mut reader, &mut std::io::sink());
                return Ok(());
            }
            Act::HangUp => return Ok(()),
        }
    }
    // Stays until the client goes, so that an end is the client's doing.
    let _ = std::io::copy(&mut reader, &mut std::io::sink());
    Ok(())
}

fn with_tag(text: &[u8], tag: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.windows(3).position(|w| w == b"TAG") {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(tag.as_bytes());
        rest = &rest[at + 3..];
    }
    out.extend_from_slice(rest);
    out
}
