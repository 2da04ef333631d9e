//! One message: MAIL, RCPT, DATA, body, dot (RFC 5321 §3.3).

use super::Session;
use super::open::failure;
use super::options::{self, cannot};
use super::reply::Reply;
use super::transport::Phase;
use crate::mail::Address;
use crate::port::{Envelope, SendError};
use lettre::transport::smtp::commands::{Data, Rset};
use std::cell::Cell;

/// Bytes written at a time.
const BLOCK: usize = 64 * 1024;

/// Whether this can be handed over exactly as it is.
///
/// Bare CR and LF are refused because servers disagree about what they mean: to some, a line that
/// is a dot between bare LFs ends the message, and what follows is another (CVE-2023-51764).
///
/// # Errors
/// The reason why not.
pub fn check(envelope: &Envelope, bytes: &[u8]) -> Result<(), SendError> {
    if envelope.to.is_empty() {
        return Err(cannot("it goes to nobody"));
    }
    if bytes.is_empty() {
        return Err(cannot("it is empty"));
    }
    let mut before = 0;
    for &byte in bytes {
        if (byte == b'\n') != (before == b'\r') {
            return Err(cannot("it holds a bare CR or LF"));
        }
        before = byte;
    }
    if before == b'\r' {
        return Err(cannot("it holds a bare CR or LF"));
    }
    Ok(())
}

impl Session {
    pub(super) async fn submit(
        &mut self,
        envelope: &Envelope,
        bytes: &[u8],
        before_dot: &mut dyn FnMut() -> bool,
    ) -> Result<String, SendError> {
        if let Err(error) = self.address(envelope, bytes).await {
            // Ends the transaction too (RFC 5321 §4.1.1.10); nobody has been sent anything.
            if self.watch.trouble().is_none() {
                self.leave().await;
            }
            return Err(error);
        }
        self.watch.enter(Phase::Body);
        let said_no = Cell::new(false);
        // lettre adds the CRLF before the final dot itself.
        let body = bytes.strip_suffix(b"\r\n").unwrap_or(bytes);
        let mut blocks = body.chunks(BLOCK);
        let blocks = std::iter::from_fn(|| {
            blocks.next().or_else(|| {
                // Everything but the dot is out (lettre flushes after each block).
                if before_dot() {
                    self.watch.enter(Phase::Dot);
                } else {
                    said_no.set(true);
                }
                None
            })
        });
        let _ = self.lettre.message_iter(blocks).await;
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
    async fn address(&mut self, envelope: &Envelope, bytes: &[u8]) -> Result<(), SendError> {
        let command = options::mail(envelope, bytes, &self.offer)?;
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
        let command = options::mail(&envelope, b"\r\n", &self.offer)?;
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
