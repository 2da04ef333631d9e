//! Writing behind the reader's back, so that fetching, parsing and writing overlap.

use super::{AccountIndex, record};
use crate::mailroom::Cursor;
use crate::mailroom::indexing::{RecordError, Recorder};
use crate::port::{FolderName, Summary};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};

/// Batches that may wait to be parsed, and to be written, beside those in hand; more would only
/// take memory.
const WAITING: usize = 1;
/// Messages of one transaction: what is written in order is cheaper by the thousand, and what is
/// lost when the power fails is read again in a second. Nobody else can write meanwhile, so it
/// must not take longer than they wait.
const TOGETHER: usize = 3_000;

type Deed<'a> = Box<dyn FnOnce() -> Result<(), RecordError> + Send + 'a>;

/// What is handed on, in order.
enum Job<'a, B> {
    Record(FolderName, Cursor, B),
    Other(Deed<'a>),
}

struct Behind<'a, 'f> {
    account: AccountIndex<'a>,
    jobs: SyncSender<Job<'a, Vec<Summary>>>,
    failed: &'f Mutex<Option<RecordError>>,
}

impl<'a> AccountIndex<'a> {
    /// Gives `read` a recorder that returns at once: one thread parses and another writes, in
    /// order. When this returns, everything is written.
    ///
    /// # Errors
    /// The first that the writing met; nothing was written after it.
    pub fn writing_behind<T>(
        &self,
        read: impl FnOnce(&dyn Recorder) -> T,
    ) -> Result<T, RecordError> {
        let failed = Mutex::new(None);
        let result = std::thread::scope(|scope| {
            let (jobs, unparsed) = sync_channel::<Job<'a, Vec<Summary>>>(WAITING);
            let (parsed, unwritten) = sync_channel::<Job<'a, record::Batch>>(WAITING);
            let failed = &failed;
            scope.spawn(move || {
                for job in unparsed {
                    let job = match job {
                        Job::Record(folder, cursor, batch) => {
                            Job::Record(folder, cursor, record::Batch::of(&batch))
                        }
                        Job::Other(deed) => Job::Other(deed),
                    };
                    if parsed.send(job).is_err() {
                        return;
                    }
                }
            });
            scope.spawn(move || {
                Writing {
                    account: *self,
                    failed,
                    together: None,
                }
                .all(unwritten);
            });
            read(&Behind {
                account: *self,
                jobs,
                failed,
            })
        });
        match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(error) => Err(error),
            None => Ok(result),
        }
    }
}

/// The writing thread.
struct Writing<'a, 'f> {
    account: AccountIndex<'a>,
    failed: &'f Mutex<Option<RecordError>>,
    /// Batches of one folder that become one transaction.
    together: Option<(FolderName, Cursor, record::Batch)>,
}

impl<'a> Writing<'a, '_> {
    fn all(mut self, jobs: Receiver<Job<'a, record::Batch>>) {
        for job in jobs {
            match job {
                Job::Record(folder, cursor, batch) => {
                    if let Some((at, reached, waiting)) = &mut self.together
                        && *at == folder
                        && reached.uid_validity == cursor.uid_validity
                    {
                        *reached = cursor;
                        waiting.append(batch);
                    } else {
                        self.write();
                        self.together = Some((folder, cursor, batch));
                    }
                    let full = |(_, _, batch): &(_, _, record::Batch)| batch.len() >= TOGETHER;
                    if self.together.as_ref().is_some_and(full) {
                        self.write();
                    }
                }
                Job::Other(deed) => {
                    self.write();
                    self.attempt(deed);
                }
            }
        }
        self.write();
    }

    fn write(&mut self) {
        if let Some((folder, cursor, batch)) = self.together.take() {
            let account = self.account;
            self.attempt(move || account.write(&folder, cursor, &batch));
        }
    }

    fn attempt(&self, deed: impl FnOnce() -> Result<(), RecordError>) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if failed.is_some() {
            return;
        }
        // Given back meanwhile: whoever reads must not wait for the disk.
        drop(failed);
        let error = deed().err();
        failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        *failed = error;
    }
}

impl<'a> Behind<'a, '_> {
    fn later(&self, job: Job<'a, Vec<Summary>>) -> Result<(), RecordError> {
        let stopped = || RecordError("writing the index stopped".to_owned());
        self.jobs.send(job).map_err(|_| stopped())?;
        // Not waited for: an error shows with one of the next batches, or at the end.
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.clone().map_or(Ok(()), Err)
    }

    fn other(
        &self,
        deed: impl FnOnce() -> Result<(), RecordError> + Send + 'a,
    ) -> Result<(), RecordError> {
        self.later(Job::Other(Box::new(deed)))
    }
}

impl Recorder for Behind<'_, '_> {
    fn cursor(&self, folder: &FolderName) -> Result<Option<Cursor>, RecordError> {
        // What is still waiting may move it.
        let (done, wait) = sync_channel::<()>(0);
        self.other(move || {
            drop(done);
            Ok(())
        })?;
        let _ = wait.recv();
        self.account.cursor(folder)
    }

    fn plan(&self, folders: &[(FolderName, u32)]) -> Result<(), RecordError> {
        let (account, folders) = (self.account, folders.to_vec());
        self.other(move || account.plan(&folders))
    }

    fn record(
        &self,
        folder: &FolderName,
        cursor: Cursor,
        batch: &[Summary],
    ) -> Result<(), RecordError> {
        self.later(Job::Record(folder.clone(), cursor, batch.to_vec()))
    }

    fn read_to_end(
        &self,
        folder: &FolderName,
        cursor: Cursor,
        messages: u32,
    ) -> Result<(), RecordError> {
        let (account, folder) = (self.account, folder.clone());
        self.other(move || account.read_to_end(&folder, cursor, messages))
    }

    fn complete(&self) -> Result<(), RecordError> {
        let account = self.account;
        self.other(move || account.complete())
    }
}
