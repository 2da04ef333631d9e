//! Every place by itself: a few stories without any chance in them, and in each of them one fault at every
//! place where the process may die, at every command to the mailbox, at everything that is handed over.

use super::faults::{Single, Torn};
use super::hands::Hand;
use super::mailbox::{Cut, Personality, Server};
use super::people::Word;
use super::process::Fate;
use super::run::{Happening, Run};
use askfirst::introduction::{Reason, State};
use askfirst::letter::Templates;
use chrono::TimeDelta;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A story: how the people answer, one after another, and what the user does so many seconds after writing.
pub struct Tale {
    pub name: &'static str,
    words: &'static [&'static [Word]],
    hands: &'static [(i64, Hand)],
    /// Without MOVE, without UIDPLUS, UIDs not said.
    classic: bool,
    /// How the first introduction ends, whatever breaks.
    end: Option<State>,
}

const BOTH: &[&[Word]] = &[&[Word::Yes], &[Word::Yes]];
const NOBODY: &[&[Word]] = &[&[], &[]];

pub const TALES: &[Tale] = &[
    Tale {
        name: "both agree",
        words: BOTH,
        hands: &[],
        classic: false,
        end: Some(State::Released),
    },
    Tale {
        name: "both agree, on a server without MOVE and UIDPLUS",
        words: BOTH,
        hands: &[],
        classic: true,
        end: Some(State::Released),
    },
    Tale {
        name: "one declines",
        words: &[&[Word::Yes], &[Word::No]],
        hands: &[],
        classic: false,
        end: Some(State::Declined),
    },
    Tale {
        name: "a question, then yes",
        words: &[&[Word::Question, Word::Yes], &[Word::Yes]],
        hands: &[],
        classic: false,
        end: Some(State::Released),
    },
    Tale {
        name: "nobody answers",
        words: NOBODY,
        hands: &[],
        classic: false,
        end: Some(State::Expired),
    },
    Tale {
        name: "the draft comes back",
        words: BOTH,
        hands: &[(60, Hand::SavedAgain)],
        classic: false,
        end: None,
    },
    Tale {
        name: "changed in Held while it asks",
        words: BOTH,
        hands: &[(75, Hand::ChangedInHeld)],
        classic: true,
        end: None,
    },
    Tale {
        name: "put into Send now",
        words: NOBODY,
        hands: &[(300, Hand::ToSendNow)],
        classic: true,
        end: None,
    },
    Tale {
        name: "given back",
        words: NOBODY,
        hands: &[(300, Hand::ToGiveBack)],
        classic: false,
        end: None,
    },
    Tale {
        name: "deleted while it asks",
        words: NOBODY,
        hands: &[(300, Hand::Delete)],
        classic: false,
        end: None,
    },
];

/// Every way in which a hand-over can go wrong.
const FATES: [Fate; 9] = [
    Fate::Unreachable,
    Fate::Later,
    Fate::Refused,
    Fate::RefusedRecipient,
    Fate::CutBeforeDot,
    Fate::AcceptedUnheard,
    Fate::LostAtTheDot,
    Fate::LaterAfterDot,
    Fate::RefusedAfterDot,
];

impl Run {
    /// A story in which nothing happens by chance, but for this one fault.
    pub fn of(tale: &Tale, single: Single, templates: &Arc<Templates>) -> Self {
        let mut run = Self::new(1, templates);
        let mut personality = Personality::modern();
        if tale.classic {
            personality.capabilities.r#move = false;
            personality.capabilities.uid_plus = false;
            personality.says_uids = false;
        }
        run.server = Server::new(personality);
        run.config = Arc::new(super::beginning::plain_config());
        (run.faults, run.sleeps, run.files_sent) = (false, false, true);
        run.oracle = super::oracle::Oracle::default();
        run.oracle.honest = true;
        (run.other, run.trial, run.forgets) = (None, 3, false);
        run.agenda.clear();
        run.bystanders();
        let draft = super::people::draft(&mut super::chance::Chance::new(2), 0);
        run.oracle.write(draft);
        let written = TimeDelta::seconds(30);
        run.plan(written, Happening::Written(0));
        for (after, hand) in tale.hands {
            run.plan(
                written + TimeDelta::seconds(*after),
                Happening::Hand(0, *hand),
            );
        }
        run.words = tale.words.iter().map(|w| w.to_vec()).collect();
        if let Single::Command { at, when, dies } = single {
            run.server.cut(at, when);
            run.doomed = dies;
        }
        run.single = Some(single);
        // Where nobody answers it takes two days to end.
        let waits = tale.end == Some(State::Expired);
        run.long = TimeDelta::hours(if waits { 60 } else { 30 });
        run
    }
}

/// The single faults of a story, told from one run without any: all deaths of the process, all hand-overs, and
/// a share of the commands.
fn faults(run: &Run, share: usize) -> Vec<Single> {
    let mut all = Vec::new();
    for (n, point) in run.passed.iter().enumerate() {
        let torn: &[Torn] = match *point {
            "within the entries" if share == 1 => &Torn::ALL,
            "within the entries" => &[Torn::Half, Torn::Whole],
            _ => &[Torn::Half],
        };
        all.extend(torn.iter().map(|torn| Single::Death {
            at: n + 1,
            torn: *torn,
            again: None,
        }));
        // Once more within the recovery, at one of the places that follow.
        if n.is_multiple_of(3) {
            all.push(Single::Death {
                at: n + 1,
                torn: Torn::Half,
                again: Some(1 + n * 7 % 23),
            });
        }
    }
    for at in 1..=run.handed_over {
        all.extend(FATES.map(|fate| Single::HandOver { at, fate }));
    }
    // Between two commands there is one place only: behind the first is before the second.
    for at in (1..=run.server.commands()).step_by(share) {
        let dies = (at / share).is_multiple_of(2);
        for when in [Cut::After, Cut::Halfway] {
            all.push(Single::Command { at, when, dies });
        }
    }
    all
}

/// How often each place was tried, by name; and what was broken.
pub fn try_all(share: usize) -> (BTreeMap<&'static str, usize>, Vec<String>) {
    let templates = Arc::new(Templates::built_in());
    let mut tried = BTreeMap::new();
    let mut broken = Vec::new();
    for tale in TALES {
        let mut whole = Run::of(tale, Single::None, &templates);
        let lived = whole.live().and_then(|()| ended(&whole, tale));
        if let Err(why) = lived {
            broken.push(format!("{}, and nothing breaks: {why}", tale.name));
            continue;
        }
        let all = faults(&whole, share);
        for single in &all {
            let name = match single {
                Single::Death { again: Some(_), .. } => "within the recovery",
                Single::Death { at, .. } => whole.passed[at - 1],
                Single::Command { .. } => "at a command to the mailbox",
                Single::HandOver { .. } => "at a hand-over",
                Single::None => continue,
            };
            *tried.entry(name).or_default() += 1;
        }
        let next = AtomicUsize::new(0);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let found = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..cores)
                .map(|_| {
                    scope.spawn(|| {
                        let mut found = Vec::new();
                        while let Some(single) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                            let mut run = Run::of(tale, *single, &templates);
                            let refused = matches!(
                                single,
                                Single::HandOver {
                                    fate: Fate::Refused
                                        | Fate::RefusedRecipient
                                        | Fate::RefusedAfterDot,
                                    ..
                                }
                            );
                            let lived = run.live().and_then(|()| match refused {
                                // That is the user's to decide.
                                true => Ok(()),
                                false => ended(&run, tale),
                            });
                            if let Err(why) = lived {
                                found.push(format!("{}, {single:?}: {why}", tale.name));
                            }
                        }
                        found
                    })
                })
                .collect();
            let found = threads
                .into_iter()
                .flat_map(|t| t.join().expect("a run that ends"));
            found.collect::<Vec<_>>()
        });
        broken.extend(found);
    }
    (tried, broken)
}

/// Whether it ended as it has to.
fn ended(run: &Run, tale: &Tale) -> Result<(), String> {
    let Some(wanted) = tale.end else {
        return Ok(());
    };
    let books = run.process.as_ref().map(|p| &p.desk.books);
    let ends: Vec<(State, Option<Reason>)> = books
        .into_iter()
        .flat_map(|b| b.introductions.values())
        .filter(|i| i.placed || i.state != State::Cancelled)
        .map(|i| (i.state, i.reason))
        .collect();
    // Cut off behind its final dot, and nowhere to be seen: that is the user's to decide, too.
    let in_doubt = (State::Attention, Some(Reason::InDoubt));
    let good = |end: &(State, Option<Reason>)| {
        end.0 == wanted || wanted == State::Released && *end == in_doubt
    };
    if ends.len() == 1 && ends.iter().all(good) {
        Ok(())
    } else {
        Err(format!("it ended {ends:?} and not {wanted:?}"))
    }
}
