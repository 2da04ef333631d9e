//! The grammar that all IMAP data shares: atoms, strings and lists (RFC 9051 §4).
//!
//! For the responses that `imap-proto` reads wrongly or not at all: LIST, STATUS, NAMESPACE, ID.

/// One datum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// An atom, number or flag, `NIL` included.
    Atom(Vec<u8>),
    /// A quoted string with its escapes undone, or a literal.
    Text(Vec<u8>),
    List(Vec<Value>),
}

impl Value {
    /// The octets of an atom or string; `None` for a list and for `NIL`.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Atom(b) if b.eq_ignore_ascii_case(b"NIL") => None,
            Self::Atom(b) | Self::Text(b) => Some(b),
            Self::List(_) => None,
        }
    }
    /// The same as text, when it is UTF-8.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(self.bytes()?).ok()
    }
    /// The members of a list; none of anything else.
    #[must_use]
    pub fn list(&self) -> &[Value] {
        match self {
            Self::List(values) => values,
            _ => &[],
        }
    }
    /// Whether it is this atom, in any letter case.
    #[must_use]
    pub fn is(&self, word: &str) -> bool {
        matches!(self, Self::Atom(b) if b.eq_ignore_ascii_case(word.as_bytes()))
    }
}

/// Reads a whole response as [`super::frame::Scanner`] cuts it (so its depth is bounded),
/// the leading `*` left out. What fits no grammar ends it.
#[must_use]
pub fn read(frame: &[u8]) -> Vec<Value> {
    let mut rest = frame.strip_prefix(b"* ").unwrap_or(frame);
    members(&mut rest)
}

fn members(rest: &mut &[u8]) -> Vec<Value> {
    let mut values = Vec::new();
    loop {
        match rest.first() {
            None => return values,
            Some(b' ' | b'\r' | b'\n') => *rest = &rest[1..],
            Some(b')') => {
                *rest = &rest[1..];
                return values;
            }
            Some(b'(') => {
                *rest = &rest[1..];
                values.push(Value::List(members(rest)));
            }
            Some(b'"') => match quoted(rest) {
                Some(text) => values.push(Value::Text(text)),
                None => return values,
            },
            Some(b'{') => match literal(rest) {
                Some(text) => values.push(Value::Text(text)),
                None => return values,
            },
            Some(_) => {
                let end = rest
                    .iter()
                    .position(|b| b" ()\"\r\n".contains(b))
                    .unwrap_or(rest.len());
                let (atom, after) = rest.split_at(end);
                values.push(Value::Atom(atom.to_vec()));
                *rest = after;
            }
        }
    }
}

fn quoted(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    let mut bytes = rest.iter().enumerate().skip(1);
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => {
                *rest = &rest[at + 1..];
                return Some(text);
            }
            b'\\' => text.push(*bytes.next()?.1),
            other => text.push(*other),
        }
    }
    None
}

fn literal(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let end = rest.iter().position(|b| *b == b'\n')?;
    let head = std::str::from_utf8(&rest[1..end]).ok()?;
    let size: usize = head
        .trim_end()
        .strip_suffix('}')?
        .trim_end_matches('+')
        .parse()
        .ok()?;
    let text = rest.get(end + 1..(end + 1).checked_add(size)?)?.to_vec();
    *rest = &rest[end + 1 + size..];
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_line_with_every_kind_of_string() {
        let values = read(b"* LIST (\\HasNoChildren \\Sent) \"/\" \"He\\\"ld \\\\ x\"\r\n");
        assert!(values[0].is("list"));
        assert_eq!(values[1].list().len(), 2);
        assert!(values[1].list()[1].is("\\Sent"));
        assert_eq!(values[3].text(), Some("He\"ld \\ x"));
        let values = read(b"* LIST () NIL {6}\r\nA \"b\\c\r\n");
        assert_eq!(values[2].bytes(), None);
        assert_eq!(values[3].text(), Some("A \"b\\c"));
    }

    #[test]
    fn nonsense_ends_and_never_panics() {
        for bad in [
            &b"* LIST () \"/"[..],
            b"* LIST {99}\r\nab",
            b"* LIST {x}\r\n",
            b")))(((",
            b"\"\\",
            b"* X {18446744073709551615}\r\n",
        ] {
            let _ = read(bad);
        }
    }
}
