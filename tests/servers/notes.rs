//! Deciding by answering a note, from any device.

use crate::world::client::Lying;
use crate::world::house::{House, Settings, eventually, party, quiet};
use crate::world::people::{Draft, Person, Style};

/// A grace that no story waits for.
fn patient() -> Settings {
    Settings {
        variables: vec![("ASKFIRST__ASK__GRACE", "10m")],
        ..Settings::default()
    }
}

/// What the user's mail program puts into Sent after such an answer.
fn reply(alex: &Person, note: &Lying, words: &str) -> Vec<u8> {
    alex.reply(note, words, Style::Gmail)
}

#[test]
fn send_in_answer_to_the_note_releases() {
    let Some(house) = House::open_with(patient()) else {
        return;
    };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    house.hold(&draft);
    let note = house.note("Not sent yet: Rachel <> Jordan");
    // Somebody else writes the same: it lies in the inbox and decides nothing.
    let forged = reply(&house.alex, &note, "send");
    let alex = house.alex.address.as_str();
    house.sam.submit(&[alex], &forged);
    quiet();
    assert_eq!(house.listed(&draft).expect("listed")["state"], "held");
    let raw = reply(&house.alex, &note, "Send, please");
    house.alex.mail().append("Sent", &raw, &["\\Seen"]);
    house.until(&draft, "released");
    eventually("the introduction", || {
        house.rachel.mail().with_id("INBOX", &draft.id).pop()
    });
    assert_eq!(house.rachel.inbox().len(), 1, "and no ask");
}

#[test]
fn back_in_answer_to_the_note_gives_the_draft_back() {
    let Some(house) = House::open_with(patient()) else {
        return;
    };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    house.hold(&draft);
    let note = house.note("Not sent yet: Rachel <> Jordan");
    let raw = reply(&house.alex, &note, "back");
    house.alex.mail().append("Sent", &raw, &["\\Seen"]);
    house.until(&draft, "cancelled");
    eventually("the draft", || {
        (house.count("Drafts", &draft) == 1 && house.count("Askfirst/Held", &draft) == 0)
            .then_some(())
    });
    house.assert_heard_nothing(&[&house.rachel, &house.jordan]);
}

#[test]
fn y24_a_name_with_yes_answers_for_that_person() {
    let Some(house) = House::open() else { return };
    let (rachel, jordan) = (&house.rachel, &house.jordan);
    let draft = Draft::introducing(&house.alex, rachel, jordan, None);
    house.hold(&draft);
    let note = house.note("Not sent yet: Rachel <> Jordan");
    let ask = house.ask_to(rachel, &draft);
    house.ask_to(jordan, &draft);
    rachel.answer(&ask, "Yes!", Style::Phone);
    let now = house.until_answer(&draft, rachel, "yes");
    assert_eq!(party(&now, jordan)["answer"], serde_json::Value::Null);
    let raw = reply(&house.alex, &note, "Jordan yes");
    house.alex.mail().append("Sent", &raw, &["\\Seen"]);
    house.until(&draft, "released");
}
