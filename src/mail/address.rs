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
    /// Reads `local@domain`; refuses control characters, white space, source routes,
    /// several addresses in one, and anything over 254 octets (RFC 5321 §4.5.3.1.3).
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn new(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (local, domain) = text
            .rsplit_once('@')
            .ok_or_else(|| format!("“{text}” is no mail address: there is no @ in it"))?;
        let bad = |c: char| c.is_control() || c.is_whitespace() || "<>()[],;:\\\"@".contains(c);
        if local.is_empty()
            || local.chars().any(bad)
            || domain.is_empty()
            || domain.chars().any(bad)
        {
            return Err(format!("“{text}” is no mail address"));
        }
        if text.len() > 254 {
            return Err("a mail address has at most 254 octets".to_owned());
        }
        let domain_key = domain.trim_end_matches('.').to_lowercase();
        let mut local_key = local.to_lowercase();
        if matches!(domain_key.as_str(), "gmail.com" | "googlemail.com") {
            local_key = local_key
                .split('+')
                .next()
                .unwrap_or_default()
                .replace('.', "");
        }
        let domain_key = if domain_key == "googlemail.com" {
            "gmail.com".to_owned()
        } else {
            domain_key
        };
        Ok(Self {
            text: text.to_owned(),
            key: format!("{local_key}@{domain_key}"),
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

    /// The part after the @, lower case.
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
                Some(parent) => address
                    .domain()
                    .ends_with(&format!(".{}", parent.to_lowercase())),
                None => address.domain() == domain.to_lowercase(),
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
