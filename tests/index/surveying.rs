//! Reading the mailbox: resumable, incremental, and each message once.

use crate::mailbox::Memory;
use crate::{Desk, folder};
use askfirst::config::Folders;
use askfirst::edge::index::Extent;
use askfirst::mailroom::indexing::{
    IndexingError, Reading, folders_to_read, read_folder, read_mailbox,
};
use askfirst::mailroom::{Cursor, open_places};
use askfirst::port::{FolderName, MailboxError, Uid, UidValidity};

fn header(n: u32) -> String {
    format!(
        "From: Person {n} <p{n}@nova{n}.example>\nTo: q{n}@atlas{n}.example, alex@hub.example\n\
         Message-ID: <{n}@nova.example>\nDate: 3 May 2026 12:00:00 +0000\nSubject: number {n}"
    )
}

fn filled(names: &[&str], each: u32) -> Memory {
    let mut mailbox = Memory::new();
    for (at, name) in (0..).zip(names) {
        for n in 0..each {
            mailbox.append(name, &header(at * 1000 + n));
        }
    }
    mailbox
}

fn run(desk: &Desk, mailbox: &mut Memory) -> Result<Reading, IndexingError> {
    let account = desk.index.account("work").expect("an account");
    let folders = to_read(mailbox, false);
    read_mailbox(mailbox, &account, &folders, &mut |_, _| true)
}

fn to_read(mailbox: &mut Memory, gmail: bool) -> Vec<FolderName> {
    let places = open_places(mailbox, &Folders::default()).expect("places");
    folders_to_read(&places, gmail)
}

fn extent(desk: &Desk) -> Extent {
    desk.index
        .account("work")
        .expect("an account")
        .extent()
        .expect("read")
}

#[test]
fn drafts_trash_junk_and_our_own_folders_are_not_read() {
    let names = [
        "Archive",
        "Askfirst/Held",
        "Drafts",
        "INBOX",
        "Junk",
        "Sent",
        "Trash",
    ];
    let mut mailbox = filled(&names, 1);
    assert_eq!(
        to_read(&mut mailbox, false),
        ["Sent", "INBOX", "Archive"].map(folder)
    );
    mailbox.append("All Mail", &header(1));
    assert_eq!(
        to_read(&mut mailbox, true),
        ["All Mail"].map(folder),
        "Gmail"
    );
    assert_eq!(
        to_read(&mut mailbox, false),
        ["Sent", "INBOX", "Archive"].map(folder),
        "elsewhere it shows Trash and Junk, too"
    );
}

#[test]
fn everything_is_read_once_and_nothing_when_nothing_changed() {
    let desk = Desk::new();
    let mut mailbox = filled(&["Archive", "INBOX", "Sent"], 20);
    assert!(!extent(&desk).complete);
    assert!(
        extent(&desk).indexed < extent(&desk).to_index,
        "not even begun"
    );
    let first = run(&desk, &mut mailbox).expect("surveyed");
    assert_eq!((first.read, mailbox.fetched), (60, 60));
    let there = extent(&desk);
    assert_eq!(
        (there.indexed, there.to_index, there.complete),
        (60, 60, true)
    );
    assert_eq!(there.oldest, Some(crate::at("2026-05-03T12:00:00Z")));
    assert_eq!(run(&desk, &mut mailbox).expect("surveyed").read, 0);
    assert_eq!(
        mailbox.fetched, 60,
        "nothing is fetched when nothing changed"
    );
    mailbox.append("INBOX", &header(77));
    assert_eq!(run(&desk, &mut mailbox).expect("surveyed").read, 1);
    assert_eq!(mailbox.fetched, 61);
    assert_eq!(
        desk.kinds("p77@nova77.example", "q77@atlas77.example"),
        "wrote"
    );
}

#[test]
fn a_survey_that_is_cut_off_goes_on_where_it_was() {
    let desk = Desk::new();
    let mut mailbox = filled(&["Archive", "INBOX", "Sent"], 50);
    let mut cuts = 0;
    loop {
        mailbox.wire = Some(2);
        match run(&desk, &mut mailbox) {
            Ok(_) => break,
            Err(IndexingError::Mailbox(MailboxError::Lost(_))) => cuts += 1,
            Err(error) => panic!("{error}"),
        }
        assert!(!extent(&desk).complete);
    }
    assert!(cuts >= 10, "cut {cuts} times");
    assert_eq!(mailbox.fetched, 150, "no message twice");
    let there = extent(&desk);
    assert_eq!(
        (there.indexed, there.to_index, there.complete),
        (150, 150, true)
    );
    for n in [0, 49, 1000, 1049, 2000, 2049] {
        let (p, q) = (
            format!("p{n}@nova{n}.example"),
            format!("q{n}@atlas{n}.example"),
        );
        assert_eq!(desk.kinds(&p, &q), "wrote", "{n}");
    }
}

#[test]
fn a_survey_that_is_stopped_says_so_and_keeps_what_it_has() {
    let desk = Desk::new();
    let mut mailbox = filled(&["INBOX"], 50);
    let account = desk.index.account("work").expect("an account");
    let mut told = Vec::new();
    let stopped = read_mailbox(
        &mut mailbox,
        &account,
        &[folder("INBOX")],
        &mut |progress, _| {
            told.push((progress.done, progress.total));
            progress.done < 20
        },
    );
    assert_eq!(stopped, Err(MailboxError::Interrupted.into()));
    assert_eq!(told, [(7, 50), (14, 50), (21, 50)]);
    let there = extent(&desk);
    assert_eq!(
        (there.indexed, there.to_index, there.complete),
        (21, 50, false)
    );
}

#[test]
fn a_renumbered_folder_is_read_again_and_nothing_counts_twice() {
    let desk = Desk::new();
    let mut mailbox = filled(&["INBOX"], 10);
    run(&desk, &mut mailbox).expect("surveyed");
    let inbox = mailbox.boxes.get_mut(&folder("INBOX")).expect("there");
    inbox.uid_validity = 2;
    for (uid, message) in (101..).zip(&mut inbox.messages) {
        message.uid = Uid(uid);
    }
    inbox.uid_next = 111;
    run(&desk, &mut mailbox).expect("surveyed");
    assert_eq!(extent(&desk).indexed, 10);
    assert_eq!(
        desk.evidence("p3@nova3.example", "q3@atlas3.example").len(),
        1
    );
    let account = desk.index.account("work").expect("an account");
    let since = crate::at("2026-01-01T00:00:00Z");
    let found = account
        .mail_from(&crate::address("p3@nova3.example"), since, 5)
        .expect("found");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].uid, Uid(104), "found under its new number");
}

#[test]
fn a_server_that_hides_uidnext_is_read_all_the_same() {
    let desk = Desk::new();
    let mut mailbox = filled(&["INBOX"], 10);
    mailbox.hides_uid_next = true;
    assert_eq!(run(&desk, &mut mailbox).expect("surveyed").read, 10);
    assert_eq!(
        run(&desk, &mut mailbox).expect("surveyed").read,
        0,
        "the last one is not taken for a new one"
    );
    mailbox.append("INBOX", &header(77));
    assert_eq!(run(&desk, &mut mailbox).expect("surveyed").read, 1);
}

#[test]
fn a_folder_that_cannot_be_opened_is_skipped_and_named() {
    let desk = Desk::new();
    let mut mailbox = filled(&["Archive", "INBOX"], 5);
    mailbox
        .boxes
        .get_mut(&folder("Archive"))
        .expect("there")
        .closed = true;
    let done = run(&desk, &mut mailbox).expect("surveyed");
    assert_eq!(done.read, 5);
    assert_eq!(
        done.skipped,
        [(folder("Archive"), "no such folder".to_owned())]
    );
    assert!(extent(&desk).complete);
}

/// Reads INBOX from this mark; gives the numbers offered and the new mark.
fn read(desk: &Desk, mailbox: &mut Memory, mark: Option<Cursor>) -> (Vec<u32>, Cursor) {
    let account = desk.index.account("work").expect("an account");
    let mut offered = Vec::new();
    let inbox: FolderName = folder("INBOX");
    let reached = read_folder(mailbox, &account, &inbox, mark, &mut |_, chunk| {
        offered.extend(chunk.iter().map(|s| s.uid.0));
        true
    });
    (
        offered,
        reached.expect("read").expect("the folder is there"),
    )
}

#[test]
fn new_mail_is_fetched_once_recorded_and_offered() {
    let desk = Desk::new();
    let mut mailbox = filled(&["INBOX"], 10);
    let (offered, mark) = read(&desk, &mut mailbox, None);
    assert_eq!(offered, (1..=10).collect::<Vec<_>>());
    mailbox.append("INBOX", &header(20));
    let (offered, mark) = read(&desk, &mut mailbox, Some(mark));
    assert_eq!((offered, mailbox.fetched), (vec![11], 11));
    assert_eq!(
        desk.kinds("p20@nova20.example", "q20@atlas20.example"),
        "wrote"
    );

    // The records ran ahead of a caller that crashed before it was done: it is offered again.
    let behind = Cursor {
        next: Uid(9),
        ..mark
    };
    let (offered, again) = read(&desk, &mut mailbox, Some(behind));
    assert_eq!(offered, [9, 10, 11]);
    assert_eq!(again, mark);
    assert_eq!(extent(&desk).indexed, 11, "read again, counted once");

    // A caller whose mark is of another numbering sees everything.
    let other = Cursor {
        uid_validity: UidValidity(9),
        next: Uid(500),
    };
    assert_eq!(read(&desk, &mut mailbox, Some(other)).0.len(), 11);

    // And one that is ahead of the records (they were emptied) is not bothered with old mail.
    desk.index.empty().expect("emptied");
    assert_eq!(read(&desk, &mut mailbox, Some(mark)).0, Vec::<u32>::new());
    assert_eq!(extent(&desk).indexed, 11);
}

#[test]
fn emptying_keeps_what_the_mailbox_cannot_tell() {
    let desk = Desk::new();
    let mut mailbox = Memory::new();
    let id = |text: &str| askfirst::mail::MessageId::new(text).expect("an id");
    mailbox.append(
        "Sent",
        "From: alex@hub.example\nTo: a@one.example, b@two.example\nMessage-ID: <held@hub.example>",
    );
    desk.index
        .never_evidence(&id("held@hub.example"))
        .expect("barred");
    let parties = [
        crate::address("c@one.example"),
        crate::address("d@two.example"),
    ];
    let day = crate::at("2026-06-01T09:00:00Z");
    desk.index
        .introduced(&parties, &id("gone@hub.example"), day)
        .expect("told");
    run(&desk, &mut mailbox).expect("surveyed");
    desk.index.empty().expect("emptied");
    assert!(
        !extent(&desk).complete,
        "nobody is a stranger until it is read again"
    );
    run(&desk, &mut mailbox).expect("surveyed");
    assert_eq!(desk.kinds("a@one.example", "b@two.example"), "");
    assert_eq!(desk.kinds("c@one.example", "d@two.example"), "introduced");
}

#[test]
fn writing_behind_comes_to_the_same_and_tells_its_errors() {
    let (plain, behind) = (Desk::new(), Desk::new());
    let mut mailbox = filled(&["Archive", "INBOX", "Sent"], 50);
    run(&plain, &mut mailbox).expect("surveyed");
    let folders = to_read(&mut mailbox, false);
    let account = behind.index.account("work").expect("an account");
    let reading = account
        .writing_behind(|recorder| read_mailbox(&mut mailbox, recorder, &folders, &mut |_, _| true))
        .expect("written")
        .expect("read");
    assert_eq!(reading.read, 150);
    assert_eq!(extent(&behind), extent(&plain));
    for n in [0, 49, 1000, 1049, 2000, 2049] {
        let (p, q) = (
            format!("p{n}@nova{n}.example"),
            format!("q{n}@atlas{n}.example"),
        );
        assert_eq!(behind.evidence(&p, &q), plain.evidence(&p, &q), "{n}");
    }

    // The disk fails in the middle: a table is gone.
    mailbox.append("INBOX", &header(3000));
    let file = rusqlite::Connection::open(behind.dir.path().join("index.sqlite")).expect("open");
    file.execute_batch("DROP TABLE stood").expect("dropped");
    let failed = account.writing_behind(|recorder| {
        let _ = read_mailbox(&mut mailbox, recorder, &folders, &mut |_, _| true);
    });
    let error = failed.expect_err("not written").to_string();
    assert!(error.starts_with("using the index failed: "), "{error}");
}
