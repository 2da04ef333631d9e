//! The bare client: as little IMAP as will do, over TLS.

use super::dovecot::Dovecot;
use native_tls::{Certificate, TlsConnector, TlsStream};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

pub struct Client {
    stream: BufReader<TlsStream<TcpStream>>,
    tags: u32,
}

impl Client {
    pub fn log_in(server: &Dovecot, port: u16, user: &str) -> Self {
        let tcp = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
        tcp.set_nodelay(true).expect("a socket");
        tcp.set_read_timeout(Some(Duration::from_secs(120)))
            .expect("a socket");
        let ca = Certificate::from_pem(&server.ca).expect("an authority");
        let tls = TlsConnector::builder()
            .add_root_certificate(ca)
            .build()
            .expect("TLS");
        let mut client = Self {
            stream: BufReader::with_capacity(64 << 10, tls.connect("localhost", tcp).expect("TLS")),
            tags: 0,
        };
        client.line();
        client.run(&format!("LOGIN {user} secret"));
        client
    }

    /// One line of the server's, literals left out of it and thrown away.
    pub fn line(&mut self) -> String {
        let mut whole = String::new();
        loop {
            let mut line = Vec::new();
            self.stream.read_until(b'\n', &mut line).expect("a line");
            assert!(!line.is_empty(), "the server hung up");
            let line = String::from_utf8_lossy(&line);
            whole.push_str(line.trim_end());
            let literal = whole
                .strip_suffix('}')
                .and_then(|l| l.rsplit_once('{'))
                .and_then(|(_, n)| n.parse::<u64>().ok());
            let Some(octets) = literal else { return whole };
            std::io::copy(&mut self.stream.by_ref().take(octets), &mut std::io::sink())
                .expect("a literal");
        }
    }

    pub fn say(&mut self, text: &str) {
        let stream = self.stream.get_mut();
        stream.write_all(text.as_bytes()).expect("said");
        stream.flush().expect("said");
    }

    /// Sends a command and counts the untagged lines that answer it.
    pub fn run(&mut self, command: &str) -> usize {
        self.tags += 1;
        let tag = format!("b{}", self.tags);
        self.say(&format!("{tag} {command}\r\n"));
        self.rest_of(&tag)
    }

    fn rest_of(&mut self, tag: &str) -> usize {
        let mut lines = 0;
        loop {
            let line = self.line();
            match line.strip_prefix(tag) {
                Some(verdict) => {
                    assert!(verdict.starts_with(" OK"), "{line}");
                    return lines;
                }
                None => lines += 1,
            }
        }
    }

    pub fn append(&mut self, folder: &str, message: &str) {
        self.tags += 1;
        let tag = format!("b{}", self.tags);
        // LITERAL+ (RFC 7888): Dovecot offers it.
        self.say(&format!(
            "{tag} APPEND {folder} (\\Draft \\Seen) {{{}+}}\r\n{message}\r\n",
            message.len()
        ));
        self.rest_of(&tag);
    }

    /// Waits in IDLE until something new stands in the selected folder.
    pub fn idle_until_exists(&mut self) {
        self.say("i IDLE\r\n");
        while !self.line().contains(" EXISTS") {}
        self.say("DONE\r\n");
        self.rest_of("i");
    }
}
