//! A message that was gathered: held, or passed on after all.

use super::facts::{Facts, envelope};
use super::passing::Passing;
use super::words::{held, no_room, undecided};
use super::{DECIDING, SEARCHING};
use crate::desk::gateway::{Received, Submitted, Watched};
use crate::edge::gateway::gather::Gather;
use crate::edge::gateway::recorder::{Came, Key, Print};
use crate::edge::gateway::session::Transaction;
use crate::edge::gateway::talk::Talk;
use crate::edge::gateway::{now, reply};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::sync::oneshot;

/// What the desk will say.
type Answer = oneshot::Receiver<Received>;

/// A message that was gathered, and what is known of it.
pub(super) struct Case {
    pub(super) transaction: Transaction,
    pub(super) watched: std::sync::Arc<Watched>,
    pub(super) facts: Facts,
    pub(super) key: Key,
    pub(super) print: Print,
}

impl Talk {
    /// All of the message is here, and none of it there.
    pub(super) async fn decide(
        &mut self,
        case: Case,
        gather: Gather,
        mut passing: Passing,
    ) -> io::Result<()> {
        let asked = passing.asked;
        let came = self
            .house
            .recorder
            .borrow()
            .came(&case.key, case.print, now());
        match came {
            Some(Came::Taken(before)) => {
                self.unheard = Some(case.key);
                return self.kept(before.as_bytes(), asked).await;
            }
            Some(Came::Dot) => {
                if let Some(id) = case.key.message_id.clone() {
                    let found = self.house.behind.in_sent(&case.key.account, id);
                    if let Ok(Ok(true)) = tokio::time::timeout(SEARCHING, found).await {
                        let words = reply(
                            250,
                            "2.0.0",
                            "Sent shows it: it went out when it was sent first",
                        );
                        self.unheard = Some(case.key);
                        return self.kept(&words, asked).await;
                    }
                }
            }
            _ => {}
        }
        let limit = self.upstream.as_ref().and_then(|u| u.offer.limit());
        if limit.is_some_and(|limit| limit < gather.length()) {
            let words = reply(
                552,
                "5.3.4",
                "The message is larger than the real mail server takes",
            );
            return self.kept(&words, asked).await;
        }
        let (gather, asked_desk) = self.put_to_desk(&case, gather).await;
        let Some(mut gather) = gather else {
            return self.kept(&undecided(), asked).await;
        };
        match asked_desk {
            Err(error) => return self.kept(&no_room(&error), asked).await,
            Ok(None) => {}
            Ok(Some(received)) => {
                let words = match tokio::time::timeout(DECIDING, received).await {
                    Ok(Ok(Received::Pass)) => None,
                    Ok(Ok(Received::Held(id) | Received::Joined(id))) => Some(held(&id.0)),
                    Ok(Ok(Received::Understood)) => {
                        Some(reply(250, "2.0.0", "Understood; askfirst does as you say"))
                    }
                    none => {
                        if none.is_err() {
                            // It may still be held; the client's repeat finds it then.
                            gather.leave();
                        }
                        Some(undecided())
                    }
                };
                if let Some(words) = words {
                    return self.kept(&words, asked).await;
                }
            }
        }
        let mut reader = match gather.reader().await {
            Ok(reader) => reader,
            Err(error) => return self.kept(&no_room(&error), asked).await,
        };
        let mut piece = match reader.next().await {
            Ok(piece) => piece,
            Err(error) => return self.kept(&no_room(&error), asked).await,
        };
        loop {
            // One ahead, so that the final dot goes out with the last.
            let next = match reader.next().await {
                Ok(next) => next,
                // Half of it is there, without an end: no message.
                Err(error) => return self.kept(&no_room(&error), true).await,
            };
            let end = next.is_empty();
            self.pass_on(&mut passing, &mut piece, end, &case.key, case.print)
                .await;
            if end {
                break;
            }
            piece = next;
        }
        self.verdict(passing, &case.key, case.print).await
    }

    /// Judges it where that may take its time, and puts what may concern the desk on disk and before it: `None`
    /// as the answer to come where it is a mail like any other. Without a gather when something went badly wrong.
    async fn put_to_desk(
        &self,
        case: &Case,
        mut gather: Gather,
    ) -> (Option<Gather>, io::Result<Option<Answer>>) {
        let sure = case.facts.concern(&case.watched);
        if !sure && !case.watched.ready {
            return (Some(gather), Ok(None));
        }
        let behind = self.house.behind.clone();
        let account = case.key.account.clone();
        let envelope = envelope(&case.transaction);
        // One hand-over for all of it: each costs the time of a system call or two.
        let done = tokio::task::spawn_blocking(move || {
            // Whatever the judge stumbles over is a mail like any other.
            let judged = AssertUnwindSafe(|| {
                behind.may_be_one(&account, &crate::mail::parse(gather.head()))
            });
            if !sure && !catch_unwind(judged).unwrap_or(false) {
                return (gather, Ok(None));
            }
            let (staged, identity) = match gather.stage() {
                Ok(staged) => staged,
                Err(error) => return (gather, Err(error)),
            };
            let bytes = gather.head().to_vec();
            let mail = Submitted {
                account,
                envelope,
                identity,
                bytes,
                staged,
            };
            let received = behind.submit(mail);
            (gather, Ok(Some(received)))
        });
        match done.await {
            Ok((gather, done)) => (Some(gather), done),
            Err(_) => (None, Ok(None)),
        }
    }

    /// Nothing of this message goes to the real server: its transaction is taken back after the client has heard.
    async fn kept(&mut self, words: &[u8], asked: bool) -> io::Result<()> {
        self.session.finish(words);
        let flushed = self.flush().await;
        if asked {
            self.upstream = None;
        } else if self.upstream.is_some() {
            self.session.take_back();
            self.ask().await;
        }
        self.release_upstream();
        flushed
    }
}
