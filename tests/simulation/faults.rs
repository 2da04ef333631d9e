//! One fault, at one named place of one story: what all of them together leave is tried one by one.

use super::mailbox::Cut;
use super::process::Fate;

/// How much of a line stands when the process dies while it writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Torn {
    Nothing,
    OneOctet,
    Half,
    AllButTheEnd,
    Whole,
}

impl Torn {
    pub const ALL: [Self; 5] = [
        Self::Nothing,
        Self::OneOctet,
        Self::Half,
        Self::AllButTheEnd,
        Self::Whole,
    ];

    pub fn of(self, octets: usize) -> usize {
        match self {
            Self::Nothing => 0,
            Self::OneOctet => 1,
            Self::Half => octets / 2,
            Self::AllButTheEnd => octets - 1,
            Self::Whole => octets,
        }
    }
}

/// The one fault of a run; counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Single {
    None,
    /// The process dies at this place, and at one more after its next start.
    Death {
        at: usize,
        torn: Torn,
        again: Option<usize>,
    },
    /// The connection is lost at this command; the process dies with it.
    Command {
        at: usize,
        when: Cut,
        dies: bool,
    },
    /// This is what becomes of the message that is handed over.
    HandOver {
        at: usize,
        fate: Fate,
    },
}

impl Single {
    /// Whether the process dies at the place that was just passed.
    pub fn strikes(&mut self, passed: usize) -> bool {
        let Self::Death { at, again, .. } = self else {
            return false;
        };
        let now = passed == *at;
        if now && let Some(more) = again.take() {
            *at = passed + more;
        }
        now
    }

    pub fn torn(&self) -> Torn {
        match self {
            Self::Death { torn, .. } => *torn,
            _ => Torn::Half,
        }
    }

    pub fn fate(&self, handed_over: usize) -> Fate {
        match self {
            Self::HandOver { at, fate } if *at == handed_over => *fate,
            _ => Fate::Accepted,
        }
    }
}
