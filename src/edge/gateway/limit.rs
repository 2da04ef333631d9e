//! How long a conversation may take over each step.

use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep};

/// The shortest that is asked for.
const SHORTEST: Duration = Duration::from_secs(60);

/// A time limit that is set anew for each step.
///
/// Setting one costs nothing but a look at the clock: the timer beneath runs from an earlier step and is put
/// right when it goes off. A timer for each step would wake the runtime once more for each, and a mail has
/// a dozen.
#[derive(Debug)]
pub struct Limit {
    timer: Pin<Box<Sleep>>,
    until: Instant,
}

impl Limit {
    pub fn new() -> Self {
        Self::first(SHORTEST)
    }

    fn first(shortest: Duration) -> Self {
        let until = Instant::now() + shortest;
        Self {
            timer: Box::pin(tokio::time::sleep_until(until)),
            until,
        }
    }

    /// Waits for `act`, but no longer than this.
    ///
    /// # Errors
    /// Its own, or that it took too long.
    pub async fn on<T>(
        &mut self,
        patience: Duration,
        act: impl Future<Output = io::Result<T>>,
    ) -> io::Result<T> {
        self.until = Instant::now() + patience;
        if self.until < self.timer.deadline() {
            self.timer.as_mut().reset(self.until);
        }
        let mut act = pin!(act);
        std::future::poll_fn(|cx| match act.as_mut().poll(cx) {
            Poll::Ready(done) => Poll::Ready(done),
            Poll::Pending => self.poll_over(cx),
        })
        .await
    }

    fn poll_over<T>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        while self.timer.as_mut().poll(cx).is_ready() {
            if Instant::now() >= self.until {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            self.timer.as_mut().reset(self.until);
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_step_has_its_own_time_whatever_the_timer_was_set_to() {
        let mut limit = Limit::first(Duration::from_millis(20));
        for patience in [120, 40, 1, 200, 2] {
            let (begun, patience) = (Instant::now(), Duration::from_millis(patience));
            let forever = std::future::pending::<io::Result<()>>();
            let over = limit.on(patience, forever).await.unwrap_err();
            assert_eq!(over.kind(), io::ErrorKind::TimedOut);
            assert!(begun.elapsed() >= patience, "{patience:?}");
            // A step that is done at once changes nothing.
            let done = async { Ok(()) };
            limit.on(Duration::from_secs(5), done).await.unwrap();
        }
    }
}
