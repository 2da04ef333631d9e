//! The real server, as the gateway speaks to it: logged in early, used for one message after another, and
//! quoted word for word.

use super::limit::Limit;
use super::offer::Offer;
use super::wire::Wire;
use crate::config::{Auth, Security, Server};
use crate::edge::tls;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use memchr::memchr;
use secrecy::{ExposeSecret, SecretString};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// For the connection, each step of the login and each command before DATA. RFC 5321 §4.5.3.2 would have five minutes;
/// a mail client shows its user an error long before.
const PATIENCE: Duration = Duration::from_secs(60);
/// For the reply to the final dot (RFC 5321 §4.5.3.2.6).
const DOT_PATIENCE: Duration = Duration::from_secs(10 * 60);
/// For the server to take a piece of the message.
const BLOCK_PATIENCE: Duration = Duration::from_secs(3 * 60);
const LONGEST_LINE: usize = 4096;
const MOST_LINES: usize = 100;

/// Why there is no conversation with the real server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Away {
    /// It was not reached, or said no before any login.
    Unreachable(String),
    /// TLS could not be agreed upon.
    Tls(String),
    /// It refuses the login, or there is no password to log in with.
    Login(String),
}

/// A reply, and all of it as it came (but with CRLF line ends).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub code: u16,
    pub bytes: Vec<u8>,
}

impl Reply {
    /// The text of its lines, without codes.
    fn lines(&self) -> Vec<String> {
        let text = String::from_utf8_lossy(&self.bytes).into_owned();
        text.lines()
            .map(|l| l.get(4..).unwrap_or_default().to_owned())
            .collect()
    }

    fn is(&self, code: u16) -> bool {
        self.code == code
    }

    /// In one line, printable.
    fn told(&self) -> String {
        let text: String = String::from_utf8_lossy(&self.bytes)
            .chars()
            .map(|c| if c.is_ascii_graphic() { c } else { ' ' })
            .take(300)
            .collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// One logged-in conversation.
#[derive(Debug)]
pub struct Upstream {
    wire: Wire,
    limit: Limit,
    input: Vec<u8>,
    pub offer: Offer,
    /// Carried a message, or a part of one, before.
    pub used: bool,
    /// When it was last used.
    pub since: Instant,
}

impl Upstream {
    /// Connects and logs in. `instance` is what our own greeting bears: a server that says it is this
    /// very gateway.
    ///
    /// # Errors
    /// Why there is none, in a sentence.
    pub async fn open(
        server: &Server,
        secret: &SecretString,
        instance: &str,
    ) -> Result<Self, Away> {
        let opening = Self::opened(server, secret, instance);
        timeout(PATIENCE, opening)
            .await
            .unwrap_or_else(|_| Err(away(server, "did not answer in time")))
    }

    async fn opened(server: &Server, secret: &SecretString, instance: &str) -> Result<Self, Away> {
        let socket = TcpStream::connect((server.host.as_str(), server.port))
            .await
            .map_err(|e| away(server, &format!("does not answer: {e}")))?;
        tls::tune(&socket).map_err(|e| away(server, &e.to_string()))?;
        let wire = match server.security {
            Security::Tls => shake_hands(server, socket).await?,
            Security::None | Security::Starttls => Wire::Plain(socket),
        };
        let mut it = Self {
            wire,
            limit: Limit::new(),
            input: Vec::with_capacity(1024),
            offer: Offer::default(),
            used: false,
            since: Instant::now(),
        };
        let lost = |e: io::Error| away(server, &e.to_string());
        let greeting = it.hear().await.map_err(lost)?;
        if String::from_utf8_lossy(&greeting.bytes).contains(instance) {
            return Err(away(
                server,
                "is askfirst's own gateway: accounts.smtp must name the real server",
            ));
        }
        expect(server, &greeting, 220)?;
        if server.security == Security::Starttls {
            let hello = it.say(b"EHLO [127.0.0.1]\r\n").await.map_err(lost)?;
            expect(server, &hello, 250)?;
            if !hello
                .lines()
                .iter()
                .any(|l| l.trim().eq_ignore_ascii_case("STARTTLS"))
            {
                return Err(Away::Tls(format!(
                    "{} does not offer STARTTLS",
                    server.host
                )));
            }
            let ready = it.say(b"STARTTLS\r\n").await.map_err(lost)?;
            expect(server, &ready, 220)?;
            // Said in plain text and not asked for: it would be taken for something said under TLS (CVE-2011-0411).
            if !it.input.is_empty() {
                return Err(Away::Tls(format!(
                    "{} said more than it was asked before TLS began",
                    server.host
                )));
            }
            let Wire::Plain(socket) = it.wire else {
                return Err(away(server, "is under TLS already"));
            };
            it.wire = shake_hands(server, socket).await?;
        }
        let hello = it.say(b"EHLO [127.0.0.1]\r\n").await.map_err(lost)?;
        expect(server, &hello, 250)?;
        let lines = hello.lines();
        it.offer = Offer::of(lines.iter().map(String::as_str));
        it.log_in(server, secret, &lines).await?;
        Ok(it)
    }

    async fn log_in(
        &mut self,
        server: &Server,
        secret: &SecretString,
        hello: &[String],
    ) -> Result<(), Away> {
        let offered: Vec<String> = hello
            .iter()
            .map(|l| l.to_ascii_uppercase())
            .find(|l| l.starts_with("AUTH ") || l.starts_with("AUTH="))
            .map(|l| l[5..].split_whitespace().map(str::to_owned).collect())
            .unwrap_or_default();
        let has = |mechanism: &str| offered.iter().any(|o| o == mechanism);
        let lost = |e: io::Error| away(server, &e.to_string());
        let encoded = |text: String| BASE64.encode(text);
        let (user, password) = (&server.username, secret.expose_secret());
        let reply = match server.auth {
            // A relay on this very computer may know its user without a login.
            _ if offered.is_empty() && server.security == Security::None => return Ok(()),
            Auth::Oauth2 if has("XOAUTH2") => {
                let response = encoded(format!("user={user}\x01auth=Bearer {password}\x01\x01"));
                let reply = self
                    .say(format!("AUTH XOAUTH2 {response}\r\n").as_bytes())
                    .await
                    .map_err(lost)?;
                // A refused token is told in a further challenge; an empty response brings the verdict.
                if reply.is(334) {
                    self.say(b"\r\n").await.map_err(lost)?
                } else {
                    reply
                }
            }
            Auth::Password if has("PLAIN") => {
                let response = encoded(format!("\0{user}\0{password}"));
                self.say(format!("AUTH PLAIN {response}\r\n").as_bytes())
                    .await
                    .map_err(lost)?
            }
            Auth::Password if has("LOGIN") => {
                let mut reply = self.say(b"AUTH LOGIN\r\n").await.map_err(lost)?;
                for answer in [user.clone(), password.to_owned()] {
                    if reply.is(334) {
                        let line = format!("{}\r\n", encoded(answer));
                        reply = self.say(line.as_bytes()).await.map_err(lost)?;
                    }
                }
                reply
            }
            _ => {
                return Err(Away::Login(format!(
                    "{} offers no way to log in that fits the configuration",
                    server.host
                )));
            }
        };
        match reply.code {
            235 => Ok(()),
            400..=499 => Err(away(
                server,
                &format!("put the login off: {}", reply.told()),
            )),
            _ => Err(Away::Login(format!(
                "{} refuses the login of {user}: {}",
                server.host,
                reply.told()
            ))),
        }
    }

    /// Says something and hears one reply.
    async fn say(&mut self, line: &[u8]) -> io::Result<Reply> {
        self.send(line).await?;
        self.hear().await
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    /// When the connection is gone, or nothing is taken for three minutes.
    pub async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        timeout(BLOCK_PATIENCE, async {
            self.wire.write_all(bytes).await?;
            self.wire.flush().await
        })
        .await
        .unwrap_or_else(|_| Err(io::Error::other("takes nothing any more")))
    }

    /// The next reply.
    ///
    /// # Errors
    /// When the connection is gone, silent, or says what is no reply.
    pub async fn hear(&mut self) -> io::Result<Reply> {
        self.hear_within(PATIENCE).await
    }

    /// The reply to the final dot.
    ///
    /// # Errors
    /// As [`Self::hear`].
    pub async fn hear_verdict(&mut self) -> io::Result<Reply> {
        self.hear_within(DOT_PATIENCE).await
    }

    /// What the server still says when it takes nothing more, if it says anything.
    pub async fn hear_last(&mut self) -> Option<Reply> {
        self.hear_within(Duration::from_secs(2)).await.ok()
    }

    async fn hear_within(&mut self, patience: Duration) -> io::Result<Reply> {
        loop {
            if let Some(reply) = take(&mut self.input)? {
                return Ok(reply);
            }
            let reading = self.wire.read_buf(&mut self.input);
            match self.limit.on(patience, reading).await {
                Ok(0) => return Err(io::Error::other("closed the connection")),
                Ok(_) => {}
                Err(e) if e.kind() == io::ErrorKind::TimedOut => {
                    return Err(io::Error::other("does not answer"));
                }
                Err(e) => return Err(e),
            }
        }
    }

    /// Nothing was said unasked, and it is still there as far as can be seen from here.
    pub fn is_well(&mut self) -> bool {
        if !self.input.is_empty() {
            return false;
        }
        let mut block = [0; 64];
        let mut buf = ReadBuf::new(&mut block);
        let mut cx = Context::from_waker(Waker::noop());
        matches!(
            Pin::new(&mut self.wire).poll_read(&mut cx, &mut buf),
            Poll::Pending
        )
    }

    /// Takes leave, if that goes at once.
    pub async fn leave(mut self) {
        let _ = timeout(Duration::from_secs(2), self.say(b"QUIT\r\n")).await;
    }
}

async fn shake_hands(server: &Server, socket: TcpStream) -> Result<Wire, Away> {
    let connector = tls::connector(server.ca.as_deref()).map_err(Away::Tls)?;
    let connector = tokio_native_tls::TlsConnector::from(connector);
    match connector.connect(&server.host, socket).await {
        Ok(stream) => Ok(Wire::Tls(Box::new(stream))),
        Err(e) => Err(Away::Tls(tls::handshake_trouble(&server.host, &e))),
    }
}

fn away(server: &Server, what: &str) -> Away {
    Away::Unreachable(format!("{}:{} {what}", server.host, server.port))
}

fn expect(server: &Server, reply: &Reply, code: u16) -> Result<(), Away> {
    if reply.is(code) {
        Ok(())
    } else {
        Err(away(server, &format!("says: {}", reply.told())))
    }
}

/// Takes the first whole reply (RFC 5321 §4.2) out of `input`; `None` when more has to come first.
fn take(input: &mut Vec<u8>) -> io::Result<Option<Reply>> {
    let odd = || io::Error::other("does not speak SMTP");
    let (mut at, mut lines, mut first, mut clean) = (0, 0, None, true);
    while let Some(length) = memchr(b'\n', input.get(at..).unwrap_or_default()) {
        let line = input.get(at..at + length).unwrap_or_default();
        clean &= line.ends_with(b"\r");
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let code = line
            .get(..3)
            .filter(|c| c.iter().all(u8::is_ascii_digit) && (b'2'..=b'5').contains(&c[0]))
            .and_then(|c| std::str::from_utf8(c).ok()?.parse::<u16>().ok())
            .ok_or_else(odd)?;
        let more = match line.get(3) {
            None | Some(b' ') => false,
            Some(b'-') => true,
            Some(_) => return Err(odd()),
        };
        lines += 1;
        if *first.get_or_insert(code) != code || line.len() > LONGEST_LINE || lines > MOST_LINES {
            return Err(odd());
        }
        at += length + 1;
        if !more {
            let mut bytes: Vec<u8> = input.drain(..at).collect();
            if !clean {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                bytes = text
                    .lines()
                    .flat_map(|l| [l.as_bytes(), b"\r\n"].concat())
                    .collect();
            }
            return Ok(Some(Reply { code, bytes }));
        }
    }
    if input.len() - at > LONGEST_LINE {
        return Err(odd());
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_quoted_word_for_word() {
        let mut input = b"550-5.1.1 No such person\r\n550 5.1.1 says mx\r\n250 ok\r\n".to_vec();
        let reply = take(&mut input).unwrap().unwrap();
        assert_eq!(reply.code, 550);
        assert_eq!(
            reply.bytes,
            b"550-5.1.1 No such person\r\n550 5.1.1 says mx\r\n"
        );
        assert_eq!(input, b"250 ok\r\n");
    }

    #[test]
    fn f96_another_protocol_is_no_reply() {
        for odd in [
            "* OK IMAP4rev1\r\n",
            "HTTP/1.1 400\r\n",
            "+OK pop\r\n",
            "250-a\r\n550 b\r\n",
            "2500 x\r\n",
        ] {
            assert!(take(&mut odd.as_bytes().to_vec()).is_err(), "{odd:?}");
        }
        assert!(take(&mut vec![b'2'; LONGEST_LINE + 9]).is_err());
    }

    #[test]
    fn half_a_reply_is_waited_for() {
        assert_eq!(take(&mut b"250-a\r\n250".to_vec()).unwrap(), None);
    }
}
