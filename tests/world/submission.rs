//! A mail server that follows a script, in a thread of its own.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// What the server heard.
#[derive(Debug, Default)]
pub struct Heard {
    /// Every line a `C:` step read, without CRLF.
    pub lines: Vec<String>,
    /// What a `body` step read, dots taken away again, with its final CRLF.
    pub body: Option<Vec<u8>>,
    /// What a `rest` step read.
    pub rest: Vec<u8>,
}

/// A server that plays one conversation:
///
/// * `S: text` says that line (several, with CRLF inside, go out in one segment);
/// * `C: text` reads a line, which must begin like that;
/// * `body` reads up to the final dot; `body until WORD` up to that word;
/// * `tls` starts TLS; `cut` closes; `rest` reads to the end of the connection or to QUIT;
/// * `tell` sends a sign to [`Script::told`].
pub struct Script {
    pub port: u16,
    told: Receiver<()>,
    thread: JoinHandle<Result<Heard, String>>,
}

impl Script {
    pub fn play(steps: &[&str]) -> Self {
        Self::start(steps, None, false)
    }

    /// Every octet in a segment of its own.
    pub fn play_in_splinters(steps: &[&str]) -> Self {
        Self::start(steps, None, true)
    }

    /// With a certificate for `tls` steps.
    pub fn play_with(steps: &[&str], identity: native_tls::Identity) -> Self {
        Self::start(steps, Some(identity), false)
    }

    fn start(steps: &[&str], identity: Option<native_tls::Identity>, splinters: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let steps: Vec<String> = steps.iter().map(|step| (*step).to_owned()).collect();
        let (tell, told) = channel();
        let thread = std::thread::spawn(move || {
            let (socket, _) = listener.accept().map_err(|e| e.to_string())?;
            // A test that went wrong ends here, and not never.
            let limit = Some(Duration::from_secs(20));
            socket
                .set_read_timeout(limit)
                .and_then(|()| socket.set_nodelay(true))
                .map_err(|e| e.to_string())?;
            let mut server = Playing {
                wire: Wire::Plain(socket),
                heard: Heard::default(),
                splinters,
            };
            for step in steps {
                server
                    .step(&step, identity.as_ref(), &tell)
                    .map_err(|e| format!("at “{step}”: {e}; heard {:?}", server.heard))?;
            }
            Ok(server.heard)
        });
        Self { port, told, thread }
    }

    /// Waits until the script is past its `tell` step.
    pub fn told(&self) {
        self.told
            .recv_timeout(Duration::from_secs(20))
            .expect("the script went otherwise");
    }

    /// Waits for the end of the conversation; panics if it went otherwise.
    pub fn heard(self) -> Heard {
        self.thread
            .join()
            .expect("the script's thread")
            .unwrap_or_else(|odd| panic!("{odd}"))
    }
}

enum Wire {
    Plain(TcpStream),
    Tls(Box<native_tls::TlsStream<TcpStream>>),
    Closed,
}

struct Playing {
    wire: Wire,
    heard: Heard,
    splinters: bool,
}

impl Playing {
    fn step(
        &mut self,
        step: &str,
        identity: Option<&native_tls::Identity>,
        tell: &Sender<()>,
    ) -> Result<(), String> {
        if let Some(text) = step.strip_prefix("S: ") {
            return self.say(&format!("{text}\r\n"));
        }
        if let Some(wanted) = step.strip_prefix("C: ") {
            let line = self.until(b"\r\n")?;
            let line = String::from_utf8_lossy(&line[..line.len() - 2]).into_owned();
            self.heard.lines.push(line.clone());
            if !line.starts_with(wanted) {
                return Err(format!("the client said “{line}”"));
            }
            return Ok(());
        }
        if let Some(word) = step.strip_prefix("body until ") {
            return self.until(word.as_bytes()).map(drop);
        }
        match step {
            "body" => {
                // The empty body's dot has no CRLF before it but that of DATA itself.
                let mut raw = b"\r\n".to_vec();
                while !raw.ends_with(b"\r\n.\r\n") {
                    raw.push(self.byte()?.ok_or("the connection ended")?);
                }
                self.heard.body = Some(without_dots(&raw[2..raw.len() - 3]));
            }
            "tls" => {
                let identity = identity.ok_or("no certificate")?.clone();
                let acceptor = native_tls::TlsAcceptor::new(identity).map_err(|e| e.to_string())?;
                if let Wire::Plain(socket) = std::mem::replace(&mut self.wire, Wire::Closed) {
                    let tls = acceptor.accept(socket).map_err(|e| e.to_string())?;
                    self.wire = Wire::Tls(Box::new(tls));
                }
            }
            "cut" => self.wire = Wire::Closed,
            "rest" => {
                while !self.heard.rest.ends_with(b"QUIT\r\n") {
                    match self.byte() {
                        Ok(Some(byte)) => self.heard.rest.push(byte),
                        _ => break,
                    }
                }
            }
            "tell" => tell.send(()).map_err(|e| e.to_string())?,
            other => return Err(format!("no step is called {other}")),
        }
        Ok(())
    }

    fn say(&mut self, text: &str) -> Result<(), String> {
        let pieces: Vec<&[u8]> = if self.splinters {
            text.as_bytes().chunks(1).collect()
        } else {
            vec![text.as_bytes()]
        };
        for piece in pieces {
            let done = match &mut self.wire {
                Wire::Plain(socket) => socket.write_all(piece),
                Wire::Tls(tls) => tls.write_all(piece),
                Wire::Closed => return Err("closed".to_owned()),
            };
            done.map_err(|e| e.to_string())?;
        }
        Ok(())
    }

    fn byte(&mut self) -> Result<Option<u8>, String> {
        let mut byte = [0];
        let read = match &mut self.wire {
            Wire::Plain(socket) => socket.read(&mut byte),
            Wire::Tls(tls) => tls.read(&mut byte),
            Wire::Closed => return Ok(None),
        };
        Ok((read.map_err(|e| e.to_string())? == 1).then_some(byte[0]))
    }

    fn until(&mut self, end: &[u8]) -> Result<Vec<u8>, String> {
        let mut read = Vec::new();
        while !read.ends_with(end) {
            let byte = self.byte()?;
            read.push(byte.ok_or_else(|| {
                let read = String::from_utf8_lossy(&read);
                format!("the connection ended after “{read}”")
            })?);
        }
        Ok(read)
    }
}

/// RFC 5321 §4.5.2, read by somebody who did not write it.
fn without_dots(stuffed: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut line_begins = true;
    for (at, &byte) in stuffed.iter().enumerate() {
        if !(line_begins && byte == b'.') {
            plain.push(byte);
        }
        line_begins = byte == b'\n' && at > 0 && stuffed[at - 1] == b'\r';
    }
    plain
}
