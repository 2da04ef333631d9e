//! Answers that are none, and letters that do not arrive.

use crate::world::house::{House, eventually, party, quiet};
use crate::world::people::{Draft, Style};

/// Both were asked; the asks.
fn asked(house: &House, draft: &Draft) -> [crate::world::client::Lying; 2] {
    house.hold(draft);
    let asks = [
        house.ask_to(&house.rachel, draft),
        house.ask_to(&house.jordan, draft),
    ];
    house.until(draft, "asking");
    asks
}

#[test]
fn a17_an_ask_refused_at_the_door_goes_to_the_user() {
    let Some(house) = House::open() else { return };
    let nobody = house.person("Nadia Boday", "nobody", "east");
    let draft = Draft::introducing(&house.alex, &house.rachel, &nobody, None);
    house.hold(&draft);
    let over = house.until(&draft, "attention");
    assert_eq!(over["reason"], "bounced", "{over:#}");
    let note = house.note("Nadia Boday could not be reached");
    assert!(note.read().contains("No such person"), "{}", note.read());
    // The other one's answer does not hide it.
    let ask = house.ask_to(&house.rachel, &draft);
    house.rachel.answer(&ask, "Yes!", Style::Gmail);
    let now = house.until_answer(&draft, &house.rachel, "yes");
    assert_eq!(now["state"], "attention");
    quiet();
    assert_eq!(house.rachel.inbox().len(), 1, "nothing is released");
}

#[test]
fn a17_a_bounce_that_comes_later_goes_to_the_user() {
    let Some(house) = House::open() else { return };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    let [ask, _] = asked(&house, &draft);
    let (to, alex) = (&house.rachel.address, &house.alex.address);
    let id = ask.field("Message-ID").expect("an id");
    let bounce = format!(
        "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example>\nTo: {alex}\nSubject: Undelivered Mail Returned to Sender\n\
         Message-ID: <bounce-{}@mx.example>\nDate: Tue, 24 Nov 2026 10:00:00 +0000\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"cut\"\n\n--cut\nContent-Type: text/plain\n\n\
         Your message could not be delivered: the mailbox is closed for good.\n\n--cut\nContent-Type: message/delivery-status\n\n\
         Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; {to}\nAction: failed\nStatus: 5.2.1\n\
         Diagnostic-Code: smtp; 550 5.2.1 mailbox closed for good\n\n--cut\nContent-Type: message/rfc822\n\n\
         From: {alex}\nTo: {to}\nSubject: {}\nMessage-ID: {id}\n\nHello\n\n--cut--\n",
        to.replace('@', "-at-"),
        ask.subject(),
    );
    house
        .pair
        .dovecot
        .deliver(alex, "INBOX", &bounce.replace('\n', "\r\n"));
    let over = house.until(&draft, "attention");
    assert_eq!(over["reason"], "bounced", "{over:#}");
    let note = house.note("Rachel Winters could not be reached");
    assert!(note.read().contains("closed for good"), "{}", note.read());
}

#[test]
fn y12_a_yes_from_another_address_is_the_users_to_judge() {
    let Some(house) = House::open() else { return };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    let [to_rachel, to_jordan] = asked(&house, &draft);
    house
        .jordan
        .answer(&to_jordan, "Yes, gladly.", Style::Gmail);
    house.until_answer(&draft, &house.jordan, "yes");
    let home = house.person("Rachel Winters", "rw", "home");
    home.answer(&to_rachel, "Yes, please!", Style::Gmail);
    let over = house.until(&draft, "attention");
    assert_eq!(over["reason"], "doubtful_sender", "{over:#}");
    assert_eq!(
        party(&over, &house.rachel)["answer"],
        serde_json::Value::Null
    );
    house.note("Rachel Winters has answered");
    quiet();
    assert_eq!(house.count("Sent", &draft), 0);
    assert_eq!(house.jordan.inbox().len(), 1, "nothing is released");
    // A later plain yes from her own address resolves it.
    house
        .rachel
        .answer(&to_rachel, "Yes, that was me. Please do.", Style::Phone);
    house.until(&draft, "released");
}

#[test]
fn y13_a_yes_without_the_thread_or_with_two_writers_releases_nothing() {
    let Some(house) = House::open() else { return };
    let (alex, rachel, jordan) = (&house.alex, &house.rachel, &house.jordan);
    let draft = Draft::introducing(alex, rachel, jordan, None);
    let [to_rachel, to_jordan] = asked(&house, &draft);
    let strange = |raw: Vec<u8>, from: &str, to: &str| {
        String::from_utf8(raw).expect("UTF-8").replacen(from, to, 1)
    };
    // No In-Reply-To and no References: anybody who knows the name could write it.
    let plain = rachel.reply(&to_rachel, "Yes, please!", Style::Bare);
    let plain = crate::world::wire::without(&plain, &["In-Reply-To", "References"]);
    rachel.submit(&[&alex.address], &plain);
    let over = house.until(&draft, "attention");
    assert_eq!(party(&over, rachel)["answer"], serde_json::Value::Null);
    // Two From fields: a mail program shows one, a filter reads the other.
    let two = jordan.reply(&to_jordan, "Yes, gladly.", Style::Gmail);
    let line = format!("From: {}", jordan.full());
    let two = strange(
        two,
        &line,
        &format!("From: Jordan <j@elsewhere.example>\r\n{line}"),
    );
    house.pair.dovecot.deliver(&alex.address, "INBOX", &two);
    eventually("a note about Jordan", || {
        house.notes("Jordan Okafor has answered").pop()
    });
    let over = house.until(&draft, "attention");
    assert_eq!(party(&over, jordan)["answer"], serde_json::Value::Null);
    quiet();
    assert_eq!(house.count("Sent", &draft), 0);
    assert_eq!((rachel.inbox().len(), jordan.inbox().len()), (1, 1));
}

#[test]
fn y6_the_latest_word_counts() {
    let Some(house) = House::open() else { return };
    let (rachel, jordan) = (&house.rachel, &house.jordan);
    let draft = Draft::introducing(&house.alex, rachel, jordan, None);
    let [to_rachel, to_jordan] = asked(&house, &draft);
    rachel.answer(&to_rachel, "Yes, sure!", Style::Gmail);
    house.until_answer(&draft, rachel, "yes");
    rachel.answer(
        &to_rachel,
        "No, I have thought about it again: rather not.",
        Style::Phone,
    );
    house.until(&draft, "declined");
    jordan.answer(&to_jordan, "Yes, gladly.", Style::Gmail);
    house.note("Jordan Okafor has answered late");
    assert_eq!((rachel.inbox().len(), jordan.inbox().len()), (1, 1));
    assert_eq!(house.count("Sent", &draft), 0);
}

#[test]
fn y3_y8_a_question_goes_to_the_user_and_a_robot_to_nobody() {
    let Some(house) = House::open() else { return };
    let (alex, rachel, jordan) = (&house.alex, &house.rachel, &house.jordan);
    let draft = Draft::introducing(alex, rachel, jordan, None);
    let [to_rachel, to_jordan] = asked(&house, &draft);
    // Her machine says yes to everything; it is no answer.
    let robot = rachel.reply(&to_rachel, "Yes, I got your mail.", Style::Bare);
    let robot = String::from_utf8(robot).expect("UTF-8").replacen(
        "MIME-Version",
        "Auto-Submitted: auto-replied\r\nMIME-Version",
        1,
    );
    rachel.submit(&[&alex.address], robot.as_bytes());
    jordan.answer(
        &to_jordan,
        "Who is she again, and what would she like to know?",
        Style::Outlook,
    );
    let over = house.until(&draft, "attention");
    assert_eq!(over["reason"], "question");
    let note = house.note("Jordan Okafor has a question");
    assert!(note.read().contains("Who is she again"), "{}", note.read());
    let now = house.listed(&draft).expect("listed");
    assert_eq!(party(&now, rachel)["answer"], serde_json::Value::Null);
    // Both say a plain yes in the end.
    rachel.answer(&to_rachel, "Yes, please.", Style::Below);
    jordan.answer(&to_jordan, "Ah, I see. Yes, please do.", Style::Html);
    house.until(&draft, "released");
}

#[test]
fn y21_an_answer_that_a_rule_has_filed_elsewhere_is_found() {
    let Some(mut house) = House::open() else {
        return;
    };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    let [to_rachel, to_jordan] = asked(&house, &draft);
    house.stop();
    for (person, ask) in [(&house.rachel, &to_rachel), (&house.jordan, &to_jordan)] {
        let reply = person.reply(ask, "Yes, please.", Style::Gmail);
        house.alex.mail().append("Archive", &reply, &["\\Seen"]);
    }
    house.start();
    house.until(&draft, "released");
}

#[test]
fn y21_an_answer_in_junk_goes_to_the_user() {
    let Some(mut house) = House::open() else {
        return;
    };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    let [to_rachel, to_jordan] = asked(&house, &draft);
    house
        .jordan
        .answer(&to_jordan, "Yes, gladly.", Style::Gmail);
    house.until_answer(&draft, &house.jordan, "yes");
    house.stop();
    let reply = house.rachel.reply(&to_rachel, "Yes, please.", Style::Gmail);
    house.alex.mail().append("Junk", &reply, &[]);
    house.start();
    house.until(&draft, "attention");
    quiet();
    assert_eq!(house.jordan.inbox().len(), 1, "nothing is released");
}
