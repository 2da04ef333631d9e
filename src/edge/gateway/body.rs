//! The message between DATA and its final dot (RFC 5321 §4.5.2).

use memchr::{memchr, memchr_iter, memmem};

/// A bare CR or LF. Servers disagree about what it means: to some, a line that is a dot between bare
/// LFs ends the message, and what follows is another (CVE-2023-51764). There is no exception for
/// clients on this computer: that was the hole that was found last (Postfix, August 2026).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bare;

/// Watches a message pass by, and knows its end.
#[derive(Clone, Debug)]
pub struct Body {
    line_begins: bool,
    after_cr: bool,
}

/// How much of what has come belongs to the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// So many octets, still dot-stuffed.
    pub length: usize,
    /// The final dot follows them; it is not counted.
    pub end: bool,
}

/// The line that ends a message.
pub const DOT: &[u8] = b".\r\n";

impl Default for Body {
    fn default() -> Self {
        Self {
            line_begins: true,
            after_cr: false,
        }
    }
}

impl Body {
    /// Looks at what has come. The octets that it counts are to be taken away before more is shown;
    /// what might be the beginning of the final dot is not counted yet.
    ///
    /// # Errors
    /// At the first bare CR or LF.
    pub fn look(&mut self, bytes: &[u8]) -> Result<Piece, Bare> {
        let mut at = 0;
        let mut lines = 0;
        let mut end = false;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            if self.line_begins && rest.first() == Some(&b'.') {
                if rest.starts_with(DOT) {
                    end = true;
                    break;
                }
                if DOT.starts_with(rest) {
                    break;
                }
            }
            let Some(next) = memchr(b'\n', rest) else {
                self.line_begins &= rest.is_empty();
                at = bytes.len();
                break;
            };
            let before = match (next.checked_sub(1), at) {
                (Some(before), _) => rest.get(before) == Some(&b'\r'),
                (None, 0) => self.after_cr,
                (None, _) => false,
            };
            if !before {
                return Err(Bare);
            }
            at += next + 1;
            lines += 1;
            self.line_begins = true;
        }
        let taken = bytes.get(..at).unwrap_or_default();
        // Every LF has its CR. As many CRs, and each has its LF, too; the last may still wait for it.
        let returns = memchr_iter(b'\r', taken).count() + usize::from(self.after_cr);
        self.after_cr = taken.last().map_or(self.after_cr, |last| *last == b'\r');
        if returns != lines + usize::from(self.after_cr) {
            return Err(Bare);
        }
        Ok(Piece { length: at, end })
    }
}

/// Takes the stuffed dots out, piece by piece.
#[derive(Clone, Debug)]
pub struct Unstuff {
    line_begins: bool,
}

impl Default for Unstuff {
    fn default() -> Self {
        Self { line_begins: true }
    }
}

impl Unstuff {
    /// Adds a piece to `out` as it was meant.
    pub fn add(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        let Some(last) = piece.last() else { return };
        let mut copied = usize::from(self.line_begins && piece.first() == Some(&b'.'));
        for found in memmem::find_iter(piece, b"\n.") {
            out.extend_from_slice(piece.get(copied..=found).unwrap_or_default());
            copied = found + 2;
        }
        out.extend_from_slice(piece.get(copied..).unwrap_or_default());
        self.line_begins = *last == b'\n';
    }
}

/// Puts the dots in, piece by piece.
#[derive(Clone, Debug)]
pub struct Stuff {
    line_begins: bool,
}

impl Default for Stuff {
    fn default() -> Self {
        Self { line_begins: true }
    }
}

impl Stuff {
    /// Adds a piece to `out` as it goes over the wire.
    pub fn add(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        let Some(last) = piece.last() else { return };
        if self.line_begins && piece.first() == Some(&b'.') {
            out.push(b'.');
        }
        let mut copied = 0;
        for found in memmem::find_iter(piece, b"\n.") {
            out.extend_from_slice(piece.get(copied..=found).unwrap_or_default());
            out.push(b'.');
            copied = found + 1;
        }
        out.extend_from_slice(piece.get(copied..).unwrap_or_default());
        self.line_begins = *last == b'\n';
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A message as sent, and what follows its dot.
    type Fed = (Vec<u8>, Vec<u8>);

    /// Feeds a stream in splinters, as sockets do.
    fn fed(stream: &[u8], splinter: usize) -> Result<Option<Fed>, Bare> {
        let mut body = Body::default();
        let (mut waiting, mut message) = (Vec::new(), Vec::new());
        let mut pieces = stream.chunks(splinter.max(1));
        loop {
            let piece = body.look(&waiting)?;
            message.extend(waiting.drain(..piece.length));
            if piece.end {
                waiting.drain(..DOT.len());
                waiting.extend(pieces.flatten());
                return Ok(Some((message, waiting)));
            }
            match pieces.next() {
                Some(more) => waiting.extend_from_slice(more),
                None => return Ok(None),
            }
        }
    }

    #[test]
    fn f94_a_message_ends_at_its_dot_and_nowhere_else() {
        let stream = b"Subject: x\r\n\r\n..dot\r\n.. \r\n.x\r\n.\r\nQUIT\r\n";
        for splinter in 1..=stream.len() {
            let (message, rest) = fed(stream, splinter).unwrap().unwrap();
            assert_eq!(message, b"Subject: x\r\n\r\n..dot\r\n.. \r\n.x\r\n");
            assert_eq!(rest, b"QUIT\r\n");
        }
    }

    #[test]
    fn x1_no_end_that_another_server_might_see_gets_through() {
        // smtpsmuggling.com, CERT VU#302671.
        for end in [
            "\n.\n",
            "\n.\r\n",
            "\r.\r",
            "\r.\r\n",
            "\r\n.\n",
            "\r\n.\r",
            "\r\n.\r.\r\n",
            "\n\n.\r\n",
            "\r\r\n.\r\n",
            "\r\n.\r\r\n",
            "\n.\r",
            "\r.\n",
            "\r\n\n.\r\n",
            "\r\n\r.\r\n",
            "\r\n.\n\r\n",
            "\n\r.\r\n",
            "\r\0\n.\r\n",
            "\r\n\0.\n",
            "x\n",
            "x\ry",
            "\n",
            "\r \n.\r\n",
            "\r\n.\0\n",
            "\n.\0\r\n",
        ] {
            let stream = format!("a\r\nb{end}MAIL FROM:<eve@evil.example>\r\nmore\r\n.\r\n");
            for splinter in 1..stream.len() {
                assert_eq!(
                    fed(stream.as_bytes(), splinter),
                    Err(Bare),
                    "{end:?} by {splinter}"
                );
            }
        }
    }

    #[test]
    fn a_dot_at_once_is_an_empty_message() {
        assert_eq!(fed(b".\r\n", 1), Ok(Some((Vec::new(), Vec::new()))));
        assert_eq!(fed(b"a\r\n.\r", 2), Ok(None));
    }

    proptest! {
        #[test]
        fn what_is_stuffed_and_sent_arrives(
            lines in proptest::collection::vec("[a.]{0,4}|[ -~]{0,30}", 0..12),
            splinter in 1usize..40,
        ) {
            let mut message = lines.join("\r\n").into_bytes();
            message.extend_from_slice(b"\r\n");
            let (mut stream, mut stuff) = (Vec::new(), Stuff::default());
            for piece in message.chunks(splinter) {
                stuff.add(piece, &mut stream);
            }
            stream.extend_from_slice(DOT);
            let (sent, rest) = fed(&stream, splinter).unwrap().unwrap();
            prop_assert!(rest.is_empty());
            let (mut plain, mut unstuff) = (Vec::new(), Unstuff::default());
            for piece in sent.chunks(splinter) {
                unstuff.add(piece, &mut plain);
            }
            prop_assert_eq!(plain, message);
        }

        #[test]
        fn splinters_change_nothing(
            bytes in proptest::collection::vec(prop_oneof![Just(b'\r'), Just(b'\n'), Just(b'.'), Just(b'a')], 0..24),
            splinter in 1usize..8,
        ) {
            prop_assert_eq!(fed(&bytes, splinter).is_err(), fed(&bytes, 1000).is_err());
            if let (Ok(a), Ok(b)) = (fed(&bytes, splinter), fed(&bytes, 1000)) {
                prop_assert_eq!(a, b);
            }
        }
    }
}
