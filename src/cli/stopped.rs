//! What a run that is stopped from outside leaves behind: no file that is half written, and no temporary one.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::exit::Exit;
use super::session;

/// Temporary files, and folders made for them, that have no name of their own yet.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// From here on, Ctrl-C, a closed terminal and a polite `kill` end the program only when nothing of it is left behind.
pub fn clean_up_when_stopped() {
    // where there is nobody to tell, the program runs as well
    let _ = ctrlc::set_handler(|| {
        let unfinished = unfinished();
        // The thread that writes still has its file open, and nobody here can close it. Windows deletes an open file all the same where every handle shares
        // deletion, which is the standard library's default (`OpenOptionsExt::share_mode`) and is not changed in `files.rs`; the name is gone at the latest
        // when this process ends, a line further down. Of a folder made for it an empty one may stay there. Not tried on Windows.
        for path in unfinished.iter().rev() {
            let _ = fs::remove_file(path).or_else(|_| fs::remove_dir(path));
        }
        session::say("stopped; no file is half written\n");
        std::process::exit(i32::from(Exit::CouldNotRun.code()));
    });
}

/// The list, for as long as files get their names: a stop waits until all have them or none.
pub fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A temporary file or a folder is about to be made.
pub fn begin(path: &Path) {
    unfinished().push(path.to_owned());
}

/// It has its name, or is gone.
pub fn end(paths: &[PathBuf]) {
    unfinished().retain(|path| !paths.contains(path));
}
