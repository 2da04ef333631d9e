//! One command line of a client, read.
//!
//! `smtp-proto` judges the grammar; what goes on to the real server is the client's own line, so that
//! an option keeps the spelling that the client gave it.

use smtp_proto::{Error, Request};

/// The longest command line, line end included: enough for every option there is.
pub const LONGEST: usize = 4096;

/// What a client wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Ehlo,
    Helo,
    /// Mechanism in capitals, and the initial response if there is one.
    Auth(String, Option<String>),
    /// The whole line without its end, and what stands between the angle brackets.
    Mail(Path),
    Rcpt(Path),
    Data,
    Rset,
    Noop,
    Quit,
    Vrfy,
    Help,
    /// A browser, or something that was talked into speaking to us by one.
    Foreign,
    /// What follows would be the bytes of a message, and must not be read as commands.
    Bdat,
    /// Not for us: the reply.
    Bad(&'static str),
}

/// A path (RFC 5321 §4.1.2) with its options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The client's own line, without its end.
    pub line: String,
    /// Between the angle brackets, as written.
    pub address: String,
    /// ESMTP parameters, as written.
    pub options: Vec<String>,
}

impl Path {
    /// The size that the client announced (RFC 1870).
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        let size = |o: &String| {
            let (key, value) = o.split_once('=')?;
            key.eq_ignore_ascii_case("SIZE")
                .then(|| value.parse().ok())?
        };
        self.options.iter().find_map(size)
    }
}

const FOREIGN: [&[u8]; 8] = [
    b"GET ",
    b"POST ",
    b"PUT ",
    b"HEAD ",
    b"CONNECT ",
    b"OPTIONS ",
    b"DELETE ",
    b"\x16\x03",
];

/// Reads a line without its end.
#[must_use]
pub fn read(line: &[u8]) -> Command {
    if FOREIGN.iter().any(|verb| line.starts_with(verb)) {
        return Command::Foreign;
    }
    if line.iter().any(|b| *b == 0 || *b == b'\r' || *b == b'\n') {
        return Command::Bad("501 5.5.2 A command holds no NUL and no CR");
    }
    let Ok(text) = std::str::from_utf8(line) else {
        return Command::Bad("501 5.5.2 A command is ASCII or UTF-8 text");
    };
    let text = text.trim_end();
    let mut words = text.split_whitespace();
    if words.next().is_some_and(|w| w.eq_ignore_ascii_case("AUTH")) {
        let mechanism = words.next().unwrap_or_default().to_ascii_uppercase();
        let initial = words.next().map(str::to_owned);
        return match words.next() {
            None => Command::Auth(mechanism, initial),
            Some(_) => Command::Bad("501 5.5.4 AUTH takes a mechanism and one response"),
        };
    }
    let mut whole = Vec::with_capacity(text.len() + 2);
    whole.extend_from_slice(text.as_bytes());
    whole.extend_from_slice(b"\r\n");
    match Request::parse(&mut whole.iter()) {
        Ok(Request::Ehlo { .. }) => Command::Ehlo,
        Ok(Request::Helo { .. }) => Command::Helo,
        Ok(Request::Mail { .. }) => path(text).map_or(SYNTAX, Command::Mail),
        Ok(Request::Rcpt { .. }) => path(text).map_or(SYNTAX, Command::Rcpt),
        Ok(Request::Data) => Command::Data,
        Ok(Request::Rset) => Command::Rset,
        Ok(Request::Noop { .. }) => Command::Noop,
        Ok(Request::Quit) => Command::Quit,
        Ok(Request::Vrfy { .. }) => Command::Vrfy,
        Ok(Request::Help { .. }) => Command::Help,
        Ok(Request::Bdat { .. } | Request::Burl { .. }) => Command::Bdat,
        Ok(_) => Command::Bad("502 5.5.1 Not here"),
        Err(Error::InvalidSenderAddress) => {
            Command::Bad("501 5.1.7 That is no address a mail could come from")
        }
        Err(Error::InvalidRecipientAddress) => {
            Command::Bad("501 5.1.3 That is no address a mail could go to")
        }
        Err(Error::InvalidParameter { .. }) => {
            Command::Bad("501 5.5.4 An option is not written as it should be")
        }
        Err(Error::UnsupportedParameter { .. }) => Command::Bad("555 5.5.4 An option is not known"),
        Err(Error::SyntaxError { .. }) => SYNTAX,
        Err(_) => Command::Bad("500 5.5.1 Not a command that is known here"),
    }
}

const SYNTAX: Command = Command::Bad("501 5.5.4 Not written as RFC 5321 wants it");

/// The path of a line that `smtp-proto` found good.
fn path(line: &str) -> Option<Path> {
    let (_, rest) = line.split_once('<')?;
    let mut quoted = false;
    let mut escaped = false;
    let end = rest.char_indices().find(|(_, c)| {
        let end = *c == '>' && !quoted;
        if escaped {
            escaped = false;
        } else if *c == '\\' {
            escaped = quoted;
        } else if *c == '"' {
            quoted = !quoted;
        }
        end
    });
    let (end, _) = end?;
    let (address, options) = rest.split_at_checked(end)?;
    let options = options.strip_prefix('>')?;
    // RFC 5321 §4.5.3.1.3 counts the brackets in.
    if address.len() > 254 {
        return None;
    }
    Some(Path {
        line: line.to_owned(),
        address: address.to_owned(),
        options: options.split_whitespace().map(str::to_owned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_keeps_the_clients_own_spelling() {
        let read = read(
            b"RCPT TO:<rachel@north.example> NOTIFY=SUCCESS ORCPT=rfc822;Rachel@north.example",
        );
        let Command::Rcpt(path) = read else {
            panic!("{read:?}");
        };
        assert_eq!(path.address, "rachel@north.example");
        assert_eq!(
            path.options,
            ["NOTIFY=SUCCESS", "ORCPT=rfc822;Rachel@north.example"]
        );
    }

    #[test]
    fn f95_what_is_no_address_goes_to_nobody() {
        for line in [
            "RCPT TO:rachel@north.example",
            "RCPT TO:<rachel@north.example",
            "RCPT TO:<a@b.example>\rRCPT TO:<eve@evil.example>",
            "RCPT TO:<a\0@b.example>",
            "RCPT TO:<-oX/tmp/x@b.example -v>",
            "RCPT TO:<|/bin/sh>",
        ] {
            assert!(matches!(read(line.as_bytes()), Command::Bad(_)), "{line:?}");
        }
    }

    #[test]
    fn size_is_what_the_client_says() {
        let Command::Mail(path) = read(b"mail from:<> SIZE=12345 BODY=8BITMIME") else {
            panic!();
        };
        assert_eq!((path.address.as_str(), path.size()), ("", Some(12345)));
    }
}
