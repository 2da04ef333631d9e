//! `try`: with the real account and two invented people. A real draft goes into the real Held, the
//! asks are shown and not sent, and everything is put back.

mod scene;

use super::args::Try;
use super::index;
use super::paint::{Paint, clean, clean_lines};
use super::{Failure, out};
use crate::config::{Account, Config, Confirm, Take};
use crate::desk::Heard;
use crate::desk::hands::TRIED;
use crate::mail::MessageId;
use crate::mailroom::claim::Leadership;
use crate::mailroom::{self, Identity, Places, open_places};
use crate::port::{Flags, FolderName, Mailbox, MailboxError, Place};
use chrono::{Local, Utc};
use scene::Scene;
use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// # Errors
/// A sentence. What was put into the mailbox is taken out again in any case, after Ctrl-C too.
pub fn run(config: &Config, wishes: &Try) -> Result<ExitCode, Failure> {
    let account = match &wishes.account {
        None => config.accounts.first(),
        Some(name) => config
            .accounts
            .iter()
            .find(|a| a.name == *name || a.email.as_str() == name),
    }
    .ok_or_else(|| Failure::Wrong("there is no such account in the configuration".to_owned()))?;
    let pauses = Pauses::begin();
    let mut mailbox = index::log_in(account).map_err(Failure::CouldNot)?;
    let places = open_places(&mut *mailbox, &account.folders)
        .map_err(|error| Failure::CouldNot(error.to_string()))?;
    let trial = Trial::new(config, account)?;
    let told = trial.play(&mut *mailbox, &places, &pauses);
    // Whoever looked on for an hour comes back to a connection that the server has closed.
    let cleared = clear(&mut *mailbox, &places).or_else(|_| {
        let mut anew = index::log_in(account)?;
        clear(&mut *anew, &places).map_err(|error| error.to_string())
    });
    told.and(cleared.map_err(|error| {
        Failure::CouldNot(format!(
            "the message of the trial is still in the mailbox ({error}): delete “{SUBJECT}” from \
             Drafts and Askfirst/Held, or run `askfirst try` again, which does"
        ))
    }))?;
    out::print("\nEverything is put back; nobody was written to.\n")
}

const SUBJECT: &str = "Robin <> Kim (askfirst try)";

struct Trial<'a> {
    account: &'a Account,
    config: Config,
    id: MessageId,
    bytes: Vec<u8>,
}

impl<'a> Trial<'a> {
    fn new(config: &Config, account: &'a Account) -> Result<Self, Failure> {
        let mut random = [0u8; 10];
        getrandom::fill(&mut random).map_err(|e| Failure::CouldNot(e.to_string()))?;
        let random: String = random.iter().map(|b| format!("{b:02x}")).collect();
        let domain = account.email.domain();
        let id = MessageId::new(&format!("{TRIED}{random}@{domain}"))
            .ok_or_else(|| Failure::CouldNot("no Message-ID could be made".to_owned()))?;
        let name = account.display_name.clone().unwrap_or_default();
        let first = name.split(' ').next().unwrap_or_default().to_owned();
        let text = format!(
            "From: {}\nTo: Robin Ashdown <robin@example.org>, Kim Aldous <kim@example.net>\n\
             Subject: {SUBJECT}\nDate: {}\nMessage-ID: {id}\nMIME-Version: 1.0\n\
             Content-Type: text/plain; charset=utf-8\n\n\
             Hi Robin, hi Kim,\n\n\
             I would like to introduce you to each other. Robin builds wooden boats in Falmouth and \
             has been\nlooking for somebody who understands old sails. Kim has mended sails for \
             twenty years and writes\nabout it.\n\n\
             I am sure you will have a lot to say to each other.\n\n\
             Best wishes\n{first}\n",
            match name.is_empty() {
                true => account.email.to_string(),
                false => format!("\"{}\" <{}>", name.replace(['"', '\\'], ""), account.email),
            },
            Local::now().to_rfc2822(),
        );
        // No waiting: what takes half an hour and ten minutes otherwise.
        let mut config = config.clone();
        config.accounts = vec![account.clone()];
        config.drafts.enabled = true;
        config.drafts.take = Some(Take::Settled);
        config.drafts.settle = std::time::Duration::ZERO;
        config.ask.grace = std::time::Duration::ZERO;
        config.ask.confirm = Confirm::Never;
        config.notify.inbox = false;
        config.notify.desktop = false;
        Ok(Self {
            account,
            config,
            id,
            bytes: text.replace('\n', "\r\n").into_bytes(),
        })
    }

    fn play(
        &self,
        mailbox: &mut dyn Mailbox,
        places: &Places,
        pauses: &Pauses,
    ) -> Result<(), Failure> {
        let failed = |error: MailboxError| Failure::CouldNot(error.to_string());
        let paint = Paint::of_stdout();
        let Some(drafts) = places.drafts.clone() else {
            return Err(Failure::CouldNot(
                "no folder for Drafts was found: name it under [accounts.folders]".to_owned(),
            ));
        };
        let mut desk = Scene::new(self)?;
        let account = &self.account.name;
        for heard in [
            Heard::Connected {
                account: account.clone(),
                exchange: false,
            },
            // In this play there is no other machine.
            Heard::Led {
                account: account.clone(),
                seen: Leadership {
                    leads: true,
                    at: Utc::now(),
                    notes: Vec::new(),
                },
            },
            desk.surveyed(mailbox, places, Place::Drafts)?,
            Heard::Watching {
                account: account.clone(),
                messages: 0,
                since: None,
            },
        ] {
            desk.hear(heard);
        }

        heading(paint, "1. You leave an introduction in Drafts")?;
        let flags = Flags {
            draft: true,
            seen: true,
            ..Flags::default()
        };
        mailroom::file(mailbox, &drafts, &self.bytes, &self.id, &flags, None).map_err(failed)?;
        say(&format!(
            "“{SUBJECT}” lies in “{drafts}” now, to two people who do not exist. Look at it in your \
             mail program, if you like."
        ))?;
        pauses.go_on()?;

        heading(paint, "2. askfirst holds it")?;
        let seen = desk.surveyed(mailbox, places, Place::Drafts)?;
        desk.hear(seen);
        desk.work(mailbox, places)?;
        let Some(introduction) = desk.introduction() else {
            return Err(Failure::CouldNot(
                "the draft was not taken; is another program changing Drafts just now?".to_owned(),
            ));
        };
        for why in &introduction.why {
            say(&format!("- {}", clean(why)))?;
        }
        say(&format!(
            "It lies in “{}” now, untouched; in earnest a note in your inbox says so, after \
             drafts.settle.",
            places.held
        ))?;
        pauses.go_on()?;

        heading(paint, "3. These letters would go out, each alone")?;
        let letters = desk.letters();
        if letters.is_empty() {
            return Err(Failure::CouldNot("no ask was made".to_owned()));
        }
        for (to, subject, text) in letters {
            let text: String = clean_lines(&text)
                .lines()
                .map(|line| format!("  | {line}\n"))
                .collect();
            let shown = format!("\n  To: {to}\n  Subject: {}\n\n{text}", clean(&subject));
            out::print(&shown)?;
        }
        say("\nBoth yes: the original leaves as you wrote it. One no: only you hear of it.")
    }
}

/// Takes what this or an earlier trial has put there out of every place where it may lie.
fn clear(mailbox: &mut dyn Mailbox, places: &Places) -> Result<(), MailboxError> {
    let mut folders: Vec<&FolderName> = places.drafts.iter().chain(places.ours()).collect();
    // Where folders are labels, taking one away leaves the message in All Mail, and only what lies
    // in Trash can be deleted.
    if mailbox.capabilities().gmail
        && let (Some(all), Some(trash)) = (&places.all, &places.trash)
    {
        for identity in left_by_trials(mailbox, all)? {
            let none = Flags::default();
            mailroom::relocate(mailbox, all, &identity, trash, &none, &none)?;
        }
        folders.push(trash);
    }
    for folder in folders {
        for identity in left_by_trials(mailbox, folder)? {
            mailroom::remove(mailbox, folder, &identity, None)?;
        }
    }
    Ok(())
}

/// The messages of trials in this folder.
fn left_by_trials(
    mailbox: &mut dyn Mailbox,
    folder: &FolderName,
) -> Result<Vec<Identity>, MailboxError> {
    let survey = mailroom::survey(mailbox, folder)?;
    let Some(validity) = survey.uid_validity else {
        return Ok(Vec::new());
    };
    let mut left = Vec::new();
    for item in survey.items {
        let tried = |id: &MessageId| id.as_str().starts_with(TRIED);
        if item.flags.deleted || !item.message_id.as_ref().is_some_and(tried) {
            continue;
        }
        if let Some(fetched) = mailroom::fetch(mailbox, folder, validity, item.uid)? {
            left.push(Identity::of(&fetched.bytes));
        }
    }
    Ok(left)
}

fn heading(paint: Paint, text: &str) -> Result<(), Failure> {
    out::print(&format!("\n{}\n", paint.bold(text))).map(|_| ())
}

fn say(text: &str) -> Result<(), Failure> {
    out::print(&super::paint::wrap(text, "", 78)).map(|_| ())
}

/// Time to look, where somebody is there to look.
struct Pauses {
    heard: Receiver<Key>,
    ask: Sender<Key>,
}

/// What was pressed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Enter,
    Interrupt,
}

impl Pauses {
    /// From now on Ctrl-C ends the play, not the process: what was put into the mailbox has to be
    /// taken out again.
    fn begin() -> Self {
        let (ask, heard) = channel();
        let pressed = ask.clone();
        let listens = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        if let Ok(runtime) = listens {
            std::thread::spawn(move || {
                while runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
                    if pressed.send(Key::Interrupt).is_err() {
                        return;
                    }
                }
            });
        }
        Self { heard, ask }
    }

    fn go_on(&self) -> Result<(), Failure> {
        let mut wait = Duration::ZERO;
        if std::io::stdin().is_terminal() {
            out::print("(Enter goes on)")?;
            let ask = self.ask.clone();
            std::thread::spawn(move || {
                let mut line = String::new();
                let _ = std::io::stdin().read_line(&mut line);
                let _ = ask.send(Key::Enter);
            });
            wait = Duration::MAX;
        }
        match self.heard.recv_timeout(wait) {
            Ok(Key::Interrupt) => Err(Failure::CouldNot(
                "interrupted; what the trial had put into the mailbox is taken out again"
                    .to_owned(),
            )),
            _ => Ok(()),
        }
    }
}
