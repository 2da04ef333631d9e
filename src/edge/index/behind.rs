//! Writing behind the reader's back, so that fetching, parsing and writing overlap.

use super::{AccountIndex, record};
use crate::mailroom::Cursor;
use crate::mailroom::indexing::{RecordError, Recorder};
use crate::port::{FolderName, Summary};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};

/// Batches that may wait to be written; more would only take memory.
const WAITING: usize = 2;

type Job<'a> = Box<dyn FnOnce() -> Result<(), RecordError> + Send + 'a>;

struct Behind<'a, 'f> {
    account: AccountIndex<'a>,
    jobs: SyncSender<Job<'a>>,
    failed: &'f Mutex<Option<RecordError>>,
}

impl<'a> AccountIndex<'a> {
    /// Gives `read` a recorder that parses at once and writes on a thread of its own, in order.
    /// When this returns, everything is written.
    ///
    /// # Errors
    /// The first that the writing met; nothing was written after it.
    pub fn writing_behind<T>(
        &self,
        read: impl FnOnce(&dyn Recorder) -> T,
    ) -> Result<T, RecordError> {
        let failed = Mutex::new(None);
        let result = std::thread::scope(|scope| {
            let (jobs, queue) = sync_channel::<Job<'a>>(WAITING);
            let failed = &failed;
            scope.spawn(move || {
                for job in queue {
                    let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                    if failed.is_none() {
                        *failed = job().err();
                    }
                }
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

impl<'a> Behind<'a, '_> {
    fn later(&self, job: Job<'a>) -> Result<(), RecordError> {
        let stopped = || RecordError("writing the index stopped".to_owned());
        self.jobs.send(job).map_err(|_| stopped())?;
        // Not waited for: an error shows with one of the next batches, or at the end.
        match self.failed.try_lock() {
            Ok(failed) => failed.clone().map_or(Ok(()), Err),
            Err(_) => Ok(()),
        }
    }
}

impl Recorder for Behind<'_, '_> {
    fn cursor(&self, folder: &FolderName) -> Result<Option<Cursor>, RecordError> {
        // What is still waiting may move it.
        let (done, wait) = sync_channel::<()>(0);
        self.later(Box::new(move || {
            drop(done);
            Ok(())
        }))?;
        let _ = wait.recv();
        self.account.cursor(folder)
    }

    fn plan(&self, folders: &[(FolderName, u32)]) -> Result<(), RecordError> {
        let (account, folders) = (self.account, folders.to_vec());
        self.later(Box::new(move || account.plan(&folders)))
    }

    fn record(
        &self,
        folder: &FolderName,
        cursor: Cursor,
        batch: &[Summary],
    ) -> Result<(), RecordError> {
        let (account, folder) = (self.account, folder.clone());
        let batch = record::Batch::of(batch);
        self.later(Box::new(move || account.write(&folder, cursor, &batch)))
    }

    fn read_to_end(
        &self,
        folder: &FolderName,
        cursor: Cursor,
        messages: u32,
    ) -> Result<(), RecordError> {
        let (account, folder) = (self.account, folder.clone());
        self.later(Box::new(move || {
            account.read_to_end(&folder, cursor, messages)
        }))
    }

    fn complete(&self) -> Result<(), RecordError> {
        let account = self.account;
        self.later(Box::new(move || account.complete()))
    }
}
