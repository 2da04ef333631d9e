//! Real logins with what was planned, before anything is written.

use super::keep::ToKeep;
use super::prompts::Prompts;
use super::{Plan, explain};
use crate::cli::Failure;
use crate::config::{Security, Server};
use crate::edge::discover::Endpoint;
use crate::edge::smtp::Smtp;
use crate::edge::{Stop, imap, secret};
use crate::mailroom;
use crate::port::{Mailbox, Place};
use secrecy::SecretString;

/// Both logins, and the folders. Says what failed and why.
///
/// # Errors
/// When nothing can be tried.
pub fn try_logins(prompts: &Prompts, plan: &Plan, keep: &ToKeep) -> Result<bool, Failure> {
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
