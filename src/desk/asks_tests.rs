//! Stories of asking: who is asked when, what waits, and what the introducer says to a note.

use super::*;

const KIM: &str = "Kim Osei <kim@river.example>";

fn held(one: &str, other: &str) -> Vec<u8> {
    draft(one, other, "You have boats in common.")
}

/// The introducer answers a note from their phone.
fn answers_note(table: &mut Table, note: &MessageId, text: &str) {
    let number = table.at.timestamp_millis();
    let bytes = format!(
        "From: Alex Rivera <alex@hub.example>\r\nTo: alex@hub.example\r\nSubject: Re: note\r\n\
         Message-ID: <{number}@phone.example>\r\nIn-Reply-To: {note}\r\n\r\n{text}\r\n"
    )
    .into_bytes();
    let account = "work".to_owned();
    table.at += TimeDelta::seconds(1);
    table.hear(Heard::FoundInSent { account, bytes });
}

fn last_note(table: &Table) -> MessageId {
    table.told.last().expect("a note").message_id.clone()
}

#[test]
fn k14_a_third_ask_to_one_person_waits_its_turn() {
    let mut table = Table::laid("confirm = \"never\"\norder = \"together\"", &[]);
    for other in [JORDAN, MIRA, KIM] {
        table.holds(&held(RACHEL, other));
    }
    table.wait(11 * MINUTE);
    let asked = table.asks_to("rachel@winters.example");
    assert_eq!(asked.len(), 2, "two may be open at a time");
    assert_eq!(table.asks.len(), 5, "the others are not kept waiting");
    table.replies(RACHEL, &[&asked[0]], "Yes, gladly.");
    assert_eq!(table.asks_to("rachel@winters.example").len(), 3);
}

#[test]
fn y18_after_a_never_no_ask_of_theirs_leaves() {
    let mut table = Table::laid("confirm = \"never\"\nmax_per_person = 1", &[]);
    let first = table.holds(&held(RACHEL, JORDAN));
    let second = table.holds(&held(RACHEL, MIRA));
    table.wait(11 * MINUTE);
    let third = table.holds(&held(RACHEL, KIM));
    let asked = table.asks_to("rachel@winters.example");
    assert_eq!(asked.len(), 1);
    table.replies(RACHEL, &[&asked[0]], "Please never ask me this again.");
    assert_eq!(table.stands(&first), (State::Declined, Some(Reason::Never)));
    assert_eq!(
        table.stands(&second),
        (State::Attention, Some(Reason::Never))
    );
    assert_eq!(
        table.stands(&third),
        (State::Attention, Some(Reason::Never))
    );
    table.wait(DAY);
    assert_eq!(table.asks_to("rachel@winters.example").len(), 1);
    let told = |subject: &str| {
        table
            .notes
            .iter()
            .filter(|n| n.starts_with(subject))
            .count()
    };
    assert_eq!(told("Not asked"), 2, "{:?}", table.notes);
}

#[test]
fn always_answers_what_waits_its_turn() {
    let mut table = Table::laid("confirm = \"never\"\nmax_per_person = 1", &[]);
    let first = table.holds(&held(RACHEL, JORDAN));
    let second = table.holds(&held(RACHEL, MIRA));
    table.wait(11 * MINUTE);
    let asked = table.asks_to("rachel@winters.example");
    table.replies(RACHEL, &[&asked[0]], "Yes, always, no need to ask me.");
    let jordan = table.asks_to("jordan@boatshed.example");
    let mira = table.asks_to("mira@birchtar.example");
    table.replies(JORDAN, &[&jordan[0]], "Yes.");
    table.replies(MIRA, &[&mira[0]], "Yes.");
    assert_eq!(
        table.asks_to("rachel@winters.example").len(),
        1,
        "asked once"
    );
    assert_eq!(table.stands(&first).0, State::Released);
    assert_eq!(table.stands(&second).0, State::Released);
}

#[test]
fn r7_in_turn_the_one_whose_time_is_wanted_is_asked_last() {
    let mut table = Table::laid("confirm = \"never\"\norder = \"in_turn\"", &[]);
    let id = table.holds(&draft(
        RACHEL,
        JORDAN,
        "Rachel runs a studio in Leeds. Jordan is looking for somebody who carves.",
    ));
    table.wait(11 * MINUTE);
    assert_eq!(table.asks.len(), 1);
    assert_eq!(table.asks[0].to.as_str(), "jordan@boatshed.example");
    let ask = table.asks[0].clone();
    table.replies(JORDAN, &[&ask], "Yes please!");
    assert_eq!(table.asks.len(), 2);
    let ask = table.asks[1].clone();
    table.replies(RACHEL, &[&ask], "Yes.");
    assert_eq!(table.stands(&id).0, State::Released);
}

#[test]
fn in_turn_a_no_of_the_first_is_never_known_to_the_second() {
    let mut table = Table::laid("confirm = \"never\"\norder = \"in_turn\"", &[]);
    let id = table.holds(&boats());
    table.wait(11 * MINUTE);
    let ask = table.asks[0].clone();
    table.replies(RACHEL, &[&ask], "No, thank you.");
    table.wait(30 * DAY);
    assert_eq!(table.stands(&id).0, State::Declined);
    assert_eq!(table.asks.len(), 1, "Jordan never hears of it");
}

#[test]
fn r11_the_reminder_goes_to_the_introducer() {
    let mut table = Table::laid("confirm = \"never\"", &[]);
    table.holds(&boats());
    table.wait(4 * DAY + 20 * MINUTE);
    assert_eq!(table.asks.len(), 2, "nobody is chased");
    let waiting = table
        .notes
        .iter()
        .filter(|n| n.starts_with("No answer yet"));
    assert_eq!(waiting.count(), 1, "one note for both");
    // “remind” sends each the one reminder, and no second one.
    let note = last_note(&table);
    answers_note(&mut table, &note, "remind");
    assert_eq!(table.asks.len(), 4);
    answers_note(&mut table, &note, "remind");
    assert_eq!(table.asks.len(), 4);
    let last = table.told.last().expect("a note");
    assert!(
        last.text.contains("nobody is left to remind"),
        "{}",
        last.text
    );
}

#[test]
fn remind_off_and_remind_party() {
    let mut off = Table::laid("confirm = \"never\"\nremind = \"off\"", &[]);
    off.holds(&boats());
    off.wait(10 * DAY);
    assert_eq!(
        (
            off.asks.len(),
            off.notes
                .iter()
                .filter(|n| n.starts_with("No answer"))
                .count()
        ),
        (2, 0)
    );
    let mut party = Table::laid("confirm = \"never\"\nremind = \"party\"", &[]);
    party.holds(&boats());
    party.wait(10 * DAY);
    assert_eq!(party.asks.len(), 4, "one reminder each, and no more");
    let reminder = &party.asks[2];
    assert!(reminder.subject.starts_with("Re: "), "{}", reminder.subject);
}

#[test]
fn r15_later_with_a_date_comes_back_on_that_day() {
    let mut table = Table::laid("confirm = \"never\"", &[]);
    let id = table.holds(&boats());
    table.wait(11 * MINUTE);
    let ask = table.asks_to("rachel@winters.example")[0].clone();
    table.replies(
        RACHEL,
        &[&ask],
        "Not now, please ask me again on 15 December 2026.",
    );
    let other = table.asks_to("jordan@boatshed.example")[0].clone();
    table.replies(JORDAN, &[&other], "Yes.");
    assert_eq!(table.stands(&id), (State::Asking, None));
    table.wait(19 * DAY);
    assert_eq!(
        table.stands(&id).0,
        State::Asking,
        "it is not over before that day"
    );
    table.wait(2 * DAY);
    assert_eq!(table.stands(&id), (State::Attention, Some(Reason::Later)));
    let told = |n: &&String| n.contains("asked to wait until now");
    assert_eq!(
        table.notes.iter().filter(told).count(),
        1,
        "{:?}",
        table.notes
    );
}

#[test]
fn y24_a_note_is_answered_with_one_word_and_only_by_the_introducer() {
    let mut table = Table::laid("confirm = \"always\"", &[]);
    let id = table.holds(&boats());
    let note = last_note(&table);
    // Somebody else writes to the same thread, with the introducer in From: it is not in Sent.
    let forged = format!(
        "From: Alex Rivera <alex@hub.example>\r\nTo: alex@hub.example\r\nMessage-ID: <f@evil.example>\r\n\
         In-Reply-To: {note}\r\n\r\nsend\r\n"
    );
    table.hear(Heard::Arrived {
        account: "work".to_owned(),
        junk: false,
        bytes: forged.into_bytes(),
        arrival: crate::answer::vouching::Arrival::default(),
    });
    assert_eq!(table.stands(&id).0, State::Held);
    // In Sent, but to somebody else as well.
    let copied = format!(
        "From: Alex Rivera <alex@hub.example>\r\nTo: alex@hub.example\r\nCc: kim@river.example\r\n\
         Message-ID: <c@hub.example>\r\nIn-Reply-To: {note}\r\n\r\nsend\r\n"
    );
    table.hear(Heard::FoundInSent {
        account: "work".to_owned(),
        bytes: copied.into_bytes(),
    });
    assert_eq!(table.stands(&id).0, State::Held);
    let other = MessageId::new("somebody-elses@note.example").expect("an id");
    answers_note(&mut table, &other, "send");
    assert_eq!(table.stands(&id).0, State::Held);
    answers_note(&mut table, &note, "what is this?");
    assert_eq!(table.stands(&id).0, State::Held);
    let back = table.told.last().expect("a note").clone();
    assert!(
        back.subject.starts_with("Not understood"),
        "{}",
        back.subject
    );
    // The note that says so can be answered in its turn.
    answers_note(&mut table, &back.message_id, "Fragen, bitte");
    table.wait(MINUTE);
    assert_eq!((table.stands(&id).0, table.asks.len()), (State::Asking, 2));
    answers_note(&mut table, &note, "Rachel yes");
    answers_note(&mut table, &note, "sí Jordan");
    assert_eq!(table.stands(&id).0, State::Released);
    answers_note(&mut table, &note, "back");
    let last = table.told.last().expect("a note");
    assert!(last.text.contains("sent already"), "{}", last.text);
}

#[test]
fn a_note_that_tells_an_answer_never_stands_in_the_held_thread() {
    let mut table = Table::laid("confirm = \"never\"", &[]);
    let id = table.holds(&boats());
    let hold = table.told.last().expect("a note").clone();
    let held = table.desk.books.introductions[&id].message_id.clone();
    assert!(hold.text.starts_with("Not sent yet"));
    assert!(hold.bytes.contains(&format!("In-Reply-To: {held}")));
    table.wait(11 * MINUTE);
    let before = table.told.len();
    let ask = table.asks_to("rachel@winters.example")[0].clone();
    table.replies(RACHEL, &[&ask], "Who is that again?");
    table.replies(RACHEL, &[&ask], "No, thank you.");
    assert_eq!(table.told.len(), before + 2);
    for note in &table.told[before..] {
        assert!(
            !note.bytes.contains(held.as_str()) && !note.bytes.contains(hold.message_id.as_str()),
            "{}",
            note.bytes
        );
        assert!(!note.bytes.contains("References:"));
    }
}

fn slips(table: &mut Table, other: &str) {
    let bytes = held(RACHEL, other);
    let account = "work".to_owned();
    table.hear(Heard::FoundInSent { account, bytes });
}

#[test]
fn weekly_courtesy_notes_come_together_on_monday() {
    let mut table = Table::laid_with("confirm = \"never\"", "[sent]\nnotes = \"weekly\"", &[]);
    let before = table.notes.len();
    slips(&mut table, JORDAN);
    table.wait(DAY);
    slips(&mut table, KIM);
    table.wait(DAY);
    assert_eq!(
        (table.notes.len(), table.courtesy.len()),
        (before, 0),
        "Tuesday to Thursday: nothing"
    );
    table.wait(5 * DAY);
    assert_eq!((table.notes.len(), table.courtesy.len()), (before + 1, 4));
    let note = table.told.last().expect("a note");
    assert!(
        note.text.contains("Rachel <> Jordan") && note.text.contains("Rachel <> Kim"),
        "{}",
        note.text
    );
    table.wait(14 * DAY);
    assert_eq!(
        (table.notes.len(), table.courtesy.len()),
        (before + 1, 4),
        "once"
    );
    slips(&mut table, MIRA);
    table.wait(8 * DAY);
    assert_eq!((table.notes.len(), table.courtesy.len()), (before + 2, 6));
}

#[test]
fn courtesy_notes_can_be_off() {
    let mut table = Table::laid_with("confirm = \"never\"", "[sent]\nnotes = \"off\"", &[]);
    let before = table.notes.len();
    slips(&mut table, JORDAN);
    table.wait(9 * DAY);
    assert_eq!((table.notes.len(), table.courtesy.len()), (before, 0));
}

#[test]
fn a16_an_answer_of_three_days_ago_lets_nothing_leave_unannounced() {
    let mut table = Table::laid("confirm = \"never\"", &[]);
    let id = table.holds(&boats());
    table.wait(11 * MINUTE);
    let rachel = table.asks_to("rachel@winters.example")[0].clone();
    let jordan = table.asks_to("jordan@boatshed.example")[0].clone();
    table.replies(RACHEL, &[&rachel], "Yes.");
    let written = table.at.to_rfc2822();
    table.sleep(3 * DAY);
    let bytes = format!(
        "Received: from mx.example by mail.hub.example; {written}\r\nFrom: {JORDAN}\r\nTo: alex@hub.example\r\n\
         Subject: Re: {}\r\nMessage-ID: <late@boatshed.example>\r\nIn-Reply-To: {}\r\n\r\nYes, gladly.\r\n",
        jordan.subject, jordan.message_id
    );
    table.hear(Heard::Arrived {
        account: "work".to_owned(),
        junk: false,
        bytes: bytes.into_bytes(),
        arrival: crate::answer::vouching::Arrival::default(),
    });
    assert_eq!((table.stands(&id).0, table.released), (State::Asking, 0));
    let note = table.told.last().expect("a note");
    assert!(
        note.subject.starts_with("About to leave"),
        "{}",
        note.subject
    );
    table.wait(9 * MINUTE);
    assert_eq!(table.released, 0);
    table.wait(2 * MINUTE);
    assert_eq!((table.stands(&id).0, table.released), (State::Released, 1));
}

#[test]
fn l25_what_fell_due_in_a_gap_comes_a_minute_apart() {
    let mut table = Table::laid("confirm = \"never\"", &[]);
    for (one, other) in [(RACHEL, JORDAN), (RACHEL, MIRA), (JORDAN, KIM)] {
        table.holds(&held(one, other));
    }
    table.wait(11 * MINUTE);
    let before = table.notes.len();
    table.sleep(30 * DAY);
    let ended = |t: &Table| {
        t.notes[before..]
            .iter()
            .filter(|n| n.starts_with("No answer:"))
            .count()
    };
    assert_eq!(ended(&table), 1);
    table.wait(61);
    assert_eq!(ended(&table), 2);
    table.wait(61);
    assert_eq!(ended(&table), 3);
}

#[test]
fn a15_what_was_forgotten_overnight_is_asked_by_daylight() {
    let mut table = Table::laid("confirm = \"never\"", &[]);
    let id = table.holds(&boats());
    // From Tuesday noon into the middle of the night.
    table.sleep(15 * 3600);
    table.wait(30 * MINUTE);
    assert_eq!((table.stands(&id).0, table.asks.len()), (State::Held, 0));
    table.wait(5 * 3600);
    assert_eq!((table.stands(&id).0, table.asks.len()), (State::Asking, 2));
}

#[test]
fn folders_are_named_as_they_are_configured() {
    let names = "[[accounts]]\nname = \"two\"\nemail = \"alex@two.example\"\nlanguage = \"en\"\n\
                 [accounts.imap]\nhost = \"imap.two.example\"\npassword_command = \"true\"\n\
                 [accounts.smtp]\nhost = \"smtp.two.example\"\npassword_command = \"true\"\n\
                 [accounts.folders]\nheld = \"Waiting room\"\nsend_now = \"Out\"\n";
    let mut table = Table::laid_with("", names, &[]);
    let (account, exchange) = ("two".to_owned(), false);
    table.hear(leads("two", table.at));
    table.hear(Heard::Connected { account, exchange });
    table.hear(Heard::Watching {
        account: "two".to_owned(),
        messages: 3,
        since: None,
    });
    let note = table.told.last().expect("a note");
    assert!(
        note.text.contains("waits in Waiting room") && note.text.contains("or Out."),
        "{}",
        note.text
    );
}

#[test]
fn notes_by_mail_go_by_mail_and_into_the_inbox_where_the_server_will_not() {
    let mut table = Table::laid_with("confirm = \"never\"", "[notify]\nby = \"mail\"", &[]);
    let id = table.holds(&boats());
    assert_eq!(table.mailed, table.notes.len());
    assert_eq!(table.stands(&id).0, State::Held);
    table.wait(11 * MINUTE);
    assert_eq!(
        table.stands(&id).0,
        State::Asking,
        "grace began with the mailed note"
    );
    let before = table.mailed;
    table.refuses_notes = true;
    let second = table.holds(&held(MIRA, KIM));
    table.wait(11 * MINUTE);
    assert_eq!(table.mailed, before);
    assert!(
        table
            .notes
            .last()
            .is_some_and(|n| n.contains("Mira <> Kim")),
        "{:?}",
        table.notes
    );
    assert_eq!(
        table.stands(&second).0,
        State::Asking,
        "a refused note keeps nothing waiting"
    );
}

#[test]
fn the_desktop_shows_what_happened_and_nobodys_words() {
    let mut table = Table::laid("confirm = \"never\"", &[]);
    table.holds(&boats());
    assert!(
        table
            .popups
            .iter()
            .any(|p| p.summary.starts_with("Not sent yet"))
    );
    table.wait(11 * MINUTE);
    let ask = table.asks_to("rachel@winters.example")[0].clone();
    table.replies(RACHEL, &[&ask], "Is she the one with the xylophone?");
    let last = table.popups.last().expect("a popup");
    assert!(last.body.contains("Rachel Winters"), "{last:?}");
    assert!(!format!("{:?}", table.popups).contains("xylophone"));
    assert_eq!(table.popups.len(), table.notes.len());
    let mut quiet = Table::laid_with(
        "confirm = \"never\"",
        "[notify]\ninbox = false\ndesktop = false",
        &[],
    );
    quiet.holds(&boats());
    assert_eq!((quiet.popups.len(), quiet.notes.len()), (0, 0));
    let mut only = Table::laid_with("confirm = \"never\"", "[notify]\ninbox = false", &[]);
    let id = only.holds(&boats());
    assert_eq!(
        (only.popups.len(), only.notes.len()),
        (2, 0),
        "watching, and the hold"
    );
    only.wait(11 * MINUTE);
    assert_eq!(only.stands(&id).0, State::Asking);
}

#[test]
fn a12_everybody_is_greeted_as_in_the_last_mail_to_them() {
    let mut table = Table::laid("confirm = \"never\"\ngrace = \"0s\"", &[]);
    let earlier = "From: Alex Rivera <alex@hub.example>\r\nTo: rachel@winters.example\r\nMessage-ID: <e1@hub.example>\r\n\
                   Date: Mon, 2 Nov 2026 10:00:00 +0000\r\n\r\nHey Rach,\r\n\r\nthe boat is in the shed and the key is where it always is.\r\n\r\n\
                   Cheers,\r\nAlex\r\n";
    let rachel = Address::new("rachel@winters.example").expect("an address");
    table.earlier = vec![(rachel, earlier.as_bytes().to_vec())];
    let text = String::from_utf8(boats()).expect("text");
    let text = text.replace("Dear Rachel, dear Jordan,", "Hello,");
    table.holds(text.as_bytes());
    table.wait(MINUTE);
    let ask = table.asks_to("rachel@winters.example")[0].clone();
    assert!(ask.text.starts_with("Hey Rach,\n"), "{}", ask.text);
    assert!(
        !format!("{:?}", table.desk.books.introductions).contains("always is"),
        "not kept"
    );
}
