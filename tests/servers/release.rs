//! Releases that the real server does not take, and what is asked twice.

use crate::world::house::{House, Settings, eventually, quiet};
use crate::world::people::{Draft, Style};
use std::process::Command;

/// Both said yes.
fn agreed(house: &House, draft: &Draft) {
    house.hold(draft);
    for person in [&house.rachel, &house.jordan] {
        let ask = house.ask_to(person, draft);
        person.answer(&ask, "Yes, please.", Style::Gmail);
    }
}

#[test]
fn l9_a_release_refused_after_the_dot_waits_for_the_user() {
    let Some(house) = House::open() else { return };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    let text = String::from_utf8(draft.raw).expect("UTF-8");
    let raw = text.replace("X-Odd:", "X-Refuse: yes\r\nX-Odd:");
    let draft = Draft {
        raw: raw.into_bytes(),
        ..draft
    };
    agreed(&house, &draft);
    let over = house.until(&draft, "attention");
    assert_eq!(over["reason"], "refused");
    let note = house.note("Refused by your mail server: Rachel <> Jordan");
    assert!(note.read().contains("not such a thing"), "{}", note.read());
    assert_eq!(
        house.count("Askfirst/Held", &draft),
        1,
        "the bytes are safe"
    );
    // A repeated yes does not start it again; only the user does.
    let ask = house.ask_to(&house.rachel, &draft);
    house.rachel.answer(&ask, "Yes!", Style::Phone);
    quiet();
    assert_eq!(house.listed(&draft).expect("listed")["state"], "attention");
    assert_eq!(house.notes("Refused by your mail server").len(), 1);
    assert_eq!(house.count("Sent", &draft), 0);
}

#[test]
fn l10_one_recipient_refused_and_nobody_gets_it() {
    let Some(house) = House::open() else { return };
    let nobody = house.person("Nadia Boday", "nobody", "east");
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, Some(&nobody));
    agreed(&house, &draft);
    let over = house.until(&draft, "attention");
    assert_eq!(over["reason"], "refused");
    house.note("Refused by your mail server");
    quiet();
    assert_eq!(
        (house.rachel.inbox().len(), house.jordan.inbox().len()),
        (1, 1),
        "all or nothing"
    );
    assert_eq!(house.count("Askfirst/Held", &draft), 1);
}

#[test]
fn k12_a_pair_that_declined_is_not_asked_again() {
    let Some(house) = House::open() else { return };
    let (rachel, jordan) = (&house.rachel, &house.jordan);
    let may = Draft::introducing(&house.alex, rachel, jordan, None);
    house.hold(&may);
    let ask = house.ask_to(jordan, &may);
    jordan.answer(&ask, "No, thank you.", Style::Gmail);
    house.until(&may, "declined");
    let july = Draft::with_text(
        &house.alex,
        rachel,
        jordan,
        None,
        "Dear Rachel and Jordan,\n\nthe two of you have never met, and I would like to introduce you: Rachel builds drills, \
         Jordan builds arms, and both wait for someone who understands torque.\n\nAll the best,\nAlex\n",
    );
    house.hold(&july);
    let over = house.until(&july, "attention");
    assert_eq!(over["reason"], "declined_before");
    house.note("Not sent yet");
    quiet();
    assert_eq!(
        (rachel.inbox().len(), jordan.inbox().len()),
        (1, 1),
        "nobody is asked"
    );
}

#[test]
fn the_first_three_from_drafts_ask_nobody_until_the_user_says_so() {
    let settings = Settings {
        variables: vec![("ASKFIRST__ASK__CONFIRM", "first")],
        ..Settings::default()
    };
    let Some(house) = House::open_with(settings) else {
        return;
    };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    house.hold(&draft);
    house.note("Not sent yet");
    quiet();
    quiet();
    house.assert_heard_nothing(&[&house.rachel, &house.jordan]);
    let id = house.until(&draft, "held")["id"].clone();
    house.askfirst(&["ask", id.as_str().expect("an id")]).good();
    house.ask_to(&house.rachel, &draft);
    house.ask_to(&house.jordan, &draft);
}

#[test]
fn connections_that_are_thrown_out_come_back() {
    let Some(house) = House::open() else { return };
    for _ in 0..2 {
        house.pair.dovecot.kick(&house.alex.address);
        quiet();
    }
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    agreed(&house, &draft);
    house.pair.dovecot.kick(&house.alex.address);
    house.until(&draft, "released");
    for person in [&house.rachel, &house.jordan] {
        eventually("the introduction", || {
            person.mail().with_id("INBOX", &draft.id).pop()
        });
        assert_eq!(person.letters_from(&house.alex, &draft.id).len(), 1);
    }
}

#[test]
fn one_state_folder_has_one_daemon() {
    let Some(mut house) = House::open() else {
        return;
    };
    let second = house.askfirst(&["run"]).refused();
    assert!(second.err.contains("state"), "{second:?}");
    assert!(house.runs());
    // SIGHUP reads the configuration again and ends nothing.
    let pid = house.pid().to_string();
    let hup = Command::new("kill").args(["-HUP", &pid]).status();
    assert!(hup.is_ok_and(|s| s.success()));
    house.askfirst(&["reload"]).good();
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    house.hold(&draft);
    house.ask_to(&house.rachel, &draft);
    house.stop();
}
