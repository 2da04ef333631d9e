//! A client that says what it is told to, byte by byte.

use base64::Engine as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

pub struct Client {
    reader: BufReader<TcpStream>,
}

impl Client {
    pub fn connect(port: u16) -> Self {
        let mut client = Self::connect_silently(port);
        let greeting = client.reply();
        assert!(greeting.starts_with("220 "), "no greeting: {greeting}");
        client
    }

    pub fn connect_silently(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_nodelay(true).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        Self {
            reader: BufReader::new(stream),
        }
    }

    pub fn log_in(&mut self) {
        self.say("EHLO client.example", "250");
        let login = base64::engine::general_purpose::STANDARD
            .encode(format!("\0alex@hub.example\0{}", super::PASSWORD));
        self.say(&format!("AUTH PLAIN {login}"), "235");
    }

    pub fn write(&mut self, bytes: &[u8]) {
        self.reader.get_mut().write_all(bytes).unwrap();
    }

    /// As far as it goes: the other side may have had enough.
    pub fn try_write(&mut self, bytes: &[u8]) {
        let _ = self.reader.get_mut().write_all(bytes);
    }

    /// One whole reply; empty at the end.
    pub fn reply(&mut self) -> String {
        let mut reply = String::new();
        loop {
            let mut line = String::new();
            if self.reader.read_line(&mut line).unwrap_or(0) == 0 {
                return reply;
            }
            let more = line.as_bytes().get(3) == Some(&b'-');
            reply.push_str(&line);
            if !more {
                return reply;
            }
        }
    }

    #[track_caller]
    pub fn say(&mut self, line: &str, wanted: &str) -> String {
        self.write(format!("{line}\r\n").as_bytes());
        let reply = self.reply();
        assert!(
            reply.starts_with(wanted),
            "{line:?} was answered with {reply:?}"
        );
        reply
    }

    /// Everything before the message.
    #[track_caller]
    pub fn address(&mut self, to: &[&str]) {
        self.say("MAIL FROM:<alex@hub.example>", "250");
        for to in to {
            self.say(&format!("RCPT TO:<{to}>"), "250");
        }
        self.say("DATA", "354");
    }

    /// A whole mail; the last reply.
    #[track_caller]
    pub fn send(&mut self, to: &[&str], message: &[u8]) -> String {
        self.address(to);
        self.write(&stuffed(message));
        self.reply()
    }

    /// Whether the other side has closed.
    pub fn is_over(&mut self) -> bool {
        let mut rest = Vec::new();
        match self.reader.read_to_end(&mut rest) {
            Ok(_) => true,
            Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
        }
    }

    pub fn hang_up(self) {
        let _ = self.reader.get_ref().shutdown(std::net::Shutdown::Both);
    }
}

/// With its dots and its end.
pub fn stuffed(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len() + 64);
    for line in message.split_inclusive(|b| *b == b'\n') {
        if line.starts_with(b".") {
            out.push(b'.');
        }
        out.extend_from_slice(line);
    }
    if !message.ends_with(b"\n") {
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    out
}
