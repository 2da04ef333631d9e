//! Connections that break, and what becomes of the mail.

use crate::client::stuffed;
use crate::real::{Manner, Real};
use crate::{BOTH, House, ONE, eventually, mail};
use std::sync::atomic::Ordering;

#[test]
fn f5_a_client_that_missed_the_250_is_answered_from_the_record() {
    let real = Real::start();
    let mut house = House::before(&real);
    let message = mail(ONE, "hello", "hello\n");
    let mut client = house.client();
    client.address(ONE);
    client.write(&stuffed(&message));
    // Killed before it reads the verdict.
    client.hang_up();
    eventually("the mail at the real server", || real.got().pop());
    // Also after a restart of askfirst.
    house.close();
    house.open();
    let reply = house.client().send(ONE, &message);
    assert_eq!(reply, "250 2.0.0 real has it\r\n");
    assert_eq!(real.got().len(), 1, "not sent again");
    // Another mail with the same id is another mail.
    let other = mail(ONE, "hello", "hello again\n");
    assert!(house.client().send(ONE, &other).starts_with("250 "));
    assert_eq!(real.got().len(), 2);
}

#[test]
fn the_same_mail_sent_twice_on_purpose_goes_twice() {
    let real = Real::start();
    let house = House::before(&real);
    let message = mail(ONE, "hello", "hello\n");
    for n in 1..=2 {
        let mut client = house.client();
        assert!(client.send(ONE, &message).starts_with("250 "));
        client.say("QUIT", "221");
        assert_eq!(real.got().len(), n);
    }
}

#[test]
fn a_cut_after_the_dot_is_looked_up_in_sent_before_it_goes_again() {
    let real = Real::start();
    let house = House::before(&real);
    let message = mail(ONE, "hello", "hello\n");
    real.behaves(Manner::CutAfterDot);
    let reply = house.client().send(ONE, &message);
    assert!(
        reply.starts_with("451 4.4.2") && reply.contains("Sent"),
        "{reply}"
    );
    real.behaves(Manner::Usual);
    // Sent shows it.
    house.desk.in_sent.store(true, Ordering::Relaxed);
    let mut client = house.client();
    assert!(client.send(ONE, &message).starts_with("250 "));
    assert_eq!(
        *house.desk.asked_sent.lock().unwrap(),
        ["hello@hub.example"]
    );
    assert_eq!(real.got().len(), 1, "not sent again");
}

#[test]
fn a_cut_after_the_dot_without_a_sign_goes_again() {
    let real = Real::start();
    let house = House::before(&real);
    let message = mail(BOTH, "hello", "hello\n");
    real.behaves(Manner::CutAfterDot);
    assert!(house.client().send(BOTH, &message).starts_with("451 "));
    real.behaves(Manner::Usual);
    assert!(house.client().send(BOTH, &message).starts_with("250 "));
    assert_eq!(real.got().len(), 2);
}

#[test]
fn a_cut_in_the_middle_means_that_nothing_was_sent() {
    let real = Real::start();
    let house = House::before(&real);
    real.behaves(Manner::CutInBody);
    for to in [ONE, BOTH] {
        let message = mail(to, "hello", &"a line of it\n".repeat(200_000));
        let reply = house.client().send(to, &message);
        assert!(reply.starts_with("451 4.4.2"), "{reply}");
    }
    assert!(real.got().is_empty());
}

#[test]
fn a_client_that_is_cut_off_in_the_middle_leaves_nothing_behind() {
    let real = Real::start();
    let house = House::before(&real);
    for to in [ONE, BOTH] {
        let mut client = house.client();
        client.address(to);
        client.write(b"Subject: x\r\n\r\nhalf of");
        client.hang_up();
    }
    let mut client = house.client();
    assert!(
        client
            .send(ONE, &mail(ONE, "whole", "whole\n"))
            .starts_with("250 ")
    );
    assert_eq!(real.got().len(), 1);
    crate::eventually("an empty spool", || (house.spooled() == 0).then_some(()));
}

#[test]
fn f16_a_message_on_its_way_is_finished_when_the_daemon_stops() {
    let real = Real::start();
    let mut house = House::before(&real);
    let mut client = house.client();
    client.address(ONE);
    client.write(b"Subject: x\r\n\r\n");
    let closing = std::thread::spawn(move || {
        house.close();
        house
    });
    std::thread::sleep(std::time::Duration::from_millis(200));
    client.write(b"the rest\r\n.\r\n");
    assert!(client.reply().starts_with("250 "));
    closing.join().unwrap();
    assert_eq!(real.got().len(), 1);
}
