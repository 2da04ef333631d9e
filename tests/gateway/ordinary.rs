//! Mail like any other.

use crate::client::Client;
use crate::real::{Manner, Real};
use crate::{BOTH, House, ONE, mail};
use std::sync::atomic::Ordering;

#[test]
fn the_real_servers_own_words_reach_the_client() {
    let real = Real::start();
    let house = House::before(&real);
    let mut client = house.client();
    client.say(
        "MAIL FROM:<eve@evil.example>",
        "553 5.7.1 not yours, says real",
    );
    let said = client.say("MAIL FROM:<alex@hub.example> BODY=8BITMIME RET=HDRS", "250");
    assert_eq!(said, "250 2.1.0 real likes you\r\n");
    let said = client.say("RCPT TO:<nobody@north.example>", "550");
    assert_eq!(
        said,
        "550-5.1.1 real knows\r\n550 5.1.1 nobody of that name\r\n"
    );
    client.say("RCPT TO:<grey@north.example>", "451 4.7.1 later");
    client.say("DATA", "554 5.5.1");
    client.say(
        "RCPT TO:<rachel@north.example> NOTIFY=SUCCESS ORCPT=rfc822;R@north.example",
        "250 2.1.5 real",
    );
    client.say("DATA", "354");
    client.write(b"Subject: x\r\n\r\nhello\r\n.\r\n");
    assert_eq!(client.reply(), "250 2.0.0 real has it\r\n");
    let got = real.got();
    assert_eq!(got.len(), 1);
    assert_eq!(
        got[0].mail,
        "MAIL FROM:<alex@hub.example> BODY=8BITMIME RET=HDRS"
    );
    assert_eq!(
        got[0].rcpts,
        ["RCPT TO:<rachel@north.example> NOTIFY=SUCCESS ORCPT=rfc822;R@north.example"]
    );
    assert_eq!(
        got[0].message, b"Subject: x\r\n\r\nhello\r\n",
        "no header added, not even Received"
    );
}

#[test]
fn one_conversation_with_the_real_server_serves_one_mail_after_another() {
    let real = Real::start();
    let house = House::before(&real);
    for n in 0..20 {
        let mut client = house.client();
        let reply = client.send(ONE, &mail(ONE, &format!("mail {n}"), "hello\n"));
        assert!(reply.starts_with("250 "), "{reply}");
        client.say("QUIT", "221");
    }
    assert_eq!(real.got().len(), 20);
    assert_eq!(
        real.connections(),
        1,
        "the one that was opened early is used again"
    );
}

#[test]
fn a_kept_conversation_that_is_over_costs_the_client_nothing() {
    let real = Real::start();
    real.behaves(Manner::OneEach);
    let house = House::before(&real);
    for n in 0..5 {
        let mut client = house.client();
        let reply = client.send(ONE, &mail(ONE, &format!("mail {n}"), "hello\n"));
        assert!(reply.starts_with("250 "), "{reply}");
    }
    assert_eq!(real.got().len(), 5);
}

#[test]
fn several_mails_pipelined_and_in_splinters() {
    let real = Real::start();
    let house = House::before(&real);
    let mut client = house.client();
    let one = b"MAIL FROM:<alex@hub.example>\r\nRCPT TO:<rachel@north.example>\r\nDATA\r\n";
    client.write(one);
    for wanted in ["250", "250", "354"] {
        let reply = client.reply();
        assert!(reply.starts_with(wanted), "{reply}");
    }
    for byte in b"Subject: x\r\n\r\n..\r\n.\r\n" {
        client.write(&[*byte]);
    }
    assert!(client.reply().starts_with("250 "));
    // Without waiting for anything, as no client should.
    client.write(&[one.as_slice(), b"\r\nlate\r\n.\r\nNOOP\r\n"].concat());
    for wanted in ["250", "250", "354", "250 2.0.0 real", "250 2.0.0 Here"] {
        let reply = client.reply();
        assert!(reply.starts_with(wanted), "{reply}");
    }
    let got: Vec<_> = real.got().into_iter().map(|g| g.message).collect();
    assert_eq!(
        got,
        [
            b"Subject: x\r\n\r\n.\r\n".to_vec(),
            b"\r\nlate\r\n".to_vec()
        ]
    );
}

#[test]
fn l20_with_the_real_server_away_nothing_is_taken() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let house = House::before_port(port);
    let mut client = house.client();
    let reply = client.say("MAIL FROM:<alex@hub.example>", "451 4.4.1");
    assert!(reply.contains("nothing was sent"), "{reply}");
    client.say("RCPT TO:<rachel@north.example>", "503");
}

#[test]
fn f96_a_gateway_that_would_send_to_itself_does_not() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    // The real server's port is a second gateway whose real server is the first.
    let first = House::before_port(port);
    let mut client = first.client();
    client.say("MAIL FROM:<alex@hub.example>", "451 4.4.1");
}

#[test]
fn a_refusal_of_the_message_is_the_real_servers() {
    let real = Real::start();
    let house = House::before(&real);
    for (manner, wanted) in [
        (
            Manner::Says("550 5.7.1 real does not like it"),
            "550 5.7.1 real does not like it",
        ),
        (
            Manner::Says("421 4.3.2 real is going down"),
            "451 4.3.2 real is going down",
        ),
        (
            Manner::NoData("452 4.3.1 real is full"),
            "452 4.3.1 real is full",
        ),
        (Manner::Usual, "250 2.0.0 real has it"),
    ] {
        real.behaves(manner.clone());
        for to in [ONE, BOTH] {
            let reply = house.client().send(to, &mail(to, "hello", "hello\n"));
            assert!(reply.starts_with(wanted), "{manner:?}: {reply}");
        }
    }
    assert_eq!(real.got().len(), 2);
}

#[test]
fn only_two_and_more_are_judged_and_they_pass_unchanged() {
    let real = Real::start();
    let house = House::before(&real);
    house.desk.watched.lock().unwrap().ready = true;
    let text = "..\n.dot\nGr\u{fc}\u{df}e\n";
    for to in [ONE, BOTH] {
        let message = mail(to, "minutes", text);
        assert!(house.client().send(to, &message).starts_with("250 "));
        assert_eq!(real.got().pop().unwrap().message, message);
        assert_eq!(house.desk.judged.load(Ordering::Relaxed), to.len() > 1);
    }
    assert!(house.desk.got.lock().unwrap().is_empty());
}

#[test]
fn what_is_offered_before_the_login_is_what_the_real_server_offers() {
    let real = Real::start();
    let house = House::before(&real);
    crate::eventually("the real server's offer", || {
        let hello = Client::connect(house.port).say("EHLO client.example", "250");
        hello.contains("250-SIZE 300000000").then_some(hello)
    });
    let hello = Client::connect(house.port).say("EHLO client.example", "250");
    for offered in [
        "PIPELINING",
        "8BITMIME",
        "SMTPUTF8",
        "DSN",
        "AUTH PLAIN LOGIN",
    ] {
        assert!(hello.contains(offered), "{offered} in {hello}");
    }
    assert!(!hello.contains("STARTTLS"), "{hello}");
}

#[test]
fn a_large_mail_streams_through() {
    let real = Real::start();
    let house = House::before(&real);
    let message = mail(
        ONE,
        "large",
        &"All work and no play makes a dull mail.\n".repeat(300_000),
    );
    assert!(house.client().send(ONE, &message).starts_with("250 "));
    assert!(real.got().pop().unwrap().message == message, "its bytes");
    // By way of disk, because two may be strangers.
    let message = mail(
        BOTH,
        "large for two",
        &".All work and no play makes a dull mail.\n".repeat(300_000),
    );
    assert!(house.client().send(BOTH, &message).starts_with("250 "));
    assert!(real.got().pop().unwrap().message == message, "its bytes");
    crate::eventually("an empty spool", || (house.spooled() == 0).then_some(()));
}
