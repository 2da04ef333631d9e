//! Ctrl-C: the story ends where it stands, and everything is put away.

use crate::demo::Store;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Whether Ctrl-C was pressed.
#[derive(Clone, Default)]
pub struct Interrupt {
    pressed: Arc<AtomicBool>,
    bell: Arc<(Mutex<()>, Condvar)>,
}

impl Interrupt {
    /// Listens from now on; whoever waits on `store` looks up when it happens.
    ///
    /// # Errors
    /// When the system lets nobody listen.
    pub fn listen(store: &Arc<Store>) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let interrupt = Self::default();
        let (listener, store) = (interrupt.clone(), Arc::clone(store));
        std::thread::Builder::new()
            .name("ctrl-c".to_owned())
            .spawn(move || {
                // Without the signal the process ends as it always did: by the system's hand.
                if runtime.block_on(tokio::signal::ctrl_c()).is_err() {
                    return;
                }
                listener.press(&store);
                // Whoever presses it again has no patience left.
                if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
                    std::process::exit(130);
                }
            })?;
        Ok(interrupt)
    }

    fn press(&self, store: &Store) {
        let (lock, bell) = &*self.bell;
        let guard = lock.lock().unwrap_or_else(PoisonError::into_inner);
        self.pressed.store(true, Ordering::SeqCst);
        drop(guard);
        bell.notify_all();
        store.look_up();
    }

    #[must_use]
    pub fn is_pressed(&self) -> bool {
        self.pressed.load(Ordering::SeqCst)
    }

    /// Waits for it.
    pub fn wait(&self) {
        let (lock, bell) = &*self.bell;
        let mut guard = lock.lock().unwrap_or_else(PoisonError::into_inner);
        while !self.is_pressed() {
            guard = bell.wait(guard).unwrap_or_else(PoisonError::into_inner);
        }
    }
}
