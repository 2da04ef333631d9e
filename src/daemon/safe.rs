//! With a damaged ledger: what it says cannot be relied upon, so nothing is held, asked or released, and the
//! mailbox is left alone. Ordinary mail still passes the gateway; an introduction waits in its mail program.

use super::Daemon;
use crate::desk::Popup;

/// What is wrong and what helps, for whoever asks.
pub(super) fn words(why: &str) -> String {
    format!("{why} Until then only ordinary mail passes, and nothing is held, asked or sent.")
}

impl Daemon {
    /// The gateway and the door for commands, and nothing else.
    ///
    /// # Errors
    /// When there can be no thread for the gateway.
    pub(super) fn begin_safely(&mut self) -> Result<(), String> {
        let words = self.damage.clone().unwrap_or_default();
        tracing::error!("{words}");
        self.desktop.show(Popup {
            summary: "askfirst stands still: its ledger is damaged".to_owned(),
            body: words,
        });
        self.open_gateway()
    }
}
