use super::*;
use serde_json::from_value;

const VIEW: View = View {
    paint: Paint::PLAIN,
    offset: match FixedOffset::east_opt(3600) {
        Some(offset) => offset,
        None => panic!(),
    },
};

fn person(address: &str, name: Option<&str>) -> Value {
    json!({
        "address": address,
        "name": name,
        "required": true,
        "exempt": null,
        "asked": null,
        "answer": null,
        "answered_at": null,
        "answer_id": null,
        "trouble": null,
        "until": null,
    })
}

/// Rachel was asked and has answered; Jordan's ask is decided but not out.
fn rachel_and_jordan() -> Introduction {
    let asked = |sent: Option<&str>| {
        json!({
            "message_id": "ask-1@hub.example",
            "decided": "2026-11-24T02:23:00Z",
            "sent": sent,
            "reminder": null,
            "text": "Hi",
            "subject": "May I",
        })
    };
    let mut rachel = person("rachel@nova.example", Some("Rachel Winters"));
    rachel["asked"] = asked(Some("2026-11-24T02:23:05Z"));
    rachel["answer"] = json!("yes");
    rachel["answered_at"] = json!("2026-11-24T03:00:00.750Z");
    let mut jordan = person("jordan@atlas.example", None);
    jordan["asked"] = asked(None);
    jordan["evidence"] = json!([{
        "kind": "together",
        "date": "2026-05-03T20:00:00+02:00",
        "message_id": "dinner@nova.example",
        "detail": "Both stood on “Dinner”",
    }]);
    from_value(json!({
        "id": "7kqxabcd",
        "account": "work",
        "via": "drafts",
        "state": "asking",
        "reason": null,
        "subject": "Rachel\u{1b}[2J <> Jordan",
        "message_id": "intro@hub.example",
        "message_id_is_ours": false,
        "from": { "name": "Alex Rivera", "address": "alex@hub.example" },
        "envelope": ["rachel@nova.example", "jordan@atlas.example"],
        "digest": "00",
        "size": 1,
        "language": "en",
        "why": ["It says “introduce you two”."],
        "text": "Hi Rachel, hi Jordan,\n\nmeet each other.",
        "parties": [rachel, jordan],
        "created": "2026-11-24T02:13:00Z",
        "updated": "2026-11-24T03:00:00Z",
        "terms": {
            "grace": 600,
            "remind_after": 345_600,
            "expire_after": 1_209_600,
            "remind": "introducer",
            "order": "together",
            "reveal": "name",
        },
        "confirmed": true,
        "placed": true,
        "grace_ends": null,
        "reminded": false,
        "by_hand": false,
        "release": null,
        "history": [{ "at": "2026-11-24T02:13:00Z", "event": "held", "detail": "from Drafts" }],
    }))
    .unwrap()
}

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[test]
fn item_has_the_promised_keys_and_unknown_is_null() {
    let list = list_json(&[&rachel_and_jordan()]);
    let item = &list[0];
    assert_eq!(
        keys(item),
        [
            "account",
            "created",
            "id",
            "message_id",
            "parties",
            "reason",
            "state",
            "subject",
            "updated",
            "via"
        ]
    );
    assert_eq!(item["message_id"], "<intro@hub.example>");
    assert_eq!(item["created"], "2026-11-24T02:13:00Z");
    assert_eq!(
        (&item["state"], &item["via"]),
        (&json!("asking"), &json!("drafts"))
    );
    assert_eq!(item["reason"], Value::Null);
    let [rachel, jordan] = &item["parties"].as_array().unwrap()[..] else {
        panic!("{item}")
    };
    assert_eq!(
        keys(rachel),
        ["address", "answer", "answered_at", "asked", "name"]
    );
    assert_eq!(
        (&rachel["asked"], &rachel["answer"]),
        (&json!(true), &json!("yes"))
    );
    assert_eq!(rachel["answered_at"], "2026-11-24T03:00:00Z");
    assert_eq!(jordan["asked"], false, "decided is not yet asked");
    assert_eq!(
        (&jordan["name"], &jordan["answer"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(jordan["answered_at"], Value::Null);
}

#[test]
fn show_adds_the_whole_story() {
    let shown = show_json(&rachel_and_jordan());
    for key in ["why", "recipients", "due", "text", "history"] {
        assert!(keys(&shown).contains(&key), "{key}");
    }
    assert_eq!(keys(&shown["due"]), ["ask", "expire", "remind"]);
    assert_eq!(shown["due"]["expire"], "2026-12-08T02:23:05Z");
    assert_eq!(
        shown["recipients"],
        json!(["rachel@nova.example", "jordan@atlas.example"])
    );
    assert_eq!(
        shown["history"],
        json!([{ "at": "2026-11-24T02:13:00Z", "event": "held", "detail": "from Drafts" }])
    );
    assert_eq!(shown["parties"][0]["evidence"], json!([]));
    assert_eq!(
        shown["parties"][1]["evidence"],
        json!([{
            "kind": "together",
            "date": "2026-05-03T18:00:00Z",
            "message_id": "<dinner@nova.example>",
            "detail": "Both stood on “Dinner”",
        }])
    );
}

#[test]
fn text_is_in_the_persons_own_time_and_fits_a_terminal() {
    let one = rachel_and_jordan();
    let list = list_text(&[&one], false, VIEW);
    assert_eq!(
        list,
        "7kqxabcd  asking     24 Nov 2026 03:13  Rachel[2J <> Jordan\n          \
         Rachel Winters: yes, jordan@atlas.example: not asked yet\n"
    );
    let show = show_text(&one, VIEW);
    for word in [
        "Rachel Winters <rachel@nova.example>: yes",
        "introduce you two",
        "| meet each other.",
        "held",
    ] {
        assert!(show.contains(word), "no {word:?} in:\n{show}");
    }
    for text in [&list, &show] {
        assert!(text.lines().all(|l| l.chars().count() <= 80), "{text}");
        assert!(!text.contains('\u{1b}'), "mail cannot steer the terminal");
    }
    assert!(list_text(&[], false, VIEW).contains("--all"));
}

#[test]
fn status_is_only_good_when_nothing_is_wrong() {
    let with = |change: fn(&mut Value)| {
        let mut status = json!({
            "running": true,
            "version": "0.1.0",
            "since": "2026-11-24T02:13:00Z",
            "accounts": [{
                "name": "work", "imap": "connected", "smtp": "untried", "gateway": "off",
                "indexed": 10, "to_index": 10, "leader": true, "trouble": null,
            }],
            "waiting": 2,
            "attention": 1,
        });
        change(&mut status);
        (status_is_good(&status), status_text(&status, VIEW))
    };
    let (good, text) = with(|_| ());
    assert!(good, "what waits for the user is not wrong");
    assert!(text.contains("running since 24 Nov 2026 03:13"), "{text}");
    assert!(
        text.contains("2 introductions wait, 1 for you to decide"),
        "{text}"
    );
    assert!(!with(|s| s["running"] = json!(false)).0);
    assert!(!with(|s| s["accounts"][0]["imap"] = json!("failed")).0);
    assert!(!with(|s| s["accounts"][0]["gateway"] = json!("failed")).0);
    let (good, text) = with(|s| s["accounts"][0]["trouble"] = json!("locked: unlock it"));
    assert!(!good && text.contains("locked: unlock it"));
    let (_, text) = with(|s| s["accounts"][0]["indexed"] = json!(3));
    assert!(text.contains("3 of 10"), "{text}");
    let (_, text) = with(|s| s["accounts"][0]["reach"] = json!("3 May 2009"));
    assert!(
        text.contains("10 messages read, back to 3 May 2009\n"),
        "{text}"
    );
}

#[test]
fn consents_are_listed_with_what_they_are_about() {
    let standings: Vec<Standing> = from_value(json!([
        { "address": "rachel@nova.example", "about": null, "kind": "always",
          "since": "2026-11-24T02:13:00Z", "source": "answer" },
        { "address": "jordan@atlas.example", "about": "rachel@nova.example", "kind": "declined",
          "since": "2026-11-24T02:13:00Z", "source": "command" },
    ]))
    .unwrap();
    let json = consents_json(&standings);
    assert_eq!(
        keys(&json[0]),
        ["about", "address", "kind", "since", "source"]
    );
    assert_eq!(json[0]["about"], Value::Null);
    assert_eq!(json[1]["kind"], "declined");
    let text = consents_text(&standings, VIEW);
    assert!(text.contains("rachel@nova.example   always"), "{text}");
    assert!(
        text.contains("declined about rachel@nova.example"),
        "{text}"
    );
}
