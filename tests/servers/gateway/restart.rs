//! What is waited for is waited for after a restart, too.

use super::house;
use crate::world::house::eventually;
use crate::world::people::Draft;

#[test]
fn what_slipped_out_is_told_though_it_was_killed_while_it_waited_for_the_gateway() {
    let Some(mut house) = house() else { return };
    let indexed = |house: &crate::world::house::House| {
        let status = house.askfirst(&["status", "--json"]).good().json();
        status["accounts"][0]["indexed"].as_u64().unwrap_or(0)
    };
    let before = indexed(&house);
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    // Sent from a phone; some clients file before they send, so the gateway has eight seconds.
    house.alex.mail().append("Sent", &draft.raw, &["\\Seen"]);
    eventually("Sent was read", || (indexed(&house) > before).then_some(()));
    assert!(house.listed(&draft).is_none(), "it waits");
    house.kill();
    house.start_only();
    house.until(&draft, "slipped");
}
