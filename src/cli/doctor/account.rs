//! One account: logins, folders, what its server can do and what follows where it cannot.

use super::{Finding, bad, good, note};
use crate::cli::index;
use crate::config::{Account, Auth, Config, Take};
use crate::edge::index::{Index, Settings};
use crate::mailroom;
use crate::port::{Mailbox, MailboxError, Place, Uid};
use chrono::{TimeDelta, Utc};

pub fn mailbox(config: &Config, account: &Account) -> Vec<Finding> {
    let name = &account.name;
    let place = format!("{}:{}", account.imap.host, account.imap.port);
    let mut mailbox = match index::log_in(account) {
        Ok(mailbox) => mailbox,
        Err(why) => {
            let mend = match account.imap.auth {
                Auth::Password => {
                    "look at host, port, security, username and password under [accounts.imap]; \
                     `askfirst setup --renew` takes a new password"
                }
                Auth::Oauth2 => "`askfirst setup --renew` logs in anew",
            };
            return vec![bad(
                "imap-login",
                format!("{name}: no IMAP login at {place}: {why}"),
                mend,
            )];
        }
    };
    let mut found = vec![good(format!("{name}: IMAP login at {place}"))];
    found.extend(folders(account, &mut *mailbox));
    found.extend(abilities(config, account, &*mailbox));
    found.extend(clock(account, &mut *mailbox));
    found.extend(capped(account, &mut *mailbox));
    found.extend(read_so_far(config, account));
    found
}

/// Some providers show mail programs only the newest of a folder: Gmail where it is so set, Yahoo and AOL
/// 10,000. Who wrote whom before that is not known then.
const CAPS: [u32; 4] = [1_000, 2_000, 5_000, 10_000];

fn capped(account: &Account, mailbox: &mut dyn Mailbox) -> Vec<Finding> {
    let statuses = match mailbox.statuses() {
        Ok(Some(statuses)) => statuses,
        // One that does not tell of all at once is asked for the one that fills first.
        _ => crate::port::FolderName::new("INBOX")
            .ok()
            .and_then(|inbox| Some((inbox.clone(), mailbox.status(&inbox).ok()?)))
            .into_iter()
            .collect(),
    };
    let full = statuses.iter().filter(|(_, s)| CAPS.contains(&s.messages));
    full.map(|(folder, status)| {
        note(
            "folder-capped",
            format!(
                "{}: “{folder}” shows exactly {} messages, which looks like a limit of the provider's",
                account.name, status.messages
            ),
            "who knows whom from older mail is not seen; Gmail in the browser: Settings, Forwarding and \
             POP/IMAP, “Do not limit the number of messages”",
        )
    })
    .collect()
}

/// What the server does not offer, and what follows from it.
fn abilities(config: &Config, account: &Account, mailbox: &dyn Mailbox) -> Vec<Finding> {
    let name = &account.name;
    let offers = mailbox.capabilities();
    let mut found = Vec::new();
    for (there, word, follows) in [
        (
            offers.idle,
            "IDLE",
            "changes are seen by asking once a minute",
        ),
        (
            offers.uid_plus,
            "UIDPLUS",
            "what is removed stays behind, marked as deleted, until your mail client clears it",
        ),
        (offers.r#move, "MOVE", "messages are moved by copying them"),
        (
            offers.condstore,
            "CONDSTORE",
            "folders are compared message by message",
        ),
    ] {
        if !there {
            found.push(note(
                "server-lacks",
                format!("{name}: the server does not offer {word}"),
                format!("nothing to do: {follows}"),
            ));
        }
    }
    if offers.exchange && config.drafts.take != Some(Take::Settled) {
        found.push(note(
            "microsoft-drafts",
            format!(
                "{name}: this is a Microsoft server, where scheduled mail lies unmarked in Drafts"
            ),
            "only what you move into Askfirst/Ask is taken; drafts.take = \"settled\" takes all",
        ));
    }
    found
}

fn folders(account: &Account, mailbox: &mut dyn Mailbox) -> Vec<Finding> {
    let name = &account.name;
    let listed = match mailbox.folders() {
        Ok(listed) => listed,
        Err(error) => {
            return vec![bad(
                "folders-unlisted",
                format!("{name}: the folders cannot be listed: {error}"),
                "see whether your mail client can; otherwise ask your provider",
            )];
        }
    };
    let mut all = Vec::new();
    if mailbox.capabilities().gmail && mailroom::resolve(&listed, Place::All).is_none() {
        all.push(bad(
            "gmail-all-mail",
            format!("{name}: Gmail hides “All Mail” from mail programs, so that most of your mail is not seen"),
            "Gmail in the browser: Settings, Labels, All Mail: “Show in IMAP”",
        ));
    }
    let names: Vec<&str> = listed
        .iter()
        .filter(|f| f.selectable)
        .map(|f| f.name.as_str())
        .take(40)
        .collect();
    let configured = &account.folders;
    let places = [
        (Place::Drafts, "drafts", &configured.drafts, true),
        (Place::Sent, "sent", &configured.sent, true),
        (Place::Trash, "trash", &configured.trash, false),
        (Place::Junk, "junk", &configured.junk, false),
    ];
    for (place, key, by_hand, needed) in places {
        let found = mailroom::place_of(mailbox, &listed, place, by_hand.as_ref());
        all.push(match (found, by_hand) {
            (Ok(Some(folder)), _) => good(format!("{name}: {key} is “{folder}”")),
            (Err(MailboxError::Refused { .. }), Some(folder)) => bad(
                "folder-configured",
                format!("{name}: {key} is configured as “{folder}”, which is not there"),
                format!("the server has: {}", names.join(", ")),
            ),
            (Err(error), _) => bad(
                "folder-unreadable",
                format!("{name}: the folder for {key} cannot be looked up: {error}"),
                "try again; if it stays, ask your provider",
            ),
            (Ok(None), _) if needed => bad(
                "folder-missing",
                format!("{name}: no folder for {key} was found"),
                format!(
                    "name it under [accounts.folders]; the server has: {}",
                    names.join(", ")
                ),
            ),
            (Ok(None), _) => note(
                "folder-unnamed",
                format!("{name}: no folder for {key} was found"),
                format!("if there is one, name it under [accounts.folders] as {key} = \"…\""),
            ),
        });
    }
    all
}

/// The server stamps what arrives: mail from the future means that this clock is slow.
fn clock(account: &Account, mailbox: &mut dyn Mailbox) -> Option<Finding> {
    let inbox = crate::port::FolderName::new("INBOX").ok()?;
    let selected = mailbox.select(&inbox).ok()?;
    let from = Uid(selected.uid_next?.0.saturating_sub(20).max(1));
    let mut newest = None;
    mailbox
        .summaries(from, None, &["Date"], &mut |chunk| {
            newest = newest.max(chunk.iter().filter_map(|s| s.internal_date).max());
            true
        })
        .ok()?;
    (newest? > Utc::now() + TimeDelta::minutes(5)).then(|| {
        bad(
            "clock-slow",
            format!(
                "{}: the newest mail came in the future: this computer's clock is slow",
                account.name
            ),
            "set this computer's clock; grace, reminders and expiries depend on it",
        )
    })
}

/// How far back acquaintance is known: a provider that caps what mail programs see shows here.
fn read_so_far(config: &Config, account: &Account) -> Option<Finding> {
    if !config.state_dir.join("index.sqlite").exists() {
        return Some(note(
            "unread-mailbox",
            format!(
                "{}: the mailbox was not read for acquaintances yet",
                account.name
            ),
            "the daemon does it when it first runs, or `askfirst index` does it now",
        ));
    }
    let index = Index::open(&config.state_dir, Settings::of(config)).ok()?;
    let extent = index.account(&account.name).ok()?.extent().ok()?;
    let since = extent
        .oldest
        .map(|day| format!(", the oldest from {}", day.format("%-d %B %Y")))
        .unwrap_or_default();
    Some(match extent.complete {
        true => good(format!(
            "{}: {} messages read for acquaintances{since}",
            account.name, extent.indexed
        )),
        false => note(
            "index-incomplete",
            format!(
                "{}: {} messages read for acquaintances so far{since}; until all are, nothing is held",
                account.name, extent.indexed
            ),
            "`askfirst index` goes on with it, and so does the daemon",
        ),
    })
}
