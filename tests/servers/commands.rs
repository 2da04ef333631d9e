//! Deciding on the command line, with the daemon and without it.

use crate::world::house::{House, Settings, eventually, party, quiet};
use crate::world::people::{Draft, Style};
use crate::world::wire::assert_same;
use serde_json::Value;

/// A grace that no story waits for.
fn patient() -> Settings {
    Settings {
        variables: vec![("ASKFIRST__ASK__GRACE", "10m")],
        ..Settings::default()
    }
}

fn id_of(house: &House, draft: &Draft) -> String {
    let listed = house.listed(draft).expect("listed");
    listed["id"].as_str().expect("an id").to_owned()
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value
        .as_object()
        .map(|o| o.keys().map(String::as_str).collect())
        .unwrap_or_default();
    keys.sort_unstable();
    keys
}

#[test]
fn json_has_the_promised_keys() {
    let Some(house) = House::open_with(patient()) else {
        return;
    };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, Some(&house.sam));
    house.hold(&draft);
    house.note("Not sent yet");
    let item = house.until(&draft, "held");
    let of_item = [
        "account",
        "created",
        "id",
        "message_id",
        "parties",
        "reason",
        "state",
        "subject",
        "updated",
        "via",
    ];
    assert_eq!(keys(&item), of_item);
    let id = item["id"].as_str().expect("an id");
    assert!(
        id.len() == 8
            && id
                .bytes()
                .all(|b| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b)),
        "{id}"
    );
    assert_eq!(
        (&item["account"], &item["reason"], &item["subject"]),
        (
            &Value::from("work"),
            &Value::Null,
            &Value::from("Rachel <> Jordan")
        )
    );
    let rachel = party(&item, &house.rachel);
    assert_eq!(
        keys(rachel),
        ["address", "answer", "answered_at", "asked", "name"]
    );
    assert_eq!(rachel["asked"], false);

    let shown = house.askfirst(&["show", &id[..4], "--json"]).good().json();
    for key in of_item
        .iter()
        .chain(&["why", "recipients", "due", "text", "history"])
    {
        assert!(shown.get(key).is_some(), "show has no {key}");
    }
    assert_eq!(keys(&shown["due"]), ["ask", "expire", "remind"]);
    assert!(
        shown["due"]["ask"]
            .as_str()
            .is_some_and(|t| t.ends_with('Z'))
    );
    assert!(party(&shown, &house.rachel)["evidence"].is_array());
    let recipients = shown["recipients"].as_array().expect("an array");
    assert_eq!(recipients.len(), 3, "{recipients:?}");
    assert!(
        shown["text"]
            .as_str()
            .is_some_and(|t| t.contains("power tools in Leeds"))
    );
    let history = shown["history"].as_array().expect("an array");
    assert!(!history.is_empty());
    for moment in history {
        assert_eq!(keys(moment), ["at", "detail", "event"]);
    }

    let status = house.askfirst(&["status", "--json"]).good().json();
    assert_eq!(
        keys(&status),
        [
            "accounts",
            "attention",
            "running",
            "since",
            "version",
            "waiting"
        ]
    );
    assert_eq!(
        (&status["running"], &status["waiting"], &status["attention"]),
        (&Value::from(true), &Value::from(1), &Value::from(0))
    );
    assert_eq!(
        keys(&status["accounts"][0]),
        [
            "gateway", "imap", "indexed", "leader", "name", "smtp", "to_index", "trouble"
        ]
    );
}

#[test]
fn ask_remind_and_answer_take_effect_at_once() {
    let Some(house) = House::open_with(patient()) else {
        return;
    };
    let (alex, rachel, jordan) = (&house.alex, &house.rachel, &house.jordan);
    let draft = Draft::introducing(alex, rachel, jordan, None);
    house.hold(&draft);
    house.note("Not sent yet");
    let id = id_of(&house, &draft);
    house.askfirst(&["remind", &id]).refused();
    house.askfirst(&["ask", "zzzzzzzz"]).refused();
    house
        .askfirst(&["answer", &id, &house.sam.address, "yes"])
        .refused();
    house.askfirst(&["ask", &id]).good();
    house.ask_to(rachel, &draft);
    house.ask_to(jordan, &draft);
    house.until(&draft, "asking");
    house.askfirst(&["ask", &id]).refused();
    house.askfirst(&["remind", &id]).good();
    for person in [rachel, jordan] {
        eventually("one reminder", || {
            let letters = person.letters_from(alex, &draft.id);
            (letters.len() == 2 && letters[1].subject().starts_with("Re: ")).then_some(())
        });
    }
    house.askfirst(&["remind", &id]).refused();
    house
        .askfirst(&["answer", &id, &rachel.address, "yes"])
        .good();
    let now = house.until_answer(&draft, rachel, "yes");
    assert_eq!(now["state"], "asking");
    house
        .askfirst(&["answer", &id, &jordan.address, "yes"])
        .good();
    house.until(&draft, "released");
    eventually("the introduction", || {
        jordan.mail().with_id("INBOX", &draft.id).pop()
    });
    for command in ["release", "cancel", "ask", "remind"] {
        house.askfirst(&[command, &id]).refused();
    }
}

#[test]
fn cancel_gives_the_draft_back() {
    let Some(house) = House::open_with(patient()) else {
        return;
    };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    house.hold(&draft);
    house.note("Not sent yet");
    house.askfirst(&["cancel", &id_of(&house, &draft)]).good();
    assert_eq!(house.until(&draft, "cancelled")["reason"], "cancelled");
    let back = eventually("the draft", || {
        let back = house.alex.mail().with_id("Drafts", &draft.id).pop()?;
        (house.count("Askfirst/Held", &draft) == 0 && back.has("\\Draft")).then_some(back)
    });
    assert_same(&back.raw, &draft.raw, "the draft");
    quiet();
    quiet();
    assert_eq!(house.count("Drafts", &draft), 1, "left alone");
    house.assert_heard_nothing(&[&house.rachel, &house.jordan]);
}

#[test]
fn what_is_decided_while_nothing_runs_is_carried_out_at_the_next_start() {
    let Some(mut house) = House::open_with(patient()) else {
        return;
    };
    let go = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    let back = Draft::introducing(&house.alex, &house.rachel, &house.sam, None);
    for draft in [&go, &back] {
        house.hold(draft);
        house.until(draft, "held");
    }
    house.note("Not sent yet: Rachel <> Sam");
    let (go_id, back_id) = (id_of(&house, &go), id_of(&house, &back));
    house.stop();
    let status = house.askfirst(&["status", "--json"]);
    assert_eq!(
        (status.code, &status.json()["running"]),
        (1, &Value::from(false))
    );
    house.askfirst(&["release", &go_id]).good();
    house.askfirst(&["cancel", &back_id]).good();
    assert!(house.jordan.inbox().is_empty(), "sent by whom?");
    house.start();
    house.until(&go, "released");
    eventually("the introduction", || {
        house.jordan.mail().with_id("INBOX", &go.id).pop()
    });
    eventually("the other one a draft again", || {
        (house.count("Drafts", &back) == 1 && house.count("Askfirst/Held", &back) == 0)
            .then_some(())
    });
    assert_eq!(house.rachel.inbox().len(), 1);
    house.assert_heard_nothing(&[&house.sam]);
}

#[test]
fn who_has_granted_consent_is_not_asked() {
    let Some(house) = House::open() else { return };
    let (rachel, jordan) = (&house.rachel, &house.jordan);
    house
        .askfirst(&["consent", "grant", &rachel.address])
        .good();
    let stands = house.askfirst(&["consent", "list", "--json"]).good().json();
    assert_eq!(
        keys(&stands[0]),
        ["about", "address", "kind", "since", "source"]
    );
    assert_eq!(
        (
            &stands[0]["address"],
            &stands[0]["kind"],
            &stands[0]["about"]
        ),
        (
            &Value::from(rachel.address.as_str()),
            &Value::from("always"),
            &Value::Null
        )
    );
    let draft = Draft::introducing(&house.alex, rachel, jordan, None);
    house.hold(&draft);
    let ask = house.ask_to(jordan, &draft);
    house.assert_heard_nothing(&[rachel]);
    jordan.answer(&ask, "yes", Style::Bare);
    house.until(&draft, "released");
    eventually("the introduction", || {
        rachel.mail().with_id("INBOX", &draft.id).pop()
    });
}

#[test]
fn who_has_refused_is_never_asked() {
    let Some(house) = House::open() else { return };
    house
        .askfirst(&["consent", "refuse", &house.jordan.address])
        .good();
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    house.hold(&draft);
    let over = house.until(&draft, "attention");
    assert_eq!(over["reason"], "never");
    house.note("Not sent yet");
    quiet();
    house.assert_heard_nothing(&[&house.rachel, &house.jordan]);
    house.askfirst(&["ask", &id_of(&house, &draft)]).refused();
}

#[test]
fn who_is_acquainted_is_known_and_not_held_up() {
    let Some(mut house) = House::build(patient()) else {
        return;
    };
    let (rachel, jordan) = (house.rachel.full(), house.jordan.full());
    let id = house.rachel.new_id();
    let dinner = format!(
        "From: {rachel}\r\nTo: {jordan}, {}\r\nSubject: Dinner at eight\r\nDate: Sun, 3 May 2026 12:00:00 +0000\r\n\
         Message-ID: {id}\r\n\r\nSee you both there.\r\n",
        house.alex.full()
    );
    house.alex.mail().append("Archive", dinner.as_bytes(), &[]);
    house.start();
    let known = [house.rachel.address.as_str(), house.jordan.address.as_str()];
    let known = house
        .askfirst(&["knows", known[0], known[1], "--json"])
        .good()
        .json();
    assert_eq!(known["acquainted"], true);
    assert_eq!(
        keys(&known["evidence"][0]),
        ["date", "detail", "kind", "message_id"]
    );
    assert_eq!(known["evidence"][0]["message_id"], id);
    let friends = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    house.alex.mail().draft(&friends.raw);
    // Another one shows that both have been judged.
    let strangers = Draft::introducing(&house.alex, &house.rachel, &house.sam, None);
    house.hold(&strangers);
    assert_eq!(house.count("Drafts", &friends), 1);
    assert!(house.listed(&friends).is_none());
    let unknown = house
        .askfirst(&["knows", &house.rachel.address, &house.sam.address, "--json"])
        .good()
        .json();
    assert_eq!(unknown["acquainted"], false);
}

#[test]
fn forget_leaves_no_trace_in_the_state_folder() {
    let Some(mut house) = House::open_with(patient()) else {
        return;
    };
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    house.hold(&draft);
    house.note("Not sent yet");
    let id = id_of(&house, &draft);
    let address = house.rachel.address.clone();
    house.askfirst(&["consent", "grant", &address]).good();
    let refused = house.askfirst(&["forget", &address, "--yes"]).refused();
    assert!(refused.err.contains(&id), "{refused:?}");
    house.askfirst(&["cancel", &id]).good();
    house.until(&draft, "cancelled");
    eventually("the draft", || {
        (house.count("Drafts", &draft) == 1).then_some(())
    });
    // The held copy is the user's again; what they throw away is no business of ours.
    let lying = house.alex.mail().with_id("Drafts", &draft.id).remove(0);
    house.alex.mail().delete("Drafts", lying.uid);
    quiet();
    assert_ne!(traces(&house, &address), [""; 0], "nothing to forget");
    house.askfirst(&["forget", &address, "--yes"]).good();
    assert_eq!(traces(&house, &address), [""; 0], "while it runs");
    house.stop();
    assert_eq!(traces(&house, &address), [""; 0], "after it ran");
    let all = house.askfirst(&["list", "--all", "--json"]).good().json();
    assert_eq!(all.as_array().map(Vec::len), Some(0));
    let stands = house.askfirst(&["consent", "list", "--json"]).good().json();
    assert_eq!(stands.as_array().map(Vec::len), Some(0));
}

/// Files of the state folder in which the word stands, in any case.
fn traces(house: &House, word: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![house.path("state")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(bytes) = std::fs::read(&path) {
                let text = String::from_utf8_lossy(&bytes).to_lowercase();
                if text.contains(word) {
                    found.push(path.display().to_string());
                }
            }
        }
    }
    found
}
