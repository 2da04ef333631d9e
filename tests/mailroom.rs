//! The mailroom's deeds on servers of every kind, cut off at every command and done again.

#[path = "mailroom/arrival.rs"]
mod arrival;
#[path = "mailroom/memo.rs"]
mod memo;
#[path = "mailroom/memory.rs"]
mod memory;
mod world;

use askfirst::mailroom::{
    Careful, Cursor, Hold, Identity, Proof, Put, Relocated, Removed, fetch, file, find, hold,
    message_id_of, open_places, put, read_new, relocate, relocate_from_any, remove, survey,
};
use askfirst::port::{Flags, Mailbox, MailboxError, Uid};
use world::dovecot::{self, Dovecot, Shape};
use world::mailbox::{Cut, Personality, Server, name};

const RACHEL_JORDAN: &[u8] = b"From: Alex <alex@example.org>\r\n\
To: Rachel <rachel@north.example>, Jordan <jordan@south.example>\r\n\
Subject: Rachel <> Jordan\r\n\
Message-ID: <intro-1@example.org>\r\n\
\r\n\
Rachel, meet Jordan.\r\n";

/// The same Message-ID and the same length: an edit that only a digest can tell.
const EDITED: &[u8] = b"From: Alex <alex@example.org>\r\n\
To: Rachel <rachel@north.example>, Jordan <jordan@south.example>\r\n\
Subject: Rachel <> Jordan\r\n\
Message-ID: <intro-1@example.org>\r\n\
\r\n\
Rachel, greet Jordan\r\n";

const NAMELESS: &[u8] =
    b"From: Alex <alex@example.org>\r\nSubject: Rachel <> Jordan\r\n\r\nHi.\r\n";

const OTHER: &[u8] =
    b"From: Alex <alex@example.org>\r\nMessage-ID: <other@example.org>\r\n\r\nA.\r\n";

fn draft() -> Flags {
    Flags {
        draft: true,
        ..Flags::default()
    }
}

fn seen() -> Flags {
    Flags {
        seen: true,
        ..Flags::default()
    }
}

fn deleted() -> Flags {
    Flags {
        deleted: true,
        ..Flags::default()
    }
}

/// A server with mail that is none of our business in every folder.
fn server(personality: Personality) -> Server {
    let server = Server::new(personality);
    for folder in ["INBOX", "Drafts", "Sent", "Trash", "Askfirst/Held"] {
        server.deliver(folder, OTHER, Flags::default());
        let thrown_away = b"Message-ID: <thrown-away@example.org>\r\n\r\nThrown away.\r\n";
        server.deliver(folder, thrown_away, deleted());
    }
    server
}

/// Does a deed with the connection cut before, after and in the middle of each of its commands,
/// on every kind of server, then does it again; `after` tells what must be true at the end.
fn cut_everywhere<T: std::fmt::Debug>(
    prepare: impl Fn(&Server),
    deed: impl Fn(&Server, &mut dyn Mailbox) -> Result<T, MailboxError>,
    after: impl Fn(&Server, T, &str),
) {
    let mut cuts = 0;
    for personality in Personality::all() {
        for when in [Cut::Before, Cut::After, Cut::Halfway] {
            for n in 1.. {
                let server = server(personality);
                prepare(&server);
                let bystanders = server.all_but(RACHEL_JORDAN);
                server.watch(RACHEL_JORDAN);
                let scene = format!("{personality:?}, cut {when:?} command {n}");
                server.cut(n, when);
                let mut connection = Careful::new(server.connect(), vec![name("Trash")]);
                let first = deed(&server, &mut connection);
                let was_cut = !server.is_cut_pending();
                assert_eq!(first.is_err(), was_cut, "{scene}: {first:?}");
                server.cut(usize::MAX, Cut::Before);
                let mut connection = Careful::new(server.connect(), vec![name("Trash")]);
                let last = match first {
                    Ok(done) => {
                        // Done and then done again (the ledger had not heard of it).
                        after(&server, done, &scene);
                        deed(&server, &mut connection)
                    }
                    Err(_) => deed(&server, &mut connection),
                };
                let last = last.unwrap_or_else(|error| panic!("{scene}: {error}"));
                after(&server, last, &scene);
                assert!(server.fewest() > 0, "{scene}: for a moment there was none");
                assert_eq!(server.all_but(RACHEL_JORDAN), bystanders, "{scene}");
                if !was_cut {
                    break;
                }
                cuts += 1;
            }
        }
    }
    assert!(cuts > 50, "only {cuts} cuts: the deed did nothing");
}

fn hold_it(server: &Server, mb: &mut dyn Mailbox, uid: Uid) -> Result<Hold, MailboxError> {
    hold(
        mb,
        &name("Drafts"),
        server.uid_validity("Drafts"),
        uid,
        &Identity::of(RACHEL_JORDAN),
        RACHEL_JORDAN,
        None,
        &name("Askfirst/Held"),
    )
}

#[test]
fn f1_a_hold_cut_off_anywhere_ends_with_one_copy_in_held() {
    cut_everywhere(
        |server| {
            assert_eq!(server.deliver("Drafts", RACHEL_JORDAN, draft()), Uid(3));
        },
        |server, mb| hold_it(server, mb, Uid(3)),
        |server, end, scene| {
            assert!(matches!(end, Hold::Held(_)), "{scene}: {end:?}");
            assert_eq!(server.where_is(RACHEL_JORDAN), ["Askfirst/Held"], "{scene}");
            let held = server.messages("Askfirst/Held");
            let held = held.iter().find(|m| m.bytes == RACHEL_JORDAN).unwrap();
            assert_eq!(held.flags, seen(), "{scene}");
            assert_eq!(end, Hold::Held(held.uid), "{scene}");
            if !server.connect().capabilities().r#move {
                // Not even struck out: a copy that stood there already was not made again.
                let all = server.messages("Askfirst/Held");
                let copies = all.iter().filter(|m| m.bytes == RACHEL_JORDAN).count();
                assert_eq!(copies, 1, "{scene}");
            }
        },
    );
}

#[test]
fn a_hold_makes_the_held_folder_when_it_is_missing() {
    cut_everywhere(
        |server| {
            server.drop_folder("Askfirst/Held");
            server.deliver("Drafts", RACHEL_JORDAN, draft());
        },
        |server, mb| hold_it(server, mb, Uid(3)),
        |server, end, scene| {
            assert!(matches!(end, Hold::Held(_)), "{scene}: {end:?}");
            assert_eq!(server.where_is(RACHEL_JORDAN), ["Askfirst/Held"], "{scene}");
        },
    );
}

#[test]
fn a_draft_without_a_message_id_is_held_by_its_bytes() {
    for personality in Personality::all() {
        for (n, when) in (1..20).flat_map(|n| [(n, Cut::Before), (n, Cut::After)]) {
            let server = server(personality);
            let uid = server.deliver("Drafts", NAMELESS, draft());
            server.cut(n, when);
            let held = |mb: &mut dyn Mailbox| {
                hold(
                    mb,
                    &name("Drafts"),
                    server.uid_validity("Drafts"),
                    uid,
                    &Identity::of(NAMELESS),
                    NAMELESS,
                    None,
                    &name("Askfirst/Held"),
                )
            };
            let _ = held(&mut server.connect());
            server.cut(usize::MAX, Cut::Before);
            let end = held(&mut server.connect());
            assert!(
                matches!(end, Ok(Hold::Held(_))),
                "{personality:?} {n} {when:?} {end:?}"
            );
            assert_eq!(
                server.where_is(NAMELESS),
                ["Askfirst/Held"],
                "{personality:?} {n} {when:?}"
            );
        }
    }
}

#[test]
fn with_move_a_draft_stands_in_held_after_three_round_trips() {
    let server = server(Personality::modern());
    let uid = server.deliver("Drafts", RACHEL_JORDAN, draft());
    server.forget_log();
    hold_it(&server, &mut server.connect(), uid).unwrap();
    assert_eq!(
        server.log()[..3],
        ["SELECT Drafts", "FETCH header", "MOVE Askfirst/Held"]
    );
}

#[test]
fn f69_a_draft_edited_before_it_was_taken_is_left_alone() {
    for personality in Personality::all() {
        let server = server(personality);
        let uid = server.deliver("Drafts", RACHEL_JORDAN, draft());
        // An autosave: the newer version has another UID, the older one is gone.
        server.take_away("Drafts", uid);
        server.deliver("Drafts", EDITED, draft());
        let before = server.all_but(b"");
        let end = hold_it(&server, &mut server.connect(), uid);
        assert_eq!(end, Ok(Hold::Gone), "{personality:?}");
        assert_eq!(server.all_but(b""), before, "{personality:?}");
    }
}

#[test]
fn f49_after_renumbering_the_draft_is_found_by_its_id_and_bytes() {
    for personality in Personality::all() {
        let server = server(personality);
        let uid = server.deliver("Drafts", RACHEL_JORDAN, draft());
        let before = server.uid_validity("Drafts");
        server.renumber("Drafts");
        let bystanders = server.all_but(RACHEL_JORDAN);
        let end = hold(
            &mut server.connect(),
            &name("Drafts"),
            before,
            uid,
            &Identity::of(RACHEL_JORDAN),
            RACHEL_JORDAN,
            None,
            &name("Askfirst/Held"),
        );
        assert!(matches!(end, Ok(Hold::Held(_))), "{end:?}");
        assert_eq!(server.where_is(RACHEL_JORDAN), ["Askfirst/Held"]);
        assert_eq!(server.all_but(RACHEL_JORDAN), bystanders);
    }
}

#[test]
fn f49_a_reused_number_is_not_mistaken_for_the_draft() {
    for personality in Personality::all() {
        let server = server(personality);
        // One is quite another message, one differs in nothing but its Message-ID.
        let sibling = String::from_utf8_lossy(RACHEL_JORDAN).replace("intro-1", "intro-2");
        let sibling = server.deliver("Drafts", sibling.as_bytes(), draft());
        let before = server.all_but(b"");
        for uid in [Uid(1), sibling] {
            let end = hold_it(&server, &mut server.connect(), uid);
            assert_eq!(end, Ok(Hold::Changed), "{personality:?}");
            assert_eq!(server.all_but(b""), before, "{personality:?}");
        }
    }
}

#[test]
fn f38_when_the_server_takes_back_what_it_advertised_another_way_is_found() {
    for (refused, lied) in [
        (&["MOVE"][..], &[][..]),
        (&["MOVE", "COPY"], &[]),
        (&["MOVE", "COPY", "EXPUNGE"], &[]),
        (&[], &["MOVE"]),
        (&[], &["MOVE", "COPY"]),
        (&["COPY"], &["MOVE"]),
    ] {
        let server = server(Personality::modern());
        let uid = server.deliver("Drafts", RACHEL_JORDAN, draft());
        for command in refused {
            server.refuse(command, None);
        }
        for command in lied {
            server.lie_about(command);
        }
        let bystanders = server.all_but(RACHEL_JORDAN);
        let end = hold_it(&server, &mut server.connect(), uid);
        assert!(
            matches!(end, Ok(Hold::Held(_))),
            "{refused:?} {lied:?} {end:?}"
        );
        assert_eq!(server.where_is(RACHEL_JORDAN), ["Askfirst/Held"]);
        assert_eq!(server.all_but(RACHEL_JORDAN), bystanders);
    }
}

#[test]
fn f36_over_quota_leaves_the_draft_where_it_is() {
    for personality in Personality::all() {
        let server = server(personality);
        let uid = server.deliver("Drafts", RACHEL_JORDAN, draft());
        for command in ["MOVE", "COPY", "APPEND"] {
            server.refuse(command, Some("OVERQUOTA"));
        }
        let end = hold_it(&server, &mut server.connect(), uid);
        assert!(
            matches!(&end, Err(MailboxError::Refused { code: Some(code), .. }) if code == "OVERQUOTA"),
            "{end:?}"
        );
        assert_eq!(server.where_is(RACHEL_JORDAN), ["Drafts"]);
        // The user makes room.
        server.forgive();
        let end = hold_it(&server, &mut server.connect(), uid);
        assert!(matches!(end, Ok(Hold::Held(_))), "{end:?}");
        assert_eq!(server.where_is(RACHEL_JORDAN), ["Askfirst/Held"]);
    }
}

#[test]
fn a_draft_that_the_user_has_thrown_away_is_gone() {
    for personality in Personality::all() {
        let server = server(personality);
        let uid = server.deliver("Drafts", RACHEL_JORDAN, deleted());
        let end = hold_it(&server, &mut server.connect(), uid);
        assert_eq!(end, Ok(Hold::Gone), "{personality:?}");
        assert_eq!(
            server.messages("Drafts").len(),
            3,
            "it was not expunged either"
        );
    }
}

#[test]
fn held_to_drafts_cut_off_anywhere_ends_with_one_copy_in_drafts() {
    cut_everywhere(
        |server| {
            server.deliver("Askfirst/Held", RACHEL_JORDAN, seen());
        },
        |_, mb| {
            let identity = Identity::of(RACHEL_JORDAN);
            let none = Flags::default();
            relocate(
                mb,
                &name("Askfirst/Held"),
                &identity,
                &name("Drafts"),
                &draft(),
                &none,
            )
        },
        |server, end, scene| {
            assert!(matches!(end, Relocated::Done(_)), "{scene}: {end:?}");
            assert_eq!(server.where_is(RACHEL_JORDAN), ["Drafts"], "{scene}");
            let drafts = server.messages("Drafts");
            let there = drafts.iter().find(|m| m.bytes == RACHEL_JORDAN).unwrap();
            assert!(there.flags.draft && there.flags.seen, "{scene}: {there:?}");
        },
    );
}

#[test]
fn from_wherever_the_user_left_it_one_copy_ends_in_drafts() {
    for lies_in in ["Askfirst/Held", "Askfirst/Give back", "Askfirst/Closed"] {
        cut_everywhere(
            |server| {
                server.deliver(lies_in, RACHEL_JORDAN, seen());
            },
            |_, mb| {
                let sources = ["Askfirst/Held", "Askfirst/Give back", "Askfirst/Closed"].map(name);
                relocate_from_any(
                    mb,
                    &sources.each_ref(),
                    &Identity::of(RACHEL_JORDAN),
                    &name("Drafts"),
                    &draft(),
                    &Flags::default(),
                )
            },
            |server, end, scene| {
                assert!(
                    matches!(end, Relocated::Done(_)),
                    "{lies_in} {scene}: {end:?}"
                );
                assert_eq!(
                    server.where_is(RACHEL_JORDAN),
                    ["Drafts"],
                    "{lies_in} {scene}"
                );
            },
        );
    }
}

#[test]
fn an_edited_held_message_is_not_moved_as_if_it_were_the_original() {
    for personality in Personality::all() {
        let server = server(personality);
        server.deliver("Askfirst/Held", EDITED, seen());
        let before = server.all_but(b"");
        let end = relocate(
            &mut server.connect(),
            &name("Askfirst/Held"),
            &Identity::of(RACHEL_JORDAN),
            &name("Askfirst/Closed"),
            &Flags::default(),
            &Flags::default(),
        );
        assert_eq!(end, Ok(Relocated::Changed), "{personality:?}");
        let gone = remove(
            &mut server.connect(),
            &name("Askfirst/Held"),
            &Identity::of(RACHEL_JORDAN),
            None,
        );
        assert_eq!(gone, Ok(Removed::Changed), "{personality:?}");
        assert_eq!(server.all_but(b""), before, "{personality:?}");
    }
}

#[test]
fn f13_the_held_copy_goes_only_when_sent_has_the_message() {
    let identity = Identity::of(RACHEL_JORDAN);
    let id = message_id_of(RACHEL_JORDAN).unwrap();
    let sent = name("Sent");
    let mut server_without = server(Personality::modern());
    server_without.deliver("Askfirst/Held", RACHEL_JORDAN, seen());
    let before = server_without.all_but(b"");
    for proof in [Proof::Id(&sent, &id), Proof::Copy(&sent, &identity)] {
        let end = remove(
            &mut server_without.connect(),
            &name("Askfirst/Held"),
            &identity,
            Some(proof),
        );
        assert_eq!(end, Ok(Removed::NoProof));
    }
    assert_eq!(server_without.all_but(b""), before);

    // The server's own copy in Sent has a header of its own: the Message-ID is proof enough.
    server_without = server(Personality::modern());
    server_without.deliver("Askfirst/Held", RACHEL_JORDAN, seen());
    server_without.deliver("Sent", EDITED, seen());
    let end = remove(
        &mut server_without.connect(),
        &name("Askfirst/Held"),
        &identity,
        Some(Proof::Copy(&sent, &identity)),
    );
    assert_eq!(end, Ok(Removed::NoProof));

    cut_everywhere(
        |server| {
            server.deliver("Askfirst/Held", RACHEL_JORDAN, seen());
            server.deliver("Sent", RACHEL_JORDAN, seen());
        },
        |_, mb| {
            remove(
                mb,
                &name("Askfirst/Held"),
                &identity,
                Some(Proof::Id(&sent, &id)),
            )
        },
        |server, end, scene| {
            assert!(
                matches!(end, Removed::Done | Removed::NotThere),
                "{scene}: {end:?}"
            );
            assert_eq!(server.where_is(RACHEL_JORDAN), ["Sent"], "{scene}");
        },
    );
}

#[test]
fn f11_what_is_filed_twice_stands_once() {
    for personality in Personality::all() {
        for when in [Cut::Before, Cut::After, Cut::Halfway] {
            for n in 1..8 {
                let server = server(personality);
                let id = message_id_of(RACHEL_JORDAN).unwrap();
                let identity = Identity::of(RACHEL_JORDAN);
                for again in 0..3 {
                    if again == 0 {
                        server.cut(n, when);
                    } else {
                        server.cut(usize::MAX, when);
                    }
                    let mb = &mut server.connect();
                    let _ = file(mb, &name("Sent"), RACHEL_JORDAN, &id, &seen(), None);
                    let none = Flags::default();
                    let _ = put(
                        mb,
                        &name("Askfirst/Closed"),
                        RACHEL_JORDAN,
                        &identity,
                        &none,
                        None,
                    );
                }
                assert_eq!(server.where_is(RACHEL_JORDAN), ["Askfirst/Closed", "Sent"]);
            }
        }
    }
}

#[test]
fn x11_a_copy_that_the_server_filed_itself_is_enough() {
    let server = server(Personality::modern());
    let id = message_id_of(RACHEL_JORDAN).unwrap();
    server.deliver("Sent", EDITED, seen());
    let mb = &mut server.connect();
    let end = file(mb, &name("Sent"), RACHEL_JORDAN, &id, &seen(), None);
    assert_eq!(end, Ok(Put::Stood(Uid(3))));
    // A note that the user has deleted does not come back.
    server.deliver("INBOX", RACHEL_JORDAN, deleted());
    let end = file(
        mb,
        &name("INBOX"),
        RACHEL_JORDAN,
        &id,
        &Flags::default(),
        None,
    );
    assert_eq!(end, Ok(Put::Stood(Uid(3))));
}

#[test]
fn on_gmail_the_held_copy_is_a_new_one_because_a_moved_draft_stays_a_draft() {
    let mut gmail = Personality::modern();
    gmail.capabilities.gmail = true;
    let server = server(gmail);
    let uid = server.deliver("Drafts", RACHEL_JORDAN, draft());
    server.forget_log();
    let end = hold_it(&server, &mut server.connect(), uid);
    assert!(matches!(end, Ok(Hold::Held(_))), "{end:?}");
    assert_eq!(server.where_is(RACHEL_JORDAN), ["Askfirst/Held"]);
    assert!(server.log().iter().any(|c| c == "APPEND Askfirst/Held"));
    assert!(!server.log().iter().any(|c| c.starts_with("MOVE")));
}

#[test]
fn find_tells_folders_in_their_order_and_skips_missing_ones() {
    let server = server(Personality::modern());
    let id = message_id_of(RACHEL_JORDAN).unwrap();
    let in_sent = server.deliver("Sent", RACHEL_JORDAN, seen());
    let in_drafts = server.deliver("Drafts", EDITED, deleted());
    let folders = ["Drafts", "Nowhere", "Sent", "INBOX"].map(name);
    assert_eq!(
        find(&mut server.connect(), &folders, &id).unwrap(),
        [
            (name("Drafts"), in_drafts, deleted()),
            (name("Sent"), in_sent, seen()),
        ]
    );
}

#[test]
fn a_survey_tells_what_lies_there_and_fetch_refuses_a_stale_number() {
    let server = server(Personality::modern());
    let uid = server.deliver("Drafts", RACHEL_JORDAN, draft());
    let mb = &mut server.connect();
    let found = survey(mb, &name("Drafts")).unwrap();
    let validity = found.uid_validity.unwrap();
    assert_eq!(found.items.len(), 3);
    let item = &found.items[2];
    assert_eq!(item.message_id, message_id_of(RACHEL_JORDAN));
    assert_eq!(item.size, RACHEL_JORDAN.len() as u64);
    assert!(found.items[1].flags.deleted);
    let whole = fetch(mb, &name("Drafts"), validity, uid).unwrap().unwrap();
    assert_eq!(whole.bytes, RACHEL_JORDAN);
    server.renumber("Drafts");
    assert_eq!(fetch(mb, &name("Drafts"), validity, uid), Ok(None));
    assert_eq!(survey(mb, &name("Nowhere")).unwrap().uid_validity, None);
}

fn read(server: &Server, cursor: Option<Cursor>, stop_after: usize) -> (Vec<u32>, Option<Cursor>) {
    let mut read = Vec::new();
    let mut chunks = 0;
    let cursor = read_new(
        &mut server.connect(),
        &name("INBOX"),
        cursor,
        &["message-id"],
        &mut |chunk, _| {
            read.extend(chunk.iter().map(|s| s.uid.0));
            chunks += 1;
            chunks < stop_after
        },
    )
    .unwrap();
    (read, cursor)
}

#[test]
fn new_mail_is_read_once_in_chunks_from_where_reading_stopped() {
    for says_uid_next in [true, false] {
        let server = Server::new(Personality {
            says_uid_next,
            chunk: 2,
            ..Personality::modern()
        });
        for _ in 0..5 {
            server.deliver("INBOX", OTHER, Flags::default());
        }
        let (first, cursor) = read(&server, None, 2);
        assert_eq!(first, [1, 2, 3, 4]);
        let (rest, cursor) = read(&server, cursor, 9);
        assert_eq!(rest, [5]);
        // `6:*` names message 5 again: it is not new.
        let (none, cursor) = read(&server, cursor, 9);
        assert_eq!(none, [0; 0]);
        server.deliver("INBOX", OTHER, Flags::default());
        let (new, cursor) = read(&server, cursor, 9);
        assert_eq!(new, [6]);
        server.renumber("INBOX");
        let (again, _) = read(&server, cursor, 9);
        assert_eq!(again, [1, 2, 3, 4, 5, 6]);
    }
}

#[test]
fn reading_cut_off_between_chunks_goes_on_with_the_next() {
    let server = Server::new(Personality {
        chunk: 2,
        ..Personality::modern()
    });
    for _ in 0..6 {
        server.deliver("INBOX", OTHER, Flags::default());
    }
    // SELECT, first chunk, and then the second is lost.
    server.cut(3, Cut::After);
    let mut kept = None;
    let mut uids = Vec::new();
    let mut each = |chunk: Vec<askfirst::port::Summary>, cursor| {
        uids.extend(chunk.iter().map(|s| s.uid.0));
        kept = Some(cursor);
        true
    };
    let cut = read_new(&mut server.connect(), &name("INBOX"), None, &[], &mut each);
    assert!(matches!(cut, Err(MailboxError::Lost(_))));
    assert_eq!(uids, [1, 2]);
    assert_eq!(read(&server, kept, 9).0, [3, 4, 5, 6]);
}

#[test]
fn our_folders_are_made_where_they_are_missing_and_only_there() {
    let server = Server::new(Personality::modern());
    let none = askfirst::config::Folders::default();
    let first = open_places(&mut server.connect(), &none).unwrap();
    assert_eq!(first.drafts, Some(name("Drafts")));
    assert_eq!(first.sent, Some(name("Sent")));
    let creations = |log: Vec<String>| log.iter().filter(|c| c.starts_with("CREATE")).count();
    assert_eq!(creations(server.log()), 6);
    server.forget_log();
    let mut second = open_places(&mut server.connect(), &none).unwrap();
    assert_eq!(creations(server.log()), 0);
    second.selectable.sort();
    let mut made = first.selectable.clone();
    made.sort();
    assert_eq!(second.selectable, made);
    let mut searched = second.for_answers();
    searched.sort();
    assert_eq!(searched, [name("INBOX"), name("Junk")]);

    let configured = askfirst::config::Folders {
        drafts: Some(name("Nowhere")),
        ..none
    };
    let error = open_places(&mut server.connect(), &configured).unwrap_err();
    assert!(error.to_string().contains("Nowhere"), "{error}");
}

#[test]
fn i19_nothing_is_touched_in_trash_or_without_a_look() {
    let server = server(Personality::modern());
    let mut mb = Careful::new(server.connect(), vec![name("Trash")]);
    let before = server.all_but(b"");
    let none = Flags::default();
    assert!(mb.expunge(Uid(2)).is_err(), "no folder is selected");
    mb.select(&name("Drafts")).unwrap();
    assert!(mb.expunge(Uid(2)).is_err(), "not looked at");
    assert!(mb.r#move(Uid(1), &name("Sent")).is_err());
    mb.fetch(Uid(1)).unwrap();
    mb.select(&name("Drafts")).unwrap();
    assert!(mb.store(Uid(1), &seen(), &none).is_err(), "another session");
    mb.select(&name("Trash")).unwrap();
    mb.fetch(Uid(1)).unwrap();
    assert!(
        mb.r#move(Uid(1), &name("Sent")).is_err(),
        "Trash is not ours"
    );
    assert!(mb.append(&name("Trash"), OTHER, &none, None).is_err());
    assert_eq!(server.all_but(b""), before);
    mb.select(&name("Drafts")).unwrap();
    mb.fetch(Uid(1)).unwrap();
    mb.store(Uid(1), &seen(), &none).unwrap();
    assert!(server.messages("Drafts")[0].flags.seen);
}

fn log_in(dovecot: &Dovecot) -> askfirst::edge::imap::Account {
    use askfirst::config::{Auth, Secret, Security};
    let server = askfirst::config::Server {
        host: "localhost".to_owned(),
        port: dovecot.imaps_port,
        security: Security::Tls,
        username: "alex@example.org".to_owned(),
        auth: Auth::Password,
        secret: Secret::Keyring("unused".into()),
        ca: Some(dovecot.ca.clone()),
        authserv_id: None,
    };
    let stop = askfirst::edge::Stop::new().unwrap();
    askfirst::edge::imap::connect(&server, &"secret".into(), &stop).unwrap()
}

/// The whole way of one introduction through a real server's folders.
#[test]
fn on_a_real_server_of_every_kind_a_message_goes_through_all_deeds() {
    if !dovecot::is_here() {
        return;
    }
    for without in [&[][..], &["MOVE"], &["MOVE", "UIDPLUS"]] {
        let dovecot = Dovecot::start(&Shape {
            without,
            ..Shape::below_inbox()
        });
        let account = log_in(&dovecot);
        let mut account = Careful::new(account, Vec::new());
        let mb: &mut dyn Mailbox = &mut account;
        assert_eq!(mb.capabilities().r#move, !without.contains(&"MOVE"));
        let places = open_places(mb, &askfirst::config::Folders::default()).unwrap();
        assert_eq!(places.held, name("INBOX.Askfirst.Held"));
        let drafts = places.drafts.clone().unwrap();
        let sent = places.sent.clone().unwrap();
        let identity = Identity::of(RACHEL_JORDAN);
        let id = message_id_of(RACHEL_JORDAN).unwrap();
        put(mb, &drafts, RACHEL_JORDAN, &identity, &draft(), None).unwrap();
        let stands = |mb: &mut dyn Mailbox| -> Vec<_> {
            let folders = [&places.held, &drafts, &sent, &places.closed].map(Clone::clone);
            let found = find(mb, &folders, &id).unwrap();
            let standing = found.into_iter().filter(|(_, _, flags)| !flags.deleted);
            standing.map(|(folder, _, flags)| (folder, flags)).collect()
        };
        let found = survey(mb, &drafts).unwrap();
        for _ in 0..2 {
            let uid = found.items[0].uid;
            let validity = found.uid_validity.unwrap();
            let held = hold(
                mb,
                &drafts,
                validity,
                uid,
                &identity,
                RACHEL_JORDAN,
                None,
                &places.held,
            );
            assert!(matches!(held, Ok(Hold::Held(_))), "{without:?}: {held:?}");
            let there = stands(mb);
            assert_eq!(there.len(), 1, "{without:?}: {there:?}");
            assert_eq!(there[0].0, places.held);
            assert!(there[0].1.seen && !there[0].1.draft, "{there:?}");
        }
        for _ in 0..2 {
            let back = relocate(mb, &places.held, &identity, &drafts, &draft(), &seen());
            assert!(
                matches!(back, Ok(Relocated::Done(_))),
                "{without:?}: {back:?}"
            );
            let there = stands(mb);
            assert_eq!(there.len(), 1, "{without:?}: {there:?}");
            assert!(there[0].0 == drafts && there[0].1.draft && !there[0].1.seen);
        }
        let proof = || Some(Proof::Id(&sent, &id));
        assert_eq!(
            remove(mb, &drafts, &identity, proof()),
            Ok(Removed::NoProof)
        );
        file(mb, &sent, RACHEL_JORDAN, &id, &seen(), None).unwrap();
        file(mb, &sent, RACHEL_JORDAN, &id, &seen(), None).unwrap();
        assert_eq!(remove(mb, &drafts, &identity, proof()), Ok(Removed::Done));
        assert_eq!(stands(mb), [(sent.clone(), seen())], "{without:?}");
        let cursor = read_new(mb, &sent, None, &["message-id"], &mut |_, _| true).unwrap();
        let mut again = 0;
        read_new(mb, &sent, cursor, &["message-id"], &mut |chunk, _| {
            again += chunk.len();
            true
        })
        .unwrap();
        assert_eq!(again, 0);
    }
}
