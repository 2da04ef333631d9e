//! Which extensions are offered to a client: those of the real server that pass through us, no others.

use serde::{Deserialize, Serialize};

/// What can pass: the client's options go on to the real server, and its pipelined commands are understood.
///
/// Left out on purpose: STARTTLS (this is loopback; a client would upgrade and then refuse the
/// certificate), the server's AUTH list (the login here is another one), CHUNKING and BINARYMIME
/// (a message is passed on by DATA alone), and everything unknown.
const PASSES: &[&str] = &[
    "PIPELINING",
    "8BITMIME",
    "SMTPUTF8",
    "DSN",
    "ENHANCEDSTATUSCODES",
    "DELIVERBY",
    "MT-PRIORITY",
    "REQUIRETLS",
];

/// What a real server offers, as far as it passes through us.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Keywords in capitals, with their parameters.
    keywords: Vec<String>,
    /// RFC 1870, in octets; `Some(0)` means that there is no fixed limit.
    size: Option<u64>,
}

impl Offer {
    /// Out of the lines of an EHLO reply, without their codes; the first is the server's name.
    pub fn of<'a>(lines: impl IntoIterator<Item = &'a str>) -> Self {
        let mut offer = Self::default();
        for line in lines.into_iter().skip(1) {
            let mut words = line.split_whitespace();
            let Some(keyword) = words.next().map(str::to_ascii_uppercase) else {
                continue;
            };
            if keyword == "SIZE" {
                offer.size = Some(words.next().and_then(|n| n.parse().ok()).unwrap_or(0));
            } else if PASSES.contains(&keyword.as_str()) && !offer.has(&keyword) {
                let rest: Vec<&str> = std::iter::once(keyword.as_str()).chain(words).collect();
                offer.keywords.push(rest.join(" "));
            }
        }
        offer
    }

    #[must_use]
    pub fn has(&self, keyword: &str) -> bool {
        let name = |k: &String| k.split(' ').next() == Some(keyword);
        self.keywords.iter().any(name)
    }

    /// The largest message that the server takes.
    #[must_use]
    pub fn limit(&self) -> Option<u64> {
        self.size.filter(|size| *size > 0)
    }

    /// What both offer, with the smaller size.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.keywords.retain(|k| other.keywords.contains(k));
        self.size = match (self.size, other.size) {
            (Some(0), Some(size)) | (Some(size), Some(0)) => Some(size),
            (Some(a), Some(b)) => Some(a.min(b)),
            _ => None,
        };
        self
    }

    /// The reply to EHLO.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"250-localhost\r\n");
        for keyword in &self.keywords {
            out.extend_from_slice(format!("250-{keyword}\r\n").as_bytes());
        }
        if let Some(size) = self.size {
            out.extend_from_slice(format!("250-SIZE {size}\r\n").as_bytes());
        }
        out.extend_from_slice(b"250 AUTH PLAIN LOGIN\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_passes_is_offered_and_never_starttls() {
        let server = Offer::of([
            "mx.example",
            "PIPELINING",
            "SIZE 1000",
            "STARTTLS",
            "AUTH PLAIN XOAUTH2",
            "8bitmime",
            "CHUNKING",
            "DSN",
            "XCLIENT NAME",
        ]);
        let mut reply = Vec::new();
        server.write(&mut reply);
        assert_eq!(
            String::from_utf8(reply).unwrap(),
            "250-localhost\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-DSN\r\n250-SIZE 1000\r\n250 AUTH PLAIN LOGIN\r\n"
        );
    }

    #[test]
    fn before_the_login_only_what_all_servers_offer() {
        let one = Offer::of(["a", "PIPELINING", "SMTPUTF8", "SIZE 1000"]);
        let other = Offer::of(["b", "PIPELINING", "SIZE 500"]);
        let both = one.and(&other);
        assert!(both.has("PIPELINING") && !both.has("SMTPUTF8"));
        assert_eq!(both.limit(), Some(500));
    }
}
