//! The introducer decides by answering a note: the first line of the reply is one clear word.
//!
//! It counts only when it is found in Sent, goes to the introducer alone, and answers the
//! unguessable id of a note of ours: nobody else can write such a mail (PRODUCT “Answers”).

use super::request::Decision;
use super::{Desk, Turn, World};
use crate::config::Account;
use crate::introduction::{Id, Introduction};
use crate::letter::AccountMatter;
use crate::mail::Message;

/// What a first line asks for.
#[derive(Debug, PartialEq, Eq)]
enum Word {
    Ask,
    Send,
    /// `back` and `cancel` alike put the message into Drafts.
    Back,
    Remind,
    Said {
        party: usize,
        yes: bool,
    },
}

impl Desk {
    /// Whether this message from Sent answers a note; then it is dealt with here.
    pub(super) fn note_answered(
        &mut self,
        world: &mut World<'_>,
        own: &Account,
        message: &Message,
        turn: &mut Turn,
    ) -> bool {
        let about = |i: &&Introduction| {
            let mut ids = message.in_reply_to.iter().chain(&message.references);
            ids.any(|id| i.notes.contains(id))
        };
        let found = self
            .books
            .introductions
            .values()
            .filter(|i| i.account == own.name);
        let Some(introduction) = found.filter(about).max_by_key(|i| i.created) else {
            return false;
        };
        let introducer = Self::introducer(own);
        let mut people = message.visible().chain(&message.bcc);
        if !people.all(|p| introducer.owns(&p.address)) {
            // It goes to somebody else as well: a mail like any other.
            return false;
        }
        let (id, subject) = (introduction.id.clone(), introduction.subject.clone());
        let said = word(&crate::mail::text::own_words(message), introduction);
        let key = message.message_id.as_ref().map_or("", |m| m.as_str());
        let key = format!("note answered {key}");
        if self.books.account(&own.name).told.contains(&key) {
            return true;
        }
        let trouble = match said {
            Some(word) => self.obey(world, &id, &word, turn).err(),
            None => Some(format!(
                "Your answer to the note about “{subject}” was not understood. Answer with one word: ask, send, back, \
                 cancel or remind; or with a name and yes or no, such as “Rachel yes”."
            )),
        };
        match trouble {
            Some(text) => {
                let matter = AccountMatter::Trouble { text };
                self.tell_account_once(world, &own.name, &key, &matter, turn);
            }
            None => {
                let account = own.name.clone();
                self.write(crate::ledger::Entry::Told { account, key }, turn);
            }
        }
        true
    }

    fn obey(
        &mut self,
        world: &mut World<'_>,
        id: &Id,
        word: &Word,
        turn: &mut Turn,
    ) -> Result<(), String> {
        let decision = match word {
            Word::Ask => Decision::Ask,
            Word::Send => Decision::Release,
            Word::Back => Decision::Cancel,
            Word::Remind => Decision::Remind,
            Word::Said { party, yes } => {
                let parties = self.books.introductions.get(id).map(|i| &i.parties);
                let Some(party) = parties.and_then(|p| p.get(*party)) else {
                    return Ok(());
                };
                Decision::Answer {
                    address: party.address.clone(),
                    yes: *yes,
                }
            }
        };
        self.decide(world, &id.0, &decision, turn).map(|_| ())
    }
}

/// The one clear word of the first line, in any of our languages.
fn word(own_words: &str, introduction: &Introduction) -> Option<Word> {
    let line = own_words.lines().map(str::trim).find(|l| !l.is_empty())?;
    let words: Vec<String> = line
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .filter(|w| !matches!(w.as_str(), "please" | "bitte" | "thanks" | "danke"))
        .collect();
    match words.as_slice() {
        [one] => command(one),
        [name @ .., last] if name.len() <= 3 => {
            let yes = affirms(last)?;
            let called = |p: &crate::introduction::Party| {
                let full: Vec<String> = p
                    .name
                    .iter()
                    .flat_map(|n| n.split(|c: char| !c.is_alphanumeric()))
                    .filter(|w| !w.is_empty())
                    .map(str::to_lowercase)
                    .collect();
                !full.is_empty() && name.iter().all(|w| full.contains(w))
            };
            let parties: Vec<usize> = (0..introduction.parties.len())
                .filter(|n| called(&introduction.parties[*n]))
                .collect();
            match parties.as_slice() {
                [party] => Some(Word::Said { party: *party, yes }),
                _ => None,
            }
        }
        _ => None,
    }
}

fn command(word: &str) -> Option<Word> {
    match word {
        "ask" | "fragen" | "frag" | "preguntar" | "pregunta" | "demander" | "demande"
        | "perguntar" | "pergunte" | "chiedi" | "chiedere" | "vraag" | "vragen" => Some(Word::Ask),
        "send" | "senden" | "sende" | "enviar" | "envía" | "envia" | "envoyer" | "envoie"
        | "envoyez" | "invia" | "inviare" | "verstuur" | "versturen" => Some(Word::Send),
        "back" | "zurück" | "devolver" | "atrás" | "retour" | "voltar" | "indietro" | "terug"
        | "cancel" | "abbrechen" | "cancelar" | "cancela" | "annuler" | "annulla" | "annullare"
        | "annuleren" | "annuleer" => Some(Word::Back),
        "remind" | "erinnern" | "erinnere" | "recordar" | "recuerda" | "rappeler" | "rappelle"
        | "lembrar" | "lembre" | "ricorda" | "ricordare" | "herinner" | "herinneren" => {
            Some(Word::Remind)
        }
        _ => None,
    }
}

fn affirms(word: &str) -> Option<bool> {
    match word {
        "yes" | "ja" | "sí" | "si" | "sì" | "oui" | "sim" => Some(true),
        "no" | "nein" | "non" | "não" | "nee" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Word, command, word};
    use crate::introduction::Introduction;

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

    #[test]
    fn y24_one_clear_word_or_a_name_with_yes_or_no_decides() {
        let it = rachel_and_jordan();
        assert_eq!(word("Send!\n\nAlex", &it), Some(Word::Send));
        assert_eq!(word("  ask please", &it), Some(Word::Ask));
        assert_eq!(word("zurück", &it), Some(Word::Back));
        assert_eq!(
            word("Rachel: yes", &it),
            Some(Word::Said {
                party: 0,
                yes: true
            })
        );
        assert_eq!(
            word("Jordan Okafor nein", &it),
            Some(Word::Said {
                party: 1,
                yes: false
            })
        );
    }

    #[test]
    fn y24_anything_else_decides_nothing() {
        let it = rachel_and_jordan();
        for text in [
            "",
            "yes",
            "send it to my mother",
            "do not send",
            "Kim yes",
            "Rachel Jordan yes",
            "maybe",
            "sent",
        ] {
            assert_eq!(word(text, &it), None, "{text:?}");
        }
        assert_eq!(command("yes"), None, "a bare yes could be anybody's");
    }
}
