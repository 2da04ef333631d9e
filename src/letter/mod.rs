//! Composing what askfirst sends: the ask, the note to the user, the courtesy letter.
//!
//! Everything is plain text made anew: no header, link, number, address or quoted line of the held
//! message gets in (PRODUCT “The ask”; SCENES A1 to A18).

pub mod about;
mod clauses;
mod hearsay;
pub mod lexicon;
pub mod manners;
pub mod names;
mod notes;
mod picture;
mod post;
mod presented;
mod safe;
pub mod salutation;
mod scrub;
pub mod sentences;
pub mod templates;
pub mod turn;

pub use templates::Templates;

use crate::Timestamp;
use crate::introduction::{Introduction, Notice, Reveal};
use crate::mail::{Address, Message, MessageId, Person};
use minijinja::value::Value;
use picture::Picture;
use post::Sheet;
use serde::{Deserialize, Serialize};

/// The mark of ours that every letter carries; such mail is never an introduction nor evidence (A14).
pub const MARK: &str = "X-Askfirst";

/// A finished message of ours; its bytes never change after it was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    pub message_id: MessageId,
    pub to: Address,
    pub subject: String,
    /// The body alone, as the reader sees it (LF).
    pub text: String,
    /// The whole message, CRLF, ASCII header, at most 998 octets a line.
    pub bytes: String,
}

/// What every letter needs beside its matter.
#[derive(Clone, Debug)]
pub struct Stationery<'a> {
    pub at: Timestamp,
    /// Seconds east of UTC for the Date field: the held message's own, else the machine's.
    pub utc_offset: i32,
    pub message_id: MessageId,
    /// Of the notes; the ask takes the introduction's.
    pub user_language: &'a str,
    pub templates: &'a Templates,
    /// As the user's mail program shows our folders.
    pub folders: FolderNames,
}

/// What our folders are called in notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderNames {
    pub ask: String,
    pub held: String,
    pub send_now: String,
    pub give_back: String,
    pub closed: String,
}

impl FolderNames {
    /// As configured, else `Askfirst/…`.
    #[must_use]
    pub fn of(configured: &crate::config::Folders) -> Self {
        let name = |folder: &Option<crate::port::FolderName>, usual: &str| {
            folder
                .as_ref()
                .map_or_else(|| format!("Askfirst/{usual}"), ToString::to_string)
        };
        Self {
            ask: name(&configured.ask, "Ask"),
            held: name(&configured.held, "Held"),
            send_now: name(&configured.send_now, "Send now"),
            give_back: name(&configured.give_back, "Give back"),
            closed: name(&configured.closed, "Closed"),
        }
    }
}

impl Default for FolderNames {
    fn default() -> Self {
        Self::of(&crate::config::Folders::default())
    }
}

/// What an ask carries beside its text: no reactions, which a machine would write as answers.
/// Neither `Auto-Submitted` nor `X-Auto-Response-Suppress`: both keep bounces and absences away.
const ON_ASKS: &[(&str, &str)] = &[("x-ms-reactions", "disallow")];
const ON_NOTES: &[(&str, &str)] = &[("Auto-Submitted", "auto-generated")];

/// The permission check to `introduction.parties[party]` about the others it is a stranger to.
/// `held` is the held message; `reveal` says how much of the others. It steps down by itself for
/// everybody about whom something delicate is said.
///
/// Own thread, own subject, one recipient (A7, A8). A party that does not exist gets an empty
/// letter to the introducer, which nobody decides to send.
#[must_use]
pub fn ask(
    stationery: &Stationery<'_>,
    introduction: &Introduction,
    party: usize,
    held: &Message,
    reveal: Reveal,
) -> Letter {
    let mut picture = Picture::of(introduction);
    if held.encrypted {
        picture.say_nothing();
    }
    to_party(stationery, introduction, &picture, party, "ask", reveal)
}

/// The one reminder: the same question again, shorter, in the ask's own thread. It names the
/// others as far as the ask did.
#[must_use]
pub fn reminder(stationery: &Stationery<'_>, introduction: &Introduction, party: usize) -> Letter {
    let picture = Picture::of(introduction);
    to_party(
        stationery,
        introduction,
        &picture,
        party,
        "reminder",
        introduction.terms.reveal,
    )
}

/// A courtesy letter to one party of an introduction that slipped out, for the user's Drafts (R23).
#[must_use]
pub fn courtesy(stationery: &Stationery<'_>, introduction: &Introduction, party: usize) -> Letter {
    let picture = Picture::of(introduction);
    to_party(
        stationery,
        introduction,
        &picture,
        party,
        "courtesy",
        Reveal::Name,
    )
}

fn to_party(
    stationery: &Stationery<'_>,
    introduction: &Introduction,
    picture: &Picture,
    party: usize,
    letter: &'static str,
    reveal: Reveal,
) -> Letter {
    let language = Templates::choose(&[&introduction.language, stationery.user_language]);
    let asked = introduction
        .parties
        .get(party)
        .and_then(|p| p.asked.as_ref());
    let previous = asked.filter(|_| letter == "reminder");
    let seen = previous.map(|a| format!("{}\n{}", a.subject, a.text));
    let mut values = picture.values(
        party,
        reveal,
        seen.as_deref(),
        letter != "courtesy",
        language,
    );
    values.insert(
        "subject",
        Value::from(previous.map_or("", |a| a.subject.as_str())),
    );
    let (subject, text) = stationery.templates.render(language, letter, &values);
    let bare = || {
        let mut values = values.clone();
        values.insert("about", Value::from(""));
        stationery.templates.render(language, letter, &values).1
    };
    let text = safe::undecided(text, bare);
    let to = introduction.parties.get(party).map_or_else(
        || introduction.from.clone(),
        |p| Person {
            name: p.name.as_deref().and_then(|n| names::clean(n, &p.address)),
            address: p.address.clone(),
        },
    );
    post::seal(Sheet {
        from: introduction.from.clone(),
        to,
        subject,
        text,
        message_id: &stationery.message_id,
        in_reply_to: previous.map(|a| &a.message_id),
        // A reminder's mark is an ask's: it tells a machine no more.
        mark: if letter == "courtesy" {
            "courtesy"
        } else {
            "ask"
        },
        extra: if letter == "courtesy" { &[] } else { ON_ASKS },
        at: stationery.at,
        utc_offset: stationery.utc_offset,
    })
}

/// A note to the user about this introduction. The hold note threads under the held message;
/// notes that tell an answer, even an old one, never do.
#[must_use]
pub fn note(stationery: &Stationery<'_>, introduction: &Introduction, notice: &Notice) -> Letter {
    let language = Templates::choose(&[stationery.user_language]);
    let (subject, text) = notes::words(stationery, introduction, notice, language);
    to_user(
        stationery,
        &introduction.from,
        subject,
        text,
        notes::threads(introduction, notice).then_some(&introduction.message_id),
    )
}

/// A note to the user about the account itself (watching has begun, a login is refused, …).
#[must_use]
pub fn account_note(stationery: &Stationery<'_>, to: &Address, matter: &AccountMatter) -> Letter {
    let language = Templates::choose(&[stationery.user_language]);
    let (subject, text) = notes::account_words(stationery, matter, language);
    let user = Person {
        name: None,
        address: to.clone(),
    };
    to_user(stationery, &user, subject, text, None)
}

/// What lies in Held in place of a message that is too large for it.
#[must_use]
pub fn stand_in(stationery: &Stationery<'_>, to: &Address, introduction: &Introduction) -> Letter {
    let user = Person {
        name: None,
        address: to.clone(),
    };
    let language = Templates::choose(&[stationery.user_language]);
    let text = stand_in_words(language)
        .replace("{size}", &(introduction.size >> 20).to_string())
        .replace("{id}", &introduction.id.to_string())
        .replace("{subject}", &introduction.subject);
    to_user(stationery, &user, introduction.subject.clone(), text, None)
}

/// What the note in place of a large message says. The user's own subject is put in last.
fn stand_in_words(language: &str) -> &'static str {
    match language.get(..2).unwrap_or("en") {
        "es" => {
            "askfirst retiene «{subject}» ({size} MB). Es demasiado grande para esta carpeta, así que esta nota\n\
             está en su lugar: mueva la nota y el mensaje irá por el mismo camino. El mensaje mismo está en el\n\
             ordenador en el que funciona askfirst; «askfirst show {id}» dice más.\n"
        }
        "fr" => {
            "askfirst retient « {subject} » ({size} Mo). Il est trop gros pour ce dossier ; cette note tient sa\n\
             place : déplacez-la, et le message suivra le même chemin. Le message lui-même se trouve sur\n\
             l'ordinateur où tourne askfirst ; « askfirst show {id} » en dit plus.\n"
        }
        "de" => {
            "askfirst hält „{subject}“ zurück ({size} MB). Die Nachricht ist zu groß für diesen Ordner, darum steht\n\
             diese Notiz für sie: Verschieben Sie die Notiz, so geht die Nachricht denselben Weg. Sie selbst liegt auf\n\
             dem Rechner, auf dem askfirst läuft; „askfirst show {id}“ sagt mehr.\n"
        }
        "pt" => {
            "O askfirst retém «{subject}» ({size} MB). É demasiado grande para esta pasta, por isso esta nota está\n\
             no seu lugar: mova a nota, e a mensagem segue o mesmo caminho. A mensagem em si está no computador\n\
             em que o askfirst funciona; «askfirst show {id}» diz mais.\n"
        }
        "it" => {
            "askfirst trattiene «{subject}» ({size} MB). È troppo grande per questa cartella, perciò questa nota ne\n\
             tiene il posto: sposti la nota, e il messaggio farà la stessa strada. Il messaggio si trova sul computer\n\
             su cui gira askfirst; «askfirst show {id}» dice di più.\n"
        }
        "nl" => {
            "askfirst houdt “{subject}” vast ({size} MB). Het bericht is te groot voor deze map, daarom staat deze\n\
             notitie ervoor in de plaats: verplaats de notitie, en het bericht gaat dezelfde weg. Het bericht zelf staat\n\
             op de computer waarop askfirst draait; “askfirst show {id}” vertelt meer.\n"
        }
        _ => {
            "askfirst holds “{subject}” ({size} MB). It is too large to lie in this folder, so this note stands in for it:\n\
             move the note, and the message goes the same way. The message itself lies on the computer that\n\
             askfirst runs on; “askfirst show {id}” tells more.\n"
        }
    }
}

fn to_user(
    stationery: &Stationery<'_>,
    user: &Person,
    subject: String,
    text: String,
    in_reply_to: Option<&MessageId>,
) -> Letter {
    post::seal(Sheet {
        from: Person {
            name: Some("askfirst".to_owned()),
            address: user.address.clone(),
        },
        to: user.clone(),
        subject,
        text,
        message_id: &stationery.message_id,
        in_reply_to,
        mark: "note",
        extra: ON_NOTES,
        at: stationery.at,
        utc_offset: stationery.utc_offset,
    })
}

/// What a note about the account tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountMatter {
    /// The first index is complete: from now on introductions are held.
    WatchingBegins {
        messages: u64,
        since: Option<Timestamp>,
    },
    /// Something stands in the way (login refused, folder missing …), in a sentence with its mend.
    Trouble { text: String },
    /// A letter (or the introduction itself) lies ready in Drafts for the user to send.
    Ready { subject: String },
    /// A draft that is never taken, and why.
    NeverTaken { subject: String, why: String },
    /// A message found in one of our folders that we do not hold.
    NotOurs { folder: String },
    /// What slipped out in a week (`sent.notes = "weekly"`), one line each.
    Slipped { lines: Vec<String> },
}

#[cfg(test)]
mod canary_tests;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;
