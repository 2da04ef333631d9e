//! The mailbox is the memory: what this machine forgot is found there again.

use crate::world::house::{House, eventually};
use crate::world::people::{Draft, Style};

#[test]
fn f58_with_the_state_folder_lost_answers_are_read_again_and_nobody_is_asked_twice() {
    let Some(mut house) = House::open() else {
        return;
    };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    house.hold(&draft);
    let to_rachel = house.ask_to(&house.rachel, &draft);
    let to_jordan = house.ask_to(&house.jordan, &draft);
    house
        .rachel
        .answer(&to_rachel, "Yes, please!", Style::Gmail);
    house.until_answer(&draft, &house.rachel, "yes");
    house.kill();
    std::fs::remove_dir_all(house.path("state")).expect("the state folder goes");
    house.start_only();
    house.until(&draft, "asking");
    // Her yes stands nowhere but in her own letter.
    house.until_answer(&draft, &house.rachel, "yes");
    house
        .jordan
        .answer(&to_jordan, "Yes, gladly.", Style::Gmail);
    house.until(&draft, "released");
    for person in [&house.rachel, &house.jordan] {
        let got = eventually("the introduction", || {
            Some(person.inbox()).filter(|inbox| inbox.len() > 1)
        });
        assert_eq!(got.len(), 2, "one ask and one introduction");
    }
}
