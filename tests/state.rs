//! What lies in the state folder: who may look into it, what becomes of it over months, and ledgers of
//! earlier versions.

use askfirst::config::{Config, Surroundings};
use askfirst::desk::Desk;
use askfirst::edge::disk::{self, Disk, Unopened};
use askfirst::introduction::{Id, Introduction, State};
use askfirst::ledger::{self, Books, Entry};
use askfirst::letter::Templates;
use chrono::TimeDelta;
use std::collections::BTreeMap;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A ledger as version 0.1 wrote it. It is never changed: what it says must be understood for ever.
const FIRST: &[u8] = include_bytes!("state/ledger-1.jsonl");

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("permissions");
}

/// Why it is not opened.
#[track_caller]
fn refused(dir: &Path) -> String {
    let why = match Disk::open(dir) {
        Err(Unopened::Failed(why)) => why,
        Err(Unopened::Damaged(why)) => panic!("damaged: {why}"),
        Ok(_) => panic!("{} was opened", dir.display()),
    };
    assert!(
        why.ends_with('.') || why.contains('`'),
        "no sentence: {why}"
    );
    why
}

#[test]
fn nobody_else_can_look_into_the_state_folder_or_lead_it_elsewhere() {
    let around = folder();
    let dir = around.path().join("state");
    drop(Disk::open(&dir).expect("made anew"));
    let shown = |path: &Path| path.metadata().expect("there").permissions().mode() & 0o777;
    assert_eq!(shown(&dir), 0o700);
    assert_eq!(shown(&dir.join("spool")), 0o700);
    assert_eq!(shown(&dir.join("ledger.jsonl")), 0o600);
    assert_eq!(shown(&dir.join("lock")), 0o600);

    for open in [0o755, 0o770, 0o701] {
        mode(&dir, open);
        assert!(refused(&dir).contains("chmod 700"), "{open:o}");
    }
    mode(&dir, 0o700);
    mode(&dir.join("spool"), 0o777);
    assert!(refused(&dir).contains("chmod 700"));
    mode(&dir.join("spool"), 0o700);

    let link = around.path().join("link");
    symlink(&dir, &link).expect("a link");
    assert!(refused(&link).contains("no folder"));
    // A file that leads elsewhere is not written through.
    let other = around.path().join("other");
    std::fs::write(&other, "mine").expect("written");
    std::fs::remove_file(dir.join("ledger.jsonl")).expect("gone");
    symlink(&other, dir.join("ledger.jsonl")).expect("a link");
    refused(&dir);
    assert_eq!(std::fs::read(&other).expect("read"), b"mine");
    std::fs::remove_file(dir.join("ledger.jsonl")).expect("gone");
    std::fs::write(around.path().join("file"), "").expect("written");
    refused(&around.path().join("file"));

    let first = Disk::open(&dir).expect("good again");
    assert!(refused(&dir).contains("Another askfirst"));
    drop(first);
}

#[test]
fn what_a_crash_left_half_written_is_healed_and_damage_is_not_hidden() {
    let around = folder();
    let dir = around.path().join("state");
    let told = |key: &str| Entry::Told {
        account: "work".to_owned(),
        key: key.to_owned(),
    };
    {
        let (mut disk, _) = Disk::open(&dir).expect("new");
        disk.append(&[told("one")]).expect("written");
        disk.append(&[told("two"), told("three")]).expect("written");
    }
    let path = dir.join("ledger.jsonl");
    let whole = std::fs::read(&path).expect("read");
    let first = whole.iter().position(|b| *b == b'\n').expect("a line") + 1;
    for length in 0..=whole.len() {
        std::fs::write(&path, &whole[..length]).expect("written");
        let (mut disk, books) = Disk::open(&dir).expect("a torn end is no damage");
        let known = books.accounts.get("work").map_or(0, |a| a.told.len());
        let wanted = match length {
            _ if length == whole.len() => 3,
            _ if length >= first => 1,
            _ => 0,
        };
        assert_eq!(known, wanted, "length {length}");
        disk.append(&[told("four")]).expect("written");
        drop(disk);
        let (_, books) = Disk::open(&dir).expect("healed");
        assert_eq!(
            books.accounts["work"].told.len(),
            wanted + 1,
            "length {length}"
        );
    }
    for at in [0, first / 2, first, whole.len() - 9] {
        let mut bytes = whole.clone();
        bytes[at] ^= 4;
        std::fs::write(&path, &bytes).expect("written");
        assert!(
            matches!(Disk::open(&dir), Err(Unopened::Damaged(_))),
            "octet {at}"
        );
        assert!(disk::look(&dir).is_err(), "octet {at}");
        let mut disk = Disk::without_ledger(&dir).expect("for ordinary mail");
        assert!(disk.append(&[told("four")]).is_err());
        assert!(disk.rewrite(&Books::default()).is_err());
        drop(disk);
        assert_eq!(std::fs::read(&path).expect("read"), bytes, "left as it is");
    }
}

#[test]
fn a_ledger_of_the_first_version_is_understood() {
    let read = ledger::read(FIRST).expect("understood");
    assert_eq!(read.whole, FIRST.len());
    let books = read.books;
    let ends: Vec<State> = books.introductions.values().map(|i| i.state).collect();
    assert!(ends.contains(&State::Released), "{ends:?}");
    for introduction in books.introductions.values() {
        assert!(!introduction.history.is_empty() && !introduction.parties.is_empty());
        for party in &introduction.parties {
            let asked = party.asked.as_ref().expect("asked");
            assert!(asked.sent.is_some() && !asked.text.is_empty());
        }
    }
    // Written anew by this version it says the same.
    let again = ledger::line(
        0,
        &Entry::Snapshot {
            books: Box::new(books.clone()),
        },
    );
    assert_eq!(
        ledger::read(again.as_bytes()).expect("understood").books,
        books
    );
}

fn config(dir: &Path) -> Config {
    let text = "[[accounts]]\nname = \"work\"\nemail = \"alex@hub.example\"\ndisplay_name = \"Alex Rivera\"\nlanguage = \"en\"\n[accounts.imap]\nhost = \"imap.hub.example\"\n\
         password_command = \"true\"\n[accounts.smtp]\nhost = \"smtp.hub.example\"\npassword_command = \"true\"\n";
    let around = Surroundings {
        folder: Path::new("/nowhere"),
        state_dir: Some(dir.to_owned()),
        environment: &BTreeMap::new(),
        file: &|_| Err("there are no files here".to_owned()),
    };
    askfirst::config::read("state", text, &around).expect("a good configuration")
}

/// The `n`th of many like the first ledger's.
fn one_of_many(like: &Introduction, n: usize, state: State) -> Introduction {
    let letters = b"abcdefghijklmnopqrstuvwxyz234567".map(char::from);
    let digit = |k: u32| letters[(n / 32_usize.pow(k)) % 32];
    let mut one = like.clone();
    one.id = Id(format!("aaaaa{}{}{}", digit(2), digit(1), digit(0)));
    one.state = state;
    one
}

#[test]
fn a_thousand_open_introductions_are_ready_within_a_second() {
    let around = folder();
    let dir = around.path().join("state");
    let like = ledger::read(FIRST).expect("understood").books;
    let like = like.introductions.values().next().expect("one").clone();
    {
        let (mut disk, _) = Disk::open(&dir).expect("new");
        for n in 0..1000 {
            let one = one_of_many(&like, n, State::Asking);
            disk.spool()
                .keep(&one.id, b"From: a@b.example\r\n\r\nhi\r\n")
                .expect("kept");
            let introduction = Box::new(one);
            disk.append(&[Entry::Step {
                introduction,
                event: None,
                items: Vec::new(),
            }])
            .expect("written");
        }
    }
    let config = Arc::new(config(&dir));
    let began = Instant::now();
    let (disk, books) = Disk::open(&dir).expect("opened");
    let spool = disk.spool().clone();
    let desk = Desk::new(config, Arc::new(Templates::built_in()), books, |id| {
        spool.read(id)
    });
    let took = began.elapsed();
    let octets = std::fs::metadata(dir.join("ledger.jsonl"))
        .expect("there")
        .len();
    println!("1,000 open introductions in {octets} octets: ready in {took:?}");
    assert_eq!(desk.books.listed(false).len(), 1000);
    // A build without optimisation, beside other work.
    assert!(
        took < Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 1 }),
        "{took:?}"
    );
}

#[test]
fn a_month_with_a_thousand_introductions_leaves_no_more_than_it_needs() {
    let around = folder();
    let dir = around.path().join("state");
    let like = ledger::read(FIRST).expect("understood").books;
    let like = like.introductions.values().next().expect("one").clone();
    let begin = like.created;
    let config = Arc::new(config(&dir));
    let (mut disk, books) = Disk::open(&dir).expect("new");
    let spool = disk.spool().clone();
    let mut desk = Desk::new(config, Arc::new(Templates::built_in()), books, |id| {
        spool.read(id)
    });
    let (mut longest, mut most) = (0, 0);
    let path = dir.join("ledger.jsonl");
    for n in 0..1000 {
        let at = begin + TimeDelta::days(30) * n as i32 / 1000;
        for state in [
            State::Held,
            State::Asking,
            State::Releasing,
            State::Released,
        ] {
            let mut one = one_of_many(&like, n, state);
            (one.created, one.updated) = (at, at);
            if state == State::Held {
                disk.spool().keep(&one.id, &[b'x'; 2000]).expect("kept");
            }
            let introduction = Box::new(one);
            let entry = Entry::Step {
                introduction,
                event: None,
                items: Vec::new(),
            };
            desk.books.apply(&entry);
            disk.append(&[entry]).expect("written");
            if disk.is_long() {
                disk.rewrite(&desk.books).expect("written anew");
            }
        }
        longest = longest.max(std::fs::metadata(&path).expect("there").len());
        most = n;
    }
    assert_eq!(most, 999);
    drop(disk);
    let (disk, books) = Disk::open(&dir).expect("opened again");
    assert_eq!(books, desk.books);
    let snapshot = ledger::line(
        0,
        &Entry::Snapshot {
            books: Box::new(books),
        },
    )
    .len() as u64;
    println!("1,000 in 30 days: the ledger at most {longest} octets, one snapshot {snapshot}");
    assert!(longest < snapshot + (6 << 20), "{longest} octets");
    // Two months later nothing of what was released is kept.
    let later = begin + TimeDelta::days(90);
    disk.sweep(|id| desk.keeps(id, later), Duration::ZERO);
    let left = std::fs::read_dir(dir.join("spool"))
        .expect("the spool")
        .count();
    assert_eq!(left, 0);
}
