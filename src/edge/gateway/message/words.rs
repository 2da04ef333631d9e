//! What a client is told where the real server has not said it.

use crate::edge::gateway::reply;
use std::io;

pub(super) fn held(id: &str) -> Vec<u8> {
    reply(
        250,
        "2.0.0",
        &format!("held as {id}: not sent yet, its people are asked first"),
    )
}

pub(super) fn cut(error: &io::Error) -> Vec<u8> {
    reply(
        451,
        "4.4.2",
        &format!("The real mail server is gone ({error}); nothing was sent"),
    )
}

pub(super) fn doubt(error: &io::Error) -> Vec<u8> {
    reply(
        451,
        "4.4.2",
        &format!(
            "The real mail server did not say whether it took the message ({error}); look into Sent before you send it again"
        ),
    )
}

pub(super) fn no_room(error: &io::Error) -> Vec<u8> {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => reply(
            452,
            "4.3.1",
            "The disk is too full to keep the message; nothing was sent",
        ),
        _ => reply(
            451,
            "4.3.0",
            &format!("The message could not be kept on this computer ({error}); nothing was sent"),
        ),
    }
}

pub(super) fn undecided() -> Vec<u8> {
    reply(
        451,
        "4.3.0",
        "askfirst could not decide just now; nothing was sent",
    )
}
