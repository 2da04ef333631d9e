//! A message on its way to the real server, and what that says of it.

use super::Tally;
use super::words::{cut, doubt};
use crate::edge::gateway::body::DOT;
use crate::edge::gateway::recorder::{Key, Print};
use crate::edge::gateway::talk::Talk;
use crate::edge::gateway::{now, reply};
use std::io;

/// How far the message has come at the real server.
#[derive(Default)]
pub(super) struct Passing {
    pub(super) asked: bool,
    pub(super) ready: bool,
    /// The final dot is on its way, or may be.
    pub(super) dotted: bool,
    /// Why it does not go on: the verdict, once the client has sent all of it.
    pub(super) failed: Option<Vec<u8>>,
}

impl Talk {
    pub(super) async fn ask_to_send(&mut self, passing: &mut Passing) {
        passing.asked = true;
        if let Some(upstream) = &mut self.upstream
            && let Err(error) = upstream.send(b"DATA\r\n").await
        {
            passing.failed = Some(cut(&error));
        }
    }

    /// The real server has said that the message may come.
    pub(super) async fn make_ready(&mut self, passing: &mut Passing) {
        if passing.ready || passing.failed.is_some() {
            return;
        }
        if !passing.asked {
            self.ask_to_send(passing).await;
        }
        let Some(upstream) = &mut self.upstream else {
            passing.failed = Some(reply(
                451,
                "4.4.2",
                "The real mail server is gone; nothing was sent",
            ));
            return;
        };
        match upstream.hear().await {
            Ok(heard) if heard.code == 354 => passing.ready = true,
            Ok(heard) if (400..600).contains(&heard.code) => passing.failed = Some(heard.bytes),
            Ok(_) => {
                self.upstream = None;
                passing.failed = Some(reply(
                    451,
                    "4.4.2",
                    "The real mail server answers out of turn; nothing was sent",
                ));
            }
            Err(error) => {
                self.upstream = None;
                passing.failed = Some(cut(&error));
            }
        }
    }

    pub(super) async fn pass_on(
        &mut self,
        passing: &mut Passing,
        piece: &mut Vec<u8>,
        end: bool,
        key: &Key,
        print: Print,
    ) {
        self.make_ready(passing).await;
        if passing.failed.is_some() {
            return;
        }
        if end {
            self.house.recorder.borrow_mut().dot(key, print, now());
            piece.extend_from_slice(DOT);
            passing.dotted = true;
        }
        let Some(upstream) = &mut self.upstream else {
            return;
        };
        if let Err(error) = upstream.send(piece).await {
            self.broken(passing, &error).await;
        }
    }

    /// The same for what still lies in the session's buffer.
    pub(super) async fn pass_piece(
        &mut self,
        passing: &mut Passing,
        length: usize,
        end: bool,
        key: &Key,
        tally: &Tally,
    ) {
        self.make_ready(passing).await;
        if passing.failed.is_some() {
            return;
        }
        let mut whole = length;
        if end {
            self.house
                .recorder
                .borrow_mut()
                .dot(key, tally.print(), now());
            passing.dotted = true;
            // The final dot lies right behind it: one write for both.
            whole += DOT.len();
        }
        let Some(upstream) = &mut self.upstream else {
            return;
        };
        let piece = self.session.input().get(..whole).unwrap_or_default();
        if let Err(error) = upstream.send(piece).await {
            self.broken(passing, &error).await;
        }
    }

    /// It does not go on. Perhaps the server has said why.
    pub(super) async fn broken(&mut self, passing: &mut Passing, error: &io::Error) {
        let last = match self.upstream.take() {
            Some(mut upstream) => upstream.hear_last().await,
            None => None,
        };
        match last {
            Some(heard) if (400..600).contains(&heard.code) => {
                passing.dotted = false;
                passing.failed = Some(heard.bytes);
            }
            // With its dot on the way it may have arrived all the same.
            _ if passing.dotted => passing.failed = Some(doubt(error)),
            _ => passing.failed = Some(cut(error)),
        }
    }

    /// All of it is out: what the real server says is what the client hears.
    pub(super) async fn verdict(
        &mut self,
        passing: Passing,
        key: &Key,
        print: Print,
    ) -> io::Result<()> {
        if let Some(failed) = passing.failed {
            if !passing.dotted {
                self.house.recorder.borrow_mut().done(key, now());
            }
            return self.finish(&failed, self.upstream.is_none()).await;
        }
        let heard = match &mut self.upstream {
            Some(upstream) => upstream.hear_verdict().await,
            None => Err(io::Error::other("it is gone")),
        };
        match heard {
            Ok(heard) if (200..300).contains(&heard.code) => {
                self.house
                    .recorder
                    .borrow_mut()
                    .taken(key, print, &heard.bytes, now());
                let finished = self.finish(&heard.bytes, false).await;
                self.unheard = Some(key.clone());
                finished
            }
            Ok(heard) if (400..600).contains(&heard.code) => {
                self.house.recorder.borrow_mut().done(key, now());
                self.finish(&heard.bytes, heard.code == 421).await
            }
            Ok(_) => {
                self.finish(&doubt(&io::Error::other("it answers out of turn")), true)
                    .await
            }
            Err(error) => self.finish(&doubt(&error), true).await,
        }
    }

    /// The client's reply goes out; the conversation with the real server is free again, or over.
    pub(in crate::edge::gateway) async fn finish(
        &mut self,
        words: &[u8],
        over: bool,
    ) -> io::Result<()> {
        let mut words = words.to_vec();
        if words.starts_with(b"421") {
            // It is the real server that closes, not we.
            words[..3].copy_from_slice(b"451");
        }
        self.session.finish(&words);
        let flushed = self.flush().await;
        if over {
            self.upstream = None;
        }
        self.release_upstream();
        flushed
    }
}
