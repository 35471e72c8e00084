//! What was put into a file piece by piece: enough to know it again, and to say what a reader will add up.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use rayon::prelude::*;
use twox_hash::XxHash3_128;

use super::files;
use super::output::{Target, differs};
use crate::diagnostic::Diagnostic;
use crate::report::sums::sum_of_piece;
use crate::report::totals::Sum;
use crate::value::Number;

/// So many bytes are worth asking the disk to keep them.
const KEPT_TOGETHER: usize = 8 << 20;

/// The pieces of a file in their order, and what they add up to.
pub struct Put {
    pieces: Vec<Piece>,
    rows: usize,
    /// None where a piece is not such a table.
    sum: Sum,
}

#[derive(Clone, Copy)]
pub struct Piece {
    length: usize,
    hash: u128,
    /// Its rows and the sum of their amounts; none where it is not such a table.
    found: Option<(usize, Number)>,
}

impl Piece {
    /// `amount` is the column that is added up.
    pub fn of(text: &[u8], amount: Option<usize>) -> Piece {
        Piece { length: text.len(), hash: XxHash3_128::oneshot(text), found: amount.and_then(|amount| sum_of_piece(text, amount)) }
    }
}

impl Put {
    /// A file in which the header stands, and behind it pieces that were put into it in any order, each with where it begins.
    pub fn of(header: &[u8], mut pieces: Vec<(u64, Piece)>) -> Put {
        pieces.sort_unstable_by_key(|(begins, _)| *begins);
        let mut put = Put::under(header);
        pieces.into_iter().for_each(|(_, piece)| put.add(piece));
        put
    }

    /// A file in which only the first row stands.
    pub fn under(header: &[u8]) -> Put {
        Put { pieces: vec![Piece::of(header, None)], rows: 0, sum: Some(Number::ZERO) }
    }

    pub fn add(&mut self, piece: Piece) {
        self.pieces.push(piece);
        self.rows += piece.found.map_or(0, |(rows, _)| rows);
        self.sum = self.sum.zip(piece.found).and_then(|(sum, (_, more))| sum.plus(more).ok());
    }

    /// Whether the file holds these pieces and nothing else, is kept by the disk, and adds up to so many rows and so much money.
    pub fn finish(
        self,
        (file, keeper): (&File, Keeper),
        (target, temporary): (&Target, &Path),
        expected: (usize, Sum),
    ) -> Result<(), Diagnostic> {
        #[cfg(test)]
        super::damaged::befall(temporary);
        // what the disk takes its time for, others use
        let (kept, same) = thread::scope(|scope| {
            let kept = scope.spawn(|| keeper.end(file));
            let same = holds(temporary, &self.pieces);
            (told(kept.join()), same)
        });
        kept.map_err(|fault| unwritable(target, &fault))?;
        let adds_up = self.sum.is_some() && (self.rows, self.sum) == expected;
        if same.is_ok() && adds_up { Ok(()) } else { Err(differs(target.name())) }
    }
}

pub fn unwritable(target: &Target, fault: &io::Error) -> Diagnostic {
    files::named(files::unwritable(target.path(), fault), target.name())
}

/// What a thread says at its end; one that is lost could not do its work.
pub fn told<T>(joined: thread::Result<io::Result<T>>) -> io::Result<T> {
    joined.unwrap_or_else(|_| Err(io::ErrorKind::Other.into()))
}

/// Asks the disk, now and then, to keep what was written to a file so far, so that little is left to wait for at the end.
pub struct Keeper {
    asked: SyncSender<()>,
    written: AtomicUsize,
    keeping: JoinHandle<io::Result<()>>,
}

impl Keeper {
    pub fn of(file: &File) -> io::Result<Keeper> {
        let on_disk = file.try_clone()?;
        let (asked, again) = sync_channel(1);
        let keeping = thread::spawn(move || again.into_iter().try_for_each(|()| on_disk.sync_data()));
        Ok(Keeper { asked, written: AtomicUsize::new(0), keeping })
    }

    /// Says that so many more bytes were written.
    pub fn written(&self, more: usize) {
        let before = self.written.fetch_add(more, Ordering::Relaxed);
        if before / KEPT_TOGETHER < before.wrapping_add(more) / KEPT_TOGETHER {
            self.ask();
        }
    }

    pub fn ask(&self) {
        let _ = self.asked.try_send(()); // it is still at what came before, which is as well
    }

    /// Waits until the disk keeps the whole file. What it is at already and what is left go there at the same time; a fault that is told to one of
    /// the two is not told again to the other.
    fn end(self, file: &File) -> io::Result<()> {
        drop(self.asked);
        let whole = file.sync_all();
        told(self.keeping.join()).and(whole)
    }
}

/// Whether a written file consists of these pieces and nothing else, several stretches of it looked at side by side.
fn holds(path: &Path, pieces: &[Piece]) -> io::Result<()> {
    let together = pieces.len().div_ceil(rayon::current_num_threads()).max(1);
    let length_of = |pieces: &[Piece]| pieces.iter().map(|piece| piece.length as u64).sum::<u64>();
    pieces.par_chunks(together).enumerate().try_for_each(|(stretch, of_stretch)| {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(length_of(&pieces[..stretch * together])))?;
        let mut buffer = vec![0; of_stretch.iter().map(|piece| piece.length).max().unwrap_or(0)];
        for piece in of_stretch {
            let text = &mut buffer[..piece.length];
            file.read_exact(text)?;
            if XxHash3_128::oneshot(text) != piece.hash {
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
        Ok::<(), io::Error>(())
    })?;
    let length = File::open(path)?.metadata()?.len();
    if length == length_of(pieces) { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) }
}
