//! The door between the command line and a running daemon.
//!
//! A listener on a free loopback port; port and token lie in a file that only the user can read.
//! Both sides prove that they have read it: the daemon first, so that no command ever takes the
//! word of a stranger who got the port of a daemon that is gone.
//!
//! ```text
//! S: sha256("askfirst control" token)
//! C: {"token":"…","request":…}
//! S: {"done":…} or {"refused":"…"}
//! ```

use crate::desk::request::{Reply, Request};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::{Semaphore, mpsc, oneshot};

/// The file in the state folder.
const FILE: &str = "control";
/// A request is one short line.
const LONGEST_REQUEST: u64 = 64 * 1024;
/// A reply holds at most one status.
const LONGEST_REPLY: u64 = 16 * 1024 * 1024;
/// A living daemon greets at once; after this the file counts as left behind.
const GREETING: Duration = Duration::from_secs(2);
/// A client sends its line at once.
const PATIENCE: Duration = Duration::from_secs(5);
/// What a decision may take: it is synced to disk, not sent.
const ANSWER: Duration = Duration::from_secs(60);
/// Commands at one time.
const CONNECTIONS: usize = 16;

/// One request, and where its reply goes.
#[derive(Debug)]
pub struct Asked {
    pub request: Request,
    pub reply: oneshot::Sender<Reply>,
}

#[derive(Serialize, Deserialize)]
struct Place {
    port: u16,
    token: String,
}

#[derive(Serialize, Deserialize)]
struct Line {
    token: String,
    request: Request,
}

/// The daemon's side. Its file goes when it is dropped.
#[derive(Debug)]
pub struct Control {
    listener: tokio::net::TcpListener,
    token: Arc<str>,
    file: PathBuf,
}

impl Control {
    /// Listens, and puts the file into `state_dir`, which must be ours (locked).
    ///
    /// # Errors
    /// When there is no loopback port or the file cannot be written.
    pub async fn listen(state_dir: &Path) -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|e| std::io::Error::other(e.to_string()))?;
        let token = hex(&secret);
        let place = Place {
            port: listener.local_addr()?.port(),
            token: token.clone(),
        };
        let file = state_dir.join(FILE);
        write_private(&file, serde_json::to_string(&place)?.as_bytes())?;
        Ok(Self {
            listener,
            token: token.into(),
            file,
        })
    }

    /// Serves until the receiving end of `to` is gone.
    pub async fn serve(self, to: mpsc::Sender<Asked>) {
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        loop {
            let stream = tokio::select! {
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, _)) => stream,
                    // Out of descriptors, or gone again before it was taken.
                    Err(error) => {
                        tracing::debug!(%error, "a command did not get through");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                        continue;
                    }
                },
                () = to.closed() => return,
            };
            let Ok(place) = places.clone().try_acquire_owned() else {
                continue;
            };
            let (token, to) = (self.token.clone(), to.clone());
            tokio::spawn(async move {
                if let Err(error) = converse(stream, &token, &to).await {
                    tracing::debug!(%error, "a command broke off");
                }
                drop(place);
            });
        }
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        // Only our own: a successor may have put its file there already.
        if read_place(&self.file).is_some_and(|place| *place.token == *self.token) {
            let _ = std::fs::remove_file(&self.file);
        }
    }
}

async fn converse(
    stream: tokio::net::TcpStream,
    token: &str,
    to: &mpsc::Sender<Asked>,
) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let (read, mut write) = stream.into_split();
    write
        .write_all(format!("{}\n", greeting(token)).as_bytes())
        .await?;
    let mut line = Vec::new();
    let mut limited = tokio::io::BufReader::new(read.take(LONGEST_REQUEST));
    tokio::time::timeout(PATIENCE, limited.read_until(b'\n', &mut line)).await??;
    // Whoever does not know the token learns nothing, not even what was wrong.
    let line: Line = serde_json::from_slice(&line)?;
    if !same(&line.token, token) {
        return Err(std::io::Error::other("wrong token"));
    }
    let (reply, answer) = oneshot::channel();
    let asked = Asked {
        request: line.request,
        reply,
    };
    let reply = match to.send(asked).await {
        Ok(()) => match tokio::time::timeout(ANSWER, answer).await {
            Ok(Ok(reply)) => reply,
            Ok(Err(_)) => Reply::Refused("the daemon is stopping; try again".to_owned()),
            Err(_) => Reply::Refused(format!(
                "the daemon did not get to it within {} seconds; `askfirst status` says what keeps it",
                ANSWER.as_secs()
            )),
        },
        Err(_) => Reply::Refused("the daemon is stopping; try again".to_owned()),
    };
    let mut bytes = serde_json::to_vec(&reply)?;
    bytes.push(b'\n');
    write.write_all(&bytes).await?;
    write.shutdown().await
}

/// Asks the daemon that has this state folder. `None`: none is running.
///
/// # Errors
/// A sentence, when one is running but does not answer as it should.
pub fn ask(state_dir: &Path, request: &Request) -> Result<Option<Reply>, String> {
    let Some(place) = read_place(&state_dir.join(FILE)) else {
        return Ok(None);
    };
    // Refused at once where the daemon is gone without taking its file along.
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, place.port));
    let Ok(stream) = TcpStream::connect_timeout(&address, GREETING) else {
        return Ok(None);
    };
    let Ok(mut reader) = greeted(&stream, &place.token) else {
        return Ok(None);
    };
    let line = Line {
        token: place.token,
        request: request.clone(),
    };
    let told = |error: std::io::Error| {
        format!(
            "the running daemon broke off: {error}; `askfirst list` shows whether it was done, \
             otherwise try again"
        )
    };
    let mut bytes = serde_json::to_vec(&line).map_err(|e| told(e.into()))?;
    bytes.push(b'\n');
    (&stream).write_all(&bytes).map_err(told)?;
    stream
        .set_read_timeout(Some(ANSWER + PATIENCE))
        .map_err(told)?;
    reader.set_limit(LONGEST_REPLY);
    let mut reply = Vec::new();
    reader.read_to_end(&mut reply).map_err(told)?;
    serde_json::from_slice(&reply)
        .map(Some)
        .map_err(|e| told(e.into()))
}

type Reader<'a> = std::io::Take<BufReader<&'a TcpStream>>;

/// Waits for the greeting that only the writer of the file can give.
fn greeted<'a>(stream: &'a TcpStream, token: &str) -> std::io::Result<Reader<'a>> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(GREETING))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(stream).take(256);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    if same(line.trim_end(), &greeting(token)) {
        Ok(reader)
    } else {
        Err(std::io::Error::other("somebody else has this port"))
    }
}

fn greeting(token: &str) -> String {
    hex(&Sha256::digest(format!("askfirst control {token}")))
}

/// Whether two secrets are equal, in a time that does not tell where they differ.
fn same(a: &str, b: &str) -> bool {
    let (a, b) = (Sha256::digest(a), Sha256::digest(b));
    a.iter().zip(&b).fold(0, |all, (x, y)| all | (x ^ y)) == 0
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn read_place(file: &Path) -> Option<Place> {
    let mut text = String::new();
    let file = std::fs::File::open(file).ok()?;
    file.take(4096).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

/// Puts a file in place as a whole, readable by its owner alone.
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let new = path.with_extension("new");
    match std::fs::remove_file(&new) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&new)?.write_all(bytes)?;
    std::fs::rename(&new, path)
}

#[cfg(test)]
#[path = "control_tests.rs"]
mod tests;
