//! Letters as their readers get them, told scene by scene.

use super::fixture::{CLASSIC, ask, introduction};

#[test]
fn the_ask_of_the_classic_introduction() {
    let letter = ask(&introduction(CLASSIC), 0);
    assert_eq!(letter.subject, "May I introduce you to Jordan Blake?");
    assert_eq!(
        letter.text,
        "Hi Rachel,\n\n\
         Would it be all right if I introduced you to Jordan Blake by email?\n\n\
         Jordan runs a robotics lab in Porto and needs a hand that people want to\n\
         hold.\n\n\
         A \"yes\" is all I need, and a \"no\" is just as fine: I shall not ask why,\n\
         and it stays with me. If it suits everybody, the next thing you get is a\n\
         mail from me to you both. Nothing more may come of it, for many reasons,\n\
         so please think nothing of it if you hear nothing further. If you know\n\
         each other already, just say so.\n\n\
         Best,\nAlex\n"
    );
}
