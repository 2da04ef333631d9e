//! The user's hands on our folders.

use crate::world::house::{House, Settings, eventually, quiet};
use crate::world::people::Draft;
use crate::world::wire::{assert_same, field, untraced, without};

/// A grace that no story waits for.
fn patient() -> Settings {
    Settings {
        variables: vec![("ASKFIRST__ASK__GRACE", "10m")],
        ..Settings::default()
    }
}

#[test]
fn a_held_message_moved_to_send_now_leaves_at_once() {
    let Some(house) = House::open_with(patient()) else {
        return;
    };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    let held = house.hold(&draft);
    house
        .alex
        .mail()
        .move_to("Askfirst/Held", held.uid, "Askfirst/Send now");
    house.until(&draft, "released");
    for person in [&house.rachel, &house.jordan] {
        let got = eventually("the introduction", || person.inbox().pop());
        assert_same(
            &without(&untraced(&got.raw), &["Date"]),
            &draft.as_released(),
            "what arrived",
        );
    }
    eventually("one copy in Sent, none with us", || {
        (house.count("Sent", &draft) == 1
            && house.count("Askfirst/Send now", &draft) == 0
            && house.count("Askfirst/Held", &draft) == 0)
            .then_some(())
    });
    quiet();
    assert_eq!(house.rachel.inbox().len(), 1, "no ask, and no second copy");
    let all = house.askfirst(&["list", "--all", "--json"]).good().json();
    assert_eq!(
        all.as_array().map(Vec::len),
        Some(1),
        "it did not slip: {all:#}"
    );
}

#[test]
fn a_held_message_moved_to_give_back_is_a_draft_again_and_left_alone() {
    let Some(house) = House::open_with(patient()) else {
        return;
    };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    let held = house.hold(&draft);
    house
        .alex
        .mail()
        .move_to("Askfirst/Held", held.uid, "Askfirst/Give back");
    let over = house.until(&draft, "cancelled");
    assert_eq!(over["reason"], "cancelled");
    let back = eventually("back in Drafts", || {
        let back = house.alex.mail().with_id("Drafts", &draft.id).pop()?;
        (house.count("Askfirst/Give back", &draft) == 0 && back.has("\\Draft")).then_some(back)
    });
    assert_same(&back.raw, &draft.raw, "the draft");
    // Well beyond the settle time.
    quiet();
    quiet();
    assert_eq!(house.count("Drafts", &draft), 1);
    assert_eq!(house.count("Askfirst/Held", &draft), 0);
    house.assert_heard_nothing(&[&house.rachel, &house.jordan]);
}

#[test]
fn a_held_message_taken_back_into_drafts_is_cancelled() {
    let Some(house) = House::open_with(patient()) else {
        return;
    };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    let held = house.hold(&draft);
    house
        .alex
        .mail()
        .move_to("Askfirst/Held", held.uid, "Drafts");
    let over = house.until(&draft, "cancelled");
    assert_eq!(over["reason"], "taken_back");
    quiet();
    quiet();
    assert_eq!(house.count("Drafts", &draft), 1, "left alone from now on");
    assert_eq!(house.count("Askfirst/Held", &draft), 0);
    house.assert_heard_nothing(&[&house.rachel, &house.jordan]);
}

#[test]
fn d11_a_held_message_thrown_away_is_cancelled_and_told() {
    let Some(house) = House::open_with(patient()) else {
        return;
    };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    let held = house.hold(&draft);
    house
        .alex
        .mail()
        .move_to("Askfirst/Held", held.uid, "Trash");
    let over = house.until(&draft, "cancelled");
    assert_eq!(over["reason"], "deleted");
    house.note("Not sent: Rachel <> Jordan");
    quiet();
    assert_eq!(house.notes("Not sent: Rachel <> Jordan").len(), 1, "once");
    assert_eq!(house.count("Trash", &draft), 1, "left where it is");
    house.assert_heard_nothing(&[&house.rachel, &house.jordan]);
}

#[test]
fn a_draft_moved_to_ask_is_held_and_asked_about_at_once() {
    // Neither settle time nor confirmation is waited for.
    let settings = Settings {
        variables: vec![
            ("ASKFIRST__DRAFTS__SETTLE", "10m"),
            ("ASKFIRST__ASK__CONFIRM", "always"),
        ],
        ..Settings::default()
    };
    let Some(house) = House::open_with(settings) else {
        return;
    };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    house.alex.mail().draft(&draft.raw);
    // A server says nothing of what comes and goes within half a second.
    quiet();
    let lying = house.alex.mail().with_id("Drafts", &draft.id).remove(0);
    house
        .alex
        .mail()
        .move_to("Drafts", lying.uid, "Askfirst/Ask");
    let held = house.until_held(&draft);
    assert_same(&held.raw, &draft.raw, "the held copy");
    eventually("nothing left in Ask", || {
        (house.count("Askfirst/Ask", &draft) == 0).then_some(())
    });
    for person in [&house.rachel, &house.jordan] {
        let ask = house.ask_to(person, &draft);
        let to = field(&ask.raw, "To").unwrap_or_default();
        assert!(to.ends_with(&format!("<{}>", person.address)), "{to}");
    }
    house.until(&draft, "asking");
}

#[test]
fn a_held_message_moved_to_ask_is_confirmed() {
    let settings = Settings {
        variables: vec![("ASKFIRST__ASK__CONFIRM", "always")],
        ..Settings::default()
    };
    let Some(house) = House::open_with(settings) else {
        return;
    };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    let held = house.hold(&draft);
    house.note("Not sent yet");
    quiet();
    house.assert_heard_nothing(&[&house.rachel, &house.jordan]);
    house
        .alex
        .mail()
        .move_to("Askfirst/Held", held.uid, "Askfirst/Ask");
    house.ask_to(&house.rachel, &draft);
    house.ask_to(&house.jordan, &draft);
    eventually("back in Held", || {
        (house.count("Askfirst/Held", &draft) == 1 && house.count("Askfirst/Ask", &draft) == 0)
            .then_some(())
    });
    house.until(&draft, "asking");
}
