//! What the desk holds.

use crate::client::stuffed;
use crate::real::Real;
use crate::{BOTH, House, eventually, mail};
use askfirst::desk::gateway::Received;
use askfirst::introduction::Id;
use askfirst::mail::MessageId;

fn held() -> Received {
    Received::Held(Id("abcdefgh".to_owned()))
}

fn watching(house: &House) {
    house.desk.watched.lock().unwrap().ready = true;
}

#[test]
fn an_introduction_is_answered_with_250_and_goes_nowhere() {
    let real = Real::start();
    let house = House::before(&real);
    watching(&house);
    *house.desk.says.lock().unwrap() = Some(held());
    let message = mail(BOTH, "Rachel <> Jordan", "meet each other\n.dot\n");
    let mut client = house.client();
    client.say("MAIL FROM:<alex@hub.example> RET=HDRS", "250");
    client.say("RCPT TO:<rachel@north.example> NOTIFY=NEVER", "250");
    client.say("RCPT TO:<nobody@north.example>", "550");
    client.say("RCPT TO:<jordan@south.example>", "250");
    client.say("DATA", "354");
    client.write(&stuffed(&message));
    let reply = client.reply();
    assert!(
        reply.starts_with("250 ") && reply.contains("held as abcdefgh"),
        "{reply}"
    );
    client.say("NOOP", "250");
    assert!(real.got().is_empty());
    eventually("the transaction taken back", || {
        (real.lines().last()? == "RSET").then_some(())
    });
    let got = house.desk.got.lock().unwrap().pop().unwrap();
    assert_eq!(got.bytes, message);
    assert_eq!(got.envelope.mail_options, ["RET=HDRS"]);
    let to: Vec<_> = got.envelope.to.iter().map(|a| a.as_str()).collect();
    assert_eq!(to, BOTH, "those that the real server takes");
    assert_eq!(
        got.envelope.rcpt_options,
        [vec!["NOTIFY=NEVER".to_owned()], vec![]]
    );
}

#[test]
fn until_the_index_is_complete_the_gateway_passes() {
    let real = Real::start();
    let house = House::before(&real);
    let message = mail(BOTH, "Rachel <> Jordan", "meet each other\n");
    assert!(
        house
            .client()
            .send(BOTH, &message)
            .starts_with("250 2.0.0 real")
    );
    assert!(house.desk.got.lock().unwrap().is_empty());
}

#[test]
fn a_desk_that_says_pass_lets_it_go_unchanged() {
    let real = Real::start();
    let house = House::before(&real);
    watching(&house);
    *house.desk.says.lock().unwrap() = Some(Received::Pass);
    let message = mail(
        BOTH,
        "Rachel <> Jordan",
        &"..they are old friends\n".repeat(100_000),
    );
    assert!(
        house
            .client()
            .send(BOTH, &message)
            .starts_with("250 2.0.0 real")
    );
    assert!(real.got().pop().unwrap().message == message, "its bytes");
    crate::eventually("an empty spool", || (house.spooled() == 0).then_some(()));
}

#[test]
fn a_desk_that_does_not_answer_costs_a_temporary_refusal() {
    let real = Real::start();
    let house = House::before(&real);
    watching(&house);
    let message = mail(BOTH, "Rachel <> Jordan", "meet each other\n");
    let reply = house.client().send(BOTH, &message);
    assert!(reply.starts_with("451 4.3.0"), "{reply}");
    assert!(real.got().is_empty());
}

#[test]
fn one_transaction_for_each_recipient_is_seen_through() {
    let real = Real::start();
    let house = House::before(&real);
    watching(&house);
    *house.desk.says.lock().unwrap() = Some(held());
    let message = mail(BOTH, "Rachel <> Jordan", "meet each other\n");
    for one in BOTH {
        let reply = house.client().send(&[one], &message);
        assert!(reply.contains("held as abcdefgh"), "{reply}");
    }
    assert_eq!(house.desk.got.lock().unwrap().len(), 2);
    assert!(real.got().is_empty());
}

#[test]
fn what_repeats_or_answers_what_is_held_is_put_to_the_desk() {
    let real = Real::start();
    let house = House::before(&real);
    watching(&house);
    {
        let mut watched = house.desk.watched.lock().unwrap();
        watched
            .messages
            .insert(MessageId::new("held@hub.example").unwrap());
        watched
            .notes
            .insert(MessageId::new("note@hub.example").unwrap());
    }
    for (says, field) in [
        (
            Received::Joined(Id("abcdefgh".to_owned())),
            "Message-ID: <held@hub.example>",
        ),
        (
            Received::Joined(Id("abcdefgh".to_owned())),
            "References: <x@y.example> <held@hub.example>",
        ),
        (Received::Understood, "In-Reply-To: <note@hub.example>"),
    ] {
        *house.desk.says.lock().unwrap() = Some(says);
        // Also where it goes to one person alone.
        let message = format!("{field}\r\nTo: alex@hub.example\r\n\r\nsend\r\n");
        let reply = house
            .client()
            .send(&["alex@hub.example"], message.as_bytes());
        assert!(
            reply.starts_with("250 2.0.0") && !reply.contains("real"),
            "{reply}"
        );
    }
    assert_eq!(house.desk.got.lock().unwrap().len(), 3);
    assert!(real.got().is_empty());
}
