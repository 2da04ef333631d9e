//! `setup`: from a mail address to “it runs with every login”, and later: changes, without losing anything.

mod after;
mod clients;
mod explain;
mod gateway;
mod login;
mod prompts;
mod write;

use super::args::Setup;
use super::{Failure, out};
use crate::config::providers::{self, Login, Provider};
use crate::config::{Account, Auth, Config, Secret, Security, SmtpMode};
use crate::edge::discover::{self, Endpoint, Found, dns::Resolver};
use crate::edge::settings;
use crate::mail::Address;
pub use prompts::Prompts;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// One account as it will stand in the configuration.
#[derive(Clone, Debug)]
pub struct Plan {
    pub name: Option<String>,
    pub email: String,
    pub display_name: Option<String>,
    pub imap: Endpoint,
    /// `None`: no sending route, letters are put ready in Drafts.
    pub smtp: Option<Endpoint>,
    /// Where it is not the address.
    pub username: Option<String>,
    pub auth: Auth,
    pub secret: Secret,
    pub ca_file: Option<PathBuf>,
    pub client_id: Option<String>,
    /// Folders named by hand, by key.
    pub folders: Vec<(&'static str, String)>,
    pub provider: Option<&'static Provider>,
    /// The account as it is configured now.
    pub known: Option<Box<Account>>,
    /// What of it stays as it is, even where IMAP and SMTP differ.
    pub kept: Kept,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Kept {
    pub servers: bool,
    pub username: bool,
    pub secret: bool,
}

/// The local outgoing server as it will stand in the configuration.
#[derive(Clone, Debug)]
pub struct Gateway {
    pub listen: SocketAddr,
    pub tls: Option<GatewayTls>,
    pub secret: Secret,
}

#[derive(Clone, Debug)]
pub struct GatewayTls {
    pub listen: SocketAddr,
    pub cert: PathBuf,
    pub key: PathBuf,
}

/// # Errors
/// Wrong for flags that cannot be meant; a sentence for what could not be done.
pub fn run(path: Option<&Path>, wishes: &Setup) -> Result<ExitCode, Failure> {
    let file = settings::locate(path).map_err(Failure::Wrong)?;
    let prompts = Prompts::new(!wishes.non_interactive);
    // A file that cannot be read is never written over.
    let existing = match file.exists() {
        true => Some(settings::load(path).map_err(Failure::Wrong)?),
        false => None,
    };
    if let Some(name) = &wishes.renew {
        return renew(&prompts, wishes, existing.as_ref(), name);
    }
    let mut setup = Setting {
        prompts,
        wishes,
        file,
    };
    setup.greet(existing.as_ref());
    match setup.task(existing.as_ref())? {
        Task::Account(account) => setup.account(account.as_deref())?,
        Task::Gateway => setup.gateway(true)?,
        Task::Afterwards => {}
        Task::Nothing => return Ok(ExitCode::SUCCESS),
    }
    setup.afterwards()
}

/// A new password, or a new login by OAuth 2.0, and nothing else.
fn renew(
    prompts: &Prompts,
    wishes: &Setup,
    existing: Option<&Config>,
    name: &str,
) -> Result<ExitCode, Failure> {
    let account = existing
        .and_then(|config| {
            config
                .accounts
                .iter()
                .find(|a| a.name == name || a.email.as_str().eq_ignore_ascii_case(name))
        })
        .ok_or_else(|| {
            let known: Vec<&str> = existing
                .iter()
                .flat_map(|c| &c.accounts)
                .map(|a| a.name.as_str())
                .collect();
            Failure::Wrong(format!(
                "there is no account “{name}” in the configuration; it has: {}",
                known.join(", ")
            ))
        })?;
    login::renew(prompts, wishes, account)?;
    prompts.good(&format!("the login of “{}” is renewed", account.name));
    out::print("A running askfirst uses it at its next connection.\n")
}

enum Task {
    /// This account, or a new one.
    Account(Option<Box<Account>>),
    Gateway,
    Afterwards,
    Nothing,
}

struct Setting<'a> {
    prompts: Prompts,
    wishes: &'a Setup,
    file: PathBuf,
}

impl Setting<'_> {
    fn greet(&self, existing: Option<&Config>) {
        if !self.prompts.interactive {
            return;
        }
        self.prompts.heading("askfirst setup");
        match existing {
            None => self.prompts.say(
                "A few questions, and askfirst watches your mailbox. Enter takes what is offered; \
                 Ctrl-C leaves without a trace until the configuration is written.",
            ),
            Some(_) => self.prompts.say(&format!(
                "There is a configuration already ({}). What you do not change stays as it is.",
                self.file.display()
            )),
        }
    }

    fn task(&self, existing: Option<&Config>) -> Result<Task, Failure> {
        let Some(config) = existing else {
            return Ok(Task::Account(None));
        };
        if let Some(email) = &self.wishes.email {
            let known = config
                .accounts
                .iter()
                .find(|a| a.email.as_str().eq_ignore_ascii_case(email));
            return Ok(Task::Account(known.cloned().map(Box::new)));
        }
        if !self.prompts.interactive {
            return Ok(match self.wishes.gateway {
                true => Task::Gateway,
                false => Task::Afterwards,
            });
        }
        let mut lines: Vec<String> = config
            .accounts
            .iter()
            .map(|a| format!("Go through the account “{}” ({})", a.name, a.email))
            .collect();
        let accounts = lines.len();
        lines.push("Add another account".to_owned());
        lines.push("The gateway: stop a pressed Send in your mail program".to_owned());
        lines.push("First index, look-over, login service".to_owned());
        lines.push("Nothing".to_owned());
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let chosen = self.prompts.choose("What shall be done?", &lines)?;
        Ok(match chosen.checked_sub(accounts) {
            None => Task::Account(config.accounts.get(chosen).cloned().map(Box::new)),
            Some(0) => Task::Account(None),
            Some(1) => Task::Gateway,
            Some(2) => Task::Afterwards,
            Some(_) => Task::Nothing,
        })
    }

    /// From the address to a written configuration.
    fn account(&mut self, known: Option<&Account>) -> Result<(), Failure> {
        let prompts = &self.prompts;
        let email = match (known, &self.wishes.email) {
            (Some(account), _) => account.email.to_string(),
            (None, given) => {
                let check = |text: &str| Address::new(text).map(|_| ());
                match given {
                    Some(given) => {
                        check(given).map_err(Failure::Wrong)?;
                        given.clone()
                    }
                    None => prompts.text("Your mail address", None, check)?,
                }
            }
        };
        let address = Address::new(&email).map_err(Failure::Wrong)?;
        let any = |_: &str| Ok(());
        let default = self
            .wishes
            .display_name
            .clone()
            .or_else(|| known.and_then(|a| a.display_name.clone()))
            .or_else(|| full_name().filter(|_| prompts.interactive));
        let display_name = match (&self.wishes.display_name, prompts.interactive) {
            (None, true) => {
                let question = "Your name, as it stands in your letters";
                Some(prompts.text(question, default.as_deref(), any)?)
            }
            _ => default,
        }
        .filter(|name| !name.is_empty());
        let mut plan = self.servers(&address, known)?;
        plan.name = self
            .wishes
            .name
            .clone()
            .or_else(|| known.map(|a| a.name.clone()));
        plan.display_name = display_name;
        let keep = login::secret(prompts, self.wishes, &mut plan, known, &self.file)?;
        self.write_account(&plan, keep)
    }

    /// Tests passed: the secret is stored first, then the configuration that relies on it.
    fn write_account(&self, plan: &Plan, keep: login::ToKeep) -> Result<(), Failure> {
        let before = match self.file.exists() {
            true => Some(std::fs::read_to_string(&self.file).map_err(|error| {
                Failure::CouldNot(format!("{} cannot be read: {error}", self.file.display()))
            })?),
            false => None,
        };
        let text = match &before {
            Some(text) => write::with_account(text, plan),
            None => Ok(write::fresh(plan)),
        }
        .map_err(Failure::CouldNot)?;
        keep.store(plan).map_err(Failure::CouldNot)?;
        self.write(&text)?;
        self.prompts.good(&format!(
            "the configuration is written: {}",
            self.file.display()
        ));
        Ok(())
    }

    /// Checked before it takes the place of a good one.
    fn write(&self, text: &str) -> Result<Config, Failure> {
        let config = settings::of_text(&self.file, text).map_err(|why| {
            Failure::CouldNot(format!("the configuration was not written: {why}"))
        })?;
        write::save(&self.file, text.as_bytes()).map_err(Failure::CouldNot)?;
        Ok(config)
    }

    fn servers(&self, address: &Address, known: Option<&Account>) -> Result<Plan, Failure> {
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

/// The user's full name as the system knows it (the GECOS field, passwd(5)).
fn full_name() -> Option<String> {
    let user = std::env::var("USER").ok()?;
    let passwd = std::fs::read_to_string("/etc/passwd").ok()?;
    let line = passwd
        .lines()
        .find(|line| line.split(':').next() == Some(user.as_str()))?;
    let name = line.split(':').nth(4)?.split(',').next()?.trim().to_owned();
    // “root” and the like are no names.
    name.contains(' ').then_some(name)
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
