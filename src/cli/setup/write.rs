//! The configuration file, written and edited: comments, order and foreign keys stay as they are.

use super::Plan;
use crate::config::{Auth, Secret, Security};
use std::path::Path;
use toml_edit::{DocumentMut, Item, Table, value};

/// From where on the example holds what concerns all accounts.
const COMMON: &str = "# Drafts that wait, finished, are taken.";

/// A new file for this account, with every further key in it as a comment.
#[must_use]
pub fn fresh(plan: &Plan) -> String {
    let example = include_str!("../../../config.example.toml");
    let common = example.split_once(COMMON).map_or("", |(_, rest)| rest);
    format!(
        "\
# askfirst's configuration. `askfirst setup` wrote it and edits it when run again; it is yours to
# edit, too: `askfirst reload` (or a restart) reads it anew, `askfirst doctor` checks it.
# What stands behind a “#” is the default, or an example. Durations: 90s, 5m, 2h, 4d.

{}
{COMMON}{common}",
        section(plan)
    )
}

/// The file with this account added or, where its address is there already, changed.
///
/// # Errors
/// A sentence, when the text is no TOML.
pub fn with_account(text: &str, plan: &Plan) -> Result<String, String> {
    let mut document = parsed(text)?;
    let Some(account) = find(&mut document, &plan.email) else {
        let text = document.to_string();
        return Ok(format!("{}\n\n{}", text.trim_end(), section(plan)));
    };
    if let Some(name) = &plan.name {
        set(account, "name", name.as_str());
    }
    if let Some(name) = &plan.display_name {
        set(account, "display_name", name.as_str());
    }
    for (key, server) in [("imap", Some(&plan.imap)), ("smtp", plan.smtp.as_ref())] {
        let table = table(account, key);
        let Some(server) = server else {
            set(table, "mode", "drafts");
            continue;
        };
        if table.contains_key("mode") {
            set(table, "mode", "send");
        }
        if !plan.kept.servers {
            set(table, "host", server.host.as_str());
            set(table, "port", i64::from(server.port));
            set(table, "security", word(server.security));
        }
        match &plan.username {
            _ if plan.kept.username => {}
            Some(name) => set(table, "username", name.as_str()),
            None if table.contains_key("username") => set(table, "username", plan.email.as_str()),
            None => {}
        }
        if !plan.kept.secret {
            match plan.auth {
                Auth::Oauth2 => set(table, "auth", "oauth2"),
                Auth::Password if table.contains_key("auth") => set(table, "auth", "password"),
                Auth::Password => {}
            }
            secret(table, &plan.secret);
        }
        if let Some(ca) = &plan.ca_file {
            set(table, "ca_file", ca.display().to_string());
        }
    }
    if let Some(client) = &plan.client_id {
        set(table(account, "oauth2"), "client_id", client.as_str());
    }
    for (key, folder) in &plan.folders {
        set(table(account, "folders"), key, folder.as_str());
    }
    Ok(document.to_string())
}

/// The gateway switched on (or off), with its files.
///
/// # Errors
/// A sentence, when the text is no TOML.
pub fn with_gateway(text: &str, gateway: Option<&super::Gateway>) -> Result<String, String> {
    let mut document = parsed(text)?;
    let table = table(document.as_table_mut(), "gateway");
    set(table, "enabled", gateway.is_some());
    if let Some(gateway) = gateway {
        set(table, "listen", gateway.listen.to_string());
        if let Some(tls) = &gateway.tls {
            set(table, "tls_listen", tls.listen.to_string());
            set(table, "cert_file", tls.cert.display().to_string());
            set(table, "key_file", tls.key.display().to_string());
        }
        secret(table, &gateway.secret);
    }
    Ok(document.to_string())
}

/// One key of one section, such as `notify`, `by`.
///
/// # Errors
/// A sentence, when the text is no TOML.
pub fn with_key(text: &str, section: &str, key: &str, is: &str) -> Result<String, String> {
    let mut document = parsed(text)?;
    set(table(document.as_table_mut(), section), key, is);
    Ok(document.to_string())
}

fn parsed(text: &str) -> Result<DocumentMut, String> {
    text.parse()
        .map_err(|error: toml_edit::TomlError| format!("this is not TOML: {}", error.message()))
}

fn find<'a>(document: &'a mut DocumentMut, email: &str) -> Option<&'a mut Table> {
    document
        .get_mut("accounts")?
        .as_array_of_tables_mut()?
        .iter_mut()
        .find(|account| {
            let address = account.get("email").and_then(Item::as_str);
            address.is_some_and(|address| address.eq_ignore_ascii_case(email))
        })
}

/// The section below, made where it is missing.
fn table<'a>(parent: &'a mut Table, key: &str) -> &'a mut Table {
    let item = parent
        .entry(key)
        .or_insert_with(|| Item::Table(Table::new()));
    if !item.is_table() {
        // `imap = { … }` on one line says the same.
        let inline = std::mem::take(item);
        *item = Item::Table(inline.into_table().unwrap_or_default());
    }
    match item.as_table_mut() {
        Some(table) => table,
        None => unreachable!("it was just made one"),
    }
}

/// A new value where the old one stood, with the remark behind it.
fn set(table: &mut Table, key: &str, new: impl Into<toml_edit::Value>) {
    let mut new = new.into();
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        None => {
            table.insert(key, value(new));
        }
    }
}

fn secret(table: &mut Table, secret: &Secret) {
    let (key, is) = match secret {
        Secret::Keyring(_) => (None, String::new()),
        Secret::Command(command) => (Some("password_command"), command.clone()),
        Secret::File(path) => (Some("password_file"), path.display().to_string()),
    };
    for other in ["password_command", "password_file"] {
        if Some(other) != key {
            table.remove(other);
        }
    }
    if let Some(key) = key {
        set(table, key, is);
    }
}

fn word(security: Security) -> &'static str {
    match security {
        Security::Tls => "tls",
        Security::Starttls => "starttls",
        Security::None => "none",
    }
}

/// The account as a text of its own.
fn section(plan: &Plan) -> String {
    let text = |text: &str| toml_edit::Value::from(text).to_string().trim().to_owned();
    let mut out = String::from("# One section for each mail account.\n[[accounts]]\n");
    let name = plan.name.as_deref().unwrap_or(&plan.email);
    out.push_str(&format!("name = {}\n", text(name)));
    out.push_str(&format!("email = {}\n", text(&plan.email)));
    match &plan.display_name {
        Some(name) => out.push_str(&format!("display_name = {}\n", text(name))),
        None => out.push_str("# display_name = \"…\"            # default: as in your own mail\n"),
    }
    out.push_str(
        "# aliases = []                    # your other addresses; \"*@example.org\" for a catch-all\n\
         # language = \"en\"                 # of notes; default: the system's\n",
    );
    for (key, server) in [("imap", Some(&plan.imap)), ("smtp", plan.smtp.as_ref())] {
        out.push_str(&format!("\n[accounts.{key}]\n"));
        let Some(server) = server else {
            out.push_str("mode = \"drafts\"                 # letters are put ready in Drafts, you press Send\n");
            continue;
        };
        out.push_str(&format!("host = {}\n", text(&server.host)));
        out.push_str(&format!("port = {}\n", server.port));
        out.push_str(&format!("security = {}\n", text(word(server.security))));
        if let Some(name) = &plan.username {
            out.push_str(&format!("username = {}\n", text(name)));
        }
        if plan.auth == Auth::Oauth2 {
            out.push_str(
                "auth = \"oauth2\"                 # `askfirst setup --renew NAME` logs in anew\n",
            );
        }
        {
            match &plan.secret {
                Secret::Keyring(_) if plan.auth == Auth::Oauth2 => out.push_str(&format!(
                    "# The login is in the system keyring: service “askfirst”, user “oauth2.{}”.\n",
                    plan.email
                )),
                Secret::Keyring(_) => out.push_str(&format!(
                    "# The password is in the system keyring: service “askfirst”, user “{key}.{}”.\n",
                    plan.email
                )),
                Secret::Command(command) => {
                    out.push_str(&format!("password_command = {}\n", text(command)));
                }
                Secret::File(path) => {
                    let path = path.display().to_string();
                    out.push_str(&format!("password_file = {}\n", text(&path)));
                }
            }
        }
        if let Some(ca) = &plan.ca_file {
            out.push_str(&format!("ca_file = {}\n", text(&ca.display().to_string())));
        }
    }
    if let Some(client) = &plan.client_id {
        out.push_str(&format!(
            "\n[accounts.oauth2]\nclient_id = {}\n",
            text(client)
        ));
    }
    if !plan.folders.is_empty() {
        out.push_str("\n[accounts.folders]\n");
        for (key, folder) in &plan.folders {
            out.push_str(&format!("{key} = {}\n", text(folder)));
        }
    }
    out
}

/// Into place in one step, for its owner's eyes alone; a link stays a link.
///
/// # Errors
/// A sentence.
pub fn save(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{} cannot be written: {error}", path.display());
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = real.parent().unwrap_or(Path::new("."));
    let mut maker = std::fs::DirBuilder::new();
    maker.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut maker, 0o700);
    maker.create(folder).map_err(failed)?;
    crate::edge::disk::write_private_bytes(&real, bytes).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SmtpMode;
    use crate::edge::discover::Endpoint;

    fn plan() -> Plan {
        let server = |host: &str, port| Endpoint {
            host: host.to_owned(),
            port,
            security: Security::Tls,
        };
        Plan {
            name: Some("work".into()),
            email: "alex@example.org".into(),
            display_name: Some("Alex \"Al\" Rivera".into()),
            imap: server("imap.example.org", 993),
            smtp: Some(server("smtp.example.org", 465)),
            username: None,
            auth: Auth::Password,
            secret: Secret::Command("pass show mail/work".into()),
            ca_file: None,
            client_id: None,
            folders: Vec::new(),
            provider: None,
            known: None,
            kept: crate::cli::setup::Kept::default(),
        }
    }

    fn read(text: &str) -> crate::config::Config {
        let environment = std::collections::BTreeMap::new();
        let around = crate::config::Surroundings {
            folder: Path::new("/c"),
            state_dir: Some("/s".into()),
            environment: &environment,
            file: &|_| Err("none".into()),
        };
        crate::config::read("config.toml", text, &around).unwrap_or_else(|e| panic!("{e}\n{text}"))
    }

    #[test]
    fn new_file_reads_back_as_planned_and_shows_every_key() {
        let text = fresh(&plan());
        let config = read(&text);
        let account = &config.accounts[0];
        assert_eq!(account.name, "work");
        assert_eq!(account.display_name.as_deref(), Some("Alex \"Al\" Rivera"));
        assert_eq!(
            account.imap.secret,
            Secret::Command("pass show mail/work".into())
        );
        for key in ["settle", "grace", "tls_listen", "max_visible", "desktop"] {
            assert!(text.contains(key), "{key}");
        }
    }

    #[test]
    fn running_it_again_edits_and_loses_nothing() {
        let before = "\
# mine
[drafts]
settle = \"5m\"   # quick

[[accounts]]
email = \"sam@example.net\"
imap = { host = \"imap.example.net\", password_file = \"p\" }
[accounts.smtp]
host = \"smtp.example.net\"
password_command = \"pass sam\"   # his

[[accounts]]
name = \"old\"      # to be renamed
email = \"Alex@example.org\"
language = \"de\"
[accounts.imap]
host = \"old.example.org\"   # moved soon
password_file = \"p\"
authserv_id = \"mx.example.org\"
[accounts.smtp]
host = \"old.example.org\"
# the end
";
        let after = with_account(before, &plan()).unwrap();
        for kept in [
            "# mine",
            "# quick",
            "settle = \"5m\"",
            "# his",
            "# to be renamed",
            "language = \"de\"",
            "# moved soon",
            "authserv_id",
            "# the end",
            "imap = { host = \"imap.example.net\"",
        ] {
            assert!(after.contains(kept), "{kept} is lost:\n{after}");
        }
        let config = read(&after);
        assert_eq!(config.accounts.len(), 2);
        let account = &config.accounts[1];
        assert_eq!(account.name, "work");
        assert_eq!(account.imap.host, "imap.example.org");
        assert_eq!(
            account.imap.secret,
            Secret::Command("pass show mail/work".into())
        );
        assert_eq!(
            with_account(&after, &plan()).unwrap(),
            after,
            "twice is once"
        );
    }

    #[test]
    fn another_account_is_added_behind_what_is_there() {
        let first = fresh(&plan());
        let mut second = plan();
        second.email = "alex@example.net".into();
        second.name = Some("home".into());
        second.smtp = None;
        let both = with_account(&first, &second).unwrap();
        assert!(both.starts_with(first.trim_end()), "{both}");
        let config = read(&both);
        assert_eq!(config.accounts.len(), 2);
        assert_eq!(config.accounts[1].smtp_mode, SmtpMode::Drafts);
    }
}
