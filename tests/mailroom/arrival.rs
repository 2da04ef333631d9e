//! What lies in several folders is told in the order in which it came.

use super::world::mailbox::{Personality, Server, name};
use askfirst::mailroom::{Scan, fetch_by_arrival, read_new};
use askfirst::port::Mailbox;

fn at(minute: u32) -> askfirst::Timestamp {
    format!("2026-11-20T10:{minute:02}:00Z")
        .parse()
        .expect("a date")
}

fn scan(mailbox: &mut dyn Mailbox, folder: &str) -> Scan {
    let mut wanted = Vec::new();
    let next = read_new(
        mailbox,
        &name(folder),
        None,
        &["Message-ID"],
        &mut |chunk, _| {
            wanted.extend(chunk.iter().map(Scan::noted));
            true
        },
    );
    let next = next.expect("read").expect("the folder");
    let folder = name(folder);
    Scan {
        folder,
        wanted,
        next,
    }
}

fn told(mailbox: &mut dyn Mailbox, scans: Vec<Scan>) -> (Vec<String>, Vec<String>) {
    let mut words = Vec::new();
    let read = fetch_by_arrival(mailbox, scans, &mut |_, fetched| {
        let text = String::from_utf8(fetched.bytes).expect("text");
        words.push(text.lines().last().unwrap_or_default().to_owned());
    });
    let read = read.expect("fetched").into_iter();
    (words, read.map(|(folder, _)| folder.to_string()).collect())
}

fn answers(server: &Server) {
    server.deliver_at(
        "Coaching",
        b"Message-ID: <2@n.example>\r\n\r\nno, better not",
        at(20),
    );
    server.deliver_at("INBOX", b"Message-ID: <1@n.example>\r\n\r\nyes", at(10));
    server.deliver_at(
        "INBOX",
        b"Message-ID: <3@n.example>\r\n\r\nwell, yes",
        at(30),
    );
}

#[test]
fn y6_a_change_of_mind_that_a_rule_moved_is_told_when_it_came() {
    let server = Server::new(Personality::modern());
    answers(&server);
    let mut mailbox = server.connect();
    let scans = vec![scan(&mut mailbox, "Coaching"), scan(&mut mailbox, "INBOX")];
    let (words, read) = told(&mut mailbox, scans);
    assert_eq!(words, ["yes", "no, better not", "well, yes"]);
    assert_eq!(read, ["Coaching", "INBOX"]);
}

#[test]
fn f49_a_folder_renumbered_or_gone_meanwhile_is_not_marked_as_read() {
    for meanwhile in [Server::renumber, Server::drop_folder] {
        let server = Server::new(Personality::modern());
        answers(&server);
        let mut mailbox = server.connect();
        let scans = vec![scan(&mut mailbox, "Coaching"), scan(&mut mailbox, "INBOX")];
        meanwhile(&server, "Coaching");
        let (words, read) = told(&mut mailbox, scans);
        assert_eq!(words, ["yes", "well, yes"]);
        assert_eq!(read, ["INBOX"]);
    }
}
