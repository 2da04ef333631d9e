//! What is found in Sent.

use crate::world::house::{House, Settings, eventually, quiet};
use crate::world::people::Draft;

#[test]
fn an_introduction_sent_from_a_phone_is_told_and_courtesy_lies_ready() {
    let Some(house) = House::open() else { return };
    let (alex, rachel, jordan) = (&house.alex, &house.rachel, &house.jordan);
    let draft = Draft::introducing(alex, rachel, jordan, None);
    alex.mail().append("Sent", &draft.raw, &["\\Seen"]);
    let slipped = house.until(&draft, "slipped");
    assert_eq!(slipped["via"], "sent");
    house.note("Already sent: Rachel <> Jordan");
    let courtesy = eventually("two courtesy drafts", || {
        let lying = alex.mail().messages("Drafts");
        (lying.len() == 2).then_some(lying)
    });
    for (letter, to, other) in [
        (&courtesy[0], rachel, jordan),
        (&courtesy[1], jordan, rachel),
    ] {
        assert!(letter.has("\\Draft"), "{:?}", letter.flags);
        let field = letter.field("To").unwrap_or_default();
        assert!(field.ends_with(&format!("<{}>", to.address)), "{field}");
        assert!(
            letter.subject().contains(&other.name),
            "{}",
            letter.subject()
        );
        assert!(!letter.text().contains(&other.address), "{}", letter.text());
    }
    quiet();
    quiet();
    assert_eq!(alex.mail().messages("Drafts").len(), 2, "never taken");
    assert_eq!(house.count("Sent", &draft), 1);
    house.assert_heard_nothing(&[rachel, jordan]);
}

#[test]
fn l14_the_same_introduction_sent_by_hand_ends_the_hold() {
    let settings = Settings {
        variables: vec![("ASKFIRST__ASK__GRACE", "10m")],
        ..Settings::default()
    };
    let Some(house) = House::open_with(settings) else {
        return;
    };
    let (alex, rachel, jordan) = (&house.alex, &house.rachel, &house.jordan);
    let draft = Draft::introducing(alex, rachel, jordan, None);
    house.hold(&draft);
    // Nothing happened, they thought, and wrote it again on the phone.
    let text = String::from_utf8(draft.raw.clone()).expect("UTF-8");
    let again = text.replace(&draft.id, &alex.new_id());
    alex.mail().append("Sent", again.as_bytes(), &["\\Seen"]);
    let over = house.until(&draft, "cancelled");
    assert_eq!(over["reason"], "superseded", "{over:#}");
    quiet();
    house.assert_heard_nothing(&[rachel, jordan]);
}
