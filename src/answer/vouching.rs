//! What the receiving server has said about earlier mail: its own authserv-id, and which domains
//! usually prove their origin (RELIABILITY “Authentication-Results”).
//!
//! Small, and never written down: it is read from the newest headers of the inbox whenever an answer has come.

use super::sender::{Authentication, authentication, top_authserv_id};
use crate::Timestamp;
use crate::mail::Message;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Of so many of the newest mails …
const NEWEST: usize = 25;
/// … so many must bear the same id at the top …
const ALIKE: usize = 20;
/// … and come from so many domains: one sender alone cannot teach us an id.
const DOMAINS: usize = 5;
/// More domains than these are not counted.
const KEPT: usize = 2_000;

/// Learnt from headers, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Vouching {
    newest: VecDeque<(Option<String>, String)>,
    /// By From domain and id.
    passed: BTreeMap<(String, String), usize>,
}

impl Vouching {
    /// Takes in one message, of which the header suffices.
    pub fn learn(&mut self, message: &Message) {
        let [from] = message.from.as_slice() else {
            return;
        };
        let domain = from.address.domain().to_owned();
        let id = top_authserv_id(message);
        if let Some(id) = &id
            && self.passed.len() < KEPT
            && authentication(message, &domain, Some(id)) == Authentication::Pass
        {
            *self.passed.entry((domain.clone(), id.clone())).or_default() += 1;
        }
        if self.newest.len() == NEWEST {
            self.newest.pop_front();
        }
        self.newest.push_back((id, domain));
    }

    /// The id that our server surely writes: at the top of twenty of the newest twenty-five mails, which come from
    /// five domains at least.
    #[must_use]
    pub fn authserv_id(&self) -> Option<&str> {
        let mut by_id: BTreeMap<&str, (usize, BTreeSet<&str>)> = BTreeMap::new();
        for (id, domain) in &self.newest {
            if let Some(id) = id {
                let (count, domains) = by_id.entry(id).or_default();
                *count += 1;
                domains.insert(domain);
            }
        }
        by_id
            .into_iter()
            .find(|(_, (count, domains))| *count >= ALIKE && domains.len() >= DOMAINS)
            .map(|(id, _)| id)
    }

    /// How many mails of this domain had passed under this id.
    #[must_use]
    pub fn passed(&self, domain: &str, id: &str) -> usize {
        let key = (domain.to_owned(), id.to_ascii_lowercase());
        self.passed.get(&key).copied().unwrap_or(0)
    }
}

/// What is known of one arrived mail beside its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrival {
    /// The learnt authserv-id.
    pub authserv_id: Option<String>,
    /// How many earlier mails of its From domain had proved their origin.
    pub passed_before: usize,
    /// When the server received it (INTERNALDATE).
    pub received: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(domain: &str, results: &str) -> Message {
        let text = format!("Authentication-Results: {results}\r\nFrom: someone@{domain}\r\n\r\n");
        crate::mail::parse(text.as_bytes())
    }

    fn passing(domain: &str) -> Message {
        mail(
            domain,
            &format!("mx.hub.example; dmarc=pass header.from={domain}"),
        )
    }

    #[test]
    fn y13_the_own_servers_id_is_learnt_from_twenty_mails_of_five_domains() {
        let mut vouching = Vouching::default();
        for n in 0..19 {
            vouching.learn(&passing(&format!("d{}.example", n % 6)));
        }
        assert_eq!(vouching.authserv_id(), None, "nineteen are not enough");
        vouching.learn(&passing("d0.example"));
        assert_eq!(vouching.authserv_id(), Some("mx.hub.example"));
        for _ in 0..6 {
            vouching.learn(&mail(
                "d0.example",
                "other.example; dmarc=pass header.from=d0.example",
            ));
        }
        assert_eq!(vouching.authserv_id(), None, "it may have changed");
    }

    #[test]
    fn y13_four_domains_teach_no_id() {
        let mut vouching = Vouching::default();
        for n in 0..25 {
            vouching.learn(&passing(&format!("d{}.example", n % 4)));
        }
        assert_eq!(vouching.authserv_id(), None);
    }

    #[test]
    fn y13_passes_are_counted_by_domain_and_under_one_id_only() {
        let mut vouching = Vouching::default();
        for _ in 0..3 {
            vouching.learn(&passing("winters.example"));
        }
        vouching.learn(&mail(
            "winters.example",
            "mx.hub.example; dmarc=fail header.from=winters.example",
        ));
        vouching.learn(&mail(
            "winters.example",
            "evil.example; dmarc=pass header.from=winters.example",
        ));
        assert_eq!(vouching.passed("winters.example", "MX.hub.example"), 3);
        assert_eq!(vouching.passed("summers.example", "mx.hub.example"), 0);
    }
}
