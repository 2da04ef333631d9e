//! An introduction to try letters on.

use super::{FolderNames, Letter, Stationery, Templates};
use crate::introduction::{Introduction, Party, Reveal};
use crate::mail::{Message, MessageId};
use serde_json::json;

pub(super) const CLASSIC: &str = "Hi Rachel and Jordan,\n\n\
I'd like to introduce you two. Rachel is a product designer who has shipped three power tools.\n\
Jordan runs a robotics lab in Porto and needs a hand that people want to hold.\n\n\
I'll let you two take it from here.\n\nBest,\nAlex\n";

pub(super) fn id(text: &str) -> MessageId {
    MessageId::new(text).expect("an id")
}

/// Somebody who must be asked; no name where it is empty.
pub(super) fn party(name: &str, address: &str) -> Party {
    serde_json::from_value(json!({
        "address": address,
        "name": Some(name).filter(|n| !n.is_empty()),
        "required": true,
    }))
    .expect("a party")
}

/// Rachel <> Jordan, as just held, with this text.
pub(super) fn introduction(text: &str) -> Introduction {
    serde_json::from_value(json!({
        "id": "k7m2q4xz",
        "account": "work",
        "via": "drafts",
        "state": "held",
        "subject": "Rachel <> Jordan",
        "message_id": "held-1@example.org",
        "message_id_is_ours": false,
        "from": { "name": "Alex Rivera", "address": "alex@example.org" },
        "envelope": ["rachel@studio.example", "jordan@lab.example"],
        "digest": "0".repeat(64),
        "size": 900,
        "language": "en",
        "why": ["It says “I'd like to introduce you two”."],
        "text": text,
        "parties": [party("Rachel Winters", "rachel@studio.example"), party("Jordan Blake", "jordan@lab.example")],
        "created": "2026-03-04T08:00:00Z",
        "updated": "2026-03-04T08:00:00Z",
        "terms": {
            "grace": 600,
            "remind_after": 4 * 86_400,
            "expire_after": 14 * 86_400,
            "remind": "introducer",
            "order": "together",
            "reveal": "name",
        },
        "confirmed": true,
        "placed": true,
        "reminded": false,
        "by_hand": false,
        "history": [],
    }))
    .expect("an introduction")
}

pub(super) fn stationery(templates: &Templates) -> Stationery<'_> {
    Stationery {
        at: "2026-03-04T08:14:00Z".parse().expect("a time"),
        utc_offset: 3600,
        message_id: id("q9f3k2@example.org"),
        user_language: "en",
        templates,
        folders: FolderNames::default(),
    }
}

/// The ask to this party, in full names.
pub(super) fn ask(introduction: &Introduction, party: usize) -> Letter {
    ask_showing(introduction, party, Reveal::Name)
}

pub(super) fn ask_showing(introduction: &Introduction, party: usize, reveal: Reveal) -> Letter {
    let templates = Templates::built_in();
    super::ask(
        &stationery(&templates),
        introduction,
        party,
        &Message::default(),
        reveal,
    )
}
