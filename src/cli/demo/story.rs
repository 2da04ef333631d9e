//! The two stories. Each step is done, waited for, and checked against the mailboxes.

use super::Stopped;
use super::backstage::Backstage;
use super::checks::{arrived, body, counted, dates, field, find, folders, holds, inboxes, now};
use super::interrupt::Interrupt;
use super::tell::Teller;
use crate::answer::Answer;
use crate::cli::paint;
use crate::demo::people::{self, Program, alex, jordan, mira, rachel};
use crate::demo::smtp::as_handed_over;
use crate::demo::{Mail, Person, Store, World, script};
use crate::introduction::{Introduction, State};
use crate::mail::{Message, parse};
use std::collections::BTreeMap;
use std::time::Duration;

/// A step that has not been seen by then will not be.
const PATIENCE: Duration = Duration::from_secs(20);
const HELD: &str = "Askfirst/Held";
const CLOSED: &str = "Askfirst/Closed";

/// Where the story plays.
pub struct Stage<'a> {
    pub world: &'a World,
    pub backstage: &'a Backstage,
    pub teller: &'a mut Teller,
    pub interrupt: &'a Interrupt,
}

/// A draft on its way, and what the inboxes held before it.
struct Play {
    draft: Vec<u8>,
    message: Message,
    before: BTreeMap<String, usize>,
}

impl Stage<'_> {
    /// The daemon has read the mailbox and watches it.
    pub fn curtain(&mut self) -> Result<(), Stopped> {
        let alex = alex().address;
        self.wait("the daemon watches Alex's Drafts and inbox", |store| {
            (store.idling(&alex, "Drafts") > 0 && store.idling(&alex, "INBOX") > 0).then_some(())
        })?;
        self.teller
            .seen("The daemon has logged in, made its folders, and watches Drafts and the inbox.")
    }

    /// Rachel and Jordan: both say yes, and the original leaves.
    pub fn two_agree(&mut self) -> Result<(), Stopped> {
        self.teller.title("One: Rachel <> Jordan")?;
        let play = self.write(
            "Alex writes an introduction, in any mail program, and leaves it in Drafts:",
            script::rachel_and_jordan(now()),
        )?;
        self.held(&play)?;
        let asks = self.asked(&play, &[rachel(), jordan()])?;
        self.answer(&rachel(), &asks, script::RACHEL_AGREES, Program::Plain)?;
        self.recorded(&play, &rachel(), Answer::Yes)?;
        self.still_held(&play)?;
        self.teller
            .seen("Her yes is on record, and the message still waits: Jordan has not answered.")?;
        self.answer(&jordan(), &asks, script::JORDAN_AGREES, Program::Webmail)?;
        self.released(&play)
    }

    /// Jordan and Mira: a private no.
    pub fn one_declines(&mut self) -> Result<(), Stopped> {
        self.teller.title("Two: Jordan <> Mira")?;
        let play = self.write(
            "Alex writes another one, and leaves it in Drafts:",
            script::jordan_and_mira(now()),
        )?;
        self.held(&play)?;
        let asks = self.asked(&play, &[jordan(), mira()])?;
        self.answer(
            &jordan(),
            &asks,
            script::JORDAN_AGREES_AGAIN,
            Program::Plain,
        )?;
        self.recorded(&play, &jordan(), Answer::Yes)?;
        self.still_held(&play)?;
        self.teller
            .seen("His yes is on record, and the message still waits.")?;
        self.answer(&mira(), &asks, script::MIRA_DECLINES, Program::Plain)?;
        self.declined(&play)
    }

    /// What was there before is there after, now that the daemon has ended and can do no more.
    pub fn nothing_came_late(&mut self, before: &BTreeMap<String, usize>) -> Result<(), Stopped> {
        let now = inboxes(self.world.store());
        if now != *before {
            return Err(self.missed("nothing more reaches anybody", &counted(&now)));
        }
        let aside = self
            .world
            .store()
            .mails(&alex().address, "Drafts")
            .iter()
            .map(Mail::text)
            .filter(|text| text.contains("Things to bring"))
            .count();
        if aside != 1 {
            return Err(self.missed(
                "the draft that Alex had put aside lies in Drafts as before",
                &format!("it is there {aside} times"),
            ));
        }
        self.teller.seen(
            "The daemon has ended. Nothing more has reached anybody, and the unfinished draft \
             that lay beside the others all the while was never touched.",
        )
    }

    #[must_use]
    pub fn inboxes(&self) -> BTreeMap<String, usize> {
        inboxes(self.world.store())
    }

    fn write(&mut self, act: &str, draft: Vec<u8>) -> Result<Play, Stopped> {
        let play = Play {
            message: parse(&draft),
            before: self.inboxes(),
            draft,
        };
        self.teller.act(act)?;
        self.teller.letter(
            &[
                ("To", &field(&play.draft, "To")),
                ("Subject", &play.message.subject),
            ],
            &body(&play.draft),
        )?;
        let alex = alex().address;
        self.world
            .store()
            .append(&alex, "Drafts", &play.draft, &["\\Draft", "\\Seen"]);
        Ok(play)
    }

    fn held(&mut self, play: &Play) -> Result<(), Stopped> {
        let alex = alex().address;
        let held = self.wait(
            "the draft leaves Drafts and stands in Askfirst/Held",
            |store| {
                let drafts = store.mails(&alex, "Drafts");
                let held = store.mails(&alex, HELD);
                (!drafts.iter().any(|m| m.bytes[..] == play.draft[..]))
                    .then(|| held.into_iter().next())
                    .flatten()
            },
        )?;
        self.untouched("in Askfirst/Held", &play.draft, &held.bytes)?;
        self.teller.seen(
            "It lay still, so it is finished: it has left Drafts and stands in Askfirst/Held, \
             every byte as Alex left it.",
        )?;
        let note = self.note(play, "Not sent yet")?;
        self.teller.seen("A note in Alex's inbox says so:")?;
        self.show_note(&note)
    }

    /// Each party has one ask, alone; shown in full. By address.
    fn asked(
        &mut self,
        play: &Play,
        parties: &[Person],
    ) -> Result<BTreeMap<String, Vec<u8>>, Stopped> {
        let mut asks = BTreeMap::new();
        for person in parties {
            let what = format!("{} is asked", person.name);
            let ask = self.wait(&what, |store| arrived(store, &play.before, &person.address))?;
            let bytes = as_handed_over(&ask.bytes).to_vec();
            let read = parse(&bytes);
            let whole = ask.text().to_lowercase();
            for other in parties.iter().filter(|p| p.address != person.address) {
                if whole.contains(&other.address) {
                    return Err(self.missed(
                        &format!(
                            "the ask to {} keeps {}'s address to itself",
                            person.name, other.name
                        ),
                        "the address stands in it",
                    ));
                }
            }
            let to: Vec<&str> = read.to.iter().map(|p| p.address.as_str()).collect();
            if to != [person.address.as_str()] || !read.cc.is_empty() {
                return Err(self.missed(
                    &format!("the ask goes to {} alone", person.name),
                    &format!("it is addressed to {}", to.join(", ")),
                ));
            }
            self.teller.seen(&format!(
                "{} is asked, alone and in Alex's name:",
                person.name
            ))?;
            self.teller.letter(
                &[
                    ("From", &field(&bytes, "From")),
                    ("To", &field(&bytes, "To")),
                    ("Subject", &read.subject),
                ],
                &body(&bytes),
            )?;
            asks.insert(person.address.clone(), bytes);
        }
        Ok(asks)
    }

    fn answer(
        &mut self,
        person: &Person,
        asks: &BTreeMap<String, Vec<u8>>,
        words: &str,
        program: Program,
    ) -> Result<(), Stopped> {
        let ask = asks.get(&person.address).cloned().unwrap_or_default();
        let first = person.name.split(' ').next().unwrap_or(&person.name);
        self.teller.act(&format!("{first} answers:"))?;
        let quote = "> (and below it, quoted, the question)";
        self.teller.letter(&[], &format!("{words}\n\n{quote}"))?;
        let bytes = person.answer(&ask, words, program, now());
        person
            .send(self.world, &alex().address, &bytes)
            .map_err(Stopped::Sentence)
    }

    fn recorded(&mut self, play: &Play, person: &Person, answer: Answer) -> Result<(), Stopped> {
        let what = format!("{}'s {answer:?} is on record", person.name);
        self.on_record(&what, play, |introduction| {
            introduction
                .parties
                .iter()
                .any(|p| p.address.as_str() == person.address && p.answer == Some(answer))
        })
    }

    fn still_held(&mut self, play: &Play) -> Result<(), Stopped> {
        let store = self.world.store();
        let held = store.mails(&alex().address, HELD);
        let left = people::everybody()
            .iter()
            .any(|p| holds(store, &p.address, "INBOX", &play.message) > 0);
        match held.as_slice() {
            [one] if one.bytes[..] == play.draft[..] && !left => Ok(()),
            _ => Err(self.missed("the message still waits in Askfirst/Held", "")),
        }
    }

    fn released(&mut self, play: &Play) -> Result<(), Stopped> {
        let mut copies = Vec::new();
        for person in [rachel(), jordan()] {
            let what = format!("the original reaches {}", person.name);
            let got = self.wait(&what, |store| {
                find(store, &person.address, "INBOX", &play.message)
            })?;
            copies.push(as_handed_over(&got.bytes).to_vec());
        }
        let mut changed = None;
        for copy in &copies {
            changed = Some(dates(&play.draft, copy).map_err(|instead| {
                self.missed(
                    "the message that arrives is the draft but for its Date",
                    &instead,
                )
            })?);
        }
        self.teller.seen(
            "Both agree, so the original leaves: Rachel and Jordan have it, each byte as Alex \
             wrote it but for the line that says when it was sent:",
        )?;
        let (old, new) = changed.unwrap_or_default();
        self.teller.letter(&[("held", &old), ("sent", &new)], "")?;
        let alex = alex().address;
        self.wait(
            "the message stands in Sent, and nothing in Askfirst/Held",
            |store| {
                (holds(store, &alex, "Sent", &play.message) > 0
                    && store.mails(&alex, HELD).is_empty())
                .then_some(())
            },
        )?;
        let sent = holds(self.world.store(), &alex, "Sent", &play.message);
        if sent != 1 {
            return Err(self.missed(
                "the message stands in Sent once",
                &format!("it stands there {sent} times"),
            ));
        }
        let note = self.note(play, "Sent")?;
        self.teller.seen(
            "It stands in Alex's Sent, once; Askfirst/Held is empty; and a note tells Alex:",
        )?;
        self.show_note(&note)
    }

    fn declined(&mut self, play: &Play) -> Result<(), Stopped> {
        let alex = alex().address;
        let closed = self.wait("the message is closed", |store| {
            store
                .mails(&alex, HELD)
                .is_empty()
                .then(|| store.mails(&alex, CLOSED).into_iter().next())
                .flatten()
        })?;
        self.untouched("in Askfirst/Closed", &play.draft, &closed.bytes)?;
        let note = self.note(play, "No introduction")?;
        if !note.text().contains("I'd rather not this time") {
            return Err(self.missed("Mira's own words are in Alex's note", &note.text()));
        }
        self.on_record("the introduction is declined", play, |i| {
            i.state == State::Declined
        })?;
        self.teller.seen(
            "The introduction is closed, unsent, and lies untouched in Askfirst/Closed. Only \
             Alex hears why:",
        )?;
        self.show_note(&note)?;
        // One ask each since the draft was written, and not a word more.
        let now = self.inboxes();
        for (person, asked) in [(jordan(), 1), (mira(), 1), (rachel(), 0)] {
            let count = |counts: &BTreeMap<String, usize>| {
                counts.get(&person.address).copied().unwrap_or_default()
            };
            if count(&now) != count(&play.before) + asked {
                return Err(self.missed(
                    &format!("{} hears nothing of the refusal", person.name),
                    &counted(&now),
                ));
            }
        }
        self.teller.seen(
            "Jordan, who agreed, has heard nothing since being asked, and will not: there is no \
             mail in which he could read of a no.",
        )
    }

    /// The note about this draft whose subject begins so.
    fn note(&mut self, play: &Play, begins: &str) -> Result<Mail, Stopped> {
        let alex = alex().address;
        let subject = play.message.subject.clone();
        self.wait(
            &format!("a note “{begins}” stands in Alex's inbox"),
            |store| {
                store.mails(&alex, "INBOX").into_iter().rev().find(|mail| {
                    let read = parse(&mail.bytes);
                    read.value(crate::letter::MARK).is_some()
                        && read.subject.starts_with(begins)
                        && read.subject.contains(&subject)
                })
            },
        )
    }

    /// A note's subject and how it begins: what can be done about it is for its reader.
    fn show_note(&mut self, note: &Mail) -> Result<(), Stopped> {
        let read = parse(&note.bytes);
        let text = body(&note.bytes).replace("\r\n", "\n");
        let mut shown: Vec<&str> = Vec::new();
        for part in text.split("\n\n") {
            // The reasons are a list below a line of their own; the ways out are the list after that.
            let reasons = shown.last().is_some_and(|before| before.ends_with(':'));
            if part.starts_with("What you can do") || part.starts_with("- ") && !reasons {
                break;
            }
            shown.push(part);
        }
        let text = shown.join("\n\n");
        self.teller.letter(&[("Subject", &read.subject)], &text)
    }

    fn untouched(&mut self, place: &str, draft: &[u8], copy: &[u8]) -> Result<(), Stopped> {
        if draft == copy {
            return Ok(());
        }
        Err(self.missed(
            &format!("the message {place} is the draft, byte for byte"),
            &format!("{} bytes instead of {}, or others", copy.len(), draft.len()),
        ))
    }

    fn wait<T>(&self, what: &str, look: impl FnMut(&Store) -> Option<T>) -> Result<T, Stopped> {
        let mut look = look;
        let seen = self.world.wait(PATIENCE, |store| {
            if self.interrupt.is_pressed() {
                return Some(Err(Stopped::Interrupted));
            }
            look(store).map(Ok)
        });
        seen.unwrap_or_else(|| Err(self.missed(what, "")))
    }

    /// Waits until the daemon has this on record about the introduction.
    fn on_record(
        &self,
        what: &str,
        play: &Play,
        wished: impl FnMut(&Introduction) -> bool,
    ) -> Result<(), Stopped> {
        let given_up = || self.interrupt.is_pressed();
        let subject = &play.message.subject;
        if self.backstage.recorded(subject, PATIENCE, given_up, wished) {
            Ok(())
        } else if self.interrupt.is_pressed() {
            Err(Stopped::Interrupted)
        } else {
            Err(self.missed(what, ""))
        }
    }

    /// The sentence for a step that was not seen.
    fn missed(&self, what: &str, instead: &str) -> Stopped {
        let instead = if instead.is_empty() {
            format!("{}; {}", folders(self.world.store()), self.backstage.gist())
        } else {
            paint::fit(&paint::clean(instead), 300)
        };
        Stopped::Sentence(format!(
            "the demo went wrong where {what}: that was not seen; seen instead: {instead}"
        ))
    }
}
