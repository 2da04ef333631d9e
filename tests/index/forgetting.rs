//! `forget`: afterwards not even the bytes of the files tell of the person.

use crate::{Desk, address, at};
use askfirst::acquaintance::Records;
use askfirst::mail::MessageId;

fn bytes_tell_of(desk: &Desk, needle: &str) -> Vec<String> {
    let files = std::fs::read_dir(desk.dir.path()).expect("the state folder");
    files
        .map(|f| f.expect("a file").path())
        .filter(|p| {
            let bytes = std::fs::read(p).expect("readable").to_ascii_lowercase();
            bytes.windows(needle.len()).any(|w| w == needle.as_bytes())
        })
        .map(|p| p.display().to_string())
        .collect()
}

#[test]
fn a_forgotten_person_is_gone_from_the_files_bytes() {
    let desk = Desk::new();
    for n in 0..300 {
        desk.mail(&format!(
            "From: Jordan Leekens <jordan@atlas.example>\nTo: rachel{n}@nova.example, alex@hub.example\nSubject: from jordan@atlas.example"
        ));
        desk.mail(&format!(
            "From: maya@quill.example\nTo: Jordan Leekens <JORDAN@atlas.example>, rachel{n}@nova.example\nMessage-ID: <{n}.jordan@atlas.example>"
        ));
    }
    desk.index
        .introduced(
            &[
                address("jordan@atlas.example"),
                address("rachel1@nova.example"),
            ],
            &MessageId::new("intro@hub.example").expect("an id"),
            at("2026-06-01T09:00:00Z"),
        )
        .expect("told");
    assert!(
        !bytes_tell_of(&desk, "jordan@atlas.example").is_empty(),
        "there is something to forget"
    );

    let known = desk
        .index
        .forget(&address("Jordan@atlas.example"))
        .expect("forgotten");

    assert!(known);
    assert_eq!(
        bytes_tell_of(&desk, "jordan@atlas.example"),
        Vec::<String>::new()
    );
    assert_eq!(bytes_tell_of(&desk, "leekens"), Vec::<String>::new());
    assert_eq!(
        desk.kinds("jordan@atlas.example", "rachel1@nova.example"),
        ""
    );
    assert_eq!(
        desk.kinds("maya@quill.example", "rachel1@nova.example"),
        "wrote",
        "what others have with each other stays"
    );
    assert!(
        !desk
            .index
            .forget(&address("jordan@atlas.example"))
            .expect("forgotten"),
        "nothing is left"
    );
}

#[test]
fn later_mail_of_a_forgotten_person_is_recorded_anew() {
    let desk = Desk::new();
    let mail = "From: Jordan Lee <jordan@atlas.example>\nTo: rachel@nova.example, alex@hub.example";
    desk.mail(mail);
    desk.index
        .forget(&address("jordan@atlas.example"))
        .expect("forgotten");
    assert_eq!(
        desk.kinds("jordan@atlas.example", "rachel@nova.example"),
        ""
    );
    desk.mail(mail);
    assert_eq!(
        desk.kinds("jordan@atlas.example", "rachel@nova.example"),
        "wrote"
    );
    let look = desk.index.look(at("2026-11-24T12:00:00Z"));
    assert_eq!(
        look.name_of(&address("jordan@atlas.example")).as_deref(),
        Some("Jordan Lee")
    );
}

#[test]
fn a_person_forgotten_by_another_process_is_no_ghost_in_this_one() {
    let desk = Desk::new();
    let mail = "From: Jordan Lee <jordan@atlas.example>\nTo: rachel@nova.example, alex@hub.example";
    desk.mail(mail);
    let other =
        askfirst::edge::index::Index::open(desk.dir.path(), crate::settings()).expect("open");
    other
        .forget(&address("jordan@atlas.example"))
        .expect("forgotten");
    desk.mail(mail);
    assert_eq!(
        desk.kinds("jordan@atlas.example", "rachel@nova.example"),
        "wrote"
    );
    assert_eq!(
        desk.kinds("jordan@atlas.example", "rachel@nova.example"),
        "wrote"
    );
}
