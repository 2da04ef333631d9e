//! The desktop. Where there is none, nothing is said about it; nobody waits for it.

use crate::desk::Popup;
use std::sync::mpsc::{SyncSender, sync_channel};

/// More than these waiting are dropped: the notes stand in the inbox.
const WAITING: usize = 16;

/// The way to the desktop; a thread of its own, begun with the first thing to show.
#[derive(Default)]
pub struct Desktop {
    to: Option<SyncSender<Popup>>,
}

impl Desktop {
    /// Shows it, now or never; returns at once.
    pub fn show(&mut self, popup: Popup) {
        if !cfg!(feature = "desktop") {
            return;
        }
        let to = self.to.get_or_insert_with(|| begin(put));
        // A full queue or a thread that could not begin: it is in the inbox as well.
        let _ = to.try_send(popup);
    }
}

/// A thread that shows one thing after another.
fn begin(show: impl Fn(&Popup) + Send + 'static) -> SyncSender<Popup> {
    let (to, shown) = sync_channel::<Popup>(WAITING);
    let _ = std::thread::Builder::new()
        .name("desktop".to_owned())
        .spawn(move || {
            for popup in shown {
                show(&popup);
            }
        });
    to
}

#[cfg(feature = "desktop")]
fn put(popup: &Popup) {
    // Without a D-Bus or a notification service this fails, and that is no trouble.
    let _ = notify_rust::Notification::new()
        .appname("askfirst")
        .summary(&popup.summary)
        .body(&escaped(&popup.body))
        .show();
}

#[cfg(not(feature = "desktop"))]
fn put(_: &Popup) {}

/// The body of a notification may be read as markup (Desktop Notifications Specification 1.2, “Markup”):
/// a name must not be able to draw anything.
#[cfg(any(feature = "desktop", test))]
fn escaped(text: &str) -> String {
    if cfg!(any(windows, target_os = "macos")) {
        return text.to_owned();
    }
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use std::time::{Duration, Instant};

    fn popup(summary: &str) -> Popup {
        Popup {
            summary: summary.to_owned(),
            body: String::new(),
        }
    }

    #[test]
    fn a_desktop_that_hangs_keeps_nobody_waiting() {
        let (go, wait) = channel::<()>();
        let (tell, told) = channel();
        let to = begin(move |p| {
            let _ = wait.recv();
            let _ = tell.send(p.summary.clone());
        });
        let start = Instant::now();
        for i in 0..100 {
            let _ = to.try_send(popup(&i.to_string()));
        }
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "nothing was waited for"
        );
        drop(go);
        drop(to);
        let shown: Vec<String> = told.iter().collect();
        assert!(shown.len() <= WAITING + 1 && shown.first().is_some_and(|s| s == "0"));
    }

    #[test]
    fn a_name_draws_nothing() {
        if !cfg!(any(windows, target_os = "macos")) {
            assert_eq!(
                escaped("<b>Rachel</b> & Jordan"),
                "&lt;b&gt;Rachel&lt;/b&gt; &amp; Jordan"
            );
        }
    }
}
