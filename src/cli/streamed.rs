//! Tables that go into their files while others are still worked or brought into order: nothing of their text is kept (decision 0036).

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::in_place::InPlace;
use super::output::{Content, Expected, Target};
use super::put::{Keeper, Piece, Put, unwritable};
use super::staging::Staging;
use crate::diagnostic::Diagnostic;
use crate::eval::Later;
use crate::report::outcome_table::OutcomeTable;
use crate::report::pieces::header;
use crate::report::sums::amount_column;
use crate::report::tables::{ADJUSTMENT_COLUMNS, refused_adjustment, refused_outcome};
use crate::report::totals::Sum;
use crate::report::written::Written;

/// The files of one run that are written bit by bit. They have no name of their own before all of them are whole.
pub struct Streamed {
    adjustments: Vec<Stream>,
    outcomes: Vec<InPlace>,
    /// The first line with a cell that a spreadsheet would run.
    refused: Option<Diagnostic>,
}

/// A file whose text is handed on in its order, and put where it belongs by whoever has it at hand: a thread that does nothing but write
/// would take one from those that work, and be waited for.
struct Stream {
    target: Target,
    temporary: PathBuf,
    header: Vec<u8>,
    /// Where the next text goes.
    end: u64,
    begun: Arc<Begun>,
}

/// A file to which several threads write, one after the other.
struct Begun {
    file: Mutex<File>,
    /// The column that is added up.
    amount: Option<usize>,
    /// What stands in it, each piece with where it begins.
    pieces: Mutex<io::Result<Vec<(u64, Piece)>>>,
    keeper: Keeper,
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
                    let stream = Stream::begin(target, (file, temporary)).map_err(|fault| unwritable(target, &fault))?;
                    streamed.adjustments.push(stream);
                }
            }
        }
        Ok(streamed)
    }

    /// Takes the next adjustments: says where they go, and leaves the writing for later.
    pub fn take(&mut self, lines: Written) -> Later {
        self.refused = self.refused.take().or_else(|| refused_adjustment(&lines));
        let texts: Vec<Vec<u8>> = lines.into_pieces().collect();
        if self.refused.is_some() || texts.is_empty() {
            return None;
        }
        let places: Vec<(Arc<Begun>, u64)> = self.adjustments.iter_mut().map(|stream| stream.place(&texts)).collect();
        Some(Box::new(move || places.iter().for_each(|(begun, begins)| begun.put(*begins, &texts))))
    }

    /// Writes all outcomes in their order; no more adjustments come.
    pub fn take_outcomes(&mut self, lines: &OutcomeTable) {
        self.adjustments.iter().for_each(|stream| stream.begun.keeper.ask());
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

impl Stream {
    fn begin(target: &Target, (mut file, temporary): (File, PathBuf)) -> io::Result<Stream> {
        let header = header(&ADJUSTMENT_COLUMNS);
        file.write_all(&header)?;
        let (keeper, amount, end) = (Keeper::of(&file)?, amount_column(&header), header.len() as u64);
        let begun = Arc::new(Begun { file: Mutex::new(file), amount, pieces: Mutex::new(Ok(Vec::new())), keeper });
        Ok(Stream { target: target.clone(), temporary, header, end, begun })
    }

    /// Where the next texts go.
    fn place(&mut self, texts: &[Vec<u8>]) -> (Arc<Begun>, u64) {
        let begins = self.end;
        self.end += texts.iter().map(|text| text.len() as u64).sum::<u64>();
        (Arc::clone(&self.begun), begins)
    }

    fn finish(self, expected: (usize, Sum)) -> Result<(), Diagnostic> {
        let Stream { target, temporary, header, begun, .. } = self;
        let (file, keeper, pieces) = Begun::end(begun).map_err(|fault| unwritable(&target, &fault))?;
        Put::of(&header, pieces).finish((&file, keeper), (&target, &temporary), expected)
    }
}

impl Begun {
    /// Puts texts where they belong. Where that fails it is said at the end.
    fn put(&self, begins: u64, texts: &[Vec<u8>]) {
        let (mut put, mut at) = (Vec::with_capacity(texts.len()), begins);
        for text in texts {
            put.push((at, Piece::of(text, self.amount)));
            at += text.len() as u64;
        }
        let written = self.write(begins, texts);
        let mut pieces = self.pieces.lock().unwrap_or_else(PoisonError::into_inner);
        match (&mut *pieces, written) {
            (Ok(pieces), Ok(())) => pieces.extend(put),
            (Ok(_), Err(fault)) => *pieces = Err(fault),
            (Err(_), _) => {}
        }
    }

    fn write(&self, begins: u64, texts: &[Vec<u8>]) -> io::Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(begins))?;
        for text in texts {
            file.write_all(text)?;
            self.keeper.written(text.len());
        }
        Ok(())
    }

    /// The file with its pieces, once nobody writes to it any more.
    fn end(begun: Arc<Begun>) -> io::Result<(File, Keeper, Vec<(u64, Piece)>)> {
        let Begun { file, keeper, pieces, .. } = Arc::into_inner(begun).ok_or(io::ErrorKind::Other)?;
        let pieces = pieces.into_inner().unwrap_or_else(PoisonError::into_inner)?;
        Ok((file.into_inner().unwrap_or_else(PoisonError::into_inner), keeper, pieces))
    }
}
