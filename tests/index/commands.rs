//! `knows` and `index`, on a mailbox in memory.

use crate::{at, mailbox::Memory};
use askfirst::cli::{Failure, index::index, knows::knows};
use askfirst::config::Config;
use askfirst::port::Mailbox;
use std::path::Path;

fn configured(dir: &Path) -> Config {
    let text = format!(
        "state_dir = {:?}\n[[accounts]]\nname = \"work\"\nemail = \"alex@hub.example\"\n\
         [accounts.imap]\nhost = \"imap.hub.example\"\n[accounts.smtp]\nhost = \"smtp.hub.example\"\n",
        dir.join("state")
    );
    let file = dir.join("config.toml");
    std::fs::write(&file, text).expect("written");
    askfirst::edge::settings::load(Some(&file)).expect("a configuration")
}

fn dinner() -> Memory {
    let mut mailbox = Memory::new();
    mailbox.append(
        "Archive",
        "From: Rachel Winters <rachel@nova.example>\nTo: Jordan Lee <jordan@atlas.example>\nCc: alex@hub.example\n\
         Subject: Dinner at eight\nMessage-ID: <dinner@nova.example>\nDate: 3 May 2026 12:00:00 +0000",
    );
    mailbox.append(
        "INBOX",
        "From: sam@harbour.example\nTo: alex@hub.example\nMessage-ID: <2@harbour.example>",
    );
    mailbox
}

fn run(config: &Config, rebuild: bool) -> Result<String, Failure> {
    index(config, rebuild, &|_| {
        Ok(Box::new(dinner()) as Box<dyn Mailbox>)
    })
}

fn ask(config: &Config, other: &str, json: bool) -> String {
    knows(
        config,
        "rachel@nova.example",
        other,
        json,
        at("2026-11-24T12:00:00Z"),
    )
    .expect("told")
}

#[test]
fn knows_shows_evidence_that_a_person_can_check() {
    let dir = tempfile::tempdir().expect("a folder");
    let config = configured(dir.path());
    assert!(
        ask(&config, "jordan@atlas.example", false).contains("has not been read to its end yet")
    );
    assert_eq!(
        run(&config, false).expect("read"),
        "work: 2 messages read now, 2 in all, back to 3 May 2026\n"
    );
    assert_eq!(
        ask(&config, "jordan@atlas.example", false),
        "Rachel Winters <rachel@nova.example> and Jordan Lee <jordan@atlas.example> are acquainted:\n  \
         Rachel Winters wrote to Jordan Lee on 3 May 2026: “Dinner at eight”\n\
         (work: 2 messages read, back to 3 May 2026)\n"
    );
    assert_eq!(
        ask(&config, "jordan@atlas.example", true),
        "{\"acquainted\":true,\"evidence\":[{\"date\":\"2026-05-03T12:00:00Z\",\
         \"detail\":\"Rachel Winters wrote to Jordan Lee on 3 May 2026: “Dinner at eight”\",\
         \"kind\":\"wrote\",\"message_id\":\"<dinner@nova.example>\"}]}\n"
    );
    assert_eq!(
        ask(&config, "sam@harbour.example", true),
        "{\"acquainted\":false,\"evidence\":[]}\n"
    );
    assert!(ask(&config, "sam@harbour.example", false).starts_with(
        "Nothing in your mail shows that Rachel Winters <rachel@nova.example> and sam@harbour.example know each other."
    ));
    let wrong = knows(
        &config,
        "rachel",
        "jordan@atlas.example",
        true,
        at("2026-11-24T12:00:00Z"),
    );
    assert!(matches!(wrong, Err(Failure::Wrong(_))), "{wrong:?}");
}

#[test]
fn index_reads_what_is_new_and_rebuild_reads_everything() {
    let dir = tempfile::tempdir().expect("a folder");
    let config = configured(dir.path());
    run(&config, false).expect("read");
    let again = run(&config, false).expect("read");
    assert_eq!(
        again,
        "work: 0 messages read now, 2 in all, back to 3 May 2026\n"
    );
    let anew = run(&config, true).expect("read");
    assert_eq!(
        anew,
        "work: 2 messages read now, 2 in all, back to 3 May 2026\n"
    );
}

#[test]
fn an_account_that_cannot_be_reached_is_named() {
    let dir = tempfile::tempdir().expect("a folder");
    let config = configured(dir.path());
    let failed = index(&config, false, &|_| Err("the login was refused".to_owned()));
    assert_eq!(
        failed.expect_err("not read").to_string(),
        "not everything could be read; work: the login was refused; what was read is kept, and `askfirst index` goes on from there"
    );
}

#[test]
fn the_index_is_not_emptied_under_a_running_daemon() {
    let dir = tempfile::tempdir().expect("a folder");
    let config = configured(dir.path());
    run(&config, false).expect("read");
    let daemon = askfirst::edge::disk::Disk::open(&config.state_dir).expect("the daemon's lock");
    let Err(Failure::CouldNot(why)) = run(&config, true) else {
        panic!("emptied");
    };
    assert!(why.contains("Stop that one first"), "{why}");
    assert!(ask(&config, "jordan@atlas.example", false).contains("Dinner at eight"));
    assert!(run(&config, false).is_ok(), "without --rebuild it may run");
    drop(daemon);
    assert!(run(&config, true).is_ok());
}
