//! Addresses, compared the way mail servers compare them.

use serde::{Deserialize, Serialize};

/// One mailbox address (RFC 5321 §4.1.2), checked, kept as written.
///
/// Two addresses are equal when mail to them reaches the same box on any server we know of:
/// letter case is ignored, and plus tags and dots where the host is known to ignore them.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address {
    text: String,
    key: String,
}

impl Address {
    /// Reads `local@domain`; refuses control and invisible characters, white space, source routes,
    /// several addresses in one, and anything over 254 octets (RFC 5321 §4.5.3.1.3).
    ///
    /// Quoted local parts are refused too: nobody we write to has one, and every one of them
    /// would be another way to say two addresses at once.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn new(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (local, domain) = text
            .rsplit_once('@')
            .ok_or_else(|| format!("“{text}” is no mail address: there is no @ in it"))?;
        let bad = |c: char| {
            c.is_control() || c.is_whitespace() || is_invisible(c) || "<>()[],;:\\\"@".contains(c)
        };
        let labels = domain.strip_suffix('.').unwrap_or(domain);
        if local.is_empty()
            || local.chars().any(bad)
            || labels.split('.').any(str::is_empty)
            || domain.chars().any(bad)
        {
            return Err(format!("“{text}” is no mail address"));
        }
        if text.len() > 254 {
            return Err("a mail address has at most 254 octets".to_owned());
        }
        Ok(Self {
            text: text.to_owned(),
            key: key_of(local, labels),
        })
    }

    /// As written, for sending.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The form that equal addresses share; lower case.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The part after the @, lower case, international names in their ASCII form.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.key.rsplit_once('@').map_or("", |(_, d)| d)
    }

    /// The part before the @, as written.
    #[must_use]
    pub fn local(&self) -> &str {
        self.text.rsplit_once('@').map_or("", |(l, _)| l)
    }
}

/// Hosts known to deliver `local+tag` to `local`.
const IGNORES_TAGS: &[&str] = &[
    "gmail.com",
    "fastmail.com",
    "fastmail.fm",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "mac.com",
    "me.com",
    "outlook.com",
    "pm.me",
    "proton.me",
    "protonmail.com",
];

/// What equal addresses share (K18). On a host that we do not know a tag or a dot may well
/// lead to somebody else, so there only letter case is ignored.
fn key_of(local: &str, domain: &str) -> String {
    let mut domain = if domain.is_ascii() {
        domain.to_ascii_lowercase()
    } else {
        // RFC 5890: a U-label and its A-label are the same name.
        idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_lowercase())
    };
    if domain == "googlemail.com" {
        "gmail.com".clone_into(&mut domain);
    }
    let mut local = local.to_lowercase();
    if IGNORES_TAGS.contains(&domain.as_str())
        && let Some((box_name, _)) = local.split_once('+')
        && !box_name.is_empty()
    {
        local = box_name.to_owned();
    }
    if domain == "gmail.com" {
        local = local.replace('.', "");
    }
    format!("{local}@{domain}")
}

/// Characters that a reader does not see, so that two addresses could look like one.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}
impl Eq for Address {}
impl std::hash::Hash for Address {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}
impl PartialOrd for Address {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Address {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key.cmp(&other.key)
    }
}
impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}
impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}
impl TryFrom<String> for Address {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::new(&text)
    }
}
impl From<Address> for String {
    fn from(a: Address) -> Self {
        a.text
    }
}

/// An address, or `*@domain` for all of a domain, or `*.domain`-style sub-domains (`*@*.example.org`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AddressPattern(String);

impl AddressPattern {
    /// # Errors
    /// A sentence, when it is neither an address nor a pattern.
    pub fn new(text: &str) -> Result<Self, String> {
        let text = text.trim();
        match text.strip_prefix("*@") {
            Some(domain) => {
                Address::new(&format!("x@{}", domain.replace('*', "x")))?;
            }
            None => {
                Address::new(text)?;
            }
        }
        Ok(Self(text.to_owned()))
    }

    #[must_use]
    pub fn matches(&self, address: &Address) -> bool {
        match self.0.strip_prefix("*@") {
            Some(domain) => match domain.strip_prefix("*.") {
                Some(parent) => Address::new(&format!("x@{parent}"))
                    .is_ok_and(|p| address.domain().ends_with(&format!(".{}", p.domain()))),
                None => Address::new(&format!("x@{domain}"))
                    .is_ok_and(|p| address.domain() == p.domain()),
            },
            None => Address::new(&self.0).is_ok_and(|a| a == *address),
        }
    }
}
impl TryFrom<String> for AddressPattern {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::new(&text)
    }
}
impl From<AddressPattern> for String {
    fn from(p: AddressPattern) -> Self {
        p.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        Address::new(a).unwrap() == Address::new(b).unwrap()
    }

    #[test]
    fn k18_variants_of_one_box_are_one_address() {
        assert!(same(
            "Rachel.Winters+vc@GMail.com",
            "rachelwinters@googlemail.com"
        ));
        assert!(same("Rachel@Example.ORG", "rachel@example.org."));
        assert!(same("jo@bücher.example", "jo@xn--bcher-kva.example"));
        assert!(same("jo+list@fastmail.com", "jo@fastmail.com"));
    }

    #[test]
    fn k18_on_a_host_nobody_knows_tags_and_dots_may_be_other_people() {
        assert!(!same("a.b@example.org", "ab@example.org"));
        assert!(!same("a+b@example.org", "a@example.org"));
        assert!(!same("a.b@fastmail.com", "ab@fastmail.com"));
    }

    #[test]
    fn k18_the_exact_text_is_kept_for_sending() {
        let a = Address::new(" Rachel.Winters+VC@GMail.com ").unwrap();
        assert_eq!(a.as_str(), "Rachel.Winters+VC@GMail.com");
        assert_eq!(
            Address::new("jo@bücher.example").unwrap().as_str(),
            "jo@bücher.example"
        );
        assert_eq!(
            Address::new("jo@bücher.example").unwrap().domain(),
            "xn--bcher-kva.example"
        );
    }

    #[test]
    fn what_could_be_read_as_two_people_is_no_address() {
        for text in [
            "",
            "@",
            "a@",
            "@b",
            "a b@x.example",
            "a@x.example>",
            "<a@x.example",
            "a@x.example b@y.example",
            "a@x.example,b@y.example",
            "@relay.example:a@x.example",
            "a@x.example\0b@y.example",
            "a@x@y.example",
            "\"a@x\"@y.example",
            "a@x..example",
            "a@.x.example",
            "a\u{200b}@x.example",
            "a@x.exam\u{202e}ple",
            "a\r\nBcc: b@y.example",
            "(a)b@x.example",
            "a@[192.0.2.1]",
        ] {
            assert!(Address::new(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_catch_all_pattern_owns_its_domain_only() {
        let p = AddressPattern::new("*@example.org").unwrap();
        assert!(p.matches(&Address::new("anything@EXAMPLE.org").unwrap()));
        assert!(!p.matches(&Address::new("a@sub.example.org").unwrap()));
        let p = AddressPattern::new("*@*.example.org").unwrap();
        assert!(p.matches(&Address::new("a@sub.example.org").unwrap()));
        assert!(!p.matches(&Address::new("a@badexample.org").unwrap()));
        let p = AddressPattern::new("*@bücher.example").unwrap();
        assert!(p.matches(&Address::new("a@xn--bcher-kva.example").unwrap()));
    }
}
