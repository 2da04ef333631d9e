use super::*;
use crate::introduction::{Notice, State};
use crate::letter::{FolderNames, Stationery, Templates};
use crate::mail::MessageId;

fn rachel_and_jordan() -> Introduction {
    let party = |name: &str| {
        format!(
            r#"{{"address":"{}@north.example","name":"{name}","required":true,"exempt":null,"asked":null,"answer":null,"answered_at":null,"answer_id":null,"trouble":null,"until":null}}"#,
            name.split(' ').next().unwrap_or_default()
        )
    };
    let text = format!(
        r#"{{"id":"abcdefgh","account":"work","via":"drafts","state":"asking","reason":null,"subject":"s",
        "message_id":"i@hub.example","message_id_is_ours":false,"from":{{"name":null,"address":"alex@hub.example"}},
        "envelope":[],"digest":"","size":0,"language":"en","why":[],"text":"","parties":[{},{}],
        "created":"2026-11-24T12:00:00Z","updated":"2026-11-24T12:00:00Z",
        "terms":{{"grace":600,"remind_after":1,"expire_after":1,"remind":"off","order":"together","reveal":"name"}},
        "confirmed":true,"placed":true,"grace_ends":null,"reminded":false,"by_hand":false,"release":null,"history":[]}}"#,
        party("Rachel Winters"),
        party("Jordan Okafor")
    );
    serde_json::from_str(&text).expect("an introduction as an older ledger holds it")
}

fn says(party: usize, yes: bool) -> Option<Word> {
    Some(Word::Said { party, yes })
}

#[test]
fn y24_one_clear_word_or_a_name_with_yes_or_no_decides() {
    let it = rachel_and_jordan();
    for (text, word_meant) in [
        ("Send!\n\nAlex", Some(Word::Send)),
        ("  ask please", Some(Word::Ask)),
        ("zurück", Some(Word::Back)),
        ("Zuruck.", Some(Word::Back)),
        (
            "ZURÜCK\n\nViele Grüße\nAlex\n\nVon meinem iPhone gesendet",
            Some(Word::Back),
        ),
        ("Rachel: yes", says(0, true)),
        ("yes Rachel", says(0, true)),
        ("Jordan Okafor nein", says(1, false)),
        ("Rach yes", says(0, true)),
        ("Dr. Okafor: oui", says(1, true)),
        ("jordan não", says(1, false)),
        ("Rachel sì", says(0, true)),
        ("Rachel si\u{300}", says(0, true)),
        ("envoyer, merci", Some(Word::Send)),
        ("Recordar", Some(Word::Remind)),
        ("lembrar", Some(Word::Remind)),
        ("annuleren\nMet vriendelijke groet\nAlex", Some(Word::Back)),
    ] {
        assert_eq!(word(text, &it), word_meant, "{text:?}");
    }
}

#[test]
fn y24_anything_else_decides_nothing() {
    let it = rachel_and_jordan();
    for text in [
        "",
        "yes",
        "no",
        "send it to my mother",
        "do not send",
        "don't send",
        "nicht senden",
        "send?",
        "send…",
        "send\n\nbut not before Monday",
        "Kim yes",
        "Rachel Jordan yes",
        "Rachel not yes",
        "maybe",
        "sent",
        "ask back",
        "Ra yes",
    ] {
        assert_eq!(word(text, &it), None, "{text:?}");
    }
}

/// Whatever a note offers in quotes is understood when it comes back, in every language.
#[test]
fn what_a_note_offers_is_understood() {
    let templates = Templates::built_in();
    for language in Templates::languages() {
        let mut offered = 0;
        for (state, notice) in [
            (State::Held, Notice::Held),
            (State::Asking, Notice::Waiting { parties: vec![0] }),
            (State::Expired, Notice::Expired),
        ] {
            let mut it = rachel_and_jordan();
            it.state = state;
            it.parties[0].asked = serde_json::from_value(serde_json::json!({
                "message_id": "a@hub.example", "decided": "2026-11-24T12:00:00Z", "text": "", "subject": ""
            }))
            .ok();
            let stationery = Stationery {
                at: it.created,
                utc_offset: 0,
                message_id: MessageId::new("n@hub.example").expect("an id"),
                user_language: language,
                templates: &templates,
                folders: FolderNames::default(),
            };
            let note = crate::letter::note(&stationery, &it, &notice);
            let text = note.text.replace('\n', " ");
            for quoted in text.split('"').skip(1).step_by(2) {
                assert!(
                    word(quoted, &it).is_some(),
                    "{language}: {quoted:?} in\n{}",
                    note.text
                );
                offered += 1;
            }
        }
        assert!(offered >= 8, "{language} offers only {offered} words");
    }
}
