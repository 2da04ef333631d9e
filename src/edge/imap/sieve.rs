//! What stands between a server and the `imap` crate, so that the crate only ever sees what it
//! can digest.
//!
//! The crate panics, hangs or loses its place on ordinary server behaviour: an untagged NO on
//! SELECT, a line before `+ idling`, an attribute it does not know. Here every response is looked
//! at first, as a whole. What the crate must not see is kept for us ([`Sieve::aside`]), rewritten
//! or dropped and counted; the words that the crate throws away (the text of a refusal, APPENDUID,
//! COPYUID) are remembered. No socket and no clock.

use super::frame::{Limits, Scanner};

/// How the server answered the last command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub ok: bool,
    pub code: Option<Code>,
    pub text: String,
}

/// A response code (RFC 5530): `[COPYUID 1 2 3]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Upper case.
    pub name: String,
    pub rest: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    Idle,
    Append,
    Authenticate,
    Other,
}

#[derive(Debug)]
struct Asked {
    tag: Vec<u8>,
    verb: Verb,
    /// Nothing may come before its `+`, but a refusal.
    waits: bool,
    challenges: u32,
}

/// What was not passed on to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swallowed {
    /// It was the end of a command, which is in flight now (or even answered).
    pub begun: bool,
}

/// The sieve of one connection.
#[derive(Debug)]
pub struct Sieve {
    scanner: Scanner,
    limits: Limits,
    greeted: bool,
    logged_in: bool,
    asked: Option<Asked>,
    last_tag: Vec<u8>,
    /// What the client has written of its next command.
    writing: Vec<u8>,
    /// A command that goes out right behind the next one (RFC 3501 §5.5), so that the server has
    /// something to do while we read.
    pub ahead: Option<String>,
    /// It went out, as it stands here; the crate is still to say it, from this octet on.
    gone_ahead: Option<(Vec<u8>, usize)>,
    /// What came for it until then.
    early: Vec<u8>,
    /// Octets received since the last command began.
    received: usize,
    /// News of an IDLE that has not got its `+` yet.
    held: Vec<u8>,
    out: Vec<u8>,
    taken: usize,
    ended: bool,
    /// The words of a `* BYE`.
    pub bye: Option<String>,
    /// Why this connection can be used no more.
    pub broken: Option<String>,
    /// How the last command was answered.
    pub verdict: Option<Verdict>,
    /// Codes of untagged OKs during the last command (MOVE gives COPYUID there).
    pub codes: Vec<Code>,
    /// Responses kept from the crate during the last command, because we read them better or
    /// nobody can.
    pub aside: Vec<Vec<u8>>,
    /// FETCH responses are ours to read, not the crate's, which would read each of them twice.
    pub keep_fetched: bool,
    /// Those of the last command, whole.
    pub fetched: Vec<Vec<u8>>,
    /// The folder has changed: EXISTS, EXPUNGE, VANISHED or FETCH was seen.
    pub changed: bool,
    /// NOTIFY is in force (RFC 5465): STATUS lines are news of other folders, not answers.
    pub notified: bool,
    /// Those lines, each once.
    pub elsewhere: Vec<Vec<u8>>,
    /// The server had more to tell than it could, and tells no more (NOTIFICATIONOVERFLOW).
    pub overflow: bool,
    /// Upper case, from the last CAPABILITY.
    pub capabilities: Vec<String>,
    /// Responses that nobody could read, of the whole connection.
    pub dropped: u64,
}

impl Sieve {
    /// `greeted`: the greeting was read elsewhere (before STARTTLS).
    #[must_use]
    pub fn new(limits: Limits, greeted: bool) -> Self {
        Self {
            scanner: Scanner::new(limits),
            limits,
            greeted,
            logged_in: false,
            asked: None,
            last_tag: Vec::new(),
            writing: Vec::new(),
            ahead: None,
            gone_ahead: None,
            early: Vec::new(),
            received: 0,
            held: Vec::new(),
            out: Vec::new(),
            taken: 0,
            ended: false,
            bye: None,
            broken: None,
            verdict: None,
            codes: Vec::new(),
            aside: Vec::new(),
            keep_fetched: false,
            fetched: Vec::new(),
            changed: false,
            notified: false,
            elsewhere: Vec::new(),
            overflow: false,
            capabilities: Vec::new(),
            dropped: 0,
        }
    }

    /// Forgets what the last command brought.
    pub fn begin(&mut self) {
        self.verdict = None;
        self.codes.clear();
        self.aside.clear();
        self.fetched.clear();
    }

    /// Data is only passed on to a session.
    pub fn logged_in(&mut self) {
        self.logged_in = true;
    }

    /// Whether the crate is to be told that nothing more comes.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.ended && self.taken == self.out.len()
    }

    /// Moves what the crate may see into `buffer`.
    pub fn take(&mut self, buffer: &mut [u8]) -> usize {
        let ready = &self.out[self.taken..];
        let n = ready.len().min(buffer.len());
        buffer[..n].copy_from_slice(&ready[..n]);
        self.taken += n;
        if self.taken == self.out.len() {
            self.out.clear();
            // A large message is no reason to keep its room for the rest of the day.
            self.out.shrink_to(64 << 10);
            self.taken = 0;
        }
        n
    }

    /// What is to follow the command that has just begun, tagged as the crate is going to tag it.
    pub fn go_ahead(&mut self) -> Option<Vec<u8>> {
        let text = self.ahead.take()?;
        let tag = std::str::from_utf8(&self.last_tag).ok()?;
        let digits = tag.find(|c: char| c.is_ascii_digit())?;
        let (letters, number) = tag.split_at(digits);
        let next = number.parse::<u64>().ok()?.checked_add(1)?;
        let line = format!("{letters}{next} {text}\r\n").into_bytes();
        self.gone_ahead = Some((line.clone(), 0));
        Some(line)
    }

    /// The command that has gone ahead and must still be run, if only to hear its answer.
    #[must_use]
    pub fn outstanding(&self) -> Option<String> {
        let (line, _) = self.gone_ahead.as_ref()?;
        let text = String::from_utf8_lossy(line);
        let (_, text) = text.trim_end().split_once(' ')?;
        Some(text.to_owned())
    }

    /// The crate says what has gone ahead; true when it has said it all.
    fn catch_up(&mut self, bytes: &[u8]) -> bool {
        let Some((line, said)) = &mut self.gone_ahead else {
            return false;
        };
        if !line[*said..].starts_with(bytes) {
            self.broken
                .get_or_insert_with(|| "another command was asked than was sent ahead".to_owned());
            return false;
        }
        *said += bytes.len();
        if *said < line.len() {
            return false;
        }
        if let Some((line, _)) = self.gone_ahead.take() {
            self.sent(&line);
        }
        let early = std::mem::take(&mut self.early);
        // What is wrong is kept, and seen when the answer is read.
        let _ = self.received(&early);
        true
    }

    /// Whether these octets must not reach the server: a command that has gone ahead, and the DONE
    /// that the crate says even after the server has refused the IDLE or ended it by itself. The
    /// crate gets the answer it waits for.
    pub fn swallows(&mut self, bytes: &[u8]) -> Option<Swallowed> {
        if self.asked.is_some() {
            return None;
        }
        if self.gone_ahead.is_some() {
            let begun = self.catch_up(bytes);
            return Some(Swallowed { begun });
        }
        if bytes != b"DONE\r\n" {
            return None;
        }
        self.out.extend_from_slice(&self.last_tag);
        self.out.extend_from_slice(b" NO done\r\n");
        Some(Swallowed { begun: false })
    }

    /// Hears what the client writes; true when a new command has begun.
    pub fn sent(&mut self, bytes: &[u8]) -> bool {
        if self.asked.is_some() {
            return false; // a literal, DONE, or the answer to a challenge
        }
        let end = bytes.iter().position(|b| *b == b'\n');
        let room = 256_usize.saturating_sub(self.writing.len());
        let head = &bytes[..end.unwrap_or(bytes.len())];
        self.writing
            .extend_from_slice(&head[..head.len().min(room)]);
        if end.is_none() {
            return false;
        }
        let line = std::mem::take(&mut self.writing);
        let mut words = line.split(|b| b" \r".contains(b));
        let tag = words.next().unwrap_or_default().to_vec();
        self.last_tag.clone_from(&tag);
        let verb = match words.next().unwrap_or_default() {
            b"IDLE" => Verb::Idle,
            b"APPEND" => Verb::Append,
            b"AUTHENTICATE" => Verb::Authenticate,
            _ => Verb::Other,
        };
        self.asked = Some(Asked {
            tag,
            verb,
            waits: verb != Verb::Other,
            challenges: 0,
        });
        self.received = 0;
        true
    }

    /// Hears what the server sends.
    ///
    /// # Errors
    /// What it did that no server may do; also kept in `broken`.
    pub fn received(&mut self, mut bytes: &[u8]) -> Result<(), String> {
        let heard = self.hear(&mut bytes);
        if let Err(why) = &heard {
            self.broken.get_or_insert_with(|| why.clone());
        }
        heard
    }

    fn hear(&mut self, bytes: &mut &[u8]) -> Result<(), String> {
        self.received += bytes.len();
        if self.received > self.limits.response {
            return Err("its answer to one command has no end".to_owned());
        }
        while !self.ended {
            if self.asked.is_none() && self.gone_ahead.is_some() {
                self.early.extend_from_slice(bytes);
                *bytes = &[];
                break;
            }
            let Some(frame) = self.scanner.next(bytes)? else {
                break;
            };
            if !self.greeted {
                self.greeted = true;
                let text = String::from_utf8_lossy(&frame);
                if let Some(text) = text.strip_prefix("* OK ")
                    && let (Some(code), _) = split_code(text)
                {
                    self.hear_capabilities(&format!("{} {}", code.name, code.rest));
                }
                self.out.extend_from_slice(&frame);
            } else if frame.starts_with(b"+") {
                self.go_on(&frame)?;
            } else if frame.starts_with(b"* ") {
                self.untagged(frame);
            } else {
                self.tagged(&frame)?;
            }
        }
        Ok(())
    }

    fn go_on(&mut self, frame: &[u8]) -> Result<(), String> {
        match &mut self.asked {
            Some(asked) if asked.verb == Verb::Authenticate => {
                asked.waits = false;
                asked.challenges += 1;
                if asked.challenges > 5 {
                    return Err("its login dialogue has no end".to_owned());
                }
                // Some say "+ Ready" where base64 belongs.
                let text = String::from_utf8_lossy(frame);
                let text = text.trim_start_matches('+').trim();
                let good = base64::Engine::decode(
                    &base64::engine::general_purpose::STANDARD,
                    text.as_bytes(),
                )
                .is_ok();
                self.out.extend_from_slice(b"+ ");
                self.out
                    .extend_from_slice(if good { text.as_bytes() } else { b"" });
                self.out.extend_from_slice(b"\r\n");
            }
            Some(asked) if asked.waits => {
                asked.waits = false;
                self.out.extend_from_slice(b"+ go\r\n");
                self.out.append(&mut self.held);
            }
            _ => self.dropped += 1,
        }
        Ok(())
    }

    fn tagged(&mut self, frame: &[u8]) -> Result<(), String> {
        let text = String::from_utf8_lossy(frame);
        let (tag, rest) = text.trim_end().split_once(' ').unwrap_or((&text, ""));
        let Some(asked) = self.asked.take_if(|asked| asked.tag == tag.as_bytes()) else {
            return Err("it answered something that was not asked".to_owned());
        };
        let (status, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let ok = match status.to_ascii_uppercase().as_str() {
            "OK" => true,
            "NO" | "BAD" => false,
            _ => return Err("it answered with neither OK, NO nor BAD".to_owned()),
        };
        let (code, text) = split_code(rest);
        if let Some(code) = &code {
            self.hear_capabilities(&format!("{} {}", code.name, code.rest));
        }
        self.verdict = Some(Verdict {
            ok,
            code,
            text: text.to_owned(),
        });
        self.held.clear();
        // The crate gets the bare verdict; what it could stumble over is remembered above.
        let status = match (ok, asked.waits) {
            (true, false) => "OK",
            // OK where a `+` was due: it has not done what was asked.
            (true, true) => "NO",
            (false, _) => status,
        };
        self.out
            .extend_from_slice(format!("{tag} {status} done\r\n").as_bytes());
        Ok(())
    }

    fn untagged(&mut self, mut frame: Vec<u8>) {
        let head: String = frame
            .iter()
            .skip(2)
            .take(80)
            .take_while(|b| !b"\r(".contains(b))
            .map(|b| char::from(*b).to_ascii_uppercase())
            .collect();
        let mut words = head.split(' ');
        let (first, second) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        match first {
            "BYE" => {
                let text = String::from_utf8_lossy(&frame).trim_end().to_owned();
                let text = text.get(5..).unwrap_or("").trim();
                self.bye = Some(split_code(text).1.to_owned());
                self.ended = true;
                return;
            }
            "OK" | "NO" | "BAD" | "PREAUTH" => {
                let text = String::from_utf8_lossy(&frame);
                let text = text[2..].trim_end();
                let text = text.split_once(' ').map_or("", |(_, t)| t);
                if let (Some(code), _) = split_code(text)
                    && self.codes.len() < 100
                {
                    self.hear_capabilities(&format!("{} {}", code.name, code.rest));
                    if code.name == "NOTIFICATIONOVERFLOW" {
                        self.overflow = true;
                        self.wake();
                    }
                    self.codes.push(code);
                }
                if first != "OK" {
                    // Advice, such as "* NO [ALERT] almost full": the crate would panic on it.
                    frame = [b"* OK", &frame[2 + first.len()..]].concat();
                }
            }
            "CAPABILITY" => {
                let text = String::from_utf8_lossy(&frame).into_owned();
                self.hear_capabilities(text.trim_start_matches("* "));
            }
            "STATUS" if self.notified => {
                if self.elsewhere.len() >= 1000 {
                    self.overflow = true;
                } else if !self.elsewhere.contains(&frame) {
                    self.elsewhere.push(frame);
                }
                self.wake();
                return;
            }
            "LIST" | "LSUB" | "STATUS" | "NAMESPACE" | "ID" => {
                self.aside.push(frame);
                return;
            }
            _ => {}
        }
        let news = first == "VANISHED" || matches!(second, "EXISTS" | "EXPUNGE" | "FETCH");
        self.changed |= news;
        let Some(asked) = self.asked.as_ref().filter(|_| self.logged_in) else {
            return;
        };
        let wanted = match asked.verb {
            Verb::Idle => news,
            Verb::Append | Verb::Authenticate => false,
            Verb::Other => true,
        };
        if !wanted {
            return;
        }
        if second == "FETCH" {
            if self.keep_fetched {
                self.fetched.push(frame);
                return;
            }
            date_nil(&mut frame);
        }
        if !digestible(&frame) {
            self.dropped += 1;
            self.aside.push(frame);
        } else if asked.waits {
            self.held.extend_from_slice(&frame);
        } else {
            self.out.extend_from_slice(&frame);
        }
    }

    /// Ends the crate's IDLE, if it is in one, with a line that it knows and that says nothing.
    fn wake(&mut self) {
        const NOTHING: &[u8] = b"* 0 RECENT\r\n";
        match &self.asked {
            Some(asked) if asked.verb == Verb::Idle && asked.waits => {
                self.held.extend_from_slice(NOTHING);
            }
            Some(asked) if asked.verb == Verb::Idle => self.out.extend_from_slice(NOTHING),
            _ => {}
        }
    }

    fn hear_capabilities(&mut self, text: &str) {
        let mut words = text.split_whitespace().map(str::to_ascii_uppercase);
        if words.next().as_deref() == Some("CAPABILITY") {
            self.capabilities = words.collect();
        }
    }
}

/// Whether the crate's parser reads exactly this.
fn digestible(frame: &[u8]) -> bool {
    std::panic::catch_unwind(
        || matches!(imap_proto::parser::parse_response(frame), Ok((rest, _)) if rest.is_empty()),
    )
    .unwrap_or(false)
}

/// `INTERNALDATE NIL`, which some servers send, makes the parser panic. The message is not to be
/// lost for it: a date that nobody has stands for none.
fn date_nil(frame: &mut Vec<u8>) {
    const NIL: &[u8] = b"INTERNALDATE NIL";
    let head = &frame[..frame.len().min(400)];
    if !head.windows(4).any(|w| w.eq_ignore_ascii_case(b" NIL")) {
        return;
    }
    if let Some(at) = head
        .windows(NIL.len())
        .position(|w| w.eq_ignore_ascii_case(NIL))
    {
        frame.splice(
            at..at + NIL.len(),
            *b"INTERNALDATE \"01-Jan-1970 00:00:00 +0000\"",
        );
    }
}

/// Splits `[CODE rest] text`.
fn split_code(text: &str) -> (Option<Code>, &str) {
    let Some((inner, text)) = text.strip_prefix('[').and_then(|t| t.split_once(']')) else {
        return (None, text);
    };
    let (name, rest) = inner.split_once(' ').unwrap_or((inner, ""));
    let code = Code {
        name: name.to_ascii_uppercase(),
        rest: rest.to_owned(),
    };
    (Some(code), text.trim_start())
}

#[cfg(test)]
#[path = "sieve_tests.rs"]
mod tests;
