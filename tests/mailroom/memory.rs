//! `Askfirst/Memory`: records that come back as they were put there, and claims of machines.

use crate::world::mailbox::{Connection, Cut, Personality, Server, name};
use askfirst::Timestamp;
use askfirst::introduction::{Id, Introduction, Reason, State};
use askfirst::ledger::About;
use askfirst::mail::Address;
use askfirst::mailroom::claim::{Claimant, GONE, LOOK, RENEW};
use askfirst::mailroom::memory::{self, Recalled, Record};
use askfirst::mailroom::{Careful, Identity, open_places};
use askfirst::port::{Flags, MailboxError};
use chrono::{TimeDelta, TimeZone, Utc};

const MEMORY: &str = "Askfirst/Memory";

fn noon() -> Timestamp {
    let noon = Utc.with_ymd_and_hms(2026, 11, 24, 12, 0, 0);
    noon.single().expect("a moment")
}

fn alex() -> Address {
    Address::new("alex@hub.example").expect("an address")
}

const DRAFT: &str = "From: Alex Rivera <alex@hub.example>\r\nTo: rachel@winters.example, jordan@boatshed.example\r\n\
    Subject: Rachel <> Jordan\r\nMessage-ID: <intro@hub.example>\r\n\r\nMeet each other.\r\n";

fn introduction() -> Introduction {
    let identity = Identity::of(DRAFT.as_bytes());
    let party = |address: &str, ask: &str| {
        format!(
            r#"{{"address":"{address}","name":null,"required":true,"exempt":null,"answer":"yes","answered_at":"2026-11-24T12:00:00Z",
            "answer_id":"yes@winters.example","heard":["yes@winters.example"],"trouble":null,"until":null,"ask_decided":true,
            "asked":{{"message_id":"{ask}","decided":"2026-11-24T11:00:00Z","sent":"2026-11-24T11:00:01Z","reminder":null,
            "text":"May I introduce you?","subject":"A question"}}}}"#
        )
    };
    let json = format!(
        r#"{{"id":"abcdefgh","account":"work","via":"drafts","state":"asking","reason":null,"subject":"Rachel <> Jordan",
        "message_id":"intro@hub.example","message_id_is_ours":false,"from":{{"name":null,"address":"alex@hub.example"}},
        "envelope":["rachel@winters.example","jordan@boatshed.example"],"digest":"{}","size":{},"language":"en","why":[],
        "text":"","parties":[{},{}],"created":"2026-11-24T10:00:00Z","updated":"2026-11-24T10:00:00Z",
        "terms":{{"grace":600,"remind_after":1,"expire_after":1,"remind":"off","order":"together","reveal":"name"}},
        "confirmed":true,"placed":true,"grace_ends":null,"reminded":false,"by_hand":false,"release":null,"history":[]}}"#,
        identity.digest,
        identity.size,
        party("rachel@winters.example", "ask-r@hub.example"),
        party("jordan@boatshed.example", "ask-j@hub.example"),
    );
    serde_json::from_str(&json).expect("an introduction")
}

fn ask(to: &str, id: &str) -> String {
    format!(
        "From: alex@hub.example\r\nTo: {to}\r\nSubject: A question\r\nMessage-ID: <{id}>\r\nX-Askfirst: ask\r\n\r\n\
         May I introduce you?\r\n"
    )
}

fn line(server: &Server) -> Careful<Connection> {
    Careful::new(server.connect(), Vec::new())
}

fn about() -> About {
    About::Introduction(Id("abcdefgh".to_owned()))
}

fn standing(server: &Server) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    server.each(|folder, m| {
        if folder == MEMORY && !m.flags.deleted {
            ids.extend(
                askfirst::mailroom::message_id_of(&m.bytes).map(|id| id.as_str().to_owned()),
            );
        }
    });
    ids
}

fn seen() -> Flags {
    Flags {
        seen: true,
        ..Flags::default()
    }
}

#[test]
fn a_record_comes_back_and_holds_no_answer() {
    let record = Record::of(&introduction());
    let note = record.note(&alex(), noon());
    assert_eq!(Record::read(note.bytes.as_bytes()), Some(record));
    assert_eq!(memory::about(&note.message_id), Some(about()));
    let Some(Record::Introduction { introduction, .. }) = Record::read(note.bytes.as_bytes())
    else {
        panic!("it was one of an introduction");
    };
    let json = serde_json::to_string(&introduction).expect("JSON");
    for word in ["yes", "May I introduce", "A question"] {
        assert!(!json.contains(word), "{word} in {json}");
    }
    assert!(note.bytes.lines().all(|l| l.len() < 200 && l.is_ascii()));
}

#[test]
fn a_record_that_was_touched_is_no_record() {
    let note = Record::of(&introduction()).note(&alex(), noon());
    let bytes = note.bytes.as_bytes();
    let coded = note.bytes.find("-----askfirst").expect("the rule") + 30;
    for at in (coded..bytes.len() - 6).step_by(7) {
        let mut torn = bytes.to_vec();
        torn[at] = if torn[at] == b'A' { b'B' } else { b'A' };
        let read = Record::read(&torn);
        assert!(read.is_none(), "octet {at}");
    }
    for end in (0..bytes.len() - 4).step_by(11) {
        assert!(Record::read(&bytes[..end]).is_none(), "cut at {end}");
    }
}

#[test]
fn remembering_may_be_cut_anywhere_and_done_again() {
    for personality in Personality::all() {
        for cut in [Cut::Before, Cut::After, Cut::Halfway] {
            for n in 1..30 {
                let server = Server::new(personality);
                let older = Record::of(&introduction()).note(&alex(), noon());
                let mut changed = introduction();
                changed.parties.pop();
                let newer = Record::of(&changed).note(&alex(), noon());
                let folder = name(MEMORY);
                memory::remember(&mut line(&server), &folder, &about(), Some(&older)).expect("put");
                server.cut(n, cut);
                let first = memory::remember(&mut line(&server), &folder, &about(), Some(&newer));
                let over = server.is_cut_pending();
                server.cut(usize::MAX, cut);
                let ids = standing(&server);
                let one = ids
                    .iter()
                    .any(|id| *id == older.message_id.as_str() || *id == newer.message_id.as_str());
                assert!(one, "never without a record");
                if first.is_err() {
                    memory::remember(&mut line(&server), &folder, &about(), Some(&newer))
                        .expect("again");
                }
                assert_eq!(
                    standing(&server),
                    [newer.message_id.as_str()],
                    "{personality:?} {cut:?} {n}"
                );
                memory::remember(&mut line(&server), &folder, &about(), None).expect("away");
                assert!(standing(&server).is_empty());
                if over {
                    break;
                }
            }
        }
    }
}

fn recalled(server: &Server) -> Recalled {
    let note = Record::of(&introduction()).note(&alex(), noon());
    let mut mb = line(server);
    let places = open_places(&mut mb, &askfirst::config::Folders::default()).expect("places");
    memory::remember(&mut mb, &places.memory, &about(), Some(&note)).expect("put");
    memory::recall(&mut mb, &places, &note.message_id).expect("recalled")
}

#[test]
fn what_waits_is_found_again_with_its_asks_and_without_consent() {
    let server = Server::new(Personality::modern());
    server.deliver("Askfirst/Held", DRAFT.as_bytes(), seen());
    server.deliver(
        "Sent",
        ask("rachel@winters.example", "ask-r@hub.example").as_bytes(),
        seen(),
    );
    server.deliver(
        "Sent",
        ask("jordan@boatshed.example", "ask-j@hub.example").as_bytes(),
        seen(),
    );
    let back = memory::rebuilt(&recalled(&server), noon()).expect("it waits");
    assert_eq!(back.state, State::Asking);
    assert!(
        !back.may_leave(),
        "nobody has agreed before their answer is read again"
    );
    for party in &back.parties {
        let asked = party.asked.as_ref().expect("asked");
        assert!(asked.sent.is_some() && asked.text.contains("May I introduce you?"));
        assert!(party.ask_decided && party.answer.is_none() && party.heard.is_empty());
    }
}

#[test]
fn an_ask_without_a_sign_is_not_sent_again_but_shown() {
    let server = Server::new(Personality::modern());
    server.deliver("Askfirst/Held", DRAFT.as_bytes(), seen());
    server.deliver(
        "Sent",
        ask("rachel@winters.example", "ask-r@hub.example").as_bytes(),
        seen(),
    );
    // To somebody else, or without our mark, it is no sign.
    server.deliver(
        "Sent",
        ask("mira@birchtar.example", "ask-j@hub.example").as_bytes(),
        seen(),
    );
    let back = memory::rebuilt(&recalled(&server), noon()).expect("it waits");
    assert_eq!(
        (back.state, back.reason),
        (State::Attention, Some(Reason::InDoubt))
    );
    assert!(
        back.parties[1].ask_decided
            && back.parties[1]
                .asked
                .as_ref()
                .is_some_and(|a| a.sent.is_none())
    );
}

#[test]
fn what_has_left_is_not_held_and_what_was_taken_away_does_not_wait() {
    let server = Server::new(Personality::modern());
    assert!(
        memory::rebuilt(&recalled(&server), noon()).is_none(),
        "no held copy"
    );
    server.deliver("Sent", DRAFT.as_bytes(), seen());
    let back = memory::rebuilt(&recalled(&server), noon()).expect("it is known");
    assert_eq!(back.state, State::Releasing);
    assert!(!back.may_leave());
}

#[test]
fn what_may_have_been_on_its_way_is_the_users_to_decide() {
    let server = Server::new(Personality::modern());
    server.deliver("Askfirst/Held", DRAFT.as_bytes(), seen());
    let mut leaving = introduction();
    leaving.state = State::Releasing;
    leaving.release = Some(askfirst::introduction::Release::Sending);
    leaving.by_hand = true;
    let note = Record::of(&leaving).note(&alex(), noon());
    let mut mb = line(&server);
    let places = open_places(&mut mb, &askfirst::config::Folders::default()).expect("places");
    memory::remember(&mut mb, &places.memory, &about(), Some(&note)).expect("put");
    let recalled = memory::recall(&mut mb, &places, &note.message_id).expect("recalled");
    let back = memory::rebuilt(&recalled, noon()).expect("it waits");
    assert_eq!(
        (back.state, back.reason),
        (State::Attention, Some(Reason::InDoubt))
    );
    assert!(
        !back.may_leave(),
        "neither a record's yes nor a record's hand"
    );
}

struct Machine(Claimant, Server);

impl Machine {
    fn new(server: &Server, instance: &str, nonce: &str) -> Self {
        Self::at(server, instance, &format!("at{instance}"), nonce)
    }
    fn at(server: &Server, instance: &str, place: &str, nonce: &str) -> Self {
        Self(
            Claimant::new(instance, place, nonce, &alex()),
            server.clone(),
        )
    }
    fn looks(&mut self, after: TimeDelta) -> Result<bool, MailboxError> {
        let seen = self
            .0
            .look(&mut line(&self.1), &name(MEMORY), noon() + after);
        seen.map(|s| s.leads)
    }
    fn leads(&mut self, after: TimeDelta) -> bool {
        self.looks(after).expect("a look")
    }
}

#[test]
fn one_machine_leads_and_the_other_takes_over_when_it_is_gone() {
    for personality in Personality::all() {
        let server = Server::new(personality);
        let (mut a, mut b) = (
            Machine::new(&server, "aaaa", "a1"),
            Machine::new(&server, "bbbb", "b1"),
        );
        let mut at = TimeDelta::zero();
        assert!(a.leads(at) && !b.leads(at));
        // As long as it gives signs, the other one waits.
        while at < TimeDelta::hours(2) {
            if (at.num_seconds() % RENEW.num_seconds()) == 0 {
                assert!(a.leads(at));
            }
            assert!(!b.leads(at));
            at += LOOK;
        }
        let silent = at;
        while !b.leads(at) {
            at += LOOK;
            assert!(at - silent < GONE + TimeDelta::minutes(2), "it takes over");
        }
        assert!(at - silent >= GONE - RENEW);
        assert!(
            !a.leads(at + LOOK),
            "it comes back, and finds itself replaced"
        );
        assert!(b.leads(at + LOOK * 2));
        // A clean end needs no waiting.
        b.0.leave(&mut line(&server), &name(MEMORY)).expect("away");
        assert!(a.leads(at + LOOK * 3), "{personality:?}");
    }
}

#[test]
fn whoever_takes_over_does_nothing_until_the_silent_one_cannot_either() {
    let server = Server::new(Personality::modern());
    let (mut a, mut b) = (
        Machine::new(&server, "aaaa", "a1"),
        Machine::new(&server, "bbbb", "b1"),
    );
    assert!(a.leads(TimeDelta::zero()));
    let mut at = TimeDelta::zero();
    // The claim goes with the last look that does not lead yet.
    while standing(&server)
        .iter()
        .any(|id| id.starts_with("claim.aaaa"))
    {
        at += LOOK;
        assert!(!b.leads(at), "not at once");
    }
    assert!(!b.leads(at + LOOK), "nor within its last ten seconds");
    assert!(b.leads(at + LOOK * 2));
}

#[test]
fn the_same_state_folder_started_again_leads_at_once() {
    let server = Server::new(Personality::modern());
    assert!(Machine::new(&server, "aaaa", "first").leads(TimeDelta::zero()));
    let mut again = Machine::new(&server, "aaaa", "second");
    assert!(again.leads(TimeDelta::seconds(1)));
    assert_eq!(standing(&server), ["claim.aaaa.ataaaa.second@hub.example"]);
}

#[test]
fn another_state_folder_at_the_same_place_leads_after_a_moment() {
    let server = Server::new(Personality::modern());
    let mut lost = Machine::at(&server, "aaaa", "home", "first");
    assert!(lost.leads(TimeDelta::zero()));
    let mut new = Machine::at(&server, "bbbb", "home", "second");
    assert!(
        !new.leads(TimeDelta::seconds(1)),
        "the other may be within its last ten seconds"
    );
    assert!(
        !lost
            .0
            .look(
                &mut line(&server),
                &name(MEMORY),
                noon() + TimeDelta::seconds(9)
            )
            .is_ok_and(|s| s.leads)
    );
    assert!(standing(&server).len() == 1);
}

#[test]
fn a_machine_that_slept_has_seen_nothing_meanwhile() {
    let server = Server::new(Personality::modern());
    let (mut a, mut b) = (
        Machine::new(&server, "aaaa", "a1"),
        Machine::new(&server, "bbbb", "b1"),
    );
    assert!(a.leads(TimeDelta::zero()) && !b.leads(TimeDelta::zero()));
    // Both slept, side by side: the first to wake does not believe the other to be gone.
    assert!(!b.leads(TimeDelta::hours(9)));
    assert!(a.leads(TimeDelta::hours(9)));
}

#[test]
fn two_that_claim_at_once_agree_who_was_first() {
    for cut in [Cut::Before, Cut::After, Cut::Halfway] {
        for n in 1..12 {
            let server = Server::new(Personality::modern());
            let (mut a, mut b) = (
                Machine::new(&server, "aaaa", "a1"),
                Machine::new(&server, "bbbb", "b1"),
            );
            server.cut(n, cut);
            let first = a.looks(TimeDelta::zero());
            server.cut(usize::MAX, cut);
            let second = b.leads(TimeDelta::seconds(1));
            let third = a.leads(TimeDelta::seconds(2));
            assert!(second != third, "{cut:?} {n}: {first:?}, {second}, {third}");
            if first.is_ok() {
                assert!(first == Ok(third) && b.leads(TimeDelta::seconds(3)) == second);
            }
        }
    }
}
