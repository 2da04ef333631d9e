//! Trying it out, and leaving it.

use crate::world::house::{House, eventually, quiet};
use crate::world::people::Draft;

#[test]
fn a_trial_shows_the_asks_sends_nothing_and_puts_everything_back() {
    let Some(house) = House::open() else { return };
    let notes = house.alex.inbox().len();
    let ran = house.askfirst(&["try"]).good();
    for part in [
        "Robin <> Kim",
        "robin@example.org",
        "kim@example.net",
        "Everything is put back",
    ] {
        assert!(ran.out.contains(part), "{part} is missing:\n{}", ran.out);
    }
    quiet();
    for folder in ["Drafts", "Askfirst/Held", "Sent"] {
        let there = house.alex.mail().messages(folder);
        assert!(there.iter().all(|m| m.has("\\Deleted")), "{folder}");
    }
    assert_eq!(
        house.alex.inbox().len(),
        notes,
        "the running daemon said something"
    );
    assert!(!house.pair.postfix.log().contains("robin@example.org"));
}

#[test]
fn leaving_gives_back_what_waits_and_takes_everything_away() {
    let Some(mut house) = House::open() else {
        return;
    };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    house.hold(&draft);
    house.until(&draft, "asking");
    let running = house.askfirst(&["leave", "--yes"]);
    assert_eq!(house.count("Drafts", &draft), 1, "{running:?}");
    assert_eq!(house.count("Askfirst/Held", &draft), 0);
    // The one that was started by hand has to be stopped by hand.
    assert_eq!(running.code, 1, "{running:?}");
    house.stop();
    house.askfirst(&["leave", "--yes", "--folders"]).good();
    assert!(!house.path("state").exists());
    assert!(house.path("config.toml").exists());
    eventually("no folder of ours", || {
        let mut mail = house.alex.mail();
        mail.messages("Askfirst/Held").is_empty().then_some(())
    });
}
