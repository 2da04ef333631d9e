//! One story each (SCENES K1 to K18).

use crate::{Desk, address, at, folder, settings, summary};
use askfirst::acquaintance::Records;
use askfirst::config::SameOrganisation;
use askfirst::edge::index::{Index, Settings};
use askfirst::mail::MessageId;

const RACHEL: &str = "rachel@nova.example";
const JORDAN: &str = "jordan@atlas.example";
const MAYA: &str = "maya@quill.example";

fn id(text: &str) -> MessageId {
    MessageId::new(text).expect("an id")
}

#[test]
fn strangers_have_no_evidence() {
    let desk = Desk::new();
    desk.mail("From: Rachel Winters <rachel@nova.example>\nTo: alex@hub.example\nSubject: Lunch");
    desk.mail("From: Jordan Lee <jordan@atlas.example>\nTo: alex@hub.example\nSubject: Lunch");
    assert_eq!(desk.kinds(RACHEL, JORDAN), "");
    assert_eq!(desk.kinds(RACHEL, "nobody@void.example"), "");
}

#[test]
fn one_wrote_to_the_other_with_the_user_on_copy() {
    let desk = Desk::new();
    desk.mail(
        "From: Rachel Winters <rachel@nova.example>\nTo: Jordan Lee <jordan@atlas.example>\n\
         Cc: alex@hub.example\nSubject: Dinner at eight\nMessage-ID: <dinner@nova.example>",
    );
    let evidence = desk.evidence(JORDAN, RACHEL);
    assert_eq!(evidence.len(), 1);
    assert_eq!(
        evidence[0].detail,
        "Rachel Winters wrote to Jordan Lee on 3 May 2026: “Dinner at eight”"
    );
    assert_eq!(evidence[0].message_id, Some(id("dinner@nova.example")));
    assert_eq!(evidence[0].date, Some(at("2026-05-03T12:00:00Z")));
    assert_eq!(desk.kinds(RACHEL, JORDAN), "wrote");
}

#[test]
fn the_strongest_evidence_stands_first() {
    let desk = Desk::new();
    desk.mails(&[
        "From: alex@hub.example\nTo: rachel@nova.example, jordan@atlas.example\nSubject: Summer party",
        "From: alex@hub.example\nTo: rachel@nova.example, jordan@atlas.example\nSubject: Boat\nMessage-ID: <boat@hub.example>",
        "From: rachel@nova.example\nTo: alex@hub.example\nSubject: Re: Boat\nIn-Reply-To: <boat@hub.example>",
        "From: jordan@atlas.example\nTo: alex@hub.example\nSubject: Re: Boat\nIn-Reply-To: <boat@hub.example>",
        "From: jordan@atlas.example\nTo: alex@hub.example\nCc: rachel@nova.example\nSubject: Keys",
    ]);
    assert_eq!(desk.kinds(RACHEL, JORDAN), "wrote, thread, together");
    let details: Vec<String> = desk
        .evidence(RACHEL, JORDAN)
        .into_iter()
        .map(|e| e.detail)
        .collect();
    assert_eq!(
        details,
        [
            "jordan@atlas.example wrote with rachel@nova.example on copy on 3 May 2026: “Keys”",
            "rachel@nova.example and jordan@atlas.example both wrote in one thread, seen together on 3 May 2026: “Boat”",
            "you wrote to rachel@nova.example and jordan@atlas.example together on 3 May 2026: “Summer party”",
        ]
    );
}

#[test]
fn two_answers_to_separate_mails_in_one_thread_are_no_evidence() {
    // Alex forwarded Rachel's question to Jordan: the same thread, and neither saw the other.
    let desk = Desk::new();
    desk.mails(&[
        "From: rachel@nova.example\nTo: alex@hub.example\nMessage-ID: <q@nova.example>",
        "From: alex@hub.example\nTo: jordan@atlas.example\nMessage-ID: <f@hub.example>\nReferences: <q@nova.example>",
        "From: jordan@atlas.example\nTo: alex@hub.example\nReferences: <q@nova.example> <f@hub.example>",
    ]);
    assert_eq!(desk.kinds(RACHEL, JORDAN), "");
}

#[test]
fn k1_colleagues_count_where_the_setting_says_so() {
    let desk = Desk::new();
    let evidence = desk.evidence("rachel@nova.example", "sam@lab.nova.example");
    assert_eq!(evidence.len(), 1);
    assert_eq!(
        evidence[0].detail,
        "both have addresses of one organisation: nova.example"
    );
    assert_eq!(desk.kinds("rachel@gmail.com", "sam@gmail.com"), "");
    let off = Desk::with(Settings {
        same_organisation: SameOrganisation::No,
        ..settings()
    });
    assert_eq!(off.kinds("rachel@nova.example", "sam@nova.example"), "");
}

#[test]
fn k3_k4_names_never_merge_people() {
    let desk = Desk::new();
    desk.mail(
        "From: Alex Kim <kim@one.example>\nTo: Jordan Lee <jordan@atlas.example>, alex@hub.example",
    );
    desk.mail("From: Alex Kim <alex.kim@two.example>\nTo: alex@hub.example");
    assert_eq!(desk.kinds("kim@one.example", JORDAN), "wrote");
    assert_eq!(
        desk.kinds("alex.kim@two.example", JORDAN),
        "",
        "another person of that name"
    );
}

#[test]
fn k5_a_sixty_person_invitation_acquaints_nobody() {
    let desk = Desk::new();
    let guests: Vec<String> = (0..58)
        .map(|n| format!("guest{n}@party{n}.example"))
        .collect();
    desk.mail(&format!(
        "From: host@club.example\nTo: {RACHEL}, {JORDAN}, {}\nSubject: Summer party",
        guests.join(",\n ")
    ));
    assert_eq!(desk.kinds(RACHEL, JORDAN), "");
    assert_eq!(desk.kinds("host@club.example", JORDAN), "");
    // Ten visible people beside the user are few enough, eleven are not.
    for (count, expected) in [(8, "together"), (9, "")] {
        let desk = Desk::new();
        let others = guests[..count].join(", ");
        desk.mail(&format!(
            "From: alex@hub.example\nTo: {RACHEL}, {JORDAN}\nCc: {others}, alex@hub.example"
        ));
        assert_eq!(
            desk.kinds(RACHEL, JORDAN),
            expected,
            "{} visible",
            count + 2
        );
    }
}

#[test]
fn k6_eight_years_ago_counts_only_if_one_of_them_wrote() {
    let old = "Date: Thu, 3 May 2018 12:00:00 +0000";
    let desk = Desk::new();
    desk.mail(&format!(
        "From: alex@hub.example\nTo: {RACHEL}, {JORDAN}\nMessage-ID: <old@hub.example>\n{old}"
    ));
    assert_eq!(desk.kinds(RACHEL, JORDAN), "", "old, single and silent");
    desk.mail(&format!(
        "From: {RACHEL}\nTo: alex@hub.example\nIn-Reply-To: <old@hub.example>\n{old}"
    ));
    assert_eq!(
        desk.kinds(RACHEL, JORDAN),
        "together",
        "Rachel answered in that thread"
    );
}

#[test]
fn k8_while_held_rachel_writes_to_jordan_with_the_user_on_copy() {
    let desk = Desk::new();
    desk.index
        .never_evidence(&id("held@hub.example"))
        .expect("barred");
    // The client's own copy in Sent, found before it could be moved to Held.
    desk.mail(&format!("From: alex@hub.example\nTo: {RACHEL}, {JORDAN}\nMessage-ID: <held@hub.example>\nSubject: Rachel <> Jordan"));
    assert_eq!(
        desk.kinds(RACHEL, JORDAN),
        "",
        "the held introduction itself is no evidence"
    );
    desk.mail(&format!(
        "From: {RACHEL}\nTo: {JORDAN}\nCc: alex@hub.example\nSubject: Found you"
    ));
    assert_eq!(desk.kinds(RACHEL, JORDAN), "wrote");
}

#[test]
fn an_introduction_acquaints_only_once_it_is_released() {
    let desk = Desk::new();
    desk.index
        .never_evidence(&id("intro@hub.example"))
        .expect("barred");
    desk.mail(&format!(
        "From: alex@hub.example\nTo: {RACHEL}, {JORDAN}, {MAYA}\nMessage-ID: <intro@hub.example>"
    ));
    assert_eq!(desk.kinds(RACHEL, JORDAN), "");
    let look = desk.index.look(at("2026-11-24T12:00:00Z"));
    assert!(
        look.thread_people(&[id("intro@hub.example")]).is_empty(),
        "nobody has seen it yet"
    );
    desk.index
        .introduced(
            &[address(RACHEL), address(JORDAN)],
            &id("intro@hub.example"),
            at("2026-06-01T09:00:00Z"),
        )
        .expect("told");
    assert_eq!(desk.kinds(RACHEL, JORDAN), "introduced");
    let evidence = desk.evidence(JORDAN, RACHEL);
    assert_eq!(
        evidence[0].detail,
        "you introduced jordan@atlas.example and rachel@nova.example on 1 June 2026"
    );
    assert_eq!(
        desk.kinds(RACHEL, MAYA),
        "together",
        "a bystander was on it as well"
    );
}

#[test]
fn k18_capitals_dots_and_plus_tags_are_one_person_where_the_host_says_so() {
    let desk = Desk::new();
    desk.mail("From: Ra.Chel+news@GoogleMail.com\nTo: JORDAN@Atlas.Example, alex@hub.example");
    assert_eq!(desk.kinds("rachel@gmail.com", JORDAN), "wrote");
    assert_eq!(
        desk.kinds("rachel@gmail.com", "ra.chel+news@googlemail.com"),
        "",
        "herself"
    );
}

#[test]
fn bulk_mail_is_no_evidence() {
    for mark in [
        "List-Id: <walkers.lists.example>",
        "List-Unsubscribe: <mailto:leave@lists.example>",
        "Precedence: bulk",
        "Auto-Submitted: auto-generated",
    ] {
        let desk = Desk::new();
        desk.mail(&format!(
            "From: {RACHEL}\nTo: {JORDAN}, alex@hub.example\n{mark}"
        ));
        assert_eq!(desk.kinds(RACHEL, JORDAN), "", "{mark}");
    }
    let desk = Desk::new();
    desk.mail(&format!(
        "From: {RACHEL}\nTo: {JORDAN}, alex@hub.example\nAuto-Submitted: no"
    ));
    assert_eq!(desk.kinds(RACHEL, JORDAN), "wrote");
}

#[test]
fn a_copy_through_a_list_does_not_hide_the_one_that_came_straight() {
    let straight =
        format!("From: {RACHEL}\nTo: {JORDAN}, alex@hub.example\nMessage-ID: <m@nova.example>");
    let listed = format!("{straight}\nList-Id: <walkers.lists.example>");
    for order in [[&straight, &listed], [&listed, &straight]] {
        let desk = Desk::new();
        desk.mails(&[order[0], order[1]]);
        assert_eq!(desk.kinds(RACHEL, JORDAN), "wrote");
    }
}

#[test]
fn our_letters_and_unsent_drafts_are_no_evidence() {
    let desk = Desk::new();
    desk.mail(&format!(
        "From: alex@hub.example\nTo: {RACHEL}, {JORDAN}\nX-Askfirst: ask"
    ));
    let header =
        format!("From: alex@hub.example\nTo: {RACHEL}, {JORDAN}\nMessage-ID: <d@hub.example>");
    let mut draft = summary(7, &header);
    draft.flags.draft = true;
    desk.record("All Mail", &[draft]);
    assert_eq!(desk.kinds(RACHEL, JORDAN), "");
    // Sent at last: the same Message-ID without the flag.
    desk.record("All Mail", &[summary(8, &header)]);
    assert_eq!(desk.kinds(RACHEL, JORDAN), "together");
}

#[test]
fn the_users_own_addresses_are_no_people() {
    let desk = Desk::new();
    desk.mail(&format!(
        "From: {RACHEL}\nTo: alex@hub.example, shop@alex.example"
    ));
    assert_eq!(desk.kinds(RACHEL, "alex@hub.example"), "");
    assert_eq!(desk.kinds(RACHEL, "shop@alex.example"), "");
}

#[test]
fn a_person_has_the_name_they_sign_with() {
    let desk = Desk::new();
    for _ in 0..3 {
        desk.mail("From: alex@hub.example\nTo: \"Rach (climbing)\" <rachel@nova.example>");
    }
    desk.mail("From: Rachel Winters <rachel@nova.example>\nTo: alex@hub.example");
    desk.mail("From: \"jordan@atlas.example\" <jordan@atlas.example>\nTo: alex@hub.example");
    desk.mail("From: =?utf-8?q?Zo=C3=AB_Winters?= <zoe@nova.example>\nTo: alex@hub.example");
    let look = desk.index.look(at("2026-11-24T12:00:00Z"));
    assert_eq!(
        look.name_of(&address(RACHEL)).as_deref(),
        Some("Rachel Winters")
    );
    assert_eq!(
        look.name_of(&address("zoe@nova.example")).as_deref(),
        Some("Zoë Winters")
    );
    assert_eq!(
        look.name_of(&address(JORDAN)),
        None,
        "an address is no name"
    );
}

#[test]
fn a_thread_knows_who_stood_on_it_in_whatever_order_it_was_read() {
    let first = format!("From: alex@hub.example\nTo: {RACHEL}\nMessage-ID: <1@hub.example>");
    let second = format!(
        "From: {RACHEL}\nTo: alex@hub.example\nCc: {MAYA}\nMessage-ID: <2@nova.example>\nIn-Reply-To: <1@hub.example>"
    );
    let third = format!(
        "From: alex@hub.example\nTo: {JORDAN}\nMessage-ID: <3@hub.example>\nIn-Reply-To: <2@nova.example>"
    );
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]] {
        let desk = Desk::new();
        for n in order {
            desk.mail([&first, &second, &third][n]);
        }
        let look = desk.index.look(at("2026-11-24T12:00:00Z"));
        let mut people = look.thread_people(&[id("2@nova.example")]);
        people.sort();
        assert_eq!(
            people,
            [JORDAN, MAYA, RACHEL].map(address),
            "read in the order {order:?}"
        );
    }
}

#[test]
fn a_lost_message_does_not_part_a_thread_that_others_hold_together() {
    // <2> was deleted before it could be read. Jordan's answer names only it; Rachel's names both ends.
    // And then there is one who only ever names what nobody has.
    let desk = Desk::new();
    desk.mails(&[
        "From: alex@hub.example\nTo: rachel@nova.example, jordan@atlas.example\nMessage-ID: <1@hub.example>",
        "From: jordan@atlas.example\nTo: alex@hub.example\nMessage-ID: <3@atlas.example>\nIn-Reply-To: <2@hub.example>",
    ]);
    assert_eq!(desk.kinds(RACHEL, JORDAN), "together");
    desk.mail(
        "From: rachel@nova.example\nTo: alex@hub.example\nMessage-ID: <4@nova.example>\nReferences: <1@hub.example> <3@atlas.example>",
    );
    assert_eq!(desk.kinds(RACHEL, JORDAN), "thread");
    desk.mail("From: maya@quill.example\nTo: alex@hub.example\nIn-Reply-To: <2@hub.example>");
    let look = desk.index.look(at("2026-11-24T12:00:00Z"));
    let mut people = look.thread_people(&[id("2@hub.example")]);
    people.sort();
    assert_eq!(people, [JORDAN, MAYA, RACHEL].map(address));
}

#[test]
fn the_newest_mail_of_a_person_is_found_where_it_lies() {
    let desk = Desk::new();
    let from = |uid: u32, day: u32, subject: &str| {
        summary(
            uid,
            &format!(
                "From: {RACHEL}\nTo: alex@hub.example\nSubject: {subject}\nMessage-ID: <{uid}@nova.example>\nDate: {day} Nov 2026 08:00:00 +0000"
            ),
        )
    };
    desk.record(
        "INBOX",
        &[
            from(1, 2, "Hello"),
            from(2, 20, "Could you connect me with Jordan?"),
        ],
    );
    desk.record(
        "Archive",
        &[
            from(3, 1, "too old"),
            summary(9, &format!("From: {JORDAN}\nTo: {RACHEL}")),
        ],
    );
    let account = desk.index.account("work").expect("an account");
    let found = account
        .mail_from(&address(RACHEL), at("2026-11-02T00:00:00Z"), 10)
        .expect("found");
    let told: Vec<_> = found
        .iter()
        .map(|f| (f.folder.clone(), f.uid.0, f.subject.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (folder("INBOX"), 2, "Could you connect me with Jordan?"),
            (folder("INBOX"), 1, "Hello")
        ]
    );
    let other = desk.index.account("private").expect("an account");
    assert!(
        other
            .mail_from(&address(RACHEL), at("2026-11-02T00:00:00Z"), 10)
            .expect("found")
            .is_empty()
    );
}

#[test]
fn a_date_from_the_future_gives_way_to_the_day_it_arrived() {
    let desk = Desk::new();
    let mut late = summary(
        1,
        &format!(
            "From: {RACHEL}\nTo: {JORDAN}, alex@hub.example\nMessage-ID: <x@nova.example>\nDate: 1 Jan 2099 00:00:00 +0000"
        ),
    );
    late.internal_date = Some(at("2026-10-01T10:00:00Z"));
    desk.record("INBOX", &[late]);
    assert_eq!(
        desk.evidence(RACHEL, JORDAN)[0].date,
        Some(at("2026-10-01T10:00:00Z"))
    );
}

#[test]
fn the_records_say_how_far_back_they_reach() {
    let desk = Desk::new();
    let reach = || desk.index.look(at("2026-11-24T12:00:00Z")).reach();
    assert_eq!(reach(), None, "nothing was read");
    for day in ["3 May 2026", "7 Feb 2009", "1 Dec 2020"] {
        desk.mail(&format!(
            "From: {RACHEL}\nTo: alex@hub.example\nDate: {day} 12:00:00 +0000"
        ));
    }
    assert_eq!(reach(), Some(at("2009-02-07T12:00:00Z")));
}

#[test]
fn odd_headers_are_read_as_far_as_they_can_be() {
    let desk = Desk::new();
    for odd in [
        "",
        "\u{0}\u{1}",
        "From:\nTo: ;;;,,,",
        "From: Rachel <rachel@nova.example\nTo: undisclosed-recipients:;",
        "To: team: Rachel <rachel@nova.example>, jordan@atlas.example;, alex@hub.example",
        "Message-ID: <<>>\nFrom: a@b@c\nDate: yesterday",
    ] {
        desk.mail(odd);
    }
    assert_eq!(
        desk.kinds(RACHEL, JORDAN),
        "together",
        "a named group shows its people"
    );
}

#[test]
fn the_file_is_private_and_a_damaged_one_is_made_anew() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("index.sqlite");
    std::fs::write(
        &path,
        b"this is no database, it only looks like a file of some length".repeat(100),
    )
    .expect("written");
    let index = Index::open(dir.path(), settings()).expect("made anew");
    assert_eq!(
        index
            .account("work")
            .expect("an account")
            .extent()
            .expect("read")
            .indexed,
        0
    );
    #[cfg(unix)]
    for name in ["index.sqlite", "index.sqlite-wal"] {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(dir.path().join(name))
            .expect(name)
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}
