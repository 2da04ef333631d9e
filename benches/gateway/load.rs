//! Clients that send as smtp-source does (it cannot log in, so it cannot be used itself): one command after
//! another, each waited for.

use base64::Engine as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A connection for each message.
    Connection,
    /// One connection for all of a client's.
    Open,
}

/// Where a load goes.
#[derive(Clone, Debug)]
pub struct Target {
    pub name: &'static str,
    pub port: u16,
    login: Option<String>,
    pub from: String,
}

#[derive(Clone, Debug)]
pub struct Figures {
    /// Messages a second.
    pub rate: f64,
    pub p50: Duration,
    pub p99: Duration,
}

impl Target {
    pub fn new(name: &'static str, port: u16) -> Self {
        Self {
            name,
            port,
            login: None,
            from: "alex@hub.example".to_owned(),
        }
    }

    pub fn with_login(name: &'static str, port: u16, user: &str) -> Self {
        let login = base64::engine::general_purpose::STANDARD.encode(format!("\0{user}\0gwsecret"));
        Self {
            login: Some(login),
            from: user.to_owned(),
            ..Self::new(name, port)
        }
    }
}

/// One client's conversation.
pub struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
    from: String,
}

impl Client {
    pub fn connect(target: &Target) -> std::io::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", target.port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        let mut client = Self {
            stream,
            buffer: vec![0; 4096],
            from: target.from.clone(),
        };
        client.hear(b'2')?;
        client.say("EHLO client.example\r\n", b'2')?;
        if let Some(login) = &target.login {
            client.say(&format!("AUTH PLAIN {login}\r\n"), b'2')?;
        }
        Ok(client)
    }

    fn hear(&mut self, wanted: u8) -> std::io::Result<()> {
        let mut length = 0;
        loop {
            let n = self.stream.read(&mut self.buffer[length..])?;
            if n == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            length += n;
            let heard = &self.buffer[..length];
            let last = heard[..length - 1]
                .iter()
                .rposition(|b| *b == b'\n')
                .map_or(0, |at| at + 1);
            if heard.ends_with(b"\n") && heard.get(last + 3) != Some(&b'-') {
                if heard.get(last) == Some(&wanted) {
                    return Ok(());
                }
                let said = String::from_utf8_lossy(heard).into_owned();
                return Err(std::io::Error::other(said));
            }
        }
    }

    fn say(&mut self, line: &str, wanted: u8) -> std::io::Result<()> {
        self.stream.write_all(line.as_bytes())?;
        self.hear(wanted)
    }

    /// One message, with its final dot; the time from the dot to the verdict.
    pub fn send(&mut self, to: &[&str], message: &[u8]) -> std::io::Result<Duration> {
        self.say(&format!("MAIL FROM:<{}>\r\n", self.from), b'2')?;
        for to in to {
            self.say(&format!("RCPT TO:<{to}>\r\n"), b'2')?;
        }
        self.say("DATA\r\n", b'3')?;
        let begun = Instant::now();
        self.stream.write_all(message)?;
        self.hear(b'2')?;
        Ok(begun.elapsed())
    }

    pub fn quit(mut self) -> std::io::Result<()> {
        self.say("QUIT\r\n", b'2')
    }
}

/// A message of so many octets, its final dot included.
pub fn message(size: usize) -> Vec<u8> {
    let mut text =
        b"From: alex@hub.example\r\nTo: rachel@north.example\r\nSubject: minutes\r\n\r\n".to_vec();
    while text.len() + 5 < size {
        let line = (size - text.len() - 5).clamp(1, 72);
        text.extend(std::iter::repeat_n(b'x', line));
        text.extend_from_slice(b"\r\n");
    }
    text.extend_from_slice(b".\r\n");
    text
}

/// How the messages come.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    pub kind: Kind,
    pub clients: usize,
    pub messages: usize,
    /// A second, all clients together; as fast as they can where there is none.
    pub rate: Option<f64>,
}

/// So many messages from so many clients.
pub fn run(target: &Target, load: Load) -> Figures {
    let Load {
        kind,
        clients,
        messages,
        rate,
    } = load;
    let message = message(5_000);
    let turn = AtomicUsize::new(0);
    let left = AtomicUsize::new(messages);
    let began = Instant::now();
    let mut times: Vec<Duration> = std::thread::scope(|scope| {
        let one = || {
            let mut times = Vec::new();
            let mut open = None;
            while left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1))
                .is_ok()
            {
                if let Some(rate) = rate {
                    let turn = turn.fetch_add(1, Ordering::Relaxed);
                    let due = began + Duration::from_secs_f64(turn as f64 / rate);
                    std::thread::sleep(due.saturating_duration_since(Instant::now()));
                }
                let begun = Instant::now();
                let mut client = match open.take() {
                    Some(client) => client,
                    None => {
                        Client::connect(target).unwrap_or_else(|e| panic!("{}: {e}", target.name))
                    }
                };
                client
                    .send(&["rachel@north.example"], &message)
                    .unwrap_or_else(|e| panic!("{}: {e}", target.name));
                match kind {
                    Kind::Connection => client
                        .quit()
                        .unwrap_or_else(|e| panic!("{}: {e}", target.name)),
                    Kind::Open => open = Some(client),
                }
                times.push(begun.elapsed());
            }
            times
        };
        let threads: Vec<_> = (0..clients).map(|_| scope.spawn(one)).collect();
        threads
            .into_iter()
            .flat_map(|t| t.join().expect("a client"))
            .collect()
    });
    let took = began.elapsed();
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    Figures {
        rate: messages as f64 / took.as_secs_f64(),
        p50: at(0.5),
        p99: at(0.99),
    }
}
