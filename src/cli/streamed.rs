//! Tables that go into their files while others are still worked or brought into order: nothing of their text is kept (decision 0036).

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_128;

use super::files;
use super::output::{Content, Expected, Target, differs};
use super::staging::Staging;
use crate::diagnostic::Diagnostic;
use crate::report::pieces::header;
use crate::report::sums::{amount_column, sum_of_piece};
use crate::report::tables::{ADJUSTMENT_COLUMNS, OUTCOME_COLUMNS, refused_adjustment, refused_outcome};
use crate::report::totals::Sum;
use crate::report::written::{OutcomeTable, Written};
use crate::value::Number;

/// Pieces that wait for the disk. More are not made before it has taken some: memory stays bounded.
const WAITING_MOST: usize = 64;

/// Rooms of written pieces that are kept for others: memory that was never used before is dear.
const EMPTIED_MOST: usize = 16;

/// So many bytes are worth asking the disk to keep them.
const KEPT_TOGETHER: usize = 8 << 20;

/// The files of one run that are written bit by bit. They have no name of their own before all of them are whole.
pub struct Streamed {
    adjustments: Vec<Stream>,
    outcomes: Vec<Stream>,
    /// The first line with a cell that a spreadsheet would run.
    refused: Option<Diagnostic>,
}

struct Stream {
    target: Target,
    temporary: PathBuf,
    pieces: SyncSender<Text>,
    /// What held pieces that are written, for others.
    emptied: Mutex<Receiver<Vec<u8>>>,
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
    /// Its rows and the sum of their amounts; none where it is not such a table.
    found: Option<(usize, Number)>,
}

/// A text to be written.
#[derive(Clone)]
struct Text {
    bytes: Vec<u8>,
    /// What is to be known of it, where somebody has looked at it already.
    piece: Option<Piece>,
}

impl Text {
    fn of(bytes: Vec<u8>) -> Text {
        Text { bytes, piece: None }
    }

    fn seen(self, amount: Option<usize>) -> Text {
        Text { piece: Some(Piece::of(&self.bytes, amount)), ..self }
    }
}

impl Streamed {
    /// Begins those of the files that are written so.
    pub fn begin(targets: &[Target], staging: &mut Staging) -> Result<Streamed, Diagnostic> {
        let mut streamed = Streamed { adjustments: Vec::new(), outcomes: Vec::new(), refused: None };
        for target in targets {
            let (columns, streams): (&[&str], _) = match target.content() {
                Content::Outcomes => (&OUTCOME_COLUMNS, &mut streamed.outcomes),
                Content::Adjustments | Content::Balances | Content::Next => (&ADJUSTMENT_COLUMNS, &mut streamed.adjustments),
            };
            let (file, temporary) = staging.begin(target.path(), target.name())?;
            let (pieces, waiting) = sync_channel(WAITING_MOST);
            let header = header(columns);
            let (empty, emptied) = sync_channel(EMPTIED_MOST);
            let writer = thread::spawn(move || write(file, &header, &waiting, &empty));
            streams.push(Stream { target: target.clone(), temporary, pieces, emptied: Mutex::new(emptied), writer });
        }
        Ok(streamed)
    }

    /// Hands on the next adjustments.
    pub fn take(&mut self, lines: Written) {
        self.refused = self.refused.take().or_else(|| refused_adjustment(&lines));
        if self.refused.is_none() {
            send(&self.adjustments, Text::of(lines.into_text()));
        }
    }

    /// Hands on all outcomes, bringing them into order.
    pub fn take_outcomes(&mut self, lines: &OutcomeTable) {
        self.refused = self.refused.take().or_else(|| refused_outcome(lines));
        if self.refused.is_none() && !self.outcomes.is_empty() {
            let amount = amount_column(&header(&OUTCOME_COLUMNS));
            let room = || self.outcomes.iter().find_map(Stream::spare).unwrap_or_default();
            // who makes a piece looks at it while it is at hand; the one thread that writes has enough to do
            lines.pieces(room, |text| Text::of(text).seen(amount)).for_each(|text| send(&self.outcomes, text));
        }
    }

    /// Whether every file holds what was handed on and nothing else, and adds up to so many rows and so much money.
    pub fn finish(self, expected: &Expected) -> Result<(), Diagnostic> {
        if let Some(refused) = self.refused {
            return Err(refused);
        }
        let adjustments = self.adjustments.into_iter().map(|stream| (stream, expected.adjustments));
        let outcomes = self.outcomes.into_iter().map(|stream| (stream, expected.outcomes));
        adjustments.chain(outcomes).try_for_each(|(stream, expected)| stream.finish(expected))
    }
}

/// Hands a text to each file; a thread that could not write has ended, and says so at the end.
fn send(streams: &[Stream], text: Text) {
    let Some((last, others)) = streams.split_last() else { return };
    others.iter().for_each(|stream| drop(stream.pieces.send(text.clone())));
    drop(last.pieces.send(text));
}

impl Stream {
    /// A room for the next piece, where one is free.
    fn spare(&self) -> Option<Vec<u8>> {
        self.emptied.lock().unwrap_or_else(PoisonError::into_inner).try_recv().ok()
    }

    fn finish(self, expected: (usize, Sum)) -> Result<(), Diagnostic> {
        let Stream { target, temporary, pieces, writer, .. } = self;
        drop(pieces);
        let unwritable = |fault: io::Error| files::named(files::unwritable(target.path(), &fault), target.name());
        let put = writer.join().unwrap_or_else(|_| Err(io::ErrorKind::Other.into())).map_err(unwritable)?;
        #[cfg(test)]
        super::damaged::befall(&temporary);
        // what the disk takes its time for, others use
        let (kept, same) = thread::scope(|scope| {
            let kept = scope.spawn(|| put.file.sync_all());
            let same = holds(&temporary, &put.pieces);
            (kept.join().unwrap_or_else(|_| Err(io::ErrorKind::Other.into())), same)
        });
        kept.map_err(unwritable)?;
        let adds_up = put.sum.is_some() && (put.rows, put.sum) == expected;
        if same.is_ok() && adds_up { Ok(()) } else { Err(differs(target.name())) }
    }
}

/// Writes the header and what comes, until nothing more does. The disk is kept busy beside it, so that little is left to wait for at the end.
fn write(file: File, header: &[u8], waiting: &Receiver<Text>, empty: &SyncSender<Vec<u8>>) -> io::Result<Put> {
    let on_disk = file.try_clone()?;
    thread::scope(|scope| {
        let (much, again) = sync_channel(1);
        // a fault that is told here is not told again when the file is whole
        let kept = scope.spawn(move || again.into_iter().try_for_each(|()| on_disk.sync_data()));
        let put = put((file, header), waiting, (&much, empty));
        drop(much);
        kept.join().unwrap_or_else(|_| Err(io::ErrorKind::Other.into())).and(put)
    })
}

fn put(
    (mut file, header): (File, &[u8]),
    waiting: &Receiver<Text>,
    (much, empty): (&SyncSender<()>, &SyncSender<Vec<u8>>),
) -> io::Result<Put> {
    let amount = amount_column(header);
    file.write_all(header)?;
    let (mut pieces, mut rows, mut sum, mut bytes) = (vec![Piece::of(header, None)], 0, Some(Number::ZERO), 0);
    for Text { bytes: text, piece } in waiting {
        file.write_all(&text)?;
        let piece = piece.unwrap_or_else(|| Piece::of(&text, amount));
        pieces.push(piece);
        bytes += text.len();
        if bytes >= KEPT_TOGETHER {
            bytes = 0;
            let _ = much.try_send(()); // it is still at what came before, which is as well
        }
        rows += piece.found.map_or(0, |(rows, _)| rows);
        sum = sum.zip(piece.found).and_then(|(sum, (_, more))| sum.plus(more).ok());
        let _ = empty.try_send(text);
    }
    Ok(Put { file, pieces, rows, sum })
}

impl Piece {
    /// `amount` is the column that is added up.
    fn of(text: &[u8], amount: Option<usize>) -> Piece {
        Piece { length: text.len(), hash: xxh3_128(text), found: amount.and_then(|amount| sum_of_piece(text, amount)) }
    }
}

/// Whether a written file consists of these pieces and nothing else, several stretches of it looked at side by side.
fn holds(path: &Path, pieces: &[Piece]) -> io::Result<()> {
    let together = pieces.len().div_ceil(rayon::current_num_threads()).max(1);
    let length_of = |pieces: &[Piece]| pieces.iter().map(|piece| piece.length as u64).sum::<u64>();
    pieces.par_chunks(together).enumerate().try_for_each(|(stretch, of_stretch)| {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(length_of(&pieces[..stretch * together])))?;
        let mut buffer = Vec::new();
        for piece in of_stretch {
            buffer.resize(piece.length, 0);
            file.read_exact(&mut buffer)?;
            if xxh3_128(&buffer) != piece.hash {
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
        Ok::<(), io::Error>(())
    })?;
    let length = File::open(path)?.metadata()?.len();
    if length == length_of(pieces) { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) }
}
