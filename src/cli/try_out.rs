//! `try`: with the real account and two invented people. A real draft goes into the real Held, the
//! asks are shown and not sent, and everything is put back.

use super::args::Try;
use super::index;
use super::paint::{Paint, clean, clean_lines};
use super::{Failure, out};
use crate::acquaintance::NoRecords;
use crate::config::{Account, Config, Confirm};
use crate::daemon::perform::{self, Kept};
use crate::daemon::{OsRandom, templates};
use crate::desk::{Desk, Heard, Outcome, Question, Turn, World};
use crate::introduction::{Id, Introduction};
use crate::ledger::{Books, Errand, Item};
use crate::mail::MessageId;
use crate::mailroom::{self, Identity, Places, open_places};
use crate::port::{Flags, Mailbox, MailboxError, Place};
use chrono::{Local, TimeDelta, Utc};
use std::collections::BTreeMap;
use std::io::{BufRead as _, IsTerminal as _};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

/// How the Message-ID of such a draft begins; a running daemon leaves it alone.
pub const PREFIX: &str = crate::desk::hands::TRIED;

/// # Errors
/// A sentence. What was put into the mailbox is taken out again in any case.
pub fn run(config: &Config, wishes: &Try) -> Result<ExitCode, Failure> {
    let account = match &wishes.account {
        None => config.accounts.first(),
        Some(name) => config
            .accounts
            .iter()
            .find(|a| a.name == *name || a.email.as_str() == name),
    }
    .ok_or_else(|| Failure::Wrong("there is no such account in the configuration".to_owned()))?;
    let mut mailbox = index::log_in(account).map_err(Failure::CouldNot)?;
    let trial = Trial::new(config, account)?;
    let told = trial.play(&mut *mailbox);
    let cleared = trial.clear(&mut *mailbox);
    told?;
    cleared.map_err(|error| {
        Failure::CouldNot(format!(
            "the message of the trial is still in the mailbox ({error}); delete “{SUBJECT}” from \
             Drafts and Askfirst/Held"
        ))
    })?;
    out::print("\nEverything is put back; nobody was written to.\n")
}

const SUBJECT: &str = "Robin <> Kim (askfirst try)";

struct Trial<'a> {
    account: &'a Account,
    config: Config,
    id: MessageId,
    bytes: Vec<u8>,
    places: Mutex<Option<Places>>,
}

impl<'a> Trial<'a> {
    fn new(config: &Config, account: &'a Account) -> Result<Self, Failure> {
        let mut random = [0u8; 10];
        getrandom::fill(&mut random).map_err(|e| Failure::CouldNot(e.to_string()))?;
        let random: String = random.iter().map(|b| format!("{b:02x}")).collect();
        let domain = account.email.domain();
        let id = MessageId::new(&format!("{PREFIX}{random}@{domain}"))
            .ok_or_else(|| Failure::CouldNot("no Message-ID could be made".to_owned()))?;
        let name = account.display_name.clone().unwrap_or_default();
        let first = name.split(' ').next().unwrap_or_default().to_owned();
        let text = format!(
            "From: {}\nTo: Robin Ashdown <robin@example.org>, Kim Aldous <kim@example.net>\n\
             Subject: {SUBJECT}\nDate: {}\nMessage-ID: <{id}>\nMIME-Version: 1.0\n\
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
        config.drafts.take = Some(crate::config::Take::Settled);
        config.drafts.settle = std::time::Duration::ZERO;
        config.ask.grace = std::time::Duration::ZERO;
        config.ask.confirm = Confirm::Never;
        config.notify.inbox = false;
        Ok(Self {
            account,
            config,
            id,
            bytes: text.replace('\n', "\r\n").into_bytes(),
            places: Mutex::default(),
        })
    }

    fn play(&self, mailbox: &mut dyn Mailbox) -> Result<(), Failure> {
        let failed = |error: MailboxError| Failure::CouldNot(error.to_string());
        let paint = Paint::of_stdout();
        let places = open_places(mailbox, &self.account.folders).map_err(failed)?;
        *self.places.lock().unwrap_or_else(PoisonError::into_inner) = Some(places.clone());
        let Some(drafts) = places.drafts.clone() else {
            return Err(Failure::CouldNot(
                "no folder for Drafts was found".to_owned(),
            ));
        };
        let mut desk = Scene::new(self)?;
        let watching = vec![
            Heard::Connected {
                account: self.account.name.clone(),
                exchange: false,
            },
            // What lay there before is none of this.
            desk.surveyed(mailbox, &places, Place::Drafts)?,
            Heard::Watching {
                account: self.account.name.clone(),
                messages: 0,
                since: None,
            },
        ];
        for heard in watching {
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
        go_on()?;

        heading(paint, "2. askfirst holds it")?;
        let seen = desk.surveyed(mailbox, &places, Place::Drafts)?;
        desk.hear(seen);
        desk.work(mailbox, &places)?;
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
        go_on()?;

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

    /// Takes the one message out of every place where it may lie.
    fn clear(&self, mailbox: &mut dyn Mailbox) -> Result<(), MailboxError> {
        let places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(places) = &*places else {
            return Ok(());
        };
        let identity = Identity::of(&self.bytes);
        for folder in places.drafts.iter().chain(places.ours()) {
            mailroom::remove(mailbox, folder, &identity, None)?;
        }
        Ok(())
    }
}

/// A desk of its own with empty books, in memory alone.
struct Scene<'a> {
    trial: &'a Trial<'a>,
    desk: Desk,
    questions: Vec<Question>,
    files: BTreeMap<Id, Vec<u8>>,
}

impl<'a> Scene<'a> {
    fn new(trial: &'a Trial<'a>) -> Result<Self, Failure> {
        let templates = templates(&trial.config).map_err(Failure::CouldNot)?;
        let config = Arc::new(trial.config.clone());
        let mut desk = Desk::new(config, Arc::new(templates), Books::default(), |_| None);
        desk.trial = true;
        Ok(Self {
            trial,
            desk,
            questions: Vec::new(),
            files: BTreeMap::new(),
        })
    }

    fn hear(&mut self, heard: Heard) {
        let mut world = World {
            // A moment on, so that what is due at once is due.
            at: Utc::now() + TimeDelta::seconds(1),
            records: &NoRecords,
            random: &mut OsRandom,
            utc_offset: Local::now().offset().local_minus_utc(),
        };
        let turn: Turn = self.desk.hear(&mut world, heard);
        self.questions.extend(turn.questions);
        self.files.extend(turn.files);
    }

    fn surveyed(
        &self,
        mailbox: &mut dyn Mailbox,
        places: &Places,
        place: Place,
    ) -> Result<Heard, Failure> {
        let failed = |error: MailboxError| Failure::CouldNot(error.to_string());
        let Some(folder) = places.get(place) else {
            return Err(Failure::CouldNot("a folder was not found".to_owned()));
        };
        let mut survey = mailroom::survey(mailbox, folder).map_err(failed)?;
        if place != Place::Drafts {
            // Other held mail is the daemon's.
            survey
                .items
                .retain(|item| item.message_id.as_ref() == Some(&self.trial.id));
        }
        Ok(Heard::Surveyed {
            account: self.trial.account.name.clone(),
            place,
            survey,
        })
    }

    /// Answers questions and carries out the hold; letters stay where they are.
    fn work(&mut self, mailbox: &mut dyn Mailbox, places: &Places) -> Result<(), Failure> {
        let failed = |error: MailboxError| Failure::CouldNot(error.to_string());
        let account = self.trial.account.name.clone();
        for _ in 0..20 {
            for question in std::mem::take(&mut self.questions) {
                let heard = match question {
                    Question::Fetch {
                        ask_folder: false,
                        uid_validity,
                        uid,
                        ..
                    } => {
                        let Some(drafts) = &places.drafts else {
                            continue;
                        };
                        let uid_of = crate::port::Uid(uid);
                        let fetched = mailroom::fetch(mailbox, drafts, uid_validity, uid_of);
                        Heard::Draft {
                            account: account.clone(),
                            ask_folder: false,
                            uid_validity,
                            uid,
                            bytes: fetched.map_err(failed)?.map(|f| f.bytes),
                        }
                    }
                    Question::Consult {
                        ask_folder, uid, ..
                    } => Heard::Consulted {
                        account: account.clone(),
                        ask_folder,
                        uid,
                        mails: Vec::new(),
                    },
                    _ => continue,
                };
                self.hear(heard);
            }
            let ready = self.desk.take_ready(Utc::now() + TimeDelta::seconds(1));
            let holds: Vec<Item> = ready
                .into_iter()
                .filter(|item| matches!(item.errand, Errand::Hold { .. }))
                .collect();
            for item in holds {
                let held = item
                    .introduction
                    .as_ref()
                    .and_then(|id| self.desk.books.introductions.get(id))
                    .cloned();
                let outcome: Outcome =
                    perform::deed(mailbox, places, self, &item, held.as_ref(), &|_| false)
                        .map_err(failed)?;
                self.hear(Heard::Done {
                    item: item.id,
                    outcome,
                });
            }
            self.hear(Heard::Due);
            if self.questions.is_empty() && !self.letters().is_empty() {
                break;
            }
        }
        Ok(())
    }

    fn introduction(&self) -> Option<&Introduction> {
        self.desk.books.introductions.values().find(|i| i.placed)
    }

    fn letters(&self) -> Vec<(String, String, String)> {
        self.desk
            .books
            .items
            .values()
            .filter_map(|item| match &item.errand {
                Errand::Send { letter, .. } => Some((
                    letter.to.to_string(),
                    letter.subject.clone(),
                    letter.text.clone(),
                )),
                _ => None,
            })
            .collect()
    }
}

impl Kept for Scene<'_> {
    fn held(&self, id: &Id, _: &str) -> Result<Vec<u8>, String> {
        self.files
            .get(id)
            .cloned()
            .ok_or_else(|| "the message of the trial is not kept".to_owned())
    }
    fn released(&self, _: &Id) -> Option<Vec<u8>> {
        None
    }
    fn keep_released(&self, _: &Id, _: &[u8]) -> Result<(), String> {
        Err("nothing is released in a trial".to_owned())
    }
}

fn heading(paint: Paint, text: &str) -> Result<(), Failure> {
    out::print(&format!("\n{}\n", paint.bold(text))).map(|_| ())
}

fn say(text: &str) -> Result<(), Failure> {
    out::print(&super::paint::wrap(text, "", 78)).map(|_| ())
}

/// Time to look, where somebody is there to look.
fn go_on() -> Result<(), Failure> {
    if !std::io::stdin().is_terminal() {
        return Ok(());
    }
    out::print("(Enter goes on)")?;
    let mut line = String::new();
    let _ = std::io::stdin().lock().read_line(&mut line);
    Ok(())
}
