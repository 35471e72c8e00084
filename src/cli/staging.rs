//! Several files, all or none: each stands complete under a temporary name before the first gets its own.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::files::{self, Existing, Pieces};
use super::stopped;
use crate::diagnostic::Diagnostic;
use crate::source::{Cell, Place};

/// Files under temporary names that only their owner can read. What is not committed is gone when this is dropped.
#[derive(Debug)]
pub struct Staging {
    existing: Existing,
    /// What the same command reads is never replaced.
    inputs: Vec<PathBuf>,
    files: Vec<Staged>,
    /// Folders that were made for them, the outer ones first.
    made: Vec<PathBuf>,
    is_done: bool,
}

#[derive(Debug)]
struct Staged {
    target: PathBuf,
    /// As it was written on the command line.
    name: String,
    temporary: PathBuf,
    /// Where the file that was there before waits.
    before: PathBuf,
}

impl Staging {
    pub fn new(existing: Existing) -> Staging {
        Staging { existing, inputs: Vec::new(), files: Vec::new(), made: Vec::new(), is_done: false }
    }

    /// Keeps what the command reads, whatever happens to other files.
    pub fn keeping(mut self, inputs: Vec<PathBuf>) -> Staging {
        self.inputs = inputs;
        self
    }

    /// Makes a folder where there is none.
    pub fn folder(&mut self, path: &Path) -> Result<(), Diagnostic> {
        if !path.is_dir() {
            files::make_folder(path)?;
            stopped::begin(path);
            self.made.push(path.to_owned());
        }
        Ok(())
    }

    /// Makes a folder and the folders it stands in, where there are none.
    pub fn folders(&mut self, path: &Path) -> Result<(), Diagnostic> {
        match path.parent() {
            Some(above) if !above.as_os_str().is_empty() => self.folders(above)?,
            _ => {}
        }
        if path.as_os_str().is_empty() { Ok(()) } else { self.folder(path) }
    }

    /// Writes a file under a temporary name and reads it back: what stands in it is what was to be written.
    pub fn add(&mut self, target: &Path, name: &str, pieces: &dyn Pieces) -> Result<PathBuf, Diagnostic> {
        let temporary = self.add_unread(target, name, pieces)?;
        files::holds(&temporary, pieces).map_err(|_| files::named(files::differs(target), name))?;
        Ok(temporary)
    }

    /// The same for who reads the file that stands under the temporary name in a way of its own.
    pub fn add_unread(&mut self, target: &Path, name: &str, pieces: &dyn Pieces) -> Result<PathBuf, Diagnostic> {
        let temporary = self.add_name(target, name)?;
        files::write_temporary((target, &temporary), pieces).map_err(|problem| files::named(problem, name))?;
        Ok(temporary)
    }

    /// An empty file under a temporary name, for who writes it bit by bit and reads it back.
    pub fn begin(&mut self, target: &Path, name: &str) -> Result<(File, PathBuf), Diagnostic> {
        let temporary = self.add_name(target, name)?;
        let file = files::begin_temporary((target, &temporary)).map_err(|problem| files::named(problem, name))?;
        Ok((file, temporary))
    }

    fn add_name(&mut self, target: &Path, name: &str) -> Result<PathBuf, Diagnostic> {
        if self.inputs.iter().any(|input| files::is_same(input, target)) {
            let place = Place::Cell(Cell::of_file(name));
            return Err(Diagnostic::error("output-is-input", place, "this file is read by the same command, and is kept")
                .help("name another file or folder to write"));
        }
        files::expect_writable(target, self.existing).map_err(|problem| files::named(problem, name))?;
        let (temporary, before) = (files::temporary(target, "tmp"), files::temporary(target, "old"));
        self.files.push(Staged { target: target.to_owned(), name: name.to_owned(), temporary: temporary.clone(), before });
        Ok(temporary)
    }

    /// Gives every file its name.
    pub fn commit(mut self) -> Result<(), Diagnostic> {
        let _stops_wait = stopped::unfinished();
        for index in 0..self.files.len() {
            let file = &self.files[index];
            let placed = files::expect_writable(&file.target, self.existing).and_then(|()| place(file));
            if let Err(problem) = placed {
                let problem = files::named(problem, &file.name);
                self.files[..index].iter().for_each(take_back);
                return Err(problem);
            }
        }
        self.is_done = true;
        for file in &self.files {
            let _ = fs::remove_file(&file.before);
        }
        Ok(())
    }
}

fn place(file: &Staged) -> Result<(), Diagnostic> {
    let moved = if file.target.exists() { fs::rename(&file.target, &file.before) } else { Ok(()) };
    let placed = moved.and_then(|()| fs::rename(&file.temporary, &file.target));
    placed.map_err(|fault| {
        if file.before.exists() {
            let _ = fs::rename(&file.before, &file.target);
        }
        files::unwritable(&file.target, &fault)
    })
}

/// As if the file had never been placed.
fn take_back(file: &Staged) {
    let _ = if file.before.exists() { fs::rename(&file.before, &file.target) } else { fs::remove_file(&file.target) };
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.is_done {
            for file in &self.files {
                let _ = fs::remove_file(&file.temporary);
            }
            for folder in self.made.iter().rev() {
                let _ = fs::remove_dir(folder);
            }
        }
        let temporary = self.files.iter().map(|file| file.temporary.clone());
        stopped::end(&temporary.chain(self.made.iter().cloned()).collect::<Vec<_>>());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("stipend-staging-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn all_or_none_get_their_names() {
        let folder = folder("all");
        fs::write(folder.join("b"), "mine").unwrap();
        let mut staging = Staging::new(Existing::Replace);
        for name in ["a", "b", "c"] {
            let temporary = staging.add(&folder.join(name), name, &[b"new".as_slice()]).unwrap();
            assert_eq!(fs::read(temporary).unwrap(), b"new");
        }
        // somebody makes a folder where the third file should go
        fs::create_dir(folder.join("c")).unwrap();
        assert_eq!(staging.commit().unwrap_err().code, "output-is-folder");
        assert_eq!(names(&folder), ["b", "c"]);
        assert_eq!(fs::read(folder.join("b")).unwrap(), b"mine");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_is_given_up_leaves_nothing_behind() {
        let folder = folder("given-up");
        let mut staging = Staging::new(Existing::Keep);
        staging.folder(&folder.join("new")).unwrap();
        staging.add(&folder.join("new/a"), "a", &[b"1".as_slice()]).unwrap();
        drop(staging);
        assert!(names(&folder).is_empty());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_replaced_file_is_replaced_and_nothing_else_stays() {
        let folder = folder("replaced");
        fs::write(folder.join("a"), "old").unwrap();
        let mut staging = Staging::new(Existing::Replace);
        staging.add(&folder.join("a"), "a", &[b"n".as_slice(), b"ew"]).unwrap();
        staging.commit().unwrap();
        assert_eq!((names(&folder), fs::read(folder.join("a")).unwrap()), (vec!["a".to_owned()], b"new".to_vec()));
        fs::remove_dir_all(&folder).unwrap();
    }
}
