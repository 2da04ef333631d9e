//! Servers that can't be trusted, and logins that are refused.

use crate::world::house::{House, Settings, Wire, eventually};
use crate::world::people::Draft;
use std::time::{Duration, Instant};

#[test]
fn with_an_untrusted_certificate_nothing_connects() {
    for wire in [Wire::Tls, Wire::StartTls] {
        let settings = Settings {
            wire,
            trusting: false,
            ..Settings::default()
        };
        let Some(mut house) = House::build(settings) else {
            return;
        };
        // Alex's own mail program logs in, too.
        let logins = |house: &House| {
            let log = house.pair.dovecot.log();
            log.lines()
                .filter(|l| l.contains("Login: ") && l.contains(&house.alex.address))
                .count()
        };
        let before = logins(&house);
        house.start_only();
        let status = eventually("the trouble in status", || {
            let status = house.askfirst(&["status", "--json"]);
            (status.json()["accounts"][0]["imap"] == "failed").then_some(status)
        });
        assert_eq!(status.code, 1);
        let status = status.json();
        let trouble = status["accounts"][0]["trouble"]
            .as_str()
            .unwrap_or_default();
        assert!(trouble.contains("certificate"), "{status:#}");
        assert_eq!(
            logins(&house),
            before,
            "the password went to somebody untrusted"
        );
        assert!(house.runs(), "it keeps trying");
        house.stop();
    }
}

#[test]
fn a_refused_login_is_told_and_not_hammered() {
    let settings = Settings {
        imap_password: "wrong",
        ..Settings::default()
    };
    let Some(mut house) = House::build(settings) else {
        return;
    };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    house.start_only();
    let status = eventually("the trouble in status", || {
        let status = house.askfirst(&["status", "--json"]);
        status.json()["accounts"][0]["trouble"]
            .is_string()
            .then_some(status)
    });
    assert_eq!(status.code, 1);
    let status = status.json();
    let account = &status["accounts"][0];
    assert_eq!(account["imap"], "failed");
    let trouble = account["trouble"].as_str().unwrap_or_default();
    assert!(trouble.contains("refuses the login"), "{trouble}");
    assert!(trouble.contains(&house.alex.address), "{trouble}");
    assert!(!trouble.contains("wrong"), "the password: {trouble}");
    house.alex.mail().draft(&draft.raw);
    // A third wrong password in a row might lock the account.
    let until = Instant::now() + Duration::from_secs(7);
    let tries = |house: &House| {
        let log = house.pair.dovecot.log();
        log.lines()
            .filter(|l| l.contains("auth failed") && l.contains(&house.alex.address))
            .count()
    };
    while Instant::now() < until {
        std::thread::sleep(Duration::from_millis(200));
    }
    let tries = tries(&house);
    assert!(
        (1..=2).contains(&tries),
        "{tries} tries:\n{}",
        house.pair.dovecot.log()
    );
    assert_eq!(house.count("Drafts", &draft), 1);
    assert!(!house.log().contains("wrong"), "the password is in the log");
    house.stop();
}
