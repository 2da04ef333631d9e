//! `index`: reads the mailbox for who knows whom, with a progress bar.

use super::Failure;
use crate::config::{Account, Config};
use crate::edge::index::{Index, Settings};
use crate::edge::{Stop, disk, imap, secret};
use crate::mailroom::indexing::{Progress, folders_to_read, read_mailbox};
use crate::mailroom::open_places;
use crate::port::Mailbox;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::Write as _;

/// Logs in to an account; a sentence when that fails.
pub type Connect<'a> = &'a dyn Fn(&Account) -> Result<Box<dyn Mailbox>, String>;

/// Logs in to the account's IMAP server with its configured secret.
///
/// # Errors
/// A sentence.
pub fn log_in(account: &Account) -> Result<Box<dyn Mailbox>, String> {
    let whom = format!("account “{}” (imap)", account.name);
    let secret = secret::of(account, &account.imap, &whom).map_err(|e| e.to_string())?;
    let stop = Stop::new().map_err(|e| format!("a connection cannot be watched: {e}"))?;
    let mailbox = imap::connect(&account.imap, &secret, &stop).map_err(|e| e.to_string())?;
    Ok(Box::new(mailbox))
}

/// The index of the configured state folder, which is made (0700) where there is none.
///
/// # Errors
/// When it cannot be opened.
pub fn open(config: &Config) -> Result<Index, Failure> {
    let folder = &config.state_dir;
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| {
        let folder = folder.display();
        Failure::CouldNot(format!("the state folder {folder} cannot be made: {error}"))
    })?;
    Index::open(folder, Settings::of(config)).map_err(|e| Failure::CouldNot(e.to_string()))
}

/// Reads every account to its end, or what is new of it; with `rebuild` from the beginning.
/// Cut off anywhere, the next call goes on there. The bar shows on a terminal only.
/// Gives the lines to print.
///
/// # Errors
/// With `rebuild` when another askfirst has the state folder. One sentence for the accounts that
/// could not be read; the others are read all the same.
pub fn index(config: &Config, rebuild: bool, connect: Connect<'_>) -> Result<String, Failure> {
    // A daemon that judges by an empty index would ask people who know each other well.
    let _alone = match rebuild {
        true => Some(disk::alone(&config.state_dir).map_err(still_in_use)?),
        false => None,
    };
    let index = open(config)?;
    if rebuild {
        index
            .empty()
            .map_err(|e| Failure::CouldNot(e.to_string()))?;
    }
    let (mut lines, mut troubles) = (String::new(), Vec::new());
    for account in &config.accounts {
        match read(&index, account, connect) {
            Ok(line) => lines.push_str(&line),
            Err(trouble) => troubles.push(format!("{}: {trouble}", account.name)),
        }
    }
    index.rest();
    if troubles.is_empty() {
        return Ok(lines);
    }
    // What was done is told even so.
    let _ = std::io::stdout().write_all(lines.as_bytes());
    Err(Failure::CouldNot(format!(
        "not everything could be read; {}; what was read is kept, and `askfirst index` goes on from there",
        troubles.join("; ")
    )))
}

fn still_in_use(why: String) -> Failure {
    Failure::CouldNot(format!(
        "The index was not emptied. {why} Without --rebuild, `askfirst index` can be run beside it."
    ))
}

fn read(index: &Index, account: &Account, connect: Connect<'_>) -> Result<String, String> {
    let mut mailbox = connect(account)?;
    let gmail = mailbox.capabilities().gmail;
    let places = open_places(&mut *mailbox, &account.folders).map_err(|e| e.to_string())?;
    let folders = folders_to_read(&places, gmail);
    let records = index.account(&account.name).map_err(|e| e.to_string())?;
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template(
        "{prefix} {bar:30} {human_pos} of {human_len} messages, {per_sec}, {eta} left  {wide_msg}",
    ) {
        bar.set_style(style);
    }
    bar.set_prefix(account.name.clone());
    let show = |progress: &Progress<'_>| {
        bar.set_length(progress.total);
        bar.set_position(progress.done);
        bar.set_message(progress.folder.to_string());
    };
    let reading = records
        .writing_behind(|recorder| {
            read_mailbox(&mut *mailbox, recorder, &folders, &mut |progress, _| {
                show(progress);
                true
            })
        })
        .map_err(|e| e.to_string());
    bar.finish_and_clear();
    let reading = reading?.map_err(|e| e.to_string())?;
    let extent = records.extent().map_err(|e| e.to_string())?;
    let since = extent
        .oldest
        .map(|d| format!(", back to {}", d.format("%-d %B %Y")))
        .unwrap_or_default();
    let mut lines = format!(
        "{}: {} read now, {} in all{since}\n",
        account.name,
        messages(reading.read),
        extent.indexed
    );
    for (folder, why) in reading.skipped {
        lines.push_str(&format!(
            "{}: “{folder}” was left out: {why}\n",
            account.name
        ));
    }
    Ok(lines)
}

/// “1 message”, “7 messages”.
pub(super) fn messages(count: u64) -> String {
    match count {
        1 => "1 message".to_owned(),
        _ => format!("{count} messages"),
    }
}
