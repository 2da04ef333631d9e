//! The two stories. Each step is done, waited for, and checked against the mailboxes.

use super::Stopped;
use super::backstage::Backstage;
use super::tell::Teller;
use crate::answer::Answer;
use crate::cli::paint;
use crate::demo::people::{self, Program, alex, jordan, mira, rachel};
use crate::demo::smtp::as_handed_over;
use crate::demo::{Mail, Person, Store, World, script};
use crate::introduction::State;
use crate::mail::{Message, parse};
use chrono::{DateTime, FixedOffset, Local};
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
            let ask = self.wait(&what, |store| arrived(store, play, &person.address))?;
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
        let seen = self
            .backstage
            .recorded(&play.message.subject, PATIENCE, |introduction| {
                introduction
                    .parties
                    .iter()
                    .any(|p| p.address.as_str() == person.address && p.answer == Some(answer))
            });
        if seen {
            return Ok(());
        }
        Err(self.missed(&format!("{}'s yes is on record", person.name), ""))
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
        if !self
            .backstage
            .recorded(&play.message.subject, PATIENCE, |i| {
                i.state == State::Declined
            })
        {
            return Err(self.missed("the introduction is declined", ""));
        }
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
        let text = text
            .split("\n\n")
            // The ways out are listed from here on.
            .take_while(|part| !part.starts_with("What you can do") && !part.starts_with("- "))
            .collect::<Vec<_>>()
            .join("\n\n");
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
        self.world
            .wait(PATIENCE, look)
            .ok_or_else(|| self.missed(what, ""))
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

fn now() -> DateTime<FixedOffset> {
    Local::now().fixed_offset()
}

/// The first mail that came to somebody after the draft was written.
fn arrived(store: &Store, play: &Play, who: &str) -> Option<Mail> {
    let before = play.before.get(who).copied().unwrap_or_default();
    store.mails(who, "INBOX").into_iter().nth(before)
}

fn inboxes(store: &Store) -> BTreeMap<String, usize> {
    people::everybody()
        .into_iter()
        .map(|p| {
            let count = store.mails(&p.address, "INBOX").len();
            (p.address, count)
        })
        .collect()
}

fn counted(inboxes: &BTreeMap<String, usize>) -> String {
    let parts: Vec<String> = inboxes
        .iter()
        .map(|(who, count)| format!("{who} has {count} mails"))
        .collect();
    parts.join(", ")
}

/// How many messages lie where in Alex's mailbox.
fn folders(store: &Store) -> String {
    let alex = alex().address;
    let parts: Vec<String> = store
        .folders(&alex)
        .into_iter()
        .map(|folder| format!("{folder} {}", store.mails(&alex, &folder).len()))
        .collect();
    format!("Alex's folders hold {}", parts.join(", "))
}

fn find(store: &Store, who: &str, folder: &str, message: &Message) -> Option<Mail> {
    store
        .mails(who, folder)
        .into_iter()
        .find(|mail| parse(&mail.bytes).message_id == message.message_id)
}

fn holds(store: &Store, who: &str, folder: &str, message: &Message) -> usize {
    store
        .mails(who, folder)
        .iter()
        .filter(|mail| parse(&mail.bytes).message_id == message.message_id)
        .count()
}

/// The first field of this name, decoded.
fn field(bytes: &[u8], name: &str) -> String {
    parse(bytes).value(name).unwrap_or_default().to_owned()
}

/// The text of a plain message.
fn body(bytes: &[u8]) -> String {
    mail_parser::MessageParser::default()
        .parse(bytes)
        .and_then(|m| m.body_text(0).map(std::borrow::Cow::into_owned))
        .unwrap_or_default()
}

/// The Date lines of the draft and of what arrived, when they are all that differs; else what does.
fn dates(draft: &[u8], copy: &[u8]) -> Result<(String, String), String> {
    let lines = |bytes: &'_ [u8]| -> Vec<Vec<u8>> {
        let lines = bytes.split_inclusive(|b| *b == b'\n');
        lines.map(<[u8]>::to_vec).collect()
    };
    let (old, new) = (lines(draft), lines(copy));
    if old.len() != new.len() {
        return Err(format!("{} lines instead of {}", new.len(), old.len()));
    }
    let text = |line: &[u8]| String::from_utf8_lossy(line).trim().to_owned();
    let mut found = None;
    for (a, b) in old.iter().zip(&new).filter(|(a, b)| a != b) {
        if found.is_some() || !a.starts_with(b"Date: ") || !b.starts_with(b"Date: ") {
            return Err(format!("“{}” instead of “{}”", text(b), text(a)));
        }
        found = Some((text(a), text(b)));
    }
    // Sent within the second in which it was written, both are the same.
    let date = || format!("Date: {}", field(draft, "Date"));
    Ok(found.unwrap_or_else(|| (date(), date())))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAFT: &[u8] =
        b"From: a@a.example\r\nDate: Tue, 3 Feb 2026 09:30:00 +0100\r\n\r\nhello\r\n";

    fn changed(from: &str, to: &str) -> Vec<u8> {
        let text = String::from_utf8_lossy(DRAFT).replacen(from, to, 1);
        assert_ne!(text.as_bytes(), DRAFT);
        text.into_bytes()
    }

    #[test]
    fn only_a_new_date_passes_for_untouched() {
        assert!(dates(DRAFT, DRAFT).is_ok());
        let later = dates(DRAFT, &changed("09:30", "11:00"));
        assert_eq!(
            later.map(|(_, new)| new),
            Ok("Date: Tue, 3 Feb 2026 11:00:00 +0100".to_owned())
        );
        for other in [
            changed("hello", "hallo"),
            changed("hello\r\n", "hello"),
            changed("hello\r\n", "hello\n"),
            changed("hello", "hello "),
            changed("Date: Tue", "X-Seen: 1\r\nDate: Tue"),
            changed("From: a@", "From: b@"),
            changed("Date: ", "date: "),
        ] {
            let text = String::from_utf8_lossy(&other).into_owned();
            assert!(
                dates(DRAFT, &other).is_err(),
                "{text:?} passes for untouched"
            );
        }
    }

    #[test]
    fn only_what_came_after_the_draft_counts_as_an_ask() {
        let world = World::start(&people::everybody()).expect("loopback has free ports");
        let store = world.store();
        let who = alex().address;
        store.append(&who, "Drafts", DRAFT, &["\\Draft"]);
        let play = Play {
            message: parse(DRAFT),
            before: inboxes(store),
            draft: DRAFT.to_vec(),
        };
        assert!(arrived(store, &play, &who).is_none());
        store.append(&who, "INBOX", DRAFT, &[]);
        assert!(arrived(store, &play, &who).is_some());
        assert!(
            folders(store).contains("Drafts 1, INBOX 1"),
            "{}",
            folders(store)
        );
        assert_ne!(inboxes(store), play.before);
    }
}
