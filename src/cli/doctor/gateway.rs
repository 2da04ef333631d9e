//! The gateway, as a mail program on this computer meets it: it greets, lets the account in, and shows a
//! certificate that is good for its name.

use super::{Finding, bad, good, note};
use crate::config::{Account, Config, SmtpMode};
use crate::edge::{secret, tls};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use secrecy::ExposeSecret as _;
use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// The gateway is on this computer, but may have to ask the real server first.
const PATIENCE: Duration = Duration::from_secs(20);
/// A certificate made by setup is good for 825 days.
const OLD: Duration = Duration::from_secs(790 * 86_400);

pub fn look(config: &Config) -> Vec<Finding> {
    if !config.gateway.enabled {
        return Vec::new();
    }
    let settings = &config.gateway;
    let mut found = match plain(settings.listen) {
        Ok(mut line) => {
            let mut found = vec![note(
                "gateway-way-back",
                format!("the gateway answers at {}", settings.listen),
                way_back(config),
            )];
            found.extend(login(config, &mut line));
            found
        }
        Err(why) => vec![bad(
            "gateway-silent",
            format!("the gateway does not answer at {}: {why}", settings.listen),
            "mail programs that are set to it cannot send now: start askfirst, or set them to your \
             provider's outgoing server",
        )],
    };
    if let Some(at) = settings.tls_listen {
        let certificate = settings.cert_file.as_ref().map(std::fs::read).transpose();
        let seen = certificate
            .map_err(|error| format!("its certificate cannot be read: {error}"))
            .and_then(|ca| secured(at, ca.as_deref()));
        found.push(match seen {
            Ok(()) => good(format!("the gateway answers at {at}, with its own certificate")),
            Err(why) => bad(
                "gateway-tls",
                format!("a mail program would not trust the gateway at {at}: {why}"),
                "take gateway.enabled out and run `askfirst setup` for a new certificate, or use the other port",
            ),
        });
    }
    let age = settings.cert_file.as_ref().and_then(|file| {
        let made = file.metadata().and_then(|meta| meta.modified()).ok()?;
        made.elapsed().ok()
    });
    if age.is_some_and(|age| age > OLD) {
        found.push(note(
            "gateway-certificate-old",
            "the gateway's certificate is over two years old, and ends soon if setup made it",
            "take gateway.enabled out and run `askfirst setup` for a new one",
        ));
    }
    found
}

/// From the gateway to the direct server: two settings in the mail program.
fn way_back(config: &Config) -> String {
    let server = |a: &Account| format!("{}, port {} ({})", a.smtp.host, a.smtp.port, a.name);
    let servers: Vec<String> = config.accounts.iter().map(server).collect();
    format!(
        "the way back, should you need it: set your mail program's outgoing server to {} again",
        servers.join("; ")
    )
}

/// Each account's login with the local password.
fn login(config: &Config, line: &mut Line<TcpStream>) -> Vec<Finding> {
    let password = match secret::read(&config.gateway.secret, "the gateway") {
        Ok(password) => password,
        Err(error) => {
            return vec![bad(
                "gateway-password",
                error.to_string(),
                "`askfirst setup` makes a new one and shows what to enter in your mail program",
            )];
        }
    };
    let mut found = Vec::new();
    let sending = config
        .accounts
        .iter()
        .filter(|a| a.smtp_mode == SmtpMode::Send);
    for (n, account) in sending.enumerate() {
        // A conversation for each: a login cannot be taken back.
        let told = match n {
            0 => line.log_in(account, password.expose_secret()),
            _ => plain(config.gateway.listen)
                .and_then(|mut line| line.log_in(account, password.expose_secret())),
        };
        found.push(match told {
            Ok(()) => good(format!("the gateway lets {} in", account.email)),
            Err(why) => bad(
                "gateway-login",
                format!("the gateway does not let {} in: {why}", account.email),
                "if the password in your mail program is the one that `askfirst setup` shows, restart askfirst",
            ),
        });
    }
    found
}

fn plain(at: SocketAddr) -> Result<Line<TcpStream>, String> {
    let stream =
        TcpStream::connect_timeout(&at, Duration::from_secs(3)).map_err(|e| e.to_string())?;
    stream
        .set_read_timeout(Some(PATIENCE))
        .map_err(|e| e.to_string())?;
    Line::greeted(stream)
}

fn secured(at: SocketAddr, ca: Option<&[u8]>) -> Result<(), String> {
    let stream =
        TcpStream::connect_timeout(&at, Duration::from_secs(3)).map_err(|e| e.to_string())?;
    stream
        .set_read_timeout(Some(PATIENCE))
        .map_err(|e| e.to_string())?;
    let name = at.ip().to_string();
    let stream = tls::connector(ca)?
        .connect(&name, stream)
        .map_err(|e| tls::handshake_trouble(&name, &e))?;
    Line::greeted(stream).map(drop)
}

/// A conversation line by line.
struct Line<S>(BufReader<S>);

impl<S: Read + Write> Line<S> {
    fn greeted(stream: S) -> Result<Self, String> {
        let mut line = Self(BufReader::new(stream));
        match line.reply() {
            Ok((220, _)) => Ok(line),
            Ok(_) => Err("something else listens there".to_owned()),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                Err("something else listens there".to_owned())
            }
            Err(error) => Err(error.to_string()),
        }
    }

    fn log_in(&mut self, account: &Account, password: &str) -> Result<(), String> {
        let proof = BASE64.encode(format!("\0{}\0{password}", account.email));
        for (say, wanted) in [
            ("EHLO [127.0.0.1]\r\n".to_owned(), 250),
            (format!("AUTH PLAIN {proof}\r\n"), 235),
            ("QUIT\r\n".to_owned(), 221),
        ] {
            self.0
                .get_mut()
                .write_all(say.as_bytes())
                .map_err(|e| e.to_string())?;
            let (code, text) = self.reply().map_err(|e| e.to_string())?;
            if code != wanted {
                return Err(text);
            }
        }
        Ok(())
    }

    /// The code, and the last line.
    fn reply(&mut self) -> io::Result<(u16, String)> {
        for _ in 0..100 {
            let mut line = Vec::new();
            (&mut self.0).take(2000).read_until(b'\n', &mut line)?;
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            let code = line.get(..3).and_then(|c| c.parse().ok());
            let Some(code) = code.filter(|_| line.is_ascii()) else {
                return Err(io::ErrorKind::InvalidData.into());
            };
            if line.get(3..4) != Some("-") {
                return Ok((code, line));
            }
        }
        Err(io::ErrorKind::InvalidData.into())
    }
}
