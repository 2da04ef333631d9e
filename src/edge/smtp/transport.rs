//! The stream that lettre speaks SMTP over: it watches the conversation.
//!
//! lettre takes any 2yz or 3yz for yes, reads whatever reply stands next in its buffer, and gives the same error
//! for a connection cut before the final dot and after it. So this stream hands lettre exactly one
//! reply for each thing said, refuses to say anything while a reply is left over, lets a body and
//! its final dot out only when told to, and remembers what was said last.

use super::reply::{self, Reply};
use lettre::transport::smtp::client::AsyncTokioStream;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

/// What lettre writes to end the message (RFC 5321 §4.1.1.4); stuffing makes sure that nothing
/// else it writes looks like this.
const FINAL_DOT: &[u8] = b"\r\n.\r\n";

/// How long to wait for the server (RFC 5321 §4.5.3.2).
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the greeting and the reply to any command.
    pub command: Duration,
    /// For the server to take a piece of the body.
    pub block: Duration,
    /// For the reply to the final dot.
    pub dot: Duration,
    /// For the answer to QUIT, and for the last reply when the daemon is stopping.
    pub parting: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            command: Duration::from_secs(5 * 60),
            block: Duration::from_secs(3 * 60),
            dot: Duration::from_secs(10 * 60),
            parting: Duration::from_secs(3),
        }
    }
}

/// How far the conversation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Commands and their replies.
    Commands,
    /// After 354: the body may be written, the final dot not yet.
    Body,
    /// The final dot may be written.
    Dot,
    /// It is on its way; its reply is waited for.
    Verdict,
}

/// What the driver of the conversation and the stream below lettre share.
#[derive(Clone, Debug)]
pub struct Watch(Arc<Mutex<Watched>>);

#[derive(Debug)]
struct Watched {
    phase: Phase,
    /// The final dot is on its way, or might be. Never taken back.
    handed_over: bool,
    /// The reply to what was said last.
    reply: Option<Reply>,
    /// A reply that nobody asked for.
    unasked: Option<Reply>,
    /// Why nothing more will be said.
    trouble: Option<String>,
}

impl Watch {
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(Watched {
            phase: Phase::Commands,
            handed_over: false,
            reply: None,
            unasked: None,
            trouble: None,
        })))
    }

    fn lock(&self) -> MutexGuard<'_, Watched> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn enter(&self, phase: Phase) {
        self.lock().phase = phase;
    }

    /// Whether the final dot may have reached the server.
    pub fn is_handed_over(&self) -> bool {
        self.lock().handed_over
    }

    pub fn reply(&self) -> Option<Reply> {
        self.lock().reply.clone()
    }

    pub fn unasked(&self) -> Option<Reply> {
        self.lock().unasked.clone()
    }

    pub fn trouble(&self) -> Option<String> {
        self.lock().trouble.clone()
    }
}

/// The socket, with or without TLS.
#[derive(Debug)]
pub enum Socket {
    Plain(TcpStream),
    Tls(Box<tokio_native_tls::TlsStream<TcpStream>>),
}

impl Socket {
    fn poll_read(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_read(cx, buf),
        }
    }
    fn poll_write(&mut self, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_write(cx, buf),
        }
    }
    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_flush(cx),
        }
    }
    fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_shutdown(cx),
        }
    }
}

/// One conversation with the server, one reply at a time.
#[derive(Debug)]
pub struct Transport {
    socket: Socket,
    watch: Watch,
    patience: Patience,
    /// From the server, not yet a whole reply.
    input: Vec<u8>,
    /// A reply on its way to lettre.
    ready: Vec<u8>,
    given: usize,
    /// On its way to the server.
    output: Vec<u8>,
    sent: usize,
    /// The runtime has looked at the socket since the last thing that was said.
    looked: bool,
    /// Runs from the last thing that was said.
    deadline: Pin<Box<Sleep>>,
}

impl Transport {
    pub fn new(socket: Socket, watch: Watch, patience: Patience) -> Self {
        Self {
            socket,
            watch,
            patience,
            input: Vec::new(),
            ready: Vec::new(),
            given: 0,
            output: Vec::new(),
            sent: 0,
            looked: false,
            deadline: Box::pin(tokio::time::sleep(patience.command)),
        }
    }

    /// A greeting that was read already, before TLS, and is not said again after it (RFC 3207 §4.2).
    pub fn greeted(mut self) -> Self {
        self.ready = b"220 \r\n".to_vec();
        self
    }

    /// Says a line and reads the reply, without lettre.
    pub async fn say(&mut self, line: &str) -> io::Result<Reply> {
        use tokio::io::AsyncWriteExt;
        self.write_all(line.as_bytes()).await?;
        self.flush().await?;
        self.hear().await
    }

    /// The next reply, without lettre.
    pub async fn hear(&mut self) -> io::Result<Reply> {
        std::future::poll_fn(|cx| self.poll_reply(cx))
            .await?
            .ok_or_else(|| self.trouble("closed the connection"))
    }

    /// The bare socket, for the TLS handshake. Bytes that came in plain text and were not
    /// asked for are an attempt to pass off something as said under TLS (CVE-2011-0411).
    pub fn into_plain(self) -> io::Result<TcpStream> {
        if !self.input.is_empty() {
            return Err(
                self.trouble("said something more before TLS began, which is not to be trusted")
            );
        }
        match self.socket {
            Socket::Plain(stream) => Ok(stream),
            Socket::Tls(_) => Err(io::Error::other("TLS within TLS")),
        }
    }

    fn trouble(&self, why: &str) -> io::Error {
        let mut watched = self.watch.lock();
        let why = watched.trouble.get_or_insert_with(|| why.to_owned());
        io::Error::other(why.clone())
    }

    fn rearm(&mut self) {
        let patience = match self.watch.lock().phase {
            Phase::Commands => self.patience.command,
            Phase::Body | Phase::Dot => self.patience.block,
            Phase::Verdict => self.patience.dot,
        };
        self.deadline.as_mut().reset(Instant::now() + patience);
    }

    /// What to say of a wait: still waiting, or too long.
    fn waiting<T>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        ready!(self.deadline.as_mut().poll(cx));
        Poll::Ready(Err(self.trouble("did not answer in time")))
    }

    /// Reads what is there. `Ready(0)` is the end.
    fn poll_input(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut block = [0; 4096];
        let mut buf = ReadBuf::new(&mut block);
        match ready!(self.socket.poll_read(cx, &mut buf)) {
            Ok(()) => {
                self.input.extend_from_slice(buf.filled());
                Poll::Ready(Ok(buf.filled().len()))
            }
            Err(e) => Poll::Ready(Err(self.trouble(&format!("cut the connection ({e})")))),
        }
    }

    /// The next whole reply; `None` at the end.
    fn poll_reply(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<Reply>>> {
        loop {
            match reply::take(&mut self.input) {
                Ok(Some(reply)) => {
                    self.watch.lock().reply = Some(reply.clone());
                    return Poll::Ready(Ok(Some(reply)));
                }
                Ok(None) => {}
                Err(why) => return Poll::Ready(Err(self.trouble(&why))),
            }
            match self.poll_input(cx) {
                Poll::Ready(Ok(0)) => {
                    let _ = self.trouble("closed the connection");
                    return Poll::Ready(Ok(None));
                }
                Poll::Ready(Ok(_)) => {}
                Poll::Ready(Err(e)) => return Poll::Ready(Err(e)),
                Poll::Pending => return self.waiting(cx),
            }
        }
    }

    /// Before anything is said: there must be nothing to hear. A reply that nobody asked for would be
    /// taken for the answer to the next command, and every later one would be off by one.
    fn check_silence(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        match self.poll_input(cx) {
            Poll::Ready(Ok(0)) => return Err(self.trouble("closed the connection")),
            Poll::Ready(Err(e)) => return Err(e),
            Poll::Ready(Ok(_)) | Poll::Pending => {}
        }
        if self.input.is_empty() && self.given == self.ready.len() {
            return Ok(());
        }
        if let Ok(Some(reply)) = reply::take(&mut self.input) {
            self.watch.lock().unasked = Some(reply);
        }
        Err(self.trouble("said something that nobody had asked for"))
    }

    fn poll_output(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest) = self.output.get(self.sent..).filter(|rest| !rest.is_empty()) {
            match self.socket.poll_write(cx, rest) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(self.trouble("cut the connection"))),
                Poll::Ready(Ok(n)) => self.sent += n,
                Poll::Ready(Err(e)) => {
                    return Poll::Ready(Err(self.trouble(&format!("cut the connection ({e})"))));
                }
                Poll::Pending => return self.waiting(cx),
            }
        }
        self.output.clear();
        self.sent = 0;
        match self.socket.poll_flush(cx) {
            Poll::Ready(Err(e)) => {
                Poll::Ready(Err(self.trouble(&format!("cut the connection ({e})"))))
            }
            Poll::Ready(Ok(())) => Poll::Ready(Ok(())),
            Poll::Pending => self.waiting(cx),
        }
    }
}

impl AsyncRead for Transport {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.given == this.ready.len() {
            match ready!(this.poll_reply(cx))? {
                None => return Poll::Ready(Ok(())),
                Some(reply) => {
                    this.ready = reply.for_lettre();
                    this.given = 0;
                }
            }
        }
        let rest = this.ready.get(this.given..).unwrap_or_default();
        let n = rest.len().min(buf.remaining());
        buf.put_slice(rest.get(..n).unwrap_or_default());
        this.given += n;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Transport {
    /// Takes all of it, or refuses all of it; it is sent by `poll_flush`, which lettre calls after
    /// everything it says.
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if let Some(trouble) = this.watch.trouble() {
            return Poll::Ready(Err(io::Error::other(trouble)));
        }
        // What came while nobody was waiting (`before_dot` may have taken its time) is seen only
        // after the runtime has asked the system for it.
        if !std::mem::replace(&mut this.looked, true) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        this.looked = false;
        this.check_silence(cx)?;
        let phase = this.watch.lock().phase;
        match phase {
            Phase::Commands => this.watch.lock().reply = None,
            Phase::Body if buf == FINAL_DOT => {
                return Poll::Ready(Err(io::Error::other("the final dot was not asked for")));
            }
            Phase::Body => {}
            Phase::Dot if buf == FINAL_DOT => {
                let mut watched = this.watch.lock();
                watched.reply = None;
                watched.phase = Phase::Verdict;
                watched.handed_over = true;
            }
            Phase::Dot | Phase::Verdict => {
                return Poll::Ready(Err(io::Error::other("nothing may follow the body")));
            }
        }
        this.output.extend_from_slice(buf);
        this.rearm();
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().poll_output(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().socket.poll_shutdown(cx)
    }
}

impl AsyncTokioStream for Transport {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        match &self.socket {
            Socket::Plain(stream) => stream.peer_addr(),
            Socket::Tls(stream) => stream.get_ref().get_ref().get_ref().peer_addr(),
        }
    }
}
