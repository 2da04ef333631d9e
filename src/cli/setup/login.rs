//! The secret, and real logins with it before anything is written.

use super::prompts::Prompts;
use super::{Plan, explain};
use crate::cli::Failure;
use crate::cli::args::{Keep, Setup};
use crate::config::providers::Login;
use crate::config::{Account, Auth, OAuth2, Secret, Security, Server};
use crate::edge::discover::Endpoint;
use crate::edge::keyring::{self, KeyringError};
use crate::edge::oauth::{self, Client, Store, Tokens};
use crate::edge::smtp::Smtp;
use crate::edge::{Stop, imap, secret};
use crate::mailroom;
use crate::port::{Mailbox, Place};
use secrecy::{ExposeSecret as _, SecretString};
use std::path::{Path, PathBuf};

/// What is to be stored once the logins are good.
pub enum ToKeep {
    Nothing,
    InKeyring(SecretString),
    InFile(PathBuf, SecretString),
    Tokens(Store, Tokens),
}

impl ToKeep {
    /// # Errors
    /// A sentence.
    pub fn store(&self, plan: &Plan) -> Result<(), String> {
        match self {
            Self::Nothing => Ok(()),
            Self::InKeyring(secret) => {
                for kind in ["imap", "smtp"] {
                    keyring::set(&format!("{kind}.{}", plan.email), secret)
                        .map_err(|error| format!("the password could not be stored: {error}"))?;
                }
                Ok(())
            }
            Self::Tokens(store, tokens) => store
                .write(tokens)
                .map_err(|error| format!("the login could not be kept: {error}")),
            Self::InFile(path, secret) => {
                super::write::save(path, format!("{}\n", secret.expose_secret()).as_bytes())
            }
        }
    }
}

/// Where passwords can be kept on this machine.
enum Kind {
    Keyring,
    Command,
    File,
}

/// Asks for the secret, or takes it as given, and tries it at both servers until they are content.
///
/// # Errors
/// When the logins fail and nobody can mend it, or the user gives up.
pub fn secret(
    prompts: &Prompts,
    wishes: &Setup,
    plan: &mut Plan,
    known: Option<&Account>,
    file: &Path,
) -> Result<ToKeep, Failure> {
    if prompts.interactive
        && let Some(provider) = plan.provider
    {
        prompts.say(&format!("\n{}\n", provider.advice));
    }
    let mut keep = password(prompts, wishes, plan, known, file)?;
    if wishes.no_test {
        return Ok(keep);
    }
    loop {
        match try_logins(prompts, plan, &keep)? {
            true => return Ok(keep),
            false if !prompts.interactive => return Err(not_set_up()),
            false => {}
        }
        match prompts.choose(
            "What now?",
            &[
                "Type the password again",
                "Another user name",
                "Write the configuration all the same",
                "Leave without writing anything",
            ],
        )? {
            0 => {
                plan.kept.secret = false;
                keep = match keep {
                    ToKeep::InKeyring(_) => ToKeep::InKeyring(typed(prompts, wishes)?),
                    ToKeep::InFile(path, _) => ToKeep::InFile(path, typed(prompts, wishes)?),
                    ToKeep::Nothing | ToKeep::Tokens(..) => {
                        password(prompts, wishes, plan, None, file)?
                    }
                };
            }
            1 => {
                let user = plan.username.clone().unwrap_or_else(|| plan.email.clone());
                let user = prompts.text("User name", Some(&user), |_| Ok(()))?;
                plan.username = (user != plan.email).then_some(user);
                plan.kept.username = false;
            }
            2 => return Ok(keep),
            _ => return Err(not_set_up()),
        }
    }
}

fn not_set_up() -> Failure {
    Failure::CouldNot("nothing was written; `askfirst setup` can be run again".to_owned())
}

/// A new secret for an account that is configured already.
///
/// # Errors
/// As [`secret`].
pub fn renew(prompts: &Prompts, wishes: &Setup, account: &Account) -> Result<(), Failure> {
    let plan = plan_of(account);
    let keep = match &account.imap.secret {
        _ if account.imap.auth == Auth::Oauth2
            && let Some(store) = Store::of(account, &account.imap) =>
        {
            let client = Client::of(account).map_err(Failure::CouldNot)?;
            let tokens = fetch(prompts, wishes, &client).map_err(Failure::CouldNot)?;
            ToKeep::Tokens(store, tokens)
        }
        Secret::Command(command) => {
            return Err(Failure::CouldNot(format!(
                "the password of “{}” comes from the command “{command}”; renew it there, then \
                 `askfirst doctor` tries it",
                account.name
            )));
        }
        Secret::File(path) => ToKeep::InFile(path.clone(), typed(prompts, wishes)?),
        Secret::Keyring(_) => ToKeep::InKeyring(typed(prompts, wishes)?),
    };
    if !wishes.no_test && !try_logins(prompts, &plan, &keep)? {
        return Err(not_set_up());
    }
    keep.store(&plan).map_err(Failure::CouldNot)
}

fn plan_of(account: &Account) -> Plan {
    let place = |server: &Server| Endpoint {
        host: server.host.clone(),
        port: server.port,
        security: server.security,
    };
    Plan {
        name: Some(account.name.clone()),
        email: account.email.to_string(),
        display_name: account.display_name.clone(),
        imap: place(&account.imap),
        smtp: (account.smtp_mode == crate::config::SmtpMode::Send).then(|| place(&account.smtp)),
        username: (account.imap.username != account.email.to_string())
            .then(|| account.imap.username.clone()),
        auth: account.imap.auth,
        secret: account.imap.secret.clone(),
        ca_file: None,
        client_id: None,
        folders: Vec::new(),
        provider: crate::config::providers::of_host(&account.imap.host),
        known: Some(Box::new(account.clone())),
        kept: super::Kept {
            servers: true,
            username: true,
            secret: false,
        },
    }
}

fn typed(prompts: &Prompts, wishes: &Setup) -> Result<SecretString, Failure> {
    if wishes.password_stdin {
        let mut line = secrecy::zeroize::Zeroizing::new(String::new());
        std::io::stdin()
            .read_line(&mut line)
            .map_err(|error| Failure::Wrong(error.to_string()))?;
        let line = line.trim_end_matches(['\r', '\n']);
        if line.is_empty() {
            return Err(Failure::Wrong(
                "standard input holds no password".to_owned(),
            ));
        }
        return Ok(SecretString::from(line));
    }
    prompts.secret("Password (it does not show)")
}

fn password(
    prompts: &Prompts,
    wishes: &Setup,
    plan: &mut Plan,
    known: Option<&Account>,
    file: &Path,
) -> Result<ToKeep, Failure> {
    if plan.auth == Auth::Oauth2 && wishes.password_command.is_none() {
        return by_oauth(prompts, wishes, plan, known, file);
    }
    if let Some(command) = &wishes.password_command {
        plan.secret = Secret::Command(command.clone());
        return Ok(ToKeep::Nothing);
    }
    if let Some(path) = &wishes.password_file {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        plan.secret = Secret::File(path);
        return Ok(ToKeep::Nothing);
    }
    if let Some(account) = known
        && !wishes.password_stdin
        && (!prompts.interactive || prompts.yes("Keep the password as it is?", true)?)
    {
        plan.secret = account.imap.secret.clone();
        plan.kept.secret = true;
        return Ok(ToKeep::Nothing);
    }
    let store = store(prompts, wishes)?;
    if let Kind::Command = store {
        let check = |text: &str| match text.is_empty() {
            true => Err("a command is needed".to_owned()),
            false => Ok(()),
        };
        let question = "Command whose first line of output is the password";
        let command = prompts.text(question, None, check)?;
        plan.secret = Secret::Command(command);
        return Ok(ToKeep::Nothing);
    }
    let what = match plan.provider {
        Some(provider) if provider.login == Login::AppPassword => "App password",
        _ => "Password",
    };
    let mut secret = match wishes.password_stdin {
        true => typed(prompts, wishes)?,
        false => prompts.secret(&format!("{what} of {} (it does not show)", plan.email))?,
    };
    if plan.provider.is_some_and(|p| p.name == "Gmail") {
        // Google shows it in four groups.
        let bare: String = secret.expose_secret().split_whitespace().collect();
        if bare.len() == 16 {
            secret = SecretString::from(bare);
        }
    }
    Ok(match store {
        Kind::Keyring => {
            plan.secret = Secret::Keyring(format!("imap.{}", plan.email));
            ToKeep::InKeyring(secret)
        }
        _ => {
            let path = file.with_file_name(format!("{}.password", file_name(&plan.email)));
            plan.secret = Secret::File(path.clone());
            ToKeep::InFile(path, secret)
        }
    })
}

/// A login in the browser, or by a code; or another program that takes care of it.
fn by_oauth(
    prompts: &Prompts,
    wishes: &Setup,
    plan: &mut Plan,
    known: Option<&Account>,
    file: &Path,
) -> Result<ToKeep, Failure> {
    if let Some(account) = known
        && wishes.oauth_client_id.is_none()
        && (!prompts.interactive || prompts.yes("Keep the login as it is?", true)?)
    {
        plan.secret = account.imap.secret.clone();
        plan.kept.secret = true;
        return Ok(ToKeep::Nothing);
    }
    if plan.client_id.is_none() {
        prompts.say(
            "A login by OAuth 2.0 needs a client id, by which the provider knows the program. \
             askfirst brings none along; yours, or your organisation's, is made in a few minutes: \
             docs/SETUP.md, “OAuth 2.0”. If another program of yours fetches tokens already, a \
             command of it will do.",
        );
        let lines = [
            "I have a client id",
            "A command prints an access token",
            "Leave without writing anything",
        ];
        match prompts.choose("How shall it log in?", &lines)? {
            0 => {
                let check = |text: &str| match text.is_empty() {
                    true => Err("a client id is needed".to_owned()),
                    false => Ok(()),
                };
                plan.client_id = Some(prompts.text("Client id", None, check)?);
            }
            1 => {
                let question = "Command whose first line of output is an access token";
                let command = prompts.text(question, None, |_| Ok(()))?;
                plan.secret = Secret::Command(command);
                return Ok(ToKeep::Nothing);
            }
            _ => return Err(not_set_up()),
        }
    }
    let own = OAuth2 {
        client_id: plan.client_id.clone(),
        ..known.and_then(|a| a.oauth2.clone()).unwrap_or(OAuth2 {
            client_id: None,
            client_secret_command: None,
            auth_url: None,
            token_url: None,
            device_url: None,
            scopes: Vec::new(),
        })
    };
    let client =
        Client::new(&plan.email, &plan.imap.host, Some(&own), None).map_err(Failure::CouldNot)?;
    let tokens = match fetch(prompts, wishes, &client) {
        Ok(tokens) => tokens,
        Err(why) => {
            prompts.bad(&why);
            prompts.say(&explain::refused(plan.provider, &why, false));
            return Err(not_set_up());
        }
    };
    let in_keyring = match wishes.keep_password {
        Some(Keep::File) => false,
        Some(Keep::Keyring) => true,
        None => keyring::is_there().is_ok(),
    };
    let store = match in_keyring {
        true => {
            plan.secret = Secret::Keyring(format!("imap.{}", plan.email));
            Store::Keyring(format!("oauth2.{}", plan.email))
        }
        false => {
            let path = file.with_file_name(format!("{}.oauth2", file_name(&plan.email)));
            plan.secret = Secret::File(path.clone());
            Store::File(path)
        }
    };
    Ok(ToKeep::Tokens(store, tokens))
}

fn fetch(prompts: &Prompts, wishes: &Setup, client: &Client) -> Result<Tokens, String> {
    let by_code = wishes.oauth_device
        || (client.device_url.is_some()
            && prompts
                .choose(
                    "Where is your browser?",
                    &[
                        "On this computer",
                        "Elsewhere: show me a code to type in there",
                    ],
                )
                .map_err(|failure| failure.to_string())?
                == 1);
    if by_code {
        return oauth::by_device(client, |page, code| {
            prompts.say(&format!(
                "Open this page and type in the code:\n    {page}\n    {code}"
            ));
        });
    }
    oauth::by_browser(client, |url| {
        prompts.say(&format!(
            "Open this page in the browser of this computer and log in; askfirst goes on by itself:\n    {url}"
        ));
        if prompts.interactive {
            open(url);
        }
    })
}

/// The system's way of opening a page; where there is none, the user does it.
fn open(url: &str) {
    let (program, arguments): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("rundll32", &["url.dll,FileProtocolHandler"]),
        _ => ("xdg-open", &[]),
    };
    let _ = std::process::Command::new(program)
        .args(arguments)
        .arg(url)
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn();
}

fn file_name(email: &str) -> String {
    let safe = |c: char| match c.is_ascii_alphanumeric() || ".-_@".contains(c) {
        true => c,
        false => '_',
    };
    email.chars().map(safe).collect()
}

/// In the order of advice: keyring, command, file.
fn store(prompts: &Prompts, wishes: &Setup) -> Result<Kind, Failure> {
    match wishes.keep_password {
        Some(Keep::File) => return Ok(Kind::File),
        Some(Keep::Keyring) => {
            return match keyring::is_there() {
                Ok(()) => Ok(Kind::Keyring),
                Err(why) => Err(Failure::CouldNot(format!(
                    "{why}; use --keep-password file"
                ))),
            };
        }
        None => {}
    }
    let there = keyring::is_there();
    if !prompts.interactive {
        return Ok(match there {
            Ok(()) => Kind::Keyring,
            Err(_) => Kind::File,
        });
    }
    let command = "A command prints it (pass, op, gopass, secret-tool …)";
    let file = "In a file that only you can read, beside the configuration";
    match there {
        Ok(()) => {
            if cfg!(target_os = "macos") {
                prompts.say(
                    "A program without a developer's signature is asked about by the Keychain \
                     anew whenever it was rebuilt; if you build askfirst yourself, the file is the \
                     calmer choice.",
                );
            }
            let lines = ["In the system keyring (the best)", command, file];
            Ok(
                match prompts.choose("Where shall the password be kept?", &lines)? {
                    0 => Kind::Keyring,
                    1 => Kind::Command,
                    _ => Kind::File,
                },
            )
        }
        Err(why) => {
            let why = match why {
                KeyringError::Away(_) => "There is no keyring service on this machine (as on most \
                                          servers), so the password is kept elsewhere."
                    .to_owned(),
                other => format!("The keyring cannot be used now: {other}."),
            };
            prompts.say(&why);
            let lines = [command, file];
            Ok(
                match prompts.choose("Where shall the password be kept?", &lines)? {
                    0 => Kind::Command,
                    _ => Kind::File,
                },
            )
        }
    }
}

/// Both logins, and the folders. Says what failed and why.
fn try_logins(prompts: &Prompts, plan: &Plan, keep: &ToKeep) -> Result<bool, Failure> {
    let Some(both) = servers(prompts, plan, keep)? else {
        return Ok(false);
    };
    let (imap_server, imap_secret) = &both.0;
    let stop = Stop::new().map_err(|error| Failure::CouldNot(error.to_string()))?;
    match imap::connect(imap_server, imap_secret, &stop) {
        Ok(mut mailbox) => {
            prompts.good(&format!("IMAP login at {}", plan.imap));
            folders(prompts, &mut mailbox);
        }
        Err(error) => {
            let said = error.to_string();
            prompts.bad(&format!("IMAP login at {}: {said}", plan.imap));
            prompts.say(&format!(
                "\n{}\n",
                explain::refused(plan.provider, &said, false)
            ));
            return Ok(false);
        }
    }
    let (Some(endpoint), Some((server, secret))) = (&plan.smtp, both.1) else {
        return Ok(true);
    };
    let probed = Smtp::new(&server, secret)
        .and_then(|mut smtp| smtp.probe().map_err(|error| error.to_string()));
    match probed {
        Ok(()) => {
            prompts.good(&format!("SMTP login at {endpoint}"));
            Ok(true)
        }
        Err(said) => {
            prompts.bad(&format!("SMTP login at {endpoint}: {said}"));
            prompts.say(&format!(
                "\n{}\n",
                explain::refused(plan.provider, &said, true)
            ));
            Ok(false)
        }
    }
}

type Ready = (Server, SecretString);

/// The servers with their secrets, as planned; `None`, and told, when a secret cannot be had.
fn servers(
    prompts: &Prompts,
    plan: &Plan,
    keep: &ToKeep,
) -> Result<Option<(Ready, Option<Ready>)>, Failure> {
    let ca = match &plan.ca_file {
        Some(path) => Some(
            std::fs::read(path)
                .map_err(|error| Failure::Wrong(format!("{}: {error}", path.display())))?,
        ),
        None => None,
    };
    let server = |endpoint: &Endpoint, known: Option<&Server>| Server {
        host: endpoint.host.clone(),
        port: endpoint.port,
        security: endpoint.security,
        username: match known {
            Some(known) if plan.kept.username => known.username.clone(),
            _ => plan.username.clone().unwrap_or_else(|| plan.email.clone()),
        },
        auth: plan.auth,
        secret: match known {
            Some(known) if plan.kept.secret => known.secret.clone(),
            _ => plan.secret.clone(),
        },
        ca: ca.clone().or_else(|| known?.ca.clone()),
        authserv_id: None,
    };
    let ready = |server: Server| -> Result<Option<Ready>, Failure> {
        let loopback = ["localhost", "127.0.0.1", "::1"].contains(&server.host.as_str());
        if server.security == Security::None && !loopback {
            return Err(Failure::Wrong(format!(
                "{} would get the password in the clear; use /tls or /starttls",
                server.host
            )));
        }
        let secret = match keep {
            ToKeep::InKeyring(secret) | ToKeep::InFile(_, secret) => secret.clone(),
            ToKeep::Tokens(_, tokens) => SecretString::from(tokens.access.as_str()),
            ToKeep::Nothing => match kept(plan, &server) {
                Ok(secret) => secret,
                Err(error) => {
                    prompts.bad(&error.to_string());
                    return Ok(None);
                }
            },
        };
        Ok(Some((server, secret)))
    };
    let known = plan.known.as_deref();
    let Some(imap) = ready(server(&plan.imap, known.map(|a| &a.imap)))? else {
        return Ok(None);
    };
    let Some(endpoint) = &plan.smtp else {
        return Ok(Some((imap, None)));
    };
    match ready(server(endpoint, known.map(|a| &a.smtp)))? {
        Some(smtp) => Ok(Some((imap, Some(smtp)))),
        None => Ok(None),
    }
}

/// The secret of an account that is configured already, or of the command or file just named.
fn kept(plan: &Plan, server: &Server) -> Result<SecretString, secret::SecretError> {
    let whom = format!("“{}”", plan.email);
    match plan.known.as_deref() {
        Some(account) if plan.kept.secret => secret::of(account, server, &whom),
        _ => secret::read(&server.secret, &whom),
    }
}

/// Which folders it would use.
fn folders(prompts: &Prompts, mailbox: &mut dyn Mailbox) {
    let Ok(listed) = mailbox.folders() else {
        return;
    };
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for (place, name) in [
        (Place::Drafts, "Drafts"),
        (Place::Sent, "Sent"),
        (Place::Trash, "Trash"),
        (Place::Junk, "Junk"),
    ] {
        match mailroom::place_of(mailbox, &listed, place, None) {
            Ok(Some(folder)) => found.push(format!("{name} is “{folder}”")),
            _ => missing.push(name),
        }
    }
    prompts.good(&format!("folders: {}", found.join(", ")));
    if !missing.is_empty() {
        prompts.say(&format!(
            "    There is no folder for {} to be found; if there is one, name it under \
             [accounts.folders].",
            missing.join(" and ")
        ));
    }
}
