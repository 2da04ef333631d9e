//! A message that is held back until its end: in memory while it is small, on disk beyond that.

use super::body::{Stuff, Unstuff};
use crate::edge::disk::Spool;
use crate::mailroom::{Identity, message_id_of};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, Read as _, Write as _};

/// So much of a message is kept in memory, and is enough to judge it by.
const IN_MEMORY: usize = 1 << 20;
/// What goes to disk in one piece, and comes back.
const BLOCK: usize = 256 << 10;

/// What has come so far, without its stuffed dots.
pub struct Gather {
    spool: Spool,
    name: String,
    unstuff: Unstuff,
    /// All of it, or its beginning once there is a file.
    head: Vec<u8>,
    /// Not on disk yet.
    rest: Vec<u8>,
    file: Option<File>,
    length: u64,
    hash: Sha256,
    /// There is a file of that name, and it is ours.
    staged: bool,
}

impl Gather {
    /// `name` is where it goes in the spool; nothing is there before it must be.
    pub fn new(spool: &Spool, name: String) -> Self {
        Self {
            spool: spool.clone(),
            name,
            unstuff: Unstuff::default(),
            head: Vec::new(),
            rest: Vec::new(),
            file: None,
            length: 0,
            hash: Sha256::new(),
            staged: false,
        }
    }

    /// One more piece, as it came.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub async fn add(&mut self, piece: &[u8]) -> io::Result<()> {
        if self.file.is_none() {
            self.unstuff.add(piece, &mut self.head);
            if self.head.len() > IN_MEMORY {
                let (spool, name) = (self.spool.clone(), self.name.clone());
                self.staged = true;
                self.file = Some(blocking(move || spool.staging(&name)).await?);
                self.rest = self.head.clone();
                self.head.truncate(IN_MEMORY);
                self.head.shrink_to_fit();
            }
        } else {
            self.unstuff.add(piece, &mut self.rest);
        }
        if self.rest.len() >= BLOCK {
            self.write().await?;
        }
        Ok(())
    }

    async fn write(&mut self) -> io::Result<()> {
        let Some(mut file) = self.file.take() else {
            return Ok(());
        };
        let rest = std::mem::take(&mut self.rest);
        let mut hash = std::mem::take(&mut self.hash);
        let (file, rest, hash) = blocking(move || {
            file.write_all(&rest)?;
            hash.update(&rest);
            Ok((file, rest, hash))
        })
        .await?;
        self.length += rest.len() as u64;
        self.rest = rest;
        self.rest.clear();
        self.file = Some(file);
        self.hash = hash;
        Ok(())
    }

    /// Its beginning, or all of it.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// In octets.
    pub fn length(&self) -> u64 {
        if self.file.is_some() {
            self.length + self.rest.len() as u64
        } else {
            self.head.len() as u64
        }
    }

    /// Puts all of it on disk; gives its name there, and what it is known by. Not for the gateway's own thread.
    /// What was too large for memory is synced as well; a small one is synced with its new name, in one go
    /// ([`Spool::adopt`]).
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn stage(&mut self) -> io::Result<(String, Identity)> {
        self.staged = true;
        let Some(mut file) = self.file.take() else {
            self.spool.staging(&self.name)?.write_all(&self.head)?;
            return Ok((self.name.clone(), Identity::of(&self.head)));
        };
        file.write_all(&self.rest)?;
        self.hash.update(&self.rest);
        self.length += self.rest.len() as u64;
        self.rest.clear();
        file.sync_all()?;
        self.file = Some(file);
        let digest = self.hash.clone().finalize();
        let digest: String = digest.iter().map(|b| format!("{b:02x}")).collect();
        let identity = Identity::known(message_id_of(&self.head), digest, self.length);
        Ok((self.name.clone(), identity))
    }

    /// Somebody else may still want what was staged.
    pub fn leave(&mut self) {
        self.staged = false;
    }

    /// Reads it back, as it goes over the wire.
    ///
    /// # Errors
    /// When the disk does not give it back.
    pub async fn reader(&mut self) -> io::Result<Reader> {
        if self.file.is_none() {
            return Ok(Reader {
                stuff: Stuff::default(),
                memory: Some(std::mem::take(&mut self.head)),
                file: None,
            });
        }
        self.write().await?;
        let (spool, name) = (self.spool.clone(), self.name.clone());
        let file = blocking(move || spool.staged(&name)).await?;
        Ok(Reader {
            stuff: Stuff::default(),
            memory: None,
            file: Some(file),
        })
    }
}

/// What was staged and not adopted goes.
impl Drop for Gather {
    fn drop(&mut self) {
        if self.staged {
            self.spool.unstage(&self.name);
        }
    }
}

/// A gathered message on its way out.
pub struct Reader {
    stuff: Stuff,
    memory: Option<Vec<u8>>,
    file: Option<File>,
}

impl Reader {
    /// The next piece, dot-stuffed; empty at the end.
    ///
    /// # Errors
    /// When the disk does not give it back.
    pub async fn next(&mut self) -> io::Result<Vec<u8>> {
        let piece = if let Some(memory) = self.memory.take() {
            memory
        } else if let Some(mut file) = self.file.take() {
            let (file, piece) = blocking(move || {
                let mut piece = Vec::with_capacity(BLOCK);
                (&mut file).take(BLOCK as u64).read_to_end(&mut piece)?;
                Ok((file, piece))
            })
            .await?;
            self.file = Some(file);
            piece
        } else {
            Vec::new()
        };
        let mut out = Vec::with_capacity(piece.len() + 1024);
        self.stuff.add(&piece, &mut out);
        Ok(out)
    }
}

/// On a thread where the disk may take its time.
async fn blocking<T: Send + 'static>(
    act: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(act)
        .await
        .unwrap_or_else(|e| Err(io::Error::other(e)))
}
