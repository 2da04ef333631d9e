//! Telling threads that wait in the kernel to end, without making them look up now and then.

use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

/// A wish to end, shared by everybody it concerns. Once made it stays.
///
/// On Unix it is also a file that becomes readable, so that a thread can wait for a socket and
/// for this in one `poll`, and a resting connection costs no wakeups.
#[derive(Clone, Debug)]
pub struct Stop(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    state: Mutex<State>,
    stopped: Condvar,
    #[cfg(unix)]
    readable: std::os::fd::OwnedFd,
}

#[derive(Debug)]
struct State {
    stopped: bool,
    children: Vec<Weak<Inner>>,
    /// Closing it is what makes the other end readable, for all who wait at once.
    #[cfg(unix)]
    writer: Option<std::os::fd::OwnedFd>,
}

impl Stop {
    /// # Errors
    /// When the system has no more file descriptors.
    pub fn new() -> std::io::Result<Self> {
        // The standard library's: macOS has no `pipe2`, which rustix wants for the same.
        #[cfg(unix)]
        let (readable, writer) = std::io::pipe()?;
        Ok(Self(Arc::new(Inner {
            state: Mutex::new(State {
                stopped: false,
                children: Vec::new(),
                #[cfg(unix)]
                writer: Some(writer.into()),
            }),
            stopped: Condvar::new(),
            #[cfg(unix)]
            readable: readable.into(),
        })))
    }

    /// One that ends with this one, and can be ended alone.
    ///
    /// # Errors
    /// As for [`Stop::new`].
    pub fn child(&self) -> std::io::Result<Self> {
        let child = Self::new()?;
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.stopped {
            child.stop();
        } else {
            state.children.retain(|c| c.strong_count() > 0);
            state.children.push(Arc::downgrade(&child.0));
        }
        Ok(child)
    }

    /// Ends every wait for this one and its children, now and from now on.
    pub fn stop(&self) {
        stop(&self.0);
    }

    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .stopped
    }

    /// Waits for `at_most`; true if stopped, at once when that happens.
    #[must_use]
    pub fn wait(&self, at_most: Duration) -> bool {
        let until = Instant::now() + at_most;
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        while !state.stopped {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = self
                .0
                .stopped
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        true
    }
}

fn stop(inner: &Inner) {
    let children = {
        let mut state = inner.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.stopped = true;
        #[cfg(unix)]
        drop(state.writer.take());
        std::mem::take(&mut state.children)
    };
    inner.stopped.notify_all();
    for child in children {
        if let Some(child) = child.upgrade() {
            stop(&child);
        }
    }
}

/// Hangs up (`POLLHUP`) when stopped; never to be read from.
#[cfg(unix)]
impl std::os::fd::AsFd for Stop {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.0.readable.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parent_ends_its_children_and_not_the_other_way_round() {
        let parent = Stop::new().unwrap();
        let (first, second) = (parent.child().unwrap(), parent.child().unwrap());
        first.stop();
        assert!(first.is_stopped() && !parent.is_stopped() && !second.is_stopped());
        parent.stop();
        assert!(second.is_stopped());
        assert!(parent.child().unwrap().is_stopped(), "born too late");
    }

    #[test]
    fn a_wait_ends_at_the_wish_and_not_at_its_time() {
        let stop = Stop::new().unwrap();
        let waiting = stop.clone();
        let thread = std::thread::spawn(move || waiting.wait(Duration::from_secs(600)));
        stop.stop();
        assert!(thread.join().unwrap());
    }
}
