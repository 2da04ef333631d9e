//! What lies in Drafts.

use crate::world::house::{House, Settings, eventually, quiet};
use crate::world::people::{Draft, Style};
use crate::world::wire::assert_same;

#[test]
fn d1_a_draft_that_comes_back_was_never_put_aside() {
    // A composer is still open: it saves again what was taken from it.
    let settings = Settings {
        variables: vec![("ASKFIRST__ASK__GRACE", "30s")],
        ..Settings::default()
    };
    let Some(house) = House::open_with(settings) else {
        return;
    };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    house.hold(&draft);
    house.note("Not sent yet");
    house.alex.mail().draft(&draft.raw);
    let over = house.until(&draft, "cancelled");
    assert_eq!(over["reason"], "draft_returned");
    eventually("the held copy and its unread note are gone", || {
        (house.count("Askfirst/Held", &draft) == 0 && house.notes("Not sent yet").is_empty())
            .then_some(())
    });
    assert_eq!(house.count("Drafts", &draft), 1, "the composer's own copy");
    house.assert_heard_nothing(&[&house.rachel, &house.jordan]);
}

#[test]
fn d10_what_is_edited_in_held_settles_anew() {
    let Some(house) = House::open() else { return };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    let held = house.hold(&draft);
    let asks = [
        house.ask_to(&house.rachel, &draft),
        house.ask_to(&house.jordan, &draft),
    ];
    let first = house.until(&draft, "asking");
    // Thunderbird edits by putting a new version in and taking the old one away.
    let text = String::from_utf8(draft.raw.clone()).expect("UTF-8");
    let edited = text.replace("in Leeds", "in York").into_bytes();
    house
        .alex
        .mail()
        .append("Askfirst/Held", &edited, &["\\Seen"]);
    house.alex.mail().delete("Askfirst/Held", held.uid);
    eventually("the first one is cancelled", || {
        let all = house.askfirst(&["list", "--all", "--json"]).good().json();
        let all = all.as_array()?.clone();
        let old = all.iter().find(|i| i["id"] == first["id"])?;
        (old["state"] == "cancelled" && old["reason"] == "edited").then_some(())
    });
    eventually("the edited version is held", || {
        let held = house
            .alex
            .mail()
            .with_id("Askfirst/Held", &draft.id)
            .pop()?;
        (held.raw == edited && house.count("Drafts", &draft) == 0).then_some(())
    });
    // Same people, likely the same text: nobody is asked twice, and an answer to the first ask counts.
    house.rachel.answer(&asks[0], "Yes, please.", Style::Gmail);
    house.jordan.answer(&asks[1], "Yes, gladly.", Style::Gmail);
    for person in [&house.rachel, &house.jordan] {
        let got = eventually("the edited introduction", || {
            person.mail().with_id("INBOX", &draft.id).pop()
        });
        let text = got.text();
        assert!(
            text.contains("in York") && !text.contains("in Leeds"),
            "{text}"
        );
        assert_eq!(person.letters_from(&house.alex, &draft.id).len(), 1);
    }
}

#[test]
fn d9_what_lay_in_drafts_before_is_never_taken() {
    let Some(mut house) = House::build(Settings::default()) else {
        return;
    };
    let old = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    house.alex.mail().draft(&old.raw);
    house.start();
    // A new one after it shows that drafts are taken by now.
    let new = Draft::introducing(&house.alex, &house.rachel, &house.sam, None);
    house.hold(&new);
    house.ask_to(&house.sam, &new);
    assert_eq!(house.count("Drafts", &old), 1);
    assert!(house.listed(&old).is_none());
    house.assert_heard_nothing(&[&house.jordan]);
}

#[test]
fn d4_d5_unfinished_and_ordinary_drafts_stay_as_they_are() {
    let Some(house) = House::open() else { return };
    let (alex, rachel, jordan) = (&house.alex, &house.rachel, &house.jordan);
    let ada = house.person("Ada Quist", "ada", "isle");
    let placeholder = Draft::with_text(
        alex,
        rachel,
        &ada,
        None,
        "Hi Rachel and Ada,\n\nI would like to introduce you two to each other. Rachel designs power tools, Ada TODO.\n\n\
         Best wishes,\nAlex\n",
    );
    let attachment = Draft::with_text(
        alex,
        jordan,
        &ada,
        None,
        "Hi Jordan and Ada,\n\nI would like to introduce you two to each other. Jordan runs a robotics lab; Ada's CV is attached.\n\n\
         Best wishes,\nAlex\n",
    );
    let ordinary = Draft::with_text(
        alex,
        rachel,
        &house.sam,
        None,
        "Hello both,\n\nthe minutes of Monday's meeting: the roof is paid for, the fence can wait until spring.\n\nBest wishes,\nAlex\n",
    );
    for draft in [&placeholder, &attachment, &ordinary] {
        alex.mail()
            .append("Drafts", &draft.raw, &["\\Draft", "\\Seen", "\\Flagged"]);
    }
    let before = alex.mail().messages("Drafts");
    let finished = Draft::introducing(alex, rachel, jordan, None);
    house.hold(&finished);
    house.ask_to(jordan, &finished);
    quiet();
    let after = alex.mail().messages("Drafts");
    assert_eq!(after.len(), 3);
    for (was, is) in before.iter().zip(&after) {
        assert_eq!(was.uid, is.uid);
        let flags = |m: &crate::world::client::Lying| {
            let mut flags = m.flags.clone();
            flags.retain(|f| f != "\\Recent");
            flags
        };
        assert_eq!(flags(was), flags(is));
        assert_same(&is.raw, &was.raw, "a draft");
    }
    for draft in [&placeholder, &attachment, &ordinary] {
        assert!(house.listed(draft).is_none(), "{}", draft.subject);
    }
    house.assert_heard_nothing(&[&ada, &house.sam]);
}

#[test]
fn n13_the_fourth_of_near_identical_letters_is_a_mail_merge_and_passes() {
    let Some(house) = House::open() else { return };
    let pairs: Vec<_> = ["east", "isle", "moor", "cape"]
        .iter()
        .map(|place| {
            (
                house.person("Ada Quist", "ada", place),
                house.person("Ben Holt", "ben", &format!("{place}-two")),
            )
        })
        .collect();
    let mut drafts = Vec::new();
    for (ada, ben) in &pairs {
        let draft = Draft::introducing(&house.alex, ada, ben, None);
        if drafts.len() < 3 {
            house.hold(&draft);
        } else {
            house.alex.mail().draft(&draft.raw);
        }
        drafts.push(draft);
    }
    // Different introductions are always held; one shows that the fourth has been judged.
    let other = Draft::with_text(
        &house.alex,
        &house.rachel,
        &house.jordan,
        None,
        "Dear Rachel and Jordan,\n\nthe two of you have never met, and I would like to introduce you: Rachel builds drills, \
         Jordan builds arms, and both wait for someone who understands torque.\n\nAll the best,\nAlex\n",
    );
    house.hold(&other);
    assert_eq!(house.count("Drafts", &drafts[3]), 1);
    assert!(house.listed(&drafts[3]).is_none());
    let (ada, ben) = &pairs[3];
    house.assert_heard_nothing(&[ada, ben]);
}
