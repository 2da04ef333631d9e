//! One message: MAIL, RCPT, DATA, body, dot (RFC 5321 §3.3).

use super::Session;
use super::open::failure;
use super::options::{self, cannot};
use super::reply::Reply;
use super::transport::Phase;
use crate::mail::Address;
use crate::port::{Envelope, SendError};
use lettre::transport::smtp::commands::{Data, Rset};
use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::{self, Read as _, Seek as _};

/// Bytes written at a time.
const BLOCK: usize = 64 * 1024;

/// What goes out.
pub enum Content<'a> {
    Memory(&'a [u8]),
    /// From where it stands to its end.
    Disk(&'a mut File),
}

/// What has to be known of it before the first word is said.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts {
    pub length: u64,
    pub eight_bit: bool,
    /// The last line has an end.
    ends: bool,
    bare: bool,
    before: u8,
}

impl Facts {
    /// # Errors
    /// When the disk does not give it.
    pub fn of(content: &mut Content<'_>) -> io::Result<Self> {
        let mut facts = Self::default();
        match content {
            Content::Memory(bytes) => facts.count(bytes),
            Content::Disk(file) => {
                let begin = file.stream_position()?;
                let mut block = vec![0; BLOCK];
                loop {
                    let n = file.read(&mut block)?;
                    if n == 0 {
                        break;
                    }
                    facts.count(block.get(..n).unwrap_or_default());
                }
                file.seek(io::SeekFrom::Start(begin))?;
            }
        }
        facts.ends = facts.before == b'\n';
        facts.bare |= facts.before == b'\r';
        Ok(facts)
    }

    fn count(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        self.eight_bit |= !bytes.is_ascii();
        for &byte in bytes {
            self.bare |= (byte == b'\n') != (self.before == b'\r');
            self.before = byte;
        }
    }
}

/// Whether this can be handed over exactly as it is.
///
/// Bare CR and LF are refused because servers disagree about what they mean: to some, a line that
/// is a dot between bare LFs ends the message, and what follows is another (CVE-2023-51764).
///
/// # Errors
/// The reason why not.
pub fn check(envelope: &Envelope, facts: &Facts) -> Result<(), SendError> {
    if envelope.to.is_empty() {
        return Err(cannot("it goes to nobody"));
    }
    if facts.length == 0 {
        return Err(cannot("it is empty"));
    }
    if facts.bare {
        return Err(cannot("it holds a bare CR or LF"));
    }
    Ok(())
}

impl Session {
    pub(super) async fn submit(
        &mut self,
        envelope: &Envelope,
        content: Content<'_>,
        facts: &Facts,
        before_dot: &mut dyn FnMut() -> bool,
    ) -> Result<String, SendError> {
        if let Err(error) = self.address(envelope, facts).await {
            // Ends the transaction too (RFC 5321 §4.1.1.10); nobody has been sent anything.
            if self.watch.trouble().is_none() {
                self.leave().await;
            }
            return Err(error);
        }
        self.watch.enter(Phase::Body);
        let said_no = Cell::new(false);
        let unread = RefCell::new(None);
        // lettre adds the CRLF before the final dot itself.
        let mut left = facts.length - if facts.ends { 2 } else { 0 };
        let mut content = content;
        let blocks = std::iter::from_fn(|| {
            match next_block(&mut content, &mut left) {
                Ok(Some(block)) => return Some(block),
                // Everything but the dot is out (lettre flushes after each block).
                Ok(None) if before_dot() => self.watch.enter(Phase::Dot),
                Ok(None) => said_no.set(true),
                // No dot was asked for, so there is none.
                Err(error) => *unread.borrow_mut() = Some(error),
            }
            None
        });
        let _ = self.lettre.message_iter(blocks).await;
        if let Some(error) = unread.into_inner() {
            return Err(SendError::Unreachable {
                why: format!("the message could not be read from the disk: {error}"),
                in_doubt: false,
            });
        }
        if said_no.get() {
            return Err(SendError::Stopped);
        }
        if !self.watch.is_handed_over() {
            return Err(failure(&self.host, &self.watch));
        }
        let reply = self.heard()?;
        self.watch.enter(Phase::Commands);
        let farewell = self.leave().await;
        match reply.code {
            250 => self.make_sure(&reply, farewell),
            _ if reply.is_temporary() => Err(SendError::Later {
                reply: reply.to_string(),
            }),
            code if reply.is_permanent() => Err(SendError::Refused {
                code,
                reply: reply.to_string(),
                recipient: None,
            }),
            _ => Err(self.in_doubt(&reply)),
        }
    }

    /// Everything up to the 354.
    async fn address(&mut self, envelope: &Envelope, facts: &Facts) -> Result<(), SendError> {
        let command = options::mail(envelope, facts, &self.offer)?;
        self.command(&command, &[250], None).await?;
        for (number, to) in envelope.to.iter().enumerate() {
            let options = envelope.rcpt_options.get(number);
            let options = options.map(Vec::as_slice).unwrap_or_default();
            let command = options::rcpt(to, options, &self.offer)?;
            self.command(&command, &[250, 251], Some(to)).await?;
        }
        self.command(Data, &[354], None).await
    }

    /// Whether a message from `from` to `to` would be taken, as far as its envelope goes.
    pub(super) async fn would_take(
        &mut self,
        from: &Address,
        to: &Address,
    ) -> Result<(), SendError> {
        let envelope = Envelope {
            from: Some(from.clone()),
            to: vec![to.clone()],
            mail_options: Vec::new(),
            rcpt_options: Vec::new(),
        };
        let facts = Facts {
            length: 2,
            ..Facts::default()
        };
        let command = options::mail(&envelope, &facts, &self.offer)?;
        let mut taken = self.command(&command, &[250], None).await;
        if taken.is_ok() {
            let command = options::rcpt(to, &[], &self.offer)?;
            taken = self.command(&command, &[250, 251], Some(to)).await;
        }
        if matches!(taken, Err(SendError::Unreachable { .. })) {
            return taken;
        }
        self.command(Rset, &[250], None).await?;
        taken
    }

    async fn command(
        &mut self,
        command: impl std::fmt::Display,
        wanted: &[u16],
        recipient: Option<&Address>,
    ) -> Result<(), SendError> {
        let _ = self.lettre.command(command).await;
        let reply = self.heard()?;
        if wanted.contains(&reply.code) {
            Ok(())
        } else if reply.is_temporary() {
            Err(SendError::Later {
                reply: reply.to_string(),
            })
        } else if reply.is_permanent() {
            Err(SendError::Refused {
                code: reply.code,
                reply: reply.to_string(),
                recipient: recipient.cloned(),
            })
        } else {
            Err(SendError::Unreachable {
                why: format!("{} answered “{reply}”, out of turn", self.host),
                in_doubt: false,
            })
        }
    }

    /// A 250 is believed if nothing after it contradicts it: had some earlier reply come twice,
    /// the real verdict would still be on its way and turn up as the answer to QUIT.
    fn make_sure(&self, reply: &Reply, farewell: Option<Reply>) -> Result<String, SendError> {
        let contradiction = [farewell, self.watch.unasked()]
            .into_iter()
            .flatten()
            .find(|late| late.code >= 300 && late.code != 421);
        match contradiction {
            Some(late) => Err(self.in_doubt(&late)),
            None => Ok(reply.to_string()),
        }
    }

    fn in_doubt(&self, reply: &Reply) -> SendError {
        SendError::Unreachable {
            why: format!("{} answered “{reply}”, out of turn", self.host),
            in_doubt: true,
        }
    }
}

/// The next piece of what is left; `None` when all of it is out.
fn next_block(content: &mut Content<'_>, left: &mut u64) -> io::Result<Option<Vec<u8>>> {
    let wanted = usize::try_from(*left).unwrap_or(BLOCK).min(BLOCK);
    if wanted == 0 {
        return Ok(None);
    }
    let mut block = vec![0; wanted];
    match content {
        Content::Memory(bytes) => bytes.read_exact(&mut block)?,
        Content::Disk(file) => file.read_exact(&mut block)?,
    }
    *left -= wanted as u64;
    Ok(Some(block))
}
