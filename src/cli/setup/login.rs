//! The secret, and real logins with it before anything is written.

use super::Plan;
use super::browser::{by_oauth, fetch};
use super::keep::{Kind, ToKeep, file_name, store};
use super::probe::try_logins;
use super::prompts::Prompts;
use crate::cli::Failure;
use crate::cli::args::Setup;
use crate::config::providers::Login;
use crate::config::{Account, Auth, Secret, Server};
use crate::edge::discover::Endpoint;
use crate::edge::oauth::{Client, Store};
use secrecy::{ExposeSecret as _, SecretString};
use std::path::Path;

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

pub(super) fn not_set_up() -> Failure {
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
