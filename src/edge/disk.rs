//! The state folder: the ledger, the held bytes, and the lock on both.
//!
//! Nothing here is read or written by anybody else: the folder is 0700, its files 0600. A write
//! that can't be synced ends the process, because what the page cache then holds is unknown; the
//! next start reads what is really there.

use crate::introduction::Id;
use crate::ledger::{self, Books, Entry};
use memchr::memmem;
use sha2::{Digest as _, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The ledger grows to this many octets before it is written anew.
const COMPACT_AT: usize = 4 << 20;
/// What is copied at a time; a header is smaller.
const BLOCK: usize = 1 << 20;

/// The state folder, locked for this process.
pub struct Disk {
    spool: Spool,
    ledger: File,
    next_seq: u64,
    dir: PathBuf,
    /// The ledger is damaged: it is left exactly as it is, and nothing is written.
    closed: bool,
    /// Octets since the ledger was read or written anew.
    grown: usize,
    _lock: File,
}

/// Why the state folder could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unopened {
    /// The ledger is damaged before its last line: what it says cannot be relied upon.
    Damaged(String),
    /// Anything else.
    Failed(String),
}

impl From<Unopened> for String {
    fn from(why: Unopened) -> Self {
        match why {
            Unopened::Damaged(why) | Unopened::Failed(why) => why,
        }
    }
}

impl From<String> for Unopened {
    fn from(why: String) -> Self {
        Self::Failed(why)
    }
}

/// The held bytes, readable from any thread.
#[derive(Clone, Debug)]
pub struct Spool {
    dir: PathBuf,
}

impl Disk {
    /// Makes the folder if need be, locks it, and reads the ledger.
    ///
    /// # Errors
    /// A sentence: the folder is not private, another process has it, or the ledger is damaged.
    pub fn open(dir: &Path) -> Result<(Self, Books), Unopened> {
        let lock = alone(dir)?;
        let spool = Spool {
            dir: dir.join("spool"),
        };
        make_private(&spool.dir)?;
        let path = dir.join("ledger.jsonl");
        let failed = |e: io::Error| format!("Could not open the ledger {}: {e}.", path.display());
        let mut file = private(
            OpenOptions::new().read(true).append(true).create(true),
            &path,
        )
        .map_err(failed)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        let read = ledger::read(&bytes)
            .map_err(|e| Unopened::Damaged(format!("{e} The ledger is {}.", path.display())))?;
        if read.whole < bytes.len() {
            tracing::warn!(
                octets = bytes.len() - read.whole,
                "the ledger's last line was torn by a crash and is dropped"
            );
            file.set_len(read.whole as u64).map_err(failed)?;
            file.sync_all().map_err(failed)?;
            file.seek(io::SeekFrom::End(0)).map_err(failed)?;
        }
        sync_dir(dir).map_err(failed)?;
        let mut disk = Self {
            spool,
            ledger: file,
            next_seq: read.next_seq,
            dir: dir.to_owned(),
            closed: false,
            grown: 0,
            _lock: lock,
        };
        if bytes.len() > COMPACT_AT {
            disk.rewrite(&read.books)?;
        }
        Ok((disk, read.books))
    }

    /// The folder and its lock, without the ledger, which is damaged: nothing of it is read or written.
    ///
    /// # Errors
    /// As [`Disk::open`].
    pub fn without_ledger(dir: &Path) -> Result<Self, String> {
        let lock = alone(dir)?;
        let spool = Spool {
            dir: dir.join("spool"),
        };
        make_private(&spool.dir)?;
        let path = dir.join("ledger.jsonl");
        let ledger = private(OpenOptions::new().read(true), &path)
            .map_err(|e| format!("Could not open the ledger {}: {e}.", path.display()))?;
        Ok(Self {
            spool,
            ledger,
            next_seq: 0,
            dir: dir.to_owned(),
            closed: true,
            grown: 0,
            _lock: lock,
        })
    }

    /// Writes entries down, together, and returns when they are on the disk.
    ///
    /// # Errors
    /// When they may not be there: nothing may be done on their strength, and the process must end.
    pub fn append(&mut self, entries: &[Entry]) -> io::Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        if self.closed {
            return Err(io::Error::other("the ledger is damaged, and left as it is"));
        }
        let line = ledger::line_together(self.next_seq, entries);
        self.ledger.write_all(line.as_bytes())?;
        self.ledger.sync_data()?;
        self.next_seq += 1;
        self.grown += line.len();
        Ok(())
    }

    /// Whether so much was added that one snapshot is better.
    #[must_use]
    pub fn is_long(&self) -> bool {
        self.grown > COMPACT_AT
    }

    /// Writes the ledger anew as one snapshot: shorter, and without what was forgotten.
    ///
    /// # Errors
    /// A sentence; the old ledger still stands then.
    pub fn rewrite(&mut self, books: &Books) -> Result<(), String> {
        let path = self.dir.join("ledger.jsonl");
        let failed =
            |e: io::Error| format!("Could not write the ledger {} anew: {e}.", path.display());
        if self.closed {
            return Err(failed(io::Error::other("it is damaged, and left as it is")));
        }
        let line = ledger::line(
            0,
            &Entry::Snapshot {
                books: Box::new(books.clone()),
            },
        );
        write_whole(&self.dir, "ledger.jsonl", line.as_bytes()).map_err(failed)?;
        self.ledger = private(OpenOptions::new().read(true).append(true), &path).map_err(failed)?;
        self.next_seq = 1;
        self.grown = 0;
        Ok(())
    }

    /// This very folder at this place: a copy of it, or another machine, gives another name. No secret,
    /// and nothing that tells anybody where it is.
    #[must_use]
    pub fn home(&self) -> String {
        let folder = format!("{}\n{}", self.place(), inode(&self._lock));
        crate::mailroom::Identity::of(folder.as_bytes()).digest
    }

    /// The machine and the path, whatever folder stands there. Twelve hex digits.
    #[must_use]
    pub fn place(&self) -> String {
        let read = |path| fs::read_to_string(path).unwrap_or_default();
        let machine = read("/etc/machine-id") + &read("/etc/hostname");
        let path = fs::canonicalize(&self.dir).unwrap_or_else(|_| self.dir.clone());
        let place = format!("{machine}\n{}", path.display());
        let mut name = crate::mailroom::Identity::of(place.as_bytes()).digest;
        name.truncate(12);
        name
    }

    #[must_use]
    pub fn spool(&self) -> &Spool {
        &self.spool
    }

    /// Takes away held bytes that nothing in the books needs and nobody has touched for so long. With a
    /// ledger that was lost or set back they may be the only copy of what is still to be found again.
    pub fn sweep(&self, keeps: impl Fn(&Id) -> bool, untouched: Duration) {
        let is_old = |entry: &fs::DirEntry| {
            let modified = entry.metadata().and_then(|m| m.modified());
            modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age >= untouched))
        };
        for entry in fs::read_dir(&self.spool.dir)
            .into_iter()
            .flatten()
            .flatten()
        {
            let name = entry.file_name();
            let id = name
                .to_str()
                .and_then(|n| n.split('.').next())
                .map(|n| Id(n.to_owned()));
            if id.is_none_or(|id| !keeps(&id)) && is_old(&entry) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Reads the ledger without a lock, for commands that only look. A line being written just now is
/// left out.
///
/// # Errors
/// A sentence, when the ledger is damaged or can't be read.
pub fn look(dir: &Path) -> Result<Books, String> {
    let path = dir.join("ledger.jsonl");
    match fs::read(&path) {
        Ok(bytes) => Ok(ledger::read(&bytes)?.books),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Books::default()),
        Err(e) => Err(format!(
            "Could not read the ledger {}: {e}.",
            path.display()
        )),
    }
}

impl Spool {
    /// Keeps the exact bytes of a held message; returns when they are on the disk.
    ///
    /// # Errors
    /// When they may not be there.
    pub fn keep(&self, id: &Id, bytes: &[u8]) -> io::Result<()> {
        write_whole(&self.dir, &format!("{id}.eml"), bytes)
    }

    /// Keeps the bytes that leave, for the record in Sent.
    ///
    /// # Errors
    /// When they may not be there.
    pub fn keep_released(&self, id: &Id, bytes: &[u8]) -> io::Result<()> {
        write_whole(&self.dir, &format!("{id}.out.eml"), bytes)
    }

    /// A message that nobody has decided about yet: the file to write it to, to be adopted or unstaged.
    ///
    /// # Errors
    /// When there can be none.
    pub fn staging(&self, name: &str) -> io::Result<File> {
        private(
            OpenOptions::new().write(true).create(true).truncate(true),
            &self.dir.join(name),
        )
    }

    /// To read one back.
    ///
    /// # Errors
    /// When it is not there.
    pub fn staged(&self, name: &str) -> io::Result<File> {
        File::open(self.dir.join(name))
    }

    /// Nothing came of it.
    pub fn unstage(&self, name: &str) {
        let _ = fs::remove_file(self.dir.join(name));
    }

    /// A staged message is held from now on; returns when that is on the disk.
    ///
    /// # Errors
    /// When it may not be so.
    pub fn adopt(&self, id: &Id, name: &str) -> io::Result<()> {
        let path = self.dir.join(format!("{id}.eml"));
        fs::rename(self.dir.join(name), &path)?;
        // After the renaming: most file systems put all of it into one write of their journal.
        File::open(&path)?.sync_all()?;
        sync_dir(&self.dir)
    }

    /// How many octets are held under this id.
    #[must_use]
    pub fn held_size(&self, id: &Id) -> Option<u64> {
        let meta = fs::metadata(self.dir.join(format!("{id}.eml"))).ok()?;
        Some(meta.len())
    }

    /// [`Self::held`] and [`Self::keep_released`] for what is too large for memory: `edit` is shown the
    /// beginning, header and all, and gives what takes its place. `None` where the header alone is too large.
    ///
    /// # Errors
    /// A sentence, when the held bytes are not as they were, or the disk does not take them once more.
    pub fn release_large(
        &self,
        id: &Id,
        digest: &str,
        edit: &dyn Fn(&[u8]) -> Vec<u8>,
    ) -> Result<Option<File>, String> {
        let path = self.dir.join(format!("{id}.eml"));
        let unread =
            |e: io::Error| format!("Could not read the held message {}: {e}.", path.display());
        let unkept = |e: io::Error| format!("Could not keep the bytes that leave: {e}.");
        let mut held = File::open(&path).map_err(unread)?;
        let mut block = Vec::new();
        let mut read = |block: &mut Vec<u8>| {
            block.clear();
            (&mut held).take(BLOCK as u64).read_to_end(block)
        };
        read(&mut block).map_err(unread)?;
        if memmem::find(&block, b"\r\n\r\n").is_none() {
            return Ok(None);
        }
        let (name, temporary) = (format!("{id}.out.eml"), format!("{id}.out.eml.new"));
        let temporary = self.dir.join(temporary);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(true);
        let mut out = private(&mut options, &temporary).map_err(unkept)?;
        out.write_all(&edit(&block)).map_err(unkept)?;
        let mut hash = Sha256::new();
        while !block.is_empty() {
            hash.update(&block);
            read(&mut block).map_err(unread)?;
            out.write_all(&block).map_err(unkept)?;
        }
        let found: String = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
        if found != digest {
            let _ = fs::remove_file(&temporary);
            return Err(damaged(&path));
        }
        out.sync_all().map_err(unkept)?;
        fs::rename(&temporary, self.dir.join(name)).map_err(unkept)?;
        sync_dir(&self.dir).map_err(unkept)?;
        out.rewind().map_err(unkept)?;
        Ok(Some(out))
    }

    /// Octets that are free where the held bytes lie; `None` where the system does not tell.
    #[must_use]
    pub fn free(&self) -> Option<u64> {
        #[cfg(unix)]
        {
            let seen = rustix::fs::statvfs(&self.dir).ok()?;
            Some(seen.f_bavail.saturating_mul(seen.f_frsize))
        }
        #[cfg(not(unix))]
        None
    }

    /// The held bytes, if they are whole.
    ///
    /// # Errors
    /// A sentence, when they are missing or have changed: then nothing is sent from them.
    pub fn held(&self, id: &Id, digest: &str) -> Result<Vec<u8>, String> {
        let path = self.dir.join(format!("{id}.eml"));
        let bytes = fs::read(&path)
            .map_err(|e| format!("Could not read the held message {}: {e}.", path.display()))?;
        if crate::mailroom::Identity::of(&bytes).digest == digest {
            Ok(bytes)
        } else {
            Err(damaged(&path))
        }
    }

    /// The held bytes as they are, for reading only.
    #[must_use]
    pub fn read(&self, id: &Id) -> Option<Vec<u8>> {
        fs::read(self.dir.join(format!("{id}.eml"))).ok()
    }

    /// The bytes that left.
    #[must_use]
    pub fn released(&self, id: &Id) -> Option<Vec<u8>> {
        fs::read(self.dir.join(format!("{id}.out.eml"))).ok()
    }
}

fn damaged(held: &Path) -> String {
    format!(
        "The held message {} is damaged; it is not sent.",
        held.display()
    )
}

/// Writes a small file that can be made again: old or new, never half.
///
/// # Errors
/// When it can't be written.
pub fn write_private(path: &Path, what: &impl serde::Serialize) -> io::Result<()> {
    let bytes = serde_json::to_vec(what).map_err(io::Error::other)?;
    let temporary = path.with_extension("new");
    private(
        OpenOptions::new().write(true).create(true).truncate(true),
        &temporary,
    )?
    .write_all(&bytes)?;
    fs::rename(&temporary, path)
}

/// These bytes in a file that only its owner can read: old or new, never half.
///
/// # Errors
/// As the system gives them.
pub fn write_private_bytes(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().and_then(|name| name.to_str());
    match (path.parent(), name) {
        (Some(dir), Some(name)) => write_whole(dir, name, bytes),
        _ => Err(io::Error::other("it is no name for a file")),
    }
}

/// Temporary file, sync, rename, sync of the folder: old or new, never half.
fn write_whole(dir: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let temporary = dir.join(format!("{name}.new"));
    let mut file = private(
        OpenOptions::new().write(true).create(true).truncate(true),
        &temporary,
    )?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, dir.join(name))?;
    sync_dir(dir)
}

#[cfg(unix)]
fn private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let no_follow = i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).unwrap_or_default();
    options.mode(0o600).custom_flags(no_follow).open(path)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    options.open(path)
}

/// A copied folder has other files, whatever is in them.
#[cfg(unix)]
fn inode(file: &File) -> u64 {
    use std::os::unix::fs::MetadataExt;
    file.metadata().map_or(0, |m| m.ino())
}

#[cfg(not(unix))]
fn inode(_: &File) -> u64 {
    0
}

#[cfg(unix)]
fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

#[cfg(not(unix))]
fn sync_dir(_: &Path) -> io::Result<()> {
    Ok(())
}

/// A folder that only its owner can look into; made if need be.
///
/// # Errors
/// A sentence, when it is somebody else's, a link, or open to others.
#[cfg(unix)]
pub fn make_private(dir: &Path) -> Result<(), String> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt};
    let shown = dir.display();
    if let Some(parent) = dir.parent() {
        fs::create_dir_all(parent)
            .map_err(|e| format!("Could not make the folder {}: {e}.", parent.display()))?;
    }
    match fs::DirBuilder::new().mode(0o700).create(dir) {
        Ok(()) => return Ok(()),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
        Err(e) => return Err(format!("Could not make the state folder {shown}: {e}.")),
    }
    let meta = fs::symlink_metadata(dir)
        .map_err(|e| format!("Could not look at the state folder {shown}: {e}."))?;
    if !meta.is_dir() {
        return Err(format!(
            "The state folder {shown} is no folder. Move it away, or set `state_dir` to another place."
        ));
    }
    if meta.uid() != rustix::process::geteuid().as_raw() {
        return Err(format!(
            "The state folder {shown} belongs to another user. Set `state_dir` to a place of your own."
        ));
    }
    if meta.mode() & 0o077 != 0 {
        return Err(format!(
            "Others may look into the state folder {shown}, where people's mail lies. Close it with `chmod 700 {shown}`."
        ));
    }
    Ok(())
}

/// A folder that only its owner can look into; made if need be.
///
/// # Errors
/// A sentence, when it can't be made.
#[cfg(not(unix))]
pub fn make_private(dir: &Path) -> Result<(), String> {
    fs::create_dir_all(dir)
        .map_err(|e| format!("Could not make the state folder {}: {e}.", dir.display()))
}

/// Makes the state folder if need be and takes its lock, which lasts as long as what comes back.
///
/// # Errors
/// A sentence: the folder is not private, or another process has it.
pub fn alone(dir: &Path) -> Result<File, String> {
    make_private(dir)?;
    let path = dir.join("lock");
    let mut file = private(
        OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false),
        &path,
    )
    .map_err(|e| format!("Could not open {}: {e}.", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(fs::TryLockError::WouldBlock) => {
            let mut who = String::new();
            let _ = file.read_to_string(&mut who);
            return Err(format!(
                "Another askfirst (process {}) has the state folder {}. Stop that one first, or give this one a \
                 `state_dir` of its own.",
                who.trim(),
                dir.display()
            ));
        }
        Err(fs::TryLockError::Error(e)) => {
            return Err(format!("Could not lock {}: {e}.", path.display()));
        }
    }
    let _ = file.set_len(0);
    let _ = file.write_all(std::process::id().to_string().as_bytes());
    Ok(file)
}
