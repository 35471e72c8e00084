//! Progress in words on work that takes longer than a second, on a terminal only.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::session::{Session, say};
use crate::report::text::{count, grouped_digits as grouped};

/// How long work goes on before, and between, two messages.
const PAUSE: Duration = Duration::from_secs(1);

pub struct Progress {
    done: Arc<AtomicUsize>,
    watcher: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Work that cannot be counted.
    pub fn reading(session: &Session) -> Progress {
        Progress::start(session, |_| "reading the files\n".to_owned())
    }

    /// Work on each of some people.
    pub fn over(session: &Session, people: usize) -> Progress {
        Progress::start(session, move |done| format!("{} of {} done\n", grouped(done), count(people, "employee")))
    }

    fn start(session: &Session, words: impl Fn(usize) -> String + Send + 'static) -> Progress {
        let done = Arc::new(AtomicUsize::new(0));
        if !session.is_watched() {
            return Progress { done, watcher: None };
        }
        let (stop, stopped) = channel();
        let seen = Arc::clone(&done);
        let watcher = std::thread::spawn(move || {
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(PAUSE) {
                say(&words(seen.load(Ordering::Relaxed)));
            }
        });
        Progress { done, watcher: Some((stop, watcher)) }
    }

    /// So many more people are worked.
    pub fn advance(&self, more: usize) {
        self.done.fetch_add(more, Ordering::Relaxed);
    }

    pub fn finish(self) {
        if let Some((stop, watcher)) = self.watcher {
            drop(stop);
            let _ = watcher.join();
        }
    }
}
