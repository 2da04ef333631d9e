//! `sendmail`: the gateway's door for programs that call a sendmail binary.
//!
//! It speaks to the running daemon's gateway as any client does, so the same path decides the same way. It
//! keeps nothing: what cannot be handed over now is the caller's to try again (exit code 75).

use super::out;
use crate::config::{Account, Config};
use crate::desk::Desk;
use crate::edge::{secret, settings};
use crate::mail::Address;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use secrecy::ExposeSecret as _;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

/// sysexits(3).
const USAGE: u8 = 64;
const DATA: u8 = 65;
const UNAVAILABLE: u8 = 69;
const TEMPORARY: u8 = 75;
const NOT_ALLOWED: u8 = 77;
const CONFIGURATION: u8 = 78;

/// Longer than the gateway waits for the real server's last word.
const PATIENCE: Duration = Duration::from_secs(11 * 60);

/// What was asked for on the command line.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wish {
    recipients: Vec<String>,
    /// `-f`, `-r`.
    sender: Option<String>,
    /// `-t`: the header names the recipients.
    from_header: bool,
    /// Without `-i` a line that is a dot ends the message.
    dots_are_text: bool,
    /// `-bs`: SMTP on standard input and output.
    smtp: bool,
    /// `-N`.
    notify: Option<String>,
    /// `-R`.
    ret: Option<String>,
    /// `-V`.
    envelope_id: Option<String>,
}

/// Why it did not go, and what a caller makes of it.
struct Trouble(u8, String);

type Outcome<T> = Result<T, Trouble>;

/// Hands a message over, or says by its exit code why not.
#[must_use]
pub fn run(config: Option<&Path>, arguments: &[String]) -> ExitCode {
    match hand_over(config, arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Trouble(code, why)) => {
            out::complain(&why);
            ExitCode::from(code)
        }
    }
}

fn hand_over(config: Option<&Path>, arguments: &[String]) -> Outcome<()> {
    let wish = read(arguments).map_err(|why| Trouble(USAGE, why))?;
    let config = settings::load(config).map_err(|why| Trouble(CONFIGURATION, why))?;
    if !config.gateway.enabled {
        let why = "The gateway is off (gateway.enabled), so there is nothing to send through.";
        return Err(Trouble(CONFIGURATION, why.to_owned()));
    }
    if wish.smtp {
        let account = account_of(&config, wish.sender.as_deref(), None);
        return converse(Gateway::open(&config, account)?);
    }
    let mut message = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut message)
        .map_err(|e| Trouble(TEMPORARY, format!("The message could not be read: {e}.")))?;
    let mut message = with_line_ends(&message, wish.dots_are_text);
    let mut recipients = wish.recipients.clone();
    let parsed = crate::mail::parse(&message);
    if wish.from_header {
        let people = parsed.visible().chain(&parsed.bcc);
        recipients.extend(people.map(|p| p.address.as_str().to_owned()));
        message = without_bcc(&message);
    }
    if recipients.is_empty() {
        return Err(Trouble(
            USAGE,
            "The message is addressed to nobody; name recipients, or use -t.".to_owned(),
        ));
    }
    let written = parsed.from.first().map(|p| &p.address);
    let account = account_of(&config, wish.sender.as_deref(), written);
    let sender = match (&wish.sender, written) {
        (Some(sender), _) => sender.clone(),
        (None, Some(from)) if Desk::introducer(account).owns(from) => from.as_str().to_owned(),
        _ => account.email.as_str().to_owned(),
    };
    let mut gateway = Gateway::open(&config, account)?;
    gateway.send(&wish, &sender, &recipients, &message)
}

/// Whose login it goes by: the sender's, else the writer's, else the first one's.
fn account_of<'a>(config: &'a Config, sender: Option<&str>, from: Option<&Address>) -> &'a Account {
    let sender = sender.and_then(|s| Address::new(s.trim_matches(['<', '>'])).ok());
    let owner = |address: &Address| {
        config
            .accounts
            .iter()
            .find(|a| Desk::introducer(a).owns(address))
    };
    let found = sender
        .as_ref()
        .and_then(owner)
        .or_else(|| from.and_then(owner));
    found.unwrap_or(&config.accounts[0])
}

/// The options of Sendmail and Postfix. Those that make no difference here are taken and forgotten.
fn read(arguments: &[String]) -> Result<Wish, String> {
    let mut wish = Wish::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let Some(option) = argument.strip_prefix('-').filter(|o| !o.is_empty()) else {
            wish.recipients.push(argument.clone());
            continue;
        };
        if option == "-" {
            wish.recipients.extend(rest.cloned());
            break;
        }
        let mut letters = option.chars();
        let letter = letters.next().unwrap_or_default();
        let attached = letters.as_str();
        let mut value = || match attached {
            "" => rest
                .next()
                .cloned()
                .ok_or_else(|| format!("-{letter} wants a value.")),
            attached => Ok(attached.to_owned()),
        };
        match letter {
            'f' | 'r' => wish.sender = Some(value()?.trim_matches(['<', '>']).to_owned()),
            'N' => wish.notify = Some(value()?),
            'R' => wish.ret = Some(value()?),
            'V' => wish.envelope_id = Some(value()?),
            'F' | 'B' | 'C' | 'h' | 'L' | 'O' | 'p' | 'X' => drop(value()?),
            'o' => wish.dots_are_text |= attached == "i",
            'e' | 'A' | 'd' => {}
            'b' => match attached {
                "m" => {}
                "s" => wish.smtp = true,
                other => return Err(format!("-b{other} is not offered here: -bm and -bs are.")),
            },
            'q' => return Err("There is no queue here: the gateway keeps nothing.".to_owned()),
            _ => {
                // Several letters may stand together, as in -ti.
                for letter in option.chars() {
                    match letter {
                        't' => wish.from_header = true,
                        'i' => wish.dots_are_text = true,
                        'G' | 'm' | 'n' | 'U' | 'v' => {}
                        other => return Err(format!("-{other} is not known here.")),
                    }
                }
            }
        }
    }
    for address in wish.recipients.iter().chain(&wish.sender) {
        if address
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || c == '<' || c == '>')
        {
            return Err(format!("{address:?} is no address."));
        }
    }
    for option in [&wish.notify, &wish.ret, &wish.envelope_id]
        .into_iter()
        .flatten()
    {
        if !option.chars().all(|c| c.is_ascii_graphic()) {
            return Err(format!("{option:?} is no value for that."));
        }
    }
    Ok(wish)
}

/// CRLF line ends, as SMTP wants them.
fn with_line_ends(text: &[u8], dots_are_text: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 40 + 2);
    for line in text.split_inclusive(|b| *b == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line == b"." && !dots_are_text {
            break;
        }
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
    }
    out
}

/// Those that -t has read do not travel in the header.
fn without_bcc(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len());
    let (mut in_header, mut dropped) = (true, false);
    for line in message.split_inclusive(|b| *b == b'\n') {
        if in_header {
            in_header = !line.trim_ascii().is_empty();
            if !matches!(line.first(), Some(b' ' | b'\t')) {
                let name = line.split(|b| *b == b':').next().unwrap_or_default();
                dropped = in_header && name.trim_ascii_end().eq_ignore_ascii_case(b"bcc");
            }
            if dropped && in_header {
                continue;
            }
        }
        out.extend_from_slice(line);
    }
    out
}

/// A logged-in conversation with the gateway.
struct Gateway {
    reader: BufReader<TcpStream>,
    offers: Vec<String>,
}

impl Gateway {
    fn open(config: &Config, account: &Account) -> Outcome<Self> {
        let place = config.gateway.listen;
        let stream = TcpStream::connect_timeout(&place, Duration::from_secs(10)).map_err(|e| {
            let why = format!(
                "askfirst's gateway on {place} does not answer ({e}); is `askfirst run` running?"
            );
            Trouble(TEMPORARY, why)
        })?;
        let tuned = stream
            .set_nodelay(true)
            .and_then(|()| stream.set_read_timeout(Some(PATIENCE)))
            .and_then(|()| stream.set_write_timeout(Some(PATIENCE)));
        tuned.map_err(lost)?;
        let mut gateway = Self {
            reader: BufReader::new(stream),
            offers: Vec::new(),
        };
        gateway.expect(None, 220)?;
        gateway.expect(Some("EHLO localhost"), 250)?;
        let password = secret::read(&config.gateway.secret, "the gateway")
            .map_err(|e| Trouble(CONFIGURATION, e.to_string()))?;
        let login = BASE64.encode(format!(
            "\0{}\0{}",
            account.email.as_str(),
            password.expose_secret()
        ));
        gateway.expect(Some(&format!("AUTH PLAIN {login}")), 235)?;
        let (_, hello) = gateway.say(Some("EHLO localhost"))?;
        gateway.offers = hello
            .lines()
            .map(|l| l.get(4..).unwrap_or_default().to_ascii_uppercase())
            .collect();
        Ok(gateway)
    }

    fn offers(&self, what: &str) -> bool {
        self.offers
            .iter()
            .any(|o| o.split(' ').next() == Some(what))
    }

    fn send(
        &mut self,
        wish: &Wish,
        sender: &str,
        recipients: &[String],
        message: &[u8],
    ) -> Outcome<()> {
        let mut mail = format!("MAIL FROM:<{sender}>");
        if self.offers("SIZE") {
            mail.push_str(&format!(" SIZE={}", message.len()));
        }
        if !message.is_ascii() && self.offers("8BITMIME") {
            mail.push_str(" BODY=8BITMIME");
        }
        if recipients.iter().any(|r| !r.is_ascii()) || !sender.is_ascii() {
            mail.push_str(" SMTPUTF8");
        }
        let dsn = self.offers("DSN");
        for (key, value) in [("RET", &wish.ret), ("ENVID", &wish.envelope_id)] {
            if let (Some(value), true) = (value, dsn) {
                mail.push_str(&format!(" {key}={value}"));
            }
        }
        self.expect(Some(&mail), 250)?;
        for recipient in recipients {
            let mut rcpt = format!("RCPT TO:<{recipient}>");
            if let (Some(notify), true) = (&wish.notify, dsn) {
                rcpt.push_str(&format!(" NOTIFY={notify}"));
            }
            // All or nobody: a caller could not tell the two apart.
            self.expect(Some(&rcpt), 250)?;
        }
        self.expect(Some("DATA"), 354)?;
        let mut stuffed = Vec::with_capacity(message.len() + 64);
        for line in message.split_inclusive(|b| *b == b'\n') {
            if line.starts_with(b".") {
                stuffed.push(b'.');
            }
            stuffed.extend_from_slice(line);
        }
        stuffed.extend_from_slice(b".");
        self.reader.get_mut().write_all(&stuffed).map_err(lost)?;
        self.expect(Some(""), 250)?;
        let _ = self.say(Some("QUIT"));
        Ok(())
    }

    fn say(&mut self, line: Option<&str>) -> Outcome<(u16, String)> {
        if let Some(line) = line {
            let line = format!("{line}\r\n");
            self.reader
                .get_mut()
                .write_all(line.as_bytes())
                .map_err(lost)?;
        }
        let mut reply = String::new();
        loop {
            let mut line = Vec::new();
            (&mut self.reader)
                .take(8192)
                .read_until(b'\n', &mut line)
                .map_err(lost)?;
            let line = String::from_utf8_lossy(&line).into_owned();
            if line.is_empty() {
                return Err(lost(io::ErrorKind::UnexpectedEof.into()));
            }
            reply.push_str(&line);
            if line.as_bytes().get(3) != Some(&b'-') {
                let code = line.get(..3).and_then(|c| c.parse().ok()).unwrap_or(0);
                return Ok((code, reply));
            }
        }
    }

    fn expect(&mut self, line: Option<&str>, wanted: u16) -> Outcome<()> {
        let (code, reply) = self.say(line)?;
        if code == wanted || (wanted == 250 && code == 251) {
            return Ok(());
        }
        let exit = match code {
            400..=499 => TEMPORARY,
            500..=504 | 554 => DATA,
            530 | 534 | 535 => NOT_ALLOWED,
            500..=599 => UNAVAILABLE,
            _ => TEMPORARY,
        };
        let _ = self.say(Some("QUIT"));
        Err(Trouble(exit, format!("Not sent: {}", reply.trim())))
    }
}

fn lost(error: io::Error) -> Trouble {
    Trouble(
        TEMPORARY,
        format!("askfirst's gateway broke off ({error}); try again."),
    )
}

/// `-bs`: the caller speaks SMTP, and is logged in already.
fn converse(gateway: Gateway) -> Outcome<()> {
    let mut to = gateway.reader.into_inner();
    let mut from = to.try_clone().map_err(lost)?;
    let mut output = io::stdout();
    let greeted = output
        .write_all(b"220 localhost ESMTP askfirst\r\n")
        .and_then(|()| output.flush());
    greeted.map_err(lost)?;
    std::thread::spawn(move || {
        let mut block = [0; 16 << 10];
        let mut input = io::stdin().lock();
        while let Ok(n) = input.read(&mut block) {
            let piece = block.get(..n).unwrap_or_default();
            if n == 0 || to.write_all(piece).is_err() {
                break;
            }
        }
        let _ = to.shutdown(std::net::Shutdown::Write);
    });
    let mut block = [0; 16 << 10];
    loop {
        let n = from.read(&mut block).map_err(lost)?;
        if n == 0 {
            return Ok(());
        }
        let piece = block.get(..n).unwrap_or_default();
        output
            .write_all(piece)
            .and_then(|()| output.flush())
            .map_err(lost)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(line: &str) -> Result<Wish, String> {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        read(&arguments)
    }

    #[test]
    fn the_usual_ways_to_call_a_sendmail() {
        let cron = wish("-FCronDaemon -i -B8BITMIME -oem alex@hub.example").unwrap();
        assert_eq!(cron.recipients, ["alex@hub.example"]);
        assert!(cron.dots_are_text && !cron.from_header);
        let mutt =
            wish("-oem -oi -f alex@hub.example -- rachel@north.example -x@y.example").unwrap();
        assert_eq!(mutt.sender.as_deref(), Some("alex@hub.example"));
        assert_eq!(mutt.recipients, ["rachel@north.example", "-x@y.example"]);
        let php = wish("-t -i").unwrap();
        assert!(php.from_header && php.dots_are_text);
        assert!(wish("-ti").unwrap().from_header);
        assert!(wish("-bs").unwrap().smtp);
        assert_eq!(
            wish("-f<alex@hub.example> a@b.example")
                .unwrap()
                .sender
                .as_deref(),
            Some("alex@hub.example")
        );
    }

    #[test]
    fn what_cannot_be_done_is_said() {
        for line in ["-bp", "-q", "-Z", "-f", "a@b.example>,<c@d.example"] {
            assert!(wish(line).is_err(), "{line}");
        }
    }

    #[test]
    fn a_lone_dot_ends_the_message_unless_told_otherwise() {
        let text = b"Subject: x\n\none\n.\ntwo\n";
        assert_eq!(with_line_ends(text, false), b"Subject: x\r\n\r\none\r\n");
        assert_eq!(
            with_line_ends(text, true),
            b"Subject: x\r\n\r\none\r\n.\r\ntwo\r\n"
        );
        assert_eq!(with_line_ends(b"a\r\nb", true), b"a\r\nb\r\n");
    }

    #[test]
    fn bcc_stays_behind_and_nothing_else() {
        let text = b"To: a@b.example\r\nBCC: eve@c.example,\r\n\tf@g.example\r\nSubject: x\r\n\r\nBcc: text\r\n";
        assert_eq!(
            without_bcc(text),
            b"To: a@b.example\r\nSubject: x\r\n\r\nBcc: text\r\n"
        );
    }
}
