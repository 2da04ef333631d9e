//! SMTP replies (RFC 5321 §4.2), cut out of the stream one at a time.

/// A line beyond this is no reply of any mail server.
const LONGEST_LINE: usize = 4096;
const MOST_LINES: usize = 100;
/// lettre refuses lines over 1,000 octets and replies over 100,000.
const LONGEST_FOR_LETTRE: usize = 900;

/// One whole reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub code: u16,
    /// The text of each line, without code and line end; anything but printable ASCII is `?`.
    pub lines: Vec<String>,
}

impl Reply {
    pub fn is_temporary(&self) -> bool {
        (400..500).contains(&self.code)
    }

    pub fn is_permanent(&self) -> bool {
        (500..600).contains(&self.code)
    }

    /// As lettre's parser likes it: CRLF, a blank after every code, extension keywords in capitals.
    pub fn for_lettre(&self) -> Vec<u8> {
        let mut out = String::new();
        let last = self.lines.len().saturating_sub(1);
        for (number, line) in self.lines.iter().enumerate() {
            let mut text: String = line.chars().take(LONGEST_FOR_LETTRE).collect();
            if number > 0 {
                text = text.to_ascii_uppercase();
            }
            let mark = if number < last { '-' } else { ' ' };
            out.push_str(&format!("{}{mark}{text}\r\n", self.code));
        }
        out.into_bytes()
    }
}

/// Code and text in one line.
impl std::fmt::Display for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.code)?;
        for line in self.lines.iter().filter(|line| !line.is_empty()) {
            write!(f, " {line}")?;
        }
        Ok(())
    }
}

/// Takes the first whole reply out of `input`; `None` when more has to come first.
///
/// # Errors
/// What is odd about it, for a sentence that begins “the server”.
pub fn take(input: &mut Vec<u8>) -> Result<Option<Reply>, String> {
    let mut lines = Vec::new();
    let mut code = None;
    let mut at = 0;
    while let Some(length) = input
        .get(at..)
        .and_then(|rest| rest.iter().position(|&b| b == b'\n'))
    {
        let line = input.get(at..at + length).unwrap_or_default();
        at += length + 1;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.len() > LONGEST_LINE {
            return Err(too_long());
        }
        let (this, more, text) = split(line).ok_or("does not speak SMTP")?;
        if code.is_some_and(|code| code != this) {
            return Err("answered with two codes in one reply".to_owned());
        }
        code = Some(this);
        lines.push(text);
        if !more {
            input.drain(..at);
            return Ok(Some(Reply { code: this, lines }));
        }
        if lines.len() > MOST_LINES {
            return Err(format!("answered with more than {MOST_LINES} lines"));
        }
    }
    if input.len() - at.min(input.len()) > LONGEST_LINE {
        return Err(too_long());
    }
    Ok(None)
}

fn too_long() -> String {
    format!("answered with a line over {LONGEST_LINE} octets")
}

/// Code, whether more lines follow, text.
fn split(line: &[u8]) -> Option<(u16, bool, String)> {
    let (code, rest) = line.split_at_checked(3)?;
    let [
        first @ b'2'..=b'5',
        second @ b'0'..=b'5',
        third @ b'0'..=b'9',
    ] = code
    else {
        return None;
    };
    let digit = |b: &u8| u16::from(b - b'0');
    let code = digit(first) * 100 + digit(second) * 10 + digit(third);
    let (more, text) = match rest.split_first() {
        None => (false, rest),
        Some((b' ', text)) => (false, text),
        Some((b'-', text)) => (true, text),
        Some(_) => return None,
    };
    let text = text
        .iter()
        .map(|&b| match b {
            b'\t' => ' ',
            b' '..=b'~' => char::from(b),
            _ => '?',
        })
        .collect();
    Some((code, more, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(text: &str) -> Result<Vec<String>, String> {
        let mut input = text.as_bytes().to_vec();
        let mut replies = Vec::new();
        while let Some(reply) = take(&mut input)? {
            replies.push(reply.to_string());
        }
        Ok(replies)
    }

    #[test]
    fn replies_are_taken_one_at_a_time() {
        assert_eq!(
            all("220 mx ready\r\n250-mx\r\n250-SIZE 9\r\n250 AUTH PLAIN\r\n250\r\n354 go").unwrap(),
            ["220 mx ready", "250 mx SIZE 9 AUTH PLAIN", "250"]
        );
    }

    #[test]
    fn what_is_no_reply_is_refused() {
        for odd in [
            "* OK IMAP4rev1 ready\r\n",
            "HTTP/1.1 400 Bad Request\r\n",
            "250-one\r\n550 two\r\n",
            "999 never\r\n",
            "2500 long\r\n",
            "25\r\n",
            "\r\n",
        ] {
            assert!(all(odd).is_err(), "{odd:?}");
        }
        assert!(all(&"2".repeat(LONGEST_LINE + 2)).is_err());
        assert!(all(&"250-x\r\n".repeat(MOST_LINES + 2)).is_err());
        assert!(all(&format!("250 {}\r\n", "x".repeat(5000))).is_err());
    }

    #[test]
    fn lettre_gets_what_its_parser_takes() {
        let mut input = b"250-mx.example\n250-auth plain login\n250\n".to_vec();
        let reply = take(&mut input).unwrap().unwrap();
        assert_eq!(
            reply.for_lettre(),
            b"250-mx.example\r\n250-AUTH PLAIN LOGIN\r\n250 \r\n"
        );
    }

    proptest! {
        #[test]
        fn nothing_that_a_server_says_makes_it_panic(
            bytes in proptest::collection::vec(any::<u8>(), 0..300),
            split_at in 0usize..300,
        ) {
            let (first, second) = bytes.split_at(split_at.min(bytes.len()));
            let mut input = first.to_vec();
            let _ = take(&mut input);
            input.extend_from_slice(second);
            let _ = take(&mut input);
        }
    }
}
