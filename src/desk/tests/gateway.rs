//! A pressed Send, as the desk sees it.

use super::*;
use crate::desk::gateway::{Received, Submitted};
use crate::introduction::Via;
use crate::mail::Address;
use crate::mailroom::Identity;
use crate::port::Envelope;

const BOTH: &[&str] = &["rachel@winters.example", "jordan@boatshed.example"];

impl Table {
    fn with_gateway() -> Self {
        Self::laid(
            "confirm = \"never\"\n[gateway]\nenabled = true\npassword_command = \"true\"",
            &[],
        )
    }

    /// Alex presses Send; what the client is told.
    fn sends(&mut self, to: &[&str], bytes: &[u8]) -> Received {
        let mail = Submitted {
            account: "work".to_owned(),
            envelope: Envelope {
                from: Address::new("alex@hub.example").ok(),
                to: to.iter().filter_map(|a| Address::new(a).ok()).collect(),
                mail_options: vec!["RET=HDRS".to_owned()],
                rcpt_options: to.iter().map(|_| vec!["NOTIFY=NEVER".to_owned()]).collect(),
            },
            identity: Identity::of(bytes),
            bytes: bytes.to_vec(),
            staged: "staged-1".to_owned(),
        };
        let mut world = World {
            at: self.at,
            records: &NoRecords,
            random: &mut self.random,
            utc_offset: 0,
        };
        let (turn, received) = self.desk.submitted(&mut world, mail);
        for (id, _) in &turn.adopted {
            assert!(
                turn.entries.iter().any(
                    |e| matches!(e, Entry::Step { introduction, .. } if introduction.id == *id)
                )
            );
            self.held.push(bytes.to_vec());
        }
        self.questions.extend(turn.questions);
        self.hear(Heard::Due);
        received
    }

    fn finds_in_sent(&mut self, bytes: &[u8]) {
        let (account, bytes) = ("work".to_owned(), bytes.to_vec());
        self.hear(Heard::FoundInSent { account, bytes });
    }

    fn all(&self) -> Vec<&Introduction> {
        self.desk.books.introductions.values().collect()
    }
}

#[track_caller]
fn held(received: Received) -> Id {
    match received {
        Received::Held(id) => id,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_pressed_send_is_held_asked_about_and_leaves_as_it_was_sent() {
    let mut table = Table::with_gateway();
    let id = held(table.sends(BOTH, &boats()));
    let known = &table.desk.books.introductions[&id];
    assert_eq!(
        (known.via, known.state, known.placed),
        (Via::Gateway, State::Held, true)
    );
    assert_eq!(
        table.notes.len(),
        2,
        "watching, and told at once: {:?}",
        table.notes
    );
    table.wait(11 * MINUTE);
    let asks = [
        table.asks_to("rachel@winters.example"),
        table.asks_to("jordan@boatshed.example"),
    ]
    .concat();
    assert_eq!(asks.len(), 2);
    table.replies(RACHEL, &[&asks[0]], "Yes, please.");
    table.replies(JORDAN, &[&asks[1]], "Yes, gladly.");
    assert_eq!((table.stands(&id).0, table.released), (State::Released, 1));
    let submission = table.desk.books.introductions[&id]
        .submission
        .clone()
        .expect("its envelope");
    assert_eq!(submission.envelope.mail_options, ["RET=HDRS"]);
}

#[test]
fn f4_a_repeat_within_a_day_is_no_second_hold() {
    let mut table = Table::with_gateway();
    let id = held(table.sends(BOTH, &boats()));
    assert_eq!(table.sends(BOTH, &boats()), Received::Joined(id.clone()));
    table.wait(11 * MINUTE);
    assert_eq!(table.asks.len(), 2, "one ask each");
    // Also when it has left meanwhile: the client never saw our 250.
    let asks = table.asks.clone();
    table.replies(RACHEL, &[&asks[0]], "Yes, please.");
    table.replies(JORDAN, &[&asks[1]], "Yes, gladly.");
    assert_eq!(table.sends(BOTH, &boats()), Received::Joined(id));
    assert_eq!(table.released, 1);
    assert_eq!(table.all().len(), 1);
}

#[test]
fn one_transaction_for_each_recipient_is_one_hold_with_all_of_them() {
    let mut table = Table::with_gateway();
    let id = held(table.sends(&BOTH[..1], &boats()));
    assert_eq!(
        table.sends(&BOTH[1..], &boats()),
        Received::Joined(id.clone())
    );
    assert_eq!(
        table.sends(&["sam@west.example"], &boats()),
        Received::Joined(id.clone()),
        "a Bcc"
    );
    let known = &table.desk.books.introductions[&id];
    let envelope = &known.submission.as_ref().expect("its envelope").envelope;
    assert_eq!((envelope.to.len(), envelope.rcpt_options.len()), (3, 3));
    assert_eq!(known.envelope, envelope.to);
}

#[test]
fn what_was_taken_back_goes_when_it_is_sent_unchanged() {
    let mut table = Table::with_gateway();
    let id = held(table.sends(BOTH, &boats()));
    let (prefix, decision) = (id.0.clone(), request::Decision::Cancel);
    let mut turn = Turn::default();
    let mut world = World {
        at: table.at,
        records: &NoRecords,
        random: &mut Counting(9),
        utc_offset: 0,
    };
    table
        .desk
        .decide(&mut world, &prefix, &decision, &mut turn)
        .expect("cancelled");
    assert_eq!(table.sends(BOTH, &boats()), Received::Pass);
}

#[test]
fn send_pressed_on_what_is_held_as_a_draft_takes_its_place() {
    let mut table = Table::with_gateway();
    let draft_id = table.holds(&boats());
    let mut sent = b"X-Mailer: a client\r\n".to_vec();
    sent.extend(boats());
    let id = held(table.sends(BOTH, &sent));
    assert_eq!(
        table.stands(&draft_id),
        (State::Cancelled, Some(Reason::Superseded))
    );
    assert_eq!(table.stands(&id).0, State::Held);
}

#[test]
fn l12_l13_the_clients_copy_in_sent_is_no_slip_however_late_it_comes() {
    let mut table = Table::with_gateway();
    let id = held(table.sends(BOTH, &boats()));
    table.finds_in_sent(&boats());
    table.wait(DAY);
    let mut changed = b"X-Client: late\r\n".to_vec();
    changed.extend(boats());
    table.finds_in_sent(&changed);
    table.wait(MINUTE);
    assert_eq!(table.all().len(), 1);
    assert_eq!(table.stands(&id).0, State::Asking);
}

#[test]
fn a_client_that_files_before_it_sends_has_not_slipped() {
    let mut table = Table::with_gateway();
    table.finds_in_sent(&boats());
    table.wait(3);
    let id = held(table.sends(BOTH, &boats()));
    table.wait(MINUTE);
    assert_eq!(table.all().len(), 1);
    assert_eq!(table.stands(&id).0, State::Held);
}

#[test]
fn what_does_not_come_through_the_gateway_has_slipped_and_is_told_why() {
    let mut table = Table::with_gateway();
    table.finds_in_sent(&boats());
    assert!(table.all().is_empty(), "it may come in a moment");
    table.wait(9);
    let all = table.all();
    assert_eq!((all.len(), all[0].state), (1, State::Slipped));
    assert!(
        all[0].why.iter().any(|why| why.contains("gateway")),
        "{:?}",
        all[0].why
    );
}

#[test]
fn l18_a_follow_up_waits_and_goes_where_the_introduction_goes() {
    let follow_up = b"From: alex@hub.example\r\nTo: rachel@winters.example, jordan@boatshed.example\r\nSubject: Re: boats\r\n\
        Message-ID: <deck@hub.example>\r\nIn-Reply-To: <Rachel-Jordan@hub.example>\r\n\r\nHere is the deck.\r\n";
    for released in [true, false] {
        let mut table = Table::with_gateway();
        let id = held(table.sends(BOTH, &boats()));
        assert_eq!(table.sends(BOTH, follow_up), Received::Joined(id.clone()));
        assert_eq!(
            table.sends(BOTH, follow_up),
            Received::Joined(id.clone()),
            "its repeat"
        );
        assert_eq!(
            table.sends(&BOTH[..1], follow_up),
            Received::Joined(id.clone()),
            "known by its id"
        );
        assert_eq!(table.desk.books.listed(true).len(), 1, "it has joined");
        table.wait(11 * MINUTE);
        assert_eq!(table.asks.len(), 2, "nobody is asked about it");
        let asks = table.asks.clone();
        table.replies(RACHEL, &[&asks[0]], "Yes, please.");
        let answer = if released {
            "Yes, gladly."
        } else {
            "No, thank you."
        };
        table.replies(JORDAN, &[&asks[1]], answer);
        let follower = table
            .all()
            .into_iter()
            .find(|i| i.follows().is_some())
            .expect("kept");
        let (state, sent) = if released {
            (State::Released, 2)
        } else {
            (State::Cancelled, 0)
        };
        assert_eq!((follower.state, table.released), (state, sent));
        assert_ne!(table.stands(&id).0, State::Held);
    }
}

#[test]
fn an_answer_to_one_of_them_alone_is_no_follow_up() {
    let mut table = Table::with_gateway();
    held(table.sends(BOTH, &boats()));
    let alone = b"From: alex@hub.example\r\nTo: rachel@winters.example\r\nSubject: Re: boats\r\nMessage-ID: <x@hub.example>\r\n\
        In-Reply-To: <Rachel-Jordan@hub.example>\r\n\r\nShall we have lunch?\r\n";
    assert_eq!(table.sends(&BOTH[..1], alone), Received::Pass);
}

#[test]
fn y24_an_answer_to_a_note_decides_and_is_not_mailed() {
    let mut table = Table::with_gateway();
    let id = held(table.sends(BOTH, &boats()));
    let note = table.desk.books.introductions[&id].notes[0].clone();
    let answer = format!(
        "From: alex@hub.example\r\nTo: alex@hub.example\r\nSubject: Re: x\r\nMessage-ID: <a@hub.example>\r\nIn-Reply-To: {note}\r\n\r\nsend\r\n"
    );
    assert_eq!(
        table.sends(&["alex@hub.example"], answer.as_bytes()),
        Received::Understood
    );
    assert_eq!((table.stands(&id).0, table.released), (State::Released, 1));
    // Its copy in Sent decides nothing more.
    table.finds_in_sent(answer.as_bytes());
    assert_eq!(table.released, 1);
}

#[test]
fn ordinary_mail_to_two_people_passes() {
    let mut table = Table::with_gateway();
    let minutes = b"From: alex@hub.example\r\nTo: rachel@winters.example, jordan@boatshed.example\r\nSubject: minutes\r\n\r\n\
        The roof is paid for, the fence can wait.\r\n";
    assert_eq!(table.sends(BOTH, minutes), Received::Pass);
    assert!(table.all().is_empty());
}

#[test]
fn a_message_too_large_for_held_is_stood_in_for() {
    let mut table = Table::with_gateway();
    let bytes = boats();
    let mut identity = Identity::of(&bytes);
    identity.size = 40 << 20;
    let mail = Submitted {
        account: "work".to_owned(),
        envelope: Envelope {
            from: Address::new("alex@hub.example").ok(),
            to: BOTH.iter().filter_map(|a| Address::new(a).ok()).collect(),
            mail_options: Vec::new(),
            rcpt_options: Vec::new(),
        },
        identity,
        bytes,
        staged: "staged-1".to_owned(),
    };
    let mut world = World {
        at: table.at,
        records: &NoRecords,
        random: &mut table.random,
        utc_offset: 0,
    };
    let (_, received) = table.desk.submitted(&mut world, mail);
    let id = held(received);
    let place = table
        .desk
        .books
        .items
        .values()
        .find_map(|i| match &i.errand {
            Errand::Place { stand_in } => stand_in.clone(),
            _ => None,
        });
    let letter = place.expect("a note in its place");
    assert!(
        letter.text.contains("40 MB") && letter.text.contains(&id.0),
        "{}",
        letter.text
    );
    let known = &table.desk.books.introductions[&id];
    let (lies, digest, _) = known.lies_as();
    assert_eq!(lies, Some(&letter.message_id));
    assert_eq!(digest, Identity::of(letter.bytes.as_bytes()).digest);
}
