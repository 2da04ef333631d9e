//! Cutting what a server sends into responses: a line, and the literals that belong to it.
//!
//! No socket and no clock. Every byte is looked at once, so a server that sends one byte at a
//! time, or a line without end, costs no more than its bytes.

/// What a server may ask of our memory and stack.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Octets of one response outside its literals. A SEARCH of a million UIDs has eight million.
    pub line: usize,
    /// Octets of one literal, such as a whole message.
    pub literal: usize,
    /// Octets of everything that answers one command.
    pub response: usize,
    /// Parentheses and brackets within each other: the parser behind us recurses on them.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            line: 16 << 20,
            literal: 64 << 20,
            response: 96 << 20,
            depth: 100,
        }
    }
}

/// The scanner's place within one response.
#[derive(Debug)]
pub struct Scanner {
    limits: Limits,
    frame: Vec<u8>,
    /// Octets of `frame` that belong to literals.
    in_literals: usize,
    literal_left: usize,
    /// Where the line that is being read begins within `frame`.
    line_start: usize,
    /// OK, NO, BAD, BYE, `+` and tagged lines end in free text: no literal, quote or nesting there.
    free_text: bool,
    depth: usize,
    quoted: bool,
    escaped: bool,
}

impl Scanner {
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            frame: Vec::new(),
            in_literals: 0,
            literal_left: 0,
            line_start: 0,
            free_text: false,
            depth: 0,
            quoted: false,
            escaped: false,
        }
    }

    /// Takes from the front of `input`, up to the end of one response, which is returned with
    /// CRLF line ends (a bare LF outside literals is taken for one). `None`: all of `input` is
    /// taken and more is needed.
    ///
    /// # Errors
    /// What limit is broken; the scanner is of no use then.
    pub fn next(&mut self, input: &mut &[u8]) -> Result<Option<Vec<u8>>, String> {
        while !input.is_empty() {
            if self.literal_left > 0 {
                let (taken, rest) = input.split_at(self.literal_left.min(input.len()));
                self.frame.extend_from_slice(taken);
                self.in_literals += taken.len();
                self.literal_left -= taken.len();
                self.line_start = self.frame.len();
                *input = rest;
                continue;
            }
            let end = input.iter().position(|b| *b == b'\n');
            let (taken, rest) = input.split_at(end.map_or(input.len(), |at| at + 1));
            *input = rest;
            if self.frame.len() - self.in_literals + taken.len() > self.limits.line {
                return Err("it sent a line without end".to_owned());
            }
            let seen = self.frame.len();
            self.frame.extend_from_slice(taken);
            if seen < 10 {
                // Too little was known to tell the kind before; look at it all again.
                self.free_text = is_free_text(&self.frame);
                (self.depth, self.quoted, self.escaped) = (0, false, false);
                self.count(0)?;
            } else {
                self.count(seen)?;
            }
            if end.is_some()
                && let Some(frame) = self.line_ended()?
            {
                return Ok(Some(frame));
            }
        }
        Ok(None)
    }

    /// Whether nothing of a further response has arrived.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.frame.is_empty()
    }

    fn count(&mut self, from: usize) -> Result<(), String> {
        if self.free_text {
            return Ok(());
        }
        for byte in &self.frame[from..] {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' if self.quoted => self.escaped = true,
                b'"' => self.quoted = !self.quoted,
                _ if self.quoted => {}
                b'(' | b'[' => self.depth += 1,
                b')' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            if self.depth > self.limits.depth {
                return Err("it sent lists nested without end".to_owned());
            }
        }
        Ok(())
    }

    /// A line has ended: with it the response, unless it announced a literal.
    fn line_ended(&mut self) -> Result<Option<Vec<u8>>, String> {
        let quoted = std::mem::take(&mut self.quoted);
        self.escaped = false;
        self.frame.pop();
        if self.frame.len() > self.line_start && self.frame.last() == Some(&b'\r') {
            self.frame.pop();
        }
        let literal = if self.free_text || quoted {
            None
        } else {
            announced(&self.frame[self.line_start..])
        };
        self.frame.extend_from_slice(b"\r\n");
        self.line_start = self.frame.len();
        if let Some(size) = literal {
            if size > self.limits.literal as u64
                || self.in_literals as u64 + size > self.limits.response as u64
            {
                return Err(format!(
                    "it announced {size} octets in one piece, more than we take"
                ));
            }
            self.literal_left = usize::try_from(size).unwrap_or(usize::MAX);
            return Ok(None);
        }
        let next = Self::new(self.limits);
        Ok(Some(std::mem::replace(self, next).frame))
    }
}

/// The size in `… {123}` or `… {123+}` at the end of a line (RFC 9051 §4.3).
fn announced(line: &[u8]) -> Option<u64> {
    let inner = line.strip_suffix(b"}")?;
    let inner = inner.strip_suffix(b"+").unwrap_or(inner);
    let open = inner.iter().rposition(|b| *b == b'{')?;
    let digits = std::str::from_utf8(&inner[open + 1..]).ok()?;
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // More digits than fit are more than any limit.
    Some(digits.parse().unwrap_or(u64::MAX))
}

fn is_free_text(frame: &[u8]) -> bool {
    let Some(rest) = frame.strip_prefix(b"* ") else {
        return frame.first() != Some(&b'*');
    };
    let word = rest
        .split(|b| b" \r\n".contains(b))
        .next()
        .unwrap_or_default();
    ["OK", "NO", "BAD", "BYE", "PREAUTH"]
        .iter()
        .any(|s| word.eq_ignore_ascii_case(s.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(input: &[u8], splinter: usize) -> Result<Vec<Vec<u8>>, String> {
        let mut scanner = Scanner::new(Limits {
            line: 2_000,
            literal: 1_000,
            response: 1_500,
            depth: 10,
        });
        let mut found = Vec::new();
        for mut piece in input.chunks(splinter) {
            while let Some(frame) = scanner.next(&mut piece)? {
                found.push(frame);
            }
        }
        assert!(scanner.is_empty(), "something is left over");
        Ok(found)
    }

    #[test]
    fn the_cuts_are_the_same_whatever_the_splinters() {
        let input: &[u8] = b"* OK hello {5}\r\n\
            * 1 FETCH (UID 3 BODY[] {12}\r\n)\r\n* BYE\r\n( FLAGS ())\r\n\
            * LIST () \"/\" \"odd {3}\"\r\n\
            * SEARCH 1 2\n\
            a1 OK done (((((((((((((\r\n\
            + go\r\n";
        let whole = frames(input, input.len()).unwrap();
        assert_eq!(whole.len(), 6);
        assert_eq!(
            whole[1],
            b"* 1 FETCH (UID 3 BODY[] {12}\r\n)\r\n* BYE\r\n( FLAGS ())\r\n"
        );
        assert_eq!(whole[3], b"* SEARCH 1 2\r\n", "a bare LF ends a line too");
        for splinter in 1..input.len() {
            assert_eq!(frames(input, splinter).unwrap(), whole, "{splinter}");
        }
    }

    #[test]
    fn no_server_takes_more_than_its_share() {
        let deep = format!("* 1 FETCH (BODYSTRUCTURE {}", "(".repeat(1_000));
        let long = format!("* SEARCH {}", "1 ".repeat(2_000));
        for (bad, why) in [
            (deep.as_str(), "nested"),
            (long.as_str(), "without end"),
            ("* 1 FETCH (BODY[] {4294967296}\r\n", "octets"),
            ("* 1 FETCH (BODY[] {99999999999999999999999}\r\n", "octets"),
        ] {
            for splinter in [1, 7, 100_000] {
                let error = frames(bad.as_bytes(), splinter).unwrap_err();
                assert!(error.contains(why), "{error}");
            }
        }
        let quoted = format!("* LIST () \"/\" \"{}\"\r\n", "(".repeat(200));
        assert!(frames(quoted.as_bytes(), 3).is_ok(), "quoted is no nesting");
    }
}
