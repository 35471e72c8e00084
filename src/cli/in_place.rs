//! The table of outcomes, whose lines are all there before the first is written: each piece goes where it belongs, written by who makes it.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::output::Target;
use super::put::{Keeper, Piece, Put, unwritable};
use crate::diagnostic::Diagnostic;
use crate::report::outcome_table::OutcomeTable;
use crate::report::pieces::{Writer, header};
use crate::report::sums::amount_column;
use crate::report::tables::OUTCOME_COLUMNS;
use crate::report::totals::Sum;

/// A file that is written so. It has no name of its own before it is whole.
pub struct InPlace {
    target: Target,
    temporary: PathBuf,
    file: File,
    put: io::Result<(Put, Keeper)>,
}

impl InPlace {
    pub fn new(target: Target, (file, temporary): (File, PathBuf)) -> InPlace {
        let put = Keeper::of(&file).map(|keeper| (Put::under(b""), keeper));
        InPlace { target, temporary, file, put }
    }

    /// Writes the header and the lines of the table in their order.
    pub fn write(&mut self, table: &OutcomeTable) {
        let header = header(&OUTCOME_COLUMNS);
        let (file, path) = (&self.file, &self.temporary);
        let Ok((put, keeper)) = &mut self.put else { return };
        match write((file, path), &header, (table, keeper)) {
            Ok(written) => *put = written,
            Err(fault) => self.put = Err(fault),
        }
    }

    /// Whether the file holds what was written and nothing else, and adds up to so many rows and so much money.
    pub fn finish(self, expected: (usize, Sum)) -> Result<(), Diagnostic> {
        let InPlace { target, temporary, file, put } = self;
        let (put, keeper) = put.map_err(|fault| unwritable(&target, &fault))?;
        put.finish((&file, keeper), (&target, &temporary), expected)
    }
}

fn write((mut file, path): (&File, &Path), header: &[u8], (table, keeper): (&OutcomeTable, &Keeper)) -> io::Result<Put> {
    file.write_all(header)?;
    let (cuts, next, amount) = (table.cuts(), AtomicUsize::new(0), amount_column(header));
    let write_some = || -> io::Result<Vec<(u64, Piece)>> {
        let mut own = File::options().write(true).open(path)?;
        // one room for all pieces: it stays in the cache from the making of a piece to its writing
        let (mut room, mut pieces) = (Writer::default(), Vec::new());
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed); // one step past the end for each thread, far from the largest number
            let Some(cut) = cuts.get(number) else { break };
            table.put(cut, &mut room);
            own.seek(SeekFrom::Start(header.len() as u64 + cut.begins))?;
            own.write_all(room.written())?;
            keeper.written(room.length());
            pieces.push((cut.begins, Piece::of(room.written(), amount)));
        }
        Ok(pieces)
    };
    let mut pieces = Vec::with_capacity(cuts.len());
    for some in rayon::broadcast(|_| write_some()) {
        pieces.extend(some?);
    }
    Ok(Put::of(header, pieces))
}
