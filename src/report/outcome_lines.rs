//! Lines of `outcomes.csv` of some people: outcomes are computed by person and stand in the order of files and rows.

use super::pieces::Writer;
use super::results::RowPlace;
use super::tails::Tails;
use crate::policy::AwardId;

/// A line of the table, in sixteen bytes: there is one for each row and award.
#[derive(Clone, Copy, Debug)]
pub struct OutcomeLine {
    pub row: u32,
    /// The number of the cells that other lines may share.
    pub tail: u32,
    pub own: Own,
}

/// Where the cells stand that are the row's own, but for the place of the row, which needs no text.
#[derive(Clone, Copy, Debug)]
pub struct Own(u64);

const FILE: u32 = 16;
const LENGTH: u32 = 8;
/// Of the start in its piece: only a last line may go beyond. It leaves as many for the number of the piece.
pub const START: u32 = 20;
/// A text as long as this or longer has its length before it.
const LONG: usize = (1 << LENGTH) - 1;

impl Own {
    #[inline]
    fn of(file: u16, (piece, start): (usize, usize), length: usize) -> Own {
        let at = (piece << START | start) as u64;
        Own(u64::from(file) | at << FILE | (length.min(LONG) as u64) << (u64::BITS - LENGTH))
    }

    #[inline]
    pub fn bits(self) -> u64 {
        self.0
    }

    #[inline]
    pub fn from_bits(bits: u64) -> Own {
        Own(bits)
    }

    /// The same text, so many bytes further on; what goes round the end comes back.
    #[inline]
    pub fn moved(self, bytes: u64) -> Own {
        Own(self.0.wrapping_add(bytes << FILE))
    }

    #[inline]
    pub fn file(self) -> u16 {
        self.0 as u16
    }

    /// The number of the piece.
    #[inline]
    pub fn piece(self) -> usize {
        (self.at() >> START) as usize
    }

    /// The text and what stands behind it in its piece, and its length.
    #[inline]
    pub fn text(self, piece: &[u8]) -> (&[u8], usize) {
        let from = piece.get(self.at() as usize & ((1 << START) - 1)..).unwrap_or(&[]);
        match (self.0 >> (u64::BITS - LENGTH)) as usize {
            LONG => long(from),
            length => (from, length),
        }
    }

    /// How long the text is.
    #[inline]
    pub fn length(self, pieces: &[Vec<u8>]) -> usize {
        match (self.0 >> (u64::BITS - LENGTH)) as usize {
            LONG => self.text(&pieces[self.piece()]).1,
            length => length,
        }
    }

    #[inline]
    fn at(self) -> u64 {
        self.0 << LENGTH >> (LENGTH + FILE)
    }
}

/// A text behind its length.
#[cold]
fn long(from: &[u8]) -> (&[u8], usize) {
    from.split_first_chunk().map_or((&[], 0), |(length, text)| (text, u64::from_le_bytes(*length) as usize))
}

/// The lines of some people, as they were written.
#[derive(Debug)]
pub struct OutcomeLines {
    pub lines: Vec<OutcomeLine>,
    /// The texts that are the lines' own; in pieces, of which the last is still written.
    pub pieces: Vec<Vec<u8>>,
    writer: Writer,
    pub tails: Tails,
    /// What may be one of them.
    candidate: Writer,
    /// The lines with a cell that a spreadsheet would run, by their numbers.
    pub refused: Vec<usize>,
}

const SLOTS: usize = 256;

impl Default for OutcomeLines {
    fn default() -> OutcomeLines {
        OutcomeLines {
            lines: Vec::new(),
            pieces: Vec::new(),
            writer: Writer::for_many(),
            tails: Tails::new(SLOTS),
            candidate: Writer::default(),
            refused: Vec::new(),
        }
    }
}

impl OutcomeLines {
    /// The number of the cells that lines may share, and whether a spreadsheet would run one.
    pub fn tail(&mut self, award: Option<AwardId>, write: impl FnOnce(&mut Writer)) -> (u32, bool) {
        self.candidate.clear();
        let is_refused = self.candidate.line(write);
        (self.tails.number_of(award, self.candidate.written()), is_refused)
    }

    /// Writes a line: its own cells, and those with this number.
    #[inline]
    pub fn line(&mut self, place: RowPlace, (tail, is_refused): (u32, bool), write_own: impl FnOnce(&mut Writer)) {
        if let Some(full) = self.writer.take_full() {
            self.pieces.push(full);
        }
        let start = self.writer.length();
        self.writer.begin_line();
        write_own(&mut self.writer);
        let length = self.writer.length() - start;
        if length >= LONG {
            self.writer.put_length(start);
        }
        if self.writer.is_refused() || is_refused {
            self.refused.push(self.lines.len());
        }
        let own = Own::of(place.file, (self.pieces.len(), start), length);
        self.lines.push(OutcomeLine { row: place.row, tail, own });
    }

    /// Ends the last piece.
    pub fn finish(&mut self) {
        self.pieces.push(std::mem::take(&mut self.writer).into_written());
    }
}
