//! What follows once the configuration stands: a sample note, the first index, a look over Sent,
//! the login service.

use super::Setting;
use super::write;
use crate::cli::check::Judging;
use crate::cli::mailbox::Stored;
use crate::cli::paint::clean;
use crate::cli::{Failure, args, index, out, service};
use crate::config::{Account, Config};
use crate::edge::settings;
use crate::mailroom::{self, open_places};
use crate::port::{Flags, Place, Uid};
use std::process::ExitCode;

/// So many of the newest messages in Sent are looked over.
const NEWEST: u32 = 300;

impl Setting<'_> {
    pub(super) fn afterwards(&self) -> Result<ExitCode, Failure> {
        self.gateway(false)?;
        let config = settings::load(Some(&self.file)).map_err(Failure::CouldNot)?;
        if self.prompts.interactive {
            self.sample_note(&config)?;
        }
        self.first_index(&config)?;
        self.service()
    }

    /// Some phones announce only what came as real mail.
    fn sample_note(&self, config: &Config) -> Result<(), Failure> {
        let prompts = &self.prompts;
        let Some(account) = config.accounts.last() else {
            return Ok(());
        };
        prompts.heading("A note to try");
        if !prompts.yes("Put a sample note into your inbox?", true)? {
            return Ok(());
        }
        if let Err(why) = append_sample(account) {
            prompts.bad(&why);
            return Ok(());
        }
        prompts.good("a sample note from askfirst lies in your inbox");
        let lines = [
            "Yes, or I do not need that",
            "It is there, but my phone did not announce it",
        ];
        if prompts.choose("Do your devices show it as they should?", &lines)? == 1 {
            let text = std::fs::read_to_string(&self.file)
                .map_err(|error| Failure::CouldNot(error.to_string()))?;
            let text = write::with_key(&text, "notify", "by", "mail").map_err(Failure::CouldNot)?;
            self.write(&text)?;
            prompts.good("notes will come as real mail from you to you (notify.by = \"mail\")");
        }
        Ok(())
    }

    fn first_index(&self, config: &Config) -> Result<(), Failure> {
        let prompts = &self.prompts;
        let wanted = match prompts.interactive {
            true => {
                prompts.heading("Who knows whom");
                prompts.say(
                    "Before anything is held, askfirst reads the headers of your mailbox to learn \
                     who has met whom. The daemon does it, too, if you skip it here.",
                );
                prompts.yes("Read the mailbox now?", true)?
            }
            false => self.wishes.index,
        };
        if !wanted {
            return Ok(());
        }
        match index::index(config, false, &index::log_in) {
            Ok(lines) => {
                out::print(&lines)?;
            }
            Err(failure) => {
                prompts.bad(&failure.to_string());
                return Ok(());
            }
        }
        if prompts.interactive
            && prompts.yes(
                "Look over what you sent lately: what would have been held?",
                true,
            )?
        {
            for account in &config.accounts {
                if let Err(why) = self.look_over(account) {
                    prompts.bad(&why);
                }
            }
        }
        Ok(())
    }

    /// The user's own introductions, as `check` judges them; nothing is touched.
    fn look_over(&self, account: &Account) -> Result<(), String> {
        let judging = Judging::new(Some(&self.file)).map_err(|f| f.to_string())?;
        let mut mailbox = index::log_in(account)?;
        let listed = mailbox.folders().map_err(|e| e.to_string())?;
        let by_hand = account.folders.sent.as_ref();
        let sent = mailroom::place_of(&mut *mailbox, &listed, Place::Sent, by_hand)
            .map_err(|e| e.to_string())?
            .ok_or("no folder for Sent was found")?;
        let selected = mailbox.select(&sent).map_err(|e| e.to_string())?;
        let mut uids = Vec::new();
        let from = selected
            .uid_next
            .map_or(1, |next| next.0.saturating_sub(NEWEST).max(1));
        mailbox
            .summaries(Uid(from), None, &["From"], &mut |chunk| {
                uids.extend(chunk.iter().filter(|s| s.size < 1 << 20).map(|s| s.uid));
                true
            })
            .map_err(|e| e.to_string())?;
        let (mut read, mut held) = (0, Vec::new());
        for uid in uids {
            let Some(fetched) = mailbox.fetch(uid).map_err(|e| e.to_string())? else {
                continue;
            };
            read += 1;
            let subject = crate::mail::parse(&fetched.bytes).subject;
            let verdict = judging.verdict(&Stored {
                path: "Sent".into(),
                index: 0,
                bytes: fetched.bytes,
            });
            if verdict["introduction"] == true {
                let known = match verdict["decision"].as_str() {
                    Some("hold") => "would have been held",
                    _ => "passes: they know each other, or have agreed",
                };
                held.push(format!("    {}: {known}", clean(&subject)));
            }
        }
        let prompts = &self.prompts;
        match held.as_slice() {
            [] => prompts.good(&format!(
                "{read} messages looked over: no introduction among them"
            )),
            found => {
                prompts.good(&format!(
                    "{read} messages looked over; these are introductions:"
                ));
                prompts.say(&found.join("\n"));
                prompts.say(
                    "(Those who were introduced know each other by now, so most pass. If something \
                     stands here that is no introduction, detect.ignore and detect.threshold help.)",
                );
            }
        }
        Ok(())
    }

    fn service(&self) -> Result<ExitCode, Failure> {
        let prompts = &self.prompts;
        let wanted = match prompts.interactive {
            true => {
                prompts.heading("With every login");
                prompts.yes("Start askfirst now and with every login?", true)?
            }
            false => self.wishes.service,
        };
        if wanted {
            match service::run(Some(&self.file), args::Service::Install) {
                Ok(_) => {}
                Err(failure) if prompts.interactive => {
                    prompts.bad(&failure.to_string());
                    prompts.say("`askfirst run` starts it in a terminal meanwhile.");
                }
                Err(failure) => return Err(failure),
            }
        } else if prompts.interactive {
            prompts.say("`askfirst run` starts it in this terminal, `askfirst service install` with every login.");
        }
        if prompts.interactive {
            prompts.say(
                "\nThat is all. `askfirst status` shows how it is, `askfirst doctor` what is wrong, \
                 and `askfirst try` plays an introduction through without sending anything.",
            );
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn append_sample(account: &Account) -> Result<(), String> {
    let mut mailbox = index::log_in(account)?;
    let places = open_places(&mut *mailbox, &account.folders).map_err(|e| e.to_string())?;
    let mut id = [0u8; 12];
    getrandom::fill(&mut id).map_err(|e| e.to_string())?;
    let id: String = id.iter().map(|b| format!("{b:02x}")).collect();
    let own = &account.email;
    let text = format!(
        "From: askfirst <{own}>\r\nTo: <{own}>\r\nSubject: A sample note from askfirst\r\n\
         Date: {}\r\nMessage-ID: <{id}@{}>\r\n{}: note\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n\
         This is how askfirst tells you something: a note like this one, in your own inbox.\r\n\r\n\
         It says what is held, why, and how to get it back, and you can answer it with one\r\n\
         word. This one wants no answer; delete it.\r\n",
        chrono::Local::now().to_rfc2822(),
        own.domain(),
        crate::letter::MARK,
    );
    mailbox
        .append(&places.inbox, text.as_bytes(), &Flags::default(), None)
        .map(|_| ())
        .map_err(|e| format!("the note could not be put there: {e}"))
}
