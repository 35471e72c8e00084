//! Tables that go into their files while others are still worked or brought into order: nothing of their text is kept (decision 0036).

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use super::in_place::InPlace;
use super::output::{Content, Expected, Target};
use super::put::{Asking, Piece, Put, kept_meanwhile, told, unwritable};
use super::staging::Staging;
use crate::diagnostic::Diagnostic;
use crate::report::outcome_table::OutcomeTable;
use crate::report::pieces::header;
use crate::report::sums::amount_column;
use crate::report::tables::{ADJUSTMENT_COLUMNS, refused_adjustment, refused_outcome};
use crate::report::totals::Sum;
use crate::report::written::Written;

/// Pieces that wait for the disk. More are not made before it has taken some: memory stays bounded.
const WAITING_MOST: usize = 64;

/// The files of one run that are written bit by bit. They have no name of their own before all of them are whole.
pub struct Streamed {
    adjustments: Vec<Stream>,
    outcomes: Vec<InPlace>,
    /// The first line with a cell that a spreadsheet would run.
    refused: Option<Diagnostic>,
}

/// A file that one thread writes while others make what stands in it.
struct Stream {
    target: Target,
    temporary: PathBuf,
    pieces: SyncSender<Vec<u8>>,
    writer: JoinHandle<io::Result<(File, Put)>>,
}

impl Streamed {
    /// Begins those of the files that are written so.
    pub fn begin(targets: &[Target], staging: &mut Staging) -> Result<Streamed, Diagnostic> {
        let mut streamed = Streamed { adjustments: Vec::new(), outcomes: Vec::new(), refused: None };
        for target in targets {
            let (file, temporary) = staging.begin(target.path(), target.name())?;
            match target.content() {
                Content::Outcomes => streamed.outcomes.push(InPlace::new(target.clone(), (file, temporary))),
                Content::Adjustments | Content::Balances | Content::Next => {
                    let (pieces, waiting) = sync_channel(WAITING_MOST);
                    let writer = thread::spawn(move || write(file, &header(&ADJUSTMENT_COLUMNS), &waiting));
                    streamed.adjustments.push(Stream { target: target.clone(), temporary, pieces, writer });
                }
            }
        }
        Ok(streamed)
    }

    /// Hands on the next adjustments.
    pub fn take(&mut self, lines: Written) {
        self.refused = self.refused.take().or_else(|| refused_adjustment(&lines));
        if self.refused.is_none() {
            lines.into_pieces().for_each(|text| send(&self.adjustments, text));
        }
    }

    /// Writes all outcomes in their order.
    pub fn take_outcomes(&mut self, lines: &OutcomeTable) {
        self.refused = self.refused.take().or_else(|| refused_outcome(lines));
        if self.refused.is_none() {
            self.outcomes.iter_mut().for_each(|file| file.write(lines));
        }
    }

    /// Whether every file holds what was handed on and nothing else, and adds up to so many rows and so much money.
    pub fn finish(self, expected: &Expected) -> Result<(), Diagnostic> {
        if let Some(refused) = self.refused {
            return Err(refused);
        }
        self.adjustments.into_iter().try_for_each(|stream| stream.finish(expected.adjustments))?;
        self.outcomes.into_iter().try_for_each(|file| file.finish(expected.outcomes))
    }
}

/// Hands a text to each file; a thread that could not write has ended, and says so at the end.
fn send(streams: &[Stream], text: Vec<u8>) {
    let Some((last, others)) = streams.split_last() else { return };
    others.iter().for_each(|stream| drop(stream.pieces.send(text.clone())));
    drop(last.pieces.send(text));
}

impl Stream {
    fn finish(self, expected: (usize, Sum)) -> Result<(), Diagnostic> {
        let Stream { target, temporary, pieces, writer } = self;
        drop(pieces);
        let (file, put) = told(writer.join()).map_err(|fault| unwritable(&target, &fault))?;
        put.finish(&file, (&target, &temporary), expected)
    }
}

/// Writes the header and what comes, until nothing more does.
fn write(file: File, header: &[u8], waiting: &Receiver<Vec<u8>>) -> io::Result<(File, Put)> {
    let put = kept_meanwhile(&file, |asking| put((&file, header), waiting, asking))?;
    Ok((file, put))
}

fn put((mut file, header): (&File, &[u8]), waiting: &Receiver<Vec<u8>>, asking: &Asking) -> io::Result<Put> {
    let amount = amount_column(header);
    file.write_all(header)?;
    let (mut put, mut bytes) = (Put::under(header), 0);
    for text in waiting {
        file.write_all(&text)?;
        asking.written(text.len(), &mut bytes);
        put.add(Piece::of(&text, amount));
    }
    Ok(put)
}
