//! Adjustments that go into their files while people are worked: nothing of their text is kept (decision 0036).

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use xxhash_rust::xxh3::xxh3_128;

use super::files;
use super::output::{Target, differs};
use super::staging::Staging;
use crate::diagnostic::Diagnostic;
use crate::report::pieces::header;
use crate::report::sums::{amount_column, sum_of_piece};
use crate::report::tables::{ADJUSTMENT_COLUMNS, refused_adjustment};
use crate::report::totals::Sum;
use crate::report::written::Written;
use crate::value::Number;

/// Pieces that wait for the disk. More are not made before it has taken some: memory stays bounded.
const WAITING_MOST: usize = 64;

/// The files of one run that are written bit by bit. They have no name of their own before all of them are whole.
#[derive(Default)]
pub struct Streamed {
    files: Vec<Stream>,
    /// The first line with a cell that a spreadsheet would run.
    refused: Option<Diagnostic>,
}

struct Stream {
    target: Target,
    temporary: PathBuf,
    pieces: SyncSender<Vec<u8>>,
    writer: JoinHandle<io::Result<Put>>,
}

/// What a thread wrote: enough to know it again, piece by piece, and what a reader will add up.
struct Put {
    file: File,
    pieces: Vec<Piece>,
    rows: usize,
    /// None where a piece is not such a table.
    sum: Sum,
}

#[derive(Clone, Copy)]
struct Piece {
    length: usize,
    hash: u128,
}

impl Streamed {
    /// Begins those of the files that are written so.
    pub fn begin<'t>(targets: impl Iterator<Item = &'t Target>, staging: &mut Staging) -> Result<Streamed, Diagnostic> {
        let begin = |target: &Target| {
            let (file, temporary) = staging.begin(target.path(), target.name())?;
            let (pieces, waiting) = sync_channel(WAITING_MOST);
            let writer = thread::spawn(move || write(file, &waiting));
            Ok(Stream { target: target.clone(), temporary, pieces, writer })
        };
        Ok(Streamed { files: targets.map(begin).collect::<Result<_, _>>()?, refused: None })
    }

    /// Hands on the next lines.
    pub fn take(&mut self, lines: Written) {
        self.refused = self.refused.take().or_else(|| refused_adjustment(&lines));
        let Some((last, others)) = self.files.split_last().filter(|_| self.refused.is_none()) else { return };
        let text = lines.into_text();
        // where a thread could not write it has ended, and says so at the end
        others.iter().for_each(|file| drop(file.pieces.send(text.clone())));
        drop(last.pieces.send(text));
    }

    /// Whether every file holds what was handed on and nothing else, and adds up to so many rows and so much money.
    pub fn finish(self, expected: (usize, Sum)) -> Result<(), Diagnostic> {
        if let Some(refused) = self.refused {
            return Err(refused);
        }
        for Stream { target, temporary, pieces, writer } in self.files {
            drop(pieces);
            let unwritable = |fault: io::Error| files::named(files::unwritable(target.path(), &fault), target.name());
            let put = writer.join().unwrap_or_else(|_| Err(io::ErrorKind::Other.into())).map_err(unwritable)?;
            #[cfg(test)]
            super::damaged::befall(&temporary);
            let (kept, same) = rayon::join(|| put.file.sync_all(), || holds(&temporary, &put.pieces));
            kept.map_err(unwritable)?;
            if same.is_err() || put.sum.is_none() || (put.rows, put.sum) != expected {
                return Err(differs(target.name()));
            }
        }
        Ok(())
    }
}

/// Writes the header and what comes, until nothing more does.
fn write(mut file: File, waiting: &Receiver<Vec<u8>>) -> io::Result<Put> {
    let header = header(&ADJUSTMENT_COLUMNS);
    let amount = amount_column(&header);
    file.write_all(&header)?;
    let (mut pieces, mut rows, mut sum) = (vec![Piece::of(&header)], 0, Some(Number::ZERO));
    for text in waiting {
        file.write_all(&text)?;
        pieces.push(Piece::of(&text));
        let found = amount.and_then(|amount| sum_of_piece(&text, amount));
        rows += found.map_or(0, |(rows, _)| rows);
        sum = sum.zip(found).and_then(|(sum, (_, more))| sum.plus(more).ok());
    }
    Ok(Put { file, pieces, rows, sum })
}

impl Piece {
    fn of(text: &[u8]) -> Piece {
        Piece { length: text.len(), hash: xxh3_128(text) }
    }
}

/// Whether a written file consists of these pieces and nothing else.
fn holds(path: &Path, pieces: &[Piece]) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut buffer = Vec::new();
    for piece in pieces {
        buffer.resize(piece.length, 0);
        file.read_exact(&mut buffer)?;
        if xxh3_128(&buffer) != piece.hash {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
    if file.read(&mut [0])? == 0 { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) }
}
