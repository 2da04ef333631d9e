//! The `[[accounts]]`: logins and servers, checked.

use super::document::Document;
use super::read::Surroundings;
use super::{Account, Auth, Folders, OAuth2, Secret, Security, Server, SmtpMode};
use crate::mail::{Address, AddressPattern};
use crate::port::FolderName;
use base64::Engine as _;
use serde::Deserialize;
use std::net::IpAddr;
use std::path::Path;

#[derive(Deserialize)]
pub(super) struct RawAccount {
    name: Option<String>,
    email: Option<String>,
    display_name: Option<String>,
    #[serde(default)]
    aliases: Vec<String>,
    language: Option<String>,
    imap: Option<RawServer>,
    smtp: Option<RawServer>,
    oauth2: Option<RawOAuth2>,
    #[serde(default)]
    folders: RawFolders,
}

/// The keys of `[accounts.imap]` and `[accounts.smtp]` together; which belongs where was checked before.
#[derive(Deserialize)]
struct RawServer {
    host: Option<String>,
    port: Option<u16>,
    security: Option<Security>,
    username: Option<String>,
    auth: Option<Auth>,
    password_command: Option<String>,
    password_file: Option<String>,
    ca_file: Option<String>,
    authserv_id: Option<String>,
    mode: Option<SmtpMode>,
}

#[derive(Deserialize)]
struct RawOAuth2 {
    client_id: Option<String>,
    client_secret_command: Option<String>,
    auth_url: Option<String>,
    token_url: Option<String>,
    device_url: Option<String>,
    #[serde(default)]
    scopes: Vec<String>,
}

#[derive(Default, Deserialize)]
struct RawFolders {
    drafts: Option<String>,
    sent: Option<String>,
    trash: Option<String>,
    junk: Option<String>,
    ask: Option<String>,
    held: Option<String>,
    send_now: Option<String>,
    give_back: Option<String>,
    closed: Option<String>,
    memory: Option<String>,
}

/// One account, and the rooms to complain in.
struct Reader<'a> {
    document: &'a Document<'a>,
    around: &'a Surroundings<'a>,
    /// `accounts.0`
    path: String,
    email: &'a Address,
}

pub(super) fn checked(
    raw: Vec<RawAccount>,
    document: &Document<'_>,
    around: &Surroundings<'_>,
) -> Result<Vec<Account>, String> {
    if raw.is_empty() {
        return Err(document.complaint(
            "accounts",
            "is missing: askfirst needs at least one [[accounts]] section, see `askfirst setup` \
             or config.example.toml",
        ));
    }
    let mut accounts: Vec<Account> = Vec::new();
    for (index, raw) in raw.into_iter().enumerate() {
        let path = format!("accounts.{index}");
        let account = account(raw, document, around, &path)?;
        for earlier in &accounts {
            if earlier.name == account.name {
                return Err(document.complaint(
                    &format!("{path}.name"),
                    &format!(
                        "is “{}” twice: every account needs a name of its own",
                        account.name
                    ),
                ));
            }
            if earlier.email == account.email {
                return Err(document.complaint(
                    &format!("{path}.email"),
                    &format!(
                        "is {}, which the account “{}” already watches",
                        account.email, earlier.name
                    ),
                ));
            }
        }
        accounts.push(account);
    }
    Ok(accounts)
}

fn account(
    raw: RawAccount,
    document: &Document<'_>,
    around: &Surroundings<'_>,
    path: &str,
) -> Result<Account, String> {
    let at = |key: &str| format!("{path}.{key}");
    let missing = |key: &str, example: &str| {
        document.complaint(
            &at(key),
            &format!("is missing; write for example {example}"),
        )
    };
    let email = raw
        .email
        .ok_or_else(|| missing("email", "email = \"alex@example.org\""))?;
    let email = Address::new(&email).map_err(|why| {
        document.complaint(&at("email"), &format!("must be your mail address: {why}"))
    })?;
    let name = raw.name.unwrap_or_else(|| email.to_string());
    if name.chars().count() > 60 || name.chars().any(char::is_control) {
        return Err(document.complaint(&at("name"), "must be a short name on one line"));
    }
    let aliases = raw
        .aliases
        .iter()
        .map(|alias| {
            AddressPattern::new(alias).map_err(|why| {
                document.complaint(&at("aliases"), &format!("holds what it cannot: {why}"))
            })
        })
        .collect::<Result<_, _>>()?;
    let language = match raw.language {
        Some(code) if is_language(&code) => code,
        Some(code) => {
            return Err(document.complaint(
                &at("language"),
                &format!("is {code:?}, but must be two letters such as \"en\" (ISO 639-1)"),
            ));
        }
        None => system_language(around),
    };
    let reader = Reader {
        document,
        around,
        path: path.to_owned(),
        email: &email,
    };
    let smtp_mode = raw
        .smtp
        .as_ref()
        .and_then(|smtp| smtp.mode)
        .unwrap_or(SmtpMode::Send);
    let imap = reader.server("imap", raw.imap, true, [993, 143])?;
    let smtp = reader.server("smtp", raw.smtp, smtp_mode == SmtpMode::Send, [465, 587])?;
    let folders = reader.folders(raw.folders)?;
    Ok(Account {
        name,
        display_name: raw.display_name,
        aliases,
        language,
        imap,
        smtp,
        smtp_mode,
        folders,
        oauth2: raw.oauth2.map(|o| OAuth2 {
            client_id: o.client_id,
            client_secret_command: o.client_secret_command,
            auth_url: o.auth_url,
            token_url: o.token_url,
            device_url: o.device_url,
            scopes: o.scopes,
        }),
        email,
    })
}

impl Reader<'_> {
    /// `ports` are the usual ones, with TLS from the first byte and without.
    fn server(
        &self,
        kind: &str,
        raw: Option<RawServer>,
        needs_host: bool,
        ports: [u16; 2],
    ) -> Result<Server, String> {
        let section = format!("{}.{kind}", self.path);
        let at = |key: &str| format!("{section}.{key}");
        let raw = raw.ok_or_else(|| {
            self.document
                .complaint(&section, "is missing: every account needs this section")
        })?;
        let host = match raw.host {
            Some(host) => host,
            // Nothing is ever sent there.
            None if !needs_host => String::new(),
            None => {
                return Err(self.document.complaint(
                    &at("host"),
                    "is missing; write for example host = \"mail.example.org\"",
                ));
            }
        };
        let odd = |c: char| c.is_whitespace() || c.is_control() || "/@\"'<>[]".contains(c);
        if host.chars().any(odd) || (host.contains(':') && host.parse::<IpAddr>().is_err()) {
            return Err(self.document.complaint(
                &at("host"),
                &format!("is {host:?}, but must be a server's name or address alone"),
            ));
        }
        let security = raw.security.unwrap_or(Security::Tls);
        if security == Security::None && !host.is_empty() && !is_loopback(&host) {
            return Err(self.document.complaint(
                &at("security"),
                &format!(
                    "is \"none\", which would send the password and all mail in the clear to {host}: \
                     it is for this computer itself (127.0.0.1, ::1, localhost) only; \
                     use \"tls\" or \"starttls\""
                ),
            ));
        }
        let [implicit, explicit] = ports;
        let ca = match raw.ca_file {
            Some(path) => {
                let path = self.around.folder.join(path);
                Some(pem(
                    self.document,
                    self.around,
                    &at("ca_file"),
                    &path,
                    "CERTIFICATE",
                )?)
            }
            None => None,
        };
        Ok(Server {
            host,
            port: raw.port.unwrap_or(match security {
                Security::Tls => implicit,
                Security::Starttls | Security::None => explicit,
            }),
            security,
            username: raw.username.unwrap_or_else(|| self.email.to_string()),
            auth: raw.auth.unwrap_or(Auth::Password),
            secret: secret(
                self.document,
                self.around,
                &section,
                format!("{kind}.{}", self.email),
                raw.password_command,
                raw.password_file,
            )?,
            ca,
            authserv_id: raw.authserv_id,
        })
    }

    fn folders(&self, raw: RawFolders) -> Result<Folders, String> {
        let mut seen: Vec<(&str, String)> = Vec::new();
        let mut folder = |key: &'static str, name: Option<String>| {
            let Some(name) = name else { return Ok(None) };
            let path = format!("{}.folders.{key}", self.path);
            if let Some((other, _)) = seen.iter().find(|(_, n)| *n == name) {
                return Err(self.document.complaint(
                    &path,
                    &format!(
                        "is {name:?}, which “{other}” is already: each needs a folder of its own"
                    ),
                ));
            }
            seen.push((key, name.clone()));
            FolderName::new(&name).map(Some).map_err(|why| {
                self.document
                    .complaint(&path, &format!("cannot be used: {why}"))
            })
        };
        Ok(Folders {
            drafts: folder("drafts", raw.drafts)?,
            sent: folder("sent", raw.sent)?,
            trash: folder("trash", raw.trash)?,
            junk: folder("junk", raw.junk)?,
            ask: folder("ask", raw.ask)?,
            held: folder("held", raw.held)?,
            send_now: folder("send_now", raw.send_now)?,
            give_back: folder("give_back", raw.give_back)?,
            closed: folder("closed", raw.closed)?,
            memory: folder("memory", raw.memory)?,
        })
    }
}

/// Where the password of this section comes from; `entry` names it in the keyring.
pub(super) fn secret(
    document: &Document<'_>,
    around: &Surroundings<'_>,
    section: &str,
    entry: String,
    command: Option<String>,
    file: Option<String>,
) -> Result<Secret, String> {
    match (command, file) {
        (Some(_), Some(_)) => Err(document.complaint(
            &format!("{section}.password_file"),
            "stands beside “password_command”: only one of them can be meant",
        )),
        (Some(command), None) => Ok(Secret::Command(command)),
        (None, Some(file)) => Ok(Secret::File(around.folder.join(file))),
        (None, None) => Ok(Secret::Keyring(entry)),
    }
}

/// The bytes of a PEM file (RFC 7468) that holds at least one block whose label ends in `what`.
pub(super) fn pem(
    document: &Document<'_>,
    around: &Surroundings<'_>,
    key: &str,
    path: &Path,
    what: &str,
) -> Result<Vec<u8>, String> {
    let bytes = (around.file)(path).map_err(|why| {
        document.complaint(
            key,
            &format!("names {}, which cannot be read: {why}", path.display()),
        )
    })?;
    let text = String::from_utf8_lossy(&bytes);
    let found = text.split("-----BEGIN ").skip(1).any(|block| {
        let Some((label, rest)) = block.split_once("-----") else {
            return false;
        };
        let body = rest.split("-----END ").next().unwrap_or_default();
        let packed: String = body.chars().filter(|c| !c.is_whitespace()).collect();
        // What is in there is DER: a SEQUENCE.
        label.ends_with(what)
            && base64::engine::general_purpose::STANDARD
                .decode(packed)
                .is_ok_and(|der| der.first() == Some(&0x30))
    });
    if !found {
        return Err(document.complaint(
            key,
            &format!(
                "names {}, which holds no PEM block “-----BEGIN {what}-----”",
                path.display()
            ),
        ));
    }
    Ok(bytes)
}

/// 127.0.0.0/8, ::1 and localhost: what cannot leave this computer.
fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|ip| match ip {
            IpAddr::V4(ip) => ip.is_loopback(),
            IpAddr::V6(ip) => ip.is_loopback(),
        })
}

fn is_language(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|b| b.is_ascii_lowercase())
}

/// From the locale (POSIX: `LC_ALL` before `LC_MESSAGES` before `LANG`); English where it names none.
fn system_language(around: &Surroundings<'_>) -> String {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .filter_map(|name| around.environment.get(*name))
        .find(|value| !value.is_empty())
        .and_then(|value| value.split(['_', '.', '@', '-']).next())
        .filter(|code| is_language(code))
        .unwrap_or("en")
        .to_owned()
}
