//! Stories of the desk alone: a mailbox that does at once whatever it is asked to.

#[path = "asks_tests.rs"]
mod asks;
mod doubt;

use super::*;
use crate::acquaintance::NoRecords;
use crate::config::Surroundings;
use crate::introduction::{Reason, State};
use crate::ledger::Errand;
use crate::letter::Letter;
use crate::mailroom::{Item as Seen, Survey, message_id_of};
use crate::port::{Flags, Place, Uid, UidValidity};
use chrono::{TimeZone, Utc};
use std::path::Path;

mod gateway;

/// Not random at all, but never the same twice.
struct Counting(u64);

impl Random for Counting {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            *byte = self.0.to_be_bytes()[0];
        }
    }
}

/// The desk, and what stands around it.
struct Table {
    desk: Desk,
    at: Timestamp,
    random: Counting,
    next_uid: u32,
    drafts: BTreeMap<u32, Vec<u8>>,
    held: Vec<Vec<u8>>,
    questions: Vec<Question>,
    asks: Vec<Letter>,
    notes: Vec<String>,
    told: Vec<Letter>,
    courtesy: Vec<Letter>,
    popups: Vec<Popup>,
    /// What Alex wrote to people before.
    earlier: Vec<(Address, Vec<u8>)>,
    /// Notes that went by SMTP, and whether the server would have none of them.
    mailed: usize,
    refuses_notes: bool,
    released: usize,
}

const MINUTE: i64 = 60;
const DAY: i64 = 86_400;

impl Table {
    /// Tuesday noon; the drafts lie there already when askfirst first looks.
    fn laid(ask: &str, before: &[Vec<u8>]) -> Self {
        Self::laid_with(ask, "", before)
    }

    /// `more` are further sections of the configuration.
    fn laid_with(ask: &str, more: &str, before: &[Vec<u8>]) -> Self {
        let text = format!(
            "[[accounts]]\nname = \"work\"\nemail = \"alex@hub.example\"\nlanguage = \"en\"\n\
             [accounts.imap]\nhost = \"imap.hub.example\"\npassword_command = \"true\"\n\
             [accounts.smtp]\nhost = \"smtp.hub.example\"\npassword_command = \"true\"\n\
             [drafts]\nsettle = \"2m\"\n[ask]\n{ask}\n{more}\n"
        );
        let around = Surroundings {
            folder: Path::new("/nowhere"),
            state_dir: Some("/nowhere/state".into()),
            environment: &BTreeMap::new(),
            file: &|_| Err("there are no files here".to_owned()),
        };
        let config = crate::config::read("tests", &text, &around).expect("a configuration");
        let templates = Arc::new(Templates::built_in());
        let desk = Desk::new(Arc::new(config), templates, Books::default(), |_| None);
        let at = Utc.with_ymd_and_hms(2026, 11, 24, 12, 0, 0);
        let mut table = Self {
            desk,
            at: at.single().expect("a time"),
            random: Counting(1),
            next_uid: 1,
            drafts: BTreeMap::new(),
            held: Vec::new(),
            questions: Vec::new(),
            asks: Vec::new(),
            notes: Vec::new(),
            told: Vec::new(),
            courtesy: Vec::new(),
            popups: Vec::new(),
            earlier: Vec::new(),
            mailed: 0,
            refuses_notes: false,
            released: 0,
        };
        for draft in before {
            table.put(draft);
        }
        table.hear(leads("work", table.at));
        let (account, exchange) = ("work".to_owned(), false);
        table.hear(Heard::Connected { account, exchange });
        table.hear(watching());
        table
    }

    fn put(&mut self, draft: &[u8]) {
        self.drafts.insert(self.next_uid, draft.to_vec());
        self.next_uid += 1;
    }

    /// Alex leaves a draft, and a watcher sees it.
    fn writes(&mut self, draft: &[u8]) {
        self.put(draft);
        let (account, place) = ("work".to_owned(), Some(Place::Drafts));
        self.hear(Heard::Changed { account, place });
    }

    /// The draft settles and is held.
    fn holds(&mut self, draft: &[u8]) -> Id {
        let before: Vec<Id> = self.desk.books.introductions.keys().cloned().collect();
        self.writes(draft);
        self.wait(2 * MINUTE + 1);
        let mut all = self.desk.books.introductions.keys();
        let new = all.find(|id| !before.contains(id));
        new.cloned().expect("it is held")
    }

    /// Time passes with the machine awake.
    fn wait(&mut self, seconds: i64) {
        let end = self.at + TimeDelta::seconds(seconds);
        while self.at < end {
            let tick = self.at + TimeDelta::minutes(30);
            let next = self.desk.due().map_or(tick, |due| due.min(tick));
            self.at = next.max(self.at + TimeDelta::milliseconds(1)).min(end);
            self.hear(Heard::Due);
        }
    }

    fn sleep(&mut self, seconds: i64) {
        self.at += TimeDelta::seconds(seconds);
        self.hear(Heard::Due);
    }

    fn hear(&mut self, heard: Heard) {
        self.hear_one(heard);
        loop {
            if !self.questions.is_empty() {
                let question = self.questions.remove(0);
                self.answer(question);
                continue;
            }
            let items = self.desk.take_ready(self.at);
            if items.is_empty() {
                return;
            }
            for item in items {
                let outcome = self.does(&item);
                let item = item.id;
                self.hear_one(Heard::Done { item, outcome });
            }
        }
    }

    fn hear_one(&mut self, heard: Heard) {
        let mut world = World {
            at: self.at,
            records: &NoRecords,
            random: &mut self.random,
            utc_offset: 0,
        };
        let turn = self.desk.hear(&mut world, heard);
        self.questions.extend(turn.questions);
        self.popups.extend(turn.popups);
    }

    fn answer(&mut self, question: Question) {
        let account = "work".to_owned();
        match question {
            Question::Survey { places, .. } => {
                for place in places {
                    let stands: Vec<(u32, &Vec<u8>)> = match place {
                        Place::Drafts => self.drafts.iter().map(|(u, b)| (*u, b)).collect(),
                        Place::Held => (1u32..).zip(&self.held).collect(),
                        _ => Vec::new(),
                    };
                    let seen = |(uid, bytes): (u32, &Vec<u8>)| Seen {
                        uid: Uid(uid),
                        message_id: message_id_of(bytes),
                        size: bytes.len() as u64,
                        flags: Flags::default(),
                        internal_date: None,
                    };
                    let survey = Survey {
                        uid_validity: Some(UidValidity(1)),
                        items: stands.into_iter().map(seen).collect(),
                    };
                    let account = account.clone();
                    self.hear_one(Heard::Surveyed {
                        account,
                        place,
                        survey,
                    });
                }
            }
            Question::Fetch {
                ask_folder,
                uid_validity,
                uid,
                ..
            } => {
                let bytes = self.drafts.get(&uid).cloned();
                self.hear_one(Heard::Draft {
                    account,
                    ask_folder,
                    uid_validity,
                    uid,
                    bytes,
                });
            }
            Question::Consult {
                ask_folder, uid, ..
            } => self.hear_one(Heard::Consulted {
                account,
                ask_folder,
                uid,
                mails: Vec::new(),
            }),
            Question::ConsultHeld { introduction, .. } => self.hear_one(Heard::ConsultedHeld {
                introduction,
                mails: Vec::new(),
            }),
            Question::Greet {
                introduction,
                people,
                ..
            } => {
                let mut mails = self.earlier.clone();
                mails.retain(|(to, _)| people.contains(to));
                self.hear_one(Heard::Greeted {
                    account,
                    introduction,
                    mails,
                });
            }
            Question::Locate { introduction, .. } => {
                let found = vec![FoundAt {
                    place: Some(Place::Held),
                    deleted: false,
                    intact: true,
                }];
                self.hear_one(Heard::Located {
                    account,
                    introduction,
                    found,
                });
            }
            Question::Read { .. } | Question::Reread { .. } => self.hear_one(watching()),
            Question::Lead { .. } => self.hear_one(leads("work", self.at)),
            Question::Probe { .. } | Question::Recall { .. } => {}
        }
    }

    fn does(&mut self, item: &crate::ledger::Item) -> Outcome {
        match &item.errand {
            Errand::Hold { uid, .. } => {
                self.held.extend(self.drafts.remove(uid));
                Outcome::Done
            }
            Errand::Send { letter, .. } => {
                self.asks.push(letter.clone());
                Outcome::Sent("250 ok".to_owned())
            }
            Errand::Tell { letter, .. } => {
                if self.desk.way_of(item) == Way::Letter {
                    if self.refuses_notes {
                        return Outcome::NotSent(crate::port::SendError::Refused {
                            code: 550,
                            reply: "550 not today".to_owned(),
                            recipient: None,
                        });
                    }
                    self.mailed += 1;
                }
                self.notes.push(letter.subject.clone());
                self.told.push(letter.clone());
                Outcome::Done
            }
            Errand::Courtesy { letters } => {
                self.courtesy.extend(letters.iter().cloned());
                Outcome::Done
            }
            Errand::Look => Outcome::Looked(Look::Fresh),
            Errand::Release => {
                self.released += 1;
                Outcome::Sent("250 ok".to_owned())
            }
            _ => Outcome::Done,
        }
    }

    /// A reply that names these asks.
    fn replies(&mut self, from: &str, asks: &[&Letter], text: &str) {
        let ids: Vec<String> = asks
            .iter()
            .map(|a| format!("<{}>", a.message_id.as_str()))
            .collect();
        let number = self.at.timestamp_millis();
        let bytes = format!(
            "From: {from}\r\nTo: alex@hub.example\r\nSubject: Re: {}\r\nMessage-ID: <{number}@reply.example>\r\n\
             In-Reply-To: {}\r\nReferences: {}\r\n\r\n{text}\r\n",
            asks[0].subject,
            ids[0],
            ids.join(" "),
        );
        let (account, junk) = ("work".to_owned(), false);
        let bytes = bytes.into_bytes();
        self.at += TimeDelta::seconds(1);
        self.hear(Heard::Arrived {
            account,
            junk,
            bytes,
            arrival: crate::answer::vouching::Arrival::default(),
        });
    }

    fn asks_to(&self, address: &str) -> Vec<Letter> {
        let to = |a: &&Letter| a.to.as_str() == address;
        self.asks.iter().filter(to).cloned().collect()
    }

    fn stands(&self, id: &Id) -> (State, Option<Reason>) {
        let i = &self.desk.books.introductions[id];
        (i.state, i.reason)
    }
}

/// The only machine; what Memory holds is not looked at.
fn leads(account: &str, at: Timestamp) -> Heard {
    Heard::Led {
        account: account.to_owned(),
        seen: crate::mailroom::claim::Leadership {
            leads: true,
            at,
            notes: Vec::new(),
        },
    }
}

fn watching() -> Heard {
    Heard::Watching {
        account: "work".to_owned(),
        messages: 0,
        since: None,
    }
}

const RACHEL: &str = "Rachel Winters <rachel@winters.example>";
const JORDAN: &str = "Jordan Blake <jordan@boatshed.example>";
const MIRA: &str = "Mira Castellan <mira@birchtar.example>";

fn draft(one: &str, other: &str, about: &str) -> Vec<u8> {
    let first = |p: &str| p.split(' ').next().unwrap_or_default().to_owned();
    let (a, b) = (first(one), first(other));
    format!(
        "From: Alex Rivera <alex@hub.example>\r\nTo: {one}, {other}\r\nSubject: {a} <> {b}\r\n\
         Message-ID: <{a}-{b}@hub.example>\r\n\r\nDear {a}, dear {b},\r\n\r\n\
         I would love to introduce you to each other. {about}\r\n\r\nI'll let you take it from here.\r\n\r\n\
         All the best,\r\nAlex\r\n"
    )
    .into_bytes()
}

fn boats() -> Vec<u8> {
    draft(
        RACHEL,
        JORDAN,
        "Jordan mends old boats, and Rachel carves figureheads for them.",
    )
}

#[test]
fn d1_a_draft_that_comes_back_within_six_seconds_was_never_put_aside() {
    let mut table = Table::laid("confirm = \"never\"", &[]);
    let id = table.holds(&boats());
    assert_eq!(table.stands(&id).0, State::Held);
    table.writes(&boats());
    table.wait(5);
    assert_eq!(
        table.stands(&id).0,
        State::Held,
        "a client may be copying and deleting"
    );
    table.wait(2);
    assert_eq!(
        table.stands(&id),
        (State::Cancelled, Some(Reason::DraftReturned))
    );
    assert!(table.asks.is_empty());
}

#[test]
fn d9_what_lay_in_drafts_before_is_only_learnt_from() {
    let mut table = Table::laid("confirm = \"never\"", &[boats()]);
    table.wait(DAY);
    assert!(table.desk.books.introductions.is_empty());
    let tar = draft(
        JORDAN,
        MIRA,
        "Mira boils birch tar, and Jordan has tried every other one.",
    );
    table.holds(&tar);
}

#[test]
fn k12_a_pair_that_declined_before_is_not_asked_again() {
    let mut table = Table::laid("confirm = \"never\"", &[]);
    let id = table.holds(&boats());
    table.wait(11 * MINUTE);
    let ask = table.asks_to("rachel@winters.example");
    table.replies(RACHEL, &[&ask[0]], "No, I'd rather not this time.");
    assert_eq!(table.stands(&id), (State::Declined, Some(Reason::Declined)));
    let asked = table.asks.len();
    table.wait(DAY);
    let again = draft(
        JORDAN,
        RACHEL,
        "Rachel still carves, and Jordan's shed is full again.",
    );
    let id = table.holds(&again);
    table.wait(DAY);
    assert_eq!(
        table.stands(&id),
        (State::Attention, Some(Reason::DeclinedBefore))
    );
    assert_eq!(table.asks.len(), asked, "nobody was asked");
}

#[test]
fn k14_an_ask_beyond_the_cap_waits_for_the_first_answer() {
    let mut table = Table::laid("confirm = \"never\"\nmax_per_person = 1", &[]);
    table.holds(&boats());
    table.holds(&draft(
        JORDAN,
        MIRA,
        "Mira boils birch tar the way it was done long ago.",
    ));
    table.wait(DAY);
    let asks = table.asks_to("jordan@boatshed.example");
    assert_eq!(asks.len(), 1);
    table.replies(JORDAN, &[&asks[0]], "Yes, please do introduce us!");
    assert_eq!(table.asks_to("jordan@boatshed.example").len(), 2);
}

#[test]
fn n13_beyond_three_alike_it_is_a_mail_merge_and_passes() {
    let mut table = Table::laid("confirm = \"never\"", &[]);
    let people: Vec<String> = [
        "Ada", "Bela", "Cyril", "Dora", "Emil", "Fanny", "Gustav", "Hedda",
    ]
    .iter()
    .map(|name| {
        format!(
            "{name} Sample <{}@{}.example>",
            name.to_lowercase(),
            name.to_lowercase()
        )
    })
    .collect();
    for pair in people.chunks(2) {
        table.writes(&draft(
            &pair[0],
            &pair[1],
            "You both like boats, and I like you both.",
        ));
        table.wait(3 * MINUTE);
    }
    assert_eq!(table.held.len(), 3);
    assert_eq!(table.drafts.len(), 1, "the fourth is left to its user");
}

#[test]
fn y17_a_yes_to_two_asks_at_once_is_a_yes_to_neither() {
    let mut table = Table::laid("confirm = \"never\"", &[]);
    let boats = table.holds(&boats());
    let tar = table.holds(&draft(
        JORDAN,
        MIRA,
        "Mira boils birch tar the way it was done long ago.",
    ));
    table.wait(11 * MINUTE);
    let asks = table.asks_to("jordan@boatshed.example");
    table.replies(
        JORDAN,
        &[&asks[0], &asks[1]],
        "Yes, please do introduce us!",
    );
    for id in [&boats, &tar] {
        assert_eq!(table.stands(id), (State::Attention, Some(Reason::Unclear)));
    }
}

#[test]
fn l8_a_date_that_has_passed_is_shown_to_the_user_first() {
    let mut table = Table::laid("confirm = \"never\"", &[]);
    let text = "Jordan launches a boat on 2026-11-25, and Rachel could be there.";
    let id = table.holds(&draft(RACHEL, JORDAN, text));
    table.wait(3 * DAY);
    for (from, address) in [
        (RACHEL, "rachel@winters.example"),
        (JORDAN, "jordan@boatshed.example"),
    ] {
        let ask = table.asks_to(address);
        table.replies(from, &[&ask[0]], "Yes, please do introduce us!");
    }
    assert_eq!(
        table.stands(&id),
        (State::Attention, Some(Reason::DatePassed))
    );
    assert_eq!(table.released, 0);
}

#[test]
fn what_was_declined_and_taken_out_of_closed_is_left_alone() {
    let mut table = Table::laid("confirm = \"never\"", &[]);
    let id = table.holds(&boats());
    table.wait(DAY);
    let ask = table.asks_to("rachel@winters.example");
    table.replies(RACHEL, &[&ask[0]], "No, I'd rather not.");
    assert_eq!(table.stands(&id).0, State::Declined);
    // Moved from Closed to Drafts, in any mail client.
    table.held.clear();
    table.writes(&boats());
    table.wait(DAY);
    assert_eq!(table.desk.books.introductions.len(), 1);
    assert_eq!(table.drafts.len(), 1);
}

#[test]
fn a16_a_grace_that_was_overslept_starts_anew() {
    let mut table = Table::laid("confirm = \"never\"", &[]);
    let id = table.holds(&boats());
    table.sleep(8 * 60 * MINUTE);
    assert_eq!(
        table.stands(&id).0,
        State::Held,
        "nobody is asked on waking"
    );
    assert!(table.asks.is_empty());
    table.wait(11 * MINUTE);
    assert_eq!(table.asks.len(), 2);
}

#[test]
fn the_first_three_wait_for_a_word_and_the_fourth_does_not() {
    let mut table = Table::laid("confirm = \"first\"", &[]);
    let pairs = [
        (RACHEL, JORDAN, "Jordan mends old boats, and Rachel carves."),
        (
            JORDAN,
            MIRA,
            "Mira boils birch tar the way it was done a thousand years ago.",
        ),
        (
            MIRA,
            RACHEL,
            "The limewood wants a coat that smells of smoke, and both of you know why.",
        ),
    ];
    for (one, other, about) in pairs {
        let id = table.holds(&draft(one, other, about));
        table.wait(70 * MINUTE);
        assert_eq!(table.stands(&id), (State::Held, Some(Reason::Unconfirmed)));
    }
    assert!(table.asks.is_empty());
    let fourth = draft(
        "Ada Sample <ada@ada.example>",
        RACHEL,
        "Ada collects apostles without noses.",
    );
    let id = table.holds(&fourth);
    table.wait(11 * MINUTE);
    assert_eq!(table.stands(&id).0, State::Asking);
    assert_eq!(table.asks.len(), 2);
}
