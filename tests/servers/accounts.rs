//! Several accounts at once, and accounts that come, go and change while the daemon runs.

use crate::world::house::{House, eventually, quiet};
use crate::world::people::{Draft, Person};
use serde_json::Value;
use std::net::TcpListener;
use std::process::Command;

/// One more `[[accounts]]` of a configuration.
fn account(house: &House, name: &str, whose: &Person, imap: u16, password: &str) -> String {
    let server = |kind: &str, port: u16, password: &str| {
        format!(
            "[accounts.{kind}]\nhost = \"localhost\"\nport = {port}\nsecurity = \"none\"\n\
             password_command = \"echo {password}\"\n"
        )
    };
    format!(
        "\n[[accounts]]\nname = \"{name}\"\nemail = \"{}\"\ndisplay_name = \"{}\"\nlanguage = \"en\"\n{}{}",
        whose.address,
        whose.name,
        server("imap", imap, password),
        server("smtp", house.pair.postfix.plain_port, "secret"),
    )
}

fn config(house: &House) -> String {
    std::fs::read_to_string(house.path("config.toml")).expect("read")
}

fn write_config(house: &House, text: &str) {
    std::fs::write(house.path("config.toml"), text).expect("written");
}

fn hang_up(house: &House) {
    let pid = house.pid().to_string();
    let hup = Command::new("kill").args(["-HUP", &pid]).status();
    assert!(hup.is_ok_and(|s| s.success()), "SIGHUP");
}

fn status_of(house: &House, name: &str) -> Value {
    let status = house.askfirst(&["status", "--json"]).json();
    let accounts = status["accounts"].as_array().cloned().unwrap_or_default();
    let found = accounts.into_iter().find(|a| a["name"] == name);
    found.unwrap_or_default()
}

#[track_caller]
fn until_connected(house: &House, name: &str) {
    eventually(&format!("{name} connected and read"), || {
        let account = status_of(house, name);
        let read = account["indexed"].as_u64() >= account["to_index"].as_u64();
        (account["imap"] == "connected" && read).then_some(())
    });
}

fn held(person: &Person, draft: &Draft) -> usize {
    person.mail().with_id("Askfirst/Held", &draft.id).len()
}

#[test]
fn an_account_is_added_taken_away_and_taken_up_again_without_a_restart() {
    let Some(mut house) = House::open() else {
        return;
    };
    let pid = house.pid();
    let alone = config(&house);
    let imap = house.pair.dovecot.imap_port;
    let both = alone.clone() + &account(&house, "second", &house.sam, imap, "secret");

    write_config(&house, &both);
    hang_up(&house);
    until_connected(&house, "second");
    let draft = Draft::introducing(&house.sam, &house.rachel, &house.jordan, None);
    house.sam.mail().draft(&draft.raw);
    let of_sam = eventually("Sam's introduction is asked about", || {
        let listed = house.listed(&draft)?;
        (listed["state"] == "asking").then_some(listed)
    });
    assert_eq!(of_sam["account"], "second");

    // Let go of: what waits stays where it is, and nobody answers for it.
    write_config(&house, &alone);
    let said = house.askfirst(&["reload"]).good().out;
    assert!(
        said.contains("second") && said.contains("1 of its introductions"),
        "{said}"
    );
    eventually("only one account is shown", || {
        status_of(&house, "second").is_null().then_some(())
    });
    let later = Draft::introducing(&house.sam, &house.rachel, &house.jordan, None);
    house.sam.mail().draft(&later.raw);
    quiet();
    assert_eq!(house.sam.mail().with_id("Drafts", &later.id).len(), 1);
    assert_eq!(held(&house.sam, &draft), 1);
    // The other account has gone on all the while.
    let own = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    house.hold(&own);

    // Back again: what waited goes on.
    write_config(&house, &both);
    let said = house.askfirst(&["reload"]).good().out;
    assert!(said.contains("account second: looked after"), "{said}");
    until_connected(&house, "second");
    assert_eq!(house.listed(&draft).expect("listed")["state"], "asking");
    let id = of_sam["id"].as_str().expect("an id").to_owned();
    house.askfirst(&["cancel", &id]).good();
    eventually("given back to Sam", || {
        (held(&house.sam, &draft) == 0).then_some(())
    });
    assert_eq!(house.pid(), pid);
    assert!(house.runs());
    house.stop();
}

#[test]
fn a_changed_account_connects_anew_and_a_broken_configuration_changes_nothing() {
    let Some(mut house) = House::open() else {
        return;
    };
    let good = config(&house);
    // Refused, with a sentence; the old one stays in force.
    write_config(&house, &good.replace("grace = \"1s\"", "grace = \"soon\""));
    hang_up(&house);
    eventually("the refusal in the log", || {
        house
            .log()
            .contains("the old configuration stays")
            .then_some(())
    });
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    house.hold(&draft);

    // The folder for what is held is another one now: only a new connection knows.
    let moved = good.replace(
        "[drafts]\n",
        "[accounts.folders]\nheld = \"Waiting\"\n\n[drafts]\n",
    );
    assert_ne!(moved, good);
    write_config(&house, &moved);
    let said = house.askfirst(&["reload"]).good().out;
    assert!(said.contains("account work: connecting anew"), "{said}");
    until_connected(&house, "work");
    let other = Draft::introducing(&house.alex, &house.sam, &house.jordan, None);
    house.alex.mail().draft(&other.raw);
    eventually("held in the folder that was named", || {
        (house.count("Waiting", &other) == 1).then_some(())
    });
    assert_eq!(house.notes("askfirst is watching now").len(), 1);
    assert!(house.runs());
    house.stop();
}

#[test]
fn accounts_that_fail_disturb_no_other_and_a_refused_login_is_told_once_in_another_inbox() {
    let Some(mut house) = House::build(crate::world::house::Settings::default()) else {
        return;
    };
    // Takes connections and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let silent_port = silent.local_addr().expect("its address").port();
    let lena = house.person("Lena Moor", "lena", "east");
    let imap = house.pair.dovecot.imap_port;
    let refused = account(&house, "refused", &house.sam, imap, "wrong");
    let text = config(&house) + &refused + &account(&house, "silent", &lena, silent_port, "secret");
    write_config(&house, &text);
    house.start();
    let note = eventually("the refusal in the inbox of the account that works", || {
        house
            .notes("")
            .into_iter()
            .find(|n| n.read().contains("refuses the login"))
    });
    assert!(
        note.read().contains("setup --renew refused"),
        "{}",
        note.read()
    );
    assert!(!note.read().contains("wrong"), "{}", note.read());
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    house.hold(&draft);
    house.until(&draft, "asking");
    assert_eq!(status_of(&house, "refused")["imap"], "failed");
    assert_ne!(status_of(&house, "silent")["imap"], "connected");

    // Not told again at the next start; mended it works, and broken anew it is news again.
    let told = |house: &House| {
        let notes = house.notes("");
        notes
            .iter()
            .filter(|n| n.read().contains("refuses the login"))
            .count()
    };
    house.stop();
    house.start();
    eventually("refused again", || {
        (status_of(&house, "refused")["imap"] == "failed").then_some(())
    });
    quiet();
    assert_eq!(told(&house), 1);
    let mended = text.replace("echo wrong", "echo secret");
    write_config(&house, &mended);
    house.askfirst(&["reload"]).good();
    until_connected(&house, "refused");
    write_config(&house, &text);
    house.askfirst(&["reload"]).good();
    eventually("a second note", || (told(&house) == 2).then_some(()));
    house.stop();
}
