//! What `doctor` finds on real servers.

use crate::world::house::{House, Settings};
use serde_json::Value;
use std::net::TcpListener;

fn edit(house: &House, from: &str, to: &str) {
    let path = house.path("config.toml");
    let text = std::fs::read_to_string(&path).expect("read");
    assert!(text.contains(from), "{from} is not in it");
    std::fs::write(&path, text.replacen(from, to, 1)).expect("written");
}

/// The findings that are not good, and the exit code.
fn findings(house: &House) -> (Vec<Value>, i32) {
    let ran = house.askfirst(&["doctor", "--json"]);
    let all = ran.json().as_array().cloned().expect("an array");
    (
        all.into_iter().filter(|f| f["level"] != "ok").collect(),
        ran.code,
    )
}

fn with<'a>(found: &'a [Value], id: &str) -> Option<&'a Value> {
    found.iter().find(|f| f["id"] == id)
}

#[test]
fn a_healthy_house_has_nothing_wrong_and_the_gateway_lets_the_account_in() {
    let gateway = Settings {
        gateway: true,
        ..Settings::default()
    };
    let Some(house) = House::open_with(gateway) else {
        return;
    };
    let (found, code) = findings(&house);
    assert!(found.iter().all(|f| f["level"] == "note"), "{found:#?}");
    assert_eq!(code, 0, "{found:#?}");
    assert!(with(&found, "gateway-way-back").is_some(), "{found:#?}");
    let all = house.askfirst(&["doctor"]).good().out;
    for part in [
        format!("the gateway lets {} in", house.alex.address),
        "SMTP login".to_owned(),
        "askfirst is running".to_owned(),
    ] {
        let seen = all.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(seen.contains(&part), "{part} is missing:\n{all}");
    }
    // The password that the mail program has is not the gateway's any more.
    edit(&house, "echo gwsecret", "echo another");
    let (found, code) = findings(&house);
    let login = with(&found, "gateway-login").unwrap_or_else(|| panic!("{found:#?}"));
    assert_eq!((code, &login["level"]), (1, &Value::from("wrong")));
    let report = house.askfirst(&["doctor", "--report"]).out;
    for name in [&house.alex.address, &house.alex.name, "another"] {
        assert!(!report.contains(name), "{name} is in it:\n{report}");
    }
}

#[test]
fn what_is_wrong_with_an_account_is_found() {
    let Some(house) = House::build(Settings::default()) else {
        return;
    };
    let stranger = house.alex.address.replace("alex@", "stranger@");
    edit(
        &house,
        "language = \"en\"",
        &format!("language = \"en\"\naliases = [\"{stranger}\"]"),
    );
    for number in 0..1000 {
        let letter = format!("From: a@north.example\nMessage-ID: <{number}@north.example>\n\nx\n");
        let file = house
            .pair
            .dovecot
            .maildir(&house.alex.address)
            .join(format!(".Old/cur/{number}.x:2,S"));
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        for more in ["new", "tmp"] {
            let _ = std::fs::create_dir_all(file.with_file_name("../").join(more));
        }
        std::fs::write(&file, letter).expect("written");
    }
    let own = std::process::Command::new("chown")
        .args(["-R", "mail:mail"])
        .arg(
            house
                .pair
                .dovecot
                .maildir(&house.alex.address)
                .parent()
                .expect("a home"),
        )
        .status();
    assert!(own.is_ok_and(|s| s.success()), "chown");
    let (found, code) = findings(&house);
    assert_eq!(code, 1);
    let refused = with(&found, "identity-refused").unwrap_or_else(|| panic!("{found:#?}"));
    assert!(
        refused["what"]
            .as_str()
            .is_some_and(|w| w.contains(&stranger) && w.contains("5.7.1")),
        "{refused}"
    );
    let capped = with(&found, "folder-capped").unwrap_or_else(|| panic!("{found:#?}"));
    assert!(
        capped["what"].as_str().is_some_and(|w| w.contains("Old")),
        "{capped}"
    );
    assert!(with(&found, "not-running").is_some(), "{found:#?}");
    // Nobody was written to.
    assert!(house.alex.inbox().is_empty());

    edit(
        &house,
        "[drafts]\n",
        "[accounts.folders]\nsent = \"Elsewhere\"\n\n[drafts]\n",
    );
    let (found, _) = findings(&house);
    assert!(with(&found, "folder-configured").is_some(), "{found:#?}");

    edit(&house, "echo secret", "echo mistyped");
    let (found, _) = findings(&house);
    assert!(with(&found, "imap-login").is_some(), "{found:#?}");
    assert!(!format!("{found:?}").contains("mistyped"));
}

#[test]
fn a_gateway_that_is_not_ours_is_told_from_none() {
    let gateway = Settings {
        gateway: true,
        ..Settings::default()
    };
    let Some(house) = House::build(gateway) else {
        return;
    };
    let (found, _) = findings(&house);
    let silent = with(&found, "gateway-silent").unwrap_or_else(|| panic!("{found:#?}"));
    assert!(
        !silent["what"]
            .as_str()
            .unwrap_or_default()
            .contains("something else")
    );
    let other = TcpListener::bind(("127.0.0.1", house.gateway_port)).expect("its port");
    std::thread::spawn(move || {
        use std::io::Write as _;
        for mut stream in other.incoming().flatten() {
            let _ = stream.write_all(b"SSH-2.0-somebody\r\n");
        }
    });
    let (found, _) = findings(&house);
    let silent = with(&found, "gateway-silent").unwrap_or_else(|| panic!("{found:#?}"));
    assert!(
        silent["what"]
            .as_str()
            .is_some_and(|w| w.contains("something else")),
        "{silent}"
    );
}
