//! From draft to release.

use crate::world::house::{House, Settings, Wire, eventually, party, quiet};
use crate::world::people::{Draft, NOT_RELEASED, Person, Style};
use crate::world::wire::{assert_same, field, untraced, without};

/// Nothing that belongs to the other person, or that ties this letter to another.
#[track_caller]
fn assert_private(raw: &[u8], to: &Person, draft: &Draft, others: &[&Person]) {
    let seen = String::from_utf8_lossy(raw).into_owned();
    let read = mail_parser::MessageParser::new()
        .parse(raw)
        .expect("a letter")
        .body_text(0)
        .expect("a text")
        .into_owned();
    let envelope = field(raw, "To").unwrap_or_default();
    assert!(
        envelope.ends_with(&format!("<{}>", to.address)) && !envelope.contains(','),
        "{envelope}"
    );
    for name in ["Cc", "Bcc", "In-Reply-To", "References", "Auto-Submitted"] {
        assert_eq!(field(raw, name), None, "{name} in the ask:\n{seen}");
    }
    let held = draft.id.trim_matches(['<', '>']);
    let phone = "7946";
    for other in others {
        let address = other.address.as_str();
        let (_, domain) = address.split_once('@').expect("an address");
        for secret in [address, domain, held, phone, "http", "://"] {
            assert!(!seen.contains(secret), "{secret} in the ask:\n{seen}");
            assert!(!read.contains(secret), "{secret} in the ask:\n{read}");
        }
    }
    assert!(
        !seen.to_lowercase().contains("content-disposition"),
        "{seen}"
    );
}

fn rachel_and_jordan(wire: Wire, styles: (Style, Style)) {
    let settings = Settings {
        wire,
        ..Settings::default()
    };
    let Some(house) = House::open_with(settings) else {
        return;
    };
    let (alex, rachel, jordan, sam) = (&house.alex, &house.rachel, &house.jordan, &house.sam);
    let draft = Draft::introducing(alex, rachel, jordan, Some(sam));

    let held = house.hold(&draft);
    assert_same(&held.raw, &draft.raw, "the held copy");
    assert!(!held.has("\\Draft"), "{:?}", held.flags);
    house.note("Not sent yet: Rachel <> Jordan");

    let asks = [house.ask_to(rachel, &draft), house.ask_to(jordan, &draft)];
    for (ask, to, other) in [(&asks[0], rachel, jordan), (&asks[1], jordan, rachel)] {
        assert_private(&ask.raw, to, &draft, &[other, sam]);
        let from = ask.field("From").unwrap_or_default().replace('"', "");
        assert_eq!(from, alex.full());
        assert_eq!(
            ask.subject(),
            format!("May I introduce you to {}?", other.name)
        );
    }
    let asking = house.until(&draft, "asking");
    for person in [rachel, jordan] {
        assert_eq!(party(&asking, person)["asked"], true, "{asking:#}");
    }
    assert_eq!(asking["parties"].as_array().map(Vec::len), Some(2));
    assert_eq!(asking["via"], "drafts");
    for ask in &asks {
        let id = ask.field("Message-ID").expect("an id");
        eventually("the ask filed in Sent", || {
            (alex.mail().with_id("Sent", &id).len() == 1).then_some(())
        });
    }

    rachel.answer(&asks[0], "Yes, please! She will like him.", styles.0);
    house.until_answer(&draft, rachel, "yes");
    assert_eq!(jordan.letters_from(alex, "").len(), 1, "one yes is not two");
    house.assert_heard_nothing(&[sam]);
    jordan.answer(&asks[1], "Yes, with pleasure.", styles.1);
    house.until(&draft, "released");

    for person in [rachel, jordan, sam] {
        let got = eventually("the introduction", || {
            person.mail().with_id("INBOX", &draft.id).pop()
        });
        let got = untraced(&got.raw);
        assert_same(
            &without(&got, &["Date"]),
            &draft.as_released(),
            "what arrived but for Date",
        );
        let date = field(&got, "Date").expect("a Date");
        assert!(date.ends_with("+0100"), "renewed in its own offset: {date}");
        assert_ne!(Some(date), field(&draft.raw, "Date"), "an old Date");
    }
    house.note("Sent: Rachel <> Jordan");
    eventually("one copy in Sent and none in Held", || {
        (house.count("Sent", &draft) == 1 && house.count("Askfirst/Held", &draft) == 0)
            .then_some(())
    });
    let sent = alex.mail().with_id("Sent", &draft.id).remove(0);
    assert_eq!(
        field(&sent.raw, "Bcc"),
        Some(sam.full()),
        "the user's own record"
    );
    assert_same(
        &without(&sent.raw, &NOT_RELEASED),
        &draft.as_released(),
        "the copy in Sent",
    );
    quiet();
    for person in [rachel, jordan, sam] {
        assert_eq!(person.mail().with_id("INBOX", &draft.id).len(), 1, "once");
    }
    for person in [rachel, jordan] {
        assert_eq!(person.letters_from(alex, &draft.id).len(), 1, "one ask");
    }
    for (folder, copies) in [("Sent", 1), ("Drafts", 0), ("Askfirst/Held", 0)] {
        assert_eq!(house.count(folder, &draft), copies, "{folder}");
    }
}

#[test]
fn an_introduction_is_held_both_are_asked_and_the_original_goes() {
    rachel_and_jordan(Wire::Plain, (Style::Gmail, Style::Outlook));
}

#[test]
fn the_same_over_tls() {
    rachel_and_jordan(Wire::Tls, (Style::Html, Style::Phone));
}

#[test]
fn the_same_over_starttls() {
    rachel_and_jordan(Wire::StartTls, (Style::Below, Style::Bare));
}

#[test]
fn y25_a_no_stays_with_the_user() {
    let Some(house) = House::open() else { return };
    let (alex, rachel, jordan) = (&house.alex, &house.rachel, &house.jordan);
    let draft = Draft::introducing(alex, rachel, jordan, None);
    house.hold(&draft);
    let (to_rachel, to_jordan) = (house.ask_to(rachel, &draft), house.ask_to(jordan, &draft));
    rachel.answer(&to_rachel, "Yes, of course.", Style::Gmail);
    house.until_answer(&draft, rachel, "yes");
    jordan.answer(
        &to_jordan,
        "No, rather not. Too much to do this year.",
        Style::Outlook,
    );
    house.until(&draft, "declined");
    let note = house.note("No introduction: Rachel <> Jordan");
    assert!(note.read().contains("Too much to do"), "{}", note.read());
    eventually("moved to Closed, untouched", || {
        let closed = alex.mail().with_id("Askfirst/Closed", &draft.id).pop()?;
        assert_same(&closed.raw, &draft.raw, "the closed copy");
        (house.count("Askfirst/Held", &draft) == 0).then_some(())
    });
    quiet();
    for person in [rachel, jordan] {
        let all: Vec<_> = person.inbox().iter().map(|m| m.subject()).collect();
        assert_eq!(all.len(), 1, "nobody hears of a refusal: {all:?}");
    }
    assert_eq!(house.count("Sent", &draft), 0);
}
