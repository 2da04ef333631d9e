//! The real server, as a story wants it: it writes down the bytes that it gets.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use xxhash_rust::xxh3::Xxh3;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Got {
    pub mail: String,
    pub rcpts: Vec<String>,
    pub message: Vec<u8>,
    /// Which connection it came by.
    pub connection: usize,
}

/// What the server does beside the ordinary, for the whole of its life or until changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Manner {
    #[default]
    Usual,
    /// Takes the message and is gone before it says so.
    CutAfterDot,
    /// Is gone in the middle of the message.
    CutInBody,
    /// Says this after the dot.
    Says(&'static str),
    /// Says this to DATA.
    NoData(&'static str),
    /// Hangs up whenever a message is done.
    OneEach,
    /// Keeps nothing of a message but its length and a hash.
    Counts,
}

#[derive(Default)]
struct Shared {
    got: Mutex<Vec<Got>>,
    lines: Mutex<Vec<String>>,
    manner: Mutex<Manner>,
    connections: AtomicUsize,
    counted: Mutex<Option<(u64, u64)>>,
}

pub struct Real {
    pub port: u16,
    shared: Arc<Shared>,
}

impl Real {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared::default());
        let own = shared.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = own.clone();
                let number = shared.connections.fetch_add(1, Ordering::Relaxed);
                std::thread::spawn(move || {
                    let _ = serve(stream, &shared, number);
                });
            }
        });
        Self { port, shared }
    }

    pub fn behaves(&self, manner: Manner) {
        *self.shared.manner.lock().unwrap() = manner;
    }

    pub fn got(&self) -> Vec<Got> {
        self.shared.got.lock().unwrap().clone()
    }

    pub fn forget(&self) {
        self.shared.got.lock().unwrap().clear();
    }

    pub fn lines(&self) -> Vec<String> {
        self.shared.lines.lock().unwrap().clone()
    }

    /// Length and hash of the last one that was only counted.
    pub fn counted(&self) -> Option<(u64, u64)> {
        *self.shared.counted.lock().unwrap()
    }

    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }
}

fn serve(stream: TcpStream, shared: &Shared, number: usize) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut out = stream.try_clone()?;
    let mut input = BufReader::with_capacity(256 << 10, stream);
    out.write_all(b"220 real.example ESMTP\r\n")?;
    let (mut mail, mut rcpts) = (String::new(), Vec::new());
    loop {
        let mut line = Vec::new();
        if input.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        shared.lines.lock().unwrap().push(line.clone());
        let manner = shared.manner.lock().unwrap().clone();
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let reply: &str = match verb.as_str() {
            "EHLO" => {
                "250-real.example\r\n250-PIPELINING\r\n250-SIZE 300000000\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n250-STARTTLS\r\n250 ENHANCEDSTATUSCODES\r\n"
            }
            "MAIL" if line.contains("eve@") => "553 5.7.1 not yours, says real\r\n",
            "MAIL" => {
                mail = line;
                rcpts.clear();
                "250 2.1.0 real likes you\r\n"
            }
            "RCPT" if line.contains("nobody@") => {
                "550-5.1.1 real knows\r\n550 5.1.1 nobody of that name\r\n"
            }
            "RCPT" if line.contains("grey@") => "451 4.7.1 later, says real\r\n",
            "RCPT" => {
                rcpts.push(line);
                "250 2.1.5 real knows them\r\n"
            }
            "DATA" => {
                if let Manner::NoData(reply) = manner {
                    out.write_all(format!("{reply}\r\n").as_bytes())?;
                    continue;
                }
                out.write_all(b"354 go on\r\n")?;
                let mut message = Vec::new();
                let (mut length, mut hash) = (0, Xxh3::new());
                loop {
                    let mut line = Vec::new();
                    if input.read_until(b'\n', &mut line)? == 0 {
                        return Ok(());
                    }
                    if manner == Manner::CutInBody {
                        return Ok(());
                    }
                    if line == b".\r\n" {
                        break;
                    }
                    let line = line.strip_prefix(b".").unwrap_or(&line);
                    if manner == Manner::Counts {
                        length += line.len() as u64;
                        hash.update(line);
                    } else {
                        message.extend_from_slice(line);
                    }
                }
                let got = Got {
                    mail: mail.clone(),
                    rcpts: std::mem::take(&mut rcpts),
                    message,
                    connection: number,
                };
                match manner {
                    Manner::Says(reply) => {
                        out.write_all(format!("{reply}\r\n").as_bytes())?;
                        continue;
                    }
                    Manner::CutAfterDot => {
                        shared.got.lock().unwrap().push(got);
                        return Ok(());
                    }
                    Manner::OneEach => {
                        shared.got.lock().unwrap().push(got);
                        out.write_all(b"250 2.0.0 real has it\r\n")?;
                        return Ok(());
                    }
                    Manner::Counts => {
                        *shared.counted.lock().unwrap() = Some((length, hash.digest()));
                        out.write_all(b"250 2.0.0 real has counted it\r\n")?;
                        continue;
                    }
                    _ => {}
                }
                shared.got.lock().unwrap().push(got);
                "250 2.0.0 real has it\r\n"
            }
            "QUIT" => {
                out.write_all(b"221 2.0.0 bye\r\n")?;
                return Ok(());
            }
            "RSET" | "NOOP" => "250 2.0.0 ok\r\n",
            _ => "502 5.5.2 what?\r\n",
        };
        out.write_all(reply.as_bytes())?;
    }
}
