//! How the user speaks to the parties, where the introduction itself does not show it: read from
//! the newest mails to them, which are fetched for that and not kept (A12).

use super::heard::Question;
use super::{Desk, Turn};
use crate::introduction::{Id, Introduction, State};
use crate::ledger::Entry;
use crate::letter::manners;
use crate::mail::Address;

impl Desk {
    /// Asked once, when an introduction is opened: before its message is taken.
    pub(super) fn ask_for_manners(&self, opened: &Introduction, turn: &mut Turn) {
        let new = !self.books.introductions.contains_key(&opened.id);
        if !new || opened.state != State::Held {
            return;
        }
        let people: Vec<Address> = manners::unknown(opened)
            .into_iter()
            .filter_map(|i| opened.parties.get(i))
            .map(|p| p.address.clone())
            .collect();
        if !people.is_empty() {
            turn.questions.push(Question::Greet {
                account: opened.account.clone(),
                introduction: opened.id.clone(),
                people,
            });
        }
    }

    pub(super) fn greeted(&mut self, id: &Id, mails: &[(Address, Vec<u8>)], turn: &mut Turn) {
        let Some(now) = self.books.introductions.get(id) else {
            return;
        };
        let manners = manners::from_mails(now, mails);
        if manners.is_empty() || manners == now.manners || !now.state.is_open() {
            return;
        }
        let mut next = now.clone();
        next.manners = manners;
        self.write(
            Entry::Step {
                introduction: Box::new(next),
                event: None,
                items: Vec::new(),
            },
            turn,
        );
    }
}
