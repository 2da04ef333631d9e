//! The servers of an address: found, as configured, or as the user says.

use super::{Kept, Plan, Setting};
use crate::cli::Failure;
use crate::config::providers::{self, Login};
use crate::config::{Account, Auth, Secret, Security, SmtpMode};
use crate::edge::discover::{self, Endpoint, Found, dns::Resolver};
use crate::mail::Address;

impl Setting<'_> {
    pub(super) fn servers(
        &self,
        address: &Address,
        known: Option<&Account>,
    ) -> Result<Plan, Failure> {
        let prompts = &self.prompts;
        let given = |text: &Option<String>, is_smtp| {
            text.as_deref()
                .filter(|text| *text != "drafts")
                .map(|text| endpoint(text, is_smtp).map_err(Failure::Wrong))
                .transpose()
        };
        let imap = given(&self.wishes.imap, false)?;
        let smtp = given(&self.wishes.smtp, true)?;
        let only_drafts = self.wishes.smtp.as_deref() == Some("drafts");
        let found = match (known, &imap, &smtp, only_drafts) {
            (_, Some(imap), Some(smtp), _) => Some(by_hand(imap, smtp)),
            (_, Some(imap), None, true) => Some(by_hand(imap, imap)),
            (Some(account), ..) => Some(of_account(account)),
            _ => {
                prompts.say(&format!(
                    "Looking for the servers of {} …",
                    address.domain()
                ));
                let places = discover::Places {
                    resolver: self
                        .wishes
                        .resolver
                        .map_or_else(Resolver::of_system, Resolver::at),
                    only_resolver: self.wishes.resolver.is_some(),
                    autoconfig: self.wishes.autoconfig.clone(),
                    ca: self.ca()?,
                };
                discover::discover(address, &places)
            }
        };
        let mut found = found.map(|mut found| {
            if let Some(imap) = imap.clone() {
                found.imap = imap;
            }
            if let Some(smtp) = smtp.clone() {
                found.smtp = smtp;
            }
            found
        });
        let mut asked = false;
        if let Some(servers) = &found {
            prompts.good(&format!(
                "reading {}, sending {}: {}",
                servers.imap,
                match only_drafts {
                    true => "by your hand, from Drafts".to_owned(),
                    false => servers.smtp.to_string(),
                },
                servers.how
            ));
            let by_hand = imap.is_some() && (smtp.is_some() || only_drafts);
            if !by_hand && !prompts.yes("Use these servers?", true)? {
                found = Some(self.ask_servers(address, found.as_ref())?);
                asked = true;
            }
        } else {
            prompts.bad(&format!(
                "no mail servers of {} were found; your provider's help pages, or the settings of \
                 your mail program, name them",
                address.domain()
            ));
            if !prompts.interactive {
                return Err(Failure::CouldNot(format!(
                    "the servers of {address} were not found; name them with --imap and --smtp"
                )));
            }
            found = Some(self.ask_servers(address, None)?);
        }
        let Some(found) = found else {
            unreachable!("found, or asked for");
        };
        let drafts =
            only_drafts || known.is_some_and(|a| a.smtp_mode == SmtpMode::Drafts && smtp.is_none());
        Ok(Plan {
            name: None,
            email: address.to_string(),
            display_name: None,
            imap: found.imap,
            smtp: (!drafts).then_some(found.smtp),
            username: self.wishes.username.clone().or(found.username),
            auth: match (&self.wishes.oauth_client_id, known) {
                (Some(_), _) => Auth::Oauth2,
                (None, Some(account)) if self.wishes.password_command.is_none() => {
                    account.imap.auth
                }
                _ if found.oauth_only && prompts.interactive => Auth::Oauth2,
                _ => Auth::Password,
            },
            secret: Secret::Keyring(String::new()),
            ca_file: self.wishes.ca_file.clone(),
            client_id: self
                .wishes
                .oauth_client_id
                .clone()
                .or_else(|| known.and_then(|a| a.oauth2.as_ref()?.client_id.clone())),
            folders: Vec::new(),
            provider: found.provider,
            known: known.cloned().map(Box::new),
            kept: Kept {
                servers: known.is_some() && !asked && imap.is_none() && smtp.is_none(),
                username: known.is_some() && !asked && self.wishes.username.is_none(),
                secret: false,
            },
        })
    }

    fn ask_servers(&self, address: &Address, before: Option<&Found>) -> Result<Found, Failure> {
        let prompts = &self.prompts;
        prompts.say("Written as HOST:PORT/tls, or HOST:PORT/starttls.");
        let ask = |question: &str, is_smtp: bool, default: String| {
            let check = move |text: &str| endpoint(text, is_smtp).map(|_| ());
            let text = prompts.text(question, Some(&default), check)?;
            endpoint(&text, is_smtp).map_err(Failure::Wrong)
        };
        let domain = address.domain();
        let shown = |e: &Endpoint| format!("{}:{}/{}", e.host, e.port, word(e.security));
        let imap = before.map_or(format!("imap.{domain}:993/tls"), |f| shown(&f.imap));
        let smtp = before.map_or(format!("smtp.{domain}:465/tls"), |f| shown(&f.smtp));
        let imap = ask("Server for reading mail (IMAP)", false, imap)?;
        let smtp = ask("Server for sending mail (SMTP)", true, smtp)?;
        let check = |text: &str| match text.is_empty() {
            true => Err("a login name is needed".to_owned()),
            false => Ok(()),
        };
        let user = before
            .and_then(|f| f.username.clone())
            .unwrap_or_else(|| address.to_string());
        let username = prompts.text("User name", Some(&user), check)?;
        Ok(Found {
            username: (username != address.to_string()).then_some(username),
            ..by_hand(&imap, &smtp)
        })
    }

    fn ca(&self) -> Result<Option<Vec<u8>>, Failure> {
        let Some(path) = &self.wishes.ca_file else {
            return Ok(None);
        };
        std::fs::read(path)
            .map(Some)
            .map_err(|error| Failure::Wrong(format!("{}: {error}", path.display())))
    }
}

fn by_hand(imap: &Endpoint, smtp: &Endpoint) -> Found {
    let provider = providers::of_host(&imap.host);
    Found {
        imap: imap.clone(),
        smtp: smtp.clone(),
        username: None,
        provider,
        oauth_only: provider.is_some_and(|p| p.login == Login::Oauth),
        how: "as you say".to_owned(),
    }
}

fn of_account(account: &Account) -> Found {
    let place = |server: &crate::config::Server| Endpoint {
        host: server.host.clone(),
        port: server.port,
        security: server.security,
    };
    let user = &account.imap.username;
    Found {
        imap: place(&account.imap),
        smtp: place(&account.smtp),
        username: (*user != account.email.to_string()).then(|| user.clone()),
        provider: providers::of_host(&account.imap.host),
        oauth_only: account.imap.auth == Auth::Oauth2,
        how: "as configured".to_owned(),
    }
}

/// `HOST[:PORT][/tls|/starttls|/none]`.
fn endpoint(text: &str, is_smtp: bool) -> Result<Endpoint, String> {
    let odd = || {
        format!("“{text}” is no server; write HOST, HOST:PORT, HOST:PORT/tls or HOST:PORT/starttls")
    };
    let (place, security) = match text.trim().rsplit_once('/') {
        Some((place, "tls")) => (place, Some(Security::Tls)),
        Some((place, "starttls")) => (place, Some(Security::Starttls)),
        Some((place, "none")) => (place, Some(Security::None)),
        Some(_) => return Err(odd()),
        None => (text.trim(), None),
    };
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
            let port: u16 = port.parse().map_err(|_| odd())?;
            (host, Some(port))
        }
        _ => (place, None),
    };
    let host = host.trim_matches(['[', ']']);
    let name = |c: char| c.is_ascii_alphanumeric() || ".-_:".contains(c);
    if host.is_empty() || !host.chars().all(name) || port == Some(0) {
        return Err(odd());
    }
    let security = security.unwrap_or(match port {
        Some(143 | 587 | 25) => Security::Starttls,
        _ => Security::Tls,
    });
    Ok(Endpoint {
        host: host.to_ascii_lowercase(),
        port: port.unwrap_or(match (security, is_smtp) {
            (Security::Tls, false) => 993,
            (Security::Tls, true) => 465,
            (_, false) => 143,
            (_, true) => 587,
        }),
        security,
    })
}

fn word(security: Security) -> &'static str {
    match security {
        Security::Tls => "tls",
        Security::Starttls => "starttls",
        Security::None => "none",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_read_as_people_write_them() {
        let of = |text: &str, smtp| endpoint(text, smtp).map(|e| e.to_string());
        assert_eq!(
            of("imap.example.org", false).unwrap(),
            "imap.example.org:993 (TLS)"
        );
        assert_eq!(of("h:587", true).unwrap(), "h:587 (STARTTLS)");
        assert_eq!(of("H/starttls", false).unwrap(), "h:143 (STARTTLS)");
        assert_eq!(
            of("[::1]:1143/none", false).unwrap(),
            "::1:1143 (not encrypted)"
        );
        for odd in ["", "h:x", "h:0", "a b", "h/ssl", "https://h"] {
            assert!(of(odd, false).is_err(), "{odd}");
        }
    }
}
