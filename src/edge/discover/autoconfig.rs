//! Mozilla's autoconfiguration file: what a domain says of its own mail servers.
//!
//! Not the whole of XML: the few elements that matter, found in the text.

use super::Endpoint;
use crate::config::Security;
use crate::mail::Address;

/// What the file says for this address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Servers {
    pub imap: Endpoint,
    pub smtp: Endpoint,
    pub username: Option<String>,
    /// It names no way to log in but OAuth 2.0.
    pub oauth_only: bool,
}

/// The first IMAP and SMTP servers that can be used; `None` when the file names none.
#[must_use]
pub fn read(text: &str, address: &Address) -> Option<Servers> {
    let text = without_comments(text);
    let mut imap = None;
    let mut oauth_only = false;
    let mut username = None;
    for (attributes, inner) in elements(&text, "incomingServer") {
        if attribute(attributes, "type").as_deref() == Some("imap")
            && let Some(server) = server(inner, address)
        {
            username = element(inner, "username").map(|u| filled(&u, address));
            let ways: Vec<String> = elements(inner, "authentication")
                .iter()
                .map(|(_, way)| unescaped(way))
                .collect();
            oauth_only = !ways.is_empty() && ways.iter().all(|w| w.eq_ignore_ascii_case("OAuth2"));
            imap = Some(server);
            break;
        }
    }
    let smtp = elements(&text, "outgoingServer")
        .into_iter()
        .filter(|(attributes, _)| attribute(attributes, "type").as_deref() == Some("smtp"))
        .find_map(|(_, inner)| server(inner, address))?;
    Some(Servers {
        imap: imap?,
        smtp,
        username,
        oauth_only,
    })
}

fn server(inner: &str, address: &Address) -> Option<Endpoint> {
    let host = filled(&element(inner, "hostname")?, address).to_ascii_lowercase();
    let name = |c: char| c.is_ascii_alphanumeric() || ".-_:".contains(c);
    if host.is_empty() || !host.chars().all(name) {
        return None;
    }
    let security = match element(inner, "socketType")?.to_ascii_lowercase().as_str() {
        "ssl" => Security::Tls,
        "starttls" => Security::Starttls,
        // A password is never sent in the clear.
        _ => return None,
    };
    Some(Endpoint {
        host,
        port: element(inner, "port")?.parse().ok().filter(|p| *p != 0)?,
        security,
    })
}

fn filled(text: &str, address: &Address) -> String {
    text.replace("%EMAILADDRESS%", &address.to_string())
        .replace("%EMAILLOCALPART%", address.local())
        .replace("%EMAILDOMAIN%", address.domain())
}

fn without_comments(text: &str) -> String {
    let mut left = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<!--") {
        left.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    left.push_str(rest);
    left
}

/// The attributes and the inside of every element of this name.
fn elements<'a>(text: &'a str, name: &str) -> Vec<(&'a str, &'a str)> {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(open.as_str()) {
        rest = after;
        let Some((attributes, after)) = after.split_once('>') else {
            break;
        };
        if !attributes.is_empty() && !attributes.starts_with(char::is_whitespace) {
            continue;
        }
        let Some((inner, after)) = after.split_once(close.as_str()) else {
            break;
        };
        found.push((attributes, inner));
        rest = after;
    }
    found
}

fn element(text: &str, name: &str) -> Option<String> {
    elements(text, name)
        .first()
        .map(|(_, inner)| unescaped(inner))
}

fn attribute(attributes: &str, name: &str) -> Option<String> {
    let (_, after) = attributes.split_once(&format!("{name}="))?;
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    after.get(1..)?.split(quote).next().map(unescaped)
}

fn unescaped(text: &str) -> String {
    text.trim()
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"<?xml version="1.0"?>
<clientConfig version="1.1"><emailProvider id="example.org">
  <!-- <incomingServer type="imap"><hostname>wrong.example.org</hostname></incomingServer> -->
  <incomingServer type="pop3"><hostname>pop.example.org</hostname><port>995</port><socketType>SSL</socketType></incomingServer>
  <incomingServer type="imap"><hostname>plain.example.org</hostname><port>143</port><socketType>plain</socketType></incomingServer>
  <incomingServer type="imap">
    <hostname>imap.%EMAILDOMAIN%</hostname><port>993</port><socketType>SSL</socketType>
    <authentication>OAuth2</authentication><authentication>password-cleartext</authentication>
    <username>%EMAILLOCALPART%</username>
  </incomingServer>
  <outgoingServer type="smtp"><hostname>SMTP.example.org</hostname><port>587</port><socketType>STARTTLS</socketType></outgoingServer>
</emailProvider></clientConfig>"#;

    #[test]
    fn first_safe_servers_are_taken() {
        let address = Address::new("alex@example.org").unwrap();
        let found = read(FILE, &address).unwrap();
        assert_eq!(found.imap.to_string(), "imap.example.org:993 (TLS)");
        assert_eq!(found.smtp.to_string(), "smtp.example.org:587 (STARTTLS)");
        assert_eq!(found.username.as_deref(), Some("alex"));
        assert!(!found.oauth_only);
    }

    #[test]
    fn other_texts_name_no_server() {
        let address = Address::new("alex@example.org").unwrap();
        for text in [
            "",
            "<html>404</html>",
            "<incomingServer type=\"imap\">",
            "<!--",
        ] {
            assert_eq!(read(text, &address), None, "{text}");
        }
        let evil = FILE.replace("SMTP.example.org", "a b/\"x");
        assert_eq!(read(&evil, &address), None);
    }
}
