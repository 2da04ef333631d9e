//! From DATA to the verdict: one message passes, or is held.

use super::body::DOT;
use super::gather::Gather;
use super::recorder::{Came, Key, Print};
use super::session::{Act, Transaction};
use super::talk::Talk;
use super::{now, reply};
use crate::desk::gateway::{Received, Submitted, Watched};
use crate::mail::{Address, MessageId};
use crate::port::Envelope;
use memchr::{memchr, memmem};
use std::collections::HashSet;
use std::io;
use std::time::Duration;
use xxhash_rust::xxh3::Xxh3;

/// A header longer than this is not looked through before the message goes on its way.
const LONGEST_HEADER: usize = 64 << 10;
/// A client sends its message without pauses (RFC 5321 §4.5.3.2.5 has three minutes).
const BETWEEN: Duration = Duration::from_secs(3 * 60);
/// Disk space that is left alone.
const SPARE: u64 = 32 << 20;
/// What the size of a message is taken to be when the client does not say.
const UNSAID: u64 = 1 << 20;
/// How long the desk may take. It has its own work, but a client shows its user a clock.
const DECIDING: Duration = Duration::from_secs(60);
/// How long Sent is searched for a repeat.
const SEARCHING: Duration = Duration::from_secs(20);

/// How far the message has come at the real server.
#[derive(Default)]
struct Passing {
    asked: bool,
    ready: bool,
    /// The final dot is on its way, or may be.
    dotted: bool,
    /// Why it does not go on: the verdict, once the client has sent all of it.
    failed: Option<Vec<u8>>,
}

/// What is counted of a message as it passes.
struct Tally {
    length: u64,
    hash: Xxh3,
}

impl Tally {
    fn count(&mut self, piece: &[u8]) {
        self.length += piece.len() as u64;
        self.hash.update(piece);
    }

    fn print(&self) -> Print {
        Print {
            length: self.length,
            hash: self.hash.digest(),
        }
    }
}

impl Talk {
    /// The client wants to send its message.
    pub(super) async fn message(&mut self) -> io::Result<()> {
        let busy = |n: isize, talk: &Self| {
            let cell = &talk.house.busy;
            cell.set(cell.get().saturating_add_signed(n));
        };
        busy(1, self);
        let result = self.carry().await;
        busy(-1, self);
        if result.is_err() {
            // Whatever the real server has of it has no end, and so it is no message.
            self.upstream = None;
            self.session.disconnected();
        }
        result
    }

    async fn carry(&mut self) -> io::Result<()> {
        let (Some(transaction), Some(route)) =
            (self.session.transaction().cloned(), self.route.clone())
        else {
            return Err(io::Error::other("no message is under way"));
        };
        let account = route.account.name.clone();
        let watched = self.house.behind.watched(&account);
        let others = others(&transaction, &watched);
        let likely = others < 2;
        if !likely && !self.has_room(transaction.mail.size().unwrap_or(UNSAID)) {
            let full = reply(
                452,
                "4.3.1",
                "The disk is too full to take a message; nothing was sent",
            );
            self.session.refuse_data(&full);
            return Ok(());
        }
        self.session.begin();
        let mut passing = Passing::default();
        if likely {
            // The answer comes while the client begins to send.
            self.ask_to_send(&mut passing).await;
        }
        let mut tally = Tally {
            length: 0,
            hash: Xxh3::new(),
        };
        // As much of the message as it takes to know what kind of mail this is.
        let (mut head, mut end) = (Vec::new(), false);
        while !end && head.len() <= LONGEST_HEADER && header_of(&head).is_none() {
            let Some((length, last)) = self.piece().await? else {
                return Ok(());
            };
            head.extend_from_slice(self.session.input().get(..length).unwrap_or_default());
            self.session.took(length, last);
            end = last;
        }
        tally.count(&head);
        let facts = Facts::of(header_of(&head).unwrap_or(&head));
        let key = Key {
            account,
            envelope: envelope_hash(&transaction),
            message_id: facts.message_id.clone(),
        };
        let repeat = self.house.recorder.borrow().may_repeat(&key, now());
        if others >= 2 || repeat || facts.concern(&watched) || facts.others(&watched) >= 2 {
            let mut gather = Gather::new(&self.house.spool, self.house.stage_name());
            let mut taken = gather.add(&head).await;
            while !end {
                let Some((length, last)) = self.piece().await? else {
                    return Ok(());
                };
                let piece = self.session.input().get(..length).unwrap_or_default();
                tally.count(piece);
                if taken.is_ok() {
                    taken = gather.add(piece).await;
                }
                self.session.took(length, last);
                end = last;
            }
            if let Err(error) = taken {
                self.finish(&no_room(&error), passing.asked).await?;
                return Ok(());
            }
            let case = Case {
                transaction,
                watched,
                facts,
                key,
                print: tally.print(),
            };
            return self.decide(case, gather, passing).await;
        }
        self.pass_on(&mut passing, &mut head, end, &key, &tally)
            .await;
        while !end {
            let Some((length, last)) = self.piece().await? else {
                return Ok(());
            };
            tally.count(self.session.input().get(..length).unwrap_or_default());
            end = last;
            self.pass_piece(&mut passing, length, end, &key, &tally)
                .await;
            self.session.took(length, last);
        }
        self.verdict(passing, &key, tally.print()).await
    }

    /// The next piece of the message, and whether it is the last; `None` when it holds what no message may, and
    /// the conversation is over.
    async fn piece(&mut self) -> io::Result<Option<(usize, bool)>> {
        loop {
            match self.session.act() {
                Act::Body { length, end } => return Ok(Some((length, end))),
                Act::Read => self.read(BETWEEN).await?,
                _ => {
                    // Nothing of it may be sent on; the session has said why, and closes.
                    self.upstream = None;
                    self.session.disconnected();
                    self.spoiled = true;
                    return Ok(None);
                }
            }
        }
    }

    async fn ask_to_send(&mut self, passing: &mut Passing) {
        passing.asked = true;
        if let Some(upstream) = &mut self.upstream
            && let Err(error) = upstream.send(b"DATA\r\n").await
        {
            passing.failed = Some(cut(&error));
        }
    }

    /// The real server has said that the message may come.
    async fn make_ready(&mut self, passing: &mut Passing) {
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

    async fn pass_on(
        &mut self,
        passing: &mut Passing,
        piece: &mut Vec<u8>,
        end: bool,
        key: &Key,
        tally: &Tally,
    ) {
        self.make_ready(passing).await;
        if passing.failed.is_some() {
            return;
        }
        if end {
            self.house
                .recorder
                .borrow_mut()
                .dot(key, tally.print(), now());
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
    async fn pass_piece(
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
    async fn broken(&mut self, passing: &mut Passing, error: &io::Error) {
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
    async fn verdict(&mut self, passing: Passing, key: &Key, print: Print) -> io::Result<()> {
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
    pub(super) async fn finish(&mut self, words: &[u8], over: bool) -> io::Result<()> {
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

    /// All of the message is here, and none of it there.
    async fn decide(
        &mut self,
        case: Case,
        mut gather: Gather,
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
        if self.concerns(&case, &gather).await {
            let (staged, identity) = match gather.stage().await {
                Ok(staged) => staged,
                Err(error) => return self.kept(&no_room(&error), asked).await,
            };
            let mail = Submitted {
                account: case.key.account.clone(),
                envelope: envelope(&case.transaction),
                identity,
                bytes: gather.head().to_vec(),
                staged,
            };
            let received = self.house.behind.submit(mail);
            let words = match tokio::time::timeout(DECIDING, received).await {
                Ok(Ok(Received::Pass)) => None,
                Ok(Ok(Received::Held(id))) => Some(held(&id.0)),
                Ok(Ok(Received::Joined(id))) => Some(held(&id.0)),
                Ok(Ok(Received::Understood)) => {
                    Some(reply(250, "2.0.0", "Understood; askfirst does as you say"))
                }
                undecided => {
                    if undecided.is_err() {
                        // It may still be held; the client's repeat finds it then.
                        gather.leave();
                    }
                    Some(reply(
                        451,
                        "4.3.0",
                        "askfirst could not decide just now; nothing was sent",
                    ))
                }
            };
            if let Some(words) = words {
                return self.kept(&words, asked).await;
            }
        }
        let mut reader = match gather.reader().await {
            Ok(reader) => reader,
            Err(error) => return self.kept(&no_room(&error), asked).await,
        };
        let nothing = Tally {
            length: case.print.length,
            hash: Xxh3::new(),
        };
        loop {
            match reader.next().await {
                Ok(mut piece) if !piece.is_empty() => {
                    self.pass_on(&mut passing, &mut piece, false, &case.key, &nothing)
                        .await;
                }
                Ok(_) => break,
                Err(error) => {
                    // Half of it is there, without an end: no message.
                    return self.kept(&no_room(&error), true).await;
                }
            }
        }
        self.make_ready(&mut passing).await;
        if passing.failed.is_none() {
            self.house
                .recorder
                .borrow_mut()
                .dot(&case.key, case.print, now());
            passing.dotted = true;
            if let Some(upstream) = &mut self.upstream
                && let Err(error) = upstream.send(DOT).await
            {
                self.broken(&mut passing, &error).await;
            }
        }
        self.verdict(passing, &case.key, case.print).await
    }

    /// Whether the desk has to see it.
    async fn concerns(&self, case: &Case, gather: &Gather) -> bool {
        if case.facts.concern(&case.watched) {
            return true;
        }
        if !case.watched.ready {
            return false;
        }
        let behind = self.house.behind.clone();
        let (account, head) = (case.key.account.clone(), gather.head().to_vec());
        let judged = tokio::task::spawn_blocking(move || {
            behind.may_be_one(&account, &crate::mail::parse(&head))
        });
        judged.await.unwrap_or(false)
    }

    /// Whether the disk could hold it.
    fn has_room(&self, size: u64) -> bool {
        let Some(free) = self.house.spool.free() else {
            return true;
        };
        free >= size.saturating_mul(2).saturating_add(SPARE)
    }
}

/// A message that was gathered, and what is known of it.
struct Case {
    transaction: Transaction,
    watched: std::sync::Arc<Watched>,
    facts: Facts,
    key: Key,
    print: Print,
}

fn held(id: &str) -> Vec<u8> {
    reply(
        250,
        "2.0.0",
        &format!("held as {id}: not sent yet, its people are asked first"),
    )
}

fn cut(error: &io::Error) -> Vec<u8> {
    reply(
        451,
        "4.4.2",
        &format!("The real mail server is gone ({error}); nothing was sent"),
    )
}

fn doubt(error: &io::Error) -> Vec<u8> {
    reply(
        451,
        "4.4.2",
        &format!(
            "The real mail server did not say whether it took the message ({error}); look into Sent before you send it again"
        ),
    )
}

fn no_room(error: &io::Error) -> Vec<u8> {
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

/// People it goes to that are not the user.
fn others(transaction: &Transaction, watched: &Watched) -> usize {
    let mut seen: HashSet<String> = HashSet::new();
    for path in transaction.accepted() {
        match Address::new(&path.address) {
            Ok(address) if watched.own.owns(&address) => {}
            Ok(address) => {
                seen.insert(address.key().to_owned());
            }
            Err(_) => {
                seen.insert(path.address.clone());
            }
        }
    }
    seen.len()
}

fn envelope_hash(transaction: &Transaction) -> u64 {
    let mut hash = Xxh3::new();
    hash.update(transaction.mail.address.as_bytes());
    for path in transaction.accepted() {
        hash.update(b"\n");
        hash.update(path.line.as_bytes());
    }
    hash.digest()
}

/// What is kept of it for the release. Addresses that are none to us are none that could be held.
fn envelope(transaction: &Transaction) -> Envelope {
    let accepted: Vec<_> = transaction
        .accepted()
        .filter_map(|p| Some((Address::new(&p.address).ok()?, p.options.clone())))
        .collect();
    Envelope {
        from: Address::new(&transaction.mail.address).ok(),
        to: accepted.iter().map(|(a, _)| a.clone()).collect(),
        mail_options: transaction.mail.options.clone(),
        rcpt_options: accepted.into_iter().map(|(_, o)| o).collect(),
    }
}

/// The header, with its empty line, once it is all there.
fn header_of(message: &[u8]) -> Option<&[u8]> {
    if message.starts_with(b"\r\n") {
        return message.get(..2);
    }
    memmem::find(message, b"\r\n\r\n").and_then(|at| message.get(..at + 4))
}

/// What the header says, as far as it tells how a message is to be treated.
#[derive(Default)]
struct Facts {
    message_id: Option<MessageId>,
    /// Ids that it answers.
    answers: Vec<MessageId>,
    /// Signs of addresses in To and Cc.
    signs: usize,
    header: Vec<u8>,
}

impl Facts {
    fn of(header: &[u8]) -> Self {
        let mut facts = Self {
            message_id: crate::mailroom::message_id_of(header),
            ..Self::default()
        };
        let mut field: &[u8] = b"";
        let mut rest = header;
        while !rest.is_empty() {
            let end = memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
            let (line, next) = rest.split_at(end);
            rest = next;
            let mut value = line;
            if !matches!(line.first(), Some(b' ' | b'\t')) {
                let colon = memchr(b':', line).unwrap_or(0);
                field = line.get(..colon).unwrap_or_default().trim_ascii_end();
                value = line.get(colon..).unwrap_or_default();
            }
            if field.eq_ignore_ascii_case(b"to") || field.eq_ignore_ascii_case(b"cc") {
                facts.signs += memchr::memchr_iter(b'@', value).count();
            } else if field.eq_ignore_ascii_case(b"in-reply-to")
                || field.eq_ignore_ascii_case(b"references")
            {
                let text = String::from_utf8_lossy(value);
                let ids = text
                    .split('<')
                    .skip(1)
                    .filter_map(|id| MessageId::new(id.split('>').next()?));
                facts.answers.extend(ids.take(50));
            }
        }
        if facts.signs >= 2 {
            facts.header = header.to_vec();
        }
        facts
    }

    /// It is, or answers, what is held; or it answers a note of ours.
    fn concern(&self, watched: &Watched) -> bool {
        self.message_id
            .iter()
            .any(|id| watched.messages.contains(id))
            || self
                .answers
                .iter()
                .any(|id| watched.messages.contains(id) || watched.notes.contains(id))
    }

    /// People in To and Cc that are not the user: a client may send to each of them in a transaction of its own.
    fn others(&self, watched: &Watched) -> usize {
        if self.signs < 2 {
            return 0;
        }
        let message = crate::mail::parse(&self.header);
        let people = message.visible().filter(|p| !watched.own.owns(&p.address));
        people
            .map(|p| p.address.key().to_owned())
            .collect::<HashSet<_>>()
            .len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_tells_what_a_message_is_and_answers() {
        let facts = Facts::of(
            b"Message-ID: <a@x.example>\r\nTo: Rachel <rachel@north.example>,\r\n jordan@south.example\r\n\
              References: <b@x.example>\r\n\t<c@x.example>\r\nX-To: d@e.example\r\n\r\n",
        );
        assert_eq!(facts.message_id, MessageId::new("a@x.example"));
        assert_eq!(facts.answers.len(), 2);
        assert_eq!((facts.signs, facts.others(&Watched::default())), (2, 2));
    }
}
