//! A damaged ledger: ordinary mail passes, nothing else is done, and it says how to go on.

use crate::world::house::{House, Settings, eventually, quiet};
use crate::world::people::{Draft, Person};
use lettre::Transport;
use lettre::transport::smtp::authentication::Credentials;

/// Sends it through the gateway as the user's mail program does; the code of the refusal, if it is one.
fn through_the_gateway(house: &House, to: &[&Person], raw: &[u8]) -> Result<(), Option<u16>> {
    let address = |p: &Person| p.address.parse::<lettre::Address>().expect("an address");
    let envelope = lettre::address::Envelope::new(
        Some(address(&house.alex)),
        to.iter().map(|p| address(p)).collect(),
    )
    .expect("an envelope");
    let credentials = Credentials::new(house.alex.address.clone(), "gwsecret".to_owned());
    lettre::SmtpTransport::builder_dangerous("127.0.0.1")
        .port(house.gateway_port)
        .credentials(credentials)
        .build()
        .send_raw(&envelope, raw)
        .map(drop)
        .map_err(|e| e.status().map(Into::into))
}

#[test]
fn with_a_damaged_ledger_only_ordinary_mail_passes_and_nothing_is_lost() {
    let Some(mut house) = House::open_with(Settings {
        gateway: true,
        variables: vec![("ASKFIRST__ASK__GRACE", "10m")],
        ..Settings::default()
    }) else {
        return;
    };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    house.hold(&draft);
    house.until(&draft, "held");
    let remembered = || !house.alex.mail().messages("Askfirst/Memory").is_empty();
    eventually("its record in Memory", || remembered().then_some(()));
    house.stop();

    let path = house.path("state/ledger.jsonl");
    let mut bytes = std::fs::read(&path).expect("the ledger");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, &bytes).expect("written");
    house.start_only();

    let status = house.askfirst(&["status", "--json"]);
    assert_eq!(status.code, 1, "{status:?}");
    let account = &status.json()["accounts"][0];
    let trouble = account["trouble"].as_str().unwrap_or_default();
    assert!(
        trouble.contains("ledger is damaged") && trouble.contains("move the ledger away"),
        "{account:#}"
    );
    house
        .askfirst(&["consent", "grant", &house.rachel.address])
        .refused();
    let plain = format!(
        "From: {}\r\nTo: {}\r\nSubject: Tuesday\r\nMessage-ID: {}\r\n\r\nSee you on Tuesday.\r\n",
        house.alex.full(),
        house.sam.full(),
        house.alex.new_id()
    );
    through_the_gateway(&house, &[&house.sam], plain.as_bytes()).expect("ordinary mail passes");
    eventually("Sam's mail", || {
        house
            .sam
            .inbox()
            .iter()
            .any(|m| m.subject() == "Tuesday")
            .then_some(())
    });
    let other = Draft::introducing(&house.alex, &house.sam, &house.jordan, None);
    let people = [&house.sam, &house.jordan];
    assert_eq!(
        through_the_gateway(&house, &people, &other.raw),
        Err(Some(451))
    );
    let third = Draft::introducing(&house.alex, &house.rachel, &house.sam, None);
    house.alex.mail().draft(&third.raw);
    quiet();
    assert_eq!(house.count("Drafts", &third), 1, "nothing is taken");
    assert_eq!(
        house.count("Askfirst/Held", &draft),
        1,
        "what waits stays where it is"
    );
    house.stop();
    assert_eq!(
        std::fs::read(&path).expect("the ledger"),
        bytes,
        "it is left as it is"
    );

    // As it is told to: what waits is found again.
    std::fs::rename(&path, house.path("ledger.damaged")).expect("moved");
    house.start_only();
    let held = house.until(&draft, "held");
    assert_eq!(held["parties"][0]["asked"], false, "{held:#}");
    house.assert_heard_nothing(&[&house.rachel, &house.jordan]);
    assert_eq!(house.count("Askfirst/Held", &draft), 1);
}
