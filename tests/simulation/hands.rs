//! What the user and the people do while askfirst works.

use super::chance::Chance;
use super::mailbox::Stored;
use super::oracle::{Said, Verdict, body};
use super::people::{self, Forgery, Word};
use super::process::Job;
use super::run::{Died, Happening, Run};
use askfirst::desk::request::{Decision, Request};
use askfirst::desk::{Heard, Turn};
use askfirst::introduction::{Id, Introduction};
use askfirst::letter::Letter;
use askfirst::mail::MessageId;
use askfirst::port::{Flags, Place};
use chrono::TimeDelta;

/// Something the user does with an introduction, in any mail client or on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    BackToDrafts,
    Delete,
    ToTrash,
    ToSendNow,
    ToGiveBack,
    ToAsk,
    /// A composer that was still open saves the draft again.
    SavedAgain,
    SavedChanged,
    /// It leaves by the composer's own Send.
    LeftBySend,
    ChangedInHeld,
    Ask,
    Release,
    Cancel,
    Remind,
    AnswerYes,
    AnswerNo,
    /// No hand at all: the mail server refuses a command for a while.
    ServerRefuses,
}

impl Hand {
    pub fn any(chance: &mut Chance) -> Self {
        chance.pick(&[
            Self::BackToDrafts,
            Self::Delete,
            Self::ToTrash,
            Self::ToSendNow,
            Self::ToGiveBack,
            Self::ToAsk,
            Self::SavedAgain,
            Self::SavedAgain,
            Self::SavedChanged,
            Self::LeftBySend,
            Self::ChangedInHeld,
            Self::Ask,
            Self::Release,
            Self::Cancel,
            Self::Remind,
            Self::AnswerYes,
            Self::AnswerNo,
        ])
    }
}

const OURS: [&str; 5] = [
    "Askfirst/Held",
    "Askfirst/Closed",
    "Askfirst/Ask",
    "Askfirst/Give back",
    "Askfirst/Send now",
];

fn draft_flags() -> Flags {
    Flags {
        draft: true,
        seen: true,
        ..Flags::default()
    }
}

impl Run {
    pub fn happen(&mut self, what: Happening) -> Verdict {
        match what {
            Happening::Written(n) => {
                self.tell(|| format!("Alex writes draft {n}"));
                let bytes = self.oracle.stories[n].newest().to_vec();
                self.server.deliver("Drafts", &bytes, draft_flags());
                self.oracle.stories[n].written = true;
            }
            Happening::Hand(_, Hand::ServerRefuses) => {
                if self.faults {
                    let command = self.chance.pick(&["APPEND", "MOVE", "COPY", "STORE"]);
                    self.tell(|| format!("the server refuses every {command}"));
                    self.server.refuse(command, Some("OVERQUOTA"));
                    let long = self.chance.pick(&[60, 600, 20_000]);
                    self.plan(TimeDelta::seconds(long), Happening::Forgiven);
                }
            }
            Happening::Hand(n, hand) => return self.hand(n, hand),
            Happening::Answered {
                story,
                id,
                folder,
                bytes,
            } => {
                self.tell(|| format!("{id:?} comes into {folder}"));
                self.server.deliver_at(folder, &bytes, self.now);
                if folder == "INBOX" {
                    let step = self.step;
                    for said in &mut self.oracle.stories[story].said {
                        if said.id.as_ref() == Some(&id) {
                            said.stood.get_or_insert(step);
                        }
                    }
                }
            }
            Happening::Notice(place) => {
                let other = self.other.as_mut().and_then(|o| o.process.as_mut());
                for p in self.process.iter_mut().chain(other) {
                    if p.line.is_none() {
                        continue;
                    }
                    if matches!(place, Place::Inbox | Place::Sent) {
                        p.jobs.push_back(Job::Read(place));
                    } else {
                        p.hear(Heard::Changed {
                            account: "work".to_owned(),
                            place: Some(place),
                        });
                    }
                }
            }
            Happening::Sleep(seconds) => {
                if self.faults && self.other.is_some() {
                    self.tell(|| format!("the machine sleeps for {seconds} s"));
                    self.asleep = self.now + TimeDelta::seconds(seconds);
                }
            }
            Happening::Off => {
                if self.other.is_some() {
                    self.tell(|| "this machine is switched off for good".to_owned());
                    self.process = None;
                    self.swap();
                    self.other = None;
                }
            }
            Happening::StateLost => self.forget(None),
            Happening::BackedUp => {
                self.tell(|| "the state folder is put by".to_owned());
                self.backup = Some(self.disk.clone());
            }
            Happening::Restored => {
                if let Some(backup) = self.backup.take() {
                    self.forget(Some(backup));
                }
            }
            Happening::Renumbered(folder) => {
                if !self.server.messages(folder).is_empty() {
                    self.tell(|| format!("the server renumbers {folder}"));
                    self.server.renumber(folder);
                }
            }
            Happening::Forgiven => self.server.forgive(),
            Happening::Calm => {
                self.tell(|| "faults stop".to_owned());
                self.faults = false;
                self.server.forgive();
                self.server.cut(usize::MAX, super::mailbox::Cut::Before);
            }
        }
        Ok(())
    }

    /// The process ends, and the next one finds another state folder.
    fn forget(&mut self, found: Option<super::disk::Disk>) {
        let what = if found.is_some() { "set back" } else { "lost" };
        self.tell(|| format!("** the state folder is {what}"));
        let found = found.unwrap_or_else(|| match self.chance.one_in(3) {
            // A damaged ledger was moved away, as it is told to.
            true => self.disk.without_ledger(),
            false => super::disk::Disk::default(),
        });
        self.disk = found;
        self.process = None;
        self.start_at = self.now + TimeDelta::seconds(1);
        self.oracle.begin_anew();
    }

    /// A party got an ask, and answers by habit.
    pub fn answer(&mut self, story: usize, introduction: Id, letter: &Letter) {
        let mut places = self.chance.pick(&[
            ["INBOX", "INBOX"],
            ["INBOX", "INBOX"],
            ["INBOX", "INBOX"],
            ["INBOX", "INBOX"],
            ["INBOX", "Lists"],
            ["Lists", "INBOX"],
            ["Junk", "Junk"],
        ]);
        self.forge(story, letter);
        let mut habit = people::habit(&mut self.chance);
        if self.remarking && self.chance.one_in(3) {
            let minute = TimeDelta::seconds(60);
            habit = vec![people::Answer::once(Word::Remark, minute)];
        } else if self.sudden || self.remarking {
            let minute = TimeDelta::seconds(60);
            habit = vec![people::Answer::once(Word::Yes, minute)];
        }
        if !self.words.is_empty() {
            let minute = TimeDelta::seconds(60);
            let words = self.words.remove(0);
            let said = words.into_iter().zip(1..);
            habit = said
                .map(|(word, n)| people::Answer::once(word, minute * n))
                .collect();
            places = ["INBOX", "INBOX"];
        } else if self.single.is_some() {
            habit.clear();
        }
        if (habit.len() > 1 || !self.files_sent) && places.contains(&"Lists") {
            // Two words in two folders: folders are read one after another, so that after a sleep the
            // older one may be heard last. Known, and not promised otherwise yet.
            places = ["INBOX", "INBOX"];
        }
        for answer in habit {
            let number = self.chance.next();
            let id = MessageId::new(&format!("{number:x}@{}", letter.to.domain()))
                .expect("a message id");
            let date = (self.now + answer.after).to_rfc2822();
            let bytes = people::reply(
                &mut self.chance,
                &letter.to,
                &letter.message_id,
                &letter.subject,
                &id,
                answer.word,
                &date,
            );
            self.oracle.stories[story].said.push(Said {
                who: letter.to.clone(),
                word: answer.word,
                id: Some(id.clone()),
                introduction: introduction.clone(),
                stood: None,
                heard: None,
                doubtful: false,
            });
            let happening = |folder| Happening::Answered {
                story,
                id: id.clone(),
                folder,
                bytes: bytes.clone(),
            };
            let (first, second) = (happening(places[0]), happening(places[1]));
            self.plan(answer.after, first);
            if answer.twice {
                let later = TimeDelta::seconds(self.chance.between(1, 4000));
                self.plan(answer.after + later, second);
            }
            places = ["INBOX", "INBOX"];
        }
    }

    /// Somebody who knows of the ask says yes in the party's name. Nobody has said anything by that.
    fn forge(&mut self, story: usize, letter: &Letter) {
        if !self.faults || !self.chance.one_in(6) && !self.forging {
            return;
        }
        let forgery =
            self.chance
                .pick(&[Forgery::Failed, Forgery::TwoFroms, Forgery::OtherAddress]);
        let number = self.chance.next();
        let id = MessageId::new(&format!("{number:x}@elsewhere.example")).expect("a message id");
        let after = TimeDelta::seconds(self.chance.between(1, 4000));
        let date = (self.now + after).to_rfc2822();
        let bytes = people::forged(forgery, &letter.to, &letter.message_id, &id, &date);
        self.tell(|| format!("{forgery:?} in the name of {}", letter.to));
        let folder = "INBOX";
        self.plan(
            after,
            Happening::Answered {
                story,
                id,
                folder,
                bytes,
            },
        );
    }

    /// Just as it is about to leave, somebody who was asked says no after all.
    pub fn second_thoughts(&mut self, introduction: &Introduction) {
        let Some(story) = self.oracle.story_of(introduction) else {
            return;
        };
        let party = self.chance.below(introduction.parties.len());
        let Some(asked) = introduction.parties[party].asked.clone() else {
            return;
        };
        if !self.faults || !self.chance.one_in(3) && !self.sudden {
            return;
        }
        let who = introduction.parties[party].address.clone();
        let number = self.chance.next();
        let id = MessageId::new(&format!("{number:x}@{}", who.domain())).expect("a message id");
        let (ask, subject) = (&asked.message_id, &asked.subject);
        let date = self.now.to_rfc2822();
        let bytes = people::reply(&mut self.chance, &who, ask, subject, &id, Word::No, &date);
        self.oracle.stories[story].said.push(Said {
            who,
            word: Word::No,
            id: Some(id.clone()),
            introduction: introduction.id.clone(),
            stood: None,
            heard: None,
            doubtful: false,
        });
        let after = TimeDelta::milliseconds(self.chance.between(0, 2500));
        let folder = "INBOX";
        self.plan(
            after,
            Happening::Answered {
                story,
                id,
                folder,
                bytes,
            },
        );
    }

    /// The copy that the user has before them.
    fn copy_of(&self, story: usize, folders: &[&'static str]) -> Option<(&'static str, Stored)> {
        let newest = body(self.oracle.stories[story].newest()).to_vec();
        folders.iter().find_map(|folder| {
            let messages = self.server.messages(folder);
            let found = messages
                .into_iter()
                .find(|m| !m.flags.deleted && body(&m.bytes) == newest);
            found.map(|m| (*folder, m))
        })
    }

    fn moved(&mut self, story: usize, to: &'static str) -> bool {
        let Some((from, copy)) = self.copy_of(story, &OURS).filter(|(from, _)| *from != to) else {
            return false;
        };
        self.server.deliver(to, &copy.bytes, copy.flags.clone());
        self.server.take_away(from, copy.uid);
        true
    }

    fn hand(&mut self, n: usize, hand: Hand) -> Verdict {
        if !self.oracle.stories[n].written {
            return Ok(());
        }
        self.tell(|| format!("the user: {hand:?} of {n}"));
        let step = self.step;
        let newest = self.oracle.stories[n].newest().to_vec();
        match hand {
            Hand::BackToDrafts | Hand::ToTrash => {
                let to = if hand == Hand::ToTrash {
                    "Trash"
                } else {
                    "Drafts"
                };
                if self.moved(n, to) {
                    self.withdraw(n);
                }
            }
            Hand::Delete => {
                if let Some((folder, copy)) = self.copy_of(n, &OURS) {
                    self.server.take_away(folder, copy.uid);
                    self.oracle.stories[n].destroyed = true;
                    self.withdraw(n);
                }
            }
            Hand::ToSendNow => {
                if self.moved(n, "Askfirst/Send now") {
                    self.oracle.stories[n].sends.push(step);
                }
            }
            Hand::ToGiveBack => {
                self.moved(n, "Askfirst/Give back");
            }
            Hand::ToAsk => {
                if let Some((_, copy)) = self.copy_of(n, &["Drafts"]) {
                    self.server
                        .deliver("Askfirst/Ask", &copy.bytes, copy.flags.clone());
                    self.server.take_away("Drafts", copy.uid);
                } else if self.copy_of(n, &["Askfirst/Held"]).is_some() {
                    self.moved(n, "Askfirst/Ask");
                }
            }
            Hand::SavedAgain => {
                if self.copy_of(n, &["Askfirst/Held"]).is_some() {
                    self.late(n);
                    self.save(n, &newest);
                }
            }
            Hand::SavedChanged | Hand::ChangedInHeld => {
                let mut changed = newest.clone();
                let number = self.chance.below(1000);
                let more = format!("\r\nP.S. There are {number} reasons more.\r\n");
                changed.extend_from_slice(more.as_bytes());
                let Some((folder, copy)) = self.copy_of(n, &["Askfirst/Held"]) else {
                    return Ok(());
                };
                self.late(n);
                if hand == Hand::ChangedInHeld {
                    self.server.deliver(folder, &changed, copy.flags);
                    self.server.take_away(folder, copy.uid);
                } else {
                    self.save(n, &changed);
                }
                self.oracle.stories[n].changed(changed);
            }
            Hand::LeftBySend => {
                let has_id = askfirst::mailroom::message_id_of(&newest).is_some();
                let still = self.oracle.stories[n].withdrawn.is_none();
                if has_id && still && !self.oracle.stories[n].is_out() {
                    self.late(n);
                    let seen = Flags {
                        seen: true,
                        ..Flags::default()
                    };
                    self.server.deliver("Sent", &newest, seen);
                    self.oracle.stories[n].sent_elsewhere = true;
                    if let Some((folder, copy)) = self.copy_of(n, &["Drafts"]) {
                        self.server.take_away(folder, copy.uid);
                    }
                    self.withdraw(n);
                }
            }
            Hand::Ask => return self.command(n, |_| Decision::Ask),
            Hand::Release => return self.command(n, |_| Decision::Release),
            Hand::Cancel => return self.command(n, |_| Decision::Cancel),
            Hand::Remind => return self.command(n, |_| Decision::Remind),
            Hand::AnswerYes | Hand::AnswerNo => {
                let yes = hand == Hand::AnswerYes;
                return self.command(n, |run| {
                    let people = run.oracle.stories[n].people.clone();
                    let address = people[run.chance.below(people.len())].clone();
                    Decision::Answer { address, yes }
                });
            }
            Hand::ServerRefuses => {}
        }
        Ok(())
    }

    /// A composer puts the new version beside the old one, and takes its own old one away.
    fn save(&mut self, story: usize, bytes: &[u8]) {
        self.oracle.stories[story].saved_again = true;
        let before = self.copy_of(story, &["Drafts"]);
        self.server.deliver("Drafts", bytes, draft_flags());
        if let Some((folder, copy)) = before {
            self.server.take_away(folder, copy.uid);
        }
    }

    fn withdraw(&mut self, story: usize) {
        let step = self.step;
        self.oracle.stories[story].withdrawn.get_or_insert(step);
    }

    /// What is saved again while it is on its way, or over, is a copy of the user's own making.
    fn late(&mut self, story: usize) {
        let books = self.process.as_ref().map(|p| &p.desk.books);
        let over = books.is_none_or(|b| {
            b.introductions
                .values()
                .filter(|i| self.oracle.story_of(i) == Some(story))
                .any(|i| i.release.is_some() || !i.state.is_open())
        });
        if over || self.oracle.stories[story].is_out() {
            self.oracle.stories[story].zombie = true;
        }
    }

    /// On the command line, while the daemon runs.
    fn command(&mut self, n: usize, decide: impl FnOnce(&mut Self) -> Decision) -> Verdict {
        let Some(mut p) = self.process.take() else {
            return Ok(());
        };
        let id = p
            .desk
            .books
            .introductions
            .values()
            .filter(|i| i.placed && self.oracle.story_of(i) == Some(n))
            .max_by_key(|i| i.created)
            .map(|i| i.id.clone());
        let Some(id) = id else {
            self.process = Some(p);
            return Ok(());
        };
        let decision = decide(self);
        let request = Request::Decide {
            id: id.0.clone(),
            decision: decision.clone(),
        };
        let mut turn = Turn::default();
        let done = self.with_world(&mut p, |desk, world| {
            desk.request(world, &request, &mut turn)
        });
        self.tell(|| format!("   {decision:?}: {done:?}"));
        let step = self.step;
        if done.is_ok() && decision == Decision::Release {
            self.oracle.stories[n].sends.push(step);
        }
        let decided = p.desk.books.introductions.get(&id).cloned();
        p.heard_at = self.now;
        match self.carry_out(&mut p, turn)? {
            Ok(()) => self.process = Some(p),
            Err(Died) => {
                self.crashed += 1;
                self.start_at = self.now;
            }
        }
        // With the process gone in the middle of it the user has no reply, and the ledger decides.
        if let (true, Decision::Answer { address, yes }) = (done.is_ok(), decision)
            && self.disk.books().introductions.get(&id) == decided.as_ref()
        {
            self.oracle.stories[n].said.push(Said {
                who: address,
                word: if yes { Word::Yes } else { Word::No },
                id: None,
                introduction: id,
                stood: Some(step),
                heard: Some(step),
                doubtful: false,
            });
        }
        Ok(())
    }
}
