//! Leaving it.

use crate::world::house::{House, eventually};
use crate::world::people::Draft;

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
