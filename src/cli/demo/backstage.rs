//! The daemon behind the scenes: the same code as `askfirst run`, with a state folder for a day.

use crate::cli::paint;
use crate::config::{self, Config, Surroundings};
use crate::daemon::{self, Handle, Options};
use crate::demo::{AUTHSERV_ID, World, people};
use crate::desk::request::{Reply, Request};
use crate::introduction::Introduction;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long each of the waits takes in the stories.
const SHORT: &str = "1s";
/// And afterwards, when a person types the drafts.
const BY_HAND: &str = "20s";

/// A running daemon and the folder in which it keeps its books; the folder goes with it.
pub struct Backstage {
    folder: Folder,
    handle: Handle,
    thread: Mutex<Option<JoinHandle<Result<(), String>>>>,
}

impl Backstage {
    /// Writes a configuration for Alex's account and starts the daemon on it.
    ///
    /// # Errors
    /// A sentence, when there is no room for the folder or the daemon can't start.
    pub fn open(world: &World) -> Result<Self, String> {
        let folder = Folder::new()?;
        let config = configured(&folder.0, world, SHORT)?;
        let later = configured(&folder.0, world, BY_HAND)?;
        let options = Options {
            reread: Some(Box::new(move || Ok(later.clone()))),
            ..Options::default()
        };
        let (tell, told) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("daemon".to_owned())
            .spawn(move || {
                daemon::run(config, options, |handle| {
                    let _ = tell.send(handle);
                })
            })
            .map_err(|why| format!("the demo could not start a thread: {why}"))?;
        match told.recv() {
            Ok(handle) => Ok(Self {
                folder,
                handle,
                thread: Mutex::new(Some(thread)),
            }),
            Err(_) => Err(ended(thread)
                .err()
                .unwrap_or_else(|| "the daemon ended as soon as it had begun".to_owned())),
        }
    }

    /// What the daemon has on record, newest first.
    ///
    /// # Errors
    /// A sentence, when the books can't be read.
    pub fn records(&self) -> Result<Vec<Introduction>, String> {
        let books = crate::edge::disk::look(&self.folder.0)?;
        Ok(books.listed(true).into_iter().cloned().collect())
    }

    /// Waits until the record of the introduction with this subject is as wished. The books are
    /// a file without a bell, so they are looked at every 20 milliseconds.
    pub fn recorded(
        &self,
        subject: &str,
        limit: Duration,
        given_up: impl Fn() -> bool,
        mut wished: impl FnMut(&Introduction) -> bool,
    ) -> bool {
        let end = Instant::now() + limit;
        loop {
            let records = self.records().unwrap_or_default();
            if records.iter().any(|i| i.subject == subject && wished(i)) {
                return true;
            }
            if Instant::now() >= end || given_up() {
                return false;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// One line about each introduction, for when something is not as it should be.
    #[must_use]
    pub fn gist(&self) -> String {
        let records = match self.records() {
            Ok(records) => records,
            Err(why) => return why,
        };
        if records.is_empty() {
            return "the daemon has no introduction on record".to_owned();
        }
        let lines: Vec<String> = records
            .iter()
            .map(|i| {
                let last = i.history.last().map_or("", |m| m.event.as_str());
                format!(
                    "on record is “{}” as {:?} (last: {last})",
                    paint::clean(&i.subject),
                    i.state
                )
            })
            .collect();
        lines.join("; ")
    }

    /// From now on a person types: the waits are longer.
    ///
    /// # Errors
    /// The daemon's own sentence.
    pub fn slow_down(&self) -> Result<(), String> {
        match self.handle.request(Request::Reload).blocking_recv() {
            Ok(Reply::Done(_)) => Ok(()),
            Ok(Reply::Refused(why)) => Err(why),
            Err(_) => Err("the daemon has ended unexpectedly".to_owned()),
        }
    }

    /// Ends the daemon cleanly; what it was doing is done when this returns.
    ///
    /// # Errors
    /// The daemon's own sentence.
    pub fn close(&self) -> Result<(), String> {
        self.handle.stop();
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        thread.map_or(Ok(()), ended)
    }
}

impl Drop for Backstage {
    fn drop(&mut self) {
        // Before the folder goes, so that nobody writes into it any more.
        let _ = self.close();
    }
}

fn ended(thread: JoinHandle<Result<(), String>>) -> Result<(), String> {
    thread
        .join()
        .unwrap_or_else(|_| Err("the daemon broke down".to_owned()))
}

/// The configuration of Alex's account, as a user would write it.
fn configured(folder: &Path, world: &World, wait: &str) -> Result<Config, String> {
    let alex = people::alex();
    let password = folder.join("password");
    write_private(&password, &alex.password)?;
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let server = |at: std::net::SocketAddr| {
        format!(
            "host = \"{}\"\nport = {}\nsecurity = \"none\"\npassword_file = {}\n",
            at.ip(),
            at.port(),
            quoted(&password.to_string_lossy())
        )
    };
    let text = format!(
        "state_dir = {state}\n\
         [[accounts]]\nname = \"demo\"\nemail = {email}\ndisplay_name = {name}\nlanguage = \"en\"\n\
         [accounts.imap]\n{imap}authserv_id = \"{AUTHSERV_ID}\"\n\
         [accounts.smtp]\n{smtp}\
         [drafts]\nsettle = \"{wait}\"\n\
         [ask]\nconfirm = \"never\"\ngrace = \"{wait}\"\n\
         [notify]\ndesktop = false\n",
        state = quoted(&folder.to_string_lossy()),
        email = quoted(&alex.address),
        name = quoted(&alex.name),
        imap = server(world.imap()),
        smtp = server(world.smtp()),
    );
    config::read(
        "the demo's configuration",
        &text,
        &Surroundings {
            folder,
            state_dir: None,
            // The user's own settings are for the user's own account.
            environment: &BTreeMap::new(),
            file: &|path| Err(format!("{} is not needed here", path.display())),
        },
    )
}

fn write_private(path: &Path, text: &str) -> Result<(), String> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()))
        .map_err(|why| format!("the demo could not write {}: {why}", path.display()))
}

/// A private folder among the system's temporary ones; it goes when this does.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, String> {
        let mut noise = [0u8; 8];
        getrandom::fill(&mut noise)
            .map_err(|why| format!("the demo found no randomness: {why}"))?;
        let name = format!("askfirst-demo-{:016x}", u64::from_le_bytes(noise));
        let path = std::env::temp_dir().join(name);
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path).map_err(|why| {
            format!(
                "the demo could not make the folder {}: {why}; set TMPDIR to one that can be \
                 written to",
                path.display()
            )
        })?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
