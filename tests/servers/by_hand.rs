//! No sending route: letters lie ready in Drafts, and the user presses Send.

use crate::world::client::Lying;
use crate::world::house::{House, Settings, eventually, party};
use crate::world::people::{Draft, Person, Style};
use crate::world::wire::field;

fn house() -> Option<House> {
    House::open_with(Settings {
        by_hand: true,
        ..Settings::default()
    })
}

/// The letter of ours in Drafts to this person alone.
fn ready(house: &House, to: &Person) -> Lying {
    eventually(&format!("a letter to {} ready in Drafts", to.name), || {
        let drafts = house.alex.mail().messages("Drafts");
        let to = format!("<{}>", to.address);
        drafts.into_iter().find(|m| {
            m.field("To")
                .is_some_and(|t| t.ends_with(&to) && !t.contains(','))
        })
    })
}

/// As a mail client sends a draft: under a Message-ID of its own where `renamed`, a copy in Sent, the
/// draft gone.
fn press_send(house: &House, draft: &Lying, to: &[&Person], renamed: bool) {
    let alex = &house.alex;
    let mut raw = String::from_utf8(draft.raw.clone()).expect("UTF-8");
    let id = draft.field("Message-ID").expect("an id");
    if renamed {
        raw = raw.replace(&id, &alex.new_id());
    }
    let recipients: Vec<&str> = to.iter().map(|p| p.address.as_str()).collect();
    alex.submit(&recipients, raw.as_bytes());
    let mut mail = alex.mail();
    mail.append("Sent", raw.as_bytes(), &["\\Seen"]);
    mail.delete("Drafts", draft.uid);
}

#[test]
fn asks_and_release_wait_in_drafts_for_the_users_send() {
    let Some(house) = house() else { return };
    let (alex, rachel, jordan) = (&house.alex, &house.rachel, &house.jordan);
    let draft = Draft::introducing(alex, rachel, jordan, None);
    house.hold(&draft);
    let to_rachel = ready(&house, rachel);
    let to_jordan = ready(&house, jordan);
    house.note("Ready to send");
    house.assert_heard_nothing(&[rachel, jordan]);
    let asking = house.until(&draft, "asking");
    assert_eq!(party(&asking, rachel)["asked"], false, "{asking:#}");

    press_send(&house, &to_rachel, &[rachel], false);
    press_send(&house, &to_jordan, &[jordan], true);
    eventually("both asked", || {
        let found = house.listed(&draft)?;
        let asked = |p| party(&found, p)["asked"] == true;
        (asked(rachel) && asked(jordan)).then_some(())
    });
    let asks = [house.ask_to(rachel, &draft), house.ask_to(jordan, &draft)];
    assert_eq!(
        alex.mail().messages("Sent").len(),
        2,
        "the client's own copies and no other"
    );
    rachel.answer(&asks[0], "Yes, please.", Style::Gmail);
    house.until_answer(&draft, rachel, "yes");
    jordan.answer(&asks[1], "Yes, with pleasure.", Style::Phone);

    let release = eventually("the introduction ready in Drafts", || {
        alex.mail().with_id("Drafts", &draft.id).pop()
    });
    house.until(&draft, "releasing");
    assert_ne!(field(&release.raw, "Date"), field(&draft.raw, "Date"));
    press_send(&house, &release, &[rachel, jordan], true);
    house.until(&draft, "released");
    eventually("Held empty", || {
        alex.mail()
            .messages("Askfirst/Held")
            .is_empty()
            .then_some(())
    });
    assert_eq!(alex.mail().messages("Sent").len(), 3);
    assert!(alex.mail().messages("Drafts").is_empty());
}

#[test]
fn a_no_takes_what_lies_ready_out_of_drafts() {
    let Some(house) = house() else { return };
    let (alex, rachel, jordan) = (&house.alex, &house.rachel, &house.jordan);
    let draft = Draft::introducing(alex, rachel, jordan, None);
    house.hold(&draft);
    let to_rachel = ready(&house, rachel);
    ready(&house, jordan);
    press_send(&house, &to_rachel, &[rachel], false);
    let ask = house.ask_to(rachel, &draft);
    rachel.answer(&ask, "No, thank you, not now.", Style::Gmail);
    house.until(&draft, "declined");
    eventually("the ask to Jordan gone from Drafts", || {
        alex.mail().messages("Drafts").is_empty().then_some(())
    });
    house.assert_heard_nothing(&[jordan]);
}
