//! `setup`: from a mail address to “it runs with every login”, and later: changes, without losing anything.

mod after;
mod browser;
mod clients;
mod explain;
mod gateway;
mod keep;
mod login;
mod probe;
mod prompts;
mod servers;
mod write;

use super::args::Setup;
use super::{Failure, out};
use crate::config::providers::Provider;
use crate::config::{Account, Auth, Config, Secret};
use crate::edge::discover::Endpoint;
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
    fn write_account(&self, plan: &Plan, keep: keep::ToKeep) -> Result<(), Failure> {
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
