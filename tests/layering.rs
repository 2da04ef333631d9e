//! Imports point inward, and only the outer rooms touch the world.
//!
//! The sources are read as text: comments, strings and everything behind `#[cfg(test)]` are taken
//! out, what is left is broken into paths (`use a::{b, c::d}` into `a::b` and `a::c::d`), and each
//! path is held against the two rules of docs/ARCHITECTURE.md.

#[path = "layering/source.rs"]
mod source;

use source::{bare, paths, test_files, without_tests};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The rooms from the inside out. A room may name those of the rows above its own, no other.
const ORDER: &[&[&str]] = &[
    &["mail"],
    &["answer", "settle", "port"],
    &["acquaintance"],
    &["introduction"],
    &["config"],
    &["letter"],
    &["detect"],
    &["consent"],
    &["ledger"],
    &["mailroom"],
    &["desk"],
    &["edge"],
    &["daemon", "demo"],
    &["cli"],
];

/// The rooms that may touch the world; `main.rs` and `lib.rs` hold nothing but their doors.
const OUTER: &[&str] = &["edge", "daemon", "demo", "cli", "main", "lib"];

/// What only they may name: each a path, or the beginning of one.
const WORLDLY: &[&str] = &[
    "tokio",
    "std::fs",
    "std::net",
    "std::thread",
    "std::process",
    "std::env",
    "std::time::Instant",
    "std::time::SystemTime",
    "Instant::now",
    "SystemTime::now",
    "Utc::now",
    "Local::now",
    "chrono::Utc::now",
    "chrono::Local",
    "getrandom",
    "rusqlite",
    "imap",
    "lettre",
    "native_tls",
    "rustix",
    "sd_notify",
];

/// Values without a world behind them, and the one room that composes mail.
fn is_excused(room: &str, path: &str) -> bool {
    let value = [
        "std::net::SocketAddr",
        "std::net::IpAddr",
        "std::net::Ipv4Addr",
        "std::net::Ipv6Addr",
    ];
    value.iter().any(|v| begins(path, v))
        || (room == "letter"
            && ["lettre::message", "lettre::Address"]
                .iter()
                .any(|p| begins(path, p)))
}

fn begins(path: &str, with: &str) -> bool {
    path.strip_prefix(with)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

fn rank(room: &str) -> Option<usize> {
    ORDER.iter().position(|row| row.contains(&room))
}

/// What is wrong with one file, each with its line.
fn faults(file: &str, text: &str) -> Vec<String> {
    let module = module_of(file);
    let room = module.first().map_or("lib", String::as_str);
    let bare = without_tests(&bare(text));
    let mut found = Vec::new();
    for (line, path) in paths(&bare) {
        if path == "unsafe" {
            found.push(format!("{file}:{line}: unsafe code"));
        }
        if !OUTER.contains(&room)
            && WORLDLY
                .iter()
                .any(|w| begins(&path, w) && path.contains("::"))
            && !is_excused(room, &path)
        {
            found.push(format!(
                "{file}:{line}: `{room}` is pure, and may not use {path}"
            ));
        }
        let Some(named) = room_named(&module, &path) else {
            continue;
        };
        if named == room || room == "lib" {
            continue;
        }
        let outward = match (rank(room), rank(&named)) {
            (_, None) => false,
            (Some(own), Some(other)) => other >= own,
            (None, Some(_)) => room != "main",
        };
        if outward {
            found.push(format!(
                "{file}:{line}: `{room}` lies further in than `{named}`, and may not use {path}"
            ));
        }
    }
    found
}

/// The room that a path of this crate leads into, seen from `module`.
fn room_named(module: &[String], path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split("::").collect();
    let climbed = parts.iter().take_while(|p| **p == "super").count();
    let at = match parts.first() {
        Some(&"crate" | &"askfirst") => 1,
        Some(&"super") if climbed == module.len() => climbed,
        _ => return None,
    };
    parts.get(at).map(|p| (*p).to_owned())
}

/// `src/letter/post.rs` is `letter`, `post`; `src/letter/mod.rs` and `src/letter.rs` are `letter`.
fn module_of(file: &str) -> Vec<String> {
    let inner = file.strip_prefix("src/").unwrap_or(file);
    let inner = inner.strip_suffix(".rs").unwrap_or(inner);
    inner
        .split('/')
        .filter(|part| !matches!(*part, "mod" | "lib"))
        .map(str::to_owned)
        .collect()
}

/// Every source file below `folder`, relative to the crate, in order.
fn sources(folder: &str) -> BTreeSet<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut open = vec![root.join(folder)];
    let mut found = BTreeSet::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.insert(path.strip_prefix(root).expect("below the crate").to_owned());
            }
        }
    }
    found
}

fn read(file: &Path) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn imports_point_inward_and_pure_rooms_touch_no_world() {
    let files = sources("src");
    let tests: BTreeSet<PathBuf> = files
        .iter()
        .flat_map(|f| test_files(&f.display().to_string(), &read(f)))
        .collect();
    let mut found = String::new();
    for file in files.difference(&tests) {
        for fault in faults(&file.display().to_string(), &read(file)) {
            let _ = writeln!(found, "{fault}");
        }
    }
    assert!(found.is_empty(), "\n{found}");
}

#[test]
fn every_room_has_its_place_in_the_order() {
    let rooms = paths(&bare(&read(Path::new("src/lib.rs"))));
    let rooms: BTreeSet<String> = sources("src")
        .iter()
        .map(|f| module_of(&f.display().to_string()))
        .filter_map(|module| module.first().cloned())
        .filter(|room| room != "main" && rooms.iter().any(|(_, word)| word == room))
        .collect();
    let known = ORDER.concat().iter().map(|r| (*r).to_owned()).collect();
    assert_eq!(rooms, known);
}

#[test]
fn no_code_is_unsafe_and_the_compiler_sees_to_it() {
    for file in ["src/lib.rs", "src/main.rs"] {
        assert!(
            bare(&read(Path::new(file))).contains("#![forbid(unsafe_code)]"),
            "{file} lacks #![forbid(unsafe_code)]"
        );
    }
}

/// A note, no fault: some matters are one matter.
#[test]
fn long_files_are_named() {
    for folder in ["src", "tests"] {
        for file in sources(folder) {
            let lines = read(&file).lines().count();
            if lines > 400 {
                println!("note: {} has {lines} lines", file.display());
            }
        }
    }
}

#[test]
fn planted_faults_are_found_with_their_line() {
    for (file, text, said) in [
        (
            "src/desk/mod.rs",
            "fn f() {\n    std::fs::read(p);\n}",
            "src/desk/mod.rs:2: `desk` is pure, and may not use std::fs::read",
        ),
        (
            "src/mail/mod.rs",
            "use std::{io, net::TcpStream};",
            "src/mail/mod.rs:1: `mail` is pure, and may not use std::net::TcpStream",
        ),
        (
            "src/settle.rs",
            "let a = Utc::now();",
            "src/settle.rs:1: `settle` is pure, and may not use Utc::now",
        ),
        (
            "src/letter/post.rs",
            "use lettre::SmtpTransport;",
            "src/letter/post.rs:1: `letter` is pure, and may not use lettre::SmtpTransport",
        ),
        (
            "src/mail/text.rs",
            "use crate::{desk::Turn, mail};",
            "src/mail/text.rs:1: `mail` lies further in than `desk`, and may not use crate::desk::Turn",
        ),
        (
            "src/answer/mod.rs",
            "use super::settle::Draft;",
            "src/answer/mod.rs:1: `answer` lies further in than `settle`, and may not use super::settle::Draft",
        ),
        (
            "src/edge/disk.rs",
            "unsafe { x() }",
            "src/edge/disk.rs:1: unsafe code",
        ),
    ] {
        assert_eq!(faults(file, text), [said], "{text}");
    }
}

#[test]
fn what_is_allowed_is_not_found_fault_with() {
    for (file, text) in [
        (
            "src/desk/mod.rs",
            "// std::fs::read\nlet a = \"tokio::spawn \\\" std::fs::x\";",
        ),
        (
            "src/desk/mod.rs",
            "#[cfg(test)]\nmod tests {\n    fn f() { std::fs::read(p); }\n}\nuse crate::mail::Message;",
        ),
        (
            "src/desk/mod.rs",
            "let a = r#\"std::fs::read \" \"#; let b = '\"'; let c = b'\\''; own.imap.host",
        ),
        ("src/config/mod.rs", "use std::net::{IpAddr, SocketAddr};"),
        (
            "src/letter/post.rs",
            "use lettre::message::header; use super::templates;",
        ),
        (
            "src/edge/disk.rs",
            "use std::fs::{self, File}; use crate::desk::request::Reply;",
        ),
        (
            "src/mail/edit.rs",
            "fn f<'a>(x: &'a str) -> super::Message { super::parse(x) }",
        ),
    ] {
        assert_eq!(faults(file, text), Vec::<String>::new(), "{text}");
    }
    let declared = "#[cfg(test)]\n#[path = \"x_tests.rs\"]\nmod tests;\n#[cfg(test)]\nmod fixture;";
    let found = test_files("src/letter/about.rs", declared);
    assert!(
        found.contains(&PathBuf::from("src/letter/x_tests.rs")),
        "{found:?}"
    );
    assert!(
        found.contains(&PathBuf::from("src/letter/about/fixture.rs")),
        "{found:?}"
    );
}
