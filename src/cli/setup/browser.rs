//! A login by OAuth 2.0: in the browser, or by a code.

use super::keep::{ToKeep, file_name};
use super::login::not_set_up;
use super::prompts::Prompts;
use super::{Plan, explain};
use crate::cli::Failure;
use crate::cli::args::{Keep, Setup};
use crate::config::{Account, OAuth2, Secret};
use crate::edge::keyring;
use crate::edge::oauth::{self, Client, Store, Tokens};
use std::path::Path;

/// A login in the browser, or by a code; or another program that takes care of it.
///
/// # Errors
/// When no login came about, or the user gives up.
pub fn by_oauth(
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

/// Tokens, fresh from the provider.
///
/// # Errors
/// A sentence.
pub fn fetch(prompts: &Prompts, wishes: &Setup, client: &Client) -> Result<Tokens, String> {
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
