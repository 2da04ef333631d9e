//! `leave`: before uninstalling. What is open is decided, the mail program's way out is shown, and what
//! askfirst has put on this computer (and, if wished, into the mailbox) goes.

use super::args::{Leave, Service};
use super::paint::clean;
use super::setup::Prompts;
use super::{Failure, index, out, service};
use crate::config::{Account, Config, Secret, Security, SmtpMode};
use crate::desk::request::{Decision, Reply, Request};
use crate::edge::{control, disk, keyring, settings};
use crate::introduction::Introduction;
use crate::mailroom;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// What askfirst keeps in its state folder.
const STATE: [&str; 12] = [
    "ledger.jsonl",
    "ledger.jsonl.new",
    "marks.json",
    "marks.new",
    "control",
    "lock",
    "index.sqlite",
    "index.sqlite-wal",
    "index.sqlite-shm",
    "log",
    "log.1",
    "spool",
];

/// # Errors
/// A sentence; what was done until then is done.
pub fn run(path: Option<&Path>, wishes: &Leave) -> Result<ExitCode, Failure> {
    let config = settings::load(path).map_err(Failure::Wrong)?;
    let file = settings::locate(path).map_err(Failure::Wrong)?;
    let prompts = Prompts::new(!wishes.yes);
    open_ones(&prompts, &config)?;
    ways_back(&prompts, &config);
    if !prompts.yes(
        "Remove the login service, the stored secrets and what askfirst remembers?",
        wishes.yes,
    )? {
        return out::print("Nothing was removed.\n");
    }
    if service::is_installed().is_some() {
        service::run(Some(&file), Service::Uninstall)?;
    }
    stop_running(&prompts, &config)?;
    secrets(&prompts, &config);
    state(&prompts, &config);
    let folders = wishes.folders
        || prompts.yes(
            "Remove the (empty) folders below Askfirst in the mailbox?",
            false,
        )?;
    if folders {
        for account in &config.accounts {
            remove_folders(&prompts, account);
        }
    }
    // Last, so that all of this can be run again.
    if wishes.configuration || prompts.yes("Remove the configuration, too?", false)? {
        remove(&prompts, &file);
    }
    out::print(
        "askfirst can be uninstalled now. Notes, asks and letters of yours stay in your mailbox.\n",
    )
}

/// Each that waits: back into Drafts, sent, or left in Held as an ordinary message.
fn open_ones(prompts: &Prompts, config: &Config) -> Result<(), Failure> {
    if !config.state_dir.exists() {
        return Ok(());
    }
    let books = disk::look(&config.state_dir).map_err(Failure::CouldNot)?;
    let open: Vec<Introduction> = books
        .listed(false)
        .into_iter()
        .filter(|i| i.state.is_open())
        .cloned()
        .collect();
    if open.is_empty() {
        prompts.good("nothing waits");
        return Ok(());
    }
    let running = matches!(
        control::ask(&config.state_dir, &Request::Status),
        Ok(Some(Reply::Done(_)))
    );
    if !running {
        return Err(Failure::CouldNot(format!(
            "{} introductions are open, and askfirst does not run: start it (`askfirst run`), then \
             run `askfirst leave` again, so that each can be given back or sent",
            open.len()
        )));
    }
    for one in &open {
        let question = format!("“{}” waits. What shall become of it?", clean(&one.subject));
        let decision = match prompts.choose(
            &question,
            &[
                "Back into Drafts",
                "Send it now",
                "Leave it in Askfirst/Held, as an ordinary message",
            ],
        )? {
            0 => Decision::Cancel,
            1 => Decision::Release,
            _ => continue,
        };
        let request = Request::Decide {
            id: one.id.0.clone(),
            decision,
        };
        match control::ask(&config.state_dir, &request) {
            Ok(Some(Reply::Done(_))) => {}
            Ok(Some(Reply::Refused(why))) | Err(why) => return Err(Failure::CouldNot(why)),
            Ok(None) => {
                return Err(Failure::CouldNot(
                    "askfirst has stopped meanwhile; start it and run this again".to_owned(),
                ));
            }
        }
    }
    // Until it is really there: the service is taken away next.
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let books = disk::look(&config.state_dir).map_err(Failure::CouldNot)?;
        let at_work = books.items.values().any(|item| item.introduction.is_some());
        if !at_work || Instant::now() > until {
            if at_work {
                return Err(Failure::CouldNot(
                    "what was decided is not done yet; see `askfirst list`, then run this again"
                        .to_owned(),
                ));
            }
            prompts.good("what was open is decided");
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(300));
    }
}

/// With the gateway on, mail programs send through a server that will be gone.
fn ways_back(prompts: &Prompts, config: &Config) {
    if !config.gateway.enabled {
        return;
    }
    prompts.say("Set the outgoing server of your mail programs back first:");
    for account in &config.accounts {
        let smtp = &account.smtp;
        if account.smtp_mode == SmtpMode::Drafts {
            continue;
        }
        let security = match smtp.security {
            Security::Tls => "SSL/TLS",
            Security::Starttls => "STARTTLS",
            Security::None => "none",
        };
        prompts.say(&format!(
            "    {}: {} port {}, {security}, user name {}",
            account.name, smtp.host, smtp.port, smtp.username
        ));
    }
}

/// One that was started by hand.
fn stop_running(prompts: &Prompts, config: &Config) -> Result<(), Failure> {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        match disk::alone(&config.state_dir) {
            Ok(_) => return Ok(()),
            Err(_) if !config.state_dir.exists() => return Ok(()),
            Err(why) if Instant::now() > until => {
                prompts.bad(&why);
                return Err(Failure::CouldNot(
                    "stop the running askfirst (Ctrl-C where it runs), then run `askfirst leave` \
                     again"
                        .to_owned(),
                ));
            }
            Err(_) => std::thread::sleep(Duration::from_millis(300)),
        }
    }
}

fn secrets(prompts: &Prompts, config: &Config) {
    let mut entries = vec!["gateway".to_owned()];
    let mut files: Vec<PathBuf> = Vec::new();
    let mut of = |secret: &Secret| match secret {
        Secret::Keyring(_) => {}
        Secret::File(path) => files.push(path.clone()),
        // Not ours.
        Secret::Command(_) => {}
    };
    for account in &config.accounts {
        for kind in ["imap", "smtp", "oauth2"] {
            entries.push(format!("{kind}.{}", account.email));
        }
        of(&account.imap.secret);
        of(&account.smtp.secret);
    }
    of(&config.gateway.secret);
    files.extend(config.gateway.cert_file.clone());
    files.extend(config.gateway.key_file.clone());
    files.sort();
    files.dedup();
    let mut gone = 0;
    for entry in entries {
        match keyring::delete(&entry) {
            Ok(true) => gone += 1,
            Ok(false) => {}
            // None here: nothing of ours is in it.
            Err(keyring::KeyringError::Away(_)) => break,
            Err(why) => {
                prompts.bad(&format!("the keyring entry {entry} stays: {why}"));
                break;
            }
        }
    }
    if gone > 0 {
        prompts.good(&format!("{gone} entries of the keyring are removed"));
    }
    for file in files.iter().filter(|file| file.exists()) {
        // Those that setup made; any other is somebody else's, too, perhaps.
        let ours = file.extension().is_some_and(|e| {
            ["password", "oauth2", "pem", "key", "lock"]
                .iter()
                .any(|o| e == *o)
        });
        match ours {
            true => remove(prompts, file),
            false => prompts.say(&format!("{} is left where it is.", file.display())),
        }
    }
}

fn state(prompts: &Prompts, config: &Config) {
    for name in STATE {
        let path = config.state_dir.join(name);
        if path.exists() {
            remove(prompts, &path);
        }
    }
    // Only when nothing else lies there.
    let _ = std::fs::remove_dir(&config.state_dir);
}

fn remove(prompts: &Prompts, path: &Path) {
    let gone = match path.is_dir() {
        true => std::fs::remove_dir_all(path),
        false => std::fs::remove_file(path),
    };
    match gone {
        Ok(()) => prompts.good(&format!("removed: {}", path.display())),
        Err(error) => prompts.bad(&format!("{} stays: {error}", path.display())),
    }
}

/// Only empty ones: what lies there is the user's mail.
fn remove_folders(prompts: &Prompts, account: &Account) {
    let done = (|| -> Result<Vec<String>, String> {
        let mut mailbox = index::log_in(account)?;
        let places = mailroom::open_places(&mut *mailbox, &account.folders)
            .map_err(|error| error.to_string())?;
        let mut left = Vec::new();
        for folder in places.ours() {
            let status = mailbox.status(folder).map_err(|error| error.to_string())?;
            // Our own small records are nobody's mail.
            if status.messages > 0 && *folder != places.memory {
                left.push(folder.to_string());
                continue;
            }
            if let Err(error) = mailbox.delete_folder(folder) {
                left.push(format!("{folder} ({error})"));
            }
        }
        Ok(left)
    })();
    match done {
        Ok(left) if left.is_empty() => {
            prompts.good(&format!("{}: the folders are removed", account.name));
        }
        Ok(left) => prompts.say(&format!(
            "{}: these folders stay, because something lies in them: {}",
            account.name,
            left.join(", ")
        )),
        Err(why) => prompts.bad(&format!("{}: the folders stay: {why}", account.name)),
    }
}
